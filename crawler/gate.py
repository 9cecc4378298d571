"""The gate before every request: one at a time and a floor of seconds between two, per host and IP.

Inside the process the clock is monotonic and exact; beside other processes the rows of `hosts` keep
who is fetching from a host now and when the next request may start.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from archive.runs import is_at_work

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

LONGEST_DELAY = 90_000  # seconds; a later time was written by a clock that ran ahead
RETRY_SECONDS = 1.0  # how long to wait when another process is fetching from the host
YIELD_SECONDS = 0.25  # by which a run lets another one go first after each of its requests
RIVALS_SECONDS = 1.0  # how long it is believed which hosts other runs want


def _after(delay: float) -> int:
    return math.ceil(time.time() + delay) if delay else 0


@dataclass(slots=True)
class _Door:
    busy: bool = False
    opens: float = 0.0  # monotonic
    written: int = 0  # the `next_at` this process wrote last
    delay: float | None = None  # that the host taught, as read when it was entered last


class Gate:
    """Lets requests through, for all sites of this process and beside other processes.

    :param conn: the archive's connection.
    :param run: id of this run.
    """

    def __init__(self, conn: sqlite3.Connection, run: str) -> None:
        self._conn = conn
        self._run = run
        self._doors: dict[str, _Door] = {}
        self._rivals: frozenset[str] = frozenset()
        self._rivals_until = 0.0  # monotonic

    def register(self, key: str, kind: Literal["host", "ip"], ip: str | None = None) -> None:
        """Make the row of a host (`a.vn`, `127.0.0.1:8001`) or of an address (`ip:1.2.3.4`)."""
        self._conn.execute(
            "INSERT INTO hosts (host, kind, ip) VALUES (?, ?, ?)"
            " ON CONFLICT (host) DO UPDATE SET ip = coalesce(excluded.ip, ip)",
            (key, kind, ip),
        )
        self._doors.setdefault(key, _Door())

    def wait(self, keys: Sequence[str]) -> float | None:
        """Return seconds until a request may start, 0.0 for now, None while one is under way."""
        now = time.monotonic()
        longest = 0.0
        for key in keys:
            door = self._doors[key]
            if door.busy:
                return None
            longest = max(longest, door.opens - now)
        return longest

    def enter(self, keys: Sequence[str], delay: float = 0.0) -> float:
        """Take every door of `keys`; return 0.0 when taken, else the seconds to wait.

        :param delay: seconds the next request has to wait at least, should this run be killed.
        """
        now = time.time()
        next_at = _after(delay)
        rivals = self._wanted_by_others()
        conn = self._conn
        conn.execute("BEGIN IMMEDIATE")
        try:
            held = self._foreign_wait(keys, now, rivals)
            if held == 0.0:
                conn.executemany(
                    "UPDATE hosts SET holder = ?, next_at = max(next_at, ?) WHERE host = ?",
                    [(self._run, next_at, key) for key in keys],
                )
        finally:
            conn.execute("COMMIT")
        if held == 0.0:
            for key in keys:
                self._doors[key].busy = True
                self._doors[key].written = next_at
        return held

    def _foreign_wait(self, keys: Sequence[str], now: float, rivals: frozenset[str]) -> float:
        longest = 0.0
        for key in keys:
            holder, next_at, self._doors[key].delay = self._conn.execute(
                "SELECT holder, next_at, coalesce(delay, 0.0) FROM hosts WHERE host = ?", (key,)
            ).fetchone()
            is_mine = next_at == self._doors[key].written
            if holder not in {None, self._run} and is_at_work(self._conn, holder):
                longest = max(longest, RETRY_SECONDS)
            elif now < next_at < now + LONGEST_DELAY and not is_mine:
                longest = max(longest, next_at - now)
            elif is_mine and key in rivals:
                # Whoever waits for the whole second we wrote would never find the door open.
                longest = max(longest, next_at + YIELD_SECONDS - now)
        return longest

    def _wanted_by_others(self) -> frozenset[str]:
        """Return the doors of the sites that other runs hold now."""
        if time.monotonic() >= self._rivals_until:
            self._rivals_until = time.monotonic() + RIVALS_SECONDS
            held = self._conn.execute(
                "SELECT base_url FROM sites WHERE holder <> ?", (self._run,)
            ).fetchall()
            parts = [urlsplit(url) for (url,) in held]
            hosts = {host for part in parts for host in (part.hostname, part.netloc) if host}
            found = [
                self._conn.execute("SELECT ip FROM hosts WHERE host = ?", (host,)).fetchone()
                for host in hosts
            ]
            self._rivals = frozenset(hosts | {f"ip:{row[0]}" for row in found if row and row[0]})
        return self._rivals

    def leave(self, keys: Sequence[str], delay: float) -> None:
        """Give the doors back; the next request may start `delay` seconds from now."""
        next_at = _after(delay)
        opens = time.monotonic() + delay
        for key in keys:
            door = self._doors[key]
            door.busy, door.opens, door.written = False, opens, max(door.written, next_at)
        self._conn.executemany(
            "UPDATE hosts SET holder = NULL, next_at = max(next_at, ?) WHERE host = ?",
            [(next_at, key) for key in keys],
        )

    def forget(self, keys: Sequence[str]) -> None:
        """Give the doors back within this process, when not even that can be written."""
        for key in keys:
            self._doors[key].busy = False

    def learned_delay(self, key: str) -> float:
        """Return the delay this host taught us (Crawl-delay, 429), 0.0 when none."""
        door = self._doors.get(key)
        if door is not None and door.delay is not None:
            return door.delay
        row = self._conn.execute("SELECT delay FROM hosts WHERE host = ?", (key,)).fetchone()
        return float(row[0]) if row is not None and row[0] is not None else 0.0

    def learn_delay(self, key: str, delay: float) -> None:
        """Remember a longer delay for a host; delays are only ever raised."""
        self._conn.execute(
            "UPDATE hosts SET delay = max(coalesce(delay, 0), ?) WHERE host = ?", (delay, key)
        )
        if key in self._doors:
            self._doors[key].delay = None
