"""What every family does alike: one page from any answer, links that stay on the site."""

from __future__ import annotations

import gzip
import random
import re
from datetime import date
from importlib import import_module

import pytest

from archive.moments import epoch_of
from archive.page import Fetch
from crawler.extraction.rules import DateRule, OwnRules
from crawler.registry import PLATFORMS
from spiders.loader import module_of
from tests.spiders.answers import BASE, PROSE, answer, claim, document, family_of, of_kind

ARTICLES = {
    "nukeviet": "/vi/news/tin/don-ngo-xom-41.html",
    "wordpress": "/don-ngo-xom-don-hoi-lang/",
    "liferay": "/tin/-/asset_publisher/x7Kq2/content/don-ngo-xom",
    "webforms": "/ViewDetail.aspx?nID=41",
    "sharepoint": "/portal/Pages/2024-3-5/Don-ngo-xom4x1k.aspx",
    "drupal": "/noi-dung/41",
    "joomla": "/tin-tuc/tin-trong-tinh/41-don-ngo-xom",
    "webcenter": "/webcenter/portal/songxanh/pages_tin-tuc/chi-tiet?dDocName=PORTAL41",
    "websphere": "/wps/portal/songxanh/Home/tin-tuc/don+ngo+xom",
    "mattran-central": "/tin-hoat-dong/don-ngo-xom-41.html",
    "danang-portal": "/chi-tiet-tin/group/7/nid/41/don-ngo-xom",
    "dienbien-portal": "/TinTuc/View/Don-ngo-xom",
    "hanoi-timestamp": "/tin-tuc/don-ngo-xom-4240305070211386.htm",
    "hungyen-dcs": "/don-ngo-xom-c41.html",
    "detailview": "/DetailView/41/2/Don-ngo-xom.html",
    "p13n": "/don-ngo-xom-p13n41.html",
    "vnpt": "/tin-tuc/don-ngo-xom-100041",
    "generic": "/tin/ba-con-cung-nhau-don-ngo-41.html",
}


@pytest.fixture(params=PLATFORMS)
def platform(request):
    return request.param


@pytest.fixture
def family(platform):
    return family_of(platform)


@pytest.fixture
def article(platform):
    return ARTICLES[platform]


