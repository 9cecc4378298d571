"""What a person types into a search box, as expressions that FTS5 understands.

Words must all occur, in any order; "words in quotes" stand beside each other, and so do the parts
of 44.504 or MTTQ-VN; `tuyen*` stands for every word that begins so. Nothing else has a meaning:
AND, NOT, NEAR, brackets and column names are words like all others, so any input is valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from archive.vietnamese import SYLLABLE, clean, exact, fold, without_marks

# Enough for any title pasted as a query.
MAX_WORDS = 64

NOTHING_TO_FIND = "the query has no word or number to search for"
TOO_LONG = f"only the first {MAX_WORDS} words of the query were used"

EXACT_COLUMNS = "{title lead body}"
FOLDED_COLUMNS = "{title_f lead_f body_f}"

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PARTS = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand beside each other, in the forms of archive/vietnamese.py.

    With `prefix` the last word is only the beginning of one; `bare` keeps y apart from i, for as a
    beginning ky may become kỹ, which is indexed as ki, or kyoto, which is not.
    """

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    bare: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False

    def spellings(self, *, marked: bool) -> list[tuple[str, ...]]:
        """Return the words to look for: one list, or two for a beginning that ends in y."""
        if marked:
            return [self.exact]
        if self.prefix and self.bare[-1] != self.folded[-1]:
            return [self.folded, (*self.folded[:-1], self.bare[-1])]
        return [self.folded]

    def match(self, *, marked: bool) -> str:
        """Return the FTS5 expression of this term."""
        star = " *" if self.prefix else ""
        phrases = [f'"{" ".join(words)}"{star}' for words in self.spellings(marked=marked)]
        return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query: `terms` that all occur, with their marks or without."""

    terms: tuple[Term, ...]
    marked: bool

    def match(self) -> str:
        """Return the FTS5 expression of this reading."""
        columns = EXACT_COLUMNS if self.marked else FOLDED_COLUMNS
        terms = " AND ".join(term.match(marked=self.marked) for term in self.terms)
        return f"({columns} : ({terms}))"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `notes` are lines for the person who typed it.

    A query without terms finds nothing.
    """

    terms: tuple[Term, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks, so that hits with the same marks come first."""
        return not all(word.isascii() for term in self.terms for word in term.exact)

    @property
    def phrase(self) -> Term | None:
        """All the words beside each other; None where that is not what was typed."""
        *first, last = self.terms
        if not first or last.quoted or any(term.quoted or term.prefix for term in first):
            return None
        return Term(
            tuple(chain.from_iterable(term.exact for term in self.terms)),
            tuple(chain.from_iterable(term.folded for term in self.terms)),
            tuple(chain.from_iterable(term.bare for term in self.terms)),
            prefix=last.prefix,
        )

    def readings(self) -> list[Reading]:
        """Return the readings, best first; the last one finds everything the query finds."""
        if not self.terms:
            return []
        ways = [self.terms] if self.phrase is None else [(self.phrase,), self.terms]
        forms = (True, False) if self.is_marked else (False,)
        return [Reading(terms, marked) for marked in forms for terms in ways]

    def match(self) -> str:
        """Return the FTS5 expression for everything the query finds; it must have terms."""
        return self.readings()[-1].match()

    def tiers(self) -> list[str]:
        """Return one FTS5 expression a reading, each without what an earlier one finds."""
        matches = [reading.match() for reading in self.readings()]
        return [_without(match, matches[:place]) for place, match in enumerate(matches)]

    def ranked_tiers(self) -> list[str]:
        """Return an expression for exact hits, if any can be, and one for all others.

        Words beside each other count for more in them, as FTS5 adds up what each part scores.
        """
        exact_hits, all_hits = (
            [reading.match() for reading in self.readings() if reading.marked is marked]
            for marked in (True, False)
        )
        if not all_hits:
            return []
        # The last reading of a kind finds all that the kind finds.
        others = _without(_any(all_hits), exact_hits[-1:])
        return [_any(exact_hits), others] if exact_hits else [others]


def parse(text: str) -> Query:
    """Read any text as a query; bytes that are no text, quotes without a partner are skipped."""
    readable = clean(text.encode("utf-8", "replace").decode().translate(_QUOTES))
    terms: list[Term] = []
    room = MAX_WORDS
    for term in dict.fromkeys(_terms(readable)):
        if len(term.exact) > room:
            return Query((*terms, *_cut(term, room)), (TOO_LONG,))
        terms.append(term)
        room -= len(term.exact)
    return Query(tuple(terms), () if terms else (NOTHING_TO_FIND,))


def _terms(text: str) -> Iterator[Term]:
    for part in _PARTS.finditer(text):
        quoted, star, bare = part.groups()
        if bare is None:
            term = _term(quoted, prefix=bool(star), quoted=True)
        else:
            stem = bare.rstrip("*")
            # The word must touch the star: `(tuyen)*` is not the beginning of a word.
            prefix = stem != bare and SYLLABLE.fullmatch(stem[-1:]) is not None
            term = _term(bare, prefix=prefix)
        if term is not None:
            yield term


def _term(text: str, *, prefix: bool = False, quoted: bool = False) -> Term | None:
    forms = (tuple(SYLLABLE.findall(form(text))) for form in (exact, fold, without_marks))
    marked, folded, bare = forms
    return Term(marked, folded, bare, prefix, quoted) if marked else None


def _cut(term: Term, words: int) -> list[Term]:
    """Return the first `words` of a term that is too long, as no or one term."""
    cut = Term(term.exact[:words], term.folded[:words], term.bare[:words], quoted=term.quoted)
    return [cut] if words else []


def _any(matches: list[str]) -> str:
    return f"({' OR '.join(matches)})"


def _without(match: str, others: list[str]) -> str:
    return f"({match} NOT {_any(others)})" if others else match
