"""The portal of Hà Nội since 2025 and its wards: `/<section>/<slug>-<digits>.htm`.

To recognise: 15 to 19 digits before `.htm`: the site's number (1 to 4 digits), the time as
yymmddHHMMSS, and 2 or 3 digits more: 4|250919162226|386 is 2025-09-19 16:22:26. Facts from public
addresses of two hosts; the markup is not described. The text shows relative times only ("Anh Đức 2
giờ trước"), so the address is the date's source; texts begin with "HNP -".

The key is the whole run of digits.
"""

from __future__ import annotations

import re

from crawler.extraction.rules import DateRule
from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (sign("address", r"-\d{15,19}\.htm(?:\?|$)", 8, 2),)


class HanoiTimestamp(Routed):
    """Lists turn by page numbers."""

    signs = SIGNS
    layouts = layouts_of("hanoi-timestamp", DateRule(trust="url"))
    scheme = Scheme(routes=(Route(re.compile(r"-(?P<id>\d{15,19})\.htm(?:\?|$)")),))
