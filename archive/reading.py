"""Open an archive read-only: nothing is created, migrated or written."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shlex import quote

from archive.database_file import refuse_lost, refuse_other_files
from archive.errors import ArchiveError, ArchiveLockedError, UsageError
from archive.version import SCHEMA_VERSION

WAIT_SECONDS = 10.0

# Tables that only an archive has; an exported file has `articles` but none of these.
OWN_TABLES = ("captures", "frontier", "pages", "revisions")

# What SQLite answers when it may not make the files it needs beside a WAL database.
FOLDER_NOT_WRITABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the archive at `path` read-only; rows come as `sqlite3.Row`, transactions are explicit.

    Works beside a running crawl and for a user who may not write the folder. Raises UsageError when
    there is no archive at `path`, or one of another schema version, saying what to run;
    ArchiveError when it cannot be read.
    """
    _check_file(path)
    conn = _connect(path)
    try:
        _check_archive(conn, path)
    except sqlite3.Error as error:
        conn.close()
        raise _explained(error, path) from error
    except ArchiveError:
        conn.close()
        raise
    conn.row_factory = sqlite3.Row
    return conn


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        refuse_lost(path)
        raise UsageError(
            f"there is no archive at {path}: `mattran crawl SITE` makes it,"
            " or name another file with --db"
        ) from None
    except PermissionError as error:
        raise ArchiveError(f"{path} cannot be read by this user: {error.strerror}") from error
    refuse_other_files(path)
    if size == 0:
        raise UsageError(f"{path} is empty, not an archive: remove it or name another with --db")


def _connect(path: Path) -> sqlite3.Connection:
    """Connect in read-only mode, or without locks where the folder forbids making a `-shm` file.

    `immutable=1` skips the write-ahead log, so it is used only where there is none.
    """
    try:
        conn = _open(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if _primary_code(error) not in FOLDER_NOT_WRITABLE or _log_size(path):
            raise _explained(error, path) from error
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) from error
    else:
        return conn
    try:
        return _open(path, "mode=ro&immutable=1")
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) from error


def _open(path: Path, options: str) -> sqlite3.Connection:
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=WAIT_SECONDS,
        isolation_level=None,
    )
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def _log_size(path: Path) -> int:
    log = path.with_name(f"{path.name}-wal")
    return log.stat().st_size if log.exists() else 0


def _check_archive(conn: sqlite3.Connection, path: Path) -> None:
    marks = ", ".join("?" * len(OWN_TABLES))
    (found,) = conn.execute(
        f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ({marks})", OWN_TABLES
    ).fetchone()
    if found < len(OWN_TABLES):
        raise UsageError(f"{path} is not a mattran archive: name another file with --db")
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    if version < SCHEMA_VERSION:
        raise UsageError(
            f"{path} has the older schema {version}, this program reads {SCHEMA_VERSION}:"
            f" run `mattran --db {quote(str(path))} verify --repair` once, it keeps a copy and"
            " migrates it"
        )
    if version > SCHEMA_VERSION:
        raise UsageError(
            f"{path} has schema {version}, made by a newer mattran (this one knows"
            f" {SCHEMA_VERSION}): upgrade the program"
        )


def is_older(path: Path) -> bool:
    """Tell whether an archive has to be migrated before it can be read; False where none is."""
    if not path.is_file():
        return False
    with suppress(ArchiveError, sqlite3.Error), closing(_connect(path)) as conn:
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        return bool(0 < version < SCHEMA_VERSION)
    return False


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _explained(error: sqlite3.Error, path: Path) -> ArchiveError:
    code = _primary_code(error)
    if code == sqlite3.SQLITE_NOTADB:
        return UsageError(f"{path} is not a database: name another file with --db")
    if code == sqlite3.SQLITE_CORRUPT:
        return ArchiveError(f"{path} is damaged ({error}): restore your backup of it")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return ArchiveLockedError(f"{path} is locked by another program: try again later")
    if code in FOLDER_NOT_WRITABLE and _log_size(path):
        return ArchiveError(
            f"{path} was not closed properly and this user may not write its folder:"
            " run any mattran crawl as its owner, then try again"
        )
    return ArchiveError(f"{path} cannot be read: {error}")
