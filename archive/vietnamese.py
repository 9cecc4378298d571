"""Vietnamese text for search and comparison: cleaning, folding, canonical tone marks, syllables.

Two forms of a text go into the index. `exact` keeps the marks but writes them one way, so that
Uỷ ban and Ủy ban are equal; `fold` drops them, so that `dong da` finds Đống Đa. Both keep the
syllables of the cleaned text one for one (as SQLite's unicode61 tokenizer counts them): a hit
found by position in the folded text is the hit in the shown text.

Only `clean` is meant for text that people are shown; it changes nothing they could see.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Generic, TypeVar

# Raise it whenever `exact` or `fold` gives another result for any text: archive/index.py then
# makes the index anew.
NORM_VERSION = 1

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SPACES = "\u00a0\u202f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_UNCLEAN = re.compile(f"[{_INVISIBLE}{_SPACES}]")
_CLEANED = str.maketrans(_SPACES, " " * len(_SPACES), _INVISIBLE)

_VOWELS = "aăâeêioôơuưy"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSETS = "ngh|ng|nh|gh|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]"
_CODAS = "ch|ng|nh|[cmnpt]"

# The combining marks that unicode61 counts as a part of the word they follow.
_WORD_MARKS = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_STRAY_MARKS = re.compile(f"[{_WORD_MARKS}]+")

# Letters and digits, and the private-use characters that old symbol fonts leave behind.
_ALNUM = "(?:[^\\W_]|[\ue000-\uf8ff])"
SYLLABLE = re.compile(f"{_ALNUM}(?:{_ALNUM}|[{_WORD_MARKS}])*")

_WORD = re.compile(r"[^\W\d_]+")
# gi is an onset only before a vowel (giá), else g is and the i a vowel (gì); qu always takes its u.
_PARSED = re.compile(f"(?:gi(?=[{_VOWELS}])|{_ONSETS})?([{_VOWELS}]{{1,3}})({_CODAS})?")


def _toned_letters() -> dict[str, tuple[str, str]]:
    """Return for each letter that carries a tone the letter without it, and the tone."""
    return {
        unicodedata.normalize("NFC", letter + tone): (letter, tone)
        for letter in _VOWELS + _VOWELS.upper()
        for tone in _TONES
    }


_TONED = _toned_letters()


def _base_letters() -> dict[int, str]:
    """Return for each accented Latin letter in lower case the letter alone."""
    latin = map(chr, [*range(0xDF, 0x250), *range(0x1E01, 0x1F00)])
    bases = {ord(c): unicodedata.normalize("NFD", c)[0] for c in latin}
    return {code: base for code, base in bases.items() if chr(code) != base} | {ord("đ"): "d"}


_BASES = _base_letters()

# An 8-bit table of what Vietnamese articles are made of. Encoding a text by it is many times faster
# than looking for its words, and tells that nothing has to be cleaned. Text with other characters
# goes the slow way.
_ALPHABET = (
    "".join(map(chr, range(128)))
    + "ăâđêôơư"
    + "".join(letter for letter in _TONED if letter.islower())
    + "–—‘’“”„…•·«»°²³×½€™©®"
    + "−→‑‐′″●■□►▪✓♦◦§÷±≥≤≈£çëïîöüäåñ"
)
_ENCODING = codecs.charmap_build(_ALPHABET)
# The same with capital letters, in the place of all but the commonest signs: to encode by it and to
# change bytes takes half as long as to write a text in lower case and to encode that.
_LOWER_LETTERS = "ăâđêôơư" + "".join(letter for letter in _TONED if letter.islower())
_CASED_ALPHABET = (
    "\0\t\n\r"
    + "".join(map(chr, range(32, 127)))
    + _LOWER_LETTERS
    + _LOWER_LETTERS.upper()
    + "–—‘’“”…•·«»°²³×½®−→″●■▪"
)
_CASED_ENCODING = codecs.charmap_build(_CASED_ALPHABET)
_LOWERED_BYTES = bytes(_ALPHABET.index(letter.lower()) for letter in _CASED_ALPHABET)
_FOLDED_ALPHABET = _ALPHABET.translate(_BASES)


def _only(kept: Callable[[str], bool], alphabet: str) -> str:
    """Return an alphabet with a space for each character that is not kept."""
    return "".join(character if kept(character) else " " for character in alphabet)


def _is_letter(character: str) -> bool:
    return character.isalnum() and not character.isdecimal()


_LETTERS, _WORDS = _only(_is_letter, _ALPHABET), _only(str.isalnum, _ALPHABET)
_FOLDED_WORDS = _only(str.isalnum, _FOLDED_ALPHABET)


def _bytes_of(alphabet: str) -> bytes:
    """Return what makes of an encoded text the bytes of another alphabet."""
    return bytes(
        ord(character) if character.isascii() else code for code, character in enumerate(alphabet)
    ).ljust(256, b" ")


_LETTER_BYTES, _WORD_BYTES = _bytes_of(_LETTERS), _bytes_of(_WORDS)
_FOLDED_BYTES = _bytes_of(_FOLDED_WORDS)
_Y_AT_END = re.compile(rb"(?:(?<![aeiou0-9])|(?<=^qu))y$")

# Kỹ and kĩ, Mỹ and Mĩ, quy and qui are one word: a folded y after consonants, after qu or alone.
_Y_FOR_I = re.compile(r"y(?![^\W_])(?:(?<![aeiou0-9]y)|(?<=(?<![^\W_])quy))")

_MOST_WORDS = 200_000

_Word = TypeVar("_Word", bound=Hashable)
_Answer = TypeVar("_Answer")


class Remembered(dict[_Word, _Answer], Generic[_Word, _Answer]):
    """What a function says of each word, asked once a word: there are few words in many texts."""

    def __init__(self, of: Callable[[_Word], _Answer]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, word: _Word) -> _Answer:
        if len(self) >= _MOST_WORDS:
            self.clear()
        answer = self[word] = self._of(word)
        return answer


def clean(text: str) -> str:
    """Return `text` in NFC, without invisible characters, with every kind of space plain."""
    if _UNCLEAN.search(text):
        text = text.translate(_CLEANED)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def exact(text: str) -> str:
    """Return `text` as the index's exact columns hold it: lower case, marks of the old style.

    Misplaced marks (họat, qủa) are repaired, and eth, which old fonts show for đ, becomes đ.
    """
    encoded = _encoded(text)
    return old_style(_lowered(clean(text))) if encoded is None else _respelled(encoded)


def fold(text: str) -> str:
    """Return `text` as the index's folded columns hold it: lower case without marks, y as i."""
    return _Y_FOR_I.sub("i", without_marks(text))


