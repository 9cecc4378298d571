"""ASP.NET WebForms portals, each written by hand: ids differ, so the text is found by its prose.

The ids tried here are the habitual ones (a leaked `asp:Label ID="lblSummary"` was seen); where none
matches, the generic layer reads title, date line, text and byline in their order on the page.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="webforms",
    version=1,
    title=("[id$=lblTitle]", "[id$=lblTieuDe]", "[id$=lblTenBaiViet]"),
    date=("[id$=lblNgayDang]", "[id$=lblDate]", "[id$=lblDatePost]", "[id$=lblCreatedDate]"),
    lead=("[id$=lblSummary]", "[id$=lblTrichDan]", "[id$=lblTomTat]"),
    body=("[id$=lblContent]", "[id$=lblNoiDung]", "[id$=divContent]"),
    author=("[id$=lblTacGia]", "[id$=lblAuthor]"),
    section=("[class*=breadcrumb] a", "[id*=lblChuyenMuc]", "[id*=lblCategory]"),
    cut=("[id*=ListOther]", "[id*=TinKhac]", "[id*=TinLienQuan]", "[id*=OtherNews]"),
)

LAYOUTS = (Layout(rules=RULES),)
