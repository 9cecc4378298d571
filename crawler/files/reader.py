"""Reads a file in a process of its own: a broken or hostile one takes nothing else along."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from crawler.files.formats import format_of
from crawler.files.text import FileText

SECONDS = 120.0  # by the clock; the process has fewer of computing time
MEMORY = 1024 * 1024 * 1024
_OUT_OF_TIME = frozenset({-signal.SIGXCPU, -signal.SIGKILL})


def read_apart(data: bytes, memory: int = MEMORY) -> FileText:
    """Return what can be read of a file in two minutes and `memory` bytes of address space.

    :raises OSError: no process can be started.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            [sys.executable, "-I", "-m", "crawler.files.worker", str(memory)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _unread(data, "reading it takes too long")
    if done.returncode in _OUT_OF_TIME:
        return _unread(data, "reading it takes too long")
    try:
        return FileText(**json.loads(done.stdout))
    except (ValueError, TypeError):
        # Memory may run out where Python cannot say so any more.
        return _unread(data, "reading it ended the process that did")


def _unread(data: bytes, note: str) -> FileText:
    return FileText(kind="too-heavy", media_type=format_of(data).media_type, note=note)
