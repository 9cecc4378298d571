"""A fetched page as one parsed tree; everything else in this package reads from it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin

from lxml import etree

from crawler.extraction.encoding import LEGACY, decode
from crawler.extraction.nesting import flattened
from crawler.extraction.repair.page import repair_page
from crawler.extraction.repair.texts import Repair, page_may_be_damaged
from crawler.extraction.repair.tree import repair_tree
from crawler.extraction.selectors import Matches

# Pages have up to 300 KB. What is much larger holds pictures as text, or no page at all.
MOST_BYTES = 8_000_000
_EMBEDDED = re.compile(rb"data:[\w/+.;=-]{0,100};base64,[A-Za-z0-9+/=%\s]*")

_BYTE_BY_BYTE = LEGACY | {"cp1252", "latin-1"}

# An absolute address, or one from the root, without steps up and what a browser leaves out.
_STEP = r"(?!\.\.?(?:[/?]|$))[^\s/?#;\\]+"
_PLAIN = re.compile(rf"(?:https?://[\w.-]+(?::\d+)?)?/(?:{_STEP}(?:/{_STEP})*/?)?(?:\?[^\s#\\]+)?$")
# One for all pages: to set one up takes a fiftieth of a page's time. It begins each with no errors.
_PARSER = etree.HTMLParser(
    encoding="utf-8",
    remove_comments=True,
    remove_pis=True,
    huge_tree=True,
    no_network=True,
    collect_ids=False,  # nothing here asks for an id by itself
)
_EMPTY_PAGE = b"<html><body></body></html>"

# Since it reads in the way of HTML 5, libxml2 looks at each byte and says which are no UTF-8: no
# other look is needed at the pages that have none, which are nearly all.
_TELLS_BROKEN = etree.LIBXML_VERSION >= (2, 14)
_BROKEN = etree.ErrorTypes.ERR_INVALID_ENCODING


@dataclass(slots=True, frozen=True)
class Document:
    """One page: its address, its bytes, their encoding, and the tree parsed from them.

    `tree` is the root element, without comments and processing instructions, `matches` what
    selectors match in it. `base_url` is what relative addresses on the page are relative to.
    `repair` is what of its text was damaged and is put right in the tree, `cut` the number of bytes
    that were left unread because the page is too large.
    """

    url: str
    body: bytes
    encoding: str
    tree: etree._Element
    base_url: str
    matches: Matches = field(repr=False, compare=False)
    repair: Repair = field(default_factory=Repair)
    cut: int = 0

    def absolute(self, address: str) -> str | None:
        """`address` made absolute, or None when it is no http address."""
        address = address.strip()
        plain = plainly_joined(self.base_url, address)
        if plain is not None:
            return plain
        try:
            joined = urljoin(self.base_url, address)
        except ValueError:  # e.g. an unclosed bracket in the host
            return None
        return joined if joined.startswith(("http://", "https://")) else None


def plainly_joined(base: str, address: str) -> str | None:
    """What urljoin returns for an address without steps up and signs to drop, in a fraction of its
    time; None for any other."""
    if not _PLAIN.match(address):
        return None
    if address[0] == "h":
        return address
    origin = _origin_of(base)
    return origin + address if origin else None


@lru_cache(maxsize=16)
def _origin_of(base: str) -> str:
    """Scheme and host of a plain http address, "" of any other."""
    origin = "/".join(base.split("/", 3)[:3])
    return origin if origin[:4] == "http" and _PLAIN.match(origin + "/") else ""


def parse_document(body: bytes, url: str, content_type: str | None = None) -> Document:
    """Parse a page once, with the encoding its header, markup and bytes agree on.

    Any bytes give a document: an empty or hopeless page has an empty tree.
    """
    markup, cut = _bounded(body)
    tree, encoding, repair = _parse_utf8(markup), "utf-8", Repair()
    if tree is None:
        text, encoding, repair = _text(markup, content_type)
        if encoding != "utf-8" or markup.startswith(codecs.BOM_UTF8) or "\ufffd" in text:
            markup = text.encode("utf-8", "replace")
        tree = _parse(markup)
    if page_may_be_damaged(markup):
        repair.add(repair_tree(tree, markup))
    matches = Matches(tree, markup)
    return Document(
        url=url,
        body=body,
        encoding=encoding,
        tree=tree,
        base_url=_base_url(matches, url),
        matches=matches,
        repair=repair,
        cut=cut,
    )


def _bounded(body: bytes) -> tuple[bytes, int]:
    """Return what of a page is read, and how many bytes that leaves out."""
    if len(body) <= MOST_BYTES:
        return body, 0
    bare = _EMBEDDED.sub(b"data:,", body)
    return bare[:MOST_BYTES], max(0, len(bare) - MOST_BYTES)


def _text(markup: bytes, content_type: str | None) -> tuple[str, str, Repair]:
    """Return a page's text, how it was encoded, and what had to be repaired to read it."""
    text, encoding = decode(markup, content_type)
    if encoding in _BYTE_BY_BYTE:
        return repair_page(text, encoding)
    return text, encoding, Repair()


def _parse_utf8(markup: bytes) -> etree._Element | None:
    """Return the tree of a page that is UTF-8; None where that is to be looked at."""
    if not _TELLS_BROKEN or b"\0" in markup or markup.startswith(codecs.BOM_UTF8):
        return None
    tree = _tree(markup)
    for error in _PARSER.error_log:  # a page in a hundred has any
        if error.type == _BROKEN or "depth" in error.message:
            return None  # not UTF-8, or not read to the end
    return tree


def _parse(markup: bytes) -> etree._Element:
    # The parser gets UTF-8 whatever the page was written in: libxml2's own converters stop at the
    # first odd byte, and it stops reading at a NUL.
    data = markup.replace(b"\0", b"")
    tree = _tree(data)
    error = _PARSER.error_log.last_error
    if error is not None and "depth" in error.message:
        tree = _tree(flattened(data))
    return etree.fromstring(_EMPTY_PAGE, _PARSER) if tree is None else tree


def _tree(data: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError:
        return None


def _base_url(matches: Matches, url: str) -> str:
    for base in matches.elements("base[href]"):
        try:
            return urljoin(url, (base.get("href") or "").strip())
        except ValueError:
            break
    return url
