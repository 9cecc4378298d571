"""How alike two articles are, and what that makes them.

No share of common text tells an edited republication from a unit's own report used again with other
figures: such reports are more alike than heavily edited republications. Numbers and dates tell them
apart. The thresholds were tuned on one half of labelled pairs and are judged on the other
(bench/duplicates.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from archive.shingles import Text

Kind = Literal["same_text", "near_duplicate", "excerpt", "same_template"]

# Shares of the shorter text's shingles that the other has: from when on two texts are related, and
# an article that repeats another as surely as one can tell without reading.
ALIKE, SURELY_ALIKE = 0.5, 0.7
# The same for numbers: shares of the smaller set; fewer are enough where the dates agree, too.
NUMBERS_ALIKE, NUMBERS_SURELY_ALIKE = 0.6, 0.7
NUMBERS_ALIKE_WITH_DATES = 0.5
# Dates of which fewer are shared tell of another day.
DATES_ALIKE = 0.6
# An excerpt has no more than this share of the other's length, and next to nothing of its own.
EXCERPT_LENGTH, EXCERPT_CONTAINMENT = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two texts have in common.

    `containment` is the share (0 to 1) of the shorter one's shingles that the other has, `numbers`
    that of the smaller set of numbers, None where one has none. `is_sure`: they may stand for each
    other.
    """

    kind: Kind
    containment: float
    numbers: float | None = None
    is_sure: bool = False


SAME = Likeness("same_text", 1.0, None, is_sure=True)


def compare(one: Text, two: Text) -> Likeness | None:
    """Return what two texts are to each other, None for nothing; their order does not matter.

    Of one that is compared with several, `one` should be it: its runs are made ready once.
    """
    if one.digest is not None and one.digest == two.digest:
        return SAME
    if one.is_short or two.is_short:
        return None
    runs, others = len(one.shingles), len(two.packed)
    small, large = (one, two) if runs <= others else (two, one)
    containment = one.shared_with(two) / min(runs, others)
    if containment < ALIKE:
        return None
    numbers = _overlap(small.numbers, large.numbers)
    agree = _agree(numbers, small, large)
    if small.length >= EXCERPT_LENGTH * large.length:
        sure = agree and containment >= SURELY_ALIKE and _least(numbers, NUMBERS_SURELY_ALIKE)
        kind: Kind = "near_duplicate" if agree else "same_template"
        return Likeness(kind, containment, numbers, is_sure=sure)
    if agree and containment >= EXCERPT_CONTAINMENT:
        return Likeness("excerpt", containment, numbers)
    return None


def may_repeat(one: Text, two: Text) -> bool:
    """Tell, at little cost, whether one of two texts may be anything but a report used again."""
    numbers = _overlap(one.numbers, two.numbers)
    return _least(numbers, NUMBERS_ALIKE_WITH_DATES) or one.digest == two.digest


def _overlap(one: frozenset[object], two: frozenset[object]) -> float | None:
    if not one or not two:
        return None
    return len(one & two) / min(len(one), len(two))


def _agree(numbers: float | None, small: Text, large: Text) -> bool:
    """Tell whether two texts report the same figures (`numbers` they share) of the same days."""
    if not _least(numbers, NUMBERS_ALIKE_WITH_DATES):
        return False
    dates = _overlap(small.dates, large.dates)
    if dates is None:
        return _least(numbers, NUMBERS_ALIKE)
    return dates >= DATES_ALIKE


def _least(share: float | None, least: float) -> bool:
    return share is None or share >= least
