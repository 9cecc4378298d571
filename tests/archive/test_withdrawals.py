"""A withdrawn text comes back by no write."""

from __future__ import annotations

from typing import Any

import pytest

from archive import file_queue, restating
from archive.content import content_hash
from archive.moments import now, public
from archive.restating import Reread
from archive.visibility import reindexed
from tests.archive.crawling import ROOT, Crawl, an_answer, an_article, links

SECRET = "Điều bí mật"


def withdraw(crawl: Crawl, page: int | None, action: str) -> None:
    """What a withdrawal does to the row itself is the command's; here only what follows counts."""
    with reindexed(crawl.conn, page or 0):
        crawl.conn.execute(
            "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, ?, 'asked', ?)",
            (page, action, public(now())),
        )


def everything_stored(crawl: Crawl, after: int) -> str:
    """Every text of every table written after the capture `after`, and the frontier's."""
    texts: list[Any] = []
    for query in (
        f"SELECT * FROM captures WHERE id > {after}",
        f"SELECT * FROM revisions WHERE capture > {after}",
        "SELECT * FROM frontier",
    ):
        texts += crawl.conn.execute(query).fetchall()
    return repr(texts)


@pytest.fixture
def page(crawl: Crawl) -> int | None:
    return crawl.see("7", an_article(title="Bài công khai")).page


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_no_recrawl_shows_a_withdrawn_page_again(
    crawl: Crawl, page: int | None, action: str
) -> None:
    withdraw(crawl, page, action)
    assert crawl.found("công khai") == 0
    crawl.see("7", an_article(title=SECRET), at=1)
    assert crawl.found("bí mật") == 0
    assert crawl.value("SELECT count(*) FROM articles") == 0
    assert crawl.value("SELECT count(*) FROM indexed_articles") == 0


def test_a_hidden_page_is_still_kept(crawl: Crawl, page: int | None) -> None:
    withdraw(crawl, page, "hide")
    crawl.see("7", an_article(title=SECRET), at=1)
    assert crawl.value("SELECT count(*) FROM revisions WHERE title = ?", SECRET) == 1
    assert crawl.value("SELECT warc_file FROM captures WHERE id = 2")


def test_of_an_erased_page_no_text_and_no_bytes_are_stored(crawl: Crawl, page: int | None) -> None:
    withdraw(crawl, page, "erase")
    size = sum(path.stat().st_size for path in crawl.archive.folder.iterdir())
    stored = crawl.see("7", an_article(title=SECRET), at=1, body=SECRET.encode())
    assert not stored.new_article
    assert stored.cause is None
    assert SECRET not in everything_stored(crawl, after=1)
    row = crawl.conn.execute(
        "SELECT payload_sha256, content_hash, warc_file FROM captures WHERE id = 2"
    ).fetchone()
    assert row == (None, None, None)
    assert sum(path.stat().st_size for path in crawl.archive.folder.iterdir()) == size


def test_an_erased_page_stored_as_failure_keeps_no_bytes(crawl: Crawl, page: int | None) -> None:
    withdraw(crawl, page, "erase")
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    fetch = an_answer(claim, at=1, body=SECRET.encode())
    crawl.archive.fail(claim, "extraction", "boom", fetch)
    assert crawl.value("SELECT warc_file FROM captures WHERE id = 2") is None


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_a_withdrawn_page_is_not_restated(crawl: Crawl, page: int | None, action: str) -> None:
    before = restating.subject(crawl.conn, page or 0)
    assert before is not None
    withdraw(crawl, page, action)
    assert crawl.reread(page, an_article(title=SECRET, extractor="2.x")) is None
    secret = an_article(title=SECRET, extractor="2.x")
    read = {capture: Reread(content_hash(secret), secret) for capture in before.raws}
    assert not crawl.archive.restate([(before, read)])[0]  # withdrawn while it was being read
    assert SECRET not in everything_stored(crawl, after=0)


def test_listings_do_not_bring_back_the_title_of_an_erased_page(
    crawl: Crawl, page: int | None
) -> None:
    withdraw(crawl, page, "erase")
    crawl.begin()
    found = links("moi")
    found[0].key, found[0].text, found[0].hints = "news:7", SECRET, {"excerpt": SECRET}
    crawl.list(crawl.claim(), found, at=1)
    assert crawl.value("SELECT count(*) FROM frontier WHERE key = 'news:7'") > 0
    assert SECRET not in everything_stored(crawl, after=1)


