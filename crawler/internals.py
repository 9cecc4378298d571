"""The private names of Scrapy and Twisted this project relies on, in one place, a test each.

Public interfaces are used everywhere else; when an upgrade breaks one of these, only this module
and its tests have to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from twisted.internet import endpoints

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def remember_hostnames() -> None:
    """Let Twisted encode the name of a host once, not for each request (1 % of a page's time).

    Where Scrapy puts its own encoding, too (`_install_twisted_idna_fallbacks`).
    """
    names = vars(endpoints)
    if not hasattr(names["_idnaBytes"], "cache_info"):
        names["_idnaBytes"] = lru_cache(maxsize=1024)(names["_idnaBytes"])


@dataclass(frozen=True, slots=True)
class Cipher:
    """One word of OpenSSL's cipher list, as Twisted passes it on."""

    fullName: str  # noqa: N815 (Twisted's name)


SECURITY_LEVEL = Cipher("@SECLEVEL=0")
"""Lets OpenSSL speak TLS 1.0 and 1.1, whose signatures are made with SHA-1."""


class OldCiphers:
    """Every cipher there is, at the security level of old servers.

    Scrapy's own setting cannot say so: Twisted expands its text into names, and the level is lost.
    """

    def selectCiphers(self, availableCiphers: Iterable[Cipher]) -> tuple[Cipher, ...]:  # noqa: N802,N803 (Twisted's names)
        """Return the ciphers available, and the level they are used at."""
        return (*availableCiphers, SECURITY_LEVEL)


def allow_old_ciphers(handler: HTTP11DownloadHandler) -> None:
    """Let a handler of one site speak to servers that know only TLS 1.0 or 1.1."""
    handler._contextFactory.tls_ciphers = OldCiphers()
