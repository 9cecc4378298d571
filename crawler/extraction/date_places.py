"""Where a page says when it was published: shown lines, metadata, its address, its listing.

Each place gives a date or the reason why it gives none: both go into the evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from crawler.extraction.blocks import FIELD_STEPS, path_of
from crawler.extraction.dates import Stamp, is_clock, read_meta, read_relative, read_stamp
from crawler.extraction.dates.addresses import stamp_in_url, upload_in_url
from crawler.extraction.layers import rule_of
from crawler.extraction.phrases import DATE_LABEL
from crawler.extraction.region import PROSE
from crawler.extraction.rules import meta_selector

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.blocks import Line, Walk
    from crawler.extraction.hints import Hints
    from crawler.extraction.rules import DateRule, Rules
    from crawler.extraction.selectors import Matches

Kind = Literal["shown", "meta", "url", "listing"]

_ZONE_LINES = 14  # below the title
_AFTER_LINES = 8  # below the text, only with a label
_ABOVE_LINES = 6  # above the title, only where the site is known to write it there
_CLOCK_LINES = 60
_MOST_CLOCKS = 2
_LONGEST = 140  # with a label, else a line that long is prose that tells of an event
_LONGEST_SHOWN = 200
_LONGEST_RELATIVE = 40
_DATED = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}|tháng\s\d|\d\s(?:giờ|phút|ngày|tuần)\strước",
    re.IGNORECASE,
)
# Labels of days that are not that of publication.
_LAST_EDIT = re.compile(
    r"\W*(?:(?:cập nhật|chỉnh sửa|sửa)(?: bài)? lần cuối|lần (?:cập nhật|sửa) cuối|"
    r"last (?:updated|modified|edited))\b",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"\W*(?:ngày (?:ban hành|ký|có hiệu lực|hiệu lực|hết hạn|hết hiệu lực|sinh|mất|tổ chức|họp|"
    r"khai mạc|bắt đầu|kết thúc)|hạn (?:nộp|cuối|chót|đăng ký|nhận))\b[^:]{0,20}:",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\W*thời gian(?: tổ chức| diễn ra)?\s*:", re.IGNORECASE)
_WHERE = re.compile(r"\W*(?:địa điểm|nơi tổ chức)\b", re.IGNORECASE)
_EDIT_MARKED = "meta[itemprop=datePublished]@content"
_META = (
    "meta[property='article:published_time']@content",
    _EDIT_MARKED,
    "meta[name=pubdate]@content",
    "time.published[datetime]@datetime",
    "time[pubdate][datetime]@datetime",
    "time[itemprop=datePublished][datetime]@datetime",
    "article time[datetime]@datetime",
)
_EDITED = (
    "meta[property='article:modified_time']@content",
    "meta[property='og:updated_time']@content",
    "meta[itemprop=dateModified]@content",
    "time[itemprop=dateModified][datetime]@datetime",
    "time.updated[datetime]@datetime",
)
# Its templates fill `datePublished` with the time of the last edit (versions 4.3 to 5).
_NUKEVIET = ("meta[name=generator][content*=NukeViet]",)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, the rule that found it, what kind of place that is, and the node."""

    stamp: Stamp
    rule: str
    kind: Kind
    node: etree._Element | None = None

    @property
    def at(self) -> str:
        """Where the node stands, for evidence."""
        return "" if self.node is None else path_of(self.node, FIELD_STEPS)


@dataclass(frozen=True, slots=True)
class Lost:
    """A string that looks like a date and is not the page's, with the reason."""

    rule: str
    raw: str
    why: str


@dataclass(frozen=True, slots=True)
class Zone:
    """Where on a page without rules its date may stand, as line numbers of the walk.

    `glued` is what the title's line shows after the title, `learned` are lines of boilerplate.
    """

    walk: Walk
    title: int | None
    start: int
    end: int
    glued: str = ""
    learned: Container[int] = ()


