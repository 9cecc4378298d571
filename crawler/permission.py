"""Which claims may be fetched: by host, by the registry's `deny`, and by robots.txt.

A robots.txt not known yet is put in front of its site's queue and learned from its answer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from archive import admission
from archive.links import LISTS, current_cycle
from archive.moments import public
from crawler import robots
from crawler.network import literal_address, may_connect
from crawler.origin import origin_of
from crawler.sitecrawl import Answer, SiteCrawl, door_key, robots_url

if TYPE_CHECKING:
    from archive.page import Claim, Page
    from archive.store import Archive
    from crawler.gate import Gate
    from crawler.registry import Site


class Permission:
    """Judges claims and learns the rules of hosts, for all sites of a session.

    :param archive: where the rules are kept, and the rows that may not be fetched.
    :param gate: keeps the delay that a robots.txt asks for.
    """

    def __init__(self, archive: Archive, gate: Gate) -> None:
        self._conn = archive.conn
        self._frontier = archive.frontier
        self._gate = gate

    def admits(self, crawl: SiteCrawl, claim: Claim) -> bool:
        """Tell whether a claimed row may be fetched now; settle it when it may not."""
        if not _may_fetch(crawl.site, claim.url):
            admission.deny(self._conn, claim, "not a registered host")
            return False
        if door_key(crawl.site, claim.url) in crawl.away:
            self._put_off(crawl, claim)
            return False
        if claim.kind == "robots":
            return True
        if _is_denied(crawl, claim):
            admission.deny(self._conn, claim, admission.BY_REGISTRY)
            return False
        return self._is_allowed(crawl, claim)

    def _is_allowed(self, crawl: SiteCrawl, claim: Claim) -> bool:
        """Tell whether robots.txt lets a row be fetched, as far as it is known yet."""
        rules = self._rules(crawl, claim.url)
        if rules is None:
            if door_key(crawl.site, claim.url) in crawl.away:
                self._put_off(crawl, claim)
            else:
                self._frontier.release([claim.id])
            return False
        if not rules.allows(claim.url):
            admission.block(self._conn, claim)
            crawl.counts["blocked"] += 1
            return False
        return True

    def _put_off(self, crawl: SiteCrawl, claim: Claim) -> None:
        """Leave a row of a host that gives no answer to a later run."""
        admission.put_off(self._conn, claim)
        if claim.kind in LISTS and claim.depth == 0:
            crawl.counts["fronts"] += 1
            crawl.leads_to = f"{claim.url}, which gives no answer"

    def note_away(self, crawl: SiteCrawl, url: str) -> bool:
        """Note that another host of the site than its main one is not there; False for that one.

        The site goes on without it, as long as the main host is there.
        """
        key = door_key(crawl.site, url)
        if not crawl.answered or key == crawl.host_key:
            return False
        crawl.away.add(key)
        return True

    def _rules(self, crawl: SiteCrawl, url: str) -> robots.RobotsRules | None:
        """Return the rules for `url`; None after putting its robots.txt in front of the queue."""
        key = door_key(crawl.site, url)
        rules = crawl.rules.get(key)
        if rules is None:
            rules = robots.stored_rules(self._conn, key, int(time.time()))
            if rules is not None:
                self._obey(crawl, key, rules)
        if rules is None and not crawl.robots_later:
            if key not in crawl.doors:
                self._gate.register(key, "host")
            address = robots_url(url)
            crawl.robots_origin[address] = key
            if not admission.ask_robots(self._conn, crawl.site.id, address):
                crawl.robots_later = not self.note_away(crawl, url)
        return rules

    def refuse_strange_move(self, crawl: SiteCrawl, page: Page) -> None:
        """Give the site up when its robots.txt leads to a host that is not registered."""
        if any(not _may_fetch(crawl.site, link.url) for link in page.links):
            crawl.leads_to = page.links[0].url
            crawl.down = f"robots.txt leads to {crawl.leads_to}, which is no registered host"
            page.links = []

    def learn(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Take the rules out of the answer to a robots.txt, or ask again where it moved to."""
        page, claim, fetch = answer
        origin = crawl.robots_origin.pop(claim.url, door_key(crawl.site, claim.url))
        if crawl.down or self._follows(crawl, page, origin):
            return
        status = fetch.status if fetch.failure is None else None
        rules = robots.keep_rules(
            self._conn,
            origin,
            status=status,
            body=fetch.body,
            at=public(fetch.started_at),
            now=int(time.time()),
        )
        if rules is None:
            if self.note_away(crawl, f"//{origin}"):
                return
            crawl.robots_later = True
            crawl.robots_failure = fetch.failure_text or f"status {status}"
            return
        self._obey(crawl, origin, rules)
        if rules.crawl_delay:
            self._gate.learn_delay(origin, rules.crawl_delay)

    def _obey(self, crawl: SiteCrawl, key: str, rules: robots.RobotsRules) -> None:
        """Take rules into use; the sitemaps they name join those the site begins with."""
        crawl.rules[key] = rules
        links = crawl.family.told_sitemaps(rules.sitemaps)
        if links and not current_cycle(self._conn, crawl.site.id).fresh:
            self._frontier.seed(crawl.site.id, links)

    def _follows(self, crawl: SiteCrawl, page: Page, origin: str) -> bool:
        """Ask where robots.txt moved to; False where no file can stand, which means no rules."""
        if page.kind != "redirect" or not page.links:
            return False
        target = page.links[0].url
        crawl.robots_moves[origin] += 1
        if crawl.robots_moves[origin] > robots.MAX_REDIRECTS or not admission.is_robots(
            self._conn, crawl.site.id, target
        ):
            return False
        crawl.robots_origin[target] = origin
        crawl.robots_later = not admission.ask_robots(self._conn, crawl.site.id, target)
        return True


def _may_fetch(site: Site, url: str) -> bool:
    """Tell whether `url` is on a host of the site and is not a private address by itself."""
    if not site.covers(url):
        return False
    host = origin_of(url).host
    address = literal_address(host)
    return address is None or may_connect(host, address)


def _is_denied(crawl: SiteCrawl, claim: Claim) -> bool:
    """Tell whether the registry denies a row found before it did so; what it lists is wanted."""
    is_front = claim.kind in LISTS and claim.depth == 0
    return not is_front and crawl.family.is_denied(claim.url)
