"""The central site's engine: where the fields of an article stand, as others read the live site.

`.article__inner-relate` is a box of other stories within the text, newer than the story itself.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

RULES = Rules(
    platform="mattran-central",
    version=1,
    title=(".main-column h1",),
    lead=(".article__sapo",),
    body=(".article__body",),
    date=(".article__meta time",),
    author=(".article__author",),
    section=(".breadcrumbs a",),
    tags=(".article__tag a",),
    cut=(".article__inner-relate",),
)

LAYOUTS = (Layout(rules=RULES),)
