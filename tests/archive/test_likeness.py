"""An edited republication is one, a unit's report with other figures is none."""

from __future__ import annotations

import random

import pytest

from archive.likeness import Likeness, compare
from archive.shingles import Text
from tests.archive import labelled
from tests.archive.labelled import Written

REPEATS = ("same_text", "near_duplicate", "excerpt")


def judged(one: Written, two: Written) -> Likeness | None:
    """Compare two articles; the order must not matter."""
    texts = Text(one.title, one.body), Text(two.title, two.body)
    found = compare(*texts)
    assert compare(*reversed(texts)) == found
    return found


def kind(one: Written, two: Written) -> str | None:
    found = judged(one, two)
    return found.kind if found else None


def test_labelled_pairs_are_told_apart() -> None:
    """The bars of the bench, on the half that no threshold was tuned on."""
    pairs = [pair for pair in labelled.pairs() if pair.original % 2]
    assert len(pairs) > 300
    found = [pair for pair in pairs if kind(pair.one, pair.two) in REPEATS]
    right = [pair for pair in found if pair.is_positive]
    positive = [pair for pair in pairs if pair.is_positive]
    assert len(right) >= 0.99 * len(found)
    assert len(right) >= 0.92 * len(positive)


@pytest.fixture(scope="module")
def article() -> Written:
    return labelled.original(5)


def test_other_typography_is_the_same_text(article: Written) -> None:
    assert kind(article, labelled.typography(article, random.Random(1))) == "same_text"


def test_a_lightly_edited_copy_is_surely_a_duplicate(article: Written) -> None:
    found = judged(article, labelled.light(article, random.Random(1)))
    assert found is not None
    assert (found.kind, found.is_sure) == ("near_duplicate", True)
    assert found.containment > 0.9
    assert found.numbers == 1


def test_a_heavily_edited_copy_is_a_duplicate(article: Written) -> None:
    found = judged(article, labelled.heavy(article, random.Random(1)))
    assert found is not None
    assert found.kind == "near_duplicate"


def test_its_first_paragraphs_are_an_excerpt_and_never_sure(article: Written) -> None:
    found = judged(article, labelled.excerpt(article, random.Random(4)))
    assert found is not None
    assert (found.kind, found.is_sure) == ("excerpt", False)


def test_a_report_with_other_figures_is_no_duplicate(article: Written) -> None:
    found = judged(article, labelled.reused(article, random.Random(1)))
    assert found is not None
    assert (found.kind, found.is_sure) == ("same_template", False)
    assert found.containment > 0.7


def test_the_same_report_of_another_day_is_no_duplicate() -> None:
    words = " ".join(f"tiếng{number % 50} thứ{number}" for number in range(80))
    one, two = (Written("Bài", f"Sáng {day}/5, 40 người dự. {words}", "") for day in (3, 4))
    assert kind(one, two) == "same_template"


def test_a_text_without_numbers_is_judged_by_its_words() -> None:
    words = " ".join(
        f"tiếng{chr(97 + number % 26)} {chr(98 + number // 9)}" for number in range(90)
    )
    assert kind(Written("a", words, ""), Written("b", f"Mở đầu. {words}", "")) == "near_duplicate"


def test_stock_phrases_are_nothing() -> None:
    one, two = (labelled.original(number) for number in (5, 5 + labelled.ORIGINALS))
    assert judged(one, two) is None


def test_short_texts_are_the_same_or_nothing() -> None:
    one = Written("Thông báo", "Mời bà con dự họp tại nhà văn hóa.", "")
    assert kind(one, Written("THÔNG BÁO", "Mời bà con dự họp tại nhà văn hoá", "")) == "same_text"
    assert kind(one, Written("Thông báo số 2", one.body, "")) is None
    assert kind(one, Written("Thông báo", f"{one.body} Đúng giờ.", "")) is None


def test_nothing_is_like_an_empty_text() -> None:
    assert judged(Written("Ảnh", "", ""), Written("Ảnh", "", "")) is None
