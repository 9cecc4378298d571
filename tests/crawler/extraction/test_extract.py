"""The whole way, from a small page to the article, with the rules of each family and without."""

# ruff: noqa: E501 - markup reads better in one piece
from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from crawler.extraction.document import parse_document
from crawler.extraction.extract import EXTRACTOR_VERSION, extract
from crawler.extraction.hints import Hints
from spiders.rules import generic, liferay, nukeviet, webforms, wordpress
from tests.crawler.extraction.reading import (
    FIRST,
    SECOND,
    THIRD,
    TITLE,
    URL,
    article,
    paragraphs,
    read,
)

MENU = (
    "<ul class='menu'>"
    + "".join(f"<li><a href='/{n}'>Chuyên mục số {n} của phường</a></li>" for n in range(9))
    + "</ul>"
)
OTHERS = "".join(
    f"<li><a href='/bai-{n}.html'>Khu phố {n} tổ chức ngày hội và ra quân dọn vệ sinh</a> (0{n}/05/2024)</li>"
    for n in range(1, 9)
)

NUKEVIET = f"""
<html><head><meta property="article:published_time" content="2024-05-07+0719:02:14">
<meta property="article:section" content="Phong trào">
<meta property="article:tag" content="đại đoàn kết"></head><body>{MENU}
<div class="news_column panel" itemtype="http://schema.org/NewsArticle" itemscope>
<h1 class="title" itemprop="headline">{TITLE}</h1>
<div class="hidden" itemprop="author"><span itemprop="name">quantri</span></div>
<span class="hidden" itemprop="datePublished">2024-05-08T21:02:14+07:00</span>
<span class="h5">Thứ ba - 07/05/2024 19:02</span>
<div class="hometext" itemprop="description">{FIRST}</div>
<figure class="article left noncaption"><p><img src="/assets/news/le.jpg"></p></figure>
<div id="imgpreview" style="display:none"><p><img src="/uploads/news/le.jpg"></p></div>
<div id="news-bodyhtml" class="bodytext">{paragraphs(SECOND, THIRD)}</div>
<div class="news-download-file"><a download href="?download=1&amp;id=1">Danh sách ủng hộ</a></div>
<p class="h5 text-right"><strong>Tác giả: </strong>Lê Thị Tám</p>
<p class="h5 text-right"><strong>Nguồn tin: </strong>Báo An Lạc</p>
<div class="alert alert-info">Chú ý: Việc đăng lại bài viết trên mà không ghi rõ nguồn là vi phạm</div></div>
<div class="news_column"><p id="stringrating">Tổng số điểm của bài viết là: 5 trong 1 đánh giá</p>
<div id="idcomment">Ý kiến bạn đọc</div><ul class="detail-related">{OTHERS}</ul></div></body></html>"""


def test_a_nukeviet_article():
    found = article(NUKEVIET, nukeviet.RULES)
    assert found.title == TITLE
    assert (found.lead, found.body) == (FIRST, f"{SECOND}\n\n{THIRD}")
    assert found.published_at == "2024-05-07T19:02:14+07:00"
    assert (found.author, found.section, found.tags) == (
        "Lê Thị Tám",
        "Phong trào",
        ["đại đoàn kết"],
    )
    assert [image.url.rsplit("/", 2)[1:] for image in found.images] == [["news", "le.jpg"]]
    assert [a.url.partition("?")[2] for a in found.attachments] == ["download=1&id=1"]
    assert found.language == "vi"
    assert found.extractor == f"{EXTRACTOR_VERSION}.nukeviet{nukeviet.RULES.version}"
    assert found.flags == []


def test_the_same_page_without_rules_gives_the_same_article():
    found = article(NUKEVIET.replace("phường</a>", "phường An Lạc</a>"))
    assert (found.title, found.body) == (TITLE, f"{FIRST}\n\n{SECOND}\n\n{THIRD}")
    assert found.published_at == "2024-05-07T19:02:14+07:00"
    assert found.author == "Lê Thị Tám"


def test_the_evidence_says_which_rule_found_what():
    evidence = article(NUKEVIET, nukeviet.RULES).evidence
    assert evidence["title"]["rule"] == "selector h1[itemprop=headline]"
    assert evidence["title"]["at"].endswith("h1.title")
    assert evidence["published_at"]["raw"] == "Thứ ba - 07/05/2024 19:02"
    assert evidence["body"]["rule"].endswith(" div#news-bodyhtml")
    assert evidence["source"]["raw"] == "Nguồn tin: Báo An Lạc"
    assert len(json.dumps(evidence, ensure_ascii=False).encode()) < 2500


