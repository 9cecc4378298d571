"""A page's text as a flat list of lines, and its block-level elements as ranges of that list.

One walk gives everything that later steps judge: how long a line is, how much of it is link, where
it stands, what it looks like, which picture precedes it. A `br` ends a line, two end a group: what
is long enough to be prose is judged on the group, what a line says on the line alone. Word paste
and `br br` paragraphs come out like any others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from lxml import etree

from crawler.extraction.furniture import TAGS, names_say
from crawler.extraction.shown import one_line, one_lines

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "head",
        "title",
        "meta",
        "link",
        "datalist",
        "frameset",
    ]
)
BLOCK = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDING = frozenset({"hidden", "d-none", "sr-only", "visually-hidden"})
_RIGHT_CLASS = re.compile(r"text-(?:right|end)\b|has-text-align-right|alignright-text")
_CENTRE_CLASS = re.compile(r"text-center\b|has-text-align-center")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGN_STYLE = re.compile(r"text-align\s*:\s*(left|right|center|justify|end|start)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_PLACED = frozenset({"table", "hr", "legend"})  # their `align` says where they stand
_NO_CELL_HOLDS = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "img"])
_LISTS = frozenset(["ul", "ol", "menu", "nav"])
_FEWEST_LINKS = 3
_LISTS_IN_LISTS = 3  # each level is measured before it is read
_MOST_CLASSES = 8192  # kept in memory
_NO_BREAK_SPACE = "\xa0".encode()
_MAX_DEPTH = 150  # two frames each of Python's 1000; real pages stay below 60

# Tags that say something of the text in them, besides where it ends.
_TELLING = frozenset(["center", "li", "blockquote", "th", *HEADINGS, *TAGS])

RIGHT, CENTRE = "right", "center"

# How text looks, as bits: it is handed down the tree and hardly ever changes on the way.
_LINK, _ITALIC, _BOLD = 1, 2, 4
_LOOKS = frozenset({"style", "align", "hidden"})  # attributes, besides the class
_MARKS = {"i": _ITALIC, "em": _ITALIC, "cite": _ITALIC, "b": _BOLD, "strong": _BOLD, "th": _BOLD}


@dataclass(slots=True)
class Line:
    """A run of text between two block boundaries or line breaks.

    `size` counts characters, `linked`, `italic` and `bold` those inside links, italics and bold.
    `node` is the index of the block-level element it stands in, `group` that of the first line of
    its group, `image` that of the picture right before it (in `Walk.images`); `row` says that it is
    a table row with its cells joined.
    """

    text: str
    node: int
    group: int
    size: int
    linked: int
    italic: int
    bold: int
    align: str
    heading: int
    item: bool
    row: bool
    image: int | None


@dataclass(slots=True)
class Node:
    """A block-level element and the range of lines inside it, `first` up to but not `last`.

    `kind` is its class, `name` its id, "" without one; `quoted` tells a blockquote and what is
    inside one.
    """

    element: etree._Element
    tag: str
    parent: int
    first: int
    last: int
    quoted: bool
    kind: str
    name: str = ""


@dataclass(slots=True)
class Picture:
    """An `img`: the line it stands before (or in), and its block-level element."""

    element: etree._Element
    line: int
    node: int


@dataclass(slots=True)
class Walk:
    """What one walk over an element found.

    `named` are the nodes whose tag, class or id names furniture, as indices, each with how strongly
    it does.
    """

    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
    named: list[tuple[int, int]] = field(default_factory=list)


FIELD_STEPS = 2
"""Steps of a path that tell where a field stands, beside the rule that found it."""


def path_of(element: etree._Element, steps: int = 4) -> str:
    """The last `steps` tag.class steps down to `element`, for evidence."""
    names: list[str] = []
    step: etree._Element | None = element
    while step is not None and len(names) < steps:
        kind = step.get("class", "").split(None, 1)
        names.append(f"{step.tag}.{kind[0]}" if kind else str(step.tag))
        step = step.getparent()
    return " > ".join(reversed(names))


def _hides(kind: str) -> bool:
    """Whether a class attribute hides its element."""
    named = "hidden" in kind or "d-none" in kind or "sr-only" in kind
    return named and not _HIDING.isdisjoint(kind.split())


def _class_align(kind: str) -> str:
    """The alignment that a class attribute gives."""
    if "text-" not in kind and "align" not in kind:
        return ""
    if _RIGHT_CLASS.search(kind):
        return RIGHT
    return CENTRE if _CENTRE_CLASS.search(kind) else ""


# What class attributes say, once read: whether they hide, how they align, what furniture they name.
# The pages of a site share nearly all of theirs.
_CLASSES: dict[str, tuple[bool, str, int]] = {}


def _class_says(kind: str) -> tuple[bool, str, int]:
    """What a class attribute says."""
    said = _CLASSES.get(kind)
    if said is None:
        if len(_CLASSES) >= _MOST_CLASSES:
            _CLASSES.clear()
        said = _CLASSES[kind] = (_hides(kind), _class_align(kind), names_say(kind))
    return said


@lru_cache(maxsize=4096)
def _style_look(style: str) -> tuple[bool, str, int]:
    """Whether a style attribute hides its element, and the alignment and marks it gives."""
    match = _ALIGN_STYLE.search(style)
    align = match[1].lower() if match else ""
    marks = _ITALIC if _ITALIC_STYLE.search(style) else 0
    marks |= _BOLD if _BOLD_STYLE.search(style) else 0
    return bool(_HIDDEN_STYLE.search(style)), RIGHT if align == "end" else align, marks


def _look_of(element: etree._Element, hidden: bool, align: str) -> tuple[bool, str, int]:
    """Whether the attributes of a block-level element hide it, and the alignment and marks they
    give; its class says `hidden` and `align`."""
    styled, marks = "", 0
    given = element.keys()
    if "style" in given:
        unseen, styled, marks = _style_look(element.get("style", ""))
        hidden = hidden or unseen
    align = styled or align
    if not align and "align" in given and element.tag not in _PLACED:
        align = element.get("align", "").lower()
    return hidden or "hidden" in given, align, marks


_new = object.__new__

# `items` in the types that HTML has: in the walk a call of `cast` would be one too many.
_attributes = cast("Callable[[etree._Element], list[tuple[str, str]]]", etree._Element.items)

# What the lines of a block-level element share: their alignment, the level of heading, whether they
# are list items, whether they are quoted.
_Place = tuple[str, int, bool, bool]
_PLAIN: _Place = ("", 0, False, False)


def _place_in(tag: str, align: str, place: _Place) -> _Place:
    """The place of the lines in an element of this tag at `place` whose attributes align it."""
    outer, heading, item, quoted = place
    return (
        CENTRE if tag == "center" else align or outer,
        HEADINGS.get(tag, heading),
        item or tag == "li",
        quoted or tag == "blockquote",
    )


class _Walker:
    """The state of one walk: the line being gathered and what was finished before it.

    All that is read stands in the element `node`, by its index, and at one `place`.
    """

    def __init__(self, skip: frozenset[etree._Element]) -> None:
        self.lines: list[Line] = []
        self.nodes: list[Node] = []
        self.images: list[Picture] = []
        self.named: list[tuple[int, int]] = []
        self.skip = skip
        self.pieces: list[str] = []  # of the line being gathered, never white space first
        self.linked = self.italic = self.bold = 0
        self.group = 0  # the lines that were finished when it began
        self.broken = -1  # the lines that were finished at the last `br`
        self.node = 0
        self.preformatted = False
        self.in_lists = 0
        self.picture: int | None = None
        self.next_picture: int | None = None

    def add(self, text: str, marks: int) -> None:
        """Add a run of text to the line; the callers keep white space from beginning one."""
        self.pieces.append(text)
        if marks:
            size = len(" ".join(text.split())) if "\n" in text else len(text)
            if marks & _LINK:
                self.linked += size
            if marks & _ITALIC:
                self.italic += size
            if marks & _BOLD:
                self.bold += size

    def flush(self, place: _Place, row: bool = False) -> None:
        """End the line being gathered, which has at least one piece, and keep it unless blank."""
        pieces = self.pieces
        if self.preformatted and len(typed := "".join(pieces).split("\n")) > 1:
            self.flush_each(typed, place)
            return
        text = one_line(pieces[0] if len(pieces) == 1 else "".join(pieces))
        if text:
            line = _new(Line)  # its constructor takes twice as long
            line.text, line.node, line.group = text, self.node, self.group
            line.size = size = len(text)
            line.linked = self.linked and min(self.linked, size)
            line.italic, line.bold = self.italic, self.bold
            line.align, line.heading, line.item, _ = place
            line.row, line.image = row, self.picture
            self.lines.append(line)
            self.picture, self.next_picture = self.next_picture, None
        self.pieces = []
        self.linked = self.italic = self.bold = 0

    def flush_each(self, typed: list[str], place: _Place) -> None:
        """End the lines of a text that stands as it was typed, at a blank one their group; what is
        link, italic or bold of the text is shared out."""
        marked = (self.linked, self.italic, self.bold)
        size = sum(map(len, typed)) or 1
        for text in typed:
            self.pieces = [text] if text.strip() else []
            share = len(text) / size
            self.linked, self.italic, self.bold = (round(share * count) for count in marked)
            self.line_break(None, "", place)

    def line_break(self, _: etree._Element | None, __: str, place: _Place, *___: int) -> None:
        """Read a `br`."""
        if self.pieces:
            self.flush(place)
        if self.broken == len(self.lines):
            self.group = self.broken
        self.broken = len(self.lines)

    def image(self, element: etree._Element, *_: str | _Place | int) -> None:
        """Read an `img`."""
        index = len(self.images)
        self.images.append(Picture(element, len(self.lines), self.node))
        if self.pieces:
            self.next_picture = index
        else:
            self.picture = index

    def inline(
        self, element: etree._Element, tag: str, place: _Place, marks: int, depth: int
    ) -> None:
        """Read an element that ends no line."""
        text, holds = element.text or "", len(element)
        if not text and not holds:  # an icon
            return
        given = element.keys()
        if "class" in given and _class_says(element.get("class", ""))[0]:
            return
        if "style" in given:
            hidden, _, styled = _style_look(element.get("style", ""))
            if hidden:
                return
            marks |= styled
        if tag == "a":
            if "href" in given:
                marks |= _LINK
        elif tag in _MARKS:
            marks |= _MARKS[tag]
        if holds:
            self.inside(element, place, marks, depth)
        elif self.pieces or not text.isspace():
            self.add(text, marks)

    def block(
        self, element: etree._Element, tag: str, place: _Place, marks: int, depth: int
    ) -> None:
        """Read a block-level element."""
        kind = name = ""
        said, looks = 0, False
        for key, value in _attributes(element):  # most have a class alone
            if key == "class":
                kind = value
            elif key == "id":
                name, said = value, names_say(value)
            else:
                looks = looks or key in _LOOKS
        hidden, align, named = _CLASSES.get(kind) or _class_says(kind)
        if looks:
            hidden, align, styled = _look_of(element, hidden, align)
            marks |= styled
        if hidden:
            return
        if self.pieces:
            self.flush(place)
        lines, nodes, around = self.lines, self.nodes, self.node
        index, first = len(nodes), len(lines)
        if align or tag in _TELLING:
            place = _place_in(tag, align, place)
            marks |= _MARKS.get(tag, 0)
            said = max(said, TAGS.get(tag, 0))
        if named or said:
            self.named.append((index, max(named, said)))
        self.group = first
        node = _new(Node)  # its constructor takes twice as long
        node.element, node.tag, node.parent = element, tag, around
        node.first, node.quoted = first, place[3]
        node.kind, node.name = kind, name
        nodes.append(node)
        self.node = index
        fill = _Walker.row if tag == "tr" else _Walker.inside
        fill(self, element, place, marks, depth)
        if self.pieces:  # its last line ends with it
            self.flush(place)
        self.group = node.last = len(lines)
        self.node = around

    def typed(
        self, element: etree._Element, tag: str, place: _Place, marks: int, depth: int
    ) -> None:
        """Read a `pre`, where a line is what was typed as one; code is read as any text."""
        if self.pieces:
            self.flush(place)
        self.preformatted = next(element.iter("code"), None) is None
        self.block(element, tag, place, marks, depth)
        self.preformatted = False

    def list_of(
        self, element: etree._Element, tag: str, place: _Place, marks: int, depth: int
    ) -> None:
        """Read a list, or a box made for one; where there are links alone, link by link.

        Menus and lists of other pages are a third of a page's elements. What else they are made
        of says nothing more than that all of it is links.
        """
        if self.in_lists < _LISTS_IN_LISTS and not self.skip:
            links = _links_alone(element)
            if links:
                self.menu(element, links, place)
                return
        self.in_lists += 1
        self.block(element, tag, place, marks, depth)
        self.in_lists -= 1

    def menu(self, element: etree._Element, links: list[str], place: _Place) -> None:
        """Read these texts of links as the lines of a list."""
        if self.pieces:
            self.flush(place)
        kind, name = element.get("class", ""), element.get("id", "")
        hidden, _, named = _class_says(kind)
        if hidden or _HIDDEN_STYLE.search(element.get("style", "")):
            return
        lines, index, tag = self.lines, len(self.nodes), element.tag
        first = len(lines)
        self.images += [Picture(one, first, index) for one in element.iter("img")]
        image, next_image = self.picture, self.next_picture
        for text in one_lines(links):
            if text:
                line = _new(Line)  # its constructor takes twice as long
                line.text, line.node, line.group = text, index, len(lines)
                line.size = line.linked = len(text)
                line.italic = line.bold = line.heading = 0
                line.align, line.item, line.row, line.image = "", True, False, image
                lines.append(line)
                image, next_image = next_image, None
        self.picture, self.next_picture = image, next_image
        self.group = last = len(lines)
        self.nodes.append(Node(element, tag, self.node, first, last, place[3], kind, name))
        named = max(named, names_say(name), TAGS.get(tag, 0))
        if named:
            self.named.append((index, named))

    def row(self, element: etree._Element, place: _Place, marks: int, depth: int) -> None:
        """Read all inside a table row."""
        if not self.data_row(element, place):
            self.inside(element, place, marks, depth)

    def data_row(self, row: etree._Element, place: _Place) -> bool:
        """Read a table row that holds data, not layout, as one line; False if it holds layout."""
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) < 2 or not all(_is_data(cell) for cell in cells):
            return False
        texts = []
        for cell in cells:
            texts.append(text_of(cell))
            self.linked += sum(len(text_of(link)) for link in cell.iter("a"))
        if any(texts):
            self.pieces = [" | ".join(texts)]
            self.flush(place, row=True)
        return True

    def inside(self, element: etree._Element, place: _Place, marks: int, depth: int) -> None:
        """Read the text in an element `depth` steps down, its elements and the text after each."""
        text = element.text
        if text and (self.pieces or not text.isspace()):
            self.add(text, marks)
        if not len(element):
            return
        if depth > _MAX_DEPTH:
            self.pieces.append(" ".join(str(text) for text in element.itertext()))
            return
        depth += 1
        skip, inline = self.skip, _Walker.inline
        child: etree._Element | None = element[0]
        while child is not None:  # cheaper than an iterator for each element
            tag = child.tag
            read = _READERS.get(tag, inline)
            if read is not None and not (skip and child in skip):
                read(self, child, tag, place, marks, depth)
            text = child.tail
            if text and (self.pieces or not text.isspace()):  # two thirds are indentation
                if marks:
                    self.add(text, marks)
                else:
                    self.pieces.append(text)
            child = child.getnext()


_Reader = Callable[[_Walker, etree._Element, str, _Place, int, int], None]
_READERS: dict[str, _Reader | None] = {
    **dict.fromkeys(SKIPPED),
    **dict.fromkeys(BLOCK, _Walker.block),
    **dict.fromkeys(_LISTS, _Walker.list_of),
    "pre": _Walker.typed,
    "br": _Walker.line_break,
    "img": _Walker.image,
    "amp-img": _Walker.image,
}


def _links_alone(element: etree._Element) -> list[str]:
    """The texts of the links in an element that holds no other text, else []."""
    links = list(element.iter("a"))
    if len(links) < _FEWEST_LINKS:
        return []
    texts = [_text_inside(link) if len(link) else link.text or "" for link in links]
    unlinked = _visible(_bytes_in(element)) - _visible("".join(texts).encode())
    return [text for text in texts if not text.isspace()] if unlinked <= len(links) else []


def _visible(text: bytes) -> int:
    """Characters of a text in UTF-8 without the white space of markup."""
    shown = text.translate(None, b" \n\t\r")  # bytes do that in a third of the time
    return len(shown) if shown.isascii() else len(shown.decode()) - shown.count(_NO_BREAK_SPACE)


def _bytes_in(element: etree._Element) -> bytes:
    """All text in an element, in UTF-8."""
    return etree.tostring(element, method="text", encoding="utf-8", with_tail=False)


def _text_inside(element: etree._Element) -> str:
    """All text in an element that holds others; it mostly holds one, which is read faster so."""
    if len(element) == 1 and len(element[0]) == 0:
        only = element[0]
        return (element.text or "") + (only.text or "") + (only.tail or "")
    return _all_text(element)


def _all_text(element: etree._Element) -> str:
    return str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def _is_data(cell: etree._Element) -> bool:
    paragraphs = size = 0
    for part in cell.iter():
        tag = part.tag
        if tag in _NO_CELL_HOLDS:
            return False
        paragraphs += tag in {"p", "div"}
        size += len(part.text or "") + len(part.tail or "")
        if paragraphs > 3 or size > 400 + 40 * paragraphs:
            return False
    return True


def walk(element: etree._Element, skip: frozenset[etree._Element] = frozenset()) -> Walk:
    """Read `element` and all below it, except what is hidden and the elements in `skip`."""
    walker = _Walker(skip)
    kind, name = element.get("class", ""), element.get("id", "")
    root = Node(element, str(element.tag), -1, 0, 0, False, kind, name)
    walker.nodes.append(root)
    walker.inside(element, _PLAIN, 0, 0)
    if walker.pieces:
        walker.flush(_PLAIN)
    root.last = len(walker.lines)
    return Walk(walker.lines, walker.nodes, walker.images, walker.named)


def text_of(element: etree._Element) -> str:
    """All text shown inside `element`, as one line."""
    if len(element) == 0:
        return one_line(element.text or "")
    if len(element) == 1 and _is_plain(element[0]):
        return one_line(_text_inside(element))
    return " ".join(line.text for line in walk(element).lines)


def _is_plain(element: etree._Element) -> bool:
    """Whether an element only holds text, which a walk would add to that around it."""
    return len(element) == 0 and element.tag not in _READERS and not element.keys()


def text_size(element: etree._Element) -> int:
    """Characters of text inside `element`, markup's white space and scripts included."""
    return len(_all_text(element))
