"""Every row of an archive, in a form that two archives can be compared by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

Columns = dict[str, list[str]]
Digests = dict[str, tuple[int, int]]


def columns_of(db: Path) -> Columns:
    """Return the columns of each table; of full-text tables those of the tables they consist of."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " AND name <> '_sqlite_migrations'"
    )
    with closing(sqlite3.connect(db)) as conn:
        return {
            table: [f'"{row[1]}"' for row in conn.execute(f"PRAGMA table_info({table})")]
            for (table,) in conn.execute(query).fetchall()
        }


def digests(db: Path, columns: Columns) -> Digests:
    """Return how many rows each table has and a sum of their digests, in any order the same."""
    with closing(sqlite3.connect(db)) as conn:
        return {
            table: _digest(conn.execute(f"SELECT {', '.join(names)} FROM {table}"))
            for table, names in columns.items()
        }


def _digest(rows: Iterable[tuple[object, ...]]) -> tuple[int, int]:
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=16).digest(), "big")
    return count, total


def version_of(db: Path) -> int:
    """Return the version of the schema that a database says it has."""
    with closing(sqlite3.connect(db)) as conn:
        return int(conn.execute("PRAGMA user_version").fetchone()[0])
