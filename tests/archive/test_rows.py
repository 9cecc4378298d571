"""Many rows go in by few statements, all of them and in their order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from archive.rows import AT_ONCE, insert_rows


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        conn.execute("CREATE TABLE pairs (place INTEGER PRIMARY KEY, word TEXT, one INT UNIQUE)")
        yield conn


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 200])
def test_all_rows_go_in_as_they_come(conn: sqlite3.Connection, count: int) -> None:
    given = [(f"từ {number}", number) for number in range(count)]
    insert_rows(conn, "INSERT INTO pairs (word, one)", iter(given))
    assert conn.execute("SELECT word, one FROM pairs ORDER BY place").fetchall() == given


def test_hundreds_of_rows_are_few_statements(conn: sqlite3.Connection) -> None:
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    insert_rows(conn, "INSERT INTO pairs (word, one)", (("từ", number) for number in range(500)))
    assert len(statements) <= 500 // AT_ONCE + 6


def test_what_the_statement_says_of_conflicts_holds(conn: sqlite3.Connection) -> None:
    insert_rows(conn, "INSERT OR IGNORE INTO pairs (word, one)", [("a", 1), ("b", 1), ("c", 2)])
    assert conn.execute("SELECT word FROM pairs").fetchall() == [("a",), ("c",)]
