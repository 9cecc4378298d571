"""Administrative units: what is shipped, how people name them, and never by a bare code."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from archive import units
from archive.connection import transaction
from archive.errors import UsageError
from archive.units import (
    EVER,
    REFORM,
    Unit,
    counting_for,
    lineage,
    named,
    place_of,
    shipped,
    successors,
)
from tests.sample_archive import SampleArchive

ROOT = Path(__file__).parents[2]


def existing(day: str, level: str) -> list[Unit]:
    return [u for u in shipped().units.values() if u.level == level and u.existed(day)]


@pytest.mark.parametrize(
    ("day", "provinces", "districts", "wards"),
    [("2025-06-30", 63, 696, 10_035), (REFORM, 34, 0, 3_321), ("2026-10-01", 34, 0, 3_321)],
)
def test_each_time_has_as_many_units_as_the_decrees_say(
    day: str, provinces: int, districts: int, wards: int
) -> None:
    counts = [len(existing(day, level)) for level in ("province", "district", "ward")]
    assert counts == [provinces, districts, wards]


@pytest.mark.parametrize(
    ("day", "cities", "wards"),
    [(REFORM, 6, 687), ("2026-04-30", 7, 697), ("2026-09-01", 8, 697), ("2026-09-20", 9, 709)],
)
def test_the_cities_and_wards_of_2026_are_known_from_their_day_on(
    day: str, cities: int, wards: int
) -> None:
    assert sum(u.kind == "thành phố" for u in existing(day, "province")) == cities
    assert sum(u.kind == "phường" for u in existing(day, "ward")) == wards


def test_no_code_has_two_units_on_one_day() -> None:
    periods: dict[str, list[Unit]] = {}
    for unit in shipped().units.values():
        periods.setdefault(unit.code, []).append(unit)
    for same_code in periods.values():
        same_code.sort(key=lambda unit: unit.valid_from)
        for before, after in pairwise(same_code):
            assert before.valid_to is not None
            assert before.valid_to < after.valid_from


def test_a_code_is_used_again_for_another_unit() -> None:
    assert shipped().units["26740", EVER].name == "Bến Nghé"
    assert shipped().units["26740", REFORM].name == "Sài Gòn"


def test_every_unit_that_ended_in_a_merger_has_a_successor_and_every_parent_exists() -> None:
    for unit in shipped().units.values():
        assert unit.parent is None or unit.parent in shipped().units
        if unit.valid_to is not None and unit.level != "district":
            assert successors(unit.key), place_of(unit)
    for step in shipped().successions:
        assert step.old in shipped().units
        assert step.new in shipped().units


def test_all_34_provinces_took_in_the_63_and_no_other() -> None:
    old = {unit.key for unit in existing("2025-06-30", "province")}
    for unit in existing("2026-10-01", "province"):
        taken = lineage(unit) & old
        assert taken, unit
        old -= taken
    assert not old


def test_the_file_is_small_and_its_source_is_named() -> None:
    assert units.DATA.stat().st_size < 1_000_000
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "vietnamadminunits 1.0.4" in notice
    assert "Copyright (c) 2025 Tran Ngoc Minh Hieu" in notice


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Phú Thọ", "tỉnh Phú Thọ"),
        ("phu tho", "tỉnh Phú Thọ"),
        ("Hoà Bình", "tỉnh Hòa Bình"),
        ("TP Đồng Nai", "thành phố Đồng Nai"),
        ("phường Đống Đa", "phường Đống Đa, thành phố Hà Nội"),
        ("quận Đống Đa", "quận Đống Đa, thành phố Hà Nội"),
        ("phường Ngô Quyền", "phường Ngô Quyền, thành phố Hải Phòng"),
        ("xã Tân Lập, Đan Phượng", "xã Tân Lập, huyện Đan Phượng, thành phố Hà Nội"),
        ("TP.HCM", "thành phố Hồ Chí Minh"),
        ("TPHCM", "thành phố Hồ Chí Minh"),
        ("Q.1, TP HCM", "quận 1, thành phố Hồ Chí Minh"),
        ("P.Bến Nghé, q. 1", "phường Bến Nghé, quận 1, thành phố Hồ Chí Minh"),
        ("phuong ngo quyen, thanh pho bac giang", "phường Ngô Quyền, thành phố Bắc Giang, tỉnh"),
    ],
)
def test_a_person_names_a_unit(typed: str, meant: str) -> None:
    assert place_of(named(typed)).startswith(meant)


def test_a_unit_of_today_goes_before_one_of_the_past() -> None:
    assert named("Phú Thọ").valid_from == REFORM
    assert named("Bắc Ninh").valid_from == "2026-09-20"


def test_a_name_of_several_units_asks_for_more_words() -> None:
    with pytest.raises(UsageError, match=r"names \d+ units: write one of xã Tân Lập, "):
        named("xã Tân Lập")


def test_an_unknown_name_says_how_to_write_one() -> None:
    with pytest.raises(UsageError, match="no administrative unit 'Xứ Lạ'"):
        named("Xứ Lạ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ha Noii", "but there is thành phố Hà Nội"),
        ("xã Tân Lập, Ha Noii", "but there is thành phố Hà Nội"),
        ("quận Lý Sơnn", "but there is đặc khu Lý Sơn"),
        ("Tu Liem Bac", "is known:"),
        ("tỉnh", "is known:"),
        ("", "is known:"),
    ],
)
def test_a_name_that_is_nearly_that_of_a_unit_is_told(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=meant):
        named(typed)


def test_loading_twice_changes_nothing_and_other_data_replaces_it(tmp_path: Path) -> None:
    sample = SampleArchive(tmp_path / "mattran.db")
    conn = sample.conn
    with transaction(conn):
        units.load(conn)
    conn.execute("DELETE FROM units WHERE code = '01'")
    units.load(conn)
    assert conn.execute("SELECT count(*) FROM units WHERE code = '01'").fetchone()[0] == 0
    conn.execute("UPDATE meta SET value = 'older' WHERE name = 'units_version'")
    with transaction(conn):
        units.load(conn)
    assert conn.execute("SELECT count(*) FROM units").fetchone()[0] == len(shipped().units)
    sample.close()


# A code alone names several units: wherever SQL compares codes, it compares the first days, too.


def joins(text: str) -> list[str]:
    """Return each comparison of codes in SQL with what follows it."""
    starts = re.finditer(
        r"\b(?:\w+\.(?:unit_|parent_|old_|new_|part_)?|unit_(?:now_)?)code = ", text
    )
    return [text[match.start() : match.start() + 140] for match in starts]


def test_a_unit_counts_for_those_whose_lineage_has_it() -> None:
    every = shipped().units
    downwards = {(unit.key, part) for unit in every.values() for part in lineage(unit)}
    assert {(whole, key) for key in every for whole in counting_for(key)} == downwards


def test_no_unit_is_looked_up_by_its_bare_code() -> None:
    found = 0
    for folder in ("archive", "crawler", "spiders", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".py", ".md", ".yaml"):
                continue
            text = re.sub(r"\"\s*\n\s*f?\"", "", path.read_text(encoding="utf-8"))
            for join in joins(text):
                found += 1
                assert re.search(r"(AND|,)\s+\w+\.?\w*valid_from = ", join), f"{path}: {join}"
    assert found >= 6
