"""How sure it is that a text was written in a legacy charset: counted, never guessed.

Vietnamese words are single syllables of a narrow shape. Read in the right charset, nearly every
word of a damaged text has that shape; read as it stands, or in another charset, few have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from crawler.extraction.repair.charsets import CHARSETS, Charset
from crawler.extraction.repair.syllables import is_syllable, is_well_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FITS = 0.9  # share of the changed words that must become syllables; the rest are names and typos
_VIETNAMESE = 0.7  # share of all words: Danish, too, has short words that would fit
_DOUBTFUL = 0.6
_DOUBTFUL_WORDS = 2
_ALONE = 4  # different damaged words that prove a text by itself
_DECLARED = 1  # ... where its font names the charset

# Letters that no text in a legacy charset shows: all but those of Latin-1 and windows-1252. Where
# they stand, text is Unicode.
UNICODE = re.compile(
    "[\u0100-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u017f-\u0191\u0193-\u02c5"
    "\u0300-\u1fff\u2c00-\ud7ff]"
)
# Written as &nbsp; or &ldquo;, these are letters to VISCII and VPS: Õ, Ộ.
_SIGN = re.compile("([\u00a0\u2013\u2014\u2018-\u201e\u2022\u2026])")
_NO_WORD = re.compile(f"{_SIGN.pattern}|[©®]|[ckdm]?m[²³]")
_LETTERS = re.compile(r"[A-Za-z]")
# A damaged word has at least one of these.
_CHANGED = re.compile("[^\t\n\r -~]")


@dataclass(slots=True)
class Count:
    """What reading a text in one charset makes of its words.

    `changed` words would change, `fitting` of them become syllables; `damaged` are the different
    ones among these that are no syllables as they stand; `words` and `syllables` count all.
    """

    changed: int = 0
    fitting: int = 0
    words: int = 0
    syllables: int = 0
    damaged: set[str] = field(default_factory=set)

    def fits(self) -> bool:
        """Whether nearly all becomes Vietnamese."""
        return (
            self.changed > 0
            and self.fitting >= _FITS * self.changed
            and self.syllables >= _VIETNAMESE * self.words
        )

    def add(self, other: Count) -> None:
        """Count another text, too."""
        self.changed += other.changed
        self.fitting += other.fitting
        self.words += other.words
        self.syllables += other.syllables
        self.damaged |= other.damaged


def count(text: str, charset: Charset) -> Count:
    """Read the words of `text` in `charset`."""
    counted = Count()
    for word in words(text, charset):
        if word.isascii() and word.isprintable():
            # Abbreviations and numbers say nothing.
            if len(word) > 1 and not word.isupper():
                counted.words += 1
                counted.syllables += is_syllable(word)
            continue
        counted.changed += 1
        counted.words += 1
        if is_fitting(word, charset):
            counted.fitting += 1
            counted.syllables += 1
            if not is_well_written(word) and len(restored(word, charset)) > 1:
                counted.damaged.add(word)
    return counted


def words(text: str, charset: Charset) -> Iterator[str]:
    """Yield the words of `text` as `charset` has letters."""
    for found in charset.word.finditer(text):
        yield from (part for part in parts(found[0], charset) if not is_sign(part))


def parts(word: str, charset: Charset) -> list[str]:
    """Return a word in parts, the signs around and within it apart unless they are letters."""
    if not _SIGN.search(word) or (len(word) > 1 and is_fitting(word, charset)):
        return [word]
    return [part for part in _SIGN.split(word) if part]


def is_sign(part: str) -> bool:
    """Whether a part of a word is a sign or a unit, which no charset changes."""
    return _NO_WORD.fullmatch(part) is not None


@lru_cache(maxsize=20_000)
def is_fitting(word: str, charset: Charset) -> bool:
    """Whether a word read in `charset` is a syllable; capitals may show small accented letters."""
    return is_syllable(restored(word, charset))


@lru_cache(maxsize=20_000)
def restored(word: str, charset: Charset) -> str:
    """Return a word read in `charset`, in capitals where all its plain letters are.

    TCVN3 has no accented capitals but seven: its capital fonts show them at the small letters, so
    that `MÆT` is MẶT.
    """
    read = charset.decode(word)
    plain = _LETTERS.findall(word)
    if charset.name == "tcvn3" and len(plain) > 1 and "".join(plain).isupper():
        return read.upper()
    return read


def charset_of(texts: Iterable[str], *, declared: str | None = None) -> Charset | None:
    """Return the charset that `texts` together were certainly written in, or None.

    :param declared: the charset their font or page names; then one damaged word is enough.
    """
    texts = list(texts)
    if declared is None and not _may_hold(texts, _ALONE):
        return None
    found = ranked(texts)
    if not found:
        return None
    best, counted = found[0]
    wanted = _DECLARED if declared == best.name else _ALONE
    if not counted.fits() or len(counted.damaged) < wanted:
        return None
    if declared not in (None, best.name):
        return None
    rival = found[1][1] if len(found) > 1 else Count()
    rivals = rival.fits() and len(rival.damaged) > 0.8 * len(counted.damaged)
    return None if rivals and declared is None else best


def is_doubtful(text: str) -> bool:
    """Whether `text` looks like legacy Vietnamese, without being certain."""
    return _may_hold([text], _DOUBTFUL_WORDS) and any(
        len(counted.damaged) >= _DOUBTFUL_WORDS
        and counted.fitting >= _DOUBTFUL * counted.changed
        and counted.syllables >= _DOUBTFUL * counted.words
        for _, counted in ranked([text])[:1]
    )


def _may_hold(texts: Iterable[str], damaged: int) -> bool:
    """Whether `texts` have letters enough for so many damaged words: most names have one or two."""
    letters = (letter for text in texts for letter in _CHANGED.finditer(text))
    return next(islice(letters, damaged - 1, None), None) is not None


def may_be_vietnamese(texts: Iterable[str]) -> bool:
    """Whether enough words of `texts` could be syllables for any charset to fit.

    The plain words are the same in all of them: those of a German or English page rule all out, in
    a fiftieth of the time of reading it in each. The others are taken for syllables, twice.
    """
    plain = syllables = others = 0
    for text in texts:
        for word in text.split():
            if not word.isascii():
                others += 2
            elif word.isalpha() and len(word) > 1 and not word.isupper():
                plain += 1
                syllables += is_syllable(word)
    return syllables + others >= _DOUBTFUL * (plain + others)


def ranked(texts: Iterable[str]) -> list[tuple[Charset, Count]]:
    """Return the charsets that make syllables of damaged words, the best first."""
    texts = list(texts)
    if not may_be_vietnamese(texts):
        return []
    found = []
    for charset in CHARSETS:
        total = Count()
        for text in texts:
            total.add(count(text, charset))
        if total.damaged:
            found.append((charset, total))
    return sorted(found, key=lambda item: (-len(item[1].damaged), -item[1].fitting))
