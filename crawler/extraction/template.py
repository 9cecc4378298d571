"""The boilerplate learned of one site: which lines of its pages belong to no article.

A template is a mask for the layers that find the article, never an extractor of its own. It knows
a block by its text, digits masked, and by where it stands: the path of tags and first classes. A
text with a date is never masked, else the dates of articles would be boilerplate too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, Literal

from crawler.extraction.blocks import BLOCK

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.blocks import Line, Walk

SAMPLE = 120
"""Characters kept of a block's text, for people to read."""

PROTECTED = 0.2
"""Of the pages that show a text, in whose article it may stand without being the article's own."""

JOINT = " > "
_REMEMBERED = 4000  # menu lines found again: far more than a site has
_DIGIT = re.compile(r"\d")  # most lines have none
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# 1/5/2024, 2024-05-01, 7:30, tháng 5. One class of first characters is looked for four times as
# fast as alternatives.
_DATE = re.compile(
    r"[\dtT](?:(?<=\d)(?:\d?\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{3}-\d{2}-\d{2}"
    r"|(?<!\w\d)\d?:\d{2}\b)|(?<=\b[tT])(?i:háng)\s+\d{1,2}\b)"
)

Kind = Literal["text", "clock", "links", "slot", "name"]


def has_date(text: str) -> bool:
    """Whether a text shows a date or a time of day."""
    return _DIGIT.search(text) is not None and _DATE.search(text) is not None


def masked(text: str) -> str:
    """`text` with every number the same, unless it shows a date."""
    if _DIGIT.search(text) is None or _DATE.search(text) is not None:
        return text
    return _NUMBER.sub("0", text)


def without_numbers(text: str) -> str:
    """`text` with every number written as 0, dates too."""
    return _NUMBER.sub("0", text)


def is_link(line: Line) -> bool:
    """Whether most of a line is links; a list of other articles shows their dates, too."""
    return line.linked > line.size / 2


