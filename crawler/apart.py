"""Runs a blocking call in a thread that nobody waits for when the program ends.

The loop's own threads are waited for: a look-up without a name server takes up to a minute.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def apart(call: Callable[[], T], name: str) -> asyncio.Future[T]:
    """Begin `call` in a thread called `name`; its result, or what it raises, ends the future."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, raised = None, None
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 (it is raised where the future is awaited)
            raised = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, raised)

    Thread(target=run, name=name, daemon=True).start()
    return future
