"""One site within a run: what is known of it, what it waits for, what it brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from crawler.cookie_walls import CookieWalls
from crawler.drift import Look
from crawler.origin import origin_of
from crawler.served import Served

if TYPE_CHECKING:
    from datetime import date

    from archive.page import Claim, Fetch, Link, Page
    from crawler.extraction.rules import Rules
    from crawler.extraction.template import Template
    from crawler.files.fetching import SiteFiles
    from crawler.registry import Site
    from crawler.robots import RobotsRules


class FamilyOfSite(Protocol):
    """What a session needs of a family (spiders.family.Family)."""

    known: Container[str]
    template: Template | None

    def rules(self, captured_on: date) -> Rules: ...
    def seeds(self) -> list[Link]: ...
    def told_sitemaps(self, urls: Iterable[str]) -> list[Link]: ...
    def is_denied(self, url: str) -> bool: ...
    def page(self, fetch: Fetch, claim: Claim) -> Page: ...


class Answer(NamedTuple):
    """A page with the claim it settles and the fetch that brought it."""

    page: Page
    claim: Claim
    fetch: Fetch


@dataclass(slots=True)
class SiteCrawl:
    """The state of one site in this run."""

    site: Site
    family: FamilyOfSite
    doors: list[str] = field(default_factory=list)
    probed: bool = False  # whether its host was there has been tried
    opened: bool = False  # its rows are ready
    finished: bool = False
    closed: bool = False
    down: str | None = None
    known: set[str] = field(default_factory=set)
    rules: dict[str, RobotsRules] = field(default_factory=dict)
    robots_later: bool = False
    away: set[str] = field(default_factory=set)  # other hosts of the site that give no answer
    robots_failure: str = ""  # why robots.txt gave no answer
    robots_origin: dict[str, str] = field(default_factory=dict)
    robots_moves: Counter[str] = field(default_factory=Counter)
    in_flight: dict[int, Claim] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    look: Look = field(default_factory=Look)
    budget: int | None = None  # requests left of the row's budget; None: no limit
    overspent: bool = False  # ... and it is used up, with something left to fetch
    connect_failures: int = 0
    answered: bool = False  # its host is there
    silent: bool = False  # ... and was not, the last time
    talked: bool = False  # it answered a request
    served: Served = field(default_factory=Served)
    walls: CookieWalls = field(default_factory=CookieWalls)
    leads_to: str = ""  # where a listing or feed redirects to and may not be followed
    error: str | None = None
    files: SiteFiles | None = None  # None: pages only
    known_articles: bool = True
    thin: str = ""  # which list holds fewer articles than the row expects
    bare: dict[int, str] = field(default_factory=dict)  # lists without any, by their rows
    wake: Callable[[], None] = lambda: None

    @property
    def host_key(self) -> str:
        """The site's main host as the gate knows it."""
        return door_key(self.site, self.site.base_url)


def door_key(site: Site, url: str) -> str:
    """Return the host of `url`; loopback ports count as hosts of their own."""
    origin = origin_of(url)
    return f"{origin.host}:{origin.port}" if site.is_loopback else origin.host


def robots_url(url: str) -> str:
    """Return the address of the robots.txt that speaks for `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
