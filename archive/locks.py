"""The lock of a whole archive: shared by commands that write, exclusive for those that rebuild.

It is a `flock` on a file beside the database, so that any death frees it. Which rows were in flight
it does not tell: see archive/runs.py.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from archive.errors import ArchiveLockedError, NotWritableError

WAIT_SECONDS = 10.0


class ArchiveLock:
    """The lock of the archive at `path`, held from construction to `release` (end of `with`).

    Waits up to `wait` seconds for a short exclusive owner (a migration); raises ArchiveLockedError
    when the lock stays taken and NotWritableError when the lock file cannot be made.
    """

    def __init__(self, path: Path, *, exclusive: bool = False, wait: float = WAIT_SECONDS) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        self._descriptor = self._open()
        try:
            self._acquire(fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH, wait)
        except BaseException:
            self.release()
            raise

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise NotWritableError(
                f"{self.path.parent} cannot be written ({error.strerror}):"
                " change its owner or name another file with --db"
            ) from error

    def _acquire(self, operation: int, wait: float) -> None:
        deadline = time.monotonic() + wait
        while True:
            try:
                return fcntl.flock(self._descriptor, operation | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise ArchiveLockedError(self._refusal(operation)) from None
                time.sleep(0.05)

    def _refusal(self, operation: int) -> str:
        archive = self.path.name.removesuffix(".lock")
        if operation == fcntl.LOCK_EX:
            return f"{archive} is in use by another run: try again when it has ended"
        return f"{archive} is being migrated, merged or repaired: try again when that has ended"

    @property
    def is_held(self) -> bool:
        """Whether it has not been given back."""
        return self._descriptor >= 0

    def is_alone(self) -> bool:
        """Tell whether nobody else holds the lock, which stays shared."""
        alone = self.become_exclusive()
        self._acquire(fcntl.LOCK_SH, WAIT_SECONDS)
        return alone

    def try_exclusive(self) -> bool:
        """Make a shared lock exclusive if nobody else holds it; else it stays shared."""
        if self.become_exclusive():
            return True
        self._acquire(fcntl.LOCK_SH, WAIT_SECONDS)
        return False

    def become_exclusive(self) -> bool:
        """Make a shared lock exclusive if nobody else holds it; else it may be lost."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> ArchiveLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
