"""Feeds and sitemaps: RSS, RDF, Atom and the sitemap protocol, read from untrusted bytes.

Pure: no entities are expanded, nothing is loaded, a compressed sitemap is unpacked to a limit.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Literal

from lxml import etree, html

from crawler.extraction.repair.texts import may_be_damaged, repair_texts

VIETNAM = timezone(timedelta(hours=7))
UNPACKED_LIMIT = 64 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
EXCERPT_LIMIT = 2000

_ROOTS = re.compile(rb"<(?:\w+:)?(rss|feed|RDF|urlset|sitemapindex)[\s>]")
# A reference to half a character; the recovering parser takes it, and then cannot give it out.
_HALF = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-4]\d));",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Entry:
    """One item: its address as written, and what the feed says of it."""

    url: str
    title: str = ""
    published_at: str | None = None
    modified_at: str | None = None
    excerpt: str = ""
    author: str = ""
    section: str = ""


@dataclass(slots=True)
class Listing:
    """A parsed file: `kind` says what its entries are."""

    kind: Literal["feed", "sitemap", "sitemap-index"]
    entries: list[Entry] = field(default_factory=list)


def parse_listing(body: bytes) -> Listing | None:
    """Read a feed, sitemap or sitemap index; None when the bytes are none of these.

    Broken XML is read as far as it goes. Times are ISO in +07:00.
    """
    data = unpack(body)
    if data is None or not _ROOTS.search(data[:2048]):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(_HALF.sub(b"", data.lstrip()), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    listing = _read(root)
    if listing is not None:
        _repair(listing.entries)
    return listing


def unpack(body: bytes) -> bytes | None:
    """Return the bytes of a possibly gzipped file, cut at the limit; None when it is broken."""
    if body[:2] != GZIP_MAGIC:
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        return unpacker.decompress(body, UNPACKED_LIMIT) or None
    except zlib.error:
        return None


def _read(root: etree._Element) -> Listing | None:
    name = _name(root)
    if name == "sitemapindex":
        return Listing("sitemap-index", _located(root, "sitemap"))
    if name == "urlset":
        return Listing("sitemap", _located(root, "url"))
    if name in ("rss", "RDF"):
        return Listing("feed", [_rss_item(node) for node in _all(root, "item")])
    if name == "feed":
        return Listing("feed", [_atom_entry(node) for node in _all(root, "entry")])
    return None


def _repair(entries: list[Entry]) -> None:
    """Put right what is damaged of the texts, as on pages."""
    texts = [text for entry in entries for text in (entry.title, entry.excerpt)]
    if may_be_damaged("\n".join(texts)):
        better = iter(repair_texts(texts)[0])
        for entry in entries:
            entry.title, entry.excerpt = next(better), next(better)


def _located(root: etree._Element, name: str) -> list[Entry]:
    entries = []
    for node in _all(root, name):
        told = _children(node)
        if told.get("loc"):
            entries.append(Entry(told["loc"], modified_at=iso_time(told.get("lastmod", ""))))
    return entries


def _rss_item(node: etree._Element) -> Entry:
    told = _children(node)
    return Entry(
        url=told.get("link", ""),
        title=plain(told.get("title", "")),
        published_at=feed_time(told.get("pubDate", "") or told.get("date", "")),
        excerpt=plain(told.get("description", "")),
        author=told.get("creator", ""),
        section=told.get("category", ""),
    )


def _atom_entry(node: etree._Element) -> Entry:
    told = _children(node)
    links = [n for n in node if _name(n) == "link" and n.get("rel", "alternate") == "alternate"]
    return Entry(
        url=(links[0].get("href") or "") if links else "",
        title=plain(told.get("title", "")),
        published_at=iso_time(told.get("published", "")),
        modified_at=iso_time(told.get("updated", "")),
        excerpt=plain(told.get("summary", "")),
    )


def _children(node: etree._Element) -> dict[str, str]:
    """Map the local name of each child to its text; the first of a name wins."""
    told: dict[str, str] = {}
    for child in node:
        if isinstance(child.tag, str):
            told.setdefault(_name(child), _text(child).strip())
    return told


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return [node for node in root.iter() if isinstance(node.tag, str) and _name(node) == name]


def _text(node: etree._Element) -> str:
    if len(node) == 0:
        return node.text or ""
    return "".join(str(text) for text in node.itertext())


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def plain(text: str) -> str:
    """Return the text of a snippet of HTML, spaces folded, at most 2,000 characters."""
    if "<" in text or "&" in text:
        try:
            fragments = html.fragment_fromstring(text, create_parent="div")
            etree.strip_elements(fragments, "script", "style", with_tail=False)
            text = _text(fragments)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            text = re.sub(r"<[^>]*>", " ", text)
    return _BLANKS.sub(" ", text).strip()[:EXCERPT_LIMIT]


def feed_time(text: str) -> str | None:
    """Read an RFC 822 time, or an ISO one, as ISO text in +07:00; None when it is neither."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return iso_time(text)
    if moment.tzinfo is None:  # "-0000": UTC, zone of origin unknown
        moment = moment.replace(tzinfo=UTC)
    return _in_vietnam(moment)


def iso_time(text: str, *, zone: timezone | None = None) -> str | None:
    """Read an ISO time with its zone, or in `zone`, as ISO text in +07:00; None without a zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        if zone is None:
            return None
        moment = moment.replace(tzinfo=zone)
    return _in_vietnam(moment)


def _in_vietnam(moment: datetime) -> str | None:
    try:
        return moment.astimezone(VIETNAM).isoformat(timespec="seconds")
    except (OverflowError, ValueError):
        return None
