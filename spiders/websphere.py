"""IBM WebSphere Portal, as districts of Phú Yên and An Giang used it.

To recognise: `/wps/portal/` in addresses; `/!ut/p/z0/<token>/` at their end. Facts from public
addresses of two districts; the markup is not described.

The token holds the state of the page, not its identity: where the last segment before it is the
title in words joined by `+`, that is the key. Where only the token leads to the article, its key is
made of title and day, for two tokens may show one article.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from crawler.items import Link
from spiders import addresses
from spiders.family import Address
from spiders.queries import text_in
from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import Article

TOKEN = re.compile(r"/!ut/p/[^?]*")
TITLED = re.compile(r"^/wps/portal/[^?]*/(?P<id>[^/?]*\+[^/?]*)/?(?:\?|$)")

SIGNS = (
    sign("address", r"^/wps/(?:portal|wcm)/", 8),
    sign("address", r"/!ut/p/", 4),
)


class WebSphere(Routed):
    """Lists turn by page numbers, in the token or in the query."""

    signs = SIGNS
    layouts = layouts_of("websphere")
    scheme = Scheme(routes=(Route(TITLED, "title"),))

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Take the token off where the path names the article, or a list, without it."""
        bare = TOKEN.sub("", path)
        if self._origin + bare in self._listings:
            return Address(bare, kind="listing")
        found = super().recognise(bare, query)
        if found.kind is None and found.reason is None and bare != path:
            return Address(path, kind="unknown")
        return found

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow the number of the next page: only its token says which page it is."""
        here = self.canonical(document.url)
        for node in document.tree.iter("a"):
            url = addresses.resolve(document.base_url, node.get("href") or "")
            if not url or text_in(node).strip() != str(number):
                continue
            if TOKEN.search(url) and self.canonical(url) == here:
                return Link(url=url, kind="next")
        return super().next_page(document, number)

    def page_key(self, document: Document, address: Address, article: Article) -> str | None:
        """Return the address's key, else one made of title and day."""
        if address.key is not None or not TOKEN.search(address.url):
            return address.key
        told = f"{article.title.casefold()}\n{(article.published_at or '')[:10]}"
        return f"titled:{blake2b(told.encode(), digest_size=8).hexdigest()}"
