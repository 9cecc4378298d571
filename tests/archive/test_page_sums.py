"""The sums of the database's pages: what every run wrote is in them, however runs overlap."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import page_sums
from archive.connection import transaction
from archive.store import Archive
from tests.archive.crawling import Crawl


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """An archive that a run has closed."""
    path = tmp_path / "mattran.db"
    Crawl(path).close()
    return path


def is_true(db: Path) -> bool:
    """Tell whether the sums are those of the pages as they are."""
    stored = page_sums.read(db)
    assert stored is not None
    assert not page_sums.mark_of(db).exists()
    return stored.sums == page_sums.take(db, stored.page_size)


def write(conn: sqlite3.Connection, name: str) -> None:
    with transaction(conn):
        conn.execute("INSERT INTO meta VALUES (?, hex(zeroblob(9000)))", (name,))


def write_unseen(db: Path, name: str) -> None:
    """Write as a run that is killed once its log was written back: nobody saw its frames."""
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        write(conn, name)
        assert conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_the_sums_follow_what_a_run_writes(db: Path) -> None:
    with Archive.open(db, "one") as one:
        write(one.conn, "one")
    assert is_true(db)


def test_runs_side_by_side_leave_the_sums_to_the_last(db: Path) -> None:
    one, two = Archive.open(db, "one"), Archive.open(db, "two")
    write(two.conn, "two")
    write(one.conn, "one")
    two.close()
    assert page_sums.mark_of(db).exists()
    one.close()
    assert is_true(db)


def test_that_a_dead_run_was_taken_over_is_left_to_the_last_one_as_well(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Archive.open(db, "one")
    dead = Archive.open(db, "dead")
    write_unseen(db, "dead")
    dead.conn.close()
    dead._lock.release()
    with monkeypatch.context() as killed:
        killed.setattr("archive.runs.is_alive", lambda row: row.id == one.run.id)
        two = Archive.open(db, "two")
    assert two.run.taken_over == [dead.run.id]
    two.close()
    one.close()
    assert is_true(db)


def test_a_run_that_ends_beside_a_reader_leaves_what_it_wrote(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.store.CHECKPOINT_MILLISECONDS", 20)
    one, two = Archive.open(db, "one"), Archive.open(db, "two")
    write(two.conn, "two")
    two.checkpoint()
    with closing(sqlite3.connect(db, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        two.close()
    one.close()
    assert is_true(db)
