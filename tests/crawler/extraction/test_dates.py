"""Every form in which these sites write a date is read exactly, everything else not at all."""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.extraction.dates import (
    VIETNAM,
    Stamp,
    is_clock,
    read_dateline,
    read_meta,
    read_relative,
    read_stamp,
    stamp_in_url,
    swapped,
    upload_in_url,
    weekday_beside,
)
from crawler.extraction.rules import DateRule

TRUTH = Path(__file__).parents[4] / "shared" / "facts" / "dates.csv"

CAPTURED = datetime(2024, 6, 10, 8, 30, tzinfo=VIETNAM)


def iso(stamp: Stamp | None) -> str | None:
    return stamp.iso if stamp else None


# --- the date line ---

STAMPS = [
    # day first, before or after the time
    ("21/02/2022 - 04:08 PM", "2022-02-21T16:08:00+07:00"),
    ("21/02/2022 - 12:08 AM", "2022-02-21T00:08:00+07:00"),
    ("21/02/2022 - 12:08 PM", "2022-02-21T12:08:00+07:00"),
    ("Đăng ngày: 06-10-2022 09:41", "2022-10-06T09:41:00+07:00"),
    ("05/03/2018 - 17:20", "2018-03-05T17:20:00+07:00"),
    ("05/03/2018 17:20 GMT+7", "2018-03-05T17:20:00+07:00"),
    ("05/03/2018 17:20 (GMT+7)", "2018-03-05T17:20:00+07:00"),
    ("05/03/2018 17:20 (GMT+0)", "2018-03-06T00:20:00+07:00"),
    ("16:45 | 21/08/2021", "2021-08-21T16:45:00+07:00"),
    ("7:4 | 2/9/2020", "2020-09-02T07:04:00+07:00"),
    ("16:45, Thứ Tư, 4/9/2019", "2019-09-04T16:45:00+07:00"),
    ("16:45, Chủ nhật, 1/9/2019", "2019-09-01T16:45:00+07:00"),
    ("Cập nhật lúc: 9h05 ngày 3/11/2021", "2021-11-03T09:05:00+07:00"),
    ("17h45 ngày 08.07.2020", "2020-07-08T17:45:00+07:00"),
    ("7g15 ngày 08.07.2020", "2020-07-08T07:15:00+07:00"),
    ("16 giờ 20 phút, ngày 5-4-2022", "2022-04-05T16:20:00+07:00"),
    ("(16:45 | 21/08/2021)", "2021-08-21T16:45:00+07:00"),
    ("16:45 21/08/2021", "2021-08-21T16:45:00+07:00"),
    ("16:45:09 21/08/2021", "2021-08-21T16:45:09+07:00"),
    ("16:45:09 - Thứ bảy, 21/08/2021", "2021-08-21T16:45:09+07:00"),
    ("Thứ bảy, 21/08/2021 16:45:09 | Mặt trận", "2021-08-21T16:45:09+07:00"),
    ("- 21/08/2021 16:45:09", "2021-08-21T16:45:09+07:00"),
    ("Thứ bảy - 21/08/2021 16:45", "2021-08-21T16:45:00+07:00"),
    ("Thứ 7, 21/08/2021", "2021-08-21"),
    ("Đăng tin - Thứ 7 - 21/08/2021", "2021-08-21"),
    ("T7, 21/08/2021", "2021-08-21"),
    ("Ngày đăng: 16:45 | 21/08/2021", "2021-08-21T16:45:00+07:00"),
    ("Ngay dang: 3/02/2016", "2016-02-03"),
    ("Ngày đưa:  21/08/2021 04:45:09 PM In bài", "2021-08-21T16:45:09+07:00"),
    ("Tiêu đề bài viết, 21/08/2021, 16:45", "2021-08-21T16:45:00+07:00"),
    ("Đại hội lần thứ 4, 21/08/2021, 16:45", "2021-08-21T16:45:00+07:00"),
    ("(21/08/2021, 16:45)", "2021-08-21T16:45:00+07:00"),
    # the half of the day in Vietnamese
    ("21/08/2021 06:12 CH", "2021-08-21T18:12:00+07:00"),
    ("06:12 SA 21/08/2021", "2021-08-21T06:12:00+07:00"),
    ("12:12 SA 21/08/2021", "2021-08-21T00:12:00+07:00"),
    ("21/08/2021 6:12 CHNoĐã duyệt", "2021-08-21T18:12:00+07:00"),
    ("21/08/2021 06:12 CHÀO MỪNG ĐẠI HỘI", "2021-08-21T06:12:00+07:00"),
    ("21/08/2021 06:12 Chuyên mục", "2021-08-21T06:12:00+07:00"),
    # what else stands on the line
    ("21/08/2021 16:45 132 lượt xem", "2021-08-21T16:45:00+07:00"),
    ("21/08/2021 16:45 5.120 3", "2021-08-21T16:45:00+07:00"),
    ("Thứ năm - 21/10/2021 16:45 5.120 3", "2021-10-21T16:45:00+07:00"),
    ("LÊ AN 21/08/2021 16:45", "2021-08-21T16:45:00+07:00"),
    ("Ngày đăng 21/08/2021 | 16:45  | View count: 12", "2021-08-21T16:45:00+07:00"),
    ("21/08/2021 | 16:45  | cms-view-count: 12", "2021-08-21T16:45:00+07:00"),
    ("Thứ Hai, 2/8/2021 - 16:45 Đã xem: 12", "2021-08-02T16:45:00+07:00"),
    ("Đăng ngày: 21/08/2021 - Lượt xem: 12", "2021-08-21"),
    ("Chuyên mục: Công tác xã hội | Đăng ngày: 21/08/2021", "2021-08-21"),
    ("... nhiệm kỳ 2014 - 2019 21/08/2018", "2018-08-21"),
    # the day alone
    ("21/08/2021", "2021-08-21"),
    ("Ngày: 21/08/2021", "2021-08-21"),
    ("Ngày cập nhật: 21/08/2021", "2021-08-21"),
    ("2.8.2021", "2021-08-02"),
    ("21/08/21", "2021-08-21"),
    # worded
    ("21 thg 8, 2021", "2021-08-21"),
    ("21 Tháng Mười Hai, 2021", "2021-12-21"),
    ("21 Tháng Năm, 2021", "2021-05-21"),
    ("21 tháng năm năm 2021", "2021-05-21"),
    ("Tháng Năm 21, 2021", "2021-05-21"),
    ("Tháng Mười 12, 2020", "2020-10-12"),
    ("Thứ Ba, ngày 03 tháng 8 năm 2021", "2021-08-03"),
    ("Thứ Ba, ngày 3 tháng 8 năm 2021 - 16:45", "2021-08-03T16:45:00+07:00"),
    ("ngày 3 tháng 08 năm 2021", "2021-08-03"),
    # English
    ("August 3, 2021", "2021-08-03"),
    ("Tuesday, August 3, 2021 4:45 PM", "2021-08-03T16:45:00+07:00"),
    ("Published on Aug 3rd, 2021", "2021-08-03"),
    ("3 August 2021", "2021-08-03"),
    # year first
    ("2021-08-03", "2021-08-03"),
    ("2021/08/03", "2021-08-03"),
    ("2021-08-03T16:45:09+07:00", "2021-08-03T16:45:09+07:00"),
    ("2021-08-03T09:45:09Z", "2021-08-03T16:45:09+07:00"),
    ("2021-08-02T18:45:09Z", "2021-08-03T01:45:09+07:00"),
    ("2021-08-03 16:45", "2021-08-03T16:45:00+07:00"),
    ("2021-08-03+0716:45:09", "2021-08-03T16:45:09+07:00"),
    # two dates: the label tells which
    ("Cập nhật: 23/08/2021 | Ngày đăng: 21/08/2021", "2021-08-21"),
    ("21/08/2021 16:45 (cập nhật 23/08/2021)", "2021-08-21T16:45:00+07:00"),
    ("Quyết định ban hành ngày 3/5/2021 Ngày đăng: 21/08/2021", "2021-08-21"),
    # impossible times: the day is still right
    ("21/08/2021 25:10", "2021-08-21"),
    ("21/08/2021 16:75", "2021-08-21"),
    ("21/08/2021 14:05 SA", "2021-08-21"),
    ("09:21 21/08/2021 10:11", "2021-08-21"),
]


