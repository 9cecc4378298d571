"""Đ typed as another letter that looks like it: Icelandic Ð, African Ɖ and their small forms.

An Icelandic word never begins with eth, and Vietnamese has đ only there: in a Vietnamese text an
eth before the rest of a syllable or of a name (Đăk), or within an abbreviation, is a Đ.
"""

from __future__ import annotations

import re

from crawler.extraction.repair.syllables import is_syllable

LOOKALIKES = "ÐðƉɖ"
_TO_DE = str.maketrans(LOOKALIKES, "ĐđĐđ")
_WORD = re.compile(rf"[^\W\d_]*[{LOOKALIKES}][^\W\d_]*")
_ABBREVIATION = re.compile("[A-ZĐ]{1,4}|[BCDĐFGHJKLMNPQRSTVWXZ]{1,8}")
_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300\u0301\u0303\u0309\u0323]")
_FEWEST = 3  # Vietnamese letters of the page that make it one


def is_vietnamese(text: str) -> bool:
    """Whether `text` has letters that only Vietnamese uses."""
    return sum(1 for _ in zip(_VIETNAMESE.finditer(text), range(_FEWEST), strict=False)) == _FEWEST


def with_de(text: str) -> str:
    """Return a text of a Vietnamese page with each certain lookalike as Đ or đ."""
    return _WORD.sub(_word, text)


def _word(found: re.Match[str]) -> str:
    word = found[0].translate(_TO_DE)
    begins = len(word) > 1 and word[0] in "Đđ"
    if begins and (is_syllable(word) or _VIETNAMESE.search(word[1:])):
        return word
    return word if _ABBREVIATION.fullmatch(word) else found[0]
