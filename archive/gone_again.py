"""Since when a page was gone, told from all its captures: for histories that two archives know.

A disappearance begins with the first 404 of an unbroken series (archive/disappearance.py). What one
archive saw in between breaks the series of another: then it begins again with the next 404, or no
longer where it began. Those of which no capture tells stay as they are known.
"""

from __future__ import annotations

import sqlite3

from archive.histories import rows_of

_FACT, _GONE, _SEEN = range(3)  # of one second the page was seen last

_VISITS = """
SELECT captured_at, min(id), kind <> 'not-found' FROM captures WHERE page = ?
  AND (kind = 'not-found' AND json_extract(evidence, '$.absent') = 'gone'
    OR kind IN ('article', 'attachment') AND status IN (200, 304))
GROUP BY captured_at, kind <> 'not-found'
"""


def tell(conn: sqlite3.Connection, page: int) -> None:
    """Let the disappearances of a page begin where its captures say, inside a transaction.

    When they ended is another matter.
    """
    visits = rows_of(conn, _VISITS, page)
    missed = {at: capture for at, capture, is_seen in visits if not is_seen}
    known = {
        at
        for (at,) in rows_of(
            conn, "SELECT gone_at FROM disappearances WHERE page = ? AND state = 'gone'", page
        )
    }
    events = [(at, _SEEN) for at, _, is_seen in visits if is_seen]
    events += [(at, _GONE) for at in missed]
    events += [(at, _FACT) for at in known - missed.keys()]
    begun = _begun(events)
    conn.executemany(
        "DELETE FROM disappearances WHERE page = ? AND gone_at = ?",
        [(page, at) for at in known & missed.keys() - begun],
    )
    conn.executemany(
        "INSERT INTO disappearances (page, gone_at, gone_capture) VALUES (?, ?, ?)"
        " ON CONFLICT (page, gone_at) DO UPDATE SET state = 'gone'",
        [(page, at, missed[at]) for at in sorted(begun - known)],
    )


def _begun(events: list[tuple[str, int]]) -> set[str]:
    """Return when a series of 404s began."""
    begun: set[str] = set()
    is_gone = False
    for at, what in sorted(events):
        if what == _GONE and not is_gone:
            begun.add(at)
        is_gone = what != _SEEN
    return begun
