"""The date line of an article: when it was published or updated."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extraction.dates.moments import (
    MONTH,
    VIETNAM,
    WEEKDAY,
    Stamp,
    clean,
    month_number,
    real_day,
    stamp_of_day,
    stamp_of_moment,
    weekday_number,
)
from crawler.extraction.rules import DateRule

if TYPE_CHECKING:
    from archive.page import Precision

_DAY_FIRST = DateRule()

# SharePoint glues "CH" (PM) to the next field, "4:00 CHNoĐã"; a word in capitals that begins so
# ("CHÀO MỪNG") goes on with a vowel and more capitals, or an end.
_VOWELS = "AEIOUYÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_UPPER = f"A-ZĐ{_VOWELS}"
_HALF = (
    rf"(?P<half>(?-i:AM|PM|SA(?![{_UPPER}])|CH(?![{_VOWELS}](?:[{_UPPER}\s]|$)))"
    r"|[ap]\.?m\b|sáng\b|chiều\b|tối\b)"
)
_ZONE = r"\(?(?:GMT|UTC)\s?(?:(?P<zone>[+-]\s?\d{1,2})(?::?(?P<zone_minutes>\d\d))?)?\)?"
_TIME = (
    r"(?<![\d:])(?P<hour>\d{1,2})\s?(?::|h|g(?!\w)|g(?=\d)|giờ)\s?(?P<minute>\d{1,2})(?!\d)"
    r"(?::(?P<second>\d{2})(?!\d))?(?:\s?(?:phút|['’′]))?"
    rf"(?:\s?{_HALF})?(?:\s?{_ZONE})?"
)
_GAP = r"[\s,|•·–—()-]*"

_DATE = re.compile(
    rf"""(?<!\d)(?<!\d[./])(?:
      (?P<day>\d{{1,2}})(?P<sep>[./-])(?P<month>\d{{1,2}})
        (?:(?P=sep)(?P<year>\d{{4}})|/(?P<short>\d\d)|\s+năm\s+(?P<said>\d{{4}}))
    | (?P<word_day>\d{{1,2}})\s?(?:tháng|thg\.?|th(?=\d))\s?(?P<word>{MONTH})
        (?:\s?[,/.-]\s?|\s+)(?:năm\s+)?(?P<word_year>\d{{4}})
    | (?:tháng|thg\.?)\s?(?P<front>{MONTH})\s+(?P<front_day>\d{{1,2}})
        ,?\s+(?:năm\s+)?(?P<front_year>\d{{4}})
    )(?!\d)(?!\.\d)(?!/\w)""",
    re.VERBOSE | re.IGNORECASE,
)
# A whole line as most themes write it, "Thứ sáu - 24/11/2023 14:49": nothing on it can speak
# against the date, which the other expressions would look for one after the other.
_BARE = re.compile(
    rf"(?:{WEEKDAY}(?:,|\s[-|])\s)?"
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:(?:,|\s[-|])?\s([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![\d/.-])(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    # NukeViet writes the abbreviation of the zone where "T" belongs: 2021-01-15+0719:02:14
    r"(?:(?P<early>[+-]\d\d)(?=\d\d:)|[T\s]+(?=\d\d?:)|(?![\d/]))"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d\d)(?!\d)(?::(?P<second>\d\d)(?!\d)(?:[.,]\d+)?)?"
    r"\s?(?P<zone>Z\b|[+-]\d\d(?::?\d\d)?(?!\d))?)?",
    re.IGNORECASE,
)
# "October 6, 2026" and "6 Oct 2026", on a site's pages in English.
_ENGLISH_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<front>{_ENGLISH_MONTH})\s(?P<front_day>\d{{1,2}})(?:st|nd|rd|th)?,?\s"
    rf"(?P<front_year>\d{{4}})"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month>{_ENGLISH_MONTH}),?\s(?P<year>\d{{4}}))\b",
    re.IGNORECASE,
)
_RFC_822 = re.compile(r"(?:[A-Z][a-z]{2},\s)?\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s\d\d?:\d\d")

_AMERICAN_TIME = re.compile(r" (\d{1,2}):\d\d:\d\d [AP]M\b")
_TIME_AFTER = re.compile(rf"{_GAP}(?:lúc|vào|hồi)?[\s:]*{_TIME}", re.IGNORECASE)
_TIME_BEFORE = re.compile(
    rf"{_TIME}{_GAP}(?:{WEEKDAY}{_GAP})?(?:ngày[\s:]*)?$",
    re.IGNORECASE,
)

_BETWEEN = rf"[\s:|(–—-]*(?:{WEEKDAY}{_GAP})?(?:ngày[\s:]*)?$"
_LABELLED = re.compile(
    r"\b(?:đăng|dang|đưa|xuất bản|phát hành|tạo|viết|posted|published)"
    rf"(?:\s(?:tải|tin|bài|lúc|vào|on|ngày|ngay))*{_BETWEEN}",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    rf"\b(?:cập nhật|updated?|sửa)(?:\s(?:tin|bài|lúc|vào|ngày|lần cuối|cuối|on))*{_BETWEEN}",
    re.IGNORECASE,
)

# What shows that a date is not the page's own: the start or end of a range, a part of the day or a
# plain word before it ("Sáng 27/3/2023", "họp ngày 12/3/2021"), a sentence after it, a document's
# number before it, the words of a page's footer.
_RANGE_AHEAD = re.compile(
    r"\s?(?:[-–—]|đến|tới|và)\s?(?:hết\s)?(?:ngày\s)?\d{1,2}(?:[/.]\d{1,2}\b|-\d{1,2}-)",
    re.IGNORECASE,
)
# "Thứ 6, 24/11/2023" is none.
_RANGE_BEHIND = re.compile(
    r"(?<!thứ)(?<!thứ\s)(?<!\bT)\d\s?[-–—,]\s?$|\b(?:và|đến|tới)\s$", re.IGNORECASE
)
_EVENT = re.compile(
    r"\b(?:sáng|trưa|chiều|tối|đêm|hôm|từ|số|qđ)\s?,?\s$|\(ngày\s$|/[\w-]+,?\sngày\s$",
    re.IGNORECASE,
)
_WEEKDAY_AHEAD = re.compile(rf"({WEEKDAY}){_GAP}(?:ngày[\s:]*)?$", re.IGNORECASE)
_DAY_WORD = re.compile(rf"(?:(?P<weekday>{WEEKDAY})|(?P<word>\w+)),?\sngày\s$", re.IGNORECASE)
_NOT_PROSE = frozenset({"lúc", "vào", "tin", "bài"})
_SENTENCE_AHEAD = re.compile(r",\s(?:\w+\s){3}")
_FOOTER = re.compile(r"giấy phép|bản quyền|copyright|©|\bGP-", re.IGNORECASE)

_CLOCK = re.compile(
    rf"""\bhôm\snay\b
    | (?:^|[|•»>])\W*(?:\d{{1,2}}:\d\d(?::\d\d)?\W*)?{WEEKDAY}\W*\d{{1,2}}\s?(?:tháng|thg)
    | ^\W*{WEEKDAY}\W*ngày\s?\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}\W*$
    | ^\W*(?!{WEEKDAY})(?:(?:thành\sphố|thị\sxã|thị\strấn|tỉnh|huyện|quận|phường|xã)\s)?
      (?-i:[{_UPPER}])[\w.]*(?:\s(?-i:[{_UPPER}])[\w.]*){{0,4}}
      ,\sngày\s?\d{{1,2}}\stháng
    """,
    re.VERBOSE | re.IGNORECASE,
)

# A title with the date glued to it is the longest of date lines.
_LONGEST_LINE = 600

_AGO = re.compile(r"\b(\d{1,3})\s?(giây|phút|giờ|tiếng)\strước\b", re.IGNORECASE)
_AGO_UNITS = {
    "giây": timedelta(seconds=1),
    "phút": timedelta(minutes=1),
    "giờ": timedelta(hours=1),
    "tiếng": timedelta(hours=1),
}
_YESTERDAY = re.compile(r"\bhôm\squa\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    stamp: Stamp
    rank: int  # 0 under a label of publication, 1 unlabelled, 2 under a label of update


def read_stamp(
    text: str, rule: DateRule = _DAY_FIRST, *, captured_at: datetime | None = None
) -> Stamp | None:
    """The date of a date line, or None.

    Labels, weekdays, authors, counters and sections on the line do not matter. None for a page
    clock (see `is_clock`), a range, a term of office, an event ("Sáng 27/3/2023"), a relative
    time, an impossible date, one whose day and month may be swapped (`DateRule.order`), two
    different unlabelled dates, and, when `captured_at` (aware) is
    given, for a day more than two days after it, and for any text over 600 characters. `rule` says
    how the site writes.
    """
    line = clean(text)
    bare = _BARE.fullmatch(line)
    if bare is not None:
        return _in_time(_read_bare(bare, line, rule), captured_at)
    if len(line) > _LONGEST_LINE or _CLOCK.search(line):
        return None
    return _in_time(_read_line(line, rule), captured_at)


def read_meta(
    text: str, rule: DateRule = _DAY_FIRST, *, captured_at: datetime | None = None
) -> Stamp | None:
    """The date of a `<meta>`, JSON-LD, `<time datetime>` or feed value, or None.

    Reads ISO 8601, also with NukeViet's zone in the place of "T", RFC 822, and what `read_stamp`
    reads. A time without a zone is Vietnamese. Limits as `read_stamp`.
    """
    line = clean(text)
    if len(line) > _LONGEST_LINE:
        return None
    return _in_time(_read_value(line, rule), captured_at)


@lru_cache(maxsize=256)  # pages say the same in several places
def _read_value(line: str, rule: DateRule) -> Stamp | None:
    return _read_rfc_822(line) if _RFC_822.match(line) else _read_line(line, rule)


def read_relative(text: str, captured_at: datetime) -> Stamp | None:
    """The day of "2 giờ trước" or "hôm qua", seen at `captured_at` (aware).

    None when the rounding of such a phrase leaves two days open; longer spans ("3 ngày trước")
    always do. Read an absolute time where the page or its URL has one.
    """
    line = clean(text)
    seen = captured_at.astimezone(VIETNAM)
    if _YESTERDAY.search(line):
        return stamp_of_day(seen.date() - timedelta(days=1), line)
    match = _AGO.search(line)
    if match is None:
        return None
    count, unit = int(match[1]), _AGO_UNITS[match[2].lower()]
    first, last = seen - unit * (count + 1), seen - unit * max(count - 1, 0)
    return stamp_of_day(first.date(), line) if first.date() == last.date() else None


def is_clock(text: str, captured_at: datetime | None = None) -> bool:
    """Whether a line shows the day of the visit and not of the article.

    By its wording: a weekday straight before "9 Tháng 5", "Hôm nay", a weekday with
    "Ngày 17/07/2024" and no time, a place and a day as on a printed letter. With `captured_at`
    (aware) also when its day is that day: give it only for a line above the title or outside the
    article, because an article found on the day it appeared bears that day too.
    """
    line = clean(text)
    if len(line) > _LONGEST_LINE:
        return False
    if _CLOCK.search(line):
        return True
    if captured_at is None:
        return False
    stamp = _read_line(line, _DAY_FIRST)
    return stamp is not None and stamp.day == captured_at.astimezone(VIETNAM).date()


def _in_time(stamp: Stamp | None, captured_at: datetime | None) -> Stamp | None:
    """`stamp`, unless it lies in the future: two days are left for clocks that go wrong."""
    if stamp is None or captured_at is None:
        return stamp
    return stamp if stamp.iso[:10] <= _latest(captured_at) else None


@lru_cache(maxsize=16)  # each date of a page is held against it
def _latest(captured_at: datetime) -> str:
    """The last day that a page captured then may bear."""
    return (captured_at.astimezone(VIETNAM).date() + timedelta(days=2)).isoformat()


def _read_line(line: str, rule: DateRule) -> Stamp | None:
    iso = _ISO.search(line)
    if iso is not None:
        stamp = _read_iso(iso, line, rule)
        if stamp is not None:
            return stamp
    found = _candidates(line, rule)
    if not found and _ENGLISH.search(line):
        in_figures = _ENGLISH.sub(_in_figures, line)
        stamp = _choose(_candidates(in_figures, replace(rule, order="dmy")))
        return None if stamp is None else replace(stamp, raw=line[:200])
    return _choose(found)


def _read_bare(match: re.Match[str], line: str, rule: DateRule) -> Stamp | None:
    first, _, second, year, hour, minute, seconds = match.groups()
    day, month = (second, first) if rule.order == "mdy" else (first, second)
    found = real_day(int(year), int(month), int(day))
    if found is None or hour is None or rule.clock == "unsure":
        return None if found is None else stamp_of_day(found, line)
    clock = f"{hour:0>2}:{minute}:{seconds or '00'}"
    filler = rule.ignore_midnight and clock == "00:00:00"
    if filler or clock > "23:59:59" or max(minute, seconds or "") > "59":
        return stamp_of_day(found, line)
    precision: Precision = "second" if seconds else "minute"
    return Stamp(f"{found.isoformat()}T{clock}+07:00", precision, line[:200])


def _candidates(line: str, rule: DateRule) -> list[_Candidate]:
    found = (_candidate(line, match, rule) for match in _DATE.finditer(line))
    return [candidate for candidate in found if candidate is not None]


def _in_figures(match: re.Match[str]) -> str:
    """An English date as Vietnamese lines have it, the day first."""
    day, month = match["day"] or match["front_day"], match["month"] or match["front"]
    number = _ENGLISH_MONTHS.index(month[:3].lower()) // 3 + 1
    return f"{day}.{number}.{match['year'] or match['front_year']}"


def _choose(found: list[_Candidate]) -> Stamp | None:
    if not found:
        return None
    rank = min(candidate.rank for candidate in found)
    best = [candidate.stamp for candidate in found if candidate.rank == rank]
    if rank == 1 and len({stamp.day for stamp in best}) > 1:
        return None
    return best[0]


def _candidate(line: str, match: re.Match[str], rule: DateRule) -> _Candidate | None:
    day = _day_of(match, rule)
    if day is None or _RANGE_AHEAD.match(line, match.end()):
        return None
    before = _TIME_BEFORE.search(line, max(0, match.start() - 60), match.start())
    after = _TIME_AFTER.match(line, match.end())
    prefix = line[: before.start() if before else match.start()]
    if rule.order == "auto" and _may_be_american(line, match):
        day = _by_weekday(day, prefix)
        if day is None:
            return None
    rank = _rank(prefix)
    if rank == 1 and not _is_own(prefix, line, match.end(), timed=bool(before or after)):
        return None
    clock = _time_of(before, after, rule)
    return _Candidate(_stamp(day, clock, line), rank)


def _may_be_american(line: str, match: re.Match[str]) -> bool:
    """Whether month and day may be swapped: "4/10/2019 3:41:55 PM" is how an American server writes
    by itself, without zeros before hour, day or month; who writes those has chosen the order."""
    if not match["year"] or max(int(match["day"]), int(match["month"])) > 12:
        return False
    after = _AMERICAN_TIME.match(line, match.end())
    if after is None or match["sep"] != "/" or match["day"] == match["month"]:
        return False
    return not any(part.startswith("0") for part in (match["day"], match["month"], after[1]))


def _by_weekday(day: date, prefix: str) -> date | None:
    """A day, or the one with day and month swapped, whichever the weekday before it fits; None
    where that does not tell."""
    said = _WEEKDAY_AHEAD.search(prefix)
    weekday = weekday_number(said[1]) if said else None
    both = (day, day.replace(month=day.day, day=day.month))
    fitting = [one for one in both if one.weekday() == weekday]
    return fitting[0] if len(fitting) == 1 else None


def _rank(prefix: str) -> int:
    if _LABELLED.search(prefix):
        return 0
    return 2 if _UPDATED.search(prefix) else 1


def _is_own(prefix: str, line: str, end: int, *, timed: bool) -> bool:
    """Whether an unlabelled date may be the page's own."""
    if _FOOTER.search(line) or _EVENT.search(prefix):
        return False
    if not timed and _RANGE_BEHIND.search(prefix):
        return False
    if _SENTENCE_AHEAD.match(line, end):
        return False
    before = _DAY_WORD.search(prefix)
    return before is None or before["word"] is None or before["word"].lower() in _NOT_PROSE


