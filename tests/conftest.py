"""What every test starts from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sample_archive import SampleArchive

# Most tests start `mattran`: without compiled modules each start would compile all of Scrapy again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[SampleArchive]:
    """An archive with one site, to be filled row by row."""
    archive = SampleArchive(tmp_path / "mattran.db")
    archive.site()
    yield archive
    archive.close()
