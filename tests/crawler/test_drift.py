"""A site whose pages no longer look as they did is told, before it breaks."""

from __future__ import annotations

from collections import Counter

import pytest

from archive.page import Article, Claim, Page
from crawler.drift import MOST_PAGES, Look, drift_reason, mark, merged, signs_of


def claim(kind: str = "article") -> Claim:
    return Claim(id=1, site="a", url="http://a.example/1", kind=kind)


def page(*flags: str, at: str = "div.news > div#body-12", kind: str = "article") -> Page:
    article = None
    if kind == "article":
        evidence = {"body": {"rule": "generic", "at": at}}
        article = Article(title="T", body="B", flags=list(flags), evidence=evidence)
    return Page(url="http://a.example/1", kind=kind, article=article)


def seen(*pages: Page) -> Look:
    look = Look()
    for one in pages:
        look.see(one, claim())
    return look


USUAL = seen(*[page()] * 20)


@pytest.mark.parametrize(
    ("found", "asked", "signs"),
    [
        (page(), "article", []),
        (page("short-region", "date-null"), "article", []),
        (page("no-rule-body"), "article", ["no-rule-body"]),
        (page("template-drift", "no-rule-body"), "unknown", ["no-rule-body", "template-drift"]),
        (page(kind="other"), "article", ["no-article"]),
        (page(kind="other"), "unknown", []),  # an address that only might have been an article
        (page(kind="not-found"), "article", []),
        (page(kind="listing"), "listing", []),
    ],
)
def test_the_signs_of_a_page(found: Page, asked: str, signs: list[str]) -> None:
    assert signs_of(found, claim(asked)) == signs
    mark(found, claim(asked))
    assert found.evidence.get("drift", []) == signs


def test_an_address_with_an_id_is_an_articles_on_sites_without_a_platform_too() -> None:
    asked = Claim(id=1, site="a", url="http://a.example/tin-12.html", kind="unknown", key="id:12")
    assert signs_of(page(kind="other"), asked) == ["no-article"]


def test_a_page_left_out_on_purpose_is_no_sign() -> None:
    left_out = page(kind="other")
    left_out.evidence = {"left_out": "no word of the Front"}
    assert signs_of(left_out, claim()) == []


@pytest.mark.parametrize("sign", ["no-rule-body", "template-drift"])
def test_half_of_the_pages_with_a_sign_they_never_had_are_drift(sign: str) -> None:
    now = seen(page(sign), page(sign), page(), page())
    assert "2 of 4 article pages" in (drift_reason(now, USUAL) or "")
    assert drift_reason(seen(page(sign), page(), page(), page()), USUAL) is None


def test_pages_without_an_article_are_drift() -> None:
    now = seen(page(), *[page(kind="other")] * 3)
    assert drift_reason(now, USUAL) == "layout drift: no article found on 3 of 4 article pages"


def test_a_sign_that_is_usual_on_a_site_is_none() -> None:
    usual = seen(*[page("no-rule-body")] * 9)
    assert drift_reason(seen(*[page("no-rule-body")] * 5), usual) is None


def test_too_few_pages_prove_nothing() -> None:
    bad = [page("no-rule-body")]
    assert drift_reason(seen(*bad * 3), USUAL) is None
    assert drift_reason(seen(*bad * 9), seen(*[page()] * 7)) is None
    assert drift_reason(seen(*bad * 9), None) is None


def test_texts_that_stand_where_none_stood_are_drift() -> None:
    moved = [page(at="main > section.content")] * 3
    told = drift_reason(seen(*moved, page()), USUAL)
    assert told == (
        "layout drift: the text of 3 of 4 articles stands elsewhere (main > section.content)"
    )


def test_numbers_in_a_path_are_no_other_place() -> None:
    assert drift_reason(seen(*[page(at="div.news > div#body-977")] * 5), USUAL) is None


def test_a_site_whose_texts_stand_anywhere_does_not_drift() -> None:
    places = [page(at=f"div.{letter}") for letter in "abcdefghijkl"]
    assert drift_reason(seen(*[page(at="div.z")] * 5), seen(*places)) is None


def test_a_new_theme_becomes_usual_and_a_sign_does_not() -> None:
    moved = seen(*[page("no-rule-body", at="main")] * 5)
    after = merged(USUAL, moved, drifting=True)
    assert after.regions["main"] == 5
    assert after.signs["no-rule-body"] == 0
    assert drift_reason(moved, after) is not None  # the rules still do not fit
    assert drift_reason(seen(*[page(at="main")] * 5), after) is None


def test_a_site_without_drift_is_learned_with_its_signs() -> None:
    after = merged(None, seen(page("no-rule-body"), page()), drifting=False)
    assert (after.pages, after.signs) == (2, Counter({"no-rule-body": 1}))


def test_what_is_remembered_stays_small_and_forgets_the_old() -> None:
    look = Look()
    for number in range(60):
        look = merged(look, seen(*[page(at=f"div.x{chr(97 + number % 20)}")] * 10), drifting=False)
    assert look.pages <= MOST_PAGES
    assert len(look.regions) <= 12
