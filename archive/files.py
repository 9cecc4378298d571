"""The contents of files that articles offer or show: each stored once, with the text read from it.

A row of `files` begins in the transaction that keeps the bytes (`enter`); what is in them is read
later, by the crawler, outside of every page's transaction (`pending`, `keep_reading`). Which
revisions name a file is found from the captures of its address (`link`): the first at or after the
revision, else the last before it. So it can be found again after an import, a merge or a repair.

`files_fts` holds, like `articles_fts`, each text twice and is written by this module only. A file
stands in it when an article that nobody withdrew names it, or nobody names it at all (`settle`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from archive import content, moments
from archive.vietnamese import NORM_VERSION, exact, fold

TABLES = ("attachments", "images")
KINDS = ("text", "scan", "image", "encrypted", "damaged", "unsupported", "too-heavy")

COLUMNS = "title, body, title_f, body_f"
INSERT = f"INSERT INTO files_fts(rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?)"
_DELETE = f"INSERT INTO files_fts(files_fts, rowid, {COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?)"
_HOPS = 5  # redirects from an address to its file
_IN = "IN (SELECT value FROM json_each(?))"
SEALED = "kind, media_type, pages, text, note, reader, read_at"  # what was read, and how
BY_OCR = "ocr"  # how a reader's name begins whose text must not be read again

# What revisions call a file, the earliest first; `{}`: a condition on their pages.
_NAMING = """
SELECT n.caption FROM (
  SELECT revision, position, caption FROM attachments WHERE sha256 = ?1
  UNION ALL SELECT revision, position, caption FROM images WHERE sha256 = ?1) n
JOIN revisions r ON r.id = n.revision JOIN pages p ON p.id = r.page
WHERE {} ORDER BY n.caption IS NULL, r.captured_at, p.ref, n.position LIMIT 1
"""
_NOT_WITHDRAWN = "NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.page = p.id)"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file to be read: where its raw record stands."""

    sha256: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a file; `reader` names how, `note` is a sentence for people."""

    kind: str
    media_type: str
    text: str
    pages: int | None
    note: str | None
    reader: str


# Keeping bytes once


def kept(conn: sqlite3.Connection, sha256: str | None) -> int | None:
    """Return the capture whose raw record holds these bytes, if a file with them is kept."""
    row = conn.execute("SELECT capture FROM files WHERE sha256 = ?", (sha256,)).fetchone()
    return int(row[0]) if row else None


def place_of(conn: sqlite3.Connection, sha256: str | None) -> tuple[str, int] | None:
    """Return the WARC file and the offset of the record that holds these bytes, if one does."""
    row = conn.execute(
        "SELECT c.warc_file, c.warc_offset FROM files f JOIN captures c ON c.id = f.capture"
        " WHERE f.sha256 = ? AND c.warc_file IS NOT NULL",
        (sha256,),
    ).fetchone()
    return (row[0], row[1]) if row else None


def enter(conn: sqlite3.Connection, sha256: str | None, capture: int, size: int) -> None:
    """Note a file whose bytes `capture` has just kept, in the transaction that does so."""
    if sha256 is not None:
        conn.execute(
            "INSERT INTO files (sha256, capture, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (sha256, capture, size),
        )


# Reading


def pending(conn: sqlite3.Connection, reader: str, limit: int = 100) -> list[Unread]:
    """Return files that `reader` (a version) has not read, the oldest first; a file that nobody
    can read any more, its record being gone, is left out. What was read by OCR stays."""
    rows = conn.execute(
        "SELECT f.sha256, c.warc_file, c.warc_offset FROM files f JOIN captures c"
        " ON c.id = f.capture WHERE c.warc_file IS NOT NULL AND (f.reader IS NULL"
        f" OR (f.reader <> ? AND f.reader NOT LIKE '{BY_OCR}%')) ORDER BY f.id LIMIT ?",
        (reader, limit),
    )
    return [Unread(*row) for row in rows]


def scans(conn: sqlite3.Connection, sites: Collection[str] = ()) -> list[Unread]:
    """Return the scans that no OCR has read, of some sites or of all."""
    rows = conn.execute(
        "SELECT f.sha256, c.warc_file, c.warc_offset FROM files f JOIN captures c"
        f" ON c.id = f.capture WHERE f.kind = 'scan' AND f.reader NOT LIKE '{BY_OCR}%'"
        f" AND c.warc_file IS NOT NULL AND (? OR c.site {_IN}) ORDER BY f.id",
        (not sites, json.dumps(sorted(sites))),
    )
    return [Unread(*row) for row in rows]


def keep_reading(conn: sqlite3.Connection, sha256: str, reading: Reading) -> None:
    """Store what was read of a file, inside a transaction, and index it."""
    _leave_index(conn, sha256)
    conn.execute(
        "UPDATE files SET kind = ?, media_type = ?, text = ?, pages = ?, note = ?, reader = ?,"
        " read_at = ?, is_shown = 0 WHERE sha256 = ?",
        (
            reading.kind,
            reading.media_type,
            reading.text or None,
            reading.pages,
            reading.note,
            reading.reader,
            moments.public(moments.now()),
            sha256,
        ),
    )
    _seal(conn, sha256)
    settle(conn, [sha256])


def keep_text(conn: sqlite3.Connection, sha256: str, text: str, reader: str) -> None:
    """Store what `reader` read of a file whose kind is known, inside a transaction."""
    _leave_index(conn, sha256)
    conn.execute(
        "UPDATE files SET text = ?, reader = ?, read_at = ?, is_shown = 0 WHERE sha256 = ?",
        (text or None, reader, moments.public(moments.now()), sha256),
    )
    _seal(conn, sha256)
    settle(conn, [sha256])


def seal_of(*values: object) -> str:
    """Return the hash of what was read of a file: the values of `SEALED`, in their order."""
    return content.sha256(json.dumps(values, ensure_ascii=False).encode())


def _seal(conn: sqlite3.Connection, sha256: str) -> None:
    """Note the hash of what was read, by which `verify` knows that it is as it was."""
    row = conn.execute(f"SELECT {SEALED} FROM files WHERE sha256 = ?", (sha256,)).fetchone()
    conn.execute("UPDATE files SET seal = ? WHERE sha256 = ?", (seal_of(*row), sha256))


def seal_all(conn: sqlite3.Connection) -> None:
    """Seal what was read before readings were sealed, inside a transaction."""
    for (sha256,) in conn.execute("SELECT sha256 FROM files WHERE read_at IS NOT NULL").fetchall():
        _seal(conn, sha256)


def forget_readings(conn: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take files for unread, inside a transaction: what was read of them is damaged."""
    for number in numbers:
        row = conn.execute("SELECT sha256 FROM files WHERE id = ?", (number,)).fetchone()
        if row is None:
            continue
        _leave_index(conn, row[0])
        conn.execute(
            "UPDATE files SET kind = NULL, media_type = NULL, pages = NULL, text = NULL,"
            " note = NULL, reader = NULL, read_at = NULL, seal = NULL, is_shown = 0 WHERE id = ?",
            (number,),
        )


