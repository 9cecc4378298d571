"""An archive of an older version of the program becomes one of today, and loses nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.connection import open_for_writing
from archive.errors import UsageError
from archive.reading import open_for_reading
from archive.store import Archive
from archive.verify import verify
from archive.version import SCHEMA_VERSION
from tests.archive.rows import Digests, columns_of, digests, version_of
from tests.archive.stored import unpack

OLD = range(1, SCHEMA_VERSION)

# A process that is killed at the first call of a function.
KILLED = """
import os, pathlib, signal, sys
from archive import connection, schema
{} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
connection.open_for_writing(pathlib.Path(sys.argv[1]))
"""
KILLS = {
    "copied but for its name": "pathlib.Path.replace",
    "copied": "connection._apply",
    "all but committed": "schema._leave",
}


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpack(request.param, tmp_path)


def whole(db: Path) -> tuple[int, Digests]:
    return version_of(db), digests(db, columns_of(db))


def copy_of(db: Path) -> Path:
    return db.with_name(f"{db.name}.before-{SCHEMA_VERSION}")


def schema_of(db: Path, *kinds: str) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(db)) as conn:
        found = conn.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {row for row in found if not kinds or row[0] in kinds}


def test_every_older_version_has_a_stored_archive_with_something_of_everything(old: Path) -> None:
    with closing(sqlite3.connect(old)) as conn:
        for table in (
            "aliases", "captures", "disappearances", "duplicates", "frontier", "images", "keyed",
            "mentions", "pages", "pending", "revisions", "templates", "warc_files", "withdrawals",
        ):  # fmt: skip
            assert conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] >= 3, table
        causes = {cause for (cause,) in conn.execute("SELECT cause FROM revisions")}
        assert causes == {"first", "site", "rules"}
        actions = {action for (action,) in conn.execute("SELECT action FROM withdrawals")}
        assert actions == {"hide", "erase"}
        assert conn.execute("SELECT count(*) FROM pages WHERE state = 'gone'").fetchone()[0]


@pytest.mark.parametrize("number", OLD)
def test_an_older_version_is_made_today_as_it_was_then(number: int, tmp_path: Path) -> None:
    from sqlite_utils import Database

    from archive.schema import migrations

    then, today = unpack(number, tmp_path / "then"), tmp_path / "today.db"
    with closing(sqlite3.connect(today, isolation_level=None)) as conn:
        migrations.apply(Database(conn), stop_before=f"version_{number + 1}")
    assert schema_of(today, "table", "index") == schema_of(then, "table", "index")


def test_nothing_is_lost(old: Path) -> None:
    columns = columns_of(old)
    before = digests(old, columns)
    open_for_writing(old).close()
    assert version_of(old) == SCHEMA_VERSION
    assert digests(old, columns) == before


def test_a_migrated_archive_is_made_as_a_new_one_is(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "mattran.db"
    for db in (old, new):
        open_for_writing(db).close()
    assert schema_of(old) == schema_of(new)


def test_a_migrated_archive_is_sound_and_found_in(old: Path) -> None:
    with closing(sqlite3.connect(old)) as conn:
        articles = conn.execute("SELECT * FROM articles ORDER BY id").fetchall()
    with Archive.open(old, "crawl") as archive:
        assert archive.conn.execute("SELECT count(*) FROM pending").fetchone() == (0,)
    result = verify(old)
    assert (result.damages, result.notes) == ([], [])
    assert result.withdrawn == 1
    with closing(open_for_reading(old)) as conn:
        conn.row_factory = None
        assert conn.execute("SELECT * FROM articles ORDER BY id").fetchall() == articles
        query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'hội'"
        assert conn.execute(query).fetchone()[0]


def test_a_copy_of_what_was_is_kept(old: Path) -> None:
    was = whole(old)
    open_for_writing(old).close()
    assert whole(copy_of(old)) == was
    assert not list(old.parent.glob("*.part*"))


@pytest.mark.parametrize("moment", KILLS)
def test_killed_half_way_it_has_not_begun_and_begins_again(old: Path, moment: str) -> None:
    was = whole(old)
    script = KILLED.format(KILLS[moment])
    done = subprocess.run([sys.executable, "-c", script, str(old)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert whole(old) == was
    with Archive.open(old, "crawl"):
        pass
    assert version_of(old) == SCHEMA_VERSION
    assert verify(old).damages == []
    assert whole(copy_of(old)) == was
    assert not list(old.parent.glob("*.part*"))


def test_what_its_owner_added_stays(old: Path) -> None:
    with closing(sqlite3.connect(old)) as conn, conn:
        conn.execute("CREATE TABLE notes (ref TEXT, note TEXT)")
        conn.execute("INSERT INTO notes SELECT ref, 'đọc rồi' FROM articles LIMIT 1")
        conn.execute("CREATE VIEW mine AS SELECT title, note FROM articles JOIN notes USING (ref)")
    open_for_writing(old).close()
    with closing(open_for_reading(old)) as conn:
        assert conn.execute("SELECT count(*) FROM mine WHERE note = 'đọc rồi'").fetchone()[0] == 1


def test_who_only_reads_is_told_what_to_run_and_changes_nothing(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(UsageError) as caught:
        open_for_reading(old)
    assert f"run `mattran --db {old} verify --repair` once" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert old.read_bytes() == before


def test_what_was_read_of_files_is_sealed(tmp_path: Path) -> None:
    """Version 3 has the hash by which `verify` knows a text; files read before get theirs."""
    old = unpack(2, tmp_path)
    with closing(sqlite3.connect(old)) as conn:
        read = conn.execute("SELECT id, text FROM files WHERE read_at IS NOT NULL").fetchall()
    with closing(open_for_writing(old)) as conn:
        sealed = conn.execute("SELECT id, text FROM files WHERE seal IS NOT NULL").fetchall()
        assert sealed == read != []
        conn.execute("UPDATE files SET text = replace(text, 'a', 'b') WHERE text LIKE '%a%'")
    assert {damage.kind for damage in verify(old).damages} >= {"text"}
