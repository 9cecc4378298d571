"""One run of `mattran import`: WARC and WACZ files from anywhere become captures with their dates.

The files are read twice: once for what they hold, once in the order in which it is wanted, lists
before articles. Killed anywhere, the same command takes what is not in the archive yet.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from archive import moments, past
from archive.connection import explained
from archive.content import sha256
from archive.errors import ArchiveLockedError
from archive.foreign import BrokenFileError, Part, opened
from archive.import_plan import Plan
from archive.reading import open_for_reading
from archive.store import Archive
from crawler.files.reading import link_and_read
from crawler.intake import (
    FILES_LAST,
    Intake,
    Place,
    Places,
    fetch_of,
    is_document,
    is_page,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from archive.foreign import Entry, Response
    from archive.import_plan import Planned
    from crawler.registry import Site
    from crawler.stopsignal import StopSignal

DONE, FAILED, STOPPED, LOCKED = 0, 1, 3, 4

FIRST_CAPTURES = moments.epoch_of("1996-01-01T00:00:00+00:00")  # the Internet Archive's: May 1996
MOST_NAMED = 10  # unreadable records; the others are counted
NOTE_SECONDS = 30.0  # between two signs of life
SILENT = frozenset({"request", "warcinfo", "metadata", "unknown"})  # types nobody misses


class Watcher(Protocol):
    """Whoever is told how a run goes."""

    def scanned(self, name: str, records: int) -> None:
        """Take how many records of a file have been looked at."""

    def progress(self, site: str, done: int, total: int) -> None:
        """Take how many records of a site have been taken."""


@dataclass(slots=True)
class Outcome:
    """How a run ended.

    :ivar sites: what it came to, site by site: `captures`, `articles`, `revisions`, `known`, ...
    :ivar hosts: records by host that no site of the registry has.
    :ivar skipped: records by the reason why they were left out.
    :ivar broken: what could not be read to its end, one line a file.
    :ivar altered: records taken whose bytes are not those that their own digest was made of.
    """

    exit_code: int = DONE
    sites: dict[str, Counter[str]] = field(default_factory=dict)
    hosts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    altered: int = 0

    def total(self, name: str) -> int:
        """Return a figure over all sites."""
        return sum(counts[name] for counts in self.sites.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be imported: `named` are the only sites wanted, all when empty."""

    files: Sequence[Path]
    sites: Mapping[str, Site]
    named: Sequence[str]
    arguments: Sequence[str]


