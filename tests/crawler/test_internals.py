"""The private names of Scrapy in crawler/internals.py do in this Scrapy what we take them for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGER_THAN_ANY_CRAWL = 60  # seconds; without a working wake-up the probe never ends


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a crawl whose engine has no heartbeat saw of its engine."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawler.engine_probe"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGER_THAN_ANY_CRAWL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_slot_nextcall_wakes_the_engine_without_its_heartbeat(seen: dict[str, Any]) -> None:
    """`engine._slot.nextcall.schedule()`: the engine asks its scheduler again."""
    assert seen["asked again"] is True
    assert seen["reason"] == "finished"


def test_slot_inprogress_holds_a_request_until_its_page_is_settled(seen: dict[str, Any]) -> None:
    """`engine._slot.inprogress`: the requests that are not lost."""
    assert seen["while parsing"] == ["data:text/plain,a"]
    assert seen["when closed"] == []


def test_slot_closing_is_none_only_while_the_engine_works(seen: dict[str, Any]) -> None:
    """`engine._slot.closing`: waking an engine that closes would schedule a call it never runs."""
    assert seen["closing"] == {"while parsing": False, "when closed": True}


def test_an_engine_without_a_slot_is_left_alone() -> None:
    """`engine._slot` is None before a spider opens and after it closed."""
    from scrapy.core.engine import ExecutionEngine

    from crawler.internals import in_progress, wake

    engine = ExecutionEngine.__new__(ExecutionEngine)
    engine._slot = None
    wake(engine)
    assert in_progress(engine) == set()
