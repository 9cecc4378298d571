"""The private names of Scrapy and aiohttp this project relies on, in one place, a test each.

Public interfaces are used everywhere else; when an upgrade breaks one of these, only this module
and its tests have to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace
    from scrapy import Request
    from scrapy.core.engine import ExecutionEngine


def wake(engine: ExecutionEngine) -> None:
    """Make the engine ask its scheduler again now, not at its next heartbeat (every 5 s).

    Always without a delay: a delayed call would hold back every earlier wake-up until it fires
    (`CallLaterOnce.schedule`).
    """
    slot = engine._slot
    if slot is not None and slot.closing is None:
        slot.nextcall.schedule()


def in_progress(engine: ExecutionEngine) -> set[Request]:
    """Return the requests the engine knows of, downloading or being processed."""
    slot = engine._slot
    return set() if slot is None else set(slot.inprogress)


class Connector(aiohttp.TCPConnector):
    """Asks nothing more over a connection on which something came while nobody had asked.

    The rest of a body longer than it was told to be, a second answer, a server's "408" before it
    hangs up: aiohttp takes it for the answer to the next request, and the archive would keep it
    under that one's address.

    `gave_kept` tells whether the last request went over a connection that was kept; none does any
    more once `keeps` is False.
    """

    keeps = True
    gave_kept = False

    async def _get(self, key: ConnectionKey, traces: list[Trace]) -> Connection | None:
        while (kept := await super()._get(key, traces)) is not None:
            if self.keeps and not (kept.protocol is None or kept.protocol.should_close):
                break
            kept.close()
        self.gave_kept = kept is not None
        return kept


class Answer(aiohttp.ClientResponse):
    """Remembers from which address it came.

    A connection that has delivered everything at once is gone when `start` returns
    (https://github.com/aio-libs/aiohttp/issues/2205).
    """

    peer: tuple[Any, ...] | None = None

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Read the head of the answer."""
        if connection.transport is not None:
            self.peer = connection.transport.get_extra_info("peername")
        return await super().start(connection)


def address_of(answer: aiohttp.ClientResponse) -> str | None:
    """Return the IP address an answer came from."""
    return str(answer.peer[0]) if isinstance(answer, Answer) and answer.peer else None


def send_once(session: aiohttp.ClientSession) -> None:
    """Keep aiohttp from sending a request twice, on its own and past the gate.

    It repeats a GET at once when a connection kept open breaks before an answer. What that was made
    for, a connection the server had closed meanwhile, is made rare: after a few seconds of silence
    ours is closed first (`crawler.download.IDLE_SECONDS`); else the handler asks again, later.
    """
    session._retry_connection = False
