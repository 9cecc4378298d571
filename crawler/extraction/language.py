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
_SAMPLE = 1000
_SHARE = 0.06
_ENOUGH_WORDS = 30  # from which the commonest words must be there too

# The commonest words of both languages; hardly a sentence of either goes without them.
_VIETNAMESE = frozenset(
    "và của các là được trong cho với những đã người có này một không đến tại về từ trên nhân dân"  # noqa: SIM905
    " năm ngày theo cùng để khi ông bà ra vào".split()
)
_VIETNAMESE_SHARE = 0.05  # tables have few
_ENGLISH = frozenset(
    "the of and to in a for is on that with by was are from at as it an has have be this".split()  # noqa: SIM905
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
    sample = sample.lower()
    words = sample.split()
    given = b"" if sample.isascii() else sample.encode(errors="replace")
    own = sum(map(given.count, _OWN)) if given else 0
    # Letters are counted where it matters that they are fewer than all characters.
    if own >= _SHARE * len(sample) > 0 or (own and own >= _SHARE * _letters(sample)):
        certain = len(words) < _ENOUGH_WORDS or _share(words, _VIETNAMESE) >= _VIETNAMESE_SHARE
        return "vi" if certain else None
    scripts = any(map(given.__contains__, _LEADS))
    for code, script in _SCRIPTS if scripts else ():
        if len(script.findall(sample)) >= _SCRIPT_SHARE * _letters(sample):
            return code
    certain = len(words) >= _ENOUGH_WORDS and _share(words, _ENGLISH) >= _ENGLISH_SHARE
    return "en" if certain else None


def _is_surely_vietnamese(sample: str) -> bool:
    """Whether a text has enough of Vietnamese in its commonest letters and words, capitals aside:
    nearly all have, and are not brought into lower case and counted through."""
    if sample.isascii():
        return False
    own = sample.encode(errors="replace").count(_OWN[1]) + sample.count("đ")
    if own < _SHARE * (len(sample) + sample.count("İ")):  # which has two characters in lower case
        return False
    words = sample.split()
    if len(words) < _ENOUGH_WORDS:
        return True
    enough = ceil(_VIETNAMESE_SHARE * len(words))
    found = filter(_VIETNAMESE.__contains__, words)
    return next(islice(found, enough - 1, None), None) is not None


def _letters(sample: str) -> int:
    return sum(map(str.isalpha, sample))


def _share(words: list[str], common: frozenset[str]) -> float:
    return sum(map(common.__contains__, words)) / len(words)
