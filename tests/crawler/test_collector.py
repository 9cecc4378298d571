"""Python's collector, as processes that read page after page have it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from crawler import collector


class Ring:
    """An object that nothing but itself holds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_there_is_not_looked_at_again() -> None:
    there = weakref.ref(Ring())
    collector.look_less()
    gc.collect()
    assert there() is not None


def test_new_rings_are_still_found_though_later() -> None:
    collector.look_less()
    gc.collect()
    found = weakref.ref(Ring())
    kept: list[list[int]] = []
    while found() is not None and len(kept) < 20_000:
        kept.append([])
    assert 700 < len(kept) <= collector.NEW_OBJECTS
