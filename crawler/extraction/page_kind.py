"""What an answer is before anyone looks for an article in it.

A status of 200 says little on these sites: error pages, "not found" texts, suspended accounts and
stubs that want a cookie come with it, and so do files under the wrong type. None of them may become
an article, and a long article that only speaks of such things must stay one. So a marker counts
where such pages show it - the title, a heading, a short line of its own - and only on a page
without prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import urljoin

from lxml import etree

from crawler.extraction.blocks import Line, Walk, path_of, walk
from crawler.extraction.dates.moments import clean
from crawler.extraction.document import Document, parse_document
from crawler.extraction.page_signs import (
    LOGIN_ASKED,
    LOGIN_PATH,
    LOGIN_TITLE,
    NEEDLES,
    SIGNS,
    YELLOW_PAGE,
    Sign,
)

if TYPE_CHECKING:
    from archive.page import PageKind

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
Verdict = tuple["PageKind", dict[str, Any]]

_PROSE_LINE = 80  # characters: menus, labels and headlines without a link are shorter
_MARKER_LINE = 200  # the message of such a page, not a paragraph
_BARE_TEXT = 300  # characters of a page with hardly anything on it
_BARE_LINKS = 10
_STUB = 4096  # bytes: stubs have 200 to 3,000

_TITLE_PARTS = re.compile(r"\s+[-–—|»:]+\s+|\s*\|\s*")

_SETS_COOKIE = re.compile(rb"document\s*\.\s*cookie\s*=", re.IGNORECASE)
_GOES_ON = re.compile(rb"location\b|\.reload\s*\(|\.submit\s*\(", re.IGNORECASE)
_SCRIPT_TARGET = re.compile(
    rb"\blocation(?:\.href)?\s*=\s*[\"']([^\"']+)[\"']"
    rb"|\blocation\.(?:replace|assign)\s*\(\s*[\"']([^\"']+)[\"']"
)
_REFRESH = re.compile(r"\s*([0-5])(?:\.\d+)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)

# --- files -----------------------------------------------------------------------------------

_MAGIC = (
    (b"PK\x03\x04", "zip"),  # also docx, xlsx, odt
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),  # doc, xls, ppt
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"{\\rtf", "rtf"),
    (b"ID3", "mp3"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_MARKUP = re.compile(
    rb"\s*(?:<!doctype|<html|<head|<body|<script|<meta|<!--|<\?xml)", re.IGNORECASE
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_BINARY = 0.05  # share of control bytes at the start; a text has none, or a stray one

# Without a type a page is read as one; plain text without markup is a file.
_PAGE_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "text/xml", "application/xml", "application/rss+xml", ""}
)
_ROOT = re.compile(
    rb"(?:\s|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*<([A-Za-z][\w:.-]*)", re.DOTALL | re.IGNORECASE
)
_ROOTS: dict[str, PageKind] = {
    "rss": "feed",
    "feed": "feed",
    "rdf:rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}
_LISTS: dict[str, PageKind] = {"listing": "listing", "feed": "feed", "sitemap": "sitemap"}


def classify(
    status: int | None,
    headers: Headers,
    body: bytes,
    document: Document | None = None,
    *,
    url: str = "",
    expected: str = "unknown",
) -> Verdict:
    """The kind of an answer and the evidence for it: the marker found and where.

    "other" with empty evidence means an ordinary page: what it holds decides. `body` is decoded
    (not as on the wire), `document` its tree if it was parsed already, `expected` the kind of the
    frontier row: on a listing, where many small messages stand, only title and headings count, and
    robots.txt is taken for what it is. `evidence["location"]` of a redirect is absolute. Status
    304 has no page and is the caller's. Never raises on bytes from outside.
    """
    answer = classify_answer(status, headers, body, url=url, expected=expected)
    if answer is not None:
        return answer
    if document is None:
        document = parse_document(body, url, _lowered(headers).get("content-type"))
    found = _read(document, url or document.url, strict=expected == "listing")
    if status is None or 200 <= status < 300:
        return found or ("other", {})
    if found is not None and found[0] == "challenge":
        return "challenge", {"status": status, **found[1]}
    return "error", {"rule": "status", "status": status}


def classify_answer(
    status: int | None, headers: Headers, body: bytes, *, url: str = "", expected: str = "unknown"
) -> Verdict | None:
    """What status, headers and first bytes settle alone, so that a file needs no parsing.

    None when the page has to be read: see `classify`, which takes the same arguments.
    """
    if status is None:
        return "failed", {"rule": "status"}
    lowered = _lowered(headers)
    if not 200 <= status < 300:
        return _by_status(status, lowered, url)
    if "/cgi-sys/suspendedpage" in url:
        return "parked", {"rule": "address", "marker": "suspendedpage"}
    if expected == "robots" or url.partition("?")[0].endswith("/robots.txt"):
        return "robots", {}
    if not body or body.isspace():
        return "error", {"rule": "empty", "status": status}
    return _by_format(lowered, body, expected) or _by_script(body, url)


def _lowered(headers: Headers) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {name.lower(): value for name, value in pairs}


def _by_status(status: int, headers: dict[str, str], url: str) -> Verdict | None:
    evidence: dict[str, Any] = {"rule": "status", "status": status}
    location = headers.get("location", "").strip()
    if 300 <= status < 400 and status != 304 and location:
        return "redirect", {**evidence, "location": _absolute(url, _in_utf8(location))}
    if status in {404, 410}:
        return "not-found", evidence
    if status == 401:
        return "login", evidence
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "challenge", {**evidence, "rule": "header", "marker": "cf-mitigated"}
    # A challenge hides behind these; any other status is an error whatever the page says.
    return None if status in {403, 429, 503} else ("error", evidence)


def _in_utf8(value: str) -> str:
    """Return a header's text with its Vietnamese letters: read as Latin-1, it was sent as UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _absolute(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _by_format(headers: dict[str, str], body: bytes, expected: str) -> Verdict | None:
    declared = headers.get("content-type", "").split(";")[0].strip().lower()
    magic = _magic(body)
    if magic is not None:
        kind: PageKind = "sitemap" if (magic, expected) == ("gzip", "sitemap") else "attachment"
        return kind, {"rule": "magic", "format": magic, "declared": declared}
    if _is_binary(headers, body):
        return "attachment", {"rule": "content", "format": "binary", "declared": declared}
    by_root = _by_root(body)
    if by_root is not None or _MARKUP.match(body[:200]) or declared in _PAGE_TYPES:
        return by_root
    if _is_json(declared, body):
        return _LISTS.get(expected, "attachment"), {"rule": "content", "format": "json"}
    return "attachment", {"rule": "header", "declared": declared}


