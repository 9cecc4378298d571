"""Twins: several addresses of one page. One of them is visited; the others only stand by.

Two rows of a site are twins when they carry the same key, or when they proved to be one page.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from archive import addresses

if TYPE_CHECKING:
    from archive.page import Claim

# Rows that may be somebody's twin: neither lists nor forms.
_ADDRESSES = "f.method = 'GET' AND f.kind IN ('article', 'unknown', 'attachment')"

# Rows whose last answer was the page.
_SHOWS = """(f.state = 'done' AND
 (SELECT c.kind FROM captures c WHERE c.frontier = f.id AND c.status <> 304
  ORDER BY c.id DESC LIMIT 1) IN ('article', 'attachment'))"""

# Rows that show the page, or may yet.
_ALIVE = f"(f.state IN ('ready', 'leased', 'waiting') OR {_SHOWS})"

_FAMILY = """(SELECT id FROM frontier WHERE page = :page
 UNION SELECT id FROM frontier WHERE site = :site AND key = :key)"""

# And those at its aliases, e.g. that redirect to it, unless another page was found there.
_FAMILY_AND_ALIASES = f"""{_FAMILY[:-1]}
 UNION SELECT o.id FROM aliases a JOIN frontier o ON o.site = a.site
  AND o.request_key = 'GET ' || a.url WHERE a.page = :page AND o.page IS NULL)"""


class Main(NamedTuple):
    """The row a page is visited at; `later`: it is left for a full crawl."""

    id: int
    page: int | None
    cycle: int
    later: bool


def main_of(
    conn: sqlite3.Connection, site: str, key: str, request_key: str, later: int
) -> Main | None:
    """Return the row at which the page with that key is visited, unless it is `request_key`'s own.

    `later` is the due time of rows left for a full crawl.
    """
    row = conn.execute(
        # The row of the page being stored does not tell its page yet, its capture does.
        "SELECT f.id, coalesce(f.page, (SELECT c.page FROM captures c WHERE c.frontier = f.id"
        "  ORDER BY c.id DESC LIMIT 1)), f.cycle, f.state = 'waiting' AND f.due = :later"
        " FROM frontier f"
        f" WHERE f.site = :site AND f.key = :key AND f.request_key <> :own AND {_ADDRESSES}"
        f" AND {_ALIVE} LIMIT 1",
        {"site": site, "key": key, "own": request_key, "later": later},
    ).fetchone()
    return Main(row[0], row[1], row[2], bool(row[3])) if row else None


def join(conn: sqlite3.Connection, row: int, page: int | None, url: str, moment: str) -> None:
    """Let a row stand by for its page; its address becomes one of the page's, once that is known.

    `moment` (public time) is when the address was found.
    """
    conn.execute(
        "UPDATE frontier SET state = 'twin', due = 0, lease_until = NULL,"
        " page = coalesce(?, page) WHERE id = ?",
        (page, row),
    )
    known = addresses.by_id(conn, page)
    if known is not None:
        addresses.add_alias(conn, known, url, moment)


def shown(conn: sqlite3.Connection, claim: Claim, page: int, key: str | None) -> bool:
    """Settle who is visited, now that `claim` shows `page`; return whether it is `claim`'s row.

    A row that showed the page before stays the one; all others stand by from now on.
    """
    if claim.method != "GET" or claim.kind not in ("article", "unknown", "attachment"):
        return True
    if "redirects" in claim.hints:
        # The next redirect from here begins a new series.
        conn.execute(
            "UPDATE frontier SET hints = json_remove(hints, '$.redirects') WHERE id = ?",
            (claim.id,),
        )
    others = conn.execute(
        f"SELECT f.id, f.url, f.found_at, {_SHOWS} FROM frontier f"
        f" WHERE f.id IN {_FAMILY_AND_ALIASES}"
        f" AND f.id <> :row AND {_ADDRESSES} AND f.state NOT IN ('leased', 'denied')"
        " AND NOT (f.state = 'twin' AND f.page IS :page) ORDER BY 4 DESC, f.id",
        {"row": claim.id, "site": claim.site, "key": key or claim.key, "page": page},
    ).fetchall()
    is_main = not (others and others[0][3])
    for row, url, found_at, _ in others if is_main else others[1:]:
        join(conn, row, page, url, found_at)
    if not is_main:
        conn.execute("UPDATE frontier SET state = 'twin' WHERE id = ?", (claim.id,))
    return is_main


def step_aside(conn: sqlite3.Connection, claim: Claim, target: str) -> bool:
    """Let a row stand by that redirects to a living address of the same page; tell whether it does.

    `target` is the request key of where it leads.
    """
    stood = conn.execute(
        "UPDATE frontier SET state = 'twin' WHERE id = ? AND method = 'GET' AND EXISTS"
        " (SELECT 1 FROM frontier f WHERE f.site = frontier.site AND f.request_key = ?"
        f" AND f.id <> frontier.id AND {_ADDRESSES} AND {_ALIVE}"
        " AND (f.key = frontier.key OR f.page = frontier.page))",
        (claim.id, target),
    )
    return stood.rowcount == 1


def stand_in(conn: sqlite3.Connection, claim: Claim) -> bool:
    """Let one twin take the place of a row that no longer leads to its page.

    Returns False when another row is visited already, or there is no twin. The most promising comes
    first: one that was never tried or showed the page, the oldest of these.
    """
    page, priority = conn.execute(
        "SELECT page, priority FROM frontier WHERE id = ?", (claim.id,)
    ).fetchone()
    if page is None and claim.key is None:
        return False
    family = {"row": claim.id, "site": claim.site, "key": claim.key, "page": page}
    if conn.execute(
        f"SELECT 1 FROM frontier f WHERE f.id IN {_FAMILY} AND f.id <> :row AND {_ADDRESSES}"
        f" AND {_ALIVE} LIMIT 1",
        family,
    ).fetchone():
        return False
    called = conn.execute(
        "UPDATE frontier SET state = 'ready', due = 0, attempts = 0,"
        " priority = max(priority, :priority) WHERE id ="
        f" (SELECT f.id FROM frontier f WHERE f.id IN {_FAMILY} AND f.state = 'twin'"
        "   ORDER BY coalesce(f.last_status, 200) BETWEEN 200 AND 299 DESC, f.id LIMIT 1)",
        {**family, "priority": priority},
    )
    return called.rowcount == 1


def visited(conn: sqlite3.Connection, site: str, request_key: str, url: str) -> int | None:
    """Return the row at which the page is visited that has a twin or an alias at that address.

    A twin stands for itself when no other address of its page is visited. None: nothing is known.
    """
    key, page = conn.execute(
        "SELECT max(key), max(page) FROM (SELECT key, page FROM frontier"
        "  WHERE site = ?1 AND request_key = ?2 AND state = 'twin'"
        " UNION ALL SELECT NULL, page FROM aliases WHERE site = ?1 AND url = ?3)",
        (site, request_key, url),
    ).fetchone()
    row = conn.execute(
        f"SELECT f.id FROM frontier f WHERE f.id IN {_FAMILY} AND {_ADDRESSES}"
        f" ORDER BY f.state <> 'twin' DESC, {_ALIVE} DESC, f.id LIMIT 1",
        {"site": site, "key": key, "page": page},
    ).fetchone()
    return int(row[0]) if row else None
