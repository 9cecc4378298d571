"""The private names in crawler/internals.py do in these libraries what we take them for."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from crawler.internals import Answer, Connector, address_of, send_once
from tests.crawler.raw_server import RawServer, answer

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


@contextmanager
def served(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that hands each connection to `talk`; its address."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


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


def test_session_retry_connection_is_what_would_send_a_request_again() -> None:
    """`session._retry_connection`: else aiohttp repeats at once what a kept connection lost."""

    def hang_up(connection: socket.socket, asked: list[bytes]) -> None:
        """Answer `/kept` and keep the connection; at `/broken` close it without a word."""
        with suppress(OSError), connection:
            while sent := connection.recv(65536):
                asked.append(sent.split()[1])
                if asked[-1] == b"/broken":
                    return
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def asked_for(*, once: bool) -> list[bytes]:
        asked: list[bytes] = []

        async def fetch(url: str) -> None:
            async with aiohttp.ClientSession() as session:
                if once:
                    send_once(session)
                await (await session.get(url + "/kept")).read()
                with pytest.raises(aiohttp.ServerDisconnectedError):
                    await session.get(url + "/broken")

        with served(lambda connection: hang_up(connection, asked)) as url:
            asyncio.run(asyncio.wait_for(fetch(url), LONGER_THAN_ANY_CRAWL))
        return asked

    assert asked_for(once=True) == [b"/kept", b"/broken"]
    assert asked_for(once=False) == [b"/kept", b"/broken", b"/broken"]


def test_response_start_is_given_the_connection_that_is_gone_afterwards() -> None:
    """`ClientResponse.start(connection)`: the only place that knows the address of every answer."""

    async def fetch(server: RawServer) -> tuple[str | None, object]:
        async with aiohttp.ClientSession(response_class=Answer) as session:
            answer = await session.get(server.url + "/a")
            await answer.read()
            return address_of(answer), answer.connection

    with RawServer({"/a": lambda: answer(b"x", "Content-Length: 1")}) as server:
        assert asyncio.run(fetch(server)) == ("127.0.0.1", None)


def test_get_passes_over_a_kept_connection_on_which_something_came_unasked() -> None:
    """`BaseConnector._get`: it would be taken for the answer to the next request."""
    may_go_on = threading.Event()

    def answer_twice(connection: socket.socket) -> None:
        """Send what is asked for, and then what nobody asked for."""
        with suppress(OSError), connection:
            while asked := connection.recv(65536):
                path = asked.split()[1]
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                connection.sendall(head % len(path) + path)
                may_go_on.wait()
                connection.sendall(head % 7 + b"unasked")

    async def fetch(url: str) -> list[bytes]:
        async with Connector() as connector, aiohttp.ClientSession(connector=connector) as session:
            first = await (await session.get(url + "/a")).read()
            ((kept, _),) = next(iter(connector._conns.values()))
            may_go_on.set()
            while not kept.should_close:
                await asyncio.sleep(0.01)
            return [first, await (await session.get(url + "/b")).read()]

    with served(answer_twice) as url:
        found = asyncio.run(asyncio.wait_for(fetch(url), LONGER_THAN_ANY_CRAWL))
    assert found == [b"/a", b"/b"]