def print_of(text: str) -> str:
    """The fingerprint of a text that is masked already: 8 bytes, in hexadecimal."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=8192)
def _step(tag: str, names: str) -> str:
    first = names.split(None, 1)[0] if names and not names.isspace() else ""
    return f"{tag}.{_NUMBER.sub('0', first)}" if first else tag


def step_of(element: etree._Element) -> str:
    """Tag and first class of an element; numbers in it (`post-12`) are masked."""
    return _step(str(element.tag), element.get("class") or "")


def steps_to(element: etree._Element) -> list[str]:
    """The steps from below `body` down to a block-level element, itself included."""
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None and node.tag not in ("body", "html"):
        if node.tag in BLOCK:
            steps.append(step_of(node))
        node = node.getparent()
    return steps[::-1]


def paths_of(walk: Walk) -> list[str]:
    """The path of each node of a walk."""
    paths = [JOINT.join(steps_to(walk.nodes[0].element))]
    for node in walk.nodes[1:]:
        above = paths[node.parent]
        step = step_of(node.element)
        paths.append(f"{above}{JOINT}{step}" if above else step)
    return paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing learned, with what it was learned from.

    `kind`: a "text" at its path; a "clock", a text with a date that stands above titles; a "slot",
    whose path says boilerplate whatever stands there; "links", a slot that holds only for lines
    that are links; a "name" of the site, which is no article's title though metadata say it.
    `text` is a sample of at most 120 characters, `print` the fingerprint of the whole text (empty
    for slots). `pages` of `of` pages showed it, `kept` of them inside the article's region, from
    the `first` to the `last` day (ISO) of their captures. `place` counts from 1 the blocks that
    follow each other at the end of articles, 0 for all others.
    """

    kind: Kind
    path: str
    text: str
    print: str
    pages: int
    of: int
    kept: int
    first: str
    last: str
    place: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this block and no other."""
        return self.kind, self.path, self.print

    @property
    def is_within(self) -> bool:
        """Whether it is a text that stands inside articles, not only once by chance."""
        return self.kind == "text" and self.kept > PROTECTED * self.pages

    @property
    def share(self) -> float:
        """The share of the pages learned from that showed it, 0 to 1."""
        return self.pages / self.of if self.of else 0.0


@dataclass(slots=True)
class _Places:
    """The blocks by path, made for reading pages fast."""

    steps: dict[tuple[int, str], int] = field(default_factory=dict)
    texts: set[tuple[int, str]] = field(default_factory=set)
    within: set[tuple[int, str]] = field(default_factory=set)  # texts met inside articles
    order: dict[tuple[int, str], int] = field(default_factory=dict)  # of what ends articles
    clocks: set[tuple[int, str]] = field(default_factory=set)
    slots: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    remembered: set[tuple[int, str]] = field(default_factory=set)
    below: dict[tuple[int, str, str], int] = field(default_factory=dict)

    def add(self, blocks: Iterable[Block]) -> None:
        numbers = count(1)
        for block in blocks:
            at = 0
            for step in block.path.split(JOINT) if block.path else ():
                known = self.steps.get((at, step))
                if known is None:
                    known = self.steps[at, step] = next(numbers)
                at = known
            self._add(block, at)

    def _add(self, block: Block, at: int) -> None:
        if block.kind == "slot":
            self.slots.add(at)
        elif block.kind == "links":
            self.links.add(at)
        elif block.kind == "clock":
            self.clocks.add((at, block.print))
        elif block.kind == "text":
            self.texts.add((at, block.print))
            if block.is_within:
                self.within.add((at, block.print))
            if block.place:
                self.order[at, block.print] = block.place

    def of_nodes(self, walk: Walk) -> list[int]:
        """The place of each node of a walk, -1 where nothing was learned."""
        at = 0
        for step in steps_to(walk.nodes[0].element):
            at = self.steps.get((at, step), -1)
        places = [at]
        below = self.below
        for node in walk.nodes[1:]:
            at = places[node.parent]
            if at >= 0:
                known = below.get((at, node.tag, node.kind))
                at = self._below(at, node.tag, node.kind) if known is None else known
            places.append(at)
        return places

    def _below(self, above: int, tag: str, names: str) -> int:
        """The place of an element below another; remembered by its class as written."""
        found = self.steps.get((above, _step(tag, names)), -1)
        if len(self.below) < _REMEMBERED:
            self.below[above, tag, names] = found
        return found

    def lines_of(self, walk: Walk) -> set[int]:
        """The lines that are boilerplate."""
        places, slots, remembered = self.of_nodes(walk), self.slots, self.remembered
        found = set()
        for index, line in enumerate(walk.lines):
            place = places[line.node]
            if place >= 0 and (
                place in slots or (place, line.text) in remembered or self._knows(place, line)
            ):
                found.add(index)
        return found

    def _knows(self, place: int, line: Line) -> bool:
        if place in self.links and is_link(line):
            return True
        if (place, print_of(masked(line.text))) in self.texts or (
            bool(self.clocks)
            and has_date(line.text)
            and (place, print_of(without_numbers(line.text))) in self.clocks
        ):
            if len(self.remembered) < _REMEMBERED:
                self.remembered.add((place, line.text))
            return True
        return False


@dataclass(frozen=True)
class Template:
    """What was learned of a site from `pages` pages, and what people said about it.

    `usual` is the median share of a page's lines that were known, 0 to 1. `pins` are texts that
    are always boilerplate, `keeps` those that never are, wherever they stand; one that ends in
    "…" or "..." stands for every text that begins so. `version` names all that decides which lines
    are masked, and nothing else: learning the same again gives the same version.
    """

    blocks: tuple[Block, ...] = ()
    pages: int = 0
    usual: float = 0.0
    pins: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    version: str = field(init=False)
    names: frozenset[str] = field(init=False)
    _places: _Places = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = sorted(
            (*block.key, "within" if block.is_within else "", block.place) for block in self.blocks
        )
        told = repr((keys, sorted(self.pins), sorted(self.keeps)))
        places = _Places()
        places.add(self.blocks)
        names = frozenset(block.print for block in self.blocks if block.kind == "name")
        version = blake2b(told.encode(), digest_size=5).hexdigest()
        for name, value in (("version", version), ("names", names), ("_places", places)):
            object.__setattr__(self, name, value)

    # -- reading pages --------------------------------------------------------------------------

    def lines_of(self, walk: Walk) -> frozenset[int]:
        """The lines of a whole page that are boilerplate, as indices."""
        return self._as_wished(walk, self._places.lines_of(walk))

    def lines_within(self, walk: Walk) -> frozenset[int]:
        """The lines inside an article's own element that are boilerplate, as indices.

        Only what was met inside articles when it was learned can be boilerplate there.
        """
        found: set[int] = set()
        within = self._places.within
        if within:
            places = self._places.of_nodes(walk)
            found = {
                index
                for index, line in enumerate(walk.lines)
                if places[line.node] >= 0
                and (places[line.node], print_of(masked(line.text))) in within
            }
        return self._as_wished(walk, found)

    def in_place_of(
        self, walk: Walk, known: frozenset[int], region: range | None = None
    ) -> frozenset[int]:
        """The lines of a whole page, or of an article's `region`, that replace `known` boilerplate.

        Blocks that follow each other at the end of every article are a row of boxes: what stands
        in it where one of them is missing is that box with another content. Only of a region it is
        known that nothing else comes after the row.
        """
        order = self._places.order
        if not order:
            return frozenset()
        places = self._places.of_nodes(walk)
        met = []
        for index in sorted(known if region is None else known.intersection(region)):
            line = walk.lines[index]
            key = places[line.node], print_of(masked(line.text))
            if key in order:
                met.append((index, order[key]))
        if not met:
            return frozenset()
        if region is not None:
            met.append((region.stop, max(order.values()) + 1))
        found: set[int] = set()
        for (index, number), (after, following) in pairwise(met):
            others = [i for i in range(index + 1, after) if i not in known]
            here = places[walk.lines[index].node]
            if 0 < len(others) < following - number and all(
                places[walk.lines[i].node] == here for i in others
            ):
                found.update(others)
        return self._as_wished(walk, found)

    def _as_wished(self, walk: Walk, found: set[int]) -> frozenset[int]:
        if self.pins:
            found |= {i for i, line in enumerate(walk.lines) if says(self.pins, line.text)}
        if self.keeps and found:
            found -= {i for i in found if says(self.keeps, walk.lines[i].text)}
        return frozenset(found)

    def is_name(self, title: str) -> bool:
        """Whether metadata say this on most pages: the site's name, no article's title."""
        return bool(self.names) and print_of(masked(title)) in self.names

    def has_drifted(self, known: int, lines: int) -> bool:
        """Whether so few of a page's lines are known that its layout is probably another."""
        return self.usual > 0 and lines > 0 and known / lines < self.usual / 2

    # -- people and files -----------------------------------------------------------------------

    def wished(self, pins: Iterable[str], keeps: Iterable[str]) -> Template:
        """This template with the wishes of a registry row in the place of its own."""
        return replace(self, pins=tuple(pins), keeps=tuple(keeps))

    def data(self) -> dict[str, Any]:
        """What was learned, as JSON takes it; the wishes of people are not part of it."""
        paths = sorted({block.path for block in self.blocks})
        number = {path: index for index, path in enumerate(paths)}
        return {
            "pages": self.pages,
            "usual": round(self.usual, 3),
            "paths": paths,
            "blocks": [asdict(block) | {"path": number[block.path]} for block in self.blocks],
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Template:
        """The template that `data` tells of."""
        paths = data["paths"]
        blocks = (Block(**{**block, "path": paths[block["path"]]}) for block in data["blocks"])
        return cls(tuple(blocks), data["pages"], data["usual"])


def wish_of(wishes: Iterable[str], text: str) -> str | None:
    """The first of some wished texts that means this one, or None; numbers do not matter."""
    shown = without_numbers(text).casefold()
    for wish in wishes:
        wanted = without_numbers(wish).casefold()
        beginning = wanted.removesuffix("...").removesuffix("…")
        if shown == wanted or (beginning != wanted and shown.startswith(beginning.rstrip())):
            return wish
    return None


def says(wishes: Iterable[str], text: str) -> bool:
    """Whether one of some wished texts means this one."""
    return wish_of(wishes, text) is not None
