"""What an edit of a sentence is: a typo put right, another figure, another person, or new words.

The words that differ are looked at in their surroundings: capital letters alone tell a person from
a place no more than they tell a title from the beginning of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from archive.sentences import comparable
from archive.vietnamese import fold

Kind = Literal["typo", "number", "name", "rewritten"]

# A number with its separators (1.250, 14/10/2023, 3,5%), a word with inner points or dashes
# (TP.HCM, QĐ-UBND), or one other sign.
_TOKEN = re.compile(r"\d+(?:[.,/:-]\d+)*|[^\W\d_]+(?:[.’'-][^\W\d_]+)*|\S")


_GROUPED = re.compile(r"(?<=\d)[., ](?=\d{3}(?!\d))")  # 1.250.000
_FIGURE = re.compile(r"\d+(?:[.,/:-]\d+)*")
_BETWEEN = re.compile(r"[.,/:-]")
_DECIMAL = re.compile(r"[.,]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMERALS = _words(
    "không một hai ba bốn tư năm lăm sáu bảy bẩy tám chín mười mươi mốt trăm nghìn ngàn vạn triệu"
    " tỷ tỉ linh lẻ rưỡi chục"
)

# The twenty commonest family names, and those often met in the Front's reports; without marks.
_FAMILY_NAMES = _words(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh mai dao"
    " doan ha lam truong luong cao ta thai chu to luu phung quach vuong tong ngan kieu giang khuat"
    " tang nong dam lo vi quang ksor rcom siu y h la hua trieu an bach au tu ma dieu nghiem"
)

# Of these, the ones that begin names of places and bodies as well (Hà Nội, Lâm Đồng, Đoàn Thanh
# niên): they tell a person only with two more words after them.
_DOUBTFUL = _words("ha lam cao thai la quang au y h tu ma hua bach chu an giang doan lo vi hoang")

# What stands before a person's name.
_ADDRESSES = (
    "ông", "bà", "đồng chí", "đ/c", "chị", "anh", "cô", "bác", "cụ", "em", "mẹ", "nhà báo",
    "linh mục", "hòa thượng", "thượng tọa", "đại đức", "ni sư", "mục sư", "giáo sư", "tiến sĩ",
    "thạc sĩ", "bác sĩ", "luật sư", "kỹ sư", "nghệ nhân", "đại tá", "thượng tá", "trung tá",
    "thiếu tá", "đại úy", "thượng úy", "thiếu tướng", "trung tướng", "chiến sĩ", "liệt sĩ",
)  # fmt: skip

# The offices people hold, as word sequences.
_OFFICES = (
    "chủ tịch", "bí thư", "phó bí thư", "phó chủ tịch", "trưởng ban", "phó trưởng ban",
    "ủy viên", "thường trực", "giám đốc", "phó giám đốc", "trưởng phòng", "phó trưởng phòng",
    "chánh văn phòng", "phó chánh văn phòng", "tổng thư ký", "thư ký", "trưởng đoàn", "phó đoàn",
    "đại biểu", "hội trưởng", "chi hội trưởng", "tổ trưởng", "tổ phó", "trưởng thôn",
    "bộ trưởng", "thứ trưởng", "thủ tướng", "phó thủ tướng", "tổng bí thư", "chủ nhiệm",
    "phó chủ nhiệm", "hiệu trưởng", "phó hiệu trưởng", "viện trưởng", "chỉ huy trưởng",
    "chính ủy", "phụ trách", "nguyên", "quyền", "phó", "trưởng", "cán bộ", "chuyên viên",
)  # fmt: skip
_OFFICE_WORDS = frozenset(word for office in _OFFICES for word in office.split())

# Capital letters after these name a place or a body.
_PLACES = _words(
    "phường xã quận huyện tỉnh phố đường thôn xóm ấp bản làng buôn tổ khu trấn đảo sông núi chợ"
    " cầu trường công ty chùa đền đình nhà viện hội thị"
)

_MOST_TYPOS = 2  # letters that differ in a word, or signs

Span = Sequence[str]
Side = tuple[Span, int, int]  # the words of a sentence, and which of them differ


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of a sentence that became others; `old` or `new` is empty when some came or went."""

    kind: Kind
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a changed sentence: `sign` is " " for what stayed, "-" for old, "+" for new.

    `apart`: a space stands before it.
    """

    sign: Literal[" ", "-", "+"]
    text: str
    apart: bool = True


class Comparison:
    """Two wordings of a sentence, word by word."""

    def __init__(self, old: str, new: str) -> None:
        self._shown = (_tokens(old), _tokens(new))
        self.old = [comparable(word) for word, _ in self._shown[0]]
        self.new = [comparable(word) for word, _ in self._shown[1]]
        self._texts = (old, new)
        matcher = SequenceMatcher(None, self.old, self.new, autojunk=False)
        self._blocks = matcher.get_opcodes()
        self.ratio = matcher.ratio()

    def edits(self) -> list[Edit]:
        """Return what changed, in order."""
        return [
            Edit(self._kind(a, b, c, d), self._slice(0, a, b), self._slice(1, c, d))
            for tag, a, b, c, d in self._blocks
            if tag != "equal"
        ]

    def pieces(self) -> list[Piece]:
        """Return both wordings in one, to be shown."""
        found: list[Piece] = []
        for tag, a, b, c, d in self._blocks:
            if tag == "equal":
                found.append(Piece(" ", self._slice(1, c, d), self._is_apart(1, c)))
                continue
            if a < b:
                found.append(Piece("-", self._slice(0, a, b), self._is_apart(0, a)))
            if c < d:
                found.append(Piece("+", self._slice(1, c, d), a < b or self._is_apart(1, c)))
        return found

    def _is_apart(self, side: int, word: int) -> bool:
        start = self._shown[side][word][1]
        return start > 0 and self._texts[side][start - 1].isspace()

    def _slice(self, side: int, first: int, last: int) -> str:
        if first == last:
            return ""
        shown = self._shown[side]
        start = shown[first][1]
        end = shown[last - 1][1] + len(shown[last - 1][0])
        return self._texts[side][start:end]

    def _kind(self, a: int, b: int, c: int, d: int) -> Kind:
        old, new = self.old[a:b], self.new[c:d]
        same_letters = _letters(" ".join(old)).lower() == _letters(" ".join(new)).lower()
        if same_letters and _figures(old) == _figures(new):
            return "typo"
        if _is_number(old, new):
            return "number"
        if _is_person((self.old, a, b), (self.new, c, d)):
            return "name"
        return "typo" if _is_typo(old, new) else "rewritten"


def kind_of(edits: Sequence[Edit]) -> Kind:
    """Return the class of a sentence that has these edits: that of the weightiest one.

    A sentence in which words came, went or were replaced is rewritten, whatever else changed.
    """
    order: tuple[Kind, ...] = ("rewritten", "name", "number", "typo")
    return next(kind for kind in order if any(edit.kind == kind for edit in edits))


def words_of(text: str) -> list[str]:
    """Return the words, numbers and signs of `text` as they are compared."""
    return [comparable(word) for word, _ in _tokens(text)]


def cut(text: str, words: int) -> tuple[str, str]:
    """Return `text` in two, cut behind so many words and signs, from its end when negative."""
    start = _tokens(text)[words][1]
    return text[:start].rstrip(), text[start:]


def _tokens(text: str) -> list[tuple[str, int]]:
    return [(found[0], found.start()) for found in _TOKEN.finditer(text)]


def _has_digit(token: str) -> bool:
    return any(map(str.isdigit, token))


def _is_word(token: str) -> bool:
    return any(map(str.isalpha, token))


def _figures(tokens: Span) -> list[str]:
    """Return the numbers that are told, however their signs are set: 1.250 is 1250, 2,5 is 2.5."""
    text = _GROUPED.sub("", " ".join(tokens))
    return [
        _DECIMAL.sub(".", number)
        if len(_BETWEEN.findall(number)) == 1
        else _BETWEEN.sub("/", number)
        for number in _FIGURE.findall(text)
    ]


def _is_number(old: Span, new: Span) -> bool:
    """Tell whether figures, in digits or in words, are all that differs."""
    words = [token for token in (*old, *new) if token.isalnum() or _has_digit(token)]
    if not words:
        return False
    if not all(_has_digit(token) or token.lower() in _NUMERALS for token in words):
        return False
    return any(map(_has_digit, words)) or bool(old and new)


def _is_person(*sides: Side) -> bool:
    """Tell whether a person's name or office is what differs."""
    changed = [side for side in sides if any(map(_is_word, _of(side)))]
    if not changed or any(_has_digit(token) for side in sides for token in _of(side)):
        return False
    return all(_is_office(*side) for side in changed) or all(_is_name(*side) for side in changed)


