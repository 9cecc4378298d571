"""The ledger of disappearances, whatever is learned late of a page's past."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from archive.page import Link, Page
from archive.past import PastStoring, claim_of
from tests.archive.crawling import ROOT, Crawl, an_answer, an_article

if TYPE_CHECKING:
    from collections.abc import Iterable

# Days, and what a capture of that day says: there, or not.
STORY = [(1, True), (2, False), (10, True), (20, False), (30, False), (40, True)]
GONE_SINCE = [(1, True), (10, False), (20, True), (30, False), (40, False)]


def came(crawl: Crawl, name: str, at: int, *, is_there: bool) -> None:
    """Store a capture of the past."""
    link = Link(url=f"{ROOT}/tin/{name}.html", kind="article", key=f"news:{name}")
    claim = claim_of(crawl.conn, crawl.site, link, is_front=False)
    answer = an_answer(claim, at=at, status=200 if is_there else 404)
    page = Page(
        url=link.url,
        kind="article" if is_there else "not-found",
        key=link.key,
        article=an_article(title=f"Hội nghị {name}") if is_there else None,
        fetch=answer,
        claim=claim,
    )
    crawl.archive.store(page, way=PastStoring)


def told(crawl: Crawl, name: str) -> list[tuple[object, ...]]:
    """Return the state of a page, since when it is gone, and the ledger."""
    page = "SELECT id FROM pages WHERE key = ?"
    key = f"news:{name}"
    rows = crawl.conn.execute(f"SELECT state, gone_at FROM pages WHERE id = ({page})", (key,))
    times = crawl.conn.execute(
        "SELECT gone_at, back_at, g.captured_at, b.captured_at, state FROM disappearances d"
        " LEFT JOIN captures g ON g.id = d.gone_capture"
        f" LEFT JOIN captures b ON b.id = d.back_capture WHERE d.page = ({page}) ORDER BY gone_at",
        (key,),
    )
    return [*rows, *times]


def in_order(
    crawl: Crawl, name: str, events: Iterable[tuple[int, bool]]
) -> list[tuple[object, ...]]:
    for day, is_there in events:
        came(crawl, name, day, is_there=is_there)
    return told(crawl, name)


@pytest.mark.parametrize("story", [STORY, GONE_SINCE], ids=["back again", "gone"])
def test_captures_of_the_past_tell_one_story_in_any_order(
    crawl: Crawl, story: list[tuple[int, bool]]
) -> None:
    came(crawl, "other", 50, is_there=True)  # the host answers
    expected = in_order(crawl, "0", story)
    assert len(expected) == 3
    orders = list(permutations(story))[1:]
    for number, events in enumerate(orders[:: len(orders) // 60], 1):
        assert in_order(crawl, str(number), events) == expected, events


def test_a_404_of_a_row_that_is_no_more_is_not_of_the_one_that_has_its_id(crawl: Crawl) -> None:
    came(crawl, "other", 50, is_there=True)
    came(crawl, "never-seen", 40, is_there=False)
    crawl.conn.execute("DELETE FROM frontier WHERE url LIKE '%never-seen%'")
    came(crawl, "7", 1, is_there=True)
    assert crawl.value("SELECT max(id) FROM frontier") == crawl.value(
        "SELECT frontier FROM captures WHERE url LIKE '%never-seen%'"
    )
    assert told(crawl, "7")[0][:2] == ("live", None)
