"""CSS selectors of the site rules, compiled once a process."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
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
    "~=": lambda given, value: value in given and value in given.split(),
}


@dataclass(frozen=True, slots=True)
class _Simple:
    """A step that asks for a tag ("*" for any) and attributes, nothing else."""

    tag: str
    attributes: tuple[tuple[str, str, str], ...]  # name, operator, value

    @property
    def first(self) -> tuple[str, str] | None:
        """The tag and the first attribute, by which all that may fit are found."""
        return (self.tag, self.attributes[0][0]) if self.attributes else None


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One step of a selector; XPath takes twice as long as looking for what is simple."""

    find: etree.XPath
    simple: _Simple | None


Steps = tuple[_Step, ...]


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[Steps, str | None]:
    """The steps of a selector, one inside the other, and the attribute it reads when it is written
    `selector@attribute`."""
    css, _, attribute = selector.rpartition("@")
    if not css:
        css, attribute = selector, ""
    return _steps(css), attribute or None


def _steps(css: str) -> Steps:
    """The steps of a selector: `div.box p > a` is `div.box`, then `p > a` in it."""
    alternatives = parse(css)
    if len(alternatives) > 1:
        return (_step(_TRANSLATOR.css_to_xpath(css, prefix="descendant-or-self::"), None),)
    rest: Any = alternatives[0].parsed_tree
    steps = []
    while isinstance(rest, CombinedSelector) and rest.combinator == " ":
        inner = rest.subselector
        steps.append(_step(f"descendant::{_TRANSLATOR.xpath(inner)}", _simple(inner)))
        rest = rest.selector
    steps.append(_step(f"descendant-or-self::{_TRANSLATOR.xpath(rest)}", _simple(rest)))
    return tuple(steps[::-1])


@lru_cache(maxsize=1024)
def _step(path: str, simple: _Simple | None) -> _Step:
    return _Step(etree.XPath(path), simple)


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


@dataclass(frozen=True, slots=True)
class _Given:
    """The elements of a tag that have an attribute, with its value; `said` is all the values."""

    holders: list[tuple[etree._Element, str]]
    said: str


def _inside(boxes: list[etree._Element], found: list[etree._Element]) -> list[etree._Element]:
    """Those of the elements found that stand in one of the boxes."""
    return [one for one in found if any(above in boxes for above in one.iterancestors())]


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
        self._found: dict[Steps, list[etree._Element]] = {(): [tree]}
        self._named: dict[str, list[etree._Element]] = {}
        self._given: dict[tuple[str, str], _Given] = {}

    def elements(self, selector: str) -> list[etree._Element]:
        """All elements a selector matches, in document order."""
        return self._matching(_compiled(selector)[0])

    def _matching(self, steps: Steps) -> list[etree._Element]:
        found = self._found.get(steps)
        if found is None:
            found = self._found[steps] = self._look_for(steps)
        return found

    def _look_for(self, steps: Steps) -> list[etree._Element]:
        step, boxes = steps[-1], self._matching(steps[:-1])
        if not boxes:
            return []
        simple = step.simple
        if simple is not None:
            if len(steps) == 1:
                return self._fitting(simple)
            if simple.first in self._given or (simple.attributes and simple.tag in _FEW):
                return _inside(boxes, self._fitting(simple))
        inner = [cast("list[etree._Element]", step.find(box)) for box in boxes]
        # Boxes in boxes give the same elements twice.
        return inner[0] if len(inner) == 1 else list(dict.fromkeys(chain.from_iterable(inner)))

    def _fitting(self, simple: _Simple) -> list[etree._Element]:
        """The elements of the tree that are as a simple step asks."""
        if not simple.attributes:
            return self._all(simple.tag)
        if simple.tag == "*":
            tags = self._tags_with(simple.attributes[0][2])
            if tags is not None:
                found = [self._fitting(replace(simple, tag=tag)) for tag in tags]
                found = [elements for elements in found if elements]
                if len(found) < 2:  # else their order is unknown
                    return found[0] if found else []
        return self._having_all(simple.tag, simple.attributes)

    def _having_all(
        self, tag: str, attributes: tuple[tuple[str, str, str], ...]
    ) -> list[etree._Element]:
        """The elements of a tag whose attributes are as asked."""
        (name, sign, value), *others = attributes
        having = self._having(tag, name)
        if value not in having.said:
            return []
        ask = _ASKS[sign]
        found = [one for one, given in having.holders if ask(given, value)]
        for name, sign, value in others:
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

    def _having(self, tag: str, name: str) -> _Given:
        """The elements of a tag that have an attribute."""
        having = self._given.get((tag, name))
        if having is None:
            holders = [
                (one, value) for one in self._all(tag) if (value := one.get(name)) is not None
            ]
            said = "\n".join([value for _, value in holders])
            having = self._given[tag, name] = _Given(holders, said)
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
            attribute = _compiled(selector)[1]
            for element in self.elements(selector):
                value = one_line(element.get(attribute) or "") if attribute else text_of(element)
                if value:
                    yield value, selector, element