@pytest.mark.parametrize(("text", "expected"), STAMPS)
def test_a_date_line_is_read_exactly(text: str, expected: str) -> None:
    assert iso(read_stamp(text)) == expected


@pytest.mark.parametrize(("text", "expected"), STAMPS)
def test_decomposed_text_and_odd_spaces_are_read_alike(text: str, expected: str) -> None:
    odd = unicodedata.normalize("NFD", text).replace(" ", "\u00a0\u200b ")
    assert iso(read_stamp(odd)) == expected


NOT_STAMPS = [
    # no such day, or no day of the web
    "31/02/2021",
    "29/02/2021",
    "00/08/2021",
    "21/13/2021",
    "21/08/1945",
    "ngày 2 tháng Chín năm 1945",
    "21/08/3021",
    # numbers that are none
    "nhiệm kỳ 2019 - 2024",
    "2019-2024",
    "tháng 3/2024",
    "Sơ kết công tác 9 tháng năm 2021",
    "Nhiệm vụ 6 tháng cuối năm 2021",
    "12.345 lượt người",
    "3,75 tỷ đồng",
    "09.38.22.1998",
    "Điện thoại: 0912.05.2019",
    "10.12.2019.5",
    "Nghị quyết 12/8/2017/QĐ-MTTQ",
    "Nghị định số 15/2017/NĐ-CP",
    "10:42",
    "thứ năm",
    "tháng năm",
    "",
    # ranges and lists of days
    "(18/11/1930 - 18/11/2022)",
    "(18/11/2003-18/11/2023)",
    "Từ 12/3/2021 đến 15/3/2021",
    "8 - 9/8/2024",
    "30-31/5/2024",
    "08 và 09/12/2016",
    # events
    "Sáng 27/3/2023, tại hội trường",
    "Chiều ngày 13/10/2023, Ủy ban Mặt trận",
    "Hội nghị họp ngày 12/3/2021 tại phường",
    "Đại hội (ngày 12/3/2021)",
    "Ngày 12/3/2021, Ban Thường trực Mặt trận phường tổ chức",
    "Vào lúc 8h30 ngày 12/3/2021, tại hội trường phường",
    "Thực hiện kế hoạch năm, ngày 12/3/2021, đoàn",
    "Trong hai ngày 12/3/2021 và 13/3/2021",
    "Trong hai ngày 12/3/2021 đến 13/3/2021",
    "Sau hai ngày 12/3/2021 làm việc",
    # documents and footers
    "Giấy phép số: 12/GP-STTTT, ngày 3/4/2017",
    "Quyết định 217-QĐ/TW, ngày 12/12/2013",
    "Bản quyền ©2011 Mặt trận tỉnh 12/3/2011",
    # an article and no line
    "21/08/2021 " + "và nhiều chữ khác " * 40,
    # two days, no label
    "12/03/2021 19/03/2021",
    # page clocks
    "Thứ sáu, 10 Tháng 05 Năm 2024",
    "Thứ tư, 22 Tháng 8 2018",
    "Hôm nay, Thứ ba ngày 11/08/2020",
    "Hôm nay là 11/08/2020 09:15",
    "Cần Thơ, ngày 22 tháng 01 năm 2020",
    "Thành phố Hồ Chí Minh, ngày 22 tháng 01 năm 2020",
    "Chủ nhật, 3 Tháng 12, 2023 - 18:40",
    "09:15 Thứ sáu, 10 Tháng 05 Năm 2024",
    "Trang chủ | Thứ sáu, 10 Tháng 05 Năm 2024",
    "Thứ 5, Ngày 18/07/2024 -",
    # relative times
    "2 giờ trước",
    "Lê An 2 giờ trước",
]


