"""Articles as files: complete, safe to open, without what was withdrawn."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import UsageError
from archive.export import (
    articles,
    defused,
    write_csv,
    write_jsonl,
    write_sqlite,
)
from archive.index import rebuild
from archive.reading import open_for_reading
from archive.search import Filter
from archive.vietnamese import fold
from tests.sample_archive import BODY, HANOI, LEAD, TITLE, SampleArchive


@pytest.fixture
def sample(tmp_path: Path) -> SampleArchive:
    """Three articles of three days on two sites, the second withdrawn."""
    archive = SampleArchive(tmp_path / "mattran.db")
    archive.site()
    archive.site("bac-giang", province="Bắc Giang", province_now="Bắc Ninh")
    first = archive.article("news:1", published_at="2025-09-30T15:46:00+07:00")
    archive.withdraw(archive.article("news:2", "https://front.example/2", title="Bài bị rút"))
    archive.article(
        "news:3",
        "https://ward.example/3",
        "bac-giang",
        title="Uỷ ban họp",
        published_at="2025-10-02",
    )
    revision = archive.conn.execute(
        "SELECT current_revision FROM pages WHERE id = ?", (first,)
    ).fetchone()[0]
    for table in ("images", "attachments"):
        url = f"https://front.example/{table}/1"
        archive.insert(table, revision=revision, position=1, url=url, caption="Chú thích")
    rebuild(archive.conn)
    archive.close()
    return archive


@pytest.fixture
def conn(sample: SampleArchive) -> Iterator[sqlite3.Connection]:
    with closing(open_for_reading(sample.path)) as conn:
        yield conn


def titles(
    conn: sqlite3.Connection,
    query: str | None = None,
    limit: int | None = None,
    **where: Any,
) -> list[str]:
    return [record["title"] for record in articles(conn, query, Filter(**where), limit=limit)]


def test_all_articles_come_newest_first_without_the_withdrawn(conn: sqlite3.Connection) -> None:
    assert titles(conn) == ["Uỷ ban họp", TITLE]
    assert titles(conn, limit=1) == ["Uỷ ban họp"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"query": "dong da"}, [TITLE]),
        ({"query": "ủy ban"}, ["Uỷ ban họp"]),
        ({"query": "rut"}, []),
        ({"sites": (HANOI,)}, [TITLE]),
        ({"sites": (HANOI, "bac-giang")}, ["Uỷ ban họp", TITLE]),
        ({"province": "bac giang"}, ["Uỷ ban họp"]),
        ({"province": "tỉnh BẮC NINH"}, ["Uỷ ban họp"]),
        ({"since": "2025-10-02"}, ["Uỷ ban họp"]),
        ({"until": "2025-09-30"}, [TITLE]),
        ({"since": "2025-09-30", "until": "2025-10-02"}, ["Uỷ ban họp", TITLE]),
        ({"since": "2025-10-01", "until": "2025-10-01"}, []),
    ],
)
def test_only_what_was_asked_for_comes(
    conn: sqlite3.Connection, asked: dict[str, Any], found: list[str]
) -> None:
    assert titles(conn, **asked) == found


def test_a_query_without_words_is_refused(conn: sqlite3.Connection) -> None:
    with pytest.raises(UsageError, match="no word"):
        titles(conn, '"*')


def test_csv_has_the_columns_of_the_view(conn: sqlite3.Connection) -> None:
    text = io.StringIO(newline="")
    assert write_csv(conn, articles(conn), text) == 2
    rows = list(csv.DictReader(io.StringIO(text.getvalue(), newline="")))
    assert list(rows[0]) == [row["name"] for row in conn.execute("PRAGMA table_info(articles)")]
    assert rows[1]["body"] == BODY
    assert text.getvalue().count("\r\n") == 3


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_csv_defuses_formulas(start: str) -> None:
    assert defused(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", ["Hội nghị", "", None, 7, "1 - 2"])
def test_csv_leaves_other_cells_alone(value: object) -> None:
    assert defused(value) == value


def test_json_lines_carry_images_and_attachments(conn: sqlite3.Connection) -> None:
    text = io.StringIO()
    assert write_jsonl(articles(conn, where=Filter(sites=(HANOI,))), text) == 1
    record = json.loads(text.getvalue())
    columns = [row["name"] for row in conn.execute("PRAGMA table_info(articles)")]
    assert list(record) == [*columns, "author_kind", "source", "images", "attachments"]
    assert record["images"][0]["caption"] == "Chú thích"
    assert record["text"] == f"{LEAD}\n\n{BODY}"


class TestSharedFile:
    """The SQLite file, opened by somebody who has nothing else."""

    @pytest.fixture
    def shared(self, conn: sqlite3.Connection, tmp_path: Path) -> Iterator[sqlite3.Connection]:
        path = tmp_path / "shared.db"
        assert write_sqlite(conn, articles(conn), path, now=1_760_000_000) == 2
        with closing(sqlite3.connect(path)) as shared:
            yield shared

    def test_it_is_one_whole_file(self, shared: sqlite3.Connection, tmp_path: Path) -> None:
        assert [file.name for file in tmp_path.glob("shared.db*")] == ["shared.db"]
        assert shared.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert shared.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert shared.execute("PRAGMA foreign_key_check").fetchall() == []

    def test_articles_are_those_of_the_archive(
        self, shared: sqlite3.Connection, conn: sqlite3.Connection
    ) -> None:
        columns = ", ".join(row["name"] for row in conn.execute("PRAGMA table_info(articles)"))
        statement = f"SELECT {columns} FROM articles ORDER BY id"
        assert shared.execute(statement).fetchall() == [tuple(r) for r in conn.execute(statement)]

    def test_files_and_sites_come_along(self, shared: sqlite3.Connection) -> None:
        assert shared.execute("SELECT count(*) FROM images").fetchone() == (1,)
        assert shared.execute("SELECT count(*) FROM attachments").fetchone() == (1,)
        assert shared.execute("SELECT id FROM sites").fetchall() == [("bac-giang",), (HANOI,)]

    def test_the_shell_can_search_it_with_and_without_marks(
        self, shared: sqlite3.Connection
    ) -> None:
        statement = (
            "SELECT a.title, snippet(articles_fts, 3, '[', ']', '…', 9) FROM articles_fts"
            " JOIN articles a ON a.id = articles_fts.rowid WHERE articles_fts MATCH ?"
        )
        found = [(TITLE, "Hội nghị [Đống] [Đa] lần thứ nhất")]
        assert shared.execute(statement, (fold("dong da"),)).fetchall() == found
        assert [row[0] for row in shared.execute(statement, ("đống đa",))] == [TITLE]

    def test_nothing_withdrawn_and_no_working_table_is_in_it(
        self, shared: sqlite3.Connection
    ) -> None:
        assert "Bài bị rút" not in "\n".join(shared.iterdump())
        tables = {row[0] for row in shared.execute("SELECT name FROM sqlite_master")}
        assert not tables & {"frontier", "hosts", "runs", "captures", "withdrawals", "pages"}
