"""Pages of one sentence: the title finds the text, as its length does not."""

from __future__ import annotations

import pytest

from tests.crawler.extraction.reading import FIRST, article, paragraphs, read

TITLE = "Thông báo lịch tiếp công dân tháng Năm"
URL = "http://phuong-an-lac.example.vn/thong-bao-lich-tiep-cong-dan-thang-nam.html"
BY_NUMBER = "http://phuong-an-lac.example.vn/chitiet.aspx?id=12"
NOTICE = "Phường tiếp công dân vào sáng thứ Ba hằng tuần tại nhà văn hóa khu phố Hai."
MENU = "".join(f"<li><a href='/{n}'>Chuyên mục thứ {n}</a></li>" for n in range(8))
OTHERS = "".join(
    f"<div><a href='/tin-{n}'>Một tin khác của phường, tin số {n}</a> (12/4/2024)</div>"
    for n in range(5)
)
COUNTER = "".join(f"<div>{what}: 1.234</div>" for what in ("Hôm nay", "Tháng này", "Tổng số"))
IMPRINT = "<p>Cơ quan chủ quản: Ủy ban phường An Lạc. Ghi rõ nguồn khi phát hành lại thông tin.</p>"
DATE = "<div>Cập nhật lúc 07:43 ngày 06/05/2024</div>"


def page(middle: str) -> str:
    return f"<div><ul>{MENU}</ul></div>{middle}<div>Các tin khác:</div>{OTHERS}{COUNTER}{IMPRINT}"


@pytest.mark.parametrize(
    "middle",
    [
        f"<h1>{TITLE}</h1>{DATE}<p>{NOTICE}</p>",
        f"<div><b>{TITLE}</b></div>{DATE}<div>{NOTICE}</div>",
        f"<div>{TITLE}<br>Cập nhật: 06/05/2024<br>{NOTICE}</div>",
        f"<table><tr><td>{TITLE}</td></tr><tr><td><span>{NOTICE}</span></td></tr></table>",
        f"<h2><a href='{URL}'>{TITLE}</a></h2><ul><li><a>In</a></li></ul><p>{NOTICE}</p>",
    ],
)
def test_a_notice_is_the_sentence_below_the_title_that_the_address_says(middle):
    found = article(page(middle), url=URL)
    assert (found.title, found.body) == (TITLE, NOTICE)
    assert "short-region" in found.flags


def test_the_words_of_the_listing_find_it_where_the_address_is_a_number():
    found = article(page(f"<div>{TITLE}</div><div>{NOTICE}</div>"), url=BY_NUMBER, text=TITLE)
    assert (found.title, found.body) == (TITLE, NOTICE)


def test_so_does_a_labelled_date_between_title_and_text():
    found = article(page(f"<div>{TITLE}</div>{DATE}<div>{NOTICE}</div>"), url=BY_NUMBER)
    assert (found.title, found.body) == (TITLE, NOTICE)


def test_without_any_of_these_a_short_text_is_no_article():
    assert read(page(f"<div>{TITLE}</div><div>{NOTICE}</div>"), url=BY_NUMBER) is None


def test_a_list_below_a_title_is_no_notice():
    assert read(page(f"<h1>{TITLE}</h1>{OTHERS}"), url=URL) is None


def test_a_long_text_is_found_by_its_prose():
    text = paragraphs(*(f"{n}. {FIRST}" for n in range(4)))
    found = article(page(f"<h1>{TITLE}</h1><div>{text}</div>"), url=URL)
    assert found.evidence["body"]["rule"] == "region"
    assert len(found.body) > 4 * len(FIRST)


ROWS = [("Họ và tên", "Số tiền"), ("Trần Văn Be", "500.000"), ("Chùa Phước Long", "900.000")]
TABLE = "".join(f"<tr><td>{name}</td><td>{sum_}</td></tr>" for name, sum_ in ROWS)
CALL = "Ban vận động công bố danh sách ủng hộ trong tháng như sau:"
ANSWERS = ["PV: Thưa ông, làng có bao nhiêu hộ?", "Ông Pành: Hơn trăm hộ.", "PV: Nước về rồi chứ?"]


@pytest.mark.parametrize(
    ("below", "text"),
    [
        (f"<p>{CALL}</p><table>{TABLE}</table>", [CALL, *(" | ".join(row) for row in ROWS)]),
        (f"<p>{CALL}</p><ul><li>Chị Sáu</li><li>Anh Be</li></ul>", [CALL, "Chị Sáu", "Anh Be"]),
        (paragraphs(NOTICE, *ANSWERS, NOTICE[:50] + "."), [NOTICE, *ANSWERS, NOTICE[:50] + "."]),
    ],
)
def test_a_list_a_table_and_answers_go_on_with_the_sentence_they_stand_with(below, text):
    found = article(page(f"<h1>{TITLE}</h1>{DATE}<div>{below}</div>"), url=URL)
    assert found.body.replace("\n\n", "\n").split("\n") == text


TEASERS = "".join(
    f"<div><a href='/tin-{n}'>Một tin khác của phường, tin số {n}</a><p>{FIRST}</p></div>"
    for n in range(8)
)


def test_a_notice_beside_teasers_longer_than_itself_is_found_below_title_and_date():
    columns = f"<div><div><h1>{TITLE}</h1>{DATE}<p>{NOTICE}</p></div><div>{TEASERS}</div></div>"
    assert article(columns, url=URL).body == NOTICE
    # What introduces a list of them has no date of its own.
    assert read(f"<div><h1>{TITLE}</h1><p>{NOTICE}</p></div><div>{TEASERS}</div>", url=URL) is None
