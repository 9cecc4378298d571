"""The portals of Điện Biên: `/TinTuc/View/<slug>`, lists `/TinTuc/Blog/<section>?PageIndex=<n>`.

To recognise: the paths, in ASP.NET MVC style; lists also `/TinTuc/CM/<section>` and
`/<SECTION>/CM/?userkey=<section>`; mirrors of sections under `/dev~SITE~Sub/`. Facts from public
addresses of the provincial Front and two portals; the markup is not described. The Front writes the
month first ("Thời gian đăng: 4/10/2019 3:41:55 PM" on an event of April): its row says so.

The key is the slug, which is cut at a fixed length: no id is known.
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (
    sign("address", r"^/\w+/View/[^/?]+", 6, 2),
    sign("address", r"^/TinTuc/(?:View|Blog|CM)/", 3),
    sign("address", r"^/dev~", 2),
)


class DienBienPortal(Routed):
    """Lists turn by `PageIndex`, deeper than 150 pages on some hosts."""

    signs = SIGNS
    layouts = layouts_of("dienbien-portal")
    scheme = Scheme(
        routes=(Route(re.compile(r"/\w+/View/(?P<id>[^/?]+)", re.IGNORECASE), "slug"),),
        denied=re.compile(r"/dev~", re.IGNORECASE),
    )
