"""What the tests of the write side share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.crawling import Crawl
from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.searchable_archive import SearchableArchive


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    """An archive that a test crawls step by step."""
    crawling = Crawl(tmp_path / "mattran.db")
    yield crawling
    crawling.close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    """An archive with one site, to be filled with articles that can be searched."""
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    yield sample
    sample.close()


@pytest.fixture
def replica() -> Iterator[Replica]:
    """A web server with the site `wp` of 12 articles."""
    with Replica([SiteSpec(id="wp", family="wordpress", articles=12)]) as running:
        yield running


@pytest.fixture
def mattran(tmp_path: Path, replica: Replica) -> Mattran:
    """`mattran` with an archive of the whole replica."""
    command = Mattran(tmp_path / "a", replica, delay=0)
    assert command("crawl", "wp", "--full").exit_code == 0
    return command
