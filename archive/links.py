"""The links of pages, as rows of the frontier: which are new, which are asked for, how far a pager
is followed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archive import moments, twins, withdrawals
from archive.page import BESIDE, Claim, Link

Mode = Literal["incremental", "full", "recrawl"]

# A waiting row with this due time is known but not asked for: a full crawl takes it up.
LATER = 2**40

# Of a list so many at its end tell whether it goes on with what is known: lists have the newest
# first, but some pin old articles to their top.
LAST = 2

# Links of one page that are stored at once, not one by one: those of a sitemap.
MANY = 100

MAX_DEPTH = 5000
MAX_REDIRECTS = 5

LISTS = frozenset({"listing", "feed", "sitemap"})
TARGETS = frozenset({"article", "unknown"})

# Classes of priority; within one, the day that a listing shows counts.
RECRAWL, ROBOTS, FRONT, NEW, UNKNOWN, PAGER, KNOWN = 10, 9, 8, 6, 5, 4, 2
CLASS = 1_000_000
_NEW_CLASS = {"robots": ROBOTS, "article": NEW, "unknown": UNKNOWN}

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


def priority_of(kind: str, depth: int, hints: dict[str, str]) -> int:
    """Return the priority of a new row: its class, then the day its listing shows, newest first."""
    if kind in LISTS:
        return (PAGER if depth else FRONT) * CLASS
    day = moments.day_number(hints.get("published_at") or hints.get("date") or "")
    return _NEW_CLASS.get(kind, UNKNOWN) * CLASS + day


def current_cycle(conn: sqlite3.Connection, site: str) -> Cycle:
    """Read the site's cycle; `fresh` here tells that none is unfinished."""
    number, mode, started, ended, first = conn.execute(
        "SELECT cycle, cycle_mode, cycle_started_at, cycle_ended_at, first_crawled_at"
        " FROM sites WHERE id = ?",
        (site,),
    ).fetchone()
    finished = started is None or ended is not None
    # A first cycle that was cut short is still the first one.
    return Cycle(number, mode or "incremental", finished, first is None or number <= 1)


def chain_of(claim: Claim) -> str:
    """Return the pager a listing page belongs to: the id of its first page."""
    return claim.chain or str(claim.id)


def listed(links: Iterable[Link]) -> list[str]:
    """Return the keys (or addresses) of the articles a page lists, in its order, each once."""
    return list(dict.fromkeys(link.key or link.url for link in links if link.kind in TARGETS))


def _blocks(links: Iterable[Link]) -> list[list[Link]]:
    """Return the articles each block of a page lists; single ones count where all stand alone."""
    found: dict[int, list[Link]] = {}
    for link in links:
        if link.kind in TARGETS and link.block != BESIDE:
            found.setdefault(link.block, []).append(link)
    lists = [block for block in found.values() if len(block) > 1]
    return lists or list(found.values())


