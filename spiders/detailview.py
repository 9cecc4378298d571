"""The portals of Tuyên Quang: `/DetailView/<id>/<category>/<Slug>.html`.

To recognise: `/DetailView/` in addresses, "Cỡ chữ: A+ A-", a form "Xem tin theo ngày". Facts from
public addresses and texts of the provincial Front (2017-2025) and the city; the markup is not
described. Two date lines on one host: "Thứ Hai, 23/6/2025 - 11:47 Đã xem: 640", before that
"Thứ Sáu, ngày 7 tháng 6 năm 2019 - 08:37"; both are the article's own, unlike the clocks that look
like them.

The key is the first number after `/DetailView/`, the second is the category.
"""

from __future__ import annotations

import re

from spiders.routed import Route, Routed, Scheme
from spiders.rules.generic import layouts_of
from spiders.signs import sign

SIGNS = (sign("address", r"/DetailView/\d+/", 8, 2),)


class DetailView(Routed):
    """Lists turn by page numbers; the form that asks for a day leads nowhere else."""

    signs = SIGNS
    layouts = layouts_of("detailview")
    scheme = Scheme(
        routes=(Route(re.compile(r"/DetailView/(?P<id>\d+)(?:[/?]|$)", re.IGNORECASE), "detail"),)
    )
