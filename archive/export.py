"""Articles as files to share: CSV for spreadsheets, JSON lines for programs, SQLite for both."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from archive.errors import UsageError
from archive.index import IndexedText, add
from archive.moments import public
from archive.query import parse
from archive.vietnamese import fold

Record = dict[str, Any]

# A cell that begins so is run as a formula by spreadsheets; the wide forms are, in some languages.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

FILES = ("images", "attachments")

SHARED_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sites (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, province TEXT, province_now TEXT,
  base_url TEXT NOT NULL, platform TEXT NOT NULL, owner TEXT, valid_from TEXT, valid_to TEXT,
  successor TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, site TEXT NOT NULL REFERENCES sites(id),
  url TEXT NOT NULL, title TEXT NOT NULL, lead TEXT, body TEXT NOT NULL, text TEXT NOT NULL,
  author TEXT, section TEXT, published_at TEXT, published_day TEXT, published_precision TEXT,
  first_seen_at TEXT, last_seen_at TEXT, captured_at TEXT, gone_at TEXT, state TEXT,
  revision INTEGER, revisions INTEGER, word_count INTEGER, content_hash TEXT, raw_sha256 TEXT,
  warc_file TEXT, warc_offset INTEGER, duplicate_of INTEGER, cluster INTEGER, province_then TEXT,
  province_now TEXT
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
CREATE VIEW indexed_articles AS
SELECT id AS sid, title, coalesce(lead, '') AS lead, body,
  title AS title_f, coalesce(lead, '') AS lead_f, body AS body_f
FROM articles
"""


class TextSink(Protocol):
    """Where text can be written to."""

    def write(self, text: str, /) -> object:
        """Write `text`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles to export: all, or those that every given condition holds for.

    `query` is what `mattran search` takes; `since` and `until` are days (`2025-10-01`), both
    included, of publication; `provinces` are names as the archive writes them, then or now.
    """

    query: str | None = None
    sites: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    limit: int | None = None


def articles(conn: sqlite3.Connection, selection: Selection) -> Iterator[Record]:
    """Yield the selected articles, newest first: the columns of `articles` in their order.

    Each also has `images` and `attachments`, lists of what the current revision shows and offers.
    Withdrawn pages are never among them.
    """
    where, values = _conditions(selection)
    statement = (
        "SELECT a.*, p.current_revision AS current FROM pages p JOIN articles a ON a.id = p.id"
        f" WHERE {where} ORDER BY p.sid DESC LIMIT :limit"
    )
    for row in conn.execute(statement, values):
        record = dict(row)
        revision = record.pop("current")
        yield {**record, **{table: _files(conn, table, revision) for table in FILES}}


def _conditions(selection: Selection) -> tuple[str, Record]:
    """Return the WHERE clause and its bound values."""
    conditions = ["1"]
    if selection.query is not None:
        conditions.append(
            "p.sid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match)"
        )
    if selection.sites:
        conditions.append("p.site IN (SELECT value FROM json_each(:sites))")
    if selection.provinces:
        names = "(SELECT value FROM json_each(:provinces))"
        conditions.append(f"(a.province_then IN {names} OR a.province_now IN {names})")
    if selection.since:
        conditions.append("a.published_day >= :since")
    if selection.until:
        conditions.append("a.published_day <= :until")
    values = {
        "match": None if selection.query is None else _match(selection.query),
        "sites": json.dumps(selection.sites),
        "provinces": json.dumps(selection.provinces),
        "since": selection.since,
        "until": selection.until,
        "limit": -1 if selection.limit is None else selection.limit,
    }
    return " AND ".join(conditions), values


def _match(query: str) -> str:
    parsed = parse(query)
    if not parsed.terms:
        raise UsageError(f"{query!r}: {parsed.notes[0]}")
    return parsed.match()


def sites_named(conn: sqlite3.Connection, names: Iterable[str]) -> tuple[str, ...]:
    """Return the site ids `names`; raises UsageError for one the archive does not have."""
    known = {row["id"] for row in conn.execute("SELECT id FROM sites")}
    names = tuple(names)
    for name in names:
        if name not in known:
            raise UsageError(f"no site {name!r} in this archive: `mattran stats` lists them")
    return names


def provinces_named(conn: sqlite3.Connection, name: str | None) -> tuple[str, ...]:
    """Return the provinces of the archive that `name` means, typed with or without marks.

    Raises UsageError when there is none.
    """
    if name is None:
        return ()
    rows = conn.execute("SELECT province FROM sites UNION SELECT province_now FROM sites")
    known = sorted(row[0] for row in rows if row[0])
    found = tuple(province for province in known if fold(province) == fold(name))
    if not found:
        raise UsageError(f"no province {name!r} in this archive; it has {', '.join(known)}")
    return found


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

    It holds `articles` as a table, `images`, `attachments`, `sites`, `about`, and the full-text
    index `articles_fts`, whose rowid is `articles.id`.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        # The file is new and of no use until it is whole: a journal would protect nothing.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        target.executescript(SHARED_TABLES)
        (index,) = conn.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'articles_fts'"
        ).fetchone()
        target.execute(index)
        target.execute("BEGIN")
        count = _copy_articles(records, target)
        _copy_sites(conn, target)
        _index(target)
        about = {"exported_at": public(now), "articles": str(count), "made_by": "mattran-archive"}
        target.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        target.execute("COMMIT")
    return count


def _copy_articles(records: Iterable[Record], target: sqlite3.Connection) -> int:
    count = 0
    for record in records:
        files = {table: record.pop(table) for table in FILES}
        marks = ", ".join(f":{name}" for name in record)
        target.execute(f"INSERT INTO articles ({', '.join(record)}) VALUES ({marks})", record)
        for table, rows in files.items():
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


def _index(target: sqlite3.Connection) -> None:
    rows = target.execute("SELECT id, title, lead, body FROM articles ORDER BY id").fetchall()
    for page, title, lead, body in rows:
        add(target, page, IndexedText(title, lead, body))
    target.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
