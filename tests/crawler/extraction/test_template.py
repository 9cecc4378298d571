"""A template: which lines of a page it knows, what people may say otherwise, how it is kept."""

from __future__ import annotations

import json
import pickle

import pytest

from crawler.extraction.template import (
    Block,
    Template,
    has_date,
    masked,
    print_of,
    says,
    without_numbers,
)
from tests.crawler.extraction.reading import (
    FIRST,
    SECOND,
    THIRD,
    TITLE,
    article,
    paragraphs,
    read,
    walked,
)

MENU = "<ul class='menu main'><li><a href='/'>Trang chủ</a></li></ul>"
COUNTER = "<div class='dem'>Lượt truy cập: 1.204.377</div>"
APP = "Bấm vào đây để tải ứng dụng Mặt trận số về điện thoại và nhận tin mới mỗi ngày."


def block(text: str = "", path: str = "", kind: str = "text", **more: object) -> Block:
    shown = without_numbers(text) if kind == "clock" else masked(text)
    told = {"pages": 8, "of": 8, "kept": 0, "first": "2024-05-01", "last": "2024-05-09"}
    return Block(
        kind=kind, path=path, text=text, print=print_of(shown) if text else "", **(told | more)
    )


def known(template: Template, html: str) -> list[str]:
    found = walked(html)
    return [found.lines[index].text for index in sorted(template.lines_of(found))]


# -- texts and places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đang truy cập: 17", "Đang truy cập: 0"),
        ("Tổng: 1.840.377 lượt", "Tổng: 0 lượt"),
        ("Đăng ngày 14/10/2023", "Đăng ngày 14/10/2023"),
        ("Cập nhật lúc 15:46", "Cập nhật lúc 15:46"),
        ("Ngày 9 tháng 5 năm 2024", "Ngày 9 tháng 5 năm 2024"),
        ("Trang chủ", "Trang chủ"),
    ],
)
def test_numbers_are_masked_and_dates_are_not(text, expected):
    assert masked(text) == expected
    assert has_date(text) == (masked(text) == text and any(c.isdigit() for c in text))


def test_a_text_is_known_at_its_place_whatever_its_number():
    template = Template((block("Lượt truy cập: 3", "div.dem"),))
    assert known(template, COUNTER) == ["Lượt truy cập: 1.204.377"]
    assert known(template, "<p>Lượt truy cập: 3</p>") == []
    assert known(template, "<div class='dem'>Lượt tải: 3</div>") == []


def test_a_place_counts_by_its_first_classes_without_numbers():
    template = Template((block("Trang chủ", "div.post-0 > ul.menu > li"),))
    assert known(template, f"<div class='post-977 x'>{MENU}</div>") == ["Trang chủ"]


def test_a_slot_is_boilerplate_whatever_stands_there():
    template = Template((block(path="div.dem", kind="slot"),))
    assert known(template, "<div class='dem'>Thứ gì cũng được</div>") == ["Thứ gì cũng được"]


def test_a_slot_of_links_holds_for_links_alone():
    template = Template((block(path="ul.menu > li", kind="links"),))
    assert known(template, f"{MENU}<ul class='menu'><li>Một câu</li></ul>") == ["Trang chủ"]


def test_a_clock_is_known_on_another_day():
    template = Template((block("Thứ năm, 09/05/2024", "div.ngay", "clock"),))
    assert known(template, "<div class='ngay'>Thứ năm, 16/05/2024</div>") != []
    assert known(template, "<p>Thứ năm, 16/05/2024</p>") == []


def test_inside_an_articles_element_only_what_was_met_there_is_known():
    blocks = (block(APP, "div.text > p", kept=8), block("Trang chủ", "div.text > p"))
    page = walked(f"<div class='text'>{paragraphs(APP, 'Trang chủ', FIRST)}</div>")
    assert {page.lines[i].text for i in Template(blocks).lines_within(page)} == {APP}


def test_the_path_is_the_same_from_the_element_as_from_the_page():
    from crawler.extraction.blocks import walk

    page = walked(f"<div class='a'><span><div class='text'>{paragraphs(APP)}</div></span></div>")
    inner = next(node.element for node in page.nodes if node.kind == "text")
    template = Template((block(APP, "div.a > div.text > p", kept=8),))
    assert template.lines_of(page) == {0}
    assert template.lines_within(walk(inner)) == {0}


def test_what_stands_between_the_boxes_of_a_row_is_one_of_them():
    row = [block(text, "p", kept=8, place=place) for place, text in enumerate("ABC", 1)]
    template = Template(tuple(row))

    def replaced(*texts: str) -> list[str]:
        page = walked(paragraphs(*texts))
        found = template.in_place_of(page, template.lines_of(page), range(len(page.lines)))
        return [page.lines[index].text for index in sorted(found)]

    assert replaced(FIRST, "A", "mới", "C") == ["mới"]
    assert replaced(FIRST, "A", "B", "mới") == ["mới"]
    assert replaced(FIRST, "A", "B", "C") == []
    assert replaced(FIRST, "A", "hai", "ba", "C") == []  # one is missing, two are there
    assert replaced("mới", "A", "B", "C") == []
    assert replaced(FIRST, SECOND) == []


