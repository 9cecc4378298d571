"""ASP.NET WebForms portals, each written by hand: ids differ, so the text is found by its prose.

The ids here are those that the documented portals share; where none matches, the generic layer
reads title, date line, text and byline in their order on the page.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="webforms",
    version=1,
    section=("[class*=breadcrumb] a", "[id*=lblChuyenMuc]", "[id*=lblCategory]"),
    cut=("[id*=ListOther]", "[id*=TinKhac]", "[id*=TinLienQuan]", "[id*=OtherNews]"),
)

LAYOUTS = (Layout(rules=RULES),)
