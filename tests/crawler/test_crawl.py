"""A first crawl, from an empty folder to a searchable archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec

SPECS = [
    SiteSpec(id="nukeviet", family="nukeviet", articles=24),
    SiteSpec(id="flat", family="flat", articles=15),
]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    with Replica(SPECS) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("crawl"), replica)
        yield replica, mattran, mattran("crawl", "--all", "--full")


def test_every_published_article_is_archived_once(crawled):
    replica, mattran, finished = crawled
    assert finished.exit_code == 0, finished.out + finished.err
    for spec in SPECS:
        titles = sorted(
            row["title"]
            for row in mattran.rows("SELECT title FROM articles WHERE site = ?", spec.id)
        )
        assert titles == sorted(truth.title for truth in replica[spec.id].truth())


def test_no_lease_is_left_and_the_run_is_closed(crawled):
    _, mattran, _ = crawled
    assert mattran.value("SELECT count(*) FROM frontier WHERE state = 'leased'") == 0
    run = mattran.rows("SELECT * FROM runs")[0]
    assert (run["command"], run["exit_code"], run["reason"]) == ("crawl", 0, "done")
    assert run["ended_at"] is not None


def test_no_site_is_asked_twice_for_the_same_page(crawled):
    replica, _, _ = crawled
    for spec in SPECS:
        paths = [hit.path for hit in replica.hits(spec.id)]
        assert len(paths) == len(set(paths))


def test_the_summary_names_each_site(crawled):
    _, _, finished = crawled
    header, *rows = finished.out.splitlines()
    assert {row.split()[0]: row.split()[2] for row in rows[:2]} == {"nukeviet": "24", "flat": "15"}
    assert {len(row) for row in rows[:2]} == {len(header)}  # figures end below each other
    failed = sum(int(row.split()[5]) for row in rows[:2])
    assert rows[2].startswith("files: ")
    assert rows[3].startswith(f"{failed} pages failed: later runs ask again")


def test_the_log_stands_beside_the_archive(crawled):
    _, mattran, _ = crawled
    assert (mattran.folder / "logs" / "mattran.log").stat().st_size > 0


def test_a_host_that_is_not_loopback_needs_a_contact(tmp_path: Path):
    with Replica([]) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran.registry.write_text(
            '[[site]]\nid = "a"\nname = "A"\nlevel = "province"\nprovince = "Hà Nội"\n'
            'base_url = "https://mattran.example"\nplatform = "nukeviet"\n'
            'listings = ["/vi/news/"]\n'
        )
        finished = mattran("crawl", "a", MATTRAN_CONTACT="")
    assert finished.exit_code == 2
    assert "export MATTRAN_CONTACT=" in finished.err
    assert len(finished.err.splitlines()) == 1
    assert not mattran.db.exists()
