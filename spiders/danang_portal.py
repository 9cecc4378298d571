"""The portal of Đà Nẵng and its wards since 2025: `/chi-tiet-tin/group/<g>/nid/<id>/<slug>`.

To recognise: `/group/<g>/nid/<id>/` in addresses; "Chi tiết tin", "A+ | A | A-" and "Ngày đăng:
12:17 | 16/11/2025" above the text. Facts from public addresses and texts of two hosts; the markup
is not described.

The key is the number after `/nid/`; group is the tenant or section, and digits may be missing in
slugs (`2-25-2-3` for 2025-2030).
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (sign("address", r"/group/\d+/nid/\d+(?:/|$)", 8, 2),)


class DaNangPortal(Routed):
    """Lists turn by page numbers."""

    signs = SIGNS
    layouts = layouts_of("danang-portal")
    scheme = Scheme(routes=(Route(re.compile(r"/nid/(?P<id>\d+)(?:[/?]|$)"), "nid"),))
