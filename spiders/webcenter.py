"""Oracle WebCenter Portal, as the districts of Quảng Nam used it.

To recognise: `/webcenter/portal/<site>/pages_<section>/chi-tiet?dDocName=PORTAL<id>` (or
`chi-tiet-tin`); parameters `_afrLoop`, `_afrWindowMode`, `_adf.ctrl-state`. Facts from public
addresses of four districts; the markup is not described, no page shows a date in its text.

The key is `dDocName`; all other parameters are state of the visit.
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (
    sign("address", r"/webcenter/portal/", 8),
    sign("address", r"[?&]dDocName=", 4),
    sign("address", r"[?&]_(?:afrLoop|adf\.ctrl-state)=", 4),
)


class WebCenter(Routed):
    """Lists turn by page numbers."""

    signs = SIGNS
    layouts = layouts_of("webcenter")
    scheme = Scheme(
        routes=(
            Route(
                re.compile(r"[?&]dDocName=(?P<id>\w+)", re.IGNORECASE),
                "doc",
                params=frozenset({"ddocname"}),
            ),
        ),
        state=re.compile(r"_afr\w+|_adf\.[\w-]+", re.IGNORECASE),
    )
