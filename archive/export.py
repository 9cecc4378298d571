"""Articles as files to share: CSV for spreadsheets, JSON lines for programs, SQLite for both."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from archive import files
from archive.candidates import FOUND
from archive.errors import UsageError
from archive.index import IndexedText, add
from archive.moments import public
from archive.narrowing import Filter, condition
from archive.query import parse

Record = dict[str, Any]

# A cell that begins so is run as a formula by spreadsheets; the wide forms are, in some languages.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# In this order of tables SQLite walks along the search ids, so that nothing has to be sorted.
ALL = "FROM pages CROSS JOIN articles ON articles.id = pages.id WHERE 1"

ANY = Filter()

FILES = ("images", "attachments")

# Of the current revision, beside the columns of the view.
CREDITS = ("author_kind", "source")

SHARED_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sites (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, province TEXT, province_now TEXT,
  base_url TEXT NOT NULL, platform TEXT NOT NULL, owner TEXT, valid_from TEXT, valid_to TEXT,
  successor TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, site TEXT NOT NULL REFERENCES sites(id),
  url TEXT NOT NULL, title TEXT NOT NULL, lead TEXT, body TEXT NOT NULL,
  text TEXT AS (iif(coalesce(lead, '') = '', body, lead || char(10) || char(10) || body)),
  author TEXT, section TEXT, published_at TEXT, published_day TEXT, published_precision TEXT,
  first_seen_at TEXT, last_seen_at TEXT, captured_at TEXT, gone_at TEXT, state TEXT,
  revision INTEGER, revisions INTEGER, word_count INTEGER, content_hash TEXT, raw_sha256 TEXT,
  warc_file TEXT, warc_offset INTEGER, duplicate_of INTEGER, cluster INTEGER, province_then TEXT,
  province_now TEXT, author_kind TEXT, source TEXT
) STRICT;
CREATE INDEX articles_day ON articles(published_day);
CREATE TABLE images (
  article INTEGER NOT NULL REFERENCES articles(id), position INTEGER NOT NULL, url TEXT NOT NULL,
  caption TEXT, credit TEXT, alt TEXT, sha256 TEXT, PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE attachments (
  article INTEGER NOT NULL REFERENCES articles(id), position INTEGER NOT NULL, url TEXT NOT NULL,
  caption TEXT, credit TEXT, alt TEXT, sha256 TEXT, PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE files (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, kind TEXT,
  media_type TEXT, pages INTEGER, title TEXT, text TEXT, note TEXT
) STRICT;
CREATE VIEW indexed_files AS
SELECT id, coalesce(title, '') AS title, coalesce(text, '') AS body,
  coalesce(title, '') AS title_f, coalesce(text, '') AS body_f
FROM files;
CREATE VIEW indexed_articles AS
SELECT id AS sid, title, coalesce(lead, '') AS lead, body,
  title AS title_f, coalesce(lead, '') AS lead_f, body AS body_f
FROM articles
"""


class TextSink(Protocol):
    """Where text can be written to."""

    def write(self, text: str, /) -> object:
        """Write `text`."""


def articles(
    conn: sqlite3.Connection,
    query: str | None = None,
    where: Filter = ANY,
    *,
    limit: int | None = None,
    without: Sequence[int] = (),
) -> Iterator[Record]:
    """Yield the articles that `query` finds, or all, newest first: the columns of `articles`.

    Each also has `author_kind` and `source`, and `images` and `attachments`, lists of what the
    current revision shows and offers. Those with a search id in `without` are left out.
    Withdrawn pages are never among them. Raises UsageError for a query without a word, and for a
    site, province or day that cannot be.
    """
    narrowed, values = condition(conn, where)
    source, order = ALL, "pages.sid"
    if query is not None:
        source, order = FOUND, "articles_fts.rowid"
        values = [_match(query), *values]
    rows = conn.execute(
        f"SELECT articles.*, pages.current_revision AS current {source} {narrowed}"
        " AND pages.sid NOT IN (SELECT value FROM json_each(?))"
        f" ORDER BY {order} DESC LIMIT ?",
        (*values, json.dumps(without), -1 if limit is None else limit),
    )
    for row in rows:
        record = dict(row)
        revision = record.pop("current")
        credits = conn.execute(
            f"SELECT {', '.join(CREDITS)} FROM revisions WHERE id = ?", (revision,)
        ).fetchone()
        listed = {table: _files(conn, table, revision) for table in FILES}
        yield {**record, **dict(credits), **listed}


