"""Compare what the archive says of files with the captures that kept them, and their index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archive import files
from archive.damage import Damage
from archive.verify_index import compare

_RULES = (
    (
        "files",
        "the capture that is said to keep its bytes does not",
        "SELECT f.id FROM files f JOIN captures c ON c.id = f.capture WHERE c.warc_file IS NULL"
        " OR c.payload_sha256 IS NOT f.sha256 OR c.payload_bytes <> f.bytes",
    ),
    (
        "captures",
        "it kept a file that is not among the files",
        "SELECT c.id FROM captures c WHERE c.kind = 'attachment' AND c.warc_file IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM files f WHERE f.sha256 = c.payload_sha256)",
    ),
    *(
        (
            table,
            "it names a file that is not kept",
            f"SELECT n.revision FROM {table} n WHERE n.sha256 IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM files f WHERE f.sha256 = n.sha256)",
        )
        for table in files.TABLES
    ),
)
_MEMBERS = (
    ("it is not in the index", "SELECT id FROM files WHERE is_shown EXCEPT SELECT id FROM"
     " files_fts_docsize"),
    ("the index shows it, nothing else does", "SELECT id FROM files_fts_docsize EXCEPT SELECT id"
     " FROM files WHERE is_shown"),
)  # fmt: skip


def contents(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Find files whose bytes are not kept where they should be, and rows that name none."""
    for table, what, query in _RULES:
        for (row,) in conn.execute(query):
            yield Damage("file", table, row, what=what)
    for number in files.misnamed(conn):
        yield Damage("file", "files", number, what="it is not called, or shown, as articles say")
    for number, seal, *read in conn.execute(f"SELECT id, seal, {files.SEALED} FROM files"):
        if seal is not None and files.seal_of(*read) != seal:
            yield Damage("text", "files", number, what="what was read of it is not what it was")
        elif seal is None and any(value is not None for value in read):
            yield Damage("text", "files", number, what="what was read of it has no hash")
    for what, query in _MEMBERS:
        for (row,) in conn.execute(query):
            yield Damage("index", "files_fts", row, what=what)


def search_index(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Compare `files_fts` with the texts of the files, by making it once more."""
    conn.execute(
        f"CREATE VIRTUAL TABLE temp.again USING fts5({files.COLUMNS}, content = '',"
        " tokenize = 'unicode61 remove_diacritics 0')"
    )
    rows = conn.execute("SELECT id, title, body FROM indexed_files ORDER BY id")
    conn.executemany(
        f"INSERT INTO temp.again(rowid, {files.COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        ((number, *files.columns(title, text)) for number, title, text in rows),
    )
    yield from compare(conn, "files_fts")
    conn.execute("DROP TABLE temp.again")