@pytest.mark.parametrize("text", NOT_STAMPS)
def test_what_is_no_date_of_the_page_is_not_read(text: str) -> None:
    assert read_stamp(text) is None


def test_a_stamp_keeps_the_string_it_was_read_from() -> None:
    stamp = read_stamp("Ngày đăng:  21/08/2021\u00a0 16:45" + " x" * 200)
    assert stamp is not None
    assert stamp.raw.startswith("Ngày đăng: 21/08/2021 16:45")
    assert len(stamp.raw) == 200
    assert stamp.day == date(2021, 8, 21)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21/08/2021", "day"),
        ("21/08/2021 16:45", "minute"),
        ("21/08/2021 16:45:00", "second"),
    ],
)
def test_precision_is_what_was_written(text: str, expected: str) -> None:
    stamp = read_stamp(text)
    assert stamp is not None
    assert stamp.precision == expected


# --- what only the site's rule can tell ---


def test_month_first_is_read_only_where_the_rule_says_so() -> None:
    text = "Thời gian đăng: 5/11/2020 2:30:05 PM"
    assert iso(read_stamp(text, DateRule(order="mdy"))) == "2020-05-11T14:30:05+07:00"
    assert iso(read_stamp(text, DateRule(order="dmy"))) == "2020-11-05T14:30:05+07:00"
    assert read_stamp(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4/10/2019 3:41:55 PM", ""),
        ("10/11/2019 10:41:55 PM", ""),
        ("4/10/2019 03:41:55 PM", "2019-10-04T15:41:55+07:00"),
        ("04/10/2019 3:41:55 PM", "2019-10-04T15:41:55+07:00"),
        ("20/9/2019 1:44:30 PM", "2019-09-20T13:44:30+07:00"),
        ("9/9/2019 1:44:30 PM", "2019-09-09T13:44:30+07:00"),
        ("4/10/2019 3:41 PM", "2019-10-04T15:41:00+07:00"),
        ("4/10/2019 15:41:55", "2019-10-04T15:41:55+07:00"),
        ("4-10-2019 3:41:55 PM", "2019-10-04T15:41:55+07:00"),
        ("Thứ Sáu, 4/10/2019 3:41:55 PM", "2019-10-04T15:41:55+07:00"),
        ("Thứ 4, ngày 4/10/2019 3:41:55 PM", "2019-04-10T15:41:55+07:00"),
        ("Chủ nhật, 4/10/2019 3:41:55 PM", ""),
    ],
)
def test_the_form_of_an_american_server_is_read_where_its_order_is_certain(text, read) -> None:
    assert (iso(read_stamp(text)) or "") == read


