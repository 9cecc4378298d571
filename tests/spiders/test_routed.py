"""Families described as data: routes, their keys, what is state, and pagers of their own."""

from __future__ import annotations

import re

import pytest

from crawler.extraction.rules import DateRule
from spiders.routed import Route
from tests.spiders.answers import BASE, PROSE, answer, family_of, of_kind


def story(title: str = "Bà con dọn ngõ", head: str = "", extra: str = "") -> str:
    return (
        f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{extra}{PROSE}"
        "</body></html>"
    )


class TestRoute:
    ROUTE = Route(re.compile(r"-x(?P<id>[\w%]+)\.html"), "bai")

    @pytest.mark.parametrize(
        ("path", "key"),
        [
            ("/a-x41.html", "bai:41"),
            ("/a-x0041.html", "bai:41"),
            ("/a-xHoi.html", "bai:hoi"),
            ("/a-xh%E1%BB%99i.html", "bai:hội"),
            (f"/a-x{'9' * 40}.html", f"bai:{'9' * 40}"),
        ],
    )
    def test_numbers_count_as_numbers_and_names_without_case(self, path, key):
        assert self.ROUTE.key_of(self.ROUTE.pattern.search(path)) == key

    def test_an_article_s_address_keeps_only_what_names_it(self):
        family = family_of("webcenter")
        url = f"{BASE}/webcenter/portal/a/pages_tin/chi-tiet?_afrLoop=1&dDocName=PORTAL41&x=2"
        assert family.canonical(url) == (
            f"{BASE}/webcenter/portal/a/pages_tin/chi-tiet?dDocName=PORTAL41"
        )

    def test_a_registered_listing_is_one_even_where_it_looks_like_an_article(self):
        family = family_of("vnpt", listings=("/tin-tuc/su-kien-100001",))
        address = family.address(f"{BASE}/tin-tuc/su-kien-100001")
        assert (address.kind, address.key) == ("listing", None)


class TestRowsWord:
    def test_a_named_group_is_the_space_of_its_ids(self):
        family = family_of("generic", identity=r"-(\d+)\.html$|/(?P<cu>\d+)_[^/]*$")
        assert family.key(f"{BASE}/tin/a-41.html") == "id:41"
        assert family.key(f"{BASE}/tin/41_a") == "cu:41"

    def test_a_print_view_is_keyed_and_not_fetched(self):
        family = family_of("generic", identity=r"/trang-in-(\d+)\.html$|-(\d+)\.html$")
        address = family.address(f"{BASE}/trang-in-41.html")
        assert (address.key, address.kind) == ("id:41", None)
        assert address.reason

    def test_a_row_may_take_print_views_for_articles(self):
        family = family_of("generic", identity=r"/trang-in-(\d+)\.html$", print_views=True)
        page = answer(family, "/trang-in-41.html", story())
        assert (page.kind, page.key) == ("article", "id:41")

    def test_a_site_in_a_folder_of_its_host_ends_there(self):
        family = family_of("generic", base_url=f"{BASE}/bannganh/mttq")
        assert family.denied(f"{BASE}/so-y-te/ba-con-cung-nhau-don-ngo-41.html")
        assert not family.denied(f"{BASE}/BanNganh/MTTQ/ba-con-cung-nhau-don-ngo-41.html")


class TestDatesInAddresses:
    def test_the_timestamp_of_the_portal_of_ha_noi(self):
        portal = "https://hanoi.gov.vn"
        family = family_of("hanoi-timestamp", base_url=portal)
        url = f"{portal}/tin-tuc/ba-con-don-ngo-4240305070211386.htm"
        for shown in ("", "<p>Anh Tám 2 giờ trước</p>", "<p>06/03/2024 08:15</p>"):
            page = answer(family, url, story(extra=shown))
            assert page.article is not None
            assert page.article.published_at == "2024-03-05T07:02:11+07:00"

    def test_the_day_folder_of_sharepoint(self):
        family = family_of("sharepoint")
        page = answer(family, "/portal/Pages/2024-3-5/Ba-con-don-ngo4x1k9q.aspx", story())
        assert page.article is not None
        assert page.key == "page:2024-3-5/ba-con-don-ngo4x1k9q"
        assert page.article.published_at == "2024-03-05"

    def test_the_month_comes_first_where_the_row_says_so(self):
        family = family_of("dienbien-portal", dates=DateRule(order="mdy"))
        shown = "<p>Thời gian đăng: 4/10/2019 3:41:55 PM</p>"
        page = answer(family, "/TinTuc/View/Ba-con-don-ngo", story(extra=shown))
        assert page.article is not None
        assert page.article.published_at == "2019-04-10T15:41:55+07:00"


