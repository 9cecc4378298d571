"""What differs between two texts of an article, sentence by sentence and field by field.

Compared is the cleaned text: how it is broken into paragraphs, its spaces, quotes and dashes, where
tone marks stand and what counters count makes no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from archive import edits
from archive.edits import Comparison, Edit, Piece
from archive.sentences import comparable, sentences

Kind = Literal[
    "typo",  # marks, case, signs, or a letter or two of a word
    "number",  # figures, in digits or in words
    "name",  # the name or the office of a person
    "rewritten",  # words replaced, put in or taken out
    "added",
    "removed",
    "moved",  # the same sentence elsewhere in the text
    "date",  # of publication
    "author",
]
Field = Literal["title", "text", "author", "published_at", "caption", "attachment"]

ALIKE = 0.5  # share of words that two wordings of one sentence have in common, at least
ALIKE_ELSEWHERE = 0.7  # the same, when they stand in different places
_MOST_PAIRS = 40_000  # of sentences compared word by word; beyond, only neighbours are

Sentences = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `old` is None for what was added, `new` for what was removed.

    `edits` are the words that differ, each with its own class; `pieces` show both wordings in one.
    """

    field: Field
    kind: Kind
    old: str | None
    new: str | None
    edits: tuple[Edit, ...] = ()
    pieces: tuple[Piece, ...] = ()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what `new` says otherwise than `old`, in the order in which an article is read.

    Both have `title`, `lead`, `body`, `author`, `published_at`, and `images` and `attachments`,
    lists of files with `caption` and `url`, as `archive.show.describe` gives them.
    """
    return [
        *_reworded("title", old["title"], new["title"]),
        *_plain("published_at", "date", old["published_at"], new["published_at"]),
        *_plain("author", "author", old["author"], new["author"]),
        *_compare("text", _text(old), _text(new)),
        *_compare("caption", _captions(old), _captions(new)),
        *_files(old["attachments"], new["attachments"]),
    ]


def _text(article: Mapping[str, Any]) -> list[str]:
    return [*sentences(article["lead"]), *sentences(article["body"])]


def _captions(article: Mapping[str, Any]) -> list[str]:
    return [image["caption"] for image in article["images"] if image["caption"]]


def _plain(field: Field, kind: Kind, old: str | None, new: str | None) -> list[Change]:
    if _key(old or "") == _key(new or ""):
        return []
    return [Change(field, kind, old, new)]


def _files(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> list[Change]:
    before, after = ([file["url"] for file in files] for files in (old, new))
    removed = [Change("attachment", "removed", url, None) for url in before if url not in after]
    return removed + [
        Change("attachment", "added", None, url) for url in after if url not in before
    ]


def _reworded(field: Field, old: str, new: str) -> list[Change]:
    """Return how one wording became the other; nothing when only spaces and the like differ."""
    compared = Comparison(old, new)
    found = compared.edits()
    if not found:
        return []
    return [Change(field, edits.kind_of(found), old, new, tuple(found), tuple(compared.pieces()))]


def _key(sentence: str) -> str:
    return " ".join(edits.words_of(sentence))


def _compare(field: Field, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Return the changes between two runs of sentences, in the order of the newer one."""
    old, new = _resplit(old, new), _resplit(new, old)
    keys = [_key(one) for one in old], [_key(one) for one in new]
    found: list[tuple[int, Change]] = []
    blocks: list[tuple[Sentences, Sentences]] = []
    for tag, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag != "equal":
            blocks.append((list(enumerate(old))[a:b], list(enumerate(new))[c:d]))
    found += _moved(field, blocks, keys)
    for before, after in blocks:
        found += _within(field, before, after)
    found += _across(field, blocks)
    for before, after in blocks:
        place = after[0][0] if after else _place(before, old, new)
        found += [(place, Change(field, "removed", text, None)) for _, text in before]
        found += [(number, Change(field, "added", None, text)) for number, text in after]
    return [change for _, change in sorted(found, key=lambda pair: pair[0])]


def _resplit(texts: Sequence[str], others: Sequence[str]) -> list[str]:
    """Split the sentences that begin or end with one of `others`: a line end may have gone there.

    Headings and items of a list have no full stop; what shows where they end is the line.
    """
    keys = Counter(map(_key, texts))
    missing = [key for key in Counter(map(_key, others)) - keys if " " in key]
    if not missing:
        return list(texts)
    spare = keys - Counter(map(_key, others))
    found: list[str] = []
    for text in texts:
        found += _parts(text, missing) if _key(text) in spare else [text]
    return found


