"""One run of `mattran reextract`: site by site, page by page, from raw records, resumable.

Some processes read, this one writes, a batch of pages in each transaction. Killed anywhere, the
same command goes on behind the last batch, as long as the rules are still the same.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from archive import restating
from archive.connection import explained
from archive.errors import ArchiveLockedError
from archive.reading import open_for_reading
from archive.store import Archive
from archive.warc import FOLDER
from crawler.files.reading import link_and_read
from crawler.learning import template_of
from crawler.readers import Readers

if TYPE_CHECKING:
    import sqlite3
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archive.restating import Restatement
    from crawler.readers import Found, Job
    from crawler.registry import Site
    from crawler.stopsignal import StopSignal

DONE, FAILED, STOPPED, LOCKED = 0, 1, 3, 4

BATCH = 16  # pages a transaction; a process reads as many in about 0.1 s
WORTH_A_PROCESS = 100  # pages a process must have to read: it takes half a second to start

# Not the page's doing, but the archive's or ours: they make the run fail.
FAULTS = frozenset({"unreadable", "failed"})


class Watcher(Protocol):
    """Whoever is told how a run goes."""

    def result(self, site: str, result: Restatement) -> None:
        """Take what one page came to; it may be that nothing changes."""

    def progress(self, site: str, done: int, total: int, tally: Tally) -> None:
        """Take how far the run is on a site."""


@dataclass(slots=True)
class Tally:
    """What a run came to, in pages: `changed` are those of which people are told something."""

    pages: int = 0
    changed: int = 0
    revisions: int = 0
    refreshed: int = 0
    causes: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)

    def count(self, result: Restatement) -> None:
        """Count one page."""
        self.pages += 1
        self.changed += bool(result.changes or result.causes)
        self.revisions += result.makes_revision
        self.refreshed += result.refreshes
        self.causes += len(result.causes)
        self.fields.update(change.field for change in result.changes)
        if result.problem is not None:
            self.problems[result.problem] += 1

    def counts(self) -> dict[str, Any]:
        """Return the figures that the row of the run keeps."""
        return {
            "pages": self.pages,
            "changed": self.changed,
            "revisions": self.revisions,
            "refreshed": self.refreshed,
            "causes": self.causes,
            **{f"problem:{name}": number for name, number in self.problems.items()},
        }


@dataclass(slots=True)
class Outcome:
    """How a run ended.

    :ivar locked: sites that another run was working on.
    :ivar unknown: articles by site of which the registry has no row.
    :ivar before: pages that the run before, which stopped early, had read already.
    """

    exit_code: int = DONE
    tally: Tally = field(default_factory=Tally)
    locked: list[str] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be read again, and how.

    :ivar sites: by id, all that the registry has.
    :ivar named: the ids asked for; empty for all that the archive holds.
    :ivar workers: processes that read; with 1 the one that writes does.
    """

    sites: Mapping[str, Site]
    named: Sequence[str]
    workers: int
    arguments: Sequence[str]


def preview(db: Path, order: Order, stop: StopSignal, watcher: Watcher) -> Outcome:
    """Say what `reextract` would change; nothing is written and no lock taken."""
    outcome = Outcome()

    def compare(conn: sqlite3.Connection, found: Found) -> list[Restatement]:
        return [restating.restate(conn, *one, write=False) for one in found]

    with closing(open_for_reading(db)) as conn:
        conn.row_factory = None
        for site in _sites(conn, order, outcome):
            pages = restating.pages_of(conn, site.id)
            reading = _Reading(conn, db.parent / FOLDER, site, pages, order.workers)
            for results in reading.results(lambda found: compare(conn, found), stop):
                _tell(watcher, outcome, site, results, reading)
    _judge(outcome, stop)
    return outcome


def reextract(db: Path, order: Order, stop: StopSignal, watcher: Watcher) -> Outcome:
    """Read stored pages again with today's rules, and store what differs.

    Sites that another run is working on are left out, unless they were named.

    :raises ArchiveError: one line: a named site is locked, the disk is full, ...
    """
    with closing(open_for_reading(db)):
        pass  # an archive that is not there is not made
    with Archive.open(db, "reextract", order.arguments) as archive:
        return _Run(archive, order, stop, watcher).run()


