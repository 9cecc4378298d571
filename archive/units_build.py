"""Build archive/units.csv.gz, the administrative units, from an openly licensed package; run once.

    python -m archive.units_build vietnamadminunits-1.0.4-py3-none-any.whl

The wheel (MIT licence, see NOTICE) holds the 63 provinces with their districts and communes on the
eve of 1 July 2025, the 34 provinces and 3,321 communes since, and which commune became which. What
changed on other days is told by `RENAMED`, each with its resolution.

Rows of the file, apart by tabs, lie as `archive/units.py` loads them: first `unit` rows, then
`succession` rows. The source does not say since when a unit of before 2025 existed: its first day
is `EVER`. Units abolished before 1 March 2025 are not in it.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from archive.units import DATA, EVER, REFORM

LAST_DAY = "2025-06-30"
REFORM_SOURCE = "202/2025/QH15, 19/2025/QĐ-TTg"
KINDS = (
    *("thành phố", "thị trấn", "đặc khu", "thị xã"),
    *("phường", "huyện", "quận", "tỉnh", "xã"),
)
FOLDER = "vietnamadminunits/data"


class Unit(NamedTuple):
    """A row of `units`."""

    code: str
    valid_from: str
    valid_to: str
    kind: str
    name: str
    level: str
    parent: str
    parent_from: str


class Step(NamedTuple):
    """A row of `unit_succession`."""

    old: str
    old_from: str
    new: str
    new_from: str
    kind: str
    main: int
    source: str


class Renaming(NamedTuple):
    """Units that got another name or rank on a day of their own; code and land stayed."""

    day: str
    source: str
    codes: tuple[str, ...]
    kind: str


# Source: the resolutions named; the codes as in Decision 19/2025/QĐ-TTg.
RENAMED = (
    Renaming("2026-04-30", "30/2026/QH16", ("75",), "thành phố"),
    Renaming(
        "2026-04-30",
        "237/NQ-UBTVQH16",
        (
            *("25270", "25357", "25363", "26116", "26170"),
            *("26248", "26326", "26368", "26425", "26485"),
        ),
        "phường",
    ),
    Renaming("2026-09-01", "36/2026/QH16", ("22",), "thành phố"),
    Renaming("2026-09-20", "39/2026/QH16", ("24",), "thành phố"),
    Renaming(
        "2026-09-20",
        "388/NQ-UBTVQH16",
        (
            *("07294", "07375", "07399", "07444", "07840", "09193"),
            *("09292", "09313", "09319", "09454", "09475", "09496"),
        ),
        "phường",
    ),
)

# Thừa Thiên Huế became the city of Huế (175/2024/QH15); the source knows it as the latter only.
HUE = "46"
HUE_DAY, HUE_LAST_DAY, HUE_SOURCE = "2025-01-01", "2024-12-31", "175/2024/QH15"


def split_kind(full_name: str) -> tuple[str, str]:
    """Return kind and bare name: `Thành Phố Bắc Kạn` -> thành phố, Bắc Kạn."""
    lowered = full_name.lower()
    kind = next(kind for kind in KINDS if lowered.startswith(f"{kind} "))
    return kind, full_name[len(kind) + 1 :]


def build(wheel: Path) -> tuple[list[Unit], list[Step]]:
    """Return the units and their successions as the wheel has them, and what changed since."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        database = archive.extract(f"{FOLDER}/dataset.db", folder)
        converter = json.loads(archive.read(f"{FOLDER}/converter_2025.json"))
        with closing(sqlite3.connect(database)) as conn:
            legacy = conn.execute(
                "SELECT provinceCode, province, provinceKey, districtCode, district, districtKey,"
                " wardCode, ward, wardKey FROM admin_units_legacy"
            ).fetchall()
            current = conn.execute(
                "SELECT provinceCode, province, provinceKey, wardCode, ward, wardKey"
                " FROM admin_units"
            ).fetchall()
    return _Builder(legacy, current, converter).run()


