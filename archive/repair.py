"""Restore what can be derived: single flipped bytes from sums, texts from raw records, indexes.

Works under the exclusive lock, on an archive of which a copy was made. What cannot be derived stays
as it is, and stays reported: only a backup has it.
"""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive import derived, files, index, page_sums, revisions, warc_files
from archive.bytesums import BLOCK, mended, unpacked
from archive.connection import transaction
from archive.content import content_hash, sha256
from archive.errors import ArchiveError
from archive.locks import ArchiveLock
from archive.reading import open_for_reading
from archive.warc import FOLDER

if TYPE_CHECKING:
    from archive.damage import Damage
    from archive.page import Article
    from archive.store import Archive

# Reads the article of a capture of a page again by today's rules; None when it cannot.
Again = Callable[[int, int], "Article | None"]

# Tables and indexes that can be made anew from the rest, by the beginning of their name.
DERIVED = (
    *("articles_fts", "article_keys", "keyed", "fingerprints", "shingles", "stock_shingles"),
    "files_fts",
)


def copy_of(db: Path) -> Path:
    """Return where the copy goes that is made before anything is repaired."""
    return db.with_name(f"{db.name}.before-repair")


def mend_bytes(db: Path, damages: Iterable[Damage]) -> list[str]:
    """Put right each page of the database and block of a WARC file in which one byte is wrong.

    Before anything is written the database is copied. Returns what was done, a line each.
    """
    damages = list(damages)
    done: list[str] = []
    with ArchiveLock(db, exclusive=True):
        pages = [damage for damage in damages if damage.kind == "page" and damage.id is not None]
        if pages:
            shutil.copyfile(db, copy_of(db))
            done += _mend_pages(db, pages)
        for file in sorted({d.file for d in damages if d.table == "warc_files" and d.file}):
            done += _mend_file(db, file)
    return done


def _mend_pages(db: Path, pages: Iterable[Damage]) -> list[str]:
    stored = page_sums.read(db)
    done = []
    with db.open("r+b") as file:
        for number in sorted({int(page.id or 0) for page in pages}):
            assert stored is not None  # noqa: S101 (without sums no page is found damaged)
            file.seek((number - 1) * stored.page_size)
            right = mended(file.read(stored.page_size), stored.sums[number - 1])
            if right is not None:
                file.seek((number - 1) * stored.page_size)
                file.write(right)
                done.append(f"{db.name}: page {number} is as it was again")
    return done


def _mend_file(db: Path, name: str) -> list[str]:
    """Mend the blocks of a WARC file; its sha256 decides whether that was right."""
    path = db.parent / FOLDER / name
    row = None
    with suppress(sqlite3.Error, ArchiveError), closing(open_for_reading(db)) as conn:
        row = conn.execute(
            "SELECT sha256, blocks FROM warc_files WHERE file = ?", (name,)
        ).fetchone()
    if row is None or not path.is_file():
        return []
    digest, blocks = row
    data = path.read_bytes()
    parts = [data[start : start + BLOCK] for start in range(0, len(data), BLOCK)]
    for number, (part, expected) in enumerate(zip(parts, unpacked(blocks), strict=False)):
        if zlib.crc32(part) != expected:
            parts[number] = mended(part, expected) or part
    whole = b"".join(parts)
    if whole == data or sha256(whole) != digest:
        return []
    part_file = path.with_name(f".{path.name}.part")
    part_file.write_bytes(whole)
    part_file.replace(path)
    return [f"{name}: it is as it was again, its sha256 says"]


def derive(
    archive: Archive, damages: Sequence[Damage], again: Again, done: Callable[[str], None]
) -> None:
    """Make texts anew from raw records, and indexes from texts, where they are damaged."""
    conn = archive.conn
    for damage in damages:
        is_text = damage.kind == "text" and damage.table == "revisions"
        if is_text and damage.id is not None and _text(conn, int(damage.id), again):
            done(f"revision {damage.id}: its text was read again from its raw record")
    concerned = {d.table.split("_docsize")[0] for d in damages if d.kind in ("index", "page")}
    if any(d.kind == "file" for d in damages):
        with transaction(conn):
            files.restore(conn)
        done("which files are kept and who names them was told anew from their captures")
    if any(d.kind == "structure" for d in damages):
        with suppress(sqlite3.DatabaseError):
            conn.execute("REINDEX")
            done("the indexes of all tables were made anew")
    if any(name.startswith(DERIVED) for name in concerned):
        _indexes(conn)
        done("search index, key index and duplicates were made anew")


def _text(conn: sqlite3.Connection, revision: int, again: Again) -> bool:
    """Read a revision from its raw record; taken only if it has the content hash that is stored."""
    page, capture, digest = conn.execute(
        "SELECT page, capture, content_hash FROM revisions WHERE id = ?", (revision,)
    ).fetchone()
    article = again(page, capture)
    if article is None or content_hash(article) != digest:
        return False
    with transaction(conn):
        revisions.refresh(conn, revision, article)
    return True


def _indexes(conn: sqlite3.Connection) -> None:
    """Make the indexes anew, their tables too: of a damaged one not even rows can be deleted."""
    from archive.schema import FILES_INDEX, INDEX, KEYS  # noqa: PLC0415 (slow to import)

    with transaction(conn):
        for name, statement in (
            *(("articles_fts", INDEX), ("article_keys", KEYS)),
            ("files_fts", FILES_INDEX),
        ):
            conn.execute(f"DROP TABLE IF EXISTS {name}")
            conn.execute(statement)
    index.rebuild(conn)
    with transaction(conn):
        files.rebuild(conn)
    for one in derived.INDEXES:
        with transaction(conn):
            derived.begin_anew(conn, one)
    derived.drain(conn)


def settle_sums(archive: Archive, *, is_sound: bool) -> None:
    """Take the sums of all pages anew, if all that can be checked otherwise is sound."""
    if is_sound:
        archive.conn.execute("VACUUM")
        archive.all_written()
    warc_files.enter(archive.conn, archive.folder)