class Importer:
    """The files of one run, looked through; `with` closes them.

    :raises UsageError: a file is neither WARC nor WACZ.
    """

    def __init__(self, order: Order, scratch: Path, watcher: Watcher, stop: StopSignal) -> None:
        self._order = order
        self._scratch = scratch
        self._watcher = watcher
        self._stop = stop
        self._stack = ExitStack()
        self._plan = Plan()
        self._parts: list[Part] = []
        self._places = Places(order.sites, order.named)
        self._noted = time.monotonic()
        self.outcome = Outcome()

    def __enter__(self) -> Importer:
        return self

    def __exit__(self, *_: object) -> None:
        self._plan.close()
        self._stack.close()

    # -- what there is

    def scan(self) -> None:
        """Look through all files."""
        for path in self._order.files:
            self._parts += opened(path, self._scratch, self._stack)
        for number, part in enumerate(self._parts):
            if not self._stop.received:
                self._scan(number, part)
        self.outcome.skipped["answers to forms"] += self._plan.drop_forms()

    def _scan(self, number: int, part: Part) -> None:
        try:
            for count, entry in enumerate(part.entries(), 1):
                self._look_at(entry, number)
                if count % 1000 == 0:
                    self._watcher.scanned(part.name, count)
                    if self._stop.received:
                        return
        except BrokenFileError as error:
            self.outcome.broken.append(str(error))

    def _look_at(self, entry: Entry, part: int) -> None:
        if entry.kind == "request" and entry.method not in ("GET", ""):
            self._plan.add_form(entry)
        if not entry.url:
            if entry.kind not in SILENT:
                self.outcome.skipped[f"records of type {entry.kind}"] += 1
            return
        place = self._place(entry)
        if isinstance(place, Place):
            self._plan.add(entry, part, place.site, place.order)
        elif place:
            self.outcome.skipped[place] += 1

    def _place(self, entry: Entry) -> Place | str:
        """Return the place of a record, or why it is left out; empty where that is told apart."""
        if not self._places.knows(entry.url):
            self.outcome.hosts[(urlsplit(entry.url).hostname or "?").lower()] += 1
            return ""
        if entry.not_modified:
            return "not modified since"
        if misdated := _misdated(entry.date):
            return misdated
        day = moments.day_of(entry.date)
        if is_document(entry.status, entry.content_type, entry.url):
            return self._places.of(entry.url, day, is_file=True)
        if entry.kind == "response" and not is_page(entry.status, entry.content_type):
            return "files and parts of pages"
        place = self._places.of(entry.url, day)
        return "files and parts of pages" if place == "a file" else place

    # -- taking it

    def run(self, archive: Archive) -> Outcome:
        """Take everything into the archive, site by site."""
        for site, total in self._plan.sites().items():
            if self._stop.received:
                break
            try:
                intake = Intake(archive, self._order.sites[site])
            except ArchiveLockedError:
                self.outcome.locked.append(site)
                continue
            with intake:
                self.outcome.sites[site] = intake.counts
                self._take(archive, intake, total)
        link_and_read(archive, stop=lambda: self._stop.received is not None)
        self._judge()
        archive.end(self.outcome.exit_code, self._reason(), self._figures())
        return self.outcome

    def _take(self, archive: Archive, intake: Intake, total: int) -> None:
        for number, record in enumerate(self._plan.records(intake.site.id), 1):
            if self._stop.received:
                return
            response = self._response(record)
            if response is not None:
                place = _place_of(self._places, intake.site, record)
                assert isinstance(place, Place)  # noqa: S101 (it was one when it was planned)
                intake.take(place, record.date, response, self._source(record))
            self._watcher.progress(intake.site.id, number, total)
            if time.monotonic() - self._noted > NOTE_SECONDS:
                self._noted = time.monotonic()
                archive.run.note(archive.conn, self._figures())

    def _source(self, record: Planned) -> str:
        return f"{self._parts[record.part].name} {record.id}".strip()

    def _response(self, record: Planned) -> Response | None:
        if record.part < 0:
            self.outcome.skipped["revisits of what is in none of the files"] += 1
            return None
        part = self._parts[record.part]
        try:
            response = part.response(record.offset)
        except ValueError as error:
            self.outcome.skipped["unreadable"] += 1
            if len(self.outcome.broken) < MOST_NAMED:
                self.outcome.broken.append(f"{part.name}, byte {record.offset}: {error}")
            return None
        self.outcome.altered += response.altered
        return response

    def preview(self, conn: sqlite3.Connection | None) -> Outcome:
        """Count what `run` would take; `conn` reads the archive, None when there is none yet."""
        for site in self._plan.sites():
            counts = self.outcome.sites[site] = Counter()
            twice: set[tuple[object, ...]] = set()
            for record in self._plan.records(site):
                response = self._response(record)
                place = _place_of(self._places, self._order.sites[site], record)
                if response is None or isinstance(place, str):
                    continue
                told = (place.link.url, int(record.date), response.status, sha256(response.body))
                is_known = told in twice or (
                    conn is not None and _is_known(conn, place, record, response)
                )
                twice.add(told)
                counts["known" if is_known else "captures"] += 1
                if self._stop.received:
                    break
        self._judge()
        return self.outcome

    def _judge(self) -> None:
        outcome = self.outcome
        if self._stop.received:
            outcome.exit_code = STOPPED
        elif outcome.broken:
            outcome.exit_code = FAILED
        elif outcome.locked:
            outcome.exit_code = LOCKED

    def _reason(self) -> str:
        return {STOPPED: "signal", LOCKED: "locked"}.get(self.outcome.exit_code, "finished")

    def _figures(self) -> dict[str, int]:
        names = ("captures", "articles", "revisions", "known", "failed")
        return {name: self.outcome.total(name) for name in names}


def _place_of(places: Places, site: Site, record: Planned) -> Place | str:
    return places.reader(site).place(record.url, is_file=record.turn == FILES_LAST)


def _is_known(conn: sqlite3.Connection, place: Place, record: Planned, response: Response) -> bool:
    claim = past.claim_of(conn, place.site, place.link, is_front=place.is_front)
    return past.is_stored(conn, claim, fetch_of(place.link, record.date, response, ""))


def import_files(
    db: Path, order: Order, stop: StopSignal, watcher: Watcher, *, contact: str = ""
) -> Outcome:
    """Import files into the archive, which is made if need be.

    :raises ArchiveError: one line: a file is no WARC, the disk is full, ...
    """
    scratch = db.absolute().parent
    scratch.mkdir(parents=True, exist_ok=True)
    with explained(db), Importer(order, scratch, watcher, stop) as importer:
        importer.scan()
        with Archive.open(db, "import", order.arguments, contact) as archive:
            return importer.run(archive)


def preview(db: Path, order: Order, stop: StopSignal, watcher: Watcher, scratch: Path) -> Outcome:
    """Say what an import would bring; nothing is written but copies in `scratch`."""
    with Importer(order, scratch, watcher, stop) as importer:
        importer.scan()
        if not db.exists():
            return importer.preview(None)
        with closing(open_for_reading(db)) as conn:
            conn.row_factory = None
            return importer.preview(conn)


def _misdated(date: float) -> str:
    """Return what is wrong with the date of a record; empty when nothing is."""
    if not date:
        return "without a date"
    # Taken from a wrong clock it would stay the newest capture of its page, or the first.
    if date < FIRST_CAPTURES:
        return "dated before there were web archives"
    return "dated in the future" if date > moments.now() + moments.DAY else ""
