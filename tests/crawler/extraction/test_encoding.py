"""The bytes of a page become its text whatever the page declares."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.encoding import LEGACY, decode

TEXT = "Uỷ ban Mặt trận phường Đống Đa tặng quà người nghèo dịp Tết cổ truyền"


def in_1258(text: str) -> bytes:
    """Tones apart, vowels whole: the only way that code page can hold Vietnamese."""
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
            vowel = unicodedata.normalize("NFC", parts.replace(tone, ""))
            out += vowel.encode("cp1258") + tone.encode("cp1258")
    return bytes(out)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/html",
        "text/html; charset=utf-8",
        "text/html; charset=ISO-8859-1",
        "text/html; charset=windows-1258",
        "text/html; charset=no-such-thing",
        "text/html; charset=x-viet-tcvn",
    ],
)
def test_utf8_is_utf8_whatever_the_header_says(content_type: str | None) -> None:
    assert decode(TEXT.encode(), content_type) == (TEXT, "utf-8")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_settles_it_and_is_no_text(codec: str) -> None:
    body = ("\ufeff" + TEXT).encode(codec)
    assert decode(body, "text/html; charset=iso-8859-1") == (TEXT, codec)


def test_a_page_cut_inside_a_letter_stays_utf8() -> None:
    body = (TEXT + " ở").encode()[:-1]
    text, name = decode(body, None)
    assert name == "utf-8"
    assert text.startswith(TEXT)


def test_one_broken_byte_does_not_turn_a_utf8_page_into_another_encoding() -> None:
    text, name = decode(TEXT.encode() + b" \x96 " + TEXT.encode(), "text/html; charset=utf-8")
    assert (name, text.count("\ufffd")) == ("utf-8", 1)


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"", "text/html; charset=windows-1258"),
        (b"<html><head><meta charset='windows-1258'>", "text/html"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=Windows-1258" />',
            "text/html",
        ),
        (b'<?xml version="1.0" encoding="windows-1258"?>', None),
        (b"", "text/html"),
        (b"", "text/html; charset=iso-8859-1"),
        (b"<meta charset=utf-8>", "text/html; charset=utf-8"),
    ],
    ids=["header", "meta", "http-equiv", "xml", "nothing", "wrong header", "wrong both"],
)
def test_windows_1258_comes_out_in_nfc(head: bytes, content_type: str | None) -> None:
    text, name = decode(head + in_1258(TEXT), content_type)
    assert name == "cp1258"
    assert text == head.decode() + TEXT
    assert unicodedata.is_normalized("NFC", text)


def test_a_declaration_behind_the_first_two_kilobytes_is_not_looked_for() -> None:
    body = b"<!-- " + b"x" * 3000 + b" --><meta charset=koi8-r> caf\xe9"
    assert decode(body, None)[1] == "cp1252"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("x-viet-tcvn5712", "x-viet-tcvn"),
        ("TCVN-5712", "x-viet-tcvn"),
        ("x-viet-vni", "x-viet-vni"),
        ("VISCII", "x-viet-viscii"),
        ("x-viet-vps", "x-viet-vps"),
    ],
)
def test_a_declared_encoding_without_codec_is_kept_byte_for_byte(label: str, name: str) -> None:
    body = "MÆt trËn Tæ quèc".encode("latin-1")
    text, found = decode(body, f"text/html; charset={label}")
    assert found == name
    assert found in LEGACY
    assert text.encode("latin-1") == body


@pytest.mark.parametrize(
    "text", ["MÆt trËn Tæ quèc ViÖt Nam", "Maët traän Toå quoác", "perciò lasciò, cominciò però"]
)
def test_other_eight_bit_text_is_not_taken_for_windows_1258(text: str) -> None:
    assert decode(text.encode("cp1252"), "text/html") == (text, "cp1252")


def test_a_byte_that_windows_1252_lacks_does_not_stop_the_page() -> None:
    assert decode(b"caf\xe9 \x81", None) == ("caf\u00e9 \x81", "latin-1")


def test_a_declaration_that_does_not_fit_is_passed_over() -> None:
    assert decode(b"caf\xe9 ", "text/html; charset=euc-kr")[1] == "cp1252"


def test_codecs_that_are_no_text_encodings_are_never_used() -> None:
    assert decode(b"caf\xe9 \\x41", "text/html; charset=unicode_escape")[0] == "caf\u00e9 \\x41"


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=60)))
def test_any_bytes_give_a_text_and_the_same_one_each_time(body: bytes, header: str | None) -> None:
    assert decode(body, header) == decode(body, header)
