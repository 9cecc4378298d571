"""Which units a text names: by rank, surroundings, site and day; and what is none."""

from __future__ import annotations

import pytest

from archive.places import Context, canonical, named_in
from archive.units import EVER, REFORM, Key, place_of, shipped
from bench import units as bench

HANOI = ("01", EVER)
DONG_NAI = ("75", EVER)
BEFORE, AFTER = "2023-10-14", "2025-10-14"


def names(text: str, day: str = BEFORE, *site: Key) -> list[str]:
    found = named_in(("Tin", "", text), Context(day, site))
    return [place_of(shipped().units[one.unit]) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "huyện Định Quán",
        "Huyện Định Quán",
        "H. Định Quán",
        "Huyện ủy Định Quán",
        "Huyện uỷ Định Quán",
        "HUYỆN ĐỊNH QUÁN HỌP BÀN",
        "Mặt trận huyện Định Quán",
        "(huyện Định Quán)",
        "Chủ tịch Ủy ban MTTQ Việt Nam huyện Định Quán Nguyễn Văn Tình",
        "huyện Định Quán - nơi ấy",
    ],
)
def test_a_district_is_found_by_its_rank_however_that_is_written(text: str) -> None:
    assert names(text) == ["huyện Định Quán, tỉnh Đồng Nai"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("TP. Biên Hoà", "thành phố Biên Hòa, tỉnh Đồng Nai"),
        ("TP.HCM", "thành phố Hồ Chí Minh"),
        ("TPHCM", "thành phố Hồ Chí Minh"),
        ("Thành phố Hồ Chí Minh", "thành phố Hồ Chí Minh"),
        ("Thị xã Sơn Tây", "thị xã Sơn Tây, thành phố Hà Nội"),
        ("tỉnh Bà Rịa – Vũng Tàu", "tỉnh Bà Rịa - Vũng Tàu"),
        ("MTTQ Hà Nội", "thành phố Hà Nội"),
        ("Tại Hà Nội", "thành phố Hà Nội"),
        ("tỉnh Đăk Lăk", "tỉnh Đắk Lắk"),
        ("huyện Mù Cang Chải", "huyện Mù Căng Chải, tỉnh Yên Bái"),
    ],
)
def test_other_spellings_are_the_same_unit(text: str, unit: str) -> None:
    assert names(text) == [unit]


@pytest.mark.parametrize(
    "text",
    [
        "Ông Nguyễn Hà Đông, bà Lê Hà Giang và ông Thái Bình dự.",
        "Công ty Hòa Bình, sông Đồng Nai, cầu Bình Định, đường Điện Biên Phủ.",
        "Báo Khánh Hòa, Đại học Thái Nguyên, cao tốc Hà Nội - Hải Phòng.",
        "Nhân dân yêu chuộng hòa bình.",
        "Tư tưởng Hồ Chí Minh.",
        "Mặt trận huyện họp; phường phát động; xã hội quan tâm.",
        "Mỗi phường 12 triệu đồng.",
    ],
)
def test_persons_streets_companies_and_rivers_are_no_places(text: str) -> None:
    assert names(text, BEFORE, HANOI) == []


def test_a_commune_is_told_by_the_district_beside_it() -> None:
    assert names("xã Tân Lập, huyện Đan Phượng")[0] == (
        "xã Tân Lập, huyện Đan Phượng, thành phố Hà Nội"
    )
    assert names("xã Tân Lập (Bắc Sơn, Lạng Sơn)")[0] == (
        "xã Tân Lập, huyện Bắc Sơn, tỉnh Lạng Sơn"
    )


def test_a_commune_is_told_by_the_site() -> None:
    assert names("phường Long Bình", AFTER, ("75", REFORM)) == [
        "phường Long Bình, thành phố Đồng Nai"
    ]
    assert names("phường Long Bình", AFTER, ("79", REFORM)) == [
        "phường Long Bình, thành phố Hồ Chí Minh"
    ]


def test_a_commune_of_a_common_name_that_nothing_tells_is_left_out() -> None:
    assert names("Xã Tân Lập vui ngày hội.") == []
    assert names("Huyện Châu Thành vui ngày hội.") == []


def test_what_stands_beside_a_name_can_rule_out_the_unit_of_the_site() -> None:
    assert names("phường Lê Lợi, thị xã Sơn Tây", BEFORE, HANOI) == [
        "thị xã Sơn Tây, thành phố Hà Nội"
    ]


@pytest.mark.parametrize("colon", ["", ":"])
def test_a_list_of_one_rank_is_read_to_its_end(colon: str) -> None:
    assert names(f"Các huyện{colon} Thanh Trì, Gia Lâm và Đông Anh ký.", BEFORE, HANOI) == [
        "huyện Thanh Trì, thành phố Hà Nội",
        "huyện Gia Lâm, thành phố Hà Nội",
        "huyện Đông Anh, thành phố Hà Nội",
    ]


def test_the_day_tells_a_unit_from_its_namesake_of_another_time() -> None:
    assert names("tỉnh Phú Thọ", "2025-06-30") == ["tỉnh Phú Thọ"]
    texts = ("Tỉnh Phú Thọ", "Tỉnh Phú Thọ (cũ)")
    found = [named_in((text, "", ""), Context(AFTER)) for text in texts]
    assert [one.unit for (one,) in found] == [("25", REFORM), ("25", EVER)]


def test_a_unit_that_does_not_exist_yet_is_never_meant() -> None:
    assert names("đặc khu Côn Đảo", BEFORE, ("79", REFORM)) == []
    assert names("đặc khu Côn Đảo", AFTER, ("79", REFORM)) == [
        "đặc khu Côn Đảo, thành phố Hồ Chí Minh"
    ]


def test_a_heading_names_a_district_of_the_province_of_the_site() -> None:
    (found,) = named_in(("Định Quán: Trao nhà", "", ""), Context(BEFORE, (DONG_NAI,)))
    assert found.unit == ("736", EVER)
    assert named_in(("Định Quán: Trao nhà", "", ""), Context(BEFORE, (HANOI,))) == []


def test_each_part_has_its_own_mention() -> None:
    found = named_in(("Hà Nội họp", "Hà Nội", "Tại Hà Nội, Hà Nội."), Context(BEFORE))
    assert [(one.part, one.raw) for one in found] == [(0, "Hà Nội"), (1, "Hà Nội"), (2, "Hà Nội")]


def test_names_in_any_spelling_are_canonical() -> None:
    assert canonical("Quí Mỹ") == canonical("Quý Mĩ")
    assert canonical("Hoà Bình") == canonical("HÒA BÌNH")


# The labelled articles


def test_there_are_enough_labelled_articles_and_every_label_is_one_unit() -> None:
    articles = bench.labelled()
    assert len(articles) >= 150
    assert abs(2 * sum(article.for_reporting for article in articles) - len(articles)) <= 1


@pytest.mark.parametrize("for_reporting", [True, False])
def test_attribution_keeps_its_bar_on_both_halves(for_reporting: bool) -> None:
    half = [article for article in bench.labelled() if article.for_reporting is for_reporting]
    assert bench.score(half).f1 >= bench.BAR
