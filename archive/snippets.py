"""The shown text around the hits of a query, with the hits marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from archive.vietnamese import SYLLABLE, clean, exact, syllables

if TYPE_CHECKING:
    from archive.query import Query, Term

# How many words a snippet has, and how many of them stand before the first hit.
SNIPPET_WORDS = 36
WORDS_BEFORE = 8
MOST_IN_ONE = 4  # words without a space between them that are kept together

_SPACE = re.compile(r"\s+")

Marks = tuple[str, str]
Span = tuple[int, int]  # where something begins, and where what follows it begins
Hits = list[Span]  # in words


@dataclass
class _Words:
    """A shown text, word by word, beside its two indexed forms."""

    text: str

    @cached_property
    def places(self) -> list[Span]:
        """Where each word begins and ends in the text."""
        return [found.span() for found in SYLLABLE.finditer(self.text)]

    @cached_property
    def exact(self) -> list[str]:
        return SYLLABLE.findall(exact(self.text))

    @cached_property
    def folded(self) -> list[str]:
        return syllables(self.text)

    def find(self, term: Term, *, marked: bool) -> Hits:
        """Return where `term` occurs, in order."""
        words = self.exact if marked else self.folded
        return sorted(
            span
            for spelling in term.spellings(marked=marked)
            for span in _occurrences(words, spelling, term.prefix)
        )


def _occurrences(words: list[str], wanted: tuple[str, ...], prefix: bool) -> Hits:
    *whole, last = wanted
    size = len(whole)
    return [
        (end - size, end + 1)
        for end, word in enumerate(words)
        if (word == last or (prefix and word.startswith(last)))
        and end >= size
        and words[end - size : end] == whole
    ]


def mark_hits(title: str, text: str, query: Query, marks: Marks) -> tuple[str, str]:
    """Return `title` and a snippet of `text`, hits of `query` between the two strings of `marks`.

    The hits are those of the best reading that the article satisfies, so that an exact hit is not
    lost among folded ones. A snippet is one line of about 36 words, with … where text is cut.
    """
    shown_title, shown_text = _Words(clean(title)), _Words(clean(text))
    in_title, in_text = _best_hits(shown_title, shown_text, query)
    window = _window(in_text, len(shown_text.places))
    return (
        _marked(shown_title, in_title, (0, len(shown_title.places)), marks),
        _marked(shown_text, in_text, window, marks),
    )


def _best_hits(title: _Words, text: _Words, query: Query) -> tuple[list[Hits], list[Hits]]:
    """Return for each term of the best reading its hits in `title`, and the same for `text`."""
    in_title: list[Hits] = []
    in_text: list[Hits] = []
    for reading in query.readings():
        in_title = [title.find(term, marked=reading.marked) for term in reading.terms]
        in_text = [text.find(term, marked=reading.marked) for term in reading.terms]
        if all(any(hits) for hits in zip(in_title, in_text, strict=True)):
            break
    return in_title, in_text


def _window(hits: list[Hits], count: int) -> Span:
    """Return which words of `count` to show: where most terms stand together, at its earliest."""
    places = sorted((start, term) for term, spans in enumerate(hits) for start, _ in spans)
    best, most = 0, 0
    for number, (start, _) in enumerate(places):
        end = bisect_left(places, (start + SNIPPET_WORDS - WORDS_BEFORE, 0))
        terms = len({term for _, term in places[number:end]})
        if terms > most:
            best, most = start, terms
    first = max(0, min(best - WORDS_BEFORE, count - SNIPPET_WORDS))
    return first, min(count, first + SNIPPET_WORDS)


def _marked(words: _Words, hits: list[Hits], window: Span, marks: Marks) -> str:
    """Return the words of `window` in one line, with … where it cuts the text."""
    text = words.text
    start, end = _edges(words, window)
    pieces = ["" if start == 0 else "… "]
    done = start
    for hit_start, hit_end in _character_spans(words, hits, window):
        pieces += (text[done:hit_start], marks[0], text[hit_start:hit_end], marks[1])
        done = hit_end
    pieces += (text[done:end], "" if end == len(text) else " …")
    return _SPACE.sub(" ", "".join(pieces)).strip()


def _edges(words: _Words, window: Span) -> Span:
    """Return where the words of `window` begin and end in the text, with their punctuation."""
    text, places = words.text, words.places
    first, last = _uncut(words, window)
    start, end = 0, len(text)
    if first > 0:
        gap = text[places[first - 1][1] : places[first][0]]
        start = places[first][0] - len(_stuck_after(gap))
    if last < len(places):
        gap = text[places[last - 1][1] : places[last][0]]
        end = places[last - 1][1] + len(_stuck_before(gap))
    return start, end


def _uncut(words: _Words, window: Span) -> Span:
    """Return a window widened by a few words where it would cut `13-06-2023` or `12,5` apart."""
    first, last = window
    for _ in range(MOST_IN_ONE):
        first -= _is_glued(words, first)
        last += _is_glued(words, last)
    return first, last


def _is_glued(words: _Words, place: int) -> bool:
    """Tell whether there is no space before the word at `place`."""
    if not 0 < place < len(words.places):
        return False
    gap = words.text[words.places[place - 1][1] : words.places[place][0]]
    return not any(character.isspace() for character in gap)


def _stuck_after(gap: str) -> str:
    """Return the punctuation at the end of `gap` that touches the next word."""
    return gap.rsplit(maxsplit=1)[-1] if gap and not gap[-1].isspace() else ""


def _stuck_before(gap: str) -> str:
    """Return the punctuation at the beginning of `gap` that touches the word before."""
    return gap.split(maxsplit=1)[0] if gap and not gap[0].isspace() else ""


def _character_spans(words: _Words, hits: list[Hits], window: Span) -> list[Span]:
    """Return what to mark, in characters; hits with only space between them are one."""
    spans: list[Span] = []
    for first, last in sorted(chain.from_iterable(hits)):
        if first < window[0] or last > window[1]:
            continue
        start, end = words.places[first][0], words.places[last - 1][1]
        if spans and not words.text[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
