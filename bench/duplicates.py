"""Duplicates: how many are found and how many are none, and what finding them costs.

    python -m bench.duplicates [--articles 100000]

First the labelled pairs of tests/archive/labelled.py: thresholds were tuned on the originals of
even numbers, the others are reported. Beside them datasketch's MinHash-LSH and SimHash, each at
the threshold that is best on the first half. Then an archive of generated articles of 5 KB, of
which one in eight is made of an earlier one; they come in random order and are settled afterwards.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from archive.connection import open_for_writing
from bench import duplicates_archive as generated
from bench.duplicates_labelled import (
    Score,
    Settled,
    best_threshold,
    cluster_score,
    compared,
    likeness_by_peers,
    score,
)
from tests.archive.labelled import Pair, pairs

PRECISION_BAR, RECALL_BAR, CLUSTER_BAR, EXCERPT_BAR = 0.99, 0.92, 0.97, 0.95
SPEED_BAR, SIZE_BAR, UNSETTLED_BAR = 500.0, 0.6, 0.005
SYLLABLES = 1130
# Another order of arrival is tried with so many.
REORDERED = 5000


def judge_labelled(every: Sequence[Pair]) -> bool:
    """Print the table of the labelled pairs; returns whether all bars are held."""
    tuned = [pair for pair in every if pair.original % 2 == 0]
    reported = [pair for pair in every if pair.original % 2]
    labels = Counter[str](pair.label for pair in reported)
    print(f"{len(every)} labelled pairs, {len(reported)} of them reported: {_listed(labels)}")
    settled = Settled(reported)
    archived = score(reported, settled.relates)
    _row("two texts compared", score(reported, compared))
    _row("in an archive of all", archived)
    clusters = cluster_score(settled, reported)
    _row("families, pair by pair", clusters)
    by_label = {
        label: score([pair for pair in reported if pair.label == label], settled.relates)
        for label in labels
    }
    for label, found in by_label.items():
        right = found.right if found.right + found.missed else labels[label] - found.wrong
        print(f"    {label:<20} {right:>3} of {labels[label]:>3} right")
    _compare_peers(tuned, reported)
    return (
        archived.precision >= PRECISION_BAR
        and archived.recall >= RECALL_BAR
        and clusters.precision >= CLUSTER_BAR
        and by_label["excerpt"].recall >= EXCERPT_BAR
    )


def _compare_peers(tuned: list[Pair], reported: list[Pair]) -> None:
    alike = likeness_by_peers([*tuned, *reported])
    if alike is None:
        print("datasketch is missing: `make peers` installs it")
        return
    for name, values in alike.items():
        least = best_threshold(tuned, values[: len(tuned)])
        found = dict(zip(map(id, reported), values[len(tuned) :], strict=True))
        told = score(reported, lambda pair, found=found, least=least: found[id(pair)] >= least)  # type: ignore[misc]
        _row(f"{name} at {least:.2f}", told)


def _row(name: str, told: Score) -> None:
    print(f"  {name:<32} precision {told.precision:.3f}  recall {told.recall:.3f}")


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {label}" for label, count in counts.items())


def judge_generated(count: int) -> bool:
    """Print what an archive of `count` articles costs; returns whether all bars are held."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mattran.db"
        size = generated.build(path, count, SYLLABLES)
        with closing(open_for_writing(path)) as conn:
            drained = generated.drain(conn, 1)
            settled = generated.settle(conn)
    speed, share = count / drained.seconds, drained.index_bytes / size
    differing = len(drained.relations ^ settled.relations) / max(1, len(settled.relations))
    kinds = Counter(kind for _, _, kind in settled.relations)
    print(
        f"{count:,} articles of {size / count:,.0f} bytes, in random order: {speed:,.0f} articles/s"
        f" (bar {SPEED_BAR:,.0f}), index {share:.2f} x the texts (bar {SIZE_BAR}); settled at"
        f" {count / settled.seconds:,.0f}/s, {100 * differing:.2f} % of {len(settled.relations):,}"
        f" relations changed (bar {100 * UNSETTLED_BAR} %): {_listed(kinds)}"
    )
    return speed >= SPEED_BAR and share <= SIZE_BAR and differing <= UNSETTLED_BAR


def judge_orders(count: int) -> bool:
    """Tell whether other orders of arrival end in the same relations once settled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mattran.db"
        generated.build(path, count, SYLLABLES)
        with closing(open_for_writing(path)) as conn:
            found = set()
            for order in range(3):
                generated.drain(conn, order)
                found.add(generated.settle(conn).relations)
    print(f"{count:,} articles in three orders, settled: {len(found)} result(s)")
    return len(found) == 1


def main() -> None:
    """Run all; exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    told = parser.parse_args()
    good = [
        judge_labelled(list(pairs())),
        judge_orders(min(REORDERED, told.articles)),
        judge_generated(told.articles),
    ]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
