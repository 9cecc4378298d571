"""Unite two archives: in any order and grouping the same comes out, and twice changes nothing.

Of everything that both have one rule says what becomes of it, a choice or a sum for which neither
order nor grouping matter: rows (archive/uniting.py), captures (archive/uniting_captures.py), and
what is known of the contents of a page (archive/facts.py). Its history is told anew from all that
is known then (archive/retelling.py), unless only one archive knows anything of it, or both tell the
same: that history stays as it is, letter by letter.

What either archive erased is erased in both (archive/erasing.py). There alone it can matter what
was merged first, for what is gone cannot come back: A erased an article, B has it with a file, an
article of C offers that file, too. Merged first, A and B must let the file go, which nobody else
offers; B and C keep it. Likewise only words that somebody has are found glued to other letters, and
of one content in two spellings only that one is known by hashes whose text was there: such a word
may stay in a raw record of another page. Whatever the order, nothing that was erased is shown, and
the archive is sound.

Each batch of pages is one transaction; killed, the same command goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive import (
    derived,
    disappearance,
    duplicates,
    erasing,
    facts,
    files,
    gone_again,
    histories,
    uniting,
)
from archive.absence import THERE
from archive.connection import transaction
from archive.errors import UsageError
from archive.reading import open_for_reading
from archive.retelling import tell
from archive.uniting_captures import Captures
from archive.uniting_files import NAMED, Files
from archive.visibility import reindexed
from archive.warc import FOLDER

if TYPE_CHECKING:
    from archive.facts import Facts
    from archive.histories import History
    from archive.store import Archive

Progress = Callable[[str], None]

_Visits = dict[int, tuple[int, str]]

BATCH = 100  # pages a transaction

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
_ERASED = "SELECT page, lines FROM withdrawals WHERE action = 'erase' ORDER BY page"
# What one archive missed, another may have seen again; then the page is as it was seen last.
_SEEN_AGAIN = """
  SELECT c.captured_at, c.id FROM captures c WHERE c.page = d.page AND c.captured_at > d.gone_at
    AND c.captured_at < coalesce(d.back_at, '9999')
    AND c.kind IN ('article', 'attachment') AND c.status IN (200, 304)
  ORDER BY c.captured_at, c.id LIMIT 1
