"""The frontier: every address known, what to fetch next, and who is fetching it.

Links are rows (archive/links.py). A row is `ready`, `leased` to a run, `waiting` for a retry or a
wider crawl, `done` until its next visit is due, `failed`, `blocked` by robots.txt, `denied`, or the
`twin` of another (archive/twins.py).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from archive import moments, sweep, twins
from archive.connection import explained, transaction
from archive.links import (
    CLASS,
    FRONT,
    KNOWN,
    LATER,
    LISTS,
    RECRAWL,
    Cycle,
    Links,
    Mode,
    Row,
    current_cycle,
    priority_of,
    request_key,
)
from archive.page import Claim, Link
from archive.withdrawals import WITHOUT_TEXT

if TYPE_CHECKING:
    from archive.page import LinkKind

__all__ = [
    "AFTER_BLOCK",
    "AFTER_FAILURE",
    "LATER",
    "MAX_ATTEMPTS",
    "NEVER",
    "Cycle",
    "Frontier",
    "Mode",
    "Outcome",
    "backoff",
    "request_key",
]

# A done row with this due time is never due by itself: pager pages and sitemaps.
NEVER = LATER

FILE = -1 * CLASS  # the priority of files: below all that a crawl of pages looks at
LEASE_SECONDS = 600
MAX_ATTEMPTS = 5
FIRST_BACKOFF = 300
MAX_BACKOFF = moments.DAY
AFTER_FAILURE = 30 * moments.DAY
AFTER_BLOCK = 7 * moments.DAY

_CLAIMED = (
    "id", "site", "url", "kind", "method", "form", "chain", "depth", "attempts", "key", "text",
    "hints", "etag", "last_modified",
)  # fmt: skip

_CLAIM = f"""
UPDATE frontier SET state = 'leased', run = ?, lease_until = ?, attempts = attempts + 1
WHERE id = (SELECT id FROM frontier WHERE site = ? AND state = 'ready' AND priority >= ?
            ORDER BY priority DESC, id LIMIT 1)
