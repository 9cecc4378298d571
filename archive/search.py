"""Search the archive: the read side of the index, over a read-only connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from archive.days import day_range
from archive.errors import UsageError
from archive.query import Query, parse
from archive.snippets import Marks, mark_hits
from archive.vietnamese import fold, syllables

# A row of `articles` without its text, and `snippet`.
Hit = dict[str, Any]

COLUMNS = (
    *("id", "ref", "site", "url", "title", "author", "section"),
    *("published_at", "published_day", "published_precision"),
    *("first_seen_at", "last_seen_at", "captured_at", "gone_at", "state"),
    *("revision", "revisions", "word_count", "duplicate_of", "cluster"),
    *("province_then", "province_now"),
)

# Title, lead and body, exact; the same folded.
RANK = "bm25(articles_fts, 8, 4, 2, 4, 2, 1)"

# More are not counted: it would take as long as reading them all.
COUNT_LIMIT = 1000
MOST = 2**31 - 1  # what --limit may ask for

# Only pages that `articles` shows count as found: it leaves out the withdrawn and the merged ones.
# CROSS JOIN keeps the index outermost, so that the newest come first without a sort.
FOUND = """
FROM articles_fts CROSS JOIN pages ON pages.sid = articles_fts.rowid
CROSS JOIN articles ON articles.id = pages.id
WHERE articles_fts MATCH ?
"""
DAY = "coalesce(articles.published_day, substr(articles.first_seen_at, 1, 10))"

# What people put before the name of a province.
PROVINCE_TITLES = (("tinh",), ("thanh", "pho"), ("tp",))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be found; None and () mean any.

    `sites` are ids; `province` is a name before or after 1 July 2025, with or without marks;
    `since` and `until` are days as archive/days.py reads them, both included. An article without
    a date of publication counts by the day it was first seen.
    """

    sites: Sequence[str] = ()
    province: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles were found; with `more`, there are more than that."""

    number: int
    more: bool = False


def search(
    conn: sqlite3.Connection,
    query: str | Query,
    where: Filter = Filter(),
    *,
    limit: int = 20,
    rank: bool = False,
    marks: Marks = ("", ""),
) -> list[Hit]:
    """Return at most `limit` articles that `query` finds, each as a dictionary of `COLUMNS`.

    First come those with the marks as typed, if any were, then the others; of each kind those where
    the words stand beside each other, then the newest. With `rank` those with the same marks come
    first as well, and of each kind the most relevant. `snippet` is the text around the hits;
    there and in `title` they stand between the two strings of `marks`.

    A query without a word finds nothing (`Query.notes` says why). Raises UsageError for a site,
    province or day that cannot be.
    """
    query = _parsed(query)
    narrowed, values = condition(conn, where)
    tiers = query.ranked_tiers() if rank else query.tiers()
    order = f"{RANK}, articles_fts.rowid DESC" if rank else "articles_fts.rowid DESC"
    found: list[int] = []
    for match in tiers:
        rows = conn.execute(
            f"SELECT pages.id {FOUND} {narrowed} ORDER BY {order} LIMIT ?",
            (match, *values, limit - len(found)),
        )
        found += (page for (page,) in rows)
        if len(found) >= limit:
            break
    return [_hit(conn, page, query, marks) for page in found]


def count(
    conn: sqlite3.Connection,
    query: str | Query,
    where: Filter = Filter(),
) -> Count:
    """Return how many articles `search` finds without a limit, counted up to 1,000."""
    query = _parsed(query)
    if not query.terms:
        return Count(0)
    narrowed, values = condition(conn, where)
    (number,) = conn.execute(
        f"SELECT count(*) FROM (SELECT 1 {FOUND} {narrowed} LIMIT ?)",
        (query.match(), *values, COUNT_LIMIT + 1),
    ).fetchone()
    return Count(min(number, COUNT_LIMIT), number > COUNT_LIMIT)


def matching_ids(
    conn: sqlite3.Connection,
    query: str | Query,
    where: Filter = Filter(),
) -> Iterator[int]:
    """Yield the id of every article that `query` finds, the newest first."""
    query = _parsed(query)
    if not query.terms:
        return
    narrowed, values = condition(conn, where)
    rows = conn.execute(
        f"SELECT pages.id {FOUND} {narrowed} ORDER BY articles_fts.rowid DESC",
        (query.match(), *values),
    )
    for (page,) in rows:
        yield page


def _parsed(query: str | Query) -> Query:
    return parse(query) if isinstance(query, str) else query


def condition(conn: sqlite3.Connection, where: Filter) -> tuple[str, list[str]]:
    """Return what `where` adds to the WHERE clause of a statement over `articles`, and its values.

    It begins with AND, or is empty. Raises UsageError for a site, province or day that cannot be.
    """
    sql = ""
    values: list[str] = []
    if where.sites or where.province is not None:
        sites = _sites(conn, where)
        sql += f" AND articles.site IN ({', '.join('?' * len(sites))})"
        values += sites
    if where.since is not None or where.until is not None:
        sql += f" AND {DAY} BETWEEN ? AND ?"
        values += _days(where)
    return sql, values


def _days(where: Filter) -> tuple[str, str]:
    since, until = day_range(where.since, where.until)
    return since or "0000", until or "9999"


def _sites(conn: sqlite3.Connection, where: Filter) -> list[str]:
    provinces: dict[str, set[str]] = {
        site: {name for name in names if name}
        for site, *names in conn.execute("SELECT id, province, province_now FROM sites")
    }
    for site in where.sites:
        if site not in provinces:
            raise UsageError(f"no site {site!r} in this archive{_hint(site, provinces)}")
    sites = list(where.sites) or list(provinces)
    if where.province is None:
        return sites
    wanted = bare_province(where.province)
    known = {bare_province(name): name for names in provinces.values() for name in names}
    if wanted not in known:
        raise UsageError(
            f"no site of the province {where.province!r} in this archive"
            f"{_hint(where.province, known.values())}"
        )
    return [site for site in sites if wanted in map(bare_province, provinces[site])]


def _hint(typed: str, known: Iterable[str]) -> str:
    names = {fold(name): name for name in known}
    close = [names[name] for name in get_close_matches(fold(typed), list(names), n=3)]
    return f", but there is {' and '.join(close)}" if close else ": `mattran stats` lists them"


def bare_province(name: str) -> tuple[str, ...]:
    """Return the folded name of a province without its title: `TP. Hồ Chí Minh` -> ho chi minh."""
    words = tuple(syllables(name))
    for title in PROVINCE_TITLES:
        if words[: len(title)] == title and len(words) > len(title):
            return words[len(title) :]
    return words


def _hit(conn: sqlite3.Connection, page: int, query: Query, marks: Marks) -> Hit:
    *values, text = conn.execute(
        f"SELECT {', '.join(COLUMNS)}, text FROM articles WHERE id = ?", (page,)
    ).fetchone()
    hit: Hit = dict(zip(COLUMNS, values, strict=True))
    hit["title"], hit["snippet"] = mark_hits(hit["title"], text, query, marks)
    return hit
