"""A saved page with other people's words taken out: the same markup, dates and kinds of links.

Every word is replaced by an invented syllable of its length, capitals and marks, every figure by
another one; the same word always becomes the same one, with marks or without, so that a title still
agrees with its address. Labels that extraction reads (`Tác giả:`, `Đăng ngày`), names of
institutions, dates and times stay. Deterministic: the same page gives the same bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from hashlib import blake2b
from html import escape, unescape
from typing import Any
from urllib.parse import quote, unquote

from crawler.extraction import phrases

ONSETS = "- b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x br cl dr fl gr"
RIMES = (
    "a e i o u y ai ao au ay eo eu ia iu oa oe oi ua ue ui uy an am ap at ac ach anh ang em en"
    " ep et enh ich im in inh ip it om on ong op ot oc um un ung up ut uc iem ien iet oan oat"
    " uan uat uong uyen oang oach uynh uyet iec ieng uoc uom uon uot"
)
"""What invented syllables are made of; `-` stands for none."""

TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aeiouy"
PIECE = 4
"""Letters of the syllables that words longer than any are made of."""

WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"\d+")
DATE = re.compile(
    r"\d{1,4}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{1,4}"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}\s?[:hg]\s?\d{2}(?:[:]\d{2})?(?:\s?(?:AM|PM|SA|CH)\b)?"
    r"|\d{1,2}[-/]\d{1,2}(?![\d/-])|\b(?:19|20)\d{2}\b"
    r"|thứ (?:hai|ba|tư|năm|sáu|bảy)\b"
    r"|(?:ngày|tháng|năm|giờ|phút|thứ|lúc|hôm (?:nay|qua)|chủ nhật|sáng|chiều|tối)\b"
    r"(?:\s+\d+(?!\d*\s?[/.:hg-]\s?\d|\d))?"
    r"|\d+\s+(?:phút|giờ|ngày)(?: trước)?\b"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)\w*,|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b",
    re.IGNORECASE,
)
INSTITUTION = re.compile(
    r"(?:ub ?)?mttq|mặt trận|tổ quốc|việt nam|[uủ][ỷy]? ban|đại đoàn kết|ban (?:biên tập|công tác|"
    r"thường trực|tuyên giáo)|bbt|ttxvn|skip ribbon commands|skip to main content|"
    r"(?:tin|nguồn|hình)? ?ảnh\s*:|nguồn\s*:|theo\b|báo\b|tạp chí|cổng thông tin|trung tâm|"
    r"văn phòng",
    re.IGNORECASE,
)
KEPT = (
    DATE,
    INSTITUTION,
    phrases.TAIL,
    phrases.AUTHOR_LABEL,
    phrases.SOURCE_LABEL,
    phrases.DATE_LABEL,
    phrases.LEAKED_TAG,
    phrases.SHORTCODE,
)
"""What stays in a text: dates, institutions, and the labels that extraction knows."""

TOKEN = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<code><(?P<name>script|style)\b[^>]*>)(?P<inner>.*?)(?P<end></(?P=name)\s*>)"
    r"|(?P<tag><[/!?a-zA-Z][^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(
    r"""(?P<head>\s(?P<name>[\w:.-]+)\s*=\s*)(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL
)
GENERATOR = re.compile(r"<meta\b[^>]*\bname\s*=\s*[\"']?generator\b", re.IGNORECASE)
CHARSET = re.compile(r"(charset\s*=\s*[\"']?)[\w-]+", re.IGNORECASE)
LINKS = frozenset({"href", "src", "action", "data-src", "data-href", "data-url", "srcset"})
MARKUP = re.compile(
    r"class|style|id|name|type|rel|property|item(?:prop|type|scope)|http-equiv|lang|charset|for|role"
    r"|target|datetime"
)
"""Attributes that belong to the markup and stay."""

FILE_ENDING = re.compile(r"\.\w{2,5}$")
SLUG_WORDS = 4
"""Words of a path's segment from which it is made of a title."""

STATE = 40
"""Characters of a hidden field's value from which it is the state of a page."""


def scrub(text: str) -> str:
    """Return a page's source with its words and figures replaced, to be stored as UTF-8."""
    parts = []
    at = 0
    for token in TOKEN.finditer(text):
        parts.append(_visible(text[at : token.start()]))
        parts.append(_markup(token))
        at = token.end()
    parts.append(_visible(text[at:]))
    return "".join(parts)


def scrub_text(text: str) -> str:
    """Return plain text with its words and figures replaced."""
    text = unicodedata.normalize("NFC", text)
    kept = sorted({found.span() for one in KEPT for found in one.finditer(text) if found[0]})
    parts, at = [], 0
    for start, end in kept:
        if start >= at:
            parts += [_replaced(text[at:start]), text[start:end]]
            at = end
    return "".join([*parts, _replaced(text[at:])])


