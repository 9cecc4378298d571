"""ASP.NET WebForms: articles by id, listings that turn by postback."""

from __future__ import annotations

import pytest

from tests.spiders.answers import BASE, answer, claim, document, family_of, of_kind

LISTING = "/TinTuc.aspx?catid=3"


@pytest.fixture
def family():
    return family_of("webforms", listings=(LISTING,))


def listing(*numbers: int, pager: str = "", state: str = "c3RhdGU=") -> str:
    items = "".join(
        f"<div class='tin'><a href='ViewDetail.aspx?nID={n}&page=2'>Bài số {n}</a>"
        f"<span>(05-03-2024)</span></div>"
        for n in numbers
    )
    return (
        "<html><body><form method='post' action='TinTuc.aspx?catid=3'>"
        f"<input type='hidden' name='__VIEWSTATE' value='{state}'>"
        "<input type='hidden' name='__EVENTVALIDATION' value='ok'>"
        "<input type='text' name='txtTim' value=''><input type='submit' name='btnTim' value='Tìm'>"
        f"<div>{items}</div><table><tr><td>{pager}</td></tr></table></form></body></html>"
    )


def turn(argument: str, text: str, target: str = "ctl00$Main$GridView1") -> str:
    return f"<a href=\"javascript:__doPostBack('{target}','{argument}')\">{text}</a>"


class TestArticleAddresses:
    @pytest.mark.parametrize(
        ("path", "key"),
        [
            ("/ViewDetail.aspx?nID=512", "viewdetail:nid:512"),
            ("/ViewDetail.aspx?NID=512&page=24", "viewdetail:nid:512"),
            ("/(X(1)S(bddbj1qzk))/ViewDetail.aspx?nID=512", "viewdetail:nid:512"),
            ("/ViewDetail.aspx?nID=512&AspxAutoDetectCookieSupport=1", "viewdetail:nid:512"),
            ("/Default.aspx?Module=News&Task=view&itemId=77", "default:itemid:77"),
            ("/Tin-t%E1%BB%A9c/post/1207/hoi-nghi.aspx", "post:1207"),
            ("/Trang-chu/post/1207/hoi-nghi.aspx", "post:1207"),
            ("/62-33-10469/default.aspx", "default:10469"),
            ("/DetailView/880/20/Hoi-nghi.html", "detail:880"),
        ],
    )
    def test_the_key_is_the_id_wherever_it_stands(self, family, path, key):
        assert family.key(BASE + path) == key

    def test_a_session_and_a_listings_state_are_no_part_of_the_address(self, family):
        url = BASE + "/(X(1)S(bddbj1qzk))/ViewDetail.aspx?nID=512&page=24"
        assert family.canonical(url) == BASE + "/ViewDetail.aspx?nID=512"

    def test_raw_and_encoded_letters_are_one_address(self, family):
        raw, encoded = "/Tin-tức/post/7/a.aspx", "/Tin-t%e1%bb%a9c/post/7/a.aspx"
        assert family.canonical(BASE + raw) == family.canonical(BASE + encoded)

    @pytest.mark.parametrize(
        "path",
        [
            "/print.aspx?postid=7",
            "/portal/pages/print.aspx?p=7",
            "/Portal/PrintItem.aspx?ContentID=7",
        ],
    )
    def test_print_views_are_denied(self, family, path):
        assert family.denied(BASE + path) == "a print or save view"

    def test_a_registered_listing_with_an_id_is_no_article(self, family):
        assert family.address(BASE + LISTING).kind == "listing"
        assert family.key(BASE + LISTING) is None


class TestPostback:
    def test_it_sends_all_hidden_fields_and_no_button(self, family):
        page = listing(9, 8, pager=turn("Page$2", "2") + turn("Page$3", "3"))
        (following,) = of_kind(family.links(document(page, LISTING), claim(LISTING)), "next")
        assert (following.method, following.url) == ("POST", BASE + LISTING)
        assert following.form == {
            "__VIEWSTATE": "c3RhdGU=",
            "__EVENTVALIDATION": "ok",
            "__EVENTTARGET": "ctl00$Main$GridView1",
            "__EVENTARGUMENT": "Page$2",
        }

    def test_the_dots_lead_into_the_next_ten(self, family):
        pager = turn("Page$1", "...") + turn("Page$10", "10") + turn("Page$11", "...")
        page = answer(
            family,
            LISTING,
            listing(9, pager=pager),
            kind="listing",
            hints={"page": "10"},
        )
        (following,) = of_kind(page.links, "next")
        assert following.form is not None
        assert following.form["__EVENTARGUMENT"] == "Page$11"

    @pytest.mark.parametrize("text", ["2", "Trang sau", ">"])
    def test_a_pager_of_link_buttons_is_read_by_its_words(self, family, text):
        page = listing(9, pager=turn("", "1", "ctl00$p1") + turn("", text, "ctl00$p2"))
        (following,) = of_kind(family.links(document(page, LISTING), claim(LISTING)), "next")
        assert following.form is not None
        assert following.form["__EVENTTARGET"] == "ctl00$p2"

    def test_an_empty_page_ends_the_list(self, family):
        page = answer(
            family, LISTING, listing(pager=turn("Page$3", "3")), kind="listing", hints={"page": "2"}
        )
        assert page.links == []
        assert page.evidence["pager"] == "no article on this page"
