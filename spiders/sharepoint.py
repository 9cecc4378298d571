"""SharePoint: the "Tandan" portals, plain publishing sites, and libraries with Vietnamese names.

To recognise: "Skip Ribbon Commands" in the text; `/Pages/<name>.aspx`, `?ItemID=<n>`; classes
`.tandan-*` and `.ms-rtestate-field`. Facts from selectors that others wrote for live Tandan portals
(Điện Biên, Ninh Thuận, Nam Định, Thanh Hóa) and from public addresses of Front pages on plain ones.

What names an article differs by form: the day and name of a Tandan page (zeros and case vary), the
ticks at the end of a page's name (100 ns since the year 1: also its time), the number of an item in
its list, `nid` and `bvid` of localised pages, else the path without regard to case. Times may be
12-hour with SA and CH, glued to the next field.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from spiders.routed import Route, Routed, Scheme
from spiders.rules.sharepoint import LAYOUTS
from spiders.signs import sign

ITEM = frozenset({"itemid", "l"})


def _dated(found: re.Match[str]) -> str:
    """Name a Tandan page: its day without zeros, and its file's name."""
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    return f"{year}-{month}-{day}/{unquote(found['name']).lower()}"


def _in_list(found: re.Match[str]) -> str:
    """Name an item of a list: numbers repeat from list to list."""
    return f"{unquote(found['list']).lower()}/{int(found['id'])}"


SIGNS = (
    sign("generator", r"^Microsoft SharePoint", 6),
    sign(
        "header", r"^(?:microsoftsharepointteamservices|sprequestguid|x-sharepointhealthscore):", 6
    ),
    sign("markup", r"class=[\"'][^\"']*\btandan-", 6),
    sign("markup", r"_spPageContextInfo|/_layouts/1\d/|/_catalogs/masterpage", 6),
    sign("markup", r"Skip Ribbon Commands", 5),
    sign("markup", r"\bms-rtestate-field\b", 4),
    sign("address", r"/Pages/[^?]+\.aspx|/Trang/[^?]+\.aspx", 3, 2),
    sign("address", r"[?&]ItemID=\d+", 2, 2),
)


class SharePoint(Routed):
    """Lists turn by `PageIndex` or `page`, plain GET."""

    signs = SIGNS
    layouts = LAYOUTS
    scheme = Scheme(
        routes=(
            Route(
                re.compile(
                    r"/Pages/(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)/(?P<name>[^/?]+)\.aspx",
                    re.IGNORECASE,
                ),
                "page",
                key=_dated,
            ),
            Route(re.compile(r"-(?P<id>\d{18})\.aspx", re.IGNORECASE), "ticks"),
            Route(
                re.compile(
                    r"/Lists/(?P<list>[^/?]+)/[^?]*\?(?:.*&)?ItemID=(?P<id>\d+)", re.IGNORECASE
                ),
                "item",
                params=ITEM,
                key=_in_list,
            ),
            Route(re.compile(r"[?&]ItemID=(?P<id>\d+)", re.IGNORECASE), "item", params=ITEM),
            Route(re.compile(r"[?&]nid=(?P<id>\d+)", re.IGNORECASE), "nid", frozenset({"nid"})),
            Route(re.compile(r"[?&]bvid=(?P<id>\d+)", re.IGNORECASE), "bvid", frozenset({"bvid"})),
            Route(
                re.compile(r"^(?P<id>/[^?]*/Pages/[^/?]+\.aspx)", re.IGNORECASE),
                "path",
                kind="unknown",
            ),
        ),
        lists=re.compile(
            r"/(?:default|trangchu|trang-?chu|home|index|chi-?tiet[^/?]*|chitiet[^/?]*|allitems)"
            r"(?:\.aspx)?(?:\?(?!(?:.*&)?(?:itemid|nid|bvid)=\d)|$)",
            re.IGNORECASE,
        ),
        state=re.compile(r"lv|mode|source", re.IGNORECASE),
    )
