from __future__ import annotations

from urllib.parse import urljoin

import pytest

from crawler.extraction.document import MOST_BYTES, parse_document
from tests.crawler.extraction.reading import document


def text_of(body: bytes, content_type: str | None = None) -> str:
    parsed = parse_document(body, "http://a.example/b/c.html", content_type)
    return "".join(parsed.tree.itertext())


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"\0\0", b"<!-- nothing -->", b"<?xml version='1.0'?>"]
)
def test_any_bytes_give_a_document(body):
    assert parse_document(body, "http://a.example/").tree.tag == "html"


def test_comments_and_processing_instructions_are_gone():
    body = b"<html><body><!-- a secret --><p>shown</p><?php echo 1 ?></body></html>"
    assert text_of(body).strip() == "shown"


def test_the_page_is_read_past_a_nul_and_past_bytes_that_are_not_utf8():
    assert "Mặt trận" in text_of("<p>a\0b</p><p>Mặt trận</p>".encode())
    assert "after" in text_of(
        "<p>Mặt".encode() + b"\xff\xfe" + b"</p><p>after</p>", "text/html; charset=utf-8"
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<p>é</p>",
        "<p title='é'>x</p>",
        "<p é='x'>y</p>",
        "<pé>x</pé>",
        "<p>x</p é>",
        "<!-- é --><p>x</p>",
        "<!doctype é><p>x</p>",
        "<?é?><p>x</p>",
        "<script>é</script>",
        "<style>é</style>",
        "<p>&é;</p>",
        "<p>x</p></html>é",
        "<p>x<!-- é",
    ],
)
def test_bytes_that_are_not_utf8_are_noticed_wherever_they_stand(markup: str) -> None:
    url = "http://a.example/"
    assert parse_document(markup.encode(), url).encoding == "utf-8"
    assert parse_document(markup.encode("cp1252"), url).encoding == "cp1252"


def test_an_xml_declaration_does_not_stop_it():
    body = (
        "<?xml version='1.0' encoding='utf-8'?><html><body><p>Đoàn kết</p></body></html>".encode()
    )
    assert "Đoàn kết" in text_of(body)


def test_relative_addresses_follow_the_base_element():
    body = b"<html><head><base href='/portal/'></head><body></body></html>"
    document = parse_document(body, "http://a.example/b/c.html")
    assert document.absolute("x.jpg") == "http://a.example/portal/x.jpg"


@pytest.mark.parametrize(
    "address", ["javascript:void(0)", "data:image/png;base64,AA", "http://[::1"]
)
def test_an_address_that_cannot_be_fetched_is_none(address):
    assert parse_document(b"<p>x", "http://a.example/").absolute(address) is None


@pytest.mark.parametrize("tag", ["div", "font", "b", "table", "blockquote"])
@pytest.mark.parametrize("closed", [False, True])
def test_text_below_tags_nested_without_end_is_kept(tag: str, closed: bool) -> None:
    end = f"</{tag}>" * 5000 if closed else ""
    page = document(f"<{tag}>" * 5000 + f"<p>Một</p><p>Hai</p>{end}<p>Ba</p>")
    assert [p.text for p in page.tree.iter("p")] == ["Một", "Hai", "Ba"]


def test_deep_but_readable_nesting_is_left_as_it_is() -> None:
    page = document("<div>" * 1000 + "x")
    assert sum(1 for _ in page.tree.iter("div")) == 1000


def test_tags_in_comments_and_scripts_do_not_nest() -> None:
    page = document("<!--" + "</div>" * 9 + "--><script>'<div>'</script>" + "<div>" * 5000 + "x")
    assert page.tree.find(".//script").text == "'<div>'"
    assert "".join(page.tree.find("body").itertext()).endswith("x")


def test_a_page_that_is_too_large_is_cut_and_says_how_much() -> None:
    body = b"<p>a</p>" + b"b" * MOST_BYTES
    page = parse_document(body, "http://a.example/")
    assert page.cut == len(body) - MOST_BYTES
    assert page.tree.findtext(".//p") == "a"
    assert page.body == body


def test_pictures_written_as_text_are_left_out_before_anything_is_cut() -> None:
    picture = f"<img src='data:image/png;base64,{'A' * MOST_BYTES}'>"
    page = document(picture + "<p>Bài</p>")
    assert page.cut == 0
    assert page.tree.findtext(".//p") == "Bài"


@pytest.mark.parametrize("base", ["http://a.example:8080/tin/1.html?x=2", "https://b.example"])
@pytest.mark.parametrize(
    "address",
    [
        "/anh/1.jpg",
        "/anh/../1.jpg",
        "/anh/./1.jpg",
        "/anh/..",
        "/",
        "//cdn.example/1.jpg",
        "/a?b=1#c",
        "/ảnh/một hai.jpg",
        "http://c.example/1.jpg",
        "http://c.example",
        "https://c.example:81/a/..b/",
        "2.jpg",
        "/a//b",
        "http://c.example/1.jpg?rong=300&cao=200",
        "/anh.php?tep=/anh/1.jpg",
        "/anh/..?a=1",
        "/a?",
        "/a;?b=1",
    ],
)
def test_addresses_are_made_absolute_as_browsers_do(base, address):
    assert parse_document(b"<p>a", base).absolute(address) == urljoin(base, address)


def test_an_address_without_end_is_made_absolute_in_no_time():
    address = "/" + "a" * 5000 + "?"
    assert parse_document(b"<p>a", "http://a.example/").absolute(address) is not None