"""
_STATES = (
    f"UPDATE disappearances AS d SET (back_at, back_capture) = ({_SEEN_AGAIN})"
    f" WHERE d.page IN (SELECT value FROM json_each(?)) AND EXISTS ({_SEEN_AGAIN})",
    "UPDATE pages SET gone_at = (SELECT min(d.gone_at) FROM disappearances d"
    " WHERE d.page = pages.id AND d.back_at IS NULL AND d.state = 'gone')"
    " WHERE id IN (SELECT value FROM json_each(?))",
    f"UPDATE pages SET state = {THERE}"
    " WHERE (state IN ('live', 'changed') OR state = 'gone' AND gone_at IS NULL)"
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


def refuse(db: Path, other: Path) -> None:
    """Refuse what cannot be merged: nothing is written before.

    :raises UsageError: it is no archive, of another schema, this one itself, or without the folder
        of its raw records: its captures would name what nobody has.
    """
    if not other.exists():
        raise UsageError(f"there is no archive at {other}: name the file of the other database")
    with closing(open_for_reading(other)) as conn:
        named = [row[0] for row in conn.execute(NAMED)]
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
    is_whole = _begin(archive.conn)
    erased = archive.conn.execute(_ERASED).fetchall()
    with closing(open_for_reading(other)) as source:
        source.row_factory = uniting.as_dict
        source.execute("BEGIN")
        merging = _Merging(archive, source, other.parent / FOLDER, progress)
        done = merging.run()
    progress("erased pages")
    is_whole &= archive.conn.execute(_ERASED).fetchall() == erased
    new = merging.files.taken if is_whole else None
    done.withdrawn = erasing.erase_again(archive, new, progress)
    progress("duplicates")
    derived.drain(archive.conn)
    duplicates.settle(archive.conn)
    with transaction(archive.conn):
        archive.conn.execute("DELETE FROM meta WHERE name = 'merging'")
    return done


def _seen(conn: sqlite3.Connection, pages: str) -> _Visits:
    """Return how often each of `pages` (JSON) was visited, and when it was gone."""
    return {
        page: (number, gone)
        for page, number, gone in histories.rows_of(
            conn,
            "SELECT c.page, count(*), (SELECT json_group_array(json_array(d.gone_at, d.back_at,"
            " d.state)) FROM disappearances d WHERE d.page = c.page ORDER BY d.gone_at)"
            " FROM captures c WHERE c.page IN (SELECT value FROM json_each(?)) GROUP BY c.page",
            pages,
        )
    }


def _begin(conn: sqlite3.Connection) -> bool:
    """Note that a merge is under way; return whether the last one came to its end."""
    with transaction(conn):
        (unfinished,) = conn.execute("SELECT count(*) FROM meta WHERE name = 'merging'").fetchone()
        conn.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('merging', '1')")
    return not unfinished


class _Merging:
    """One archive on its way into another."""

    def __init__(
        self, archive: Archive, source: sqlite3.Connection, folder: Path, progress: Progress
    ) -> None:
        self.conn = archive.conn
        self.source = source
        self.progress = progress
        self.done = Merged()
        self.files = Files(archive.conn, archive.folder, source, folder)

    def run(self) -> Merged:
        with transaction(self.conn):
            uniting.rows(self.conn, self.source)
        pages = [row["id"] for row in self.source.execute("SELECT id FROM pages ORDER BY id")]
        # First all of them: they point to one another.
        with transaction(self.conn):
            for row in self.source.execute("SELECT * FROM pages"):
                self.done.pages += uniting.page(self.conn, row)
            families = uniting.families(self.conn, self.source)
        with transaction(self.conn):
            numbers = uniting.frontier(self.conn, self.source)
        self.captures = Captures(self.conn, numbers, self.files.take)
        for start in range(0, len(pages), BATCH):
            self.progress(f"pages: {start} of {len(pages)}")
            batch = pages[start : start + BATCH]
            with transaction(self.conn), reindexed(self.conn, *batch):
                self._batch(batch)
        with transaction(self.conn):
            self._bring("page IS NULL", ())
            self.captures.settle()
            with reindexed(self.conn, *families, *set(families.values())):
                uniting.settle_families(self.conn, families)
        self.progress("files")
        with transaction(self.conn):
            self.done.missing = self.files.restore()
            for row in self.source.execute("SELECT * FROM files"):
                files.unite(self.conn, row | {"capture": self.captures.ids[row["capture"]]})
            files.relink(self.conn)
        self.done.captures = self.captures.new
        self.done.files = len(self.files.taken)
        return self.done

    def _batch(self, pages: list[int]) -> None:
        told = json.dumps(pages)
        among = "page IN (SELECT value FROM json_each(?))"

        def theirs(table: str) -> list[uniting.Row]:
            query = f"SELECT * FROM {table} WHERE {among}"
            return self.source.execute(query, (told,)).fetchall()

        for row in theirs("aliases"):
            uniting.alias(self.conn, row)
        here = {page: facts.of_page(self.conn, page) for page in pages}
        seen = _seen(self.conn, told), _seen(self.source, told)
        self._bring(among, (told,))
        for page in pages:
            self._history(page, *here[page])
        for row in theirs("disappearances"):
            uniting.disappearance(self.conn, row, self.captures.ids)
        self._tell_states(*seen, _seen(self.conn, told))
        for row in theirs("withdrawals"):
            uniting.withdrawal(self.conn, row)

    def _tell_states(self, ours: _Visits, theirs: _Visits, both: _Visits) -> None:
        """Say of pages that were visited by both, and not alike, whether they are there."""
        pages = [page for page in ours.keys() & theirs.keys()
                 if not ours[page] == theirs[page] == both[page]]  # fmt: skip
        for page in pages:
            gone_again.tell(self.conn, page)
        for statement in _STATES:
            self.conn.execute(statement, (json.dumps(pages),))

    def _bring(self, condition: str, values: Sequence[object]) -> None:
        query = f"SELECT * FROM captures WHERE {condition} ORDER BY id"
        for row in self.source.execute(query, values).fetchall():
            self.captures.bring(row)

    def _history(self, page: int, known: Facts, told: History) -> None:
        """Tell the revisions of a page from what both archives know, if that is not one telling."""
        theirs, telling = facts.of_page(self.source, page, self.captures.ids.__getitem__)
        if (theirs, telling) == (known, told) or not theirs:
            return
        if known:
            both = facts.unite(known, theirs)
            telling = tell(both)
            facts.keep(self.conn, page, both, telling)
        self.done.revisions += histories.write(self.conn, page, telling)
        disappearance.causes_judged(self.conn, page)
