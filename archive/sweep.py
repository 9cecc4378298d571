"""The weekly sweep: the newest articles of each site are looked at again for edits."""

from __future__ import annotations

import sqlite3

from archive import moments

WEEK = 7 * moments.DAY
YEAR = 365 * moments.DAY

SWEPT = 60
"""The articles of a site that are looked at weekly."""

SLACK = 60  # seconds between the start of a fetch and its time as text


def settle_sweep(conn: sqlite3.Connection, site: str, now: float) -> int:
    """Leave weekly visits to the `SWEPT` newest articles of a site; the others become yearly.

    Newest by the day of publication; where that is not known, by the day of discovery if the first
    page of a list named them, else by their place in the pager behind it. Returns how many were
    put off. Called when a crawl of the site came to its end: what it fetched, and
    what was among the newest until then, waits for a week.
    """
    return conn.execute(
        "UPDATE frontier SET due = due + ?1 WHERE id IN (SELECT f.id FROM frontier f"
        " JOIN pages p ON p.id = f.page LEFT JOIN revisions r ON r.id = p.current_revision"
        " LEFT JOIN frontier l ON l.id = f.found_on AND l.depth = 0"
        " AND l.kind IN ('listing', 'feed')"
        # The list of states is that of the index by due time, which is used only then.
        " WHERE f.site = ?2 AND f.state IN ('done', 'failed', 'blocked') AND f.due <= ?3"
        "  AND f.state = 'done' AND f.kind = 'article'"
        "  AND f.due - strftime('%s', f.fetched_at) <= ?4"
        " ORDER BY coalesce(r.published_at, iif(l.id, p.first_seen_at, '')) DESC, f.id"
        " LIMIT -1 OFFSET ?5)",
        (YEAR - WEEK, site, int(now) + WEEK, WEEK + SLACK, SWEPT),
    ).rowcount
