"""The shown text around the hits of a query, with the hits marked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from archive.matching import Document, Passage, Span

if TYPE_CHECKING:
    from archive.query import Reading

# How many words a snippet has, and how many of them stand before the first hit.
SNIPPET_WORDS = 36
WORDS_BEFORE = 8
MOST_IN_ONE = 4  # words without a space between them that are kept together

_SPACE = re.compile(r"\s+")

BETWEEN = "\n\n"

Marks = tuple[str, str]
Hits = list[Span]  # in words


@dataclass(frozen=True)
class _Words:
    """A shown text, and where each of its words begins and ends."""

    text: str
    places: list[Span]

    def hits(self, spans: list[Span]) -> Hits:
        """Return which words the `spans` of characters are."""
        return [
            (
                bisect_right(self.places, start, key=_start) - 1,
                bisect_left(self.places, end, key=_start),
            )
            for start, end in spans
        ]


def _start(span: Span) -> int:
    return span[0]


def mark_hits(document: Document, reading: Reading, marks: Marks) -> tuple[str, str]:
    """Return title and a snippet of the text, hits of `reading` between the strings of `marks`.

    A snippet is one line of about 36 words, with … where text is cut.
    """
    title = _Words(document.title.text, document.title.words)
    text = _joined(document.lead, document.body)
    in_title = [
        title.hits(document.title.find(term, marked=reading.marked)) for term in reading.terms
    ]
    in_text = [
        text.hits(_in_text(document, found))
        for term in reading.terms
        if not term.title
        for found in [
            (
                document.lead.find(term, marked=reading.marked),
                document.body.find(term, marked=reading.marked),
            )
        ]
    ]
    window = _window(in_text, len(text.places))
    return (
        _marked(title, in_title, (0, len(title.places)), marks),
        _marked(text, in_text, window, marks),
    )


def _joined(lead: Passage, body: Passage) -> _Words:
    """Return lead and body as one text, as `articles.text` has them."""
    if not lead.text:
        return _Words(body.text, body.words)
    gap = len(lead.text) + len(BETWEEN)
    moved = [(start + gap, end + gap) for start, end in body.words]
    return _Words(f"{lead.text}{BETWEEN}{body.text}", [*lead.words, *moved])


def _in_text(document: Document, found: tuple[list[Span], list[Span]]) -> list[Span]:
    """Return hits in the lead and in the body as hits in both together."""
    in_lead, in_body = found
    gap = len(document.lead.text) + len(BETWEEN) if document.lead.text else 0
    return [*in_lead, *((start + gap, end + gap) for start, end in in_body)]


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
