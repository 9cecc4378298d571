"""A date that was read, and what makes numbers a date."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.page import Precision

VIETNAM = timezone(timedelta(hours=7), "+07:00")  # without daylight saving time since 1975

# No page of the Front is older than the web, none is from the next century.
FIRST_YEAR, LAST_YEAR = 1990, 2100

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))

WEEKDAY = r"(?:thứ\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s?nhật)"

_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5, "nhật": 6}
_UNDER_WEEKDAY = re.compile(
    rf"({WEEKDAY})\W*(?:\d{{1,2}}\s?[:hg]\s?\d\d(?::\d\d)?\W*)?(?:ngày\W*)?"
    r"(\d{1,2})([./-])(\d{1,2})\3(\d{4})(?!\d)",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")

# Longest first, or "mười một" (11) would be read as "mười" (10).
MONTHS = {
    "mười một": 11,
    "mười hai": 12,
    "giêng": 1,
    "mười": 10,
    "chạp": 12,
    "một": 1,
    "hai": 2,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "ba": 3,
    "tư": 4,
}
# "9 tháng năm 2023" are the nine months of the year 2023, no day in May.
MONTH = rf"(?!năm\s\d{{4}})(?:\d{{1,2}}(?!\d)|(?:{'|'.join(MONTHS)})(?!\w))".replace(" ", r"\s")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as it was read.

    `iso`: `2023-10-14T15:46:00+07:00`, or the day alone. `precision`: second, minute, day or
    inferred-year (a day whose year was not beside it). `raw`: the string it was read from, cleaned
    of surplus blanks, at most 200 characters.
    """

    iso: str
    precision: Precision
    raw: str

    @property
    def day(self) -> date:
        """The day in Vietnam."""
        return date.fromisoformat(self.iso[:10])


def swapped(stamp: Stamp) -> date | None:
    """The day that the other field order would make of a stamp's string, where it has a day up to
    12 in figures: of 4/10/2019 10 April. None where both orders say the same, or one is no date."""
    day = stamp.day
    if day.day > 12 or day.day == day.month:
        return None
    wanted = (day.day, day.month, day.year % 100)
    figures = (match.group(1, 3, 4) for match in _FIGURES.finditer(stamp.raw))
    if not any((int(a), int(b), int(year) % 100) == wanted for a, b, year in figures):
        return None
    return date(day.year, day.day, day.month)


def weekday_beside(stamp: Stamp) -> int | None:
    """The weekday that stands before the figures of a stamp in its string, Monday 0; None where
    none does."""
    day = stamp.day
    for weekday, first, _, second, year in _UNDER_WEEKDAY.findall(stamp.raw):
        if {int(first), int(second)} == {day.day, day.month} and int(year) == day.year:
            return weekday_number(weekday)
    return None


def weekday_number(word: str) -> int:
    """The number of a Vietnamese weekday ("thứ hai", "Thứ 2"), Monday 0."""
    name = word[3:].strip().lower()
    return int(name) - 2 if name.isdecimal() else _WEEKDAYS[name]


def clean(text: str) -> str:
    """`text` in NFC, single blanks for every kind of space, nothing invisible."""
    text = text.strip()
    if "  " in text or not text.isprintable():  # the only printable white space is the blank
        text = " ".join(text.split())
    if text.isascii():
        return text
    if text.isprintable() and unicodedata.is_normalized("NFC", text):  # as nearly all are
        return text
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def month_number(word: str) -> int:
    """The month of a figure or of a Vietnamese word; 0 for what is none."""
    return int(word) if word.isdecimal() else MONTHS.get(word.lower(), 0)


def real_day(year: int, month: int, day: int) -> date | None:
    """The day, or None for one that no calendar has or no page of the web can carry."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def stamp_of_day(day: date, raw: str, precision: Precision = "day") -> Stamp:
    """A stamp without a time."""
    return Stamp(day.isoformat(), precision, raw[:200])


def stamp_of_moment(moment: datetime, raw: str, precision: Precision) -> Stamp:
    """A stamp with a time; a naive `moment` is Vietnamese time. Fractions are dropped."""
    local = moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment
    return Stamp(local.astimezone(VIETNAM).isoformat(timespec="seconds"), precision, raw[:200])
