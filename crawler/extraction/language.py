"""The language of a text, where its letters and commonest words make it certain.

Minority languages that are written with letters of their own are told by these: Khmer, Lao,
Chinese. Those in Latin letters share their letters with Vietnamese and with each other (Ê Đê, Gia
Rai and Ba Na, Tày and Nùng): they are not told apart here, only kept from passing as Vietnamese.
"""

from __future__ import annotations

import re
from itertools import islice
from math import ceil

# Letters that no other language of these sites uses so often; they make up a quarter of Vietnamese
# letters. The first two begin those from U+1EA0 to U+1EF9 in UTF-8, the third is that of ơ and ư.
_OWN = (b"\xe1\xba", b"\xe1\xbb", b"\xc6", *(letter.encode() for letter in "ăđ"))
_OWN_LEADS = (b"\xe1", b"\xc6", b"\xc4")  # what all of these begin with, capitals too
_SAMPLE = 1000
_SHARE = 0.06
_ENOUGH_WORDS = 30  # from which the commonest words must be there too

# The commonest words of both languages; hardly a sentence of either goes without them. In UTF-8 a
# text falls into words in two thirds of the time.
_VIETNAMESE = frozenset(
    "và của các là được trong cho với những đã người có này một không đến tại về từ trên nhân dân"
    " năm ngày theo cùng để khi ông bà ra vào".encode().split()
)
_VIETNAMESE_SHARE = 0.05  # tables have few
_ENGLISH = frozenset(
    b"the of and to in a for is on that with by was are from at as it an has have be this".split()
)
_ENGLISH_SHARE = 0.16

_SCRIPTS = (
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("lo", re.compile(r"[\u0e80-\u0eff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
# What their letters begin with in UTF-8; the punctuation of other texts begins with \xe2.
_LEADS = [bytes([lead]) for lead in (0xE0, 0xE1, *range(0xE4, 0xEA))]
_SCRIPT_SHARE = 0.5


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the language ("vi", "en", "km", "lo", "zh"), None when not certain."""
    sample = text[:_SAMPLE]
    if _is_surely_vietnamese(sample):
        return "vi"
    given = sample.encode(errors="replace")
    if any(map(given.__contains__, _OWN_LEADS)):
        lower = sample.lower()
        letters = lower.encode(errors="replace")
        own = sum(map(letters.count, _OWN))
        # Letters are counted where it matters that they are fewer than all characters.
        if own >= _SHARE * len(lower) or (own and own >= _SHARE * _letters(lower)):
            words = letters.split()
            certain = len(words) < _ENOUGH_WORDS or _has(words, _VIETNAMESE, _VIETNAMESE_SHARE)
            return "vi" if certain else None
    scripts = any(map(given.__contains__, _LEADS))
    for code, script in _SCRIPTS if scripts else ():
        if len(script.findall(sample)) >= _SCRIPT_SHARE * _letters(sample):
            return code
    tokens = given.lower().split()
    certain = len(tokens) >= _ENOUGH_WORDS and _has(tokens, _ENGLISH, _ENGLISH_SHARE)
    return "en" if certain else None


def _is_surely_vietnamese(sample: str) -> bool:
    """Whether a text has enough of Vietnamese in its commonest letters and words, capitals aside:
    nearly all have, and are not brought into lower case and counted through."""
    if sample.isascii():
        return False
    given = sample.encode(errors="replace")
    own = given.count(_OWN[1]) + sample.count("đ")
    if own < _SHARE * len(sample) or "İ" in sample:  # which has two characters in lower case
        return False
    words = given.split()
    return len(words) < _ENOUGH_WORDS or _has(words, _VIETNAMESE, _VIETNAMESE_SHARE)


def _letters(sample: str) -> int:
    return sum(map(str.isalpha, sample))


def _has(words: list[bytes], common: frozenset[bytes], share: float) -> bool:
    """Whether so many of some words are common ones; no more are counted than that takes."""
    found = filter(common.__contains__, words)
    return next(islice(found, ceil(share * len(words)) - 1, None), None) is not None