def test_another_address_of_an_erased_page_is_erased_too(crawl: Crawl, page: int | None) -> None:
    withdraw(crawl, page, "erase")
    crawl.see("khac", an_article(title=SECRET), key="news:7", at=1)
    assert SECRET not in everything_stored(crawl, after=1)


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_a_page_merged_with_a_withdrawn_one_is_withdrawn(crawl: Crawl, action: str) -> None:
    older = crawl.see("cu", an_article(title="Bản cũ"), key="/tin/cu.html").page
    younger = crawl.see("7", an_article(title="Bản mới"), at=1).page
    withdraw(crawl, younger, action)
    crawl.redirect("cu", f"{ROOT}/tin/7.html", at=2)
    assert crawl.value("SELECT action FROM withdrawals WHERE page = ?", older) == action
    assert crawl.value("SELECT count(*) FROM articles") == 0
    assert crawl.found("bản") == 0


def enter_by_hand(crawl: Crawl, page: int | None, action: str) -> Crawl:
    """Withdraw a page with plain SQL, as docs/ethics.md shows; return the next run."""
    crawl.conn.execute(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, ?, 'asked', ?)",
        (page, action, public(now())),
    )
    return next_run(crawl)


def next_run(crawl: Crawl) -> Crawl:
    crawl.close()
    return Crawl(crawl.archive.path)


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_a_page_withdrawn_by_hand_leaves_the_index(
    crawl: Crawl, page: int | None, action: str
) -> None:
    later = enter_by_hand(crawl, page, action)
    try:
        assert later.found("công khai") == 0
        later.see("7", an_article(title=SECRET), at=1)
        assert later.found("bí mật") == 0
    finally:
        later.close()


def test_a_page_withdrawn_by_hand_leaves_the_index_when_it_is_stored(
    crawl: Crawl, page: int | None
) -> None:
    crawl.conn.execute(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'hide', 'asked', ?)",
        (page, public(now())),
    )
    crawl.see("7", an_article(title=SECRET), at=1)
    assert crawl.found("công khai") == 0
    assert crawl.found("bí mật") == 0


def test_a_withdrawal_taken_back_by_hand_brings_the_newest_text_back(
    crawl: Crawl, page: int | None
) -> None:
    later = enter_by_hand(crawl, page, "hide")
    later.see("7", an_article(title="Bài mới"), at=1)
    later.conn.execute("DELETE FROM withdrawals")
    last = next_run(later)
    try:
        assert last.found("công khai") == 0
        assert last.found('"bài mới"') == 1
    finally:
        last.close()


def test_a_merged_page_withdrawn_by_hand_hides_the_one_it_became(crawl: Crawl) -> None:
    older = crawl.see("cu", an_article(title="Bản cũ"), key="/tin/cu.html").page
    younger = crawl.see("7", an_article(title="Bản mới"), at=1).page
    crawl.redirect("cu", f"{ROOT}/tin/7.html", at=2)
    assert crawl.value("SELECT merged_into FROM pages WHERE id = ?", younger) == older
    later = enter_by_hand(crawl, younger, "hide")
    try:
        assert later.value("SELECT count(*) FROM articles") == 0
        assert later.found("bản") == 0
    finally:
        later.close()


def test_link_texts_of_a_page_erased_by_hand_are_forgotten(crawl: Crawl, page: int | None) -> None:
    crawl.conn.execute("UPDATE frontier SET text = ?", (SECRET,))
    later = enter_by_hand(crawl, page, "erase")
    try:
        later.redirect("7", f"{ROOT}/tin/moi.html", at=1)
        assert SECRET not in everything_stored(later, after=0)
    finally:
        later.close()


def test_the_row_of_a_file_erased_by_hand_stays_one_of_a_file(crawl: Crawl) -> None:
    file_queue.ask(crawl.conn, crawl.site, [f"{ROOT}/tep/a.txt"], at_once=True)
    page = crawl.see_file("a.txt", b"a text").page
    crawl.conn.execute("UPDATE frontier SET text = ?", (SECRET,))
    later = enter_by_hand(crawl, page, "erase")
    try:
        row = later.conn.execute("SELECT text, hints FROM frontier WHERE page = ?", (page,))
        assert row.fetchone() == ("", '{"file": "1"}')
    finally:
        later.close()