def misnamed(conn: sqlite3.Connection) -> list[int]:
    """Return the files whose title, or being shown, is not what the articles say that name them."""
    rows = conn.execute("SELECT id, sha256, capture, kind, title, is_shown FROM files ORDER BY id")
    wrong = []
    for number, sha256, capture, kind, title, is_shown in rows.fetchall():
        seen, name = _standing(conn, sha256, capture)
        if (bool(is_shown), title) != (seen and kind is not None, name):
            wrong.append(number)
    return wrong


# Which revisions name which file


def link(
    conn: sqlite3.Connection, sites: Collection[str] = (), tables: Sequence[str] = TABLES
) -> int:
    """Give the rows of revisions that name an address the hash of the file that was there.

    Inside a transaction, of some sites or of all; rows that have a hash keep it. Returns how many
    rows were given one.
    """
    found = 0
    files: set[str] = set()
    known: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for table in tables:
        rows = conn.execute(
            f"SELECT n.revision, n.position, p.site, n.url, r.captured_at FROM {table} n"
            " JOIN revisions r ON r.id = n.revision JOIN pages p ON p.id = r.page"
            f" WHERE n.sha256 IS NULL AND (? OR p.site {_IN})",
            (not sites, json.dumps(sorted(sites))),
        ).fetchall()
        for revision, position, site, url, moment in rows:
            if (site, url) not in known:
                known[site, url] = _contents(conn, site, url)
            sha256 = _at(known[site, url], moment)
            if sha256 is not None and _is_kept(conn, sha256):
                conn.execute(
                    f"UPDATE {table} SET sha256 = ? WHERE revision = ? AND position = ?",
                    (sha256, revision, position),
                )
                files.add(sha256)
                found += 1
    settle(conn, files)
    return found