def _of(side: Side) -> Span:
    tokens, first, last = side
    return tokens[first:last]


def _is_office(tokens: Span, first: int, last: int) -> bool:
    """Tell whether the words belong to an office, with the words around them."""
    words = [token.lower() for token in tokens[first:last] if _is_word(token)]
    if not all(word in _OFFICE_WORDS for word in words):
        return False
    around = " ".join(token.lower() for token in tokens[max(0, first - 3) : last + 3])
    return any(f" {office} " in f" {around} " for office in _OFFICES if " " in office)


def _is_name(tokens: Span, first: int, last: int) -> bool:
    """Tell whether the words are, or are in, a run of capitalised words that names a person."""
    words = [token for token in tokens[first:last] if _is_word(token)]
    words = _without_addresses(words)
    if not all(map(_is_capital, words)):
        return False
    begin, end = first, last
    while begin > 0 and _is_capital(tokens[begin - 1]):
        begin -= 1
    while end < len(tokens) and _is_capital(tokens[end]):
        end += 1
    run = [token for token in tokens[begin:end] if _is_capital(token)]
    before = " ".join(token.lower() for token in tokens[max(0, begin - 2) : begin + 2])
    if begin > 0 and tokens[begin - 1].lower() in _PLACES and not _is_addressed(before):
        return False
    return _is_addressed(before) or _names_family(run)


