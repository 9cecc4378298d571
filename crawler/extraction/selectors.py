"""CSS selectors of the site rules, compiled once a process."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from cssselect import HTMLTranslator, parse
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash
from lxml import etree

from crawler.extraction.blocks import text_of
from crawler.extraction.shown import one_line

_TRANSLATOR = HTMLTranslator()

# Elements that rules ask for and pages have few of.
_FEW = ("article", "base", "body", "figure", "h1", "h2", "main", "meta", "script", "time")

# Of these, too, a page has so few that all of them are looked at before XPath is asked in a box.
_ENOUGH_TO_LOOK_AT = frozenset((*_FEW, "p"))

# Elements with so few parents are held against what a box must be; for more, boxes are looked for.
_FEWER = 3

_OPENED = re.compile(rb"<(!--|/?[a-z][\w:-]*)", re.IGNORECASE)
_UNPARSED = frozenset({b"script", b"style"})  # what looks like a tag in them is none

# Attributes in the order in which a step asks for them: others ask for the first, too, and the
# last are long.
_ORDER = {"class": 0, "content": 2, "href": 2}

# Whether an attribute is as the operator of a selector asks.
_ASKS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda _given, _value: True,
    "=": operator.eq,
    "^=": str.startswith,
    "$=": str.endswith,
    "*=": operator.contains,
    "~=": lambda given, value: value in given.split(),
}


@dataclass(frozen=True, slots=True)
class _Simple:
    """A step that asks for a tag ("*" for any) and attributes, nothing else."""

    tag: str
    attributes: tuple[tuple[str, str, str], ...]  # name, operator, value; the first finds them

    def fits(self, element: etree._Element) -> bool:
        """Whether an element is as the step asks."""
        if self.tag not in ("*", element.tag):
            return False
        for name, sign, value in self.attributes:
            given = element.get(name)
            if given is None or not _ASKS[sign](given, value):
                return False
        return True

    def below(self, box: etree._Element) -> list[etree._Element]:
        """The elements in a box that are as a step asks that names a tag and attributes."""
        name, _, value = self.attributes[0]
        key = name.encode()
        likely = [
            one
            for one in box.iter(self.tag)
            if (given := one.get(key)) is not None and value in given
        ]
        return [one for one in likely if one is not box and self.fits(one)]


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One step of a selector, in the boxes that the steps before it (`outer`) find.

    XPath takes twice as long as looking for what is simple.
    """

    outer: _Step | None
    find: etree.XPath
    simple: _Simple | None


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[_Step, str | None]:
    """The last step of a selector, and the attribute it reads when it is written
    `selector@attribute`."""
    css, _, attribute = selector.rpartition("@")
    if not css:
        css, attribute = selector, ""
    return _last_step(css), attribute or None


def _last_step(css: str) -> _Step:
    """The last step of a selector: of `div.box p > a` it is `p > a`, in what `div.box` finds."""
    alternatives = parse(css)
    if len(alternatives) > 1:
        return _step(None, _TRANSLATOR.css_to_xpath(css, prefix="descendant-or-self::"), None)
    rest: Any = alternatives[0].parsed_tree
    inner = []
    while isinstance(rest, CombinedSelector) and rest.combinator == " ":
        inner.append(rest.subselector)
        rest = rest.selector
    last = _step(None, f"descendant-or-self::{_TRANSLATOR.xpath(rest)}", _simple(rest))
    for one in reversed(inner):
        last = _step(last, f"descendant::{_TRANSLATOR.xpath(one)}", _simple(one))
    return last


@lru_cache(maxsize=1024)
def _step(outer: _Step | None, path: str, simple: _Simple | None) -> _Step:
    return _Step(outer, etree.XPath(path, regexp=False), simple)


def _simple(step: Any) -> _Simple | None:
    """What a step asks for, if that is only a tag, and classes and attributes with a value."""
    attributes: list[tuple[str, str, str]] = []
    while not isinstance(step, Element):
        if isinstance(step, Class):
            attributes.append(("class", "~=", step.class_name))
        elif isinstance(step, Hash):
            attributes.append(("id", "=", step.id))
        elif isinstance(step, Attrib) and step.operator == "exists":
            attributes.append((step.attrib.lower(), "exists", ""))
        elif (
            isinstance(step, Attrib) and step.operator in _ASKS and step.value and step.value.value
        ):
            attributes.append((step.attrib.lower(), step.operator, step.value.value))
        else:
            return None
        step = step.selector
    attributes.sort(key=lambda asked: _ORDER.get(asked[0], 1))
    return _Simple((step.element or "*").lower(), tuple(attributes))


