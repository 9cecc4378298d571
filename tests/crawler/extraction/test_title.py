# ruff: noqa: E501 - markup reads better in one piece
from __future__ import annotations

import pytest

from crawler.extraction.title import meta_titles, without_date
from tests.crawler.extraction.reading import (
    FIRST,
    SECOND,
    THIRD,
    TITLE,
    article,
    document,
    paragraphs,
)

BODY = f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div>"
PLAIN = "http://phuong-an-lac.example.vn/ViewDetail.aspx?nID=12"


def page(body: str, title: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def test_the_address_tells_which_line_is_the_title():
    html = page(f"<div>Cổng thông tin phường An Lạc</div><div>{TITLE}</div>{BODY}")
    found = article(html)
    assert found.title == TITLE
    assert found.evidence["title"]["rule"] == "slug"


def test_the_link_text_of_the_listing_tells_it_where_the_address_does_not():
    html = page(f"<h2>Chi tiết bản tin</h2><div>{TITLE}</div>{BODY}", "Cổng phường An Lạc")
    found = article(html, url=PLAIN, text=TITLE)
    assert found.title == TITLE
    assert found.evidence["title"]["rule"] == "link-text"
    assert "no-title-match" not in found.flags


def test_a_lead_in_the_words_of_the_title_is_not_the_title():
    said = "đánh giá công tác năm 2023, triển khai chương trình phối hợp hành động năm 2024"
    title = f"Mặt trận phường An Lạc {said}"
    lead = f"Sáng 18-01, Mặt trận phường An Lạc họp hội nghị để {said}."
    html = page(
        f"<div class='portlet-body'><div>{title}</div><div>Lượt xem: 12</div>"
        f"<div>Chế độ ban đêm OFF</div><div>Cỡ chữ: A- A A+</div><div>Đọc bài viết</div>"
        f"<div><p>{lead}</p>{BODY}</div></div>"
    )
    assert article(html, url=PLAIN, text=title).title == title


def test_a_cut_off_link_text_is_enough():
    html = page(f"<h2>Chi tiết bản tin</h2><div>{TITLE}</div>{BODY}")
    assert article(html, url=PLAIN, text="Ngày hội Đại đoàn kết ở ...").title == TITLE


def test_a_line_above_a_labelled_date_is_the_title_when_nothing_else_tells():
    html = page(
        f"<div>NỘI DUNG BẢN TIN</div><div>{TITLE}</div><div>Đăng ngày: 07-05-2024 08:15</div>{BODY}",
        "Cổng phường An Lạc",
    )
    assert article(html, url=PLAIN).title == TITLE


def test_the_sites_name_above_the_menu_is_no_title():
    menu = "".join(f"<li><a href='/{n}'>Chuyên mục {n}</a></li>" for n in range(12))
    html = page(
        f"<h1>Phường An Lạc</h1><ul>{menu}</ul><b>{TITLE}</b><br><br>{BODY}",
        "Phường An Lạc",
    )
    assert article(html, url=PLAIN).title == TITLE


@pytest.mark.parametrize(("url", "said"), [(None, ""), (PLAIN, TITLE)], ids=["slug", "link"])
def test_a_menu_that_reads_like_prose_does_not_hide_the_title_below_it(url, said):
    links = " | ".join(f"<a href='/{n}'>Mục {n}</a> và các tin về mục đó" for n in range(6))
    html = page(
        f"<center>Phường An Lạc<br>{links}</center><center><font size=4>{TITLE}</font></center>"
        f"<p align=right>Ngày cập nhật: 7/5/2024</p>{paragraphs(FIRST, SECOND, THIRD)}",
        "Phường An Lạc",
    )
    found = article(html, text=said, **({"url": url} if url else {}))
    assert (found.title, found.published_at) == (TITLE, "2024-05-07")
    assert found.body.startswith(FIRST)


def test_a_title_that_no_one_confirms_is_flagged():
    found = article(page(f"<h1>{TITLE}</h1>{BODY}"), url=PLAIN)
    assert found.title == TITLE
    assert "no-title-match" in found.flags


def test_a_subheading_of_the_text_is_no_title():
    html = page(f"{BODY}<h3>Kết quả nổi bật</h3>{BODY}", TITLE)
    assert article(html).title == TITLE


def test_the_site_name_is_taken_off_the_page_title():
    html = page("", f"{TITLE} | Phường An Lạc")
    assert TITLE in meta_titles(document(html).matches)


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ("Đại hội Mặt trận phường An Lạc (08/12/2020, 08:25)", "Đại hội Mặt trận phường An Lạc"),
        ("Đại hội nhiệm kỳ 2019 - 2024 19/10/2018", "Đại hội nhiệm kỳ 2019 - 2024"),
        ("Đại hội nhiệm kỳ 2019 - 2024", "Đại hội nhiệm kỳ 2019 - 2024"),
        ("Kỷ niệm ngày 18/11", "Kỷ niệm ngày 18/11"),
    ],
)
def test_a_date_glued_to_the_title_is_taken_off(shown, title):
    assert without_date(shown) == title


def test_a_date_glued_to_the_title_is_the_articles():
    found = article(page(f"<h1>{TITLE} (07/05/2024, 08:25)</h1>{BODY}"))
    assert (found.title, found.published_at) == (TITLE, "2024-05-07T08:25:00+07:00")


def test_metadata_that_broken_markup_moved_into_the_body_is_metadata() -> None:
    html = f'<html><head><div></div><meta property="og:title" content="{TITLE}"></head><body><p>x'
    assert TITLE in meta_titles(document(html).matches)


def test_a_title_shown_as_a_picture_is_the_headline_of_the_json_ld():
    stated = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}"}}</script>'
    html = (
        f"<html><head><meta charset='utf-8'><title>Mặt trận phường An Lạc</title>{stated}</head><body>"
        f"<img src='/tieu-de.png'>{paragraphs(FIRST, SECOND, THIRD)}</body></html>"
    )
    found = article(html, url="http://phuong-an-lac.example.vn/chitiet.aspx?id=12")
    assert (found.title, found.evidence["title"]["rule"]) == (TITLE, "jsonld")
    assert "no-title-match" not in found.flags
    # Headlines of several articles are none of the page's own.
    several = html.replace("</head>", stated.replace(TITLE, "Một bài khác") + "</head>")
    assert article(several, url="http://phuong-an-lac.example.vn/?id=12").title != TITLE
