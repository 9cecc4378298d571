"""Drupal 7 to 10, as Lạng Sơn, Bến Tre and communes of An Giang use it.

To recognise: `meta[name=generator]` says Drupal; "Skip to main content"; `/node/<n>`;
`/sites/default/files/`. Facts from public addresses and texts of six hosts; the selectors are those
of the product's own templates, and were seen on none of these sites.

The key is the node's id where address or page tell it (`/node/<n>`, `/noi-dung/<n>`, the shortlink,
`body.page-node-<n>`), else the path. Slugs lose words ("tổ", English stop words in the alias
module), and a repeated one gets `--0`. Lists turn by `?page=<n>`, from 0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.items import Link
from spiders import addresses
from spiders.queries import Strings
from spiders.routed import Route, Routed, Scheme
from spiders.rules.drupal import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import Article
    from spiders.family import Address

NODE_LINK = Strings("//link[@rel='shortlink' or @rel='canonical']/@href")
NODE_PATH = re.compile(r"/node/(\d+)/?$")
NODE_CLASS = re.compile(r"(?:^|\s)(?:page-node-|node-?id-|nid-)(\d+)(?:\s|$)")
NEXT = Strings(
    "//li[contains(@class, 'pager-next') or contains(@class, 'pager__item--next')]/a/@href"
    " | //a[@rel='next']/@href | //link[@rel='next']/@href"
)

SIGNS = (
    sign("generator", r"^Drupal", 6),
    sign("header", r"^(?:x-generator: drupal|x-drupal-)", 6),
    sign("markup", r"/sites/(?:default|all)/(?:files|themes|modules)/|drupal-settings-json", 6),
    sign("markup", r"\bDrupal\.settings\b|data-drupal-", 6),
    sign(
        "markup", r"class=[\"'][^\"']*\b(?:field--name-[\w-]+|node__content|node--type-[\w-]+)", 3
    ),
    sign("markup", r"<body[^>]+\b(?:page-node-\d+|path-node|node-type-\w+)", 2),
    sign("markup", r"Skip to main content", 1),
    sign("address", r"^(?:/index\.php)?/node/\d+$", 3),
)


class Drupal(Routed):
    """Lists end without a link to the next page."""

    signs = SIGNS
    layouts = LAYOUTS
    scheme = Scheme(
        routes=(
            Route(re.compile(r"^(?:/index\.php)?/node/(?P<id>\d+)/?(?:\?|$)"), "node"),
            Route(re.compile(r"^/noi-dung/(?P<id>\d+)/?(?:\?|$)"), "node"),
            Route(re.compile(r"^/noi-dung/(?P<id>[^/?]+?)(?:\.html)?(?:\?|$)"), "slug"),
        ),
        lists=re.compile(r"^/(?:taxonomy|user|search|filter|comment|forum)(?:/|$)"),
        guess=True,
    )

    def page_key(self, document: Document, address: Address, article: Article) -> str | None:
        """Return `node:<n>` as the page tells it, else the address's own key."""
        if address.key is not None and not address.key.startswith("slug:"):
            return address.key
        number = _node_id(document)
        return f"node:{number}" if number else address.key

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow the pager's link to the next page; numbers in addresses count from 0."""
        for href in NEXT(document.tree):
            url = addresses.resolve(document.base_url, href)
            if url and self.site.covers(url):
                return Link(url=self.canonical(url), kind="next")
        return None


def _node_id(document: Document) -> str | None:
    """Return the id of the one node a page shows, or None."""
    for href in NODE_LINK(document.tree):
        found = NODE_PATH.search(href)
        if found:
            return found[1]
    body = document.tree.find("body")
    told = NODE_CLASS.search(body.get("class") or "") if body is not None else None
    return told[1] if told else None