@dataclass(slots=True, kw_only=True)
class Places:
    """A page as its dates are read: what is given, and the strings that were no date of its own.

    `zone` is None where the rules alone say where the date stands; `files` are the addresses of
    the article's own pictures and attachments.
    """

    matches: Matches
    url: str
    rules: Rules
    hints: Hints
    clock: datetime | None = None
    zone: Zone | None = None
    files: Iterable[str] = ()
    lost: list[Lost] = field(default_factory=list)
    _json_ld: list[Any] | None = field(default=None, init=False, repr=False)

    def json_ld_dates(self, name: str) -> Iterator[str]:
        """The values of `datePublished` or `dateModified` in the page's JSON-LD, in order."""
        if self._json_ld is None:
            scripts = self.matches.elements("script[type='application/ld+json']")
            self._json_ld = [_read_json(script.text) for script in scripts if script.text]
        for read in self._json_ld:
            if isinstance(read, str):  # sites write newlines and comments into it
                yield from _STATED[name].findall(read)
            else:
                yield from _dates_in(read, name)

    def read(self, text: str, rule: str) -> Stamp | None:
        """The date of a shown line; a line that looks like one and is not is remembered."""
        dates = self.rules.dates
        text = text[:_LONGEST_SHOWN]
        if any(_compiled(pattern).search(text) for pattern in dates.ignore):
            self.lost.append(Lost(rule, text, "ignored"))
            return None
        stamp = read_stamp(text, dates, captured_at=self.clock)
        if stamp is None and self.clock is not None and len(text) < _LONGEST_RELATIVE:
            stamp = read_relative(text, self.clock)
        if stamp is None and _DATED.search(text):
            self.lost.append(Lost(rule, text, _why_unread(text, dates)))
        return stamp


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _why_unread(text: str, dates: DateRule) -> str:
    if is_clock(text):
        return "clock"
    if read_stamp(text, dates) is not None:
        return "after the capture"
    if read_stamp(text, replace(dates, order="dmy")) is not None:
        return "day and month may be swapped"
    return "not a date of its own"


def shown_date(page: Places) -> Dated | None:
    """The date shown where the rules say, else in the zone around the article."""
    for value, selector, element in page.matches.values(page.rules.date):
        stamp = page.read(value, rule_of(selector))
        if stamp is not None:
            return Dated(stamp, rule_of(selector), "shown", element)
    if page.zone is None:
        return None
    found = _in_zone(page, page.zone)
    _tell_clocks(page, page.zone)
    return found


def _in_zone(page: Places, zone: Zone) -> Dated | None:
    stamp = page.read(zone.glued, "title") if zone.glued else None
    if stamp is not None:
        return Dated(stamp, "title", "shown")
    for name, index in _zone_lines(zone, above=page.rules.dates.above):
        line = zone.walk.lines[index]
        # Dates that stand alone above all titles differ in numbers only, as counters do.
        learned = index in zone.learned and name != "above"
        if learned or not _may_be_date(line, name, zone):
            continue
        stamp = page.read(line.text, name)
        why = _why_not_publication(zone.walk.lines, index) if stamp is not None else ""
        if why:
            page.lost.append(Lost(name, line.text[:_LONGEST_SHOWN], why))
        elif stamp is not None:
            return Dated(stamp, name, "shown", zone.walk.nodes[line.node].element)
    return None


def _why_not_publication(lines: list[Line], index: int) -> str:
    """Why a date in the article's zone is by its label another's: that of the last edit, of the
    event, of the document; "" where it may be its own."""
    text = lines[index].text
    if _LAST_EDIT.match(text):
        return "edit-time"
    if _OTHER_DAY.match(text):
        return "another day"
    # When and where something takes place.
    beside = lines[index + 1].text if index + 1 < len(lines) else ""
    timed = _WHEN.match(text) and ("địa điểm" in text.lower() or _WHERE.match(beside))
    return "another day" if timed else ""


def _zone_lines(zone: Zone, *, above: bool) -> Iterator[tuple[str, int]]:
    """The lines in which a date may stand, with the name of their place, the likeliest first."""
    count = len(zone.walk.lines)
    if above and zone.title is not None:
        for index in range(zone.title - 1, max(zone.title - _ABOVE_LINES, 0) - 1, -1):
            yield "above", index
    last = min(zone.start, count)
    for index in range(
        max(zone.title + 1 if zone.title is not None else 0, last - _ZONE_LINES), last
    ):
        yield "zone", index
    for index in range(zone.end, min(zone.end + _AFTER_LINES, count)):
        yield "after", index


