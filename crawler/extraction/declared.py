"""What a page's JSON-LD says of the article: a check on what was found, never its source.

A third of public pages carry it, often cut off, with other paragraphs, or escaped twice: as a
selector it finds worse texts than the scorer. But where it is far longer, something is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import unescape
from typing import TYPE_CHECKING

from crawler.extraction.shown import one_line

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.extraction.selectors import Matches

# Written so that a text is passed in runs, not letter by letter.
_STATED = re.compile(r'"articleBody"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")', re.DOTALL)
_HEADLINE = re.compile(r'"headline"\s*:\s*("(?:[^"\\]|\\.){8,300}")')
_AUTHOR = re.compile(r'"author"\s*:\s*(\[[^\[\]]{0,2000}\]|\{[^{}]{0,1000}\})')
_PUBLISHER = re.compile(r'"publisher"\s*:\s*(\{[^{}]{0,1000}\}?)')
_NAME = re.compile(r'"name"\s*:\s*("(?:[^"\\]|\\.){4,60}")')
_MOST_AUTHORS = 10
_TAG = re.compile(r"<[^>]*>")


def declared_size(document: Document) -> int:
    """Characters of the longest `articleBody` in a page's JSON-LD; 0 when it has none."""
    sizes = [
        _size(stated)
        for script in document.matches.elements("script[type='application/ld+json']")
        for stated in _STATED.findall(script.text or "")
    ]
    return max(sizes, default=0)


def declared_headline(matches: Matches) -> str:
    """The `headline` that a page's JSON-LD gives; "" where it has none, or those of several."""
    found = {
        _text(stated)
        for script in matches.elements("script[type='application/ld+json']")
        for stated in _HEADLINE.findall(script.text or "")
    }
    return found.pop() if len(found) == 1 else ""


def declared_authors(matches: Matches) -> list[str]:
    """The persons that a page's JSON-LD and its metadata name as authors; not who publishes it."""
    scripts = matches.elements("script[type='application/ld+json']")
    texts = [text for one in scripts if '"author"' in (text := one.text or "")]
    blocks = [block for text in texts for block in _AUTHOR.findall(text)]
    named = _names(block for block in blocks if "Organization" not in block)
    named += [value for value, *_ in matches.values(("meta[name=author]@content",))]
    if not named:
        return []
    houses = _names(block for text in texts for block in _PUBLISHER.findall(text))
    houses += [value for value, *_ in matches.values(("meta[property='og:site_name']@content",))]
    named = [name for name in dict.fromkeys(named) if name and name not in houses]
    return named[:_MOST_AUTHORS]


def _names(blocks: Iterable[str]) -> list[str]:
    return [_text(name) for block in blocks for name in _NAME.findall(block)]


def _text(stated: str) -> str:
    try:
        return one_line(_TAG.sub(" ", unescape(json.loads(stated, strict=False))))
    except ValueError:
        return ""


def _size(stated: str) -> int:
    try:
        text = json.loads(stated, strict=False)
    except ValueError:
        return 0
    return len(one_line(_TAG.sub(" ", text)))
