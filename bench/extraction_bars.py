"""What the layers must reach on which pages, and whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure of a layer on some kinds of pages, and the least (or most) it may be."""

    layer: str
    kinds: frozenset[str]
    figure: str
    limit: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        """Tell whether a value is good enough."""
        return value <= self.limit if self.at_most else value >= self.limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bar held against what was measured."""

    bar: Bar
    value: float

    @property
    def met(self) -> bool:
        """Tell whether the bar is met."""
        return self.bar.met(self.value)

    def __str__(self) -> str:
        sign = "<=" if self.bar.at_most else ">="
        kinds = ", ".join(sorted(self.bar.kinds))
        told = "ok" if self.met else "MISSED"
        return (
            f"{self.bar.layer:<9} {kinds:<18} {self.bar.figure:<15}"
            f" {self.value:8.4g}   bar {sign} {self.bar.limit:<6g} {told}"
        )


_KNOWN = frozenset({"captured", "replica"})
_UNKNOWN = frozenset({"unknown"})
_PUBLIC = frozenset({"public"})
_CAPTURED = frozenset({"captured"})

BARS = (
    Bar("platform", _KNOWN, "f1", 0.997),
    Bar("platform", _KNOWN, "title", 1.0),
    Bar("platform", _KNOWN, "date_right", 1.0),
    Bar("platform", _KNOWN, "captions_typed", 0.97),
    Bar("platform", _KNOWN, "leaked", 0, at_most=True),
    Bar("platform", _CAPTURED, "parse_ratio", 2.4, at_most=True),
    Bar("template", _KNOWN, "f1", 0.995),
    Bar("template", _KNOWN, "title", 1.0),
    Bar("template", _KNOWN, "date_right", 0.97),
    Bar("template", _KNOWN, "date_false", 0, at_most=True),
    Bar("template", _KNOWN, "leaked", 0, at_most=True),
    Bar("generic", _UNKNOWN, "f1", 0.995),
    Bar("generic", _UNKNOWN, "leaked", 2, at_most=True),
    Bar("generic", _UNKNOWN, "title", 0.98),
    Bar("generic", _UNKNOWN, "date_false", 0, at_most=True),
    Bar("generic", _PUBLIC, "f1", 0.976),
    Bar("generic", _PUBLIC, "exact", 0.48),
    Bar("generic", _PUBLIC, "empty", 0, at_most=True),
    Bar("generic", _PUBLIC, "below_0.8", 4, at_most=True),
    Bar("generic", _PUBLIC, "parse_ratio", 3.2, at_most=True),
)


def verdicts(
    figures: Mapping[tuple[str, frozenset[str]], Mapping[str, float]],
    bars: Sequence[Bar] = BARS,
) -> Iterator[Verdict]:
    """Hold each bar against the figures of its layer and kinds, where those were measured."""
    for bar in bars:
        value = figures.get((bar.layer, bar.kinds), {}).get(bar.figure)
        if value is not None:
            yield Verdict(bar, value)
