"""Joomla 1.5 to 4: `/<menu>/<menu>/<id>-<slug>`, `index.php?option=com_content&view=article&id=`.

To recognise: `meta[name=generator]` says Joomla; `option=com_content` in addresses; `/media/jui/`,
`/components/com_`. Facts from public addresses of a provincial Front, a district and a commune; the
selectors are those of the product's own templates, and were seen on none of these sites.

The key is the article's id, the number before the slug or the colon. Aliases may be times of
writing (`1056:2020-11-19-01-51-02`); `Itemid` is the menu, `tmpl=component&print=1` the print view.
Lists turn by `?start=<n>`, an offset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.items import Link
from spiders import addresses
from spiders.routed import Route, Routed, Scheme
from spiders.rules.joomla import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from crawler.extraction.document import Document

START = re.compile(r"(?<=[?&])(?:limit)?start=(\d{1,6})(?![0-9])")

SIGNS = (
    sign("generator", r"^Joomla", 6),
    sign("address", r"[?&]option=com_", 6),
    sign(
        "markup",
        r"/media/(?:jui|vendor/joomla|system/js)/|/components/com_|joomla-script-options",
        6,
    ),
    sign("markup", r"class=[\"'][^\"']*\b(?:item-page|blog-featured|items-leading)\b", 3),
    sign("markup", r"class=[\"'][^\"']*\bmoduletable", 2),
    sign("address", r"^(?:/[\w-]+)*/\d+-[^/?]+$", 2, 3),
)


class Joomla(Routed):
    """Lists end where no link leads to a larger offset."""

    signs = SIGNS
    layouts = LAYOUTS
    scheme = Scheme(
        routes=(
            Route(
                re.compile(r"^(?=.*[?&]view=article(?:&|$)).*[?&]id=(?P<id>\d+)"),
                params=frozenset({"option", "view", "id"}),
            ),
            Route(re.compile(r"/(?P<id>\d+)-[^/?]+(?:\?|$)")),
        ),
        lists=re.compile(r"[?&](?:limit)?start=\d|[?&]view=(?:category|section|featured)"),
        state=re.compile(r"Itemid|tmpl|print|layout|limit"),
    )

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing or a later part of one."""
        return super().is_listing(url) or super().is_listing(START.sub("", url).rstrip("?&"))

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow the link to the nearest later offset of this list."""
        here = self.canonical(document.url)
        now, root = _offset(here), START.sub("", here).rstrip("?&")
        later = {}
        for node in document.tree.iter("a"):
            url = addresses.resolve(document.base_url, node.get("href") or "")
            if url and "start=" in url and self.site.covers(url):
                own = self.canonical(url)
                if START.sub("", own).rstrip("?&") == root and _offset(own) > now:
                    later[_offset(own)] = own
        return Link(url=later[min(later)], kind="next") if later else None


def _offset(url: str) -> int:
    found = START.search(url)
    return int(found[1]) if found else 0
