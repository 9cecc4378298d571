from __future__ import annotations

import pytest

from spiders.rules import nukeviet, wordpress
from tests.crawler.extraction.reading import FIRST, SECOND, TITLE, article, paragraphs


def signed(last: str, rules=None):
    html = f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, SECOND)}{last}</div>"
    return article(html) if rules is None else article(html, rules)


BYLINES = {
    "right-aligned": ("<p style='text-align:right'><strong>Lê Thị Tám</strong></p>", "Lê Thị Tám"),
    "a bare name": ("<p>Lê Thị Tám</p>", "Lê Thị Tám"),
    "initials": ("<p>BH</p>", "BH"),
    "a body": ("<p>Ban Biên tập</p>", "Ban Biên tập"),
    "the ward's Front": ("<p>UBMTTQ Việt Nam phường An Lạc</p>", "UBMTTQ Việt Nam phường An Lạc"),
    "a label": ("<p>Tin, bài và ảnh: Lê Tám - Hồ Sáu</p>", "Lê Tám - Hồ Sáu"),
    "the author's label": ("<p>Tác giả: Lê Thị Tám</p>", "Lê Thị Tám"),
}


@pytest.mark.parametrize(("markup", "name"), BYLINES.values(), ids=BYLINES.keys())
def test_the_last_line_that_names_someone_is_the_author(markup, name):
    found = signed(markup)
    assert found.author == name
    assert found.body == f"{FIRST}\n\n{SECOND}"
    assert found.evidence["author"]["rule"] == "byline"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Bà con ai cũng vui.</p>",
        "<ul><li>Trồng Cây</li></ul>",
        "<p>Hết</p>",
        "<p>Mùa xuân năm 2024</p>",
    ],
)
def test_a_last_line_that_names_no_one_stays(markup):
    found = signed(markup)
    assert found.author is None
    assert len(found.body.split("\n\n")) == 3


def test_a_source_is_no_author():
    found = signed("<p style='text-align:right'>Theo Báo An Lạc</p>")
    assert found.author is None
    assert found.source == "Báo An Lạc"
    assert found.evidence["source"] == {
        "layer": "generic",
        "rule": "byline",
        "raw": "Theo Báo An Lạc",
    }
    assert found.body.endswith(SECOND)


NEWS = (
    "<div class='news_column' itemtype='http://schema.org/NewsArticle'><h1>{title}</h1>"
    "<div id='news-bodyhtml'>{body}</div>{fields}</div>"
)


def test_the_author_field_counts_more_than_the_byline_which_still_leaves_the_body():
    fields = (
        "<p class='h5 text-right'><a>Xem tiếp</a></p>"
        "<p class='h5 text-right'><strong>Tác giả: </strong>Lê Thị Tám</p>"
        "<p class='h5 text-right'><strong>Nguồn tin: </strong>Báo An Lạc</p>"
    )
    body = paragraphs(FIRST, SECOND) + "<p style='text-align:right'>Hồ Sáu</p>"
    found = article(NEWS.format(title=TITLE, body=body, fields=fields), nukeviet.RULES)
    assert found.author == "Lê Thị Tám"
    assert found.evidence["author"]["byline"] == "Hồ Sáu"
    assert (found.source, found.author_kind) == ("Báo An Lạc", "person")
    assert found.evidence["source"]["raw"] == "Nguồn tin: Báo An Lạc"
    assert found.body == f"{FIRST}\n\n{SECOND}"


POST = (
    "<html><head></head><body class='single single-post'><article class='type-post'>"
    "<h1 class='entry-title'>{title}</h1><div class='entry-content'>{body}</div>"
    "<span class='byline'>By <a rel='author'>{account}</a></span></article></body></html>"
)


@pytest.mark.parametrize(
    ("account", "last", "author"),
    [
        ("quantri", "", None),
        ("Lê Thị Tám", "", "Lê Thị Tám"),
        ("Quản trị viên", "<p style='text-align:right'>Hồ Sáu</p>", "Hồ Sáu"),
    ],
)
def test_on_wordpress_the_account_is_the_author_only_without_a_byline(account, last, author):
    body = paragraphs(FIRST, SECOND) + last
    page = POST.format(title=TITLE, body=body, account=account)
    assert article(page, wordpress.RULES).author == author


