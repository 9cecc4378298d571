"""Processes that read raw records again, beside the one that writes.

Each has a pipe of its own and holds one job at a time, so that no two wait for each other, and the
death of the parent ends them all. A page that kills its process is found out and named.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, cast

from archive.restating import Reread, Subject
from crawler import collector
from crawler.reextract import RawReader

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

    from crawler.extraction.template import Template
    from crawler.registry import Site

Job = Sequence[Subject]
Found = list[tuple[Subject, dict[int, Reread]]]

END_SECONDS = 2.0  # a process may take to end by itself
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

KILLED = Reread(problem="failed", detail="reading it ended the process (out of memory?)")


class Readers:
    """Up to `number` processes that read the pages of one site; with 1 this process reads.

    Close it, or use it in a `with` block. `template` is the boilerplate learned of the site.
    """

    def __init__(self, folder: Path, site: Site, template: Template | None, number: int) -> None:
        self._about = (folder, site, template)
        self._number = number
        self._processes: dict[Connection, SpawnProcess] = {}

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Found]]:
        """Yield the number of each job, from 0, with what its pages gave; as they come."""
        numbered = enumerate(jobs)
        if self._number > 1:
            yield from self._side_by_side(numbered)
            return
        reader = RawReader(*self._about)
        for number, job in numbered:
            yield number, [(page, reader.read(page)) for page in job]

    def _side_by_side(self, jobs: Iterator[tuple[int, Job]]) -> Iterator[tuple[int, Found]]:
        busy: dict[Connection, tuple[int, Job]] = {}
        for number, job in jobs:
            pipe = self._start()
            pipe.send(job)
            busy[pipe] = number, job
            if len(busy) == self._number:
                break
        while busy:
            for ready in wait(list(busy)):
                pipe = cast("Connection", ready)
                number, job = busy.pop(pipe)
                found = self._answer(pipe, job)
                if found is None:
                    found = self._one_by_one(job)
                    pipe = self._start()
                following = next(jobs, None)
                if following is not None:  # it reads on while the caller writes
                    pipe.send(following[1])
                    busy[pipe] = following
                yield number, found

    def _start(self) -> Connection:
        """Start another process and return its pipe."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, *self._about), daemon=True)
        process.start()
        theirs.close()
        self._processes[ours] = process
        return ours

    def _answer(self, pipe: Connection, job: Job) -> Found | None:
        """Return what a process made of its job; None when it died of it."""
        try:
            return list(zip(job, pipe.recv(), strict=True))
        except (EOFError, ConnectionError):
            self._end(pipe)
            return None

    def _one_by_one(self, job: Job) -> Found:
        """Read the pages of a job that ended a process, each by itself."""
        found: Found = []
        for page in job:
            pipe = self._start()
            pipe.send([page])
            answer = self._answer(pipe, [page])
            found += answer or [(page, dict.fromkeys(page.raws, KILLED))]
            if answer is not None:
                self._end(pipe)
        return found

    def _end(self, pipe: Connection) -> None:
        process = self._processes.pop(pipe)
        pipe.close()  # it ends when it has nothing to read any more
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()

    def close(self) -> None:
        """End all processes, in the midst of a page if need be."""
        for pipe in list(self._processes):
            self._end(pipe)


def serve(
    pipe: Connection, folder: Path, site: Site, template: Template | None
) -> None:  # pragma: no cover (in processes of their own)
    """Read jobs from a pipe and answer each, until its other end is closed."""
    for number in STOPPING:  # the parent says when to stop
        signal.signal(number, signal.SIG_IGN)
    reader = RawReader(folder, site, template)
    collector.look_less()
    try:
        while True:
            pipe.send([reader.read(page) for page in pipe.recv()])
    except (EOFError, ConnectionError):
        return
