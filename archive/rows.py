"""Many rows in one statement.

Python lets go of its lock at each step of a statement, and a step is a row: that costs more than
what SQLite does with a short row. Where rows come by the hundred, fewer steps are most of the work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import chain
from typing import Any

# Statements for so many rows, and for halves of it, are few enough to be kept prepared.
AT_ONCE = 64


def insert_rows(conn: sqlite3.Connection, into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert `rows` of one width, in order; `into` is the statement before its VALUES."""
    every = list(rows)
    start, size = 0, AT_ONCE
    while start < len(every):
        while size > len(every) - start:
            size //= 2
        some = every[start : start + size]
        row = f"({', '.join('?' * len(some[0]))})"
        conn.execute(f"{into} VALUES {', '.join([row] * size)}", tuple(chain.from_iterable(some)))
        start += size
