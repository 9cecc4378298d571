"""What counts as the content of an article, and when two contents are the same."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.page import Article

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_FOLDED = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    "\u2026": "...",
    **dict.fromkeys(_INVISIBLE, ""),
}
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
# They are rare: looking for them is five times as fast as str.translate.
_VARIANTS = re.compile(f"[{''.join(_FOLDED)}]")


def normal(text: str | None) -> str:
    """Return `text` as contents are compared: NFC; spaces, dashes, quotes, ellipses folded.

    The style of tone marks (hòa, hoà) is kept: a site that changes it has changed its text.
    """
    folded = _VARIANTS.sub(
        lambda found: _FOLDED[found[0]], unicodedata.normalize("NFC", text or "")
    )
    return " ".join(folded.split())


def content_hash(article: Article) -> str:
    """Return the sha256, as hex, of what makes one revision of an article differ from another."""
    content = {
        "title": normal(article.title),
        "lead": normal(article.lead),
        "body": normal(article.body),
        "author": normal(article.author),
        "published_at": article.published_at or "",
        "captions": [normal(image.caption) for image in article.images if image.caption],
        "attachments": [attachment.url for attachment in article.attachments],
    }
    return sha256(_CANONICAL.encode(content).encode())


def links_hash(targets: Iterable[str]) -> str:
    """Return the sha256, as hex, of a set of article links: order and repetition do not count."""
    return sha256("\n".join(sorted(set(targets))).encode())


def sha256(data: bytes) -> str:
    """Return the sha256 of `data` as hex."""
    return hashlib.sha256(data).hexdigest()


def word_count(article: Article) -> int:
    """Return the number of syllables (words between spaces that hold a letter or digit)."""
    words = f"{article.lead or ''} {article.body}".split()
    others = [word for word in words if not word.isalnum()]
    return len(words) - len(others) + sum(any(map(str.isalnum, word)) for word in others)
