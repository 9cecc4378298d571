"""The history of a page, told from all that is known of it: a function of facts and nothing else.

Captures, and what rules made of them later, are events in time. Each says a content; a run of equal
contents is a revision. An older reading of what stands there begins none: where A is known to be A'
by newer rules, a capture read as A behind A' says nothing new, once A was told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.facts import Facts, as_json
from archive.histories import History, Row
from archive.revisions import ASSUMED


class _Event(NamedTuple):
    """That a capture was read as a content; `key` tells two of one second apart."""

    at: str
    read_at: str
    digest: str
    key: str
    capture: int


@dataclass(slots=True)
class _Teller:
    """The history of one page as far as it has been told.

    :ivar again: as what newer rules read a content.
    :ivar contents: those that are in the history.
    """

    facts: Facts
    again: dict[str, set[str]]
    told: History = field(default_factory=History)
    contents: set[str] = field(default_factory=set)

    def tell(self, event: _Event) -> None:
        """Begin a revision with an event, if it says something new."""
        row = self._row(event)
        if self.told.revisions:
            before = self.told.revisions[-1]
            if before["content_hash"] == event.digest:
                return
            known = self.facts.causes.get((event.at, before["content_hash"], event.digest))
            if known is None and self._says_nothing_new(event.digest, before["content_hash"]):
                return
            is_judged, row["cause"] = known or (False, self._assumed(before, row))
            row["is_judged"] = int(is_judged)
            if known is None:
                row["flags"] = as_json([*json.loads(row["flags"]), ASSUMED])
        self.told.revisions.append(row)
        self.contents.add(event.digest)

    def _says_nothing_new(self, digest: str, before: str) -> bool:
        """Tell whether an older reading of what stands there, told once, need not be told again."""
        return digest in self.contents and self._is_read_as(digest, before)

    def _row(self, event: _Event) -> Row:
        return {
            **self.facts.texts[event.digest],
            "capture": event.capture,
            "captured_at": event.at,
            "extracted_at": event.read_at,
            "cause": "first",
            "is_judged": 0,
        }

    def _assumed(self, before: Row, row: Row) -> str:
        """Return the cause that nobody saw: by one set of rules only the site can change a text.

        Of an older reading of what stands there somebody may have seen it.
        """
        step = row["captured_at"], row["content_hash"]
        seen = [
            cause
            for (at, older, digest), cause in self.facts.causes.items()
            if (at, digest) == step and self._is_read_as(older, before["content_hash"])
        ]
        if seen:
            return max(seen)[1]
        same = all(before[name] == row[name] for name in ("extractor", "template"))
        is_rules = self._is_read_as(before["content_hash"], row["content_hash"])
        return "site" if same and not is_rules else "rules"

    def _is_read_as(self, older: str, newer: str) -> bool:
        """Tell whether newer rules are known to read as `newer` what older ones read as `older`."""
        known, waiting = {older}, [older]
        while waiting:
            for digest in self.again.get(waiting.pop(), set()) - known:
                known.add(digest)
                waiting.append(digest)
        return newer in known


def tell(facts: Facts) -> History:
    """Return the history that facts come to; nothing where no content is known."""
    teller = _Teller(facts, _read_again(facts))
    for event in _events(facts):
        teller.tell(event)
        if event.digest == _says(facts, event.capture):
            teller.told.belonging[event.capture] = len(teller.told.revisions) - 1
    return teller.told


def _events(facts: Facts) -> list[_Event]:
    """Return in their order the captures of a page, and what rules made of them later."""
    first: dict[str, str] = {}
    for readings in facts.rows.values():
        for at, digest in readings:
            first[digest] = min(at, first.get(digest, at))
    events = []
    for capture, seen in facts.captures.items():
        readings = facts.rows.get(capture, set()) | facts.links.get(capture, set())
        if seen.digest in first and all(digest != seen.digest for _, digest in readings):
            readings = readings | {(first[seen.digest], seen.digest)}
        events += [
            _Event(seen.at, at, digest, seen.url, capture)
            for at, digest in readings
            if digest in facts.texts
        ]
    return sorted(events)


def _says(facts: Facts, capture: int) -> str | None:
    """Return what a capture says by the newest rules that read it: there it belongs."""
    links = facts.links.get(capture)
    if links:
        return max(links)[1]
    digest = facts.captures[capture].digest
    if digest in facts.texts:
        return digest
    readings = facts.rows.get(capture)
    return max(readings)[1] if readings else None


def _read_again(facts: Facts) -> dict[str, set[str]]:
    """Return by content as what newer rules read it."""
    again: dict[str, set[str]] = {}
    for readings in (facts.rows, facts.links):
        for capture, known in readings.items():
            older = facts.captures[capture].digest
            if older is not None:
                again.setdefault(older, set()).update(digest for _, digest in known)
    for (_, before, after), cause in facts.causes.items():
        if cause[1] == "rules":
            again.setdefault(before, set()).add(after)
    return again
