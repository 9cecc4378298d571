"""How fast and how rightly date lines are read, beside python-dateutil's parser.

    python -m bench.dates [dates.csv]

Without a table it times its own strings only; with one (columns raw, expected_iso_or_empty, note)
it counts what each reader makes of the rows whose note begins with "stamp". The bar is 50
microseconds a string.
"""

from __future__ import annotations

import csv
import sys
import timeit
import unicodedata
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dateutil import parser as dateutil_parser

from crawler.extraction.dates import read_stamp

FORMS = (
    "{:%d/%m/%Y} - {:%H:%M}",
    "{:%H:%M} | {:%d/%m/%Y}",
    "Thứ tư - {:%d/%m/%Y} {:%H:%M} 203 0",
    "Ngày đăng {:%d/%m/%Y} | {:%H:%M}  | Lượt xem: 303",
    "Thứ Năm, ngày {0.day} tháng {0.month} năm {0.year} - {0:%H:%M}",
    "{:%Y-%m-%d}T{:%H:%M}:00+07:00",
    "Phường tổ chức đại hội nhiệm kỳ 2024 - 2029",
)


def strings(count: int) -> list[str]:
    """`count` different lines, the forms in turn."""
    moments = (
        datetime(2019 + n % 6, 1 + n % 12, 1 + n % 28, n % 23, n % 60)  # noqa: DTZ001
        for n in range(count)
    )
    return [FORMS[n % len(FORMS)].format(moment, moment) for n, moment in enumerate(moments)]


def ours(text: str) -> str:
    """The ISO text `read_stamp` gives, empty for none."""
    stamp = read_stamp(text)
    return stamp.iso if stamp else ""


def theirs(text: str) -> str:
    """What python-dateutil makes of it, told to search the line and that the day comes first."""
    try:
        found = dateutil_parser.parse(
            text,
            dayfirst=True,
            fuzzy=True,
            default=datetime(1900, 1, 1),  # noqa: DTZ001
        )
    except (ValueError, OverflowError):
        return ""
    return found.isoformat()


def microseconds(read: Callable[[str], str], texts: list[str]) -> float:
    """The best of five rounds, a string."""
    best = min(timeit.repeat(lambda: [read(text) for text in texts], number=1, repeat=5))
    return best / len(texts) * 1e6


def right_of(read: Callable[[str], str], table: Path) -> tuple[int, int, int]:
    """Stamps of a table read right to the minute, read wrongly, and all of them."""
    with table.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["note"].startswith("stamp")]
    right = wrong = 0
    for row in rows:
        wanted = row["expected_iso_or_empty"]
        got = read(unicodedata.normalize("NFC", row["raw"]))
        same = got == wanted or got[:16] == wanted[:16] or got == f"{wanted}T00:00:00"
        right, wrong = right + same, wrong + (not same and got != "")
    return right, wrong, len(rows)


def main() -> None:
    """Print one line a reader, and the ratio of their times."""
    warnings.simplefilter("ignore", dateutil_parser.UnknownTimezoneWarning)  # SA and CH
    texts = strings(1400)
    costs = {}
    for name, read in (("read_stamp", ours), ("python-dateutil", theirs)):
        costs[name] = microseconds(read, texts)
        line = f"{name:16} {costs[name]:7.1f} us a string"
        for table in map(Path, sys.argv[1:]):
            right, wrong, count = right_of(read, table)
            line += f", {right} of {count} right, {wrong} wrong"
        print(line)
    ratio = costs["read_stamp"] / costs["python-dateutil"]
    print(f"ratio {ratio:.2f}; bar: 50 us a string")


if __name__ == "__main__":
    main()
