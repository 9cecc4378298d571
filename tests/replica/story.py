"""What a replica site publishes: a story as it was written, and the truth a reader may expect."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Literal

VIETNAM = timezone(timedelta(hours=7))

BlockKind = Literal["p", "h", "quote", "li", "dash", "tr", "image"]
Variant = Literal["A", "B", "C", "D", "E"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body. `li` and `tr` hold all lines of a list or table, cells split by `|`."""

    kind: BlockKind
    text: str = ""
    lines: tuple[str, ...] = ()
    src: str = ""  # of an image; `text` is then its caption, maybe empty

    def truth_lines(self) -> list[tuple[str, str]]:
        """The (type, text) lines a careful reader copies out; a caption is not among them."""
        if self.kind == "image":
            return []
        if self.kind == "tr":
            return [("tr", " | ".join(line.split("|"))) for line in self.lines]
        if self.kind in ("li", "dash"):
            return [("li", line) for line in self.lines]
        return [(self.kind, self.text)]


@dataclass(slots=True, kw_only=True)
class Story:
    """An article as its editors wrote it. `blocks` change by edits, everything else is for good."""

    number: int
    cms_id: int
    slug: str
    title: str
    lead: str
    blocks: list[Block]
    section: str
    author: str | None
    author_where: Literal["body", "field", "none"]
    published: datetime
    tags: tuple[str, ...]
    source: str | None
    attachment: str | None
    variant: Variant
    lead_repeated: bool
    decomposed: bool  # typed on a system that writes NFD
    views: int
    edits: int = 0
    edited_at: datetime | None = None

    def images(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "image"]


@dataclass(slots=True, kw_only=True)
class Truth:
    """What an archive should hold of one article.

    `key` is the platform's identity, `address` the canonical path, `body` the lines in order with
    their types beside them (p, h, quote, li, tr with cells joined by " | "), without lead, captions
    and byline. `published_at` is what the page itself lets a reader know: None when it hides the
    date; `written_at` is when it really appeared. `lead_where` is "field" (an element of its own),
    "body" (only as the first paragraph) or "excerpt" (not on the page at all, only in feeds).
    """

    url: str
    site: str
    key: str
    cms_id: int
    title: str
    lead: str
    lead_where: Literal["field", "body", "excerpt"]
    body: list[str]
    body_types: list[str]
    captions: list[str]
    author: str | None
    author_where: str
    section: str
    published_at: str | None
    published_precision: Literal["second", "minute", "day", "none"]
    written_at: str
    images: list[str]
    attachments: list[str]
    tags: list[str]
    source: str | None
    variant: str
    twins: list[str] = field(default_factory=list)  # other addresses of the same article
    edits: int = 0

    @property
    def text(self) -> str:
        """Lead and body as one text, blocks separated by a blank line."""
        lead = [self.lead] if self.lead and self.lead_where != "excerpt" else []
        return "\n\n".join(lead + self.body)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def clean(text: str) -> str:
    """`text` as the archive shows it: composed, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
