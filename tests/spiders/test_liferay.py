"""Liferay: one article under any page and any parameters, a pager that repeats its last page."""

from __future__ import annotations

import pytest

from tests.spiders.answers import BASE, PROSE, answer, claim, document, family_of, of_kind

TITLE = "don-ngo-xom-don-hoi-lang"
PORTLET = "_101_INSTANCE_x7Kq2"
BY_PARAMETERS = (
    f"/tin-tuc?p_p_id=101_INSTANCE_x7Kq2&p_p_lifecycle=0&p_p_state=maximized&p_p_mode=view"
    f"&{PORTLET}_struts_action=%2Fasset_publisher%2Fview_content&{PORTLET}_assetEntryId=8812"
    f"&{PORTLET}_type=content&{PORTLET}_urlTitle={TITLE}&inheritRedirect=true&redirect=%2Ftin-tuc"
)


@pytest.fixture
def family():
    return family_of("liferay", listings=("/tin-tuc",))


def listing(*titles: str, pager: str = "") -> str:
    items = "".join(
        f"<div class='asset-abstract'><h3 class='asset-title'>"
        f"<a href='/tin-tuc/-/asset_publisher/x7Kq2/content/{title}'>Bài {title}</a></h3>"
        f"<span class='metadata-publish-date'>05/03/2024</span></div>"
        for title in titles
    )
    return f"<html><body><div class='portlet-asset-publisher'>{items}{pager}</div></body></html>"


def page_link(number: int) -> str:
    return (
        f"<a href='{BASE}/tin-tuc?p_p_id=101_INSTANCE_x7Kq2&p_p_lifecycle=0&p_p_state=normal"
        f"&{PORTLET}_delta=10&{PORTLET}_keywords=&{PORTLET}_cur={number}'>{number}</a>"
    )


class TestArticleAddresses:
    @pytest.mark.parametrize(
        ("path", "key"),
        [
            (f"/tin-tuc/-/asset_publisher/x7Kq2/content/{TITLE}", TITLE),
            (f"/trang-chu/-/asset_publisher/Ab12/content/{TITLE}", TITLE),
            (f"/tin-tuc/-/asset_publisher/x7Kq2/content/{TITLE}/maximized", TITLE),
            (f"/tin-tuc/-/asset_publisher/x7Kq2/content/{TITLE}?inheritRedirect=true", TITLE),
            (f"/tin-tuc/-/asset_publisher/x7Kq2/content/{TITLE}/20181", f"20181/{TITLE}"),
            ("/tin-tuc/-/asset_publisher/x7Kq2/content/id/8812/pop_up", "entry:8812"),
            (f"/web/ngo-quyen/tin/-/asset_publisher/x7Kq2/content/{TITLE}", f"ngo-quyen/{TITLE}"),
            (f"/vi/web/guest/tin-tuc/-/view_content/8812-{TITLE}.html", "view:8812"),
            (f"/chi-tiet-tin-tuc/-/news/55012/{TITLE}.html", TITLE),
            (f"/tin-chi-tiet/-/chi-tiet/{TITLE}-8812-3.html", "detail:8812"),
            (f"/-/{TITLE}", TITLE),
            (BY_PARAMETERS, TITLE),
            (BY_PARAMETERS.replace(f"{PORTLET}_urlTitle={TITLE}&", ""), "entry:8812"),
        ],
    )
    def test_the_key_is_the_title_or_the_entry(self, family, path, key):
        address = family.address(BASE + path)
        assert (address.key, address.kind) == (key, "article")

    def test_the_portals_own_pages_have_one_address_with_and_without_their_prefix(self, family):
        path = f"/chi-tiet/-/view_content/8812-{TITLE}.html"
        for prefix in ("/web/guest", "/vi/web/guest", "/vi_VN/web/guest"):
            assert family.canonical(BASE + prefix + path) == BASE + path
        title = f"/web/guest/tin/-/asset_publisher/x7Kq2/content/{TITLE}"
        assert family.key(BASE + title) == TITLE

    def test_parameter_twins_have_one_address(self, family):
        without_entry = BY_PARAMETERS.replace(f"&{PORTLET}_assetEntryId=8812", "")
        path, _, query = BY_PARAMETERS.partition("?")
        other_order = path + "?" + "&".join(reversed(query.split("&")))
        found = {
            family.canonical(BASE + twin) for twin in (BY_PARAMETERS, without_entry, other_order)
        }
        assert len(found) == 1
        assert f"urlTitle={TITLE}" in found.pop()

    def test_an_address_of_a_list_keeps_only_which_page_it_is(self, family):
        url = f"{BASE}/tin-tuc?p_p_id=101&p_p_lifecycle=0&p_p_col_id=c&_101_delta=10&_101_cur=3"
        assert family.canonical(url) == f"{BASE}/tin-tuc?p_p_id=101&_101_delta=10&_101_cur=3"

    @pytest.mark.parametrize(
        "path",
        ["/tin-tuc/-/asset_publisher/x7Kq2/rss", "/documents/20181/8745/anh.jpg/uuid", "/lien-he"],
    )
    def test_feeds_files_and_plain_pages_are_no_articles(self, family, path):
        assert family.key(BASE + path) is None


def test_the_print_view_of_an_egov_article_is_its_twin(family):
    article = f"{BASE}/tin?p_p_id=vcmsviewcontent&_vcms_articleId=4711&_vcms_categoryId=3"
    printed = f"{BASE}/vcmsviewcontent/print_article.jsp?printArticleId=4711"
    assert family.key(printed) == family.key(article) == "entry:4711"
    assert family.denied(printed)


def test_an_article_shown_on_its_listings_page_is_an_article(family):
    body = (
        "<html><head><title>Dọn ngõ xóm</title></head><body><h3 class='header-title'><span>Dọn ngõ"
        f" xóm</span></h3><div class='journal-content-article'>{PROSE}</div></body></html>"
    )
    page = answer(family, BY_PARAMETERS, body, kind="article")
    assert (page.kind, page.key) == ("article", TITLE)


class TestPager:
    def test_the_next_page_is_told_by_its_cur(self, family):
        page = listing("mot", "hai", pager=page_link(3) + page_link(2))
        (following,) = of_kind(family.links(document(page, "/tin-tuc"), claim("/tin-tuc")), "next")
        assert following.url == (
            f"{BASE}/tin-tuc?p_p_id=101_INSTANCE_x7Kq2&{PORTLET}_delta=10&{PORTLET}_keywords="
            f"&{PORTLET}_cur=2"
        ).replace(f"&{PORTLET}_keywords=", "")

    def test_list_items_carry_their_date(self, family):
        first = family.links(document(listing("mot", "hai"), "/tin-tuc"), claim("/tin-tuc"))[0]
        assert (first.key, first.text, first.hints) == ("mot", "Bài mot", {"date": "05/03/2024"})
