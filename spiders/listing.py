"""What a listing says of the articles it lists: link text, the date beside it, the teaser.

No selectors: an item is the largest block that holds links to one article only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.feeds import iso_time
from spiders.queries import text_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from spiders.family import Address

STAMP = re.compile(
    r"(?:\d{1,2}\s*[:hHg]\s*\d{2}(?::\d{2})?\s*(?:AM|PM|SA|CH)?[\s,|;-]*(?:ngày\s*)?)?"
    r"(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}(?!\d)"
    r"(?:\s*[-,|]?\s*\d{1,2}\s*[:hHg]\s*\d{2}(?::\d{2})?(?:\s*(?:AM|PM|SA|CH)\b)?)?",
)
"""A numeric date, with a time before or after it."""

RELATIVE = re.compile(r"\d+\s+(?:phút|giờ|ngày)(?:\s+trước)?(?!\w)|hôm (?:nay|qua)", re.IGNORECASE)
"""A relative one; counts only where nothing else stands."""

WHOLE = frozenset({"html", "body", "main", "form", "section"})
"""Never one item: a list of a single article would take the page's clock for its date."""

SHORT = 60
LEAST_EXCERPT = 40
EXCERPT_LIMIT = 2000
TEXT_LIMIT = 500


def text_of(anchor: etree._Element) -> str:
    """Return the words of a link: its title where its own only add a number to it."""
    text = anchor.text if len(anchor) == 0 else text_in(anchor)
    words = " ".join((text or "").split())
    title = anchor.get("title")
    if title and (not words or title in words):
        words = " ".join(title.split())
    return words[:TEXT_LIMIT]


def own_blocks(
    anchors: Sequence[tuple[etree._Element, Address]],
) -> Iterator[tuple[etree._Element, Address, etree._Element]]:
    """Yield each link with the largest block around it that holds no link to another article."""
    owner: dict[etree._Element, str | None] = {}
    for node, address in anchors:
        identity = address.key or address.url
        for block in (node, *node.iterancestors()):
            known = owner.setdefault(block, identity)
            if known is None:
                break
            if known != identity:
                _share(owner, block)
                break
    for node, address in anchors:
        block = node
        while (above := block.getparent()) is not None and owner.get(above) is not None:
            if above.tag in WHOLE:
                break
            block = above
        yield node, address, block


def _share(owner: dict[etree._Element, str | None], block: etree._Element) -> None:
    """Mark a block and all around it as holding several articles."""
    shared: etree._Element | None = block
    while shared is not None and owner.get(shared, "") is not None:
        owner[shared] = None
        shared = shared.getparent()


def item_hints(anchor: etree._Element, block: etree._Element) -> dict[str, str]:
    """Return the date and the teaser that stand in an item's block beside its headline."""
    hints: dict[str, str] = {}
    moment = block.find(".//time[@datetime]")
    if moment is not None and (read := iso_time(moment.get("datetime") or "")):
        hints["published_at"] = read
    headline = text_of(anchor)
    runs = [run for text in block.itertext() if (run := " ".join(str(text).split()))]
    others = [run for run in runs if run not in headline]
    date = next((found for run in others if (found := _stamp(run))), None)
    if date:
        hints["date"] = date
    excerpt = max(others, key=len, default="")
    if len(excerpt) >= LEAST_EXCERPT:
        hints["excerpt"] = excerpt[:EXCERPT_LIMIT]
    return hints


def _stamp(run: str) -> str | None:
    """Return the date string of a short run of text."""
    if len(run) > SHORT:
        return None
    found = STAMP.search(run) or RELATIVE.search(run)
    return found[0].strip(" -,|;") if found else None
