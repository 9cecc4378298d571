"""docs/schema.md: every column of every table and view, once, in its order, with a gloss."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.reading import open_for_reading
from tests.sample_archive import SampleArchive

DOC = Path(__file__).parents[2] / "docs" / "schema.md"
OWN = re.compile(r"_sqlite_migrations|sqlite_\w+|(articles_fts|article_keys)_\w+")


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    sample = SampleArchive(tmp_path / "mattran.db")
    sample.site()
    sample.article()
    sample.close()
    conn = open_for_reading(sample.path)
    yield conn
    conn.close()


def documented() -> dict[str, list[list[str]]]:
    """Return the rows (column, what, gloss) of each section `### table`."""
    sections = re.split(r"^### ", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        section.split("\n", 1)[0].strip(): [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in section.splitlines()
            if line.startswith("| `")
        ]
        for section in sections
    }


def test_every_table_view_and_column_is_documented(conn: sqlite3.Connection) -> None:
    tables = [
        row["name"]
        for row in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not OWN.fullmatch(row["name"])
    ]
    live = {
        table: [f"`{row['name']}`" for row in conn.execute(f"PRAGMA table_info({table})")]
        for table in tables
    }
    assert {name: [row[0] for row in rows] for name, rows in documented().items()} == live


def test_every_column_says_what_it_is_in_two_languages() -> None:
    for rows in documented().values():
        for row in rows:
            assert len(row) == 3
            assert all(row)


def test_every_value_a_column_may_have_is_named(conn: sqlite3.Connection) -> None:
    text = DOC.read_text(encoding="utf-8")
    statements = [row[0] for row in conn.execute("SELECT sql FROM sqlite_master") if row[0]]
    for statement in statements:
        for values in re.findall(r"CHECK \(\w+ IN \(([^)]*)\)\)", statement):
            for value in re.findall(r"'([^']*)'", values):
                assert f"`{value}`" in text


def test_the_examples_run(conn: sqlite3.Connection) -> None:
    first, *_shared = re.findall(r"```sql\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    examples = [part for part in first.split(";\n") if part.strip()]
    assert len(examples) >= 10
    for example in examples:
        conn.execute(example).fetchall()
