# ruff: noqa: E501 - markup reads better in one piece
from __future__ import annotations

import pytest

from spiders.rules import nukeviet, wordpress
from tests.crawler.extraction.reading import FIRST, SECOND, THIRD, TITLE, article, paragraphs

BODY = f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div>"


def dated(above: str = "", between: str = "", below: str = "", head: str = "", **hints):
    found = article(
        f"<html><head>{head}</head><body>{above}<h1>{TITLE}</h1>{between}{BODY}{below}</body></html>",
        **hints,
    )
    return found.published_at, found.published_precision


def test_the_date_between_title_and_text_is_the_articles():
    assert dated(between="<span>07/05/2024 - 03:46 PM</span>") == (
        "2024-05-07T15:46:00+07:00",
        "minute",
    )


@pytest.mark.parametrize(
    "clock",
    [
        "Thứ năm, 09 Tháng 05 Năm 2024",
        "09/05/2024",
        "Hôm nay, Thứ năm ngày 09/05/2024",
        "Thứ 5, Ngày 09/05/2024 -",
    ],
)
def test_a_clock_above_the_title_is_never_the_articles_date(clock):
    assert dated(above=f"<div>{clock}</div>") == (None, "none")


def test_a_day_told_in_the_text_is_the_events():
    lead = "<h2>Ngày 10/05/2021, Mặt trận phường An Lạc công bố kết quả giám sát, kiến nghị hai việc.</h2>"
    assert dated(between=lead) == (None, "none")


def test_dates_of_other_articles_are_not_its_own():
    below = "<ul><li><a href='/a'>Khu phố Bốn sửa đường</a> (01/05/2024)</li></ul>"
    assert dated(below=below) == (None, "none")


def test_a_labelled_date_below_the_text_is():
    assert dated(below="<div>Ngày đăng: 07/05/2024</div>") == ("2024-05-07", "day")


def test_metadata_is_used_where_nothing_is_shown():
    head = "<meta property='article:published_time' content='2024-05-07T08:15:30+07:00'>"
    assert dated(head=head) == ("2024-05-07T08:15:30+07:00", "second")


def test_json_ld_is_read_even_when_it_is_malformed():
    head = '<script type="application/ld+json">{"datePublished": "2024-05-07T08:15:00+07:00",\n}</script>'
    assert dated(head=head)[0] == "2024-05-07T08:15:00+07:00"


def test_metadata_of_another_day_changes_nothing_and_is_told():
    head = "<meta property='article:published_time' content='2024-05-08T08:15:30+07:00'>"
    found = article(
        f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>07/05/2024</p>{BODY}</body></html>"
    )
    assert found.published_at == "2024-05-07"
    assert found.evidence["published_at"]["seen"][1]["why"] == "another day"


def test_the_listing_tells_the_date_that_the_page_hides():
    assert dated(date="07/05/2024 08:15") == ("2024-05-07T08:15:00+07:00", "minute")


def test_a_date_after_the_capture_is_none():
    assert dated(between="<p>17/05/2024</p>") == (None, "none")


def nukeviet_page(shown: str, head: str = ""):
    return article(
        f"<html><head>{head}</head><body><div class='news_column' itemtype='http://schema.org/NewsArticle'>"
        f"<h1 itemprop='headline'>{TITLE}</h1>"
        "<span class='hidden' itemprop='datePublished'>2024-05-08T21:02:14+07:00</span>"
        f"<span class='h5'>{shown}</span><div id='news-bodyhtml'>{paragraphs(FIRST, SECOND)}</div></div>"
        "</body></html>",
        nukeviet.RULES,
    )


def test_nukeviets_shown_minute_gets_its_seconds_from_the_malformed_metadata():
    head = "<meta property='article:published_time' content='2024-05-07+0719:02:14'>"
    found = nukeviet_page("Thứ ba - 07/05/2024 19:02", head)
    assert (found.published_at, found.published_precision) == (
        "2024-05-07T19:02:14+07:00",
        "second",
    )


def test_nukeviets_shown_minute_stands_when_the_metadata_says_another():
    head = "<meta property='article:published_time' content='2024-05-07+0721:30:00'>"
    assert (
        nukeviet_page("Thứ ba - 07/05/2024 19:02", head).published_at == "2024-05-07T19:02:00+07:00"
    )


def test_nukeviets_date_published_is_the_time_of_the_edit_and_never_read():
    assert nukeviet_page("").published_at is None


def test_wordpress_says_the_second_in_its_time_element():
    found = article(
        f"<html><body class='single-post'><article class='type-post'><h1 class='entry-title'>{TITLE}</h1>"
        f"<div class='entry-content'>{paragraphs(FIRST, SECOND)}</div><time class='entry-date published' "
        "datetime='2024-05-07T08:15:30+07:00'>07/05/2024</time></article><article><time class='entry-date' "
        "datetime='2024-05-08T10:00:00+07:00'>08/05/2024</time></article></body></html>",
        wordpress.RULES,
    )
    assert found.published_at == "2024-05-07T08:15:30+07:00"
