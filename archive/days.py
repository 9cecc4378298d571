"""Days as people type them, for `--since` and `--until`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from archive.errors import UsageError

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})")


def first_day(text: str) -> str:
    """Return the first day that `text` means, as YYYY-MM-DD.

    Reads 2023-10-14, 14/10/2023, 2023-10, 10/2023 and 2023. Raises UsageError for anything else.
    """
    year, month, day = _read(text)
    return _iso(text, year, month or 1, day or 1)


def last_day(text: str) -> str:
    """Return the last day that `text` means (see `first_day`): of a month or year, its last."""
    year, month, day = _read(text)
    if month is not None and not 1 <= month <= 12:
        raise _bad(text)
    return _iso(text, year, month or 12, day or monthrange(year, month or 12)[1])


def day_range(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """Return the first and the last day of a range that may be open (None) at either end.

    Raises UsageError for what is no day (see `first_day`), and for a range without any.
    """
    first = None if since is None else first_day(since)
    last = None if until is None else last_day(until)
    if first is not None and last is not None and first > last:
        raise UsageError(f"no day is between {first} and {last}: --since comes before --until")
    return first, last


def _read(text: str) -> tuple[int, int | None, int | None]:
    if found := _YEAR_FIRST.fullmatch(text.strip()):
        parts = found.groups()
    elif found := _DAY_FIRST.fullmatch(text.strip()):
        parts = found.groups()[::-1]
    else:
        raise _bad(text)
    year, month, day = (None if part is None else int(part) for part in parts)
    if not year or month == 0 or day == 0:
        raise _bad(text)
    return year, month, day


def _iso(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _bad(text) from None


def _bad(text: str) -> UsageError:
    return UsageError(
        f"{text!r} is not a day: type it as 2023-10-14 or 14/10/2023, a month as 2023-10,"
        " a year as 2023"
    )