@pytest.mark.parametrize(
    ("text", "rule", "other"),
    [
        ("Ngày đăng: 04/10/2019", DateRule(), date(2019, 4, 10)),
        ("4.10.2019 08:15", DateRule(), date(2019, 4, 10)),
        ("04/10/19", DateRule(), date(2019, 4, 10)),
        ("13/10/2019", DateRule(), None),
        ("10/10/2019", DateRule(), None),
        ("ngày 4 tháng 10 năm 2019", DateRule(), None),
        ("2019-10-04", DateRule(), None),
    ],
)
def test_what_the_other_field_order_would_make_of_a_date(text, rule, other) -> None:
    stamp = read_stamp(text, rule)
    assert stamp is not None
    assert swapped(stamp) == other


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("Thứ Hai, 05/03/2018", 0),
        ("Thứ 2 - 05/03/2018 08:15", 0),
        ("Đăng tin: thứ bảy, 08:15 ngày 5.3.2018", 5),
        ("Chủ nhật, 08:15 | 05/03/2018", 6),
        ("Thứ Hai, 12/02/2018 (cập nhật 05/03/2018)", None),
        ("05/03/2018, thứ Hai", None),
        ("05/03/2018", None),
    ],
)
def test_the_weekday_that_stands_before_a_date(text: str, weekday: int | None) -> None:
    assert weekday_beside(Stamp("2018-03-05", "day", text)) == weekday


