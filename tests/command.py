"""The real command in a process of its own, beside a replica: what end-to-end tests are made of."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.replica import Replica

MATTRAN = Path(sys.executable).with_name("mattran")
TIMEOUT = 300.0  # seconds, of a busy machine


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended."""

    exit_code: int
    out: str
    err: str


class Mattran:
    """`mattran` with its own archive and the registry of a replica.

    :param folder: where archive and registry are made.
    :param keys: registry keys for every row, e.g. `delay=0.3`.
    """

    def __init__(self, folder: Path, replica: Replica, **keys: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.db = folder / "mattran.db"
        self.registry = replica.registry(folder / "sites.toml", **keys)

    @classmethod
    def of(cls, folder: Path, registry: Path) -> Mattran:
        """Return `mattran` with an archive in `folder` and a registry that is there already."""
        found = cls.__new__(cls)
        found.folder, found.db, found.registry = folder, folder / "mattran.db", registry
        return found

    def command(self, *arguments: str) -> list[str]:
        """Return the command line."""
        return [str(MATTRAN), "--db", str(self.db), "--sites", str(self.registry), *arguments]

    def __call__(self, *arguments: str, **environment: str) -> Finished:
        """Run the command to its end."""
        done = subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env={**os.environ, **environment},
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run the command beside the test; it is killed when the block ends."""
        process = subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return what the archive answers to a query."""
        with closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as conn:
            conn.row_factory = sqlite3.Row
            return conn.execute(sql, values).fetchall()

    def value(self, sql: str, *values: object) -> object:
        """Return the first column of the first row."""
        return self.rows(sql, *values)[0][0]

    def write(self, sql: str, *values: object) -> None:
        """Change the archive behind the back of the command."""
        with closing(sqlite3.connect(self.db, timeout=30)) as conn, conn:
            conn.execute(sql, values)
