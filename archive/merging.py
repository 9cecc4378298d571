"""Unite two archives: in any order the same comes out, and merging twice changes nothing.

But where something is erased: the lines by which its words are known again, the other raw records
they are taken out of, and whether its files go along depend on which other articles said or offered
the same at that time, and the words that would tell it later are gone. And where two archives
fetched one address in one second: that is one capture, the page it is of is the first merged one's.

Pages have the same ids everywhere; captures are known by what was fetched where and when. The
revisions of a page are then told anew from all its captures: a run of equal content is one, so
that what one archive saw between two captures of the other takes its place. Of rows that both have,
the one that was fetched or crawled last counts; withdrawals add up, and what was erased in one
archive is erased in the other.

Each batch of pages is one transaction; killed, the same command goes on.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import derived, duplicates, erasing, files, withdrawals
from archive.absence import THERE
from archive.connection import transaction
from archive.errors import ArchiveError, UsageError
from archive.reading import open_for_reading
from archive.revisions import FOR_EVER
from archive.visibility import reindexed, text_changes
from archive.warc import FOLDER

if TYPE_CHECKING:
    from archive.store import Archive

Row = dict[str, Any]
Progress = Callable[[str], None]
Causes = dict[tuple[str, str, str], str]  # by the contents before and after, and when
Moment = tuple[str, str, str]  # of a revision: captured, extracted, and what it says

BATCH = 100  # pages a transaction
ASSUMED = "cause-assumed"  # a flag: no archive saw both contents, the versions alone tell the cause

_FILES = "position, url, caption, credit, alt, sha256, text"
# The bytes are not asked: where an erased page's words stood they are others.
_SAME_CAPTURE = ("site", "url", "captured_at", "kind", "status", "frontier", "content_hash")
_KEPT = ("warc_file", "warc_offset", "warc_length", "payload_sha256", "payload_bytes")
_COUNTED = (
    "(SELECT site, url, captured_at, kind, coalesce(status, 0) AS status, count(*) AS number"
    " FROM {}.captures GROUP BY 1, 2, 3, 4, 5)"
)
_ALL = {
    name: f"SELECT count(*) FROM {table}"
    for name, table in (("pages", "pages"), ("captures", "captures"), ("files", "warc_files"))
}
_NEW = {
    "pages": "SELECT count(*) FROM other.pages WHERE id NOT IN (SELECT id FROM main.pages)",
    "captures": (
        "SELECT coalesce(sum(max(0, o.number - coalesce(m.number, 0))), 0)"
        f" FROM {_COUNTED.format('other')} o LEFT JOIN {_COUNTED.format('main')} m"
        " USING (site, url, captured_at, kind, status)"
    ),
    "files": (
        "SELECT count(*) FROM other.warc_files WHERE NOT is_condemned"
        " AND file NOT IN (SELECT file FROM main.warc_files)"
    ),
}
_WARC_FILES = "SELECT DISTINCT warc_file FROM captures WHERE warc_file IS NOT NULL"
_THEIRS = "is_theirs"  # a mark of which of two rows counts
_MINIMA = frozenset({"first_crawled_at", "first_seen_at", "found_at"})
# What says nothing about which of two rows counts: it is united or told anew, or a mere number.
_APART = _MINIMA | frozenset(
    {"id", "sid", "current_revision", "cluster", "merged_into", "text", "hints", "chain", _THEIRS}
)
# Of a revision: not what it says.
_OF_PLACE = frozenset({"capture", "captured_at", "extracted_at", "cause"})
# Of a reading: what stays when its page is erased; of two readings no other words decide.
_LASTING = ("template", "published_at", "published_precision", "language")
_LEFT_OUT = {"holder": None}


# What one archive missed, another may have seen again; then the page is as it was seen last.
_BACK = """
UPDATE disappearances AS d SET (back_at, back_capture) = (
  SELECT c.captured_at, c.id FROM captures c WHERE c.page = d.page AND c.captured_at > d.gone_at
    AND c.kind IN ('article', 'attachment') AND c.status IN (200, 304)
  ORDER BY c.captured_at, c.id LIMIT 1)
