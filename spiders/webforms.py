"""ASP.NET WebForms, bespoke portals such as the old one of the Đồng Nai Front.

To recognise: one `form` around the page with hidden `__VIEWSTATE`; pager links
`javascript:__doPostBack('...','Page$3')`. Facts from captured texts and public addresses.

Articles are plain GET pages with an id in the query or path; only listings turn by postback. Each
postback sends every hidden field of the page just received, so pages come one after another: the
chain of a pager starts again at page 1 when its state is stale.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.items import Link
from spiders import addresses
from spiders.family import PRINT_VIEW, Address, Family
from spiders.queries import Elements, text_in
from spiders.rules.webforms import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from crawler.extraction.document import Document

IDS = ("nid", "itemid", "newsid", "contentid", "postid", "articleid", "id", "p")
"""Parameters that hold the article's id, the most telling first."""

SAID_IN = re.compile(
    r"nid|itemid|newsid|contentid|postid|articleid|id|module|task|p|act|view|tabid|catid|cat|page"
    r"|pageindex|date",
    re.IGNORECASE,
)
STATE = re.compile(r"page|pageindex|date|l|lv|mode|source", re.IGNORECASE)
"""Parameters that belong to listings and stay on article addresses."""

IN_PATH = (
    # /<page>/post/<id>/<slug>.aspx, under any page
    (re.compile(r"/post/([0-9]{1,18})(?:/|$)", re.IGNORECASE), "post"),
    # /<n>-<n>-<id>/default.aspx
    (re.compile(r"/\d+-\d+-([0-9]{1,18})/default\.aspx$", re.IGNORECASE), "default"),
    # /<site>/<n>/<n>/<n>/<id>/<Section>/<Slug>.aspx
    (re.compile(r"/\d+/\d+/\d+/([0-9]{1,18})/[^/]+/[^/]+\.aspx$", re.IGNORECASE), "item"),
    # /<module>/detail/<id>/<slug>.html, /DetailView/<id>/...
    (
        re.compile(r"/(?:detail|detailview|chitiet|chi-tiet)/([0-9]{1,18})(?:/|$)", re.IGNORECASE),
        "detail",
    ),
)
NUMBER = re.compile(r"[0-9]{1,18}")
PRINT = re.compile(r"print|/in-|savefile|sendmail", re.IGNORECASE)
LISTING_PAGE = re.compile(r"(?:list|danh-?sach|category|chuyen-?muc)[^/]*\.aspx$", re.IGNORECASE)

HIDDEN = Elements("//form//input[@type='hidden' and @name]")
POSTBACK = re.compile(r"__doPostBack\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
PAGE_ARGUMENT = re.compile(r"Page\$([0-9]{1,9})$")
ONWARD = frozenset({">", ">>", "»", "›", "sau", "tiếp", "trang sau", "tiếp theo", "next"})

SIGNS = (
    sign("markup", r"name=[\"']?__VIEWSTATE\b", 3),
    sign("markup", r"__doPostBack\(", 2),
    sign("address", r"\.aspx(?:\?|$)", 1, 3),
    sign("cookie", r"^ASP\.NET_SessionId$", 1),
)


class WebForms(Family):
    """A pager may always offer one more: lists end where a page lists nothing new."""

    signs = SIGNS
    layouts = LAYOUTS

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Read the id from the query, else from the path."""
        if PRINT.search(path):
            return Address(addresses.join("", path, query), reason=PRINT_VIEW)
        for pattern, space in IN_PATH:
            found = pattern.search(path)
            if found:
                return Address(path, f"{space}:{int(found[1])}", "article")
        kept = [(n, v) for n, v in query if SAID_IN.fullmatch(n)]
        url = addresses.join("", path, kept)
        if self._origin + url in self._listings or LISTING_PAGE.search(path):
            return Address(url, kind="listing" if self._origin + url in self._listings else None)
        for name in IDS:
            value = addresses.value_of(query, [name])
            if value and NUMBER.fullmatch(value):
                own = [(n, v) for n, v in kept if not STATE.fullmatch(n)]
                return Address(addresses.join("", path, own), _key(path, name, value), "article")
        return Address(url)

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing; its pages have the same address."""
        return super().is_listing(url)

    def next_page(self, document: Document, number: int) -> Link | None:
        """Return the postback that turns the pager, with all hidden fields of this page."""
        call = _onward(document, number)
        if call is None:
            return None
        target, argument = call
        form = {str(node.get("name")): node.get("value") or "" for node in HIDDEN(document.tree)}
        form |= {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}
        url = self.canonical(document.url)
        return Link(url=url, kind="next", method="POST", form=form)


def _key(path: str, name: str, value: str) -> str:
    """Ids are one space per page script: `/ViewDetail.aspx?nID=5` is not `/Doc.aspx?ID=5`."""
    script = unquote(path).rsplit("/", 1)[-1].lower().removesuffix(".aspx")
    return f"{script or 'default'}:{name}:{int(value)}"


def _onward(document: Document, number: int) -> tuple[str, str] | None:
    """Return target and argument of the postback to page `number`.

    By the argument `Page$N`, which also the "..." link of a ten-page window carries; else by the
    link's text: the number, or a word for "next".
    """
    by_text = None
    for node in document.tree.iter("a"):
        call = POSTBACK.search(unquote(node.get("href") or ""))
        if call is None:
            continue
        argument = PAGE_ARGUMENT.search(call[2])
        if argument:
            if int(argument[1]) == number:
                return call[1], call[2]
            continue
        text = text_in(node).strip().lower()
        if text == str(number):
            return call[1], call[2]
        if text in ONWARD:
            by_text = by_text or (call[1], call[2])
    return by_text
