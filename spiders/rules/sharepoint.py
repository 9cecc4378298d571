"""SharePoint: where the fields stand under the "Tandan" skin, and in plain publishing pages.

Selectors as others wrote them for live portals with that skin; plain pages share the rich-text
field alone, and the generic scorer finds the rest.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="sharepoint",
    version=1,
    title=(".tandan-p-article-news-title",),
    lead=(".tandan-p-article-news-summary",),
    body=(".tandan-p-article-main .ms-rtestate-field", ".tandan-p-article-main"),
    date=(".tandan-span-date-publish",),
    section=("[class*=breadcrumb] a",),
    tags=(".td-tags a",),
    cut=(".tandan-div-article-other", ".td-tags"),
)

LAYOUTS = (Layout(rules=RULES),)
