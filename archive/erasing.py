"""Take a page out of the archive: hide it, show it again, or erase its text for good.

To erase is to leave a tombstone: ref, key, addresses, times and hashes. The text goes out of every
revision, caption, index, learned template and what listings said; out of the WARC files go the raw
records of the page, and its words wherever other records of its site repeat them (archive/
erasure.py).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from archive import erased_lines, files, moments, withdrawals
from archive.connection import transaction
from archive.erasure import clean, take_out
from archive.errors import UsageError
from archive.prints import print_of
from archive.redaction import PLACEHOLDER, pattern_of, printed
from archive.visibility import reindexed

if TYPE_CHECKING:
    from archive.redaction import LeaveOut
    from archive.store import Archive

# Of a withdrawn page, and of all that are one with it.
_FAMILY = (
    "WITH RECURSIVE family(id) AS (SELECT ? UNION SELECT p.id FROM pages p JOIN family f"
    " ON p.merged_into = f.id UNION SELECT p.merged_into FROM pages p JOIN family f ON p.id = f.id"
    " WHERE p.merged_into IS NOT NULL) SELECT id FROM family"
)
_IN = "IN (SELECT value FROM json_each(?))"
# Erased pages, and whether anything is there of them.
_ERASED = """
SELECT w.page, p.site, EXISTS (SELECT 1 FROM revisions r WHERE r.page = w.page
    AND (r.title <> '' OR r.body <> '' OR r.lead IS NOT NULL OR r.evidence <> '{}'))
  OR EXISTS (SELECT 1 FROM captures c WHERE c.page = w.page AND (c.warc_file IS NOT NULL
    OR c.same_content_as IS NOT NULL OR c.failure_text IS NOT NULL
    OR json_remove(c.evidence, '$.readings', '$.redacted', '$.judged', '$.absent') <> '{}'))
  OR EXISTS (SELECT 1 FROM frontier f WHERE f.page = w.page
    AND (f.text <> '' OR json_extract(f.hints, '$.excerpt') IS NOT NULL))
FROM withdrawals w JOIN pages p ON p.id = w.page WHERE w.action = 'erase' ORDER BY w.page
"""
_HAS_COME_BACK = """
SELECT EXISTS (SELECT 1 FROM withdrawals w WHERE w.action = 'erase' AND (
  EXISTS (SELECT 1 FROM revisions r WHERE r.page = w.page AND (r.title <> '' OR r.body <> ''))
  OR EXISTS (SELECT 1 FROM captures c WHERE c.page = w.page AND c.warc_file IS NOT NULL)))
"""
# A file goes with the articles that alone offered it.
_ENTER_FILE = """
INSERT INTO withdrawals (page, action, reason, requested_by, at)
  SELECT ?, 'erase', reason, requested_by, at FROM withdrawals
  WHERE action = 'erase' AND page IN (SELECT id FROM pages WHERE site =
    (SELECT site FROM pages WHERE id = ?)) ORDER BY at, reason, page LIMIT 1
  ON CONFLICT (page) DO UPDATE SET action = 'erase', reason = excluded.reason,
    requested_by = excluded.requested_by, at = excluded.at WHERE action = 'hide'