def _magic(body: bytes) -> str | None:
    start = body[:1024]
    if start.lstrip(b"\xef\xbb\xbf\r\n\t \0").startswith(b"%PDF-"):
        return "pdf"
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    if start[:4] == b"RIFF" and start[8:12] in {b"WEBP", b"WAVE", b"AVI "}:
        return "riff"
    return "mp4" if start[4:8] == b"ftyp" else None


def _is_binary(headers: dict[str, str], body: bytes) -> bool:
    """Whether no text starts like this, whatever type is declared: zero bytes among controls."""
    if b"\0" not in body[:1024] or "utf-16" in headers.get("content-type", "").lower():
        return False
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    start = body[:1024]
    return len(start) - len(start.translate(None, _CONTROLS)) > len(start) * _BINARY


def _is_json(declared: str, body: bytes) -> bool:
    return "json" in declared and body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def _by_root(body: bytes) -> Verdict | None:
    match = _ROOT.match(body[:4096].removeprefix(b"\xef\xbb\xbf"))
    root = match[1].decode("latin-1").lower() if match else ""
    kind = _ROOTS.get(root)
    return None if kind is None else (kind, {"rule": "content", "format": root})


def _by_script(body: bytes, url: str) -> Verdict | None:
    """A stub that only runs a script: sets a cookie and comes again, or goes elsewhere."""
    if len(body) > _STUB or b"<script" not in body.lower():
        return None
    seen = re.sub(rb"(?is)<(script|style|noscript|title)\b.*?(?:</\1\s*>|$)|<[^>]*>", b"", body)
    if len(seen.split()) > 40:
        return None
    if _SETS_COOKIE.search(body) and _GOES_ON.search(body):
        return "challenge", {"rule": "script", "marker": "document.cookie", "bytes": len(body)}
    target = _SCRIPT_TARGET.search(body)
    if target is None or len(seen.split()) > 15:
        return None
    location = _absolute(url, (target[1] or target[2]).decode("utf-8", "replace"))
    return "redirect", {"rule": "script", "location": location}


