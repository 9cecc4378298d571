"""What an edit of the registry changes for a site that has been crawled, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, Response, SiteSpec

DONE, FAILED = 0, 1
SPEC = SiteSpec(id="a", family="flat", articles=12, per_page=4, traps=False)


@pytest.fixture
def replica():
    with Replica([SPEC]) as served:
        yield served


@pytest.fixture
def mattran(tmp_path: Path, replica) -> Mattran:
    made = Mattran(tmp_path, replica)
    assert made("crawl", "a").exit_code == DONE
    replica.clear_hits()
    return made


def edit(mattran: Mattran, line: str) -> None:
    """Add a key to the row of the site, in the place of one that is there."""
    key = line.partition(" ")[0]
    lines = mattran.registry.read_text(encoding="utf-8").splitlines()
    kept = [kept for kept in lines if kept.partition(" ")[0] != key]
    mattran.registry.write_text("\n".join([*kept, line, ""]), encoding="utf-8")


def asked(replica: Replica) -> list[str]:
    return [hit.path for hit in replica.hits(robots=False)]


def test_a_listing_added_to_a_row_is_fetched_by_the_next_run_that_has_something_to_do(
    mattran: Mattran, replica
):
    old = replica["a"].listings()
    replica["a"].override("/moi.htm", Response(b"<html><ul></ul></html>"))
    edit(mattran, f"listings = {[*old, '/moi.htm']}".replace("'", '"'))
    mattran.write("UPDATE frontier SET due = 1 WHERE kind = 'listing' AND state = 'done'")
    assert mattran("crawl", "--due").exit_code == DONE
    assert "/moi.htm" in asked(replica)
    mattran("crawl", "--due")
    assert asked(replica).count("/moi.htm") == 1


def test_a_pattern_added_to_deny_holds_for_addresses_known_before(mattran: Mattran, replica):
    url = replica["a"].truth()[0].url
    path = url.removeprefix(replica["a"].base_url)
    edit(mattran, f"deny = ['^{path}$']")
    mattran("recrawl", "--site", "a")
    assert asked(replica)
    assert path not in asked(replica)
    row = mattran.rows("SELECT state, last_failure FROM frontier WHERE url = ?", url)[0]
    assert tuple(row) == ("denied", "denied by the registry")
    edit(mattran, "deny = []")
    mattran("crawl", "a")
    assert asked(replica).count(path) == 1


def test_a_site_that_moved_to_another_host_is_broken_and_told_where_it_leads(
    mattran: Mattran, replica
):
    away = Response(status=301, headers=[("Location", "http://elsewhere.example/")])
    for path in replica["a"].listings():
        replica["a"].override(path, away)
    mattran.write("UPDATE frontier SET due = 1 WHERE kind = 'listing' AND state = 'done'")
    finished = mattran("crawl", "--due")
    assert finished.exit_code == FAILED
    assert finished.err.strip() == (
        "a: no listing or feed answered: they lead to http://elsewhere.example/"
    )
