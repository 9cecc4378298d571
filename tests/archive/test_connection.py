"""Opening an archive for writing: made, migrated, locked, or refused in one clear line."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from archive import connection, page_sums
from archive.connection import open_for_writing, transaction
from archive.errors import ArchiveError, ArchiveLockedError, NotWritableError, UsageError
from archive.locks import ArchiveLock
from archive.reading import open_for_reading
from archive.store import Archive
from archive.version import SCHEMA_VERSION
from tests.archive.crawling import Crawl, an_article


def one_line(error: pytest.ExceptionInfo[ArchiveError]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


def test_an_archive_is_made_with_its_folder(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "new" / "mattran.db")) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def test_there_are_as_many_migrations_as_the_version_says() -> None:
    from archive.schema import migrations

    with closing(sqlite3.connect(":memory:")) as conn:
        from sqlite_utils import Database

        assert len(migrations.pending(Database(conn))) == SCHEMA_VERSION


def test_a_newer_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    with closing(open_for_writing(path)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(ArchiveError) as caught:
        open_for_writing(path)
    assert "upgrade mattran" in one_line(caught)


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION, 999])
def test_a_foreign_database_is_not_touched(tmp_path: Path, version: int) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE mine (x)")
        conn.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        open_for_writing(path)
    assert "not a mattran archive" in one_line(caught)
    assert "--db" in one_line(caught)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_only_begins_as_a_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"SQLite format 3\0" + b"no database at all" * 100)
    with pytest.raises(ArchiveError) as caught:
        open_for_writing(path)
    assert "--db" in one_line(caught)


def test_a_making_that_was_interrupted_starts_over(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    with closing(open_for_writing(path)) as conn:
        conn.execute("PRAGMA user_version = 0")
    open_for_writing(path).close()


def test_no_migration_runs_beside_a_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mattran.db"
    open_for_writing(path).close()
    monkeypatch.setattr(connection, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr("archive.locks.WAIT_SECONDS", 0.0)
    monkeypatch.setattr(ArchiveLock.__init__, "__kwdefaults__", {"exclusive": False, "wait": 0.0})
    with ArchiveLock(path), pytest.raises(ArchiveLockedError) as caught:
        open_for_writing(path)
    assert "in use by another run" in one_line(caught)


def test_an_archive_that_another_run_has_just_made_is_shared_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one goes on for hours."""
    path = tmp_path / "mattran.db"
    set_up, others = connection._set_up, []

    def set_up_too_late(conn: page_sums.Watched, path: Path) -> None:
        monkeypatch.setattr(connection, "_set_up", set_up)
        others.append(Archive.open(path, "crawl"))
        set_up(conn, path)

    monkeypatch.setattr(connection, "_set_up", set_up_too_late)
    monkeypatch.setattr(ArchiveLock.__init__, "__kwdefaults__", {"exclusive": False, "wait": 0.0})
    with Archive.open(path, "crawl") as archive, others[0]:
        assert archive.conn.execute("SELECT count(*) FROM runs").fetchone() == (2,)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotWritableError) as caught:
        open_for_writing(Path("/proc/archive/mattran.db"))
    assert "--db" in one_line(caught)


def test_what_cannot_become_an_archive_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database")
    for path, why in [
        (tmp_path, "is a folder"),
        (text, "is not a database"),
        (text / "mattran.db", "lies in a file"),
    ]:
        with pytest.raises(UsageError) as caught:
            open_for_writing(path)
        assert why in one_line(caught)
    assert list(tmp_path.iterdir()) == [text]
    assert text.read_text() == "no database"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(NotWritableError) as caught:
            open_for_writing(tmp_path / "mattran.db")
        assert "--db" in one_line(caught)
    finally:
        tmp_path.chmod(0o700)


# The lock


def test_writers_share_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    with ArchiveLock(path), ArchiveLock(path, wait=0):
        pass


