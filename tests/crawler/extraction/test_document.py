from __future__ import annotations

import pytest

from crawler.extraction.document import parse_document


def text_of(body: bytes, content_type: str | None = None) -> str:
    document = parse_document(body, "http://a.example/b/c.html", content_type)
    return "".join(document.tree.itertext())


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
