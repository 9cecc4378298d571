"""A page's text as a flat list of lines, and its block-level elements as ranges of that list.

One walk gives everything that later steps judge: how long a line is, how much of it is link, where
it stands, what it looks like, which picture precedes it. A `br` ends a line, two end a group: what
is long enough to be prose is judged on the group, what a line says on the line alone. Word paste
and `br br` paragraphs come out like any others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from crawler.extraction.shown import one_line

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
_MAX_DEPTH = 150  # two frames each of Python's 1000; real pages stay below 60

# Tags that say something of the text in them, besides where it ends.
_TELLING = frozenset(["center", "li", "blockquote", "th", *HEADINGS])

RIGHT, CENTRE = "right", "center"

# How text looks, as bits: it is handed down the tree and hardly ever changes on the way.
_LINK, _ITALIC, _BOLD = 1, 2, 4
_LOOKS = frozenset({"style", "align", "hidden"})  # attributes, besides the class
_MARKS = {"i": _ITALIC, "em": _ITALIC, "cite": _ITALIC, "b": _BOLD, "strong": _BOLD, "th": _BOLD}


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
    """What one walk over an element found."""

    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)


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


# A table of what was read before would take longer to look into than these take to read.


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


@lru_cache(maxsize=4096)
def _style_look(style: str) -> tuple[bool, str, int]:
    """Whether a style attribute hides its element, and the alignment and marks it gives."""
    match = _ALIGN_STYLE.search(style)
    align = match[1].lower() if match else ""
    marks = _ITALIC if _ITALIC_STYLE.search(style) else 0
    marks |= _BOLD if _BOLD_STYLE.search(style) else 0
    return bool(_HIDDEN_STYLE.search(style)), RIGHT if align == "end" else align, marks


def _look_of(
    element: etree._Element, given: Sequence[str | bytes], classed: str
) -> tuple[bool, str, int]:
    """Whether the attributes of a block-level element, its class aside, hide it, and the alignment
    and marks they give; its class alone aligns it as `classed`."""
    hidden, align, marks = False, "", 0
    if "style" in given:
        hidden, align, marks = _style_look(element.get("style", ""))
    align = align or classed
    if not align and "align" in given and element.tag not in _PLACED:
        align = element.get("align", "").lower()
    return hidden or "hidden" in given, align, marks


# What the lines of a block-level element share: its index, their alignment, the level of heading,
# whether they are list items, whether they are quoted.
_Place = tuple[int, str, int, bool, bool]


class _Walker:
    """The state of one walk: the line being gathered and what was finished before it."""

    def __init__(self, skip: frozenset[etree._Element]) -> None:
        self.lines: list[Line] = []
        self.nodes: list[Node] = []
        self.images: list[Picture] = []
        self.skip = skip
        self.pieces: list[str] = []  # of the line being gathered, never white space first
        self.linked = self.italic = self.bold = 0
        self.group = 0
        self.breaks = 0
        self.depth = 0
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
        """End the line being gathered, which has at least one piece."""
        pieces, linked = self.pieces, self.linked
        self.pieces = []
        self.line(pieces[0] if len(pieces) == 1 else "".join(pieces), linked, place, row)
        if linked or self.italic or self.bold:
            self.linked = self.italic = self.bold = 0

    def line(self, shown: str, linked: int, place: _Place, row: bool = False) -> None:
        """Keep a line of this text, unless it is blank; `linked` of its characters are links."""
        text = one_line(shown)
        if not text:
            return
        size = len(text)
        linked = min(linked, size)
        node, align, heading, item, _ = place
        group, italic, bold, image = self.group, self.italic, self.bold, self.picture
        self.lines.append(
            Line(text, node, group, size, linked, italic, bold, align, heading, item, row, image)
        )
        self.picture, self.next_picture = self.next_picture, None
        self.breaks = 0

    def line_break(self, _: etree._Element, place: _Place, __: int) -> None:
        """Read a `br`."""
        if self.pieces:
            self.flush(place)
        self.breaks += 1
        if self.breaks == 2:
            self.group += 1

    def image(self, element: etree._Element, place: _Place, _: int) -> None:
        """Read an `img`."""
        index = len(self.images)
        self.images.append(Picture(element, len(self.lines), place[0]))
        if self.pieces:
            self.next_picture = index
        else:
            self.picture = index

    def inline(self, element: etree._Element, place: _Place, marks: int) -> None:
        """Read an element that ends no line."""
        if not element.text and not len(element):  # an icon
            return
        given = element.keys()
        if "class" in given and _hides(element.get("class", "")):
            return
        if "style" in given:
            hidden, _, styled = _style_look(element.get("style", ""))
            if hidden:
                return
            marks |= styled
        tag = element.tag
        if tag == "a":
            if "href" in given:
                marks |= _LINK
        elif tag in _MARKS:
            marks |= _MARKS[tag]
        self.inside(element, place, marks)

    def block(self, element: etree._Element, place: _Place, marks: int) -> None:
        """Read a block-level element."""
        tag = element.tag
        around, align, heading, item, quoted = place
        kind = name = ""
        given = element.keys()
        if given:
            kind = element.get("class", "") if "class" in given else ""
            name = element.get("id", "") if "id" in given else ""
            hidden, own_align = _hides(kind), _class_align(kind)
            if not _LOOKS.isdisjoint(given):
                unseen, own_align, looks = _look_of(element, given, own_align)
                hidden = hidden or unseen
                marks |= looks
            if hidden:
                return
            align = own_align or align
        if tag in _TELLING:
            align = CENTRE if tag == "center" else align
            heading = HEADINGS.get(tag, heading)
            item = item or tag == "li"
            quoted = quoted or tag == "blockquote"
            marks |= _MARKS.get(tag, 0)
        if self.pieces:
            self.flush(place)
        self.group += 1
        self.breaks = 0
        first = len(self.lines)
        node = Node(element, tag, around, first, first, quoted, kind, name)
        own = (len(self.nodes), align, heading, item, quoted)
        self.nodes.append(node)
        if tag != "tr" or not self.data_row(element, own):
            self.inside(element, own, marks)
            if self.pieces:
                self.flush(own)
        self.group += 1
        self.breaks = 0
        node.last = len(self.lines)

    def list_of(self, element: etree._Element, place: _Place, marks: int) -> None:
        """Read a list, or a box made for one; where there are links alone, link by link.

        Menus and lists of other pages are a third of a page's elements. What else they are made
        of says nothing more than that all of it is links.
        """
        if self.in_lists < _LISTS_IN_LISTS:
            links = _links_alone(element)
            if links and not self.skip:
                self.menu(element, links, place)
                return
        self.in_lists += 1
        self.block(element, place, marks)
        self.in_lists -= 1

    def menu(self, element: etree._Element, links: list[str], place: _Place) -> None:
        """Read these texts of links as the lines of a list."""
        if self.pieces:
            self.flush(place)
        kind = element.get("class", "")
        if _hides(kind) or _HIDDEN_STYLE.search(element.get("style", "")):
            return
        own = (len(self.nodes), "", 0, True, place[4])
        first = len(self.lines)
        self.images += [Picture(one, first, own[0]) for one in element.iter("img")]
        for text in links:
            self.group += 1
            self.line(text, len(text), own)
        self.group += 1
        self.breaks = 0
        last = len(self.lines)
        name = element.get("id", "")
        self.nodes.append(Node(element, element.tag, place[0], first, last, place[4], kind, name))

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

    def inside(self, element: etree._Element, place: _Place, marks: int) -> None:
        """Read the text of an element and of all in it."""
        text = element.text
        if text and (self.pieces or not text.isspace()):  # indentation is two thirds of the runs
            self.add(text, marks)
        if not len(element):
            return
        if self.depth > _MAX_DEPTH:
            self.pieces.append(" ".join(str(text) for text in element.itertext()))
            return
        self.depth += 1
        skip, inline = self.skip, _Walker.inline
        child: etree._Element | None = element[0]
        while child is not None:  # cheaper than an iterator for each element
            read = _READERS.get(child.tag, inline)
            if read is not None and not (skip and child in skip):
                read(self, child, place, marks)
            text = child.tail
            if text and (self.pieces or not text.isspace()):
                self.add(text, marks)
            child = child.getnext()
        self.depth -= 1


_READERS: dict[str, Callable[[_Walker, etree._Element, _Place, int], None] | None] = {
    **dict.fromkeys(SKIPPED),
    **dict.fromkeys(BLOCK, _Walker.block),
    **dict.fromkeys(_LISTS, _Walker.list_of),
    "br": _Walker.line_break,
    "img": _Walker.image,
}


def _links_alone(element: etree._Element) -> list[str]:
    """The texts of the links in an element that holds no other text, else []."""
    links = list(element.iter("a"))
    if len(links) < _FEWEST_LINKS:
        return []
    texts = [_all_text(link) if len(link) else link.text or "" for link in links]
    unlinked = _visible(_all_text(element)) - _visible("".join(texts))
    return [text for text in texts if not text.isspace()] if unlinked <= len(links) else []


def _visible(text: str) -> int:
    """Characters of a text without the white space of markup."""
    return len(text) - sum(map(text.count, " \n\t\r\xa0"))


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
    place = (0, "", 0, False, False)
    walker.inside(element, place, 0)
    if walker.pieces:
        walker.flush(place)
    root.last = len(walker.lines)
    return Walk(walker.lines, walker.nodes, walker.images)


def text_of(element: etree._Element) -> str:
    """All text shown inside `element`, as one line."""
    if len(element) == 0:
        return one_line(element.text or "")
    return " ".join(line.text for line in walk(element).lines)


def text_size(element: etree._Element) -> int:
    """Characters of text inside `element`, markup's white space and scripts included."""
    return len(_all_text(element))
