"""When an article counts as gone, and when it is back."""

from __future__ import annotations

from archive import admission
from archive.moments import public
from archive.page import Link, Page
from tests.archive.crawling import DAY, ROOT, START, Crawl, an_answer, links


def state(crawl: Crawl) -> tuple[str, str | None]:
    row = crawl.conn.execute("SELECT state, gone_at FROM pages WHERE key = 'news:7'").fetchone()
    return tuple(row)


def ledger(crawl: Crawl) -> list[tuple[str, str, str | None, str | None]]:
    return crawl.conn.execute(
        "SELECT state, gone_at, back_at, declared_at FROM disappearances ORDER BY gone_at"
    ).fetchall()


def day(number: float) -> str:
    return public(START + number * DAY)


def test_a_page_is_gone_since_the_first_404_of_its_series(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", at=9)
    assert crawl.miss("7", at=9).gone
    assert state(crawl) == ("live", day(9))
    crawl.see("8", at=16)
    assert not crawl.miss("7", at=16).gone
    assert state(crawl) == ("gone", day(9))
    assert ledger(crawl) == [("gone", day(9), None, day(16))]
    assert crawl.value("SELECT state FROM articles WHERE id IS NOT NULL AND gone_at IS NOT NULL")


def test_a_page_is_not_gone_while_nothing_else_of_its_host_answers(crawl: Crawl) -> None:
    crawl.see("7")
    assert not crawl.miss("7", at=9).gone
    assert state(crawl) == ("live", None)


def test_the_series_began_before_the_host_answered_again(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.miss("7", at=9)
    crawl.see("8", at=16)
    assert crawl.miss("7", at=16).gone
    assert state(crawl) == ("live", day(9))


def test_the_first_page_of_a_run_may_be_the_missing_one(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.miss("7", at=9)
    crawl.see("8", at=9.1)
    crawl.archive.end(0, "finished")
    assert state(crawl) == ("live", day(9))


def test_a_page_that_is_back_keeps_its_history(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", at=9)
    crawl.miss("7", at=9)
    assert crawl.see("7", at=16).back
    assert state(crawl) == ("live", None)
    rows = crawl.conn.execute("SELECT gone_at, back_at FROM disappearances").fetchall()
    assert rows == [(day(9), day(16))]
    crawl.miss("7", at=16.5)
    assert state(crawl) == ("live", day(16.5))
    assert crawl.value("SELECT count(*) FROM disappearances") == 2


def test_a_soft_404_is_no_404(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", at=9)
    crawl.miss("7", at=9, kind="soft-404")
    assert state(crawl) == ("live", None)
    crawl.see("8", at=16)
    crawl.miss("7", at=16, kind="soft-404")
    assert state(crawl) == ("soft-gone", None)
    assert ledger(crawl) == [("soft-gone", day(9), None, day(16))]


def test_another_address_of_the_page_that_answers_keeps_it_alive(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("moi-7", key="news:7", at=8.9)
    assert not crawl.miss("7", at=9).gone
    assert state(crawl) == ("live", None)
    assert crawl.miss("moi-7", at=9).gone


def test_an_article_that_leads_to_a_listing_is_softly_gone(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.begin()
    crawl.list(crawl.claim(), links("7"), at=9)
    crawl.redirect("7", f"{ROOT}/tin", at=9)
    crawl.see("8", at=16)
    crawl.redirect("7", f"{ROOT}/tin", at=16)
    assert state(crawl) == ("soft-gone", None)


def test_an_article_that_leads_to_what_turns_out_no_article_is_softly_gone(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.redirect("7", f"{ROOT}/thong-bao", at=9)
    claim = crawl.claim()
    assert claim.url == f"{ROOT}/thong-bao"
    fetch = an_answer(claim, at=9)
    crawl.archive.store(Page(url=claim.url, kind="other", fetch=fetch, claim=claim))
    crawl.redirect("7", f"{ROOT}/thong-bao", at=16)
    assert state(crawl) == ("live", None)
    crawl.see("8", at=20)
    crawl.redirect("7", f"{ROOT}/thong-bao", at=20)
    assert state(crawl) == ("soft-gone", None)


def test_an_article_that_leads_to_the_front_page_is_softly_gone(crawl: Crawl) -> None:
    crawl.see("7")
    for number in (9, 16):
        crawl.see("8", at=number)
        crawl.redirect("7", f"{ROOT}/", at=number)
    assert state(crawl) == ("soft-gone", None)


def test_a_forbidden_page_is_blocked_not_gone(crawl: Crawl) -> None:
    crawl.see("7")
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    crawl.archive.fail(claim, "robots")
    assert state(crawl) == ("blocked", None)


def test_what_robots_txt_forbids_is_blocked_but_what_was_gone_before_stays_gone(
    crawl: Crawl,
) -> None:
    crawl.see("7")
    admission.block(crawl.conn, crawl.claim_url(f"{ROOT}/tin/7.html"))
    assert state(crawl) == ("blocked", None)
    for at in (9, 16):
        crawl.see("8", at=at)
        crawl.miss("7", at=at)
    assert state(crawl) == ("gone", day(9))
    admission.block(crawl.conn, crawl.claim_url(f"{ROOT}/tin/7.html"))
    assert state(crawl) == ("gone", day(9))


def test_an_error_says_nothing_about_the_page(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", at=9)
    crawl.miss("7", at=9)
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    fetch = an_answer(claim, at=12, status=503)
    crawl.archive.store(Page(url=claim.url, kind="error", fetch=fetch, claim=claim))
    assert state(crawl) == ("live", day(9))
    crawl.see("8", at=13)
    crawl.miss("7", at=13)
    assert state(crawl) == ("gone", day(9))


def test_a_parked_domain_is_no_answer(crawl: Crawl) -> None:
    crawl.see("7")
    claim = crawl.claim_url(f"{ROOT}/")
    page = Page(url=claim.url, kind="parked", fetch=an_answer(claim, at=9), claim=claim)
    crawl.archive.store(page)
    assert not crawl.miss("7", at=9).gone


def test_a_redirect_off_site_is_recorded_and_not_followed(crawl: Crawl) -> None:
    claim = crawl.claim_url(f"{ROOT}/tin/9.html")
    elsewhere = [("Location", "https://elsewhere.example/")]
    fetch = an_answer(claim, status=302, more_headers=elsewhere)
    crawl.archive.store(Page(url=claim.url, kind="redirect", fetch=fetch, claim=claim))
    assert crawl.value("SELECT redirect_to FROM captures") == "https://elsewhere.example/"
    assert crawl.frontier.claim(crawl.site) is None


def test_redirects_end_after_five_hops(crawl: Crawl) -> None:
    claim = crawl.claim_url(f"{ROOT}/0")
    hops = 0
    while claim is not None:
        hops += 1
        target = f"{ROOT}/{hops}"
        found = [Link(url=target, kind="redirect")]
        fetch = an_answer(claim, at=hops, status=302)
        page = Page(url=claim.url, kind="redirect", links=found, fetch=fetch, claim=claim)
        crawl.archive.store(page)
        claim = crawl.frontier.claim(crawl.site)
    assert hops == 6


def test_a_page_we_no_longer_find_an_article_in_is_not_said_to_be_gone(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", at=9)
    crawl.miss("7", at=9, kind="other")
    assert state(crawl) == ("live", None)
    crawl.miss("7", at=16, kind="other")
    assert state(crawl) == ("unknown", None)
    assert crawl.value("SELECT count(*) FROM articles") == 2


def test_a_page_merged_after_it_was_missed_is_judged_as_the_one_it_became(crawl: Crawl) -> None:
    crawl.see("1", at=0)
    crawl.see("old", at=1, key="/tin/old.html")
    crawl.miss("old", at=5)  # nothing else of the host had answered that day
    crawl.redirect("old", f"{ROOT}/tin/1.html", at=4)  # stored later, by a clock put back
    crawl.see("2", at=5)
    crawl.conn.execute("UPDATE frontier SET state = 'failed' WHERE page IS NOT NULL")
    crawl.archive.settle_missing()
    assert crawl.value("SELECT count(*) FROM pages WHERE merged_into IS NOT NULL") == 1
    assert crawl.value("SELECT gone_at FROM articles WHERE url LIKE '%/1.html'") is not None
