"""The portals of Hạ Long and Uông Bí: `/<slug>-p13n<id>.html`.

To recognise: addresses end in `-p<portal>n<id>.html`; side boxes "Thời tiết", "Tỷ giá ngoại tệ",
"Thống kê truy cập", "Đang online 614". Facts from public addresses and texts of the city, five of
its wards and communes and Uông Bí; the markup is not described, no page shows a date in its text.

The key is the id; the wards of one city seem to share one id space. Hạ Long ran Liferay before.
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (sign("address", r"-p\d+n\d+\.html(?:\?|$)", 8, 2),)


class P13n(Routed):
    """Lists turn by page numbers."""

    signs = SIGNS
    layouts = layouts_of("p13n")
    scheme = Scheme(routes=(Route(re.compile(r"-p\d+n(?P<id>\d+)\.html(?:\?|$)")),))
