"""What a run would find to do on a site: read-only, for `--dry-run`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Outlook:
    """Rows of the frontier by what a run would do with them.

    :ivar ready: to be fetched by the next run of any kind.
    :ivar due: fetched before, and due again.
    :ivar known: rows there are at all; 0 means the site was never crawled.
    :ivar cycle_open: whether an earlier crawl of the site was not finished.
    :ivar delay: seconds the host taught us to wait, 0.0 when none.
    """

    ready: int
    due: int
    known: int
    cycle_open: bool
    delay: float


def outlook(conn: sqlite3.Connection, site: str, host: str, now: int) -> Outlook:
    """Return what is to do on `site`.

    :param host: the site's host as `hosts` names it.
    :param now: epoch seconds.
    """
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE state IN ('ready', 'leased')"
        "                        OR (state = 'waiting' AND due <= :now)),"
        " count(*) FILTER (WHERE state IN ('done', 'failed', 'blocked') AND due <= :now),"
        " count(*) FROM frontier WHERE site = :site AND kind <> 'robots'",
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
    )
