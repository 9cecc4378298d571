"""Any other site: what an article is, is decided by its page, with the row's help.

No platform is recognised. The row's `identity` says which addresses are articles where they can be
told; without it, an address that reads like a headline or ends in an id may be one, and its page
must hold a body of substance under a title that the link or the page itself names.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from crawler.items import Article, Claim, Link
from spiders import addresses
from spiders.family import PRINT_VIEW, Address, Family
from spiders.queries import Elements, Strings, text_in
from spiders.rules.generic import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.document import Document
    from crawler.extraction.rules import Layout
    from crawler.items import LinkKind

WITH_ID = re.compile(
    r"[a-z]-(?:p\d+n|[a-z])?\d{3,}(?:-[a-z]+)?(?:\.\w{3,5})?/?$|/\d{4,}(?:/|$)|\.\d{3,}$"
)
"""Addresses with an id: `-55977.html`, `-p13n4471.html`, `-c512.html`, `/55012/`, `.1288`."""

HEADLINE_LIKE = re.compile(r"(?:-[^/-]+){4}/?$")
"""A last segment of five words and more."""

ITEM_QUERY = re.compile(
    r"(?:^|&)(?:itemid|nid|id|newsid|postid|articleid|ddocname)=\w+", re.IGNORECASE
)
PRINTS = re.compile(
    r"/(?:print|savefile|sendmail)(?:[/~.]|$)|/trang-in-|[?&](?:print|viewmode=print)",
    re.IGNORECASE,
)
NOT_ARTICLES = re.compile(
    r"/(?:tags?|author|search|tim-kiem|login|dang-nhap|rss|feed|contact"
    r"|lien-he|so-do|sitemap|amp)(?:[/~.]|$)|/dev~|[?&]replytocom",
    re.IGNORECASE,
)
NO_ARTICLE = "no article by its address"

PAGER = (
    re.compile(
        r"(?<=[?&])(?:page|pageindex|paged|trang|pagenum|p)=([0-9]{1,9})(?![0-9])", re.IGNORECASE
    ),
    re.compile(r"(?<=/)(?:page|trang)[-/]([0-9]{1,9})(?:\.\w{3,5})?(?=/|\?|$)", re.IGNORECASE),
)
NEXT = Strings(
    "//link[@rel='next']/@href | //a[@rel='next']/@href"
    " | //a[contains(concat(' ', @class, ' '), ' next ')]/@href"
    " | //*[contains(concat(' ', @class, ' '), ' next ')]/a/@href"
)
MORE = Strings(
    "//*[contains(@class, 'more') or contains(@class, 'xem-them') or contains(@class, 'xemthem')]"
    "/@*[name() = 'data-url' or name() = 'data-href' or name() = 'data-next']"
)
"""Where the button leads that loads more of a list."""

TITLES = Elements("//head/title | //h1")
OG_TITLE = Strings("//meta[@property='og:title']/@content")
OG_TYPE = Strings("//meta[@property='og:type']/@content")

LEAST_BODY = 300
"""Characters of body and lead that make an article without the row's word for it."""

LEAST_NOTICE = 25
"""The same where the address is an article's and the site's boilerplate is known."""


