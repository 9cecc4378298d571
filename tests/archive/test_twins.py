"""Several addresses of one article: one is visited, the others stand by."""

from __future__ import annotations

from typing import Any

import pytest

from archive import admission
from archive.frontier import LATER
from archive.moments import now
from archive.page import Claim, Link, Page
from archive.reading import open_for_reading
from archive.selection import Selection
from archive.show import describe
from tests.archive.crawling import ROOT, SITE, START, Crawl, an_answer, an_article, links

FIRST, SECOND, THIRD = (f"{ROOT}/{name}" for name in ("a/7", "b/7", "c/7"))


def named(*urls: str, key: str | None = "news:7", kind: Any = "article") -> list[Link]:
    """Links to one article under several addresses."""
    return [Link(url=url, kind=kind, key=key, text=f"Tin {url}") for url in urls]


def state(crawl: Crawl, url: str) -> str:
    return str(crawl.value("SELECT state FROM frontier WHERE url = ?", url))


def states(crawl: Crawl) -> list[str]:
    return [state(crawl, url) for url in (FIRST, SECOND, THIRD)]


def shown_at(crawl: Crawl) -> str:
    return str(crawl.value("SELECT url FROM articles"))


def aliases(crawl: Crawl) -> set[str]:
    return set(crawl.column("SELECT url FROM aliases"))


def see(crawl: Crawl, claim: Claim, *, at: float = 0.0, **page: Any) -> None:
    """Store the article a claim leads to."""
    fields: dict[str, Any] = {"url": claim.url, "key": "news:7", **page}
    answer = an_answer(claim, at=at)
    crawl.archive.store(
        Page(kind="article", article=an_article(), fetch=answer, claim=claim, **fields)
    )


def miss(crawl: Crawl, claim: Claim, kind: Any = "not-found", *, at: float = 0.0) -> bool:
    """Store that the article is not at the claim's address; return whether it is gone."""
    answer = an_answer(claim, at=at, status=404 if kind == "not-found" else 200)
    return crawl.archive.store(Page(url=claim.url, kind=kind, fetch=answer, claim=claim)).gone


def lead(crawl: Crawl, claim: Claim, target: str, *, at: float = 0.0) -> None:
    """Store that the claim's address redirects."""
    page = Page(url=claim.url, kind="redirect", links=named(target, kind="redirect"),
                fetch=an_answer(claim, at=at, status=301), claim=claim)  # fmt: skip
    crawl.archive.store(page)


@pytest.fixture
def listed(crawl: Crawl) -> Crawl:
    """A full crawl whose listing named one article under three addresses."""
    crawl.begin()
    crawl.list(crawl.claim(), named(FIRST, SECOND, THIRD))
    return crawl


def test_only_the_first_address_of_an_article_is_fetched(listed: Crawl) -> None:
    assert states(listed) == ["ready", "twin", "twin"]
    assert {FIRST, SECOND, THIRD} <= listed.frontier.known(SITE)
    see(listed, listed.claim())
    assert listed.frontier.claim(SITE) is None
    assert listed.frontier.end_cycle(SITE)


def test_a_twin_is_never_due(listed: Crawl) -> None:
    see(listed, listed.claim())
    assert listed.frontier.promote_due(SITE, now() + 1e10) == 2  # the listing and one address
    listed.frontier.begin_cycle(SITE, "full")
    assert states(listed) == ["ready", "twin", "twin"]


def test_the_addresses_seen_before_and_after_the_article_are_its_aliases(crawl: Crawl) -> None:
    crawl.begin()
    crawl.list(crawl.claim(), named(FIRST, SECOND))
    claim = crawl.claim()
    crawl.archive.store(
        Page(
            url=claim.url,
            kind="article",
            key="news:7",
            article=an_article(),
            links=named(THIRD),
            fetch=an_answer(claim),
            claim=claim,
        )
    )
    assert aliases(crawl) == {FIRST, SECOND, THIRD}
    assert crawl.value("SELECT count(DISTINCT page) FROM frontier WHERE key = 'news:7'") == 1


def test_the_same_key_on_another_site_is_another_article(crawl: Crawl) -> None:
    crawl.archive.sync_sites(
        [{"id": "other", "name": "Khác", "level": "ward", "base_url": ROOT, "platform": "generic"}]
    )
    crawl.conn.execute(
        "INSERT INTO frontier (site, request_key, url, kind, key, found_at)"
        " VALUES ('other', 'GET x', 'x', 'article', 'news:7', '')"
    )
    crawl.begin()
    crawl.list(crawl.claim(), named(FIRST))
    assert state(crawl, FIRST) == "ready"


def test_links_without_a_key_have_no_twins(crawl: Crawl) -> None:
    crawl.begin()
    crawl.list(crawl.claim(), named(FIRST, SECOND, key=None, kind="unknown"))
    assert [state(crawl, url) for url in (FIRST, SECOND)] == ["ready", "ready"]


