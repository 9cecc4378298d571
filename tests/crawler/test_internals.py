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


def run_probe(name: str) -> dict[str, Any]:
    """Run a program of this folder, and return what it saw."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.crawler.{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGER_THAN_ANY_CRAWL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a crawl whose engine has no heartbeat saw of its engine."""
    return run_probe("engine_probe")


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


def test_pool_of_the_handler_sends_a_request_once() -> None:
    """`handler._pool.retryAutomatically`: else Twisted repeats what a kept connection lost."""
    seen = run_probe("broken_connection_probe")
    assert seen["asked"] == {"/kept": 1, "/broken": 1}
    assert seen["ended"] == ["DownloadFailedError"]


def test_pool_of_the_handler_closes_idle_connections() -> None:
    """`handler._pool.cachedConnectionTimeout`: an attribute the pool has, not one we invent."""
    from twisted.internet.testing import MemoryReactorClock
    from twisted.web.client import HTTPConnectionPool

    from crawler.internals import IDLE_SECONDS, ask_once

    class Handler:
        _pool = HTTPConnectionPool(MemoryReactorClock())

    assert isinstance(Handler._pool.cachedConnectionTimeout, int)
    assert Handler._pool.retryAutomatically is True
    ask_once(Handler())  # type: ignore[arg-type]
    assert Handler._pool.cachedConnectionTimeout == IDLE_SECONDS
    assert Handler._pool.retryAutomatically is False


def test_a_hostname_is_encoded_once() -> None:
    """`endpoints._idnaBytes`: what an endpoint asks for the bytes of its host's name."""
    from twisted.internet import endpoints
    from twisted.internet.testing import MemoryReactorClock

    from crawler.internals import remember_hostnames

    remember_hostnames()
    remember_hostnames()
    asked = vars(endpoints)["_idnaBytes"]
    asked.cache_clear()
    for _ in range(3):
        endpoints.HostnameEndpoint(MemoryReactorClock(), "mặttrận.example", 80)
    assert (asked.cache_info().misses, asked.cache_info().hits) == (1, 2)
    assert not hasattr(asked.__wrapped__, "cache_info")


def test_context_factory_of_the_handler_takes_ciphers_of_any_kind() -> None:
    """`handler._contextFactory.tls_ciphers`: what Twisted asks for ciphers, their names."""
    from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory

    from crawler.internals import SECURITY_LEVEL, allow_old_ciphers

    class Handler:
        _contextFactory = _ScrapyClientContextFactory()  # noqa: N815 (Scrapy's name)

    assert Handler._contextFactory.tls_ciphers is None
    allow_old_ciphers(Handler())  # type: ignore[arg-type]
    options = Handler._contextFactory._get_cert_options()
    assert options._cipherString.endswith(f":{SECURITY_LEVEL.fullName}")