class TestSharePoint:
    def test_a_tandan_page(self):
        family = family_of("sharepoint")
        body = (
            "<html><body><div id='s4'>Skip Ribbon Commands</div>"
            "<p class='tandan-p-article-news-title'>Bà con dọn ngõ</p>"
            "<span class='tandan-span-date-publish'>Đăng ngày 05/03/2024</span>"
            "<p class='tandan-p-article-news-summary'>Cả xóm cùng dọn con ngõ dài.</p>"
            f"<div class='tandan-p-article-main'><div class='ms-rtestate-field'>{PROSE}</div></div>"
            "<div class='tandan-div-article-other'><a href='/x.aspx'>Tin khác</a></div>"
            "</body></html>"
        )
        page = answer(family, "/portal/Pages/2024-3-5/Ba-con4x1k9q.aspx", body)
        assert page.article is not None
        assert page.article.title == "Bà con dọn ngõ"
        assert page.article.lead == "Cả xóm cùng dọn con ngõ dài."
        assert page.article.published_at == "2024-03-05"

    def test_the_same_script_is_a_list_without_an_item(self):
        listing = "/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?l=Tin&lv=25"
        family = family_of("sharepoint", listings=(listing,))
        assert family.is_listing(f"{BASE}{listing}&page=5")
        assert family.address(f"{BASE}{listing}&page=5").kind is None
        assert family.key(f"{BASE}{listing}&ItemID=522") == "item:522"


class TestWebSphere:
    OPAQUE = "/wps/portal/Home/xem/!ut/p/z0/fYyxDoIwF{}/"

    def test_one_article_under_two_tokens_is_one(self):
        family = family_of("websphere")
        shown = "<p>Đăng ngày: 02/07/2024</p>"
        one, two = (answer(family, self.OPAQUE.format(token), story(extra=shown)) for token in "AB")
        assert one.key == two.key
        assert one.key.startswith("titled:")

    def test_two_articles_are_two(self):
        family = family_of("websphere")
        one, two = (
            answer(family, self.OPAQUE.format(token), story(title))
            for token, title in (("A", "Bà con dọn ngõ"), ("B", "Bà con trồng cây"))
        )
        assert one.key != two.key


class TestDrupal:
    @pytest.mark.parametrize(
        "head", ["<link rel='shortlink' href='/node/41'>", "<link rel='canonical' href='/node/41'>"]
    )
    def test_the_page_tells_its_node(self, head):
        page = answer(family_of("drupal"), "/ba-con-cung-nhau-don-ngo", story(head=head))
        assert page.key == "node:41"

    def test_a_page_that_tells_none_is_known_by_its_path(self):
        page = answer(family_of("drupal"), "/ba-con-cung-nhau-don-ngo", story())
        assert page.key == "/ba-con-cung-nhau-don-ngo"

    def test_the_pager_counts_from_zero(self):
        body = (
            "<ul><li><a href='/ba-con-cung-nhau-don-ngo'>Bà con cùng nhau dọn ngõ</a></li></ul>"
            "<ul><li class='pager__item--next'><a href='?page=1'>Sau</a></li></ul>"
        )
        page = answer(family_of("drupal", listings=("/tin",)), "/tin", body, kind="listing")
        assert [link.url for link in of_kind(page.links, "next")] == [f"{BASE}/tin?page=1"]


class TestJoomla:
    LIST = (
        "<ul><li><a href='/tin/trong-tinh/41-don-ngo'>Bà con dọn ngõ</a></li></ul>"
        "<a href='/tin?start=50'>Cuối</a><a href='/tin?start=25'>3</a><a href='/tin?start=0'>1</a>"
        "<a href='/khac?start=30'>x</a>"
    )

    @pytest.mark.parametrize(
        ("path", "following"),
        [("/tin", ["/tin?start=25"]), ("/tin?start=25", ["/tin?start=50"]), ("/tin?start=50", [])],
    )
    def test_the_nearest_later_offset_is_next(self, path, following):
        family = family_of("joomla", listings=("/tin",))
        page = answer(family, path, self.LIST, kind="listing")
        found = [link.url.removeprefix(BASE) for link in of_kind(page.links, "next")]
        assert found == following
