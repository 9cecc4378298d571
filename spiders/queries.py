"""XPath expressions that say what they return: elements, or strings."""

from __future__ import annotations

from typing import cast

from lxml import etree


class Elements:
    """An expression whose matches are elements, in document order."""

    def __init__(self, path: str) -> None:
        self._find = etree.XPath(path)

    def __call__(self, tree: etree._Element) -> list[etree._Element]:
        """Return the matches below `tree`."""
        return cast("list[etree._Element]", self._find(tree))


class Strings:
    """An expression whose matches are attribute values or text."""

    def __init__(self, path: str) -> None:
        self._find = etree.XPath(path, smart_strings=False)

    def __call__(self, tree: etree._Element) -> list[str]:
        """Return the matches below `tree`."""
        return cast("list[str]", self._find(tree))


def text_in(node: etree._Element) -> str:
    """Return all text of an element, as it stands."""
    return "".join(cast("list[str]", list(node.itertext())))
