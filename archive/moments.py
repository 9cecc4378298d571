"""Times as the archive writes them: text in +07:00, never in the machine's zone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))  # no summer time since 1975

DAY = 86_400


def now() -> float:
    """Return the seconds since the epoch, UTC."""
    return time.time()


def public(epoch: float) -> str:
    """Return `epoch` as the public columns show it: `2023-10-14T15:46:00+07:00`, whole seconds."""
    return datetime.fromtimestamp(int(epoch), VIETNAM).isoformat()


def epoch_of(text: str) -> float:
    """Return the seconds since the epoch of a public time; a date alone is its midnight in +07:00.

    Raises ValueError when `text` is neither.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return moment.timestamp()


def day_of(epoch: float) -> str:
    """Return the Vietnamese calendar day of `epoch`: `2023-10-14`."""
    return public(epoch)[:10]


def day_number(text: str) -> int:
    """Return the days since 1970-01-01 of a date or public time, 0 when `text` is neither."""
    try:
        return max((date.fromisoformat(text[:10]) - date(1970, 1, 1)).days, 0)
    except ValueError:
        return 0


def warc_date(epoch: float) -> str:
    """Return `epoch` as WARC/1.1 wants it: UTC with a Z, to the microsecond."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="microseconds")[:26] + "Z"


def compact(epoch: float) -> str:
    """Return `epoch` in UTC as 14 digits, for file names: `20231014084600`."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y%m%d%H%M%S")
