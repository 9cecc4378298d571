"""What may be a Vietnamese word decides what is repaired."""

from __future__ import annotations

import pytest

from crawler.extraction.repair.syllables import is_syllable, is_well_written
from tests.crawler.extraction.repair.legacy import paragraphs

SYLLABLES = "quốc Quốc QUỐC hoà hòa thuỷ thủy giếng gì giữ quý khuỷu nghiêng ươm yêu xoong"
OTHERS = "café señor cát-tông mặT quồ́c các. krông für naïve đđ ngh thụt̀ bậk fố"


@pytest.mark.parametrize("word", SYLLABLES.split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", OTHERS.split())
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_every_word_of_vietnamese_news_is_one() -> None:
    words = {
        word
        for text in paragraphs()
        for word in text.split()
        if word.isalpha() and not word.isascii()
    }
    assert len(words) > 200
    assert [word for word in words if not is_syllable(word)] == []


@pytest.mark.parametrize(("word", "well"), [("hoạt", True), ("họat", False), ("thuỷ", True)])
def test_the_tone_stands_where_one_of_the_styles_puts_it(word: str, well: bool) -> None:
    assert is_well_written(word) is well