def _match(query: str) -> str:
    parsed = parse(query)
    if parsed.node is None:
        raise UsageError(f"{query!r}: {parsed.notes[0]}")
    return parsed.match()


def _files(conn: sqlite3.Connection, table: str, revision: int) -> list[Record]:
    rows = conn.execute(
        f"SELECT position, url, caption, credit, alt, sha256 FROM {table} WHERE revision = ?"
        " ORDER BY position",
        (revision,),
    )
    return [dict(row) for row in rows]


def write_csv(conn: sqlite3.Connection, records: Iterable[Record], stream: TextSink) -> int:
    """Write the columns of `articles` as CSV with a header; return the number of articles.

    Lines end as RFC 4180 has it: `stream` must not translate them. A cell that a
    spreadsheet would run as a formula gets a leading apostrophe.
    """
    columns = [row["name"] for row in conn.execute("PRAGMA table_info(articles)")]
    writer = csv.writer(stream)
    writer.writerow(columns)
    count = 0
    for record in records:
        writer.writerow([defused(record[name]) for name in columns])
        count += 1
    return count


def defused(value: object) -> object:
    """Return a cell's value so that no spreadsheet takes it for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def write_jsonl(records: Iterable[Record], stream: TextSink) -> int:
    """Write one JSON object a line, `images` and `attachments` as lists; return their number."""
    count = 0
    for record in records:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_sqlite(
    conn: sqlite3.Connection, records: Iterable[Record], path: Path, *, now: float
) -> int:
    """Write a new SQLite file at `path` that needs nothing else; return the number of articles.

    It holds `articles` as a table, `images`, `attachments`, `files`, `sites`, `about`, and the
    full-text indexes `articles_fts`, whose rowid is `articles.id`, and `files_fts`.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        # The file is new and of no use until it is whole: a journal would protect nothing.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        target.executescript(SHARED_TABLES)
        for (index,) in conn.execute(
            "SELECT sql FROM sqlite_master WHERE name IN ('articles_fts', 'files_fts')"
        ).fetchall():
            target.execute(index)
        target.execute("BEGIN")
        count = _copy_articles(records, target)
        _copy_sites(conn, target)
        _copy_files(conn, target)
        _index(target)
        about = {"exported_at": public(now), "articles": str(count), "made_by": "mattran-archive"}
        target.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        target.execute("COMMIT")
    return count


def _copy_articles(records: Iterable[Record], target: sqlite3.Connection) -> int:
    count = 0
    for record in records:
        listed = {table: record.pop(table) for table in FILES}
        del record["text"]  # the table computes it
        marks = ", ".join(f":{name}" for name in record)
        target.execute(f"INSERT INTO articles ({', '.join(record)}) VALUES ({marks})", record)
        for table, rows in listed.items():
            target.executemany(
                f"INSERT INTO {table} VALUES"
                " (:article, :position, :url, :caption, :credit, :alt, :sha256)",
                [{"article": record["id"], **row} for row in rows],
            )
        count += 1
    return count


def _copy_sites(conn: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy the sites that the exported articles come from."""
    columns = [row[1] for row in target.execute("PRAGMA table_info(sites)")]
    rows = conn.execute(f"SELECT {', '.join(columns)} FROM sites")
    wanted = {row[0] for row in target.execute("SELECT DISTINCT site FROM articles")}
    target.executemany(
        f"INSERT INTO sites VALUES ({', '.join('?' * len(columns))})",
        [tuple(row) for row in rows if row["id"] in wanted],
    )


def _copy_files(conn: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy what was read of the files that the exported articles show and offer, and index it."""
    columns = [row[1] for row in target.execute("PRAGMA table_info(files)")]
    named = target.execute(
        "SELECT sha256 FROM attachments WHERE sha256 IS NOT NULL"
        " UNION SELECT sha256 FROM images WHERE sha256 IS NOT NULL"
    ).fetchall()
    for (sha256,) in named:
        row = conn.execute(
            f"SELECT {', '.join(columns)} FROM files WHERE sha256 = ? AND is_shown", (sha256,)
        ).fetchone()
        if row is not None:
            target.execute(
                f"INSERT INTO files VALUES ({', '.join('?' * len(columns))})", tuple(row)
            )
            told = files.columns(row["title"], row["text"] or "")
            target.execute(files.INSERT, (row["id"], *told))


def _index(target: sqlite3.Connection) -> None:
    rows = target.execute("SELECT id, title, lead, body FROM articles ORDER BY id")
    for page, title, lead, body in rows:
        add(target, page, IndexedText(title, lead, body))
    target.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
