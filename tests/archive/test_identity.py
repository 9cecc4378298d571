"""Ids, references and addresses of pages."""

from __future__ import annotations

import pytest

from archive import identity
from archive.errors import UsageError
from archive.identity import page_id, parse_ref, ref_of
from tests.archive.crawling import ROOT, SITE, Crawl, an_article


def test_an_id_depends_on_site_and_key_alone() -> None:
    assert page_id("hanoi-front", "news:1234") == page_id("hanoi-front", "news:1234")
    assert page_id("hanoi-front", "news:1234") != page_id("hanoi-front", "news:1235")
    assert page_id("a", "b") == 5890896584944690  # never to change: ids are cited


def test_an_id_is_exact_in_every_language() -> None:
    assert all(0 <= page_id("s", str(number)) < 2**53 for number in range(500))


@pytest.mark.parametrize("page", [0, 1, 31, 32, 2**53 - 1, page_id("s", "k")])
def test_a_reference_reads_back(page: int) -> None:
    assert len(ref_of(page)) == 11
    assert parse_ref(ref_of(page)) == (page, None)
    assert parse_ref(f"{ref_of(page)}@12") == (page, 12)


def test_a_mistyped_reference_is_forgiven() -> None:
    page = page_id("s", "k")
    ref = ref_of(page)
    mistyped = ref.replace("0", "o").replace("1", "l").lower()
    assert parse_ref(f" {mistyped[:4]}-{mistyped[4:]} ") == (page, None)


@pytest.mark.parametrize("text", ["", "ABC", "U" * 11, "Z" * 11, "00000000001@", "00000000001@0"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_ref(text)


def test_colliding_pages_get_different_ids(crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    def crowded(site: str, key: str, attempt: int = 0) -> int:
        return 5 + attempt

    monkeypatch.setattr("archive.addresses.page_id", crowded)
    ids = [crawl.see(name).page for name in ("1", "2", "3")]
    assert ids == [5, 6, 7]
    assert crawl.see("2").page == 6
    assert identity.ref_of(6) == crawl.value("SELECT ref FROM pages WHERE key = 'news:2'")


def test_every_address_leads_to_the_page(crawl: Crawl) -> None:
    page = crawl.see("7", url=f"{ROOT}/tin/hoi-nghi-7.html").page
    crawl.redirect("cu-7", f"{ROOT}/tin/7.html", at=1)
    aliases = crawl.column("SELECT url FROM aliases WHERE page = ? ORDER BY url", page)
    assert aliases == [f"{ROOT}/tin/{name}.html" for name in ("7", "cu-7", "hoi-nghi-7")]


def test_an_address_that_redirects_is_an_alias_once_its_target_is_known(crawl: Crawl) -> None:
    crawl.redirect("cu-7", f"{ROOT}/tin/7.html")
    page = crawl.see("7", at=1).page
    assert crawl.value("SELECT page FROM aliases WHERE url LIKE '%cu-7%'") == page


def test_two_pages_that_prove_to_be_one_are_merged_into_the_older(crawl: Crawl) -> None:
    older = crawl.see("cu", an_article(title="Tựa chung"), key="/tin/cu.html").page
    younger = crawl.see("7", an_article(title="Tựa chung"), at=1).page
    assert crawl.found("chung") == 2
    crawl.redirect("cu", f"{ROOT}/tin/7.html", at=2)
    assert crawl.value("SELECT merged_into FROM pages WHERE id = ?", younger) == older
    assert crawl.column("SELECT id FROM articles") == [older]
    assert crawl.found("chung") == 1
    assert crawl.see("7", an_article(title="Tựa mới"), at=3).page == older
    assert crawl.value("SELECT count(*) FROM pages") == 2


def test_two_ids_of_the_platform_are_two_articles(crawl: Crawl) -> None:
    crawl.see("1")
    crawl.see("2", at=1)
    crawl.redirect("1", f"{ROOT}/tin/2.html", at=2)
    assert crawl.value("SELECT count(*) FROM pages WHERE merged_into IS NULL") == 2


def test_the_search_id_is_the_day_of_publication_and_a_serial(crawl: Crawl) -> None:
    crawl.see("1", an_article(published_at="2023-10-14"))
    crawl.see("2", an_article(published_at="2023-10-14T15:46:00+07:00"))
    crawl.see("3", an_article(published_at=None))
    sids = crawl.column("SELECT sid FROM pages ORDER BY key")
    assert sids == [20231014000001, 20231014000002, 20251001000001]


def test_an_article_of_another_day_gets_another_search_id(crawl: Crawl) -> None:
    crawl.see("1", an_article(title="Cũ", published_at="2023-10-14"))
    crawl.see("1", an_article(title="Mới", published_at="2023-10-15"), at=1)
    assert crawl.column("SELECT sid FROM pages") == [20231015000001]
    assert crawl.column("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'moi'") == [
        20231015000001
    ]
    assert crawl.found("cũ") == 0


def test_the_same_key_on_another_site_is_another_page(crawl: Crawl) -> None:
    assert crawl.see("7").page == page_id(SITE, "news:7")


@pytest.mark.parametrize(("title", "state"), [("Bản mới", "ready"), ("Bản cũ", "done")])
def test_a_text_that_a_merger_hides_is_fetched_anew(crawl: Crawl, title: str, state: str) -> None:
    crawl.see("cu", an_article(title="Bản cũ"), key="/tin/cu.html")
    crawl.see("7", an_article(title=title), at=1)
    crawl.redirect("cu", f"{ROOT}/tin/7.html", at=2)
    assert crawl.value("SELECT title FROM articles") == "Bản cũ"
    url = f"{ROOT}/tin/7.html"
    assert crawl.value("SELECT state FROM frontier WHERE url = ?", url) == state