def test_the_same_bytes_give_the_same_article():
    assert asdict(article(NUKEVIET, nukeviet.RULES)) == asdict(article(NUKEVIET, nukeviet.RULES))


@pytest.mark.parametrize(
    "rules", [nukeviet.RULES, wordpress.RULES, generic.RULES, liferay.RULES, webforms.RULES]
)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Không tìm thấy trang.</p>",
        f"{MENU}<h1>Liên hệ</h1><p>Trụ sở: 12 đường số Bốn, phường An Lạc</p>",
        f"<h1>Phong trào</h1>{MENU}<ul>{OTHERS}</ul>",
        "<h1>Phong trào</h1>"
        + "".join(f"<h3><a href='/b{n}'>Khu phố {n} tổ chức ngày hội lớn</a></h3>{paragraphs(text)}" for n, text in enumerate([FIRST, SECOND, THIRD, FIRST])),
    ],
    ids=["empty", "not found", "contact", "list of links", "list of teasers"],
)  # fmt: skip
def test_a_page_without_an_article_gives_none(rules, body):
    assert read(body, rules, url="http://phuong-an-lac.example.vn/danh-muc-7") is None


@pytest.mark.parametrize(("href", "is_article"), [("", True), ("/bai-khac-13.html", False)])
def test_a_short_notice_under_a_link_is_an_article_if_the_link_leads_to_itself(href, is_article):
    link = href or URL
    html = f"{MENU}<div class='item-page'><h2><a href='{link}'>{TITLE}</a></h2>{paragraphs(FIRST)}</div>"
    assert (read(html) is not None) == is_article


def builder(label: str, count: int, *texts: str) -> str:
    """A page whose builder puts text, label and teasers side by side in one column."""
    teasers = "".join(
        f"<div class='post-item'><h3><a href='/b{n}'>Khu phố {n} ra quân dọn sạch bờ kênh</a></h3>"
        f"<p class='excerpt'>Hơn {n + 1} trăm người đã cùng nhau thu gom rác, khơi thông dòng chảy và trồng cây ven bờ kênh. Khu phố {n} còn giao cho mỗi tổ tự quản một đoạn bờ kênh để giữ sạch quanh năm.</p></div>"
        for n in range(count)
    )
    return f"<div class='column'><h1>{TITLE}</h1><div>07/05/2024</div>{paragraphs(*texts)}<h3>{label}</h3>{teasers}</div>"


@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize("label", ["Có thể bạn quan tâm", "Tin liên quan", "You may also like"])
def test_teasers_below_a_label_are_no_text_of_the_article_above(label, count):
    found = article(builder(label, count, FIRST, SECOND, THIRD))
    assert found.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
    assert found.published_at == "2024-05-07"


def test_a_text_whose_headings_are_links_goes_on_below_them():
    found = article(builder("Ba khu phố làm tốt", 2, FIRST, SECOND, THIRD))
    assert found.body.count("khơi thông dòng chảy") == 2


def test_teasers_below_a_preface_make_no_article():
    assert (
        read(builder("Tin liên quan", 4, FIRST), url="http://phuong-an-lac.example.vn/tin") is None
    )


def test_a_platforms_other_pages_are_no_articles():
    listing = NUKEVIET.replace('itemtype="http://schema.org/NewsArticle"', "").replace(
        "news-bodyhtml", "x"
    )
    assert read(listing.replace("bodytext", "list"), nukeviet.RULES) is None


LIFERAY = f"""
<html><head><title>Phường An Lạc</title></head><body>
<div class="clock">Thứ năm, 09 Tháng 05 Năm 2024</div>{MENU}
<section class="portlet"><h1 class="portlet-title">Chuyên mục</h1></section>
<div>Số lượng truy cập</div><div>Đang truy cập: 15,630</div><div>Tổng số trong ngày: 2,079</div>
<div class="asset-full-content"><div class="tieu-de-bai">{TITLE}</div><div><span>{{date}}</span> | Lượt xem: </div>
<div>Chế độ ban đêm OFF</div><div>Cỡ chữ: A- A A+</div><div>Đọc bài viết</div>
<div class="asset-content"><div class="journal-content-article">{paragraphs(FIRST, SECOND, THIRD)}
<p style="text-align:right">Lê Thị Tám</p></div></div>
<div class="asset-ratings">Đánh giá trung bình (0 phiếu)</div></div>
<div>Tin liên quan</div><ul>{OTHERS}</ul></body></html>"""
LIFERAY_URL = (
    "http://an-lac.example.vn/tin-tuc/-/asset_publisher/Ab1Cd2Ef3Gh4/content/"
    "ngay-hoi-ai-oan-ket-o-khu-pho-ba"
)


