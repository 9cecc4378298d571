"""One extractor over a folder of pages, in a process of its own: what it reads, its CPU time, its
peak memory. Needs nothing but lxml, so that it runs in the environment of the peers too.

The folder holds `jobs.jsonl` (one page a line) and the pages. One JSON object is printed a page,
then one for the process.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lxml import etree

from crawler import collector

Job = dict[str, Any]
Reading = dict[str, Any]  # text, lead, captions, title, date; what is missing was not found

WARM_UP = 3  # pages read before the clock counts: imports and caches of the first calls


class Engine(Protocol):
    """An extractor: what is timed, and what is asked of it beside."""

    def read(self, job: Job, page: bytes) -> Reading:
        """Return what the page says; timed."""
        ...

    def describe(self, job: Job, page: bytes) -> Reading:
        """Return fields that another call of the extractor gives; not timed."""
        ...


@dataclass(slots=True)
class Simple:
    """An engine of two functions."""

    read: Callable[[Job, bytes], Reading]
    describe: Callable[[Job, bytes], Reading] = field(default=lambda _job, _page: {})


def plain_parse(page: bytes) -> None:
    """What every time is held against: one parse by lxml, nothing read from it."""
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.fromstring(page, etree.HTMLParser(encoding="utf-8", huge_tree=True))


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call gives and its CPU milliseconds."""
    started = time.process_time()
    given = call()
    return given, 1000 * (time.process_time() - started)


def read_one(engine: Engine, job: Job, page: bytes, rounds: int) -> Reading:
    """Read a page `rounds` times, in turns with the plain parse; the best time of each counts."""
    found: Reading = {}
    best = best_parse = float("inf")
    for _ in range(rounds):
        _, parse_ms = timed(lambda: plain_parse(page))
        started = time.process_time()
        try:
            found = engine.read(job, page)
        except Exception as error:  # noqa: BLE001 - whatever an extractor raises, it found nothing
            found = {"error": f"{type(error).__name__}: {error}"[:200]}
        best = min(best, 1000 * (time.process_time() - started))
        best_parse = min(best_parse, parse_ms)
    with contextlib.suppress(Exception):
        found |= engine.describe(job, page)
    return {**found, "ms": best, "parse_ms": best_parse}


def run(engine: Engine, folder: Path, rounds: int = 1) -> None:
    """Read all pages of a folder and print what was found."""
    out = sys.stdout
    lines = (folder / "jobs.jsonl").read_text(encoding="utf-8").splitlines()
    jobs = [job for line in lines if (job := json.loads(line))["read"]]
    with contextlib.redirect_stdout(sys.stderr):  # some peers print
        for job in jobs[:WARM_UP]:
            read_one(engine, job, (folder / job["file"]).read_bytes(), 1)
        before = peak_mb()
        collector.look_less()  # as a crawl does, and the processes that read for `reextract`
        for job in jobs:
            found = read_one(engine, job, (folder / job["file"]).read_bytes(), rounds)
            print(json.dumps({"i": job["i"], **found}, ensure_ascii=False), file=out)
    print(json.dumps({"peak_mb": peak_mb(), "growth_mb": peak_mb() - before}), file=out)


def peak_mb() -> float:
    """Return the largest resident size of this process so far, in megabytes.

    `ru_maxrss` would not do: it begins with the size of the process that started this one.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