def _day_of(match: re.Match[str], rule: DateRule) -> date | None:
    if match["day"]:
        day, month = int(match["day"]), int(match["month"])
        if rule.order == "mdy":
            day, month = month, day
        return real_day(_year_of(match), month, day)
    if match["word_day"]:
        month = month_number(match["word"])
        return real_day(int(match["word_year"]), month, int(match["word_day"]))
    month = month_number(match["front"])
    return real_day(int(match["front_year"]), month, int(match["front_day"]))


def _year_of(match: re.Match[str]) -> int:
    if match["short"]:
        short = int(match["short"])
        return short + (1900 if short >= 90 else 2000)
    return int(match["year"] or match["said"])


@dataclass(frozen=True, slots=True)
class _Clock:
    time: time
    zone: timezone
    seconds: bool


def _time_of(
    before: re.Match[str] | None, after: re.Match[str] | None, rule: DateRule
) -> _Clock | None:
    if rule.clock == "unsure":
        return None
    clocks = [_clock(match, rule) for match in (before, after) if match]
    # A time on either side: which one is the date's own is not known.
    return clocks[0] if len(set(clocks)) == 1 else None


def _clock(match: re.Match[str], rule: DateRule) -> _Clock | None:
    hour = _hour(int(match["hour"]), (match["half"] or "")[:1].lower())
    zone = _zone(match["zone"], match["zone_minutes"])
    if hour is None or zone is None:
        return None
    return _valid_clock(hour, match["minute"], match["second"], zone, rule)


