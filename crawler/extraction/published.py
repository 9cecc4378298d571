"""When an article was published: which of a page's dates is its own.

What is shown beside the title comes before metadata (platforms fill `datePublished` with the time
of the last edit), metadata before nothing. A date of the same day may add the time that the shown
one lacks. A clock above the title, a date of a related article or a copyright year is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.extraction.dates import (
    Stamp,
    read_meta,
    read_relative,
    read_stamp,
    stamp_in_url,
)
from crawler.extraction.phrases import DATE_LABEL
from crawler.extraction.region import PROSE

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.blocks import Walk
    from crawler.extraction.hints import Hints
    from crawler.extraction.rules import DateRule, Rules
    from crawler.extraction.selectors import Matches

_ZONE_LINES = 14  # below the title
_AFTER_LINES = 8  # below the text, only with a label
_LONGEST = 140  # with a label, else a line that long is prose that tells of an event
_MOST_CANDIDATES = 5
_RANKS = {"day": 0, "inferred-year": 0, "none": 0, "minute": 1, "second": 2}
_META = (
    "meta[property='article:published_time']@content",
    "meta[itemprop=datePublished]@content",
    "meta[name=pubdate]@content",
    "time.published[datetime]@datetime",
    "time[pubdate][datetime]@datetime",
    "time[itemprop=datePublished][datetime]@datetime",
    "article time[datetime]@datetime",
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and the rule that found it."""

    stamp: Stamp
    rule: str


@dataclass(slots=True)
class Publication:
    """The date chosen, and every one seen with why it was not chosen."""

    chosen: Dated | None = None
    seen: list[dict[str, str]] = field(default_factory=list)

    def note(self, dated: Dated, why: str = "") -> None:
        """Remember a date for the evidence."""
        if len(self.seen) < _MOST_CANDIDATES:
            entry = {"rule": dated.rule, "raw": dated.stamp.raw[:200]}
            self.seen.append({**entry, "why": why} if why else entry)


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


def publication(
    matches: Matches,
    url: str,
    rules: Rules,
    *,
    hints: Hints,
    clock: datetime | None,
    zone: Zone | None,
) -> Publication:
    """The date of a page: shown where rules or zone say, then metadata, address, listing."""
    found = Publication()
    shown = _by_rules(matches, rules, clock)
    if shown is None and zone is not None:
        shown = _in_zone(zone, rules.dates, clock)
    metas = list(_stated(matches, url, rules, hints, clock, generic=zone is not None))
    if shown is None:
        shown, metas = (metas[0], metas[1:]) if metas else (None, [])
    if shown is None:
        return found
    found.chosen = shown
    found.note(shown)
    for other in metas:
        _weigh(found, other)
    return found


def _weigh(found: Publication, other: Dated) -> None:
    """Let another date add the time or the seconds to the one chosen, or note why it does not."""
    chosen = found.chosen
    if chosen is None:
        return
    if other.stamp.day != chosen.stamp.day:
        found.note(other, "another day")
    elif _refines(chosen.stamp, other.stamp):
        found.chosen = Dated(
            Stamp(other.stamp.iso, other.stamp.precision, chosen.stamp.raw),
            f"{chosen.rule}+{other.rule}",
        )
        found.note(other, "adds the time")
    elif other.stamp.iso[:16] != chosen.stamp.iso[:16]:
        found.note(other, "another time")


def _refines(shown: Stamp, other: Stamp) -> bool:
    rank, other_rank = _RANKS[shown.precision], _RANKS[other.precision]
    if rank == 0:
        return other_rank > 0
    return other_rank > rank and shown.iso[:16] == other.iso[:16]


def _by_rules(matches: Matches, rules: Rules, clock: datetime | None) -> Dated | None:
    for value, selector, _ in matches.values(rules.date):
        stamp = read_stamp(value[:200], rules.dates, captured_at=clock)
        if stamp is None and clock is not None and len(value) < 40:
            stamp = read_relative(value, clock)
        if stamp is not None:
            return Dated(stamp, f"site-rule {selector}")
    return None


def _in_zone(zone: Zone, rule: DateRule, clock: datetime | None) -> Dated | None:
    lines = zone.walk.lines
    stamp = read_stamp(zone.glued, rule, captured_at=clock) if zone.glued else None
    if stamp is not None:
        return Dated(stamp, "title")
    last = min(zone.start, len(lines))
    first = max(zone.title + 1 if zone.title is not None else 0, last - _ZONE_LINES)
    for name, indices in (
        ("zone", range(first, last)),
        ("after", range(zone.end, min(zone.end + _AFTER_LINES, len(lines)))),
    ):
        for index in indices:
            line = lines[index]
            if index in zone.learned:
                continue
            labelled = bool(DATE_LABEL.search(line.text))
            if line.size >= (_LONGEST if labelled else PROSE) or line.linked > line.size / 2:
                continue
            if not labelled and (name == "after" or zone.title is None):
                continue
            stamp = read_stamp(line.text, rule, captured_at=clock)
            if stamp is None and clock is not None and line.size < 40:
                stamp = read_relative(line.text, clock)
            if stamp is not None:
                return Dated(stamp, name)
    return None


def _stated(
    matches: Matches,
    url: str,
    rules: Rules,
    hints: Hints,
    clock: datetime | None,
    *,
    generic: bool,
) -> Iterator[Dated]:
    """Dates that are not shown: metadata, the address, what the listing said; best first."""
    names = [
        name if "@" in name else f"meta[property='{name}']@content" for name in rules.date_meta
    ]
    for value, selector, _ in matches.values(names):
        yield from _dated(read_meta(value, rules.dates, captured_at=clock), f"meta {selector}")
    if generic and not rules.date_meta:
        yield from _dated(_first_stamp(_json_ld_dates(matches.tree), rules.dates, clock), "jsonld")
        for value, selector, _ in matches.values(_META):
            yield from _dated(read_meta(value, rules.dates, captured_at=clock), f"meta {selector}")
    yield from _dated(stamp_in_url(url), "address")
    if hints.published_at:
        yield from _dated(read_meta(hints.published_at, captured_at=clock), "listing")
    if hints.date:
        yield from _dated(read_stamp(hints.date, rules.dates, captured_at=clock), "listing")


def _dated(stamp: Stamp | None, rule: str) -> Iterator[Dated]:
    if stamp is not None:
        yield Dated(stamp, rule)


def _first_stamp(texts: Iterable[str], rule: DateRule, clock: datetime | None) -> Stamp | None:
    stamps = (read_meta(text, rule, captured_at=clock) for text in texts)
    return next((stamp for stamp in stamps if stamp is not None), None)


_DATE_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def _json_ld_dates(tree: etree._Element) -> Iterator[str]:
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json" or not script.text:
            continue
        try:
            yield from _dates_in(json.loads(script.text))
        except ValueError:  # sites write newlines and comments into it
            yield from _DATE_PUBLISHED.findall(script.text)


def _dates_in(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > 4:
        return
    if isinstance(value, dict):
        stated = value.get("datePublished")
        if isinstance(stated, str):
            yield stated
        value = list(value.values())
    if isinstance(value, list):
        for part in value[:50]:
            yield from _dates_in(part, depth + 1)
