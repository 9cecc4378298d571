"""The private names of Scrapy and Twisted this project relies on, in one place, a test each.

Public interfaces are used everywhere else; when an upgrade breaks one of these, only this module
and its tests have to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
    from scrapy.core.engine import ExecutionEngine

IDLE_SECONDS = 3  # longer than the usual delay, shorter than servers keep a connection


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


def ask_once(handler: HTTP11DownloadHandler) -> None:
    """Keep Twisted from sending a request twice, on its own and past the gate.

    Its pool repeats a GET when a connection kept open breaks before an answer. What that was made
    for, a connection the server had closed meanwhile, is made rare: after `IDLE_SECONDS` of silence
    ours is closed first.
    """
    handler._pool.retryAutomatically = False
    handler._pool.cachedConnectionTimeout = IDLE_SECONDS
