"""The one writer: a page, its capture, revision, links and done mark in ONE transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import (
    absence,
    addresses,
    captures,
    derived,
    disappearance,
    erasing,
    files,
    index,
    moments,
    page_sums,
    restating,
    revisions,
    twins,
    visits,
    warc_files,
    withdrawals,
)
from archive.connection import WAIT_SECONDS, explained, open_for_writing, transaction
from archive.errors import ArchiveLockedError, LeaseLostError, NotWritableError
from archive.frontier import Frontier, Outcome
from archive.links import LISTS, listed, request_key
from archive.locks import ArchiveLock
from archive.page import Article, Claim, Failure, Fetch, Page
from archive.redaction import redacted
from archive.revisions import Reading
from archive.runs import Run
from archive.visibility import catch_up, reindexed
from archive.warc import FOLDER, BadRecordError, RawRecord, WarcWriter, header, read_record

if TYPE_CHECKING:
    from archive.addresses import KnownPage
    from archive.page_sums import Watched
    from archive.restating import Reread, Restatement, Subject

# Kinds that have an identity of their own in `pages`.
IDENTIFIED = frozenset({"article", "attachment"})
# Answers that may be another at the next try.
PASSING = frozenset({"error", "challenge"})
# What stands before a page that may well be there: kinds of page, and statuses.
HIDING = frozenset({"challenge", "login"})
HIDDEN = frozenset({401, 403, 429})
# Answers after which another address of the article is tried.
ASTRAY = frozenset({"not-found", "soft-404", "listing", "other", "redirect"})
# Failures with an answer, whose bytes are kept: what we cannot read others may.
UNREAD = frozenset({"extraction", "bad-encoding"})

CHECKPOINT_MILLISECONDS = 2000

# How long derived indexes may keep a run from beginning, from its next page, and from ending.
SECONDS_AT_START = 10.0
SECONDS_BETWEEN_PAGES = 0.2
SECONDS_AT_END = 60.0

_SITE_COLUMNS = (
    "id", "name", "level", "province", "province_now", "base_url", "platform", "owner",
    "valid_from", "valid_to", "successor", "enabled", "confirmed",
)  # fmt: skip


# Reads the article of a raw record by today's rules: (what was known of the address, the record,
# when it was captured, as public time); None when it finds none.
Reextract = Callable[[Claim, RawRecord, str], Article | None]


@dataclass(slots=True, kw_only=True)
class Stored:
    """What storing a page came to. `cause` is that of the new revision, None when none began."""

    capture: int
    page: int | None = None
    kind: str = ""
    new_article: bool = False
    changed: bool = False
    cause: str | None = None
    gone: bool = False
    back: bool = False
    raw_bytes: int = 0
    state: str = "done"


class Archive:
    """An archive opened by one run for writing; `close` it, or use it in a `with` block.

    Everything is synchronous: no transaction spans an await.
    """

    def __init__(
        self, path: Path, conn: Watched, lock: ArchiveLock, run: Run, contact: str
    ) -> None:
        self.path = path
        self.conn = conn
        self.run = run
        self.frontier = Frontier(conn, run.id)
        self.folder = path.parent / FOLDER
        self.warc = WarcWriter(self.folder, run.id, contact=contact, started_at=run.started_at)
        self._lock = lock
        self._ended = False
        self._since_drained = 0  # articles
        self._anew = bool(run.taken_over)  # whether the sums of all pages are to be taken

    @classmethod
    def open(
        cls,
        path: Path,
        command: str,
        arguments: Sequence[str] = (),
        contact: str = "",
        *,
        exclusive: bool = False,
    ) -> Archive:
        """Open (make, migrate) the archive at `path` and begin a run; dead runs are taken over.

        `exclusive`: no other run may write meanwhile.
        Raises ArchiveLockedError, NotWritableError, or ArchiveError for a newer archive.
        """
        path = path.absolute()
        conn = open_for_writing(path)
        try:
            lock = ArchiveLock(path, exclusive=exclusive)
        except BaseException:
            conn.close()
            raise
        try:
            with explained(path):
                index.ensure_current(conn)
                derived.ensure_current(conn)
                withdrawals.settle(conn)
                warc_files.discard(conn, path.parent / FOLDER)
                catch_up(conn)
                derived.drain(conn, SECONDS_AT_START)
                run = Run.start(conn, command, arguments)
        except BaseException:
            lock.release()
            conn.close()
            raise
        archive = cls(path, conn, lock, run, contact)
        archive._anew |= conn.is_joined and (exclusive or lock.is_alone())
        return archive

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(0 if kind is None else 1, "finished" if kind is None else "error")

    def close(
        self, exit_code: int = 0, reason: str = "finished", counts: Mapping[str, Any] | None = None
    ) -> None:
        """End the run if it has not ended, close all files and free the lock."""
        try:
            self.end(exit_code, reason, counts)
            self.warc.close()
            self._erase_what_came_back()
        finally:
            self.warc.close()
            page_sums.end(self.conn, self.path, self._lock, anew=self._anew)
            self._lock.release()

    def end(self, exit_code: int, reason: str, counts: Mapping[str, Any] | None = None) -> None:
        """End the run: settle what disappeared, give leases back, shorten the log; once only."""
        if self._ended:
            return
        self._ended = True
        with explained(self.path):
            self.settle_missing()
            self.run.end(self.conn, exit_code, reason, counts)
            self._drain(SECONDS_AT_END)
            with suppress(NotWritableError, ArchiveLockedError, FileNotFoundError):
                warc_files.enter(self.conn, self.folder)
            self.checkpoint()

    def _erase_what_came_back(self) -> None:
        """Erase the text of pages that proved to be one with an erased page.

        Beside another run that has to wait: the last one that ends does it, or `mattran withdraw
        --erase` again; `verify` tells.
        """
        if not self._lock.is_held:  # closed before
            return
        with suppress(NotWritableError, ArchiveLockedError), explained(self.path):
            if erasing.has_come_back(self.conn) and self._lock.try_exclusive():
                erasing.erase_again(self, None, lambda _: None)

    def withdraw(self) -> None:
        """End the run as if it had never begun: it was refused and has done nothing."""
        self._ended = True
        with explained(self.path):
            self.run.withdraw(self.conn)

    def settle_missing(self) -> int:
        """Judge the 404s of this run again, now that it knows which hosts answer.

        Returns how many pages it found gone that `store` could not tell yet; `end` does it, too.
        """
        with transaction(self.conn):
            return disappearance.settle_missing(self.conn, self.run.id)

    def _drain(self, seconds: float, *, whole: bool = False) -> None:
        """Bring the derived indexes up to date for so long; whatever stays is for another time."""
        self._since_drained = 0
        with suppress(NotWritableError, ArchiveLockedError):
            derived.drain(self.conn, seconds, whole=whole)

    def all_written(self) -> None:
        """Note that every page of the database was written anew, or may have been."""
        self._anew = True

    def checkpoint(self) -> None:
        """Write the log back into the database and shorten it to nothing, if that can be done now.

        Other writers have to wait meanwhile, so a reader in the way is not waited for long; and
        without space the log simply stays.
        """
        self.conn.execute(f"PRAGMA busy_timeout = {CHECKPOINT_MILLISECONDS:d}")
        if self.conn.written is not None:
            self.conn.written.note()
        with suppress(sqlite3.OperationalError):
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.conn.execute(f"PRAGMA busy_timeout = {1000 * WAIT_SECONDS:.0f}")

    def sync_sites(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert or update rows of `sites` from the registry (keys: the columns it fills)."""
        with transaction(self.conn):
            for row in rows:
                self._sync_site(row)

    def _sync_site(self, row: Mapping[str, Any]) -> None:
        names = [name for name in _SITE_COLUMNS if name in row]
        updates = ", ".join(f"{name} = excluded.{name}" for name in names)
        self.conn.execute(
            f"INSERT INTO sites ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            f" ON CONFLICT (id) DO UPDATE SET {updates}",
            [row[name] for name in names],
        )

    def store(
        self,
        page: Page,
        *,
        reextract: Reextract | None = None,
        every: int = visits.LISTING_EVERY,
        way: type[Storing] | None = None,
    ) -> Stored:
        """Store a fetched page and mark its row; all of it or, on any exception, nothing.

        A failed page marks its row for a retry or gives it up. `every` is the number of seconds
        until a front listing or feed is due again. `way` is another one to store a page
        (archive/past.py). Raises LeaseLostError when the row
        is no longer leased to this run, NotWritableError when there is no space.
        """
        mark = self.warc.mark()
        try:
            with transaction(self.conn):
                stored = (way or Storing)(self, page, reextract, every).run()
        except BaseException:
            self.warc.rollback(mark)
            self.frontier.rolled_back(page.claim)
            raise
        self.frontier.committed()
        self._since_drained += stored.new_article or stored.cause is not None
        if self._since_drained >= derived.BATCH:
            self._drain(SECONDS_BETWEEN_PAGES, whole=True)
        return stored

    def fail(
        self, claim: Claim, failure: Failure, text: str = "", fetch: Fetch | None = None
    ) -> Stored:
        """Mark a claimed row as failed, in a transaction of its own; `fetch` keeps what came."""
        fetch = fetch or Fetch(url=claim.url, started_at=moments.now(), method=claim.method)
        fetch.failure = failure
        fetch.failure_text = text
        return self.store(Page(url=claim.url, kind="failed", fetch=fetch, claim=claim))

    def restate(self, found: Sequence[tuple[Subject, dict[int, Reread]]]) -> list[Restatement]:
        """Store, in one transaction, what today's rules read from raw records of some pages.

        For `reextract`; nothing is fetched. Returns what it came to, page by page.
        """
        pages = [page.page for page, _ in found]
        with transaction(self.conn), reindexed(self.conn, *pages):
            return [restating.restate(self.conn, *one, write=True) for one in found]

    def host_failed(self, host: str, now: float | None = None) -> bool:
        """Note that nothing came of `host`, though our network is there; tell whether it is dead.

        Its pages are lost with it, once it has been so for a week (archive/absence.py).
        """
        with transaction(self.conn):
            moment = moments.public(moments.now() if now is None else now)
            return absence.host_failed(self.conn, host, moment)

    def host_spoke(self, host: str) -> None:
        """Note that `host` is there; the pages that were lost with it are what they were."""
        with transaction(self.conn):
            absence.host_spoke(self.conn, host, moments.public(moments.now()))

    def raw(self, capture: int) -> RawRecord | None:
        """Return the raw record of a capture, or of the one with the same content, if kept."""
        kept = captures.raw_of(self.conn, captures.by_id(self.conn, capture))
        if kept is None or kept.warc_file is None or kept.warc_offset is None:
            return None
        return read_record(self.folder, kept.warc_file, kept.warc_offset)