def test_a_date_that_does_not_fit_the_order_is_never_turned_round() -> None:
    assert read_stamp("21/08/2021", DateRule(order="mdy")) is None
    assert read_stamp("08/21/2021") is None


@pytest.mark.parametrize(
    "text", ["(05:12, 18/06/2020)", "18/06/2020 | 05:12 | View count: 1", "2020-06-18 05:12"]
)
def test_an_unmarked_twelve_hour_clock_gives_the_day(text: str) -> None:
    assert iso(read_stamp(text, DateRule(clock="unsure"))) == "2020-06-18"


def test_midnight_is_a_filler_unless_the_rule_says_otherwise() -> None:
    for text in ("Ngày đăng 18/06/2020 | 00:00", "18/06/2020 12:00:00 AM", "2020-06-18T00:00:00"):
        assert iso(read_stamp(text)) == "2020-06-18"
        real = iso(read_stamp(text, DateRule(ignore_midnight=False)))
        assert real == "2020-06-18T00:00:00+07:00"


def test_a_day_after_the_capture_is_refused_two_days_are_a_wrong_clock() -> None:
    assert iso(read_stamp("12/06/2024", captured_at=CAPTURED)) == "2024-06-12"
    assert read_stamp("13/06/2024", captured_at=CAPTURED) is None
    assert read_meta("2024-06-13T08:00:00+07:00", captured_at=CAPTURED) is None


# --- meta, JSON-LD, time, feeds ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-08-03T16:45:09+07:00", "2021-08-03T16:45:09+07:00"),
        ("2021-08-03T16:45:09.123+0700", "2021-08-03T16:45:09+07:00"),
        ("2021-08-03T09:45Z", "2021-08-03T16:45:00+07:00"),
        ("2021-08-03T16:45:09", "2021-08-03T16:45:09+07:00"),
        ("2021-08-03+0716:45:09", "2021-08-03T16:45:09+07:00"),
        ("2021-08-03", "2021-08-03"),
        ("Tue, 03 Aug 2021 09:45:09 GMT", "2021-08-03T16:45:09+07:00"),
        ("Tue, 03 Aug 2021 16:45:09 +0700", "2021-08-03T16:45:09+07:00"),
        ("03/08/2021 16:45", "2021-08-03T16:45:00+07:00"),
        ("Tue, 33 Aug 2021 09:45:09 GMT", None),
        ("2021-02-30T16:45:09+07:00", None),
        ("0001-01-01T00:00:00", None),
        ("", None),
    ],
)
def test_machine_readable_values_are_read(text: str, expected: str | None) -> None:
    assert iso(read_meta(text)) == expected


# --- relative times and clocks ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lê An 4 giờ trước", "2024-06-10"),
        ("25 phút trước", "2024-06-10"),
        ("hôm qua", "2024-06-09"),
        ("20 giờ trước", "2024-06-09"),
        ("8 giờ trước", None),  # before or after midnight: its rounding hides it
        ("3 ngày trước", None),
        ("2 giờ", None),
        ("999 giờ trước nữa", "2024-04-29"),
    ],
)
def test_a_relative_time_gives_the_day_when_it_is_certain(text: str, expected: str | None) -> None:
    assert iso(read_relative(text, CAPTURED)) == expected