RETURNING {", ".join(_CLAIMED)}
"""

_AGAIN = (
    "UPDATE frontier SET state = 'ready', due = 0, attempts = 0,"
    f" priority = {RECRAWL * CLASS} + priority % {CLASS}"
)

_BEHIND = f", priority = {FILE}"  # a file that a person asked for goes back behind the pages


def backoff(attempts: int) -> int:
    """Return the seconds to wait after that many failed attempts: 5 min, 20 min, 80 min, ..."""
    return int(min(FIRST_BACKOFF * 4 ** max(attempts - 1, 0), MAX_BACKOFF))


class Frontier:
    """The frontier as one run sees it. No method spans an await; each is its own transaction,
    but `add_links`, `finish` and `fail`, which belong to the transaction of their page."""

    def __init__(self, conn: sqlite3.Connection, run_id: str) -> None:
        self._conn = conn
        self._run = run_id
        self._links = Links(conn, run_id)
        self._modes: dict[str, Mode] = {}

    # Cycles

    def begin_cycle(self, site: str, mode: Mode, *, due_only: bool = False) -> Cycle:
        """Begin a crawl of `site`, or continue the one that was interrupted.

        A new cycle makes the front listings and feeds ready (a full one the sitemaps and every
        address put off as well); with `due_only` nothing: `promote_due` does. A full crawl does not
        continue an incremental one. A recrawl is no cycle: only rows requeued are claimed.
        """
        self._modes[site] = mode
        with transaction(self._conn):
            cycle = current_cycle(self._conn, site)
            if mode == "recrawl":
                return cycle._replace(mode=mode, fresh=False)
            unfinished = not cycle.fresh
            if unfinished and (cycle.mode in (mode, "full")):
                self._restart_chains(site)
                return cycle
            return self._new_cycle(site, mode, cycle, due_only=due_only)

    def _new_cycle(self, site: str, mode: Mode, old: Cycle, *, due_only: bool) -> Cycle:
        number = old.number + 1
        self._conn.execute(
            "UPDATE sites SET cycle = ?, cycle_mode = ?, cycle_started_at = ?,"
            " cycle_ended_at = NULL WHERE id = ?",
            (number, mode, moments.public(moments.now()), site),
        )
        # Forms of a postback pager hold state of a session long gone.
        self._drop_forms("site = ?", site)
        if not due_only:
            self._ready_fronts(site, mode, number)
        if mode == "full":
            self._conn.execute(
                "UPDATE frontier SET state = 'ready', due = 0"
                " WHERE site = ? AND state = 'waiting' AND due = ?",
                (site, LATER),
            )
            self._links.forget(site)
        return Cycle(number, mode, fresh=True, first=current_cycle(self._conn, site).first)

    def _ready_fronts(self, site: str, mode: Mode, number: int) -> None:
        kinds = ("listing", "feed", "sitemap" if mode == "full" else "feed")
        self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, attempts = 0, cycle = ?, priority = ?"
            " WHERE site = ? AND depth = 0 AND kind IN (?, ?, ?) AND method = 'GET'"
            " AND state NOT IN ('leased', 'denied')",
            (number, FRONT * CLASS, site, *kinds),
        )

    def _restart_chains(self, site: str) -> None:
        """Send postback chains begun by another run back to their first page."""
        rows = self._conn.execute(
            "SELECT DISTINCT chain FROM frontier WHERE site = ? AND method = 'POST'"
            " AND state IN ('ready', 'waiting') AND run IS NOT ?",
            (site, self._run),
        ).fetchall()
        for (chain,) in rows:
            self._drop_forms("site = ? AND chain = ?", site, chain)
            self._conn.execute(
                "UPDATE frontier SET state = 'ready', due = 0, attempts = 0"
                " WHERE id = ? AND state <> 'leased'",
                (int(chain),),
            )
            self._links.forget_chain(site, chain)

    def _drop_forms(self, condition: str, *values: object) -> None:
        """Delete the rows of forms sent in postback pagers.

        Their captures are of no row any more: the next row may have the same id.
        """
        forms = (
            f"SELECT id FROM frontier WHERE {condition} AND method = 'POST' AND state <> 'leased'"
        )
        self._conn.execute(
            f"UPDATE captures SET frontier = NULL WHERE frontier IN ({forms})", values
        )
        self._conn.execute(f"DELETE FROM frontier WHERE id IN ({forms})", values)

    def end_cycle(self, site: str, now: float | None = None) -> bool:
        """End the cycle when nothing of the site is ready or leased; return whether it ended.

        A full one goes on while a listing waits for a retry: the rest of its pager hangs on it.
        """
        moment = moments.public(moments.now() if now is None else now)
        with transaction(self._conn):
            if self.anything_left(site) or self._pager_waits(site):
                return False
            ended = self._conn.execute(
                "UPDATE sites SET cycle_ended_at = ?, last_crawled_at = ?,"
                " first_crawled_at = CASE WHEN EXISTS (SELECT 1 FROM frontier f"
                "  WHERE f.site = sites.id AND f.fetched_at IS NOT NULL)"
                "  THEN coalesce(first_crawled_at, ?) END"
                " WHERE id = ? AND cycle_started_at IS NOT NULL AND cycle_ended_at IS NULL",
                (moment, moment, moment, site),
            )
            if ended.rowcount == 1:
                sweep.settle_sweep(self._conn, site, moments.now() if now is None else now)
        return ended.rowcount == 1

    def _pager_waits(self, site: str) -> bool:
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM frontier f JOIN sites s ON s.id = f.site"
            " WHERE f.site = ? AND f.state = 'waiting' AND f.due < ?"
            " AND f.kind IN ('listing', 'feed', 'sitemap') AND s.cycle_mode = 'full')",
            (site, LATER),
        ).fetchone()
        return bool(row[0])

    def seed(self, site: str, links: Iterable[Link]) -> int:
        """Insert the front listings and feeds of a site for its cycle; return how many are new.

        Sitemaps are ready in a full crawl only: they list every article there ever was.
        """
        with self._adding():
            cycle = current_cycle(self._conn, site)
            rows = [self._front(link, cycle) for link in links]
            return sum(self._links.insert(site, row) for row in rows)

    def retire(self, site: str, seeds: Iterable[Link]) -> int:
        """Let listings and feeds rest that were seeded once and are no longer; return how many.

        What is known of them stays. One that is seeded again is ready at once. Where a seed was
        redirected to is none, and goes on; so does what only captures of the past told of, in a
        full crawl.
        """
        keys = json.dumps([request_key("GET", link.url) for link in seeds])
        fronts = "site = ? AND depth = 0 AND kind IN ('listing', 'feed') AND method = 'GET'"
        named = "request_key IN (SELECT value FROM json_each(?))"
        with transaction(self._conn):
            self._conn.execute(
                "UPDATE frontier SET state = 'ready', due = 0, attempts = 0"
                f" WHERE {fronts} AND {named} AND state = 'done' AND due = {NEVER}",
                (site, keys),
            )
            retired = self._conn.execute(
                f"UPDATE frontier SET state = 'done', due = {NEVER} WHERE {fronts} AND NOT {named}"
                " AND found_on IS NULL AND json_extract(hints, '$.redirects') IS NULL"
                " AND state NOT IN ('leased', 'denied', 'twin') AND NOT (? AND fetched_at IS NULL)",
                (site, keys, self._modes.get(site) == "full"),
            )
        return retired.rowcount

    @contextmanager
    def _adding(self) -> Iterator[None]:
        """Run a block that inserts rows as one transaction; only then are they known."""
        try:
            with transaction(self._conn):
                yield
        except BaseException:
            self._links.rolled_back(None)
            raise
        self.committed()

    def add(self, site: str, links: Iterable[Link]) -> int:
        """Insert addresses to be fetched like new ones; return how many were not known."""
        with self._adding():
            cycle = current_cycle(self._conn, site).number
            rows = [
                Row(
                    link=link,
                    kind=link.kind,
                    state="ready",
                    priority=priority_of(link.kind, 1, link.hints),
                    cycle=cycle,
                    depth=int(link.kind in LISTS),
                )
                for link in links
            ]
            return sum(self._links.insert(site, row) for row in rows)

    def _front(self, link: Link, cycle: Cycle) -> Row:
        later = link.kind == "sitemap" and cycle.mode != "full"
        return Row(
            link=link,
            kind=link.kind,
            state="waiting" if later else "ready",
            due=LATER if later else 0,
            priority=priority_of(link.kind, 0, link.hints),
            cycle=cycle.number,
        )

    # Claims

    def claim(self, site: str, now: float | None = None, *, files: bool = False) -> Claim | None:
        """Lease the most urgent ready row of `site` to this run for 10 minutes; None: no such row.

        With `files` those of files count, too, after all others. The attempt is counted here: a
        page that kills the process must not come back for ever.
        """
        until = int(moments.now() if now is None else now) + LEASE_SECONDS
        least = RECRAWL * CLASS if self._modes.get(site) == "recrawl" else 0
        if files:
            least = FILE
        with explained(self._conn):
            rows = self._conn.execute(_CLAIM, (self._run, until, site, least)).fetchall()
        if not rows:
            return None
        claim = _claim(rows[0])
        if claim.kind in LISTS and self._modes.get(site) == "full":
            # "Not modified" would hide the next page of the pager.
            claim.etag = claim.last_modified = None
        return claim

    def release(self, ids: Iterable[int], *, give_back: bool = True) -> int:
        """Make leased rows of this run ready again, by default as if never claimed."""
        released = 0
        with transaction(self._conn):
            for row in ids:
                released += self._conn.execute(
                    "UPDATE frontier SET state = 'ready', lease_until = NULL,"
                    " attempts = max(attempts - ?, 0)"
                    " WHERE id = ? AND state = 'leased' AND run = ?",
                    (int(give_back), row, self._run),
                ).rowcount
        return released

    def promote(self, site: str, now: float | None = None) -> int:
        """Make rows ready whose retry is due; return how many."""
        return self._conn.execute(
            "UPDATE frontier SET state = 'ready' WHERE site = ? AND state = 'waiting' AND due <= ?",
            (site, int(moments.now() if now is None else now)),
        ).rowcount

    def promote_due(self, site: str, now: float | None = None) -> int:
        """Make rows ready whose next visit is due, failed and blocked ones too; return how many."""
        # A cycle that takes longer than a week has not settled what it fetched first.
        sweep.settle_sweep(self._conn, site, moments.now() if now is None else now)
        return self._conn.execute(
            "UPDATE frontier SET state = 'ready', attempts = 0, priority = CASE"
            f" WHEN kind IN ('listing', 'feed', 'sitemap') THEN {FRONT * CLASS}"
            f" ELSE {KNOWN * CLASS} + priority % {CLASS} END,"
            " cycle = CASE WHEN kind IN ('listing', 'feed', 'sitemap')"
            " THEN (SELECT cycle FROM sites WHERE id = ?1) ELSE cycle END"
            " WHERE site = ?1 AND state IN ('done', 'failed', 'blocked') AND due <= ?2"
            " AND method = 'GET' AND priority >= 0",
            (site, int(moments.now() if now is None else now)),
        ).rowcount

    def next_due(self, site: str) -> int | None:
        """Return when the next waiting or done row of `site` is due (UTC seconds), if any is."""
        row = self._conn.execute(
            "SELECT min(due) FROM frontier WHERE site = ? AND due < ?"
            " AND state IN ('done', 'failed', 'blocked') AND priority >= 0",
            (site, NEVER),
        ).fetchone()
        waiting = self.next_waiting(site)
        moments_due = [due for due in (row[0], waiting) if due is not None]
        return min(moments_due, default=None)

    def next_waiting(self, site: str) -> int | None:
        """Return when the next retry of `site` is due (UTC seconds), if one waits."""
        row = self._conn.execute(
            "SELECT min(due) FROM frontier WHERE site = ? AND due < ? AND state = 'waiting'",
            (site, LATER),
        ).fetchone()
        return int(row[0]) if row[0] is not None else None

    def is_empty(self, site: str) -> bool:
        """Tell whether nothing is known of a site but what captures of the past told."""
        return not self._exists(site, f"state <> 'twin' AND (state <> 'waiting' OR due < {LATER})")

    def was_only_looked_at(self, site: str) -> bool:
        """Tell whether the one cycle a site has been through took its newest pages only."""
        cycle = current_cycle(self._conn, site)
        return cycle.number == 1 and cycle.mode == "incremental" and cycle.fresh

    def host_is_back(self, site: str) -> int:
        """Make rows ready that wait only because nobody was there; return how many."""
        return self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0 WHERE site = ? AND state = 'waiting'"
            " AND due < ? AND last_failure IN ('dns', 'connect')",
            (site, LATER),
        ).rowcount

    def anything_left(self, site: str, *, by: int = 0, recrawl: bool = False) -> bool:
        """Tell whether a row of the site is ready or leased: its crawl is not at its end.

        `by` (UTC seconds) counts retries due until then, too; a recrawl asks for its own rows.
        """
        least = RECRAWL * CLASS if recrawl else 0
        if self._exists(site, f"state = 'ready' AND priority >= {least}"):
            return True
        due = self.next_waiting(site)
        if due is not None and due <= by:
            return True
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM frontier INDEXED BY frontier_leased"
            " WHERE site = ? AND state = 'leased')",
            (site,),
        ).fetchone()
        return bool(row[0])

    def knows_articles(self, site: str) -> bool:
        """Tell whether an article of the site was ever found."""
        return self._exists(site, "kind = 'article'")

    def _exists(self, site: str, condition: str) -> bool:
        row = self._conn.execute(
            f"SELECT EXISTS (SELECT 1 FROM frontier WHERE site = ? AND {condition})", (site,)
        ).fetchone()
        return bool(row[0])

    def count_left(self, site: str) -> int:
        """Return how many pages wait for this crawl to go on, retries included."""
        (left,) = self._conn.execute(
            "SELECT count(*) FROM frontier WHERE site = ? AND priority >= 0"
            " AND (state IN ('ready', 'leased') OR (state = 'waiting' AND due <> ?))",
            (site, LATER),
        ).fetchone()
        return int(left)

    def counts(self, site: str) -> dict[str, int]:
        """Return the number of rows by state; `later` are those a full crawl would take up."""
        rows = self._conn.execute(
            "SELECT CASE WHEN state = 'waiting' AND due = ? THEN 'later' ELSE state END, count(*)"
            " FROM frontier WHERE site = ? GROUP BY 1",
            (LATER, site),
        )
        return dict(rows.fetchall())

    # Requests of a person

    def requeue(self, site: str, condition: str = "1", values: Sequence[object] = ()) -> int:
        """Make the GET rows `condition` picks ready, before everything else; return how many.

        `condition` is SQL over `frontier f LEFT JOIN pages p ON p.id = f.page`. Twins are left out.
        """
        return self._conn.execute(
            f"{_AGAIN} WHERE id IN (SELECT f.id FROM frontier f LEFT JOIN pages p ON p.id = f.page"
            "  WHERE f.site = ? AND f.method = 'GET' AND f.state NOT IN ('leased', 'twin')"
            f"  AND ({condition}))",
            (site, *values),
        ).rowcount

    def requeue_urls(self, site: str, urls: Iterable[str]) -> int:
        """Requeue addresses of a site, inserting those not known yet; return how many rows.

        For another address of a page the row is requeued at which that page is visited.
        """
        return sum(self._requeue_url(site, url) for url in urls)

    def _requeue_url(self, site: str, url: str) -> int:
        own = request_key("GET", url)
        with self._adding():
            if self.requeue(site, "f.request_key = ?", (own,)):
                return 1
            row = twins.visited(self._conn, site, own, url)
            if row is None:
                return int(self._links.insert(site, self._asked_for(site, url)))
            return self._conn.execute(
                f"{_AGAIN} WHERE id = ? AND state <> 'leased'", (row,)
            ).rowcount

    def _asked_for(self, site: str, url: str) -> Row:
        return Row(
            link=Link(url=url, kind="unknown"),
            kind="unknown",
            state="ready",
            priority=RECRAWL * CLASS,
            cycle=current_cycle(self._conn, site).number,
        )

    # Links

    def known(self, site: str) -> set[str]:
        """Return the addresses of a site that need no second look: see `Links.known`."""
        return self._links.known(site)

    def add_links(self, claim: Claim, page_kind: str, links: Sequence[Link]) -> None:
        """Store the links of a page inside its transaction: see `Links.add`."""
        self._links.add(claim, page_kind, links)

    def note(self, claim: Claim) -> None:
        """Give the address of a capture of the past a row, if it has none, and the claim its id.

        Inside the transaction of its page; nothing is fetched for it but by a full crawl.
        """
        own = (claim.site, request_key("GET", claim.url))
        known = "SELECT id FROM frontier WHERE site = ? AND request_key = ?"
        row = self._conn.execute(known, own).fetchone()
        if row is None:
            kind = cast("LinkKind", claim.kind)
            link = Link(url=claim.url, kind=kind, key=claim.key)
            self._links.note(claim.site, link, claim.depth)
            row = self._conn.execute(known, own).fetchone()
        claim.id = row[0]

    def note_links(self, claim: Claim, links: Sequence[Link]) -> None:
        """Store the links of a page of the past: see `Links.note_all`."""
        self._links.note_all(claim, links)

    def belongs(self, claim: Claim, page: int | None, key: str | None, kind: str) -> None:
        """Note which page was found at an address in the past; whatever a visit told stands."""
        self._conn.execute(
            "UPDATE frontier SET page = coalesce(page, ?), key = coalesce(key, ?),"
            " kind = CASE kind WHEN 'unknown' THEN ? ELSE kind END WHERE id = ?",
            (page, key, kind, claim.id),
        )

    def committed(self) -> None:
        """Take the links of the transaction just committed for known."""
        self._links.committed()

    def rolled_back(self, claim: Claim | None) -> None:
        """Forget the links of a transaction that failed: they are stored when seen again."""
        self._links.rolled_back(claim)

    def close_site(self, site: str) -> None:
        """Forget what was remembered of a site, to free the memory."""
        self._links.forget(site)
        self._modes.pop(site, None)

    # The end of a claim

    def holds(self, claim: Claim) -> bool:
        """Tell, first in its page's transaction, whether the lease of a row is still ours."""
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM frontier WHERE id = ? AND state = 'leased' AND run = ?)",
            (claim.id, self._run),
        ).fetchone()
        return bool(row[0])

    def finish(self, claim: Claim, outcome: Outcome) -> None:
        """Mark a leased row done, what it turned out to be and when it is due again.

        One that was found to be a twin meanwhile stays one.
        """
        cycle = current_cycle(self._conn, claim.site).number if outcome.listed is not None else None
        if outcome.listed is not None:
            self._links.listed_now(claim, outcome.listed, cycle or 0)
        # Columns that stay as they are are left out: each that stands in an index costs a write.
        known = () if outcome.key in (None, claim.key) else (("key", outcome.key),)
        list_only = (
            ()
            if outcome.listed is None
            else (
                ("listed", _json(outcome.listed)),
                ("cycle", cycle),
            )
        )
        more = (*known, *list_only)
        self._conn.execute(
            "UPDATE frontier SET state = CASE state WHEN 'leased' THEN 'done' ELSE state END,"
            " lease_until = NULL, due = ?, attempts = 0, kind = ?,"
            " page = coalesce(?, page), depth = ?, etag = ?, last_modified = ?, fetched_at = ?,"
            " last_status = ?, last_failure = NULL, form = NULL,"
            f" priority = CASE WHEN ? = 'article' THEN {KNOWN * CLASS} + priority % {CLASS}"
            f" ELSE priority END{''.join(f', {name} = ?' for name, _ in more)} WHERE id = ?",
            (
                outcome.due,
                outcome.kind,
                outcome.page,
                outcome.depth,
                outcome.etag,
                outcome.last_modified,
                outcome.fetched_at,
                outcome.status,
                outcome.kind,
                *(value for _, value in more),
                claim.id,
            ),
        )
        if "file" in claim.hints:
            self._conn.execute(f"UPDATE frontier SET due = due{_BEHIND} WHERE id = ?", (claim.id,))

    def forget_text(self, claim: Claim) -> None:
        """Drop what listings said about a page that was erased."""
        self._conn.execute(
            f"UPDATE frontier SET text = '', hints = {WITHOUT_TEXT} WHERE id = ?", (claim.id,)
        )

    def fail(self, claim: Claim, state: str, due: int, failure: str, status: int | None) -> bool:
        """Put a leased row off, or give it up; False when the lease is no longer ours."""
        is_file = "file" in claim.hints and state != "waiting"
        return (
            self._conn.execute(
                "UPDATE frontier SET state = ?, due = ?, lease_until = NULL, last_failure = ?,"
                f" last_status = coalesce(?, last_status){_BEHIND if is_file else ''}"
                " WHERE id = ? AND state = 'leased' AND run = ?",
                (state, due, failure, status, claim.id, self._run),
            ).rowcount
            == 1
        )


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a row turned out to be, once fetched."""

    due: int
    kind: str
    fetched_at: str
    depth: int = 0
    key: str | None = None
    page: int | None = None
    listed: list[str] | None = None
    etag: str | None = None
    last_modified: str | None = None
    status: int | None = None


def _claim(row: sqlite3.Row) -> Claim:
    values = dict(zip(_CLAIMED, row, strict=True))
    form = values["form"]
    values["form"] = json.loads(form) if form else None
    values["hints"] = json.loads(values["hints"])
    return Claim(**values)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
