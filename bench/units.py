"""How well articles are attributed to units, on labelled articles composed for it.

    python -m bench.units

Every second article is for reporting: the rules were made without looking at what they miss there.
A unit counts once an article. Precision, recall and F1 are over all of them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from archive.mentions import units_about
from archive.places import Context
from archive.units import Key, Unit, above, place_of, shipped

LABELLED = Path(__file__).parents[1] / "tests" / "archive" / "labelled" / "units.psv"
ENDED = "†"
OWN = "=site"
BAR = 0.95


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article, what is known of its site, and the units it is about."""

    number: int
    context: Context
    title: str
    text: str
    units: frozenset[Key]

    @property
    def for_reporting(self) -> bool:
        """Whether it is of the half the rules were made without."""
        return self.number % 2 == 1


@dataclass(frozen=True, slots=True)
class Score:
    """Units found and right, found though wrong, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)

    def __str__(self) -> str:
        precision = self.right / (self.right + self.wrong)
        recall = self.right / (self.right + self.missed)
        return f"precision {precision:.3f}  recall {recall:.3f}  F1 {self.f1:.3f}"


def unit_named(label: str, day: str) -> Unit:
    """Return the one unit a label names on a day; `†` marks one that had ended."""
    ended = label.endswith(ENDED)
    name, *higher = (part.strip() for part in label.rstrip(f" {ENDED}").split(","))
    found = [
        unit
        for unit in shipped().units.values()
        if unit.full_name == name
        and (unit.valid_to is not None and unit.valid_to < day if ended else unit.existed(day))
        and set(higher) <= {n for u in above(unit) for n in (u.name, u.full_name)}
    ]
    if len(found) != 1:
        raise ValueError(f"{label!r} on {day}: {[place_of(unit) for unit in found]}")
    return found[0]


def labelled(path: Path = LABELLED) -> list[Labelled]:
    """Return the labelled articles."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    return [_labelled(number, row) for number, row in enumerate(rows)]


def _labelled(number: int, row: list[str]) -> Labelled:
    day, site, title, text, units = row
    own = () if site == "-" else (unit_named(site, day).key,)
    if units == OWN:
        keys = frozenset(own)
    else:
        labels = [label.strip() for label in units.split(";") if label.strip()]
        keys = frozenset(unit_named(label, day).key for label in labels)
    return Labelled(number, Context(day, own), title, text, keys)


def score(articles: list[Labelled]) -> Score:
    """Attribute the articles and compare."""
    right = wrong = missed = 0
    for article in articles:
        found = found_in(article)
        right += len(found & article.units)
        wrong += len(found - article.units)
        missed += len(article.units - found)
    return Score(right, wrong, missed)


def found_in(article: Labelled) -> set[Key]:
    """Return the units that an article is attributed to."""
    return {row[0] for row in units_about((article.title, "", article.text), article.context)}


def main() -> int:
    """Print the scores of both halves, and what was missed in the half the rules were made by."""
    articles = labelled()
    for article in articles:
        found = found_in(article)
        if not article.for_reporting and found != article.units:
            wrong = [place_of(shipped().units[key]) for key in found - article.units]
            missed = [place_of(shipped().units[key]) for key in article.units - found]
            print(f"{article.context.day} {article.title}: wrong {wrong}, missed {missed}")
    print(f"{len(articles)} articles")
    for name, half in (("tuning", False), ("reporting", True)):
        print(f"{name:10} {score([a for a in articles if a.for_reporting is half])}")
    reported = score([a for a in articles if a.for_reporting])
    return 0 if reported.f1 >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
