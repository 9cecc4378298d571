"""How right `mattran diff` is: articles edited in known ways, and what it says was done to them.

    python -m bench.diff [--articles 300] [--show]

The articles are the replica's. Each is edited in one of the ways below; then, as sites do between
two visits, its spaces, the place of its tone marks and its counters change as well.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from archive.difference import Change, differences
from archive.sentences import sentences
from archive.vietnamese import new_style, old_style
from tests.replica.composer import person, stories
from tests.replica.sentences import FAMILY_NAMES, GIVEN_NAMES, TOPICS

BAR = 0.95  # of the articles, and no change told of those that only flicker

Text = list[list[str]]  # paragraphs of sentences
Edit = Callable[[random.Random, Text], bool]

_PERSON = re.compile(rf"\b(?:{'|'.join(FAMILY_NAMES)}) [^\W\d_]+ [^\W\d_]+\b")
_VOWELS = {"a": "á", "o": "ô", "e": "ê", "u": "ư", "ạ": "ả", "ộ": "ô", "ế": "ê", "ị": "í", "ư": "u"}
_OFFICES = (
    ("Phó Chủ tịch", "Chủ tịch"),
    ("Chủ tịch", "Phó Chủ tịch"),
    ("Trưởng ban", "Phó Trưởng ban"),
    ("Bí thư", "Phó Bí thư"),
)
_NEW = (
    "Ban tổ chức cảm ơn sự đồng hành của các nhà hảo tâm trong và ngoài địa bàn.",
    "Buổi lễ khép lại bằng chương trình văn nghệ do người dân tự dàn dựng.",
    "Ngay sau đó, các đoàn chia nhau đến từng ngõ để trao quà tận tay bà con.",
)
_WORDS = ("trong thời gian qua", "theo đúng kế hoạch đã đề ra", "với tinh thần trách nhiệm cao")


def _pick(rng: random.Random, text: Text, fits: Callable[[str], object]) -> tuple[int, int] | None:
    places = [
        (p, s)
        for p, paragraph in enumerate(text)
        for s, sentence in enumerate(paragraph)
        if fits(sentence)
    ]
    return rng.choice(places) if places else None


def _replace(rng: random.Random, text: Text, pattern: str, by: Callable[[str], str]) -> bool:
    place = _pick(rng, text, re.compile(pattern).search)
    if place is None:
        return False
    p, s = place
    found = rng.choice(list(re.finditer(pattern, text[p][s])))
    changed = by(found[0])
    text[p][s] = text[p][s][: found.start()] + changed + text[p][s][found.end() :]
    return changed != found[0]


def typo(rng: random.Random, text: Text) -> bool:
    """A letter left out, doubled, swapped with its neighbour, or with another mark."""

    def wrong(word: str) -> str:
        at = rng.randrange(1, len(word) - 1)
        ways = [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            "".join(_VOWELS.get(letter, letter) for letter in word),
        ]
        return rng.choice(ways)

    return _replace(rng, text, r"(?<![\w.])[a-zà-ỹđ]{4,}(?!\w)", wrong)


def number(rng: random.Random, text: Text) -> bool:
    """Another figure, sum or date."""

    def other(figure: str) -> str:
        at = rng.choice([i for i, sign in enumerate(figure) if sign.isdigit()])
        return figure[:at] + str((int(figure[at]) + rng.randint(1, 8)) % 10) + figure[at + 1 :]

    return _replace(rng, text, r"\d+(?:[.,/]\d+)*", other)


def name(rng: random.Random, text: Text) -> bool:
    """Another person, another given name, or another office."""
    way = rng.randrange(3)
    if way == 0:
        return _replace(rng, text, _PERSON.pattern, lambda _: person(rng))
    if way == 1:
        return _replace(
            rng,
            text,
            _PERSON.pattern,
            lambda old: f"{old.rpartition(' ')[0]} {rng.choice(GIVEN_NAMES)}",
        )
    old, new = rng.choice(_OFFICES)
    return _replace(rng, text, rf"(?<!Phó )\b{old}\b", lambda _: new)


def added(rng: random.Random, text: Text) -> bool:
    """A new sentence, or a sentence of another report."""
    sentence = rng.choice((*_NEW, *(p for topic in TOPICS for p in topic.paragraphs)))
    sentence = re.sub(r"\{[^}]*\}", lambda _: str(rng.randint(3, 90)), sentence)
    paragraph = rng.randrange(len(text))
    if rng.random() < 0.5:
        text.insert(paragraph, [sentence])
    else:
        text[paragraph].insert(rng.randint(0, len(text[paragraph])), sentence)
    return len(sentences(sentence)) == 1


def removed(rng: random.Random, text: Text) -> bool:
    """A sentence less."""
    place = _pick(rng, text, lambda sentence: len(sentence) > 30)
    if place is None or sum(map(len, text)) < 4:
        return False
    del text[place[0]][place[1]]
    return True


def moved(rng: random.Random, text: Text) -> bool:
    """A sentence that stands elsewhere."""
    place = _pick(rng, text, lambda sentence: len(sentence) > 30)
    if place is None or len(text) < 4:
        return False
    before = [one for paragraph in text for one in paragraph]
    sentence = text[place[0]].pop(place[1])
    text[(place[0] + rng.randint(2, len(text) - 2)) % len(text)].append(sentence)
    return [one for paragraph in text for one in paragraph] != before


def rewritten(rng: random.Random, text: Text) -> bool:
    """A few words put in, taken out or put in another way."""
    place = _pick(rng, text, lambda sentence: len(sentence.split()) > 12)
    if place is None:
        return False
    p, s = place
    words = text[p][s].split()
    at = rng.randrange(3, len(words) - 5)
    words[at : at + rng.randint(0, 3)] = rng.choice(_WORDS).split()
    text[p][s] = " ".join(words)
    return True


def unchanged(rng: random.Random, text: Text) -> bool:  # noqa: ARG001 (an edit like the others)
    """Nothing but what flickers."""
    return True


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (typo, number, name, added, removed, moved, rewritten, unchanged)
}


def _texts() -> Iterator[Text]:
    for story in stories("diff", "Hà Nội", 10_000):
        blocks = [block for block in story.blocks if block.kind != "image"]
        lines = [story.lead, *(line for block in blocks for _, line in block.truth_lines())]
        text = [sentences(line) for line in lines]
        yield [paragraph for paragraph in text if paragraph]


def _flicker(rng: random.Random, text: Text) -> str:
    """Write a text as another visit may find it: spaces, tone marks and counters differ."""
    style = rng.choice((old_style, new_style))
    space = rng.choice((" ", "  ", "\u00a0"))
    lines = [style(space.join(paragraph)) for paragraph in text if paragraph]
    counter = rng.choice(
        ("Lượt xem: {}", "Đã xem: {}", "({} lượt xem)", "Số lượt truy cập: {}", "{} bình luận")
    )
    lines.insert(rng.randint(0, len(lines)), counter.format(rng.randint(1, 99_999)))
    return rng.choice(("\n\n", "\n")).join(lines)


def article(body: str) -> dict[str, Any]:
    """Return what `differences` compares, with nothing but a text."""
    known = {"title": "Tin", "author": None, "published_at": None, "lead": None}
    return {**known, "body": body, "images": [], "attachments": []}


def measure(count: int, *, show: bool = False) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return, by kind of edit, how many were made, told right, and told with anything beside."""
    rng = random.Random(7)
    made: Counter[str] = Counter()
    right: Counter[str] = Counter()
    noisy: Counter[str] = Counter()
    kinds = list(EDITS)
    for text in _texts():
        kind = kinds[sum(made.values()) % len(kinds)]
        edited = [list(paragraph) for paragraph in text]
        if not EDITS[kind](rng, edited):
            continue
        found = differences(article(_flicker(rng, text)), article(_flicker(rng, edited)))
        made[kind] += 1
        told = [change.kind for change in found]
        right[kind] += told == ([] if kind == "unchanged" else [kind])
        noisy[kind] += len(found) > (kind != "unchanged")
        if show and told != ([] if kind == "unchanged" else [kind]):
            _show(kind, found)
        if sum(made.values()) >= count:
            break
    return made, right, noisy


def _show(kind: str, found: list[Change]) -> None:
    print(f"{kind}:")
    for change in found:
        print(f"    {change.kind}: {change.edits or (change.old, change.new)}")


def main() -> None:
    """Print how often the class was right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--show", action="store_true", help="what was told wrongly")
    options = parser.parse_args()
    made, right, noisy = measure(options.articles, show=options.show)
    for kind in EDITS:
        print(f"{kind:10} {right[kind]:3} of {made[kind]:3} right, {noisy[kind]} with more than it")
    print(f"all        {right.total() / made.total():.1%}")
    if right.total() < BAR * made.total() or noisy["unchanged"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
