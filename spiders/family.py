"""What the sites of one platform have in common: addresses, links, and one page from one answer.

Free of Scrapy, so that stored captures can be read again without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from crawler.extraction.document import Document, parse_document
from crawler.extraction.extract import extract
from crawler.extraction.feeds import VIETNAM, Entry, parse_listing
from crawler.extraction.hints import Hints
from crawler.extraction.page_kind import Verdict, classify, classify_answer
from crawler.extraction.rules import OwnRules, joined, layout_on
from crawler.items import BESIDE, Article, Claim, Fetch, Link, Page
from spiders import addresses, relevance
from spiders.listing import blocks, item_hints, items, text_of
from spiders.queries import Elements, Strings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from lxml import etree

    from crawler.extraction.rules import Layout, Rules
    from crawler.extraction.template import Template
    from crawler.items import LinkKind
    from crawler.registry import Site
    from spiders.signs import Sign

MEMO_LIMIT = 10_000
"""Addresses remembered per site: the menus and side boxes of every page, and little more."""

URL_LIMIT = 2000
"""Characters of the longest address followed."""

LOCATION_LIMIT = 1000
"""Characters kept of where a redirect points."""


PRINT_VIEW = "a print or save view"
"""Why a twin of an article is not fetched; a row's `print_views` takes it all the same."""

SITEMAP = re.compile(r"/(?:wp-)?sitemap(?:[-_]?index)?\.xml(?:\.gz)?$", re.IGNORECASE)
"""A file that lists all of a site, or its other sitemaps."""

MOST_TOLD = 20
"""Sitemaps taken out of a robots.txt, which anybody may have written to any length."""

CANONICAL = Strings("/html/head/link[@rel='canonical']/@href")

LONG_ENOUGH = 600
"""Characters of a body beyond which crawler.extraction.page_kind looks for no error words."""


