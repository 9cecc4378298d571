"""Runs of the program: who is alive, who died, and what a dead run leaves to be put right.

A process is told from a later one with its number by the boot, the pid namespace and its start
time. A run in another namespace (a container) is judged by its heartbeat.
"""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from archive import moments
from archive.connection import transaction
from archive.content import sha256
from archive.errors import ArchiveLockedError, LeaseLostError
from archive.warc import FOLDER, BadRecordError, Position, read_record

SILENCE = 600  # seconds without a heartbeat after which a run elsewhere counts as dead
BROKEN_OFF = "error"  # the reason of a run that an exception ended, such as a full disk
RESUMABLE = 3  # the exit code of a run that stopped early
CHECKED_CAPTURES = 100  # of a dead run, the newest first

_COLUMNS = "id, started_at, beat, boot_id, pid_namespace, pid, pid_started"

# The runs of the very same command before one, the last first.
_PREDECESSORS = (
    "SELECT p.exit_code, p.reason, p.counts FROM runs p JOIN runs r"
    " ON r.command = p.command AND r.arguments = p.arguments AND r.id = ?"
    " WHERE p.id <> r.id AND p.ended_at IS NOT NULL ORDER BY p.rowid DESC"
)


@cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _namespace() -> str:
    return str(Path("/proc/self/ns/pid").readlink())