class Generic(Family):
    """Lists end without a next page, or where a page lists nothing new."""

    layouts: ClassVar[Sequence[Layout]] = LAYOUTS
    # An address alone proves little where no platform stands behind it.
    identity_kind: ClassVar[LinkKind] = "unknown"

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Keep all parameters; guess from the address whether an article may stand there."""
        url = addresses.join("", path, query)
        if self._origin + url in self._listings:
            return Address(url, kind="listing")
        if PRINTS.search(url):
            return Address(url, reason=PRINT_VIEW)
        if NOT_ARTICLES.search(url):
            return Address(url, reason=NO_ARTICLE)
        if self._identity is not None or any(pattern.search(url) for pattern in PAGER):
            return Address(url)
        asked = url.partition("?")[2]
        by_path = WITH_ID.search(path) or HEADLINE_LIKE.search(path)
        # A list under other parameters, e.g. in another order, is a list still.
        if (by_path and self._origin + path not in self._listings) or ITEM_QUERY.search(asked):
            return Address(url, kind="unknown")
        return Address(url)

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing or a page of one's pager."""
        return super().is_listing(url) or super().is_listing(unpaged(url))

    def article(
        self, document: Document, claim: Claim, clock: datetime | None = None
    ) -> Article | None:
        """Take the article out of a page, if it holds one of substance under a title of its own."""
        article = super().article(document, claim, clock)
        if article is None or not article.body:
            return None
        size = len(article.body) + len(article.lead or "")
        named = self.key(document.url) is not None
        least = LEAST_BODY // 3 if named or _declared(article, document) else LEAST_BODY
        if self.template is not None and self.template.blocks:
            # What is left is no boilerplate: a notice may be one sentence.
            least = LEAST_NOTICE if named else LEAST_BODY // 3
        # A title that a rule of the site or its platform found needs no second witness.
        found = article.evidence.get("title", {}).get("layer", "generic") != "generic"
        if size < least or not (found or _titled(article.title, document, claim)):
            return None
        return article

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow a link marked as the next one, else the pager's link with the next number."""
        own = self.canonical(document.url)
        here = _stem(unpaged(own))
        for href in NEXT(document.tree):
            url = self._own(document, href)
            if url and url != own and (url.startswith(here) or not self._may_be_item(url)):
                return Link(url=url, kind="next")
        for node in document.tree.iter("a"):
            href = node.get("href") or ""
            if str(number) not in href:
                continue
            url = self._own(document, href)
            if url and _page_of(url) == number and _stem(unpaged(url)) == here:
                return Link(url=url, kind="next")
        return self._more(document, own, number)

    def _more(self, document: Document, own: str, number: int) -> Link | None:
        """Follow the button that loads more; what it loads is counted on where it has none."""
        for href in MORE(document.tree):
            url = self._own(document, href)
            if url and url != own and _page_of(url) == number:
                return Link(url=url, kind="next")
        if number > 2 and _page_of(own) == number - 1 and not self.is_listing(own):
            return Link(url=_turned(own, number), kind="next")
        return None

    def _may_be_item(self, url: str) -> bool:
        """Whether an address may be an article's: sliders mark their arrows as pagers do."""
        return self.address(url).kind in ("article", "unknown")

    def _own(self, document: Document, href: str) -> str | None:
        url = addresses.resolve(document.base_url, href)
        return self.canonical(url) if url and self.site.covers(url) else None


def _page_of(url: str) -> int | None:
    found = next((m for pattern in PAGER if (m := pattern.search(url))), None)
    return int(found[1]) if found else None


def _turned(url: str, number: int) -> str:
    """Return an address with another page number."""
    found = next((m for pattern in PAGER if (m := pattern.search(url))), None)
    return f"{url[: found.start(1)]}{number}{url[found.end(1) :]}" if found else url


def unpaged(url: str) -> str:
    """Return a listing's address without the part that says which page."""
    for pattern in PAGER:
        found = pattern.search(url)
        if found:
            url = url[: found.start()] + url[found.end() :]
    return re.sub(r"[?&/]+$", "", url.replace("?&", "?").replace("&&", "&"))


def _stem(url: str) -> str:
    """Return an address without its file ending: `/tin.htm` goes on at `/tin/page-2.htm`."""
    return re.sub(r"\.html?$", "", url)


def _declared(article: Article, document: Document) -> bool:
    """Whether the page calls itself an article and shows when it was published: many call all their
    pages so, but give no date to those that are none."""
    is_called_so = "article" in (kind.strip().lower() for kind in OG_TYPE(document.tree))
    return is_called_so and article.published_at is not None


def _titled(title: str, document: Document, claim: Claim) -> bool:
    """Whether the found title is one the link or the page itself names."""
    wanted = _words(title)
    if not wanted:
        return False
    named = [claim.text, claim.hints.get("text", ""), *OG_TITLE(document.tree)]
    named.extend(text_in(node) for node in TITLES(document.tree))
    return any(
        wanted in words or (len(words) > 15 and words in wanted) for words in map(_words, named)
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
