"""A fetched page as one parsed tree; everything else in this package reads from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

from crawler.extraction.encoding import recoded
from crawler.extraction.selectors import Matches

_EMPTY_PAGE = b"<html><body></body></html>"


@dataclass(slots=True, frozen=True)
class Document:
    """One page: its address, its bytes, their encoding, and the tree parsed from them.

    `tree` is the root element, without comments and processing instructions, `matches` what
    selectors match in it. `base_url` is what relative addresses on the page are relative to.
    """

    url: str
    body: bytes
    encoding: str
    tree: etree._Element
    base_url: str
    matches: Matches = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matches", Matches(self.tree))

    def absolute(self, address: str) -> str | None:
        """`address` made absolute, or None when it is no http address."""
        try:
            joined = urljoin(self.base_url, address.strip())
        except ValueError:  # e.g. an unclosed bracket in the host
            return None
        return joined if joined.startswith(("http://", "https://")) else None


def parse_document(body: bytes, url: str, content_type: str | None = None) -> Document:
    """Parse a page once, with the encoding its header, markup and bytes agree on.

    Any bytes give a document: an empty or hopeless page has an empty tree.
    """
    markup, encoding = recoded(body, content_type)
    tree = _parse(markup)
    return Document(url=url, body=body, encoding=encoding, tree=tree, base_url=_base_url(tree, url))


def _parse(markup: bytes) -> etree._Element:
    # The parser gets UTF-8 whatever the page was written in: libxml2's own converters stop at the
    # first odd byte, and it stops reading at a NUL.
    data = markup.replace(b"\0", b"")
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        tree = None
    return etree.fromstring(_EMPTY_PAGE, parser) if tree is None else tree


def _base_url(tree: etree._Element, url: str) -> str:
    base = tree.find(".//base[@href]")
    if base is None:
        return url
    try:
        return urljoin(url, (base.get("href") or "").strip())
    except ValueError:
        return url