"""


@dataclass(slots=True)
class Withdrawn:
    """What a withdrawal came to, or would: refs, and how much there was to erase.

    :ivar files: WARC files that were written anew.
    :ivar attachments: files that no other article offers: they share its fate.
    """

    refs: list[str] = field(default_factory=list)
    revisions: int = 0
    records: int = 0
    redacted: int = 0
    files: int = 0
    attachments: int = 0
    duplicates: list[str] = field(default_factory=list)


def family(conn: sqlite3.Connection, page: int) -> list[int]:
    """Return the pages that are one with `page`: merged into it, or it into them."""
    return sorted(row[0] for row in conn.execute(_FAMILY, (page,)))


def preview(conn: sqlite3.Connection, page: int) -> Withdrawn:
    """Say what `erase` would take, without looking into other records."""
    own = family(conn, page)
    attached = erased_lines.files_of(conn, own)
    pages, both = json.dumps(own), json.dumps(own + attached)
    one = f"SELECT count(*) FROM revisions WHERE page {_IN}"
    raw = f"SELECT count(*) FROM captures WHERE page {_IN} AND warc_file IS NOT NULL"
    return Withdrawn(
        refs=_refs(conn, pages),
        revisions=conn.execute(one, (pages,)).fetchone()[0],
        records=conn.execute(raw, (both,)).fetchone()[0],
        attachments=len(attached),
        duplicates=_duplicates(conn, pages),
    )


def _refs(conn: sqlite3.Connection, pages: str) -> list[str]:
    rows = conn.execute(f"SELECT ref FROM pages WHERE id {_IN} ORDER BY merged_into, ref", (pages,))
    return [row[0] for row in rows]


def _duplicates(conn: sqlite3.Connection, pages: str) -> list[str]:
    """Return the refs of other articles that have the same text, on whichever site."""
    rows = conn.execute(
        "SELECT DISTINCT p.ref FROM duplicates d JOIN pages p ON p.id = d.article OR p.id = d.other"
        f" WHERE (d.article {_IN} OR d.other {_IN}) AND p.id NOT {_IN}"
        " AND d.kind IN ('same_text', 'near_duplicate') ORDER BY p.ref",
        (pages, pages, pages),
    )
    return [row[0] for row in rows]


def refuse(conn: sqlite3.Connection, page: int, wanted: Literal["hide", "erase", "undo"]) -> None:
    """Refuse to hide what is withdrawn already, and to show again what is not hidden.

    :raises UsageError: saying which of them.
    """
    action = withdrawals.action(conn, page)
    if wanted == "hide" and action:
        raise UsageError(f"it is withdrawn already ({action}): nothing was changed")
    if wanted == "undo" and action != "hide":
        told = "it was erased: nothing is left to show" if action else "it is not withdrawn"
        raise UsageError(f"{told}; nothing was changed")


def hide(archive: Archive, page: int, *, reason: str, requested_by: str | None) -> Withdrawn:
    """Show a page nowhere any more; its text stays.

    :raises UsageError: it is withdrawn already.
    """
    conn = archive.conn
    refuse(conn, page, "hide")
    pages = family(conn, page)
    found = preview(conn, page)
    with transaction(conn), reindexed(conn, *pages):
        for one in pages:
            _enter(conn, one, "hide", reason, requested_by)
        files.settle(conn, files.named_by(conn, pages))
    return found


def undo(archive: Archive, page: int) -> Withdrawn:
    """Show a hidden page again.

    :raises UsageError: it is not hidden.
    """
    conn = archive.conn
    refuse(conn, page, "undo")
    pages = family(conn, page)
    found = preview(conn, page)
    with transaction(conn), reindexed(conn, *pages):
        conn.execute(f"DELETE FROM withdrawals WHERE page {_IN}", (json.dumps(pages),))
        files.settle(conn, files.named_by(conn, pages))
    return found


def _enter(
    conn: sqlite3.Connection, page: int, action: str, reason: str, requested_by: str | None
) -> None:
    conn.execute(
        "INSERT INTO withdrawals (page, action, reason, requested_by, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (page) DO UPDATE SET action = excluded.action, reason = excluded.reason,"
        " requested_by = excluded.requested_by, at = excluded.at",
        (page, action, reason, requested_by, moments.public(moments.now())),
    )


def erase(
    archive: Archive,
    page: int,
    *,
    reason: str,
    requested_by: str | None,
    progress: Callable[[str], None] = lambda _: None,
) -> Withdrawn:
    """Erase the text of a page, and of those that are one with it, for good.

    `archive` must have been opened exclusively. Again, it erases what has come back.
    """
    conn = archive.conn
    pages = family(conn, page)
    found = preview(conn, page)
    lines = erased_lines.of_pages(conn, pages)
    said = erased_lines.shared(conn, pages, lines)
    addresses = erased_lines.offered(conn, pages)
    # Its files go along, unless another article offers them as well.
    pages += erased_lines.files_of(conn, pages)
    (site,) = conn.execute("SELECT site FROM pages WHERE id = ?", (page,)).fetchone()

    def enter() -> None:
        for one in pages:
            _enter(conn, one, "erase", reason, requested_by)
            erased_lines.note(conn, one, lines, addresses, said)

    leave_out = without(lines - said)
    elsewhere = {site: leave_out} if leave_out else {}
    rewritten = take_out(archive, pages, elsewhere, enter=enter, progress=progress)
    found.redacted = sum(len(one.payloads) for one in rewritten.values())
    found.files = len(rewritten)
    progress("making the database anew")
    clean(archive)
    return found


def erase_again(
    archive: Archive, new: Collection[str] | None, progress: Callable[[str], None]
) -> int:
    """Erase what a merge or a crawl brought of pages that were erased, and their words.

    The words are known by the text of the pages where one archive had it, else by the hashes of
    their lines.

    :param new: the WARC files that no erased line was looked for in; None: any may be.
    :returns: how many pages there was something of.
    """
    conn = archive.conn
    rows = conn.execute(_ERASED).fetchall()
    brought = [page for page, _, is_there in rows if is_there]
    sites = sorted({site for _, site, _ in rows})
    with transaction(conn):
        lines = {page: _note_again(conn, page) for page in brought}
        prints = {site: erased_lines.settle(conn, site) for site in sites}
    if not brought and new is not None and not new:
        return 0
    elsewhere: dict[str, LeaveOut] = {}
    words: set[str] = set()
    for site in sites:
        known = {line for page, of, _ in rows if of == site for line in lines.get(page, ())}
        known = {line for line in known if print_of(line) in prints[site]}
        words |= known
        if (leave_out := without(known, prints[site])) is not None:
            elsewhere[site] = leave_out
    attached = [file for site in sites for file in erased_lines.files_of_erased(conn, site)]

    def enter() -> None:
        for file in attached:
            conn.execute(_ENTER_FILE, (file, file))

    among = None if words else new
    pages = brought + attached
    rewritten = take_out(archive, pages, elsewhere, enter=enter, progress=progress, among=among)
    if pages or rewritten:
        clean(archive)
    return len(brought)


def has_come_back(conn: sqlite3.Connection) -> bool:
    """Tell whether an erased page has a text: one that had it proved to be that page."""
    return bool(conn.execute(_HAS_COME_BACK).fetchone()[0])


def _note_again(conn: sqlite3.Connection, page: int) -> set[str]:
    """Keep the hashes of the lines that came of an erased article; return the lines."""
    (kind,) = conn.execute("SELECT kind FROM pages WHERE id = ?", (page,)).fetchone()
    if kind == "attachment":
        return set()
    lines, addresses = erased_lines.of_pages(conn, [page]), erased_lines.offered(conn, [page])
    for one in family(conn, page):
        if withdrawals.action(conn, one) == "erase":
            erased_lines.note(conn, one, lines, addresses)
    return lines


def without(lines: Collection[str], prints: Collection[str] = ()) -> LeaveOut | None:
    """Return what takes lines out of a body, those whose words are known and those that are not."""
    pattern = pattern_of(lines)
    known = {*map(print_of, lines), *prints}
    if not known:
        return None
    without_lines = printed(known)

    def left(body: bytes) -> bytes:
        body = without_lines(body)  # first: so it goes where only hashes are known, too
        return pattern.sub(PLACEHOLDER, body) if pattern else body

    return left
