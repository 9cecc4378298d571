"""One run of `mattran recover`: what public web archives hold of a site that is gone comes home.

First the index is asked what there is, then capture after capture is fetched, lists before
articles, and stored with the archive's own dates. Killed anywhere, the same command goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from archive import moments
from archive.errors import ArchiveLockedError, UsageError
from archive.holdings import FOLDER, Holding, Holdings, Month, State
from archive.store import Archive
from crawler import settings
from crawler.files.reading import link_and_read
from crawler.gate import RETRY_SECONDS, Gate
from crawler.intake import Intake, Place, Places, is_document, is_page
from crawler.registry_values import is_loopback
from crawler.web_archive import (
    DownError,
    FailedError,
    NotHeldError,
    StoppedError,
    WebArchive,
    question_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from archive.foreign import Response
    from crawler.registry import Site
    from crawler.stopsignal import StopSignal

DONE, FAILED, STOPPED = 0, 1, 3

NOTE_SECONDS = 30.0  # between two signs of life
NAP_SECONDS = 0.5  # how long a signal may go unnoticed
CONTACT_HELP = (
    "no contact is known, and the web archive must be able to reach you: type"
    " `export MATTRAN_CONTACT=you@example.org` or add `--contact you@example.org`"
)

# Statuses worth a request: pages, and those that say when one had gone. 0: a repeated page.
WORTH = frozenset({0, 200, 404, 410})


class Watcher(Protocol):
    """Whoever is told how a run goes."""

    def indexed(self, captures: int) -> None:
        """Take how many captures the index has named."""

    def progress(self, done: int, total: int) -> None:
        """Take how many captures have been settled."""

    def paused(self, seconds: float) -> None:
        """Take that the archive asked for a rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be recovered, and from where."""

    site: Site
    sites: dict[str, Site]
    endpoint: str
    contact: str | None
    arguments: Sequence[str]


@dataclass(slots=True)
class Outcome:
    """How a run ended: its figures, and the coverage month by month."""

    exit_code: int = DONE
    counts: Counter[str] = field(default_factory=Counter)
    months: list[Month] = field(default_factory=list)
    articles: dict[str, int] = field(default_factory=dict)
    wanted: int = 0
    problem: str = ""


def agent_of(endpoint: str, contact: str | None) -> str:
    """Return the User-Agent with its contact.

    :raises UsageError: without one, when the archive is not on this machine.
    """
    if contact:
        return f"{settings.USER_AGENT} (+{contact})"
    if not is_loopback(urlsplit(endpoint).hostname or ""):
        raise UsageError(CONTACT_HELP)
    return f"{settings.USER_AGENT} (loopback)"


class Sleeper:
    """Sleeps, unless a signal comes."""

    def __init__(self, stop: StopSignal) -> None:
        self._stop = stop

    def __call__(self, seconds: float) -> bool:
        """Wait so many seconds; False when a signal came."""
        until = time.monotonic() + seconds
        while not self._stop.received and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, NAP_SECONDS))
        return not self._stop.received


class Recovery:
    """The recovery of one site from one web archive."""

    def __init__(
        self, order: Order, holdings: Holdings, stop: StopSignal, watcher: Watcher
    ) -> None:
        self.site = order.site
        self._places = Places(order.sites)
        self._holdings = holdings
        self._stop = stop
        self._watcher = watcher
        self.outcome = Outcome()
        agent = agent_of(order.endpoint, order.contact)
        self.source = WebArchive(
            order.endpoint, agent, sleep=Sleeper(stop), on_pause=watcher.paused
        )

    # -- what there is

    def ask(self) -> None:
        """Ask the index for all hosts of the site; what was answered before is not asked again."""
        for question in self._questions():
            while (resume := self._holdings.resume_of(question)) is not None:
                found, goes_on = self.source.index(question, resume)
                self._holdings.add(question, map(self._judged, found), goes_on)
                self._watcher.indexed(self._holdings.total())

    def _questions(self) -> Iterator[str]:
        site = self.site
        first = site.valid_from.strftime("%Y%m%d") if site.valid_from else ""
        last = site.valid_to.strftime("%Y%m%d") if site.valid_to else ""
        # An index takes a host with and without www. for one; ports of this machine count.
        hosts = {host.removeprefix("www.") for host in site.hosts}
        for host in sorted(hosts):
            yield question_of(host, site.folder, first, last)

    def _judged(self, holding: Holding) -> tuple[Holding, int, State]:
        place = self._place(holding)
        if place is None:
            return holding, 1, "left-out"
        return holding, place.order, "wanted"

    def _place(self, holding: Holding) -> Place | None:
        kind = "" if holding.content_type in ("warc/revisit", "-") else holding.content_type
        is_file = is_document(holding.status or 0, kind, holding.url)
        if holding.status not in WORTH or not (is_file or is_page(holding.status or 200, kind)):
            return None
        try:
            day = moments.day_of(holding.moment)
        except ValueError:
            return None
        place = self._places.of(holding.url, day, is_file=is_file)
        return place if isinstance(place, Place) and place.site == self.site.id else None

    # -- taking it

    def take(self, archive: Archive, intake: Intake) -> None:
        """Fetch and store what is wanted."""
        total, noted = self._holdings.total(), time.monotonic()
        last: tuple[Holding, Response] | None = None
        for holding in self._holdings.next():
            if self._stop.received:
                raise StoppedError
            place = self._place(holding)
            if place is None:  # the row of the site was edited meanwhile
                self._holdings.settle(holding, "left-out")
                continue
            last = self._settle(intake, holding, place, last) or last
            self._watcher.progress(total - self._holdings.wanted(), total)
            if time.monotonic() - noted > NOTE_SECONDS:
                noted = time.monotonic()
                archive.run.note(archive.conn, dict(self.outcome.counts))

    def _settle(
        self,
        intake: Intake,
        holding: Holding,
        place: Place,
        last: tuple[Holding, Response] | None,
    ) -> tuple[Holding, Response] | None:
        if intake.has(place, holding.moment, holding.status):
            self._holdings.settle(holding, "taken", "known")
            return None
        try:
            response = _again(holding, last) or self.source.capture(holding)
        except NotHeldError as error:
            self._holdings.settle(holding, "missing", str(error))
            return None
        except FailedError as error:
            self._holdings.settle(holding, "failed", str(error))
            return None
        address = f"{self.source.endpoint}/web/{holding.timestamp}/{holding.url}"
        intake.take(place, holding.moment, response, address)
        self._holdings.settle(holding, "taken")
        return holding, response

    def report(self) -> None:
        """Sum up what the archive holds and what became of it."""
        outcome = self.outcome
        outcome.months = self._holdings.months()
        outcome.wanted = self._holdings.wanted()
        outcome.counts["requests"] = self.source.requests


def _again(holding: Holding, last: tuple[Holding, Response] | None) -> Response | None:
    """Return the capture before, if the index says that this one has the very same bytes."""
    if last is None:
        return None
    before, response = last
    same = (before.url, before.digest) == (holding.url, holding.digest)
    return response if same and holding.digest and holding.status in (0, before.status) else None


def plan(order: Order, stop: StopSignal, watcher: Watcher) -> Outcome:
    """Ask the index only, and say what `recover` would fetch; nothing is written."""
    with closing(Holdings(None)) as holdings:
        recovery = Recovery(order, holdings, stop, watcher)
        try:
            recovery.ask()
        except StoppedError:
            pass
        except FailedError as error:
            recovery.outcome.exit_code = FAILED
            recovery.outcome.problem = f"{error}: try again later"
        recovery.report()
    if stop.received:
        recovery.outcome.exit_code = STOPPED
    return recovery.outcome


def recover(db: Path, order: Order, stop: StopSignal, watcher: Watcher) -> Outcome:
    """Recover a site into the archive, which is made if need be.

    :raises ArchiveError: one line: another run asks the same web archive, the disk is full, ...
    """
    host = urlsplit(order.endpoint).netloc.lower().replace(":", "_")
    path = db.absolute().parent / FOLDER / f"{order.site.id}@{host}.sqlite"
    agent_of(order.endpoint, order.contact)  # refused before anything is made
    with (
        Archive.open(db, "recover", order.arguments, order.contact or "") as archive,
        closing(Holdings(path)) as holdings,
    ):
        recovery = Recovery(order, holdings, stop, watcher)
        gate = Gate(archive.conn, archive.run.id)
        try:
            _enter(gate, recovery.source.host, Sleeper(stop))
        except ArchiveLockedError:
            archive.withdraw()
            raise
        _run(archive, recovery, holdings)
        recovery.outcome.articles = _articles_by_month(archive, order.site.id)
        gate.leave([recovery.source.host], 0.0)
        outcome = recovery.outcome
        reason = "signal" if outcome.exit_code == STOPPED else "finished"
        link_and_read(archive, [order.site.id], stop=lambda: stop.received is not None)
        archive.end(outcome.exit_code, reason, dict(outcome.counts))
    return outcome


def _run(archive: Archive, recovery: Recovery, holdings: Holdings) -> None:
    outcome = recovery.outcome
    try:
        with Intake(archive, recovery.site) as intake:
            outcome.counts = intake.counts
            holdings.begin()
            recovery.ask()
            recovery.take(archive, intake)
    except StoppedError:
        outcome.exit_code = STOPPED
    except (DownError, FailedError) as error:
        outcome.exit_code, outcome.problem = FAILED, str(error)
    recovery.report()
    if any(month.failed for month in outcome.months):
        outcome.exit_code = outcome.exit_code or FAILED


def _enter(gate: Gate, host: str, sleep: Sleeper) -> None:
    """Be the only run that asks a web archive, and not before its last 429 is over.

    :raises ArchiveLockedError: another run is at it.
    """
    gate.register(host, "host")
    while (wait := gate.enter([host])) > 0:
        if wait == RETRY_SECONDS:
            raise ArchiveLockedError(f"another run is asking {host}: wait for it or stop it")
        if not sleep(wait):
            return


def _articles_by_month(archive: Archive, site: str) -> dict[str, int]:
    return dict(
        archive.conn.execute(
            "SELECT substr(captured_at, 1, 7), count(DISTINCT page) FROM captures"
            " WHERE site = ? AND kind = 'article' GROUP BY 1",
            (site,),
        ).fetchall()
    )
