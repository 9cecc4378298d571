"""A page's text as a flat list of lines, and its block-level elements as ranges of that list.

One walk gives everything that later steps judge: how long a line is, how much of it is link, where
it stands, what it looks like, which picture precedes it. A `br` ends a line, two end a group: what
is long enough to be prose is judged on the group, what a line says on the line alone. Word paste
and `br br` paragraphs come out like any others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extraction.shown import one_line

if TYPE_CHECKING:
    from lxml import etree

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
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hidden|d-none|sr-only|visually-hidden)(?:\s|$)")
_RIGHT_CLASS = re.compile(r"text-(?:right|end)\b|has-text-align-right|alignright-text")
_CENTRE_CLASS = re.compile(r"text-center\b|has-text-align-center")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGN_STYLE = re.compile(r"text-align\s*:\s*(left|right|center|justify|end|start)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_PLACED = frozenset({"table", "hr", "legend"})  # their `align` says where they stand
_NO_CELL_HOLDS = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "img"])
_MAX_DEPTH = 150  # two frames each of Python's 1000; real pages stay below 60

RIGHT, CENTRE = "right", "center"


@dataclass(slots=True)
class Line:
    """A run of text between two block boundaries or line breaks.

    `size` counts characters, `linked`, `italic` and `bold` those inside links, italics and bold.
    `node` is the index of the block-level element it stands in, `image` that of the picture right
    before it (in `Walk.images`), `row` says that it is a table row with its cells joined.
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
    """A block-level element and the range of lines inside it, `first` up to but not `last`."""

    element: etree._Element
    tag: str
    parent: int
    first: int
    last: int = 0
    quoted: bool = False  # a blockquote, or inside one


@dataclass(slots=True)
class Picture:
    """An `img`: the line it stands before (or in), and its block-level element."""

    element: etree._Element
    line: int
    node: int


@dataclass(slots=True)
class Walk:
    """What one walk over an element found."""

    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)


def path_of(element: etree._Element, steps: int = 4) -> str:
    """The last `steps` tag.class steps down to `element`, for evidence."""
    names: list[str] = []
    step: etree._Element | None = element
    while step is not None and len(names) < steps:
        kind = (step.get("class") or "").split()
        names.append(".".join([str(step.tag), *kind[:1]]))
        step = step.getparent()
    return " > ".join(reversed(names))


@lru_cache(maxsize=4096)
def _class_look(kind: str) -> tuple[bool, str]:
    """Whether a class attribute hides its element, and the alignment it gives."""
    align = RIGHT if _RIGHT_CLASS.search(kind) else CENTRE if _CENTRE_CLASS.search(kind) else ""
    return bool(_HIDDEN_CLASS.search(kind)), align


@lru_cache(maxsize=4096)
def _style_look(style: str) -> tuple[bool, str, bool, bool]:
    """Whether a style attribute hides, and the alignment, italics and bold it gives."""
    match = _ALIGN_STYLE.search(style)
    align = match[1].lower() if match else ""
    return (
        bool(_HIDDEN_STYLE.search(style)),
        RIGHT if align == "end" else align,
        bool(_ITALIC_STYLE.search(style)),
        bool(_BOLD_STYLE.search(style)),
    )


@dataclass(slots=True)
class _Look:
    """How text looks at a point of the walk; handed down, never changed."""

    node: int = 0
    link: bool = False
    italic: bool = False
    bold: bool = False
    align: str = ""
    heading: int = 0
    item: bool = False
    quoted: bool = False


