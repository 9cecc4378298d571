"""Copy an archive while runs write it: database first, then the raw records it speaks of.

What is written meanwhile comes with the next backup. A folder that holds a backup stays whole at
every moment: files come under temporary names, and the database, which names them, comes last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive import page_sums
from archive.errors import ArchiveError, NotWritableError, UsageError
from archive.locks import ArchiveLock
from archive.reading import open_for_reading
from archive.verify import Verification, pages, verify
from archive.warc import FOLDER

Progress = Callable[[str], None]

BESIDE = ("sites.local.toml",)  # files of the user that belong to an archive
_CHUNK = 1 << 20


@dataclass(slots=True)
class Backup:
    """What a backup came to: files and bytes copied, files that were there, files deleted."""

    copied: int = 0
    size: int = 0
    kept: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A WARC file as the copied database knows it; `sha256` None: a run was writing it."""

    name: str
    size: int
    sha256: str | None


def backup(
    db: Path,
    target: Path,
    progress: Progress = lambda _: None,
    interrupted: Callable[[], None] = lambda: None,
) -> Backup:
    """Bring the backup in the folder `target` up to date, or begin one.

    WARC files that are there with the right size and sha256 are not copied again; files that the
    archive no longer has are deleted, so that erased texts leave the backup as well. Those of which
    only the database knows nothing (an older copy of it was restored) stay. A damaged
    database never takes the place of a good copy: its pages are compared with their sums, or, where
    a run is writing, what it holds with its hashes. `interrupted` raises when it was, which SQLite
    may have taken for damage.

    :raises UsageError: `target` is no place for a backup.
    :raises ArchiveError: the database, or a WARC file of the archive, is damaged.
    """
    _refuse(db, target)
    progress("pages of the database")
    found = pages(db)
    _refuse_damaged(db, found)
    with _held(db):
        target.mkdir(parents=True, exist_ok=True)
        part = target / f".{db.name}.part"
        progress("database")
        _copy_database(db, part)
        done = Backup(copied=1, size=part.stat().st_size)
        files = _files(part)
        (target / FOLDER).mkdir(exist_ok=True)
        for number, file in enumerate(files, 1):
            progress(f"raw records: file {number} of {len(files)}")
            _bring(db.parent / FOLDER / file.name, target / FOLDER / file.name, file, done)
        for name in BESIDE:
            if (db.parent / name).is_file():
                shutil.copy2(db.parent / name, target / name)
        if found.notes:
            found = verify(part, quick=True, progress=progress)
            interrupted()
            _refuse_damaged(db, found)
        _put_in_place(part, target / db.name)
        kept = {file.name for file in files} | _strangers(target / db.name, db.parent / FOLDER)
        done.deleted = _delete_others(target / FOLDER, kept)
    return done


def plan(db: Path, target: Path) -> Backup:
    """Say what `backup` would copy, by the sizes of the files; nothing is written."""
    _refuse(db, target)
    done = Backup(copied=1, size=db.stat().st_size)
    for file in _files(db):
        there = target / FOLDER / file.name
        if there.is_file() and there.stat().st_size == file.size:
            done.kept += 1
        else:
            done.copied += 1
            done.size += file.size
    return done


def check(
    db: Path, target: Path, progress: Progress = lambda _: None, workers: int = 1
) -> Verification:
    """Restore the backup of `db` in `target` to a temporary place there, and verify it whole.

    :raises UsageError: there is no backup.
    """
    copy = target / db.name
    if not copy.is_file():
        raise UsageError(f"there is no backup of {db.name} in {target}: make it without --check")
    with tempfile.TemporaryDirectory(prefix=".check-", dir=target) as folder:
        restored = Path(folder) / db.name
        for path in (copy, page_sums.path_of(copy)):
            with suppress(FileNotFoundError):  # a backup killed at its very end has no sums yet
                shutil.copyfile(path, restored.with_name(path.name))
        (restored.parent / FOLDER).mkdir()
        for path in (target / FOLDER).glob("*.warc.gz"):
            _link(path, restored.parent / FOLDER / path.name)
        return verify(restored, progress=progress, workers=workers)


def _refuse(db: Path, target: Path) -> None:
    with closing(open_for_reading(db)):
        pass
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file: name a folder for the backup")
    if target.resolve() == db.parent.resolve():
        raise UsageError(f"{target} is where the archive itself lies: name another folder")
    names = {path.name for path in target.iterdir()} if target.is_dir() else set()
    if names and db.name not in names and not any(n.startswith(f".{db.name}") for n in names):
        raise UsageError(f"{target} holds other files: name an empty folder, or that of a backup")
    if db.name in names and not _is_of(db, target / db.name):
        raise UsageError(f"{target} holds another archive: name an empty folder or its backup")