def scrub_url(url: str) -> str:
    """Return an address with the titles in its path and its parameters replaced."""
    head, mark, query = url.partition("?")
    path = "/".join(_segment(part) for part in head.split("/"))
    if not mark:
        return path
    return path + mark + "&".join(_parameter(part) for part in query.split("&"))


# -- tokens ----------------------------------------------------------------------------------------


def _visible(text: str) -> str:
    if not text or text.isspace():
        return text
    return escape(scrub_text(unescape(text)), quote=False)


def _markup(token: re.Match[str]) -> str:
    if token["comment"]:
        return ""
    if token["tag"]:
        return _tag(token["tag"])
    if token["name"].lower() == "style":
        return token[0]
    inner = _json(token["inner"]) if "ld+json" in token["code"].lower() else ""
    return _tag(token["code"]) + inner + token["end"]


def _tag(tag: str) -> str:
    if GENERATOR.match(tag):
        return tag
    tag = CHARSET.sub(r"\1utf-8", tag) if tag[:5].lower() == "<meta" else tag
    return ATTRIBUTE.sub(_attribute, tag)


def _attribute(found: re.Match[str]) -> str:
    name, value = found["name"].lower(), unescape(found["value"])
    if MARKUP.fullmatch(name) or not value:
        return found[0]
    if name in LINKS or value.startswith(("http://", "https://", "/")):
        new = value if value[:11].lower() == "javascript:" else scrub_url(value)
    elif name == "value" and len(value) > STATE and " " not in value:
        new = "state"
    elif name.startswith("on"):
        new = value if "__doPostBack" in value else ""
    elif " " in value.strip() or not value.isascii():
        new = value if CHARSET.search(value) else scrub_text(value)
    else:
        return found[0]
    return f"{found['head']}{found['quote']}{escape(new)}{found['quote']}"


def _json(text: str) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return json.dumps(_walk(data), ensure_ascii=False)


def _walk(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _walk(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_walk(value) for value in data]
    if not isinstance(data, str) or " " not in data.strip():
        return scrub_url(data) if isinstance(data, str) and "/" in data else data
    return scrub_text(data)


def _segment(part: str) -> str:
    """Replace the words of a path's segment where it is made of a title."""
    plain = unquote(part)
    ending = FILE_ENDING.search(plain)
    stem = plain[: ending.start()] if ending else plain
    if sum(WORD.fullmatch(word) is not None for word in re.split(r"[-_+ ]", stem)) < SLUG_WORDS:
        return part
    new = re.sub(r"(?<![^\W_])[^\W\d_]+(?![^\W_])", lambda word: _word(word[0]), stem)
    return quote(new + plain[len(stem) :], safe="%:@!$&'()*+,;=~|")


def _parameter(part: str) -> str:
    name, equals, value = part.partition("=")
    return f"{name}{equals}{_segment(value)}"


# -- words -----------------------------------------------------------------------------------------


def _replaced(text: str) -> str:
    text = WORD.sub(lambda found: _word(found[0]), text)
    return NUMBER.sub(lambda found: _number(found[0]), text)


@lru_cache(maxsize=8192)
def _word(word: str) -> str:
    """Return the invented word for a word: as long, with the same capitals, marked if it is."""
    plain = _bare(word)
    if len(plain) < 2 or (word.isupper() and len(plain) < 3):
        return word
    new = _syllables(plain)
    if plain != word.lower():
        new = _marked(new, _hash(word.lower()))
    return _like(word, new)


def _syllables(plain: str) -> str:
    known = _by_length()
    if len(plain) in known:
        choice = known[len(plain)]
        return choice[_hash(plain) % len(choice)]
    return _syllables(plain[:PIECE]) + _syllables(plain[PIECE:]) if len(plain) > 1 else plain


@lru_cache(maxsize=1)
def _by_length() -> dict[int, list[str]]:
    made: dict[int, set[str]] = defaultdict(set)
    for onset in ONSETS.replace("-", "").split(" "):
        for rime in RIMES.split():
            made[len(onset + rime)].add(onset + rime)
    return {
        length: sorted(words) for length, words in made.items() if length > 1 and len(words) > 40
    }


def _marked(word: str, number: int) -> str:
    """Put a tone on a word's last vowel but the one it ends with."""
    places = [n for n, letter in enumerate(word) if letter in VOWELS]
    place = places[0] if len(places) < 2 or len(word) - 1 in places else places[-1]
    return unicodedata.normalize("NFC", word[: place + 1] + TONES[number % 5] + word[place + 1 :])


def _like(word: str, new: str) -> str:
    if word.isupper():
        return new.upper()
    return new[0].upper() + new[1:] if word[0].isupper() else new


def _number(digits: str) -> str:
    """Return another number with as many digits; short ones stand for lists and stay."""
    if len(digits) < 2:
        return digits
    number = _hash(digits)
    new = "".join(str((number >> 4 * n) % 10) for n in range(len(digits)))
    return ("1" + new[1:]) if new[0] == "0" and digits[0] != "0" else new


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest())