def _valid_clock(
    hour: int, minute: str, second: str | None, zone: timezone, rule: DateRule
) -> _Clock | None:
    try:
        moment = time(hour, int(minute), int(second or 0))
    except ValueError:
        return None
    if rule.ignore_midnight and moment == time(0):
        return None
    return _Clock(moment, zone, seconds=second is not None)


def _hour(hour: int, half: str) -> int | None:
    """The hour of 24; None when the mark of the half day contradicts it."""
    if half in {"a", "s"}:  # AM, SA, sáng
        return hour % 12 if hour <= 12 else None
    if half in {"p", "c", "t"}:  # PM, CH, chiều, tối
        return None if hour == 0 else hour if hour >= 12 else hour + 12
    return hour


def _zone(hours: str | None, minutes: str | None) -> timezone | None:
    if not hours:
        return VIETNAM
    whole = int(hours.replace(" ", ""))
    offset = timedelta(hours=abs(whole), minutes=int(minutes or 0))
    if offset > timedelta(hours=14):
        return None
    return timezone(-offset if hours.startswith("-") else offset)


def _stamp(day: date, clock: _Clock | None, line: str) -> Stamp:
    if clock is None:
        return stamp_of_day(day, line)
    moment = datetime.combine(day, clock.time, clock.zone)
    return stamp_of_moment(moment, line, "second" if clock.seconds else "minute")


def _read_iso(match: re.Match[str], line: str, rule: DateRule) -> Stamp | None:
    day = real_day(int(match["year"]), int(match["month"]), int(match["day"]))
    if day is None or not match["hour"]:
        return None if day is None else stamp_of_day(day, line)
    given = match["early"] or match["zone"]
    zone = _iso_zone(given)
    if zone is None or (rule.clock == "unsure" and given is None):
        return stamp_of_day(day, line)
    clock = _valid_clock(int(match["hour"]), match["minute"], match["second"], zone, rule)
    return _stamp(day, clock, line)


@lru_cache(maxsize=64)
def _iso_zone(text: str | None) -> timezone | None:
    if text is None:
        return VIETNAM
    if text in {"Z", "z"}:
        return timezone.utc  # noqa: UP017 - one spelling beside timezone(...)
    return _zone(text[:3], text[3:].lstrip(":") or None)


def _read_rfc_822(line: str) -> Stamp | None:
    try:
        moment = parsedate_to_datetime(line)
    except ValueError:
        return None
    if real_day(moment.year, moment.month, moment.day) is None:
        return None
    return stamp_of_moment(moment, line, "second")
