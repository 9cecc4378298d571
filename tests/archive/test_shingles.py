"""What texts are compared by does not depend on how they are typed."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata

import pytest

from archive.shingles import SHORT, Text
from archive.vietnamese import folded_words, new_style, syllables, y_as_i
from tests.archive.labelled import ORIGINALS, original

WORDS = " ".join(f"tiếng{number}" for number in range(60))


def text(body: str, title: str = "Bài") -> Text:
    return Text(title, body)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Ủy ban hòa giải", "Uỷ ban hoà giải"),
        ("Đống Đa", unicodedata.normalize("NFD", "Đống Đa")),
        ("kỹ thuật, quý I", "kĩ thuật; quí i"),
        ("“Vì người nghèo” – 2023", '"Vì người nghèo" - 2023'),
        ("MẶT TRẬN\u00a0TỔ QUỐC", "Mặt trận Tổ quốc"),
        ("một\u200b hai", "một hai"),
    ],
)
def test_typography_tells_no_two_texts_apart(one: str, two: str) -> None:
    for words in ("", WORDS):
        first, second = text(f"{one} {words}"), text(f"{two} {words}")
        assert first.digest == second.digest
        assert first.sample == second.sample
        assert first.shingles == second.shingles


def test_another_word_another_order_or_another_number_does() -> None:
    digests = {text(body).digest for body in ("một hai", "hai một", "một ba", "một 2", "một hai 2")}
    assert len(digests) == 5


def test_words_are_those_of_the_search_index() -> None:
    bodies = [original(number).body for number in range(0, ORIGINALS, 9)]
    for body in [
        *map(new_style, bodies),
        "kỹ quy ý thuỷ tay ½ x² a_b c’d m² 7y ky",
        "北京 Đoàn ký",
    ]:
        found = [y_as_i(word) for word in folded_words(body)]
        wanted = syllables(body)
        assert len(found) == len(wanted)
        assert [word for word in found if word.isascii()] == [
            word.encode() for word in wanted if word.isascii()
        ]


def test_the_same_word_is_the_same_in_a_text_with_foreign_letters() -> None:
    plain, foreign = text("m² kỹ ½").words, text("m² kỹ ½ 北京").words
    assert foreign[: len(plain)] == plain


def test_a_short_text_is_compared_with_its_title_and_as_a_whole() -> None:
    short = " ".join(["lời"] * (SHORT - 1))
    assert text(short, "Ảnh một").digest != text(short, "Ảnh hai").digest
    assert not text(short).sample
    assert text(WORDS, "Một").digest == text(WORDS, "Hai").digest
    assert text("", "Chỉ có nhan đề").digest is None
    assert text(" … — ").digest is None


def test_an_excerpt_has_samples_of_the_whole_only() -> None:
    body = original(1).body
    part = text(body[: len(body) // 3].rsplit(" ", 1)[0])
    assert part.sample
    assert part.sample <= text(body).sample
    assert part.shingles <= text(body).shingles


def test_samples_are_the_same_in_every_process() -> None:
    code = (
        "from archive.shingles import Text; from tests.archive.labelled import original;"
        "t = Text('', original(1).body); print(t.digest, sorted(t.sample))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_numbers_are_whole_numbers() -> None:
    assert text("Có 44.504 hộ, 08 xã, 1.2 tỷ, năm 2023").numbers == {44504, 8, 1, 2, 2023}


def test_dates_are_days_and_months() -> None:
    body = "Sáng 14/10/2023, từ ngày 5 tháng 3 năm 2024 đến 2-9; khóa 45/13, 192.168.1.1, 12.500 hộ"
    assert text(body).dates == {(14, 10), (5, 3), (2, 9)}