def exact_and_folded(text: str) -> tuple[str, str]:
    """Return `exact` and `fold` of a text, which share most of their work."""
    encoded = _encoded(text)
    if encoded is None:
        return exact(text), fold(text)
    return _respelled(encoded), _Y_FOR_I.sub("i", _decoded(encoded, _FOLDED_ALPHABET))


def without_marks(text: str) -> str:
    """Return `text` in lower case with all Latin letters bare, but y kept apart from i."""
    encoded = _encoded(text)
    if encoded is None:
        return _STRAY_MARKS.sub("", _lowered(clean(text)).translate(_BASES))
    return _decoded(encoded, _FOLDED_ALPHABET)


def syllables(text: str) -> list[str]:
    """Return the folded syllables, numbers and other words of `text`, in order."""
    encoded = _encoded(text)
    return SYLLABLE.findall(fold(text)) if encoded is None else _syllables(encoded)


def syllables_and_marked(text: str) -> tuple[list[str], set[str]]:
    """Return the `syllables` of a text, and the distinct words with marks.

    The latter are words as `exact` has them that `fold` would change.
    """
    encoded = _encoded(text)
    if encoded is None:
        words = set(SYLLABLE.findall(_lowered(clean(text))))
        return syllables(text), {_OLD_STYLE[word] for word in words if not word.isascii()}
    encoded_words = encoded.translate(_WORD_BYTES).split()
    marked = set(map(_MARKED_WORD.__getitem__, encoded_words))
    marked.discard("")
    return list(map(_FOLDED_WORD.__getitem__, encoded_words)), marked


def folded_words(text: str) -> list[bytes]:
    """Return the syllables of `text` in lower case without marks, y kept apart from i, as bytes.

    Good only for comparing: `y_as_i` makes of each what `syllables` would. Many times as fast.
    """
    encoded = _encoded(text)
    if encoded is None:
        return [_word_bytes(word) for word in SYLLABLE.findall(without_marks(text))]
    return encoded.translate(_FOLDED_BYTES).split()


def y_as_i(word: bytes) -> bytes:
    """Return one of `folded_words` as `fold` writes it: ki for ky, but uy."""
    return _Y_AT_END.sub(b"i", word) if word.endswith(b"y") else word


