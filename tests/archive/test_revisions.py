"""Revisions: what counts as a change, and who caused it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from archive.content import content_hash, word_count
from archive.page import Article, Attachment, Claim, Image, Page
from tests.archive.crawling import ROOT, Crawl, an_answer, an_article

if TYPE_CHECKING:
    from archive.warc import RawRecord

A = an_article(body="Bản một.")
B = an_article(body="Bản hai.")


def revisions(crawl: Crawl) -> list[tuple[str, str]]:
    """Body and cause of every revision, in the order of their numbers."""
    rows = crawl.conn.execute(
        "SELECT body, cause FROM revisions ORDER BY captured_at, extracted_at, id"
    )
    return [tuple(row) for row in rows]


def test_equal_captures_are_one_revision(crawl: Crawl) -> None:
    crawl.see("7", A)
    stored = crawl.see("7", A, at=1, body=b"<p>another counter</p>")
    assert not stored.changed
    assert revisions(crawl) == [("Bản một.", "first")]
    assert crawl.value("SELECT count(*) FROM captures WHERE revision IS NOT NULL") == 2


def test_a_site_that_changes_and_changes_back_made_three_revisions(crawl: Crawl) -> None:
    for day, article in enumerate((A, B, B, A)):
        crawl.see("7", article, at=day)
    assert revisions(crawl) == [("Bản một.", "first"), ("Bản hai.", "site"), ("Bản một.", "site")]
    assert crawl.value("SELECT revision FROM articles") == 3
    assert crawl.value("SELECT state FROM articles") == "changed"


def test_a_revision_keeps_who_wrote_it_and_where_it_comes_from(crawl: Crawl) -> None:
    crawl.see("7", an_article(author="Ban Biên tập", author_kind="desk", source="Báo An Lạc"))
    row = crawl.conn.execute("SELECT author, author_kind, source FROM revisions").fetchone()
    assert tuple(row) == ("Ban Biên tập", "desk", "Báo An Lạc")


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Đoạn  một.\n\nĐoạn hai.\u200b"},
        {"title": unicodedata.normalize("NFD", "Hội nghị Đống Đa")},
        {"title": "Hội nghị Đống Đa "},
        {"section": "Tin khác", "tags": ["x"]},
        {"author_kind": "desk", "source": "Báo An Lạc"},
    ],
)
def test_what_does_not_count_as_content(change: dict[str, Any]) -> None:
    assert content_hash(an_article(**change)) == content_hash(an_article())


@pytest.mark.parametrize(
    ("one", "two"),
    [("a – b", "a - b"), ("“a”", '"a"'), ("‘a’", "'a'"), ("a…", "a..."), ("a\u00a0b", "a b")],
)
def test_typography_does_not_count_as_content(one: str, two: str) -> None:
    assert content_hash(an_article(body=one)) == content_hash(an_article(body=two))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khác"},
        {"lead": None},
        {"body": "Khác"},
        {"author": "Lan"},
        {"published_at": None},
        {"images": [Image(url="http://a/b.jpg", caption="Ảnh")]},
        {"attachments": [Attachment(url="http://a/b.pdf")]},
        {"body": "Đoạn một.\n\nĐoạn haỉ."},
    ],
)
def test_what_counts_as_content(change: dict[str, Any]) -> None:
    assert content_hash(an_article(**change)) != content_hash(an_article())


def test_the_style_of_tone_marks_counts_as_content() -> None:
    assert content_hash(an_article(body="hòa")) != content_hash(an_article(body="hoà"))


def test_words_are_syllables_of_lead_and_body() -> None:
    assert word_count(an_article(lead="Hà Nội – 2025", body="Một hai.\n\nBa")) == 6


# Rules


def test_a_change_of_our_rules_is_never_said_to_be_the_sites(crawl: Crawl) -> None:
    crawl.see("7", A)
    newer = an_article(body="Bản một, đọc tốt hơn.", extractor="2.test1")
    stored = crawl.see("7", newer, at=1, reextract=lambda *_: newer)
    assert stored.cause == "rules"
    assert not stored.changed
    assert crawl.value("SELECT revisions FROM articles") == 1
    assert crawl.value("SELECT state FROM articles") == "live"
    assert crawl.value("SELECT body FROM articles") == "Bản một, đọc tốt hơn."


def test_site_and_rules_that_changed_together_are_told_apart(crawl: Crawl) -> None:
    crawl.see("7", A)
    old = an_article(body="Bản một, đọc tốt hơn.", extractor="2.test1")
    new = an_article(body="Bản hai, đọc tốt hơn.", extractor="2.test1")
    assert crawl.see("7", new, at=1, reextract=lambda *_: old).cause == "site"
    assert revisions(crawl) == [
        ("Bản một.", "first"),
        ("Bản một, đọc tốt hơn.", "rules"),
        ("Bản hai, đọc tốt hơn.", "site"),
    ]


def test_a_change_under_new_rules_that_read_the_old_page_alike_is_the_sites(crawl: Crawl) -> None:
    crawl.see("7", A)
    newer = an_article(body="Bản hai.", template="t2")
    assert crawl.see("7", newer, at=1, reextract=lambda *_: A).cause == "site"
    assert len(revisions(crawl)) == 2


def test_boilerplate_that_was_learned_since_is_no_change_of_the_site(crawl: Crawl) -> None:
    crawl.see("7", an_article(body="Bản một.\n\nĐọc thêm"))
    for day, version in enumerate(("t1", "t2"), 1):
        cleared = an_article(body=f"Bản một.{'!' * day}", template=version)
        assert crawl.see("7", cleared, at=day, reextract=lambda *_, c=cleared: c).cause == "rules"
    later = an_article(body="Bản một.!!", template="t3")
    assert crawl.see("7", later, at=3).cause is None
    assert crawl.value("SELECT revisions FROM articles") == 1
    edited = an_article(body="Bản hai.!!", template="t3")
    assert crawl.see("7", edited, at=4, reextract=lambda *_: later).cause == "site"


def test_what_cannot_be_read_again_proves_nothing(crawl: Crawl) -> None:
    crawl.see("7", A)
    newer = an_article(body="Bản hai.", extractor="2.test1")
    assert crawl.see("7", newer, at=1, reextract=lambda *_: None).cause == "rules"


def test_the_previous_capture_is_read_from_its_raw_record(crawl: Crawl) -> None:
    asked: list[tuple[Claim, RawRecord, str]] = []

    def reextract(claim: Claim, record: RawRecord, captured_at: str) -> Article:
        asked.append((claim, record, captured_at))
        return A

    crawl.see("7", A, body=b"first bytes")
    crawl.see("7", A, at=1, body=b"same article, other bytes")
    crawl.see("7", an_article(body="Bản hai.", extractor="2.x"), at=2, reextract=reextract)
    [(claim, record, captured_at)] = asked
    assert record.body == b"first bytes"
    assert claim.url == record.url
    assert captured_at == "2025-10-01T08:00:00+07:00"  # theirs: a layout holds for its days


# Captures imported later


def test_an_older_capture_fits_in_before_the_first(crawl: Crawl) -> None:
    crawl.see("7", B, at=0)
    crawl.see("7", A, at=-10)
    assert revisions(crawl) == [("Bản một.", "first"), ("Bản hai.", "site")]
    assert crawl.value("SELECT body FROM articles") == "Bản hai."
    assert crawl.value("SELECT first_seen_at FROM articles").startswith("2025-09-21")
    assert crawl.value("SELECT last_seen_at FROM articles").startswith("2025-10-01")


def test_an_older_capture_of_the_same_content_lets_the_revision_begin_earlier(crawl: Crawl) -> None:
    crawl.see("7", A, at=0)
    crawl.see("7", A, at=-10)
    assert revisions(crawl) == [("Bản một.", "first")]
    assert crawl.value("SELECT captured_at FROM revisions").startswith("2025-09-21")


def test_a_capture_in_the_midst_of_a_revision_splits_it(crawl: Crawl) -> None:
    crawl.see("7", A, at=0)
    crawl.see("7", A, at=10)
    crawl.see("7", B, at=5)
    assert revisions(crawl) == [("Bản một.", "first"), ("Bản hai.", "site"), ("Bản một.", "site")]
    assert crawl.value("SELECT body FROM articles") == "Bản một."
    assert crawl.value("SELECT revision FROM articles") == 3
    captures = crawl.column("SELECT revision FROM captures ORDER BY captured_at")
    assert len(set(captures)) == 3
    assert crawl.found("một") == 1


def test_a_capture_that_only_newer_rules_read_otherwise_does_not_split(crawl: Crawl) -> None:
    crawl.see("7", A, at=0)
    crawl.see("7", A, at=10)
    newer = an_article(body="Bản một, đọc tốt hơn.", extractor="2.x")
    assert crawl.see("7", newer, at=5, reextract=lambda *_: newer).cause is None
    assert revisions(crawl) == [("Bản một.", "first")]
    assert len(set(crawl.column("SELECT revision FROM captures"))) == 1


def test_the_files_of_a_revision_are_its_own(crawl: Crawl) -> None:
    picture = Image(url="http://a/b.jpg", caption="Ảnh: Lan", credit="Lan")
    crawl.see("7", an_article(images=[picture], attachments=[Attachment(url="http://a/c.pdf")]))
    crawl.see("7", an_article(), at=1)
    assert crawl.column("SELECT caption FROM images") == ["Ảnh: Lan"]
    assert (
        crawl.value("SELECT count(*) FROM images i JOIN pages p ON p.current_revision = i.revision")
        == 0
    )


def test_an_article_page_without_an_article_is_refused(crawl: Crawl) -> None:
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    page = Page(url=claim.url, kind="article", fetch=an_answer(claim), claim=claim)
    with pytest.raises(ValueError, match="without an article"):
        crawl.archive.store(page)
