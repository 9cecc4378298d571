"""Which SQLite and which schema this program works with; imports nothing heavy."""

from __future__ import annotations

import sqlite3

from archive.errors import ArchiveError

# The number of migrations in archive/schema.py; `PRAGMA user_version` of an archive holds it.
SCHEMA_VERSION = 3

# STRICT tables (3.37), `IS DISTINCT FROM` (3.39); 3.40 is what Debian 12 ships.
SQLITE_NEEDED = (3, 40, 0)


def check_sqlite(found: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise ArchiveError when the SQLite library is too old for the archive's tables."""
    if found < SQLITE_NEEDED:
        raise ArchiveError(
            f"SQLite {_dotted(SQLITE_NEEDED)} or newer is needed, this Python has {_dotted(found)}:"
            " use a newer Python or operating system"
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