@dataclass(frozen=True, slots=True)
class Address:
    """What an address is on this site.

    `key` is the platform's own id of the article, `kind` what a link to it is worth (None: it is
    not followed), `reason` why it is never fetched as a page of its own; a twin has key and reason.
    """

    url: str
    key: str | None = None
    kind: LinkKind | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a listing goes on; without `link` it ends, for the `reason` given."""

    link: Link | None = None
    reason: str = ""


class Family:
    """Base of the platforms. A subclass recognises addresses and knows where lists stand.

    Subclasses override `recognise`, `region`, `next_page`, `page_key` and `default_feeds`; what
    they know of their platform stands as data at the top of their module.
    """

    signs: ClassVar[Sequence[Sign]] = ()
    """What shows that a site is of this platform; none for the sites of no platform."""

    layouts: ClassVar[Sequence[Layout]] = ()
    region: ClassVar[Elements | None] = None
    """Where the list of a listing page stands; None when no such place is known."""

    listed_kind: ClassVar[LinkKind | None] = None
    """What a link of the list itself is worth; None where only its address tells."""

    def __init__(self, site: Site) -> None:
        """Make the family of one site.

        `known` may be set to the addresses that need no second look: links to them outside lists
        are left out. `template` may be set to the boilerplate learned of the site.
        """
        self.site = site
        self.known: Container[str] = frozenset()
        self.template: Template | None = None
        self._memo: dict[str, Address] = {}
        self._rules: dict[tuple[date | None, tuple[OwnRules, ...]], Rules] = {}
        self._deny = [re.compile(pattern) for pattern in site.deny]
        self._identity = re.compile(site.identity) if site.identity else None
        self._origin = addresses.own_origin(site)
        self._relevance = None if site.is_whole else relevance.Relevance(site.sections)
        self._listings: dict[str, str] = {}
        for path in site.listings:
            url = site.absolute(path)
            self._listings[self._plain(url)] = url

    # -- addresses ------------------------------------------------------------------------------

    def canonical(self, url: str) -> str:
        """Return the one spelling of an address: its twins (print view, session, mirror) agree."""
        return self.address(url).url

    def key(self, url: str) -> str | None:
        """Return the platform's own id of the article at `url`, when the address tells it."""
        return self.address(url).key

    def denied(self, url: str) -> str | None:
        """Return why `url` is never fetched as a page of this site, or None."""
        return self.address(url).reason

    def is_denied(self, url: str) -> bool:
        """Whether the row's `deny` speaks against `url`, which may be known from earlier runs."""
        where = self.address(url).url.removeprefix(self._origin)
        return any(pattern.search(where) for pattern in self._deny)

    def address(self, url: str) -> Address:
        """Return what an absolute address is; remembered."""
        known = self._memo.get(url)
        if known is None:
            if len(self._memo) >= MEMO_LIMIT:
                self._memo.clear()
            known = self._memo[url] = self._read_address(url)
        return known

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Return the address of an own path and query, `url` relative to the origin.

        The hook of the platform: which parameters mean something, what the id is, what kind.
        """
        return Address(addresses.join("", path, query))

    def _path_key(self, address: Address) -> str:
        """Return the identity of a page whose platform gives it no id: path and query."""
        return address.url.removeprefix(self._origin)

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing or a page of one."""
        return self._plain(url) in self._listings

    def _read_address(self, url: str) -> Address:
        parts = addresses.split(url, self.site) if len(url) <= URL_LIMIT else None
        if parts is None:
            return Address(url, reason="not a web address")
        origin, path, query = parts
        parameters = addresses.pairs(query)
        if origin != self._origin:
            return Address(addresses.join(origin, path, parameters), reason="another host")
        if addresses.FILE.search(path):
            return Address(addresses.join(origin, path, parameters), reason="a file")
        if self.site.folder and not path.lower().startswith(self.site.folder):
            return Address(addresses.join(origin, path, parameters), reason="outside the site")
        return self._by_the_row(self.recognise(path, parameters))

    def _by_the_row(self, found: Address) -> Address:
        """Apply what the site's row says of identity, denial and print views."""
        where = found.url
        found = Address(self._origin + where, found.key, found.kind, found.reason)
        match = self._identity.search(where) if self._identity else None
        if match and found.url not in self._listings:
            found = replace(found, key=_identity_of(match), kind=self.identity_kind)
        if found.reason == PRINT_VIEW and found.key and self.site.print_views:
            found = replace(found, kind="article", reason=None)
        for pattern in self._deny:
            if pattern.search(where):
                return replace(found, kind=None, reason=f"denied by {pattern.pattern}")
        return replace(found, kind=None) if found.reason else found

    identity_kind: ClassVar[LinkKind] = "article"
    """What a link is worth whose address matches the row's `identity`."""

    def _plain(self, url: str) -> str:
        """Return an address without the platform's rules applied, to compare listings by."""
        parts = addresses.split(url, self.site)
        if parts is None:
            return url
        origin, path, query = parts
        return addresses.join(origin, path, addresses.pairs(query))

    # -- where to start -------------------------------------------------------------------------

    def seeds(self) -> list[Link]:
        """Return the listings, feeds and sitemaps a cycle starts from."""
        site = self.site
        feeds = self.default_feeds() if site.feeds is None else site.feeds
        # A sitemap tells no titles: of a portal it would bring everything.
        whole = self.default_sitemaps() if site.is_whole else ()
        sitemaps = whole if site.sitemaps is None else site.sitemaps
        return [
            *(Link(url=site.absolute(path), kind="feed") for path in feeds),
            *(Link(url=site.absolute(path), kind="listing") for path in self.start_listings()),
            *(Link(url=site.absolute(path), kind="sitemap") for path in sitemaps),
        ]

    def start_listings(self) -> Iterable[str]:
        """Return the paths of the listings to start from."""
        return self.site.listings

    def default_feeds(self) -> Iterable[str]:
        """Return the paths of the platform's feeds."""
        return ()

    def default_sitemaps(self) -> Iterable[str]:
        """Return the paths of the platform's sitemaps."""
        return ()

    def told_sitemaps(self, urls: Iterable[str]) -> list[Link]:
        """Return links to the sitemaps that a robots.txt names, where this site is crawled by any.

        Only on its own hosts, under the one spelling that the platform's own sitemap has, too; none
        where the row names its sitemaps.
        """
        if self.site.sitemaps is not None or not self.site.is_whole:
            return []
        own = [url for told in urls if (url := addresses.resolve(self.site.base_url, told))]
        found = [
            Link(url=self._plain(url), kind="sitemap")
            for url in own
            if self.site.covers(url) and (SITEMAP.search(url) or self.wants_sitemap(url))
        ]
        return list({link.url: link for link in found}.values())[:MOST_TOLD]

    # -- one answer, one page -------------------------------------------------------------------

    def page(self, fetch: Fetch, claim: Claim) -> Page:
        """Say what an answer is, with its article and links; exactly one page, odd bytes too."""
        page = self._page(fetch, claim)
        if self._relevance is not None:
            self._sift(page, claim, self._relevance)
        return page

    def _sift(self, page: Page, claim: Claim, about: relevance.Relevance) -> None:
        """Leave out what is not the Front's: of a portal only the Front's stories are wanted."""
        article = page.article
        if article is not None:
            words = (article.section or "", article.title, article.lead or "", article.body)
            why = claim.hints.get("front") or about.of_article(*words)
            if why:
                page.evidence["kept_for"] = why
            else:
                page.article, page.kind = None, "other"
                page.evidence["left_out"] = relevance.NO_WORD
        if page.kind in ("listing", "feed", "sitemap"):
            left_out = self._sift_list(page, claim, about)
            if left_out:
                page.evidence["left_out"] = f"{left_out} links: {relevance.NO_WORD}"
        else:
            page.links = [
                link
                for link in page.links
                if link.kind not in ("article", "unknown")
                or relevance.is_about_the_front(link.text)
            ]

    def _sift_list(self, page: Page, claim: Claim, about: relevance.Relevance) -> int:
        """Mark the links of a list as the Front's or as left out; return how many are left out."""
        is_section = about.is_section(claim.url.removeprefix(self._origin))
        left_out = 0
        for link in page.links:
            if link.kind not in ("article", "unknown"):
                continue
            if is_section:
                link.hints["front"] = "section"
            elif about.of_item(link.text, link.hints.get("excerpt", "")) is False:
                link.hints["left_out"] = relevance.NO_WORD
                left_out += 1
        return left_out

    def _page(self, fetch: Fetch, claim: Claim) -> Page:
        if fetch.failure is not None:
            return Page(url=fetch.url, kind="failed", evidence={"failure": fetch.failure})
        if fetch.status == 304:
            return self._unchanged(fetch, claim)
        headers = {name.lower(): value for name, value in fetch.headers}
        verdict = classify_answer(
            fetch.status, headers, fetch.body, url=fetch.url, expected=claim.kind
        )
        if verdict is not None:
            return self._settled(fetch, claim, headers, verdict)
        return self._read(fetch, claim, headers)

    def article(
        self, document: Document, claim: Claim, clock: datetime | None = None
    ) -> Article | None:
        """Take the article out of a page, or None when it holds none.

        :param clock: when the page was captured, aware; picks the layout.
        """
        day = clock.astimezone(VIETNAM).date() if clock else date.max
        hints = Hints.of(claim.text, claim.hints)
        return extract(document, self.rules(day), hints=hints, clock=clock, template=self.template)

    def links(self, document: Document, claim: Claim) -> list[Link]:
        """Return the links worth following: articles, registered listings, the next page."""
        return self._links_and_pager(document, claim)[0]

    def rules(self, captured_on: date) -> Rules:
        """Return the extraction rules of the layout the platform had on a day, as the row says."""
        platform = layout_on(self.layouts, captured_on)
        dated = tuple(own for own in self.site.layouts if own.covers(captured_on))
        known = self._rules.get((platform.valid_from, dated))
        if known is None:
            always = OwnRules(selectors=self.site.selectors, dates=self.site.dates)
            known = joined(platform.rules, (always, *dated))
            self._rules[platform.valid_from, dated] = known
        return known

    def page_key(self, document: Document, address: Address, article: Article) -> str | None:
        """Return the platform's id of the article on a page, from the page when it tells more."""
        return address.key

    def _settled(
        self, fetch: Fetch, claim: Claim, headers: dict[str, str], verdict: Verdict
    ) -> Page:
        """Return the page of an answer that needs no parsing as HTML."""
        kind, evidence = verdict
        if kind == "redirect":
            return self._redirect(fetch, claim, evidence)
        if evidence.get("format") == "json":
            return self.json_page(fetch, claim, headers)
        page = Page(url=fetch.url, kind=kind, key=self.key(fetch.url), evidence=evidence)
        if kind == "attachment":
            page.key = page.key or self._path_key(self.address(fetch.url))
        elif kind in ("feed", "sitemap"):
            self._read_list(page, fetch.body)
        return page

    def _redirect(self, fetch: Fetch, claim: Claim, evidence: dict[str, Any]) -> Page:
        """A redirect is not followed here: its target becomes a link, when it is on this site."""
        page = Page(url=fetch.url, kind="redirect", key=self.key(fetch.url))
        page.evidence = {**evidence, "location": str(evidence["location"])[:LOCATION_LIMIT]}
        link, reason = self._target(fetch, claim, str(evidence["location"]))
        if link is None:
            page.evidence["not_followed"] = reason
        else:
            page.links = [link]
        return page

    def _target(self, fetch: Fetch, claim: Claim, location: str) -> tuple[Link | None, str]:
        """Return the link a redirect makes, or why it makes none."""
        target = addresses.resolve(fetch.url, location)
        if target is None:
            return None, "not a web address"
        if not self.site.covers(target):
            return None, "another host"
        if claim.kind == "robots":
            return Link(url=target, kind="redirect"), ""
        own = self.address(target)
        if own.reason and own.reason != "a file":
            return None, own.reason
        return self._step(fetch, claim, target, own)

    def _step(
        self, fetch: Fetch, claim: Claim, target: str, own: Address
    ) -> tuple[Link | None, str]:
        """Return the link to a target on this site, unless it ends a pager or leads nowhere."""
        # Where it only changes the spelling (http to https, a slash) it is followed as it says:
        # the canonical address would lead back here.
        respelled = own.url.rstrip("/") == self.canonical(fetch.url).rstrip("/")
        if page_number(claim) > 1 and not respelled:
            return None, "the pager's end"
        url = target if respelled else own.url
        if url == fetch.url:
            return None, "leads to itself"
        return Link(url=url, kind="redirect", key=own.key), ""

    def _unchanged(self, fetch: Fetch, claim: Claim) -> Page:
        kinds: dict[str, Any] = {"feed": "feed", "sitemap": "sitemap", "listing": "listing"}
        kind = kinds.get(claim.kind, "other")
        return Page(url=fetch.url, kind=kind, evidence={"not_modified": True})

    def _read(self, fetch: Fetch, claim: Claim, headers: dict[str, str]) -> Page:
        """Return the page of an answer that has to be parsed; once, for all that is read of it."""
        document = parse_document(fetch.body, fetch.url, headers.get("content-type"))
        page = Page(url=fetch.url, kind="other", key=self.key(fetch.url))
        # A long article at an article's address needs no search for the words of error pages.
        if self.address(fetch.url).kind == "article" and fetch.status == 200:
            self._read_page(page, document, fetch, claim)
            if page.article is not None and len(page.article.body) >= LONG_ENOUGH:
                return page
        kind, evidence = classify(
            fetch.status, headers, fetch.body, document, url=fetch.url, expected=claim.kind
        )
        if kind == "redirect":
            return self._redirect(fetch, claim, evidence)
        if kind != "other":
            return Page(url=fetch.url, kind=kind, key=self.key(fetch.url), evidence=evidence)
        if page.article is None:
            self._read_page(page, document, fetch, claim)
        return page

    def json_page(self, fetch: Fetch, claim: Claim, headers: dict[str, str]) -> Page:
        """Return the page of a JSON answer; the platforms with an interface read it."""
        return Page(url=fetch.url, kind="other", evidence={"content_type": "json"})

    def _read_page(self, page: Page, document: Document, fetch: Fetch, claim: Claim) -> None:
        address = self.address(fetch.url)
        listing = self._shows_list(fetch.url, claim)
        clock = datetime.fromtimestamp(fetch.started_at, VIETNAM)
        if not listing and self.may_be_article(document, address):
            page.article = self.article(document, claim, clock)
        if page.article is not None:
            page.kind = "article"
            page.key = self.page_key(document, address, page.article) or self._path_key(address)
            page.url = self._stands_at(document, page)
            page.evidence = _seen(page.article.evidence.get("body", {}))
        else:
            page.kind = "listing" if listing else "other"
            if listing:
                known = self.is_listing(fetch.url)
                page.evidence = {"rule": "registered" if known else "asked for as a list"}
            if document.cut:
                page.evidence["cut"] = document.cut
        links, pager = self._links_and_pager(document, claim)
        page.links = links
        if pager.reason:
            page.evidence["pager"] = pager.reason

    def _stands_at(self, document: Document, page: Page) -> str:
        """Return the address a page calls its own, where that has the same key; else as fetched."""
        for href in CANONICAL(document.tree)[:1]:
            url = addresses.resolve(document.base_url, href)
            own = self.address(url) if url else NOWHERE
            if not own.reason and (own.key or self._path_key(own)) == page.key:
                return own.url
        # One that another host of the site served is kept under the site's own.
        is_own = page.url.startswith(self._origin + "/")
        return page.url if is_own else self.canonical(page.url)

    def _shows_list(self, url: str, claim: Claim) -> bool:
        """Whether a page is a list by its address or by what it was fetched for."""
        if self.address(url).kind == "article":
            return False
        return claim.kind == "listing" or self.is_listing(url)

    def may_be_article(self, document: Document, address: Address) -> bool:
        """Whether a page at this address is worth the search for an article."""
        return address.reason is None

    # -- feeds and sitemaps ---------------------------------------------------------------------

    def _read_list(self, page: Page, body: bytes) -> None:
        """Fill in the links of a feed, a sitemap or an index of sitemaps."""
        listing = parse_listing(body)
        if listing is None:
            page.evidence = {**page.evidence, "unreadable": True}
        elif listing.kind == "sitemap-index":
            page.links = [
                Link(url=entry.url, kind="sitemap", hints=told(entry))
                for entry in listing.entries
                if self.site.covers(entry.url) and self.wants_sitemap(entry.url)
            ]
        else:
            page.links = self.entry_links(page.url, listing.entries)

    def wants_sitemap(self, url: str) -> bool:
        """Whether a file of a sitemap index may list articles."""
        return True

    def entry_links(self, base: str, entries: Iterable[Entry]) -> list[Link]:
        """Return the article links of feed or sitemap entries, with what these say of them."""
        found: dict[str, Link] = {}
        for entry in entries:
            url = addresses.resolve(base, entry.url)
            # Not remembered: tens of thousands that come once would drive out the menus.
            address = self._memo.get(url) or self._read_address(url) if url else None
            if address is None or address.reason or address.url in self._listings:
                continue
            kind = self.entry_kind(address)
            if kind is not None:
                link = Link(
                    url=address.url, kind=kind, key=address.key, text=entry.title, hints=told(entry)
                )
                found.setdefault(address.key or address.url, link)
        return list(found.values())

    def entry_kind(self, address: Address) -> LinkKind | None:
        """Return what an address is worth that a feed or sitemap names."""
        return address.kind if address.kind in ("article", "unknown") else None

    # -- links of a page ------------------------------------------------------------------------

    def _links_and_pager(self, document: Document, claim: Claim) -> tuple[list[Link], Pager]:
        listing = self._shows_list(document.url, claim)
        anchors = self._anchors(document)
        listed = self._listed(document, anchors) if listing else []
        found = {link.key or link.url: link for link in listed}
        if self.site.is_whole or not listing:
            self._add_others(found, anchors, document)
        pager = self._pager(document, claim, listed) if listing else Pager()
        links = list(found.values())
        if pager.link is not None:
            links.append(pager.link)
        return links, pager

    def _anchors(self, document: Document) -> list[tuple[etree._Element, Address]]:
        """Return the anchors that lead somewhere, each with what its address is.

        The hot path: a menu's link costs one look into the memo, under the `href` as written where
        that means the same on every page.
        """
        base, memo = document.base_url, self._memo
        fixed = base.startswith(self._origin + "/")
        anchors = []
        for node, href in document.matches.having("a", "href")[0]:
            if not href:
                continue
            # Remembered are absolute addresses and, of pages with the site's own base, rooted ones.
            known = memo.get(href) if fixed or href[0] != "/" else None
            if known is None:
                if href[0] == "#":
                    continue
                known = self._of_href(base, href, remember=fixed and href[0] == "/")
            if known.kind is not None:
                anchors.append((node, known))
        return anchors

    def _of_href(self, base: str, href: str, *, remember: bool) -> Address:
        url = addresses.resolve(base, href)
        address = self.address(url) if url else NOWHERE
        if remember:
            self._memo[href] = address
        return address

    def _listed(
        self, document: Document, anchors: list[tuple[etree._Element, Address]]
    ) -> list[Link]:
        """Return the article links of the list itself, in its order, with what it says of them."""
        region = self.region(document.tree) if self.region is not None else []
        inside = {n for root in region for n in root.iter("a")} if region else None
        own = self.address(document.url)
        articles = [
            (node, address)
            for node, address in anchors
            if address.kind != "listing"
            and address.url != own.url
            and (inside is None or node in inside)
        ]
        found = items(articles)
        return [
            Link(
                url=item.address.url,
                kind=self.listed_kind or item.address.kind or "unknown",
                key=item.address.key,
                text=item.text,
                hints=item_hints(item),
                block=block,
            )
            for item, block in zip(found, blocks(found), strict=True)
        ]

    def _add_others(
        self,
        found: dict[str, Link],
        anchors: list[tuple[etree._Element, Address]],
        document: Document,
    ) -> None:
        """Add links outside the list: menus, side boxes, related articles."""
        own = self.address(document.url)
        own_identity = own.key or own.url
        whole, seen = self.site.is_whole, self.known
        for node, address in anchors:
            if not found and address.url in seen:  # as all of most pages
                continue
            identity = address.key or address.url
            known = found.get(identity)
            if known is None:
                if address.url in seen or identity == own_identity:
                    continue
                if not (whole or self._in_listings(address)):
                    continue
                known = found[identity] = Link(
                    url=address.url,
                    kind=address.kind or "unknown",
                    key=address.key,
                    block=BESIDE,
                )
            if not known.text:
                known.text = text_of(node)

    def _in_listings(self, address: Address) -> bool:
        """Whether an address lies below a registered listing: all a section of a portal is."""
        return any(
            address.url.startswith(url.rstrip("/") + "/") and urlsplit(url).path != "/"
            for url in self._listings
        )

    # -- pagers ---------------------------------------------------------------------------------

    def next_page(self, document: Document, number: int) -> Link | None:
        """Return the link to page `number` of the pager on this page, or None."""
        return None

    def _pager(self, document: Document, claim: Claim, listed: list[Link]) -> Pager:
        """Return the next page of a listing, its number in the hints.

        A page that lists nothing new is the frontier's to notice: it knows the pages before.
        """
        number = page_number(claim)
        if not listed:
            return Pager(reason="no article on this page" if number > 1 else "")
        if number >= self.site.max_pages:
            return Pager(reason=f"stopped at page {number} (max_pages)")
        link = self.next_page(document, number + 1)
        if link is None or (link.url == document.url and link.form is None):
            return Pager()
        link.hints = {"page": str(number + 1)}
        return Pager(link)


def _identity_of(match: re.Match[str]) -> str:
    """Return the key a row's `identity` tells: its first group that matched, named or not."""
    named = next(((name, text) for name, text in match.groupdict().items() if text), None)
    if named:
        return f"{named[0]}:{named[1]}"
    return f"id:{next((group for group in match.groups() if group), match[0])}"


def _seen(body: dict[str, Any]) -> dict[str, Any]:
    """Return what made a page an article: the rule that found its text, and where."""
    return {name: body[name] for name in ("rule", "at") if body.get(name)}


NOWHERE = Address("", reason="not a web address")


def page_number(claim: Claim) -> int:
    """Return which page of its pager a claim asks for, from 1."""
    text = claim.hints.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def told(entry: Entry) -> dict[str, str]:
    """Return what a feed or sitemap says of an article, as hints."""
    said = {
        "published_at": entry.published_at,
        "modified_at": entry.modified_at,
        "excerpt": entry.excerpt,
        "author": entry.author,
        "section": entry.section,
    }
    return {name: value for name, value in said.items() if value}