class TestEveryFamily:
    def test_its_module_says_how_to_recognise_the_platform(self, family, platform):
        module = import_module(module_of(platform))
        assert len(module.__doc__.splitlines()) > 3
        assert family.layouts

    def test_seeds_are_absolute_and_on_the_site(self, family):
        seeds = family.seeds()
        assert "listing" in {link.kind for link in seeds}
        assert all(family.site.covers(link.url) for link in seeds)

    def test_a_canonical_address_is_its_own_canonical(self, family, article):
        once = family.canonical(BASE + article + "#tail")
        assert once == family.canonical(once)

    def test_links_of_an_empty_page_are_none(self, family):
        assert family.links(document(""), claim()) == []

    def test_each_article_is_linked_once(self, family, article):
        page = document(f"<a href='{article}'><img></a><a href='{article}'>Dọn ngõ xóm</a>")
        (link,) = family.links(page, claim())
        assert (link.url, link.text) == (BASE + article, "Dọn ngõ xóm")

    @pytest.mark.parametrize(
        "href",
        [
            "",
            "#",
            "javascript:void(0)",
            "mailto:mattran@songxanh.example.vn",
            "tel:0123456789",
            "data:text/html,x",
            "http://[songxanh",
            "//evil.example/tin/ba-con-cung-nhau-don-ngo-41.html",
            "https://songxanh.example.vn.evil.example/tin/ba-con-cung-nhau-don-ngo-41.html",
            "https://songxanh.example.vn@evil.example/tin/ba-con-cung-nhau-don-ngo-41.html",
            "https://songxanh.example.vn:8443/tin/ba-con-cung-nhau-don-ngo-41.html",
            "/anh/41.jpg",
            "/van-ban/ke-hoach-so-41-cua-uy-ban.pdf",
        ],
    )
    def test_what_is_no_page_of_the_site_is_not_followed(self, family, href):
        assert family.links(document(f"<a href='{href}'>Xem</a>"), claim()) == []

    @pytest.mark.parametrize(
        "href",
        [
            f"/vi/news/tin/a-{'9' * 5000}.html",
            f"/ViewDetail.aspx?nID={'9' * 5000}",
            "/ViewDetail.aspx?nID=%C2%B2",
            f"/tin?page={'9' * 5000}",
            f"/tin/page-{'9' * 1500}",
            "/" + "-a" * 900 + "!",
            "/" + "a-" * 900,
            "/" + "/" * 1900,
            f"javascript:__doPostBack('a','Page${'9' * 5000}')",
            "/tin?" + "a=1&" * 400,
            "/%%%zz%E1%BB",
        ],
        ids=range(11),
    )
    def test_hostile_addresses_do_no_harm(self, family, href):
        page = document(f"<a href=\"{href}\">2</a><a href='/tin/don-ngo-xom-55012.html'>x</a>")
        assert len(family.links(page, claim())) <= 3

    def test_deep_and_crowded_pages_are_read(self, family, article):
        deep = "<div>" * 1500 + f"<a href='{article}'>x</a>" * 3000
        assert len(family.links(document(deep), claim())) == 1

    def test_a_base_on_another_host_moves_relative_links_there(self, family, article):
        page = f"<head><base href='https://cdn.example/'></head><a href='{article}'>Xem</a>"
        assert family.links(document(page), claim()) == []
        assert family.links(document(f"<a href='{article}'>Xem</a>"), claim()) != []

    def test_relative_links_are_read_against_their_own_page(self, family, article):
        key = family.key(BASE + article)
        folder = article.rstrip("/").rpartition("/")[0] + "/"
        while key is not None and family.key(BASE + folder + "x") == key:
            folder = folder.rstrip("/").rpartition("/")[0] + "/"
        name = article.removeprefix(folder)
        here = document(f"<a href='{name}'>Xem</a>", folder + "x")
        elsewhere = document(f"<a href='{name}'>Xem</a>", "/o/mot/noi/khac/x")
        assert BASE + article in [link.url for link in family.links(here, claim())]
        assert BASE + article not in [link.url for link in family.links(elsewhere, claim())]


class TestAnyAnswer:
    @pytest.mark.parametrize("status", [200, 201, 204, 403, 404, 410, 418, 429, 500, 503])
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\x00\xff\xfe<html",
            b"<a href=",
            b"<?xml version='1.0'?><rss><channel><item><link>",
            b"\x1f\x8b\x08broken",
            b"%PDF-1.4",
            b"<html><a href='http://[::1'>x</a><a href='\xff\xfe%zz%'>y</a></html>",
            b"<rss>&xxe;</rss>",
            "<html><body>Bài viết không tồn tại</body></html>".encode(),
        ],
        ids=range(9),
    )
    def test_odd_bytes_give_a_page_and_no_article(self, family, status, body):
        page = answer(family, "/tin", body, status=status)
        assert page.kind
        assert page.article is None

    def test_random_bytes_give_a_page(self, family):
        chance = random.Random(7)
        for kind in ("article", "listing", "feed", "sitemap", "unknown"):
            page = answer(family, "/tin", chance.randbytes(3000), kind=kind)
            assert page.article is None

    def test_a_failed_fetch_is_a_failed_page(self, family):
        lease = claim("/tin", "article")
        from crawler.items import Fetch

        page = family.page(Fetch(url=lease.url, started_at=0.0, failure="dns"), lease)
        assert (page.kind, page.links) == ("failed", [])

    def test_robots_txt_is_passed_through(self, family):
        page = answer(
            family, "/robots.txt", "User-agent: *", kind="robots", content_type="text/plain"
        )
        assert (page.kind, page.links) == ("robots", [])

    def test_a_document_is_an_attachment_whatever_its_header_says(self, family):
        assert answer(family, "/tin", b"%PDF-1.4 ...").kind == "attachment"

    @pytest.mark.parametrize("kind", ["feed", "listing", "sitemap"])
    def test_not_modified_is_told(self, family, kind):
        page = answer(family, "/feed/", kind=kind, status=304)
        assert (page.kind, page.links) == (kind, [])
        assert page.evidence["not_modified"] is True

    def test_a_soft_404_is_no_article(self, family, article):
        body = "<html><head><title>Không tìm thấy trang</title></head><body><h1>Không tìm thấy"
        page = answer(family, article, body + " trang</h1></body></html>", kind="article")
        assert (page.kind, page.article) == ("soft-404", None)

    def test_a_cookie_stub_is_a_challenge(self, family, article):
        stub = (
            "<html><body><script>document.cookie='D1N=8f2a';window.location.reload(true);</script>"
            "</body></html>"
        )
        assert answer(family, article, stub, kind="article").kind == "challenge"


