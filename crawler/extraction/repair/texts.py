"""Repairs the texts of one page together: what one sentence alone leaves open, the page proves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.extraction.repair.certainty import (
    UNICODE,
    charset_of,
    count,
    is_doubtful,
    is_fitting,
    is_sign,
    parts,
    restored,
)
from crawler.extraction.repair.charsets import CHARSETS
from crawler.extraction.repair.eth import LOOKALIKES, is_vietnamese, with_de
from crawler.extraction.repair.mojibake import unscrambled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crawler.extraction.repair.charsets import Charset

# One of these stands in each damaged text of some words, and hardly ever in a right one.
_MARKS = "µ¶§¸¬ªºÄÅÆÎÏÐÑÖØÜÞäåæëîïðñöøƉɖ€"

_ASCII = bytes(range(128))


def _signs_of(letters: Iterable[str]) -> dict[bytes, tuple[int, int]]:
    """A byte to look for in UTF-8 for each of some letters, with its place in the letter and the
    letter's length: the first byte, of three the last, as curly quotes begin like the € sign."""
    signs = {}
    for coded in map(str.encode, letters):
        at = 0 if len(coded) == 2 else len(coded) - 1
        signs[coded[at : at + 1]] = (at, len(coded))
    return signs


_SIGNS = _signs_of(_MARKS)
_CODED = {mark.encode(): mark for mark in _MARKS}
# What most letters with a tone begin with in UTF-8: a page without them has few of those marks.
_TONED = b"\xe1"
_FEW_LETTERS = 400

_DAMAGED = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2020-\u203a€]"
)
_FEWEST_OF_PAGE = 8  # different damaged words of the page that prove its short texts, too
_FEWEST_OF_RUN = 3  # ... of a run within right text
_MOST_DOUBTS = 20
_MOST_READ = 400_000  # characters of suspect texts: half a second, more than a page has
_SAMPLE = 60
_RAW = 200
_TOKEN = re.compile(r"\S+")
_NO_WORD = re.compile(r"[\s<>\"'=/&;,.:()]+")
_LONGEST_WORD = 12
_MOST_WORDS = 40  # different ones, of a page that is then read as if it were damaged
_MOST_PLACES = 2000  # likewise


@dataclass(slots=True)
class Repair:
    """What was repaired on a page: per kind how many characters, with a sample as it stood; and
    `doubts`, texts that look damaged but were left as they are."""

    characters: dict[str, int] = field(default_factory=dict)
    sample: str = ""
    doubts: list[str] = field(default_factory=list)

    def note(self, kind: str, before: str, after: str) -> None:
        """Count the characters that are no longer where they were."""
        changed = sum(letter > "\x7f" for letter in before) if before != after else 0
        if kind == "eth":
            changed = sum(a != b for a, b in zip(before, after, strict=False))
        self.characters[kind] = self.characters.get(kind, 0) + changed
        self.sample = self.sample or " ".join(before.split())[:_SAMPLE]

    def add(self, other: Repair) -> None:
        """Take in what was repaired on the same page afterwards."""
        for kind, characters in other.characters.items():
            self.characters[kind] = self.characters.get(kind, 0) + characters
        self.sample = self.sample or other.sample
        self.doubts += other.doubts

    def evidence(self) -> dict[str, Any] | None:
        """Return the repair as the evidence of an article has it, None when there was none."""
        if not self.characters:
            return None
        return {
            "rule": ", ".join(self.characters),
            "characters": sum(self.characters.values()),
            "raw": self.sample,
        }


def may_be_damaged(text: str) -> bool:
    """Whether `text` has a character of those that damaged texts have; fast on right ones."""
    return not text.isascii() and any(mark in text for mark in _MARKS)


def page_may_be_damaged(markup: bytes) -> bool:
    """Whether a page, given as UTF-8, may hold damaged texts.

    Names of other countries have the same characters as damage: one of the words must become
    Vietnamese.
    """
    marks = _marks_in(markup)
    if not marks or any(letter in marks for letter in LOOKALIKES):
        return bool(marks)
    found: set[str] = set()
    for number, word in enumerate(_words_with(markup, marks)):
        if number == _MOST_PLACES or len(found) > _MOST_WORDS:
            return True
        if word not in found and _may_be_damaged_word(word):
            return True
        found.add(word)
    return False


