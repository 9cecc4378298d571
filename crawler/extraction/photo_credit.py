"""Who took a picture, by the words of its caption. The caption itself stays as shown."""

from __future__ import annotations

import re

from crawler.extraction.authorship import kind_of
from crawler.extraction.shown import one_line

_LABEL = (
    r"(?:(?:nguồn |nguồn và )?(?:ảnh|hình)(?: (?:minh họa|minh hoạ|tư liệu|chụp))?|nguồn|"
    r"photo(?: by)?|credit)"
)
# "Trong ảnh: ..." says who is shown; "Mô hình: ..." is a word of its own.
_NOT_BEFORE = r"(?<!trong )(?<!mô )(?<!loại )(?<!\w)"
_BRACKETED = re.compile(rf"\(\s*{_LABEL}\s*:\s*([^()]{{2,60}}?)\s*\)", re.IGNORECASE)
_AT_END = re.compile(rf"{_NOT_BEFORE}{_LABEL}\s*:\s*([^()]{{2,60}}?)\s*\)?\s*\.?$", re.IGNORECASE)
_UNLABELLED = re.compile(
    r"(?:\(\s*|[-–—.]\s*)(?:ảnh|hình)\s+([^():]{2,40}?)\s*\)?\s*\.?$", re.IGNORECASE
)
_GIVEN = re.compile(r"(?:ảnh|hình) do (.{2,40}?) cung cấp", re.IGNORECASE)
_GIVEN_BY = re.compile(r"cung cấp$", re.IGNORECASE)
_NO_ONE = re.compile(r"(?:minh họa|minh hoạ|tư liệu|lưu niệm|sưu tầm|\d+)", re.IGNORECASE)
_MOST_WORDS = 9
_LONGEST_END = 120  # characters from the label of a name at the end, more than it may have
# One of them is in each caption that names someone.
_WORDS = ("ảnh", "hình", "nguồn", "photo", "credit")


def photographer(caption: str) -> str | None:
    """The photographer or the agency that a caption names: "(Ảnh: Lê Tám)", "Nguồn ảnh: TTXVN",
    "- Ảnh Lê Tám"; None for a caption that only says what is shown."""
    lowered = caption.lower()
    if not any(word in lowered for word in _WORDS):
        return None
    if ":" in caption:  # also "Toàn cảnh" has the word
        end = max(0, len(caption) - _LONGEST_END)
        for pattern, start in ((_BRACKETED, 0), (_AT_END, end)):
            match = pattern.search(caption, start)
            if match and _names_someone(match[1]):
                return _tidy(match[1])
    match = _GIVEN.search(caption)
    if match:
        return _tidy(match[1])
    match = _UNLABELLED.search(caption)
    return _tidy(match[1]) if match and kind_of(match[1]) == "person" else None


def _tidy(name: str) -> str:
    return one_line(name).rstrip(" .;,-–")


def _names_someone(text: str) -> bool:
    """Whether these words are a name, and not what the picture shows."""
    words = text.split()
    if not words or len(words) > _MOST_WORDS or _NO_ONE.fullmatch(text.strip(" .")):
        return False
    if kind_of(text) is not None or _GIVEN_BY.search(text):
        return True
    capitals = sum(1 for word in words if word[0].isupper())
    return 2 * capitals >= len(words) or len(words) == 1