class Storing:
    """One page on its way into the archive, inside its transaction."""

    def __init__(
        self, archive: Archive, page: Page, reextract: Reextract | None, every: int
    ) -> None:
        if page.fetch is None or page.claim is None:
            raise ValueError(f"{page.url}: a page without its fetch and claim cannot be stored")
        self.archive = archive
        self.conn = archive.conn
        self.frontier = archive.frontier
        self.page = page
        self.fetch = page.fetch
        self.claim = page.claim
        self.site = page.claim.site
        self.reextract = reextract
        self.every = every
        self.moment = moments.public(page.fetch.started_at)
        self.host = disappearance.host_of(page.fetch.url)
        self.unchanged = page.fetch.status == 304
        self.replaced = False  # by a twin, because nothing is at the address any more
        self._leave_out_erased()

    def run(self) -> Stored:
        """Store the page and mark its row."""
        if self.page.kind == "failed":
            return self._store_failure()
        if self.page.kind == "article" and self.page.article is None and not self.unchanged:
            raise ValueError(f"{self.page.url}: a page of kind article without an article")
        passing = self.page.kind in PASSING and not self.unchanged
        if not passing and not self.frontier.holds(self.claim):
            raise self._lease_lost()
        if self.page.kind in ASTRAY - {"redirect"} and not self.unchanged:
            self.replaced = twins.stand_in(self.conn, self.claim)
        stored = self._store_article() if self._is_identified() else self._store_other()
        if passing:
            self._retry(stored)
            return stored
        self.frontier.add_links(self.claim, self.page.kind, self.page.links)
        if self.page.kind == "redirect":
            self._leave_to_twins()
        self._finish(stored)
        return stored

    def _leave_out_erased(self) -> None:
        """Keep no bytes that repeat what an erased page was called."""
        leave_out = withdrawals.leave_out(self.conn, self.page)
        if leave_out is not None:
            self.fetch = self.page.fetch = redacted(self.fetch, leave_out)

    def _leave_to_twins(self) -> None:
        """Let the target of a redirect, or else a twin, be visited in the place of the row."""
        target = captures.redirect_target(self.page)
        if not (target and twins.step_aside(self.conn, self.claim, request_key("GET", target))):
            twins.stand_in(self.conn, self.claim)

    def _lease_lost(self) -> LeaseLostError:
        return LeaseLostError(f"{self.claim.url} is no longer leased to this run: not stored")

    def _is_identified(self) -> bool:
        return self.page.kind in IDENTIFIED and not self.unchanged

    # Articles and files

    def _store_article(self) -> Stored:
        page = self._settle()
        with reindexed(self.conn, page.id, are_new=page.is_new):
            return self._store_on(page)

    def _settle(self) -> KnownPage:
        return addresses.settle(
            self.conn,
            self.site,
            self.page.key or self.claim.key or self.page.url,
            kind=self.page.kind,
            urls=(self.page.url, self.fetch.url, self.claim.url),
            moment=self.moment,
        )

    def _store_on(self, page: KnownPage) -> Stored:
        erased = withdrawals.action(self.conn, page.id) == "erase"
        if erased:
            self.frontier.forget_text(self.claim)
        digest = captures.content_of(self.page)
        capture = self._insert_capture(page, digest, erased=erased)
        stored = Stored(capture=capture, page=page.id, kind=self.page.kind)
        if self.page.article is not None and not erased:
            reading = self._reading(self.page.article, page, capture, digest)
            stored.cause = revisions.record(self.conn, reading, self._read_again)
            stored.new_article = page.current_revision is None
            stored.changed = stored.cause == "site"
        if not erased:
            last = None if page.is_new else captures.nearest_of(self.conn, capture)
            self._keep_raw(stored, digest, last)
        self._note_seen(page, stored)
        return stored

    def _reading(
        self, article: Article, page: KnownPage, capture: int, digest: str | None
    ) -> Reading:
        return Reading(
            page=page.id,
            capture=capture,
            captured_at=self.moment,
            article=article,
            content_hash=digest or "",
            is_alone=page.is_new,
        )

    def _read_again(self, capture: int) -> Article | None:
        """Extract an earlier capture by today's rules; None when its bytes cannot be had."""
        kept = captures.raw_of(self.conn, captures.by_id(self.conn, capture))
        if self.reextract is None or kept is None:
            return None
        try:
            record = self.archive.raw(kept.id)
        except BadRecordError:
            return None
        if record is None:
            return None
        # By the layout of the day the bytes are from; `capture` may be of a later one.
        return self.reextract(replace(self.claim, url=kept.url), record, kept.captured_at)

    def _note_seen(self, page: KnownPage, stored: Stored) -> None:
        self._host_answered()
        if page.is_new or self._is_newest(page.id):
            disappearance.seen(self.conn, page, stored.capture, self.moment)
            stored.back = page.gone_at is not None
            url, kind = self._address_of(page), self.page.kind
            if (url, kind) != (page.url, page.kind):
                self.conn.execute(
                    "UPDATE pages SET url = ?, kind = ? WHERE id = ?", (url, kind, page.id)
                )
        else:
            self.conn.execute(
                "UPDATE pages SET first_seen_at = min(first_seen_at, ?) WHERE id = ?",
                (self.moment, page.id),
            )

    def _host_answered(self) -> None:
        disappearance.host_answered(self.conn, self.host, self.moment)

    def _address_of(self, page: KnownPage) -> str:
        """Return where the page stands: where it says itself, else where it is visited."""
        is_main = twins.shown(self.conn, self.claim, page.id, self.page.key)
        return self.page.url if is_main or self.page.url != self.fetch.url else page.url

    def _is_newest(self, page: int) -> bool:
        newest = self.conn.execute(
            "SELECT max(captured_at) FROM captures WHERE page = ?", (page,)
        ).fetchone()[0]
        return newest is None or newest <= self.moment

    # Everything else

    def _store_other(self) -> Stored:
        page = self._known_page()
        erased = page is not None and withdrawals.action(self.conn, page.id) == "erase"
        if self.unchanged:
            last = captures.unmodified_of_row(self.conn, self.claim.id)
            digest = last.content_hash if last else None
        else:
            last = captures.latest_of_row(self.conn, self.claim.id)
            digest = captures.content_of(self.page)
        capture = self._insert_capture(page, digest, erased=erased)
        kind = self.claim.kind if self.unchanged else self.page.kind
        stored = Stored(capture=capture, page=page.id if page else None, kind=kind)
        if not erased:
            self._keep_raw(stored, digest, last)
        if self.page.kind in disappearance.ANSWERS or self.unchanged:
            self._host_answered()
        elif self.page.kind == "parked":
            absence.host_failed(self.conn, self.host, self.moment)
        if page is not None:
            self._note_state(page, stored)
        self._note_redirects(stored.capture)
        if page is not None and self.page.kind == "redirect":
            stored.page = addresses.standing_for(self.conn, page.id)  # it may have led to another
        return stored

    def _known_page(self) -> KnownPage | None:
        row = self.conn.execute(
            "SELECT page FROM frontier WHERE id = ?", (self.claim.id,)
        ).fetchone()
        return addresses.by_id(self.conn, row[0]) or addresses.by_url(
            self.conn, self.site, self.claim.url
        )

    def _note_state(self, page: KnownPage, stored: Stored) -> None:
        if self.replaced or not self._is_newest(page.id):
            return
        if self.unchanged:
            self._note_unchanged(page, stored)
        elif self.page.kind == "not-found":
            self._mark_status()
            stored.gone = disappearance.missing(
                self.conn, page, self.host, stored.capture, self.moment
            )
        elif self.page.kind in ("soft-404", "listing"):
            self._note_softly_gone(page.id, stored.capture)
        elif self.page.kind == "other":
            disappearance.unclear(self.conn, page.id, stored.capture)
        elif self.page.kind in HIDING or self.fetch.status in HIDDEN:
            disappearance.hidden(self.conn, page.id, stored.capture)

    def _note_softly_gone(self, page: int, capture: int) -> None:
        disappearance.softly_gone(self.conn, page, self.host, capture, self.moment)

    def _mark_status(self) -> None:
        """Let neither the row's lease nor its old status count as a sign of life of its page."""
        self.conn.execute(
            "UPDATE frontier SET state = 'done', last_status = ? WHERE id = ?",
            (self.fetch.status, self.claim.id),
        )

    def _note_unchanged(self, page: KnownPage, stored: Stored) -> None:
        """A 304 says that the page is there as it was."""
        self.conn.execute(
            "UPDATE captures SET revision = ? WHERE id = ?",
            (page.current_revision, stored.capture),
        )
        disappearance.seen(self.conn, page, stored.capture, self.moment)

    def _note_redirects(self, capture: int) -> None:
        target = captures.redirect_target(self.page)
        if target is not None:
            addresses.redirected(
                self.conn,
                self.site,
                self.claim.url,
                target=target,
                status=self.fetch.status,
                moment=self.moment,
            )
            self._note_led_astray(target, capture)
        elif self.page.kind in ("listing", "other", "soft-404", "not-found"):
            for page, row, led in self.conn.execute(
                "SELECT f.page, f.id, max(c.id) FROM captures c JOIN frontier f"
                " ON f.id = c.frontier WHERE c.site = ? AND c.redirect_to = ?"
                " AND f.page IS NOT NULL AND f.last_status BETWEEN 300 AND 399 GROUP BY 1, 2",
                (self.site, self.claim.url),
            ).fetchall():
                self._note_softly_gone(page, led)
                visits.sooner(self.conn, row, self.fetch.started_at)

    def _note_led_astray(self, target: str, capture: int) -> None:
        """An article that leads to the front page, or one known to be none, is no longer shown."""
        page = self._known_page()
        if page is not None and self._is_front(target, page):
            self._note_softly_gone(page.id, capture)
            return
        row = self.conn.execute(
            "SELECT kind, page FROM frontier WHERE site = ? AND request_key = ?"
            " AND state = 'done' AND last_status BETWEEN 200 AND 299",
            (self.site, f"GET {target}"),
        ).fetchone()
        if page is not None and row is not None and row[1] is None:
            self._note_softly_gone(page.id, capture)

    def _is_front(self, target: str, page: KnownPage) -> bool:
        return disappearance.leads_home(target) and not disappearance.leads_home(page.url)

    # Captures and raw bytes

    def _insert_capture(
        self,
        page: KnownPage | None,
        digest: str | None,
        *,
        erased: bool,
    ) -> int:
        return captures.insert(
            self.conn,
            self.page,
            self.fetch,
            page_id=page.id if page else None,
            run=self.archive.run.id,
            digest=digest,
            erased=erased,
        )

    def _keep_raw(self, stored: Stored, digest: str | None, last: captures.Capture | None) -> None:
        changed = None if self.page.article is None else stored.cause in ("first", "site")
        raw = captures.raw_policy(self.conn, self.page, digest, last, changed=changed)
        is_file = self.page.kind == "attachment"
        if is_file and raw.keep and (same := files.kept(self.conn, digest)) is not None:
            raw = captures.Raw(keep=False, same_content_as=same)
        if raw.keep:
            position = self.archive.warc.write(self.fetch)
            stored.raw_bytes = position.length
            self.conn.execute(
                "UPDATE captures SET warc_file = ?, warc_offset = ?, warc_length = ? WHERE id = ?",
                (*position, stored.capture),
            )
            if is_file:
                files.enter(self.conn, digest, stored.capture, len(self.fetch.body))
        elif raw.same_content_as is not None:
            self.conn.execute(
                "UPDATE captures SET same_content_as = ? WHERE id = ?",
                (raw.same_content_as, stored.capture),
            )

    # The end of the row

    def _finish(self, stored: Stored) -> None:
        is_list = self.page.kind in LISTS and not self.unchanged
        depth = self.claim.depth
        if is_list and self.claim.kind not in LISTS:
            depth = max(depth, 1)  # found by chance: not a front page to be visited every time
        self.frontier.finish(
            self.claim,
            Outcome(
                due=self._due(stored, depth),
                kind=self._row_kind(stored),
                depth=depth,
                key=self.page.key,
                page=stored.page,
                listed=listed(self.page.links) if is_list else None,
                etag=header(self.fetch.headers, "etag") or self._kept(self.claim.etag),
                last_modified=header(self.fetch.headers, "last-modified")
                or self._kept(self.claim.last_modified),
                fetched_at=self.moment,
                status=self._status(),
            ),
        )

    def _row_kind(self, stored: Stored) -> str:
        """What the row leads to, as it shows; a list stays one, whatever came this time.

        So does an article: a list in its place is how some sites say that it is gone.
        """
        if stored.page is not None and self.page.kind in LISTS:
            return self.claim.kind
        is_told = self.page.kind in IDENTIFIED | LISTS and not self.unchanged
        return self.page.kind if is_told and self.claim.kind not in LISTS else self.claim.kind

    def _kept(self, value: str | None) -> str | None:
        return value if self.unchanged else None

    def _status(self) -> int | None:
        return 200 if self.unchanged else self.fetch.status

    def _due(self, stored: Stored, depth: int) -> int:
        is_front = self.claim.kind in LISTS and depth == 0
        return visits.next_visit(
            self.conn,
            kind=self.claim.kind if is_front else stored.kind,
            page=stored.page,
            row=self.claim.id,
            depth=depth,
            every=self.every,
            now=self.fetch.started_at,
        )

    # Failures

    def _store_failure(self) -> Stored:
        page = self._known_page()
        erased = page is not None and withdrawals.action(self.conn, page.id) == "erase"
        digest = captures.content_of(self.page)
        last = captures.latest_of_row(self.conn, self.claim.id)
        capture = self._insert_capture(page, digest, erased=erased)
        stored = Stored(capture=capture, page=page.id if page else None, kind="failed")
        if self.fetch.failure in UNREAD and not erased:
            self._keep_raw(stored, digest, last)
        if page is not None and self.fetch.failure == "robots":
            disappearance.blocked(self.conn, page.id)
        self._retry(stored)
        return stored

    def _retry(self, stored: Stored) -> None:
        """Put the row off, or give it up, by the class of its failure."""
        failure = self.fetch.failure or self.page.kind
        stored.state, due = visits.after_failure(
            failure,
            self.claim.attempts,
            self.fetch.retry_after,
            self.fetch.started_at,
            hidden=self.page.kind in HIDING or self.fetch.status in HIDDEN,
        )
        if not self.frontier.fail(self.claim, stored.state, due, failure, self.fetch.status):
            raise self._lease_lost()
        if stored.state in ("failed", "blocked"):
            twins.stand_in(self.conn, self.claim)