# --- the page itself -------------------------------------------------------------------------


def _read(document: Document, url: str, *, strict: bool) -> Verdict | None:
    tree = document.tree
    title = clean(tree.findtext(".//title") or "")
    refreshed = _refresh(document)
    form = _login(document, title, url)
    if refreshed is None and form is None and not _mentions_any(tree):
        return None
    walked = walk(tree)
    prose = sum(line.size - line.linked for line in walked.lines if line.size >= _PROSE_LINE)
    if refreshed is not None and prose < 200:
        return refreshed
    signs = [sign for sign in SIGNS if not sign.bare or _is_bare(document, walked)]
    by_words = _by_title(title, prose, signs) or _by_line(walked, prose, signs, strict=strict)
    return by_words or (form if prose < 600 else None)


def _mentions_any(tree: etree._Element) -> bool:
    text = normalize("NFC", etree.tostring(tree, method="text", encoding="unicode"))
    # Half of a page's text is indentation; without it the search takes a third of the time.
    text = " ".join(text.lower().split())
    return any(needle in text for needle in NEEDLES)


def _refresh(document: Document) -> Verdict | None:
    for meta in document.tree.iterfind(".//meta[@http-equiv]"):
        match = _REFRESH.match(meta.get("content") or "")
        if match and (meta.get("http-equiv") or "").lower() == "refresh":
            location = _absolute(document.base_url, match[2].strip())
            if location != document.url:
                return "redirect", {"rule": "meta refresh", "location": location}
    return None


def _is_bare(document: Document, walked: Walk | None = None) -> bool:
    """Whether hardly anything is on a page: no menu, no text."""
    if len(document.matches.having("a", "href")[0]) > _BARE_LINKS:
        return False
    lines = (walked or walk(document.tree)).lines
    return sum(line.size for line in lines) <= _BARE_TEXT


def _by_title(title: str, prose: int, signs: list[Sign]) -> Verdict | None:
    parts = [title, *_TITLE_PARTS.split(title)]
    for sign in signs:
        if prose >= sign.title_prose:
            continue
        for part in parts:
            if len(part) <= _MARKER_LINE and sign.pattern.match(part):
                return sign.kind, {"rule": "title", "marker": part, "at": "head > title"}
    return None


def _by_line(walked: Walk, prose: int, signs: list[Sign], *, strict: bool) -> Verdict | None:
    for line in walked.lines:
        if YELLOW_PAGE.match(line.text):
            return "error", _told(walked, line)
        if len(line.text) > _MARKER_LINE or line.linked or (strict and not 0 < line.heading <= 3):
            continue
        for sign in signs:
            # The message itself is no prose, however long.
            own = len(line.text) if len(line.text) >= _PROSE_LINE else 0
            if prose - own < sign.prose and sign.pattern.match(line.text):
                return sign.kind, _told(walked, line)
    return None


def _told(walked: Walk, line: Line) -> dict[str, Any]:
    """The evidence of a line: what it says and where it stands."""
    at = path_of(walked.nodes[line.node].element)
    return {"rule": "text", "marker": line.text[:_MARKER_LINE], "at": at}


def _login(document: Document, title: str, url: str) -> Verdict | None:
    """Whether title or address is of a login form, or nothing else is there; a side box has one on
    most portals' pages."""
    parts = _TITLE_PARTS.split(title)
    asked = next((part for part in parts if LOGIN_ASKED.match(part)), None)
    if asked is not None:
        return "login", {"rule": "title", "marker": asked[:_MARKER_LINE], "at": "head > title"}
    titled = any(map(LOGIN_TITLE.match, parts))
    path = LOGIN_PATH.search(url.partition("?")[0])
    field = document.tree.find(".//input[@type='password']")
    if field is None:
        return None
    if titled:
        return "login", {"rule": "title", "marker": title[:_MARKER_LINE], "at": path_of(field)}
    if path:
        return "login", {"rule": "address", "marker": url[:_MARKER_LINE], "at": path_of(field)}
    return ("login", {"rule": "form alone", "at": path_of(field)}) if _is_bare(document) else None
