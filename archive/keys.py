"""The key index `article_keys`: which articles have a word or a pair of words, and nothing more.

Ranking by SQLite reads the positions of every word of the query in every article that has it: with
words that all articles share that takes as long as the archive is large. The key index holds no
positions. Of each article it has the distinct

- words without marks (`dong`), and those with marks (`đống`);
- pairs of neighbouring words without marks (`+dong+da`), so that phrases need no positions;
- all of these of the title once more (`:dong`, `:+dong+da`);
- words of the section (`_tin`) and of the author (`-ngo`), and the site (`@hanoi-front`).

The signs in front cannot occur in a word of a text, so that no beginning of a word leads to them.
The rowid is `pages.sid`, so that the newest come first without sorting and a range of days is a
range of rowids. The index is derived (see archive/derived.py); `keyed` remembers which revision of
a page stands in it, because the words of that revision are needed to take it out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.vietnamese import NORM_VERSION, syllables, syllables_and_marked

NAME = "keys"
BATCH = 128
# Raise it when `tokens` gives other ones for any article; `version` makes the index anew then.
FORM = 1

TITLE = ":"
SECTION = "_"
AUTHOR = "-"
SITE = "@"

_COLUMNS = "r.title, coalesce(r.lead, ''), r.body, p.site, r.section, r.author"
_SHOWN = (
    f"SELECT p.id, p.sid, p.current_revision, {_COLUMNS} FROM indexed_articles i"
    " JOIN pages p ON p.sid = i.sid JOIN revisions r ON r.id = p.current_revision"
    " WHERE i.sid IN (SELECT sid FROM pages WHERE id IN (SELECT value FROM json_each(?)))"
    " ORDER BY p.sid"
)
_KEYED = (
    f"SELECT k.page, k.sid, k.revision, {_COLUMNS} FROM keyed k JOIN pages p ON p.id = k.page"
    " JOIN revisions r ON r.id = k.revision"
    " WHERE k.page IN (SELECT value FROM json_each(?)) ORDER BY k.sid"
)


@dataclass(frozen=True, slots=True)
class KeyedArticle:
    """What the keys of an article are made of."""

    page: int
    sid: int
    revision: int
    title: str
    lead: str
    body: str
    site: str
    section: str | None
    author: str | None

    @property
    def place(self) -> tuple[int, int, int]:
        """What `keyed` holds of it."""
        return self.page, self.sid, self.revision

    def tokens(self) -> str:
        """Return the distinct keys, apart by spaces."""
        title = _words(self.title)
        keys = _words(self.body)  # the largest: the others go into it
        keys.update(title, [f"{TITLE}{key}" for key in title], _words(self.lead))
        keys.update(f"{SECTION}{word}" for word in syllables(self.section or ""))
        keys.update(f"{AUTHOR}{word}" for word in syllables(self.author or ""))
        keys.add(f"{SITE}{self.site}")
        return " ".join(keys)


def _words(text: str) -> set[str]:
    words, keys = syllables_and_marked(text)
    keys.update(words)
    if len(words) > 1:
        # Written in one go: pair by pair it takes half as long again.
        pairs = [" +", "", "+", ""] * (len(words) - 1)
        pairs[1::4], pairs[3::4] = words[:-1], words[1:]
        keys.update("".join(pairs).split())
    return keys


def version() -> str:
    """Return what `meta` holds of the form of the index."""
    return f"{NORM_VERSION}.{FORM}"


def shown(conn: sqlite3.Connection, pages: str) -> list[KeyedArticle]:
    """Return what should stand in the index of `pages` (a JSON list of ids), by rising sid."""
    return [KeyedArticle(*row) for row in conn.execute(_SHOWN, (pages,))]


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
    new = {article.place: article for article in shown(conn, pages)}
    old = {article.place: article for article in keyed(conn, pages)}
    remove(conn, [article for place, article in old.items() if place not in new])
    added = [article for place, article in new.items() if place not in old]
    conn.executemany(
        "INSERT INTO article_keys(rowid, keys) VALUES (?, ?)",
        ((article.sid, article.tokens()) for article in added),
    )
    conn.executemany(
        "INSERT INTO keyed (page, sid, revision) VALUES (?, ?, ?)",
        [article.place for article in added],
    )


def clear(conn: sqlite3.Connection) -> None:
    """Empty the index."""
    conn.execute("INSERT INTO article_keys(article_keys) VALUES ('delete-all')")
    conn.execute("DELETE FROM keyed")
