"""Which changes of an article are the site's, from which revision to which."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from archive.changes import Cause, Step, steps
from archive.errors import ArchiveError, UsageError
from tests.archive.crawling import Crawl, an_article

A = "Quỹ nhận được 125 triệu đồng."
B = "Quỹ nhận được 152 triệu đồng."
C = "Quỹ nhận được 152 triệu đồng ủng hộ."


@pytest.fixture
def read(crawl: Crawl) -> Iterator[sqlite3.Connection]:
    crawl.conn.row_factory = sqlite3.Row
    yield crawl.conn
    crawl.conn.row_factory = None


def publish(crawl: Crawl, *bodies: str) -> str:
    """Let the site show each text in turn; return the ref of the page."""
    for day, body in enumerate(bodies):
        crawl.see("7", an_article(lead=None, body=body), at=day)
    return str(crawl.value("SELECT ref FROM pages WHERE key = 'news:7'"))


def told(
    crawl: Crawl,
    target: str,
    first: int | None = None,
    last: int | None = None,
    cause: Cause = "site",
) -> list[Step]:
    crawl.conn.row_factory = sqlite3.Row
    try:
        return list(steps(crawl.conn, target, first, last, cause=cause))
    finally:
        crawl.conn.row_factory = None


def summary(found: list[Step]) -> list[tuple[int, int, int | None, list[str]]]:
    return [(s.old, s.new, s.restores, [change.kind for change in s.changes]) for s in found]


def test_each_revision_is_compared_with_the_one_before(crawl: Crawl) -> None:
    ref = publish(crawl, A, B, C)
    assert summary(told(crawl, ref)) == [(1, 2, None, ["number"]), (2, 3, None, ["rewritten"])]
    assert summary(told(crawl, f"{ref}@2")) == [(1, 2, None, ["number"])]


def test_two_steps_are_one_change_when_compared_as_a_whole(crawl: Crawl) -> None:
    ref = publish(crawl, A, B, C)
    (step,) = told(crawl, ref, 1, 3)
    assert [(change.old, change.new) for change in step.changes] == [(A, C)]
    assert summary(told(crawl, ref, 1)) == summary([step])


def test_a_restored_text_is_said_to_be_the_old_one_again(crawl: Crawl) -> None:
    ref = publish(crawl, A, B, A)
    assert summary(told(crawl, ref)) == [(1, 2, None, ["number"]), (2, 3, 1, ["number"])]


def test_an_edit_that_was_undone_is_none(crawl: Crawl) -> None:
    ref = publish(crawl, A, B, A)
    assert summary(told(crawl, ref, 1, 3)) == [(1, 3, None, [])]


def test_revisions_are_compared_backwards_as_well(crawl: Crawl) -> None:
    ref = publish(crawl, A, B)
    (step,) = told(crawl, ref, 2, 1)
    assert [(change.old, change.new) for change in step.changes] == [(B, A)]


def test_what_our_rules_changed_is_told_apart(crawl: Crawl) -> None:
    ref = publish(crawl, A)
    page = crawl.value("SELECT id FROM pages WHERE key = 'news:7'")
    note = "Chia sẻ bài viết này."
    crawl.reread(page, an_article(lead=None, body=f"{A}\n\n{note}", extractor="2.test1"))
    crawl.see("7", an_article(lead=None, body=f"{B}\n\n{note}", extractor="2.test1"), at=3)
    assert summary(told(crawl, ref)) == [(2, 3, None, ["number"])]
    assert summary(told(crawl, ref, cause="rules")) == [(1, 2, None, ["added"])]
    assert summary(told(crawl, ref, 1, 3)) == [(2, 3, None, ["number"])]
    assert summary(told(crawl, ref, 1, 3, cause="rules")) == [(1, 2, None, ["added"])]


def test_revisions_that_are_not_there_are_a_mistake(crawl: Crawl) -> None:
    ref = publish(crawl, A, B)
    with pytest.raises(UsageError, match="revisions 1 to 2, not 3"):
        told(crawl, ref, 1, 3)
    with pytest.raises(UsageError, match="no article"):
        told(crawl, "http://front.example/tin/99.html")


def test_a_withdrawn_text_is_not_compared(crawl: Crawl) -> None:
    ref = publish(crawl, A, B)
    crawl.conn.execute(
        "INSERT INTO withdrawals (page, action, reason, at)"
        " SELECT id, 'hide', 'theo yêu cầu', '2025-11-01T08:00:00+07:00' FROM pages"
    )
    with pytest.raises(ArchiveError, match="withdrawn"):
        told(crawl, ref)
