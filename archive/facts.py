"""What an archive knows of the contents of a page: facts, each true whatever else is known.

That a capture was read as some content, by which rules, that one content followed another for a
reason: of two archives all of it holds, and a history is told from it (archive/retelling.py). What
the history tells shows most facts: the text of each content, and which capture was read as what.
Those that it does not show (of two captures with one content only the first begins a revision) stay
with their capture, in `captures.evidence` under `readings`: hashes and times, no text.

Facts of two archives are united by `unite`: in any order and grouping, however often, the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive import histories
from archive.revisions import ASSUMED

if TYPE_CHECKING:
    from archive.histories import History, Row

Reading = tuple[str, str]  # when it was read, and the hash of its content
Cause = tuple[bool, str]
Step = tuple[str, str, str]  # when the content was captured, what stood there before, and it

KEPT = "readings"  # where facts stand in the evidence of a capture

# Of a revision: where it stands in the history, not what it says.
_PLACE = ("page", "capture", "captured_at", "extracted_at", "cause", "is_judged")
# What stays of a text when its page is erased; of two texts no other words decide.
_LASTING = ("template", "published_at", "published_precision", "language")


@dataclass(frozen=True, slots=True)
class Seen:
    """A capture of the page; `digest`: what it was read as when it came, None if as nothing."""

    url: str
    at: str
    digest: str | None


@dataclass(slots=True)
class Facts:
    """What is known of a page.

    :ivar captures: by id.
    :ivar rows: what a capture was read as, where a revision rests on that; by capture.
    :ivar links: what a capture was read as by other rules than those of its time, by capture.
    :ivar causes: whether it was judged anew, and `site` or `rules`; by step.
    :ivar texts: what a content says as the newest rules read it, by its hash.
    """

    captures: dict[int, Seen] = field(default_factory=dict)
    rows: dict[int, set[Reading]] = field(default_factory=dict)
    links: dict[int, set[Reading]] = field(default_factory=dict)
    causes: dict[Step, Cause] = field(default_factory=dict)
    texts: dict[str, Row] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is known that tells a history."""
        return bool(self.rows) or any(seen.digest for seen in self.captures.values())


def as_json(value: object) -> str:
    """Return JSON as revisions have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unite(one: Facts, two: Facts) -> Facts:
    """Return all that either knows; what both know of a step or a text is settled."""
    both = Facts(one.captures | two.captures)
    for name in ("rows", "links"):
        mine, theirs, united = (getattr(facts, name) for facts in (one, two, both))
        for capture in mine.keys() | theirs.keys():
            united[capture] = mine.get(capture, set()) | theirs.get(capture, set())
    for facts in (one, two):
        for step, cause in facts.causes.items():  # what was judged, then `site` if one knows it
            both.causes[step] = max(cause, both.causes.get(step, cause))
        for digest, text in facts.texts.items():
            both.texts[digest] = newest(both.texts.get(digest), text)
    return both


def newest(one: Row | None, two: Row) -> Row:
    """Return of two texts of one content the one that the newer rules read."""
    return two if one is None else max(one, two, key=_rank)


def _rank(text: Row) -> tuple[Any, ...]:
    version, _, _ = text["extractor"].partition(".")
    lasting = [text[name] or "" for name in _LASTING]
    return len(version), text["extractor"], lasting, json.dumps(text, default=str)


def of_page(
    conn: sqlite3.Connection, page: int, number: Callable[[int], int] = lambda capture: capture
) -> tuple[Facts, History]:
    """Return what an archive knows of a page, and the history that it tells.

    :param number: gives the id by which a capture is to be called.
    """
    told = histories.read(conn, page, number)
    facts = Facts()
    kept: dict[int, Row] = {}
    for capture, url, at, digest, readings in histories.rows_of(
        conn,
        f"SELECT id, url, captured_at, content_hash, json_extract(evidence, '$.{KEPT}')"
        " FROM captures WHERE page = ?1 AND (kind = 'article' OR revision IS NOT NULL"
        " OR id IN (SELECT capture FROM revisions WHERE page = ?1))",
        page,
    ):
        facts.captures[number(capture)] = Seen(url, at, digest)
        if readings is not None:
            kept[number(capture)] = json.loads(readings)
    for capture, one in kept.items():
        facts.rows[capture] = _pairs(one["rows"])
        facts.links[capture] = _pairs(one["links"])
        for before, after, is_judged, cause in one["causes"]:
            facts.causes[facts.captures[capture].at, before, after] = is_judged, cause
    shown = shown_by(told, facts.captures)
    for name in ("rows", "links"):
        for capture, readings in getattr(shown, name).items():
            new = readings - _pairs(kept.get(capture, {}).get(f"told_{name}", ()))
            getattr(facts, name).setdefault(capture, set()).update(new)
    # Of what was judged anew since the last merge what the history says is the newer.
    facts.causes |= shown.causes
    facts.texts = shown.texts
    return facts, told


def _pairs(readings: Any) -> set[Reading]:
    return {(at, digest) for at, digest in readings}


def shown_by(told: History, captures: dict[int, Seen]) -> Facts:
    """Return the facts that a history shows."""
    facts = Facts()
    before: str | None = None
    for row in told.revisions:
        digest = row["content_hash"]
        facts.rows.setdefault(row["capture"], set()).add((row["extracted_at"], digest))
        flags = json.loads(row["flags"])
        if before is not None and ASSUMED not in flags:
            step = captures[row["capture"]].at, before, digest
            facts.causes[step] = bool(row["is_judged"]), row["cause"]
        text = {name: row[name] for name in row if name not in _PLACE}
        if ASSUMED in flags:
            text["flags"] = as_json([flag for flag in flags if flag != ASSUMED])
        facts.texts[digest] = newest(facts.texts.get(digest), text)
        before = digest
    for capture, place in told.belonging.items():
        row = told.revisions[place]
        if capture in captures and captures[capture].digest != row["content_hash"]:
            facts.links[capture] = {(row["extracted_at"], row["content_hash"])}
    return facts


def keep(conn: sqlite3.Connection, page: int, facts: Facts, told: History) -> None:
    """Keep what the history does not show, and forget what was kept before; in a transaction."""
    shown = shown_by(told, facts.captures)
    hidden: dict[int, list[list[Any]]] = {}
    captured = {seen.at: capture for capture, seen in sorted(facts.captures.items())}
    for (at, before, after), cause in sorted(facts.causes.items() - shown.causes.items()):
        hidden.setdefault(captured[at], []).append([before, after, *cause])
    conn.execute(
        f"UPDATE captures SET evidence = json_remove(evidence, '$.{KEPT}')"
        f" WHERE page = ? AND json_extract(evidence, '$.{KEPT}') IS NOT NULL", (page,),
    )  # fmt: skip
    conn.executemany(
        f"UPDATE captures SET evidence = json_set(evidence, '$.{KEPT}', json(?)) WHERE id = ?",
        [
            (json.dumps(kept), capture)
            for capture in facts.captures
            if (kept := _kept(facts, shown, capture, hidden.get(capture, [])))
        ],
    )


def _kept(facts: Facts, shown: Facts, capture: int, causes: list[list[Any]]) -> Row | None:
    """Return what is to be kept with a capture; None where the history shows it all."""
    kept: Row = {"causes": causes}
    for name in ("rows", "links"):
        known: set[Reading] = getattr(facts, name).get(capture, set())
        told: set[Reading] = getattr(shown, name).get(capture, set())
        kept |= {name: sorted(known - told), f"told_{name}": sorted(told - known)}
    return kept if any(kept.values()) else None