def _refuse_damaged(db: Path, found: Verification) -> None:
    if found.damages:
        raise ArchiveError(
            f"{db.name} is damaged, or another program wrote it: the backup stays as it was, until"
            " `mattran verify --repair` finds it sound"
        )


def _is_of(db: Path, copy: Path) -> bool:
    """Tell whether `copy` may be a backup of `db`: they have a run in common, or it has none."""
    with closing(open_for_reading(db)) as conn:
        own = {run for (run,) in conn.execute("SELECT id FROM runs")}
    with suppress(sqlite3.DatabaseError), closing(_untouched(copy)) as conn:
        theirs = {run for (run,) in conn.execute("SELECT id FROM runs WHERE ended_at IS NOT NULL")}
        return not theirs or not own.isdisjoint(theirs)
    return True  # a damaged backup is made anew


def _untouched(copy: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


@contextmanager
def _held(db: Path) -> Iterator[None]:
    """Keep out whoever rewrites files; who may not write beside the archive goes without."""
    try:
        lock = ArchiveLock(db)
    except NotWritableError:
        yield
        return
    with lock:
        yield


def _copy_database(db: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    with closing(open_for_reading(db)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        # Runs go on beside the original, not beside the copy: there they count as dead.
        copy.execute("UPDATE runs SET boot_id = '' WHERE ended_at IS NULL")
        copy.commit()
        copy.execute("PRAGMA journal_mode = WAL")
    for end in ("-wal", "-shm"):
        part.with_name(f"{part.name}{end}").unlink(missing_ok=True)


def _files(db: Path) -> list[_File]:
    """Return the WARC files a database speaks of: whole ones, and of open ones what is stored."""
    with closing(open_for_reading(db)) as conn:
        known = {
            name: _File(name, size, digest)
            for name, size, digest in conn.execute(
                "SELECT file, bytes, sha256 FROM warc_files WHERE NOT is_condemned"
            )
        }
        for name, size in conn.execute(
            "SELECT warc_file, max(warc_offset + warc_length) FROM captures"
            " WHERE warc_file IS NOT NULL GROUP BY warc_file"
        ):
            known.setdefault(name, _File(name, size, None))
    return sorted(known.values(), key=lambda file: file.name)


def _bring(source: Path, target: Path, file: _File, done: Backup) -> None:
    if _is_there(target, file):
        done.kept += 1
        return
    part = target.with_name(f".{target.name}.part")
    try:
        digest = _copy(source, part, file.size)
    except FileNotFoundError:
        raise ArchiveError(f"{file.name} is missing: see `mattran verify`") from None
    if part.stat().st_size != file.size or file.sha256 not in (None, digest):
        part.unlink()
        raise ArchiveError(f"{file.name} is damaged, the backup stays as it was: `mattran verify`")
    part.replace(target)
    done.copied += 1
    done.size += file.size


def _is_there(path: Path, file: _File) -> bool:
    if file.sha256 is None or not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256


def _copy(source: Path, target: Path, size: int) -> str:
    """Copy the first `size` bytes, and return their sha256."""
    digest, rest = hashlib.sha256(), size
    with source.open("rb") as one, target.open("wb") as two:
        while rest and (data := one.read(min(rest, _CHUNK))):
            digest.update(data)
            two.write(data)
            rest -= len(data)
        two.flush()
        os.fsync(two.fileno())
    return digest.hexdigest()


def _put_in_place(part: Path, target: Path) -> None:
    """Let the new database take its name, with the sums of its pages."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    page_sums.path_of(target).unlink(missing_ok=True)
    for path in (part, target):  # reading alone makes them, too
        for end in ("-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    part.replace(target)
    page_sums.settle(target, set(), anew=True)


def _strangers(db: Path, folder: Path) -> set[str]:
    """Return the WARC files of the archive that its database does not know, nor condemns."""
    with closing(_untouched(db)) as conn:
        known = {name for (name,) in conn.execute("SELECT file FROM warc_files")}
    return {path.name for path in folder.glob("*.warc.gz")} - known


def _delete_others(folder: Path, names: set[str]) -> int:
    others = [path for path in folder.glob("*.warc.gz*") if path.name not in names]
    for path in others:
        path.unlink()
    return len(others)


def _link(source: Path, target: Path) -> None:
    with suppress(OSError):
        os.link(source, target)
        return
    shutil.copyfile(source, target)
