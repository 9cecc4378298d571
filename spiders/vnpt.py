"""Portals of districts, wards and communes with `/<category>/<slug>-<id>`, without an extension.

To recognise: six digits at the end of the last segment (seven on one host), alt texts as lines
("anh tin bai", "image banner", "Top slide banner", "Responsive image"). Facts from public addresses
in Sơn La, Hải Phòng, Long An and Phú Yên: the family is certain, its vendor is not. The markup is
not described; on the hosts of Hải Phòng a bare date before or after the title is the article's.

The key is the number; ids seem to be one range for many hosts. The category may change.
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (
    sign("address", r"^/[^/?]+/[^/?]+-\d{6,7}/?$", 4, 3),
    sign("markup", r"alt=[\"'](?:anh tin bai|image banner|top slide banner)[\"']", 3),
)


class Vnpt(Routed):
    """Lists turn by page numbers."""

    signs = SIGNS
    layouts = layouts_of("vnpt")
    scheme = Scheme(routes=(Route(re.compile(r"^/[^/?]+/[^?]*-(?P<id>\d{6,7})/?(?:\?|$)")),))
