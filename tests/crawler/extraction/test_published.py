# ruff: noqa: E501 - markup reads better in one piece
from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extraction.rules import DateRule
from spiders.rules import generic, nukeviet, wordpress
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
    assert found.evidence["published_at"]["seen"][0]["why"] == "another day"


def test_the_listing_tells_the_date_that_the_page_hides():
    assert dated(date="07/05/2024 08:15") == ("2024-05-07T08:15:00+07:00", "minute")


def test_a_feed_tells_it_to_the_second():
    assert dated(published_at="Tue, 07 May 2024 01:15:30 +0000") == (
        "2024-05-07T08:15:30+07:00",
        "second",
    )


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


# --- what the row of a site declares ---


def declared(html: str, url: str | None = None, **dates):
    rules = replace(generic.RULES, dates=DateRule(**dates))
    found = article(html, rules, **({"url": url} if url else {}))
    return found.published_at


def test_the_row_says_that_the_month_comes_first():
    html = f"<h1>{TITLE}</h1><p>Thời gian đăng: 4/10/2024 3:41:55 PM</p>{BODY}"
    assert declared(html, order="mdy") == "2024-04-10T15:41:55+07:00"
    assert declared(html) is None


def test_the_row_says_which_shown_line_is_a_clock():
    html = f"<h1>{TITLE}</h1><p>Ngày in: 07/05/2024</p><p>06/05/2024 08:15</p>{BODY}"
    assert declared(html, ignore=("^ngày in",)) == "2024-05-06T08:15:00+07:00"
    assert declared(html.replace("<p>06/05/2024 08:15</p>", ""), ignore=("^ngày in",)) is None


def test_the_row_says_that_the_date_stands_above_the_title():
    html = f"<div>06/05/2024</div><h1>{TITLE}</h1>{BODY}"
    assert declared(html) is None
    assert declared(html, above=True) == "2024-05-06"


def test_a_page_clock_above_the_title_stays_one_also_where_dates_stand_there():
    clock = "<div>Thứ hai, 06 Tháng 05 Năm 2024</div>"
    assert declared(f"{clock}<h1>{TITLE}</h1>{BODY}", above=True) is None


IN_URL = "http://phuong-an-lac.example.vn/pages/2024-05-06/ngay-hoi-dai-doan-ket-o-khu-pho-ba.aspx"


@pytest.mark.parametrize(
    ("trust", "day"),
    [
        ("any", "2024-05-07"),
        ("shown", "2024-05-07"),
        ("url", "2024-05-06"),
        ("meta", "2024-05-05"),
        ("listing", None),
    ],
)
def test_the_row_says_which_kind_of_date_is_believed(trust, day):
    head = "<meta property='article:published_time' content='2024-05-05'>"
    html = f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>07/05/2024</p>{BODY}</body></html>"
    assert declared(html, IN_URL, trust=trust) == day


def test_other_kinds_may_still_add_the_time_to_the_day_that_is_believed():
    html = f"<h1>{TITLE}</h1><p>06/05/2024 08:15</p>{BODY}"
    assert declared(html, IN_URL, trust="url") == "2024-05-06T08:15:00+07:00"


# --- a date that the rest of the page contradicts ---

REPORT = (
    "Ngày 8/4/2024, Mặt trận phường An Lạc công bố kết quả giám sát, kiến nghị hai việc với bà con."
)
CALL = "Ngày 8/4/2024, Mặt trận phường An Lạc sẽ công bố kết quả giám sát và mời bà con tới dự đông đủ."


def reported(shown: str, lead: str = REPORT, head: str = ""):
    return article(
        f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>{shown}</p>"
        f"<div>{paragraphs(lead, SECOND, THIRD)}</div></body></html>"
    )


def test_a_date_that_fits_its_event_only_with_day_and_month_swapped_is_none():
    found = reported("03/09/2024 08:15", lead=REPORT.replace("8/4", "8/3"), head="")
    assert found.published_at is None  # after the capture, and 3 September or 9 March
    found = reported("04/01/2024 08:15", lead=REPORT.replace("8/4/2024", "31/3/2024"))
    assert (found.published_at, found.published_precision) == (None, "none")
    assert "date-order" in found.flags
    seen = found.evidence["published_at"]["seen"]
    assert seen[0] == {
        "rule": "zone",
        "raw": "04/01/2024 08:15",
        "why": "day and month may be swapped",
    }


def test_metadata_that_says_the_other_order_leaves_no_date():
    head = "<meta property='article:published_time' content='2024-04-10T15:41:00+07:00'>"
    html = f"<h1>{TITLE}</h1><p>04/10/2023</p>{BODY}"
    assert article(html).published_at == "2023-10-04"
    page = f"<html><head>{head.replace('2024', '2023')}</head><body>{html}</body></html>"
    found = article(page)
    assert found.published_at is None
    assert {"date-order", "date-null"} <= set(found.flags)


