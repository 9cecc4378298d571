"""WordPress: where the fields of a post stand, classic and block themes.

The byline link names the account that uploaded the text: a byline in the text counts more.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="wordpress",
    version=1,
    article=(
        "body.single-post",
        "body.single article.type-post",
        ".type-post h1.entry-title",
    ),
    title=(
        "h1.entry-title",
        "h1.wp-block-post-title",
        "h1.post-title",
        "article h1",
        "h2.entry-title",
        "main h1",
    ),
    body=(
        "article.type-post div.entry-content",
        "div.wp-block-post-content",
        "div.entry-content",
        "article.type-post div.post-content",
        "div.td-post-content",
    ),
    date=(
        "time.entry-date.published@datetime",
        "time.entry-date@datetime",
        ".wp-block-post-date time@datetime",
        "time.published@datetime",
        "span.posted-on time@datetime",
    ),
    date_meta=("article:published_time",),
    author=(
        "article .byline a[rel=author]",
        "article .author.vcard a",
        ".wp-block-post-author__name",
        ".wp-block-post-author-name",
    ),
    section=(
        ".cat-links a:first-of-type",
        ".wp-block-post-terms.taxonomy-category a:first-of-type",
        "article a[rel~=category]:first-of-type",
    ),
    tags=(
        ".tags-links a",
        ".wp-block-post-terms.taxonomy-post_tag a",
        "article footer a[rel=tag]",
    ),
    lead_image=(
        "article figure.post-thumbnail",
        "article div.post-thumbnail",
        "figure.wp-block-post-featured-image",
    ),
    cut=(
        "div.sharedaddy",
        "div.jp-relatedposts",
        "div.yarpp",
        "div.yarpp-related",
        "div.addtoany_share_save_container",
        "div.post-views",
        "div.page-links",
        "nav",
    ),
    byline_first=True,
)

LAYOUTS = (Layout(rules=RULES),)