def _marks_in(markup: bytes) -> list[str]:
    """The marks that a page has.

    To look for a byte takes a thirtieth of the time of a look at all that are not ASCII.
    """
    if _TONED not in markup:
        few = [letter for letter, _ in islice(_letters_with(markup, _SIGNS), _FEW_LETTERS)]
        if len(few) < _FEW_LETTERS:
            return [_CODED[letter] for letter in _CODED.keys() & few]
    letters = markup.translate(None, _ASCII).decode("utf-8")
    return [mark for mark in _MARKS if mark in letters]


def _letters_with(
    markup: bytes, signs: Mapping[bytes, tuple[int, int]]
) -> Iterator[tuple[bytes, int]]:
    """Yield what would be letters with these bytes, and their places."""
    for sign, (before, size) in signs.items():
        at = markup.find(sign)
        while at >= 0:
            yield markup[at - before : at - before + size], at - before
            at = markup.find(sign, at + 1)


def _words_with(markup: bytes, marks: Iterable[str]) -> Iterator[str]:
    """Yield the words of a page's markup that have one of the characters."""
    around = 4 * _LONGEST_WORD  # bytes, as many as such a word has at most
    wanted = {mark.encode() for mark in marks}
    for letter, at in _letters_with(markup, _signs_of(marks)):
        if letter in wanted:
            before = markup[max(0, at - around) : at].decode("utf-8", "ignore")[-_LONGEST_WORD:]
            after = markup[at : at + around].decode("utf-8", "ignore")[:_LONGEST_WORD]
            yield _NO_WORD.split(before)[-1] + _NO_WORD.split(after, maxsplit=1)[0]


def _may_be_damaged_word(word: str) -> bool:
    if unscrambled(word) != word:
        return True
    return any(count(word, charset).damaged for charset in CHARSETS)


def repaired(text: str, *, font: str | None = None) -> str:
    """Return one text by itself with all that is certain repaired; right text as it is.

    :param font: the name of the font it was to be shown in, which may name a charset.
    """
    return repair_texts([text], lambda _: font)[0][0]


def _no_font(_: int) -> str | None:
    return None


def repair_texts(
    texts: Sequence[str], font_of: Callable[[int], str | None] = _no_font
) -> tuple[list[str], Repair]:
    """Repair the texts of a page; `font_of` tells the font a text was to be shown in."""
    work = _Work(list(texts), font_of)
    work.apply("mojibake", unscrambled, work.suspects())
    work.by_font()
    work.by_page()
    work.runs()
    if any(letter in text for letter in LOOKALIKES for text in work.texts) and is_vietnamese(
        " ".join(work.texts)
    ):
        work.apply("eth", with_de, range(len(work.texts)))
    work.doubt()
    return work.texts, work.repair


@dataclass(slots=True)
class _Work:
    """The texts being repaired; `done` are settled in a charset."""

    texts: list[str]
    font_of: Callable[[int], str | None]
    repair: Repair = field(default_factory=Repair)
    done: set[int] = field(default_factory=set)

    def suspects(self) -> list[int]:
        """Return the texts not settled that have letters of Latin-1 or windows-1252."""
        found: list[int] = []
        read = 0
        for at, text in enumerate(self.texts):
            if at in self.done or text.isascii() or not _DAMAGED.search(text):
                continue
            read += len(text) + 30  # a short text, too, costs its look
            if read > _MOST_READ:
                break
            found.append(at)
        return found

    def apply(self, kind: str, repair: Callable[[str], str], which: Iterable[int]) -> None:
        """Repair the texts at `which`, noting those that change."""
        for at in which:
            self._replace(kind, at, repair(self.texts[at]))

    def _replace(self, kind: str, at: int, after: str) -> None:
        if after != self.texts[at]:
            self.repair.note(kind, self.texts[at], after)
            self.texts[at] = after

    def _settle(self, charset: Charset, which: Iterable[int]) -> None:
        for at in which:
            capital = is_capital_font(self.font_of(at))
            self._replace(charset.name, at, whole(self.texts[at], charset, capital))
            self.done.add(at)

    def by_font(self) -> None:
        """Settle texts whose font names their charset, font by font, unless they are Unicode."""
        groups: dict[str, list[int]] = {}
        for at in self.suspects():
            if UNICODE.search(self.texts[at]):
                continue
            named = charset_of_font(self.font_of(at))
            if named:
                groups.setdefault(named, []).append(at)
        for named, which in groups.items():
            charset = charset_of((self.texts[at] for at in which), declared=named)
            if charset is not None:
                self._settle(charset, which)

    def by_page(self) -> None:
        """Settle texts that are certain alone, then those the whole page makes certain."""
        plain = [at for at in self.suspects() if not UNICODE.search(self.texts[at])]
        charset = charset_of(self.texts[at] for at in plain)
        if charset is None:
            for at in plain:
                alone = charset_of([self.texts[at]])
                if alone is not None:
                    self._settle(alone, [at])
            return
        counts = {at: count(self.texts[at], charset) for at in plain}
        damaged = {word for counted in counts.values() for word in counted.damaged}
        proven = len(damaged) >= _FEWEST_OF_PAGE
        # Where no text is Unicode, words that are right either way are of the charset, too.
        everywhere = proven and not any(map(UNICODE.search, self.texts))
        for at, counted in counts.items():
            fitting = counted.changed and counted.fitting >= 0.9 * counted.changed
            if not fitting:
                continue
            if (proven and counted.damaged) or everywhere or charset_of([self.texts[at]]):
                self._settle(charset, [at])

    def runs(self) -> None:
        """Repair runs of damaged words between right ones."""
        mixed = [at for at in self.suspects() if UNICODE.search(self.texts[at])]
        for at in mixed:
            if may_be_damaged(self.texts[at]):
                self._repair_runs(at)

    def _repair_runs(self, at: int) -> None:
        before = self.texts[at]
        after, ended = "", 0
        for start, end in stretches(before):
            charset = charset_of_run(before[start:end])
            if charset is None:
                continue
            first, last = damaged_span(before[start:end], charset)
            run = before[start + first : start + last]
            better = fitting_words(run, charset)
            self.repair.note(charset.name, run, better)
            after += before[ended : start + first] + better
            ended = start + last
        self.texts[at] = after + before[ended:]

    def doubt(self) -> None:
        """Note what looks damaged and was left."""
        for at in self.suspects():
            if len(self.repair.doubts) >= _MOST_DOUBTS:
                return
            text = self.texts[at]
            parts = [text[start:end] for start, end in stretches(text)]
            if may_be_damaged(text) and any(map(is_doubtful, parts)):
                self.repair.doubts.append(" ".join(text.split())[:_RAW])