def _is_kept(conn: sqlite3.Connection, sha256: str) -> bool:
    """Tell whether a file is there: one that was erased has left its captures behind."""
    return conn.execute("SELECT 1 FROM files WHERE sha256 = ?", (sha256,)).fetchone() is not None


def relink(conn: sqlite3.Connection) -> None:
    """Find anew which revisions name which file, inside a transaction."""
    for table in TABLES:
        conn.execute(f"UPDATE {table} SET sha256 = NULL WHERE sha256 IS NOT NULL")
    link(conn)
    settle(conn, [row[0] for row in conn.execute("SELECT sha256 FROM files")])


def _contents(
    conn: sqlite3.Connection, site: str, url: str, hops: int = _HOPS
) -> list[tuple[str, str]]:
    """Return (time, sha256) of the files captured at an address, or where it led to, by time."""
    found: list[tuple[str, str]] = []
    targets: set[str] = set()
    for moment, sha256, target in conn.execute(
        "SELECT c.captured_at, CASE c.kind WHEN 'attachment' THEN c.payload_sha256 END,"
        " c.redirect_to FROM frontier f JOIN captures c ON c.frontier = f.id"
        " WHERE f.site = ? AND f.request_key = ?",
        (site, f"GET {url}"),
    ):
        if sha256 is not None:
            found.append((moment, sha256))
        elif target is not None:
            targets.add(target)
    if hops and not found:
        for target in sorted(targets):
            found += _contents(conn, site, target, hops - 1)
    return sorted(found)


def _at(contents: list[tuple[str, str]], moment: str) -> str | None:
    """Return what stood there first from a time on, else last before it."""
    after = [sha256 for at, sha256 in contents if at >= moment]
    if after:
        return after[0]
    return contents[-1][1] if contents else None


def named_by(conn: sqlite3.Connection, pages: Collection[int]) -> set[str]:
    """Return the hashes of the files that any revision of `pages` names."""
    told = json.dumps(list(pages))
    return {
        row[0]
        for table in TABLES
        for row in conn.execute(
            f"SELECT DISTINCT n.sha256 FROM {table} n JOIN revisions r ON r.id = n.revision"
            f" WHERE r.page {_IN} AND n.sha256 IS NOT NULL",
            (told,),
        )
    }


def only_of(conn: sqlite3.Connection, pages: Collection[int]) -> list[int]:
    """Return the pages of the files that no article names but `pages`: they go with them."""
    told = json.dumps(list(pages))
    alone = [
        sha256
        for sha256 in named_by(conn, pages)
        if not any(
            conn.execute(
                f"SELECT 1 FROM {table} n JOIN revisions r ON r.id = n.revision"
                f" WHERE n.sha256 = ? AND r.page NOT {_IN} LIMIT 1",
                (sha256, told),
            ).fetchone()
            for table in TABLES
        )
    ]
    rows = conn.execute(
        "SELECT DISTINCT c.page FROM captures c JOIN pages p ON p.id = c.page"
        f" WHERE p.kind = 'attachment' AND c.payload_sha256 {_IN} AND c.kind = 'attachment'"
        f" AND c.page NOT {_IN}",
        (json.dumps(alone), told),
    )
    return sorted(row[0] for row in rows) if alone else []