WHERE d.page IN (SELECT value FROM json_each(?)) AND EXISTS (
  SELECT 1 FROM captures c WHERE c.page = d.page AND c.captured_at > d.gone_at
    AND c.kind IN ('article', 'attachment') AND c.status IN (200, 304))
"""
_GONE = (
    "UPDATE pages SET gone_at = (SELECT min(d.gone_at) FROM disappearances d"
    " WHERE d.page = pages.id AND d.back_at IS NULL AND d.state = 'gone')"
    " WHERE id IN (SELECT value FROM json_each(?))",
    f"UPDATE pages SET state = {THERE} WHERE state = 'gone' AND gone_at IS NULL"
    " AND id IN (SELECT value FROM json_each(?))",
)


@dataclass(slots=True)
class Merged:
    """What a merge brought: rows that were new here, and WARC files.

    :ivar missing: WARC files that the other archive names and has not.
    """

    pages: int = 0
    captures: int = 0
    revisions: int = 0
    files: int = 0
    withdrawn: int = 0
    missing: int = 0


@dataclass(slots=True)
class _Known:
    """What both archives know of the contents of a page.

    `texts` has the reading of each by the newest rules, by hash; `rules` the revisions that only a
    new reading made, of a capture that had said something else; `rests_on` the last of these that a
    capture was seen to belong to; `causes` why one content followed another at a time; `belonging`
    the captures that any revision rests on; `read_as` what captures say by newer rules, which found
    a change of the site in them that the rules of their time had not seen, and when it was read.
    """

    texts: dict[str, Row] = field(default_factory=dict)
    rules: dict[Moment, Row] = field(default_factory=dict)
    rests_on: dict[int, Moment] = field(default_factory=dict)
    causes: Causes = field(default_factory=dict)
    belonging: set[int] = field(default_factory=set)
    read_as: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Ids:
    """Which row here a row of the other archive is."""

    captures: dict[int, int] = field(default_factory=dict)
    frontier: dict[int, int] = field(default_factory=dict)


def refuse(db: Path, other: Path) -> None:
    """Refuse what cannot be merged: nothing is written before.

    :raises UsageError: it is no archive, of another schema, this one itself, or without the folder
        of its raw records: its captures would name what nobody has.
    """
    if not other.exists():
        raise UsageError(f"there is no archive at {other}: name the file of the other database")
    with closing(open_for_reading(other)) as conn:
        named = [row[0] for row in conn.execute(_WARC_FILES)]
    if named and not any((other.parent / FOLDER / name).is_file() for name in named):
        raise UsageError(f"the raw records of {other} are not beside it: copy {FOLDER}/, too")
    if db.exists() and db.resolve() == other.resolve():
        raise UsageError(f"{other} is the archive itself: name another one")


def preview(db: Path, other: Path) -> dict[str, int]:
    """Say how many pages, captures and WARC files of `other` are new here; nothing is written."""
    with closing(open_for_reading(other if not db.exists() else db)) as conn:
        if not db.exists():
            return {name: conn.execute(all_of).fetchone()[0] for name, all_of in _ALL.items()}
        conn.execute("ATTACH ? AS other", (f"{other.absolute().as_uri()}?mode=ro",))
        return {name: conn.execute(new).fetchone()[0] for name, new in _NEW.items()}


def merge(archive: Archive, other: Path, progress: Progress = lambda _: None) -> Merged:
    """Bring everything of the archive at `other` into this one, which is opened exclusively."""
    with closing(open_for_reading(other)) as source:
        source.row_factory = _as_dict
        source.execute("BEGIN")
        merging = _Merging(archive, source, other.parent / FOLDER, progress)
        done = merging.run()
    progress("erased pages")
    done.withdrawn = _erase_again(archive, is_known=not (done.captures or done.revisions))
    progress("duplicates")
    derived.drain(archive.conn)
    duplicates.settle(archive.conn)
    return done


def _as_dict(cursor: sqlite3.Cursor, values: Sequence[Any]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


def _erase_again(archive: Archive, *, is_known: bool) -> int:
    """Erase what the merge brought of pages that either archive had erased."""
    rows = archive.conn.execute(
        "SELECT w.page FROM withdrawals w WHERE w.action = 'erase' AND (EXISTS (SELECT 1 FROM"
        " revisions r WHERE r.page = w.page AND (r.title <> '' OR r.body <> '')) OR EXISTS"
        " (SELECT 1 FROM captures c WHERE c.page = w.page AND c.warc_file IS NOT NULL))"
    ).fetchall()
    for (page,) in rows:
        (reason, by) = archive.conn.execute(
            "SELECT reason, requested_by FROM withdrawals WHERE page = ?", (page,)
        ).fetchone()
        erasing.take_out(
            archive, page, reason=reason, requested_by=by, keep_entry=True, is_known=is_known
        )
    if rows:
        erasing.clean(archive)
    return len(rows)


class _Merging:
    """One archive on its way into another."""

    def __init__(
        self, archive: Archive, source: sqlite3.Connection, folder: Path, progress: Progress
    ) -> None:
        self.conn = archive.conn
        self.folder = archive.folder
        self.source = source
        self.source_folder = folder
        self.progress = progress
        self.done = Merged()
        self.ids = _Ids()

    def run(self) -> Merged:
        with transaction(self.conn):
            self._runs()
            self._latest("sites", ("id",), "last_crawled_at")
            self._latest("hosts", ("host",), "last_answer_at")
            for table in ("templates", "health"):
                for row in self.source.execute(f"SELECT * FROM {table}"):
                    self._insert(table, row, ignore=True)
        pages = [row["id"] for row in self.source.execute("SELECT id FROM pages ORDER BY id")]
        # First all of them: they point to one another.
        with transaction(self.conn):
            for row in self.source.execute("SELECT * FROM pages"):
                self._page(row)
            families = self._unite_families()
        with transaction(self.conn):
            self._frontier()
        for start in range(0, len(pages), BATCH):
            self.progress(f"pages: {start} of {len(pages)}")
            batch = pages[start : start + BATCH]
            with transaction(self.conn), reindexed(self.conn, *batch):
                self._batch(batch)
        with transaction(self.conn):
            self._captures("page IS NULL", ())
            with reindexed(self.conn, *families, *set(families.values())):
                self._settle_families(families)
        self._tell_erased()
        self.progress("files")
        with transaction(self.conn):
            self._missing_files()
            for row in self.source.execute("SELECT * FROM files"):
                files.unite(self.conn, row | {"capture": self.ids.captures[row["capture"]]})
            files.relink(self.conn)
        return self.done

    # Rows

    def _insert(self, table: str, row: Row, *, ignore: bool = False) -> int:
        how = "INSERT OR IGNORE" if ignore else "INSERT"
        marks = ", ".join("?" * len(row))
        found = self.conn.execute(
            f"{how} INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values())
        )
        return int(found.lastrowid or 0)

    def _here(self, table: str, row: Row, keys: Iterable[str]) -> Row | None:
        keys = list(keys)
        cursor = self.conn.execute(
            f"SELECT * FROM {table} WHERE {' AND '.join(f'{key} IS ?' for key in keys)}",
            [row[key] for key in keys],
        )
        found = cursor.fetchone()
        return None if found is None else _as_dict(cursor, found)

    def _update(self, table: str, row: Row, keys: Iterable[str]) -> None:
        keys = list(keys)
        self.conn.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in row)}"
            f" WHERE {' AND '.join(f'{key} IS ?' for key in keys)}",
            [*row.values(), *(row[key] for key in keys)],
        )

    def _runs(self) -> None:
        for row in self.source.execute("SELECT * FROM runs"):
            if row["ended_at"] is None:
                row |= {"ended_at": row["started_at"], "reason": "merged"}
            self._insert("runs", row, ignore=True)

    def _latest(self, table: str, keys: Sequence[str], moment: str) -> None:
        """Of rows that both have take the later one; first times are the earliest of both."""
        for row in self.source.execute(f"SELECT * FROM {table}"):
            row |= {name: value for name, value in _LEFT_OUT.items() if name in row}
            here = self._here(table, row, keys)
            if here is None:
                self._insert(table, row)
            else:
                self._update(table, _later(here, row, moment), keys)

    def _page(self, row: Row) -> None:
        row = {**row, "sid": None, "current_revision": None, "cluster": None}
        here = self._here("pages", row, ("id",))
        if here is None:
            self._insert("pages", {**row, "merged_into": None})
            self.done.pages += 1
            return
        if (here["site"], here["key"]) != (row["site"], row["key"]):
            raise ArchiveError(f"page {row['ref']} is another one there: the ids collide")
        both = _later(here, row, "last_seen_at")
        kept = ("sid", "current_revision", "cluster", "merged_into")
        self._update("pages", both | {name: here[name] for name in kept}, ("id",))

    def _unite_families(self) -> dict[int, int]:
        """Let pages that proved to be one in either archive be one; return who stands for whom.

        As ever the one seen first stands for the others (archive/addresses.py).
        """
        query = "SELECT id, merged_into FROM pages WHERE merged_into IS NOT NULL"
        here = dict(self.conn.execute(query).fetchall())
        pairs = [
            *here.items(),
            *((row["id"], row["merged_into"]) for row in self.source.execute(query)),
        ]
        into: dict[int, int] = {}
        for family in _families(pairs):
            told = json.dumps(sorted(family))
            (main,) = self.conn.execute(
                "SELECT id FROM pages WHERE id IN (SELECT value FROM json_each(?))"
                " ORDER BY first_seen_at, id LIMIT 1", (told,),
            ).fetchone()  # fmt: skip
            into |= dict.fromkeys(family - {main}, main)
        mains = set(into.values())
        changed = sorted(mains & here.keys()) + [
            p for p, main in into.items() if here.get(p) != main
        ]
        with reindexed(self.conn, *changed):
            self.conn.executemany(
                "UPDATE pages SET merged_into = ? WHERE id = ?",
                [(into.get(page), page) for page in changed],
            )
        return into

    def _settle_families(self, into: dict[int, int]) -> None:
        """Give what belongs to pages that stand for others to those, withdrawals to all of them."""
        for page, main in into.items():
            for table in ("aliases", "frontier"):
                self.conn.execute(f"UPDATE {table} SET page = ? WHERE page = ?", (main, page))
        for main in sorted(set(into.values())):
            family = [main, *(page for page, other in into.items() if other == main)]
            rows = [row for page in family
                    if (row := self._here("withdrawals", {"page": page}, ("page",)))]  # fmt: skip
            for page in family if rows else ():
                for row in rows:
                    self._withdrawal({**row, "page": page})

    def _tell_erased(self) -> None:
        """Tell the histories of erased pages by what an erasure leaves of them, in any archive."""
        erased = [page for (page,) in self.conn.execute(
            "SELECT page FROM withdrawals WHERE action = 'erase' ORDER BY page"
        )]  # fmt: skip
        for page in erased:
            with transaction(self.conn), reindexed(self.conn, page):
                self._history(page, is_erased=True)

    def _frontier(self) -> None:
        found_on: dict[int, int] = {}  # by row here the row there on whose page it was found
        # A chain is named by the row of its first page, which is in none itself.
        for row in self.source.execute("SELECT * FROM frontier ORDER BY chain IS NOT NULL, id"):
            old, there = row.pop("id"), row.pop("found_on")
            row |= {"run": None, "lease_until": None}
            if row["chain"] is not None:
                row["chain"] = str(self.ids.frontier.get(int(row["chain"]), 0))
            if row["state"] == "leased":
                row["state"] = "ready"
            number, is_theirs = self._frontier_row(row)
            self.ids.frontier[old] = number
            if is_theirs and there is not None:
                found_on[number] = there
        self.conn.executemany(
            "UPDATE frontier SET found_on = ? WHERE id = ?",
            [(self.ids.frontier.get(there), number) for number, there in found_on.items()],
        )

    def _frontier_row(self, row: Row) -> tuple[int, bool]:
        """Bring a row in; return its number here, and whether theirs says where it was found."""
        here = self._here("frontier", row, ("site", "request_key"))
        if here is None:
            return self._insert("frontier", row), True
        number, found_on = here.pop("id"), here.pop("found_on")
        both = _later({**here, _THEIRS: False}, {**row, _THEIRS: True}, "fetched_at")
        is_theirs = both.pop(_THEIRS)
        both["text"] = max(here["text"], row["text"], key=lambda text: (len(text), text))
        both["hints"] = max(here["hints"], row["hints"], key=lambda text: (len(text), text))
        self._update("frontier", {**both, "id": number}, ("id",))
        return number, is_theirs or found_on is None

    # Pages and what hangs on them

    def _batch(self, pages: list[int]) -> None:
        told = json.dumps(pages)
        among = "page IN (SELECT value FROM json_each(?))"
        self._aliases(self.source.execute(f"SELECT * FROM aliases WHERE {among}", (told,)))
        self._captures(among, (told,))
        for page in pages:
            self._history(page)
        for row in self.source.execute(f"SELECT * FROM disappearances WHERE {among}", (told,)):
            # Those of a page that was lost with its host have none.
            row["gone_capture"] = self.ids.captures.get(row["gone_capture"])
            row["back_capture"] = self.ids.captures.get(row["back_capture"])
            here = self._here("disappearances", row, ("page", "gone_at"))
            if here is None:
                self._insert("disappearances", row)
            elif here["back_at"] is None or (row["back_at"] or "9999") < here["back_at"]:
                self._update("disappearances", row, ("page", "gone_at"))
        self.conn.execute(_BACK, (told,))
        for statement in _GONE:
            self.conn.execute(statement, (told,))
        for row in self.source.execute(f"SELECT * FROM withdrawals WHERE {among}", (told,)):
            self._withdrawal(row)

    def _aliases(self, rows: Iterable[Row]) -> None:
        for row in rows:
            here = self._here("aliases", row, ("site", "url"))
            if here is None:
                self._insert("aliases", row)
            else:
                first = min(here, row, key=lambda one: (one["first_seen_at"], one["page"]))
                self._update("aliases", first, ("site", "url"))

    def _withdrawal(self, row: Row) -> None:
        here = self._here("withdrawals", row, ("page",))
        if here is None:
            self._insert("withdrawals", row)
            return
        both = min(here, row, key=lambda one: (one["action"], one["at"], one["reason"]))
        lines = set(json.loads(here["lines"])).union(json.loads(row["lines"]))
        self._update("withdrawals", {**both, "lines": json.dumps(sorted(lines))}, ("page",))

    def _captures(self, condition: str, values: Sequence[object]) -> None:
        new: list[tuple[int, int]] = []
        for row in self.source.execute(
            f"SELECT * FROM captures WHERE {condition} ORDER BY id", values
        ).fetchall():
            old, same = row.pop("id"), row["same_content_as"]
            row |= {"revision": None, "same_content_as": None}
            row["frontier"] = self.ids.frontier.get(row["frontier"])
            here = self._here("captures", row, _SAME_CAPTURE)
            if here is not None:
                self.ids.captures[old] = here["id"]
                self._complete(here, row)
                continue
            if row["warc_file"] is not None:
                self._file(row["warc_file"])
            self.ids.captures[old] = self._insert("captures", row)
            self.done.captures += 1
            if same is not None:
                new.append((self.ids.captures[old], same))
        self.conn.executemany(
            "UPDATE captures SET same_content_as = (SELECT iif(k.warc_file IS NULL,"
            " k.same_content_as, k.id) FROM captures k WHERE k.id = ?) WHERE id = ?",
            [(self.ids.captures.get(same), capture) for capture, same in new],
        )

    def _complete(self, here: Row, row: Row) -> None:
        """Let a capture that both have be of the page either knows, and have the bytes it keeps.

        But where anything was erased: the other's files may still tell it.
        """
        if here["page"] is None and row["page"] is not None:
            self._update("captures", {"id": here["id"], "page": row["page"]}, ("id",))
        is_kept = here["warc_file"] is None and row["warc_file"] is not None
        if is_kept and not withdrawals.has_erased(self.conn, row["site"]):
            self._file(row["warc_file"])
            kept = {name: row[name] for name in _KEPT}
            self._update("captures", {**kept, "id": here["id"], "same_content_as": None}, ("id",))

    def _file(self, name: str) -> None:
        """Take over a WARC file; of one that grew the longer copy.

        One that a run may still write is copied as far as the other database knows it: linked, it
        would go on growing here.
        """
        source, target = self.source_folder / name, self.folder / name
        if not source.is_file():
            return
        sums = self.source.execute(
            "SELECT * FROM warc_files WHERE file = ? AND NOT is_condemned", (name,)
        ).fetchone()
        size = source.stat().st_size if sums else self._stored_of(name)
        if target.is_file() and target.stat().st_size >= size:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{name}.part")
        part.unlink(missing_ok=True)
        if sums:
            with suppress(OSError):
                os.link(source, part)
        if not part.exists():
            shutil.copyfile(source, part)
            os.truncate(part, size)
        part.replace(target)
        self.conn.execute("DELETE FROM warc_files WHERE file = ?", (name,))
        if sums:  # what rotted there must not be taken for true here
            self._insert("warc_files", sums)
        self.done.files += 1

    def _stored_of(self, name: str) -> int:
        """Return where the last record ends that the other database knows of a WARC file."""
        row = self.source.execute(
            "SELECT max(warc_offset + warc_length) AS size FROM captures WHERE warc_file = ?",
            (name,),
        ).fetchone()
        return int(row["size"])

    def _missing_files(self) -> None:
        """Bring WARC files that captures of both name and that were lost here; count the lost."""
        here = {name for (name,) in self.conn.execute(_WARC_FILES)}
        for row in self.source.execute(_WARC_FILES):
            name = row["warc_file"]
            if not (self.source_folder / name).is_file():
                self.done.missing += 1
            elif name in here and not (self.folder / name).is_file():
                self._file(name)

    # Histories

    def _history(self, page: int, *, is_erased: bool = False) -> None:
        """Tell the revisions of a page from all its captures, and from what our rules changed.

        Of one that is erased the versions alone tell the causes.
        """
        known = self._known(page)
        if not known.texts:
            return
        due: list[Row] = []
        joins: dict[int, int] = {}  # places in `due` by capture
        causes = {} if is_erased else known.causes
        for moment, capture, rule in self._events(page, known):
            digest = moment[2]
            if digest in known.texts and (not due or due[-1]["content_hash"] != digest):
                seen = (moment[0], capture)
                due.append(_due(known.texts[digest], rule, due, seen, causes))
            if due and (rule is None or known.rests_on.get(capture) == moment):
                joins[capture] = len(due) - 1
        self._write_history(page, due, joins)
        if not is_erased:
            self._remember(page, due, known)

    def _events(self, page: int, known: _Known) -> list[tuple[Moment, int, Row | None]]:
        """Return in their order the captures of a page, and what rules made of them later.

        A capture whose content no revision has (it said what stood there before: a 304, or other
        rules) begins none.
        """
        captures = self.conn.execute(
            "SELECT id, url, captured_at, content_hash FROM captures WHERE page = ?"
            " AND kind IN ('article', 'attachment')", (page,),
        ).fetchall()  # fmt: skip
        urls = {capture: url for capture, url, _, _ in captures}
        captures = [
            (capture, url, moment, known.read_as.get(capture, ("", digest))[1])
            for capture, url, moment, digest in captures
        ]
        events: list[tuple[Moment, int, Row | None]] = [
            ((moment, known.texts[digest]["extracted_at"], digest), capture, None)
            if digest in known.texts
            else ((moment, FOR_EVER, ""), capture, None)
            for capture, _, moment, digest in captures
            if digest in known.texts or capture in known.belonging
        ]
        events += [(moment, row["capture"], row) for moment, row in known.rules.items()]
        return sorted(events, key=lambda event: (event[0], urls.get(event[1], ""), event[1]))

    def _known(self, page: int) -> _Known:
        """Return what both archives know of a page's contents."""
        known = _Known()
        for conn, is_other in ((self.conn, False), (self.source, True)):
            before = ""
            cursor = conn.execute(
                "SELECT r.*, c.content_hash AS captured_hash, c.revision IS r.id AS is_its"
                " FROM revisions r JOIN captures c ON c.id = r.capture WHERE r.page = ?"
                " ORDER BY r.captured_at, r.extracted_at, r.id",
                (page,),
            )
            for found in cursor.fetchall():
                row: Row = found if is_other else _as_dict(cursor, found)
                row["files"] = _files_of(conn, row.pop("id"))
                if is_other:
                    row["capture"] = self.ids.captures[row["capture"]]
                _note(known, row, before)
                before = row["content_hash"]
            self._note_captures(known, conn, page, is_other=is_other)
        return known

    def _note_captures(
        self, known: _Known, conn: sqlite3.Connection, page: int, *, is_other: bool
    ) -> None:
        """Note which captures belong to revisions, and the causes remembered in them."""
        for row in conn.execute(
            "SELECT c.id, c.captured_at, json_extract(c.evidence, '$.causes') AS causes,"
            " r.extracted_at, iif(c.content_hash <> r.content_hash"
            f"  AND (r.cause = 'site' OR r.capture <> c.id OR r.flags LIKE '%{ASSUMED}%'),"
            "  r.content_hash, NULL) AS read_as"
            " FROM captures c JOIN revisions r ON r.id = c.revision WHERE c.page = ?", (page,),
        ).fetchall():  # fmt: skip
            capture, moment, causes, at, digest = row.values() if isinstance(row, dict) else row
            here = self.ids.captures[capture] if is_other else capture
            known.belonging.add(here)
            if digest is not None:
                known.read_as[here] = max(known.read_as.get(here, ("", "")), (at, digest))
            for before, after, cause in json.loads(causes or "[]"):
                _note_cause(known, (before, after, moment), cause)

    def _remember(self, page: int, due: list[Row], known: _Known) -> None:
        """Keep in the captures the causes that are of no use now.

        What came between two contents may turn out not to have: a third archive saw the first of
        them once more.
        """
        told = {
            (one["content_hash"], two["content_hash"], two["captured_at"])
            for one, two in itertools.pairwise(due)
        }
        idle: dict[tuple[str, str], list[list[str]]] = {}
        for before, after, moment in sorted(known.causes.keys() - told):
            step = [before, after, known.causes[before, after, moment]]
            idle.setdefault((moment, after), []).append(step)
        self.conn.execute(
            "UPDATE captures SET evidence = json_remove(evidence, '$.causes')"
            " WHERE page = ? AND json_extract(evidence, '$.causes') IS NOT NULL", (page,),
        )  # fmt: skip
        self.conn.executemany(
            "UPDATE captures SET evidence = json_set(evidence, '$.causes', json(?))"
            " WHERE page = ? AND captured_at = ? AND revision IS NOT NULL AND (content_hash = ?"
            " OR id IN (SELECT value FROM json_each(?)))",
            [
                (
                    json.dumps(steps),
                    page,
                    moment,
                    after,
                    json.dumps(
                        [
                            capture
                            for capture, (_, digest) in known.read_as.items()
                            if digest == after
                        ]
                    ),
                )
                for (moment, after), steps in idle.items()
            ],
        )

    def _write_history(self, page: int, due: list[Row], joins: dict[int, int]) -> None:
        cursor = self.conn.execute(
            "SELECT * FROM revisions WHERE page = ? ORDER BY captured_at, extracted_at, id", (page,)
        )
        old = [_as_dict(cursor, row) for row in cursor.fetchall()]
        if old and [_said(row) for row in old] != [_said(row) for row in due]:
            text_changes(self.conn, page)
        ids: list[int] = []
        free = sorted(row["id"] for row in old)  # of one second the smaller id comes first
        for place, row in enumerate(due):
            files = row["files"]
            values = {name: value for name, value in row.items() if name != "files"}
            if place < len(free):
                ids.append(free[place])
                self._update("revisions", {**values, "id": ids[-1]}, ("id",))
            else:
                ids.append(self._insert("revisions", values))
                self.done.revisions += 1
            for table, rows in files.items():
                self.conn.execute(f"DELETE FROM {table} WHERE revision = ?", (ids[-1],))
                self.conn.executemany(
                    f"INSERT INTO {table} (revision, {_FILES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [(ids[-1], *file) for file in rows],
                )
        self.conn.executemany(
            "UPDATE captures SET revision = ? WHERE id = ?",
            [(ids[place], capture) for capture, place in joins.items()],
        )
        self.conn.execute("UPDATE pages SET current_revision = ? WHERE id = ?", (ids[-1], page))
        for spare in free[len(due) :]:
            self.conn.execute("UPDATE captures SET revision = NULL WHERE revision = ?", (spare,))
            for table in ("images", "attachments"):
                self.conn.execute(f"DELETE FROM {table} WHERE revision = ?", (spare,))
            self.conn.execute("DELETE FROM revisions WHERE id = ?", (spare,))


