"""Which articles may fit a reading of a query, the newest first, out of the key index.

The key index answers with too many articles rather than too few: that the words of a longer phrase
stand in one place, or have their marks, only the text can tell (archive/matching.py).
`Asked.certain` says when there is nothing left to ask. Pages that the key index has not caught up
with are pending: what it says of them does not count, their texts are read instead.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from archive.keys import NAME, SITE, TITLE
from archive.matching import Document
from archive.mentions import NAME as MENTIONS
from archive.mentions import of_those_about
from archive.narrowing import Filter, Narrowing, condition, narrowing
from archive.query import Either, Everything, Node, Reading, Term
from archive.units import named

# With more pending pages than this the public index is asked, which is never behind.
MOST_PENDING = 300
# So many candidates in a row may have a text that does not fit before the public index is asked
# instead: it knows where words stand.
MOST_MISSES = 150
FIRST_CHUNK, CHUNK = 40, 120

# Only pages that `articles` shows count as found: it leaves out the withdrawn and the merged ones.
# CROSS JOIN keeps the index outermost, so that the newest come first without a sort.
FOUND = """
FROM articles_fts CROSS JOIN pages ON pages.sid = articles_fts.rowid
CROSS JOIN articles ON articles.id = pages.id
WHERE articles_fts MATCH ?
"""
SHOWN = """
FROM pages CROSS JOIN articles ON articles.id = pages.id
WHERE pages.sid >= ? AND pages.sid <= ?
"""
# Each article has the key of its site.
ANY = f'"{SITE}"*'


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression for the key index; `certain` when all it finds fits."""

    expression: str
    certain: bool


def asked(node: Node | Everything, *, marked: bool, in_title: bool = False) -> Asked:
    """Return what to ask the key index for `node`; `in_title`: with all its words in the title."""
    if isinstance(node, Term):
        return _asked_term(node, marked=marked, sign=TITLE if in_title or node.title else "")
    if isinstance(node, Everything):
        return Asked(ANY, certain=True)
    if isinstance(node, Either):
        options = [asked(option, marked=marked, in_title=in_title) for option in node.options]
        return Asked(
            f"({' OR '.join(option.expression for option in options)})",
            all(option.certain for option in options),
        )
    parts = [asked(part, marked=marked, in_title=in_title) for part in node.parts]
    expression = f"({' AND '.join(part.expression for part in parts)})"
    without = [asked(other.node, marked=other.marked) for other in node.without]
    certainly = [other.expression for other in without if other.certain]
    if certainly:
        expression = f"({expression} NOT ({' OR '.join(certainly)}))"
    return Asked(expression, all(other.certain for other in [*parts, *without]))


def _asked_term(term: Term, *, marked: bool, sign: str) -> Asked:
    with_marks = [word for word in term.exact if marked and not word.isascii()]
    if with_marks and len(term.exact) == 1:
        return Asked(_key(sign + with_marks[0], prefix=term.prefix), certain=True)
    spellings = [_folded(words, term.prefix, sign) for words in term.spellings(marked=False)]
    expression = spellings[0] if len(spellings) == 1 else f"({' OR '.join(spellings)})"
    if not marked:
        return Asked(expression, certain=len(term.folded) <= 2)
    is_last_begun = term.prefix and not term.exact[-1].isascii()
    keys = [_key(sign + word) for word in (with_marks[:-1] if is_last_begun else with_marks)]
    return Asked(" AND ".join([expression, *keys]).join("()"), certain=False)


def _folded(words: Sequence[str], prefix: bool, sign: str) -> str:
    if len(words) == 1:
        return _key(sign + words[0], prefix=prefix)
    *pairs, last = [f"{sign}+{first}+{second}" for first, second in pairwise(words)]
    return " AND ".join([*map(_key, pairs), _key(last, prefix=prefix)]).join("()")


def _key(key: str, *, prefix: bool = False) -> str:
    return f'"{key}"*' if prefix else f'"{key}"'