class _Walker:
    """The state of one walk: the line being gathered and what was finished before it."""

    def __init__(self, skip: frozenset[etree._Element]) -> None:
        self.found = Walk()
        self.skip = skip
        self.pieces: list[str] = []
        self.linked = self.italic = self.bold = 0
        self.group = 0
        self.breaks = 0
        self.depth = 0
        self.picture: int | None = None
        self.next_picture: int | None = None

    def text(self, text: str, look: _Look) -> None:
        self.pieces.append(text)
        if look.link or look.italic or look.bold:
            size = len(" ".join(text.split()))
            if look.link:
                self.linked += size
            if look.italic:
                self.italic += size
            if look.bold:
                self.bold += size

    def flush(self, look: _Look, row: bool = False) -> None:
        """End the line being gathered."""
        if not self.pieces:
            return
        text = "".join(self.pieces)
        text = "" if text.isspace() else one_line(text)  # indentation is two thirds of the runs
        self.pieces = []
        if text:
            self._add(text, look, row)
        self.linked = self.italic = self.bold = 0

    def _add(self, text: str, look: _Look, row: bool) -> None:
        size = len(text)
        self.found.lines.append(
            Line(
                text,
                look.node,
                self.group,
                size,
                min(self.linked, size),
                self.italic,
                self.bold,
                look.align,
                look.heading,
                look.item,
                row,
                self.picture,
            )
        )
        self.picture, self.next_picture = self.next_picture, None
        self.breaks = 0

    def line_break(self, look: _Look) -> None:
        self.flush(look)
        self.breaks += 1
        if self.breaks == 2:
            self.group += 1

    def boundary(self, look: _Look) -> None:
        self.flush(look)
        self.group += 1
        self.breaks = 0

    def image(self, element: etree._Element, look: _Look) -> None:
        index = len(self.found.images)
        self.found.images.append(Picture(element, len(self.found.lines), look.node))
        if any(not piece.isspace() for piece in self.pieces):
            self.next_picture = index
        else:
            self.picture = index

    def inline(self, element: etree._Element, tag: str, look: _Look) -> None:
        style = element.get("style")
        kind = element.get("class")
        if kind is not None and _class_look(kind)[0]:
            return
        italic = look.italic or tag in {"i", "em", "cite"}
        bold = look.bold or tag in {"b", "strong"}
        if style is not None:
            hidden, _, slanted, heavy = _style_look(style)
            if hidden:
                return
            italic, bold = italic or slanted, bold or heavy
        link = look.link or (tag == "a" and element.get("href") is not None)
        if italic is look.italic and bold is look.bold and link is look.link:
            inner = look
        else:
            inner = _Look(
                look.node, link, italic, bold, look.align, look.heading, look.item, look.quoted
            )
        self.children(element, inner)

    def block(self, element: etree._Element, tag: str, look: _Look) -> None:
        kind, style = element.get("class"), element.get("style")
        hidden, align, italic, bold = False, "", False, False
        if kind is not None:
            hidden, align = _class_look(kind)
        if style is not None:
            unseen, styled, italic, bold = _style_look(style)
            hidden, align = hidden or unseen, styled or align
        if hidden or element.get("hidden") is not None:
            return
        if not align and tag not in _PLACED:
            align = (element.get("align") or "").lower()
        self.boundary(look)
        quoted = look.quoted or tag == "blockquote"
        node = Node(element, tag, look.node, len(self.found.lines), quoted=quoted)
        inner = _Look(
            len(self.found.nodes),
            look.link,
            look.italic or italic,
            look.bold or bold or tag == "th",
            align or (CENTRE if tag == "center" else look.align),
            HEADINGS.get(tag, look.heading),
            look.item or tag == "li",
            quoted,
        )
        self.found.nodes.append(node)
        if tag != "tr" or not self.data_row(element, inner):
            self.children(element, inner)
        self.boundary(inner)
        node.last = len(self.found.lines)

    def data_row(self, row: etree._Element, look: _Look) -> bool:
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
            self.flush(look, row=True)
        return True

    def children(self, element: etree._Element, look: _Look) -> None:
        if self.depth > _MAX_DEPTH:
            self.pieces.append(" ".join(str(text) for text in element.itertext()))
            return
        self.depth += 1
        text = element.text
        if text:
            self.text(text, look)
        for child in element:
            tag = child.tag
            if tag == "br":
                self.line_break(look)
            elif tag == "img":
                self.image(child, look)
            elif tag in BLOCK:
                if child not in self.skip:
                    self.block(child, tag, look)
            elif tag not in SKIPPED and child not in self.skip:
                self.inline(child, tag, look)
            tail = child.tail
            if tail:
                self.text(tail, look)
        self.depth -= 1


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
    walker.found.nodes.append(Node(element, str(element.tag), -1, 0))
    look = _Look()
    walker.children(element, look)
    walker.flush(look)
    walker.found.nodes[0].last = len(walker.found.lines)
    return walker.found


def text_of(element: etree._Element) -> str:
    """All text shown inside `element`, as one line."""
    if len(element) == 0:
        return one_line(element.text or "")
    return " ".join(line.text for line in walk(element).lines)


def text_size(element: etree._Element) -> int:
    """Characters of text inside `element`, markup's white space and scripts included."""
    return sum(len(text) for text in element.itertext())