def _parts(text: str, ends: Sequence[str]) -> list[str]:
    """Return `text` cut behind a sentence of `ends` it begins with, or before one it ends with."""
    key = _key(text)
    for end in ends:
        if key.startswith(f"{end} "):
            return list(edits.cut(text, len(end.split(" "))))
        if key.endswith(f" {end}"):
            return list(edits.cut(text, -len(end.split(" "))))
    return [text]


def _place(gone: Sentences, old: Sequence[str], new: Sequence[str]) -> int:
    """Return about where sentences that are gone stood, counted in the newer text."""
    return gone[0][0] * len(new) // max(len(old), 1) if gone else 0


def _moved(
    field: Field, blocks: list[tuple[Sentences, Sentences]], keys: tuple[list[str], list[str]]
) -> list[tuple[int, Change]]:
    """Take out of `blocks` the sentences that stand, unchanged, in another place."""
    places: dict[str, list[tuple[Sentences, tuple[int, str]]]] = {}
    for before, _ in blocks:
        for sentence in before:
            places.setdefault(keys[0][sentence[0]], []).append((before, sentence))
    found: list[tuple[int, Change]] = []
    for _, after in blocks:
        for sentence in list(after):
            same = places.get(keys[1][sentence[0]])
            if not same:
                continue
            block, original = same.pop(0)
            block.remove(original)
            after.remove(sentence)
            found.append((sentence[0], Change(field, "moved", original[1], sentence[1])))
    return found


def _within(field: Field, before: Sentences, after: Sentences) -> list[tuple[int, Change]]:
    """Take out of a block the sentences that were edited in their place."""
    if not (before and after):
        return []
    if len(before) != len(after) and _letters(before) == _letters(after):
        # A full stop became a comma, or the other way round.
        texts = " ".join(text for _, text in before), " ".join(text for _, text in after)
        place = after[0][0]
        before.clear()
        after.clear()
        return [(place, change) for change in _reworded(field, *texts)]
    return _paired(field, [(before, after)], ALIKE)


def _across(field: Field, blocks: list[tuple[Sentences, Sentences]]) -> list[tuple[int, Change]]:
    """Take out of all blocks the sentences that were edited and stand in another place."""
    pairs = sum(len(before) for before, _ in blocks) * sum(len(after) for _, after in blocks)
    if pairs > _MOST_PAIRS:
        return []
    return _paired(
        field, [(before, after) for before, _ in blocks for _, after in blocks], ALIKE_ELSEWHERE
    )


def _paired(
    field: Field, sides: list[tuple[Sentences, Sentences]], least: float
) -> list[tuple[int, Change]]:
    """Pair the sentences that are most alike, at least by `least`, and take them out."""
    candidates: list[tuple[float, Comparison, tuple[int, str], tuple[int, str]]] = []
    for before, after in sides:
        narrow = len(before) * len(after) > _MOST_PAIRS
        for place, old in enumerate(before):
            near = after[max(0, place - 2) : place + 3] if narrow else after
            for new in near:
                if _may_be_alike(old[1], new[1], least):
                    compared = Comparison(old[1], new[1])
                    if compared.ratio >= least:
                        candidates.append((compared.ratio, compared, old, new))
    candidates.sort(key=lambda found: (-found[0], abs(found[2][0] - found[3][0])))
    return _taken(field, sides, candidates)


def _taken(
    field: Field,
    sides: list[tuple[Sentences, Sentences]],
    candidates: list[tuple[float, Comparison, tuple[int, str], tuple[int, str]]],
) -> list[tuple[int, Change]]:
    found: list[tuple[int, Change]] = []
    olds: set[int] = set()
    news: set[int] = set()
    for _, compared, old, new in candidates:
        if old[0] in olds or new[0] in news:
            continue
        olds.add(old[0])
        news.add(new[0])
        words = tuple(compared.edits())
        if words:
            kind = edits.kind_of(words)
            change = Change(field, kind, old[1], new[1], words, tuple(compared.pieces()))
            found.append((new[0], change))
    for before, after in sides:
        before[:] = [one for one in before if one[0] not in olds]
        after[:] = [one for one in after if one[0] not in news]
    return found


def _may_be_alike(old: str, new: str, least: float) -> bool:
    """Tell, cheaply, whether the words of two sentences could be alike enough."""
    one, other = len(old), len(new)
    return 2 * min(one, other) >= (least - 0.1) * (one + other)


def _letters(block: Sentences) -> str:
    text = comparable(" ".join(text for _, text in block)).lower()
    return "".join(filter(str.isalnum, text))
