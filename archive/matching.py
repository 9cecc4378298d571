"""Whether, where and how well an article's text fits a reading of a query.

The key index only says which words and pairs an article has. Here the text itself is asked, without
a database: hits are places in the shown text, which is searched in its folded form. Both have the
same places, because folding keeps the number of characters of all but odd texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from archive.query import All, Either, Everything, Excluded, Node, Reading, Term
from archive.vietnamese import SYLLABLE, clean, exact, fold

Span = tuple[int, int]  # of characters: where a hit begins, and where what follows it begins

# Combining marks and private characters, of which SYLLABLE knows more than `\w`.
_ODD = re.compile("[\u0300-\u036f\ue000-\uf8ff]")
_PLAIN_WORD = re.compile(r"[^\W_]+")

# How much a hit in the title, the lead and the body counts.
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 8.0, 3.0, 1.0
# BM25's usual constants: repetition counts less and less, length half.
SATURATION, LENGTH_SHARE = 1.2, 0.75
MEAN_LENGTH = 5000  # characters


class Passage:
    """A title, lead or body as it is shown: `text` is cleaned."""

    def __init__(self, text: str) -> None:
        self.text = clean(text)

    @cached_property
    def folded(self) -> str:
        """The folded text."""
        return fold(self.text)

    @cached_property
    def is_plain(self) -> bool:
        """Whether the folded text has the same places."""
        return len(self.folded) == len(self.text) and _ODD.search(self.text) is None

    @cached_property
    def words(self) -> list[Span]:
        """Where each word begins and ends."""
        pattern = _PLAIN_WORD if self.is_plain else SYLLABLE
        return [found.span() for found in pattern.finditer(self.text)]

    def has(self, term: Term, *, marked: bool) -> bool:
        """Tell whether `term` occurs."""
        if marked or not self.is_plain:
            return bool(self.find(term, marked=marked))
        return any(
            _pattern(words, term.prefix).search(self.folded)
            for words in term.spellings(marked=False)
        )

    def find(self, term: Term, *, marked: bool) -> list[Span]:
        """Return where `term` occurs, in order."""
        find = self._find_by_pattern if self.is_plain else self._find_by_word
        spans = [span for words in term.spellings(marked=False) for span in find(term, words)]
        if marked:
            spans = [span for span in spans if self._is_exact(span, term)]
        return sorted(spans)

    def _find_by_pattern(self, term: Term, words: tuple[str, ...]) -> list[Span]:
        pattern = _pattern(words, term.prefix)
        spans = []
        found = pattern.search(self.folded)
        while found:
            spans.append(found.span())
            found = pattern.search(self.folded, found.start() + 1)
        return spans

    def _find_by_word(self, term: Term, words: tuple[str, ...]) -> list[Span]:
        *whole, last = words
        size = len(whole)
        folded = SYLLABLE.findall(self.folded)
        return [
            (self.words[end - size][0], self.words[end][1])
            for end, word in enumerate(folded)
            if (word == last or (term.prefix and word.startswith(last)))
            and end >= size
            and folded[end - size : end] == whole
        ]

    def _is_exact(self, span: Span, term: Term) -> bool:
        *whole, last = SYLLABLE.findall(exact(self.text[span[0] : span[1]]))
        if tuple(whole) != term.exact[:-1]:
            return False
        return last == term.exact[-1] or (term.prefix and last.startswith(term.exact[-1]))


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...], prefix: bool) -> re.Pattern[str]:
    """Return a pattern that begins with letters, which `re` looks for faster than for a class."""
    first, *others = map(re.escape, words)
    start = f"{first}(?<![^\\W_]{first})"
    rest = "".join(f"[\\W_]+{word}" for word in others)
    end = "[^\\W_]*" if prefix else "(?![^\\W_])"
    return re.compile(start + rest + end)


@dataclass(frozen=True)
class Document:
    """The searched text of one article."""

    title: Passage
    lead: Passage
    body: Passage

    @classmethod
    def of(cls, title: str, lead: str | None, body: str) -> Document:
        """Return the document of an article's columns."""
        return cls(Passage(title), Passage(lead or ""), Passage(body))

    def satisfies(self, reading: Reading) -> bool:
        """Tell whether everything the reading asks for is found."""
        return self._has(reading.node, reading.marked)

    def _has(self, node: Node | Everything, marked: bool) -> bool:
        if isinstance(node, Term):
            passages = (self.title,) if node.title else (self.title, self.lead, self.body)
            return any(passage.has(node, marked=marked) for passage in passages)
        if isinstance(node, Either):
            return any(self._has(option, marked) for option in node.options)
        if isinstance(node, Everything):
            return True
        return all(self._has(part, marked) for part in node.parts) and not self._excluded(node)

    def _excluded(self, node: All) -> bool:
        return any(self._has_excluded(other) for other in node.without)

    def _has_excluded(self, other: Excluded) -> bool:
        return self._has(other.node, other.marked)

    def score(self, reading: Reading) -> float:
        """Return how well the text fits, in the manner of BM25 with a weight for each part."""
        length = len(self.title.text) + len(self.lead.text) + len(self.body.text)
        softening = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / MEAN_LENGTH)
        total = 0.0
        for term in reading.terms:
            count = TITLE_WEIGHT * len(self.title.find(term, marked=reading.marked))
            if not term.title:
                count += LEAD_WEIGHT * len(self.lead.find(term, marked=reading.marked))
                count += BODY_WEIGHT * len(self.body.find(term, marked=reading.marked))
            total += count * (SATURATION + 1) / (count + softening)
        return total
