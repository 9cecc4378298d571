"""The queries of every page and every claim never walk through all rows of a site."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from archive import outlook
from archive.moments import now
from archive.page import Claim, Page
from archive.reading import open_for_reading
from archive.syndication import family_of
from archive.visibility import catch_up
from tests.archive.crawling import ROOT, SITE, START, Crawl, an_answer, an_article, links, next_link

# A search by the site alone is a walk through all its rows.
WALKS = ("(site=?)", "SCAN frontier", "SCAN f", "SCAN c", "SCAN d", "SCAN pages", "SCAN revisions")
SMALL = ("frontier_ready (site=?)", "frontier_leased", "SCAN CONSTANT ROW")


class Watched:
    """The connection of an archive, which notes how SQLite will run each statement."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.walks: list[tuple[str, str]] = []

    def execute(self, query: str, values: Any = ()) -> sqlite3.Cursor:
        # Inserted rows are looked up only to satisfy deferred references, of which none is open.
        if query.lstrip().split()[0] in ("SELECT", "UPDATE", "DELETE"):
            for row in self.conn.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall():
                if any(walk in row[3] for walk in WALKS) and not any(
                    small in row[3] for small in SMALL
                ):
                    self.walks.append((row[3], query))
        return self.conn.execute(query, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.conn, name)


@pytest.fixture
def watched(crawl: Crawl) -> Watched:
    crawl.begin("full")
    crawl.frontier.known(SITE)
    watching = Watched(crawl.conn)
    crawl.archive.conn = crawl.frontier._conn = crawl.frontier._links._conn = watching  # type: ignore[assignment]
    return watching


def test_storing_pages_looks_up_only_what_it_needs(crawl: Crawl, watched: Watched) -> None:
    crawl.list(crawl.claim(), [*links("1", "2"), next_link(2)])
    for day in range(2):
        while (claim := crawl.frontier.claim(SITE)) is not None:
            if claim.kind == "listing":
                more = [next_link(claim.depth + 2)] if claim.depth < 2 else []
                crawl.list(claim, [*links(f"3{claim.depth}"), *more])
            else:
                see(crawl, claim, day)
        crawl.frontier.promote_due(SITE, now() + 1e9)
    assert crawl.value("SELECT count(*) FROM captures") > 10
    assert not watched.walks, watched.walks


def see(crawl: Crawl, claim: Claim, day: int) -> None:
    """Store an article that both the site and the rules changed."""
    page = Page(
        url=claim.url,
        kind="article",
        key=claim.key,
        article=an_article(title=f"Bài {day}", extractor=f"{day}.x"),
        links=links("1", "4"),
        fetch=an_answer(claim, at=day),
        claim=claim,
    )
    crawl.archive.store(page, reextract=lambda *_: an_article(extractor=f"{day}.x"))


def test_ends_of_all_kinds_look_up_only_what_they_need(crawl: Crawl, watched: Watched) -> None:
    crawl.list(crawl.claim(), links("1", "2", "3", "4"))
    for status, kind in ((404, "not-found"), (301, "redirect"), (200, "soft-404"), (503, "error")):
        claim = crawl.claim()
        fetch = an_answer(claim, status=status, more_headers=[("Location", f"{ROOT}/tin")])
        crawl.archive.store(Page(url=claim.url, kind=kind, fetch=fetch, claim=claim))  # type: ignore[arg-type]
    crawl.frontier.promote(SITE)
    crawl.frontier.next_due(SITE)
    crawl.frontier.next_waiting(SITE)
    crawl.frontier.anything_left(SITE)
    assert not watched.walks, watched.walks


def test_an_incremental_crawl_looks_up_only_what_it_needs(crawl: Crawl, watched: Watched) -> None:
    crawl.conn.execute(
        "UPDATE sites SET cycle = 2, cycle_mode = 'incremental', first_crawled_at = 'x'"
    )
    crawl.list(crawl.claim(), [*links("1"), next_link(2)])
    assert crawl.value("SELECT count(*) FROM frontier") == 3
    assert not watched.walks, watched.walks


def steps(crawl: Crawl) -> int:
    """How many steps SQLite needs to see that the index is in line with what is shown."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1

    crawl.conn.set_progress_handler(step, 1)
    assert catch_up(crawl.conn) == 0
    crawl.conn.set_progress_handler(None, 0)
    return done


def test_a_run_that_begins_asks_of_no_article_whether_it_is_shown(crawl: Crawl) -> None:
    before = steps(crawl)
    for number in range(20):
        crawl.see(str(number), an_article(title=f"Bài {number}"))
    assert (steps(crawl) - before) / 20 < 15  # to read its row of either index


def test_what_a_site_has_spent_is_counted_run_by_run(crawl: Crawl, watched: Watched) -> None:
    crawl.list(crawl.claim(), links("1"))
    assert outlook.spent(watched, SITE, START) == 1  # type: ignore[arg-type]
    assert not watched.walks, watched.walks


def test_pages_that_prove_to_be_one_are_looked_up_in_their_site(
    crawl: Crawl, watched: Watched
) -> None:
    for name in ("7", "8"):
        crawl.see(name, an_article(title=f"Bài {name}"), key=f"/tin/{name}.html")
    crawl.redirect("8", f"{ROOT}/tin/7.html", at=1)
    assert crawl.value("SELECT count(*) FROM pages WHERE merged_into IS NOT NULL") == 1
    assert [walk for walk, _ in watched.walks if "SCAN pages" in walk] == []


def test_what_repeats_an_article_is_sought_from_both_ends(crawl: Crawl) -> None:
    page = crawl.see("7").page
    with closing(open_for_reading(crawl.archive.path)) as conn:
        watching = Watched(conn)
        assert len(family_of(watching, str(page))["members"]) == 1  # type: ignore[arg-type]
        assert not watching.walks, watching.walks
