"""What a run came to: which sites broke or drift, the exit code, and one screen that says so."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.connection import transaction
from archive.health import (
    articles_of,
    once_listed,
    record_broken,
    record_drift,
    record_oddities,
    record_steady,
    record_success,
)
from archive.moments import public
from crawler.drift import FEWEST_PAGES, Memory, drift_reason, merged, remember, remembered

if TYPE_CHECKING:
    import sqlite3

    from crawler.registry import Site
    from crawler.session import CrawlSession
    from crawler.sitecrawl import SiteCrawl

DONE, FAILED, USAGE, STOPPED, LOCKED, NO_SPACE = range(6)
FEWEST_TO_JUDGE = 3  # article pages that must have been tried before "none is one" means broken

ODD = ("soft-404", "challenge", "login", "parked", "error")
"""Kinds of page that came in the place of another."""


@dataclass(slots=True)
class Outcome:
    """Exit code, the reason in one word, broken and drifting sites, and counts by name; `reported`
    and `drifted` are those that have to be told now."""

    exit_code: int
    reason: str
    broken: dict[str, str] = field(default_factory=dict)
    reported: dict[str, str] = field(default_factory=dict)
    drifting: dict[str, str] = field(default_factory=dict)
    drifted: dict[str, str] = field(default_factory=dict)
    explanation: str = ""
    counts: Counter[str] = field(default_factory=Counter)


def broken_reason(  # noqa: PLR0911 (a list of reasons)
    crawl: SiteCrawl, *, complete: bool = True
) -> str | None:
    """Return why this site has to be looked at, or None when it went well.

    :param complete: whether the run came to its end: one that stopped early has not seen all
        listings, and proves nothing by what it did not find.
    """
    counts = crawl.counts
    if crawl.error:
        return crawl.error
    if crawl.down:
        return crawl.down + (unused_proxy() if crawl.silent else "")
    if crawl.silent:
        return f"{crawl.host_key} does not answer{unused_proxy()}"
    if crawl.robots_later:
        why = f" ({crawl.robots_failure})" if crawl.robots_failure else ""
        return f"robots.txt gives no answer yet{why}: nothing may be fetched; it is tried again"
    if counts["fronts"] and not counts["fronts_ok"]:
        moved = f": they lead to {crawl.leads_to}" if crawl.leads_to else ""
        return f"no listing or feed answered{moved}"
    if counts["articles_tried"] >= FEWEST_TO_JUDGE and not counts["articles_ok"]:
        return f"none of {counts['articles_tried']} article pages gave an article: new layout?"
    if complete and counts["fronts_ok"] and not (crawl.known_articles or counts["left_out"]):
        return "the listings hold no link to an article: new layout?"
    if crawl.thin:
        return f"{crawl.thin}: new layout?"
    ours = counts["leaked"] + counts["errors"] + counts["failure:extraction"]
    if ours:
        return f"{ours} page{'s' * (ours > 1)} failed in our own code: see the log"
    return None


def unused_proxy() -> str:
    """Return what to add to a failed connection where a proxy is set, else nothing."""
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        for spelling in (name, name.upper()):
            if os.environ.get(spelling):
                return f" ({spelling} is set, but crawls connect directly, never through a proxy)"
    return ""


def unexpected(site: Site, articles: int) -> str | None:
    """Return how far a full crawl is from what the site's row expects, or None."""
    least, most = site.expect[:2] if site.expect else (0, articles)
    if articles < least:
        return f"{articles} articles in the archive, fewer than expected ({least}): new layout?"
    if articles > most:
        return f"{articles} articles in the archive, more than expected ({most}): raise `expect`?"
    return None


def _emptied(conn: sqlite3.Connection, crawl: SiteCrawl) -> str | None:
    """Return which list no longer lists what it used to, or None; some never list anything."""
    for row, url in crawl.bare.items():
        if once_listed(conn, crawl.site.id, row):
            return f"{url} lists no article any more: new layout?"
    return None


def judge(session: CrawlSession, *, always_tell: bool, now: float) -> Outcome:
    """Note how each site stood and derive the exit code.

    :param always_tell: `crawl SITE` reports a broken site each time, cron once a day.
    :param now: epoch seconds.
    """
    outcome = Outcome(DONE, session.stopping or "done", explanation=session.explanation)
    for crawl in session.crawls.values():
        outcome.counts.update(crawl.counts)
    if session.stopping not in {"no-network", "no-space", "locked"}:
        _note_sites(session, outcome, always_tell=always_tell, at=public(now))
    outcome.exit_code = _exit_code(session, outcome)
    return outcome


def _note_sites(session: CrawlSession, outcome: Outcome, *, always_tell: bool, at: str) -> None:
    conn, run = session.archive.conn, session.archive.run.id
    for crawl in session.crawls.values():
        complete = session.stopping is None and not crawl.overspent
        reason = broken_reason(crawl, complete=complete)
        if reason is None:
            reason = _emptied(conn, crawl)
        if reason is None and complete and session.mode == "full":
            reason = unexpected(crawl.site, articles_of(conn, crawl.site.id))
        if reason is None and crawl.counts["pages"] <= crawl.counts["kind:robots"]:
            continue  # nothing was tried, so nothing is known
        if reason is None:
            record_success(conn, crawl.site.id, run=run, at=at)
            _note_drift(session, crawl, outcome, always_tell=always_tell, at=at)
        else:
            outcome.broken[crawl.site.id] = reason
            if record_broken(conn, crawl.site.id, reason, run=run, at=at) or always_tell:
                outcome.reported[crawl.site.id] = reason
        _note_oddities(conn, crawl, run=run, at=at)


def _note_oddities(conn: sqlite3.Connection, crawl: SiteCrawl, *, run: str, at: str) -> None:
    """Note how many pages of the run were of an odd kind, and how many had signs of drift."""
    odd = {kind: crawl.counts[f"kind:{kind}"] for kind in ODD if crawl.counts[f"kind:{kind}"]}
    detail = {"kinds": odd, "drift": dict(crawl.look.signs)}
    if any(detail.values()):
        record_oddities(conn, crawl.site.id, detail, run=run, at=at)


def _note_drift(
    session: CrawlSession, crawl: SiteCrawl, outcome: Outcome, *, always_tell: bool, at: str
) -> None:
    """Compare how the run's article pages look with what was usual, and learn from them."""
    if not crawl.look.pages:
        return
    conn, run, site = session.archive.conn, session.archive.run.id, crawl.site.id
    memory = remembered(conn, site)
    look = memory.waiting + crawl.look
    if memory.usual is not None and look.pages < FEWEST_PAGES:
        with transaction(conn):
            remember(conn, site, Memory(memory.usual, look))
        return
    reason = drift_reason(look, memory.usual)
    with transaction(conn):
        remember(conn, site, Memory(merged(memory.usual, look, drifting=reason is not None)))
        if reason is None:
            record_steady(conn, site, run=run, at=at)
            return
        outcome.drifting[site] = reason
        if record_drift(conn, site, reason, run=run, at=at) or always_tell:
            outcome.drifted[site] = reason


def _exit_code(session: CrawlSession, outcome: Outcome) -> int:
    match session.stopping:
        case "no-space":
            return NO_SPACE
        case "locked":
            return LOCKED
        case "no-network" | "error":
            return FAILED
    if outcome.reported or outcome.drifted:
        return FAILED
    if session.stopping == "signal" or (session.stopping == "limit" and session.anything_left()):
        return STOPPED
    overspent = any(crawl.overspent for crawl in session.crawls.values())
    return STOPPED if overspent and session.mode != "due" else DONE
