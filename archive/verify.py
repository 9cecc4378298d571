"""Prove that nothing in an archive has rotted: every byte of it, and that all parts fit together.

What is damaged is told one by one (`Damage`). Nothing is written. Beside a running crawl the pages
of the database cannot be compared with their sums; `Verification.notes` says so.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from archive import content, page_sums, verify_files, verify_index, verify_raw
from archive.damage import Damage
from archive.errors import ArchiveError, ArchiveLockedError, NotWritableError
from archive.identity import page_id, ref_of
from archive.locks import ArchiveLock
from archive.reading import open_for_reading

if TYPE_CHECKING:
    from archive.page import Article

Progress = Callable[[str], None]

_MOST = 100  # lines that SQLite's own check gives
_COLLISIONS = 4  # ids tried for one key, at most

_ERASED = "SELECT page FROM withdrawals WHERE action = 'erase'"

# Rules that hold between rows: what is wrong, table, and a query of id and ref.
_RULES = (
    (
        "its current revision is not the newest",
        "pages",
        "SELECT p.id, p.ref FROM pages p WHERE p.current_revision IS NOT (SELECT r.id FROM"
        " revisions r WHERE r.page = p.id ORDER BY r.captured_at DESC, r.extracted_at DESC,"
        " r.id DESC LIMIT 1)",
    ),
    (
        "cause `first` does not begin the history of its page",
        "revisions",
        "SELECT r.id, p.ref FROM revisions r JOIN pages p ON p.id = r.page WHERE (r.cause ="
        " 'first') <> NOT EXISTS (SELECT 1 FROM revisions o WHERE o.page = r.page AND"
        " (o.captured_at, o.extracted_at, o.id) < (r.captured_at, r.extracted_at, r.id))",
    ),
    (
        "it has the same content as the revision before it",
        "revisions",
        "SELECT r.id, p.ref FROM revisions r JOIN pages p ON p.id = r.page WHERE r.content_hash ="
        " (SELECT o.content_hash FROM revisions o WHERE o.page = r.page AND (o.captured_at,"
        " o.extracted_at, o.id) < (r.captured_at, r.extracted_at, r.id) ORDER BY o.captured_at"
        " DESC, o.extracted_at DESC, o.id DESC LIMIT 1) AND r.cause = 'site'",
    ),
    (
        "it is of another page than its revision",
        "captures",
        "SELECT c.id, p.ref FROM captures c JOIN revisions r ON r.id = c.revision"
        " JOIN pages p ON p.id = r.page WHERE c.page IS NOT r.page",
    ),
    (
        "its capture is of another page or time",
        "revisions",
        "SELECT r.id, p.ref FROM revisions r JOIN captures c ON c.id = r.capture"
        " JOIN pages p ON p.id = r.page WHERE c.page IS NOT r.page"
        " OR c.captured_at <> r.captured_at AND r.cause <> 'rules'",
    ),
    (
        "the capture said to have the same content kept no bytes",
        "captures",
        "SELECT c.id, p.ref FROM captures c JOIN captures o ON o.id = c.same_content_as"
        " LEFT JOIN pages p ON p.id = c.page WHERE o.warc_file IS NULL"
        " AND o.same_content_as IS NULL",
    ),
    (
        "the page it was merged into was merged itself",
        "pages",
        "SELECT p.id, p.ref FROM pages p JOIN pages o ON o.id = p.merged_into"
        " WHERE o.merged_into IS NOT NULL",
    ),
    (
        "its disappearance and its history differ",
        "pages",
        "SELECT p.id, p.ref FROM pages p WHERE (p.gone_at IS NOT NULL) <> EXISTS (SELECT 1 FROM"
        " disappearances d WHERE d.page = p.id AND d.back_at IS NULL AND d.state = 'gone')",
    ),
    (
        "it was erased and has a text or raw bytes",
        "revisions",
        f"SELECT r.id, p.ref FROM revisions r JOIN pages p ON p.id = r.page WHERE r.page IN"
        f" ({_ERASED}) AND (r.title <> '' OR r.body <> '' OR r.lead IS NOT NULL)",
    ),
    (
        "it was erased and has a text or raw bytes",
        "captures",
        f"SELECT c.id, p.ref FROM captures c JOIN pages p ON p.id = c.page WHERE c.page IN"
        f" ({_ERASED}) AND c.warc_file IS NOT NULL",
    ),
)  # fmt: skip

_JSON = {
    "revisions": ("tags", "evidence", "flags"),
    "captures": ("evidence",),
    "frontier": ("hints",),
    "runs": ("arguments", "counts"),
    "templates": ("data",),
    "health": ("detail",),
}


@dataclass(slots=True)
class Verification:
    """What was found: `notes` are what could not be looked at, `withdrawn` erased pages."""

    damages: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    withdrawn: int = 0
    pages: int = 0
    revisions: int = 0
    records: int = 0


def verify(
    db: Path,
    *,
    quick: bool = False,
    progress: Progress = lambda _: None,
    found: Callable[[Damage], None] = lambda _: None,
    workers: int = 1,
) -> Verification:
    """Look for damage in the archive at `db`; each one is given to `found` as it turns up.

    `quick` reads the database and the size of each WARC file: no raw record and no index is
    computed anew. Raises UsageError where there is no archive.
    """
    result = Verification()

    def note(damages: Iterator[Damage]) -> None:
        for damage in damages:
            result.damages.append(damage)
            found(damage)

    progress("pages of the database")
    bad_pages = list(_bad_pages(db, result))
    note(iter([page for page in bad_pages if page.id is None]))
    numbered = [page for page in bad_pages if page.id is not None]
    try:
        conn = open_for_reading(db)
    except ArchiveError as error:
        if not bad_pages and "damaged" not in str(error):
            raise
        note(iter(numbered))
        note(iter([Damage("structure", what=str(error), file=db.name)]))
        return result
    with closing(conn):
        conn.row_factory = None
        conn.execute("BEGIN")
        note(_owned(conn, numbered))
        for label, check in _checks(db, conn, result, quick=quick, workers=workers):
            progress(label)
            note(_survived(check, label))
        result.notes += _strangers(conn, db.parent / verify_raw.FOLDER)
    return result


def pages(db: Path) -> Verification:
    """Look for damage in the pages of a database alone; a note says why that cannot be done."""
    result = Verification()
    result.damages += _bad_pages(db, result)
    return result


def _strangers(conn: sqlite3.Connection, folder: Path) -> list[str]:
    """Tell of WARC files of which the database has no record: it may be older than they are."""
    try:
        known = {
            name
            for (name,) in conn.execute(
                "SELECT DISTINCT warc_file FROM captures WHERE warc_file IS NOT NULL"
                " UNION SELECT file FROM warc_files WHERE is_condemned"
            )
        }
        running = [run for (run,) in conn.execute("SELECT id FROM runs WHERE ended_at IS NULL")]
    except sqlite3.DatabaseError:
        return []  # told as damage already
    names = {path.name for path in folder.glob("*.warc.gz")} - known
    return [
        f"{name}: the database names no record of it; `mattran import` takes what it holds"
        for name in sorted(names)
        if not any(run in name for run in running)
    ]


def _checks(
    db: Path, conn: sqlite3.Connection, result: Verification, *, quick: bool, workers: int
) -> Iterator[tuple[str, Iterator[Damage]]]:
    yield "structure", _structure(conn)
    yield "references", _references(conn)
    yield "contents", _contents(conn, result)
    yield "histories", _histories(conn)
    yield "identities", _identities(conn, result)
    yield "files", verify_files.contents(conn)
    yield "membership of the indexes", verify_index.members(conn)
    if not quick:
        yield "search index", verify_index.search_index(conn)
        yield "key index", verify_index.key_index(conn)
        yield "fingerprints", verify_index.fingerprints(conn)
        yield "index of files", verify_files.search_index(conn)
    yield (
        "raw records",
        verify_raw.raw(conn, db.parent / verify_raw.FOLDER, result, quick=quick, workers=workers),
    )


def _survived(check: Iterator[Damage], label: str) -> Iterator[Damage]:
    """Pass on what a check finds; that SQLite cannot go on is a finding as well."""
    try:
        yield from check
    except (sqlite3.DatabaseError, UnicodeDecodeError, ValueError, TypeError, OverflowError) as e:
        yield Damage("structure", what=f"{label} cannot be read: {' '.join(str(e).split())}")


def _bad_pages(db: Path, result: Verification) -> Iterator[Damage]:
    """Compare the pages of the file with their sums, while nobody writes it."""
    if not (page_sums.path_of(db).exists() or db.with_name(f"{db.name}.lock").exists()):
        yield from _compared(db, result)  # no archive of ours: no lock is left beside it
        return
    try:
        lock = ArchiveLock(db, exclusive=True, wait=0)
    except ArchiveLockedError:
        result.notes.append("a run is writing: the pages of the database were not compared")
        return
    except NotWritableError:
        lock = None
    try:
        yield from _compared(db, result)
    finally:
        if lock is not None:
            lock.release()


def _compared(db: Path, result: Verification) -> Iterator[Damage]:
    if not db.is_file():
        return
    name = page_sums.path_of(db).name
    try:
        stored = page_sums.read(db)
    except ValueError as error:
        yield Damage("sums", file=name, what=f"{error}: it can be made anew")
        return
    if stored is None or page_sums.mark_of(db).exists():
        result.notes.append("the last run did not end: the pages of the database have no sums")
        return
    if db.with_name(f"{db.name}-wal").exists() and db.with_name(f"{db.name}-wal").stat().st_size:
        result.notes.append("the log holds changes: the pages of the database were not compared")
        return
    size = stored.page_size
    count = -(-db.stat().st_size // size)
    if count != len(stored.sums):
        yield Damage(
            "page", file=db.name, offset=min(count, len(stored.sums)) * size,
            what=f"it has {count} pages, {len(stored.sums)} when the last run ended",
        )  # fmt: skip
    with db.open("rb") as file:
        for number, expected in enumerate(stored.sums, 1):
            if zlib.crc32(file.read(size)) != expected and number <= count:
                yield Damage(
                    "page", table="", id=number, file=db.name, offset=(number - 1) * size,
                    what=f"page {number} is not what it was at {stored.at}:"
                    " damaged, or written by another program",
                )  # fmt: skip


def _owned(conn: sqlite3.Connection, pages: list[Damage]) -> Iterator[Damage]:
    """Name the table or index that each damaged page belongs to, where SQLite can tell."""
    owners: dict[int, str] = {}
    if pages:
        with suppress(sqlite3.DatabaseError):
            owners.update(conn.execute("SELECT pageno, name FROM dbstat").fetchall())
    for page in pages:
        page.table = owners.get(int(page.id or 0), "" if not owners else "free space")
        yield page


def _structure(conn: sqlite3.Connection) -> Iterator[Damage]:
    for (line,) in conn.execute(f"PRAGMA integrity_check({_MOST})"):
        if line != "ok":
            yield Damage("structure", what=" ".join(line.split()))


def _references(conn: sqlite3.Connection) -> Iterator[Damage]:
    for table, row, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield Damage("reference", table=table, id=row, what=f"its row of {parent} does not exist")


def _contents(conn: sqlite3.Connection, result: Verification) -> Iterator[Damage]:
    """Compute the content hash of each revision anew; what was erased has none to compare."""
    images = _files_of(conn, "images", "caption")
    attachments = _files_of(conn, "attachments", "url")
    for row in conn.execute(
        "SELECT r.id, p.ref, r.content_hash, r.word_count, r.title, r.lead, r.body, r.author,"
        " r.published_at FROM revisions r CROSS JOIN pages p ON p.id = r.page"
        f" WHERE r.page NOT IN ({_ERASED}) ORDER BY r.id"
    ):
        revision, ref, digest, words, title, lead, body, author, published_at = row
        article = SimpleNamespace(
            title=title, lead=lead, body=body, author=author, published_at=published_at,
            images=images(revision), attachments=attachments(revision),
        )  # fmt: skip
        result.revisions += 1
        told = ("revisions", revision, ref)
        if content.content_hash(cast("Article", article)) != digest:
            yield Damage("text", *told, what="its text does not match its content hash")
        elif content.word_count(cast("Article", article)) != words:
            yield Damage("text", *told, what=f"it has another number of words than {words}")


def _files_of(
    conn: sqlite3.Connection, table: str, column: str
) -> Callable[[int], list[SimpleNamespace]]:
    """Return what gives the files of a revision; revisions are asked for by rising id.

    All files of a large archive at once would need gigabytes.
    """
    rows = conn.execute(f"SELECT revision, {column} FROM {table} ORDER BY revision, position")
    held = next(rows, None)

    def files(revision: int) -> list[SimpleNamespace]:
        nonlocal held
        found = []
        while held is not None and held[0] <= revision:
            if held[0] == revision:
                found.append(SimpleNamespace(**{column: held[1]}))
            held = next(rows, None)
        return found

    return files


def _histories(conn: sqlite3.Connection) -> Iterator[Damage]:
    for what, table, query in _RULES:
        for row, ref in conn.execute(query):
            yield Damage("history", table, row, ref, what=what)
    for table, columns in _JSON.items():
        for column in columns:
            for (row,) in conn.execute(
                f"SELECT {_key(table)} FROM {table} WHERE NOT json_valid({column})"
            ):
                yield Damage("value", table, row, what=f"{column} is not JSON")


def _key(table: str) -> str:
    return "site" if table in {"templates", "health"} else "id"


def _identities(conn: sqlite3.Connection, result: Verification) -> Iterator[Damage]:
    (result.withdrawn,) = conn.execute(f"SELECT count(*) FROM ({_ERASED})").fetchone()
    for page, ref, site, key in conn.execute("SELECT id, ref, site, key FROM pages"):
        result.pages += 1
        if ref != ref_of(page):
            yield Damage("identity", "pages", page, ref, what="its ref is not that of its id")
        if page not in {page_id(site, key, attempt) for attempt in range(_COLLISIONS)}:
            yield Damage("identity", "pages", page, ref, what="its id is not that of its key")
