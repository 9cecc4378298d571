"""Politeness, measured on what the servers saw: gaps, one request at a time, robots.txt obeyed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.command import Finished, Mattran
from tests.crawler.spoiled import SpoiledMattran
from tests.replica import Flood, Hit, Replica, Response, SiteSpec
from tests.replica.server import row_of

DELAY = 0.3
CONTACT = "luu-tru@example.org"
ELSEWHERE = "http://noi-khac.example/robots.txt"
INSIDE = "http://169.254.169.254/robots.txt"


def site(name: str, **fields: object) -> SiteSpec:
    return SiteSpec(**{"id": name, "family": "flat", "articles": 4, "traps": False, **fields})  # type: ignore[arg-type]


SPECS = [
    site("plain", articles=8),
    site("patient", articles=2, crawl_delay=1),
    site("flood", articles=2, flood=Flood(limit=4, window=2.0, retry_after=1)),
    site("tired"),
    site("forbidding", robots="forbid"),
    site("partly", disallow=("/gioi-thieu",)),
    site("without", articles=1, robots="missing"),
    site("moved", articles=1, robots="moved"),
    site("circling", articles=1),
    site("to-front", articles=1),
    site("away", articles=1),
    site("inwards", articles=1),
    site("busy", articles=1, robots="busy"),
    site("broken", articles=1, robots="broken"),
    site("slow", articles=1, robots="slow"),
]
SILENT = ("busy", "broken", "slow")  # those whose robots.txt says "later"


class Crawled(NamedTuple):
    """The sites, the command, and what one crawl of all of them came to."""

    replica: Replica
    mattran: SpoiledMattran
    finished: Finished
    hits: dict[str, list[Hit]]

    def again(self, *names: str) -> Finished:
        """Crawl some sites once more; the servers see nothing but that."""
        self.replica.clear_hits()
        return self.mattran("crawl", *names)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Iterator[Crawled]:
    """All sites crawled side by side, once."""
    with Replica(SPECS) as replica:
        rules = b"User-agent: *\nDisallow: /gioi-thieu\n"
        replica["moved"].override("/robots-moi.txt", Response(rules, content_type="text/plain"))
        tired = replica["tired"]
        answer = Response(b"<p>", 503, headers=[("Retry-After", "2")])
        tired.override(tired.listings()[0], answer)
        lead(replica, "circling", replica["circling"].base_url + "/robots.txt")
        lead(replica, "to-front", replica["to-front"].base_url + replica["to-front"].listings()[0])
        lead(replica, "away", ELSEWHERE)
        lead(replica, "inwards", INSIDE)
        mattran = SpoiledMattran(tmp_path_factory.mktemp("polite"), replica, delay=DELAY)
        mattran.faults = {"timeout": 1.0}
        finished = mattran("crawl", "--all", MATTRAN_CONTACT=CONTACT)
        hits = {spec.id: list(replica.hits(spec.id)) for spec in SPECS}
        yield Crawled(replica, mattran, finished, hits)


def lead(replica: Replica, name: str, target: str) -> None:
    """Let the robots.txt of a site be a redirect."""
    replica[name].override("/robots.txt", Response(status=302, headers=[("Location", target)]))


def gaps(hits: Iterable[Hit]) -> list[float]:
    """Seconds from the end of each answer to the next request; negative when they overlap."""
    return [after.started - before.ended for before, after in pairwise(hits)]


def paths(hits: Iterable[Hit]) -> list[str]:
    return [hit.path for hit in hits]


def change(mattran: Mattran, sql: str) -> None:
    with closing(sqlite3.connect(mattran.db, isolation_level=None)) as conn:
        conn.execute(sql)


def forget_rules(crawled: Crawled, name: str) -> None:
    """Let a day pass for the robots.txt of a site."""
    host = crawled.replica[name].host
    change(crawled.mattran, f"UPDATE hosts SET robots_expires = 0 WHERE host = '{host}'")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_between_two_requests_of_a_host_lies_its_delay(crawled, spec):
    hits = crawled.hits[spec.id]
    assert all(gap >= DELAY for gap in gaps(hits)), gaps(hits)


def test_sites_on_other_hosts_are_crawled_meanwhile(crawled):
    plain, patient = (crawled.hits[name] for name in ("plain", "patient"))
    assert patient[0].started < plain[-1].started
    assert plain[0].started < patient[-1].started


def test_robots_txt_is_asked_for_first_and_once(crawled):
    for name in ("plain", "patient", "forbidding", "without"):
        hits = crawled.hits[name]
        assert [hit.robots for hit in hits] == [True] + [False] * (len(hits) - 1)


def test_robots_txt_is_captured_like_a_page(crawled):
    base = crawled.replica["plain"].base_url
    (row,) = crawled.mattran.rows("SELECT * FROM captures WHERE url = ?", base + "/robots.txt")
    assert (row["kind"], row["status"]) == ("robots", 200)
    assert row["warc_offset"] is not None
    assert row["page"] is None


def test_the_user_agent_names_the_project_and_the_contact(crawled):
    (agent,) = {hit.user_agent for hits in crawled.hits.values() for hit in hits}
    assert agent.startswith("mattran-archive/")
    assert agent.endswith(f"(+{CONTACT})")


def test_a_crawl_delay_is_kept_and_remembered(crawled):
    hits = crawled.hits["patient"]
    assert len(hits) > 3
    assert all(gap >= 1 for gap in gaps(hits))
    sql = "SELECT delay FROM hosts WHERE host = ?"
    assert crawled.mattran.value(sql, crawled.replica["patient"].host) == 1
    assert crawled.mattran.value(sql, crawled.replica["plain"].host) is None


def test_after_a_429_the_host_gets_the_time_it_asks_for_and_a_longer_delay_for_good(crawled):
    hits = crawled.hits["flood"]
    refused = [i for i, hit in enumerate(hits) if hit.status == 429]
    assert refused
    assert all(gap >= 2.1 for gap in gaps(hits[refused[0] :]))
    assert (
        crawled.mattran.value(
            "SELECT delay FROM hosts WHERE host = ?", crawled.replica["flood"].host
        )
        >= 2.1
    )


def test_a_page_refused_with_429_is_fetched_in_the_end(crawled):
    titles = {
        r["title"] for r in crawled.mattran.rows("SELECT title FROM articles WHERE site = 'flood'")
    }
    assert titles == {story.title for story in crawled.replica["flood"].newest}


def test_a_503_with_retry_after_holds_the_host_as_long_as_it_says(crawled):
    hits = crawled.hits["tired"]
    refused = [i for i, hit in enumerate(hits) if hit.status == 503]
    assert len(refused) == 2
    for i in refused:
        assert all(gap >= 2 for gap in gaps(hits[i : i + 2]))
    assert (
        crawled.mattran.value(
            "SELECT delay FROM hosts WHERE host = ?", crawled.replica["tired"].host
        )
        is None
    )
    waiting = crawled.mattran.rows(
        "SELECT * FROM frontier WHERE site = 'tired' AND last_status = 503"
    )
    assert [row["state"] for row in waiting] == ["waiting"]


def test_a_forbidding_robots_txt_blocks_every_row_and_nothing_is_fetched(crawled):
    assert paths(crawled.hits["forbidding"]) == ["/robots.txt"]
    states = crawled.mattran.rows(
        "SELECT DISTINCT state, last_failure FROM frontier"
        " WHERE site = 'forbidding' AND kind <> 'robots'"
    )
    assert [tuple(row) for row in states] == [("blocked", "robots")]


@pytest.mark.parametrize("name", ["partly", "moved"])
def test_a_forbidden_path_is_never_asked_for(crawled, name: str):
    asked = paths(crawled.hits[name])
    assert not any(path.startswith("/gioi-thieu") for path in asked)
    assert len(asked) > 3
    sql = "SELECT state FROM frontier WHERE site = ? AND url LIKE '%/gioi-thieu%'"
    assert {row["state"] for row in crawled.mattran.rows(sql, name)} <= {"blocked", "waiting"}


def test_a_moved_robots_txt_is_followed(crawled):
    assert paths(crawled.hits["moved"])[:2] == ["/robots.txt", "/robots-moi.txt"]


def test_a_moved_robots_txt_is_followed_again_when_its_day_is_over(crawled):
    forget_rules(crawled, "moved")
    finished = crawled.again("moved")
    assert finished.exit_code == 0, finished.out
    asked = paths(crawled.replica.hits("moved"))
    assert asked[:2] == ["/robots.txt", "/robots-moi.txt"]
    assert len(asked) > 2
    assert asked.count("/robots.txt") == 1


@pytest.mark.parametrize("name", ["circling", "to-front"])
def test_a_robots_txt_that_leads_to_no_file_counts_as_missing(crawled, name: str):
    assert paths(crawled.hits[name]).count("/robots.txt") <= 6
    found = crawled.mattran.value("SELECT count(*) FROM articles WHERE site = ?", name)
    assert found == len(crawled.replica[name].newest)
    kinds = crawled.mattran.rows(
        "SELECT kind FROM frontier WHERE site = ? AND url LIKE '%' || ?",
        name,
        crawled.replica[name].listings()[0],
    )
    assert [row["kind"] for row in kinds] == ["listing"]


@pytest.mark.parametrize(("name", "target"), [("away", ELSEWHERE), ("inwards", INSIDE)])
def test_a_robots_txt_on_no_registered_host_is_not_fetched_and_nothing_else_is(
    crawled, name: str, target: str
):
    assert paths(crawled.hits[name]) == ["/robots.txt"]
    captures = crawled.mattran.rows("SELECT url, redirect_to FROM captures WHERE site = ?", name)
    base = crawled.replica[name].base_url
    assert [tuple(row) for row in captures] == [(base + "/robots.txt", target)]
    assert f"broken: {name}: robots.txt leads to {target}" in crawled.finished.out


def test_a_missing_robots_txt_forbids_nothing(crawled):
    found = crawled.mattran.value("SELECT count(*) FROM articles WHERE site = 'without'")
    assert found == len(crawled.replica["without"].newest)


@pytest.mark.parametrize("name", SILENT)
def test_without_an_answer_from_robots_txt_nothing_else_is_fetched(crawled, name: str):
    assert set(paths(crawled.hits[name])) == {"/robots.txt"}
    row = crawled.mattran.rows("SELECT * FROM frontier WHERE site = ? AND kind = 'robots'", name)[0]
    assert row["state"] == "waiting"


def test_the_command_tells_which_sites_wait_for_their_robots_txt(crawled):
    assert crawled.finished.exit_code == 1
    broken = {
        line.split(": ")[1]
        for line in crawled.finished.out.splitlines()
        if line.startswith("broken") and "robots.txt gives no answer yet" in line
    }
    assert broken == {"busy", "broken"}
    assert "broken: slow: " in crawled.finished.out


def test_sites_without_rules_are_crawled_once_robots_txt_answers(crawled):
    again = crawled.mattran("crawl", *SILENT)
    assert again.exit_code == 1  # it is not time to ask again
    for name in SILENT:
        crawled.replica[name].robots_mode = "family"
    change(
        crawled.mattran, "UPDATE frontier SET due = 0 WHERE kind = 'robots' AND state = 'waiting'"
    )
    change(
        crawled.mattran,
        f"UPDATE hosts SET delay = NULL WHERE host = '{crawled.replica['busy'].host}'",
    )
    finished = crawled.mattran("crawl", *SILENT)
    assert finished.exit_code == 0, finished.out + finished.err
    for name in SILENT:
        found = crawled.mattran.value("SELECT count(*) FROM articles WHERE site = ?", name)
        assert found == len(crawled.replica[name].newest)


def test_robots_txt_is_used_for_a_day(crawled):
    crawled.again("without")
    assert crawled.replica.hits("without")
    assert not any(hit.robots for hit in crawled.replica.hits("without"))
    forget_rules(crawled, "without")
    crawled.again("without")
    assert [hit.robots for hit in crawled.replica.hits("without")].count(True) == 1


def test_a_learned_delay_holds_in_the_next_run(crawled):
    crawled.again("patient")
    assert len(crawled.replica.hits("patient")) > 1
    assert all(gap >= 1 for gap in gaps(crawled.replica.hits("patient")))


@contextmanager
def twins(folder: Path, articles: int) -> Iterator[tuple[Replica, Mattran]]:
    """Two registry rows on one host, as two sections of a portal are."""
    with Replica([site("portal", articles=articles)]) as replica:
        mattran = Mattran(folder, replica)
        rows = [row_of(replica["portal"], {"id": name, "delay": DELAY}) for name in ("a", "b")]
        mattran.registry.write_text("\n".join(rows), encoding="utf-8")
        yield replica, mattran


def test_two_sites_of_one_host_share_its_delay_within_a_run(tmp_path: Path):
    with twins(tmp_path, articles=2) as (replica, mattran):
        assert mattran("crawl", "a", "b").exit_code == 0
        hits = replica.hits()
        assert all(gap >= DELAY for gap in gaps(hits)), gaps(hits)
        for name in ("a", "b"):
            found = mattran.value("SELECT count(*) FROM articles WHERE site = ?", name)
            assert found == len(replica["portal"].newest)
        # Neither waits for the other longer than for the host.
        assert max(gaps(hits)) < 2


def test_two_runs_on_one_host_share_its_delay_and_take_turns(tmp_path: Path):
    with twins(tmp_path, articles=40) as (replica, mattran):
        with mattran.running("crawl", "a", "--contact", "first@a.vn") as first:
            while len(replica.hits()) < 2:
                assert first.poll() is None
                time.sleep(0.05)
            second = mattran("crawl", "b", "--max-pages", "3", "--contact", "second@b.vn")
            assert first.poll() is None  # the second run need not wait for its end
        assert second.exit_code == 3, second.out
        hits = replica.hits()
        assert sum(hit.user_agent.endswith("(+second@b.vn)") for hit in hits) >= 3
        assert all(gap >= DELAY for gap in gaps(hits)), gaps(hits)