class Links:
    """The links of a run's sites. `add` belongs to the transaction of its page; after it comes
    `committed` or `rolled_back`."""

    def __init__(self, conn: sqlite3.Connection, run_id: str) -> None:
        self._conn = conn
        self._run = run_id
        self._memory: dict[str, _Memory] = {}
        self._pending: list[tuple[str, str, bool]] = []

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
                "SELECT url, state IN ('waiting', 'denied') AND due = ? FROM frontier"
                " WHERE site = ? AND method = 'GET'",
                (LATER, site),
            )
            memory = self._memory[site] = _Memory(set(), set())
            for url, later in rows:
                (memory.put_off if later else memory.known).add(url)
        return memory

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
            self.forget_chain(claim.site, chain_of(claim))

    def add(self, claim: Claim, page_kind: str, links: Sequence[Link]) -> None:
        """Store the links of a page inside its transaction.

        In a full crawl every new address is ready. Otherwise only what stands on a listing or feed
        is; the rest is put off for a full crawl. A link whose hints say `left_out` (and why) is
        only noted: its listing showed that it is not wanted; another list may want it.
        """
        cycle = current_cycle(self._conn, claim.site)
        mode: Mode = "recrawl" if cycle.fresh else cycle.mode
        on_list = page_kind in LISTS or claim.kind in LISTS
        ask = mode == "full" or (mode == "incremental" and on_list)
        self._add_targets(claim, links, cycle, ask=ask)
        if mode != "recrawl" and on_list and claim.kind != "sitemap":
            self._ask_for_modified(claim.site, links)
        for link in links:
            if link.kind == "redirect":
                self._add_redirect(claim, link, cycle)
            elif link.kind == "next" and self._follows(claim, link, links, cycle, mode):
                self._add_next(claim, link, cycle)

    def note(self, site: str, link: Link, depth: int) -> None:
        """Store an address that nobody asks for: a full crawl takes it up."""
        row = Row(
            link=link,
            kind=link.kind,
            state="waiting",
            due=LATER,
            priority=priority_of(link.kind, depth, link.hints),
            cycle=current_cycle(self._conn, site).number,
            depth=depth,
        )
        main = self._main_of(site, link)
        if main is None:
            self.insert(site, row)
        else:
            self._add_twin(site, row, main)

    def note_all(self, claim: Claim, links: Sequence[Link]) -> None:
        """Store the links of a page of the past: known from now on, none of them asked for."""
        cycle = current_cycle(self._conn, claim.site)
        self._add_targets(claim, links, cycle, ask=False)

    def _add_targets(self, claim: Claim, links: Sequence[Link], cycle: Cycle, *, ask: bool) -> None:
        memory = self._remember(claim.site)
        unknown = [
            link
            for link in links
            if link.kind not in ("next", "redirect")
            and link.url not in memory.known
            and (ask or link.url not in memory.put_off)
        ]
        if not unknown:
            return
        erased = withdrawals.erased_links(self._conn, claim.site)
        rows = [self._target(claim, link, cycle, erased, ask=ask) for link in unknown]
        if len(rows) >= MANY:
            alone = self._strangers(claim.site, rows)
            self._insert_all(claim.site, alone)
            placed = set(map(id, alone))
            rows = [row for row in rows if id(row) not in placed]
        for row in rows:
            self._add_target(claim.site, row)

    def _strangers(self, site: str, rows: Sequence[Row]) -> list[Row]:
        """Return the rows whose address and article nothing is known of, here and before."""
        keys = _json([row.link.key for row in rows if row.link.key])
        seen: set[str | None] = {
            key
            for (key,) in self._conn.execute(
                "SELECT key FROM frontier WHERE site = ? AND key IN"
                " (SELECT value FROM json_each(?))",
                (site, keys),
            )
        }
        put_off = self._remember(site).put_off
        found = []
        for row in rows:
            link = row.link
            if link.method == "GET" and link.url not in put_off and link.key not in seen:
                found.append(row)
                seen |= {link.key} - {None}
        return found

    def _insert_all(self, site: str, rows: Sequence[Row]) -> None:
        """Insert many rows at once, a sitemap's."""
        now = moments.public(moments.now())
        inserted = self._conn.executemany(_INSERT, (self._values(site, row, now) for row in rows))
        self._pending += [(site, row.link.url, row.due == LATER) for row in rows]
        if inserted.rowcount < len(rows):  # another run was faster, or an address stands here twice
            for row in rows:
                if row.state == "ready":
                    self._take_up(site, row)

    def _ask_for_modified(self, site: str, links: Sequence[Link]) -> None:
        """Make articles ready that their list says were modified since they were fetched.

        Not within a day of the last fetch: some sites count our own visit as a modification.
        """
        dated = {
            request_key("GET", link.url): moment
            for link in links
            if (moment := link.hints.get("modified_at"))
        }
        if dated:
            self._conn.execute(
                "UPDATE frontier SET state = 'ready', due = 0, attempts = 0 WHERE id IN"
                " (SELECT f.id FROM json_each(?1) m CROSS JOIN frontier f"
                "   ON f.site = ?2 AND f.request_key = m.key"
                "  WHERE f.state = 'done' AND f.kind = 'article'"
                "   AND julianday(f.fetched_at) < julianday(m.value)"
                "   AND julianday(f.fetched_at) < julianday(?3) - 1)",
                (_json(dated), site, moments.public(moments.now())),
            )

    def _target(
        self, claim: Claim, link: Link, cycle: Cycle, erased: set[str], *, ask: bool
    ) -> Row:
        """Return the row of a link, asked for now or put off."""
        if link.url in erased or link.key in erased:
            link = Link(url=link.url, kind=link.kind, key=link.key)
        left_out = "left_out" in link.hints
        now = ask and not left_out and not (link.kind == "sitemap" and cycle.mode != "full")
        asked = "ready" if now else "waiting"
        return Row(
            link=link,
            kind=link.kind,
            state="denied" if left_out else asked,
            due=0 if now else LATER,
            priority=priority_of(link.kind, 0, link.hints),
            cycle=cycle.number,
            found_on=claim.id,
            hints=link.hints,
        )

    def _add_target(self, site: str, row: Row) -> None:
        """Insert a row, or let it stand by where its article is visited."""
        now = row.state == "ready"
        main = self._main_of(site, row.link)
        if main is not None and not (main.later and now):
            self._add_twin(site, row, main)
            return
        if main is not None:
            twins.join(self._conn, main.id, None, "", "")
        if not self.insert(site, row) and now:
            self._take_up(site, row)

    def _main_of(self, site: str, link: Link) -> twins.Main | None:
        """Return the row at which the article of a link is visited already."""
        if link.key is None or link.kind not in TARGETS or link.method != "GET":
            return None
        return twins.main_of(self._conn, site, link.key, request_key("GET", link.url), LATER)

    def _add_twin(self, site: str, row: Row, main: twins.Main) -> None:
        """Note another address of an article: as new to this cycle as the article itself."""
        row.state, row.due, row.cycle = "twin", 0, main.cycle
        if self.insert(site, row) and main.page is not None:
            found = self._conn.execute(
                "SELECT id, found_at FROM frontier WHERE site = ? AND request_key = ?",
                (site, request_key("GET", row.link.url)),
            ).fetchone()
            twins.join(self._conn, found[0], main.page, row.link.url, found[1])

    def _take_up(self, site: str, row: Row) -> bool:
        """Make a row ready that was put off or left out, with what its listing says about it."""
        link = row.link
        taken = self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, cycle = ?, priority = ?, found_on = ?,"
            " text = ?, hints = ? WHERE site = ? AND request_key = ?"
            " AND state IN ('waiting', 'denied') AND due = ?",
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

    def _add_redirect(self, claim: Claim, link: Link, cycle: Cycle) -> None:
        """Let the target of a redirect stand in for the row that led to it."""
        steps = int(claim.hints.get("redirects", "0")) + 1
        if steps > MAX_REDIRECTS:
            return
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
        if self.insert(claim.site, row) or self._take_up(claim.site, row):
            return
        if not self._call_up(claim.site, row) and claim.kind == "listing":
            self._visit_again(claim.site, row)

    def _call_up(self, site: str, row: Row) -> bool:
        """Make a twin ready that a redirect leads to: it is the address from now on."""
        called = self._conn.execute(
            "UPDATE frontier SET state = 'ready', due = 0, attempts = 0, priority = ?, hints = ?"
            " WHERE site = ? AND request_key = ? AND state = 'twin'",
            (row.priority, _json(row.hints), site, request_key("GET", row.link.url)),
        )
        return called.rowcount == 1

    def _priority(self, row: int) -> int:
        return int(
            self._conn.execute("SELECT priority FROM frontier WHERE id = ?", (row,)).fetchone()[0]
        )

    def _follows(
        self, claim: Claim, link: Link, links: Sequence[Link], cycle: Cycle, mode: Mode
    ) -> bool:
        """Tell whether the next page of a pager is worth asking for.

        A link with the hint `empty` leads past a page that may list nothing, a day without news.
        """
        if claim.depth + 1 >= MAX_DEPTH or mode == "recrawl":
            return False
        if mode == "full":
            before = self._listed_before(claim, cycle)
            return "empty" in link.hints or bool(set(listed(links)) - before)
        return not cycle.first and self._goes_on_with_new(claim, links, cycle)

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

    def _goes_on_with_new(self, claim: Claim, links: Sequence[Link], cycle: Cycle) -> bool:
        """Tell whether a block of the page ends with articles first seen in this cycle.

        Then more of them may stand on the next page. What earlier pages of the pager listed says
        nothing: boxes of the newest stand on each.
        """
        before = self._listed_before(claim, cycle)
        ends = [link for block in _blocks(links) for link in block[-LAST:]]
        urls = [link.url for link in ends if (link.key or link.url) not in before]
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM json_each(?) k CROSS JOIN frontier f"
            " ON f.site = ? AND f.request_key = k.value WHERE f.cycle = ?)",
            (_json([request_key("GET", url) for url in urls]), claim.site, cycle.number),
        ).fetchone()
        return bool(row[0])

    def _add_next(self, claim: Claim, link: Link, cycle: Cycle) -> None:
        row = Row(
            link=link,
            kind="listing",
            state="ready",
            priority=PAGER * CLASS,
            cycle=cycle.number,
            chain=chain_of(claim),
            depth=claim.depth + 1,
            found_on=claim.id,
            hints=link.hints,
        )
        if not self.insert(claim.site, row):
            self._visit_again(claim.site, row)

    def _visit_again(self, site: str, row: Row) -> None:
        """Make a pager page of an earlier cycle ready; one of this cycle closes the circle."""
        self._conn.execute(
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

    def insert(self, site: str, row: Row) -> bool:
        link = row.link
        now = moments.public(moments.now())
        inserted = self._conn.execute(_INSERT, self._values(site, row, now))
        if link.method == "GET":
            self._pending.append((site, link.url, row.due == LATER))
        return inserted.rowcount == 1

    def _values(self, site: str, row: Row, now: str) -> tuple[object, ...]:
        """Return what `_INSERT` stores of a row found at `now` (public time)."""
        link, hints = row.link, row.hints or row.link.hints
        return (
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
            now,
            link.text,
            _json(hints) if hints else "{}",
            self._run if link.method == "POST" else None,
        )

    def listed_now(self, claim: Claim, keys: Sequence[str], cycle: int) -> None:
        """Remember what a page of a chain listed."""
        memory = self._memory.get(claim.site)
        chain = memory.chains.get((chain_of(claim), cycle)) if memory else None
        if chain is not None:
            chain.update(keys)

    def forget_chain(self, site: str, chain: str) -> None:
        """Forget what the pages of a chain listed."""
        memory = self._memory.get(site)
        if memory is not None:
            memory.chains = {at: keys for at, keys in memory.chains.items() if at[0] != chain}

    def forget(self, site: str) -> None:
        """Forget what was remembered of a site."""
        self._memory.pop(site, None)


_json = json.JSONEncoder(ensure_ascii=False).encode
