"""Pages of 50 MB and of 100,000 nested tags are read within bounds, and the article is not lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.conftest import WANTED
from tests.fuzz.sizes import PAGES, SOME, TITLE
from tests.spiders.answers import PARAGRAPHS

NAMES = tuple(PAGES) if WANTED else SOME


@pytest.fixture(scope="module")
def results() -> dict[str, dict[str, object]]:
    """What came out of each page, read under limits of memory and CPU time."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.sizes", *NAMES],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    found = {result["name"]: result for result in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, f"stopped after {list(found)}: {done.stderr[-2000:]}"
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_article_is_found_within_the_limits(name: str, results) -> None:
    result = results[name]
    assert result["kind"] == "other"
    assert result["title"] == TITLE
    assert all(text in result["body"] for text in PARAGRAPHS)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("huge")])
def test_what_is_left_unread_is_told(name: str, results) -> None:
    cut = results[name]["cut"]
    assert ("page-cut" in results[name]["flags"]) == bool(cut)
    assert bool(cut) == (name != "huge-picture")  # pictures written as text are left out first
