"""The frontier: every address known, what to fetch next, and who is fetching it.

Links are rows. A row is `ready`, `leased` to a run, `waiting` for a retry or a wider crawl, `done`
until its next visit is due, `failed`, `blocked` by robots.txt, or `denied`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archive import moments, withdrawals
from archive.connection import explained, transaction
from archive.page import Claim, Link

Mode = Literal["incremental", "full", "recrawl"]

# A waiting row with this due time is known but not asked for: a full crawl takes it up.
LATER = 2**40
# A done row with this due time is never due by itself: pager pages and sitemaps.
NEVER = 2**40

LEASE_SECONDS = 600
MAX_ATTEMPTS = 5
MAX_DEPTH = 5000
MAX_REDIRECTS = 5
FIRST_BACKOFF = 300
MAX_BACKOFF = moments.DAY
AFTER_FAILURE = 30 * moments.DAY
AFTER_BLOCK = 7 * moments.DAY

LISTS = frozenset({"listing", "feed", "sitemap"})
TARGETS = frozenset({"article", "unknown"})

RECRAWL, ROBOTS, FRONT, NEW, UNKNOWN, PAGER, KNOWN = 10, 9, 8, 6, 5, 4, 2
_CLASS = 1_000_000
_NEW_CLASS = {"robots": ROBOTS, "article": NEW, "unknown": UNKNOWN}

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

_INSERT = """
INSERT INTO frontier (site, request_key, url, kind, method, form, chain, depth, key, state,
                      priority, due, cycle, found_on, found_at, text, hints, run)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (site, request_key) DO NOTHING
