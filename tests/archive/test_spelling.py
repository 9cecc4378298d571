"""A query that finds nothing gets an answer all the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from archive.narrowing import Filter
from archive.search import search
from archive.spelling import neighbours, suggestions, telex, vni
from tests.searchable_archive import SearchableArchive


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    sample = SearchableArchive(tmp_path_factory.mktemp("spelling") / "mattran.db")
    sample.site()
    sample.site("yen-bai")
    for _ in range(5):
        sample.publish("Mặt trận Tổ quốc giám sát", "Đại đoàn kết, Quỹ vì người nghèo, khu dân cư")
    sample.publish("Một lần sít sao", "đốc công mắt trâu")
    sample.drain()
    yield sample.conn
    sample.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("ddaij ddoanf keets", "đại đoàn kết"), ("maatj traanj toor quoocs", "mặt trận tổ quốc")),
        *(("d9ai5 d9oan2 ke6t1", "đại đoàn kết"), ("nguo7i2 ngheo2", "người nghèo")),
        *(("mat trna to quoc", "mặt trận tổ quốc"), ("khu dann cu", "khu dân cư")),
        *(("giam sar", "giám sát"), ("gam sat", "giám sát"), ("giám sáy", "giám sát")),
        *(("nguoi ngeo", "người nghèo"), ("nguoi nghoe", "người nghèo"), ("giam sit", "giám sát")),
        *(("khu dann cuu", "khu dân cư"), ("ddoanf", "đoàn")),
    ],
)
def test_what_was_meant_comes_first(conn: sqlite3.Connection, typed: str, meant: str) -> None:
    assert search(conn, typed) == []
    assert suggestions(conn, typed)[0] == meant


@pytest.mark.parametrize(
    "typed", ["xyzzy", "", "?!", "qwrt plkj", "mat*x", "a " * 40, "😀", "dong NOT dong", "U.B.X"]
)
def test_of_what_is_near_to_nothing_nothing_is_made(conn: sqlite3.Connection, typed: str) -> None:
    assert suggestions(conn, typed) == []


def test_a_suggestion_finds_something_under_the_same_filter(conn: sqlite3.Connection) -> None:
    assert suggestions(conn, "giam sar", Filter(sites=("hanoi-front",)))
    assert suggestions(conn, "giam sar", Filter(sites=("yen-bai",))) == []


def test_no_suggestion_is_the_query_itself_or_given_twice(conn: sqlite3.Connection) -> None:
    for typed in ("giam sar", "mat trna", "khu dann cu"):
        near = suggestions(conn, typed)
        assert len(near) == len(set(near)) <= 3
        assert typed not in near


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("ddaij", "đại"), ("Ddoanf", "đoàn"), ("nguowif", "người"), ("huowng", "hương")),
        *(("thuowr", "thuở"), ("vieetj", "việt"), ("tuwj", "tự"), ("hoaf", "hòa"), ("quyx", "quỹ")),
        *(("2024", "2024"), ("đại", "đại"), ("xyz", "xyz"), ("w", "ư"), ("bcd", "bcd")),
    ],
)
def test_telex_is_read(typed: str, meant: str) -> None:
    assert telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("d9ai5", "đại"), ("d9oa2n", "đoàn"), ("doan29", "đoàn"), ("nguoi72", "người")),
        *(("viet65", "việt"), ("ma8t5", "mặt"), ("hoa2", "hòa"), ("thuo73", "thuở")),
        *(("2024", "2024"), ("covid19", "covid19"), ("dai", "dai"), ("h1n1", "h1n1")),
    ],
)
def test_vni_is_read(typed: str, meant: str) -> None:
    assert vni(typed) == meant


def test_neighbours_differ_by_one_letter_and_can_be_spoken() -> None:
    near = neighbours("sat")
    assert {"sa", "at", "sac", "hat", "set", "sait"} <= near
    assert not {"sat", "szt", "qat", "xsat"} & near
    assert "nghieu" in neighbours("nghieuu")
    assert neighbours("x" * 10_000) == set()
