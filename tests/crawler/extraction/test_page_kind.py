"""An answer is told apart by what it is, not by its status or its declared type alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.document import parse_document
from crawler.extraction.page_kind import classify, classify_answer
from crawler.extraction.page_signs import NEEDLES, SIGNS

URL = "https://mattran.example.vn/tin-tuc/bai-viet-12.html"
HTML = {"Content-Type": "text/html; charset=utf-8"}
ORDINARY = ("other", {})

PROSE = (
    "Sáng nay, Ban Thường trực Ủy ban Mặt trận phường tổ chức buổi gặp mặt các hộ dân để nghe ý"
    " kiến về việc sửa đường vào khu dân cư, nhiều hộ đã tự nguyện hiến đất mở rộng lối đi chung. "
)
MENU = (
    "<ul>" + "".join(f"<li><a href=/m{n}>Chuyên mục số {n}</a></li>" for n in range(30)) + "</ul>"
)


def page(content: str, title: str = "Mặt trận phường") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title><script>var a = 'Không tìm thấy trang';"
        f"</script></head><body>{MENU}<div id=main>{content}</div></body></html>"
    ).encode()


def kind(body: bytes, status: int | None = 200, url: str = URL, expected: str = "article") -> str:
    return classify(status, HTML, body, url=url, expected=expected)[0]


ARTICLE = page(f"<h1>Gặp mặt người dân</h1><p>{PROSE}</p><p>{PROSE * 3}</p>")


# --- by status ---


def test_an_ordinary_page_is_other_without_evidence() -> None:
    assert classify(200, HTML, ARTICLE, url=URL, expected="article") == ORDINARY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_tells_its_target_absolute(status: int) -> None:
    found, evidence = classify(status, [("location", "/tin-tuc/")], b"", url=URL)
    assert found == "redirect"
    assert evidence["location"] == "https://mattran.example.vn/tin-tuc/"


def test_a_target_sent_as_utf_8_keeps_its_vietnamese_letters() -> None:
    headers = [("location", "/tin-tức".encode().decode("latin-1"))]
    _, evidence = classify(301, headers, b"", url=URL)
    assert evidence["location"] == "https://mattran.example.vn/tin-tức"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, "not-found"),
        (410, "not-found"),
        (401, "login"),
        (400, "error"),
        (403, "error"),
        (429, "error"),
        (500, "error"),
        (503, "error"),
        (302, "error"),  # without a Location
        (None, "failed"),
    ],
)
def test_a_status_that_is_no_success_settles_it(status: int | None, expected: str) -> None:
    assert kind(ARTICLE, status) == expected


def test_an_empty_page_is_an_error() -> None:
    assert kind(b" \r\n ") == "error"


# --- files ---


@pytest.mark.parametrize("declared", ["application/pdf", "text/html", "text/plain", ""])
def test_a_pdf_is_an_attachment_whatever_it_is_declared(declared: str) -> None:
    found, evidence = classify(200, {"content-type": declared}, b"\n%PDF-1.7\n...", url=URL)
    assert (found, evidence["format"]) == ("attachment", "pdf")


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04 a docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a doc",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0 a photo",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftypmp42",
        b"Rar!\x1a\x07\x00",
    ],
)
def test_files_are_known_by_their_first_bytes(body: bytes) -> None:
    assert kind(body) == "attachment"


def test_a_file_of_unknown_bytes_is_known_by_its_type() -> None:
    answer = classify_answer(
        200, {"Content-Type": "application/octet-stream"}, b"\x01\x02", url=URL
    )
    assert answer is not None
    assert answer[0] == "attachment"


def test_an_error_page_under_the_type_of_a_file_is_read_as_a_page() -> None:
    body = page("<h1>Không tìm thấy tài liệu</h1>")
    assert classify(200, {"Content-Type": "application/pdf"}, body, url=URL)[0] == "soft-404"


def test_an_article_without_a_type_is_a_page() -> None:
    assert classify(200, {}, ARTICLE, url=URL) == ORDINARY


# --- feeds, sitemaps, robots, JSON ---


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "feed"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><feed xmlns="a"/>', "feed"),
        (b"<rdf:RDF xmlns:rdf='a'></rdf:RDF>", "feed"),
        (b'<?xml version="1.0"?><?xml-stylesheet href="a"?><urlset></urlset>', "sitemap"),
        (b"<sitemapindex></sitemapindex>", "sitemap"),
    ],
)
@pytest.mark.parametrize("declared", ["text/html", "application/xml", "application/rss+xml"])
def test_feeds_and_sitemaps_are_known_by_their_root(
    body: bytes, expected: str, declared: str
) -> None:
    assert classify(200, {"content-type": declared}, body, url=URL)[0] == expected


def test_a_packed_sitemap_is_a_sitemap_where_one_is_expected() -> None:
    assert kind(b"\x1f\x8b\x08\x00", expected="sitemap") == "sitemap"
    assert kind(b"\x1f\x8b\x08\x00") == "attachment"


def test_json_is_what_was_asked_for_or_a_file() -> None:
    header = {"Content-Type": "application/json"}
    assert classify(200, header, b'[{"id": 1}]', url=URL, expected="listing")[0] == "listing"
    assert classify(200, header, b'[{"id": 1}]', url=URL, expected="article")[0] == "attachment"


def test_robots_txt_is_robots() -> None:
    header = {"Content-Type": "text/plain"}
    assert classify(200, header, b"User-agent: *", url=URL, expected="robots")[0] == "robots"
    assert classify(200, header, b"User-agent: *", url="https://a.vn/robots.txt")[0] == "robots"


# --- not found, said with 200 ---


@pytest.mark.parametrize(
    "message",
    [
        "Không tìm thấy trang",
        "Trang bạn yêu cầu không tồn tại",
        "Rất tiếc, trang mà quý vị đang tìm kiếm không tồn tại hoặc đã bị xóa.",
        "Bài viết này không tồn tại!",
        "Bài viết không còn tồn tại",
        "Nội dung bạn tìm không tồn tại",
        "Đường dẫn này đã bị xoá",
        "Chúng tôi không tìm thấy nội dung bạn yêu cầu",
        "Lỗi 404",
        "404 - Page not found",
        "Oops! That page can't be found.",
        "The requested URL /a was not found on this server.",
        "KHÔNG TÌM THẤY BÀI VIẾT",
        "Trang quý vị yêu cầu hiện không có trên hệ thống.",
        "Không có bài viết nào được tìm thấy.",
        unicodedata.normalize("NFD", "Trang này không tồn tại"),
    ],
)
def test_not_found_texts_with_status_200_are_soft_404s(message: str) -> None:
    found, evidence = classify(200, HTML, page(f"<p>{message}</p>"), url=URL, expected="article")
    assert found == "soft-404"
    assert evidence["marker"] == unicodedata.normalize("NFC", message)
    assert evidence["at"] == "html > body > div > p"
    assert kind(page("", title=f"{message} - Mặt trận phường")) == "soft-404"


@pytest.mark.parametrize(
    "mention",
    [
        "Trang bạn yêu cầu không tồn tại",
        "Không tìm thấy",
        "Fatal error: cần khởi động lại",
        "Account Suspended",
        "Hãy đợi",
        "Just a moment...",
    ],
)
def test_a_long_article_that_mentions_such_words_stays_an_article(mention: str) -> None:
    paragraphs = f"<p>{PROSE * 3}</p><p>{mention}</p><p>{PROSE * 3}</p>"
    assert kind(page(f"<h1>{mention}</h1>{paragraphs}", title=mention)) == "other"


@pytest.mark.parametrize(
    "sentence",
    [
        "Tin đồn về việc thu phí không tồn tại, phường khẳng định với bà con.",
        "Trang phục truyền thống của đồng bào không còn tồn tại ở nhiều bản.",
        "Website được nâng cấp để bà con dễ tra cứu tin tức.",
        "Hệ thống thoát nước quá tải, phường đã cho nạo vét hai tuyến mương.",
        "Không có tin nào được tìm hiểu kỹ hơn tin về nước sạch.",
        "Thông tin người dân phản ánh qua đường dây nóng không tìm thấy căn cứ.",
    ],
)
def test_a_short_notice_whose_sentence_sounds_alike_stays_a_page(sentence: str) -> None:
    assert kind(page(f"<h1>Thông báo</h1><p>{sentence}</p>")) == "other"


def test_a_small_message_on_a_listing_does_not_make_it_a_soft_404() -> None:
    body = page("<div>Không tìm thấy dữ liệu</div><a href=/a>Phường tặng quà hộ nghèo</a>")
    assert kind(body, expected="listing") == "other"
    assert kind(page("<h1>Không tìm thấy trang</h1>"), expected="listing") == "soft-404"


def test_a_hidden_or_linked_message_does_not_count() -> None:
    assert kind(page("<p><a href=/tin>Không tìm thấy bài viết?</a></p>")) == "other"
    assert kind(page('<div style="display: none">Không tìm thấy trang</div>')) == "other"


# --- challenges ---

STUB = (
    b'<html><body><script>document.cookie="D1N=0123456789abcdef"+"; expires=Fri, 31-Dec-2099'
    b' 23:59:59 GMT; path=/";window.location.reload(true);</script></body></html>'
)


def test_a_stub_that_sets_a_cookie_by_script_is_a_challenge() -> None:
    found, evidence = classify(200, HTML, STUB, url=URL, expected="article")
    assert (found, evidence["marker"]) == ("challenge", "document.cookie")


def test_an_article_whose_script_sets_a_cookie_is_none() -> None:
    assert kind(ARTICLE.replace(b"<body>", b"<body>" + STUB[12:-14])) == "other"


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize(
    "words",
    [
        "Just a moment...",
        "Hãy đợi...",
        "Checking your browser before",
        "Hệ thống đang kiểm tra kết nối của bạn, vui lòng chờ trong 5 giây...",
        "Nhập mã captcha để tiếp tục truy cập",
    ],
)
def test_the_waiting_page_of_a_guard_is_a_challenge(status: int, words: str) -> None:
    body = f"<html><head><title>{words}</title></head><body><p>{words}</p></body></html>".encode()
    assert kind(body, status) == "challenge"


def test_cloudflares_header_says_it() -> None:
    headers = {"Content-Type": "text/html", "CF-Mitigated": "challenge"}
    assert classify(403, headers, b"<p>x</p>", url=URL)[0] == "challenge"


# --- errors, login, parked hosts, script redirects ---


@pytest.mark.parametrize(
    "message",
    [
        "Server Error in '/' Application.",
        "Server Error in '/portal' Application.",
        "Fatal error: Uncaught Error: Call to undefined function a() in /home/a.php:3",
        "You have an error in your SQL syntax; check the manual",
        "Error establishing a database connection",
        "Microsoft OLE DB Provider for SQL Server error '80004005'",
        "Không thể kết nối cơ sở dữ liệu",
        "Website đang bảo trì",
        "Website đang được nâng cấp",
        "403 Forbidden",
        "Bạn không có quyền truy cập nội dung này",
        "508 Resource Limit Is Reached",
        "There has been a critical error on this website.",
        "Có một lỗi nghiêm trọng trên trang web của bạn.",
        "Hệ thống đang quá tải, vui lòng quay lại sau ít phút.",
    ],
)
def test_error_texts_with_status_200_are_errors(message: str) -> None:
    assert kind(page(f"<h2>{message}</h2>")) == "error"


def test_the_yellow_page_of_aspnet_is_an_error_however_long_its_stack() -> None:
    stack = f"<h1>Server Error in '/' Application.</h1><pre>{'at System.Web.UI.Page ' * 90}</pre>"
    assert kind(page(stack, title="Runtime")) == "error"


@pytest.mark.parametrize(
    "title",
    [
        "Account Suspended",
        "This domain is for sale",
        "Tên miền này đã hết hạn",
        "Tài khoản hosting đã bị tạm khóa",
        "Dịch vụ hosting của website này đã hết hạn sử dụng.",
        "The domain conen.vn may be for sale.",
        "Website này chưa được gia hạn",
        "Welcome to nginx!",
        "Apache2 Ubuntu Default Page: It works",
        "IIS Windows Server",
        "Default Web Site Page",
        "Index of /",
        "Website đang trong quá trình xây dựng",
        "Trang thông tin điện tử này đang được xây dựng, mời bà con quay lại sau",
        "Thông báo: Website sắp ra mắt",
        "This site is under construction",
        "Coming soon!",
    ],
)
def test_suspended_and_default_pages_are_parked(title: str) -> None:
    assert kind(f"<html><title>{title}</title><h1>{title}</h1></html>".encode()) == "parked"


def test_a_banner_that_calls_the_site_unfinished_does_not_hide_its_news() -> None:
    said = "<p>Website đang trong giai đoạn xây dựng</p>"
    news = "".join(f"<li><a href='/tin-{n}'>Phường họp lần {n}</a></li>" for n in range(12))
    assert kind(f"<html><body>{said}<ul>{news}</ul></body></html>".encode()) == "other"
    notice = f"<h1>Gặp mặt</h1>{said}<p>{PROSE}</p><p>{PROSE[:120]}</p>"
    assert kind(f"<html><body>{notice}</body></html>".encode()) == "other"
    works = "<h1>Trang trại đang xây dựng</h1><p>Xã đang xây dựng nông thôn mới.</p>"
    assert kind(f"<html><body>{works}</body></html>".encode()) == "other"


def test_the_index_of_a_folder_is_none_of_a_site() -> None:
    body = b"<html><title>Index of /uploads</title><h1>Index of /uploads</h1></html>"
    assert kind(body) == "other"


def test_the_long_default_page_of_apache_is_parked_too() -> None:
    text = (
        "This is the default welcome page used to test the correct operation of the server. " * 30
    )
    assert kind(page(f"<p>{text}</p>", title="Apache2 Debian Default Page: It works")) == "parked"


LOGIN_FORM = "<form><input name=u><input type='password' name=p></form>"


def test_a_login_form_is_known_by_the_title_or_the_address_with_it() -> None:
    assert kind(page(LOGIN_FORM, title="Đăng nhập - Mặt trận phường")) == "login"
    assert kind(page(LOGIN_FORM), url="https://a.vn/users/login/?nv_redirect=x") == "login"


@pytest.mark.parametrize(
    "message", ["Bạn cần đăng nhập để xem nội dung này", "Vui lòng đăng nhập để tiếp tục"]
)
def test_a_page_that_only_asks_to_log_in_is_a_login(message: str) -> None:
    found, evidence = classify(200, HTML, page("", title=f"{message} - Mặt trận"), url=URL)
    assert (found, evidence["marker"]) == ("login", message)


def test_a_page_whose_text_is_for_members_is_a_login() -> None:
    asked = "<h1>Văn bản nội bộ</h1><p>Bạn cần đăng nhập để xem nội dung này.</p>"
    assert kind(page(asked)) == "login"
    assert kind(page(f"{asked}<p>{PROSE * 3}</p>")) == "other"


def test_a_notice_whose_comments_ask_to_log_in_stays_a_page() -> None:
    asked = "<p>Bạn cần đăng nhập để có thể bình luận bài viết này</p>"
    assert kind(page(f"<h1>Thông báo</h1><p>Mời bà con họp tổ dân phố.</p>{asked}")) == "other"


def test_a_login_form_in_a_side_box_does_not_make_a_login_page() -> None:
    assert kind(page(LOGIN_FORM + "<p>Giới thiệu</p>")) == "other"
    assert kind(page(f"{LOGIN_FORM}<p>{PROSE * 4}</p>", title="Đăng nhập")) == "other"


def test_a_login_form_with_hardly_anything_beside_it_is_a_login_page() -> None:
    bare = f"<html><title>Quản trị</title><body><h1>CMS</h1>{LOGIN_FORM}{{}}</body></html>"
    found, evidence = classify(200, HTML, bare.format("").encode(), url=URL)
    assert (found, evidence["rule"]) == ("login", "form alone")
    assert kind(bare.format(f"<p>{PROSE * 2}</p>").encode()) == "other"
    assert kind(bare.format(MENU).encode()) == "other"


def test_a_page_that_only_leads_elsewhere_is_a_redirect() -> None:
    meta = (
        b'<html><head><meta http-equiv="Refresh" content="0; url=/vi/"></head><body></body></html>'
    )
    script = b'<html><body><script>window.location.href = "/vi/";</script></body></html>'
    for body in (meta, script):
        found, evidence = classify(200, HTML, body, url=URL)
        assert (found, evidence["location"]) == ("redirect", "https://mattran.example.vn/vi/")


def test_a_page_that_refreshes_itself_is_none() -> None:
    body = page(f'<meta http-equiv=refresh content="3; url={URL}"><p>Đang trực tuyến</p>')
    assert kind(body) == "other"
    body = ARTICLE.replace(
        b"<head>", f'<head><meta http-equiv=refresh content="3; url={URL}">'.encode()
    )
    assert kind(body) == "other"
    assert (
        kind(ARTICLE.replace(b"<head>", b'<head><meta http-equiv=refresh content="300">'))
        == "other"
    )


# --- the whole ---


def test_a_given_document_is_read_in_the_place_of_the_bytes() -> None:
    document = parse_document(page("<h1>Không tìm thấy trang</h1>"), URL)
    assert classify(200, HTML, document.body, document)[0] == "soft-404"


def test_every_kind_of_sign_passes_the_first_search() -> None:
    """A marker that no needle lets through would never be found; the tests above try each kind."""
    assert {sign.kind for sign in SIGNS} == {
        *("challenge", "parked", "error", "soft-404", "login"),
    }
    assert all(needle == needle.lower() for needle in NEEDLES)


@given(st.sampled_from([200, 404, 302, 503, None]), st.binary(max_size=200), st.text(max_size=30))
def test_no_answer_raises(status: int | None, body: bytes, value: str) -> None:
    classify(status, {"content-type": value, "location": value}, body, url=f"https://a.vn/{value}")
