"""Liferay 6 and 7: asset publisher and journal content; themes of Vietnamese portals.

Most themes show title and date outside the article's own markup, so that the generic layer reads
them below the portlet's header. The selectors of the Bắc Giang theme come from its text alone.
"""

from __future__ import annotations

from crawler.extraction.rules import DateRule, Layout, Rules

RULES = Rules(
    platform="liferay",
    version=2,
    title=(
        ".asset-full-content .asset-title",
        ".journal-content-article h1.title",
        ".journal-content-article h1",
        ".wd-introduction h3.wd-tlh3-4",
    ),
    body=(
        ".asset-full-content .journal-content-article",
        ".asset-content .journal-content-article",
        ".asset-full-content .asset-content",
        "div.journal-content-article",
        ".wd-boxs .wd-introduction",
    ),
    date=(
        ".asset-full-content .metadata-publish-date",
        ".asset-publish-date",
        ".ngay-dang",
        ".date-public",
        "p.wd-date",
    ),
    dates=DateRule(),
    author=(".asset-full-content .metadata-author", "p.wd-actor"),
    section=(
        "[class*=breadcrumb] a",
        "h2.wd-tlh1-2",
    ),
    tags=(".asset-full-content .taglib-asset-tags-summary a",),
    attachments=("a.wd-download-pdf", ".asset-full-content .asset-links a"),
    cut=(
        ".asset-user-actions",
        ".asset-flag",
        ".asset-ratings",
        ".asset-more",
        ".asset-metadata",
        ".asset-links",
        ".taglib-ratings",
        ".taglib-discussion",
        ".lfr-discussion",
        ".taglib-social-bookmarks",
        ".wd-tlh3-4",
        ".wd-date",
        ".wd-actor",
        ".wd-print",
        ".wd-download-pdf",
    ),
)

LAYOUTS = (Layout(rules=RULES),)
