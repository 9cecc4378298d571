"""Looks at a site nobody has described: a few pages, each chosen by what the ones before told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.items import Claim, Fetch, Link, Page
from spiders.generic import Generic
from spiders.proposal import Proposal, propose
from spiders.survey import Purpose, Survey, Visit

if TYPE_CHECKING:
    from datetime import date

    from crawler.extraction.rules import Rules
    from crawler.extraction.template import Template
    from crawler.registry import Site

FEWEST, ARTICLES = 2, 4
"""Articles wanted, early and in all: below that nothing is learned of a site's boilerplate."""

MOST_TRIED = {"article": 8, "listing": 5, "feed": 2, "sitemap": 2}
"""Pages of a purpose asked for at most; the run's own limit holds beside it."""

ODD = ("challenge", "login", "parked", "error", "soft-404")
"""Kinds of page from which nothing can be told of a site."""

AHEAD = 2
"""Pages asked for at a time, so that one that does not answer does not end the visit."""


class Scout:
    """The family of a site that is being looked at: it stores nothing and chooses what comes next.

    :param site: a row with the address to begin with as its only listing.
    """

    known: Container[str] = frozenset()
    template: Template | None = None

    def __init__(self, site: Site) -> None:
        self._site = site
        self.start = site.absolute(site.listings[0])
        self.visits: list[Visit] = []
        self.moved_to: str | None = None
        """Where the first page leads to, when that is another host."""
        self.odd: str | None = None
        """The kind of the first page, when it is one that stands in the place of another."""
        self.answers: list[tuple[str, int | None]] = []
        self._plain = Generic(site)
        self._asked: dict[str, tuple[Purpose, Link]] = {}
        self._sitemaps_told: list[str] = []

    # -- what a session asks of a family ------------------------------------------------------

    def rules(self, captured_on: date) -> Rules:
        """Return no rules of a platform: none is known yet."""
        return self._plain.rules(captured_on)

    def seeds(self) -> list[Link]:
        """Return the address to begin with."""
        link = Link(url=self.start, kind="unknown")
        self._asked[self.start] = (self._first_purpose(), link)
        return [link]

    def told_sitemaps(self, urls: Iterable[str]) -> list[Link]:
        """Remember the sitemaps that robots.txt names; which of them is looked at comes later."""
        own = [urljoin(self._site.base_url, url) for url in urls]
        self._sitemaps_told = [url for url in own if self._site.covers(url)]
        return []

    def _first_purpose(self) -> Purpose:
        return "home" if urlsplit(self.start).path in ("", "/") else "start"

    def is_denied(self, url: str) -> bool:
        """Deny nothing: there is no row."""
        return False

    def page(self, fetch: Fetch, claim: Claim) -> Page:
        """Keep an answer and name the pages to be fetched next."""
        self.answers.append((fetch.url, fetch.status))
        purpose, link = self._asked.get(claim.url, ("listing", Link(url=claim.url, kind="unknown")))
        page = Page(url=fetch.url, kind="other")
        told = self._plain.page(fetch, Claim(id=0, site=claim.site, url=fetch.url, kind="unknown"))
        if told.kind == "redirect":
            target = urljoin(fetch.url, str(told.evidence["location"]))
            page.links = self._follow(purpose, link, target)
            if page.links or not self.visits:
                return page
        else:
            self.visits.append(Visit.of(purpose, link, fetch))
        if len(self.visits) == 1 and told.kind in ODD:
            self.odd = told.kind
        if not self.visits or self.odd or self.visits[0].document is None:
            return page  # what was given is no page of the site
        page.links = self._ask()
        return page

    def _follow(self, purpose: Purpose, link: Link, target: str) -> list[Link]:
        target = target.partition("#")[0]
        if not self._site.covers(target):
            if not self.visits:
                self.moved_to = target
            return []
        if target in self._asked:
            return []
        if not self.visits:
            self.start = target
        onward = Link(url=target, kind="unknown", text=link.text, hints=link.hints)
        self._asked[target] = (purpose, onward)
        return [onward]

    # -- what to look at next -------------------------------------------------------------------

    @property
    def survey(self) -> Survey:
        """What the pages so far tell."""
        return Survey(self.start, self.visits, self._site.owner)

    def _ask(self) -> list[Link]:
        asked = []
        for purpose, link in self._wishes(self.survey):
            if link.url in self._asked and link.form is None:
                continue
            self._asked[link.url] = (purpose, link)
            asked.append(Link(url=link.url, kind="unknown", text=link.text, hints=link.hints))
            if len(asked) == AHEAD:
                break
        return asked

    def _wishes(self, survey: Survey) -> Iterator[tuple[Purpose, Link]]:
        """Yield what is worth a request now, the most telling first."""
        tried = Counter(purpose for purpose, _ in self._asked.values())
        for purpose, link in self._all_wishes(survey):
            if tried[purpose] < MOST_TRIED.get(purpose, 1):
                yield purpose, link

    def _all_wishes(self, survey: Survey) -> Iterator[tuple[Purpose, Link]]:
        if urlsplit(self.start).path not in ("", "/"):
            yield "home", Link(url=f"{survey.base}/", kind="unknown")
        lists = len([seen for seen in survey.lists if seen.visit.purpose != "home"])
        sections: list[tuple[Purpose, Link]] = [
            ("listing", Link(url=url, kind="unknown", text=text)) for url, text in survey.sections
        ]
        articles: list[tuple[Purpose, Link]] = [
            ("article", link) for link in _spread(survey.stories)
        ]
        read = len(survey.articles) + self._under_way("article")
        lists += self._under_way("listing")
        if lists < 1:
            yield from sections[:3]
        if read < FEWEST:
            yield from articles
        if lists < 2:
            yield from sections
        if not any(visit.listing for visit in self.visits):
            yield from self._feeds(survey)
        if read < ARTICLES:
            yield from articles
        yield from sections[:1]
        yield from self._next(survey)
        yield from (("sitemap", Link(url=url, kind="unknown")) for url in self._sitemaps(survey))
        yield from sections

    def _under_way(self, purpose: Purpose) -> int:
        """Return how many pages of a purpose were asked for and have not come."""
        come = {visit.link.url for visit in self.visits}
        return sum(one == purpose and url not in come for url, (one, _) in self._asked.items())

    def _feeds(self, survey: Survey) -> Iterator[tuple[Purpose, Link]]:
        own = [urljoin(survey.base, path) for path in survey.family.default_feeds()]
        for url in dict.fromkeys((*own, *survey.feeds)):
            yield "feed", Link(url=url, kind="unknown")

    def _sitemaps(self, survey: Survey) -> list[str]:
        if survey.owner != "front":
            return []
        own = [urljoin(survey.base, path) for path in survey.family.default_sitemaps()]
        return list(dict.fromkeys((*self._sitemaps_told, *own))) or [f"{survey.base}/sitemap.xml"]

    def _next(self, survey: Survey) -> Iterator[tuple[Purpose, Link]]:
        for seen in survey.lists:
            for link in seen.page.links:
                if link.kind == "next" and link.form is None:
                    yield "next", link

    def proposal(self) -> Proposal:
        """Return the row that the pages suggest.

        :raises ValueError: no page came that says anything.
        """
        return propose(self.survey)


def _spread(links: list[Link]) -> list[Link]:
    """Return links from both ends in turn: old pages may look otherwise, or be gone."""
    turns = [links[n // 2] if n % 2 == 0 else links[-1 - n // 2] for n in range(len(links))]
    return list({link.url: link for link in turns}.values())
