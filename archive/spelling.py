"""What a person may have meant whose query finds nothing.

The vocabulary is that of the archive itself: a repaired word must occur in it, best beside its
neighbours. Tried are what Telex and VNI leave behind when the input method was off (`ddaij ddoanf`,
`d9a5i`), and one letter too many, too few, wrong, or swapped with the next.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING

from archive.query import Query, parse
from archive.search import ANY, count, search
from archive.vietnamese import fold, place_tone

if TYPE_CHECKING:
    from archive.narrowing import Filter

MOST_WORDS = 12  # a longer query is not taken for a misspelt one
LONGEST = 8  # letters of a syllable, as `_SYLLABLE` reads it
ENOUGH = 5000  # occurrences after which one word is as good as another
LEAST_SHARE = 0.1  # of the occurrences of the best repair, below which another is not offered
MARKS = ("\ue000", "\ue001")

_TELEX_TONES = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_TELEX_LETTERS = (
    *(("dd", "đ"), ("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ")),
    *(("uw", "ư"), ("w", "ư")),
)
_VNI_MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_VOWELS = "aăâeêioôơuưy"
# Who writes these knows what is asked for.
_OPERATOR = re.compile(r"(?<!\S)(?:AND|OR|NOT)(?!\S)")
# What is no slip of a syllable: a single letter, an abbreviation without a vowel.
_NO_SYLLABLE = re.compile("[a-z]|[^aeiouy]+")
_SYLLABLE = re.compile(
    "(?:ngh?|gh|kh|ph|qu|th|tr|ch|nh|gi|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def suggestions(
    conn: sqlite3.Connection, text: str, where: Filter = ANY, *, most: int = 3
) -> list[str]:
    """Return at most `most` queries near to `text`, which found nothing, that find something."""
    if _OPERATOR.search(text):
        return []
    query = parse(text, "folded")
    words = [word for term in query.typed for word in term.exact]
    if not 0 < len(words) <= MOST_WORDS or not _is_plain(query):
        return []
    found: dict[str, None] = {}
    for repaired in _repaired(conn, words):
        candidate = " ".join(repaired)
        if candidate != " ".join(words) and count(conn, candidate, where).number:
            found[_as_written(conn, candidate, where)] = None
        if len(found) == most:
            break
    return list(found)


def _is_plain(query: Query) -> bool:
    """Tell whether the query is a row of words, as most misspelt ones are."""
    return all(not (term.prefix or term.title) for term in query.typed) and (
        query.node is not None and len(query.readings()) <= 2
    )


def _repaired(conn: sqlite3.Connection, words: Sequence[str]) -> Iterator[list[str]]:
    """Yield rows of words that may have been meant, the likeliest first."""
    decoded = [[decode(word) for word in words] for decode in (telex, vni)]
    # One odd word among others may be a slip; several are an input method that was off.
    yield from (row for row in decoded if _changes(row, words) > len(words) / 2)
    yield from _respelt(conn, words)
    yield from (row for row in decoded if 0 < _changes(row, words) <= len(words) / 2)


def _changes(row: Sequence[str], words: Sequence[str]) -> int:
    return sum(new != old for new, old in zip(row, words, strict=True))


def _respelt(conn: sqlite3.Connection, words: Sequence[str]) -> Iterator[list[str]]:
    """Yield rows in which words that the archive does not have, or else any one, are repaired."""
    strange = [place for place, word in enumerate(words) if not _occurs(conn, fold(word))]
    if any(_NO_SYLLABLE.fullmatch(fold(words[place])) for place in strange):
        return
    if len(strange) > 1:
        row = list(words)
        for place in strange:
            row[place] = next(iter(_nearest(conn, row, place)), row[place])
        yield row
        return
    for place in strange or range(len(words)):
        for nearest in _nearest(conn, words, place)[:3]:
            yield [*words[:place], nearest, *words[place + 1 :]]


def _nearest(conn: sqlite3.Connection, words: Sequence[str], place: int) -> list[str]:
    """Return the known words one letter off, those that most often stand beside the neighbours."""
    folded = [fold(word) for word in words]
    weights = {}
    for other in neighbours(folded[place]):
        if not _occurs(conn, other):
            continue
        pairs = []
        if place:
            pairs.append(f"+{folded[place - 1]}+{other}")
        if place + 1 < len(folded):
            pairs.append(f"+{other}+{folded[place + 1]}")
        weights[other] = (sum(_number(conn, pair) for pair in pairs), _number(conn, other))
    best = max(weights.values(), default=(0, 0))
    near = [other for other, found in weights.items() if found[0] >= LEAST_SHARE * best[0]]
    return sorted(near, key=lambda other: (weights[other], other), reverse=True)


def neighbours(word: str) -> set[str]:
    """Return what differs from a folded word by one letter and could be a Vietnamese syllable."""
    if len(word) > LONGEST + 1:
        return set()
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    near = {left + right[1:] for left, right in cuts if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    near |= {left + c + right[1:] for left, right in cuts if right for c in ascii_lowercase}
    near |= {left + c + right for left, right in cuts for c in ascii_lowercase}
    return {other for other in near if other != word and _SYLLABLE.fullmatch(other)}


def telex(word: str) -> str:
    """Return what Telex makes of the typed letters: `ddoanf` -> `đoàn`; else `word` itself."""
    if not word.isascii() or not word.isalpha():
        return word
    tone, letters = "", word.lower()
    for letter, mark in _TELEX_TONES.items():
        place = letters.rfind(letter)
        if place > 0 and re.search("[aeiouyw]", letters[:place]):
            tone, letters = mark, letters[:place] + letters[place + 1 :]
            break
    for typed, meant in _TELEX_LETTERS:
        letters = letters.replace(typed, meant)
    return _toned(_horned(letters), tone, word)


def vni(word: str) -> str:
    """Return what VNI makes of the typed letters: `d9oan2` -> `đoàn`; else `word` itself."""
    if not re.fullmatch(r"[a-z]+[1-9][a-z1-9]*", word.lower()):
        return word
    letters = ""
    tone = ""
    for character in word.lower().replace("d9", "đ"):
        tone = _VNI_TONES.get(character, tone)
        if character in _VNI_MARKS:
            letters = _with_mark(letters, _VNI_MARKS[character])
        elif character.isalpha():
            letters += character
    letters = _horned(letters)
    if "9" in word and letters.startswith("d"):
        letters = f"đ{letters[1:]}"
    return _toned(letters, tone, word)


def _with_mark(letters: str, mark: str) -> str:
    """Put a mark on the last letter that can carry it."""
    for place in reversed(range(len(letters))):
        marked = unicodedata.normalize("NFC", letters[place] + mark)
        if len(marked) == 1 and marked in _VOWELS:
            return letters[:place] + marked + letters[place + 1 :]
    return letters


def _horned(letters: str) -> str:
    """Put both horns where one stands for two: of uo only at the end of a syllable (thuở) not."""
    return re.sub("uơ(?=[a-z])", "ươ", letters).replace("ưo", "ươ")


def _toned(letters: str, tone: str, word: str) -> str:
    """Put the tone onto a syllable; `word` comes back when this makes none."""
    if not _SYLLABLE.fullmatch(fold(letters)):
        return word
    vowels = [place for place, letter in enumerate(letters) if letter in _VOWELS]
    place = vowels[-1]
    toned = letters[: place + 1] + tone + letters[place + 1 :]
    return place_tone(unicodedata.normalize("NFC", toned))


def _as_written(conn: sqlite3.Connection, text: str, where: Filter) -> str:
    """Return `text` as the article writes it that has its words beside each other, if one has."""
    (hit,) = search(conn, text, where, limit=1, marks=MARKS)
    for shown in (hit["snippet"], hit["title"]):
        for found in re.findall(f"{MARKS[0]}([^{MARKS[1]}]*){MARKS[1]}", shown):
            if fold(found) == fold(text):
                return str(found).lower()
    return text


def _occurs(conn: sqlite3.Connection, key: str) -> bool:
    return _number(conn, key, 1) > 0


def _number(conn: sqlite3.Connection, key: str, most: int = ENOUGH) -> int:
    """Return how many articles have a key of the key index, counted up to `most`."""
    (number,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM article_keys WHERE article_keys MATCH ? LIMIT ?)",
        (f'"{key}"', most),
    ).fetchone()
    return int(number)
