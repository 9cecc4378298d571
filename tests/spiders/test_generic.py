"""Any other site: the page decides, the row helps."""

from __future__ import annotations

import pytest

from crawler.registry import load_registry
from spiders.loader import load_family
from tests.spiders.answers import BASE, PROSE, answer, claim, document, family_of, of_kind

TITLE = "Dọn ngõ xóm đón hội làng"
PATH = "/don-ngo-xom-don-hoi-lang.htm"


@pytest.fixture
def family():
    return family_of("generic", listings=("/tin-quan-huyen.htm",), identity=r"^/([^/?]+)\.htm$")


def article_page(title: str = TITLE, body: str = PROSE, head: str = TITLE) -> str:
    return (
        f"<html><head><title>{head}</title></head><body><div class='menu'><a href='/'>Trang chủ</a>"
        f"</div><div class='content'><h1>{title}</h1><p>14/10/2023 - 03:46 PM</p>{body}</div>"
        "</body></html>"
    )


def listing(*paths: str, pager: str = "", head: str = "") -> str:
    items = "".join(f"<li><a href='{p}'>Bài {p}</a> <i>05/03/2024</i></li>" for p in paths)
    return f"<html><head>{head}</head><body><ul>{items}</ul><div>{pager}</div></body></html>"


class TestLinks:
    def test_addresses_that_the_row_describes_may_be_articles(self, family):
        page = listing(PATH, "/lien-he", "/anh/1.jpg", "javascript:void(0)", "mailto:a@b.vn")
        (link,) = family.links(document(page, "/tin-quan-huyen.htm"), claim("/tin-quan-huyen.htm"))
        assert (link.kind, link.key) == ("unknown", "id:don-ngo-xom-don-hoi-lang")
        assert link.hints == {"date": "05/03/2024"}

    def test_a_registered_listing_is_never_an_article_though_its_address_fits(self, family):
        assert family.address(BASE + "/tin-quan-huyen.htm").kind == "listing"

    @pytest.mark.parametrize(
        "path",
        [
            "/tin-tuc/ba-con-cung-nhau-don-ngo-xom",
            "/bai/don-ngo-p13n4471.html",
            "/don-ngo-c512.html",
            "/tin/55012/don-ngo",
            "/don-ngo.1288",
            "/chi-tiet?ItemID=77",
        ],
    )
    def test_without_the_rows_word_the_address_may_read_like_an_article(self, path):
        assert family_of("generic").address(BASE + path).kind == "unknown"

    @pytest.mark.parametrize(
        "path",
        [
            "/tags/SOG6o2kgRMawxqFuZw==/hai-duong-nang-cao-vai-tro-giam-sat.html",
            "/print/55012.html",
            "/trang-in-55012.html",
            "/dev~SITE~Sub/TinTuc/ba-con-cung-nhau-don-ngo",
            "/tin-tuc/ba-con-cung-nhau-don-ngo-xom?page=3",
            "/gioi-thieu",
        ],
    )
    def test_lists_twins_and_plain_pages_do_not(self, path):
        assert family_of("generic").address(BASE + path).kind is None

    def test_a_print_view_is_none_though_the_rows_identity_fits(self):
        family = family_of("generic", identity=r"-(\d+)\.html$")
        assert family.denied(BASE + "/print/don-ngo-41.html")
        assert family.address(BASE + "/tin/don-ngo-41.html").key == "id:41"

    def test_links_off_the_site_are_never_followed(self, family):
        page = listing(
            "https://tysobongda.example/don-ngo-xom-don-hoi-lang.htm", "//cdn.example/a.htm"
        )
        assert family.links(document(page, "/"), claim("/", "unknown")) == []


class TestArticles:
    def test_a_page_with_a_body_under_its_own_title_is_one(self, family):
        page = answer(family, PATH, article_page())
        assert (page.kind, page.key) == ("article", "id:don-ngo-xom-don-hoi-lang")
        assert page.article is not None
        assert page.article.title == TITLE
        assert page.article.published_at == "2023-10-14T15:46:00+07:00"

    def test_where_no_id_is_told_the_path_is_the_key(self):
        family = family_of("generic", aliases=("www.songxanh.example.vn",))
        path = "/tin/ba-con-cung-nhau-don-ngo"
        page = answer(
            family, "https://www.songxanh.example.vn" + path + "?fbclid=x", article_page()
        )
        assert (page.kind, page.key) == ("article", path)

    def test_a_page_without_substance_is_none(self, family):
        page = answer(
            family, "/gioi-thieu.htm", article_page("Giới thiệu", "<p>Đang cập nhật.</p>")
        )
        assert (page.kind, page.article) == ("other", None)

    def test_a_registered_listing_is_none_whatever_stands_on_it(self, family):
        page = answer(family, "/tin-quan-huyen.htm", article_page())
        assert (page.kind, page.article) == ("listing", None)

    def test_a_page_that_only_says_not_found_is_a_soft_404(self, family):
        body = (
            "<html><head><title>404 - Không tìm thấy trang</title></head><body><h1>Không tìm thấy"
        )
        assert answer(family, PATH, body + " trang</h1></body></html>").kind == "soft-404"


