# ruff: noqa: E501 - markup reads better in one piece
from __future__ import annotations

import pytest

from spiders.rules import nukeviet
from tests.crawler.extraction.reading import FIRST, SECOND, THIRD, TITLE, article, paragraphs

PAGE = (
    "<div class='news_column' itemtype='http://schema.org/NewsArticle'><h1>{title}</h1>{lead}"
    "<div id='news-bodyhtml'>{body}</div></div>"
)
LEAD = "<div class='hometext' itemprop='description'>{}</div>"


def news(body: str, lead: str = ""):
    return article(PAGE.format(title=TITLE, body=body, lead=lead), nukeviet.RULES)


def test_paragraphs_are_parted_by_a_blank_line_lists_and_rows_by_a_break():
    body = (
        f"<p>{FIRST}</p><ul><li>Sửa ba căn nhà</li><li>Lắp đèn hai con hẻm</li></ul>"
        "<table><tr><td>TT</td><td>Hộ</td></tr><tr><td>1</td><td>Bà Bảy</td></tr></table>"
        f"<p>{SECOND}<br>{THIRD}</p>"
    )
    assert news(body).body == (
        f"{FIRST}\n\nSửa ba căn nhà\nLắp đèn hai con hẻm\n\nTT | Hộ\n1 | Bà Bảy\n\n{SECOND}\n{THIRD}"
    )


def test_a_break_inside_a_sentence_is_a_space():
    assert news(f"<p>{FIRST}</p><p>Bà con đã góp<br>bốn mươi triệu đồng.</p>").body.endswith(
        "Bà con đã góp bốn mươi triệu đồng."
    )


def test_a_lead_shown_again_in_the_text_is_said_once():
    found = news(paragraphs(f"<b>{FIRST}</b>", SECOND, THIRD), LEAD.format(FIRST))
    assert found.lead == FIRST
    assert found.body == f"{SECOND}\n\n{THIRD}"


def test_a_lead_shown_again_without_its_dateline_is_said_once():
    found = news(paragraphs(FIRST, SECOND), LEAD.format(f"(Mặt trận) - {FIRST}"))
    assert (found.lead, found.body) == (f"(Mặt trận) - {FIRST}", SECOND)


def test_a_bold_first_paragraph_is_the_lead_where_none_is_marked():
    found = news(paragraphs(f"<strong>{FIRST}</strong>", SECOND))
    assert (found.lead, found.body) == (FIRST, SECOND)
    assert found.evidence["lead"]["rule"] == "bold-paragraph"


def test_a_first_paragraph_that_looks_like_the_rest_is_no_lead():
    assert news(paragraphs(FIRST, SECOND)).lead is None


@pytest.mark.parametrize(
    "noise",
    [
        'asp:Label ID="lblSummary" runat="server"',
        "&lt;asp:Literal ID='ltl1' runat='server' /&gt;",
        TITLE,
        "Lượt xem: 1.204",
        "Cỡ chữ: A- A A+",
        "Đọc bài viết",
        "DSC_2862-(1).JPG",
        "Báo An Lạc Tăng kích thước chữ",
        "Báo An Lạc trên Google News",
        "Xem với cỡ chữAA",
        "Chia sẻ",
        "« Quay lại",
        "Lên đầu trang",
        "|",
    ],
)
def test_what_a_site_prints_beside_the_text_is_dropped(noise):
    assert news(f"<p>{noise}</p>{paragraphs(FIRST, SECOND)}").body == f"{FIRST}\n\n{SECOND}"


def test_a_server_tag_glued_to_the_text_leaves_the_text():
    assert news(f'<p>asp:Label ID="l" runat="server" {FIRST}</p><p>{SECOND}</p>').body.startswith(
        FIRST
    )


@pytest.mark.parametrize(
    "heading",
    ["Tin liên quan", "Các tin khác:", "Tin cùng chuyên mục", "In nội dung", "Tags: mặt trận"],
)
def test_the_text_ends_where_a_list_of_other_articles_begins(heading):
    rest = f"<p>{heading}</p><ul><li><a href='/x'>Một bài viết khác của trang này</a></li></ul>"
    found = news(paragraphs(FIRST, SECOND) + rest)
    assert found.body == f"{FIRST}\n\n{SECOND}"
    assert found.evidence["body"]["tail"] == heading


@pytest.mark.parametrize(
    "imprint",
    [
        "Bản quyền ©2011 Ủy ban Mặt trận Tổ quốc phường An Lạc, số 3 đường Cây Keo, phường An Lạc",
        "© Trang thông tin điện tử của phường An Lạc, giữ mọi quyền với bài và ảnh đã đăng ở đây",
        "Giấy phép số: 17/GP-STTTT, ngày 15/8/2017 do Sở Thông tin và Truyền thông của tỉnh cấp",
        "Trưởng Ban biên tập: Lê Thị Tám, Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam phường An Lạc",
        "Trực tuyến: 36",
        "(0) Bình luận",
        "Xem tin theo ngày: Tháng: Năm:",
    ],
)
def test_the_text_and_its_byline_end_before_the_imprint(imprint):
    found = news(paragraphs(FIRST, SECOND, "Lê Thị Tám", imprint))
    assert (found.body, found.author) == (f"{FIRST}\n\n{SECOND}", "Lê Thị Tám")


