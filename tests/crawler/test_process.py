"""What the process of a crawl watches: that its run is still its own, its crawlers, its limits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.store import Archive
from crawler import process


@dataclass
class Watched:
    """What the process needs of a session."""

    archive: Archive | None = None
    limit_after: int = 1000
    stops: list[tuple[str, str]] = field(default_factory=list)
    broken: list[tuple[object, str]] = field(default_factory=list)

    def stop(self, reason: str, explanation: str = "") -> None:
        self.stops.append((reason, explanation))

    def broke(self, crawl: object, error: BaseException) -> None:
        self.broken.append((crawl, str(error)))

    def limit_reached(self) -> bool:
        self.limit_after -= 1
        return self.limit_after < 0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.01)


def test_a_run_another_took_for_dead_stops(tmp_path: Path):
    with Archive.open(tmp_path / "mattran.db", "crawl") as archive:
        watched = Watched(archive)
        archive.conn.execute("UPDATE runs SET ended_at = '2026-01-01T00:00:00+07:00'")
        asyncio.run(asyncio.wait_for(process._beat(watched), 10))
    assert watched.stops == [("error", "another run took this one for dead: it stops here")]


def test_a_living_run_goes_on_beating(tmp_path: Path):
    with Archive.open(tmp_path / "mattran.db", "crawl") as archive:
        archive.conn.execute("UPDATE runs SET beat = 0")
        watched = Watched(archive)
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(process._beat(watched), 0.05))
        assert archive.conn.execute("SELECT beat > 0 FROM runs").fetchone()[0]
    assert watched.stops == []


async def waited(watched: Watched, *crawlers: object) -> list[asyncio.Task[None]]:
    tasks = {asyncio.ensure_future(work): name for name, work in enumerate(crawlers)}
    await process._wait(watched, tasks)
    return list(tasks)


async def fails() -> None:
    raise ArchiveError("no spider")


async def works() -> None:
    await asyncio.sleep(0.05)


async def hangs() -> None:
    await asyncio.sleep(3600)


def test_a_crawler_that_fails_to_start_breaks_its_site_and_no_other():
    watched = Watched()
    asyncio.run(waited(watched, fails(), works()))
    assert watched.broken == [(0, "no spider")]
    assert watched.stops == []


def test_after_a_limit_the_crawlers_are_waited_for_no_longer_than_the_grace():
    watched = Watched(limit_after=2)

    async def run() -> list[bool]:
        tasks = await waited(watched, hangs())
        return [task.done() for task in tasks]

    assert asyncio.run(run()) == [False]
