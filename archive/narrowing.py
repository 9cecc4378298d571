"""Which articles a search is narrowed down to: by site, province, section, author and days.

Each filter is told in three ways: to the key index (`keys`, and a range of search ids, since these
are days), to a statement over the view `articles` (`condition`), and so to the public index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from archive.absence import LOST
from archive.days import day_range
from archive.errors import UsageError
from archive.index import A_DAY, first_sid
from archive.keys import AUTHOR, SECTION, SITE, unit_key
from archive.mentions import ABOUT, about
from archive.units import named
from archive.vietnamese import fold, syllables

# What people put before the name of a province.
PROVINCE_TITLES = (("tinh",), ("thanh", "pho"), ("tp",))

# Above every search id.
NO_SID = 10**18


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be found; None and () mean any.

    `sites` are ids; `province` is a name before or after 1 July 2025, with or without marks;
    `since` and `until` are days as archive/days.py reads them, both included. An article without
    a date of publication counts by the day it was first seen, one that is dated in the future by
    the day it got its place in the indexes. `section` and `author` are words that
    all occur in the name of the section or author, with or without marks. `unit` names an
    administrative unit as `archive.units.named` reads it; its predecessors count for it.
    `gone` means those that have disappeared from their site; ranked search does not know it.
    """

    sites: Sequence[str] = ()
    province: str | None = None
    since: str | None = None
    until: str | None = None
    section: str | None = None
    author: str | None = None
    unit: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter as the key index understands it: groups of keys, one of each group must be there."""

    keys: tuple[tuple[str, ...], ...] = ()
    first: int = 0
    last: int = NO_SID

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be found."""
        return not all(self.keys)


def narrowing(conn: sqlite3.Connection, where: Filter) -> Narrowing:
    """Return what `where` means for the key index.

    Raises UsageError for a site, province or day that cannot be.
    """
    groups: list[tuple[str, ...]] = []
    if where.sites or where.province is not None:
        groups.append(tuple(f"{SITE}{site}" for site in _sites(conn, where)))
    for sign, text in ((SECTION, where.section), (AUTHOR, where.author)):
        groups += ((f"{sign}{word}",) for word in syllables(text or ""))
    if where.unit is not None:
        groups.append((unit_key(named(where.unit).key),))
    return Narrowing(tuple(groups), *_days(where))


def _days(where: Filter) -> tuple[int, int]:
    """Return the first and the last search id of the days that are left."""
    since, until = day_range(where.since, where.until)
    return first_sid(since) if since else 0, first_sid(until) + A_DAY - 1 if until else NO_SID


def condition(conn: sqlite3.Connection, where: Filter) -> tuple[str, list[object]]:
    """Return what `where` adds to a WHERE clause over `pages` and `articles`, and its values.

    It begins with AND, or is empty. Raises UsageError for a site, province or day that cannot be.
    """
    sql = ""
    values: list[object] = []
    if where.sites or where.province is not None:
        sites = _sites(conn, where)
        sql += f" AND articles.site IN ({', '.join('?' * len(sites))})"
        values += sites
    if where.since is not None or where.until is not None:
        sql += " AND pages.sid BETWEEN ? AND ?"
        values += _days(where)
    if where.unit is not None:
        # The plus keeps SQLite from trying all pages about the unit for each article found.
        sql += f" AND +articles.id IN ({ABOUT})"
        values += about(conn, named(where.unit))
    if where.gone:
        sql += f" AND ({LOST.format('articles')})"
    for column, text in (("section", where.section), ("author", where.author)):
        if text is not None:
            if not syllables(text):
                raise UsageError(f"--{column} has no word to look for: {text!r}")
            conn.create_function("has_words", 2, has_words, deterministic=True)
            sql += f" AND has_words(articles.{column}, ?)"
            values.append(text)
    return sql, values


def has_words(text: str | None, words: str) -> bool:
    """Tell whether all of `words` occur in `text`, marks aside."""
    return set(syllables(words)) <= set(syllables(text or ""))


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
