"""Administrative units and what became of them: `units` and `unit_succession`.

Codes are used again: 26740 was the ward Bến Nghé and is the ward Sài Gòn. A unit is therefore a
code and the first day of its period, everywhere. The data is shipped as one file, made once by
archive/units_build.py.
"""

from __future__ import annotations

import gc
import gzip
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache, cached_property
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

from archive.errors import UsageError
from archive.rows import insert_rows
from archive.vietnamese import fold

DATA = Path(__file__).with_name("units.csv.gz")

EVER = "0001-01-01"
"""First day of a unit that existed before 1 July 2025: since when is not known."""

REFORM = "2025-07-01"
"""Since then there are 34 provinces and no districts (Resolution 202/2025/QH15)."""

Key = tuple[str, str]
"""A code and the first day of its period."""


class Unit(NamedTuple):
    """An administrative unit in a period; `valid_to` is its last day, None while it exists.

    `kind` is its rank as people write it (`phường`), `level` one of `province`, `district` and
    `ward`, the last for communes, townships and special zones, too.
    """

    code: str
    valid_from: str
    valid_to: str | None
    kind: str
    name: str
    level: str
    parent: Key | None

    @property
    def key(self) -> Key:
        """Code and first day."""
        return self.code, self.valid_from

    @property
    def full_name(self) -> str:
        """Rank and name: `phường Bến Nghé`."""
        return f"{self.kind} {self.name}"

    def existed(self, day: str) -> bool:
        """Tell whether it existed on `day` (YYYY-MM-DD)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Succession(NamedTuple):
    """One unit, or a part of it, became (a part of) another one."""

    old: Key
    new: Key
    kind: str
    main: int
    source: str


class Shipped:
    """What the shipped file holds: the units, and what became of them, read when asked for."""

    def __init__(self, lines: bytes) -> None:
        units, _, self._successions = lines.rstrip(b"\n").partition(b"\nsuccession\t")
        with uncollected():
            self.units: dict[Key, Unit] = _units_in(units.decode())

    @cached_property
    def successions(self) -> tuple[Succession, ...]:
        """All successions, in the order of the file."""
        with uncollected():
            return tuple(_successions_in(f"succession\t{self._successions.decode()}"))


@contextmanager
def uncollected() -> Iterator[None]:
    """Make objects that all live on without the collector, which else takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cache
def version() -> str:
    """Return the version of the shipped data: another one is loaded anew."""
    return hashlib.blake2b(DATA.read_bytes(), digest_size=8).hexdigest()


@cache
def shipped() -> Shipped:
    """Read the shipped file, once."""
    return Shipped(gzip.decompress(DATA.read_bytes()))


def _units_in(lines: str) -> dict[Key, Unit]:
    _, codes, since, until, kinds, names, levels, *parents = _columns(lines, 9)
    ends = [day or None for day in until]
    above = [parent if parent[0] else None for parent in zip(*parents, strict=True)]
    units = zip(codes, since, ends, kinds, names, levels, above, strict=True)
    return dict(zip(zip(codes, since, strict=True), starmap(Unit, units), strict=True))


def _successions_in(lines: str) -> Iterator[Succession]:
    _, *columns, kinds, main, sources = _columns(lines, 8)
    old, new = zip(*columns[:2], strict=True), zip(*columns[2:], strict=True)
    return starmap(Succession, zip(old, new, kinds, map(int, main), sources, strict=True))


def _columns(lines: str, width: int) -> list[list[str]]:
    """Return the columns of lines of `width` values; line by line it takes twice as long."""
    values = lines.replace("\n", "\t").split("\t")
    return [values[column::width] for column in range(width)]


def load(conn: sqlite3.Connection) -> None:
    """Bring `units` and `unit_succession` in line with the shipped data, inside a transaction."""
    row = conn.execute("SELECT value FROM meta WHERE name = 'units_version'").fetchone()
    if row is not None and row[0] == version():
        return
    conn.execute("DELETE FROM units")
    conn.execute("DELETE FROM unit_succession")
    data = shipped()
    insert_rows(
        conn,
        "INSERT INTO units (code, valid_from, valid_to, kind, name, level, parent_code,"
        " parent_valid_from)",
        (
            (*u.key, u.valid_to, u.kind, u.name, u.level, *(u.parent or (None, None)))
            for u in data.units.values()
        ),
    )
    insert_rows(
        conn,
        "INSERT INTO unit_succession (old_code, old_valid_from, new_code, new_valid_from, kind,"
        " main, source)",
        ((*s.old, *s.new, s.kind, s.main, s.source) for s in data.successions),
    )
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('units_version', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (version(),),
    )


# People's words

_KIND = re.compile(
    r"(?:(tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu|tp|tx|tt)(?:\.\s*|\s+)"
    r"|([pqhx])\.\s*)(.+)",
    re.IGNORECASE,
)
_SHORT = {
    "tp": "thành phố", "tx": "thị xã", "tt": "thị trấn",
    "p": "phường", "q": "quận", "h": "huyện", "x": "xã",
}  # fmt: skip
_NICKNAMES = {"hcm": "ho chi minh", "tphcm": "ho chi minh"}
MOST_SHOWN, MOST_HINTS = 5, 3


