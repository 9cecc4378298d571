"""docs/schema.md: every column of every table and view, once, in its order, with a gloss."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.reading import open_for_reading
from tests.archive import small_archive
from tests.sample_archive import SampleArchive

DOC = Path(__file__).parents[2] / "docs" / "schema.md"
OWN = re.compile(r"_sqlite_migrations|sqlite_\w+|(articles_fts|article_keys|files_fts)_\w+")


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    sample = SampleArchive(tmp_path / "mattran.db")
    sample.site()
    sample.article()
    sample.close()
    conn = open_for_reading(sample.path)
    yield conn
    conn.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as a crawl leaves it, with a case of everything the examples ask about."""
    return small_archive.build(tmp_path_factory.mktemp("examples") / "mattran.db")


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


def examples_of(page: str, ref: str) -> list[str]:
    """Return the statements of the examples of a page, those over an exported file aside."""
    text = (DOC.parent / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", text.partition("\n## A shared file")[0], re.DOTALL)
    found = [part.strip() for block in blocks for part in block.split(";\n") if part.strip()]
    return [example.replace("0123456789A", ref) for example in found]


@pytest.mark.parametrize(("page", "at_least"), [("schema.md", 15), ("tra-cuu.md", 4)])
def test_every_example_finds_something(small: Path, page: str, at_least: int) -> None:
    with closing(open_for_reading(small)) as conn:
        (ref,) = conn.execute("SELECT ref FROM articles LIMIT 1").fetchone()
        examples = examples_of(page, ref)
        assert len(examples) >= at_least
        assert [each for each in examples if not conn.execute(each).fetchall()] == []


@pytest.mark.parametrize("page", ["schema.md", "tra-cuu.md"])
def test_the_sqlite_shell_runs_every_example(small: Path, page: str) -> None:
    shell = shutil.which("sqlite3")
    if shell is None:
        pytest.skip("no sqlite3 shell on this machine; the module sqlite3 runs the examples above")
    with closing(open_for_reading(small)) as conn:
        (ref,) = conn.execute("SELECT ref FROM articles LIMIT 1").fetchone()
    script = ";\n".join([*examples_of(page, ref), ""])
    done = subprocess.run(
        [shell, "-bail", "-readonly", str(small)], input=script, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) >= len(examples_of(page, ref))


def test_the_index_understands_every_way_to_ask_it_of_the_guide(small: Path) -> None:
    text = (DOC.parent / "tra-cuu.md").read_text(encoding="utf-8")
    asked = re.findall(r"^\|[^|]*\| .*`'([^`]*)'`", text, re.MULTILINE)
    assert len(asked) >= 6
    with closing(open_for_reading(small)) as conn:
        for words in asked:
            query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
            conn.execute(query, (words.replace("''", "'"),)).fetchone()


def test_the_shell_shows_what_a_table_is_for(conn: sqlite3.Connection) -> None:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
    told = {
        name: bool(re.match(r"CREATE TABLE \w+ \(  -- \w", sql))
        for name, sql in conn.execute(query)
        if not OWN.fullmatch(name)
    }
    assert len(told) > 20
    assert [name for name, is_told in told.items() if not is_told] == []
