"""Captures of two archives: which are one, and what is kept of them.

A capture is known by what was fetched where and when, of which page, how large it was and what it
was read as: what two archives fetched at one address in one second, and what differs in any of
these, stays two. The bytes are not asked: where an erased page's words stood they are others.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from archive.erasure import REDACTED
from archive.facts import KEPT
from archive.uniting import Ids, Row, Table

_SAME = (
    *("site", "url", "captured_at", "kind", "status", "frontier", "content_hash"),
    "payload_bytes",  # as it came: an erasure that changes the bytes leaves that
)
# What each archive gives by itself, and what is settled apart.
_APART = frozenset({"id", "page", "revision", "same_content_as", "evidence", "frontier"})


class Captures:
    """The captures of one archive on their way into another.

    :ivar ids: the capture here of each there.
    :ivar new: how many were not known here.
    """

    def __init__(self, conn: sqlite3.Connection, frontier: Ids, take: Callable[[str], str]) -> None:
        self.ids: Ids = {}
        self.new = 0
        self._conn = conn
        self._frontier = frontier
        self._take = take  # brings a WARC file, gives its name here
        self._table = Table(conn, "captures", ["id"])
        self._alike = Table(conn, "captures", _SAME)
        self._met: set[int] = set()  # here, by one of theirs
        self._same: list[tuple[int, int]] = []

    def bring(self, row: Row) -> None:
        """Bring a capture in."""
        old, same = row.pop("id"), row["same_content_as"]
        row |= {"revision": None, "same_content_as": None}
        row["frontier"] = self._frontier.get(row["frontier"])
        here = self._match(row)
        if here is None:
            self.ids[old] = self._insert(row)
        else:
            self.ids[old] = here["id"]
            self._unite(here, row)
        self._met.add(self.ids[old])
        if same is not None:
            self._same.append((self.ids[old], same))

    def _match(self, row: Row) -> Row | None:
        """Return the capture here that `row` is; each is one of theirs only.

        Of what a run fetched before its page was known one archive may know the page by now.
        """
        alike = [one for one in self._alike.all(row) if one["id"] not in self._met]
        same = [one for one in alike if one["page"] == row["page"]]
        same += [one for one in alike if one["run"] == row["run"]
                 and None in (one["page"], row["page"])]  # fmt: skip
        return next(iter(same), None)

    def _insert(self, row: Row) -> int:
        if row["warc_file"] is not None:
            row["warc_file"] = self._take(row["warc_file"])
        self.new += 1
        return self._table.insert(row)

    def _unite(self, here: Row, row: Row) -> None:
        """Of two that are one let that count which has the bytes, else the one that tells more."""
        both = max(here, row, key=_rank)
        if both is row and row["warc_file"] is not None:
            row["warc_file"] = self._take(row["warc_file"])
        evidence = _evidence(json.loads(here["evidence"]), json.loads(row["evidence"]))
        kept = {name: here[name] for name in ("id", "revision", "frontier")}
        kept["page"] = row["page"] if here["page"] is None else here["page"]
        kept["same_content_as"] = None if both["warc_file"] else here["same_content_as"]
        united = both | kept | {"evidence": json.dumps(evidence, ensure_ascii=False)}
        if evidence == json.loads(here["evidence"]):
            united["evidence"] = here["evidence"]
        if united != here:
            self._table.update(united)

    def settle(self) -> None:
        """Say of those without bytes which capture has the same, behind the last one."""
        for capture, same in self._same:
            own = self._place(capture)
            known = [self._kept(one) for one in (own[0], self.ids.get(same))]
            places = [(*self._place(one)[1:], one) for one in known if one is not None]
            if not own[-1] and places:
                self._conn.execute(
                    "UPDATE captures SET same_content_as = ? WHERE id = ?",
                    (min(places)[-1], capture),
                )

    def _place(self, capture: int) -> tuple[int | None, str, str, bool]:
        """Return same_content_as, time and address of a capture, and whether it has its bytes."""
        row: tuple[int | None, str, str, bool] = self._conn.execute(
            "SELECT same_content_as, captured_at, url, warc_file IS NOT NULL FROM captures"
            " WHERE id = ?", (capture,),
        ).fetchone()  # fmt: skip
        return row

    def _kept(self, capture: int | None) -> int | None:
        """Return the capture that has the bytes of `capture`."""
        for _ in range(3):
            if capture is None:
                return None
            same, _, _, has_bytes = self._place(capture)
            if has_bytes:
                return capture
            capture = same
        return None


def _rank(row: Row) -> tuple[Any, ...]:
    told = [repr(row[name]) for name in sorted(row) if name not in _APART]
    is_redacted = bool(json.loads(row["evidence"]).get(REDACTED))
    return row["warc_file"] is not None, row["run"] or "", is_redacted, told


def _evidence(here: Row, there: Row) -> Row:
    """Return the evidence of both; what a merge kept here stays until the history is told."""
    both = {
        name: max((one[name] for one in (here, there) if name in one), key=json.dumps)
        for name in [*here, *(name for name in there if name not in here)]
    }
    both.pop(KEPT, None)
    return both | ({KEPT: here[KEPT]} if KEPT in here else {})
