"""A replica in a process of its own, and commands whose CPU time is counted apart from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

METERED = str(Path(__file__).with_name("metered.py"))
MATTRAN = [str(Path(sys.executable).with_name("mattran"))]


@dataclass(frozen=True, slots=True)
class Served:
    """A running replica: the address of each site and the registry file that lists them."""

    sites: dict[str, str]
    registry: Path


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended: its output, exit code, CPU seconds (user + system), peak memory."""

    output: str
    exit_code: int
    cpu: float
    peak_mb: float


@contextmanager
def replica(folder: Path, *options: str) -> Iterator[Served]:
    """Serve replica sites until the block ends.

    :param options: of `python -m tests.replica`.
    """
    registry = folder / "sites.toml"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.replica", "--registry", str(registry), *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = json.loads(process.stdout.readline()) if process.stdout else {}
        yield Served(told["sites"], registry)
    finally:
        process.terminate()
        process.wait()


def run(command: list[str], *, quiet: bool = False) -> Finished:
    """Run a command to its end and count what it alone has used.

    :param quiet: whether what it says on stderr is dropped.
    """
    # Compiled modules are kept, as on any machine but some build servers.
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as report:
        metered = [sys.executable, "-S", METERED, report.name, *command]
        finished = subprocess.run(
            metered,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
            env=environment,
            check=True,
        )
        return Finished(finished.stdout, **json.load(report))