@pytest.mark.parametrize(
    ("date", "published"), [("", None), ("07/05/2024 | 08:15", "2024-05-07T08:15:00+07:00")]
)
def test_a_liferay_article_with_and_without_a_date_and_never_with_the_clock(date, published):
    found = article(LIFERAY.format(date=date), liferay.RULES, url=LIFERAY_URL)
    assert (found.title, found.author) == (TITLE, "Lê Thị Tám")
    assert found.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
    assert found.published_at == published
    assert ("date-null" in found.flags) is (published is None)


def test_a_webforms_article_in_nested_tables():
    html = f"""
    <form id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="dGVzdA==">
    <table align="center"><tr><td>MẶT TRẬN PHƯỜNG AN LẠC</td></tr><tr><td>{MENU}</td><td>
    <table><tr><td>Nội dung bản tin</td></tr><tr><td>{TITLE}</td></tr>
    <tr><td>Đăng ngày: 04-11-2023 11:18</td></tr>
    <tr><td>asp:Label ID="lblSummary" runat="server"<br>{FIRST}<br><br>{SECOND}<br><br>{THIRD}<br><br>Lê Thị Tám</td></tr>
    <tr><td><a href="Print.aspx?nID=12">In nội dung</a></td></tr>
    <tr><td><a href="/files/ke-hoach.pdf">Kế hoạch 12</a></td></tr>
    <tr><td>Các tin đã đăng ngày: <input type="submit" value="Xem"></td></tr>
    <tr><td><ul>{OTHERS}</ul></td></tr></table></td></tr></table><a href="#top">Về đầu</a></form>"""
    found = article(
        html, webforms.RULES, url="http://an-lac.example.vn/ViewDetail.aspx?nID=12", text=TITLE
    )
    assert (found.title, found.author) == (TITLE, "Lê Thị Tám")
    assert found.published_at == "2023-11-04T11:18:00+07:00"
    assert found.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
    assert [a.url for a in found.attachments] == ["http://an-lac.example.vn/files/ke-hoach.pdf"]


def test_a_site_rule_that_no_longer_matches_falls_back_to_the_scorer():
    rules = replace(nukeviet.RULES, article=(), body=("#moved",))
    found = article(NUKEVIET, rules)
    assert (found.lead, found.body) == (FIRST, f"{SECOND}\n\n{THIRD}")
    assert "no-rule-body" in found.flags


def test_what_the_rules_cut_is_not_in_the_text():
    page = NUKEVIET.replace(
        SECOND, f"{SECOND}</p><div class='news-detail-player'>Nghe bài viết</div><p>"
    )
    assert "Nghe bài viết" not in article(page, nukeviet.RULES).body


def test_a_notice_of_one_sentence_is_an_article_when_the_listing_names_it():
    notice = "Phường An Lạc tạm dừng tiếp dân ngày 10/05/2024 để sửa chữa trụ sở."
    html = f"{MENU}<div>Thông báo lịch tiếp dân</div><div class='nd'><p>{notice}</p></div>"
    assert (
        article(html, text="Thông báo lịch tiếp dân", url="http://a.example.vn/tb?id=3").body
        == notice
    )


def test_a_notice_in_one_cell_with_its_title_and_date_is_read_without_them():
    notice = "Phường An Lạc tạm dừng tiếp dân để sửa trụ sở."
    title = "Thông báo lịch tiếp dân tháng Năm năm 2024"
    html = (
        f"{MENU}<table><tr><td><div>Nội dung bản tin</div><div>{title}</div><div>Đăng ngày: "
        f"04-05-2024 11:18</div><div>{notice}</div><a>In nội dung</a></td></tr></table>"
    )
    found = article(html, text=title, url="http://a.example.vn/tb.aspx?id=3")
    assert (found.title, found.body) == (title, notice)
    assert found.published_at == "2024-05-04T11:18:00+07:00"


def test_a_list_of_donors_is_dated_and_ends_before_the_imprint():
    donors = [f"{n}. Ông Trần Văn {n}, tổ {n}, ủng hộ 200.000 đồng" for n in range(1, 41)]
    html = (
        f"{MENU}<h1>{TITLE}</h1><div>04/05/2024</div><div>{paragraphs(*donors)}</div><div><p>Bản quyền © 2011"
        f" Ủy ban Mặt trận Tổ quốc Việt Nam phường An Lạc, giấy phép của Sở Thông tin</p></div>"
    )
    found = article(html, text=TITLE)
    assert (found.body, found.published_at) == ("\n\n".join(donors), "2024-05-04")


def test_an_english_text_is_told_as_such():
    text = (
        "The ward held its festival on Sunday, and more than two hundred families came to the house. "
        * 3
    )
    assert article(f"<h1>{TITLE}</h1>{paragraphs(text, text + 'Again.')}").language == "en"