def named(text: str) -> Unit:
    """Return the unit that a person names: `Phú Thọ`, `xã Tân Lập, Hà Nội`, marks or none.

    A unit of today goes before one of the past, a higher level before a lower one. Raises
    UsageError for none, and for several that only more words can tell apart.
    """
    first, *wanted = (part.strip() for part in text.split(","))
    higher = [_so_named(name) for name in wanted]
    found = [unit for unit in _so_named(first) if _lies_in(unit, higher)]
    if not found:
        raise UsageError(
            f"no administrative unit {text!r} is known{_near(first, wanted)}: write its name as in"
            " 'phường Đống Đa, Hà Nội' or 'Phú Thọ'"
        )
    for level in ("province", "district", "ward"):
        on_level = [unit for unit in found if unit.level == level]
        best = [unit for unit in on_level if unit.valid_to is None] or on_level
        if best:
            break
    if len(best) > 1:
        shown = "; ".join(place_of(unit) for unit in best[:MOST_SHOWN])
        more = f" and {len(best) - MOST_SHOWN} more" if len(best) > MOST_SHOWN else ""
        raise UsageError(f"{text!r} names {len(best)} units: write one of {shown}{more}")
    return best[0]


def _near(first: str, higher: Sequence[str]) -> str:
    """Return a hint at units whose names are nearly, or partly, what a person typed."""
    text = next((text for text in (first, *higher) if not _so_named(text)), "")
    match = _KIND.fullmatch(text)
    name = fold(match[3] if match else text)
    alike = [known for known in _by_name() if abs(len(known) - len(name)) <= 1]
    near = get_close_matches(name, alike, n=MOST_HINTS, cutoff=0.8) if name else []
    near += [known for known in _by_name() if " " in name and f" {name} " in f" {known} "]
    units = {units[0].full_name: None for units in map(_by_name().__getitem__, near)}
    return f", but there is {' and '.join([*units][:MOST_HINTS])}" if units else ""


def _so_named(text: str) -> list[Unit]:
    match = _KIND.fullmatch(text)
    if match is not None:
        short = (match[1] or match[2]).lower()
        kind = _SHORT.get(short, short)
        found = [u for u in _with_name(match[3]) if u.kind == kind]
        if found:
            return found
    return list(_with_name(text))


def _with_name(text: str) -> Sequence[Unit]:
    name = fold(text)
    return _by_name().get(_NICKNAMES.get(name, name), ())


@cache
@uncollected()
def _by_name() -> dict[str, list[Unit]]:
    """Return the units by their folded name, and by that with their rank."""
    every = list(shipped().units.values())
    found: dict[str, list[Unit]] = {}
    # Folded in one go, which takes a fifth of the time.
    names = fold("\n".join(f"{unit.name}\n{unit.full_name}" for unit in every)).split("\n")
    for unit, name, full_name in zip(every, names[::2], names[1::2], strict=True):
        found.setdefault(name, []).append(unit)
        found.setdefault(full_name, []).append(unit)
    return found


def _lies_in(unit: Unit, wanted: Iterable[Sequence[Unit]]) -> bool:
    """Tell whether `unit` lies in one of each of `wanted`."""
    higher = set(above(unit))
    return all(higher.intersection(units) for units in wanted)


def place_of(unit: Unit) -> str:
    """Return a unit with those it lies in: `xã Tân Lập, huyện Đan Phượng, thành phố Hà Nội`."""
    return ", ".join([unit.full_name, *(higher.full_name for higher in above(unit))])


def above(unit: Unit) -> list[Unit]:
    """Return the units a unit lies in, the nearest first, as they were last called in its time."""
    found = []
    parent = unit.parent
    while parent is not None:
        nexts = [key for key in successors(parent) if key[0] == parent[0]]
        while nexts and (unit.valid_to is None or nexts[0][1] <= unit.valid_to):
            parent = nexts[0]
            nexts = [key for key in successors(parent) if key[0] == parent[0]]
        found.append(shipped().units[parent])
        parent = found[-1].parent
    return found


@cache
@uncollected()
def _steps_back() -> dict[Key, list[Key]]:
    """Return for each unit those that went into it, and those that lie in it."""
    steps: dict[Key, list[Key]] = {}
    data = shipped()
    for step in data.successions:
        if step.kind != "divided":
            steps.setdefault(step.new, []).append(step.old)
    for unit in data.units.values():
        if unit.parent is not None:
            steps.setdefault(unit.parent, []).append(unit.key)
    return steps


@cache
@uncollected()
def _steps_on() -> dict[Key, list[Key]]:
    """Return for each unit those that it, or parts of it, became."""
    steps: dict[Key, list[Key]] = {}
    for step in shipped().successions:
        if step.kind != "divided":
            steps.setdefault(step.old, []).append(step.new)
    return steps


def successors(key: Key) -> Sequence[Key]:
    """Return the units that a unit, or parts of it, became; none for a district, or today's."""
    return _steps_on().get(key, ())


@cache
def counting_for(key: Key) -> tuple[Key, ...]:
    """Return the units that what is about a unit counts for, itself among them.

    They are those whose `lineage` has it: what it lies in, what it became, and so on.
    """
    found: dict[Key, None] = {}
    waiting = [key]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            unit = shipped().units.get(one)
            waiting += successors(one)
            waiting += (unit.parent,) if unit is not None and unit.parent is not None else ()
    return tuple(found)


def lineage(unit: Unit) -> set[Key]:
    """Return the unit with all that lies in it and all that went into it: what counts for it."""
    found: set[Key] = set()
    waiting = [unit.key]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += _steps_back().get(key, ())
    return found


PAGES = (
    "SELECT m.page FROM json_each(?) k JOIN mentions m"
    " ON m.unit_code = k.value ->> 0 AND m.unit_valid_from = k.value ->> 1"
)
"""The pages about any of the units of a JSON list of (code, first day), as `pages_value` gives."""


def pages_value(unit: Unit) -> str:
    """Return the value for `PAGES` that asks for a unit and its predecessors."""
    return json.dumps(sorted(lineage(unit)))
