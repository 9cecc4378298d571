"""What a person types into a search box, read as a query; any text is one.

Words must all occur, in any order; "words in quotes" stand beside each other, and so do the parts
of 44.504 or MTTQ-VN; `tuyen*` stands for every word that begins so; `title:` before a word, quotes
or brackets looks into titles only. AND, OR, NOT in capitals and brackets combine; OR binds loosest.
An operator without its words, a bracket without its partner are read as words or skipped. Known
abbreviations stand for their words and the other way round (archive/synonyms.py), except in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from typing import Literal

from archive import synonyms
from archive.vietnamese import SYLLABLE, clean, exact, fold, without_marks

# Which spellings count: those with the marks as typed first, then all; only one of the two.
Spelling = Literal["any", "exact", "folded"]

# Enough for any title pasted as a query.
MAX_WORDS = 64
MAX_DEPTH = 8  # brackets within brackets
MAX_PHRASES = 8  # ways to write one row of words with abbreviations

NOTHING_TO_FIND = "the query has no word or number to search for"
ONLY_EXCLUDED = "NOT needs words to search for besides those to leave out"
READ_AS_WORD = (
    "a dash before a word leaves nothing out: write NOT for that, as in 'giám sát NOT xã'"
)
NEAR_AS_WORD = "NEAR is a word here: put words that stand beside each other in quotes"
TOO_LONG = f"only the first {MAX_WORDS} words of the query were used"

EXACT_COLUMNS = "{title lead body}"
FOLDED_COLUMNS = "{title_f lead_f body_f}"

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_TOKEN = re.compile(
    r'(?P<title>title:)?(?:"(?P<quoted>[^"]*)"(?P<star>\*?)|(?P<open>\()|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_DASHED = re.compile(r"(?:^|\s)-[^\W\d_]")
_NEAR = re.compile(r"(?:^|\s)NEAR(?:\(|/\d|\s)")
_OPERATORS = ("AND", "OR", "NOT")
NEGATION = ("NOT",)
IN_TITLE = "title:("


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand beside each other, in the forms of archive/vietnamese.py.

    With `prefix` the last word is only the beginning of one; `bare` keeps y apart from i, for as a
    beginning ky may become kỹ, which is indexed as ki, or kyoto, which is not. With `title` they
    stand in the title.
    """

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    bare: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False
    title: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks."""
        return not all(word.isascii() for word in self.exact)

    def spellings(self, *, marked: bool) -> list[tuple[str, ...]]:
        """Return the words to look for: one list, or two for a beginning that ends in y."""
        if marked:
            return [self.exact]
        if self.prefix and self.bare[-1] != self.folded[-1]:
            return [self.folded, (*self.folded[:-1], self.bare[-1])]
        return [self.folded]

    def match(self, *, marked: bool) -> str:
        """Return the expression of this term for the public index."""
        star = " *" if self.prefix else ""
        phrases = [f'"{" ".join(words)}"{star}' for words in self.spellings(marked=marked)]
        columns = EXACT_COLUMNS if marked else FOLDED_COLUMNS
        if self.title:
            columns = "title" if marked else "title_f"
        return f"({columns} : {phrases[0] if len(phrases) == 1 else _any(phrases)})"

    def terms(self) -> Iterator[Term]:
        """Yield itself."""
        yield self


@dataclass(frozen=True, slots=True)
class Either:
    """One of the options must be found."""

    options: tuple[Node, ...]

    def match(self, *, marked: bool) -> str:
        """Return the expression for the public index."""
        return _any([option.match(marked=marked) for option in self.options])

    def terms(self) -> Iterator[Term]:
        """Yield the terms that may be found."""
        for option in self.options:
            yield from option.terms()


@dataclass(frozen=True, slots=True)
class Excluded:
    """What must not be found; with `marked` only as it was typed."""

    node: Node
    marked: bool


@dataclass(frozen=True, slots=True)
class All:
    """All parts must be found, and nothing of what is excluded."""

    parts: tuple[Node, ...]
    without: tuple[Excluded, ...] = ()

    def match(self, *, marked: bool) -> str:
        """Return the expression for the public index."""
        parts = " AND ".join(part.match(marked=marked) for part in self.parts)
        others = [other.node.match(marked=other.marked) for other in self.without]
        return f"(({parts}) NOT {_any(others)})" if others else f"({parts})"

    def terms(self) -> Iterator[Term]:
        """Yield the terms that may be found."""
        for part in self.parts:
            yield from part.terms()


@dataclass(frozen=True, slots=True)
class Everything:
    """What is not narrowed down by words: all articles."""

    def terms(self) -> Iterator[Term]:
        """Yield nothing: no word may be found."""
        return iter(())

    def match(self, **_: bool) -> str:
        """Return nothing: the public index is only asked for words."""
        return ""


Node = Term | Either | All


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query: what must be found, with its marks or without."""

    node: Node | Everything
    marked: bool

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms that may be found."""
        return tuple(self.node.terms())

    def match(self) -> str:
        """Return the expression of this reading for the public index."""
        return self.node.match(marked=self.marked)


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `notes` are lines for the person who typed it.

    `beside` is the query with words that follow each other beside each other; None where that is
    not what was typed. A query without `node` finds nothing.
    """

    node: Node | Everything | None
    beside: Node | None = None
    spelling: Spelling = "any"
    notes: tuple[str, ...] = ()
    typed: tuple[Term, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks, so that hits with the same marks come first."""
        return any(term.is_marked for term in self.typed)

    def readings(self) -> list[Reading]:
        """Return the readings, best first; the last one finds everything the query finds."""
        if self.node is None:
            return []
        forms = {
            "exact": (True,),
            "folded": (False,),
            "any": (True, False) if self.is_marked else (False,),
        }[self.spelling]
        ways = [self.node] if self.beside is None else [self.beside, self.node]
        return [Reading(node, marked) for marked in forms for node in ways]

    def match(self) -> str:
        """Return the expression for everything the query finds; it must have a node."""
        return self.readings()[-1].match()


def everything() -> Query:
    """Return the query without words, which a filter alone narrows down."""
    return Query(Everything())


def parse(text: str, spelling: Spelling = "any") -> Query:
    """Read any text as a query; bytes that are no text, quotes without a partner are skipped."""
    readable = clean(text.encode("utf-8", "replace").decode().translate(_QUOTES))
    tokens, was_cut = _cut(_operators(list(_tokens(readable))))
    reader = _Reader(tokens, spelling)
    node = reader.either()
    notes: tuple[str, ...] = (TOO_LONG,) if was_cut else ()
    if _DASHED.search(readable):
        notes += (READ_AS_WORD,)
    if _NEAR.search(readable):
        notes += (NEAR_AS_WORD,)
    if node is None:
        notes = (ONLY_EXCLUDED if reader.typed else NOTHING_TO_FIND,)
    beside = None if node is None else _beside(node)
    if node is not None and spelling != "exact":
        beside = None if beside is None else _widened(beside)
        node = _widened(node)
    return Query(node, beside, spelling, notes, tuple(reader.typed))


# -- reading ---------------------------------------------------------------------------------

Token = Term | str  # a term, an operator, "(", "title:(" or ")"


def _tokens(text: str) -> Iterator[Token]:
    depth = 0
    for found in _TOKEN.finditer(text):
        title, word = bool(found["title"]), found["word"]
        if found["open"]:
            if depth < MAX_DEPTH:
                depth += 1
                yield IN_TITLE if title else "("
        elif word is None:
            yield from _term(found["quoted"], prefix=bool(found["star"]), quoted=True, title=title)
        elif word in _OPERATORS and not title:
            yield word
        else:
            stem = word.rstrip(")")
            closed = min(depth, max(0, word.count(")") - word.count("(")), len(word) - len(stem))
            yield from _bare_term(word[: len(word) - closed], title=title)
            yield from ")" * closed
            depth -= closed


def _bare_term(word: str, *, title: bool) -> list[Term]:
    stem = word.rstrip("*")
    # The word must touch the star: `(tuyen)*` is not the beginning of a word.
    prefix = stem != word and SYLLABLE.fullmatch(stem[-1:]) is not None
    return _term(word, prefix=prefix, title=title)


def _term(
    text: str, *, prefix: bool = False, quoted: bool = False, title: bool = False
) -> list[Term]:
    forms = (tuple(SYLLABLE.findall(form(text))) for form in (exact, fold, without_marks))
    marked, folded, bare = forms
    return [Term(marked, folded, bare, prefix, quoted, title)] if marked else []


def _operators(tokens: list[Token]) -> list[Token]:
    """Turn operators that have nothing to work on into words."""
    for place in reversed(range(len(tokens))):
        token = tokens[place]
        if not isinstance(token, str) or token not in _OPERATORS:
            continue
        before = tokens[place - 1] if place else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        begins = isinstance(after, Term) or after in ("(", IN_TITLE, *NEGATION)
        ends = isinstance(before, Term) or before == ")"
        if not begins or not (ends or token in NEGATION):
            (tokens[place],) = _term(token)
    return tokens


def _cut(tokens: list[Token]) -> tuple[list[Token], bool]:
    """Return the first `MAX_WORDS` words, and whether there were more."""
    room = MAX_WORDS
    kept: list[Token] = []
    only_words = all(isinstance(token, Term) for token in tokens)
    for token in tokens:
        if isinstance(token, Term):
            if only_words and token in kept:
                continue
            if len(token.exact) > room:
                if room:
                    kept.append(_shortened(token, room))
                return kept, True
            room -= len(token.exact)
        kept.append(token)
    return kept, False


def _shortened(term: Term, words: int) -> Term:
    return Term(
        term.exact[:words], term.folded[:words], term.bare[:words],
        quoted=term.quoted, title=term.title,
    )  # fmt: skip


class _Reader:
    """Reads tokens as a tree; whatever does not fit is skipped."""

    def __init__(self, tokens: Sequence[Token], spelling: Spelling) -> None:
        self.typed: list[Term] = []
        self._tokens = tokens
        self._place = 0
        self._spelling = spelling

    def _next(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def either(self, *, title: bool = False) -> Node | None:
        """Read parts between OR up to a closing bracket or the end."""
        options = []
        while True:
            option = self._all(title=title)
            if option is not None:
                options.append(option)
            if self._next() != "OR":
                break
            self._place += 1
        if self._next() == ")":
            self._place += 1
        if not options:
            return None
        return options[0] if len(options) == 1 else Either(tuple(dict.fromkeys(options)))

    def _all(self, *, title: bool) -> Node | None:
        parts: list[Node] = []
        without: list[Excluded] = []
        negated = False
        while (token := self._next()) not in (None, "OR", ")"):
            self._place += 1
            if token in ("AND", "NOT"):
                negated = token in NEGATION
                continue
            node = self._unit(token, title=title)
            if node is not None and negated:
                without.append(Excluded(node, self._is_marked(node)))
            elif node is not None:
                parts.append(node)
            negated = False
        return _joined(parts, without)

    def _unit(self, token: Token | None, *, title: bool) -> Node | None:
        if isinstance(token, Term):
            term = replace(token, title=True) if title else token
            self.typed.append(term)
            return term
        return self.either(title=title or token == IN_TITLE)

    def _is_marked(self, node: Node) -> bool:
        if self._spelling == "any":
            return any(term.is_marked for term in node.terms())
        return self._spelling == "exact"


def _joined(parts: list[Node], without: list[Excluded]) -> Node | None:
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, All):
            flat += part.parts
            without += part.without
        else:
            flat.append(part)
    if not flat:
        return None
    flat = list(dict.fromkeys(flat))
    return flat[0] if len(flat) == 1 and not without else All(tuple(flat), tuple(without))


# -- other ways to write it -------------------------------------------------------------------


def _beside(node: Node) -> Node | None:
    """Return `node` with rows of plain words beside each other; None when there is no such row."""
    if isinstance(node, Either):
        options = [_beside(option) for option in node.options]
        if not any(options):
            return None
        return Either(tuple(new or old for new, old in zip(options, node.options, strict=True)))
    if isinstance(node, Term) or len(node.parts) < 2:
        return None
    terms = [part for part in node.parts if isinstance(part, Term) and not part.quoted]
    if (
        len(terms) < len(node.parts)
        or any(term.prefix for term in terms[:-1])
        or len({term.title for term in terms}) > 1
    ):
        return None
    row = Term(
        tuple(chain.from_iterable(term.exact for term in terms)),
        tuple(chain.from_iterable(term.folded for term in terms)),
        tuple(chain.from_iterable(term.bare for term in terms)),
        prefix=terms[-1].prefix,
        title=terms[0].title,
    )
    return All((row,), node.without) if node.without else row


def _widened(node: Node) -> Node:
    """Return `node` with the other writings of its abbreviations."""
    if isinstance(node, Either):
        return Either(tuple(map(_widened, node.options)))
    if isinstance(node, Term):
        rows = [] if node.quoted or node.prefix else _written(node)
        return Either(tuple(rows)) if len(rows) > 1 else node
    return All(tuple(_widened_row(node.parts)), node.without)


def _written(term: Term) -> list[Term]:
    """Return a row of words in all its writings, as typed first."""
    ways: list[list[str]] = []
    place, known = 0, False
    while place < len(term.exact):
        found = synonyms.find(term.exact[place:], term.folded[place:])
        size = found[0] if found else 1
        typed = " ".join(term.exact[place : place + size])
        ways.append([typed, *found[1]] if found else [typed])
        known |= found is not None
        place += size
    if not known:
        return [term]
    texts = dict.fromkeys(" ".join(way) for way in islice(product(*ways), MAX_PHRASES))
    others = [replace(one, title=term.title) for text in texts for one in _term(text)]
    return list({other.folded: other for other in [*others, term]}.values())


def _widened_row(parts: Sequence[Node]) -> Iterator[Node]:
    """Yield the parts, words that are one writing of something as one part with all writings."""
    place = 0
    while place < len(parts):
        run = _run(parts[place:])
        found = synonyms.find(
            tuple(chain.from_iterable(term.exact for term in run)),
            tuple(chain.from_iterable(term.folded for term in run)),
        )
        size = _terms_of(run, found[0]) if found else None
        if found is None or size is None:
            yield _widened(parts[place])
            place += 1
            continue
        typed = run[:size]
        others = [
            replace(one, quoted=True, title=typed[0].title)
            for text in found[1]
            for one in _term(text)
        ]
        own: Node = typed[0] if size == 1 else All(tuple(typed))
        yield Either((own, *(one for one in others if not _is_same(one, typed))))
        place += size


def _run(parts: Sequence[Node]) -> list[Term]:
    """Return the plain whole words at the beginning."""
    run: list[Term] = []
    for part in parts:
        if not isinstance(part, Term) or part.quoted or part.prefix:
            break
        if run and part.title != run[0].title:
            break
        run.append(part)
    return run


def _terms_of(run: list[Term], words: int) -> int | None:
    """Return how many terms have so many words; None when one of them has more."""
    for count, term in enumerate(run, 1):
        words -= len(term.exact)
        if words <= 0:
            return count if words == 0 else None
    return None


def _is_same(term: Term, typed: Sequence[Term]) -> bool:
    return term.folded == tuple(chain.from_iterable(one.folded for one in typed))


def _any(matches: Sequence[str]) -> str:
    return f"({' OR '.join(matches)})"