def _pid_started(pid: int) -> int | None:
    """Return the start time of a process in clock ticks since boot, None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name, second field, may hold spaces and brackets: count from the last bracket.
    return int(stat.rpartition(")")[2].split()[19])


@dataclass(slots=True, frozen=True, kw_only=True)
class RunRow:
    """What `runs` tells about the process of a run."""

    id: str
    started_at: str
    beat: int
    boot_id: str
    pid_namespace: str
    pid: int
    pid_started: int


def is_alive(row: RunRow, now: float | None = None) -> bool:
    """Tell whether the process of a run not yet ended still runs."""
    if row.boot_id != _boot_id():
        return False
    if row.pid_namespace == _namespace():
        return _pid_started(row.pid) == row.pid_started
    return row.beat > (moments.now() if now is None else now) - SILENCE


@dataclass(slots=True, kw_only=True)
class Run:
    """This process as a row of `runs`. `folder` holds the database, and the WARC folder."""

    id: str
    folder: Path
    started_at: float
    taken_over: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, conn: sqlite3.Connection, command: str, arguments: Sequence[str] = ()) -> Run:
        """Enter this process into `runs` and put right what dead runs left behind."""
        path = conn.execute("PRAGMA database_list").fetchone()[2]
        run = cls(id=str(uuid.uuid4()), folder=Path(path).parent, started_at=moments.now())
        with transaction(conn):
            for row in _open_runs(conn):
                if not is_alive(row):
                    _take_over(conn, row.id, run.folder)
                    run.taken_over.append(row.id)
            run._insert(conn, command, arguments)
        return run

    def _insert(self, conn: sqlite3.Connection, command: str, arguments: Sequence[str]) -> None:
        conn.execute(
            "INSERT INTO runs (id, command, arguments, started_at, beat, boot_id, pid_namespace,"
            " pid, pid_started) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.id,
                command,
                json.dumps(list(arguments), ensure_ascii=False),
                moments.public(self.started_at),
                int(self.started_at),
                _boot_id(),
                _namespace(),
                os.getpid(),
                _pid_started(os.getpid()),
            ),
        )

    def beat(self, conn: sqlite3.Connection) -> None:
        """Show that this run is alive: call once a minute.

        Raises LeaseLostError when another run took this one for dead: it must stop.
        """
        beat = conn.execute(
            "UPDATE runs SET beat = ? WHERE id = ? AND ended_at IS NULL",
            (int(moments.now()), self.id),
        )
        if beat.rowcount != 1:
            raise LeaseLostError("another run took this one for dead: it stops here")

    def note(self, conn: sqlite3.Connection, counts: Mapping[str, Any]) -> None:
        """Write down how far this run has come, for the one that goes on if it dies, and beat.

        Raises LeaseLostError as `beat` does.
        """
        self.beat(conn)
        conn.execute("UPDATE runs SET counts = ? WHERE id = ?", (_json(counts), self.id))

    def left_off(self, conn: sqlite3.Connection) -> dict[str, Any]:
        """Return what the last run of the very same command noted, if it stopped early.

        Of several that died one after the other it is the last that came to note anything.
        """
        for exit_code, reason, noted in conn.execute(_PREDECESSORS, (self.id,)):
            counts: dict[str, Any] = json.loads(noted)
            if not (_is_unfinished(exit_code, reason) or reason == BROKEN_OFF):
                break
            if counts:
                return counts
        return {}

    def refuse_if_held(self, conn: sqlite3.Connection, site: str) -> None:
        """Raise ArchiveLockedError when a live run other than this one holds `site`; else nothing.

        Reads only, so that a run that is refused has touched nothing.
        """
        row = conn.execute("SELECT holder FROM sites WHERE id = ?", (site,)).fetchone()
        holder = _open_run(conn, row[0]) if row and row[0] else None
        if holder is not None and holder.id != self.id and is_alive(holder):
            raise ArchiveLockedError(
                f"{site} is being crawled by process {holder.pid},"
                f" running since {holder.started_at}: wait for it or stop it"
            )

    def stopped_before(self, conn: sqlite3.Connection) -> bool:
        """Tell whether the last run of the very same command stopped early: this one goes on."""
        row = conn.execute(_PREDECESSORS, (self.id,)).fetchone()
        return row is not None and _is_unfinished(*row[:2])

    def hold_site(self, conn: sqlite3.Connection, site: str) -> None:
        """Make this run the only one that crawls `site`; a dead holder is taken over.

        Raises ArchiveLockedError when a live run holds it.
        """
        with transaction(conn):
            self.refuse_if_held(conn, site)
            row = conn.execute("SELECT holder FROM sites WHERE id = ?", (site,)).fetchone()
            if row and row[0] not in {None, self.id} and _open_run(conn, row[0]) is not None:
                _take_over(conn, row[0], self.folder)
            conn.execute("UPDATE sites SET holder = ? WHERE id = ?", (self.id, site))

    def release_site(self, conn: sqlite3.Connection, site: str) -> None:
        """Let other runs crawl `site` again."""
        conn.execute("UPDATE sites SET holder = NULL WHERE id = ? AND holder = ?", (site, self.id))

    def withdraw(self, conn: sqlite3.Connection) -> None:
        """Remove the row of this run again: it was refused and has done nothing."""
        conn.execute("DELETE FROM runs WHERE id = ?", (self.id,))

    def end(
        self,
        conn: sqlite3.Connection,
        exit_code: int,
        reason: str,
        counts: Mapping[str, Any] | None = None,
    ) -> None:
        """Close the row of this run; leases still held are given back with their attempt.

        Without `counts` those that it noted last stay.
        """
        with transaction(conn):
            conn.execute(
                "UPDATE frontier SET attempts = max(attempts - 1, 0)"
                " WHERE run = ? AND state = 'leased'",
                (self.id,),
            )
            _let_go(conn, self.id)
            conn.execute(
                "UPDATE runs SET ended_at = ?, exit_code = ?, reason = ?,"
                " counts = coalesce(?, counts) WHERE id = ? AND ended_at IS NULL",
                (
                    moments.public(moments.now()),
                    exit_code,
                    reason,
                    None if counts is None else _json(counts),
                    self.id,
                ),
            )


def _is_unfinished(exit_code: int | None, reason: str | None) -> bool:
    return exit_code == RESUMABLE or reason == "died"


def _json(counts: Mapping[str, Any]) -> str:
    return json.dumps(dict(counts), ensure_ascii=False)


def _open_runs(conn: sqlite3.Connection) -> list[RunRow]:
    return _rows(conn.execute(f"SELECT {_COLUMNS} FROM runs WHERE ended_at IS NULL"))


def _open_run(conn: sqlite3.Connection, run: str) -> RunRow | None:
    query = f"SELECT {_COLUMNS} FROM runs WHERE id = ? AND ended_at IS NULL"
    return next(iter(_rows(conn.execute(query, (run,)))), None)


def is_at_work(conn: sqlite3.Connection, run: str) -> bool:
    """Tell whether a run, by its id, has not ended and its process is alive."""
    row = _open_run(conn, run)
    return row is not None and is_alive(row)


def _rows(rows: Iterable[Sequence[Any]]) -> list[RunRow]:
    names = _COLUMNS.split(", ")
    return [RunRow(**dict(zip(names, row, strict=True))) for row in rows]


def _let_go(conn: sqlite3.Connection, run: str) -> None:
    """Free what a run holds: leased rows, sites, hosts."""
    conn.execute(
        "UPDATE frontier SET state = 'ready', lease_until = NULL"
        " WHERE run = ? AND state = 'leased'",
        (run,),
    )
    conn.execute("UPDATE sites SET holder = NULL WHERE holder = ?", (run,))
    conn.execute("UPDATE hosts SET holder = NULL WHERE holder = ?", (run,))


def _take_over(conn: sqlite3.Connection, run: str, folder: Path) -> None:
    """End a dead run inside the caller's transaction; attempts of its leases stay counted.

    A page that kills the process would otherwise be fetched again at every start.
    """
    _let_go(conn, run)
    _check_captures(conn, run, folder / FOLDER)
    for path in sorted((folder / FOLDER).glob(f"mattran-*-{run}-*.warc.gz")):
        _cut(conn, path)
    conn.execute(
        "UPDATE runs SET ended_at = ?, reason = 'died' WHERE id = ?",
        (moments.public(moments.now()), run),
    )


def _check_captures(conn: sqlite3.Connection, run: str, folder: Path) -> None:
    """Read the newest raw records of a run, and further back as long as they are bad."""
    rows = conn.execute(
        "SELECT id, warc_file, warc_offset, warc_length, payload_sha256 FROM captures"
        " WHERE run = ? AND warc_file IS NOT NULL ORDER BY id DESC",
        (run,),
    ).fetchall()
    for number, (capture, *place, expected) in enumerate(rows, 1):
        if not is_sound(folder, Position(*place), expected):
            _requeue(conn, capture)
        elif number >= CHECKED_CAPTURES:
            break


def is_sound(folder: Path, position: Position, payload_sha256: str | None) -> bool:
    """Tell whether a raw record can be sought and read and has the body its capture names."""
    file, offset, length = position
    try:
        record = read_record(folder, file, offset)
    except BadRecordError:
        return False
    if (folder / file).stat().st_size < offset + length:
        return False
    return payload_sha256 is None or sha256(record.body) == payload_sha256


def _requeue(conn: sqlite3.Connection, capture: int) -> None:
    conn.execute(
        "UPDATE captures SET warc_file = NULL, warc_offset = NULL, warc_length = NULL WHERE id = ?",
        (capture,),
    )
    conn.execute(
        "UPDATE frontier SET state = 'ready', due = 0 WHERE state <> 'leased'"
        " AND id = (SELECT frontier FROM captures WHERE id = ?)",
        (capture,),
    )


def _cut(conn: sqlite3.Connection, path: Path) -> None:
    """Cut a file behind its last committed record; one without any goes."""
    end = conn.execute(
        "SELECT max(warc_offset + warc_length) FROM captures WHERE warc_file = ?", (path.name,)
    ).fetchone()[0]
    if end is None:
        path.unlink()
    elif path.stat().st_size > end:
        os.truncate(path, end)