class TestPager:
    @pytest.mark.parametrize(
        ("here", "pager", "head"),
        [
            ("/tin", "", "<link rel='next' href='/tin?page=2'>"),
            ("/tin", "<a class='next' href='/tin?page=2'>Sau</a>", ""),
            ("/tin", "<li class='next'><a href='/tin?page=2'>Sau</a></li>", ""),
            (
                "/tin",
                "<a href='/tin?page=1'>1</a><a href='/tin?page=2'>2</a><a href='/tin?page=3'>3</a>",
                "",
            ),
        ],
        ids=["link rel", "a.next", "li.next", "numbers"],
    )
    def test_the_next_page_is_found(self, here, pager, head):
        family = family_of("generic", listings=("/tin",))
        page = listing("/ba-con-cung-nhau-don-ngo", pager=pager, head=head)
        (following,) = of_kind(family.links(document(page, here), claim(here)), "next")
        assert following.url == BASE + "/tin?page=2"

    @pytest.mark.parametrize(
        ("second", "third"),
        [
            ("/tin?page=2", "/tin?page=3"),
            ("/tin?PageIndex=2", "/tin?PageIndex=3"),
            ("/tin/page/2/", "/tin/page/3/"),
            ("/tin/page-2", "/tin/page-3"),
        ],
    )
    def test_numbers_are_read_in_every_form(self, second, third):
        family = family_of("generic", listings=("/tin",))
        page = listing("/ba-con-cung-nhau-don-ngo", pager=f"<a href='{third}'>3</a>")
        known = {"page": "2"}
        (following,) = of_kind(
            family.links(document(page, second), claim(second, hints=known)), "next"
        )
        assert following.url == BASE + third
        assert family.is_listing(BASE + second)

    def test_the_arrow_of_a_slider_is_no_next_page(self):
        family = family_of("generic", listings=("/tin",))
        item = "/ba-con-cung-nhau-don-ngo-xom-1204.html"
        arrow = f"<a class='carousel-control next' href='{item}'>&gt;</a>"
        page = listing("/ba-con-cung-nhau-don-ngo", pager=arrow + "<a href='/tin?page=2'>2</a>")
        (following,) = of_kind(family.links(document(page, "/tin"), claim("/tin")), "next")
        assert following.url == BASE + "/tin?page=2"

    def test_a_marked_next_page_may_look_like_an_article_of_the_row(self, family):
        pager = "<a class='next' href='/tin-quan-huyen-2.htm'>Sau</a>"
        page = document(listing(PATH, pager=pager), "/tin-quan-huyen.htm")
        (following,) = of_kind(family.links(page, claim("/tin-quan-huyen.htm")), "next")
        assert following.url == BASE + "/tin-quan-huyen-2.htm"

    def test_numbered_pages_may_stand_below_the_list_with_an_ending(self):
        family = family_of("generic", listings=("/tin.htm",))
        page = listing("/ba-con-cung-nhau-don-ngo", pager="<a href='/tin/page-2.htm'>2</a>")
        (following,) = of_kind(family.links(document(page, "/tin.htm"), claim("/tin.htm")), "next")
        assert following.url == BASE + "/tin/page-2.htm"

    def test_another_lists_pager_is_not_followed(self):
        family = family_of("generic", listings=("/tin",))
        page = listing("/ba-con-cung-nhau-don-ngo", pager="<a href='/khac?page=2'>2</a>")
        assert of_kind(family.links(document(page, "/tin"), claim("/tin")), "next") == []


class TestCentralSite:
    @pytest.fixture
    def central(self):
        return load_family(load_registry()["central-front"])

    def test_mirrors_share_one_address_and_one_key(self, central):
        path = "/hoat-dong/vai-tro-cua-mat-tran-o-co-so-46909.html"
        hosts = (
            "http://mattran.org.vn",
            "https://www.mattran.org.vn",
            "https://m.mattran.org.vn:443",
        )
        assert {central.canonical(host + path) for host in hosts} == {
            "http://mattran.org.vn" + path
        }
        assert {central.key(host + path) for host in hosts} == {"id:46909"}

    def test_tag_pages_are_denied(self, central):
        url = "http://mattran.org.vn/tags/SOG6o2kgRMawxqFuZw==/hai-duong-46660.html"
        assert central.denied(url)
        assert central.address(url).kind is None


class TestAShortPageOfASiteThatNobodyDescribed:
    """Its address proves nothing, and its boilerplate is not known yet."""

    SHORT = (
        "<p>Chiều mùng hai, tổ dân phố số bốn khai hội làng sau hai năm tạm nghỉ.</p>"
        "<p>Bà con mang bánh ra sân đình, các cháu múa lân quanh ngõ.</p>"
    )
    DATE = "<p>14/10/2023 - 03:46 PM</p>"
    CALLED = '<meta property="og:type" content="article">'

    def kind(self, head: str, date: str) -> str:
        html = (
            f"<html><head><title>{TITLE}</title>{head}</head><body><a href='/'>Trang chủ</a>"
            f"<div><h1>{TITLE}</h1>{date}{self.SHORT}</div></body></html>"
        )
        return answer(family_of("generic"), PATH, html, text=TITLE).kind

    def test_is_an_article_where_it_says_so_and_shows_its_date(self):
        assert self.kind(self.CALLED, self.DATE) == "article"

    def test_is_none_where_it_only_says_so_or_only_shows_a_date(self):
        assert self.kind(self.CALLED, "") == "other"
        assert self.kind("", self.DATE) == "other"
