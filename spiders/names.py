"""Who a site belongs to, guessed from its titles and its host: name, level, province, owner."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.provinces import PROVINCES
from spiders.queries import Strings
from spiders.relevance import folded

if TYPE_CHECKING:
    from crawler.extraction.document import Document

TITLE = Strings("//head/title//text()")
SITE_NAME = Strings("//meta[@property='og:site_name']/@content")
PARTS = re.compile(r"\s+[-–—|»:]\s+|\s*\|\s*")
WHOLE = 4
LONGEST = 100

OWN_WORDS = re.compile(
    r"mttq|mat tran|cong thong tin|trang thong tin|uy ban|ubnd|bao |tap chi|portal|so |dang bo"
)
LEVELS = (
    ("press", re.compile(r"^(?:bao|tap chi)\b")),
    ("central", re.compile(r"\btrung uong\b")),
    ("ward", re.compile(r"\b(?:xa|phuong|thi tran|dac khu)\b")),
    ("district", re.compile(r"\b(?:huyen|quan|thi xa)\b")),
)
CITY = re.compile(r"\bthanh pho (\w+ \w+)|\btp\.? (\w+ \w+)")
CITIES = frozenset({"ha noi", "ho chi", "hai phong", "da nang", "can tho"})


def name_of(documents: Iterable[Document], host: str) -> str:
    """Return what a site calls itself, its host where it says nothing."""
    pages = list(documents)
    named = [name for page in pages for name in SITE_NAME(page.tree) if name.strip()]
    parts = Counter(
        part for page in pages for part in dict.fromkeys(_parts("".join(TITLE(page.tree))))
    )
    named += [part for part, _ in parts.most_common() if OWN_WORDS.search(folded(part))]
    named += [part for part, count in parts.most_common(1) if count > 1]
    found = next((text for name in named if (text := " ".join(name.split()))), host)
    return found[:LONGEST]


def _parts(title: str) -> list[str]:
    return [part for text in PARTS.split(title) if (part := " ".join(text.split()))]


def level_of(name: str) -> str:
    """Return the level of the unit a name speaks of; a province where it names no smaller one."""
    plain = folded(name)
    for level, words in LEVELS:
        if words.search(plain):
            return level
    city = CITY.search(plain)
    if city and (city[1] or city[2]) not in CITIES and "thanh pho hue" not in plain:
        return "district"
    return "province"


def province_of(name: str, host: str) -> str:
    """Return the province (as before July 2025) that a name or a host tells; empty for none."""
    plain, labels = folded(name), host.lower().replace("-", "")
    for province in sorted(PROVINCES, key=len, reverse=True):
        word = folded(province).removeprefix("tp ")
        if re.search(rf"\b{re.escape(word)}\b", plain):
            return province
    for province in sorted(PROVINCES, key=len, reverse=True):
        if re.sub(r"\W+", "", folded(province).removeprefix("tp ")) in labels:
            return province
    return ""
