"""What stands around the text on the registry's sites is left out on the first page already.

The labels are worded as the sites word them; nothing was learned of the sites yet.
"""

from __future__ import annotations

import pytest

from crawler.items import Claim, Fetch
from crawler.registry import load_registry
from spiders.loader import load_family
from tests.spiders.answers import CAPTURED, PARAGRAPHS, PROSE

SITES = load_registry()
TITLE = "Ban công tác Mặt trận cùng bà con dọn ngõ"

PAGES = {
    "hanoi-front": (
        "/hoi-nghi.htm",
        "<h1>{title}</h1><p>14/10/2023 - 03:46 PM</p>{text}<h3>Các tin tức khác</h3><ul>"
        "<li><a href='/a.htm'>Tin A</a></li></ul><h3>danh mục tin tức</h3><p>"
        "Kết quả bình chọn khu phố sạch đẹp 2020</p>",
    ),
    "tuyen-quang-front": (
        "/DetailView/3053/31/Hoi-nghi.html",
        "<h2>{title}</h2><p>Thứ Hai, 23/6/2025 - 11:47 Đã xem: 640</p><p>"
        "Cỡ chữ: A+ A-</p>{text}<form>Xem tin theo ngày:     Tháng:    Năm:</form><p>"
        "• :</p>",
    ),
    "kim-bang-district": (
        "/Pages/hoi-nghi-637413777288722035.aspx",
        "<a href='#'>Skip Ribbon Commands</a><a href='#'>Skip to main content</a><a>"
        "Sign In</a><p>Tin tức - Sự kiện Tin hoạt động</p><h1>{title}</h1><p>{title}</p>"
        "<div class='ms-rtestate-field'>{text}</div>",
    ),
    "xuan-dong-commune": (
        "/vi/news/tin/hoi-nghi-378.html",
        "<div class='news_column' itemtype='http://schema.org/NewsArticle'><h1>"
        "{title}</h1><span class='h5'>Thứ sáu - 15/01/2021 19:02</span>"
        "<div id='news-bodyhtml' class='bodytext'>{text}</div><p>"
        "Tổng số điểm của bài viết là: 0 trong 0 đánh giá</p><p>"
        "Click để đánh giá bài viết</p></div><div id='timeoutsess'>"
        "Bạn đã không sử dụng Site, Bấm vào đây</div>",
    ),
    "quang-ngai-front": (
        "/print.aspx?postid=3574",
        "<h1>{title}</h1><p>Ngày đưa:  30/09/2011 09:47:47 AM <a>In bài</a></p>{text}<p>"
        "BAN BIÊN TẬP</p><p>"
        "Bản quyền ©2011 Ủy ban Mặt trận Tổ quốc Việt Nam Tỉnh Quảng Ngãi</p>",
    ),
    "da-nang-front-new": (
        "/chi-tiet-tin/group/70/nid/12473/hoi-nghi",
        "<h4>Chi tiết tin</h4><span>A+ | A | A-</span><h1>{title}</h1><p>"
        "Ngày đăng: 12:17 | 16/11/2025</p>{text}",
    ),
    "hong-gai-ward": (
        "/hoi-nghi-p13n53811.html",
        "<h1>{title}</h1><div>{text}</div><h4>Thời tiết</h4><h4>Tỷ giá ngoại tệ</h4><h4>"
        "Thống kê truy cập</h4><p>Đang online 614</p>",
    ),
    "dong-nai-front-webforms": (
        "/ViewDetail.aspx?nID=5",
        "<p>ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM TỈNH ĐỒNG NAI</p><p>Nội dung bản tin</p><h2>"
        "{title}</h2><p>Đăng ngày: 04-11-2023 11:18</p><p>"
        "asp:Label ID=&quot;lblSummary&quot; runat=&quot;server&quot;</p>{text}<p>"
        "In nội dung</p><p>Các tin đã đăng ngày:</p><p>Về đầu</p><p>Chưa có thông tin</p>",
    ),
    "son-hoa-district": (
        "/kinh-te-chinh-tri/hoi-nghi-597086",
        "<img alt='image banner'><h1>{title}</h1>{text}<img alt='anh tin bai'>",
    ),
    "ninh-binh-front": (
        "/tin-hoat-dong/1-hoi-nghi",
        "<div>Thứ ba, 21 Tháng 8 2018</div><p>"
        "THI ĐUA LẬP THÀNH TÍCH CHÀO MỪNG ĐẠI HỘI</p><h1>{title}</h1>"
        "{text}",
    ),
    "ba-dinh-district": (
        "/khoi-phuong/-/view_content/311-hoi-nghi.html",
        "<h2>khối phường</h2><h2>khối phường</h2><h1>{title}</h1><p>"
        "Ngày đăng 24/11/2014 | 00:00</p>{text}<p>Lượt xem: 303</p><a>« Quay lại</a>",
    ),
    "central-front": (
        "/hoat-dong/hoi-nghi-46909.html",
        "<div class='main-column'><h4>Tin mới</h4><h1>{title}</h1>"
        "<div class='article__meta'><time>09:21 19/06/2023</time></div>"
        "<div class='article__body'>{text}<div class='article__inner-relate'>"
        "<a href='/a-1.html'>Đoàn công tác thăm bà con vùng lũ</a></div></div>"
        "</div>",
    ),
    "yen-bai-front": (
        "/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?ItemID=640&l=Tinhoatdong&lv=25",
        "<p>Tin Hoạt động &gt;&gt; Văn hóa - Xã hội</p><h1>{title}</h1><p>05/02/2020 02:57:13</p>"
        "<p>Xem cỡ chữ</p><a>Google</a>{text}<p>15oC</p><p>Thấp nhất 13°C, cao nhất 17°C. "
        "Trời nhiều mây, . Áp suất không khí hPa.</p><p>Độ ẩm trung bình %. Tốc độ gió km/h</p>",
    ),
    "lang-son-portal": (
        "/tin-tuc/hoi-nghi",
        "<a href='#'>Skip to main content</a><h1>{title}</h1><p>Chế độ ban đêm In trang Xuất PDF "
        "Đọc nội dung</p><p>-A A +A</p>{text}",
    ),
    "gia-lai-front": (
        "/kkk/Hoat-dong-chung/Hoi-nghi(3).aspx",
        "<p>You have an old version of Adobe's Flash Player. Get the latest Flash player.</p>"
        "<p>Hoạt động chung &gt; Ban công tác Mặt trận ...</p><h1>{title}</h1><p>10/06/2020</p>"
        "{text}",
    ),
}


@pytest.mark.parametrize(("site", "path", "body"), [(site, *page) for site, page in PAGES.items()])
def test_an_article_holds_its_text_and_nothing_of_the_page(site, path, body):
    url = f"{SITES[site].base_url}{path}"
    shown = body.format(title=TITLE, text=PROSE)
    html = f"<html><head><title>{TITLE}</title></head><body>{shown}</body></html>"
    headers = [("Content-Type", "text/html; charset=utf-8")]
    fetch = Fetch(url=url, started_at=CAPTURED, status=200, headers=headers, body=html.encode())
    page = load_family(SITES[site]).page(fetch, Claim(id=1, site=site, url=url, kind="article"))
    assert page.article is not None, page.evidence
    assert page.article.title == TITLE
    text = [page.article.lead, *page.article.body.split("\n\n")]
    assert [paragraph for paragraph in text if paragraph] == list(PARAGRAPHS)