def stretches(text: str) -> list[tuple[int, int]]:
    """Return the parts of `text` without a letter that only Unicode has: start and end."""
    found: list[tuple[int, int]] = []
    start = end = 0
    for token in _TOKEN.finditer(text):
        if UNICODE.search(token[0]):
            if end > start:
                found.append((start, end))
            start = token.end()
        else:
            end = token.end()
    if end > start:
        found.append((start, end))
    return [(start, end) for start, end in found if not text[start:end].isascii()]


def charset_of_run(run: str) -> Charset | None:
    """Return the charset of a run within right text."""
    charset = charset_of([run]) or charset_of([run, run])
    if charset is None:
        return None
    return charset if len(count(run, charset).damaged) >= _FEWEST_OF_RUN else None


def damaged_span(run: str, charset: Charset) -> tuple[int, int]:
    """Return where the first and the last damaged word of a run stand; words around are right."""
    damaged = count(run, charset).damaged
    places = [found.span() for found in charset.word.finditer(run) if found[0] in damaged]
    return places[0][0], places[-1][1]


def fitting_words(text: str, charset: Charset) -> str:
    """Return `text` with the words read in `charset` that become syllables."""
    return charset.word.sub(
        lambda found: restored(found[0], charset) if is_fitting(found[0], charset) else found[0],
        text,
    )


def whole(text: str, charset: Charset, capital: bool = False) -> str:
    """Return `text`, certainly of `charset`, read in it; in capitals where its font shows them."""
    if not capital:
        letters = [letter for letter in text if letter.isascii() and letter.isalpha()]
        line = charset.name == "tcvn3" and len(letters) > 3 and "".join(letters).isupper()
        capital = line and len(text.split()) > 1
    read = charset.word.sub(lambda found: _word(found[0], charset), text)
    return read.upper() if capital else read


def _word(word: str, charset: Charset) -> str:
    return "".join(
        part if is_sign(part) else restored(part, charset) for part in parts(word, charset)
    )


def charset_of_font(font: str | None) -> str | None:
    """Return the charset a font's name tells: .VnTime and its family, VNI-Times and its own."""
    if font is None:
        return None
    name = font.strip("'\" ").lower()
    if name.startswith((".vn", "vn-time", "abc")):
        return "tcvn3"
    return "vni" if name.startswith("vni") else None


def is_capital_font(font: str | None) -> bool:
    """Whether a font of TCVN3 shows capitals at the small letters' places: .VnTimeH."""
    name = (font or "").strip("'\" ")
    return name.lower().startswith(".vn") and name.endswith("H")
