"""The date in an article's first sentence: when the event was, never when it was published."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crawler.extraction.dates.moments import (
    MONTH,
    Stamp,
    clean,
    month_number,
    real_day,
    stamp_of_day,
)

_YEAR = r"(?:[/.,-]\s?|,?\s+(?:năm\s+)?)(?P<year>\d{4})(?!\d)(?!/\w)"
_DAYS_BEFORE = r"(?P<start>\d{1,2})(?:\s?(?:,|và|[-–—]|đến)\s?(?:ngày\s)?\d{1,2}){0,9}"

_EVENT_DATE = re.compile(
    rf"""(?P<word>\b(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|từ)\s)?
    (?<![\d.,/:])(?<!thứ\s)(?:(?P<days>{_DAYS_BEFORE})\s?(?:,|và|[-–—]|đến)\s?(?:ngày\s)?)?
    (?P<day>\d{{1,2}})
    (?:\s?tháng\s(?P<worded>{MONTH})|[/.-](?P<month>\d{{1,2}}))(?!\d)
    (?:{_YEAR})?(?![\d%/])(?![.,-]\d)
    (?:\s?(?:đến|tới|[-–—])\s?(?:ngày\s)?\d{{1,2}}[/.-](?P<end_month>\d{{1,2}})
       (?:[/.-]|\s+năm\s+)(?P<end_year>\d{{4}}))?""",
    re.VERBOSE | re.IGNORECASE,
)

# "(18/11/1930 - 18/11/2022)": the founding day of the Front and its anniversary.
_ANNIVERSARY = re.compile(
    r"0?(\d{1,2})([/.-])0?(\d{1,2})\2\d{4}\s?[-–—]\s?0?\1\2?[/.-]0?\3[/.-]\d{4}"
)
_PERIOD = re.compile(r"\d\d\d\d\s?[-–—]")  # is in each of them, and found in a tenth of the time
# "Kế hoạch số 12/KH-MTTQ, ngày 3/2/2022", "Nghị quyết của Đảng ủy ngày 3/2/2022"
_DOCUMENTS = (
    *("gp", "quyết định", "nghị quyết", "nghị định", "công văn", "kế hoạch", "hướng dẫn"),
    *("thông tư", "chỉ thị", "giấy phép", "kết luận", "quy định"),
)
_DOCUMENT = re.compile(
    rf"(?:\b{'|'.join(_DOCUMENTS)})\b[^.;,]{{0,40}}(?:\d[^.;,]{{0,20}},)?"
    r"(?<!sáng)(?<!trưa)(?<!chiều)(?<!tối)\sngày\s$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bsố\s$", re.IGNORECASE)
_LONGEST_DOCUMENT = 90  # characters from its name to the day


_DIGIT = re.compile(r"\d")
_LONGEST_WORD = 6  # before a day, with the blank

# The first sentence has the date, and a body without paragraphs is no lead.
_LONGEST_LEAD = 1500


def read_dateline(text: str, published: date | None = None) -> Stamp | None:
    """The first date of a lead, its start if it is a range or a list of days; None without one.

    A date without a year gets that of `published`, or the year before where that would lie more
    than two days after publication; without `published` it stays unknown. Dates of documents,
    anniversaries and days before the web are passed over. Evidence of the event only.
    """
    line = clean(text)
    if len(line) > _LONGEST_LEAD:
        line = line[:_LONGEST_LEAD].rpartition(" ")[0]  # never in the middle of a date
    if _PERIOD.search(line):
        line = _ANNIVERSARY.sub(lambda pair: " " * len(pair[0]), line)
    first = _DIGIT.search(line)
    if first is None:
        return None
    # The longest word before a day is "chiều": what stands further ahead takes most of the search.
    for match in _EVENT_DATE.finditer(line, max(0, first.start() - _LONGEST_WORD)):
        day = match.start("day")
        if _is_of_document(line, day):
            continue
        year = match["year"] or match["end_year"]
        if year is None and not _is_date_without_year(match):
            continue
        if year is None:
            return _guess_year(match, published)
        stamp = _with_year(match)
        if stamp is not None:
            return stamp
    return None


def _is_of_document(line: str, day: int) -> bool:
    """Whether a day that stands at `day` is a document's by the words before it."""
    start = max(0, day - _LONGEST_DOCUMENT)
    before = line[start:day].lower()
    if before.endswith("số "):
        return _NUMBER.search(line, start, day) is not None
    # The search takes longer than that for the date.
    if not before.endswith("ngày ") or not any(name in before for name in _DOCUMENTS):
        return False
    return _DOCUMENT.search(line, start, day) is not None


def _is_date_without_year(match: re.Match[str]) -> bool:
    """Whether "14.1" is a date: only after a word that says so, or as the end of a list of days."""
    return bool(match["word"] or match["days"] or match["worded"])


def _first_day(match: re.Match[str]) -> tuple[int, int]:
    """Day and month of the (first) day."""
    month = month_number(match["worded"]) if match["worded"] else int(match["month"])
    return int(match["start"] or match["day"]), month


def _with_year(match: re.Match[str]) -> Stamp | None:
    day, month = _first_day(match)
    if match["year"]:
        found = real_day(int(match["year"]), month, day)
        return stamp_of_day(found, match[0].strip()) if found else None
    # "từ ngày 27/12 đến 03/01/2019" starts in the year before.
    year = int(match["end_year"]) - (month > int(match["end_month"]))
    found = real_day(year, month, day)
    return stamp_of_day(found, match[0].strip(), "inferred-year") if found else None


def _guess_year(match: re.Match[str], published: date | None) -> Stamp | None:
    if published is None:
        return None
    day, month = _first_day(match)
    found = real_day(published.year, month, day)
    if found is not None and found > published + timedelta(days=2):
        found = real_day(published.year - 1, month, day)
    return stamp_of_day(found, match[0].strip(), "inferred-year") if found else None