def _families(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the sets of pages that pairs connect."""
    family_of: dict[int, set[int]] = {}
    for one, two in pairs:
        both = family_of.get(one, {one}) | family_of.get(two, {two})
        family_of |= dict.fromkeys(both, both)
    return list({id(family): family for family in family_of.values()}.values())


def _said(row: Row) -> list[Any]:
    """Return what the derived indexes know of a revision."""
    return [row[name] for name in ("title", "lead", "body", "section", "author")]


def _files_of(conn: sqlite3.Connection, revision: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a revision's images and attachments."""
    return {
        table: sorted(
            tuple(file.values()) if isinstance(file, dict) else tuple(file)
            for file in conn.execute(
                f"SELECT {_FILES} FROM {table} WHERE revision = ?", (revision,)
            )
        )
        for table in ("images", "attachments")
    }


def _due(
    text: Row, rule: Row | None, before: list[Row], seen: tuple[str, int], causes: Causes
) -> Row:
    """Return a revision as it is due behind those before it; `seen`: when, in which capture."""
    row = {**(rule or text), "captured_at": seen[0], "capture": seen[1]}
    if not before:
        return row | {"cause": "first"}
    if rule is None:
        same = all(before[-1][name] == row[name] for name in ("extractor", "template"))
        known = causes.get((before[-1]["content_hash"], row["content_hash"], seen[0]))
        row["cause"] = known or ("site" if same else "rules")
        if known is None:
            row["flags"] = json.dumps([*json.loads(row["flags"]), ASSUMED])
    return row


def _note(known: _Known, row: Row, before: str) -> None:
    """Note what a revision tells, `before` being the content of the one before it."""
    is_assumed = _take_flag(row)
    is_reread = row.pop("captured_hash") != row["content_hash"]
    is_its = row.pop("is_its")
    best = known.texts.get(row["content_hash"], row)
    # The first reading of all: what rules made of it later comes behind it.
    first = min(best["extracted_at"], row["extracted_at"])
    better = max(best, row, key=_rank)
    known.texts[row["content_hash"]] = {**better, "extracted_at": first}
    if row["cause"] == "rules" and is_reread and not is_assumed:
        moment = (row["captured_at"], row["extracted_at"], row["content_hash"])
        known.rules.setdefault(moment, row)
        if is_its:
            known.rests_on[row["capture"]] = max(known.rests_on.get(row["capture"], moment), moment)
    if not is_assumed and before:
        _note_cause(known, (before, row["content_hash"], row["captured_at"]), row["cause"])


def _note_cause(known: _Known, step: tuple[str, str, str], cause: str) -> None:
    known.causes[step] = max(known.causes.get(step, ""), cause)  # `site` if one knows it


def _take_flag(row: Row) -> bool:
    """Take out of a revision that its cause was assumed by a merge; return whether it was."""
    flags = json.loads(row["flags"])
    if ASSUMED not in flags:
        return False
    row["flags"] = json.dumps([flag for flag in flags if flag != ASSUMED])
    return True


def _rank(row: Row) -> tuple[Any, ...]:
    text = json.dumps({k: v for k, v in row.items() if k not in _OF_PLACE}, default=str)
    version, _, _ = row["extractor"].partition(".")
    lasting = [row[name] or "" for name in _LASTING]
    return len(version), row["extractor"], lasting, text


def _later(one: Row, two: Row, moment: str) -> Row:
    """Return the row that is later by `moment`, with the earliest of first times."""
    later = max(one, two, key=lambda row: (row[moment] or "", _told(row)))
    both = {name: later[name] for name in later}
    for name in _MINIMA & both.keys():
        known = [row[name] for row in (one, two) if row[name] is not None]
        both[name] = min(known, default=None)
    return both


def _told(row: Row) -> str:
    return json.dumps([repr(row[name]) for name in sorted(row) if name not in _APART])
