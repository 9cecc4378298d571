"""Joomla: where the fields of an article stand in the product's own templates.

From the markup of `com_content` (1.5 tables, 2.5 to 4 microdata); seen on no Front site yet, and
templates change it freely: where nothing matches, the generic scorer finds text and date.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="joomla",
    version=1,
    title=(
        ".item-page h1[itemprop=headline]",
        ".item-page h2[itemprop=headline]",
        ".item-page .page-header h2",
        "td.contentheading",
    ),
    body=(".item-page [itemprop=articleBody]", ".com-content-article__body"),
    date=(
        ".item-page time[itemprop=datePublished]@datetime",
        ".item-page dd.published time@datetime",
        ".item-page dd.published",
        "td.createdate",
    ),
    author=(".item-page dd.createdby [itemprop=name]", ".item-page dd.createdby"),
    section=(".item-page dd.category-name a", ".breadcrumb a", "[class*=breadcrumb] a"),
    tags=(".item-page ul.tags a",),
    lead_image=(".item-page .item-image",),
    cut=(".icons", ".content_rating", "ul.pager", "ul.pagenav", ".article-info", "dl.article-info"),
    byline_first=True,
)

LAYOUTS = (Layout(rules=RULES),)
