"""What the archive holds, what it weighs, and when its disk will be full."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from archive.moments import DAY, epoch_of, public
from archive.views import VISIBLE

Record = dict[str, Any]

GROWTH_DAYS = 30
# Of more texts a sample of about as many is read: of all, it takes as long as a backup.
TEXTS_READ = 2000
INDEX_TABLES = (
    *("articles_fts_data", "articles_fts_idx", "articles_fts_docsize"),
    *("article_keys_data", "article_keys_idx"),
    *("files_fts_data", "files_fts_idx", "files_fts_docsize"),
)

# The articles a reader finds: counted without the joins of the view `articles`.
FOUND = f"""
  SELECT p.site, count(*) AS articles FROM pages p WHERE {VISIBLE} GROUP BY p.site
"""

FLAGGED = f"""
  SELECT p.site, f.value, count(*) FROM pages p JOIN revisions r ON r.id = p.current_revision
  JOIN json_each(r.flags) f
  WHERE r.flags <> '[]' AND {VISIBLE}
  GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""

DUPLICATES = "SELECT kind, count(DISTINCT article) FROM duplicates GROUP BY 1"

SITES = f"""
WITH found AS ({FOUND}), kept AS (
  SELECT p.site, count(*) AS revisions FROM revisions r JOIN pages p ON p.id = r.page
  GROUP BY p.site
), fetched AS (
  SELECT site, count(*) AS captures, sum(coalesce(warc_length, 0)) AS raw_bytes
  FROM captures GROUP BY site
)
SELECT s.id, coalesce(articles, 0) AS articles, coalesce(revisions, 0) AS revisions,
  coalesce(captures, 0) AS captures, coalesce(raw_bytes, 0) AS raw_bytes,
  s.last_success_at, s.broken_since
FROM sites s LEFT JOIN found f ON f.site = s.id LEFT JOIN kept k ON k.site = s.id
  LEFT JOIN fetched c ON c.site = s.id
ORDER BY articles DESC, s.id
"""


def site_progress(conn: sqlite3.Connection) -> dict[str, Record]:
    """Return each site's row of `sites`, by id, with its number of `articles`; as `odd` what
    `health` says of its last crawl (JSON, or None); as `unit_until` and `unit_now` the last day of
    its unit and what that is now, where the archive knows."""
    rows = conn.execute(
        f"WITH found AS ({FOUND}) SELECT s.*, coalesce(f.articles, 0) AS articles, h.detail AS odd,"
        " u.valid_to AS unit_until, n.kind || ' ' || n.name AS unit_now"
        " FROM sites s LEFT JOIN found f ON f.site = s.id"
        " LEFT JOIN units u ON u.code = s.unit_code AND u.valid_from = s.unit_valid_from"
        " LEFT JOIN units n ON n.code = s.unit_now_code AND n.valid_from = s.unit_now_valid_from"
        " LEFT JOIN health h ON h.site = s.id AND h.checked_at = s.last_crawled_at ORDER BY s.id"
    )
    return {row["id"]: dict(row) for row in rows}