def test_such_a_line_in_the_middle_of_a_text_does_not_end_it():
    body = paragraphs(FIRST, "Ý kiến bạn đọc", SECOND, THIRD, f"{FIRST} {SECOND}")
    assert news(body).body.endswith(f"{FIRST} {SECOND}")


def test_a_paragraph_printed_twice_is_kept_once():
    assert news(paragraphs(FIRST, SECOND, FIRST)).body == f"{FIRST}\n\n{SECOND}"


def test_what_was_dropped_is_told():
    dropped = news(paragraphs(FIRST, SECOND) + "<p>Đọc bài viết</p>").evidence["body"]["dropped"]
    assert dropped == {"junk": len("Đọc bài viết")}


@pytest.mark.parametrize(
    "closing",
    [
        "Lan Anh contributed to this report.",
        "Follow the District Desk on Facebook and Zalo.",
        "(Reporting by Lan Anh in An Lac; editing by Le Tam)",
        "Lan Anh may be reached at lananh@phuong.example.",
        "Sign up for our district newsletter here.",
        "The views expressed here do not necessarily reflect those of the editors.",
        "Mời bạn đọc theo dõi trang Zalo của Mặt trận phường để biết thêm tin.",
    ],
)
def test_what_closes_a_text_without_being_of_it_is_left_out(closing):
    assert news(paragraphs(FIRST, SECOND, closing)).body == f"{FIRST}\n\n{SECOND}"
    assert closing in news(paragraphs(FIRST, closing, SECOND)).body


@pytest.mark.parametrize("noise", ["Thời gian đọc: 3 phút", "4 min read", "Trending news", "Close"])
def test_labels_of_the_site_in_the_text_are_left_out(noise):
    assert news(paragraphs(FIRST, noise, SECOND)).body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        (f"[button link=”/gop-y” type=”big”]{SECOND}[/button]", SECOND),
        (f'[vc_row css="a"][vc_column width="1/2"]{SECOND}[/vc_column][/vc_row]', SECOND),
        (f"[Cập nhật] {SECOND}", f"[Cập nhật] {SECOND}"),
        (f"{SECOND} [1] [trích] [a/b]", f"{SECOND} [1] [trích] [a/b]"),
    ],
)
def test_shortcodes_left_by_a_plugin_are_no_text_what_is_in_brackets_is(shown: str, kept: str):
    assert news(paragraphs(FIRST, shown, THIRD)).body == f"{FIRST}\n\n{kept}\n\n{THIRD}"


@pytest.mark.parametrize(
    "noise",
    [
        "<p>Xem thêm: <a href='/x'>Khu phố Năm lắp đèn cho con hẻm</a></p>",
        "<div>Trang: <b>1</b> <a href='?p=2'>2</a> <a href='?p=2'>Tiếp »</a></div>",
        "<div>Đánh giá bài viết: ★★★★★ 5/5 (12 lượt)</div>",
    ],
)
def test_a_link_with_its_label_a_pager_and_stars_are_no_text(noise):
    found = article(
        f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, SECOND)}{noise}{paragraphs(THIRD)}</div>"
    )
    assert found.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Xem thêm: Kế hoạch số 12 được niêm yết tại nhà văn hóa các thôn từ ngày mai.",
        "Trang 1 của sổ ghi tên bà Sáu; trang 2 ghi tên ông Lợi.",
        f"Trang {'1' * 60} của sổ.",  # not in exponential time
        "Nhà trọ của bà đạt chuẩn 3 sao ★★★ từ năm ngoái.",
    ],
)
def test_sentences_that_begin_alike_stay(sentence):
    found = article(f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, sentence, SECOND, THIRD)}</div>")
    assert sentence in found.body


def test_what_readers_say_is_no_text_though_it_is_longer():
    said = paragraphs(*(f"{who} nói: {THIRD}" for who in ("Anh Hai", "Chị Ba", "Bác Tư", "Cô Năm")))
    found = article(
        f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, SECOND)}<h4>Bình luận (4)</h4>{said}</div>"
    )
    assert found.body == f"{FIRST}\n\n{SECOND}"


def test_the_offices_address_at_the_foot_of_a_page_is_no_text():
    html = f"<h1>{TITLE}</h1>{paragraphs(FIRST, SECOND, THIRD)}<div>Địa chỉ: 5 Lê Lợi - Điện thoại: 0296 123 456</div>"
    assert article(html).body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
