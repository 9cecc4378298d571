"""What four readers who search in a loop cost a crawl, and what they see of it.

    python -m bench.readers [--articles 1500] [--rounds 2]

Readers take processors from a crawl wherever they read: that says nothing about the archive. So
each round crawls the replica's bench site with the readers at the growing archive, and with the
same readers at a copy of a finished one; the bar is on the ratio of the two, of seconds and of CPU
time a page. Beside it stand a crawl alone, and one with readers who each search twice a second:
what four people at their screens cost it. Readers never wait for a lock: any is an error.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread

from archive.reading import open_for_reading
from archive.search import count, search
from bench.served import MATTRAN, Served, replica, run

BAR = 1.10
READERS = 4
PACE = 0.5  # seconds between two searches of a reader who thinks
QUERIES = ("mat tran to quoc", "đại đoàn kết", "uy ban OR phuong", '"nguoi ngheo"', "title:hoi")
FIRST_ARTICLES = 50  # before these are stored there is nothing to read


@dataclass
class Crawled:
    """One crawl: seconds, CPU milliseconds a page, the longest log, and what readers met."""

    seconds: float
    cpu: float
    log_mb: float = 0.0
    searches: int = 0
    errors: list[str] = field(default_factory=list)


def read(path: str, pace: float, stopped: Event, told: multiprocessing.Queue[object]) -> None:
    """Search in a loop until told to stop, each time through a connection of its own."""
    searches, errors = 0, list[str]()
    for query in cycle(QUERIES):
        if stopped.wait(pace) if pace else stopped.is_set():
            break
        try:
            with closing(open_for_reading(Path(path))) as conn:
                conn.execute("PRAGMA busy_timeout = 0")
                conn.execute("BEGIN")
                hits = search(conn, query, rank=searches % 2 == 0)
                if len(hits) > count(conn, query).number:
                    errors.append(f"{query}: more shown than found")
                searches += 1
        except Exception as error:  # noqa: BLE001 (whatever it is, the bench tells it)
            errors.append(f"{type(error).__name__}: {error}")
    told.put((searches, errors))


@contextmanager
def readers(path: Path | None, pace: float, crawled: Crawled) -> Iterator[None]:
    """Let four readers read an archive until the block ends."""
    if path is None:
        yield
        return
    context = multiprocessing.get_context("spawn")
    stopped, told = context.Event(), context.Queue()
    processes = [
        context.Process(target=read, args=(str(path), pace, stopped, told)) for _ in range(READERS)
    ]
    for process in processes:
        process.start()
    yield
    stopped.set()
    for _ in processes:
        searches, errors = told.get()
        crawled.searches += searches
        crawled.errors += errors
    for process in processes:
        process.join()


def crawl(
    served: Served, folder: Path, *, at: Path | None = None, pace: float = 0.0, shared: bool = False
) -> Crawled:
    """Crawl the site to its end, from its first articles on with readers at `at`, or (`shared`) at
    the archive itself.
    """
    folder.mkdir()
    db = folder / "mattran.db"
    command = [*MATTRAN, "--db", str(db), "--sites", str(served.registry), "crawl", "bench"]
    run([*command, "--full", "--max-pages", str(FIRST_ARTICLES)])
    before = _pages(db)
    crawled = Crawled(0, 0)
    ended = multiprocessing.Event()
    log = Thread(target=_watch_log, args=(db, ended, crawled))
    log.start()
    with readers(db if shared else at, pace, crawled):
        started = time.monotonic()
        finished = run([*command, "--full"])
        crawled.seconds = time.monotonic() - started
    ended.set()
    log.join()
    if finished.exit_code:
        sys.exit(f"mattran crawl ended with {finished.exit_code}: {finished.output}")
    crawled.cpu = 1000 * finished.cpu / (_pages(db) - before)
    return crawled


def _pages(db: Path) -> int:
    with closing(sqlite3.connect(db)) as conn:
        return int(conn.execute("SELECT count(*) FROM captures").fetchone()[0])


def _watch_log(db: Path, ended: Event, crawled: Crawled) -> None:
    log = db.with_name(f"{db.name}-wal")
    while not ended.wait(0.1):
        if log.exists():
            crawled.log_mb = max(crawled.log_mb, log.stat().st_size / 1e6)


def one_round(articles: int) -> dict[str, Crawled]:
    """Return the crawls of one round by what the readers did."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = ("--sites", "bench", "--bench", "--articles", str(articles))
        with replica(folder, *options) as served:
            alone = crawl(served, folder / "alone")
            copy = folder / "copy.db"
            shutil.copy(folder / "alone" / "mattran.db", copy)
            return {
                "alone": alone,
                "paced": crawl(served, folder / "paced", pace=PACE, shared=True),
                "at a copy": crawl(served, folder / "copied", at=copy),
                "at the archive": crawl(served, folder / "shared", shared=True),
            }


def main() -> None:
    """Measure and print; exit 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=2)
    told = parser.parse_args()
    ratios = {"seconds": list[float](), "CPU": list[float](), "seconds, paced": list[float]()}
    errors = list[str]()
    for number in range(told.rounds):
        found = one_round(told.articles)
        for name, one in found.items():
            row = {"round": number + 1, "readers": name, "seconds": round(one.seconds, 2)}
            more = {"cpu_ms": round(one.cpu, 2), "log_mb": round(one.log_mb, 1)}
            print(json.dumps({**row, **more, "searches": one.searches, "errors": len(one.errors)}))
            errors += one.errors
        shared, copied = found["at the archive"], found["at a copy"]
        ratios["seconds"].append(shared.seconds / copied.seconds)
        ratios["CPU"].append(shared.cpu / copied.cpu)
        ratios["seconds, paced"].append(found["paced"].seconds / found["alone"].seconds)
    middle = {name: statistics.median(values) for name, values in ratios.items()}
    listed = ", ".join(f"{name} {value:.2f} x" for name, value in middle.items())
    print(f"a crawl with four readers: {listed} (bar {BAR}); {len(errors)} errors")
    for error in sorted(set(errors))[:5]:
        print(f"  {error}")
    sys.exit(bool(errors) or max(middle.values()) > BAR)


if __name__ == "__main__":
    main()