def _lowered(text: str) -> str:
    return text.lower().replace("ð", "đ")


def _encoded(text: str) -> bytes | None:
    """Return `text` in lower case in the alphabet; None when it has other characters.

    What can be encoded is in NFC and has neither invisible characters nor odd spaces.
    """
    with suppress(UnicodeEncodeError):
        cased = codecs.charmap_encode(text, "strict", _CASED_ENCODING)[0]
        return cased.translate(_LOWERED_BYTES)
    try:
        return codecs.charmap_encode(text.lower(), "strict", _ENCODING)[0]
    except UnicodeEncodeError:
        return None


def _decoded(encoded: bytes, alphabet: str) -> str:
    return codecs.charmap_decode(encoded, "strict", alphabet)[0]


def _syllables(encoded: bytes) -> list[str]:
    return _Y_FOR_I.sub("i", _decoded(encoded, _FOLDED_WORDS)).split()


def _folded_word(word: bytes) -> str:
    return _Y_FOR_I.sub("i", _decoded(word, _FOLDED_ALPHABET))


def _marked_word(word: bytes) -> str:
    """Return a word with marks as `exact` has it, and nothing for one without."""
    return "" if word.isascii() else old_style(_decoded(word, _ALPHABET))


def _word_bytes(word: str) -> bytes:
    encoded = _encoded(word)
    return word.encode() if encoded is None else encoded


def _respelled(encoded: bytes) -> str:
    text = _decoded(encoded, _ALPHABET)
    words = encoded.translate(_LETTER_BYTES).split()
    for respell in filter(None, set(map(_RESPELLING.__getitem__, words))):
        text = respell(text)
    return text


def _respelling(encoded: bytes) -> Callable[[str], str] | None:
    """Return what puts the mark of a word in a text into its place; None if it stands there."""
    word = _decoded(encoded, _ALPHABET)
    placed = place_tone(word)
    if placed == word:
        return None
    # A pattern that begins with letters is looked for much faster than a class of characters.
    return partial(re.compile(f"{word}(?<![^\\W\\d_]{word})(?![^\\W\\d_])").sub, placed)


def old_style(text: str) -> str:
    """Return `text` in NFC with tone marks as laws and most people write them: hòa, thủy, khỏe."""
    if text.isalpha() and unicodedata.is_normalized("NFC", text):
        return place_tone(text)
    return _WORD.sub(lambda word: place_tone(word[0]), unicodedata.normalize("NFC", text))


def new_style(text: str) -> str:
    """Return `text` in NFC with tone marks as schoolbooks write them: hoà, thuỷ, khoẻ.

    Source: Decision 1989/QĐ-BGDĐT of 25 May 2018, article 8.
    """
    text = unicodedata.normalize("NFC", text)
    return _WORD.sub(lambda word: place_tone(word[0], new=True), text)


@lru_cache(maxsize=20_000)
def place_tone(syllable: str, *, new: bool = False) -> str:
    """Return one syllable (NFC) with its tone where the old or the `new` style puts it.

    What is no Vietnamese syllable with exactly one tone (Đắk, Krông, Nam) is returned as it is.
    """
    bases = [_TONED.get(letter, (letter, "")) for letter in syllable]
    tones = [tone for _, tone in bases if tone]
    letters = [letter for letter, _ in bases]
    parsed = _PARSED.fullmatch("".join(letters).lower()) if len(tones) == 1 else None
    if parsed is None:
        return syllable
    vowels, coda = parsed.groups()
    place = parsed.start(1) + _tone_place(vowels, coda is not None, new)
    letters[place] = unicodedata.normalize("NFC", letters[place] + tones[0])
    return "".join(letters)


def _tone_place(vowels: str, has_coda: bool, new: bool) -> int:
    """Return which letter of a vowel run (one to three letters without tone) carries the tone."""
    marked = [place for place, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    if len(vowels) == 1:
        return 0
    if has_coda:
        return len(vowels) - 1
    if len(vowels) == 3 or (new and vowels in {"oa", "oe", "uy"}):
        return 1
    return 0


_OLD_STYLE = Remembered[str, str](old_style)
_FOLDED_WORD = Remembered[bytes, str](_folded_word)
_MARKED_WORD = Remembered[bytes, str](_marked_word)
_RESPELLING = Remembered[bytes, Callable[[str], str] | None](_respelling)
