"""The frontier: what is fetched, in which order, when again, and where a crawl ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archive.errors import LeaseLostError
from archive.frontier import LATER, NEVER, backoff, request_key
from archive.moments import now, public
from archive.page import BESIDE, Claim, Failure, Link, Page
from tests.archive.crawling import (
    DAY,
    ROOT,
    SITE,
    START,
    Crawl,
    an_answer,
    an_article,
    links,
    next_link,
)

if TYPE_CHECKING:
    from archive.frontier import Mode


def states(crawl: Crawl) -> dict[str, str]:
    """State of every row, by the last part of its address."""
    rows = crawl.conn.execute("SELECT url, state, due FROM frontier")
    return {
        url.rpartition("/")[2]: "later" if due == LATER and state == "waiting" else state
        for url, state, due in rows
    }


def row(crawl: Crawl, url: str, column: str) -> Any:
    return crawl.value(f"SELECT {column} FROM frontier WHERE url = ?", url)


def finish_articles(crawl: Crawl) -> list[str]:
    """Store every article that is ready; return the names in the order claimed."""
    names = []
    while (claim := crawl.frontier.claim(crawl.site)) is not None:
        assert claim.kind == "article", claim.url
        names.append((claim.key or "").removeprefix("news:"))
        page = Page(
            url=claim.url,
            kind="article",
            key=claim.key,
            article=an_article(),
            fetch=an_answer(claim),
            claim=claim,
        )
        crawl.archive.store(page)
    return names


def finish_one_article(crawl: Crawl) -> str | None:
    claim = crawl.claim()
    page = Page(url=claim.url, kind="article", key=claim.key, article=an_article(),
                fetch=an_answer(claim), claim=claim)  # fmt: skip
    crawl.archive.store(page)
    return claim.key


def urls_until_dry(crawl: Crawl, pages: dict[str, list[Link]], at: float = 0.0) -> list[str]:
    """Crawl listings as `pages` says and articles; return the listings in the order fetched."""
    fetched = []
    while (claim := crawl.frontier.claim(crawl.site)) is not None:
        if claim.kind == "listing":
            fetched.append(claim.url.rpartition("/")[2])
            crawl.list(claim, pages[fetched[-1]], at=at)
        else:
            page = Page(
                url=claim.url,
                kind="article",
                key=claim.key,
                article=an_article(),
                fetch=an_answer(claim, at=at),
                claim=claim,
            )
            crawl.archive.store(page)
    crawl.frontier.end_cycle(crawl.site)
    return fetched


# Order


def test_rows_are_claimed_by_class_then_newest_first_then_as_found(crawl: Crawl) -> None:
    crawl.begin(
        seeds=[Link(url=f"{ROOT}/tin", kind="listing"), Link(url=f"{ROOT}/rss", kind="feed")]
    )
    found = links("3", "2", "1")
    found[1].hints = {"published_at": "2025-09-30T08:00:00+07:00"}
    found += [Link(url=f"{ROOT}/gi-do", kind="unknown"), next_link(2)]
    crawl.list(crawl.claim(), found)
    order = []
    while (claim := crawl.frontier.claim(crawl.site)) is not None:
        order.append(claim.url.removeprefix(f"{ROOT}/"))
    assert order == ["rss", "tin/2.html", "tin/3.html", "tin/1.html", "gi-do", "tin?page=2"]


def test_a_claim_tells_what_is_known_of_the_row(crawl: Crawl) -> None:
    crawl.begin()
    [link] = links("7")
    link.hints = {"date": "30/09/2025"}
    crawl.list(crawl.claim(), [link])
    claim = crawl.claim()
    assert (claim.kind, claim.key, claim.text) == ("article", "news:7", "Tin 7")
    assert (claim.hints, claim.attempts) == ({"date": "30/09/2025"}, 1)


def test_no_row_is_claimed_twice(crawl: Crawl) -> None:
    crawl.begin()
    crawl.claim()
    assert crawl.frontier.claim(SITE) is None


def test_a_request_is_its_method_address_and_form() -> None:
    assert request_key("GET", "http://a/") == "GET http://a/"
    one, two = (request_key("POST", "http://a/", {"page": page}) for page in "12")
    assert one != two
    assert one.startswith("POST http://a/ ")


# Leases


def test_a_lease_given_back_gives_its_attempt_back(crawl: Crawl) -> None:
    crawl.begin()
    claim = crawl.claim()
    assert crawl.frontier.release([claim.id]) == 1
    assert row(crawl, claim.url, "attempts") == 0
    crawl.frontier.release([crawl.claim().id], give_back=False)
    assert crawl.claim().attempts == 2


def test_a_lost_lease_stores_nothing(crawl: Crawl) -> None:
    crawl.begin()
    claim = crawl.claim()
    crawl.conn.execute("UPDATE frontier SET state = 'ready'")
    with pytest.raises(LeaseLostError):
        crawl.list(claim, links("1"))
    with pytest.raises(LeaseLostError):
        crawl.archive.fail(claim, "timeout")
    assert crawl.value("SELECT count(*) FROM captures") == 0
    assert crawl.value("SELECT count(*) FROM frontier") == 1


def test_a_page_is_stored_once_only(crawl: Crawl) -> None:
    crawl.begin()
    claim = crawl.claim()
    crawl.list(claim, [])
    with pytest.raises(LeaseLostError):
        crawl.list(claim, [])


# Failures


@pytest.mark.parametrize("failure", ["dns", "connect", "timeout", "dropped", "tls", "leaked"])
def test_passing_failures_are_tried_again_five_times(crawl: Crawl, failure: Failure) -> None:
    crawl.begin()
    for attempt in range(1, 6):
        claim = crawl.claim()
        assert claim.attempts == attempt
        stored = crawl.archive.fail(claim, failure, "text")
        due = row(crawl, claim.url, "due")
        if attempt < 5:
            assert stored.state == "waiting"
            assert abs(due - now() - backoff(attempt)) < 60
        assert crawl.frontier.claim(SITE) is None
        crawl.frontier.promote(SITE, due)
    assert stored.state == "failed"
    assert crawl.value("SELECT count(*) FROM captures WHERE failure = ?", failure) == 5
    assert crawl.frontier.promote_due(SITE, now() + 29 * DAY) == 0
    assert crawl.frontier.promote_due(SITE, now() + 31 * DAY) == 1
    assert crawl.claim().attempts == 1


def test_the_wait_grows_up_to_a_day() -> None:
    assert [backoff(attempt) for attempt in range(1, 7)] == [300, 1200, 4800, 19200, 76800, 86400]


@pytest.mark.parametrize("failure", ["too-large", "bad-encoding", "refused-address", "extraction"])
def test_lasting_failures_are_not_tried_again(crawl: Crawl, failure: Failure) -> None:
    crawl.begin()
    assert crawl.archive.fail(crawl.claim(), failure).state == "failed"


def test_what_robots_txt_forbids_is_blocked_and_looked_at_again(crawl: Crawl) -> None:
    crawl.begin()
    assert crawl.archive.fail(crawl.claim(), "robots").state == "blocked"
    assert crawl.frontier.promote_due(SITE, now() + 8 * DAY) == 1


@pytest.mark.parametrize(("status", "kind"), [(429, "error"), (503, "error"), (200, "challenge")])
def test_an_error_page_is_kept_and_asked_for_again(crawl: Crawl, status: int, kind: Any) -> None:
    crawl.begin()
    claim = crawl.claim()
    fetch = an_answer(claim, status=status, body=b"busy", retry_after=7200.0)
    stored = crawl.archive.store(Page(url=claim.url, kind=kind, fetch=fetch, claim=claim))
    assert stored.state == "waiting"
    assert row(crawl, claim.url, "due") == START + 7200
    assert crawl.value("SELECT status FROM captures") == status
    assert crawl.value("SELECT warc_file FROM captures") is not None


def test_a_page_our_code_failed_on_keeps_its_bytes(crawl: Crawl) -> None:
    crawl.begin()
    claim = crawl.claim()
    crawl.archive.fail(claim, "extraction", "KeyError", an_answer(claim, body=b"odd page"))
    record = crawl.archive.raw(1)
    assert record is not None
    assert record.body == b"odd page"


# Due times


def test_pages_not_found_are_asked_for_ever_more_rarely(crawl: Crawl) -> None:
    crawl.see("7")
    waits = []
    for day in (1, 8, 38, 218, 600):
        crawl.miss("7", at=day)
        waits.append((row(crawl, f"{ROOT}/tin/7.html", "due") - START) / DAY - day)
    assert waits == [7, 30, 180, 365, 365]


def test_front_listings_are_due_as_their_site_says_and_pager_pages_never(crawl: Crawl) -> None:
    crawl.begin()
    claim = crawl.claim()
    fetch = an_answer(claim)
    found = [*links("1"), next_link(2)]
    page = Page(url=claim.url, kind="listing", links=found, fetch=fetch, claim=claim)
    crawl.archive.store(page, every=3600)
    finish_one = crawl.claim()
    crawl.archive.fail(finish_one, "too-large")
    crawl.list(crawl.claim(), links("2"))
    assert row(crawl, f"{ROOT}/tin", "due") == START + 3600
    assert row(crawl, f"{ROOT}/tin?page=2", "due") == NEVER
    assert crawl.frontier.next_due(SITE) == START + 3600


def test_what_is_due_is_asked_for_after_everything_new(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.frontier.begin_cycle(SITE, "incremental", due_only=True)
    assert crawl.frontier.claim(SITE) is None
    assert crawl.frontier.promote_due(SITE, START + 8 * DAY) == 1
    crawl.frontier.add(SITE, links("9"))
    assert [crawl.claim().key for _ in range(2)] == ["news:9", "news:7"]


# How far a crawl goes

PAGER = {
    "tin": [*links("9", "8"), next_link(2)],
    "tin?page=2": [*links("7", "6"), next_link(3)],
    "tin?page=3": [*links("5", "4"), next_link(4)],
    "tin?page=4": [*links("5", "4"), next_link(5)],  # a pager that always offers one more
    "tin?page=5": [*links("3"), next_link(1)],
}


def test_a_full_crawl_follows_a_pager_until_it_repeats_itself(crawl: Crawl) -> None:
    crawl.begin("full")
    assert urls_until_dry(crawl, PAGER) == ["tin", "tin?page=2", "tin?page=3", "tin?page=4"]
    assert crawl.value("SELECT count(*) FROM articles") == 6


def test_the_next_full_crawl_walks_the_pager_again_but_not_the_articles(crawl: Crawl) -> None:
    crawl.begin("full")
    urls_until_dry(crawl, PAGER)
    captures = crawl.value("SELECT count(*) FROM captures")
    crawl.begin("full")
    assert len(urls_until_dry(crawl, PAGER, at=1)) == 4
    assert crawl.value("SELECT count(*) FROM captures") == captures + 4


def test_a_pager_that_leads_back_ends(crawl: Crawl) -> None:
    crawl.begin("full")
    circle = {"tin": [*links("2"), next_link(2)], "tin?page=2": [*links("1"), Link(
        url=f"{ROOT}/tin", kind="next")]}  # fmt: skip
    assert urls_until_dry(crawl, circle) == ["tin", "tin?page=2"]


def test_a_first_crawl_stays_on_the_first_page(crawl: Crawl) -> None:
    crawl.begin("incremental")
    assert urls_until_dry(crawl, PAGER) == ["tin"]
    assert crawl.value("SELECT count(*) FROM articles") == 2


def blocks(*names: list[str]) -> list[Link]:
    """Links to articles in blocks of one page."""
    found = []
    for number, block in enumerate(names):
        for link in links(*block):
            link.block = number
            found.append(link)
    return found


@pytest.mark.parametrize(
    ("page", "goes_on"),
    [
        (blocks(["9", "8", "7", "3", "2"]), False),
        (blocks(["1", "9", "8", "7", "6"]), True),  # an old one is pinned to the top
        (blocks(["9", "3", "2"], ["2", "3"]), False),
        (blocks(["3", "2"], ["9", "8", "7"]), True),  # the box beside the list came first
        (blocks(["9"], ["3", "2"]), False),  # the story above the list
        (blocks(["9"], ["8"]), True),
        ([*blocks(["3", "2"]), *[replace(link, block=BESIDE) for link in links("9", "8")]], False),
    ],
)
def test_an_incremental_crawl_goes_on_behind_a_list_that_ends_with_new_articles(
    crawl: Crawl, page: list[Link], goes_on: bool
) -> None:
    crawl.begin("incremental")
    urls_until_dry(crawl, {"tin": links("3", "2", "1")})
    crawl.begin("incremental")
    pages = {"tin": [*page, next_link(2)], "tin?page=2": links("0")}
    assert ("tin?page=2" in urls_until_dry(crawl, pages, at=1)) is goes_on


def test_a_box_of_the_newest_on_every_page_does_not_lead_to_the_pagers_end(crawl: Crawl) -> None:
    crawl.begin("incremental")
    urls_until_dry(crawl, {"tin": links("3", "2", "1")})
    crawl.begin("incremental")
    box = ["9", "8", "7"]
    pages = {
        "tin": [*blocks(box, ["9", "8", "7", "3"]), next_link(2)],
        "tin?page=2": [*blocks(box, ["2", "1", "0"]), next_link(3)],
        "tin?page=3": [*blocks(box, ["4"]), next_link(4)],
    }
    assert urls_until_dry(crawl, pages, at=1) == ["tin", "tin?page=2", "tin?page=3"]


def count_of(crawl: Crawl, key: str) -> int:
    """How often an article was fetched."""
    return crawl.value(
        "SELECT count(*) FROM captures c JOIN pages p ON p.id = c.page WHERE p.key = ?", key
    )


def test_an_article_its_list_calls_modified_is_fetched_again_but_not_within_a_day(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl.begin("incremental")
    urls_until_dry(crawl, {"tin": links("2", "1")})
    monkeypatch.setattr("archive.moments.now", lambda: START + 2 * DAY)
    told = links("2", "1")
    told[0].hints["modified_at"] = public(START + DAY)
    told[1].hints["modified_at"] = public(START - DAY)
    crawl.begin("incremental")
    urls_until_dry(crawl, {"tin": told}, at=2)
    assert [count_of(crawl, key) for key in ("news:1", "news:2")] == [1, 2]
    told[0].hints["modified_at"] = public(START + 2.5 * DAY)
    monkeypatch.setattr("archive.moments.now", lambda: START + 2.6 * DAY)
    crawl.begin("incremental")
    crawl.list(crawl.claim(), told, at=2.6)
    assert crawl.frontier.claim(SITE) is None


def test_an_incremental_crawl_goes_on_while_a_page_brings_new_articles(crawl: Crawl) -> None:
    crawl.begin("incremental")
    urls_until_dry(crawl, {"tin": links("5", "4")})
    crawl.begin("incremental")
    assert urls_until_dry(crawl, PAGER, at=1) == ["tin", "tin?page=2", "tin?page=3"]
    crawl.begin("incremental")
    assert urls_until_dry(crawl, PAGER, at=2) == ["tin"]


def test_a_full_crawl_resumed_by_another_run_does_not_forget_what_was_listed(
    crawl: Crawl,
) -> None:
    crawl.begin("full")
    for _ in range(2):
        claim = crawl.claim()
        crawl.list(claim, PAGER[claim.url.rpartition("/")[2]])
        done = "UPDATE frontier SET state = 'done' WHERE kind = 'article'"
        crawl.conn.execute(done)
    crawl.frontier.close_site(SITE)
    crawl.begin("full")
    repeated = {"tin?page=3": [*links("9", "7"), next_link(4)]}
    assert urls_until_dry(crawl, repeated) == ["tin?page=3"]


def test_links_beside_an_article_wait_for_a_full_crawl(crawl: Crawl) -> None:
    crawl.begin("incremental")
    crawl.list(crawl.claim(), links("1"))
    claim = crawl.claim()
    found = [*links("2"), Link(url=f"{ROOT}/chuyen-muc", kind="listing")]
    page = Page(url=claim.url, kind="article", key=claim.key, article=an_article(), links=found,
                fetch=an_answer(claim), claim=claim)  # fmt: skip
    crawl.archive.store(page)
    assert states(crawl)["2.html"] == states(crawl)["chuyen-muc"] == "later"
    assert crawl.frontier.counts(SITE)["later"] == 2
    assert f"{ROOT}/tin/2.html" not in crawl.frontier.known(SITE)
    assert crawl.frontier.end_cycle(SITE)
    crawl.begin("full")
    assert states(crawl)["2.html"] == states(crawl)["chuyen-muc"] == "ready"


def test_a_listing_that_shows_what_was_put_off_asks_for_it(crawl: Crawl) -> None:
    crawl.frontier.begin_cycle(SITE, "recrawl")
    claim = crawl.claim_url(f"{ROOT}/tin/1.html")
    page = Page(url=claim.url, kind="article", key="news:1", article=an_article(),
                links=links("2"), fetch=an_answer(claim), claim=claim)  # fmt: skip
    crawl.archive.store(page)
    assert states(crawl)["2.html"] == "later"
    crawl.begin("incremental")
    crawl.list(crawl.claim(), links("2"))
    assert finish_articles(crawl) == ["2"]


def test_sitemaps_belong_to_full_crawls(crawl: Crawl) -> None:
    seeds = [Link(url=f"{ROOT}/sitemap.xml", kind="sitemap")]
    crawl.begin("incremental", seeds)
    assert crawl.frontier.claim(SITE) is None
    crawl.begin("full", seeds)
    assert crawl.claim().kind == "sitemap"


# Cycles


def test_an_unfinished_cycle_is_continued(crawl: Crawl) -> None:
    assert crawl.frontier.begin_cycle(SITE, "full").fresh
    crawl.frontier.seed(SITE, [Link(url=f"{ROOT}/tin", kind="listing")])
    crawl.list(crawl.claim(), links("1"))
    assert not crawl.frontier.end_cycle(SITE)
    again = crawl.frontier.begin_cycle(SITE, "incremental")
    assert (again.number, again.mode, again.fresh) == (1, "full", False)
    assert states(crawl) == {"tin": "done", "1.html": "ready"}


def test_a_full_crawl_is_not_at_its_end_while_a_pager_page_waits(crawl: Crawl) -> None:
    crawl.begin("full")
    crawl.list(crawl.claim(), [*links("1"), next_link(2)])
    assert finish_one_article(crawl) == "news:1"
    crawl.archive.fail(crawl.claim(), "timeout")
    assert not crawl.frontier.anything_left(SITE)
    assert not crawl.frontier.end_cycle(SITE)
    assert crawl.frontier.begin_cycle(SITE, "incremental").mode == "full"
    crawl.frontier.promote(SITE, now() + DAY)
    crawl.list(crawl.claim(), [])
    assert crawl.frontier.end_cycle(SITE)


def test_a_full_crawl_does_not_continue_an_incremental_one(crawl: Crawl) -> None:
    crawl.begin("incremental")
    assert crawl.frontier.begin_cycle(SITE, "full").number == 2


def test_a_recrawl_claims_only_what_was_asked_for(crawl: Crawl) -> None:
    crawl.begin("full")
    crawl.list(crawl.claim(), links("1", "2"))
    crawl.frontier.begin_cycle(SITE, "recrawl")
    assert crawl.frontier.requeue_urls(SITE, [f"{ROOT}/tin/2.html", f"{ROOT}/moi"]) == 2
    assert [crawl.claim().url for _ in range(2)] == [f"{ROOT}/tin/2.html", f"{ROOT}/moi"]
    assert crawl.frontier.claim(SITE) is None
    assert crawl.frontier.begin_cycle(SITE, "full").fresh is False
    assert crawl.claim().url == f"{ROOT}/tin/1.html"


def test_another_address_of_a_page_asks_for_the_page(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.redirect("cu-7", f"{ROOT}/tin/7.html")
    crawl.conn.execute("DELETE FROM frontier WHERE url LIKE '%cu-7%'")
    crawl.frontier.requeue_urls(SITE, [f"{ROOT}/tin/cu-7.html"])
    assert crawl.claim().url == f"{ROOT}/tin/7.html"


def test_a_conditional_request_never_hides_a_pager(crawl: Crawl) -> None:
    crawl.begin("full")
    claim = crawl.claim()
    fetch = an_answer(claim, more_headers=[("ETag", '"1"')])
    crawl.archive.store(Page(url=claim.url, kind="listing", fetch=fetch, claim=claim))
    crawl.frontier.end_cycle(SITE)
    crawl.begin("full")
    claim = crawl.claim()
    assert claim.etag is None
    crawl.list(claim, [])
    crawl.frontier.end_cycle(SITE)


# Redirects


def test_the_target_of_a_redirect_takes_over(crawl: Crawl) -> None:
    crawl.begin()
    crawl.list(crawl.claim(), links("7"))
    claim = crawl.claim()
    found = [Link(url=f"{ROOT}/moi/7.html", kind="redirect")]
    fetch = an_answer(claim, status=301)
    crawl.archive.store(Page(url=claim.url, kind="redirect", links=found, fetch=fetch, claim=claim))
    target = crawl.claim()
    assert (target.url, target.kind, target.text) == (f"{ROOT}/moi/7.html", "article", "Tin 7")


def test_the_target_of_a_redirected_pager_page_stays_in_its_chain(crawl: Crawl) -> None:
    crawl.begin()
    front = crawl.claim()
    crawl.list(front, [*links("9"), next_link(2)])
    crawl.archive.fail(crawl.claim(), "too-large")
    claim = crawl.claim()
    found = [Link(url=f"{ROOT}/tin/trang-2", kind="redirect")]
    fetch = an_answer(claim, status=301)
    crawl.archive.store(Page(url=claim.url, kind="redirect", links=found, fetch=fetch, claim=claim))
    target = crawl.claim()
    assert (target.kind, target.depth, target.chain) == ("listing", 1, str(front.id))
    crawl.list(target, [*links("9"), next_link(3)])
    assert crawl.frontier.claim(SITE) is None


def test_a_pager_page_that_redirects_is_followed_in_every_cycle(crawl: Crawl) -> None:
    for _ in range(2):
        crawl.begin("full")
        crawl.list(crawl.claim(), [*links("9"), next_link(2)])
        crawl.conn.execute("UPDATE frontier SET state = 'done' WHERE kind = 'article'")
        claim = crawl.claim()
        found = [Link(url=f"{ROOT}/tin/trang-2", kind="redirect")]
        fetch = an_answer(claim, status=301)
        crawl.archive.store(
            Page(url=claim.url, kind="redirect", links=found, fetch=fetch, claim=claim)
        )
        target = crawl.claim()
        assert target.url == f"{ROOT}/tin/trang-2"
        crawl.list(target, [])
        assert crawl.frontier.end_cycle(SITE)


# Postback pagers


def postback(page: int) -> Link:
    return Link(url=f"{ROOT}/tin", kind="next", method="POST", form={"state": f"s{page}"})


def post(crawl: Crawl) -> Claim:
    """Store the listing that is next in a postback pager."""
    claim = crawl.claim()
    crawl.list(claim, [*links(f"{claim.depth}"), postback(claim.depth + 2)])
    crawl.conn.execute("UPDATE frontier SET state = 'done' WHERE kind = 'article'")
    return claim


def test_a_postback_pager_is_followed_with_its_form(crawl: Crawl) -> None:
    crawl.begin("full")
    post(crawl)
    claim = post(crawl)
    assert (claim.method, claim.form, claim.depth) == ("POST", {"state": "s2"}, 1)
    assert crawl.claim().form == {"state": "s3"}


def test_a_postback_pager_of_an_earlier_run_restarts_at_its_first_page(crawl: Crawl) -> None:
    crawl.begin("full")
    for _ in range(3):
        post(crawl)
    path = crawl.archive.path
    crawl.close()
    again = Crawl(path)
    again.begin("full")
    first = post(again)
    assert (first.method, first.depth) == ("GET", 0)
    assert post(again).form == {"state": "s2"}
    assert again.value("SELECT count(*) FROM frontier WHERE method = 'POST'") == 2
    again.close()


def test_a_new_cycle_drops_forms_of_the_last(crawl: Crawl) -> None:
    crawl.begin("full")
    post(crawl)
    crawl.list(crawl.claim(), [])
    assert crawl.frontier.end_cycle(SITE)
    crawl.begin("full")
    assert crawl.value("SELECT count(*) FROM frontier WHERE method = 'POST'") == 0


def test_the_captures_of_a_dropped_form_are_not_of_the_row_that_gets_its_id(crawl: Crawl) -> None:
    crawl.begin("full")
    post(crawl)
    form = crawl.claim()
    crawl.list(form, [])
    assert crawl.frontier.end_cycle(SITE)
    assert crawl.value("SELECT count(*) FROM captures WHERE frontier = ?", form.id) == 1
    crawl.begin("full")
    crawl.frontier.seed(SITE, links("9"))
    assert crawl.value("SELECT max(id) FROM frontier") == form.id
    assert crawl.value("SELECT count(*) FROM captures WHERE frontier = ?", form.id) == 0


# A transaction that fails


def test_the_links_of_a_failed_page_are_stored_when_it_succeeds(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl.begin()
    claim = crawl.claim()
    with monkeypatch.context() as broken:
        broken.setattr("archive.visits.next_visit", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            crawl.list(claim, [*links("1"), next_link(2)])
    assert not crawl.archive.folder.exists() or not list(crawl.archive.folder.iterdir())
    assert crawl.value("SELECT count(*) FROM captures") == 0
    assert f"{ROOT}/tin/1.html" not in crawl.frontier.known(SITE)
    crawl.archive.fail(claim, "other")
    crawl.frontier.promote(SITE, now() + DAY)
    crawl.list(crawl.claim(), [*links("1"), next_link(2)])
    assert states(crawl) == {"tin": "done", "1.html": "ready", "tin?page=2": "ready"}
    assert f"{ROOT}/tin/1.html" in crawl.frontier.known(SITE)


def test_a_pager_goes_on_after_a_page_whose_transaction_failed_at_its_end(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = crawl.frontier.finish

    def finish_and_fail(*values: Any) -> None:
        finish(*values)
        raise RuntimeError("killed before COMMIT")

    crawl.begin()
    claim = crawl.claim()
    with monkeypatch.context() as broken:
        broken.setattr(crawl.frontier, "finish", finish_and_fail)
        with pytest.raises(RuntimeError):
            crawl.list(claim, [*links("1"), next_link(2)])
    crawl.list(claim, [*links("1"), next_link(2)])
    assert states(crawl)["tin?page=2"] == "ready"


def test_the_raw_bytes_of_a_failed_transaction_are_cut_off(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl.see("1")
    [path] = crawl.archive.folder.iterdir()
    size = path.stat().st_size
    with monkeypatch.context() as broken:
        broken.setattr("archive.visits.next_visit", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            crawl.see("2")
    assert path.stat().st_size == size


def test_a_front_page_stays_one_whatever_came_this_time(crawl: Crawl) -> None:
    crawl.begin("incremental")
    claim = crawl.claim()
    page = Page(url=claim.url, kind="article", key="/tin", article=an_article(),
                fetch=an_answer(claim), claim=claim)  # fmt: skip
    crawl.archive.store(page, every=3600)
    assert (row(crawl, claim.url, "kind"), row(crawl, claim.url, "due")) == (
        "listing", START + 3600,
    )  # fmt: skip
    crawl.frontier.end_cycle(SITE)
    crawl.begin("incremental")
    assert crawl.claim().url == claim.url


def test_a_listing_its_row_no_longer_names_rests_until_it_is_named_again(crawl: Crawl) -> None:
    here, there = (Link(url=f"{ROOT}/{name}", kind="listing") for name in ("tin", "khac"))

    def visited(mode: Mode, *seeds: Link, due_only: bool = False) -> list[str]:
        crawl.frontier.begin_cycle(SITE, mode, due_only=due_only)
        crawl.frontier.seed(SITE, seeds)
        crawl.frontier.retire(SITE, seeds)
        urls = []
        while claim := crawl.frontier.claim(SITE):
            urls.append(claim.url.removeprefix(ROOT))
            crawl.list(claim, [])
        assert crawl.frontier.end_cycle(SITE)
        return sorted(urls)

    assert visited("incremental", here, there) == ["/khac", "/tin"]
    assert visited("incremental", here) == ["/tin"]
    assert visited("full", here) == ["/tin"]
    crawl.frontier.promote_due(SITE, START + 900 * DAY)
    assert visited("incremental", here, due_only=True) == ["/tin"]
    assert visited("incremental", here, there, due_only=True) == ["/khac"]


def test_where_a_listing_was_redirected_to_goes_on(crawl: Crawl) -> None:
    front = [Link(url=f"{ROOT}/tin", kind="listing")]
    crawl.begin("incremental", front)
    claim = crawl.claim()
    target = Link(url=f"{ROOT}/tin-moi", kind="redirect")
    fetch = an_answer(claim, status=301)
    crawl.archive.store(
        Page(url=claim.url, kind="redirect", links=[target], fetch=fetch, claim=claim)
    )
    crawl.conn.execute("UPDATE frontier SET found_on = NULL")  # as after a merge
    assert crawl.frontier.retire(SITE, front) == 0
    assert crawl.claim().url == target.url


def test_addresses_of_a_failed_transaction_are_not_taken_for_known(crawl: Crawl) -> None:
    crawl.frontier.begin_cycle(SITE, "full")
    crawl.frontier.known(SITE)
    [broken] = links("2")
    broken.hints = {"date": object()}  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        crawl.frontier.add(SITE, [*links("1"), broken])
    crawl.frontier.seed(SITE, [])
    assert crawl.frontier.known(SITE) == set()
    assert crawl.frontier.add(SITE, links("1")) == 1
    assert crawl.frontier.known(SITE) == {f"{ROOT}/tin/1.html"}


# Many links at once


@pytest.mark.parametrize("many", [1, 10**6], ids=["at once", "one by one"])
def test_many_links_are_stored_as_each_alone_would_be(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("archive.links.MANY", many)
    crawl.begin("incremental")
    crawl.list(crawl.claim(), links("1"))
    beside = Link(url=f"{ROOT}/tin/2.html", kind="article", key="news:2", block=BESIDE)
    crawl.see("1", key="news:1")
    crawl.frontier.begin_cycle(SITE, "incremental")
    claim = crawl.claim_url(f"{ROOT}/tin/1.html")
    page = Page(url=claim.url, kind="article", key="news:1", article=an_article(),
                fetch=an_answer(claim), claim=claim, links=[beside])  # fmt: skip
    crawl.archive.store(page)
    assert states(crawl)["2.html"] == "later"  # put off until a list names it
    crawl.begin()
    wanted, left_out, *new = links("5", "6", "7", "8", "9")
    left_out.hints = {"left_out": "no word of the Front"}
    again = replace(left_out, hints={})
    twin = Link(url=f"{ROOT}/amp/7.html", kind="article", key="news:7")
    keyless = Link(url=f"{ROOT}/khac", kind="unknown")
    found = [*links("1", "2"), wanted, left_out, again, *new, twin, keyless, keyless]
    crawl.conn.execute(  # another run was faster
        "INSERT INTO frontier (site, request_key, url, kind, key, found_at, state, due)"
        " VALUES (?, ?, ?, 'article', NULL, '2025', 'waiting', ?)",
        (SITE, request_key("GET", new[1].url), new[1].url, LATER),
    )
    crawl.list(crawl.claim(), found)
    ready = crawl.conn.execute("SELECT url FROM frontier WHERE state = 'ready' ORDER BY url")
    assert [url.removeprefix(f"{ROOT}/") for (url,) in ready] == [
        *("khac", "tin/2.html", "tin/5.html", "tin/6.html", "tin/7.html", "tin/8.html"),
        "tin/9.html",
    ]
    rows = crawl.conn.execute("SELECT state FROM frontier WHERE key = 'news:7' ORDER BY id")
    assert [state for (state,) in rows] == ["ready", "twin"]
