"""What samples of addresses, dates and names suggest, and where they suggest nothing."""

from __future__ import annotations

import re

import pytest

from crawler.ownership import owner_of
from spiders.guesses import identity_of, is_unmarked_half_day, modules_of, order_of
from spiders.names import level_of, name_of, province_of
from tests.spiders.answers import document


@pytest.mark.parametrize(
    ("articles", "others", "key"),
    [
        (["/tin/a-b-12.html", "/tin/c-d-13.html"], ["/tin/"], "12"),
        (["/xem.php?cat=2&id=7", "/xem.php?id=9"], ["/muc.php?cat=2"], "7"),
        (["/tin/12-a-b", "/tin/13-c-d"], ["/tin"], "12"),
        (["/a/12/x-y.html", "/a/13/z.html"], ["/a/tin.html"], "12"),
        (["/dai-hoi.htm", "/hop-mat.htm"], ["/muc/tin.htm"], "dai-hoi"),
        (["/tin/dai-hoi.1288", "/tin/hop.1290"], ["/tin"], "1288"),
    ],
)
def test_a_rule_names_articles_and_no_lists(articles, others, key):
    rule = identity_of(articles, articles, others)
    assert rule is not None
    found = re.search(rule, articles[0])
    assert found is not None
    assert found[1] == key
    assert not any(re.search(rule, path) for path in others)


def test_no_rule_where_lists_look_the_same():
    assert identity_of(["/dai-hoi", "/hop"], ["/dai-hoi", "/hop"], ["/tin-tuc"]) is None


def test_no_rule_of_one_sample_that_the_headlines_do_not_follow():
    headlines = ["/a-1.html", "/x/b", "/x/c", "/x/d"]
    assert identity_of(["/a-1.html"], headlines, []) is None


def test_the_parameter_that_is_the_id_and_not_the_category():
    rule = identity_of(["/t.php?cat=1&id=5", "/t.php?cat=1&id=6"], [], ["/t.php?cat=1"])
    assert rule == r"^/t\.php\?(?:.*&)?id=(\d+)"


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        (["/vi/news/hoat-dong/a-1.html"], None),
        (["/vi/tin-tuc/hoat-dong/a-1.html", "/vi/tin-tuc/x/b-2.html"], ("tin-tuc",)),
        (["/hoat-dong/a-1.html"], ("",)),
        (["/index.php/vi/tin/hoat-dong/a-1.html"], ("tin",)),
        ([], None),
    ],
)
def test_the_module_of_a_nukeviet_site(paths, modules):
    assert modules_of(paths) == modules


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["4/10/2019 3:41:55 PM", "4/25/2019"], "mdy"),
        (["25/4/2019", "04/10/2019"], "dmy"),
        (["4/10/2019"], None),
        (["25/4/2019", "4/25/2019"], None),
        ([], None),
    ],
)
def test_the_order_of_day_and_month(dates, order):
    assert order_of(dates) == order


def test_hours_that_never_pass_noon_are_of_half_a_day():
    assert is_unmarked_half_day([f"01/02/2023 {hour}:15" for hour in (2, 8, 9, 10, 11, 3)])
    assert not is_unmarked_half_day([f"01/02/2023 {hour}:15" for hour in (2, 8, 9, 14, 11, 3)])
    assert not is_unmarked_half_day([f"01/02/2023 {hour}:15 PM" for hour in (2, 8, 9, 10, 11, 3)])
    assert not is_unmarked_half_day([f"1/2/2023 {hour}:15:30 PM" for hour in (2, 8, 9, 10, 11, 3)])
    assert not is_unmarked_half_day(["01/02/2023 2:15"])


@pytest.mark.parametrize(
    ("name", "level", "province"),
    [
        ("Ủy ban MTTQ Việt Nam tỉnh Bắc Giang", "province", "Bắc Giang"),
        ("Ủy ban MTTQ Việt Nam thành phố Hà Nội", "province", "Hà Nội"),
        ("Cổng thông tin thành phố Hạ Long, Quảng Ninh", "district", "Quảng Ninh"),
        ("UBND huyện Mỹ Đức - TP Hà Nội", "district", "Hà Nội"),
        ("UBND phường Bến Thành, Thành phố Hồ Chí Minh", "ward", "TP Hồ Chí Minh"),
        ("Ủy ban Trung ương MTTQ Việt Nam", "central", ""),
        ("Báo Đại Đoàn Kết", "press", ""),
        ("Mặt trận Tổ quốc", "province", ""),
    ],
)
def test_level_and_province_by_the_name(name, level, province):
    assert (level_of(name), province_of(name, "x.vn")) == (level, province)


def test_a_host_tells_the_province_too():
    assert province_of("Cổng thông tin", "mattran.dongnai.gov.vn") == "Đồng Nai"


def test_the_name_is_what_all_titles_share():
    pages = [
        document("<title>Đại hội Mặt trận xã An Hòa - Mặt trận Sông Xanh</title>"),
        document("<title>Hội nghị giao ban - Mặt trận Sông Xanh</title>"),
        document("<title>Mặt trận Sông Xanh</title>"),
    ]
    assert name_of(pages, "x.vn") == "Mặt trận Sông Xanh"
    assert name_of([document("<title></title>")], "x.vn") == "x.vn"


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("https://mattran.danang.gov.vn", "front"),
        ("http://mttqhanoi.org.vn", "front"),
        ("https://www.tinh.gov.vn/bannganh/uybanMTTQ", "front"),
        ("http://longbien.hanoi.gov.vn", "government-portal"),
        ("http://thanhuy.hungyen.dcs.vn", "party-portal"),
        ("http://127.0.0.1:8001", "front"),
        ("https://songxanh.example", "front"),
    ],
)
def test_whose_site_an_address_seems_to_be(address, owner):
    assert owner_of(address) == owner
    assert owner_of(address, "press") == "press"