"""


class Cycle(NamedTuple):
    """A crawl of a site: its number, its mode, whether it begins now or is continued."""

    number: int
    mode: Mode
    fresh: bool
    first: bool  # the site was never crawled to an end before


class Found(NamedTuple):
    """How many links of a page were new, how many known already."""

    new: int
    known: int


@dataclass(slots=True, kw_only=True)
class Row:
    """A frontier row to be inserted."""

    link: Link
    kind: str
    state: str
    priority: int
    cycle: int
    due: int = 0
    chain: str | None = None
    depth: int = 0
    found_on: int | None = None
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Memory:
    """What this process remembers of a site: its known addresses and what its chains listed."""

    known: set[str]
    put_off: set[str]
    chains: dict[tuple[str, int], set[str]] = field(default_factory=dict)


def request_key(method: str, url: str, form: dict[str, str] | None = None) -> str:
    """Return what makes a request of a site unique: `METHOD url`, and a hash of its form."""
    if not form:
        return f"{method} {url}"
    text = json.dumps(form, ensure_ascii=False, sort_keys=True)
    return f"{method} {url} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def backoff(attempts: int) -> int:
    """Return the seconds to wait after that many failed attempts: 5 min, 20 min, 80 min, ..."""
    return int(min(FIRST_BACKOFF * 4 ** max(attempts - 1, 0), MAX_BACKOFF))


def priority_of(kind: str, depth: int, hints: dict[str, str]) -> int:
    """Return the priority of a new row: its class, then the day its listing shows, newest first."""
    if kind in LISTS:
        return (PAGER if depth else FRONT) * _CLASS
    day = moments.day_number(hints.get("published_at") or hints.get("date") or "")
    return _NEW_CLASS.get(kind, UNKNOWN) * _CLASS + day


class Frontier:
    """The frontier as one run sees it. No method spans an await; each is its own transaction,
    but `add_links`, `finish` and `fail`, which belong to the transaction of their page."""

    def __init__(self, conn: sqlite3.Connection, run_id: str) -> None:
        self._conn = conn
        self._run = run_id
        self._memory: dict[str, _Memory] = {}
        self._modes: dict[str, Mode] = {}
        self._pending: list[tuple[str, str, bool]] = []

    # Cycles

    def begin_cycle(self, site: str, mode: Mode, *, due_only: bool = False) -> Cycle:
        """Begin a crawl of `site`, or continue the one that was interrupted.

        A new cycle makes the front listings and feeds ready (a full one the sitemaps and every
        address put off as well); with `due_only` nothing: `promote_due` does. A full crawl does not
        continue an incremental one. A recrawl is no cycle: only rows requeued are claimed.
        """
        self._modes[site] = mode
        with transaction(self._conn):
            cycle = self._cycle(site)
            if mode == "recrawl":
                return cycle._replace(mode=mode, fresh=False)
            unfinished = not cycle.fresh
            if unfinished and (cycle.mode in (mode, "full")):
                self._restart_chains(site)
                return cycle
            return self._new_cycle(site, mode, cycle, due_only=due_only)

    def _cycle(self, site: str) -> Cycle:
        """Read the site's cycle; `fresh` here tells that none is unfinished."""
        number, mode, started, ended, first = self._conn.execute(
            "SELECT cycle, cycle_mode, cycle_started_at, cycle_ended_at, first_crawled_at"
            " FROM sites WHERE id = ?",
            (site,),
        ).fetchone()
        finished = started is None or ended is not None
        # A first cycle that was cut short is still the first one.
        return Cycle(number, mode or "incremental", finished, first is None or number <= 1)

    def _new_cycle(self, site: str, mode: Mode, old: Cycle, *, due_only: bool) -> Cycle:
        number = old.number + 1
        self._conn.execute(
            "UPDATE sites SET cycle = ?, cycle_mode = ?, cycle_started_at = ?,"
            " cycle_ended_at = NULL WHERE id = ?",
            (number, mode, moments.public(moments.now()), site),
        )
        # Forms of a postback pager hold state of a session long gone.
        self._conn.execute(
            "DELETE FROM frontier WHERE site = ? AND method = 'POST' AND state <> 'leased'",
            (site,),
        )
        if not due_only:
            self._ready_fronts(site, mode, number)
        if mode == "full":
            self._conn.execute(
                "UPDATE frontier SET state = 'ready', due = 0"
                " WHERE site = ? AND state = 'waiting' AND due = ?",
                (site, LATER),
            )
            self._memory.pop(site, None)
        return Cycle(number, mode, fresh=True, first=self._cycle(site).first)

    def _ready_fronts(self, site: str, mode: Mode, number: int) -> None:
        kinds = ("listing", "feed", "sitemap" if mode == "full" else "feed")
        self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, attempts = 0, cycle = ?, priority = ?"
            " WHERE site = ? AND depth = 0 AND kind IN (?, ?, ?) AND method = 'GET'"
            " AND state NOT IN ('leased', 'denied')",
            (number, FRONT * _CLASS, site, *kinds),
        )

    def _restart_chains(self, site: str) -> None:
        """Send postback chains begun by another run back to their first page."""
        rows = self._conn.execute(
            "SELECT DISTINCT chain FROM frontier WHERE site = ? AND method = 'POST'"
            " AND state IN ('ready', 'waiting') AND run IS NOT ?",
            (site, self._run),
        ).fetchall()
        for (chain,) in rows:
            self._conn.execute(
                "DELETE FROM frontier WHERE site = ? AND chain = ? AND method = 'POST'"
                " AND state <> 'leased'",
                (site, chain),
            )
            self._conn.execute(
                "UPDATE frontier SET state = 'ready', due = 0, attempts = 0"
                " WHERE id = ? AND state <> 'leased'",
                (int(chain),),
            )
            self._forget_chain(site, chain)

    def _forget_chain(self, site: str, chain: str) -> None:
        memory = self._memory.get(site)
        if memory is not None:
            memory.chains = {at: keys for at, keys in memory.chains.items() if at[0] != chain}

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
            cycle = self._cycle(site)
            rows = [self._front(link, cycle) for link in links]
            return sum(self._insert(site, row) for row in rows)

    @contextmanager
    def _adding(self) -> Iterator[None]:
        """Run a block that inserts rows as one transaction; only then are they known."""
        try:
            with transaction(self._conn):
                yield
        except BaseException:
            self._pending.clear()
            raise
        self.committed()

    def add(self, site: str, links: Iterable[Link]) -> int:
        """Insert addresses to be fetched like new ones; return how many were not known."""
        with self._adding():
            cycle = self._cycle(site).number
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
            return sum(self._insert(site, row) for row in rows)

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

    def claim(self, site: str, now: float | None = None) -> Claim | None:
        """Lease the most urgent ready row of `site` to this run for 10 minutes; None: no such row.

        The attempt is counted here: a page that kills the process must not come back for ever.
        """
        until = int(moments.now() if now is None else now) + LEASE_SECONDS
        least = RECRAWL * _CLASS if self._modes.get(site) == "recrawl" else 0
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
        return self._conn.execute(
            "UPDATE frontier SET state = 'ready', attempts = 0, priority = CASE"
            f" WHEN kind IN ('listing', 'feed', 'sitemap') THEN {FRONT * _CLASS}"
            f" ELSE {KNOWN * _CLASS} + priority % {_CLASS} END,"
            " cycle = CASE WHEN kind IN ('listing', 'feed', 'sitemap')"
            " THEN (SELECT cycle FROM sites WHERE id = ?1) ELSE cycle END"
            " WHERE site = ?1 AND state IN ('done', 'failed', 'blocked') AND due <= ?2"
            " AND method = 'GET'",
            (site, int(moments.now() if now is None else now)),
        ).rowcount

    def next_due(self, site: str) -> int | None:
        """Return when the next waiting or done row of `site` is due (UTC seconds), if any is."""
        row = self._conn.execute(
            "SELECT min(due) FROM frontier WHERE site = ? AND due < ?"
            " AND state IN ('done', 'failed', 'blocked')",
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
        """Tell whether nothing is known of a site, not even where to start."""
        return not self._exists(site, "1")

    def anything_left(self, site: str) -> bool:
        """Tell whether a row of the site is ready or leased: its crawl is not at its end."""
        if self._exists(site, "state = 'ready'"):
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
        """Return how many rows wait for this crawl to go on, retries included."""
        counts = self.counts(site)
        return sum(counts.get(state, 0) for state in ("ready", "leased", "waiting"))

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

        `condition` is SQL over `frontier f LEFT JOIN pages p ON p.id = f.page`.
        """
        return self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, attempts = 0,"
            f" priority = {RECRAWL * _CLASS} + priority % {_CLASS} WHERE id IN ("
            "  SELECT f.id FROM frontier f LEFT JOIN pages p ON p.id = f.page"
            "  WHERE f.site = ? AND f.method = 'GET' AND f.state <> 'leased'"
            f"  AND ({condition}))",
            (site, *values),
        ).rowcount

    def requeue_urls(self, site: str, urls: Iterable[str]) -> int:
        """Requeue addresses of a site, inserting those not known yet; return how many rows."""
        return sum(self._requeue_url(site, url) for url in urls)

    def _requeue_url(self, site: str, url: str) -> int:
        with self._adding():
            return int(
                self.requeue(site, "f.request_key = ?", (request_key("GET", url),))
                or self.requeue(
                    site,
                    "f.url = p.url AND p.id ="
                    " (SELECT a.page FROM aliases a WHERE a.site = f.site AND a.url = ?)",
                    (url,),
                )
                or self._insert(site, self._asked_for(site, url))
            )

    def _asked_for(self, site: str, url: str) -> Row:
        return Row(
            link=Link(url=url, kind="unknown"),
            kind="unknown",
            state="ready",
            priority=RECRAWL * _CLASS,
            cycle=self._cycle(site).number,
        )

    # Links

    def known(self, site: str) -> set[str]:
        """Return the addresses of a site that need no second look: links to them may be skipped.

        The set is live and grows as pages are stored. Links of listings, feeds and sitemaps must
        all be handed over, known or not.
        """
        return self._remember(site).known

    def _remember(self, site: str) -> _Memory:
        memory = self._memory.get(site)
        if memory is None:
            rows = self._conn.execute(
                "SELECT url, state = 'waiting' AND due = ? FROM frontier"
                " WHERE site = ? AND method = 'GET'",
                (LATER, site),
            )
            memory = self._memory[site] = _Memory(set(), set())
            for url, later in rows:
                (memory.put_off if later else memory.known).add(url)
        return memory

    def close_site(self, site: str) -> None:
        """Forget what was remembered of a site, to free the memory."""
        self._memory.pop(site, None)
        self._modes.pop(site, None)

    def committed(self) -> None:
        """Take the links of the transaction just committed into the known set."""
        for site, url, later in self._pending:
            memory = self._memory.get(site)
            if memory is not None:
                (memory.put_off if later else memory.known).add(url)
        self._pending.clear()

    def rolled_back(self, claim: Claim | None) -> None:
        """Forget the links of a transaction that failed: they are stored when seen again."""
        self._pending.clear()
        if claim is not None:
            self._forget_chain(claim.site, chain_of(claim))

    def add_links(self, claim: Claim, page_kind: str, links: Sequence[Link]) -> Found:
        """Store the links of a page inside its transaction; return how many were new.

        In a full crawl every new address is ready. Otherwise only what stands on a listing or feed
        is; the rest is put off for a full crawl.
        """
        cycle = self._cycle(claim.site)
        mode: Mode = "recrawl" if cycle.fresh else cycle.mode
        on_list = page_kind in LISTS or claim.kind in LISTS
        ask = mode == "full" or (mode == "incremental" and on_list)
        new = self._add_targets(claim, links, cycle, ask=ask)
        for link in links:
            if link.kind == "redirect":
                new += self._add_redirect(claim, link, cycle)
            elif link.kind == "next" and self._follows(claim, links, cycle, mode):
                new += self._add_next(claim, link, cycle)
        return Found(new, len(links) - new)

    def _add_targets(self, claim: Claim, links: Sequence[Link], cycle: Cycle, *, ask: bool) -> int:
        memory = self._remember(claim.site)
        unknown = [
            link
            for link in links
            if link.kind not in ("next", "redirect")
            and link.url not in memory.known
            and (ask or link.url not in memory.put_off)
        ]
        if not unknown:
            return 0
        erased = withdrawals.erased_links(self._conn, claim.site)
        return sum(self._add_target(claim, link, cycle, erased, ask=ask) for link in unknown)

    def _add_target(
        self, claim: Claim, link: Link, cycle: Cycle, erased: set[str], *, ask: bool
    ) -> bool:
        if link.url in erased or link.key in erased:
            link = Link(url=link.url, kind=link.kind, key=link.key)
        now = ask and not (link.kind == "sitemap" and cycle.mode != "full")
        row = Row(
            link=link,
            kind=link.kind,
            state="ready" if now else "waiting",
            due=0 if now else LATER,
            priority=priority_of(link.kind, 0, link.hints),
            cycle=cycle.number,
            found_on=claim.id,
            hints=link.hints,
        )
        return self._insert(claim.site, row) or (now and self._take_up(claim.site, row))

    def _take_up(self, site: str, row: Row) -> bool:
        """Make a row ready that was put off, with what its listing says about it."""
        link = row.link
        taken = self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, cycle = ?, priority = ?, found_on = ?,"
            " text = ?, hints = ? WHERE site = ? AND request_key = ? AND state = 'waiting'"
            " AND due = ?",
            (
                row.cycle,
                row.priority,
                row.found_on,
                link.text,
                _json(row.hints),
                site,
                request_key(link.method, link.url, link.form),
                LATER,
            ),
        )
        return taken.rowcount == 1

    def _add_redirect(self, claim: Claim, link: Link, cycle: Cycle) -> int:
        """Let the target of a redirect stand in for the row that led to it."""
        steps = int(claim.hints.get("redirects", "0")) + 1
        if steps > MAX_REDIRECTS:
            return 0
        hints = {**claim.hints, "redirects": str(steps)}
        target = Link(url=link.url, kind=link.kind, key=link.key, text=claim.text)
        row = Row(
            link=target,
            kind=claim.kind,
            state="ready",
            priority=self._priority(claim.id),
            cycle=cycle.number,
            chain=claim.chain,
            depth=claim.depth,
            found_on=claim.id,
            hints=hints,
        )
        if self._insert(claim.site, row) or self._take_up(claim.site, row):
            return 1
        return int(claim.kind == "listing" and self._visit_again(claim.site, row))

    def _priority(self, row: int) -> int:
        return int(
            self._conn.execute("SELECT priority FROM frontier WHERE id = ?", (row,)).fetchone()[0]
        )

    # Pagers

    def _follows(self, claim: Claim, links: Sequence[Link], cycle: Cycle, mode: Mode) -> bool:
        """Tell whether the next page of a pager is worth asking for."""
        if claim.depth + 1 >= MAX_DEPTH or mode == "recrawl":
            return False
        if mode == "full":
            return bool(set(listed(links)) - self._listed_before(claim, cycle))
        return not cycle.first and self._brought_new(claim.site, links, cycle)

    def _listed_before(self, claim: Claim, cycle: Cycle) -> set[str]:
        """Return the article keys that earlier pages of the chain listed in this cycle."""
        memory = self._remember(claim.site)
        place = (chain_of(claim), cycle.number)
        if place not in memory.chains:
            memory.chains[place] = self._read_chain(claim, *place)
        return memory.chains[place]

    def _read_chain(self, claim: Claim, chain: str, cycle: int) -> set[str]:
        if not claim.depth:
            return set()
        rows = self._conn.execute(
            "SELECT listed FROM frontier WHERE id = ?1 AND cycle = ?2"
            " UNION ALL SELECT listed FROM frontier WHERE site = ?3 AND chain = ?4 AND cycle = ?2"
            " AND depth < ?5 AND id <> ?1",
            (int(chain), cycle, claim.site, chain, claim.depth),
        )
        return {key for (text,) in rows if text for key in json.loads(text)}

    def _brought_new(self, site: str, links: Sequence[Link], cycle: Cycle) -> bool:
        """Tell whether one of the articles listed was first seen in this cycle."""
        keys = [request_key("GET", link.url) for link in links if link.kind in TARGETS]
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM json_each(?) k CROSS JOIN frontier f"
            " ON f.site = ? AND f.request_key = k.value WHERE f.cycle = ?)",
            (_json(keys), site, cycle.number),
        ).fetchone()
        return bool(row[0])

    def _add_next(self, claim: Claim, link: Link, cycle: Cycle) -> int:
        row = Row(
            link=link,
            kind="listing",
            state="ready",
            priority=PAGER * _CLASS,
            cycle=cycle.number,
            chain=chain_of(claim),
            depth=claim.depth + 1,
            found_on=claim.id,
            hints=link.hints,
        )
        return int(self._insert(claim.site, row) or self._visit_again(claim.site, row))

    def _visit_again(self, site: str, row: Row) -> bool:
        """Make a pager page of an earlier cycle ready; one of this cycle closes the circle."""
        again = self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, attempts = 0, cycle = ?1, chain = ?2,"
            " depth = ?3, priority = ?4, kind = 'listing'"
            " WHERE site = ?5 AND request_key = ?6 AND state NOT IN ('leased', 'denied')"
            " AND cycle < ?1 AND NOT (depth = 0 AND kind = 'listing')",
            (
                row.cycle,
                row.chain,
                row.depth,
                row.priority,
                site,
                request_key(row.link.method, row.link.url, row.link.form),
            ),
        )
        return again.rowcount == 1

    def _insert(self, site: str, row: Row) -> bool:
        link = row.link
        inserted = self._conn.execute(
            _INSERT,
            (
                site,
                request_key(link.method, link.url, link.form),
                link.url,
                row.kind,
                link.method,
                _json(link.form) if link.form else None,
                row.chain,
                row.depth,
                link.key,
                row.state,
                row.priority,
                row.due,
                row.cycle,
                row.found_on,
                moments.public(moments.now()),
                link.text,
                _json(row.hints or link.hints),
                self._run if link.method == "POST" else None,
            ),
        )
        if link.method == "GET":
            self._pending.append((site, link.url, row.due == LATER))
        return inserted.rowcount == 1

    # The end of a claim

    def fence(self, claim: Claim) -> bool:
        """Mark a leased row done, first of all; False when the lease is no longer ours."""
        return (
            self._conn.execute(
                "UPDATE frontier SET state = 'done', lease_until = NULL"
                " WHERE id = ? AND state = 'leased' AND run = ?",
                (claim.id, self._run),
            ).rowcount
            == 1
        )

    def finish(self, claim: Claim, outcome: Outcome) -> None:
        """Write down what a fetched row turned out to be and when it is due again."""
        cycle = self._cycle(claim.site).number if outcome.listed is not None else None
        if outcome.listed is not None:
            self._listed_now(claim, outcome.listed, cycle or 0)
        self._conn.execute(
            "UPDATE frontier SET due = ?, attempts = 0, kind = ?, key = coalesce(?, key),"
            " page = coalesce(?, page), listed = coalesce(?, listed), cycle = coalesce(?, cycle),"
            " depth = ?, etag = ?, last_modified = ?, fetched_at = ?, last_status = ?,"
            " last_failure = NULL, form = NULL,"
            f" priority = CASE WHEN ? = 'article' THEN {KNOWN * _CLASS} + priority % {_CLASS}"
            " ELSE priority END WHERE id = ?",
            (
                outcome.due,
                outcome.kind,
                outcome.key,
                outcome.page,
                None if outcome.listed is None else _json(outcome.listed),
                cycle,
                outcome.depth,
                outcome.etag,
                outcome.last_modified,
                outcome.fetched_at,
                outcome.status,
                outcome.kind,
                claim.id,
            ),
        )

    def _listed_now(self, claim: Claim, keys: Sequence[str], cycle: int) -> None:
        memory = self._memory.get(claim.site)
        chain = memory.chains.get((chain_of(claim), cycle)) if memory else None
        if chain is not None:
            chain.update(keys)

    def forget_text(self, claim: Claim) -> None:
        """Drop what listings said about a page that was erased."""
        self._conn.execute("UPDATE frontier SET text = '', hints = '{}' WHERE id = ?", (claim.id,))

    def fail(self, claim: Claim, state: str, due: int, failure: str, status: int | None) -> bool:
        """Put a leased row off, or give it up; False when the lease is no longer ours."""
        return (
            self._conn.execute(
                "UPDATE frontier SET state = ?, due = ?, lease_until = NULL, last_failure = ?,"
                " last_status = coalesce(?, last_status)"
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


def chain_of(claim: Claim) -> str:
    """Return the pager a listing page belongs to: the id of its first page."""
    return claim.chain or str(claim.id)


def listed(links: Iterable[Link]) -> list[str]:
    """Return the keys (or addresses) of the articles a page lists, in its order, each once."""
    return list(dict.fromkeys(link.key or link.url for link in links if link.kind in TARGETS))


def _claim(row: sqlite3.Row) -> Claim:
    values = dict(zip(_CLAIMED, row, strict=True))
    form = values["form"]
    values["form"] = json.loads(form) if form else None
    values["hints"] = json.loads(values["hints"])
    return Claim(**values)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