def test_relative_times_are_counted_in_vietnam() -> None:
    late = datetime(2024, 6, 9, 20, 30, tzinfo=UTC)  # 03:30 on the 10th in Vietnam
    assert iso(read_relative("1 giờ trước", late)) == "2024-06-10"


def test_a_line_is_a_clock_by_its_wording_or_by_the_day_of_the_visit() -> None:
    assert is_clock("Thứ hai, 10 Tháng 06 Năm 2024")
    assert not is_clock("10/06/2024")
    assert is_clock("10/06/2024", CAPTURED)
    assert is_clock("Thứ Hai, ngày 10 tháng 6 năm 2024", CAPTURED)
    assert not is_clock("09/06/2024", CAPTURED)
    assert not is_clock("Tin mới", CAPTURED)


# --- addresses ---


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hanoi.gov.vn/tin/a-b-4240312081530123.htm", "2024-03-12T08:15:30+07:00"),
        ("https://phuong.hanoi.gov.vn/a-b-281424031208153012.htm", "2024-03-12T08:15:30+07:00"),
        ("https://phuong.hanoi.gov.vn/a-b-2814240312081530123.htm", "2024-03-12T08:15:30+07:00"),
        ("https://elsewhere.gov.vn/a-b-4240312081530123.htm", None),
        ("https://hanoi.gov.vn/a-b-4241312081530123.htm", None),  # month 13
        ("https://xa.hanam.gov.vn/Pages/a-637450000000000000.aspx", "2020-12-31T08:26:40+07:00"),
        ("https://bao.vn/a-b-20220412101112345.htm", "2022-04-12T10:11:12+07:00"),
        ("https://bao.vn/a-b-20221312101112345.htm", None),
        ("https://x.gov.vn/portal/Pages/2021-3-7/bai-viet.aspx", "2021-03-07"),
        ("https://x.gov.vn/2021/03/07/bai-viet/", "2021-03-07"),
        ("https://x.gov.vn/2021/13/07/bai-viet/", None),
        ("https://x.gov.vn/index.php?view=article&id=9:2021-03-07-03-15-20", "2021-03-07"),
        ("https://x.gov.vn/index.php?view=article&id=9:2021-03-07-18-15-20", None),
        ("https://x.gov.vn/tin-1234.html", None),
        ("https://[x.gov.vn/tin", None),
    ],
)
def test_times_in_the_addresses_of_articles(url: str, expected: str | None) -> None:
    assert iso(stamp_in_url(url)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.vn/documents/1/2/1600000000999_a.jpg?t=1", "2020-09-13T19:26:40+07:00"),
        ("https://static.x.vn/Uploaded/an/2022_05_17/a.jpg", "2022-05-17"),
        ("https://x.vn/a.jpg", None),
    ],
)
def test_the_address_of_a_file_tells_when_it_was_uploaded(url: str, expected: str | None) -> None:
    assert iso(upload_in_url(url)) == expected


