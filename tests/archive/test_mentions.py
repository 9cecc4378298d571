"""The derived index `mentions`: which units an article is about, and the ways to ask for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from archive import derived, keys, mentions
from archive.candidates import Candidates
from archive.connection import transaction
from archive.mentions import SitePlace
from archive.narrowing import Filter
from archive.query import everything, parse
from archive.search import count, facets, search
from archive.units import REFORM, place_of, shipped
from archive.visibility import reindexed
from tests.searchable_archive import SearchableArchive

CENTRAL = "central-front"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site(CENTRAL, level="central", province=None)
    yield sample
    sample.close()


def units_of(archive: SearchableArchive, page: int) -> list[tuple[Any, ...]]:
    archive.drain()
    rows = archive.conn.execute(
        "SELECT unit_code, unit_valid_from, source, raw FROM mentions WHERE page = ?"
        " ORDER BY source, unit_code",
        (page,),
    )
    return [(place_of(shipped().units[code, since]), *rest) for code, since, *rest in rows]


def test_an_article_is_about_the_units_it_names_with_where_and_how(
    archive: SearchableArchive,
) -> None:
    page = archive.publish(
        "Tỉnh Hòa Bình trao nhà", "Ở xã Cao Sơn, huyện Đà Bắc.", site=CENTRAL, day="2023-05-01"
    )
    assert units_of(archive, page) == [
        ("xã Cao Sơn, huyện Đà Bắc, tỉnh Hòa Bình", "body", "xã Cao Sơn"),
        ("huyện Đà Bắc, tỉnh Hòa Bình", "body", "huyện Đà Bắc"),
        ("tỉnh Hòa Bình", "title", "Tỉnh Hòa Bình"),
    ]


def test_the_day_of_publication_tells_which_unit_of_a_name_is_meant(
    archive: SearchableArchive,
) -> None:
    for day, valid_from in (("2024-01-01", "0001-01-01"), ("2025-08-01", REFORM)):
        page = archive.publish("Tỉnh Phú Thọ họp", site=CENTRAL, day=day)
        archive.drain()
        (found,) = archive.conn.execute(
            "SELECT unit_valid_from FROM mentions WHERE page = ?", (page,)
        ).fetchall()
        assert found[0] == valid_from


def test_an_article_that_names_no_unit_is_about_that_of_its_site(
    archive: SearchableArchive,
) -> None:
    archive.site()
    page = archive.publish("Tin vắn")
    assert units_of(archive, page) == [("thành phố Hà Nội", "site", None)]
    assert units_of(archive, archive.publish("Tin chung", site=CENTRAL)) == []


def test_a_changed_article_is_about_what_it_names_now(archive: SearchableArchive) -> None:
    page = archive.publish("Tỉnh Phú Thọ họp", site=CENTRAL)
    archive.drain()
    with transaction(archive.conn), reindexed(archive.conn, page):
        archive.revision(page, archive.capture(page, CENTRAL), title="Tỉnh Nghệ An họp", body="Hết")
    assert [row[0] for row in units_of(archive, page)] == ["tỉnh Nghệ An"]


def test_a_withdrawn_article_leaves_no_words_behind(archive: SearchableArchive) -> None:
    page = archive.publish("Tỉnh Phú Thọ họp", site=CENTRAL)
    archive.drain()
    with transaction(archive.conn), reindexed(archive.conn, page):
        archive.insert("withdrawals", page=page, action="erase", reason="r", at="2025-01-01")
    assert archive.conn.execute("SELECT count(*) FROM mentions").fetchone()[0] == 0


def test_the_index_is_made_anew_when_the_rules_change(archive: SearchableArchive) -> None:
    derived.ensure_current(archive.conn)
    page = archive.publish("Tỉnh Phú Thọ họp", site=CENTRAL)
    archive.drain()
    archive.conn.execute("UPDATE meta SET value = '0' WHERE name = 'mentions_version'")
    derived.ensure_current(archive.conn)
    assert archive.conn.execute("SELECT count(*) FROM mentions").fetchone()[0] == 0
    assert len(units_of(archive, page)) == 1


# Asking


@pytest.fixture
def story(archive: SearchableArchive) -> dict[str, int]:
    return {
        "old province": archive.publish("Tỉnh Hòa Bình họp", site=CENTRAL, day="2020-01-01"),
        "old district": archive.publish("Huyện Tam Nông họp", site=CENTRAL, day="2021-01-01"),
        "old commune": archive.publish(
            "Họp", "Tại xã Cao Sơn, huyện Đà Bắc.", site=CENTRAL, day="2022-01-01"
        ),
        "today": archive.publish("Phú Thọ họp", site=CENTRAL, day="2025-09-01"),
        "other": archive.publish("Nghệ An họp", site=CENTRAL, day="2025-09-02"),
    }


def test_the_view_gives_all_articles_about_a_unit_and_its_predecessors(
    archive: SearchableArchive, story: dict[str, int]
) -> None:
    archive.drain()
    rows = archive.conn.execute(
        "SELECT id FROM unit_articles WHERE unit = 'Phú Thọ' AND unit_level = 'province'"
        " ORDER BY published_day"
    )
    # There was a district Tam Nông in Đồng Tháp, too: nothing tells which is meant.
    names = ("old province", "old commune", "today")
    assert [page for (page,) in rows] == [story[name] for name in names]


@pytest.mark.parametrize(
    "drained", [derived.INDEXES, [mentions], [keys], []], ids=["all", "mentions", "keys", "none"]
)
def test_search_and_listing_narrow_down_to_a_unit_pending_pages_included(
    archive: SearchableArchive, story: dict[str, int], drained: Sequence[derived.Derived]
) -> None:
    derived.drain(archive.conn, indexes=drained)
    where = Filter(unit="phu tho")
    wanted = [story["today"], story["old commune"], story["old province"]]
    assert [hit["id"] for hit in search(archive.conn, "họp", where)] == wanted
    assert [hit["id"] for hit in search(archive.conn, everything(), where)] == wanted
    assert count(archive.conn, "họp", where).number == 3
    assert count(archive.conn, "họp", where, exactly=True).number == 3


def test_the_pages_about_a_unit_are_looked_up_once_not_for_each_article_found(
    archive: SearchableArchive, story: dict[str, int]
) -> None:
    archive.drain()
    candidates = Candidates(archive.conn, Filter(unit="phu tho"))
    phrase = parse('"mặt trận tổ quốc"').readings()[-1]
    statement, values, _ = candidates.all_of(phrase, exactly=True)
    plan = " ".join(
        row[3] for row in archive.conn.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    )
    assert "LIST SUBQUERY" in plan
    assert "AND rowid=?" not in plan


def test_facets_count_each_article_once_for_each_unit_it_is_about(
    archive: SearchableArchive,
) -> None:
    archive.publish(
        "Tỉnh Hòa Bình trao nhà", "Ở xã Cao Sơn, huyện Đà Bắc.", site=CENTRAL, day="2023-05-01"
    )
    archive.publish("Trao nhà", "Tỉnh Hòa Bình.", site=CENTRAL, day="2023-05-02")
    archive.publish("Trao nhà", "Cho người nghèo.", site=CENTRAL)
    archive.drain()
    assert facets(archive.conn, "trao nha", "unit") == [
        ("tỉnh Hòa Bình", 2),
        (None, 1),
        ("huyện Đà Bắc, tỉnh Hòa Bình", 1),
        ("xã Cao Sơn, huyện Đà Bắc, tỉnh Hòa Bình", 1),
    ]


def test_a_commune_of_today_has_the_articles_of_those_that_became_it(
    archive: SearchableArchive,
) -> None:
    page = archive.publish(
        "Họp", "Tại phường Ngô Quyền, thành phố Bắc Giang.", site=CENTRAL, day="2022-01-01"
    )
    archive.drain()
    found = search(archive.conn, everything(), Filter(unit="phường Bắc Giang"))
    assert [hit["id"] for hit in found] == [page]
    assert search(archive.conn, everything(), Filter(unit="phường Ngô Quyền, Hải Phòng")) == []


# Sites


@pytest.mark.parametrize(
    ("site", "then", "now"),
    [
        (SitePlace("province", "x", "Hòa Bình", "Phú Thọ"), "tỉnh Hòa Bình", "tỉnh Phú Thọ"),
        (
            SitePlace("province", "x", "Thừa Thiên Huế", "Huế"),
            "tỉnh Thừa Thiên Huế",
            "thành phố Huế",
        ),
        (
            SitePlace("province", "x", "TP Hồ Chí Minh"),
            "thành phố Hồ Chí Minh",
            "thành phố Hồ Chí Minh",
        ),
        (
            SitePlace("district", "Quận Cầu Giấy - Ủy ban MTTQ", "Hà Nội"),
            "quận Cầu Giấy, thành phố Hà Nội",
            None,
        ),
        (
            SitePlace("ward", "Phường Ngô Quyền (TP Bắc Giang)", "Bắc Giang", "Bắc Ninh"),
            "phường Ngô Quyền, thành phố Bắc Giang, tỉnh Bắc Giang",
            "phường Bắc Giang, thành phố Bắc Ninh",
        ),
        (
            SitePlace("ward", "Phường Tam Kỳ", "Quảng Nam", "Đà Nẵng", REFORM),
            None,
            "phường Tam Kỳ, thành phố Đà Nẵng",
        ),
        (SitePlace("ward", "Xã Không Có", "Hà Nội"), None, None),
        (SitePlace("central", "Trung ương"), None, None),
    ],
)
def test_a_site_has_its_unit_then_and_now_where_that_is_certain(
    site: SitePlace, then: str | None, now: str | None
) -> None:
    places = [key and place_of(shipped().units[key]) for key in (site.then(), site.now())]
    assert places == [then, now]


def test_the_units_of_sites_are_stored_with_their_periods(archive: SearchableArchive) -> None:
    archive.site("phu-tho", province="Hòa Bình", province_now="Phú Thọ")
    archive.publish("Tin", site="phu-tho")
    archive.drain()
    row = archive.conn.execute(
        "SELECT unit_code, unit_valid_from, unit_now_code, unit_now_valid_from FROM sites"
        " WHERE id = 'phu-tho'"
    ).fetchone()
    assert tuple(row) == ("17", "0001-01-01", "25", REFORM)


def test_a_batch_of_pages_is_read_alike_one_by_one(archive: SearchableArchive) -> None:
    pages = [archive.publish(f"Tỉnh {name} họp", site=CENTRAL) for name in ("Phú Thọ", "Nghệ An")]
    with transaction(archive.conn):
        for page in pages:
            mentions.update(archive.conn, json.dumps([page]))
    assert archive.conn.execute("SELECT count(*) FROM mentions").fetchone()[0] == 2
