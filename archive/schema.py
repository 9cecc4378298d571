"""The migrations that make the tables of the archive, and its views (docs/schema.md has each).

A migration that was released is never changed. Each runs in one transaction together with the
version it leaves: killed half way, it has not begun.

This module imports sqlite-utils, which takes a while: only writing commands may import it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from archive import files, schema_1
from archive.views import VIEWS, VISIBLE

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("mattran")

# The full-text tables as they are today.
INDEX, KEYS = schema_1.INDEX, schema_1.KEYS
FILES_INDEX = """
CREATE VIRTUAL TABLE files_fts USING fts5(
  title, body, title_f, body_f,
  content = 'indexed_files', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 0'
)
"""

# What the second version changes, in this order; a semicolon at the end of a line ends a statement.
VERSION_2 = """
CREATE TABLE files (  -- the contents of files that articles offer or show, each once
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  capture INTEGER NOT NULL REFERENCES captures(id),
  bytes INTEGER NOT NULL,
  kind TEXT CHECK (kind IN
    ('text', 'scan', 'image', 'encrypted', 'damaged', 'unsupported', 'too-heavy')),
  media_type TEXT,
  pages INTEGER,
  title TEXT,
  text TEXT,
  note TEXT,
  reader TEXT,
  read_at TEXT,
  is_shown INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX files_reader ON files(reader);
CREATE INDEX files_kind ON files(kind);
CREATE INDEX attachments_sha256 ON attachments(sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX images_sha256 ON images(sha256) WHERE sha256 IS NOT NULL;
INSERT INTO files (sha256, capture, bytes)
  SELECT payload_sha256, min(id), max(payload_bytes) FROM captures
  WHERE kind = 'attachment' AND warc_file IS NOT NULL AND payload_sha256 IS NOT NULL
  GROUP BY payload_sha256;
"""

# What the third version changes.
VERSION_3 = """
ALTER TABLE files ADD COLUMN seal TEXT;
ALTER TABLE keyed ADD COLUMN units TEXT NOT NULL DEFAULT '';
"""

ARTICLES_VIEW = f"""
CREATE VIEW articles AS
SELECT
  p.id, p.ref, p.site, p.url,
  r.title, r.lead, r.body,
  CASE WHEN coalesce(r.lead, '') = '' THEN r.body
       ELSE r.lead || char(10) || char(10) || r.body END AS text,
  r.author, r.section,
  r.published_at, substr(r.published_at, 1, 10) AS published_day, r.published_precision,
  p.first_seen_at, p.last_seen_at, r.captured_at, p.gone_at, p.state,
  (SELECT count(*) FROM revisions o WHERE o.page = p.id
     AND (o.captured_at, o.extracted_at, o.id) <= (r.captured_at, r.extracted_at, r.id)
  ) AS revision,
  (SELECT count(*) FROM revisions o WHERE o.page = p.id AND o.cause <> 'rules') AS revisions,
  r.word_count, r.content_hash,
  coalesce(k.payload_sha256, c.payload_sha256) AS raw_sha256, k.warc_file, k.warc_offset,
  (SELECT d.other FROM duplicates d WHERE d.article = p.id
     AND d.kind IN ('same_text', 'near_duplicate') ORDER BY d.other LIMIT 1) AS duplicate_of,
  p.cluster,
  s.province AS province_then, coalesce(s.province_now, s.province) AS province_now
FROM pages p
JOIN revisions r ON r.id = p.current_revision
JOIN captures c ON c.id = r.capture
LEFT JOIN captures k ON k.id = CASE WHEN c.warc_file IS NULL THEN c.same_content_as ELSE c.id END
JOIN sites s ON s.id = p.site
WHERE {VISIBLE}
"""

# The text each index row shows: the original twice, so that highlight() and snippet() work for the
# exact and for the folded columns alike.
INDEXED_VIEW = f"""
CREATE VIEW indexed_articles AS
SELECT p.sid, r.title, coalesce(r.lead, '') AS lead, r.body,
       r.title AS title_f, coalesce(r.lead, '') AS lead_f, r.body AS body_f
FROM pages p JOIN revisions r ON r.id = p.current_revision
WHERE {VISIBLE}
"""

# What each row of the files' index shows, likewise.
INDEXED_FILES_VIEW = """
CREATE VIEW indexed_files AS
SELECT id, coalesce(title, '') AS title, coalesce(text, '') AS body,
       coalesce(title, '') AS title_f, coalesce(text, '') AS body_f
FROM files WHERE is_shown
"""

# What counts for a unit of today: itself, all that lies in it, and all that went into it before.
# Districts were divided among several communes: those stand for none of them (kind `divided`).
LINEAGE_VIEW = """
CREATE VIEW unit_lineage AS
WITH RECURSIVE lineage(code, valid_from, part_code, part_valid_from) AS (
  SELECT u.code, u.valid_from, u.code, u.valid_from FROM units u WHERE u.valid_to IS NULL
  UNION
  SELECT l.code, l.valid_from, s.old_code, s.old_valid_from
  FROM lineage l JOIN unit_succession s ON s.new_code = l.part_code
    AND s.new_valid_from = l.part_valid_from AND s.kind <> 'divided'
  UNION
  SELECT l.code, l.valid_from, c.code, c.valid_from
  FROM lineage l JOIN units c ON c.parent_code = l.part_code
    AND c.parent_valid_from = l.part_valid_from
)
SELECT code, valid_from, part_code, part_valid_from FROM lineage
"""

UNIT_ARTICLES_VIEW = """
CREATE VIEW unit_articles AS
SELECT DISTINCT
  u.code AS unit_code, u.valid_from AS unit_valid_from, u.kind AS unit_kind, u.name AS unit,
  u.level AS unit_level, a.id, a.ref, a.site, a.url, a.title, a.published_at, a.published_day
FROM unit_lineage l
JOIN units u ON u.code = l.code AND u.valid_from = l.valid_from
JOIN mentions m ON m.unit_code = l.part_code AND m.unit_valid_from = l.part_valid_from
JOIN articles a ON a.id = m.page
"""

VIEWS_OF_TABLES = (
    *(ARTICLES_VIEW, INDEXED_VIEW, INDEXED_FILES_VIEW, LINEAGE_VIEW, UNIT_ARTICLES_VIEW),
    *VIEWS,
)


@migrations()
def tables(db: Database) -> None:
    """Make every table and index of the first version; the views are made by the last migration."""
    _execute(db, schema_1.TABLES)
    db.execute(schema_1.INDEX)
    db.execute(schema_1.KEYS)


@migrations()
def version_2(db: Database) -> None:
    """Change what the second version changes."""
    _drop_views(db)
    _execute(db, VERSION_2)
    db.execute(FILES_INDEX)


@migrations()
def version_3(db: Database) -> None:
    """Change what the third version changes, seal what was read of files, make the views anew."""
    _drop_views(db)
    _execute(db, VERSION_3)
    files.seal_all(db.conn)
    _make_views(db)
    _leave(db, 3)


def _execute(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


def _drop_views(db: Database) -> None:
    """Drop the views of the archive, and no view that its owner made; a view holds no data."""
    for statement in VIEWS_OF_TABLES:
        db.execute(f"DROP VIEW IF EXISTS {name_of(statement)}")


def _make_views(db: Database) -> None:
    """Make all views as they are today: only the last migration does."""
    for statement in VIEWS_OF_TABLES:
        db.execute(statement)


def _leave(db: Database, version: int) -> None:
    db.execute(f"PRAGMA user_version = {version:d}")


def name_of(statement: str) -> str:
    """Return the name of what a CREATE statement makes."""
    found = re.search(r"CREATE (?:VIRTUAL )?\w+ (\w+)", statement)
    if found is None:
        raise ValueError(f"no CREATE statement: {statement[:60]!r}")
    return found[1]
