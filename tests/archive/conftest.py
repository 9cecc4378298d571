"""What the tests of the write side share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.crawling import Crawl


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    crawling = Crawl(tmp_path / "mattran.db")
    yield crawling
    crawling.close()
