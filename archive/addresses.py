"""Which page an address belongs to: identities, their aliases, and pages that prove to be one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive import withdrawals
from archive.identity import page_id, ref_of
from archive.visibility import reindexed

_COLUMNS = (
    "id, site, key, url, kind, state, first_seen_at, last_seen_at, gone_at, sid,"
    " current_revision, merged_into"
)
_PERMANENT = (301, 308)


@dataclass(slots=True, kw_only=True)
class KnownPage:
    """A row of `pages`; `is_new`: made in this transaction, nothing can be known of it yet."""

    id: int
    site: str
    key: str
    url: str
    kind: str
    state: str
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None
    sid: int | None
    current_revision: int | None
    merged_into: int | None
    is_new: bool = False


def by_id(conn: sqlite3.Connection, page: int | None) -> KnownPage | None:
    """Return a page, or the one it was merged into."""
    while page is not None:
        found = _one(conn, "id = ?", (page,))
        if found is None or found.merged_into is None:
            return found
        page = found.merged_into
    return None


def standing_for(conn: sqlite3.Connection, page: int) -> int:
    """Return the page that stands for one that proved to be another, else the page itself."""
    found = by_id(conn, page)
    return page if found is None else found.id


def by_key(conn: sqlite3.Connection, site: str, key: str) -> KnownPage | None:
    """Return the page of `site` with that key, or the one it was merged into."""
    found = _one(conn, "site = ? AND key = ?", (site, key))
    return found if found is None or found.merged_into is None else by_id(conn, found.id)


def by_url(conn: sqlite3.Connection, site: str, url: str) -> KnownPage | None:
    """Return the page of `site` that was seen at `url`."""
    row = conn.execute(
        "SELECT page FROM aliases WHERE site = ? AND url = ?", (site, url)
    ).fetchone()
    return by_id(conn, row[0]) if row else None


def _one(conn: sqlite3.Connection, condition: str, values: Sequence[object]) -> KnownPage | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM pages WHERE {condition}", values).fetchone()
    return KnownPage(**dict(zip(_COLUMNS.split(", "), row, strict=True))) if row else None


def settle(
    conn: sqlite3.Connection,
    site: str,
    key: str,
    *,
    kind: str,
    urls: Sequence[str],
    moment: str,
) -> KnownPage:
    """Return the page with that key, made if need be, and note all `urls` as its addresses.

    The first of `urls` is the one shown. An address that belonged to a page with another key joins
    the two, unless both keys are the platform's own: then the site gave the address away.
    """
    page = by_key(conn, site, key) or _create(
        conn, site, key, kind=kind, url=urls[0], moment=moment
    )
    for url in dict.fromkeys(urls):
        page = _claim_address(conn, page, key, url, moment)
    return page


def _create(
    conn: sqlite3.Connection, site: str, key: str, *, kind: str, url: str, moment: str
) -> KnownPage:
    attempt = 0
    while True:
        new = page_id(site, key, attempt)
        inserted = conn.execute(
            # There it is: it is made because it was seen.
            "INSERT INTO pages (id, ref, site, key, url, kind, state, first_seen_at, last_seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'live', ?, ?) ON CONFLICT (id) DO NOTHING",
            (new, ref_of(new), site, key, url, kind, moment, moment),
        )
        if inserted.rowcount == 1:
            return KnownPage(
                id=new,
                site=site,
                key=key,
                url=url,
                kind=kind,
                state="live",
                first_seen_at=moment,
                last_seen_at=moment,
                gone_at=None,
                sid=None,
                current_revision=None,
                merged_into=None,
                is_new=True,
            )
        attempt += 1


def _claim_address(
    conn: sqlite3.Connection, page: KnownPage, key: str, url: str, moment: str
) -> KnownPage:
    other = by_url(conn, page.site, url)
    if other is None:
        add_alias(conn, page, url, moment)
        return page
    if other.id == page.id or not _may_be_one(key, other.key):
        return page
    return merge(conn, page, other)


def add_alias(conn: sqlite3.Connection, page: KnownPage, url: str, moment: str) -> None:
    """Note `url` as an address of `page`, and every address that redirects to it."""
    waiting = [url]
    while waiting:
        url = waiting.pop()
        added = conn.execute(
            "INSERT INTO aliases (site, url, page, first_seen_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (site, url) DO NOTHING",
            (page.site, url, page.id, moment),
        )
        if added.rowcount == 1:
            waiting += _redirecting_to(conn, page.site, url)


def _redirecting_to(conn: sqlite3.Connection, site: str, url: str) -> Iterable[str]:
    rows = conn.execute(
        "SELECT DISTINCT url FROM captures WHERE site = ? AND redirect_to = ?", (site, url)
    )
    return [source for (source,) in rows]


def redirected(
    conn: sqlite3.Connection, site: str, url: str, *, target: str, status: int | None, moment: str
) -> None:
    """Note that `url` redirects to `target`: an alias of its page, or the proof of a merger."""
    page = by_url(conn, site, target)
    if page is None:
        return
    other = by_url(conn, site, url)
    if other is None:
        add_alias(conn, page, url, moment)
    elif other.id != page.id and status in _PERMANENT and _may_be_one(page.key, other.key):
        winner = merge(conn, page, other)
        if winner.id != page.id and (winner.gone_at or not _same_content(conn, winner, page)):
            _visit_again(conn, site, target)


def _same_content(conn: sqlite3.Connection, one: KnownPage, two: KnownPage) -> bool:
    hashes = conn.execute(
        "SELECT count(DISTINCT content_hash) FROM revisions WHERE id IN (?, ?)",
        (one.current_revision, two.current_revision),
    ).fetchone()
    return bool(hashes[0] <= 1)


def _visit_again(conn: sqlite3.Connection, site: str, url: str) -> None:
    """Let an address be fetched anew: its text stands with the page that was merged away."""
    conn.execute(
        "UPDATE frontier SET state = 'ready', due = 0 WHERE site = ? AND request_key = ?"
        " AND state = 'done' AND kind IN ('article', 'unknown')",
        (site, f"GET {url}"),
    )


def _may_be_one(key: str, other: str) -> bool:
    """Two different ids of a platform are two articles, whatever their addresses do."""
    return _is_address(key) or _is_address(other)


def _is_address(key: str) -> bool:
    return key.startswith(("/", "http:", "https:"))


def merge(conn: sqlite3.Connection, one: KnownPage, two: KnownPage) -> KnownPage:
    """Make the younger of two pages stand for the older one from now on; return the older.

    The loser keeps its row, captures and revisions for ever. A withdrawal of either holds for both.
    """
    winner, loser = sorted((one, two), key=lambda page: (page.first_seen_at, page.id))
    with reindexed(conn, winner.id, loser.id):
        conn.execute("UPDATE pages SET merged_into = ? WHERE id = ?", (winner.id, loser.id))
        conn.execute(
            # Both are of one site: by its pages, for no index knows who was merged into whom.
            "UPDATE pages SET merged_into = ? WHERE site = ? AND merged_into = ?",
            (winner.id, loser.site, loser.id),
        )
        conn.execute("UPDATE aliases SET page = ? WHERE page = ?", (winner.id, loser.id))
        conn.execute("UPDATE frontier SET page = ? WHERE page = ?", (winner.id, loser.id))
        withdrawals.inherit(conn, loser.id, winner.id)
        if withdrawals.action(conn, winner.id) is not None:
            for (page,) in conn.execute(
                "SELECT id FROM pages WHERE site = ? AND merged_into = ?", (loser.site, winner.id)
            ).fetchall():
                withdrawals.inherit(conn, winner.id, page)
    return winner
