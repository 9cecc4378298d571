"""Compare the indexes with what they are of, by making them once more beside the archive.

SQLite's own check of FTS5 would compare the folded columns with the original text. So the rows are
indexed again into a temporary table with the same tokenizer, and both are asked, term by term, how
often, where and in which articles it stands.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice

from archive import index, keys
from archive.damage import Damage
from archive.duplicates import NAME as DUPLICATES
from archive.duplicates import subjects
from archive.mentions import NAME as MENTIONS

_BATCH = 256
_NAMED = 5  # terms that are looked into, to name the articles concerned

_MEMBERS = (
    "SELECT p.id, p.ref, '{missing}' FROM indexed_articles i JOIN pages p ON p.sid = i.sid"
    " LEFT JOIN {table} d ON d.{column} = {key} WHERE d.{column} IS NULL{but}"
    " UNION ALL SELECT d.{column}, p.ref, '{surplus}' FROM {table} d"
    " LEFT JOIN pages p ON {key} = d.{column}"
    " WHERE NOT EXISTS (SELECT 1 FROM indexed_articles i WHERE i.sid = p.sid){but}"
)
_PENDING = " AND NOT EXISTS (SELECT 1 FROM pending w WHERE w.derived = '{name}' AND w.page = p.id)"
_TERMS = (
    "SELECT term, count(*), sum(doc % 1000003 * 31 + coalesce(offset, 0) * 8"
    " + coalesce(unicode(col) + length(col), 0)) FROM temp.{name} GROUP BY term"
)


def members(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Find articles that are not indexed, and rows of indexes without their article."""
    told = {"missing": "it is not in the index", "surplus": "the index shows it, nothing else does"}
    for table, column, key, name in (
        ("articles_fts_docsize", "id", "p.sid", None),
        ("keyed", "page", "p.id", keys.NAME),
        ("fingerprints", "page", "p.id", DUPLICATES),
    ):
        but = _PENDING.format(name=name) if name else ""
        query = _MEMBERS.format(table=table, column=column, key=key, but=but, **told)
        for row, ref, what in conn.execute(query):
            if table != "fingerprints" or what == told["surplus"]:
                yield Damage("index", table, row, ref, what=what)


def search_index(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Compare `articles_fts` with the articles."""
    conn.execute(
        f"CREATE VIRTUAL TABLE temp.again USING fts5({index.COLUMNS}, content = '',"
        " tokenize = 'unicode61 remove_diacritics 0')"
    )
    rows = conn.execute(
        "SELECT sid, title, lead, body FROM indexed_articles WHERE sid IS NOT NULL ORDER BY sid"
    )
    marks = ", ".join("?" * 7)
    conn.executemany(
        f"INSERT INTO temp.again(rowid, {index.COLUMNS}) VALUES ({marks})",
        ((sid, *index.IndexedText(*text).columns()) for sid, *text in rows),
    )
    yield from compare(conn, "articles_fts")
    for sid, ref in conn.execute(
        "SELECT a.id, p.ref FROM temp.again_docsize a JOIN articles_fts_docsize d ON d.id = a.id"
        " LEFT JOIN pages p ON p.sid = a.id WHERE d.sz <> a.sz"
    ):
        yield Damage(
            "index", "articles_fts", sid, ref, what="its lengths are not those of its text"
        )
    conn.execute("DROP TABLE temp.again")


def key_index(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Compare `article_keys` with the revisions that `keyed` says stand in it."""
    conn.execute(
        "CREATE VIRTUAL TABLE temp.again USING fts5(keys, content = '', detail = none,"
        " columnsize = 0, tokenize = \"ascii tokenchars '+:@-_.'\")"
    )
    pages = [page for (page,) in conn.execute("SELECT page FROM keyed ORDER BY sid")]
    for start in range(0, len(pages), _BATCH):
        batch = json.dumps(pages[start : start + _BATCH])
        yield from _other_units(conn, batch)
        held = keys.keyed(conn, batch)
        conn.executemany(
            "INSERT INTO temp.again(rowid, keys) VALUES (?, ?)",
            [(article.sid, article.tokens()) for article in held],
        )
    yield from compare(conn, "article_keys")
    conn.execute("DROP TABLE temp.again")


def _other_units(conn: sqlite3.Connection, pages: str) -> Iterator[Damage]:
    """Find articles that stand in `article_keys` with other units than they are about."""
    for page in keys.outdated(conn, pages):
        row = conn.execute(
            "SELECT ref FROM pages p WHERE id = ? AND NOT EXISTS (SELECT 1 FROM pending w"
            " WHERE w.page = p.id AND w.derived IN (?, ?))",
            (page, keys.NAME, MENTIONS),
        ).fetchone()
        if row is not None:
            what = "its units are not those of its mentions"
            yield Damage("index", "keyed", page, row[0], what=what)


def compare(conn: sqlite3.Connection, table: str) -> Iterator[Damage]:
    """Compare a full-text table with `temp.again`, which was made of the texts once more."""
    conn.execute(f"CREATE VIRTUAL TABLE temp.there USING fts5vocab(main, {table}, instance)")
    conn.execute("CREATE VIRTUAL TABLE temp.due USING fts5vocab(temp, again, instance)")
    try:
        wrong = sorted(
            {row[0] for row in _differing(conn.execute(_TERMS.format(name="there")),
                                          conn.execute(_TERMS.format(name="due")))}
        )  # fmt: skip
        named = set()
        for term in wrong[:_NAMED]:
            named |= _docs(conn, "there", term) ^ _docs(conn, "due", term)
        for sid in sorted(named):
            row = conn.execute("SELECT ref FROM pages WHERE sid = ?", (sid,)).fetchone()
            yield Damage(
                "index", table, sid, row and row[0], what="its words are not those of its text"
            )
        if wrong:
            terms = ", ".join(repr(term) for term in wrong[:_NAMED])
            yield Damage("index", table, what=f"{len(wrong)} words lead astray: {terms}")
    finally:
        conn.execute("DROP TABLE temp.there")
        conn.execute("DROP TABLE temp.due")


def _differing(
    one: Iterator[tuple[str, int, int]], two: Iterator[tuple[str, int, int]]
) -> Iterator[tuple[str, int, int]]:
    """Merge two lists sorted by their first column, and yield what only one has."""
    left, right = next(one, None), next(two, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(one, None), next(two, None)
        elif right is None or (left is not None and left[0].encode() <= right[0].encode()):
            assert left is not None  # noqa: S101 (both None ends the loop)
            yield left
            left = next(one, None)
        else:
            yield right
            right = next(two, None)


def _docs(conn: sqlite3.Connection, name: str, term: str) -> set[int]:
    return {
        row[0]
        for row in set(
            conn.execute(f"SELECT doc, col, offset FROM temp.{name} WHERE term = ?", (term,))
        )
    }


def fingerprints(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Compute the hash of each article's words anew."""
    held = conn.execute(
        "SELECT f.page, f.revision, f.digest, p.ref FROM fingerprints f JOIN pages p"
        " ON p.id = f.page WHERE NOT EXISTS (SELECT 1 FROM pending w WHERE w.page = f.page"
        " AND w.derived = ?)",
        (DUPLICATES,),
    )
    while batch := list(islice(held, _BATCH)):
        shown = {one.page: one for one in subjects(conn, [row[0] for row in batch])}
        for page, revision, digest, ref in batch:
            due = shown.get(page)
            if due is not None and (due.revision, due.text.digest) != (revision, digest):
                yield Damage("index", "fingerprints", page, ref, what="it is of another text")