def _may_be_date(line: Line, place: str, zone: Zone) -> bool:
    if line.size >= _LONGEST or line.linked > line.size / 2:
        return False
    if line.size < PROSE and place != "after" and zone.title is not None:
        return True
    return DATE_LABEL.search(line.text) is not None


def _tell_clocks(page: Places, zone: Zone) -> None:
    """Remember the dates right above the title: page clocks, and whatever stands there."""
    if zone.title is None or page.rules.dates.above:
        return
    told = 0
    for index in range(zone.title - 1, max(zone.title - _CLOCK_LINES, 0) - 1, -1):
        line = zone.walk.lines[index]
        if line.size >= _LONGEST or line.linked or not _DATED.search(line.text):
            continue
        why = "clock" if is_clock(line.text, page.clock) else "outside-zone"
        page.lost.append(Lost("above", line.text, why))
        told += 1
        if told == _MOST_CLOCKS:
            return


def stated_dates(page: Places) -> Iterator[Dated]:
    """Dates that are not shown: metadata, the address, what the listing said; best first."""
    rules, clock = page.rules, page.clock
    names = list(map(meta_selector, rules.date_meta))
    if names:
        yield from _metas(page, names)
    elif page.zone is not None:
        yield from _generic_metas(page)
    yield from _dated(stamp_in_url(page.url), "address", "url")
    hints = page.hints
    if hints.published_at:
        yield from _dated(read_meta(hints.published_at, captured_at=clock), "feed", "listing")
    if hints.date:
        yield from _dated(
            read_stamp(hints.date, rules.dates, captured_at=clock), "listing", "listing"
        )


def _generic_metas(page: Places) -> Iterator[Dated]:
    stamps = (
        read_meta(text, page.rules.dates, captured_at=page.clock)
        for text in page.json_ld_dates("datePublished")
    )
    yield from _dated(next((stamp for stamp in stamps if stamp), None), "jsonld", "meta")
    names = list(_META)
    if page.matches.first(_NUKEVIET) is not None:
        names.remove(_EDIT_MARKED)
    yield from _metas(page, names)


def _metas(page: Places, names: Iterable[str]) -> Iterator[Dated]:
    for value, selector, element in page.matches.values(names):
        stamp = read_meta(value, page.rules.dates, captured_at=page.clock)
        yield from _dated(stamp, f"meta {selector}", "meta", element)


def _dated(
    stamp: Stamp | None, rule: str, kind: Kind, node: etree._Element | None = None
) -> Iterator[Dated]:
    if stamp is not None:
        yield Dated(stamp, rule, kind, node)


def edits_of(page: Places) -> list[Dated]:
    """When the page says it was last edited, in places that some platforms call publication."""
    names = page.rules.date_edited or (_EDITED if page.zone is not None else ())
    found = list(_metas(page, names))
    if page.zone is not None and not page.rules.date_edited:
        for text in page.json_ld_dates("dateModified"):
            found += _dated(read_meta(text, captured_at=page.clock), "jsonld", "meta")
    return found


def uploads_of(page: Places) -> Iterator[Lost]:
    """When the article's own files were put on their server: it is hardly older, and may be much
    younger."""
    for address in page.files:
        stamp = upload_in_url(address)
        if stamp is not None:
            yield Lost("file", stamp.iso, "upload of a file, not publication")
            return


_STATED = {
    name: re.compile(rf'"{name}"\s*:\s*"([^"]{{8,40}})"')
    for name in ("datePublished", "dateModified")
}


def _read_json(text: str) -> Any:
    """What a text says as JSON, the text itself where it is none; dates alone matter here."""
    if not any(name in text for name in _STATED):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _dates_in(value: Any, name: str, depth: int = 0) -> Iterator[str]:
    if depth > 4:
        return
    if isinstance(value, dict):
        stated = value.get(name)
        if isinstance(stated, str):
            yield stated
        value = list(value.values())
    if isinstance(value, list):
        for part in value[:50]:
            yield from _dates_in(part, name, depth + 1)
