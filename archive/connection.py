"""Open an archive for writing: create it, migrate it, and say clearly when it cannot be written."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from archive.database_file import refuse_other_files
from archive.errors import ArchiveError, ArchiveLockedError, NotWritableError, UsageError
from archive.locks import ArchiveLock
from archive.page_sums import WRITTEN_BACK_AT, Watched, WrittenPages, begin
from archive.version import SCHEMA_VERSION, check_sqlite

WAIT_SECONDS = 60.0
WAIT_FOR_READERS = 100  # milliseconds
LONG_LOG = 2 * WRITTEN_BACK_AT  # frames

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    # Written back by `transaction`, once the sums know of it (archive/page_sums.py).
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA secure_delete = ON",
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.ENOENT}


def open_for_writing(path: Path) -> Watched:
    """Open the archive at `path`, made or migrated if need be; transactions are explicit.

    An archive with pending migrations is copied to `PATH.before-N` first (N: the version it will
    have), under the exclusive lock. Raises UsageError for a folder or a file of another kind,
    NotWritableError, ArchiveLockedError, or ArchiveError when a newer program wrote the archive.
    """
    check_sqlite()
    with explained(path):
        refuse_other_files(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        conn = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, factory=Watched)
        try:
            # Asked first: the pragmas would change the file of another program.
            version = _version(conn, path)
            _set_up(conn, path)
            if version < SCHEMA_VERSION:
                _migrate(conn, path)
        except BaseException:
            conn.close()
            raise
    return conn


def _set_up(conn: Watched, path: Path) -> None:
    conn.written = WrittenPages(path)
    for pragma in _PRAGMAS:
        conn.execute(pragma)
    conn.is_joined = begin(path)


def _version(conn: sqlite3.Connection, path: Path) -> int:
    if _is_foreign(conn):
        raise UsageError(f"{path} is not a mattran archive: name another file with --db")
    version: int = conn.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise ArchiveError(
            f"{path.name} was written by a newer mattran (schema {version},"
            f" this one knows {SCHEMA_VERSION}): upgrade mattran"
        )
    return version


def _is_foreign(conn: sqlite3.Connection) -> bool:
    """Tell a database of another program from an archive whose making was interrupted."""
    tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    return bool(tables) and "_sqlite_migrations" not in tables


def _migrate(conn: sqlite3.Connection, path: Path) -> None:
    try:
        lock = ArchiveLock(path, exclusive=True)
    except ArchiveLockedError:
        if _version(conn, path) < SCHEMA_VERSION:
            raise
        return  # another process did it meanwhile, and works on it now
    with lock:
        version = _version(conn, path)
        if version >= SCHEMA_VERSION:
            return
        if version:
            _copy(conn, path.with_name(f"{path.name}.before-{SCHEMA_VERSION}"))
        _apply(conn)


def _copy(conn: sqlite3.Connection, target: Path) -> None:
    """Copy the archive as it is; what bears the name of a copy is always a whole one."""
    part = target.with_name(f"{target.name}.part")
    try:
        _remove(part)  # of a process that was killed
        with closing(sqlite3.connect(part)) as copy:
            conn.backup(copy)
        part.replace(target)
    finally:
        _remove(part)


def _remove(db: Path) -> None:
    for path in (db, db.with_name(f"{db.name}-journal")):
        path.unlink(missing_ok=True)


def _apply(conn: sqlite3.Connection) -> None:
    """Run the pending migrations; what a killed process did not finish starts over."""
    # Here, as it takes 0.1 s: readers import this module through the frontier.
    from sqlite_utils import Database  # noqa: PLC0415

    from archive.schema import migrations  # noqa: PLC0415

    database = Database(conn)
    with database.atomic():  # all of them or none: no archive is left between two versions
        migrations.apply(database)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """Run a block as one write transaction; any exception rolls it back, COMMIT's own included.

    A full disk, a read-only file and the like are told as `explained` does.
    """
    with explained(conn):
        written = conn.written if isinstance(conn, Watched) else None
        conn.execute("BEGIN IMMEDIATE")
        if written is not None:
            written.note()
        try:
            yield
            conn.execute("COMMIT")
            if written is not None:
                _write_back(conn, written)
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


def _write_back(conn: sqlite3.Connection, written: WrittenPages) -> None:
    """Write the log back into the database, each time that it has grown by so much.

    While anybody reads, the log is not begun anew. Tried after every page, as SQLite does, writing
    it back costs a crawl a tenth; and with readers that follow upon each other the log would grow
    to the end of the run. So from a certain length on the readers are waited for, not long.

    What the block wrote is committed: that there is no space for this must not undo the rest of it
    (the raw record); the next transaction will say so.
    """
    frames = written.note()
    if not written.is_due(frames):
        return
    if frames < LONG_LOG:
        with suppress(sqlite3.OperationalError):
            conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return
    (waits,) = conn.execute("PRAGMA busy_timeout").fetchone()
    conn.execute(f"PRAGMA busy_timeout = {WAIT_FOR_READERS:d}")
    try:
        with suppress(sqlite3.OperationalError):
            conn.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    finally:
        conn.execute(f"PRAGMA busy_timeout = {waits:d}")


@contextmanager
def explained(archive: Path | sqlite3.Connection) -> Iterator[None]:
    """Turn a full disk, a read-only archive or a taken database into the error that says so."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        problem = _explain(str(error), _path_of(archive))
        if problem is None:
            raise
        raise problem from error
    except OSError as error:
        if error.errno in _FULL:
            raise _no_space(_path_of(archive)) from error
        if error.errno in _FORBIDDEN:
            raise _forbidden(_path_of(archive), error.strerror or "") from error
        raise


def _path_of(archive: Path | sqlite3.Connection) -> Path:
    if isinstance(archive, Path):
        return archive
    return Path(archive.execute("PRAGMA database_list").fetchone()[2])


def _explain(text: str, path: Path) -> ArchiveError | None:
    if "full" in text:
        return _no_space(path)
    if "readonly" in text or "unable to open" in text:
        return _forbidden(path, text)
    if "disk I/O error" in text:
        return NotWritableError(f"{path} cannot be written ({text}): check the disk")
    if "database is locked" in text:
        return ArchiveLockedError(f"{path.name} stays locked by another program: try again later")
    if "not a database" in text:
        return UsageError(f"{path} is not a database: name another file with --db")
    return None


def _no_space(path: Path) -> NotWritableError:
    return NotWritableError(
        f"no space is left for {path.name}: free some and run the command again"
    )


def _forbidden(path: Path, text: str) -> NotWritableError:
    return NotWritableError(
        f"{path} cannot be written ({text}): change its owner or name another file with --db"
    )
