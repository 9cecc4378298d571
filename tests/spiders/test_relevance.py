"""Which stories of a portal are the Front's: by section, title, lead; what is told of the rest."""

from __future__ import annotations

import pytest

from spiders.relevance import NO_WORD, Relevance, is_about_the_front
from tests.spiders.answers import PARAGRAPHS, PROSE, answer, family_of, of_kind

PLAIN = (
    "Chiều nay, xã khánh thành con đường bê tông dài hai cây số nối ba thôn với chợ trung tâm, nhờ"
    " góp công và hiến đất của hơn một trăm gia đình hai bên đường."
)
OTHER = "".join(f"<p>{PLAIN.replace('hai', word)}</p>" for word in ("hai", "bốn", "sáu", "tám"))


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            "Hội nghị Ủy ban MTTQ Việt Nam tỉnh lần thứ tư",
            "UBMTTQVN huyện tổ chức hội nghị lần thứ 8",
            "ĐẠI HỘI MTTQ XÃ HƯƠNG SEN",
            "Uỷ ban Mặt trận Tổ quốc phường ra mắt",
            "Ban công tác Mặt trận khu phố 3 họp",
            "Tưng bừng ngày hội Ðại đoàn kết toàn dân tộc",
            "Trao nhà Đại đoàn kết cho hộ nghèo",
            "Ủng hộ quỹ Vì người nghèo",
            "Ủy ban Mặt trận đi cơ sở".replace("ặ", "ặ"),
            "uy ban mat tran xa",
        ],
    )
    def test_the_front_is_named_in_many_spellings(self, text):
        assert is_about_the_front(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Khánh thành con đường bê tông dài hai cây số",
            "Người chiến sĩ trên mặt trận sản xuất",
            "Hội Phụ nữ xã ra quân dọn vệ sinh",
            "",
        ],
    )
    def test_other_stories_are_not(self, text):
        assert not is_about_the_front(text)

    @pytest.mark.parametrize(
        ("path", "whole"),
        [
            ("/mat-tran-doan-the", True),
            ("/cong-tac-mat-tran-va-cac-doan-the/", True),
            ("/ub-mttq-va-cac-doan-the", True),
            ("/hoat-dong-mttq-va-cac-doan-the", True),
            ("/index.php/m-t-tr-n-doan-th", True),
            ("/dang-doan-the", False),
            ("/hoat-dong-cac-doan-the", False),
            ("/tin-tuc-su-kien", False),
            ("/", False),
        ],
    )
    def test_a_section_on_the_front_is_known_by_its_address(self, path, whole):
        assert Relevance().is_section(path) is whole

    def test_a_row_names_the_sections_that_do_not_say_so(self):
        assert Relevance(("^/khoi-dan-van",)).is_section("/khoi-dan-van/tin?page=2")


def portal(**keys):
    return family_of(
        "vnpt", **{"owner": "government-portal", "listings": ("/tin-tuc", "/mat-tran"), **keys}
    )


def item(number: int, title: str, teaser: str = "") -> str:
    return f"<li><a href='/tin-tuc/bai-viet-{number}'>{title}</a><p>{teaser}</p></li>"


def listing(*items: str) -> str:
    return f"<html><body><ul>{''.join(items)}</ul></body></html>"


class TestLists:
    def test_what_title_and_teaser_leave_out_is_noted_and_not_fetched(self):
        page = answer(
            portal(),
            "/tin-tuc",
            listing(
                item(100001, "Hội nghị Ủy ban MTTQ xã", PLAIN),
                item(100002, "Khánh thành đường bê tông", PLAIN),
                item(100003, "Khởi công nhà mới", f"{PLAIN} Quỹ Vì người nghèo góp một nửa."),
            ),
            kind="listing",
        )
        said = {link.key: link.hints.get("left_out") for link in of_kind(page.links, "article")}
        assert said == {"id:100001": None, "id:100002": NO_WORD, "id:100003": None}
        assert page.evidence["left_out"] == f"1 links: {NO_WORD}"

    @pytest.mark.parametrize("teaser", ["", "Sáng nay, xã khánh thành đường"])
    def test_without_a_teaser_the_page_decides(self, teaser):
        page = answer(
            portal(), "/tin-tuc", listing(item(100002, "Khánh thành", teaser)), kind="listing"
        )
        (link,) = of_kind(page.links, "article")
        assert "left_out" not in link.hints

    def test_a_section_on_the_front_is_taken_whole(self):
        page = answer(
            portal(),
            "/mat-tran",
            listing(item(100002, "Khánh thành đường", PLAIN), item(100004, "Dọn ngõ", PLAIN)),
            kind="listing",
        )
        assert {link.hints["front"] for link in of_kind(page.links, "article")} == {"section"}
        assert "left_out" not in page.evidence

    def test_a_front_s_own_site_is_taken_whole(self):
        page = answer(
            portal(owner="front"),
            "/tin-tuc",
            listing(item(100002, "Khánh thành đường", PLAIN)),
            kind="listing",
        )
        (link,) = of_kind(page.links, "article")
        assert not {"left_out", "front"} & set(link.hints)


def story(title: str, body: str, section: str = "") -> str:
    trail = f"<div class='breadcrumb'><a href='/x'>{section}</a></div>" if section else ""
    head = f"<html><head><title>{title}</title></head><body>{trail}"
    return f"{head}<h1>{title}</h1>{body}</body></html>"


class TestArticles:
    def test_one_is_kept_for_its_title(self):
        page = answer(portal(), "/tin-tuc/bai-100001", story("Hội nghị Ủy ban MTTQ xã", OTHER))
        assert (page.kind, page.evidence["kept_for"]) == ("article", "title")

    def test_one_is_kept_for_its_lead(self):
        page = answer(portal(), "/tin-tuc/bai-100001", story("Dọn con ngõ cũ", PROSE))
        assert "Mặt trận" in PARAGRAPHS[1]
        assert (page.kind, page.evidence["kept_for"]) == ("article", "lead")

    def test_one_is_kept_for_the_section_it_names(self):
        body = story("Làm đường", OTHER, section="Mặt trận - Đoàn thể")
        page = answer(portal(), "/tin-tuc/bai-100001", body)
        assert (page.kind, page.evidence["kept_for"]) == ("article", "section")

    def test_one_is_kept_for_the_section_that_listed_it(self):
        page = answer(
            portal(), "/tin-tuc/bai-100001", story("Làm đường", OTHER), hints={"front": "section"}
        )
        assert (page.kind, page.evidence["kept_for"]) == ("article", "section")

    def test_the_others_are_left_out_and_it_is_said_why(self):
        page = answer(portal(), "/tin-tuc/bai-100001", story("Làm đường bê tông", OTHER))
        assert (page.kind, page.article) == ("other", None)
        assert page.evidence["left_out"] == NO_WORD

    def test_a_front_s_own_site_keeps_them(self):
        page = answer(
            portal(owner="front"), "/tin-tuc/bai-100001", story("Làm đường bê tông", OTHER)
        )
        assert page.kind == "article"

    def test_a_portal_s_sitemap_is_not_asked_for(self):
        kinds = {link.kind for link in family_of("wordpress", owner="party-portal").seeds()}
        assert "sitemap" not in kinds
        assert "sitemap" in {link.kind for link in family_of("wordpress").seeds()}