class _Builder:
    def __init__(
        self, legacy: list[tuple[str, ...]], current: list[tuple[str, ...]], converter: Any
    ) -> None:
        self.legacy = legacy
        self.current = current
        self.converter = converter
        self.old: dict[tuple[str, str], Unit] = {}
        self.new: dict[str, Unit] = {}
        self.steps: list[Step] = []
        # Provinces that no other joined are one unit before and after.
        joined = converter["DICT_PROVINCE"]
        self.untouched = {key for key, parts in joined.items() if parts == [key]}

    def run(self) -> tuple[list[Unit], list[Step]]:
        """Return units and successions, sorted."""
        self._add_old()
        self._add_new()
        self._add_steps()
        renamed = [unit for renaming in RENAMED for unit in self._rename(renaming)]
        units = [*self.old.values(), *self.new.values(), *renamed]
        return sorted(units), sorted(set(self.steps))

    def _province_from(self, code: str, key: str) -> str:
        if code == HUE:
            return HUE_DAY
        return EVER if key in self.untouched else REFORM

    def _add_old(self) -> None:
        for province, name, key, district, district_name, _, ward, ward_name, _ in self.legacy:
            stays = key in self.untouched
            since = HUE_DAY if province == HUE else EVER
            last = "" if stays else LAST_DAY
            kind, bare = split_kind(name)
            self._keep(Unit(province, since, last, kind, bare, "province", "", ""))
            kind, bare = split_kind(district_name)
            self._keep(Unit(district, EVER, LAST_DAY, kind, bare, "district", province, since))
            if ward:
                kind, bare = split_kind(ward_name)
                self._keep(Unit(ward, EVER, LAST_DAY, kind, bare, "ward", district, EVER))
        former = Unit(HUE, EVER, HUE_LAST_DAY, "tỉnh", "Thừa Thiên Huế", "province", "", "")
        self._keep(former)
        self.steps.append(Step(HUE, EVER, HUE, HUE_DAY, "renamed", 1, HUE_SOURCE))

    def _keep(self, unit: Unit) -> None:
        self.old[unit.code, unit.valid_from] = unit

    def _add_new(self) -> None:
        for province, name, key, ward, ward_name, _ in self.current:
            since = self._province_from(province, key)
            kind, bare = split_kind(name)
            if since == REFORM:
                self.new[province] = Unit(province, REFORM, "", kind, bare, "province", "", "")
            kind, bare = split_kind(ward_name)
            self.new[ward] = Unit(ward, REFORM, "", kind, bare, "ward", province, since)

    def _add_steps(self) -> None:
        self._add_province_steps()
        new = {(key, ward_key): ward for _, _, key, ward, _, ward_key in self.current}
        old = {
            f"{row[2]}_{row[5]}_{row[8] or ''}": (row[6] or row[3], row[3]) for row in self.legacy
        }
        of_district: dict[str, set[str]] = defaultdict(set)
        for kind, old_key, target, main in self._conversions():
            code, district = old[old_key]
            self._step(code, new[target], kind, main)
            of_district[district].add(new[target])
        whole = {step.old for step in self.steps}
        for district, wards in of_district.items():
            if district not in whole:
                for ward in wards:
                    self._step(district, ward, "divided", 0)

    def _add_province_steps(self) -> None:
        old = {row[2]: row[0] for row in self.legacy}
        new = {row[2]: row[0] for row in self.current}
        for key, parts in self.converter["DICT_PROVINCE"].items():
            if parts != [key]:
                for part in parts:
                    self._step(old[part], new[key], "merged", 1)

    def _conversions(self) -> Iterator[tuple[str, str, tuple[str, str], int]]:
        for province, wards in self.converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            for ward, parts in wards.items():
                for part in parts:
                    yield "merged", part, (province, ward), 1
        for province, parts in self.converter["DICT_PROVINCE_WARD_DIVIDED"].items():
            for part, targets in parts.items():
                for target in targets:
                    main = int(target["isDefaultNewWard"])
                    yield "split", part, (province, target["newWardKey"]), main

    def _step(self, old: str, new: str, kind: str, main: int) -> None:
        self.steps.append(Step(old, EVER, new, REFORM, kind, main, REFORM_SOURCE))

    def _rename(self, renaming: Renaming) -> Iterator[Unit]:
        for code in renaming.codes:
            place = (code, EVER) if (code, EVER) in self.old and code not in self.new else None
            unit = self.old[place] if place else self.new[code]
            ended = unit._replace(valid_to=_day_before(renaming.day))
            if place:
                self.old[place] = ended
            else:
                self.new[code] = ended
            yield self._renamed(unit, renaming)
            self.steps.append(
                Step(code, unit.valid_from, code, renaming.day, "renamed", 1, renaming.source)
            )

    def _renamed(self, unit: Unit, renaming: Renaming) -> Unit:
        above = any(o.day == renaming.day and unit.parent in o.codes for o in RENAMED)
        since = renaming.day if above else unit.parent_from
        return unit._replace(valid_from=renaming.day, kind=renaming.kind, parent_from=since)


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def write(units: Iterable[Unit], steps: Iterable[Step], path: Path) -> None:
    """Write the file; the same rows give the same bytes."""
    lines = ["\t".join(("unit", *unit)) for unit in units]
    lines += ["\t".join(("succession", *map(str, step))) for step in steps]
    data = "\n".join(lines).encode() + b"\n"
    path.write_bytes(gzip.compress(data, 9, mtime=0))


def main() -> None:
    """Build the file from the wheel named on the command line."""
    units, steps = build(Path(sys.argv[1]))
    write(units, steps, DATA)
    print(f"{len(units)} units, {len(steps)} successions, {DATA.stat().st_size} bytes")


if __name__ == "__main__":
    main()
