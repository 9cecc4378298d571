"""Whoever searches while a crawl writes is never refused, never waits, and sees whole articles."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from archive.reading import open_for_reading
from archive.search import count, facets, search
from tests.command import Mattran
from tests.replica import Replica, SiteSpec

QUERIES = (
    "mat tran to quoc",
    "đại đoàn kết",
    "uy ban OR phuong",
    '"nguoi ngheo"',
    "title:hoi nghi",
)
READERS = 4


@pytest.fixture(scope="module")
def replica():
    with Replica([SiteSpec(id="front", family="nukeviet", articles=150, traps=False)]) as replica:
        yield replica


class Reader(threading.Thread):
    """Searches in a loop with connections of its own, until told to stop."""

    def __init__(self, path: Path, stopped: threading.Event, rank: bool) -> None:
        super().__init__(daemon=True)
        self.path, self.stopped, self.rank = path, stopped, rank
        self.searches = self.found = 0
        self.errors: list[str] = []

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                with closing(open_for_reading(self.path)) as conn:
                    conn.execute("PRAGMA busy_timeout = 0")  # any lock is an error
                    for query in QUERIES:
                        self._search(conn, query)
            except Exception as error:  # noqa: BLE001 (whatever it is, it fails the test)
                self.errors.append(f"{type(error).__name__}: {error}")

    def _search(self, conn: sqlite3.Connection, query: str) -> None:
        conn.execute("BEGIN")
        hits = search(conn, query, rank=self.rank, limit=1000)
        number = count(conn, query, exactly=True).number
        by_site = dict(facets(conn, query, "site"))
        conn.execute("ROLLBACK")
        self.searches += 1
        self.found = max(self.found, len(hits))
        if not len(hits) == number == by_site.get("front", 0):
            self.errors.append(f"{query}: {len(hits)} shown, {number} counted, {by_site}")


def test_four_readers_search_through_a_whole_crawl(tmp_path, replica):
    mattran = Mattran(tmp_path, replica)
    assert mattran("crawl", "front", "--max-pages", "3").exit_code == 3
    stopped = threading.Event()
    readers = [Reader(mattran.db, stopped, rank=number % 2 == 0) for number in range(READERS)]
    for reader in readers:
        reader.start()
    crawled = mattran("crawl", "front", "--full")
    stopped.set()
    for reader in readers:
        reader.join(60)
    assert crawled.exit_code == 0, crawled.err
    assert [reader.errors for reader in readers] == [[]] * READERS
    assert all(reader.searches >= len(QUERIES) for reader in readers)
    assert mattran.value("SELECT count(*) FROM articles") == 150
    assert mattran.value("SELECT count(*) FROM keyed") == 150
    assert mattran.value("SELECT count(*) FROM pending") == 0
