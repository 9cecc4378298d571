"""Drupal 7 to 10: where the fields of a node stand in the product's own templates.

From the markup of the core themes (Bartik, Olivero, Stable); seen on no Front site yet, and themes
change it freely: where nothing matches, the generic scorer finds text and date.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="drupal",
    version=1,
    title=("h1.page-title", "h1.page-header", "h1#page-title"),
    body=(
        "article .field--name-body",
        ".node--view-mode-full .field--name-body",
        ".node .field-name-body",
    ),
    date=(
        "article .node__submitted time@datetime",
        ".node__meta time@datetime",
        ".field--name-created time@datetime",
        ".submitted [property~='dc:date']@content",
    ),
    section=(".breadcrumb a", "[class*=breadcrumb] a"),
    tags=(".field--name-field-tags a", ".field-name-field-tags a"),
    lead_image=("article .field--name-field-image", ".node .field-name-field-image"),
    cut=("ul.links", ".links.inline", ".comment-wrapper", "nav", ".field--name-comment"),
    byline_first=True,
)

LAYOUTS = (Layout(rules=RULES),)