class TestRedirects:
    def redirect(self, family, path, target, **known):
        return answer(family, path, status=301, headers={"Location": target}, **known)

    def test_the_target_becomes_a_link_that_takes_the_pages_place(self, family, article):
        page = self.redirect(family, "/cu/bai-1.html", article + "#tail")
        assert [(link.kind, link.url) for link in page.links] == [("redirect", BASE + article)]

    def test_a_target_on_another_host_is_recorded_and_not_followed(self, family, article):
        page = self.redirect(family, article, "https://tysobongda.example/")
        assert (page.kind, page.links) == ("redirect", [])
        assert page.evidence["location"] == "https://tysobongda.example/"
        assert page.evidence["not_followed"] == "another host"

    @pytest.mark.parametrize("target", ["ftp://songxanh.example.vn/", "javascript:x", "http://["])
    def test_a_target_that_is_no_web_address_is_not_followed(self, family, article, target):
        page = self.redirect(family, article, target)
        assert (page.kind, page.links) == ("redirect", [])

    def test_a_change_of_spelling_alone_is_followed_as_it_says(self, platform, article):
        family = family_of(platform, aliases=("www.songxanh.example.vn",))
        target = "https://www.songxanh.example.vn" + article
        page = self.redirect(family, article, target)
        assert [link.url for link in page.links] == [target]

    def test_a_page_of_a_pager_may_be_respelled(self, platform):
        family = family_of(platform, base_url="http://songxanh.example.vn")
        here = "http://songxanh.example.vn/tin/page/2"
        target = "https://songxanh.example.vn/tin/page/2/"
        page = self.redirect(family, here, target, kind="listing", hints={"page": "2"})
        assert [link.url for link in page.links] == [target]

    def test_a_target_that_the_row_denies_is_not_followed(self, platform, article):
        family = family_of(platform, deny=("^/dang-nhap",))
        page = self.redirect(family, article, "/dang-nhap?tiep=1")
        assert (page.links, page.evidence["not_followed"]) == ([], "denied by ^/dang-nhap")

    def test_a_redirect_to_itself_ends(self, family, article):
        page = self.redirect(family, article, article)
        assert (page.links, page.evidence["not_followed"]) == ([], "leads to itself")

    def test_robots_txt_may_move(self, family):
        page = self.redirect(family, "/robots.txt", "/vi/robots.txt", kind="robots")
        assert [link.url for link in page.links] == [BASE + "/vi/robots.txt"]


class TestListingFiles:
    def test_a_packed_sitemap_is_read(self, family, article):
        body = f"<urlset><url><loc>{BASE}{article.replace('&', '&amp;')}</loc></url></urlset>"
        page = answer(
            family,
            "/sitemap.xml.gz",
            gzip.compress(body.encode()),
            kind="sitemap",
            content_type="application/gzip",
        )
        assert page.kind == "sitemap"
        assert [link.url for link in page.links] == [BASE + article]

    def test_entries_on_other_hosts_are_left_out(self, family):
        body = "<urlset><url><loc>https://other.example/don-ngo-xom-41.html</loc></url></urlset>"
        page = answer(family, "/sitemap.xml", body, kind="sitemap", content_type="text/xml")
        assert page.links == []

    def test_entities_are_not_expanded(self, family, article):
        body = (
            "<!DOCTYPE rss [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
            "<rss><channel><item><title>&b;&b;</title>"
            f"<link>{BASE}{article.replace('&', '&amp;')}</link></item></channel></rss>"
        )
        page = answer(family, "/rss", body, kind="feed", content_type="text/xml")
        assert "xxxx" not in "".join(link.text for link in page.links)