def test_three_thousand_tables_in_each_other_are_survived():
    assert read("<table><tr><td>" * 3000 + "x" * 2000) is None


EMPTY = NUKEVIET.replace(paragraphs(SECOND, THIRD), "{}").replace(
    "</body>", f"<div>Bản quyền © của phường An Lạc. {FIRST}</div></body>"
)


@pytest.mark.parametrize(
    ("media", "files"),
    [
        ("<iframe src='https://www.youtube.com/embed/lehoi'></iframe>", []),
        ("<iframe src='/uploads/news/thu-ngo.pdf'></iframe>", ["/uploads/news/thu-ngo.pdf"]),
    ],
    ids=["a video", "a scanned letter"],
)
def test_a_page_that_only_shows_something_has_no_text_of_the_page_around_it(media, files):
    found = article(EMPTY.replace(FIRST, "", 1).replace("{}", media), nukeviet.RULES)
    assert (found.title, found.lead, found.body) == (TITLE, None, "")
    assert found.published_at == "2024-05-07T19:02:14+07:00"
    assert [a.url for a in found.attachments if "?download" not in a.url] == [
        f"http://phuong-an-lac.example.vn{file}" for file in files
    ]


def test_the_lead_of_a_page_without_a_body_is_not_its_body_too():
    found = article(EMPTY.replace("{}", ""), nukeviet.RULES)
    assert (found.lead, found.body) == (FIRST, "")


def test_the_time_of_a_change_is_no_publication():
    html = (
        f"<div class='asset-full-content'><h3 class='asset-title'>{TITLE}</h3><div class='asset-metadata'>"
        f"<span class='metadata-entry metadata-modified-date'>07/05/2024</span></div><div class='asset-content'>"
        f"<div class='journal-content-article'>{paragraphs(FIRST, SECOND)}</div></div></div>"
    )
    assert article(html, liferay.RULES).published_at is None


@pytest.mark.parametrize(
    ("body", "post", "text"),
    [
        ("<body>", "<article id='post-7' class='post type-post'>", "entry-content"),
        ("<body>", "<article id='post-7' class='hentry type-post'>", "noi-dung"),
        ("<body class='post-template-default single single-post'>", "<article>", "noi-dung"),
    ],
    ids=["no class on body", "no known body either", "a theme of its own"],
)
def test_a_wordpress_post_is_known_by_what_its_theme_keeps(body, post, text):
    html = (
        f"<html>{body}{MENU}{post}<h1 class='entry-title'>{TITLE}</h1>"
        f"<div class='{text}'>{paragraphs(FIRST, SECOND, THIRD)}</div></article></body></html>"
    )
    assert article(html, wordpress.RULES).body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


@pytest.mark.parametrize(
    ("charset", "flagged"), [("x-viet-tcvn5712", True), ("windows-1258", False)]
)
def test_a_text_in_an_encoding_nobody_repairs_yet_is_flagged(charset: str, flagged: bool):
    page = NUKEVIET.encode("ascii", "ignore").replace(b"</h1>", b"\xb5\xb8\xb9</h1>")
    document = parse_document(page, "http://a.vn/vi/news/x-1.html", f"text/html; charset={charset}")
    found = extract(document, nukeviet.RULES, hints=Hints())
    assert found is not None
    assert ("unrepaired-encoding" in found.flags) is flagged


def test_a_far_longer_text_in_json_ld_is_flagged_with_its_size():
    text = " ".join([FIRST, SECOND, THIRD] * 2)
    script = f'<script type="application/ld+json">{{"articleBody": "{text}"}}</script>'
    found = article(f"<h1>{TITLE}</h1>{script}{paragraphs(FIRST, SECOND)}")
    assert "jsonld-longer" in found.flags
    assert found.evidence["body"]["declared"] == len(text)
    longer = f"{FIRST} {SECOND}", f"{SECOND} {THIRD}", f"{THIRD} {FIRST}"
    same = article(f"<h1>{TITLE}</h1>{script}{paragraphs(*longer)}")
    assert "jsonld-longer" not in same.flags


def test_a_long_sentence_that_was_not_kept_is_shown_in_the_evidence():
    box = f"<div class='related'><p>{FIRST} {SECOND}</p></div>"
    found = article(
        f"<h1>{TITLE}</h1><div>{paragraphs(SECOND, THIRD, FIRST.upper(), THIRD.upper())}{box}"
        f"{paragraphs(SECOND.upper(), FIRST.lower(), THIRD.lower())}</div>"
    )
    assert "dropped-long" in found.flags
    assert found.evidence["body"]["dropped_long"] == FIRST[:80]