# --- the event's date in a lead ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ngày 12/9/2022, tại hội trường", "2022-09-12"),
        ("Sáng ngày 12.9.2022", "2022-09-12"),
        ("Chiều 12-9-2022, đoàn đến thăm", "2022-09-12"),
        ("Ngày 12 tháng 9 năm 2022", "2022-09-12"),
        ("Trong hai ngày 12 và 13 tháng 9 năm 2022", "2022-09-12"),
        ("12 - 13/9/2022", "2022-09-12"),
        ("Từ ngày 12/9 đến ngày 02/10 năm 2022", "2022-09-12"),
        ("Từ ngày 27/12 đến 03/01/2023", "2022-12-27"),
        ("Kỷ niệm (18/11/2003 - 18/11/2023), ngày 12/9/2022", "2022-09-12"),
        ("Kỷ niệm (18/11/1930 - 18/11/2022), ngày 12/9/2022", "2022-09-12"),
        ("Thực hiện Kế hoạch số 12 ngày 3/2/2022, sáng 12/9/2022", "2022-09-12"),
        ("Thực hiện Kế hoạch số 12 năm nay, sáng ngày 12/9/2022", "2022-09-12"),
        ("ngày 2/9/1945", None),
        ("Kết quả 9 tháng năm 2022", None),
        ("tăng 12.5 điểm", None),
        ("Ngày 12/9, tại hội trường", None),
    ],
)
def test_the_dateline_of_a_lead_is_the_day_of_the_event(text: str, expected: str | None) -> None:
    assert iso(read_dateline(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ngày 12/9, tại hội trường", "2022-09-12"),
        ("Sáng 12-9, tại hội trường", "2022-09-12"),
        ("Ngày 17/9", "2022-09-17"),  # two days ahead
        ("Ngày 18/9", "2021-09-18"),  # three
        ("Ngày 31/12", "2021-12-31"),
        ("10, 11 và 12/9", "2022-09-10"),
        ("Ngày 29/2", None),
        ("tăng 12.9 điểm", None),
    ],
)
def test_a_missing_year_is_that_of_publication_or_the_one_before(
    text: str, expected: str | None
) -> None:
    stamp = read_dateline(text, date(2022, 9, 15))
    assert iso(stamp) == expected
    assert stamp is None or stamp.precision == "inferred-year"


def test_a_dateline_is_looked_for_in_the_lead_only_and_never_cut() -> None:
    assert iso(read_dateline("Ngày 12/9/2022, " + "nhiều chữ khác " * 200)) == "2022-09-12"
    for length in range(1470, 1500):
        assert iso(read_dateline("x" * length + " ngày 12/9/2022, tại")) in {None, "2022-09-12"}


# --- the table of truth, where it lies beside the checkout ---


def _truth() -> list[dict[str, str]]:
    if not TRUTH.exists():
        return []
    with TRUTH.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _rule(note: str) -> DateRule:
    if "M/D/YYYY" in note:
        return DateRule(order="mdy")
    return DateRule() if "midnight" in note else DateRule(clock="unsure")


def _read_as_noted(row: dict[str, str]) -> Stamp | None:
    raw, note = row["raw"], row["note"]
    kind = note.partition(":")[0]
    if kind == "site-rule":
        return read_stamp(raw, _rule(note))
    if kind == "url":
        host = re.search(r"[\w.]+\.gov\.vn", note)
        assert host
        end = "aspx" if "ticks" in note else "htm"
        return stamp_in_url(f"https://{host[0]}/tin/bai-viet-{raw}.{end}")
    if kind == "event":
        day = re.search(r"ref=([\d-]{10})", note)
        return read_dateline(raw, date.fromisoformat(day[1]) if day else None)
    return read_stamp(raw)


@pytest.mark.skipif(not TRUTH.exists(), reason="../shared/facts/dates.csv is not there")
@pytest.mark.parametrize("row", _truth(), ids=lambda row: row["raw"])
def test_each_row_of_the_table_is_read_as_its_note_says(row: dict[str, str]) -> None:
    stamp = _read_as_noted(row)
    if row["note"].startswith("history"):  # readable, but never the date of an article or event
        assert stamp is None
        assert read_dateline(row["raw"]) is None
        return
    assert (stamp.iso if stamp else "") == row["expected_iso_or_empty"]
    assert (stamp.precision if stamp else "none") == row["precision"]
    without = re.search(r"without the rule (\d{4}-\S+)", row["note"])
    if without:
        assert iso(read_stamp(row["raw"], DateRule(ignore_midnight=False))) == without[1]


# --- any date, any text ---

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31))
EXACT = DateRule(ignore_midnight=False)


def _half(moment: datetime, marks: tuple[str, str]) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M} {marks[moment.hour >= 12]}"


