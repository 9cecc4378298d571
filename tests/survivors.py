"""Crawls that are killed, and what an archive must be like afterwards: for tests and benches."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from archive.content import sha256
from archive.warc import BadRecordError, read_record
from tests.command import Mattran
from tests.replica import Replica

MOST_REQUESTS = 40  # a run that is killed makes
PATIENCE = 60.0  # seconds, of a busy machine: what comes at all comes much sooner


@dataclass(slots=True)
class Killed:
    """How often a crawl was killed, how many requests were under way, how the last run ended."""

    kills: int = 0
    in_flight: int = 0
    exit_code: int | None = None


def kill_at_random(
    mattran: Mattran, replica: Replica, *arguments: str, kills: int, rng: random.Random
) -> Killed:
    """Start a crawl, kill -9 it, start it again, and so on; the last run comes to its end.

    Every fourth run, about, is killed while it starts, the others after some requests more.
    """
    found = Killed()
    while found.kills < kills:
        with mattran.running(*arguments) as process:
            if rng.random() < 0.25:
                time.sleep(rng.uniform(0.0, 0.8))
            else:
                hits = len(replica.hits()) + rng.randint(1, MOST_REQUESTS)
                wait_until(lambda: process.poll() is not None or len(replica.hits()) >= hits)  # noqa: B023
                time.sleep(rng.uniform(0.0, 0.02))
            found.exit_code = process.poll()
            if found.exit_code is not None:
                return found
            process.send_signal(signal.SIGKILL)
            process.wait()
        found.kills += 1
        found.in_flight += leases(mattran)
    found.exit_code = mattran(*arguments).exit_code
    return found


def leases(mattran: Mattran) -> int:
    """The rows a run is fetching now, or was fetching when it died."""
    if not mattran.db.exists() or not mattran.rows(
        "SELECT 1 FROM sqlite_master WHERE name = 'frontier'"
    ):
        return 0
    return int(str(mattran.value("SELECT count(*) FROM frontier WHERE state = 'leased'")))


def fetched_again(replica: Replica) -> int:
    """How many requests beyond the first the server saw for its pages, robots.txt left out."""
    seen = Counter((hit.site, hit.method, hit.path) for hit in replica.hits(robots=False))
    return sum(count - 1 for count in seen.values())


def complaints(mattran: Mattran) -> list[str]:
    """What is wrong with an archive no run works on; empty when it is sound."""
    found = [
        f"{name}: {count}" for name, sql in COUNTS.items() if (count := mattran.value(sql)) != 0
    ]
    if (answer := mattran.value("PRAGMA integrity_check")) != "ok":
        found.append(f"integrity_check: {answer}")
    return found + bad_records(mattran) + torn_files(mattran)


COUNTS = {
    "leases left": "SELECT count(*) FROM frontier WHERE state = 'leased'",
    "sites held": "SELECT count(*) FROM sites WHERE holder IS NOT NULL",
    "hosts held": "SELECT count(*) FROM hosts WHERE holder IS NOT NULL",
    "runs open": "SELECT count(*) FROM runs WHERE ended_at IS NULL",
    "pages with two first revisions": "SELECT count(*) FROM (SELECT 1 FROM revisions"
    " WHERE cause = 'first' GROUP BY page HAVING count(*) > 1)",
    "articles indexed too much or too little": "SELECT (SELECT count(*) FROM articles_fts)"
    " - (SELECT count(*) FROM articles)",
    "articles without their keys": "SELECT count(*) FROM articles a JOIN pages p ON p.id = a.id"
    " LEFT JOIN keyed k ON k.page = p.id AND k.sid = p.sid AND k.revision = p.current_revision"
    " WHERE k.page IS NULL",
    "keys without their article": "SELECT count(*) FROM keyed"
    " WHERE page NOT IN (SELECT id FROM articles)",
    "pages pending": "SELECT count(*) FROM pending",
}


def bad_records(mattran: Mattran) -> list[str]:
    """The captures whose raw record cannot be sought and read, or is not what they say."""
    folder = mattran.db.parent / "warc"
    rows = mattran.rows(
        "SELECT warc_file, warc_offset, payload_sha256 FROM captures WHERE warc_offset IS NOT NULL"
    )
    problems = ((tuple(row), problem_of(folder, *row)) for row in rows)
    return [f"{place}: {problem}" for place, problem in problems if problem]


def torn_files(mattran: Mattran) -> list[str]:
    """The raw files that go on behind the last record the archive knows."""
    ends = mattran.rows(
        "SELECT warc_file, max(warc_offset + warc_length) AS end FROM captures GROUP BY warc_file"
    )
    known = {row["warc_file"]: row["end"] for row in ends}
    return [
        f"{path.name} is {path.stat().st_size} bytes long, known are {known.get(path.name)}"
        for path in sorted((mattran.db.parent / "warc").glob("*"))
        if path.stat().st_size != known.get(path.name)
    ]


def problem_of(folder: Path, file: str, offset: int, expected: str | None) -> str | None:
    try:
        record = read_record(folder, file, offset)
    except BadRecordError as error:
        return str(error)
    if expected is not None and sha256(record.body) != expected:
        return "another body"
    return None


def missing_or_twice(mattran: Mattran, replica: Replica) -> list[str]:
    """The articles that are published and not archived once, and those archived unpublished."""
    found = []
    for name, site in replica.sites.items():
        rows = mattran.rows("SELECT title FROM articles WHERE site = ?", name)
        archived = Counter(row["title"] for row in rows)
        published = Counter(truth.title for truth in site.truth())
        found += [f"{name}: {title}" for title in (archived - published) + (published - archived)]
    return found


def wait_until(true: object, seconds: float = PATIENCE) -> None:
    """Wait until `true()` is; fail after `seconds`."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)