class Candidates:
    """The articles that may fit, of one state of the archive (inside a read transaction)."""

    def __init__(self, conn: sqlite3.Connection, where: Filter) -> None:
        self.conn = conn
        self.where = where
        self.narrowed: Narrowing = narrowing(conn, where)
        self.pending: dict[int, Document] = {}
        self._stale: frozenset[int] = frozenset()
        # What an article is about the key index has from the mentions, once those are told.
        indexes = (NAME, MENTIONS if where.unit else NAME)
        waiting = {
            page
            for (page,) in conn.execute(
                "SELECT page FROM pending WHERE derived IN (?, ?) LIMIT ?",
                (*indexes, 2 * MOST_PENDING + 1),
            )
        }
        self.is_behind = len(waiting) > MOST_PENDING
        # Told before anything is looked for: it may be that the filter cannot be.
        told, values = condition(conn, replace(where, unit=None))
        if waiting and not self.is_behind:
            self._read_pending(json.dumps(list(waiting)), told, values)

    @cached_property
    def _condition(self) -> tuple[str, list[object]]:
        """What the filter says of any article; that takes long where it names a large unit."""
        return condition(self.conn, self.where)

    def _read_pending(self, waiting: str, told: str, values: Sequence[object]) -> None:
        left = waiting
        if self.where.unit is not None:
            left = json.dumps(of_those_about(self.conn, named(self.where.unit), waiting))
        rows = self.conn.execute(
            "SELECT pages.sid, articles.title, articles.lead, articles.body FROM json_each(?) w"
            " CROSS JOIN pages ON pages.id = w.value"
            f" CROSS JOIN articles ON articles.id = pages.id WHERE 1 {told}",
            (left, *values),
        )
        self.pending = {sid: Document.of(*texts) for sid, *texts in rows}
        stale = self.conn.execute(
            "SELECT k.sid FROM json_each(?) w JOIN keyed k ON k.page = w.value", (waiting,)
        )
        self._stale = frozenset(sid for (sid,) in stale)

    def document(self, sid: int) -> Document | None:
        """Return the text of an article; None when no article that is shown has this search id."""
        if sid in self.pending:
            return self.pending[sid]
        row = self.conn.execute(
            "SELECT title, lead, body FROM indexed_articles WHERE sid = ?", (sid,)
        ).fetchone()
        return Document.of(*row) if row else None

    def is_left(self, sid: int) -> bool:
        """Tell whether the filter leaves an article that is shown."""
        if self.is_behind:
            told, values = self._condition
            row = self.conn.execute(f"SELECT 1 {SHOWN} {told}", (sid, sid, *values)).fetchone()
            return row is not None
        if sid in self.pending or sid in self._stale:
            return sid in self.pending
        if self.narrowed.is_empty or not self.narrowed.first <= sid <= self.narrowed.last:
            return False
        return not self.narrowed.keys or bool(self._keyed(self._narrow(ANY), sid, sid, 1))

    def newest(
        self,
        reading: Reading,
        *,
        without: Sequence[Reading] = (),
        below: int | None = None,
        in_title: bool = False,
    ) -> Iterator[tuple[int, Document]]:
        """Yield search id and text of every article that fits, the newest first.

        Left out is what any reading of `without` finds. Only ids less than `below`; with `in_title`
        only articles that have all the words in the title.
        """
        waiting = sorted(
            (sid for sid in self.pending if below is None or sid < below), reverse=True
        )
        for sid in self._newest(reading, without, below, in_title):
            while waiting and waiting[0] > sid:
                yield from self._fitting(waiting.pop(0), reading, without)
            if sid not in self.pending:
                yield from self._fitting(sid, reading, without)
        for sid in waiting:
            yield from self._fitting(sid, reading, without)

    def _fitting(
        self, sid: int, reading: Reading, without: Sequence[Reading]
    ) -> Iterator[tuple[int, Document]]:
        found = self.document(sid)
        self._misses += 1
        if (
            found is not None
            and found.satisfies(reading)
            and not any(found.satisfies(other) for other in without)
        ):
            self._misses = 0
            yield sid, found

    _misses = 0  # in a row

    def _newest(
        self, reading: Reading, without: Sequence[Reading], below: int | None, in_title: bool
    ) -> Iterator[int]:
        """Yield the ids that the indexes give, in ever larger portions."""
        self._misses = 0
        size = FIRST_CHUNK
        while True:
            use_public = self.is_behind or self._misses > MOST_MISSES
            chunk = (
                self._from_public(reading, without, below, CHUNK)
                if use_public and not in_title
                else self._from_keys(reading, without, below, size, in_title=in_title)
            )
            yield from (sid for sid in chunk if use_public or sid not in self._stale)
            if len(chunk) < (CHUNK if use_public and not in_title else size):
                return
            below, size = chunk[-1], CHUNK

    def _from_keys(
        self,
        reading: Reading,
        without: Sequence[Reading],
        below: int | None,
        limit: int,
        *,
        in_title: bool,
    ) -> list[int]:
        if self.narrowed.is_empty or (in_title and self.is_behind):
            return []
        ask = asked(reading.node, marked=reading.marked, in_title=in_title)
        others = [asked(other.node, marked=other.marked) for other in without]
        certain = [other.expression for other in others if other.certain]
        expression = self._narrow(ask.expression, certain)
        return self._keyed(expression, self.narrowed.first, self._last(below), limit)

    def _keyed(self, expression: str, first: int, last: int, limit: int) -> list[int]:
        rows = self.conn.execute(
            "SELECT rowid FROM article_keys WHERE article_keys MATCH ? AND rowid >= ?"
            " AND rowid <= ? ORDER BY rowid DESC LIMIT ?",
            (expression, first, last, limit),
        )
        return [sid for (sid,) in rows]

    def _narrow(self, expression: str, without: Sequence[str] = ()) -> str:
        groups = [f"({' OR '.join(map(_key, group))})" for group in self.narrowed.keys]
        parts = groups if groups and expression == ANY else [*groups, expression]
        narrowed = " AND ".join(parts)
        return f"({narrowed}) NOT ({' OR '.join(without)})" if without else narrowed

    def _last(self, below: int | None) -> int:
        return self.narrowed.last if below is None else min(self.narrowed.last, below - 1)

    def _from_public(
        self, reading: Reading, without: Sequence[Reading], below: int | None, limit: int
    ) -> list[int]:
        statement, values = self._public(reading, without, self._last(below))
        # Each of the two takes the rows by its own name of the search id without sorting.
        order = "pages.sid" if isinstance(reading.node, Everything) else "articles_fts.rowid"
        rows = self.conn.execute(f"{statement} ORDER BY {order} DESC LIMIT ?", (*values, limit))
        return [sid for (sid,) in rows]

    def _public(
        self, reading: Reading, without: Sequence[Reading], last: int
    ) -> tuple[str, list[object]]:
        """Return a statement for the search ids of all that fits, and its values."""
        told, filtered = self._condition
        values: list[object] = [self.narrowed.first, last, *filtered]
        if isinstance(reading.node, Everything):
            return f"SELECT pages.sid AS sid {SHOWN} {told}", values
        match = reading.match()
        if without:
            match = f"({match} NOT ({' OR '.join(other.match() for other in without)}))"
        days = "AND articles_fts.rowid >= ? AND articles_fts.rowid <= ?"
        return f"SELECT pages.sid AS sid {FOUND} {days} {told}", [match, *values]

    def few(self, reading: Reading, limit: int) -> list[tuple[int, Document]] | None:
        """Return all that fits, if the indexes name no more than `limit` articles; else None."""
        if self.is_behind:
            sids = self._from_public(reading, (), None, limit + 1)
        else:
            sids = self._from_keys(reading, (), None, limit + 1, in_title=False)
        waiting = [sid for sid, found in self.pending.items() if found.satisfies(reading)]
        if len(sids) + len(waiting) > limit:
            return None
        ids = {sid for sid in sids if sid not in self._stale}.union(waiting)
        return [
            pair for sid in sorted(ids, reverse=True) for pair in self._fitting(sid, reading, ())
        ]

    def all_of(self, reading: Reading, *, exactly: bool) -> tuple[str, list[object], bool]:
        """Return a statement for the search ids of all that fits, its values, and if that is sure.

        When it is not, it may name some that do not fit; with `exactly` it never does, and may take
        long.
        """
        ask = asked(reading.node, marked=reading.marked)
        if self.is_behind or (exactly and not ask.certain):
            return (*self._public(reading, (), self.narrowed.last), True)
        waiting = [sid for sid, found in self.pending.items() if found.satisfies(reading)]
        expression = self._narrow(ask.expression)
        first, last = self.narrowed.first, self.narrowed.last
        values: list[object] = [expression, first, last]
        keyed = (
            "SELECT rowid AS sid FROM article_keys WHERE article_keys MATCH ?"
            " AND rowid >= ? AND rowid <= ?"
        )
        if self._stale:
            keyed += " AND rowid NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps([*self._stale]))
        if self.narrowed.is_empty:
            keyed, values = "SELECT 0 AS sid WHERE 0", []
        return (
            f"{keyed} UNION ALL SELECT value FROM json_each(?)",
            [*values, json.dumps(waiting)],
            ask.certain,
        )