@pytest.mark.parametrize("label", ["Tác giả", "Tác giả:", "Tác giả bài viết :", "Nguồn tin"])
def test_a_label_without_a_name_is_no_author(label):
    html = f"<h1>{TITLE}</h1><a rel=author>{label}</a><div>{paragraphs(FIRST, SECOND)}</div>"
    assert article(html).author is None


@pytest.mark.parametrize("account", ["quantri", "Admin", "Administrator", "Quản trị viên"])
def test_an_account_is_no_author(account):
    html = f"<h1>{TITLE}</h1><a rel=author>{account}</a><div>{paragraphs(FIRST, SECOND)}</div>"
    assert article(html).author is None


def test_the_account_that_posted_an_article_is_no_author():
    assert signed("<p>Người đăng: Admin</p>").author is None


@pytest.mark.parametrize("office", ["TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH", "Phó Chủ tịch"])
def test_the_office_under_a_letter_is_no_author(office):
    found = signed(f"<p style='text-align:right'>{office}</p>")
    assert (found.author, found.body) == (None, f"{FIRST}\n\n{SECOND}\n\n{office}")


@pytest.mark.parametrize(
    ("last", "source"),
    [
        ("<p>Theo Báo An Lạc</p>", "Báo An Lạc"),
        ("<p>Theo baoanlac.vn</p>", "baoanlac.vn"),
        ("<p><em>(Theo TTXVN)</em></p>", "TTXVN"),
        ("<p>Theo TTXVN.</p>", "TTXVN"),
        ("<p>Nguồn: Báo An Lạc</p>", "Báo An Lạc"),
        ("<p>Nguồn Báo An Lạc</p>", "Báo An Lạc"),
        ("<p>Nguồn KTĐT: https://kinhte.example.vn/bai-1.html</p>", "KTĐT"),
        ("<p>Trích nguồn: Tạp chí An Lạc</p>", "Tạp chí An Lạc"),
    ],
)
def test_a_line_that_says_where_the_text_comes_from_is_the_source(last, source):
    found = signed(last)
    assert (found.source, found.author) == (source, None)
    assert found.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "last",
    [
        "Theo Chủ tịch phường, ngày hội năm nay rất vui.",
        "Theo Bác Hồ đoàn kết là sức mạnh vô địch.",
        "Nguồn vốn: 42 triệu đồng.",
    ],
)
def test_a_sentence_that_begins_like_a_source_stays_in_the_text(last):
    found = signed(f"<p>{last}</p>")
    assert found.source is None
    assert found.body.endswith(last)


@pytest.mark.parametrize(
    ("opening", "source"),
    [
        ("(Mặt trận) - ", "Mặt trận"),
        ("(PLO)- ", "PLO"),
        ("TPO - ", "TPO"),
        ("CTTĐT – ", "CTTĐT"),
        ("(anlac.gov.vn) – ", "anlac.gov.vn"),
        ("HÀ NỘI - ", None),
        ("(Hải Dương) - ", None),
        ("MTTQ - ", None),
        ("(Tiếp theo) - ", None),
        ("", None),
    ],
)
def test_the_first_words_may_name_the_medium_and_stay_in_the_text(opening, source):
    html = f"<h1>{TITLE}</h1><div>{paragraphs(opening + FIRST, SECOND)}</div>"
    found = article(html)
    assert found.source == source
    assert found.body == f"{opening}{FIRST}\n\n{SECOND}"
    if source:
        told = found.evidence["source"]
        assert (told["rule"], told["raw"]) == ("dateline", opening.strip())


def test_a_source_below_the_text_is_found_beside_a_byline_in_it():
    html = (
        f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, SECOND)}<p align=right>Hồ Sáu</p></div>"
        "<div><b>Nguồn tin:</b> <a href='https://baoanlac.example.vn/'>Báo An Lạc</a></div>"
    )
    found = article(html)
    assert (found.author, found.source) == ("Hồ Sáu", "Báo An Lạc")


def test_a_labelled_author_between_title_and_text_is_found():
    html = (
        f"<h1>{TITLE}</h1><p>07/05/2024</p><p>Tác giả: Lê Thị Tám</p><p>Nguồn: Báo An Lạc</p>"
        f"<div>{paragraphs(FIRST, SECOND)}</div>"
    )
    found = article(html)
    assert (found.author, found.source) == ("Lê Thị Tám", "Báo An Lạc")
    assert found.evidence["author"]["rule"] == "around"


