"""What texts are compared by: their words without marks, runs of words, numbers and dates.

Tone style, marks, case, y for i, punctuation and spaces never tell two texts apart: words are those
of `archive.vietnamese.fold`, as numbers. A shingle is a run of neighbouring words.

Hashes of tuples of whole numbers are those of the interpreter: fast, and the same in every process,
whatever PYTHONHASHSEED. `FORM` changes with them, so that an archive moved to another interpreter
is indexed anew.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from zlib import crc32

from archive.vietnamese import NORM_VERSION, Remembered, folded_words, y_as_i

# Runs of three say how much of one text another has (tried: 3 to 5 hardly differ); runs of five
# lead to texts that may be alike, since far fewer of them are what everybody writes.
WIDTH, LEADING_WIDTH = 3, 5

# Of the leading shingles one in so many is kept: those whose hash ends in zeros, the same ones in
# each text that has them.
SAMPLED = 8
HASH_BITS = 29

# Texts of fewer words are compared as a whole, title included: they say too little.
SHORT = 40

FORM = f"{NORM_VERSION}.1.{hash((1, 2, 3)) & 0xFFFF:x}.{sys.byteorder}"

# What leaves of a text in UTF-8 digits and dots, and spaces for all else.
_DIGITS_AND_DOTS = bytes(byte if byte in b"0123456789." else 32 for byte in range(256))
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
# Begins with one digit of a class, so that `re` passes over all else fast.
_DATE = re.compile(
    r"[0-9]\d?"
    r"(?:\s?([/.-])\s?\d{1,2}(?:\s?[/.-]\s?\d{4})?(?![\d/-]|\.\d)|\s+tháng\s+\d{1,2}(?!\d))",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(r"ngày\s+$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_LONGEST_MONTH, _MONTHS = 31, 12


def _number_of(word: bytes) -> int:
    """Return a number that depends on nothing but the word."""
    return crc32(y_as_i(word))


_NUMBERED = Remembered(_number_of)


@dataclass(frozen=True)
class Text:
    """The text of an article (lead and body) as it is compared; `title` counts for short ones.

    `known_digest` is its digest, where that was stored.
    """

    title: str
    text: str
    known_digest: int | None = None

    @cached_property
    def words(self) -> list[int]:
        """The words of the text in order, each as a number of 32 bits."""
        return _numbered(self.text)

    @cached_property
    def length(self) -> int:
        """The number of words."""
        return len(self.words)

    @property
    def is_short(self) -> bool:
        """Whether it can only be compared as a whole."""
        return self.length < SHORT

    @cached_property
    def digest(self) -> int | None:
        """A hash (64 bits, signed) of all words; None for a text without any."""
        if self.known_digest is not None:
            return self.known_digest
        if not self.words:
            return None
        words = [*_numbered(self.title), 0, *self.words] if self.is_short else self.words
        raw = blake2b(array("I", words).tobytes(), digest_size=8).digest()
        return int.from_bytes(raw, "little", signed=True)

    @cached_property
    def sample(self) -> frozenset[int]:
        """The leading shingles that are kept, as numbers of 29 bits; none if short."""
        if self.is_short:
            return frozenset()
        w = self.words
        runs = map(hash, zip(w, w[1:], w[2:], w[3:], w[4:], strict=False))
        return frozenset([h // SAMPLED & (1 << HASH_BITS) - 1 for h in runs if not h % SAMPLED])

    @cached_property
    def shingles(self) -> frozenset[int]:
        """The distinct runs of three words."""
        w = self.words
        return frozenset(map(hash, zip(w, w[1:], w[2:], strict=False)))

    @cached_property
    def packed(self) -> array[int]:
        """The distinct runs of three words, in a tenth of the memory."""
        # By way of bytes, of which an array is made three times as fast.
        runs = self.shingles
        return array("q", struct.pack(f"{len(runs)}q", *runs))

    def shared_with(self, other: Text) -> int:
        """Return how many distinct runs of three words both texts have."""
        return len(self.shingles.intersection(other.packed))

    def forget_runs(self) -> None:
        """Let go what takes most of the memory and is made again fast, or not asked for again.

        Sets and lists of all texts of a batch would drive what is worked on out of the caches, and
        the collector would look through them again and again.
        """
        made = vars(self)
        if "shingles" in made:
            made["packed"] = self.packed
            del made["shingles"], made["words"]
        made.pop("sample", None)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The distinct numbers: 44.504 is one."""
        digits = self.text.encode().translate(_DIGITS_AND_DOTS).split()
        return frozenset(chain.from_iterable(map(_NUMBERS_IN.__getitem__, digits)))

    @cached_property
    def dates(self) -> frozenset[tuple[int, int]]:
        """The distinct days and months the text tells."""
        return frozenset(_dates(self.text))


def _numbered(text: str) -> list[int]:
    return list(map(_NUMBERED.__getitem__, folded_words(text)))


def _numbers(written: bytes) -> tuple[int, ...]:
    """Return the number that digits and dots write, or each of several: 44.504, but 14.10.2023."""
    digits = written.decode().strip(".")
    if _THOUSANDS.fullmatch(digits):
        return (int(digits.replace(".", "")),)
    return tuple(int(part) for part in digits.split(".") if part)


_NUMBERS_IN = Remembered(_numbers)


def _dates(text: str) -> Iterator[tuple[int, int]]:
    for found in _DATE.finditer(text):
        start = found.start()
        if found[1] is None:
            is_date = _DAY_BEFORE.search(text, max(0, start - 8), start) is not None
        else:
            is_date = start == 0 or not (text[start - 1].isdigit() or text[start - 1] in "/.-")
        day, month = map(int, _DIGITS.findall(found[0])[:2])
        if is_date and 1 <= day <= _LONGEST_MONTH and 1 <= month <= _MONTHS:
            yield day, month
