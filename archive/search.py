"""Search the archive, over a read-only connection: what is found, and in which order."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from archive import moments
from archive.candidates import Candidates
from archive.errors import UsageError
from archive.index import A_DAY
from archive.matching import Document
from archive.narrowing import Filter
from archive.query import Query, Reading, parse
from archive.snippets import Marks, mark_hits
from archive.units import place_of, shipped

# A row of `articles` without its text, and `snippet`.
Hit = dict[str, Any]

COLUMNS = (
    *("id", "ref", "site", "url", "title", "author", "section"),
    *("published_at", "published_day", "published_precision"),
    *("first_seen_at", "last_seen_at", "captured_at", "gone_at", "state"),
    *("revision", "revisions", "word_count", "duplicate_of", "cluster"),
    *("province_then", "province_now"),
)

# More are not counted unless asked for.
COUNT_LIMIT = 1000
MOST = 2**31 - 1  # what --limit may ask for

# When all that is found is no more than this, every text is read at once.
FEW = 60
# How many texts are compared to find the most relevant: the newest, and the newest of those that
# have all words in the title. Older ones follow by date.
POOL_NEWEST, POOL_TITLED = 70, 40
# A share of an article's weight fades with the years: of much the same it is the newer one that is
# wanted, and what the pool leaves out is old.
FADING, FADING_YEARS = 0.3, 4.0
DAYS_A_YEAR = 365.25
UNDATED = 1 - FADING / 2  # neither new nor old

# By what facets are counted: SQL over search ids `f.sid`, and what has to be joined to them.
_PAGES = " CROSS JOIN pages ON pages.sid = f.sid"
_SITES = f"{_PAGES} CROSS JOIN sites ON sites.id = pages.site"
_REVISIONS = f"{_PAGES} CROSS JOIN revisions ON revisions.id = pages.current_revision"
FACETS = {
    "site": ("pages.site", _PAGES),
    "year": ("substr(f.sid, 1, 4)", ""),
    "month": ("substr(f.sid, 1, 4) || '-' || substr(f.sid, 5, 2)", ""),
    "province": ("coalesce(sites.province_now, sites.province)", _SITES),
    "section": ("revisions.section", _REVISIONS),
    "author": ("revisions.author", _REVISIONS),
    # An article names a unit in its title, its lead and its body.
    "unit": (
        "mentions.unit_code || ' ' || mentions.unit_valid_from",
        f"{_PAGES} LEFT JOIN mentions ON mentions.page = pages.id",
    ),
}

ANY = Filter()
Found = tuple[int, Document]
Result = tuple[int, Document, Reading]

# The ref of an article, and the search id of the one that it surely repeats.
REPEATED = (
    "SELECT p.ref, h.sid FROM pages p JOIN duplicates d ON d.article = p.id AND d.is_sure"
    " AND d.kind IN ('same_text', 'near_duplicate') JOIN pages h ON h.id = d.other WHERE p.sid = ?"
)

# Of the search ids in `found`, those of articles that surely repeat another one in it.
REPEATING = (
    "SELECT p.sid FROM duplicates d JOIN pages p ON p.id = d.article JOIN pages h ON h.id = d.other"
    " WHERE d.is_sure AND d.kind IN ('same_text', 'near_duplicate')"
    " AND p.sid IN (SELECT sid FROM found) AND h.sid IN (SELECT sid FROM found)"
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles were found; with `more`, more than that, with `about`, that many or fewer.

    The key index knows only pairs of words: what it says of longer phrases may be too much.
    """

    number: int
    more: bool = False
    about: bool = False


def search(
    conn: sqlite3.Connection,
    query: str | Query,
    where: Filter = ANY,
    *,
    limit: int = 20,
    rank: bool = False,
    after: str | None = None,
    marks: Marks = ("", ""),
    repeats: list[str] | None = None,
) -> list[Hit]:
    """Return at most `limit` articles that `query` finds, each as a dictionary of `COLUMNS`.

    First come those with the marks as typed, if any were, then the others; of each kind those where
    the words stand beside each other; of each of these the newest, or with `rank` the most
    relevant. `after` is the `ref` of an article among them: those that follow it are returned.
    `snippet` is the text around the hits; there and in `title` they stand between the two strings
    of `marks`. With a list `repeats` an article that surely repeats another one that is found is
    left out, and its ref added to the list; without it all are returned.

    A query without a word finds nothing (`Query.notes` says why). Raises UsageError for a site,
    province or day that cannot be, and when `after` is not found.
    """
    with _one_state(conn):
        found = _Search(conn, _parsed(query), where, rank=rank)
        results = found.results(after)
        if repeats is not None:
            results = found.once_each(results, repeats)
        return [
            _hit(conn, sid, document, reading, marks)
            for sid, document, reading in islice(results, limit)
        ]