def test_a_weekday_that_fits_only_with_day_and_month_swapped_leaves_no_date():
    found = article(f"<h1>{TITLE}</h1><p>Thứ Hai, 05/04/2023</p>{BODY}")  # 4 May was a Thursday
    assert (found.published_at, "date-weekday" in found.flags) == ("2023-04-05", True)
    found = article(f"<h1>{TITLE}</h1><p>Thứ Năm, 05/04/2023</p>{BODY}")
    assert found.published_at is None
    assert "date-order" in found.flags
    found = article(f"<h1>{TITLE}</h1><p>Thứ Tư, 05/04/2023</p>{BODY}")
    assert found.published_at == "2023-04-05"
    assert not {"date-order", "date-weekday"} & set(found.flags)


def test_metadata_of_the_same_day_back_a_date_with_another_weekday():
    head = "<meta property='article:published_time' content='2023-04-05T08:15:00+07:00'>"
    html = f"<h1>{TITLE}</h1><p>Thứ Năm, 05/04/2023</p>{BODY}"
    found = article(f"<html><head>{head}</head><body>{html}</body></html>")
    assert found.published_at == "2023-04-05T08:15:00+07:00"
    assert "date-weekday" in found.flags


def test_metadata_that_say_the_other_order_are_not_believed_against_the_weekday():
    head = "<meta property='article:published_time' content='2023-05-04T08:15:00+07:00'>"
    html = f"<h1>{TITLE}</h1><p>Thứ Tư, 05/04/2023</p>{BODY}"
    found = article(f"<html><head>{head}</head><body>{html}</body></html>")
    assert found.published_at == "2023-04-05"


def test_a_declared_order_is_not_doubted():
    html = (
        f"<h1>{TITLE}</h1><p>04/01/2024 08:15</p>"
        f"<div>{paragraphs(REPORT.replace('8/4/2024', '31/3/2024'), SECOND, THIRD)}</div>"
    )
    assert declared(html, order="mdy") == "2024-04-01T08:15:00+07:00"
    assert declared(html, order="dmy") == "2024-01-04"


def test_a_day_before_the_event_it_reports_is_kept_as_a_day_and_flagged():
    found = reported("07/04/2024 08:15")
    assert (found.published_at, found.published_precision) == ("2024-04-07", "day")
    assert "date-before-event" in found.flags
    assert found.evidence["published_at"]["raw"] == "07/04/2024 08:15"
    assert found.evidence["published_at"]["seen"][-1]["rule"] == "lead"


SINCE = (
    "Kể từ ngày 8/4/2024, Mặt trận phường An Lạc nhận hiện vật tại nhà văn hóa khu phố Ba cả tuần."
)
LATER = "Bà con khu phố Ba góp ý dự thảo hương ước và biểu quyết ngày 8/4/2024 tại nhà văn hóa của khu phố."


@pytest.mark.parametrize(
    "lead", [CALL, SINCE, LATER, FIRST, REPORT.replace("8/4/2024", "7/4/2024")]
)
def test_an_announcement_of_a_coming_day_or_a_report_of_the_same_one_is_not(lead):
    found = reported("07/04/2024 08:15", lead)
    assert found.published_at == "2024-04-07T08:15:00+07:00"
    assert "date-before-event" not in found.flags


def test_a_title_that_announces_is_enough():
    title = TITLE.replace("Ngày hội", "Thông báo ngày hội")
    html = f"<h1>{title}</h1><p>07/04/2024 08:15</p><div>{paragraphs(REPORT, SECOND, THIRD)}</div>"
    assert article(html).published_at == "2024-04-07T08:15:00+07:00"


@pytest.mark.parametrize(
    ("edited", "known", "day"),
    [
        ("2024-05-08T21:02:14+07:00", "06/05/2024", "2024-05-06"),
        ("2024-05-09T07:00:00+07:00", "06/05/2024", "2024-05-08T21:02:14+07:00"),
        ("2024-05-08T21:02:14+07:00", "08/05/2024", "2024-05-08T21:02:14+07:00"),
        ("2024-05-08T21:02:14+07:00", "", "2024-05-08T21:02:14+07:00"),
    ],
    ids=["repeats the edit", "edited later", "listing agrees", "nothing else known"],
)
def test_metadata_that_repeats_the_edit_gives_way_to_an_earlier_day_of_the_listing(
    edited, known, day
):
    head = (
        "<meta property='article:published_time' content='2024-05-08T21:02:14+07:00'>"
        f"<meta property='article:modified_time' content='{edited}'>"
    )
    assert dated(head=head, date=known)[0] == day


