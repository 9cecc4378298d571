"""What is known of a page before it is read: the words of the listing that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hints:
    """What a listing, feed or sitemap said of an article; every part may be empty.

    `text` is the link's own text, `date` the date string beside it, `published_at` one already
    read (ISO), `excerpt` the teaser or summary.
    """

    text: str = ""
    date: str = ""
    published_at: str = ""
    excerpt: str = ""
    author: str = ""
    section: str = ""

    @classmethod
    def of(cls, text: str = "", said: Mapping[str, str] | None = None) -> Hints:
        """Hints from a frontier row: its link text and its hints."""
        known = said or {}
        return cls(
            text=known.get("text") or text,
            date=known.get("date", ""),
            published_at=known.get("published_at", ""),
            excerpt=known.get("excerpt", ""),
            author=known.get("author", ""),
            section=known.get("section", ""),
        )
