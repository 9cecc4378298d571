"""The language of a text, or None where it is not certain."""

from __future__ import annotations

import unicodedata

import pytest

from crawler.extraction.language import language_of
from tests.crawler.extraction.reading import FIRST, SECOND, THIRD, TITLE

ENGLISH = (
    "The ward has repaired three houses this year and put lights into two alleys, and the people "
    "of the quarter have signed a promise to sort their waste at home and to keep the pavement "
    "free for all who walk on it in the evening."
)
# Tày: Vietnamese letters, other words.
TAY = (
    "Vằn nẩy pỉ noọng bản hây tọn tẳng nả slửa mấư, khảu lườn luông tẻo chiêm căn, đảy hăn slim "
    "slảo muôn lai, cần ké oóc phuối lẻ bại lục đếch slon slư đây, mì tha vằn rủng rường phông "
    "dương slao báo slim điêu cạ mừa tẩu nặm khuổi mạy mọc khau đông vạ rẩy nà."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"{FIRST} {SECOND} {THIRD}", "vi"),
        (TITLE, "vi"),
        (f"{FIRST} {SECOND}".upper(), "vi"),
        (ENGLISH, "en"),
        ("ប្រជាជនខ្មែរនៅភូមិនេះបានជួសជុលផ្ទះបីខ្នង", "km"),
        ("ປະຊາຊົນລາວຢູ່ບ້ານນີ້ໄດ້ສ້ອມແປງເຮືອນ", "lo"),
        ("本坊今年修了三间房屋,并在两条小巷安装了路灯。", "zh"),
        (TAY, None),
        ("Ngay hoi dai doan ket o khu pho Ba, ba con don dep va treo co", None),
        ("Le maire et les habitants ont réparé trois maisons cette année.", None),
        ("MÆt trËn Tæ quèc phêng An L¹c", None),
        ("2024", None),
        ("", None),
    ],
)
def test_the_language_is_told_where_it_is_certain(text, language):
    assert language_of(text) == language


def test_a_short_text_in_english_is_not_certain():
    assert language_of("The house of the people") is None


def test_decomposed_letters_are_composed_before_they_come_here():
    assert language_of(unicodedata.normalize("NFC", unicodedata.normalize("NFD", FIRST))) == "vi"
