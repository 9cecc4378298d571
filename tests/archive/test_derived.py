"""Derived indexes follow the articles in batches, and lose no page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import derived, duplicates, keys
from archive.derived import drain, ensure_current, mark, pending
from archive.errors import NotWritableError
from archive.store import Archive
from tests.archive.crawling import Crawl, an_article
from tests.searchable_archive import SearchableArchive


class Recording:
    """A derived index that only notes what it is told."""

    NAME = "recording"
    BATCH = 3

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.form = "1"
        self.cleared = 0
        self.fails = False

    def version(self) -> str:
        return self.form

    def update(self, _conn: sqlite3.Connection, pages: str) -> None:
        if self.fails:
            raise MemoryError
        self.batches.append(json.loads(pages))

    def clear(self, _conn: sqlite3.Connection) -> None:
        self.cleared += 1


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch) -> Recording:
    index = Recording()
    monkeypatch.setattr(derived, "INDEXES", (index,))
    return index


@pytest.fixture
def archive(tmp_path: Path, recording: Recording) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    yield sample
    sample.close()


def test_a_marked_page_is_done_once(archive: SearchableArchive, recording: Recording) -> None:
    for _ in range(3):
        mark(archive.conn, 7)
    assert pending(archive.conn, "recording") == 1
    assert drain(archive.conn) == 1
    assert recording.batches == [[7]]
    assert pending(archive.conn, "recording") == 0
    assert drain(archive.conn) == 0


def test_many_pages_are_done_in_batches(archive: SearchableArchive, recording: Recording) -> None:
    for page in range(8):
        mark(archive.conn, page)
    assert drain(archive.conn) == 8
    assert [len(batch) for batch in recording.batches] == [3, 3, 2]


def test_whoever_has_no_time_left_goes_on_later(
    archive: SearchableArchive, recording: Recording
) -> None:
    for page in range(8):
        mark(archive.conn, page)
    assert drain(archive.conn, 0.0) == 0
    assert drain(archive.conn, stop=lambda: len(recording.batches) == 1) == 3
    assert pending(archive.conn, "recording") == 5
    assert drain(archive.conn) == 5


def test_a_batch_that_fails_stays_marked(archive: SearchableArchive, recording: Recording) -> None:
    mark(archive.conn, 7)
    recording.fails = True
    with pytest.raises(MemoryError):
        drain(archive.conn)
    assert pending(archive.conn, "recording") == 1
    assert not archive.conn.in_transaction


def test_an_index_of_another_form_is_made_anew_once(
    archive: SearchableArchive, recording: Recording
) -> None:
    page = archive.publish("Đống Đa")
    ensure_current(archive.conn)
    drain(archive.conn)
    ensure_current(archive.conn)
    assert (recording.cleared, pending(archive.conn, "recording")) == (1, 0)
    recording.form = "2"
    ensure_current(archive.conn)
    assert recording.cleared == 2
    drain(archive.conn)
    assert recording.batches[-1] == [page]


def test_a_page_marks_itself_in_its_own_transaction(crawl: Crawl) -> None:
    page = crawl.see("7").page
    assert set(crawl.column("SELECT page FROM pending")) == {page}
    drain(crawl.conn)
    crawl.see("7", an_article(), at=1)
    assert crawl.column("SELECT page FROM pending") == []
    crawl.see("7", an_article(title="Khác"), at=2)
    assert set(crawl.column("SELECT page FROM pending")) == {page}


def test_a_crawl_drains_now_and_then(crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "BATCH", 3)
    monkeypatch.setattr(keys, "BATCH", 3)
    monkeypatch.setattr(duplicates, "BATCH", 5)
    left = []
    for number in range(7):
        crawl.see(str(number))
        left.append((pending(crawl.conn, "keys"), pending(crawl.conn, "duplicates")))
    # Five are a batch of duplicates; the sixth article is the next at which it is looked for.
    assert left == [(1, 1), (2, 2), (0, 3), (1, 4), (2, 5), (0, 1), (1, 2)]


def test_the_end_of_a_run_and_the_start_of_the_next_leave_nothing_pending(tmp_path: Path) -> None:
    path = tmp_path / "mattran.db"
    crawl = Crawl(path)
    crawl.see("7")
    crawl.archive.end(0, "finished")
    assert pending(crawl.conn, "keys") == 0
    mark(crawl.conn, crawl.value("SELECT id FROM pages"))
    crawl.close()
    with Archive.open(path, "crawl") as archive:
        assert pending(archive.conn, "keys") == 0


def test_a_run_ends_well_when_there_is_no_space_for_it(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise NotWritableError("no space is left")

    crawl.see("7")
    monkeypatch.setattr(derived, "drain", full)
    crawl.archive.end(0, "finished")
    assert crawl.value("SELECT exit_code FROM runs") == 0
