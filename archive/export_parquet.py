"""Articles as Parquet, for pandas, DuckDB and Spark; needs pyarrow, which is installed on demand.

pyarrow is the format's own library and the one that pandas reads it with. It weighs more than all
else together, so only who wants Parquet installs it: `.venv/bin/pip install pyarrow`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from archive.export import CREDITS, FILES, Record

ROWS = 2_000  # of a batch, about 10 MB
GROUP = 10 * ROWS
COUNTED = frozenset({"revision", "revisions"})  # numbers, which the view computes
_FILE_FIELDS = ("url", "caption", "credit", "alt", "sha256")


def write_parquet(conn: sqlite3.Connection, records: Iterable[Record], path: Path) -> int:
    """Write all columns of `articles` and lists of `images` and `attachments`; return the number.

    :raises UsageError: pyarrow is not installed.
    """
    pyarrow, parquet = _pyarrow()
    schema = _schema(pyarrow, conn)
    count = 0
    rows = iter(records)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, ROWS)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema), row_group_size=GROUP)
            count += len(batch)
    return count


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 (an extra)
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow: run `.venv/bin/pip install pyarrow`, or take csv"
        ) from None
    return pyarrow, pyarrow.parquet


def _schema(pyarrow: Any, conn: sqlite3.Connection) -> Any:
    text, number = pyarrow.string(), pyarrow.int64()
    columns = [
        (row["name"], number if row["type"] == "INTEGER" or row["name"] in COUNTED else text)
        for row in conn.execute("PRAGMA table_info(articles)")
    ]
    file = pyarrow.struct([("position", number), *((name, text) for name in _FILE_FIELDS)])
    columns += [(name, text) for name in CREDITS]
    columns += [(name, pyarrow.list_(file)) for name in FILES]
    return pyarrow.schema(columns)
