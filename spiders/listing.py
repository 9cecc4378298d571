"""What a listing says of the articles it lists: link text, the date beside it, the teaser.

No selectors: an item is the largest block that holds links to one article only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extraction.feeds import iso_time
from spiders.queries import text_in

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@dataclass(slots=True)
class Item:
    """One article of a list: the links to it, what they say, and the block around them."""

    address: Address
    anchor: etree._Element
    text: str
    words: list[str]
    block: etree._Element


def items(anchors: Sequence[tuple[etree._Element, Address]]) -> list[Item]:
    """Return the articles that links lead to, in order, each with the largest block of its own.

    A block is an article's own when it holds no link to another one.
    """
    owner = _owners(anchors)
    found: dict[str, Item] = {}
    for node, address in anchors:
        identity, text = address.key or address.url, text_of(node)
        item = found.get(identity)
        if item is None:
            found[identity] = Item(address, node, text, [text], node)
            continue
        item.words.append(text)
        if len(address.url) < len(item.address.url):
            item.address = address  # of an article's addresses the plainest
        if not item.text:
            item.anchor, item.text = node, text
    for item in found.values():
        item.block = _around(item.anchor, owner)
    return list(found.values())


def _owners(
    anchors: Sequence[tuple[etree._Element, Address]],
) -> dict[etree._Element, str | None]:
    """Map each element around links to the one article they lead to, or to None for several."""
    owner: dict[etree._Element, str | None] = {}
    for node, address in anchors:
        identity = address.key or address.url
        for block in (node, *node.iterancestors()):
            if block not in owner:
                owner[block] = identity
                continue
            if owner[block] != identity:
                _share(owner, block)
            break
    return owner


def _around(node: etree._Element, owner: dict[etree._Element, str | None]) -> etree._Element:
    while (above := node.getparent()) is not None and owner.get(above) is not None:
        if above.tag in WHOLE:
            break
        node = above
    return node


def _share(owner: dict[etree._Element, str | None], block: etree._Element) -> None:
    """Mark a block and all around it as holding several articles."""
    shared: etree._Element | None = block
    while shared is not None and owner.get(shared, "") is not None:
        owner[shared] = None
        shared = shared.getparent()


def blocks(listed: Sequence[Item]) -> list[int]:
    """Return for each item the number of the list or box in which it stands, from 1."""
    numbers: dict[etree._Element | None, int] = {}
    return [numbers.setdefault(item.block.getparent(), len(numbers) + 1) for item in listed]


def item_hints(item: Item) -> dict[str, str]:
    """Return the date and the teaser that stand in an item's block beside its headline."""
    hints: dict[str, str] = {}
    moment = item.block.find(".//time[@datetime]")
    if moment is not None and (read := iso_time(moment.get("datetime") or "")):
        hints["published_at"] = read
    runs = [run for text in item.block.itertext() if (run := " ".join(str(text).split()))]
    others = [run for run in runs if not any(run in words for words in item.words)]
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
