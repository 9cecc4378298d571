"""What a few fetched pages tell of a site nobody has described: its platform, lists and articles.

Nothing is decided by an address alone: what a family would make of a page is asked of that family.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from crawler.extraction.document import Document, parse_document
from crawler.extraction.feeds import VIETNAM, parse_listing
from crawler.items import Article, Claim, Fetch, Link, Page
from crawler.registry import Site
from spiders import addresses
from spiders.guesses import identity_of, modules_of
from spiders.listing import text_of
from spiders.loader import load_family
from spiders.queries import Strings
from spiders.recognition import Look, Verdict, recognise
from spiders.relevance import SECTION, folded, is_about_the_front

if TYPE_CHECKING:
    from crawler.extraction.feeds import Listing
    from spiders.family import Family

Purpose = Literal["start", "home", "listing", "article", "feed", "sitemap", "next"]

FEEDS = Strings("//link[@rel='alternate'][contains(@type, 'rss') or contains(@type, 'atom')]/@href")
HEADLINE_WORDS = 6
HEADLINE = 28
"""Words and characters of a link's text from which it reads like a headline, not a menu's entry."""

MENU_WORDS = 9
FITTING = 0.3
"""Of the headlines' addresses, that a platform must read as articles to be the site's."""

FEW = 3
"""Headlines below which nothing is held against a platform."""

NO_LIST = re.compile(
    r"gioi thieu|lien he|contact|van ban|tai lieu|thu vien|video|hinh anh|album|dang nhap|login|"
    r"sitemap|so do|rss|feed|tim kiem|search|thong ke|voting|tham do|hoi dap|dich vu cong|thu tuc|"
    r"english|trang chu|trang nhat|home|lich|gop y|faq|download|dang ky|register|"
    r"tra loi|binh luan|users?\b|co cau|chuc nang|about|tag|author"
)
"""Folded words of a link or its address that lead to no list of stories."""

ASIDE = re.compile(
    r"^(?:(?:trang )?gioi thieu|lien he|contact|about|dang nhap|login|dang ky|tim kiem|search|so do"
    r"|sitemap|gop y|hoi dap|co cau|chuc nang|lich (?:cong tac|lam viec|tiep)|danh ba)\b"
)
"""How the folded text of a link begins that leads to a page every site has, and no news."""

NO_NAME = re.compile(r"xem them|chi tiet|trang sau|trang truoc|^tiep\b|^sau$|^truoc$|doc tiep")
"""Folded texts of links that name no section."""

TURNED = re.compile(
    r"(?:/page/|/page-|/trang[-/]|[?&](?:page|pageindex|paged|start|\w*_?cur|pagenum|p)=)\d",
    re.IGNORECASE,
)
"""Addresses of the later pages of a list."""

STATE = re.compile(
    r"(?:^|&)(?:order|sort|dir|filter|view|month|year|date|lang|print|tab|limit|sid|mode)\w*=",
    re.IGNORECASE,
)
"""Parameters that say how a list is shown, not which one."""

LIST_WORDS = re.compile(
    r"\btin\b|tin-?tuc|hoat dong|mat tran|mttq|thong bao|su kien|giam sat|phan bien|phong trao|"
    r"thi dua|doan ket|chuyen muc|danh muc|chuyen de|dan toc|ton giao|kieu bao|doi ngoai|news|"
    r"category|cuoc van dong|nguoi ngheo|xa hoi|kinh te|thoi su|xay dung|dai hoi|dia phuong|co so"
)
"""Folded words of a link or its address that lead to one."""


@dataclass(slots=True)
class Visit:
    """A page that was asked for, and what came.

    :ivar link: the link that led there.
    :ivar document: the page, where it is HTML with status 200.
    :ivar listing: the entries, where it is a feed or a sitemap.
    """

    purpose: Purpose
    link: Link
    fetch: Fetch
    document: Document | None = None
    listing: Listing | None = None

    @classmethod
    def of(cls, purpose: Purpose, link: Link, fetch: Fetch) -> Visit:
        """Read an answer."""
        visit = cls(purpose, link, fetch)
        if fetch.status != 200 or fetch.failure is not None:
            return visit
        kind = next((v for n, v in fetch.headers if n.lower() == "content-type"), "")
        if purpose in ("feed", "sitemap"):
            visit.listing = parse_listing(fetch.body)
        elif "html" in kind.lower() or not kind:
            visit.document = parse_document(fetch.body, fetch.url, kind)
        return visit


@dataclass(slots=True)
class Seen:
    """What a family made of one visited page."""

    visit: Visit
    page: Page
    links: list[Link] = field(default_factory=list)

    @property
    def article(self) -> Article | None:
        """The article of the page, if it is one."""
        return self.page.article


class Survey:
    """A site as its visited pages show it; made anew after each page.

    :param start: the address the person gave, after redirects.
    :param owner: whose site it seems to be, as in the registry.
    """

    def __init__(self, start: str, visits: Iterable[Visit], owner: str = "front") -> None:
        self.start = start
        self.owner = owner
        self.visits = list(visits)
        parts = urlsplit(start)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        self._plain = self._site("generic", ("/",), {})

    # -- the platform ---------------------------------------------------------------------------

    @cached_property
    def documents(self) -> list[Document]:
        """The pages that came."""
        return [visit.document for visit in self.visits if visit.document is not None]

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The platforms the pages show, the surest first."""
        looks = [
            Look(visit.document, tuple(visit.fetch.headers))
            for visit in self.visits
            if visit.document is not None
        ]
        return recognise(looks)

    @cached_property
    def verdict(self) -> Verdict | None:
        """The platform shown whose addresses fit the site's headlines; None: an unknown one."""
        return next((one for one in self.verdicts if self._fits(one.platform)), None)

    @property
    def platform(self) -> str:
        """The name of the platform, `generic` where none is known."""
        return self.verdict.platform if self.verdict else "generic"

    def _fits(self, platform: str) -> bool:
        if len(self.headlines) < FEW:
            return True
        family = load_family(self.site(platform))
        read = [family.address(url) for url in self.headlines]
        fitting = sum(one.key is not None or one.kind in ("article", "unknown") for one in read)
        return fitting >= max(2, FITTING * len(read))

    def site(self, platform: str, listings: Iterable[str] = (), **values: Any) -> Site:
        """Return a row for the site as far as it is known, on a platform."""
        paths = tuple(listings) or (self.path,)
        if platform == "nukeviet":
            modules = modules_of(self._paths(self.headlines))
            values = {"modules": modules, **values} if modules else values
        elif platform == "generic" and (rule := self.identity):
            values = {"identity": rule, **values}
        return self._site(platform, paths, values)

    def _site(self, platform: str, listings: tuple[str, ...], values: dict[str, Any]) -> Site:
        return Site(
            id="site",
            name="site",
            level="province",
            province="",
            base_url=self.base,
            platform=platform,
            owner=self.owner,
            delay=0,
            listings=listings,
            **values,
        )

    # -- links ----------------------------------------------------------------------------------

    def links_of(self, document: Document) -> Iterator[tuple[str, str]]:
        """Yield address and text of the links to this site that may lead to a page."""
        for node in document.tree.iter("a"):
            url = addresses.resolve(document.base_url, node.get("href") or "")
            parts = addresses.split(url, self._plain) if url else None
            if parts is None or parts[0] != self.base or addresses.FILE.search(parts[1]):
                continue
            yield addresses.join(parts[0], parts[1], addresses.pairs(parts[2])), text_of(node)

    @cached_property
    def headlines(self) -> dict[str, str]:
        """The links that read like headlines, with their text, in order."""
        found: dict[str, str] = {}
        for document in self.documents:
            for url, text in self.links_of(document):
                if is_headline(text):
                    found.setdefault(url, text)
        return found

    @cached_property
    def menus(self) -> dict[str, str]:
        """The links that may lead to lists, with their text; the likeliest first."""
        likely = {u: text for u, text in self._short_links.items() if not _is_no_list(u, text)}
        return dict(sorted(likely.items(), key=lambda item: not LIST_WORDS.search(_said(*item))))

    @cached_property
    def asides(self) -> list[str]:
        """Addresses of menus that lead neither to a list nor to a story: about, contact, help."""
        named = [url for url, text in self._short_links.items() if ASIDE.search(folded(text))]
        return [url for url in named if url.rstrip("/") != self.base]

    @cached_property
    def _short_links(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for document in self.documents:
            for url, text in self.links_of(document):
                words = text.split()
                if 0 < len(words) < MENU_WORDS and url not in self.headlines:
                    found.setdefault(url, text)
        return found

    def _paths(self, urls: Iterable[str]) -> list[str]:
        return [url.removeprefix(self.base) for url in urls]

    # -- what the family makes of the pages -----------------------------------------------------

    @cached_property
    def family(self) -> Family:
        """The family of the platform, with every visited list as a listing."""
        visited = [v.fetch.url for v in self.visits if v.purpose in ("start", "home", "listing")]
        return load_family(self.site(self.platform, self._paths(visited)))

    def read(self, visit: Visit, kind: str, family: Family | None = None) -> Seen:
        """Return what a family makes of a visited page that was asked for as `kind`."""
        family = family or self.family
        link = visit.link
        claim = Claim(
            id=0, site="site", url=visit.fetch.url, kind=kind, text=link.text, hints=link.hints
        )
        page = family.page(visit.fetch, claim)
        links = [one for one in page.links if one.kind in ("article", "unknown")]
        return Seen(visit, page, links)

    @cached_property
    def lists(self) -> list[Seen]:
        """The visited pages that list articles, the one the person gave first."""
        found = []
        for visit in self.visits:
            if visit.document is None or visit.purpose not in ("start", "home", "listing"):
                continue
            if self.family.address(visit.fetch.url).kind == "article":
                continue
            seen = self.read(visit, "listing")
            own = [link for link in seen.links if is_headline(link.text)]
            if len(own) >= 2 and not self._is_text(visit):
                found.append(seen)
        return found

    def _is_text(self, visit: Visit) -> bool:
        """Whether a page that was taken for a list is an article with headlines around it."""
        if visit.purpose != "start" or visit.document is None:
            return False
        claim = Claim(id=0, site="site", url=visit.fetch.url, kind="unknown")
        article = load_family(self.site(self.platform, ("/",))).article(visit.document, claim)
        if article is None:
            return False
        rule, (path,) = self.identity, self._paths([visit.fetch.url])
        named = visit.fetch.url in self.headlines or (rule and re.search(rule, path))
        return bool(named) or len(article.body) > LONG_TEXT

    @cached_property
    def articles(self) -> list[Seen]:
        """The visited pages of which an article was taken."""
        found = []
        for visit in self.visits:
            if visit.document is not None and visit.purpose == "article":
                seen = self.read(visit, "article")
                if seen.article is not None:
                    found.append(seen)
        return found

    @cached_property
    def stories(self) -> list[Link]:
        """The links of the lists that lead to articles, the front of each list first."""
        rows = [
            [link for link in seen.links if self._is_story(link, seen.visit)]
            for seen in sorted(self.lists, key=lambda seen: seen.visit.purpose == "home")
        ]
        longest = max(map(len, rows), default=0)
        mixed = [row[n] for n in range(longest) for row in rows if n < len(row)]
        return list({link.key or link.url: link for link in reversed(mixed)}.values())[::-1]

    def _is_story(self, link: Link, visit: Visit) -> bool:
        if not is_headline(link.text) or link.hints.get("left_out"):
            return False
        return link.url != visit.fetch.url and link.url.removeprefix(self.base) not in ("", "/")

    @cached_property
    def sections(self) -> list[tuple[str, str]]:
        """Address and text of links that may lead to more lists and were not visited."""
        known = {url for visit in self.visits for url in self._spellings(visit.fetch.url)}
        found: dict[str, tuple[str, str]] = {}
        for url, text in self.menus.items():
            address = self.family.address(url)
            if address.reason or address.kind == "article" or address.url in self.headlines:
                continue
            if TURNED.search(url) or self._is_view(url) or known & self._spellings(url):
                continue
            if self.owner == "front" or is_front(url, text):
                found.setdefault(address.url, (url, text))
        return list(found.values())

    def _spellings(self, url: str) -> set[str]:
        """Return an address as it is linked and as the family writes it."""
        return {url.rstrip("/"), self.family.canonical(url).rstrip("/")}

    def _is_view(self, url: str) -> bool:
        """Whether an address shows a list in another order, or a choice of it."""
        bare, _, query = url.partition("?")
        if not query:
            return False
        plain = {bare, bare.rstrip("/")}
        known = plain & (self.menus.keys() | {visit.fetch.url for visit in self.visits})
        names = [name for name, _ in addresses.pairs(query)]
        return bool(known) or len(set(names)) < len(names) or STATE.search(query) is not None

    @cached_property
    def feeds(self) -> list[str]:
        """The feeds that pages name, on this site."""
        named = Counter(
            url
            for document in self.documents
            for href in FEEDS(document.tree)
            if (url := addresses.resolve(document.base_url, href)) and self._plain.covers(url)
        )
        most = max(named.values(), default=0)
        return [url for url, count in named.items() if count == most and "comments" not in url]

    @cached_property
    def identity(self) -> str | None:
        """The rule that tells articles by their address, for a site of no known platform."""
        lists = [v.fetch.url for v in self.visits if v.purpose in ("home", "listing", "next")]
        told = [v.fetch.url for v in self.visits if v.purpose == "article" and v.document]
        others = self._paths([*lists, *self.menus])
        return identity_of(self._paths(told), self._paths(self.headlines), others)


LONG_TEXT = 1500
"""Characters of an article that make a page one, whatever list stands around it."""


def is_headline(text: str) -> bool:
    """Whether a link's text reads like a headline."""
    return len(text) >= HEADLINE and len(text.split()) >= HEADLINE_WORDS


def is_front(url: str, text: str) -> bool:
    """Whether a section of a portal is the Front's."""
    return SECTION.search(urlsplit(url).path) is not None or is_about_the_front(text)


def moment_of(fetch: Fetch) -> datetime:
    """Return when a page was fetched."""
    return datetime.fromtimestamp(fetch.started_at, VIETNAM)


def _is_no_list(url: str, text: str) -> bool:
    """Whether the words of a link, or the last ones of its address, say that no list is there."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    if NO_NAME.search(folded(text)) or not any(letter.isalpha() for letter in text):
        return True
    return NO_LIST.search(folded(text)) is not None or NO_LIST.search(_said(last, "")) is not None


def _said(url: str, text: str) -> str:
    parts = urlsplit(url)
    path = re.sub(r"[-_/]+", " ", parts.path)
    return f"{folded(text)} {folded(path)}"
