"""The tables of the legacy charsets, against what is published of them."""

from __future__ import annotations

import unicodedata

import pytest

from crawler.extraction.repair.charsets import CHARSETS, Charset
from tests.crawler.extraction.repair.legacy import BY_NAME, damaged, paragraphs

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"
SMALL = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
ALPHABET = SMALL | set("ăâđêôơư")


@pytest.mark.parametrize(
    ("name", "shown", "text"),
    [
        ("tcvn3", "MÆt trËn Tæ quèc ViÖt Nam", "Mặt trận Tổ quốc Việt Nam"),
        ("tcvn3", "§¹i ®oµn kÕt", "Đại đoàn kết"),
        ("vni", "Maët traän Toå quoác Vieät Nam", "Mặt trận Tổ quốc Việt Nam"),
        ("vni", "vaän ñoäng ñöôïc phaàn quaø", "vận động được phần quà"),
        ("vni", "ÑAÏI ÑOAØN KEÁT", "ĐẠI ĐOÀN KẾT"),
        ("viscii", "M£t tr§n T± qu¯c", "Mặt trận Tổ quốc"),
        ("vps", "M¥t trÆn T° quÓc", "Mặt trận Tổ quốc"),
        ("windows-1258", "M\u00e3\u00f2t trâòn", "Mặt trận"),
    ],
)
def test_known_words(name: str, shown: str, text: str) -> None:
    assert BY_NAME[name].decode(shown) == text


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
def test_each_charset_has_the_whole_alphabet(charset: Charset) -> None:
    for letter in sorted(ALPHABET | {letter.upper() for letter in ALPHABET}):
        if charset.name == "tcvn3" and letter.isupper() and letter not in "ĂÂĐÊÔƠƯ":
            continue  # its capitals are a matter of the font
        assert charset.decode(damaged(letter, charset.name)) == letter


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
def test_no_two_letters_share_a_code(charset: Charset) -> None:
    letters = sorted(ALPHABET)
    assert len({damaged(letter, charset.name) for letter in letters}) == len(letters)


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
def test_paragraphs_come_back_whole(charset: Charset) -> None:
    for text in paragraphs():
        if any(sign in text for sign in "“”–…²"):
            continue  # most of these charsets have letters there
        small = text.lower() if charset.name == "tcvn3" else text
        shown = damaged(small, charset.name)
        assert shown != small
        assert charset.decode(shown) == small


def test_bytes_read_as_windows_1252_and_as_latin_1_are_the_same_letters() -> None:
    viscii = BY_NAME["viscii"]
    assert viscii.decode("\u0085") == viscii.decode("\u2026") == "Ầ"
