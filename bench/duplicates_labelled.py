"""The labelled pairs, judged by the archive itself and by other people's methods."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from archive import duplicates
from archive.connection import transaction
from archive.likeness import compare
from archive.shingles import Text
from tests.searchable_archive import SearchableArchive

if TYPE_CHECKING:
    from tests.archive.labelled import Pair, Written

PEERS = Path(__file__).resolve().parents[1] / ".venv-peers" / "bin" / "python"
THRESHOLDS = [n / 100 for n in range(5, 100, 5)]
FAMILY = frozenset({"same_text", "near_duplicate"})
REPEATS = FAMILY | {"excerpt"}


@dataclass(frozen=True, slots=True)
class Score:
    """How many pairs a method takes for republications, and how many of them are."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Return the share of what was found that is right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Return the share of what is right that was found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of the two."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def score(pairs: Sequence[Pair], finds: Callable[[Pair], bool]) -> Score:
    """Return how well a method tells which pairs are republications."""
    told = [(pair.is_positive, finds(pair)) for pair in pairs]
    return Score(told.count((True, True)), told.count((False, True)), told.count((True, False)))


def compared(pair: Pair) -> bool:
    """Tell whether two texts alone are taken for republications."""
    one, two = (Text(written.title, written.body) for written in (pair.one, pair.two))
    found = compare(one, two)
    return found is not None and found.kind in REPEATS


class Settled:
    """An archive of all articles of some pairs, all judged."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pages: dict[Written, int] = {}
        with tempfile.TemporaryDirectory() as folder:
            archive = SearchableArchive(Path(folder) / "mattran.db")
            archive.site()
            with transaction(archive.conn):
                for pair in pairs:
                    for written in (pair.one, pair.two):
                        if written not in self.pages:
                            self.pages[written] = archive.publish(
                                written.title, written.body, day=written.day
                            )
            archive.drain()
            duplicates.settle(archive.conn)
            rows = archive.conn.execute("SELECT article, other, kind FROM duplicates").fetchall()
            archive.close()
        self.head: dict[int, int] = {
            article: other for article, other, kind in rows if kind in FAMILY
        }
        self.parts = {(article, other) for article, other, kind in rows if kind == "excerpt"}

    def relates(self, pair: Pair) -> bool:
        """Tell whether the archive calls one of a pair a republication of the other."""
        one, two = (self.head_of(written) for written in (pair.one, pair.two))
        return one == two or (one, two) in self.parts or (two, one) in self.parts

    def head_of(self, written: Written) -> int:
        """Return the head of an article's family."""
        page = self.pages[written]
        return self.head.get(page, page)

    def clusters(self) -> Iterable[list[Written]]:
        """Return the members of each family of several."""
        found: dict[int, list[Written]] = defaultdict(list)
        for written in self.pages:
            found[self.head_of(written)].append(written)
        return [members for members in found.values() if len(members) > 1]


def cluster_score(settled: Settled, pairs: Sequence[Pair]) -> Score:
    """Return the pairwise score of the families against what was really made of what.

    Excerpts are not members of a family.
    """
    family = _families([pair for pair in pairs if pair.is_positive and pair.label != "excerpt"])
    found = {frozenset(pair) for members in settled.clusters() for pair in combinations(members, 2)}
    true: dict[int, list[Written]] = defaultdict(list)
    for written, number in family.items():
        true[number].append(written)
    real = {frozenset(pair) for members in true.values() for pair in combinations(members, 2)}
    return Score(len(found & real), len(found - real), len(real - found))


def _families(pairs: Sequence[Pair]) -> dict[Written, int]:
    family: dict[Written, int] = {}
    for number, pair in enumerate(pairs):
        known = {family.get(pair.one), family.get(pair.two)} - {None}
        for written in (pair.one, pair.two):
            family[written] = number
        for written, old in list(family.items()):
            if old in known:
                family[written] = number
    return family


def in_bytes(pair: Pair) -> tuple[str, str]:
    """Return the texts of a pair as other methods get them: words without marks."""
    one, two = (
        " ".join(map(str, Text(written.title, written.body).words))
        for written in (pair.one, pair.two)
    )
    return one, two


def likeness_by_peers(pairs: Sequence[Pair]) -> dict[str, list[float]] | None:
    """Return how alike each pair is to each peer, 0 to 1; None where the peers are not there."""
    asked = json.dumps([in_bytes(pair) for pair in pairs])
    if not PEERS.exists():
        return None
    finished = subprocess.run(
        [str(PEERS), "-m", "bench.duplicates_peers"],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        return None
    answer: dict[str, list[float]] = json.loads(finished.stdout)
    return answer


def best_threshold(pairs: Sequence[Pair], alike: Sequence[float]) -> float:
    """Return the threshold with the best F1 on pairs a method may be tuned on."""
    values = dict(zip(map(id, pairs), alike, strict=True))
    return max(
        THRESHOLDS, key=lambda least: score(pairs, lambda pair: values[id(pair)] >= least).f1
    )
