"""CSS selectors of the site rules, compiled once a process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from cssselect import HTMLTranslator, parse
from cssselect.parser import CombinedSelector
from lxml import etree

from crawler.extraction.blocks import text_of
from crawler.extraction.shown import one_line

_TRANSLATOR = HTMLTranslator()

Steps = tuple[etree.XPath, ...]


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[Steps, str | None]:
    """The steps of a selector, one inside the other, and the attribute it reads when it is written
    `selector@attribute`."""
    css, _, attribute = selector.rpartition("@")
    if not css:
        css, attribute = selector, ""
    return tuple(map(_xpath, _step_paths(css))), attribute or None


# `meta[property='og:title']`, `a[rel~=tag]`: told apart among all elements of that name.
_BY_ATTRIBUTE = re.compile(r"""(\w+)\[(\w+)(~?=)(?:'([^'"]+)'|"([^'"]+)"|([\w-]+))\]""")


@lru_cache(maxsize=1024)
def _by_attribute(css: str) -> tuple[str, str, str, bool] | None:
    """The tag, the attribute, its value and whether that is one word of it, of such a selector."""
    match = _BY_ATTRIBUTE.fullmatch(css)
    if match is None:
        return None
    tag, name, sign, *values = match.groups()
    return tag, name, next(value for value in values if value), sign == "~="


def _step_paths(css: str) -> list[str]:
    """The XPath of each step of a selector: `div.box p > a` is `div.box`, then `p > a` in it."""
    alternatives = parse(css)
    if len(alternatives) > 1:
        return [_TRANSLATOR.css_to_xpath(css, prefix="descendant-or-self::")]
    rest: Any = alternatives[0].parsed_tree
    steps = []
    while isinstance(rest, CombinedSelector) and rest.combinator == " ":
        steps.append(f"descendant::{_TRANSLATOR.xpath(rest.subselector)}")
        rest = rest.selector
    steps.append(f"descendant-or-self::{_TRANSLATOR.xpath(rest)}")
    return steps[::-1]


# Elements that many pages have none of: then no step that begins with one is looked for.
_RARE = re.compile(r"descendant-or-self::(time|article|main|h1|h2|figure|body)\b")


@lru_cache(maxsize=1024)
def _rare_tag(path: str) -> str | None:
    match = _RARE.match(path)
    return match[1] if match else None


@lru_cache(maxsize=1024)
def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path)


def elements(tree: etree._Element, selector: str) -> list[etree._Element]:
    """All elements a selector matches in `tree`, in document order."""
    return Matches(tree).elements(selector)


class Matches:
    """What selectors match in `tree`. Each step is looked for once: the rules name the same boxes
    again and again, and most of a page stands outside of them."""

    def __init__(self, tree: etree._Element) -> None:
        self.tree = tree
        self._found: dict[Steps, list[etree._Element]] = {(): [tree]}
        self._named: dict[str, list[etree._Element]] = {}

    def elements(self, selector: str) -> list[etree._Element]:
        """All elements a selector matches, in document order."""
        simple = _by_attribute(selector.partition("@")[0])
        return self._matching(_compiled(selector)[0]) if simple is None else self._with(*simple)

    def _with(self, tag: str, name: str, value: str, word: bool) -> list[etree._Element]:
        """The elements of that tag with such an attribute, faster than XPath finds them."""
        named = self._all(tag)
        if word:
            return [one for one in named if value in one.get(name, "").split()]
        return [one for one in named if one.get(name) == value]

    def _all(self, tag: str) -> list[etree._Element]:
        named = self._named.get(tag)
        if named is None:
            named = self._named[tag] = list(self.tree.iter(tag))
        return named

    def _matching(self, steps: Steps) -> list[etree._Element]:
        found = self._found.get(steps)
        if found is None:
            tag = _rare_tag(steps[0].path)
            missing = tag is not None and not self._all(tag)
            boxes = [] if missing else self._matching(steps[:-1])
            inner = [cast("list[etree._Element]", steps[-1](box)) for box in boxes]
            # Boxes in boxes give the same elements twice.
            found = list(dict.fromkeys(chain.from_iterable(inner)))
            self._found[steps] = found
        return found

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
