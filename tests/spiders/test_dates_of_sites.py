"""Dates as the registry's sites show them: which is the article's, and which must never be.

Page clocks, print days, licences and banners are worded as the sites word them; the stories are
invented.
"""

from __future__ import annotations

import pytest

from crawler.items import Claim, Fetch
from crawler.registry import load_registry
from spiders.loader import load_family
from tests.spiders.answers import CAPTURED, PROSE

SITES = load_registry()
TITLE = "Ban công tác Mặt trận cùng bà con dọn ngõ"
NUKEVIET = "<div class='news_column' itemtype='http://schema.org/NewsArticle'>{}</div>"

NEVER = {
    "an alias that is the next day in Vietnam if it is in UTC": (
        "tam-dai-commune",
        "/index.php/doan-the/1056-2020-11-19-17-00-00",
        "<h1>{title}</h1>{text}",
    ),
    "a clock in the header": (
        "ninh-binh-front",
        "/tin-hoat-dong/1-hoi-nghi",
        "<div>Thứ ba, 21 Tháng 8 2018</div><h1>{title}</h1>{text}",
    ),
    "a clock that says today": (
        "kim-son-district",
        "/ho-i-nghi-huye-n-1483.html",
        "<div>Hôm nay, Thứ hai ngày 10/08/2020</div><h1>{title}</h1>{text}",
    ),
    "a clock above a portlet": (
        "ngo-quyen-bac-giang-ward",
        "/tin/-/asset_publisher/Enp27vlshTez/content/hoi-nghi",
        "<p>Thứ năm, 09 Tháng 05 Năm 2024</p><h1>{title}</h1><p>| Lượt xem:</p>"
        "<div class='journal-content-article'>{text}</div>",
    ),
    "a clock with the time of the visit": (
        "ben-tre-front",
        "/noi-dung/hoi-nghi.html",
        "<header>Thứ bảy, 2 Tháng 12, 2023 - 18:39</header><h1>{title}</h1>{text}",
    ),
    "the day of printing": (
        "hai-phong-portal",
        "/Portal/PrintItem.aspx?ContentID=155435",
        "<h1>{title}</h1>{text}<p>Hải Phòng, ngày 21 tháng 01 năm 2020</p>",
    ),
    "a licence and a copyright in the footer": (
        "ca-mau-front",
        "/hoi-nghi-ban-cong-tac.252",
        "<h1>{title}</h1>{text}<footer>Giấy phép số: 795/GP-STTTT, ngày 15/8/2017."
        " Bản quyền ©2011</footer>",
    ),
    "banners of a new year and a term of office": (
        "chau-thanh-an-giang",
        "/wps/portal/Home/trang-chu/xem/hoi+nghi",
        "<p>Chúc mừng năm mới 2019!!!</p><p>NHIỆM KỲ 2024 - 2029</p><h1>{title}</h1>{text}",
    ),
    "the day of an update": (
        "thai-binh-front",
        "/tin-tuc-su-kien/hoi-nghi-727.html",
        "<h1>{title}</h1><p>Ngày cập nhật: 24/06/2020</p>{text}",
    ),
    "dates of other articles": (
        "xuan-dong-commune",
        "/vi/news/tin/hoi-nghi-378.html",
        NUKEVIET.format("<h1>{title}</h1><div id='news-bodyhtml' class='bodytext'>{text}</div>")
        + "<ul class='detail-related'><li><h4><a href='/vi/news/tin/khac-9.html'>Tin khác</a></h4>"
        "<em>(15/01/2021)</em></li></ul>",
    ),
    "the time of the last edit": (
        "binh-dinh-front",
        "/news/tin/hoi-nghi-41.html",
        NUKEVIET.format(
            "<h1>{title}</h1><span class='hidden hide d-none' itemprop='datePublished'>"
            "2021-03-05T10:00:00+07:00</span>"
            "<div id='news-bodyhtml' class='bodytext'>{text}</div>"
        ),
    ),
    "the anniversary a festival keeps": (
        "hanoi-front",
        "/ngay-hoi-dai-doan-ket.htm",
        "<h1>{title}</h1><p>Kỷ niệm ngày truyền thống (18/11/1930 - 18/11/2022).</p>{text}",
    ),
}