@pytest.mark.parametrize(
    "shown", ["07/05/2024 12:57 Lê Tám", "Chuyên đề: Đại Đoàn Kết", "Ảnh tư liệu"]
)
def test_what_holds_a_date_a_colon_or_a_word_of_captions_is_no_author(shown):
    html = f"<h1>{TITLE}</h1><a rel=author>{shown}</a><div>{paragraphs(FIRST, SECOND)}</div>"
    assert article(html).author is None


def test_a_caption_at_the_end_is_no_author():
    found = signed("<p>Quang Cảnh Ngày Hội</p>")
    assert found.author is None


@pytest.mark.parametrize(
    ("last", "author", "kind"),
    [
        (
            "<p>Lê Thị Tám (Phòng Văn hóa - Thông tin)</p>",
            "Lê Thị Tám (Phòng Văn hóa - Thông tin)",
            "person",
        ),
        ("<p align='right'>NGỌC DIỆP (tổng hợp)</p>", "NGỌC DIỆP (tổng hợp)", "person"),
        ("<p><i>Tin: Mai Hoa; ảnh: Xuân Thủy</i></p>", "Mai Hoa", "person"),
        ("<p>Th.T</p>", "Th.T", None),
        ("<p>By Pham Lan</p>", "Pham Lan", "person"),
    ],
)
def test_a_name_with_its_unit_its_initials_or_who_took_the_pictures_is_a_byline(last, author, kind):
    found = signed(last)
    assert (found.author, found.author_kind) == (author, kind)
    assert found.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By <a href='/tg'>Tường Vi</a> - 07/05/2024", "Tường Vi"),
        ("Đăng bởi: Thùy Dương 07-05-2024 1204 lượt xem", "Thùy Dương"),
        ("By admin - 07/05/2024", None),
        ("Đăng bởi Ban Biên tập, 07/05/2024", None),
    ],
)
def test_a_person_named_beside_the_date_is_the_author(line, author):
    found = article(f"<h1>{TITLE}</h1><p>{line}</p><div>{paragraphs(FIRST, SECOND)}</div>")
    assert (found.author, found.published_at) == (author, "2024-05-07")


JSON_LD = """<script type='application/ld+json'>{"@type": "NewsArticle",
"publisher": {"@type": "Organization", "name": "Tin An Lạc"}, "author": %s}</script>"""
PERSON = '{"@type": "Person", "name": "L\\u00ea Thị Tám"}'
BESIDE = "<p>07/05/2024 | Lê Thị Tám</p>"


def stated(head: str, beside: str = BESIDE):
    body = f"<h1>{TITLE}</h1>{beside}<div>{paragraphs(FIRST, SECOND)}</div>"
    return article(f"<html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "head",
    [
        JSON_LD % PERSON,
        JSON_LD % f'[{PERSON}, {{"@type": "Person", "name": "Hồ Sáu"}}]',
        "<meta name='author' content='Lê Thị Tám'>",
    ],
)
def test_a_name_without_a_label_is_the_author_where_metadata_say_the_same(head):
    found = stated(head)
    assert (found.author, found.author_kind) == ("Lê Thị Tám", "person")
    assert found.evidence["author"]["raw"] == "07/05/2024 | Lê Thị Tám"
    assert found.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("head", "beside"),
    [
        ("", BESIDE),  # it may be a place, a section, a street
        (JSON_LD % PERSON, "<p>07/05/2024</p>"),
        (JSON_LD % PERSON.replace("Thị Tám", "Thị"), BESIDE.replace("Thị Tám", "Thịnh")),
        (JSON_LD % PERSON.replace("Person", "Organization"), BESIDE),
        (JSON_LD % PERSON.replace("L\\u00ea Thị Tám", "Tin An Lạc"), "<p>Tin An Lạc, 7/5/2024</p>"),
        ("<meta name='author' content='admin'>", "<p>admin, 07/05/2024</p>"),
    ],
)
def test_a_name_in_the_text_or_in_metadata_alone_is_nobodys(head, beside):
    assert stated(head, beside).author is None


@pytest.mark.parametrize("label", ["Nguồn: ", "Theo "])
@pytest.mark.parametrize("shown", ["Báo Nhân Ái", "https://nhan-ai.example.vn/chuong-chua-lang"])
def test_a_source_may_be_a_link(label, shown):
    if label == "Theo " and shown.startswith("http"):
        return
    found = signed(f"<p>{label}<a href='https://nhan-ai.example.vn/'>{shown}</a></p>")
    assert (found.source, found.body) == (shown, f"{FIRST}\n\n{SECOND}")
