"""What a page's JSON-LD says of the article's text: a check on what was found, never a source.

A third of public pages carry it, often cut off, with other paragraphs, or escaped twice: as a
selector it finds worse texts than the scorer. But where it is far longer, something is missing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from crawler.extraction.shown import one_line

if TYPE_CHECKING:
    from crawler.extraction.document import Document

_STATED = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def declared_size(document: Document) -> int:
    """Characters of the longest `articleBody` in a page's JSON-LD; 0 when it has none."""
    sizes = [
        _size(stated)
        for script in document.matches.elements("script[type='application/ld+json']")
        for stated in _STATED.findall(script.text or "")
    ]
    return max(sizes, default=0)


def _size(stated: str) -> int:
    try:
        text = json.loads(stated, strict=False)
    except ValueError:
        return 0
    return len(one_line(_TAG.sub(" ", text)))