# The elements of a tag that have an attribute, each with its value, and all the values as one text.
Given = tuple[list[tuple[etree._Element, str]], str]


def _tag_around(markup: bytes, at: int) -> str | None:
    """The start tag in which a place of a page's markup is, "" where it is in none.

    None where that is uncertain: in a text, or in an attribute after one that has tags.
    """
    start = markup.rfind(b"<", 0, at)
    found = _OPENED.match(markup, max(start, 0))
    if found is None:
        return None
    opened = found[1].lower()
    if opened in _UNPARSED or (opened == b"!--" and markup.find(b"-->", start, at) < 0):
        return ""
    if markup.find(b">", start, at) >= 0:
        return None
    return opened.decode() if opened[:1].isalpha() else ""


class Matches:
    """What selectors match in `tree`. Each step is looked for once: the rules name the same boxes
    again and again, and most of a page stands outside of them.

    `markup` is what the tree was parsed from, UTF-8: it tells which tags have a name.
    """

    def __init__(self, tree: etree._Element, markup: bytes | None = None) -> None:
        self.tree = tree
        self._markup = markup
        self._around: Matches | None = None
        self._found: dict[_Step, list[etree._Element]] = {}
        self._outer: dict[_Step, list[etree._Element]] = {}
        self._named: dict[str, list[etree._Element]] = {}
        self._given: dict[tuple[str, str], Given] = {}

    def within(self, root: etree._Element) -> Matches:
        """What selectors match in a part of the tree."""
        inside = Matches(root)
        inside._around = self
        return inside

    def elements(self, selector: str) -> list[etree._Element]:
        """All elements a selector matches, in document order."""
        return self._matching(_compiled(selector)[0])

    def _matching(self, step: _Step) -> list[etree._Element]:
        found = self._found.get(step)
        if found is None:
            found = self._found[step] = self._look_for(step)
        return found

    def _look_for(self, step: _Step) -> list[etree._Element]:
        simple, outer = step.simple, step.outer
        if outer is None:
            found = self._fitting(simple) if simple is not None else None
            return self._by_xpath(step, [self.tree]) if found is None else found
        if simple is not None and self._is_known(simple):
            found = self._fitting(simple)
            if found is not None:
                return self._inside(outer, found)
        boxes = self._matching(outer)
        if len(boxes) > 1:
            boxes = self._outermost(outer, boxes)
        if simple is not None and simple.attributes and simple.tag != "*":
            return [one for box in boxes for one in simple.below(box)]
        return self._by_xpath(step, boxes)

    def _by_xpath(self, step: _Step, boxes: list[etree._Element]) -> list[etree._Element]:
        inner = [cast("list[etree._Element]", step.find(box)) for box in boxes]
        return inner[0] if len(inner) == 1 else list(chain.from_iterable(inner))

    def _inside(self, step: _Step, found: list[etree._Element]) -> list[etree._Element]:
        """Those of some elements that stand in what a step finds."""
        simple = step.simple
        if not found:
            return found
        if simple is not None and simple.attributes and step.outer is None:
            parents = {one.getparent() for one in found if one is not self.tree}
            if len(parents) <= _FEWER and step not in self._found:
                parents = {above for above in parents if self._is_in(simple, above)}
                return [one for one in found if one.getparent() in parents]
        boxes = self._matching(step)
        return [one for one in found if any(above in boxes for above in one.iterancestors())]

    def _is_in(self, box: _Simple, element: etree._Element | None) -> bool:
        """Whether an element, or one around it, is as a step asks."""
        while element is not None:
            if box.fits(element):
                return True
            element = None if element is self.tree else element.getparent()
        return False

    def _is_known(self, simple: _Simple) -> bool:
        """Whether what a step asks for is found in boxes faster by a look at the whole page."""
        if not simple.attributes:
            return False
        tag = simple.tag
        if tag == "*":
            return self._markup is not None
        name = simple.attributes[0][0]
        if tag in _ENOUGH_TO_LOOK_AT or (tag, name) in self._given:
            return True
        # An id that is asked for in boxes is not the only one; an address is rarely there.
        return name == "id" or (tag, name) == ("a", "href")

    def _outermost(self, step: _Step, boxes: list[etree._Element]) -> list[etree._Element]:
        """Those of the boxes a step found that stand in no other: they hold what the rest do."""
        kept = self._outer.get(step)
        if kept is None:
            kept = self._outer[step] = boxes[:1]
            for box in boxes[1:]:  # in document order
                if kept[-1] not in box.iterancestors():
                    kept.append(box)
        return kept

    def _fitting(self, simple: _Simple) -> list[etree._Element] | None:
        """The elements of the tree that are as a simple step asks; None where XPath has to tell."""
        tag, attributes = simple.tag, simple.attributes
        if not attributes:
            return self._all(tag)
        if tag != "*" or self._markup is None:
            return self._having_all(tag, attributes)
        tags = self._tags_with(attributes[0][2])
        if tags is None:
            return None
        found = [elements for one in tags if (elements := self._having_all(one, attributes))]
        if len(found) > 1:  # their order is unknown
            return None
        return found[0] if found else []

    def _having_all(
        self, tag: str, attributes: tuple[tuple[str, str, str], ...]
    ) -> list[etree._Element]:
        """The elements of a tag whose attributes are as asked."""
        name, sign, value = attributes[0]
        if self._around is not None:  # what is nowhere on the page is not in this part of it
            known = self._around._given.get((tag, name))
            if known is not None and value not in known[1]:
                return []
        holders, said = self.having(tag, name)
        if value not in said:
            return []
        ask = _ASKS[sign]
        # Whatever the operator, the value is in the attribute.
        found = [one for one, given in holders if value in given and ask(given, value)]
        for name, sign, value in attributes[1:]:
            ask = _ASKS[sign]
            given = ((one, one.get(name)) for one in found)
            found = [one for one, text in given if text is not None and ask(text, value)]
        return found

    def _tags_with(self, name: str) -> set[str] | None:
        """The tags that have a name as an attribute, by the markup; None if that is uncertain."""
        markup, wanted = self._markup, name.encode()
        if markup is None or not wanted:
            return None
        tags: set[str] = set()
        at = markup.find(wanted)
        while at >= 0:
            tag = _tag_around(markup, at)
            if tag is None:
                return None
            tags.add(tag)
            after = markup.find(b"<", at)  # what stands before it is in the same place
            at = markup.find(wanted, after) if after >= 0 else -1
        return tags - {""}

    def _all(self, tag: str) -> list[etree._Element]:
        """All elements of a tag, "*" for any."""
        named = self._named.get(tag)
        if named is not None:
            return named
        if tag in _FEW:  # one look at the whole page for all of them
            self._named |= {one: [] for one in _FEW}
            for element in self.tree.iter(*_FEW):
                self._named[element.tag].append(element)
        else:
            self._named[tag] = list(self.tree.iter(tag))
        return self._named[tag]

    def having(self, tag: str, name: str) -> Given:
        """The elements of a tag that have an attribute, each with its value, and all the values as
        one text; looked for once."""
        known = self._given.get((tag, name))
        if known is not None:
            return known
        key = name.encode()  # which lxml makes of every name
        holders = [(one, value) for one in self._all(tag) if (value := one.get(key)) is not None]
        having = self._given[tag, name] = holders, "\n".join([value for _, value in holders])
        return having

    def first(self, selectors: Iterable[str]) -> tuple[etree._Element, str] | None:
        """The first match of the first selector that has one, and that selector."""
        for selector in selectors:
            found = self.elements(selector)
            if found:
                return found[0], selector
        return None

    def values(self, selectors: Iterable[str]) -> Iterator[tuple[str, str, etree._Element]]:
        """Each text or attribute the selectors give that is not empty: value, selector, element."""
        for selector in selectors:
            step, attribute = _compiled(selector)
            for element in self._matching(step):
                value = one_line(element.get(attribute) or "") if attribute else text_of(element)
                if value:
                    yield value, selector, element
