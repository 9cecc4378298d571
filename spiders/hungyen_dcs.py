"""The Party platform of Hưng Yên, `*.hungyen.dcs.vn`: `/<slug>-c<id>.html`.

To recognise: the host, and addresses that end in `-c<id>.html`; "Đăng ngày: 26/01/2026 - Lượt xem:
23" on one of its hosts. Facts from public addresses of three hosts; the markup is not described.

The key is the number after `-c`.
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (
    sign("host", r"(?:^|\.)hungyen\.dcs\.vn$", 4),
    sign("address", r"^/[^/?]+-c\d+\.html(?:\?|$)", 5, 3),
)


class HungYenDcs(Routed):
    """Lists turn by page numbers."""

    signs = SIGNS
    layouts = layouts_of("hungyen-dcs")
    scheme = Scheme(routes=(Route(re.compile(r"-c(?P<id>\d+)\.html(?:\?|$)")),))