def test_who_rebuilds_the_archive_is_alone(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    with ArchiveLock(path, exclusive=True), pytest.raises(ArchiveLockedError) as caught:
        ArchiveLock(path, wait=0)
    assert "migrated, merged or repaired" in one_line(caught)
    with ArchiveLock(path), pytest.raises(ArchiveLockedError):
        ArchiveLock(path, exclusive=True, wait=0)
    ArchiveLock(path, exclusive=True, wait=0).release()


def test_a_short_exclusive_owner_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    owner = ArchiveLock(path, exclusive=True)
    timer = threading.Timer(0.2, owner.release)
    timer.start()
    ArchiveLock(path).release()
    timer.join()


# A full disk


def test_a_full_database_stores_nothing_and_says_so(crawl: Crawl) -> None:
    crawl.see("1")
    size = sum(path.stat().st_size for path in crawl.archive.folder.iterdir())
    pages = crawl.value("PRAGMA page_count")
    crawl.conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(NotWritableError) as caught:
        crawl.see("2", an_article(body="Đoạn dài. " * 100_000), body=b"2" * 10_000)
    assert "no space" in one_line(caught)
    assert sum(path.stat().st_size for path in crawl.archive.folder.iterdir()) == size
    assert crawl.value("SELECT count(*) FROM captures") == 1
    crawl.conn.execute("PRAGMA max_page_count = 1000000")
    assert crawl.value("PRAGMA integrity_check") == "ok"
    crawl.frontier.release([2])
    assert crawl.see("2").new_article


def test_a_full_disk_under_the_raw_records_stores_nothing(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl.see("1")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("archive.warc.WarcWriter._append", full)
        with pytest.raises(NotWritableError):
            crawl.see("2")
    assert crawl.value("SELECT count(*) FROM captures") == 1
    crawl.frontier.release([2])
    stored = crawl.see("2")
    assert crawl.archive.raw(stored.capture) is not None


@pytest.fixture
def short_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_sums, "WRITTEN_BACK_AT", 20)
    monkeypatch.setattr(connection, "LONG_LOG", 80)
    monkeypatch.setattr(connection, "WAIT_FOR_READERS", 20)


def store_pages(conn: page_sums.Watched, number: int) -> list[int]:
    """Write transactions of some five frames each; return how long the log was after each."""
    frames = []
    for _ in range(number):
        with transaction(conn):
            conn.execute("INSERT INTO meta VALUES (hex(randomblob(8)), hex(zeroblob(6000)))")
        frames.append(conn.written.note() if conn.written else 0)
    return frames


@pytest.mark.usefixtures("short_log")
def test_while_somebody_reads_the_log_is_not_written_back_after_every_page(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    with closing(open_for_writing(path)) as conn, closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        statements: list[str] = []
        conn.set_trace_callback(statements.append)
        frames = store_pages(conn, 100)
        tries = [sql for sql in statements if "wal_checkpoint" in sql]
        assert frames[-1] > 200
        assert 5 <= len(tries) <= 1 + frames[-1] / 20
        assert conn.execute("PRAGMA busy_timeout").fetchone() == (60_000,)
        reader.rollback()
        assert min(store_pages(conn, 10)) < 20


@pytest.mark.parametrize(("left", "what"), [(None, "gone"), (b"", "empty"), (b"x" * 99, "damaged")])
def test_an_archive_that_is_lost_is_not_begun_anew_unseen(
    tmp_path: Path, left: bytes | None, what: str
) -> None:
    db = tmp_path / "mattran.db"
    with Archive.open(db, "crawl"):
        pass
    db.unlink()
    if left is not None:
        db.write_bytes(left)
    for opened in (open_for_writing, open_for_reading):
        with pytest.raises(ArchiveError, match=f"is {what}, and mattran.db.sums"):
            opened(db)
    (tmp_path / "mattran.db.sums").unlink()
    if left != b"x" * 99:
        open_for_writing(db).close()
