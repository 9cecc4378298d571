"""Liferay 6.x and 7.x, as province, district and ward portals use it.

To recognise: `/-/asset_publisher/` in addresses, `Liferay.` in scripts, files under
`/documents/<group>/` and `/o/`. Routes from Liferay's friendly-URL files (6.0 to 7.0), other
portlet names from public addresses of Front pages.

The same article is reachable from any page with an Asset Publisher and under any set of `p_p_*`
parameters: the key is the urlTitle, else the entry's id, never the path.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote

from crawler.items import Link
from spiders import addresses
from spiders.family import PRINT_VIEW, Address, Family
from spiders.queries import Elements
from spiders.rules.liferay import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.extraction.document import Document

REGION = Elements(
    "//*[contains(concat(' ', @class, ' '), ' asset-abstract ')"
    " or contains(concat(' ', @class, ' '), ' asset-publisher ')"
    " or contains(concat(' ', @class, ' '), ' portlet-asset-publisher ')]"
)

STATES = frozenset({"maximized", "minimized", "normal", "pop_up", "exclusive"})
"""Window states: they may end a path."""

ROUTES = (
    # /-/asset_publisher/<instance>/<type>/id/<entry>[/<state>]
    (re.compile(r"/-/asset_publisher/[^/]+/\w+/id/(?P<id>\d+)"), "entry"),
    # /-/asset_publisher/<instance>/content/<urlTitle>[/<group>][/<state>]
    (re.compile(r"/-/asset_publisher/[^/]+/\w+/(?P<title>[^/]+)(?:/(?P<group>\d+))?"), "title"),
    # /-/view_content/<id>-<slug>.html
    (re.compile(r"/-/view_content/(?P<id>\d+)-[^/]*"), "view"),
    # /-/chi-tiet/<slug>-<id>-<n>.html
    (re.compile(r"/-/chi-tiet/[^/]*?-(?P<id>\d+)-\d+\.html"), "detail"),
    # /-/news/<number of the host>/<slug>.html
    (re.compile(r"/-/news/\d+/(?P<title>[^/]+?)(?:\.html)?(?=/|$)"), "title"),
    # /-/<slug>
    (re.compile(r"/-/(?P<title>[^/]+)"), "title"),
)
"""How friendly routes name an article: by its title, or by an id in a space of its own."""

GUEST = re.compile(r"^(?:/\w\w(?:_\w\w)?)?/web/guest(?=/)")
"""The public pages of the portal itself, which answer without this prefix too."""

GROUP = re.compile(r"^(?:/\w\w(?:_\w\w)?)?/web/([^/]+)/")
"""The pages of one office within a portal; two offices may use one title."""

TITLE = re.compile(r"_urlTitle$|^urlTitle$")
ENTRY = re.compile(r"_assetEntryId$|_articleId$|^articleId$")
PRINTED = re.compile(r"(?:^|_)printArticleId$")
"""The print view of the eGov portlet, a page of its own script."""

SAID_IN = re.compile(
    r"_urlTitle$|^urlTitle$|_assetEntryId$|_articleId$|^articleId$|_type$|_struts_action$"
    r"|_jspPage$|^p_p_id$"
)
"""What a parameter address needs to show its article; the rest is state."""

PAGER = re.compile(r"^p_p_id$|_cur$|_delta$|^cur$|^delta$|^pagenum$")
CURRENT = re.compile(r"_cur$|^cur$|^pagenum$")

SIGNS = (
    sign("address", r"/-/asset_publisher/", 6),
    sign("address", r"/-/view_content/\d+-", 6),
    sign("address", r"[?&]p_p_id=", 5),
    sign("address", r"/-/(?:news/\d+|chi-tiet)/", 4),
    sign("markup", r"\bLiferay\.(?:Language|ThemeDisplay|Portlet|authToken|Util)", 6),
    sign("markup", r"vcmsviewcontent", 6),
    sign(
        "markup",
        r"class=[\"'][^\"']*\b(?:portlet-boundary|journal-content-article|asset-abstract)\b",
        3,
    ),
    sign("markup", r"(?:src|href)=[\"']/documents/\d+/", 2),
    sign("header", r"^liferay-portal:", 6),
    sign("cookie", r"^GUEST_LANGUAGE_ID$", 4),
)


class Liferay(Family):
    """A page past the end repeats the last one: lists end where a page lists nothing new."""

    signs = SIGNS
    layouts = LAYOUTS
    region: ClassVar[Elements | None] = REGION

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Read a friendly route, else the parameters; state and twins fall away."""
        article = _by_route(_without_state(path)) or _by_parameters(path, query)
        if article is not None:
            return article
        pager = [(n, v) for n, v in query if PAGER.search(n)]
        url = addresses.join("", path, pager)
        return Address(url, kind="listing" if self._origin + url in self._listings else None)

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing or a page of one."""
        if self.address(url).key is not None:  # an article shown on the listing's own page
            return False
        return super().is_listing(url) or super().is_listing(url.partition("?")[0])

    def default_feeds(self) -> Iterable[str]:
        """Return none: a feed's route holds an instance id that only the page tells."""
        return ()

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow the pager's own link to the page; its `_cur` says which one it is."""
        for node in document.tree.iter("a"):
            href = node.get("href") or ""
            if str(number) not in href:
                continue
            url = addresses.resolve(document.base_url, href)
            parts = addresses.split(url, self.site) if url and self.site.covers(url) else None
            if url and parts and _turns_to(addresses.pairs(parts[2]), number):
                return Link(url=self.address(url).url, kind="next")
        return None


def _by_route(path: str) -> Address | None:
    """Read a friendly route."""
    if path.endswith("/rss"):
        return None
    for pattern, space in ROUTES:
        found = pattern.search(path)
        if found and path[found.end() :] in ("", "/"):
            told = found.groupdict()
            if space == "title":
                key = _title_key(path, told["title"], told.get("group"))
            else:
                key = f"{space}:{told['id']}"
            return Address(GUEST.sub("", path).rstrip("/"), key, "article")
    return None


def _by_parameters(path: str, query: addresses.Pairs) -> Address | None:
    """Read `?p_p_id=101&..._urlTitle=..`; parameters in any order, with or without an id."""
    printed = next((v for n, v in query if PRINTED.search(n) and v), None)
    if printed:
        return Address(addresses.join("", path, query), f"entry:{printed}", reason=PRINT_VIEW)
    title = next((v for n, v in query if TITLE.search(n) and v), None)
    entry = next((v for n, v in query if ENTRY.search(n) and v), None)
    if not title and not entry:
        return None
    said = sorted((n, v) for n, v in query if SAID_IN.search(n))
    if title:
        said = [(n, v) for n, v in said if not ENTRY.search(n)]
    key = _title_key(path, title) if title else f"entry:{entry}"
    return Address(addresses.join("", GUEST.sub("", path), said), key, "article")


def _title_key(path: str, title: str, number: str | None = None) -> str:
    """Return a urlTitle, with the group that a number or the path names."""
    named = GROUP.match(GUEST.sub("", path))
    group = number or (named[1] if named else None)
    return f"{group}/{unquote(title)}" if group else unquote(title)


def _without_state(path: str) -> str:
    """Cut a window state off the end of a path."""
    head, _, tail = path.rstrip("/").rpartition("/")
    return head if tail in STATES and "/-/" in path else path


def _turns_to(query: addresses.Pairs, number: int) -> bool:
    return any(CURRENT.search(name) and value == str(number) for name, value in query)