def unite(conn: sqlite3.Connection, row: dict[str, Any]) -> None:
    """Take over a row of another archive, inside a transaction: of both what was read last.

    The capture is the earlier of both. `relink` belongs behind the last of them.
    """
    row = {name: row[name] for name in row if name not in ("id", "is_shown", "title")}
    here = conn.execute(
        "SELECT f.capture, f.reader, f.read_at FROM files f WHERE f.sha256 = ?", (row["sha256"],)
    ).fetchone()
    if here is None:
        marks = ", ".join("?" * len(row))
        conn.execute(f"INSERT INTO files ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        return
    row["capture"] = conn.execute(
        "SELECT id FROM captures WHERE id IN (?, ?) ORDER BY warc_file IS NULL, captured_at, url"
        " LIMIT 1",
        (row["capture"], here[0]),
    ).fetchone()[0]
    if _standing_of(row["reader"], row["read_at"]) <= _standing_of(here[1], here[2]):
        row = {name: row[name] for name in ("sha256", "capture")}
    else:
        _leave_index(conn, row["sha256"])
        row["is_shown"] = 0
    conn.execute(
        f"UPDATE files SET {', '.join(f'{name} = :{name}' for name in row)} WHERE sha256 = :sha256",
        row,
    )


def _standing_of(reader: str | None, read_at: str | None) -> tuple[bool, str, str]:
    """Return by what one reading of a file goes before another: OCR, version, time."""
    return (reader or "").startswith(BY_OCR), reader or "", read_at or ""


def restore(conn: sqlite3.Connection) -> None:
    """Tell anew from the captures which files are kept, and who names them, in a transaction."""
    keeps = (
        "SELECT payload_sha256, min(id), max(payload_bytes) FROM captures WHERE kind = 'attachment'"
        " AND warc_file IS NOT NULL AND payload_sha256 IS NOT NULL GROUP BY payload_sha256"
    )
    for sha256, capture, size in conn.execute(keeps).fetchall():
        conn.execute(
            "INSERT INTO files (sha256, capture, bytes) VALUES (?, ?, ?)"
            " ON CONFLICT (sha256) DO UPDATE SET capture = excluded.capture,"
            " bytes = excluded.bytes",
            (sha256, capture, size),
        )
    relink(conn)


def forget(conn: sqlite3.Connection) -> None:
    """Drop the files whose bytes are kept no more, in the transaction that erased them."""
    rows = conn.execute(
        "SELECT f.sha256 FROM files f JOIN captures c ON c.id = f.capture WHERE c.warc_file IS NULL"
    ).fetchall()
    for (sha256,) in rows:
        _leave_index(conn, sha256)
        conn.execute("DELETE FROM files WHERE sha256 = ?", (sha256,))
        for table in TABLES:
            conn.execute(f"UPDATE {table} SET sha256 = NULL WHERE sha256 = ?", (sha256,))


# The index


def settle(conn: sqlite3.Connection, hashes: Iterable[str]) -> None:
    """Bring the index in line with who names these files, inside a transaction."""
    for sha256 in sorted(set(hashes)):
        row = conn.execute(
            "SELECT id, kind, title, coalesce(text, ''), is_shown, capture FROM files"
            " WHERE sha256 = ?",
            (sha256,),
        ).fetchone()
        if row is None:
            continue
        number, kind, title, text, is_shown, capture = row
        seen, name = _standing(conn, sha256, capture)
        shown = seen and kind is not None
        if (bool(is_shown), title) == (shown, name):
            continue
        if is_shown:
            conn.execute(_DELETE, (number, *columns(title, text)))
        conn.execute(
            "UPDATE files SET title = ?, is_shown = ? WHERE id = ?", (name, int(shown), number)
        )
        if shown:
            conn.execute(INSERT, (number, *columns(name, text)))


def columns(title: str | None, text: str) -> tuple[str, str, str, str]:
    """Return the values of the four columns of the index."""
    return exact(title or ""), exact(text), fold(title or ""), fold(text)


def _leave_index(conn: sqlite3.Connection, sha256: str) -> None:
    row = conn.execute(
        "SELECT id, title, coalesce(text, '') FROM files WHERE sha256 = ? AND is_shown", (sha256,)
    ).fetchone()
    if row is not None:
        conn.execute(_DELETE, (row[0], *columns(row[1], row[2])))


def _standing(conn: sqlite3.Connection, sha256: str, capture: int) -> tuple[bool, str | None]:
    """Tell whether readers may see a file, and what it is called."""
    seen = conn.execute(_NAMING.format(_NOT_WITHDRAWN), (sha256,)).fetchone()
    if seen is not None:
        return True, seen[0]
    if conn.execute(_NAMING.format("1"), (sha256,)).fetchone() is not None:
        return False, None
    own = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM withdrawals w JOIN captures c ON c.page = w.page"
        " WHERE c.id = ?)",
        (capture,),
    ).fetchone()
    return not own[0], None


def ensure_current(conn: sqlite3.Connection) -> None:
    """Make the index anew, inside a transaction, if other forms of text made it."""
    row = conn.execute("SELECT value FROM meta WHERE name = 'files_norm_version'").fetchone()
    if row is None or row[0] != str(NORM_VERSION):
        rebuild(conn)


def rebuild(conn: sqlite3.Connection) -> None:
    """Make the index anew from the stored texts, inside a transaction."""
    conn.execute("INSERT INTO files_fts(files_fts) VALUES ('delete-all')")
    rows = conn.execute(
        "SELECT id, title, coalesce(text, '') FROM files WHERE is_shown ORDER BY id"
    )
    conn.executemany(INSERT, ((row[0], *columns(row[1], row[2])) for row in rows))
    conn.execute(
        "INSERT INTO meta(name, value) VALUES ('files_norm_version', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (str(NORM_VERSION),),
    )