def count(
    conn: sqlite3.Connection, query: str | Query, where: Filter = ANY, *, exactly: bool = False
) -> Count:
    """Return how many articles `search` finds without a limit, counted up to 1,000.

    `exactly`: all of them, with no doubt left, however long that takes.
    """
    query = _parsed(query)
    if query.node is None:
        return Count(0)
    with _one_state(conn):
        reading = query.readings()[-1]
        candidates = Candidates(conn, where)
        few = None if exactly else candidates.few(reading, FEW)
        if few is not None:
            return Count(len(few))
        statement, values, is_sure = candidates.all_of(reading, exactly=exactly)
        limit = -1 if exactly else COUNT_LIMIT + 1
        (number,) = conn.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM ({statement}) LIMIT ?)", (*values, limit)
        ).fetchone()
    if exactly or number <= COUNT_LIMIT:
        return Count(number, about=not is_sure)
    return Count(COUNT_LIMIT, more=is_sure, about=not is_sure)


def repeats(conn: sqlite3.Connection, query: str | Query, where: Filter = ANY) -> list[int]:
    """Return the search ids of the articles that surely repeat another one that `query` finds.

    They are what `search` leaves out of all its results when it is given a list for repeats.
    """
    query = _parsed(query)
    if query.node is None:
        return []
    with _one_state(conn):
        statement, values, _ = Candidates(conn, where).all_of(query.readings()[-1], exactly=True)
        found = f"WITH found(sid) AS MATERIALIZED ({statement})"
        return [sid for (sid,) in conn.execute(f"{found} {REPEATING}", values)]


def facets(
    conn: sqlite3.Connection,
    query: str | Query,
    by: str,
    where: Filter = ANY,
    *,
    without: Sequence[int] = (),
) -> list[tuple[str | None, int]]:
    """Return how many of the articles `search` finds have each value of `by`, a name in `FACETS`.

    The most frequent come first, years and months in their order; None is for those without. An
    article counts for each unit that it is about, as that was called then. Those with a search id
    in `without` are not counted.
    """
    query = _parsed(query)
    if query.node is None:
        return []
    with _one_state(conn):
        candidates = Candidates(conn, where)
        statement, values, _ = candidates.all_of(query.readings()[-1], exactly=True)
        value, joined = FACETS[by]
        rows = conn.execute(
            f"SELECT {value}, count(DISTINCT f.sid) FROM ({statement}) f{joined}"
            " WHERE f.sid NOT IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (*values, json.dumps(without)),
        )
        found = [(_unit(value) if by == "unit" else value, number) for value, number in rows]
    if by in ("year", "month"):
        return sorted(found)
    return sorted(found, key=lambda row: (-row[1], row[0] is not None, row[0]))


def _unit(key: str | None) -> str | None:
    """Return a unit with those it lies in, as `--unit` takes it."""
    if key is None:
        return None
    code, since = key.split()
    unit = shipped().units.get((code, since))
    return code if unit is None else place_of(unit)


def matching_ids(
    conn: sqlite3.Connection, query: str | Query, where: Filter = ANY
) -> Iterator[int]:
    """Yield the id of every article that `query` finds, the newest first."""
    query = _parsed(query)
    if query.node is None:
        return
    statement, values, _ = Candidates(conn, where).all_of(query.readings()[-1], exactly=True)
    rows = conn.execute(
        f"SELECT pages.id FROM ({statement}) f CROSS JOIN pages ON pages.sid = f.sid"
        " ORDER BY f.sid DESC",
        values,
    )
    for (page,) in rows:
        yield page


def _parsed(query: str | Query) -> Query:
    return parse(query) if isinstance(query, str) else query