class TestRow:
    def test_denied_addresses_are_not_followed(self, platform, article):
        family = family_of(platform, deny=(re.escape(article),))
        assert family.denied(BASE + article)
        assert family.links(document(f"<a href='{article}'>Xem</a>"), claim()) == []

    def test_the_rows_identity_wins_over_the_platforms(self, platform):
        family = family_of(platform, identity=r"^/bai/(\d+)/?$")
        assert family.key(BASE + "/bai/41/") == "id:41"

    def test_rules_take_the_rows_dates_and_selectors_and_say_so(self, platform):
        plain = family_of(platform).rules(date(2024, 1, 1))
        adjusted = family_of(
            platform, dates=DateRule(order="mdy"), selectors={"body": (".noi-dung",)}
        ).rules(date(2024, 1, 1))
        assert adjusted.dates.order == "mdy"
        assert adjusted.body == (".noi-dung", *plain.body)
        assert adjusted.platform != plain.platform

    def test_a_page_is_read_by_the_rules_of_the_day_it_was_captured(self, platform):
        old = OwnRules(valid_to=date(2023, 12, 31), selectors={"body": (".cu",)})
        new = OwnRules(valid_from=date(2024, 1, 1), selectors={"body": (".moi",)})
        family = family_of(platform, layouts=(old, new), selectors={"title": ("h1.ten",)})
        before, after = (family.rules(day) for day in (date(2023, 12, 31), date(2024, 1, 1)))
        assert (before.body[0], after.body[0]) == (".cu", ".moi")
        assert before.title[0] == after.title[0] == "h1.ten"
        assert before.platform != after.platform

    def test_no_day_has_two_layouts(self, platform):
        layouts = type(family_of(platform)).layouts
        for day in {day for one in layouts for day in (one.valid_from, one.valid_to) if day}:
            assert sum(layout.covers(day) for layout in layouts) == 1

    def test_of_a_portal_only_its_lists_are_taken(self, platform, article):
        family = family_of(platform, owner="government-portal", listings=("/mat-tran",))
        page = document(f"<a href='{article}'>Xem</a>", "/lien-he")
        assert family.links(page, claim("/lien-he", "unknown")) == []


def test_a_list_of_one_article_does_not_take_the_pages_clock_for_its_date():
    family = family_of("generic", listings=("/tin",))
    page = (
        "<body><div class='clock'>Thứ bảy, 02/11/2024</div><ul><li>"
        "<a href='/tin/ba-con-cung-nhau-don-ngo'>Bà con dọn ngõ</a></li></ul></body>"
    )
    (link,) = family.links(document(page, "/tin"), claim("/tin"))
    assert link.hints == {}


def test_the_page_clock_never_becomes_a_publication_date():
    family = family_of("generic")
    body = (
        "<html><head><title>Bà con dọn ngõ</title></head><body><div>Thứ bảy, 02/11/2024</div>"
        f"<h1>Bà con dọn ngõ</h1>{PROSE}</body></html>"
    )
    page = answer(family, "/tin/ba-con-cung-nhau-don-ngo", body)
    assert page.article is not None
    assert page.article.published_at is None


def test_a_page_beyond_an_empty_list_is_not_asked_for():
    family = family_of("generic", listings=("/tin",))
    page = answer(family, "/tin", "<a class='next' href='/tin?page=2'>Sau</a>", kind="listing")
    assert of_kind(page.links, "next") == []


@pytest.mark.parametrize(
    ("captured_at", "title"),
    [("2023-12-31T23:59:59+07:00", "Tên trong khung cũ"), ("2024-01-01T00:00:00+07:00", "Tên mới")],
)
def test_the_day_of_a_capture_in_vietnam_picks_the_layout(captured_at: str, title: str):
    old = OwnRules(valid_to=date(2023, 12, 31), selectors={"title": ("p.ten-cu",)})
    family = family_of("generic", layouts=(old,), selectors={"title": ("h1",), "body": ("div",)})
    body = "<p>" + "Mặt trận họp bàn việc làng, bà con góp ý từng việc một. " * 12 + "</p>"
    html = f"<p class='ten-cu'>Tên trong khung cũ</p><h1>Tên mới</h1><div>{body}</div>"
    fetch = Fetch(
        url=BASE + "/bai-1.htm",
        started_at=epoch_of(captured_at),
        status=200,
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=html.encode(),
    )
    page = family.page(fetch, claim("/bai-1.htm", "article"))
    assert page.article is not None
    assert page.article.title == title
