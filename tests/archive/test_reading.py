"""Opening an archive to read it: nothing is created, and whatever is wrong is said in one line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import ArchiveError, UsageError
from archive.reading import open_for_reading
from archive.version import SCHEMA_VERSION, check_sqlite
from tests.sample_archive import SampleArchive

# A reader without rights: everything is imported before they are dropped, as the test's own Python
# may lie in a folder closed to others.
UNPRIVILEGED = """
import os, sys, pathlib, sqlite3, urllib.parse
from archive.errors import ArchiveError
from archive.reading import open_for_reading
sqlite3.connect(":memory:").close()
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    conn = open_for_reading(pathlib.Path(sys.argv[1]))
    print(conn.execute("SELECT count(*) FROM articles").fetchone()[0])
except ArchiveError as error:
    print(error)
"""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    sample = SampleArchive(tmp_path / "data" / "mattran.db")
    sample.site()
    sample.article()
    sample.close()
    return sample.path


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveError) as caught:
        open_for_reading(path)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA user_version = {version}")


def test_the_schema_version_is_the_number_of_migrations(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn:
        (applied,) = conn.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()
    assert applied == SCHEMA_VERSION


def test_rows_come_by_name_and_nothing_can_be_written(db: Path) -> None:
    with closing(open_for_reading(db)) as conn:
        assert conn.execute("SELECT title FROM articles").fetchone()["title"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("DELETE FROM pages")


def test_a_running_crawl_does_not_disturb_readers(db: Path) -> None:
    writer = sqlite3.connect(db, isolation_level=None)
    with closing(writer), closing(open_for_reading(db)) as conn:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE pages SET state = 'gone'")
        assert conn.execute("SELECT state FROM articles").fetchone()[0] == "live"
        writer.execute("COMMIT")
        assert conn.execute("SELECT state FROM articles").fetchone()[0] == "gone"


def test_a_missing_archive_is_not_created(tmp_path: Path) -> None:
    assert "mattran crawl" in refusal(tmp_path / "no" / "mattran.db")
    assert not (tmp_path / "no").exists()


def test_strange_characters_of_a_path_are_no_trouble(db: Path) -> None:
    odd = db.parent / "lưu trữ #1?%41.db"
    shutil.copy(db, odd)
    with closing(open_for_reading(odd)) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone()[0] == 1


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Kính gửi " * 200, encoding="utf-8")
    assert "not a database" in refusal(text)
    empty = tmp_path / "empty.db"
    empty.touch()
    assert "is empty" in refusal(empty)
    assert "is a folder" in refusal(tmp_path)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as conn:
        conn.execute("CREATE TABLE articles (id)")
    assert "not a mattran archive" in refusal(other)
    assert empty.stat().st_size == 0


def test_an_older_schema_says_what_to_run_and_is_left_alone(db: Path) -> None:
    set_version(db, SCHEMA_VERSION - 1)
    assert "run `mattran" in refusal(db)
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION - 1


def test_a_newer_schema_is_refused(db: Path) -> None:
    set_version(db, SCHEMA_VERSION + 1)
    with pytest.raises(UsageError, match="newer mattran"):
        open_for_reading(db)


def test_sqlite_must_be_new_enough() -> None:
    check_sqlite()
    with pytest.raises(
        ArchiveError, match=r"3\.40\.0 or newer is needed, this Python has 3\.34\.1"
    ):
        check_sqlite((3, 34, 1))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
class TestAsAnotherUser:
    """A reader who may neither write the folder nor the file."""

    @pytest.fixture
    def db(self, db: Path) -> Path:
        own = (folder for folder in db.parents if "pytest-of-" in str(folder))
        for folder in own:
            folder.chmod(0o755)
        return db

    def read(self, db: Path) -> str:
        command = [sys.executable, "-c", UNPRIVILEGED, str(db)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def test_a_closed_archive_is_read(self, db: Path) -> None:
        before = sorted(db.parent.iterdir())
        assert self.read(db) == "1"
        assert sorted(db.parent.iterdir()) == before

    def test_an_archive_being_written_is_read_up_to_its_last_commit(self, db: Path) -> None:
        with closing(sqlite3.connect(db, isolation_level=None)) as writer:
            writer.execute("UPDATE pages SET merged_into = id")
            assert self.read(db) == "0"

    def test_a_killed_writer_leaves_an_archive_that_is_read(self, db: Path) -> None:
        script = (
            "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('UPDATE pages SET merged_into = id'); os._exit(9)"
        )
        subprocess.run([sys.executable, "-c", script, str(db)], check=False)
        assert self.read(db) == "0"

    def test_a_log_that_cannot_be_used_is_said_not_skipped(self, db: Path) -> None:
        with closing(sqlite3.connect(db, isolation_level=None)) as writer:
            writer.execute("UPDATE pages SET merged_into = id")
            copy = db.parent / "copy.db"
            shutil.copy(db, copy)
            shutil.copy(f"{db}-wal", f"{copy}-wal")
        assert "was not closed properly" in self.read(copy)