def test_what_a_listing_asks_for_comes_before_what_was_put_off(crawl: Crawl) -> None:
    crawl.begin("incremental")
    crawl.list(crawl.claim(), links("1"))
    claim = crawl.claim()
    crawl.archive.store(
        Page(
            url=claim.url,
            kind="article",
            key="news:1",
            article=an_article(),
            links=named(FIRST, SECOND),
            fetch=an_answer(claim),
            claim=claim,
        )
    )
    assert [state(crawl, url) for url in (FIRST, SECOND)] == ["waiting", "twin"]
    assert crawl.value("SELECT due FROM frontier WHERE url = ?", FIRST) == LATER
    claim = crawl.claim_url(f"{ROOT}/tin")
    crawl.list(claim, named(THIRD))
    assert states(crawl) == ["twin", "twin", "ready"]


def test_another_address_of_an_old_article_brings_no_pager_forward(crawl: Crawl) -> None:
    crawl.begin()
    crawl.list(crawl.claim(), named(FIRST))
    see(crawl, crawl.claim())
    crawl.frontier.end_cycle(SITE)
    crawl.begin("incremental")
    crawl.list(crawl.claim(), [*named(SECOND), Link(url=f"{ROOT}/tin?page=2", kind="next")], at=1)
    assert crawl.frontier.claim(SITE) is None


# When the first address is dead


@pytest.mark.parametrize("kind", ["not-found", "soft-404", "other"])
def test_one_twin_takes_the_place_of_a_dead_address(listed: Crawl, kind: str) -> None:
    miss(listed, listed.claim(), kind)
    assert states(listed) == ["done", "ready", "twin"]
    see(listed, listed.claim())
    assert shown_at(listed) == SECOND
    assert states(listed) == ["twin", "done", "twin"]
    assert aliases(listed) == {FIRST, SECOND, THIRD}


def test_each_twin_is_tried_once(listed: Crawl) -> None:
    tried = []
    while (claim := listed.frontier.claim(SITE)) is not None:
        tried.append(claim.url)
        miss(listed, claim)
    assert tried == [FIRST, SECOND, THIRD]


def test_a_twin_takes_the_place_of_what_failed_for_good(listed: Crawl) -> None:
    listed.archive.fail(listed.claim(), "too-large")
    assert states(listed) == ["failed", "ready", "twin"]


def test_a_retry_is_waited_for_before_a_twin_is_tried(listed: Crawl) -> None:
    listed.archive.fail(listed.claim(), "timeout")
    assert states(listed) == ["waiting", "twin", "twin"]


def test_a_twin_takes_the_place_of_what_may_not_be_fetched(listed: Crawl) -> None:
    admission.deny(listed.conn, listed.claim(), "not a registered host")
    assert states(listed) == ["denied", "ready", "twin"]
    admission.block(listed.conn, listed.claim())
    assert states(listed) == ["denied", "blocked", "ready"]


def test_an_article_is_not_gone_while_a_twin_is_to_be_asked(listed: Crawl) -> None:
    see(listed, listed.claim())
    listed.see("8", at=8.9)
    assert not miss(listed, listed.claim_url(FIRST), at=9)
    assert listed.archive.settle_missing() == 0
    # Wanted by a person, so the twin is part of this recrawl.
    assert not miss(listed, listed.claim(), at=9)
    last = listed.claim()
    assert last.url == THIRD
    assert miss(listed, last, at=9)
    assert listed.frontier.claim(SITE) is None


def test_a_soft_404_says_nothing_of_the_article_while_a_twin_is_to_be_asked(
    listed: Crawl,
) -> None:
    see(listed, listed.claim())
    listed.see("8", at=8.9)
    miss(listed, listed.claim_url(FIRST), "soft-404", at=9)
    page_state = "SELECT state FROM pages WHERE key = 'news:7'"
    assert listed.value(page_state) == "live"
    for _ in range(2):
        miss(listed, listed.claim(), "soft-404", at=9)
    absent = "SELECT count(*) FROM captures WHERE json_extract(evidence, '$.absent') IS NOT NULL"
    assert listed.value(absent) == 1


def test_an_address_that_is_back_leaves_the_article_where_it_is(listed: Crawl) -> None:
    see(listed, listed.claim())
    miss(listed, listed.claim_url(FIRST), at=9)
    see(listed, listed.claim(), at=9)
    see(listed, listed.claim_url(FIRST), at=10)
    assert states(listed) == ["twin", "done", "twin"]
    assert shown_at(listed) == SECOND


# Redirects


def test_an_address_that_redirects_to_a_twin_stands_aside(listed: Crawl) -> None:
    see(listed, listed.claim())
    lead(listed, listed.claim_url(FIRST), SECOND, at=1)
    assert states(listed) == ["twin", "ready", "twin"]
    see(listed, listed.claim(), at=1)
    assert states(listed) == ["twin", "done", "twin"]
    assert shown_at(listed) == SECOND