FORMS = [
    lambda t: f"{t:%d/%m/%Y %H:%M}",
    lambda t: f"Ngày đăng {t:%d/%m/%Y} | {t:%H:%M}  | Lượt xem: 303",
    lambda t: f"{t:%H:%M} | {t:%d-%m-%Y}",
    lambda t: f"{t.hour}:{t.minute} | {t.day}/{t.month}/{t.year}",
    lambda t: f"Thứ sáu - {t:%d/%m/%Y %H:%M} 203 0",
    lambda t: f"{t.hour}h{t:%M} ngày {t:%d.%m.%Y}",
    lambda t: f"{t.hour} giờ {t:%M} phút, ngày {t.day}-{t.month}-{t.year}",
    lambda t: f"Thứ Năm, ngày {t.day} tháng {t.month} năm {t.year} - {t:%H:%M}",
    lambda t: f"{t:%d/%m/%Y} - {_half(t, ('AM', 'PM'))}",
    lambda t: f"{_half(t, ('SA', 'CH'))} {t:%d/%m/%Y}",
    lambda t: f"{t:%Y-%m-%dT%H:%M}",
    lambda t: f"{t:%Y-%m-%dT%H:%M}+07:00",
    lambda t: f"{t - timedelta(hours=7):%Y-%m-%dT%H:%M}Z",
]


@given(MOMENTS.map(lambda moment: moment.replace(second=0, microsecond=0)), st.sampled_from(FORMS))
def test_any_moment_comes_back_from_any_form(moment: datetime, form) -> None:  # type: ignore[no-untyped-def]
    text = form(moment)
    if text.endswith("Z") and moment - timedelta(hours=7) < datetime(1990, 1, 1):
        return
    assert iso(read_stamp(text, EXACT)) == f"{moment:%Y-%m-%dT%H:%M}:00+07:00"


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_any_day_comes_back_and_never_turned_round(day: date) -> None:
    for text in (f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%Y-%m-%d}"):
        assert iso(read_stamp(text)) == day.isoformat()
    turned = read_stamp(f"{day:%m/%d/%Y}", DateRule(order="mdy"))
    assert iso(turned) == day.isoformat()


RULES = [DateRule(), EXACT, DateRule(order="mdy"), DateRule(clock="unsure")]


@given(
    st.sampled_from(["", "Thứ sáu - ", "thứ tư, ", "Chủ nhật | "]),
    st.from_regex(r"[0-3]?\d/[01]?\d/(?:19|20)\d\d", fullmatch=True, alphabet="0123456789/"),
    st.sampled_from(["", " 14:49", ", 4:05", " - 0:00:00", " | 24:01", " 09:60:10"]),
    st.sampled_from(RULES),
)
def test_a_date_alone_on_its_line_is_read_as_beside_a_counter(
    weekday: str, day: str, time: str, rule: DateRule
) -> None:
    line = f"{weekday}{day}{time}"
    assert iso(read_stamp(line, rule)) == iso(read_stamp(f"{line} Đã xem: 12", rule))


TEXTS = st.text(
    st.sampled_from("0123456789/-.:,| hgTZ+()")
    | st.sampled_from("ngàythánămđêSACH\u0301")
    | st.characters(),
    max_size=80,
)


@given(TEXTS)
@example("99999999999999999999/01/2020")
@example("٣/٤/٢٠٢٠")
@example("²/²/2020")
def test_no_text_raises(text: str) -> None:
    for stamp in (
        read_stamp(text, captured_at=CAPTURED),
        read_meta(text),
        read_relative(text, CAPTURED),
        read_dateline(text, date(2022, 9, 15)),
        stamp_in_url(f"https://hanoi.gov.vn/{text}"),
        upload_in_url(text),
    ):
        assert stamp is None or stamp.day <= date(2100, 12, 31)
    assert is_clock(text, CAPTURED) in {True, False}
