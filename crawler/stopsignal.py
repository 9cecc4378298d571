"""SIGTERM, SIGINT and SIGHUP while a run works: noted from the first line on, never fatal."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class StopSignal:
    """SIGTERM, SIGINT and SIGHUP from the first line of a command on: noted, never fatal.

    One that was ignored when the program started (nohup, a shell's background job) stays ignored.

    A signal may come while Scrapy is still being imported; `received` tells the command then, and
    `on_signal` is called once somebody can act on it.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self.on_signal: Callable[[], None] = lambda: None
        self._previous: dict[int, Any] = {}

    def install(self) -> None:
        """Start listening."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_IGN:
                continue
            self._previous[number] = signal.signal(number, self._note)

    def restore(self) -> None:
        """Put back what was there before."""
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: object) -> None:
        self.received = number
        self.on_signal()


class CtrlC:
    """Ctrl-C that is not lost, in a `with` block: SQLite swallows what is raised in a callback.

    What it reports then is no damage: whoever reads its errors asks `check` first.
    """

    def __init__(self) -> None:
        self._received = False
        self._before: Any = None

    def __enter__(self) -> CtrlC:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """Raise KeyboardInterrupt if there was a Ctrl-C."""
        if self._received:
            raise KeyboardInterrupt

    def _on_signal(self, *_: object) -> None:
        self._received = True
        raise KeyboardInterrupt
