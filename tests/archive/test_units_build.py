"""Building the shipped units from a wheel: here from one of two provinces, made for the test."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from archive import units_build
from archive.units import EVER, REFORM
from archive.units_build import FOLDER, Renaming, Step, Unit, build, split_kind, write

LEGACY = [
    ("01", "Tỉnh Sông Xanh", "xanh", "001", "Thị Xã Bến", "ben", "00001", "Phường Một", "mot"),
    ("01", "Tỉnh Sông Xanh", "xanh", "001", "Thị Xã Bến", "ben", "00004", "Xã Hai", "hai"),
    ("02", "Tỉnh Núi Đỏ", "do", "002", "Huyện Đảo", "dao", None, None, None),
]
CURRENT = [
    ("02", "Tỉnh Sông Xanh", "xanh", "00001", "Xã Bến", "ben"),
    ("02", "Tỉnh Sông Xanh", "xanh", "00007", "Đặc khu Đảo", "dao"),
]
CONVERTER = {
    "DICT_PROVINCE": {"xanh": ["xanh", "do"]},
    "DICT_PROVINCE_WARD_NO_DIVIDED": {"xanh": {"ben": ["xanh_ben_mot"], "dao": ["do_dao_"]}},
    "DICT_PROVINCE_WARD_DIVIDED": {
        "xanh": {
            "xanh_ben_hai": [
                {"newWardKey": "ben", "isDefaultNewWard": True},
                {"newWardKey": "dao", "isDefaultNewWard": False},
            ]
        }
    },
}


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with closing(sqlite3.connect(tmp_path / "dataset.db")) as conn:
        conn.execute(
            "CREATE TABLE admin_units_legacy (provinceCode, province, provinceKey, districtCode,"
            " district, districtKey, wardCode, ward, wardKey)"
        )
        conn.execute(
            "CREATE TABLE admin_units (provinceCode, province, provinceKey, wardCode, ward,"
            " wardKey)"
        )
        conn.executemany(f"INSERT INTO admin_units_legacy VALUES ({'?, ' * 8}?)", LEGACY)
        conn.executemany(f"INSERT INTO admin_units VALUES ({'?, ' * 5}?)", CURRENT)
        conn.commit()
    path = tmp_path / "source.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "dataset.db", f"{FOLDER}/dataset.db")
        archive.writestr(f"{FOLDER}/converter_2025.json", json.dumps(CONVERTER))
    renamed = (
        Renaming("2026-03-01", "1/2026", ("02",), "thành phố"),
        Renaming("2026-03-01", "2/2026", ("00001",), "phường"),
    )
    monkeypatch.setattr(units_build, "RENAMED", renamed)
    return path


def test_a_code_has_a_row_for_each_of_its_periods(wheel: Path) -> None:
    units, _ = build(wheel)
    assert [unit for unit in units if unit.code in ("02", "00001")] == [
        Unit("00001", EVER, "2025-06-30", "phường", "Một", "ward", "001", EVER),
        Unit("00001", REFORM, "2026-02-28", "xã", "Bến", "ward", "02", REFORM),
        Unit("00001", "2026-03-01", "", "phường", "Bến", "ward", "02", "2026-03-01"),
        Unit("02", EVER, "2025-06-30", "tỉnh", "Núi Đỏ", "province", "", ""),
        Unit("02", REFORM, "2026-02-28", "tỉnh", "Sông Xanh", "province", "", ""),
        Unit("02", "2026-03-01", "", "thành phố", "Sông Xanh", "province", "", ""),
    ]


def test_what_became_of_each_unit_is_told_with_its_kind(wheel: Path) -> None:
    _, steps = build(wheel)
    assert {(step.old, step.new, step.kind, step.main) for step in steps if step.old != "46"} == {
        ("01", "02", "merged", 1),
        ("02", "02", "merged", 1),
        ("00001", "00001", "merged", 1),
        ("00004", "00001", "split", 1),
        ("00004", "00007", "split", 0),
        ("001", "00001", "divided", 0),
        ("001", "00007", "divided", 0),
        ("002", "00007", "merged", 1),  # an island district without communes
        ("02", "02", "renamed", 1),
        ("00001", "00001", "renamed", 1),
    }


def test_a_rank_is_told_from_the_name_whatever_its_capitals() -> None:
    assert split_kind("Thành Phố Bắc Kạn") == ("thành phố", "Bắc Kạn")
    assert split_kind("Phường 8") == ("phường", "8")


def test_the_same_rows_make_the_same_file(tmp_path: Path) -> None:
    unit = Unit("01", EVER, "", "tỉnh", "Sông Xanh", "province", "", "")
    step = Step("01", EVER, "02", REFORM, "merged", 1, "x")
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        write([unit], [step], path)
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert gzip.decompress(first).decode().splitlines() == [
        f"unit\t01\t{EVER}\t\ttỉnh\tSông Xanh\tprovince\t\t",
        f"succession\t01\t{EVER}\t02\t{REFORM}\tmerged\t1\tx",
    ]
