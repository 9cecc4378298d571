"""Take the words of an erased page out of other pages: its title in a listing, its text in a feed.

Only what stands there letter by letter is found, as it is, with HTML entities, or escaped as in
JSON. The record keeps its place and its date; its digests are those of what is left.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.prints import LEAST, Prints, unescaped
from archive.warc import DAMAGED, content_encoding, decoded

if TYPE_CHECKING:
    from archive.page import Article, Fetch
    from archive.warc import Headers

PLACEHOLDER = b"[withdrawn]"

# Takes a decoded body and returns what may be kept of it.
LeaveOut = Callable[[bytes], bytes]

_NODE = re.compile(rb"[^<>]+")  # with the quotes that stand in a text
_STRING = re.compile(rb'(?:[^<>"\\]|\\.)+')  # as in attributes and JSON
_PIECE = re.compile(rb'[^<>"\r\n]+')
_MARKUP = re.compile(r"[<>\r\n]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_CODED = {"content-encoding", "content-length", "content-md5", "digest", "etag"}


def lines_of(texts: Iterable[str | None]) -> set[str]:
    """Return the lines of `texts` that are long enough to be told from everybody's words."""
    lines = {" ".join(line.split()) for text in texts for line in (text or "").splitlines()}
    return {line for line in lines if len(line) >= LEAST}


def pattern_of(texts: Iterable[str | None]) -> re.Pattern[bytes] | None:
    """Return what finds the lines of `texts` in a decoded body; None when none is long enough."""
    spellings: set[bytes] = set()
    for line in lines_of(texts):
        spellings |= _spellings(line)
    if not spellings:
        return None
    return re.compile(b"|".join(sorted(spellings, reverse=True)))


def printed(prints: Collection[str]) -> LeaveOut:
    """Return what takes lines out of a body of which only hashes are known (archive/prints.py).

    A text node, attribute or string that is such a line goes; of markup that is escaped inside
    markup, as in feeds, the whole piece. Where other words stand around it, its own go.
    """
    known = Prints(prints)

    def left(body: bytes) -> bytes:
        body = _PIECE.sub(lambda found: _without(found[0], known), body)
        for piece in (_NODE, _STRING):
            body = piece.sub(lambda found: _without_runs(found[0], known), body)
        return body

    return left


def _without_runs(piece: bytes, prints: Prints) -> bytes:
    if len(piece) < LEAST:
        return piece
    runs = {run for run, _ in prints.runs(unescaped(piece.decode(errors="replace")))}
    pattern = pattern_of(runs)
    if pattern is None:
        return piece
    left = pattern.sub(PLACEHOLDER, piece)
    is_left = any(prints.runs(unescaped(left.decode(errors="replace"))))
    return PLACEHOLDER if is_left else left  # it is spelled in a way of its own


def _without(piece: bytes, prints: Prints) -> bytes:
    if len(piece) < LEAST:
        return piece
    text = piece.decode(errors="replace")
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    plain = html.unescape(text)
    parts = [plain] if plain == text else [plain, *_MARKUP.split(html.unescape(plain))]
    return PLACEHOLDER if any(map(prints.has, parts)) else piece


def _spellings(line: str) -> set[bytes]:
    escaped = (html.escape(line), html.escape(line, quote=False), line)
    numeric = "".join(c if c.isascii() else f"&#{ord(c)};" for c in html.escape(line, quote=False))
    as_json = json.dumps(line)[1:-1]
    written = (*escaped, numeric, as_json, as_json.replace("/", "\\/"))
    return {rb"\s+".join(re.escape(word) for word in text.encode().split()) for text in written}


def redact(headers: Headers, wire_body: bytes, leave_out: LeaveOut) -> bytes | None:
    """Return the decoded body as `leave_out` leaves it; None when that changes nothing.

    One that cannot be decoded is taken as it is: often it was never encoded.
    """
    try:
        body = decoded(wire_body, content_encoding(headers))
    except (ValueError, OSError, *DAMAGED):
        body = wire_body
    left = leave_out(body)
    return left if left != body else None


def is_redacted(article: Article) -> bool:
    """Tell whether words of an erased page were taken out of what an article was read from."""
    texts = [article.title, article.lead, article.body, article.author]
    texts += [text for image in article.images for text in (image.caption, image.alt)]
    return any(PLACEHOLDER.decode() in text for text in texts if text)


def without_coding(headers: Headers) -> Headers:
    """Return headers that fit a body that was decoded and changed."""
    return [pair for pair in headers if pair[0].lower() not in _CODED]


def redacted(fetch: Fetch, leave_out: LeaveOut) -> Fetch:
    """Return a fetch with what `leave_out` leaves of its body."""
    body = redact(fetch.headers, fetch.wire_body, leave_out)
    if body is None:
        return fetch
    return replace(fetch, headers=without_coding(fetch.headers), wire_body=body, body=body)
