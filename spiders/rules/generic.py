"""Sites whose markup nobody has described: the generic scorer finds title, text and date.

The selectors here are conventions of many sites; they only add what the scorer does not read.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.extraction.rules import DateRule, Layout, Rules

RULES = Rules(
    platform="generic",
    version=1,
    section=(
        "meta[property='article:section']@content",
        "[class*=readcrumb] a",
        "a[rel~=category]",
    ),
    author=("a[rel=author]",),
    tags=("meta[property='article:tag']@content", "a[rel=tag]"),
    byline_first=True,
)

LAYOUTS = (Layout(rules=RULES),)


def layouts_of(platform: str, dates: DateRule = RULES.dates) -> tuple[Layout, ...]:
    """Return the layouts of a platform whose markup nobody has described, under its own name.

    `dates` are its habits in writing dates, where these are known.
    """
    return (Layout(rules=replace(RULES, platform=platform, dates=dates)),)
