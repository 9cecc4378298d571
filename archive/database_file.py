"""Whether a path can be an archive at all, asked before anything is made of it."""

from __future__ import annotations

from pathlib import Path

from archive.errors import ArchiveError, UsageError

SQLITE_MAGIC = b"SQLite format 3\0"


def refuse_other_files(path: Path) -> None:
    """Refuse a path that neither is a database nor can become one; nothing is made of it.

    :raises UsageError: for a folder, and for a file of another kind.
    :raises ArchiveError: an archive was there and is lost.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name the database file in it with --db")
    if any(parent.is_file() for parent in path.parents):
        raise UsageError(f"{path} lies in a file, not in a folder: name another with --db")
    refuse_lost(path)
    if path.is_file() and path.stat().st_size and not _begins_as_database(path):
        raise UsageError(f"{path} is not a database: name another file with --db")


def refuse_lost(path: Path) -> None:
    """Refuse to begin anew, unseen, where a database is gone, cut to nothing or overwritten.

    :raises ArchiveError: the sums of its pages are there, which only an archive has.
    """
    sums = path.with_name(f"{path.name}.sums")
    if not sums.is_file() or (path.is_file() and _begins_as_database(path)):
        return
    size = path.stat().st_size if path.is_file() else -1
    what = "damaged" if size > 0 else "empty" if size == 0 else "gone"
    raise ArchiveError(
        f"{path} is {what}, and {sums.name} shows that an archive was there: restore your backup"
        f" (docs/recovery.md), or remove {sums.name} to begin anew"
    )


def _begins_as_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    except PermissionError as error:
        raise ArchiveError(f"{path} cannot be read by this user: {error.strerror}") from error
