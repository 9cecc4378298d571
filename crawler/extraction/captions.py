"""Captions: which lines of an article say what a picture shows, and the pictures with them.

Editors rarely use `figcaption`: half of all captions are a short centred or italic paragraph after
the picture, a second table row, a line after a `br`, or a leftover `[caption]` shortcode.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from archive.page import Image
from crawler.extraction.blocks import CENTRE, RIGHT, Line, Walk
from crawler.extraction.language import language_of
from crawler.extraction.photo_credit import photographer
from crawler.extraction.phrases import AGENCY, AUTHOR_LABEL, CREDIT, SENTENCE_END, SHORTCODE
from crawler.extraction.region import Group, is_prose
from crawler.extraction.shown import one_line
from crawler.extraction.wording import same_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.extraction.document import Document

_LONGEST = 220
_LONGEST_AGENCY = 90
_LONGEST_NAME = 24  # "(Associated Press )"
_LONGEST_CREDIT = 100  # from its label to the line's end
_PICTURES = ("ảnh", "hình", "photo", "image", "picture")  # one of them is in each credit
_PROSE_SHARE = 0.4  # one news site names its whole article "caption"
_CAPTION_NAMES = re.compile(
    r"(?:^|[\s_-])(?:caption|figcaption|photo-credit|image-credit|img-desc|photocms_caption|"
    r"pcaption|chu-thich|chuthich|tplcaption)(?=$|[\s_-])",
    re.IGNORECASE,
)
_CAPTION_CELL = re.compile(r"^image$", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[-+•*–]|\d+[.)])\s")
_QUOTES = ("“", '"', "”", "«", "‘")
_ADDRESSES = ("src", "data-src", "data-original", "data-lazy-src", "data-lazy", "data-echo")
_LAZY = frozenset(_ADDRESSES[1:])
_ICON = 40  # pixels: smaller pictures are bullets, counters, share buttons
_SIZE = re.compile(r"^\s*(\d+)(?:px)?\s*$")

_first_of = attrgetter("first")
_line_of = attrgetter("line")


def find_captions(walk: Walk, groups: list[Group]) -> dict[int, int | None]:
    """The caption lines among `groups`: line index -> index of its picture, None if unknown."""
    captions: dict[int, int | None] = {}
    for first, last in _caption_boxes(walk, groups):
        for index in range(first, last):
            captions[index] = _picture_of(walk, index, first, last)
    for group in groups:
        for index in range(group.first, group.last):
            if index not in captions and _reads_as_caption(walk, index, captions):
                captions[index] = _picture_of(walk, index)
    return captions


def _caption_boxes(walk: Walk, groups: list[Group]) -> list[tuple[int, int]]:
    """Line ranges of elements that are captions by their markup."""
    if not groups:
        return []
    start, end = groups[0].first, groups[-1].last
    most: float | None = None  # what a named box may hold, counted where there is one
    boxes = []
    inside = bisect_left(walk.nodes, start, key=_first_of)  # most of a page stands before or after
    for number in range(inside, bisect_left(walk.nodes, end, key=_first_of)):
        node = walk.nodes[number]
        if node.first == node.last or node.last > end:
            continue
        named = _named_caption(node.tag, node.kind)
        if not named and node.tag != "table":
            continue
        lines = walk.lines[node.first : node.last]
        size = sum(line.size for line in lines)
        if named and most is None:
            prose = sum(group.size for group in groups if is_prose(group))
            most = max(_PROSE_SHARE * prose, _LONGEST)
        if (most is not None and named and size <= most) or (
            node.tag == "table" and _is_caption_table(walk, number, lines, size)
        ):
            boxes.append((node.first, node.last))
    return boxes


def _named_caption(tag: str, kind: str) -> bool:
    if tag == "figcaption" or not kind:
        return tag == "figcaption"
    if tag == "td" and _CAPTION_CELL.match(kind):
        return True
    # A figure named "wp-caption" holds picture and caption; a div named so may hold the article.
    return _names_caption(kind)


@lru_cache(maxsize=4096)
def _names_caption(kind: str) -> bool:
    return _CAPTION_NAMES.search(kind) is not None


def _is_caption_table(walk: Walk, number: int, lines: list[Line], size: int) -> bool:
    """A table of pictures whose only text is a short line for each."""
    if any(line.row or line.heading for line in lines):
        return False
    node = walk.nodes[number]
    first = bisect_left(walk.images, node.first, key=_line_of)
    last = bisect_right(walk.images, node.last, key=_line_of)
    count = sum(1 for picture in walk.images[first:last] if _inside(walk, picture.node, number))
    return count > 0 and len(lines) <= 2 * count and size <= _LONGEST * count


def _inside(walk: Walk, node: int, outer: int) -> bool:
    while node > outer:
        node = walk.nodes[node].parent
    return node == outer


def _reads_as_caption(walk: Walk, index: int, captions: dict[int, int | None]) -> bool:
    line = walk.lines[index]
    if line.size > _LONGEST or line.row or line.item or line.heading:
        return False
    told = "[" in line.text and bool(SHORTCODE.search(line.text))
    labelled = ":" in line.text
    # "Tin, ảnh: ..." names who wrote the article too.
    if told or (labelled and AUTHOR_LABEL.match(line.text)):
        return told
    if index - 1 in captions and same_words(line.text, walk.lines[index - 1].text):
        return True  # printed twice
    if labelled and _has_credit(line.text):
        return _picture_of(walk, index) is not None
    return _follows_picture(walk, index)


def _has_credit(text: str) -> bool:
    """Whether a line ends with the label of a picture and a name."""
    start = max(0, len(text) - _LONGEST_CREDIT)
    lowered = text[start:].lower()
    named = any(word in lowered for word in _PICTURES)
    return named and CREDIT.search(text, start) is not None


def _follows_picture(walk: Walk, index: int) -> bool:
    """Whether a line right after a picture says what it shows, or whose it is, or the line after
    that one does."""
    line = walk.lines[index]
    if line.image is None or line.linked > line.size / 2:
        return walk.lines[max(index - 1, 0)].image is not None and _names_agency(line)
    return _looks_like_caption(line) or any(map(_names_agency, walk.lines[index : index + 2]))


def _names_agency(line: Line) -> bool:
    """Whether a line says whose picture the one above is: "Lê An | Reuters"."""
    if line.size > _LONGEST_AGENCY:
        return False
    # Agencies are looked for where their names fit before the end.
    return AGENCY.search(line.text, max(0, len(line.text) - _LONGEST_NAME)) is not None


def _looks_like_caption(line: Line) -> bool:
    """Whether a line right after a picture looks like its caption, not like text going on."""
    if line.align == RIGHT or line.text.startswith(_QUOTES) or _LIST_MARK.match(line.text):
        return False
    if line.align == CENTRE or line.italic >= 0.85 * line.size:
        return True
    # Portals drop captions in as bare paragraphs; elsewhere a line without an end is just short.
    ended = line.text.endswith((*SENTENCE_END, ","))
    return not ended and line.bold < 0.85 * line.size and language_of(line.text) == "vi"


def _picture_of(walk: Walk, index: int, first: int = -1, last: int = -1) -> int | None:
    """The picture a caption line belongs to: the last one before it, else the first in its box."""
    own = walk.lines[index].image
    if own is not None:
        return own
    after = bisect_right(walk.images, index, key=_line_of)
    if after:
        return after - 1
    in_box = bool(walk.images) and first <= walk.images[0].line <= last
    return 0 if in_box else None


def captioned_images(
    document: Document, walk: Walk, numbers: list[int], captions: dict[int, int | None]
) -> list[Image]:
    """The pictures `numbers` of a walk with their captions, addresses absolute, icons left out."""
    texts: dict[int, list[str]] = {}
    for index in sorted(captions):
        number = captions[index]
        text = walk.lines[index].text
        if "[" in text:
            text = one_line(SHORTCODE.sub(" ", text))
        if number is not None and text and text not in texts.setdefault(number, []):
            texts[number].append(text)
    images = []
    for number in numbers:
        given = cast("dict[str, str]", dict(walk.images[number].element.items()))
        address = _picture_address(document, given)
        if address and not _is_icon(given):
            images.append(_image_of(address, given, " ".join(texts.get(number, []))))
    return merged(images)


def _image_of(address: str, given: Mapping[str, str], caption: str) -> Image:
    """An image with the photographer named in its caption; the caption stays as shown."""
    return Image(
        url=address,
        caption=caption or None,
        credit=photographer(caption) if caption else None,
        alt=one_line(given.get("alt", "")) or None,
    )


def _picture_address(document: Document, given: Mapping[str, str]) -> str | None:
    """The absolute address of an `img`, also where a script would fill it in."""
    for name in _ADDRESSES:
        value = given.get(name, "").strip()
        if name == "src" and _has_lazy(given):
            continue
        if value and not value.startswith(("data:", "about:")):
            address = document.absolute(value)
            if address:
                return address
    return _first_of_set(document, given)


def _first_of_set(document: Document, given: Mapping[str, str]) -> str | None:
    """The first address of a picture that is given in several sizes alone."""
    for name in ("srcset", "data-srcset"):
        first = given.get(name, "").strip().partition(" ")[0].rstrip(",")
        if first and not first.startswith("data:"):
            return document.absolute(first)
    return None


def _has_lazy(given: Mapping[str, str]) -> bool:
    return not _LAZY.isdisjoint(given) and any(given.get(name) for name in _LAZY)


def _is_icon(given: Mapping[str, str]) -> bool:
    sizes = [_SIZE.match(given[name]) for name in ("width", "height") if name in given]
    known = [int(match[1]) for match in sizes if match]
    return bool(known) and max(known) < _ICON


def merged(images: list[Image]) -> list[Image]:
    """Each address once, in order, unless it is shown again under another caption."""
    if len(images) < 2:
        return images
    kept: list[Image] = []
    by_address: dict[str, list[Image]] = {}
    for image in images:
        twins = by_address.setdefault(image.url, [])
        if any(_says_no_more(image, twin) for twin in twins):
            continue
        silent = next((twin for twin in twins if twin.caption is None), None)
        if silent is not None:
            silent.caption, silent.credit = image.caption, image.credit
            silent.alt = silent.alt or image.alt
            continue
        twins.append(image)
        kept.append(image)
    return kept


def _says_no_more(image: Image, other: Image) -> bool:
    if image.caption is None:
        return True
    return other.caption is not None and same_words(image.caption, other.caption)