def flag_counts(conn: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Return by site how many of its articles carry each flag, the most frequent first."""
    found: dict[str, dict[str, int]] = {}
    for site, flag, articles in conn.execute(FLAGGED):
        found.setdefault(site, {})[flag] = articles
    return found


def statistics(conn: sqlite3.Connection, path: Path, now: float) -> Record:
    """Return the figures of the archive at `path`: counts, bytes, growth and one row a site.

    `now` is seconds since the epoch. `days_until_full` is None when it cannot be known: fewer than
    two days of captures, or nothing stored in the last 30 days.
    """
    sizes = _bytes(conn, path)
    sites = [dict(row) for row in conn.execute(SITES)]
    growth = _growth(conn, sizes, now)
    free = shutil.disk_usage(path.parent).free
    return {
        "articles": sum(site["articles"] for site in sites),
        "revisions": sum(site["revisions"] for site in sites),
        "revisions_by_cause": _counts(conn, "SELECT cause, count(*) FROM revisions GROUP BY 1"),
        "pages_by_state": _counts(conn, "SELECT state, count(*) FROM pages GROUP BY 1"),
        "captures": sum(site["captures"] for site in sites),
        "captures_by_kind": _counts(conn, "SELECT kind, count(*) FROM captures GROUP BY 1"),
        "frontier_by_state": _counts(conn, "SELECT state, count(*) FROM frontier GROUP BY 1"),
        "articles_by_flag": _added_up(flag_counts(conn)),
        "files_by_kind": _counts(
            conn, "SELECT coalesce(kind, 'not read yet'), count(*) FROM files GROUP BY 1"
        ),
        "duplicates_by_kind": _counts(conn, DUPLICATES),
        "withdrawn": conn.execute("SELECT count(*) FROM withdrawals").fetchone()[0],
        "runs": conn.execute("SELECT count(*) FROM runs").fetchone()[0],
        "bytes": sizes,
        "free_bytes": free,
        "growth_bytes_per_day": growth,
        "days_until_full": int(free / growth) if growth else None,
        "sites": sites,
    }


def _added_up(by_site: dict[str, dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for counts in by_site.values():
        total.update(counts)
    return dict(total.most_common())


def _counts(conn: sqlite3.Connection, statement: str) -> dict[str, int]:
    rows = conn.execute(f"{statement} ORDER BY 2 DESC, 1")
    return {row[0]: row[1] for row in rows}


def _bytes(conn: sqlite3.Connection, path: Path) -> dict[str, int]:
    """Return the bytes by kind; `index` and `text` are parts of `database`."""
    folder = path.parent
    sizes = {
        "database": _file_size(path),
        "log": _file_size(path.with_name(f"{path.name}-wal")),
        "index": sum(_block_bytes(conn, table) for table in INDEX_TABLES),
        "text": _text_bytes(conn),
        "raw": _folder_size(folder / "warc"),
        "logs": _folder_size(folder / "logs"),
    }
    return {**sizes, "total": sizes["database"] + sizes["log"] + sizes["raw"] + sizes["logs"]}


def _text_bytes(conn: sqlite3.Connection) -> int:
    """Return the bytes of the texts of all revisions; of many, by a sample from all times."""
    count, first, last = conn.execute("SELECT count(*), min(id), max(id) FROM revisions").fetchone()
    size = "sum(length(CAST(title || coalesce(lead, '') || body AS BLOB)))"
    if count <= TEXTS_READ:
        return int(conn.execute(f"SELECT coalesce({size}, 0) FROM revisions").fetchone()[0])
    places = range(first, last + 1, max(1, (last - first) // TEXTS_READ))
    read, bytes_read = conn.execute(
        f"SELECT count(*), {size} FROM revisions WHERE id IN (SELECT"
        " (SELECT min(id) FROM revisions WHERE id >= j.value) FROM json_each(?) j)",
        (json.dumps([*places]),),
    ).fetchone()
    return int(bytes_read * count / read)


def _block_bytes(conn: sqlite3.Connection, table: str) -> int:
    """Return the bytes of a table of the full-text index, without reading what it holds."""
    column = {"data": "block", "docsize": "sz"}.get(table.rpartition("_")[2], "term")
    total = conn.execute(f"SELECT coalesce(sum(length({column})), 0) FROM {table}").fetchone()[0]
    return int(total)


def _file_size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _folder_size(folder: Path) -> int:
    return sum(_file_size(file) for file in folder.rglob("*") if file.is_file())


def _growth(conn: sqlite3.Connection, sizes: dict[str, int], now: float) -> float | None:
    """Return the bytes a day that the last 30 days added, None when that cannot be told.

    Raw records are counted; the database is taken to grow with the captures it holds.
    """
    since = public(now - GROWTH_DAYS * DAY)
    total, recent, first, raw = conn.execute(
        "SELECT count(*), count(*) FILTER (WHERE captured_at >= :since),"
        " min(captured_at) FILTER (WHERE captured_at >= :since),"
        " coalesce(sum(warc_length) FILTER (WHERE captured_at >= :since), 0) FROM captures",
        {"since": since},
    ).fetchone()
    if not recent:
        return None
    days = (now - epoch_of(first)) / DAY
    if days < 1:
        return None
    return float(raw + sizes["database"] * recent / total) / days
