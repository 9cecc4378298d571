"""Repairs a parsed page in place: its texts and what its attributes show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.repair.texts import Repair, charset_of_font, repair_texts

if TYPE_CHECKING:
    from lxml import etree

_SHOWN = frozenset({"alt", "title", "content", "value"})
_UNREAD = frozenset({"script", "style", "noscript", "template"})
_FAMILY = re.compile(r"font-family\s*:\s*([^;,]+)", re.IGNORECASE)
# The parser lets pass what lxml does not take back.
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONTS = (b".vn", b".Vn", b".VN", b"vni-", b"VNI-", b"Vni-")

Slot = tuple["etree._Element", str]


def names_fonts(markup: bytes) -> bool:
    """Whether the page names a font of a legacy charset."""
    return any(font in markup for font in _FONTS)


def repair_tree(tree: etree._Element, markup: bytes) -> Repair:
    """Repair what stands in `tree`, which was parsed from `markup`."""
    slots = _slots(tree)
    texts = [_read(slot) for slot in slots]
    known: dict[etree._Element, str | None] = {}

    def font_of(at: int) -> str | None:
        font = _font(_holder(slots[at]), known)
        # Searching the page takes longer than asking the few elements that look damaged.
        return font if charset_of_font(font) and names_fonts(markup) else None

    better, repair = repair_texts(texts, font_of)
    for slot, before, after in zip(slots, texts, better, strict=True):
        if after != before:
            _write(slot, after)
    return repair


def _slots(tree: etree._Element) -> list[Slot]:
    found: list[Slot] = []
    for node in tree.iter("*"):
        text, tail, given = node.text, node.tail, node.keys()
        if text and not text.isascii() and node.tag not in _UNREAD:
            found.append((node, "text"))
        if tail and not tail.isascii():
            found.append((node, "tail"))
        if given and not _SHOWN.isdisjoint(given):
            found += [(node, name) for name in given if name in _SHOWN and _is_marked(node, name)]
    return found


def _is_marked(node: etree._Element, name: str) -> bool:
    return not node.get(name, "").isascii()


def _read(slot: Slot) -> str:
    node, place = slot
    if place == "text":
        return node.text or ""
    return (node.tail if place == "tail" else node.get(place)) or ""


def _write(slot: Slot, text: str) -> None:
    node, place = slot
    text = _NO_TEXT.sub("", text)
    if place == "text":
        node.text = text
    elif place == "tail":
        node.tail = text
    else:
        node.set(place, text)


def _holder(slot: Slot) -> etree._Element | None:
    node, place = slot
    return node.getparent() if place == "tail" else node


def _font(node: etree._Element | None, known: dict[etree._Element, str | None]) -> str | None:
    """Return the font that `node` and what holds it ask for, the innermost; without recursion."""
    above: list[etree._Element] = []
    font: str | None = None
    while node is not None:
        if node in known:
            font = known[node]
            break
        above.append(node)
        font = _own_font(node)
        if font is not None:
            break
        node = node.getparent()
    for seen in above:
        known[seen] = font
    return font


def _own_font(node: etree._Element) -> str | None:
    face: str | None = node.get("face")
    if face:
        return face.split(",")[0]
    style = _FAMILY.search(node.get("style") or "")
    return style[1] if style else None
