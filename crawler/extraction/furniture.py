"""Class and id words that name what surrounds an article: menus, related lists, share bars.

Matched as whole words between spaces, `_` and `-`. A word alone proves little (articles live in
`has-sidebar` and `tag-ton-giao`): the caller must check how much of the page's prose stands below
the element.
"""

from __future__ import annotations

import re
from functools import lru_cache

WEAK, STRONG = 1, 2
_STRONG_WORDS = (
    "comment comments commentlist respond disqus cookie cookies consent gdpr footer binhluan"
)
_STRONG_PHRASES = ("-binh-luan-", "-fb-root-")
_WEAK_WORDS = (
    "related recommend recommended recommendation recommendations share sharing social sidebar "
    "promo promotion promotions ad ads advert adverts advertisement advertising banner sponsor "
    "sponsored newsletter subscribe subscription signup menu nav navbar navigation breadcrumb "
    "breadcrumbs pagination pager paging copyright tags tagcloud popular readmore tinlienquan "
    "tinkhac othernews rating ratings stars toolbar tools byline credits metadata keywords login "
    "widget teaser outbrain taboola disclaimer donate donation poll vote voting statistic counter "
    "sharebar sharebox sharethis addthis socials "
    "skip print modal popup tooltip trending latest"
)
_WEAK_PHRASES = (
    "-side-bar-",
    "-author-box-",
    "-author-bio-",
    "-most-read-",
    "-most-viewed-",
    "-read-more-",
    "-lien-quan-",
    "-cung-chuyen-muc-",
    "-doc-nhieu-",
    "-xem-nhieu-",
    "-tin-khac-",
    "-other-news-",
    "-tool-bar-",
    "-entry-meta-",
    "-post-meta-",
    "-article-meta-",
    "-entry-footer-",
    "-screen-reader-",
    "-correction-form-",
    "-more-news-",
    "-header-top-",
)
_STRONG, _WEAK = frozenset(_STRONG_WORDS.split()), frozenset(_WEAK_WORDS.split())
_BETWEEN = re.compile(r"[\s_-]+")
# Tags that say it themselves.
TAGS = {"nav": WEAK, "footer": STRONG, "aside": WEAK}
# The largest share of a page's prose that may stand below an element with such a word.
SHARE_BELOW = {WEAK: 0.35, STRONG: 0.9}


@lru_cache(maxsize=8192)
def names_say(name: str) -> int:
    """0, WEAK or STRONG: what the words of a class or an id say of its element."""
    words = _BETWEEN.split(name.lower())
    joined = f"-{'-'.join(words)}-" if len(words) > 1 else ""
    if not _STRONG.isdisjoint(words) or any(said in joined for said in _STRONG_PHRASES):
        return STRONG
    if not _WEAK.isdisjoint(words) or any(said in joined for said in _WEAK_PHRASES):
        return WEAK
    return 0
