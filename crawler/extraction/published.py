"""When an article was published: which of a page's dates is its own.

What is shown beside the title comes before metadata (platforms fill `datePublished` with the time
of the last edit), metadata before nothing. A date of the same day may add the time that the shown
one lacks. A clock above the title, a date of a related article or a copyright year is none, and a
date that the rest of the page contradicts is left out: no date is a gap, a wrong one a lie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from crawler.extraction.date_places import (
    Dated,
    Lost,
    Places,
    edits_of,
    shown_date,
    stated_dates,
    uploads_of,
)
from crawler.extraction.dates import Stamp, read_dateline, swapped, weekday_beside
from crawler.extraction.layers import LONGEST_RAW

if TYPE_CHECKING:
    from crawler.extraction.rules import DateRule

_MOST_CANDIDATES = 5
_RANKS = {"day": 0, "inferred-year": 0, "none": 0, "minute": 1, "second": 2}
_REPORTED_WITHIN = timedelta(days=31)  # an event, by nearly all reports of it
_REPORTED_SOON = timedelta(days=14)
_SENTENCE = 400
_LONGEST_EVENT = 160  # "từ ngày 1, 2, 3, 4 và 5 tháng 3 đến ngày ..."
_DATELINE = 40  # characters before the day in "(Mặt trận) - Sáng ngày 8/4/2024, ..."
# What the first sentence of an announcement has, in lower case: its day is still to come.
_AHEAD = re.compile(
    r"\b(?:sẽ|dự kiến|sắp|kế hoạch|thông báo|thông tin về|trân trọng|kính|mời|chuẩn bị|hướng tới|"
    r"tiến tới|chào mừng|trước ngày|đến ngày|đến hết|hạn|kỷ niệm|phấn đấu|kể từ|lịch|"
    r"chương trình)\b"
)
_YEAR = re.compile(r"\d[/.-]\d{4}|năm \d{4}", re.IGNORECASE)
_SWAPPED = "day and month may be swapped"


@dataclass(slots=True)
class Publication:
    """The date chosen, every one seen with why it was not chosen, and what to check."""

    chosen: Dated | None = None
    seen: list[dict[str, str]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    @property
    def stamp(self) -> Stamp | None:
        """The date, as it was read."""
        return self.chosen.stamp if self.chosen else None

    def note(self, rule: str, raw: str, why: str = "") -> None:
        """Remember a date for the evidence; the same string once."""
        known = any(entry["raw"] == raw[:LONGEST_RAW] for entry in self.seen)
        if not known and len(self.seen) < _MOST_CANDIDATES:
            entry = {"rule": rule, "raw": raw[:LONGEST_RAW]}
            self.seen.append({**entry, "why": why} if why else entry)

    def evidence(self) -> dict[str, Any] | None:
        """The entry of the evidence, also where no date was found: then why each was left."""
        lost = [entry for entry in self.seen if "why" in entry]
        seen = {"seen": lost} if lost else {}
        if self.chosen is None:
            return {"rule": "none", **seen} if seen else None
        raw = self.chosen.stamp.raw[:LONGEST_RAW]
        told: dict[str, Any] = {"rule": self.chosen.rule, "raw": raw}
        at = self.chosen.at
        if at:
            told["at"] = at
        return {**told, **seen}


def publication(page: Places, title: str = "", opening: str = "") -> Publication:
    """When the page was published, by its own account.

    `opening` is the first paragraph, lead included: the day it begins with is the event's, and
    shows where a date cannot be, unless `title` or `opening` announce it. No date where none is
    sure.
    """
    found = Publication()
    shown = shown_date(page)
    dates = [shown] if shown else []
    dates += stated_dates(page)
    trust = page.rules.dates.trust
    found.chosen = next((dated for dated in dates if trust in ("any", dated.kind)), None)
    if trust == "any":
        found.chosen = _unless_edited(found.chosen, dates, page)
    if found.chosen is not None:
        found.note(found.chosen.rule, found.chosen.stamp.raw)
        _weigh_all(found, page, [dated for dated in dates if dated is not found.chosen])
    else:
        for dated in dates:
            found.note(dated.rule, dated.stamp.raw, f"only {trust} is trusted")
    for lost in page.lost:
        found.note(lost.rule, lost.raw, lost.why)
    _hold_against(found, title, opening, page.rules.dates)
    _hold_against_weekday(found, dates, page.rules.dates)
    if found.chosen is None:
        for bound in _bounds(page):
            found.note(bound.rule, bound.raw, bound.why)
    return found


def _unless_edited(first: Dated | None, dates: list[Dated], page: Places) -> Dated | None:
    """The first date, unless it is metadata that repeats the time of the last edit, and address or
    listing know an earlier day."""
    if first is None or first.kind != "meta":
        return first
    earlier = [d for d in dates if d.kind != "meta" and d.stamp.iso[:10] < first.stamp.iso[:10]]
    if earlier and any(edit.stamp.iso == first.stamp.iso for edit in edits_of(page)):
        return earlier[0]
    return first


def _bounds(page: Places) -> list[Lost]:
    """What is known of a date that is not known: the page was there when it was fetched."""
    bounds = list(uploads_of(page))
    if page.clock is not None:
        bounds.append(Lost("capture", page.clock.date().isoformat(), "seen then, not published"))
    return bounds


def _weigh_all(found: Publication, page: Places, others: list[Dated]) -> None:
    edits = edits_of(page) if page.rules.date_edited or _disagree(found, others) else []
    for other in others:
        _weigh(found, other, {edit.stamp.iso[:10] for edit in edits})
    order = page.rules.dates.order
    if order == "auto" and found.chosen is not None:
        turned = _turned(found.chosen.stamp)
        if turned is not None and any(other.stamp.day == turned for other in others):
            _doubt_order(found)
    for edit in edits:
        if found.chosen is not None and edit.stamp.iso[:16] != found.chosen.stamp.iso[:16]:
            found.note(edit.rule, edit.stamp.raw, "edit-time")


def _disagree(found: Publication, others: list[Dated]) -> bool:
    chosen = found.chosen
    if chosen is None:
        return False
    return any(other.stamp.iso[:10] != chosen.stamp.iso[:10] for other in others)


def _weigh(found: Publication, other: Dated, edited: set[str]) -> None:
    """Let another date add the time or the seconds to the one chosen, or note why it does not."""
    chosen = found.chosen
    if chosen is None:
        return
    if other.stamp.iso[:10] != chosen.stamp.iso[:10]:
        why = "edit-time" if other.stamp.iso[:10] in edited else "another day"
        found.note(other.rule, other.stamp.raw, why)
    elif _refines(chosen.stamp, other.stamp):
        stamp = Stamp(other.stamp.iso, other.stamp.precision, chosen.stamp.raw)
        found.chosen = Dated(stamp, f"{chosen.rule}+{other.rule}", chosen.kind, chosen.node)
        found.note(other.rule, other.stamp.raw, "adds the time")
    elif other.stamp.iso[:16] != chosen.stamp.iso[:16]:
        found.note(other.rule, other.stamp.raw, "another time")


def _refines(shown: Stamp, other: Stamp) -> bool:
    rank, other_rank = _RANKS[shown.precision], _RANKS[other.precision]
    if rank == 0:
        return other_rank > 0
    return other_rank > rank and shown.iso[:16] == other.iso[:16]


def _hold_against(found: Publication, title: str, opening: str, dates: DateRule) -> None:
    """Hold the date against the day of the event that the first paragraph begins with."""
    if found.chosen is None or not _YEAR.search(opening[: 2 * _DATELINE]):
        return
    event = read_dateline(opening[: _DATELINE + _LONGEST_EVENT])
    if event is None or event.precision != "day":
        return
    if not 0 <= opening.find(event.raw) <= _DATELINE:
        return
    stamp = found.chosen.stamp
    turned = dates.order == "auto" and _fits_turned(stamp, event.day)
    if not turned and stamp.day >= event.day:
        return
    if _AHEAD.search(f"{title} {opening[:_SENTENCE]}".lower()):
        return
    if turned:
        _doubt_order(found)
        found.note("lead", event.raw, "the event")
    else:
        day = replace(stamp, iso=stamp.iso[:10], precision="day")
        found.chosen = replace(found.chosen, stamp=day)
        found.flags.append("date-before-event")
        found.note("lead", event.raw, "the event, later than the date")


def _fits_turned(stamp: Stamp, event: date) -> bool:
    """Whether a date fits its event with day and month swapped, and as it was read does not."""
    turned = _turned(stamp)
    if turned is None or timedelta() <= stamp.day - event <= _REPORTED_WITHIN:
        return False
    return timedelta() <= turned - event <= _REPORTED_SOON


def _turned(stamp: Stamp) -> date | None:
    """The day of a date with day and month swapped, unless the weekday beside it says that they
    are not."""
    turned = swapped(stamp)
    said = weekday_beside(stamp) if turned is not None else None
    return None if said is not None and said == stamp.day.weekday() else turned


def _hold_against_weekday(found: Publication, dates: list[Dated], rule: DateRule) -> None:
    """Leave out a date whose weekday fits it with day and month swapped, where nothing else says
    that it is read right; flag any other that its weekday does not fit."""
    if found.chosen is None:
        return
    stamp = found.chosen.stamp
    said = weekday_beside(stamp)
    if said is None or said == stamp.day.weekday():
        return
    turned = swapped(stamp) if rule.order == "auto" else None
    backed = any(one.stamp.day == stamp.day for one in dates if one.kind in ("meta", "url"))
    if turned is not None and turned.weekday() == said and not backed:
        _doubt_order(found)
    else:
        found.flags.append("date-weekday")


def _doubt_order(found: Publication) -> None:
    """Leave out a date whose day and month the site may write the other way round."""
    if found.seen:
        found.seen[0]["why"] = _SWAPPED
    found.chosen = None
    found.flags.append("date-order")