def test_an_article_may_move_back_and_forth_for_years(listed: Crawl) -> None:
    see(listed, listed.claim())
    at, there, other = 0.0, FIRST, SECOND
    for _ in range(8):
        at, there, other = at + 30, other, there
        lead(listed, listed.claim_url(other), there, at=at)
        see(listed, listed.claim(), at=at)
        assert (state(listed, there), state(listed, other)) == ("done", "twin")
    assert listed.value("SELECT count(*) FROM pages") == 1


def test_addresses_that_lead_to_each_other_come_to_an_end(listed: Crawl) -> None:
    fetched = 0
    while (claim := listed.frontier.claim(SITE)) is not None:
        lead(listed, claim, SECOND if claim.url == FIRST else FIRST)
        fetched += 1
        assert fetched < 12


def test_a_twin_is_tried_when_the_address_leads_elsewhere(listed: Crawl) -> None:
    claim = listed.claim()
    page = Page(url=claim.url, kind="redirect", fetch=an_answer(claim, status=302), claim=claim)
    listed.archive.store(page)
    assert states(listed) == ["done", "ready", "twin"]


def test_an_address_that_leads_to_an_article_is_not_visited_again(crawl: Crawl) -> None:
    crawl.redirect("cu-7", f"{ROOT}/tin/7.html")
    crawl.see("7")
    assert state(crawl, f"{ROOT}/tin/cu-7.html") == "twin"


def test_an_address_given_to_another_article_is_visited_for_that_one(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("7", key="news:9", at=1)
    crawl.see("moi-7", key="news:7", at=2)
    names = ("7", "moi-7")
    assert [state(crawl, f"{ROOT}/tin/{name}.html") for name in names] == ["done", "done"]


# Keys that only the page tells


def test_an_address_that_shows_a_known_article_is_not_visited_again(crawl: Crawl) -> None:
    crawl.begin()
    crawl.list(crawl.claim(), named(FIRST, SECOND, key=None, kind="unknown"))
    see(crawl, crawl.claim())
    see(crawl, crawl.claim())
    assert [state(crawl, url) for url in (FIRST, SECOND)] == ["done", "twin"]
    assert aliases(crawl) == {FIRST, SECOND}
    assert shown_at(crawl) == FIRST
    assert crawl.frontier.promote_due(SITE, now() + 1e10) == 2
    crawl.frontier.begin_cycle(SITE, "recrawl")
    assert Selection().requeue(crawl.frontier, SITE) == 1


# Where an article stands


def test_the_address_a_page_calls_its_own_is_shown(listed: Crawl) -> None:
    see(listed, listed.claim(), url=THIRD)
    assert shown_at(listed) == THIRD
    assert aliases(listed) == {FIRST, SECOND, THIRD}


def test_an_article_does_not_move_to_whichever_twin_was_fetched_last(listed: Crawl) -> None:
    see(listed, listed.claim())
    for day, url in enumerate((SECOND, THIRD, FIRST, SECOND)):
        see(listed, listed.claim_url(url), at=day)
        assert shown_at(listed) == FIRST


# What a person asks for


def test_a_recrawl_of_a_site_asks_once_for_each_article(listed: Crawl) -> None:
    see(listed, listed.claim())
    listed.frontier.begin_cycle(SITE, "recrawl")
    assert Selection().count(listed.conn, SITE) == 1
    assert Selection().requeue(listed.frontier, SITE) == 1
    assert listed.claim().url == FIRST


def test_a_recrawl_of_a_twin_fetches_the_address_that_is_visited(listed: Crawl) -> None:
    listed.frontier.begin_cycle(SITE, "recrawl")
    assert listed.frontier.requeue_urls(SITE, [THIRD]) == 1
    claim = listed.claim()
    assert claim.url == FIRST
    see(listed, claim)
    assert listed.frontier.requeue_urls(SITE, [SECOND]) == 1
    assert listed.claim().url == FIRST


def test_a_twin_leads_to_the_article(listed: Crawl) -> None:
    conn = open_for_reading(listed.archive.path)
    record = describe(conn, SECOND)
    assert record["what"] == "address"
    assert f"another address of {FIRST}, of which: it waits for its turn" in record["why"]
    see(listed, listed.claim())
    assert describe(conn, SECOND)["url"] == FIRST
    conn.close()


def test_looking_for_twins_walks_through_no_table(listed: Crawl) -> None:
    plan: list[str] = []
    listed.conn.set_trace_callback(plan.append)
    see(listed, listed.claim(), at=(now() - START) / 86_400)
    miss(listed, listed.claim_url(FIRST), at=(now() - START) / 86_400)
    listed.conn.set_trace_callback(None)
    looked = [query for query in plan if "f.kind IN ('article'" in query]
    assert looked
    for query in looked:
        steps = [row[3] for row in listed.conn.execute(f"EXPLAIN QUERY PLAN {query}")]
        assert not any("SCAN f" in step or "(site=?)" in step for step in steps), steps
