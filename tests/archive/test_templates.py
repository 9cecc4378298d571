"""Templates: what is stored of learned boilerplate, and from which records it is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archive import templates
from archive.connection import transaction
from tests.archive.crawling import ROOT, SITE, START, an_article

if TYPE_CHECKING:
    from archive.templates import Stored
    from tests.archive.crawling import Crawl


def save(crawl: Crawl, version: str, *, pages: int = 8, **more: Any) -> Stored:
    data = {"blocks": [], "text": "Lượt truy cập"}
    with transaction(crawl.conn):
        return templates.save(crawl.conn, SITE, version=version, pages=pages, data=data, **more)


def versions(crawl: Crawl) -> list[str]:
    return [stored.version for stored in templates.history(crawl.conn, SITE)]


def test_the_template_learned_last_is_the_latest(crawl: Crawl) -> None:
    save(crawl, "a", now=START)
    save(crawl, "b", now=START + 60)
    latest = templates.latest(crawl.conn, SITE)
    assert latest is not None
    assert (latest.version, latest.pages) == ("b", 8)
    assert latest.learned_at == "2025-10-01T08:01:00+07:00"
    assert latest.data["text"] == "Lượt truy cập"
    assert versions(crawl) == ["b", "a"]


def test_two_of_one_second_keep_their_order(crawl: Crawl) -> None:
    for version in "abc":
        save(crawl, version, now=START)
    assert versions(crawl) == ["c", "b", "a"]


def test_a_clock_set_back_does_not_bring_an_old_template_back(crawl: Crawl) -> None:
    save(crawl, "a", now=START)
    save(crawl, "b", now=START - 86_400)
    assert versions(crawl) == ["b", "a"]


def test_the_same_learned_again_renews_its_row(crawl: Crawl) -> None:
    save(crawl, "a", now=START)
    save(crawl, "b", now=START + 1)
    save(crawl, "a", pages=16, now=START + 2)
    assert versions(crawl) == ["a", "b"]
    latest = templates.latest(crawl.conn, SITE)
    assert latest is not None
    assert latest.pages == 16


def test_a_site_without_a_template_has_none(crawl: Crawl) -> None:
    assert templates.latest(crawl.conn, SITE) is None
    assert templates.history(crawl.conn, SITE) == []


# What is learned from


def test_each_page_teaches_once_by_its_newest_record(crawl: Crawl) -> None:
    crawl.see("1", an_article(body="Một."))
    changed = crawl.see("1", an_article(body="Hai."), at=1, body=b"<p>changed</p>")
    other = crawl.see("2", an_article(), at=2)
    found = templates.lessons(crawl.conn, SITE, 16)
    assert [lesson.capture for lesson in found] == [other.capture, changed.capture]
    assert [lesson.url for lesson in found] == [f"{ROOT}/tin/2.html", f"{ROOT}/tin/1.html"]


def test_captures_named_come_first_and_the_limit_holds(crawl: Crawl) -> None:
    seen = [crawl.see(str(n), an_article(body=f"Bài {n}."), at=n).capture for n in range(4)]
    found = templates.lessons(crawl.conn, SITE, 2, [seen[0]])
    assert [lesson.capture for lesson in found] == [seen[0], seen[3]]


def test_what_a_listing_said_goes_with_the_record(crawl: Crawl) -> None:
    crawl.see("1")
    crawl.conn.execute("""UPDATE frontier SET text = 'Hội nghị', hints = '{"date": "1/5/2025"}'""")
    [lesson] = templates.lessons(crawl.conn, SITE, 16)
    assert (lesson.text, lesson.hints) == ("Hội nghị", {"date": "1/5/2025"})


def test_withdrawn_pages_teach_nothing(crawl: Crawl) -> None:
    page = crawl.see("1").page
    crawl.conn.execute(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'hide', 'x', 'y')", (page,)
    )
    assert templates.lessons(crawl.conn, SITE, 16) == []


def test_articles_are_counted_from_a_moment_on(crawl: Crawl) -> None:
    for n in range(3):
        crawl.see(str(n), an_article(body=f"Bài {n}."), at=n)
    assert templates.count_articles(crawl.conn, SITE) == 3
    assert templates.count_articles(crawl.conn, SITE, "2025-10-02T00:00:00+07:00") == 2
    assert templates.newest_bodies(crawl.conn, SITE, 2) == ["Bài 2.", "Bài 1."]


def test_the_texts_of_a_site_are_lines(crawl: Crawl) -> None:
    page = crawl.see("1", an_article(lead=None, author="Lan")).page
    texts = dict(templates.texts(crawl.conn, SITE))
    assert texts[page or 0].split("\n") == [
        "Hội nghị Đống Đa",
        "Lan",
        "",
        "Đoạn một.",
        "",
        "Đoạn hai.",
    ]
