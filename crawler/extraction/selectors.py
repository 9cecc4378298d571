"""CSS selectors of the site rules, compiled once a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import cast

from cssselect import HTMLTranslator
from lxml import etree

from crawler.extraction.blocks import text_of
from crawler.extraction.shown import one_line


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[etree.XPath, str | None]:
    """A selector as XPath, and the attribute it reads when it is written `selector@attribute`."""
    css, _, attribute = selector.rpartition("@")
    if not css:
        css, attribute = selector, ""
    path = HTMLTranslator().css_to_xpath(css, prefix="descendant-or-self::")
    return etree.XPath(path), attribute or None


def elements(tree: etree._Element, selector: str) -> list[etree._Element]:
    """All elements a selector matches, in document order."""
    return cast("list[etree._Element]", _compiled(selector)[0](tree))


def attribute_of(selector: str) -> str | None:
    """The attribute a selector reads instead of the text, if it names one."""
    return _compiled(selector)[1]


def first_element(
    tree: etree._Element, selectors: Iterable[str]
) -> tuple[etree._Element, str] | None:
    """The first match of the first selector that has one, and that selector."""
    for selector in selectors:
        found = elements(tree, selector)
        if found:
            return found[0], selector
    return None


def values(
    tree: etree._Element, selectors: Iterable[str]
) -> Iterator[tuple[str, str, etree._Element]]:
    """Each text or attribute the selectors give that is not empty: (value, selector, element)."""
    for selector in selectors:
        attribute = attribute_of(selector)
        for element in elements(tree, selector):
            value = one_line(element.get(attribute) or "") if attribute else text_of(element)
            if value:
                yield value, selector, element
