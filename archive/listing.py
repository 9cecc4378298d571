"""What a filter alone leaves, without a query: the newest articles about a unit, of a site ..."""

from __future__ import annotations

import sqlite3

from archive.errors import UsageError
from archive.narrowing import Filter, condition
from archive.search import COLUMNS, Hit

# Characters of the lead, else of the body, that stand for a snippet.
BEGINNING = 160

# In this order of tables SQLite walks along the search ids, so that nothing has to be sorted.
_FROM = "FROM pages CROSS JOIN articles ON articles.id = pages.id WHERE 1"


def listing(
    conn: sqlite3.Connection, where: Filter, *, limit: int = 20, after: str | None = None
) -> list[Hit]:
    """Return at most `limit` articles, the newest first, as `archive.search.search` does.

    `after` is the `ref` of an article: those that follow it are returned; `snippet` is how the text
    begins. Raises UsageError for a filter that cannot be, and when there is no such article.
    """
    narrowed, values = condition(conn, where)
    below = ""
    if after is not None:
        row = conn.execute("SELECT sid FROM pages WHERE ref = ?", (after.upper(),)).fetchone()
        if row is None or row[0] is None:
            raise UsageError(f"there is no article {after!r}: begin without --after")
        below = f"AND pages.sid < {int(row[0])}"
    columns = ", ".join(f"articles.{name}" for name in COLUMNS)
    rows = conn.execute(
        f"SELECT {columns}, substr(articles.text, 1, ?) AS snippet {_FROM} {narrowed} {below}"
        " ORDER BY pages.sid DESC LIMIT ?",
        (BEGINNING, *values, limit),
    )
    return [dict(zip((*COLUMNS, "snippet"), row, strict=True)) for row in rows]


def number_of(conn: sqlite3.Connection, where: Filter) -> int:
    """Return how many articles `listing` finds without a limit."""
    narrowed, values = condition(conn, where)
    (count,) = conn.execute(f"SELECT count(*) {_FROM} {narrowed}", values).fetchone()
    return int(count)
