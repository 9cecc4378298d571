"""Class and id words that name what surrounds an article: menus, related lists, share bars.

Matched at the start of a class token or after `_` or `-`, as whole words. A word alone proves
little (articles live in `has-sidebar` and `tag-ton-giao`): the caller must check how much of the
page's prose stands below the element.
"""

from __future__ import annotations

import re
from functools import lru_cache

WEAK, STRONG = 1, 2
_WEAK_WORDS = (
    "related|recommend(?:ed|ations?)?|share|sharing|social|sidebar|side-bar|promo|promotions?|ads?|"
    "advert(?:s|isement|ising)?|banner|sponsor(?:ed)?|newsletter|subscribe|subscription|signup|"
    "menu|nav|navbar|navigation|breadcrumbs?|pagination|pager|paging|copyright|tags|tagcloud|"
    "author-box|author-bio|popular|most-read|most-viewed|read-more|readmore|tin-lien-quan|"
    "tinlienquan|tin-khac|tinkhac|other-news|othernews|rating|ratings|stars|toolbar|tool-bar|"
    "tools|byline|credits|entry-meta|post-meta|article-meta|metadata|entry-footer|keywords|login|"
    "widget|teaser|outbrain|taboola|disclaimer|donate|donation|poll|vote|voting|statistic|counter|"
    "skip|screen-reader|print|modal|popup|tooltip|correction-form|trending|latest|more-news|header-top"
)
_STRONG_WORDS = (
    "comments?|commentlist|respond|disqus|cookies?|consent|gdpr|footer|binh-luan|binhluan|fb-root"
)
_WEAK = re.compile(rf"(?:^|[\s_-])(?:{_WEAK_WORDS})(?=$|[\s_-])", re.IGNORECASE)
_STRONG = re.compile(rf"(?:^|[\s_-])(?:{_STRONG_WORDS})(?=$|[\s_-])", re.IGNORECASE)
_TAGS = {"nav": WEAK, "footer": STRONG, "aside": WEAK}
# The largest share of a page's prose that may stand below an element with such a word.
SHARE_BELOW = {WEAK: 0.35, STRONG: 0.9}


def named(tag: str, *names: str) -> int:
    """0, WEAK or STRONG: what a tag and the words of its class and its id say of an element."""
    kind = _TAGS.get(tag, 0)
    for name in names:
        if name:
            kind = max(kind, _named(name))
    return kind


@lru_cache(maxsize=8192)
def _named(name: str) -> int:
    if _STRONG.search(name):
        return STRONG
    return WEAK if _WEAK.search(name) else 0