# -- people


@pytest.mark.parametrize(
    ("wish", "text", "means"),
    [
        ("Đọc thêm", "đọc thêm", True),
        ("Đọc thêm", "Đọc thêm tin", False),
        ("Đọc thêm…", "Đọc thêm tin", True),
        ("Đọc thêm...", "Đọc thêm tin", True),
        ("Đã xem 5 lần", "Đã xem 1.204 lần", True),
    ],
)
def test_what_a_wish_means(wish, text, means):
    assert says([wish], text) is means


def test_a_row_may_pin_and_keep_texts():
    template = Template((block(APP, "p"),))
    assert known(template.wished([FIRST], []), paragraphs(APP, FIRST, SECOND)) == [APP, FIRST]
    assert known(template.wished([], [APP]), paragraphs(APP, FIRST)) == []
    assert known(Template().wished(["Từ sáng sớm…"], []), paragraphs(FIRST)) == [FIRST]


# -- versions and files


def test_the_version_names_what_decides_and_nothing_else():
    one = Template((block(APP, "p"),), pages=8)
    again = Template((block(APP, "p", pages=15, of=16, last="2025-01-01"),), pages=16, usual=0.5)
    assert one.version == again.version
    others = [
        Template((block(APP, "div"),)),
        Template((block(APP, "p", kept=8),)),
        Template((block(APP, "p", place=1),)),
        one.wished([APP], []),
        one.wished([], [APP]),
    ]
    assert len({one.version, *(other.version for other in others)}) == 6


def test_a_template_comes_back_from_json_and_from_another_process():
    template = Template((block(APP, "div.a > p", kept=8, place=2),), pages=8, usual=0.75)
    for copy in (
        Template.of_data(json.loads(json.dumps(template.data()))),
        pickle.loads(pickle.dumps(template)),
    ):
        assert (copy, copy.version) == (template, template.version)
        assert known(copy, f"<div class='a'>{paragraphs(APP)}</div>") == [APP]


# -- in an article


def test_a_box_among_the_paragraphs_is_left_out_and_counted():
    page = f"<div class='x'><h1>{TITLE}</h1>{paragraphs(FIRST, SECOND, APP)}</div>"
    assert APP in article(page).body
    template = Template((block(APP, "div.x > p", kept=8),))
    found = article(page, template=template)
    assert found.body == f"{FIRST}\n\n{SECOND}"
    assert found.template == found.evidence["body"]["template"] == template.version
    assert found.evidence["body"]["dropped"]["learned"] == len(APP)


def test_without_rules_and_template_an_article_is_flagged():
    page = f"<h1>{TITLE}</h1>{paragraphs(FIRST, SECOND)}"
    assert "no-template" in article(page).flags
    assert "no-template" not in article(page, template=Template((block(APP, "p"),))).flags


def test_a_page_that_shows_little_of_what_is_known_has_drifted():
    template = Template((block("Trang chủ", "ul.menu > li"),), usual=0.6)
    page = f"<h1>{TITLE}</h1>{paragraphs(FIRST, SECOND)}"
    found = article(page, template=template)
    assert "template-drift" in found.flags
    assert found.evidence["body"]["known"] == "0 of 3 lines, usually 60%"
    assert "template-drift" not in article(MENU * 2 + page, template=template).flags


def test_the_sites_name_is_no_title():
    head = "<head><title>Cổng thông tin phường</title></head>"
    page = f"<html>{head}<body>{paragraphs(FIRST, SECOND, THIRD)}</body></html>"
    name = Template((block("Cổng thông tin phường", kind="name"),))
    assert article(page, url="http://x.vn/9").title == "Cổng thông tin phường"
    assert read(page, url="http://x.vn/9", template=name) is None


def test_a_learned_heading_still_ends_the_text():
    others = "<p>- Hội nghị giao ban (13/10/2019)</p><p>- Những tuyến đường hoa (18/11/2019)</p>"
    page = f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, SECOND, 'Các tin khác:')}{others}</div>"
    found = article(page, template=Template((block("Các tin khác:", "div > p", kept=8),)))
    assert (found.body, found.evidence["body"]["tail"]) == (f"{FIRST}\n\n{SECOND}", "Các tin khác:")


def test_a_learned_heading_inside_the_text_is_left_out_alone():
    page = f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, 'Tin liên quan', SECOND, THIRD)}</div>"
    found = article(page, template=Template((block("Tin liên quan", "div > p", kept=8),)))
    assert found.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_teasers_whose_titles_are_known_do_not_join_the_article():
    def card(text: str) -> str:
        return (
            f"<div class='the'><h4><a href='/1'>{TITLE} ở phường An Lạc</a></h4><p>{text}</p></div>"
        )

    page = (
        f"<div class='trang'><div class='the'><h2>{TITLE}</h2>{paragraphs(FIRST, SECOND)}</div>"
        f"{card(THIRD)}{card(THIRD[:90])}{card(THIRD[:70])}</div>"
    )
    slot = Template((block(path="div.trang > div.the > h4", kind="links"),))
    assert article(page).body == article(page, template=slot).body == f"{FIRST}\n\n{SECOND}"
