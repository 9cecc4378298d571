"""The key index `article_keys`: which articles have a word or a pair of words, and nothing more.

Ranking by SQLite reads the positions of every word of the query in every article that has it: with
words that all articles share that takes as long as the archive is large. The key index holds no
positions. Of each article it has the distinct

- words without marks (`dong`), and those with marks (`đống`);
- pairs of neighbouring words without marks (`+dong+da`), so that phrases need no positions;
- all of these of the title once more (`:dong`, `:+dong+da`);
- words of the section (`_tin`) and of the author (`-ngo`), and the site (`@hanoi-front`);
- units that it counts for (`.26740.2025-07-01`): those it is about (archive/mentions.py), those
  they lie in, and those they became.

The signs in front cannot occur in a word of a text, so that no beginning of a word leads to them.
The rowid is `pages.sid`, so that the newest come first without sorting and a range of days is a
range of rowids. The index is derived (see archive/derived.py); `keyed` remembers which revision of
a page stands in it, because the words of that revision are needed to take it out, and the units.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.rows import insert_rows
from archive.units import EVER, Key, counting_for
from archive.vietnamese import NORM_VERSION, syllables, syllables_and_marked
from archive.views import VISIBLE

NAME = "keys"
BATCH = 128
# What the keys of a batch of long articles take in memory; SQLite's own limit is a quarter of it.
BATCH_BYTES = 4 << 20
# Raise it when `tokens` gives other ones for any article; `version` makes the index anew then.
FORM = 2

TITLE = ":"
SECTION = "_"
AUTHOR = "-"
SITE = "@"
UNIT = "."

_COLUMNS = "r.title, coalesce(r.lead, ''), r.body, p.site, r.section, r.author"
_ABOUT = (
    "(SELECT json_group_array(DISTINCT m.unit_code || ' ' || m.unit_valid_from)"
    " FROM mentions m WHERE m.page = {page})"
)
_SHOWN = (
    f"SELECT p.id, p.sid, p.current_revision, {_ABOUT.format(page='p.id')}, {_COLUMNS}"
    " FROM json_each(?) j CROSS JOIN pages p ON p.id = j.value"
    " JOIN revisions r ON r.id = p.current_revision"
    f" WHERE p.sid IS NOT NULL AND {VISIBLE} ORDER BY p.sid"
)
_KEYED = (
    f"SELECT k.page, k.sid, k.revision, k.units, {_COLUMNS} FROM keyed k"
    " JOIN pages p ON p.id = k.page JOIN revisions r ON r.id = k.revision"
    " WHERE k.page IN (SELECT value FROM json_each(?)) ORDER BY k.sid"
)


@dataclass(frozen=True, slots=True)
class KeyedArticle:
    """What the keys of an article are made of."""

    page: int
    sid: int
    revision: int
    units: str
    title: str
    lead: str
    body: str
    site: str
    section: str | None
    author: str | None

    @property
    def place(self) -> tuple[int, int, int, str]:
        """What `keyed` holds of it."""
        return self.page, self.sid, self.revision, self.units

    def tokens(self) -> str:
        """Return the keys, apart by spaces; the index takes those that come again for one."""
        title, (lead, keys) = _words(self.title), syllables_and_marked(self.lead)
        body, marked = syllables_and_marked(self.body)
        keys.update(marked, body, lead, title, [f"{TITLE}{key}" for key in title])
        keys.update([f"{SECTION}{word}" for word in syllables(self.section or "")])
        keys.update([f"{AUTHOR}{word}" for word in syllables(self.author or "")])
        keys.add(f"{SITE}{self.site}")
        keys.update(self.units.split())
        return f"{' '.join(keys)}{_pairs(lead)}{_pairs(body)}"


def _words(text: str) -> set[str]:
    words, keys = syllables_and_marked(text)
    keys.update(words, _pairs(words).split())
    return keys


def _pairs(words: Sequence[str]) -> str:
    """Return the pairs of neighbouring words, with a space before each."""
    # Written in one go: pair by pair it takes half as long again.
    pairs = [" +", "", "+", ""] * (len(words) - 1)
    pairs[1::4], pairs[3::4] = words[:-1], words[1:]
    return "".join(pairs)


def unit_key(unit: Key) -> str:
    """Return the key of the articles that count for a unit."""
    code, since = unit
    return f"{UNIT}{code}" if since == EVER else f"{UNIT}{code}{UNIT}{since}"


@lru_cache(maxsize=10_000)
def _units(about: str) -> str:
    """Return the keys, apart by spaces, of what an article about units counts for.

    `about` is a JSON list of `CODE FIRST-DAY`; the articles of a site have few such lists.
    """
    found: set[Key] = set()
    for named in json.loads(about):
        code, since = named.split()
        found.update(counting_for((code, since)))
    return " ".join(sorted(map(unit_key, found)))


def version() -> str:
    """Return what `meta` holds of the form of the index."""
    return f"{NORM_VERSION}.{FORM}"


def shown(conn: sqlite3.Connection, pages: str) -> list[KeyedArticle]:
    """Return what should stand in the index of `pages` (a JSON list of ids), by rising sid."""
    return [
        KeyedArticle(page, sid, revision, _units(about), *rest)
        for page, sid, revision, about, *rest in conn.execute(_SHOWN, (pages,))
    ]


def keyed(conn: sqlite3.Connection, pages: str) -> list[KeyedArticle]:
    """Return what stands in the index of `pages` (a JSON list of ids), by rising sid."""
    return [KeyedArticle(*row) for row in conn.execute(_KEYED, (pages,))]


def remove(conn: sqlite3.Connection, articles: Iterable[KeyedArticle]) -> None:
    """Take articles out of the index; each as it went in, for its keys are made again."""
    for article in articles:
        conn.execute(
            "INSERT INTO article_keys(article_keys, rowid, keys) VALUES ('delete', ?, ?)",
            (article.sid, article.tokens()),
        )
        conn.execute("DELETE FROM keyed WHERE page = ?", (article.page,))


def update(conn: sqlite3.Connection, pages: str) -> None:
    """Bring the index in line with what is shown of `pages` (a JSON list of ids).

    FTS5 takes rising rowids in one go: a batch costs the less an article the larger it is.
    """
    _make_room(conn)
    new = {article.place: article for article in shown(conn, pages)}
    old = {article.place: article for article in keyed(conn, pages)}
    remove(conn, [article for place, article in old.items() if place not in new])
    added = [article for place, article in new.items() if place not in old]
    conn.executemany(
        "INSERT INTO article_keys(rowid, keys) VALUES (?, ?)",
        ((article.sid, article.tokens()) for article in added),
    )
    insert_rows(
        conn,
        "INSERT INTO keyed (page, sid, revision, units)",
        [article.place for article in added],
    )


def _make_room(conn: sqlite3.Connection) -> None:
    """Let a batch wait in memory until it is whole, and not be written in parts and merged."""
    held = conn.execute("SELECT v FROM article_keys_config WHERE k = 'hashsize'").fetchone()
    if held is None or held[0] != BATCH_BYTES:
        conn.execute(
            "INSERT INTO article_keys(article_keys, rank) VALUES ('hashsize', ?)", (BATCH_BYTES,)
        )


def outdated(conn: sqlite3.Connection, pages: str) -> list[int]:
    """Return which of `pages` (a JSON list of ids) stand in the index with other units by now."""
    rows = conn.execute(
        f"SELECT k.page, k.units, {_ABOUT.format(page='k.page')} FROM keyed k"
        " WHERE k.page IN (SELECT value FROM json_each(?))",
        (pages,),
    )
    return [page for page, held, about in rows if held != _units(about)]


def clear(conn: sqlite3.Connection) -> None:
    """Empty the index."""
    conn.execute("INSERT INTO article_keys(article_keys) VALUES ('delete-all')")
    conn.execute("DELETE FROM keyed")
