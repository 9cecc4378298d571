"""What a run would find to do on a site: read-only, for `--dry-run`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive import moments
from archive.links import LATER

if TYPE_CHECKING:
    import sqlite3


FOR_FULL = "left for a full crawl"

_SKIPPED = f"""
SELECT CASE
  WHEN state = 'twin' THEN 'another address of a known article'
  WHEN state = 'waiting' THEN '{FOR_FULL}'
  WHEN state = 'blocked' THEN 'forbidden by robots.txt'
  WHEN state = 'failed' THEN 'given up: ' || coalesce(last_failure, 'failed')
  ELSE coalesce(json_extract(hints, '$.left_out'), last_failure, 'outside the registered hosts')
 END AS reason, count(*) FROM frontier
WHERE site = :site AND kind <> 'robots' AND (state IN ('twin', 'denied')
  OR (state = 'waiting' AND due = :later) OR (state IN ('failed', 'blocked') AND due > :now))
GROUP BY reason ORDER BY count(*) DESC, reason
"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Rows of the frontier by what a run would do with them; those of files count apart.

    :ivar ready: to be fetched by the next run of any kind.
    :ivar due: fetched before, and due again.
    :ivar kinds: numbers of `ready` and of `due` by kind: listing, article, ...
    :ivar skipped: those that no run fetches now, by the reason.
    :ivar spent: requests of the last 24 hours.
    :ivar known: rows there are at all; 0 means the site was never crawled.
    :ivar cycle_open: whether an earlier crawl of the site was not finished.
    :ivar delay: seconds the host taught us to wait, 0.0 when none.
    """

    ready: int
    due: int
    known: int
    cycle_open: bool
    delay: float
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    spent: int = 0


def outlook(conn: sqlite3.Connection, site: str, host: str, now: int) -> Outlook:
    """Return what is to do on `site`.

    :param host: the site's host as `hosts` names it.
    :param now: epoch seconds.
    """
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE state IN ('ready', 'leased')"
        "                        OR (state = 'waiting' AND due <= :now)),"
        " count(*) FILTER (WHERE state IN ('done', 'failed', 'blocked') AND due <= :now),"
        " count(*) FROM frontier WHERE site = :site AND kind <> 'robots' AND priority >= 0",
        {"site": site, "now": now},
    ).fetchone()
    cycle = conn.execute(
        "SELECT cycle_started_at IS NOT NULL AND cycle_ended_at IS NULL FROM sites WHERE id = ?",
        (site,),
    ).fetchone()
    delay = conn.execute("SELECT delay FROM hosts WHERE host = ?", (host,)).fetchone()
    return Outlook(
        ready=row[0],
        due=row[1],
        known=row[2],
        cycle_open=bool(cycle and cycle[0]),
        delay=float(delay[0] or 0.0) if delay else 0.0,
        kinds=_kinds(conn, site, now),
        skipped=dict(conn.execute(_SKIPPED, {"site": site, "now": now, "later": LATER}).fetchall()),
        spent=spent(conn, site, now),
    )


def _kinds(conn: sqlite3.Connection, site: str, now: int) -> dict[str, tuple[int, int]]:
    rows = conn.execute(
        "SELECT kind, sum(ready), sum(due) FROM (SELECT kind,"
        "  state IN ('ready', 'leased') OR (state = 'waiting' AND due <= :now) AS ready,"
        "  state IN ('done', 'failed', 'blocked') AND due <= :now AS due"
        "  FROM frontier WHERE site = :site AND kind <> 'robots' AND priority >= 0) GROUP BY kind"
        " HAVING sum(ready) + sum(due) > 0 ORDER BY sum(ready) + sum(due) DESC, kind",
        {"site": site, "now": now},
    )
    return {kind: (ready, due) for kind, ready, due in rows}


def spent(conn: sqlite3.Connection, site: str, now: float) -> int:
    """Return how many requests the runs of the last 24 hours made of a site, without robots.txt."""
    row = conn.execute(
        # Runs are few: SQLite would rather walk through all captures.
        "SELECT count(*) FROM runs r CROSS JOIN captures c ON c.run = r.id"
        " WHERE r.beat >= :since AND c.site = :site AND c.kind <> 'robots'"
        " AND c.captured_at >= :from",
        {
            "site": site,
            "since": int(now) - moments.DAY,
            "from": moments.public(now - moments.DAY),
        },
    ).fetchone()
    return int(row[0])
