"""Times that hide in URLs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from crawler.extraction.dates.moments import Stamp, real_day, stamp_of_day, stamp_of_moment

_TICKS = re.compile(r"-(6[2-4]\d{16})(?:\.aspx)?$", re.IGNORECASE)
_TICKS_START = datetime(1, 1, 1)  # noqa: DTZ001 - ticks count local time

_HANOI = re.compile(r"-(\d{15,19})\.html?$")
_PRESS = re.compile(r"-((?:19|20)\d{12})\d{3}\.\w+$")
_DAY_FOLDER = re.compile(r"/pages/(\d{4})-(\d{1,2})-(\d{1,2})/", re.IGNORECASE)
_PERMALINK = re.compile(r"^/(?:[a-z-]+/)?((?:19|20)\d\d)/(\d\d)/(\d\d)/[^/]+")
_JOOMLA = re.compile(r"\d[:-](\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)(?!\d)")

_EPOCH = re.compile(r"(?<!\d)(1[0-9]{12})(?!\d)")
_UPLOAD_FOLDER = re.compile(r"/uploaded/[^/]+/(\d{4})_(\d\d)_(\d\d)/", re.IGNORECASE)


def stamp_in_url(url: str) -> Stamp | None:
    """The publication time that the address of an article tells, or None.

    Known are: the slug ends of hanoi.gov.vn and its districts (site digits, yymmddHHMMSS, two or
    three digits), .NET ticks before `.aspx`, yyyymmddHHMMSS and three digits as the press writes
    them, SharePoint's day folder, WordPress permalinks, Joomla's alias of the creation time (whose
    zone is not known: the day, and only where it is the same in UTC).
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path
    return (
        _hanoi(parts, path)
        or _ticks(path)
        or _press(path)
        or _folder(_DAY_FOLDER, path)
        or _folder(_PERMALINK, path)
        or _joomla(f"{path}?{parts.query}")
    )


def upload_in_url(url: str) -> Stamp | None:
    """When a file was put on its server, told by its address (Liferay documents, Front images).

    An article that shows the file is hardly older: a lower bound, never a publication date.
    """
    stamp = _folder(_UPLOAD_FOLDER, url)
    if stamp is not None:
        return stamp
    match = _EPOCH.search(url)
    if match is None:
        return None
    moment = datetime.fromtimestamp(int(match[1]) // 1000, UTC)
    return stamp_of_moment(moment, match[1], "second")


def _hanoi(parts: SplitResult, path: str) -> Stamp | None:
    match = _HANOI.search(path)
    if match is None:
        return None
    host = parts.hostname or ""
    if not f".{host}".endswith(".hanoi.gov.vn"):
        return None
    # The city's own portal is site 4, its districts and wards have four digits.
    site_digits = 1 if host in {"hanoi.gov.vn", "www.hanoi.gov.vn"} else 4
    digits = match[1]
    if len(digits) - site_digits - 12 not in {2, 3}:
        return None
    return _compact("20" + digits[site_digits : site_digits + 12], digits)


def _compact(digits: str, raw: str) -> Stamp | None:
    """A stamp of yyyymmddHHMMSS."""
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 - Vietnamese time
    except ValueError:
        return None
    return _checked(moment, raw)


def _checked(moment: datetime, raw: str) -> Stamp | None:
    if real_day(moment.year, moment.month, moment.day) is None:
        return None
    return stamp_of_moment(moment, raw, "second")


def _ticks(path: str) -> Stamp | None:
    match = _TICKS.search(path)
    if match is None:
        return None
    return _checked(_TICKS_START + timedelta(microseconds=int(match[1]) // 10), match[1])


def _press(path: str) -> Stamp | None:
    match = _PRESS.search(path)
    return _compact(match[1], match[1]) if match else None


def _folder(pattern: re.Pattern[str], path: str) -> Stamp | None:
    match = pattern.search(path)
    if match is None:
        return None
    day = _day(match)
    return stamp_of_day(day, match[0]) if day else None


def _day(match: re.Match[str]) -> date | None:
    return real_day(int(match[1]), int(match[2]), int(match[3]))


def _joomla(path: str) -> Stamp | None:
    match = _JOOMLA.search(path)
    if match is None or int(match[4]) >= 17:  # from 17 h UTC on it is the next day in Vietnam
        return None
    day = _day(match)
    return stamp_of_day(day, match[0]) if day else None