class _Run:
    """A run that writes."""

    def __init__(self, archive: Archive, order: Order, stop: StopSignal, watcher: Watcher) -> None:
        self._archive = archive
        self._conn = archive.conn
        self._order = order
        self._stop = stop
        self._watcher = watcher
        self._outcome = Outcome()
        self._place: dict[str, Any] = {}

    def run(self) -> Outcome:
        outcome = self._outcome
        self._refuse_if_named_is_held()
        sites = list(_sites(self._conn, self._order, outcome))
        self._place = self._where_to_begin(sites)
        for site in sites:
            if self._stop.received:
                break
            if site.id not in self._place["done"]:
                self._take(site)
        _judge(outcome, self._stop)
        reason = {STOPPED: "signal", LOCKED: "locked"}.get(outcome.exit_code, "finished")
        link_and_read(self._archive, stop=lambda: self._stop.received is not None)
        self._archive.end(outcome.exit_code, reason, self._counts())
        return outcome

    def _refuse_if_named_is_held(self) -> None:
        try:
            for site in self._order.named:
                self._archive.run.refuse_if_held(self._conn, site)
        except ArchiveLockedError:
            self._archive.withdraw()
            raise

    def _where_to_begin(self, sites: Sequence[Site]) -> dict[str, Any]:
        """Return the place where the same command stopped early, if it read by the same rules."""
        rules = fingerprint(self._conn, sites)
        left = self._archive.run.left_off(self._conn)
        if left.get("rules") == rules:
            self._outcome.before = left.get("pages", 0) + left.get("before", 0)
            return {name: left[name] for name in ("rules", "done", "site", "after")}
        return {"rules": rules, "done": [], "site": None, "after": 0}

    def _counts(self) -> dict[str, Any]:
        return {**self._place, "before": self._outcome.before, **self._outcome.tally.counts()}

    def _take(self, site: Site) -> None:
        """Read a site's pages again, its lock held."""
        archive = self._archive
        try:
            archive.run.hold_site(self._conn, site.id)
        except ArchiveLockedError:
            self._outcome.locked.append(site.id)
            return
        try:
            with explained(self._conn):
                self._read(site)
        finally:
            with suppress(Exception):  # the end of the run does it, on a full disk the next one
                archive.run.release_site(self._conn, site.id)

    def _read(self, site: Site) -> None:
        after = self._place["after"] if self._place["site"] == site.id else 0
        pages = restating.pages_of(self._conn, site.id)
        reading = _Reading(
            self._conn, self._archive.folder, site, pages, self._order.workers, after=after
        )
        for results in reading.results(self._archive.restate, self._stop):
            self._place |= {"site": site.id, "after": reading.settled}
            _tell(self._watcher, self._outcome, site, results, reading)
            self._archive.run.note(self._conn, self._counts())
        if not self._stop.received:
            self._place["done"].append(site.id)


class _Reading:
    """The pages of one site on their way through the readers.

    `settled` is the last page up to which all have been compared, `done` the number of all that
    have, `total` that of all there are.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        folder: Path,
        site: Site,
        pages: array[int],
        workers: int,
        *,
        after: int = 0,
    ) -> None:
        self._conn = conn
        self._pages = [page for page in pages if page > after] if after else pages
        self._about = (folder, site, template_of(conn, site))
        self._workers = max(1, min(workers, len(self._pages) // WORTH_A_PROCESS))
        self._last: dict[int, int] = {}  # page of each batch that is not settled
        self._early: set[int] = set()  # batches that were compared before the one before
        self._next = 0
        self.settled = after
        self.total = len(pages)
        self.done = self.total - len(self._pages)

    def results(
        self, compare: Callable[[Found], list[Restatement]], stop: StopSignal
    ) -> Iterator[list[Restatement]]:
        """Yield what the pages came to, batch by batch, until a signal comes."""
        with Readers(*self._about, self._workers) as readers:
            for number, found in readers.read(self._batches()):
                results = compare(found)
                self._settle(number)
                self.done += len(found)
                yield results
                if stop.received:
                    return

    def _batches(self) -> Iterator[Job]:
        for number, start in enumerate(range(0, len(self._pages), BATCH)):
            batch = self._pages[start : start + BATCH]
            self._last[number] = batch[-1]
            subjects = (restating.subject(self._conn, page) for page in batch)
            yield [subject for subject in subjects if subject is not None]

    def _settle(self, number: int) -> None:
        self._early.add(number)
        while self._next in self._early:
            self._early.remove(self._next)
            self.settled = self._last.pop(self._next)
            self._next += 1


def _sites(conn: sqlite3.Connection, order: Order, outcome: Outcome) -> Iterator[Site]:
    """Yield the sites to be read, in the order of their ids; note those without a row."""
    found = [row[0] for row in conn.execute("SELECT id FROM sites ORDER BY id").fetchall()]
    for site in found:
        if order.named and site not in order.named:
            continue
        if site in order.sites:
            yield order.sites[site]
        elif articles := len(restating.pages_of(conn, site)):
            outcome.unknown[site] = articles


def _tell(
    watcher: Watcher,
    outcome: Outcome,
    site: Site,
    results: Iterable[Restatement],
    reading: _Reading,
) -> None:
    for result in results:
        outcome.tally.count(result)
        watcher.result(site.id, result)
    watcher.progress(site.id, reading.done, reading.total, outcome.tally)


def _judge(outcome: Outcome, stop: StopSignal) -> None:
    if stop.received:
        outcome.exit_code = STOPPED
    elif outcome.locked and not outcome.tally.pages:
        outcome.exit_code = LOCKED
    elif any(outcome.tally.problems[name] for name in FAULTS):
        outcome.exit_code = FAILED


def fingerprint(conn: sqlite3.Connection, sites: Iterable[Site]) -> str:
    """Return a hash of all that decides what is read from a page: code, rows, learned templates."""
    digest = blake2b(digest_size=8)
    for package in ("crawler.extraction", "spiders"):
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            for path in sorted(Path(folder).rglob("*.py")):
                digest.update(path.read_bytes())
    for site in sites:
        template = template_of(conn, site)
        digest.update(repr((site, template and template.version)).encode())
    return digest.hexdigest()