# --- why the others lost ---


def reasons(html: str, rules=generic.RULES, **hints) -> dict[str, str]:
    told = article(html, rules, **hints).evidence["published_at"]["seen"]
    assert len(told) <= 5
    return {entry["raw"]: entry["why"] for entry in told}


def test_each_date_that_was_not_taken_is_told_with_its_reason():
    head = (
        "<meta property='article:published_time' content='2024-05-08T21:02:14+07:00'>"
        "<meta property='article:modified_time' content='2024-05-08T21:02:14+07:00'>"
    )
    html = (
        f"<html><head>{head}</head><body><div>Thứ năm, 09 Tháng 05 Năm 2024</div>"
        f"<div>01/02/2023</div><h1>{TITLE}</h1><p>07/05/2024</p>{BODY}</body></html>"
    )
    assert reasons(html, date="05/05/2024") == {
        "2024-05-08T21:02:14+07:00": "edit-time",
        "05/05/2024": "another day",
        "01/02/2023": "outside-zone",
        "Thứ năm, 09 Tháng 05 Năm 2024": "clock",
    }


def test_a_page_without_a_date_tells_what_bounds_it():
    picture = "<img src='/documents/20181/1592886137045_le.jpg' width='400'>"
    told = reasons(f"<h1>{TITLE}</h1><div>{picture}{paragraphs(FIRST, SECOND, THIRD)}</div>")
    assert told == {
        "2020-06-23T11:22:17+07:00": "upload of a file, not publication",
        "2024-05-09": "seen then, not published",
    }


def test_a_shown_date_after_the_capture_is_told():
    told = reasons(f"<h1>{TITLE}</h1><p>17/05/2024</p>{BODY}")
    assert told["17/05/2024"] == "after the capture"


def test_nukeviets_time_of_the_edit_is_told_as_such():
    found = nukeviet_page("Thứ ba - 07/05/2024 19:02")
    assert found.evidence["published_at"]["seen"] == [
        {
            "rule": "meta div[itemtype$='NewsArticle'] span[itemprop=datePublished]",
            "raw": "2024-05-08T21:02:14+07:00",
            "why": "edit-time",
        },
    ]


def test_without_its_rules_nukeviets_date_published_is_not_believed_either():
    head = (
        "<meta name='generator' content='NukeViet v4.5'>"
        "<meta itemprop='datePublished' content='2024-05-08T21:02:14+07:00'>"
    )
    assert dated(head=head) == (None, "none")


def test_where_a_theme_hides_the_place_the_rules_name_the_zone_is_read():
    found = article(
        f"<body class='single-post'><article class='type-post'><h1 class='entry-title'>{TITLE}</h1>"
        f"<p>Đăng ngày 07/05/2024</p><div class='entry-content'>{paragraphs(FIRST, SECOND)}</div>"
        "</article></body>",
        wordpress.RULES,
    )
    assert found.published_at == "2024-05-07"


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        ("<p>Cập nhật lần cuối: 07/05/2024</p>", None, "edit-time"),
        ("<p>Lần cập nhật cuối lúc Thứ ba, 07 Tháng 5 2024</p>", None, "edit-time"),
        ("<p>Last updated: 7 May 2024</p>", None, "edit-time"),
        ("<p>Ngày ban hành: 07/05/2024</p>", None, "another day"),
        (
            "<p>Hạn nộp hồ sơ: 07/05/2024</p><p>Ngày đăng: 02/05/2024</p>",
            "2024-05-02",
            "another day",
        ),
        (
            "<p>Thời gian: 19h30 ngày 07/05/2024</p><p>Địa điểm: nhà văn hóa</p>",
            None,
            "another day",
        ),
    ],
)
def test_a_date_whose_label_says_what_else_it_is_is_not_that_of_publication(lines, expected, why):
    found = article(f"<h1>{TITLE}</h1>{lines}{BODY}")
    assert found.published_at == expected
    assert why in [entry.get("why") for entry in found.evidence["published_at"]["seen"]]


def test_a_time_that_only_says_when_is_that_of_publication():
    found = article(f"<h1>{TITLE}</h1><p>Thời gian: 10:15 07/05/2024</p>{BODY}")
    assert found.published_at == "2024-05-07T10:15:00+07:00"


@pytest.mark.parametrize(
    "line",
    [
        "Đăng lúc: Thứ ba - 07/05/2024 19:02 - Người đăng bài viết: quantri",
        "2 giờ trước",
        "3 ngày trước",
    ],
)
def test_a_line_that_says_when_is_no_text_however_it_says_it(line):
    found = article(f"<h1>{TITLE}</h1><div><p>{line}</p>{paragraphs(FIRST, SECOND, THIRD)}</div>")
    assert found.body.startswith(FIRST)