@contextmanager
def _one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """Read one state of the archive, whatever is written meanwhile."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


class _Search:
    """The results of one query in their order.

    A tier is what one reading finds and none before it.
    """

    def __init__(
        self, conn: sqlite3.Connection, query: Query, where: Filter, *, rank: bool
    ) -> None:
        self.conn = conn
        self.readings = query.readings()
        self.candidates = Candidates(conn, where)
        self.rank = rank

    def results(self, after: str | None) -> Iterator[Result]:
        """Yield search id, text and reading of everything found, or of what follows `after`."""
        if not self.readings:
            return
        last = None if after is None else self._place_of(after)
        few = self.candidates.few(self.readings[-1], FEW)
        if few is None:
            yield from self._from_indexes(last)
            return
        is_past = last is None
        for reading, tier in zip(self.readings, self._split(few), strict=True):
            for sid, document in self._ordered(tier, reading):
                if is_past:
                    yield sid, document, reading
                is_past = is_past or sid == last

    def once_each(self, results: Iterator[Result], repeats: list[str]) -> Iterator[Result]:
        """Leave out what surely repeats another article that is found; note its ref."""
        for result in results:
            row = self.conn.execute(REPEATED, (result[0],)).fetchone()
            if row is not None and self._is_found(row[1]):
                repeats.append(row[0])
            else:
                yield result

    def _is_found(self, sid: int) -> bool:
        if not self.candidates.is_left(sid):
            return False
        document = self.candidates.document(sid)
        return document is not None and self._tier_of(document) is not None

    def _place_of(self, ref: str) -> int:
        row = self.conn.execute(
            "SELECT pages.sid FROM articles JOIN pages ON pages.id = articles.id"
            " WHERE articles.ref = ?",
            (ref.upper(),),
        ).fetchone()
        document = self.candidates.document(row[0]) if row and row[0] else None
        if document is None or self._tier_of(document) is None:
            raise UsageError(f"this query does not find {ref!r}: begin without --after")
        return int(row[0])

    def _tier_of(self, document: Document) -> int | None:
        return next(
            (n for n, reading in enumerate(self.readings) if document.satisfies(reading)), None
        )

    def _split(self, found: Iterable[Found]) -> list[list[Found]]:
        tiers: list[list[Found]] = [[] for _ in self.readings]
        for sid, document in found:
            tier = self._tier_of(document)
            if tier is not None:
                tiers[tier].append((sid, document))
        return tiers

    def _ordered(self, found: list[Found], reading: Reading) -> list[Found]:
        if not self.rank:
            return found
        undated = self._undated([sid for sid, _ in found])
        weights = {
            sid: document.score(reading)
            * (UNDATED if sid in undated else _freshness(sid, moments.now()))
            for sid, document in found
        }
        return sorted(found, key=lambda pair: (-weights[pair[0]], -pair[0]))

    def _undated(self, sids: list[int]) -> set[int]:
        """Return which have no date of publication: their place only tells when they were seen."""
        rows = self.conn.execute(
            "SELECT p.sid FROM json_each(?) w CROSS JOIN pages p ON p.sid = w.value"
            " JOIN revisions r ON r.id = p.current_revision WHERE r.published_at IS NULL",
            (json.dumps(sids),),
        )
        return {sid for (sid,) in rows}

    def _from_indexes(self, last: int | None) -> Iterator[Result]:
        first = 0
        if last is not None:
            document = self.candidates.document(last)
            first = (document and self._tier_of(document)) or 0
        for number in range(first, len(self.readings)):
            following = last if number == first else None
            tier = self._ranked(number, following) if self.rank else self._newest(number, following)
            for sid, document in tier:
                yield sid, document, self.readings[number]

    def _newest(
        self, number: int, below: int | None = None, *, in_title: bool = False
    ) -> Iterator[Found]:
        return self.candidates.newest(
            self.readings[number],
            without=self.readings[:number],
            below=below,
            in_title=in_title,
        )

    def _ranked(self, number: int, last: int | None) -> Iterator[Found]:
        """Yield a tier: the most relevant of the pool, then what is older, by date."""
        newest = list(islice(self._newest(number), POOL_NEWEST))
        pool = dict(newest)
        is_all = len(newest) < POOL_NEWEST
        if not is_all:
            pool.update(islice(self._newest(number, in_title=True), POOL_TITLED))
        ranked = self._ordered(list(pool.items()), self.readings[number])
        if last in pool:
            ranked = ranked[[sid for sid, _ in ranked].index(last) + 1 :]
        elif last is not None:
            ranked = []
        yield from ranked
        if is_all:
            return
        below = newest[-1][0] if last is None or last in pool else last
        yield from (found for found in self._newest(number, below) if found[0] not in pool)


def _freshness(sid: int, now: float) -> float:
    """Return the weight of an article's age: 1 for today, `1 - FADING` in the end."""
    day = str(sid // A_DAY)
    age = now / moments.DAY - moments.day_number(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    return 1 - FADING * (1 - math.exp(-max(0.0, age) / DAYS_A_YEAR / FADING_YEARS))


def _hit(
    conn: sqlite3.Connection, sid: int, document: Document, reading: Reading, marks: Marks
) -> Hit:
    values = conn.execute(
        f"SELECT {', '.join(COLUMNS)} FROM articles"
        " WHERE id = (SELECT pages.id FROM pages WHERE pages.sid = ?)",
        (sid,),
    ).fetchone()
    hit: Hit = dict(zip(COLUMNS, values, strict=True))
    hit["title"], hit["snippet"] = mark_hits(document, reading, marks)
    return hit