SHOWN = {
    "the label, not the clock": (
        "kon-tum-portal",
        "/pages/detail/511/Hoi-nghi.html",
        "<header>Thứ 4, Ngày 17/07/2024 -</header><h1>{title}</h1>"
        "<p>Ngày đăng: 05/06/2024  18:30</p><p>Mặc định Cỡ chữ</p>{text}",
        "2024-06-05T18:30:00+07:00",
    ),
    "before the title": (
        "van-dau-ward",
        "/trang-chu/hoi-nghi-597086",
        "<p>09/12/2022</p><h1>{title}</h1>{text}",
        "2022-12-09",
    ),
    "before the title, with a licence below": (
        "da-nang-front-old",
        "/62-33-10469/default.aspx",
        "<p>16/11/2022</p><h1>{title}</h1>{text}<p>Giấy phép số: 795/GP-STTTT, ngày 15/8/2017</p>",
        "2022-11-16",
    ),
    "a long form with a weekday": (
        "tuyen-quang-city",
        "/DetailView/4864/6/Hoi-nghi.html",
        "<h1>{title}</h1><p>Thứ Năm, ngày 6 tháng 6 năm 2019 - 14:20</p>{text}",
        "2019-06-06T14:20:00+07:00",
    ),
    "midnight stands for no time": (
        "ba-dinh-district",
        "/khoi-phuong/-/view_content/311-hoi-nghi.html",
        "<h1>{title}</h1><p>Ngày đăng 24/11/2014 | 00:00</p>{text}",
        "2014-11-24",
    ),
    "an afternoon without a mark": (
        "ha-long-city-liferay",
        "/web/guest/tin/-/view_content/5537768-hoi-nghi.html",
        "<h1>{title}</h1><p>Ngày đăng 07/11/2020 | 02:44  | View count: 799</p>{text}",
        "2020-11-07",
    ),
    "a morning that is an afternoon": (
        "hai-hau-district",
        "/tin-tuc-su-kien/hoi-nghi-1188-46765-article.html",
        "<h1>{title}</h1><p>(05:12, 18/06/2020)</p>{text}",
        "2020-06-18",
    ),
    "24 hours in the same template": (
        "cau-giay-district",
        "/ub-mttq-va-cac-doan-the/-/view_content/318-hoi-nghi.html",
        "<h1>{title}</h1><p>Ngày đăng 20/05/2020 | 15:05  | View count: 78</p>{text}",
        "2020-05-20T15:05:00+07:00",
    ),
    "the month first": (
        "dien-bien-front",
        "/TinTuc/View/Hoi-nghi-cua-Uy-ban-",
        "<h1>{title}</h1><p>Thời gian đăng: 4/10/2019 3:41:55 PM</p>{text}",
        "2019-04-10T15:41:55+07:00",
    ),
    "a counter glued to the time": (
        "quan-ba-district",
        "/chi-tiet-tin-tuc/-/news/44741/hoi-nghi.html",
        "<h1>{title}</h1><p>06/06/2024 10:11 54 lượt xem</p>{text}",
        "2024-06-06T10:11:00+07:00",
    ),
    "a label before a time of twelve hours": (
        "quang-ngai-front",
        "/print.aspx?postid=3574",
        "<h1>{title}</h1><p>Ngày đưa:  20/09/2019 01:44:30 PM In bài</p>{text}"
        "<p>Bản quyền ©2011 Ủy ban</p>",
        "2019-09-20T13:44:30+07:00",
    ),
    "in the address of the city": (
        "hanoi-portal",
        "/tin-dia-phuong/hoi-nghi-4250919162226386.htm",
        "<h1>{title}</h1><p>2 giờ trước</p>{text}",
        "2025-09-19T16:22:26+07:00",
    ),
    "in the address of a ward, behind four digits": (
        "hai-ba-trung-ward",
        "/dang-doan-the/hoi-nghi-281425070818230668.htm",
        "<h1>{title}</h1>{text}",
        "2025-07-08T18:23:06+07:00",
    ),
    "in .NET ticks": (
        "kim-bang-district",
        "/Pages/hoi-nghi-637413777288722035.aspx",
        "<h1>{title}</h1>{text}",
        "2020-11-19T10:15:28+07:00",
    ),
    "in an alias that is a time of writing, whose zone is not known": (
        "tam-dai-commune",
        "/index.php?id=1056:2020-11-19-01-51-02&option=com_content&view=article",
        "<h1>{title}</h1>{text}",
        "2020-11-19",
    ),
    "in an alias behind the id": (
        "tam-dai-commune",
        "/index.php/doan-the/1056-2020-11-19-16-59-59",
        "<h1>{title}</h1>{text}",
        "2020-11-19",
    ),
    "in a folder by days": (
        "dai-nai-ward",
        "/portal/Pages/2021-3-5/Hoi-nghi-quy4x1k.aspx",
        "<h1>{title}</h1>{text}",
        "2021-03-05",
    ),
}


def published(site: str, path: str, body: str) -> str | None:
    """Return the date that a site's family takes from a page of it."""
    url = f"{SITES[site].base_url}{path}"
    shown = body.format(title=TITLE, text=PROSE)
    html = f"<html><head><title>{TITLE}</title></head><body>{shown}</body></html>"
    headers = [("Content-Type", "text/html; charset=utf-8")]
    fetch = Fetch(url=url, started_at=CAPTURED, status=200, headers=headers, body=html.encode())
    page = load_family(SITES[site]).page(fetch, Claim(id=1, site=site, url=url, kind="article"))
    assert page.article is not None, page.evidence
    return page.article.published_at


@pytest.mark.parametrize(("site", "path", "body"), NEVER.values(), ids=NEVER)
def test_what_is_no_date_of_publication_is_not_taken_for_one(site, path, body):
    assert published(site, path, body) is None


@pytest.mark.parametrize(("site", "path", "body", "date"), SHOWN.values(), ids=SHOWN)
def test_a_date_is_read_as_its_site_means_it(site, path, body, date):
    assert published(site, path, body) == date