def _without_addresses(words: list[str]) -> list[str]:
    """Leave out the words that only say that a person follows (ông, bà, đồng chí)."""
    known = {part for address in _ADDRESSES for part in address.split()}
    return [word for word in words if word.lower() not in known or _is_capital(word)]


def _is_addressed(before: str) -> bool:
    return any(f" {address} " in f" {before} " for address in _ADDRESSES)


def _names_family(run: Sequence[str]) -> bool:
    """Tell whether a run of two to five capitalised words holds a family name and what follows."""
    return any(
        fold(word) in _FAMILY_NAMES and len(run) - place >= 2 + (fold(word) in _DOUBTFUL)
        for place, word in enumerate(run[:-1])
        if place == 0 or fold(run[place - 1]) in _OFFICE_FOLDED
    )


_OFFICE_FOLDED = frozenset(map(fold, _OFFICE_WORDS)) | {"ong", "ba", "chi", "nam", "ubnd", "mttq"}


def _is_capital(token: str) -> bool:
    return token[:1].isupper() and (len(token) == 1 or not token.isupper())


def _is_typo(old: Span, new: Span) -> bool:
    """Tell whether the same words are meant: marks, case, signs, or a letter or two."""
    joined = ("".join(old), "".join(new))
    if not any(map(str.isalnum, joined[0] + joined[1])):
        return True
    if fold(_letters(joined[0])) == fold(_letters(joined[1])):
        return True
    if not (old and new) or abs(len(old) - len(new)) > 1:
        return False
    if len(old) != len(new):
        return _distance(*joined, _MOST_TYPOS) <= 1
    return all(_is_slip(*pair) for pair in zip(old, new, strict=True))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _is_slip(old: str, new: str) -> bool:
    """Tell whether one word is the other with a letter or two wrong."""
    if old == new or fold(old) == fold(new):
        return True
    one, other = fold(old), fold(new)
    most = _MOST_TYPOS if min(len(one), len(other)) > 4 else 1
    if sorted(one) == sorted(other):
        return True  # letters changed places
    return min(len(one), len(other)) > 1 and _distance(one, other, most) <= most


def _distance(one: str, other: str, most: int) -> int:
    """Return the edit distance of two short words; anything above `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for place, against in enumerate(other, 1):
            cost = above[place - 1] + (letter != against)
            row.append(min(above[place] + 1, row[place - 1] + 1, cost))
    return min(row[-1], most + 1)
