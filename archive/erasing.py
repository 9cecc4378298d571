"""Take a page out of the archive: hide it, show it again, or erase its text for good.

To erase is to leave a tombstone: ref, key, addresses, times and hashes. The text goes out of every
revision, caption, index, learned template and what listings said; out of the WARC files go the raw
records of the page, and its words wherever other records of its site repeat them (archive/
redaction.py). The records move in the transaction that erases the text; killed anywhere, either
nothing has happened, or the next writing command deletes what is left of the old files.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from archive import files, moments, warc_files, withdrawals
from archive.connection import transaction
from archive.errors import UsageError
from archive.redaction import PLACEHOLDER, lines_of, pattern_of, print_of, without_printed
from archive.rewriting import Rewritten, rewrite
from archive.visibility import reindexed
from archive.withdrawals import WITHOUT_TEXT

if TYPE_CHECKING:
    from archive.redaction import LeaveOut
    from archive.store import Archive

# Of a withdrawn page, and of all that are one with it.
_FAMILY = (
    "WITH RECURSIVE family(id) AS (SELECT ? UNION SELECT p.id FROM pages p JOIN family f"
    " ON p.merged_into = f.id UNION SELECT p.merged_into FROM pages p JOIN family f ON p.id = f.id"
    " WHERE p.merged_into IS NOT NULL) SELECT id FROM family"
)
# Nothing of the text; but that a merge assumed why it changed.
_FLAGS_LEFT = "iif(flags LIKE '%\"cause-assumed\"%', '[\"cause-assumed\"]', '[]')"
_IN = "IN (SELECT value FROM json_each(?))"


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
    attached = files.only_of(conn, own)
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
    found = take_out(archive, page, reason=reason, requested_by=requested_by, progress=progress)
    progress("making the database anew")
    clean(archive)
    return found


def take_out(
    archive: Archive,
    page: int,
    *,
    reason: str,
    requested_by: str | None,
    progress: Callable[[str], None] = lambda _: None,
    keep_entry: bool = False,
    is_known: bool = False,
) -> Withdrawn:
    """Erase as `erase` does, but for traces in free space: after the last page `clean` must follow.

    `keep_entry` leaves what was written down about a withdrawal that there is. Of a text that
    `is_known`, erased here before, no more lines are learned, and no other record is looked through
    for them.
    """
    conn = archive.conn
    pages = family(conn, page)
    found = preview(conn, page)
    lines = [] if is_known else _own_lines(conn, pages)
    # Its files go along, unless another article offers them as well.
    pages += files.only_of(conn, pages)
    rewritten = rewrite_records(archive, pages, _without(lines), progress)
    try:
        with transaction(conn):
            with reindexed(conn, *pages):
                for one in pages:
                    if not keep_entry or withdrawals.action(conn, one) != "erase":
                        _enter(conn, one, "erase", reason, requested_by)
                    _know_again(conn, one, lines)
            named = files.named_by(conn, pages)
            forget(conn, pages, pattern_of(lines))
            files.forget(conn)
            files.settle(conn, named)
            move_records(conn, rewritten)
    except BaseException:
        for new in rewritten.values():
            if new.path is not None:
                new.path.unlink(missing_ok=True)
        raise
    found.redacted = sum(len(one.payloads) for one in rewritten.values())
    found.files = len(rewritten)
    warc_files.discard(conn, archive.folder)
    return found


def _know_again(conn: sqlite3.Connection, page: int, texts: list[str]) -> None:
    """Keep the hashes of erased lines, beside those of an earlier time."""
    (known,) = conn.execute("SELECT lines FROM withdrawals WHERE page = ?", (page,)).fetchone()
    prints = {print_of(line) for line in lines_of(texts)}.union(json.loads(known))
    conn.execute(
        "UPDATE withdrawals SET lines = ? WHERE page = ?", (json.dumps(sorted(prints)), page)
    )


def _without(texts: list[str]) -> LeaveOut | None:
    pattern = pattern_of(texts)
    prints = {print_of(line) for line in lines_of(texts)}
    if pattern is None:
        return None
    return lambda body: without_printed(pattern.sub(PLACEHOLDER, body), prints)


def _own_lines(conn: sqlite3.Connection, pages: Collection[int]) -> list[str]:
    """Return the lines of `pages` that no other article of their site has in its own text.

    What another one says as well, a title that comes back every year, a caption, stays with that
    one: nobody asked to have it withdrawn, and its raw record has to give its text again.
    """
    lines = lines_of(_texts(conn, pages))
    told = json.dumps(list(pages))
    others = f"SELECT id FROM pages WHERE site IN (SELECT site FROM pages WHERE id {_IN})"
    for row in conn.execute(
        "SELECT title, lead, body, author, (SELECT group_concat(coalesce(caption, '') || char(10)"
        " || coalesce(alt, ''), char(10)) FROM images WHERE revision = r.id) FROM revisions r"
        f" WHERE page IN ({others}) AND page NOT {_IN}",
        (told, told),
    ):
        text = " ".join(" ".join(filter(None, row)).split())
        lines = {line for line in lines if line not in text}
    return sorted(lines)


def _texts(conn: sqlite3.Connection, pages: Collection[int]) -> list[str]:
    """Return every piece of text the archive has of `pages`."""
    told = json.dumps(list(pages))
    parts: list[str] = []
    for row in conn.execute(
        f"SELECT title, lead, body, author FROM revisions WHERE page {_IN}", (told,)
    ):
        parts += filter(None, row)
    for table in ("images", "attachments"):
        for row in conn.execute(
            f"SELECT caption, alt, text FROM {table} WHERE revision IN"
            f" (SELECT id FROM revisions WHERE page {_IN})",
            (told,),
        ):
            parts += filter(None, row)
    for text, hints in conn.execute(f"SELECT text, hints FROM frontier WHERE page {_IN}", (told,)):
        excerpt = json.loads(hints).get("excerpt")
        parts += [text, excerpt] if isinstance(excerpt, str) else [text]
    return parts


def rewrite_records(
    archive: Archive,
    pages: Collection[int],
    leave_out: LeaveOut | None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Rewritten]:
    """Write anew, under other names, the WARC files that hold anything of `pages`."""
    conn, told = archive.conn, json.dumps(list(pages))
    own: dict[str, set[int]] = {}
    near: dict[str, set[int]] = {}
    for file, offset, is_own in conn.execute(
        f"SELECT warc_file, warc_offset, page IS NOT NULL AND page {_IN} AS is_own FROM captures"
        f" WHERE warc_file IS NOT NULL AND site IN (SELECT site FROM pages WHERE id {_IN})"
        # What another article offers as a file stays with that one, whole.
        " AND (is_own OR kind <> 'attachment')",
        (told, told),
    ):
        (own if is_own else near).setdefault(file, set()).add(offset)

    def decide(file: str, offset: int) -> bool | LeaveOut:
        if offset in own.get(file, ()):
            return False
        return leave_out if leave_out is not None and offset in near.get(file, ()) else True

    done: dict[str, Rewritten] = {}
    files = sorted(own.keys() | (near.keys() if leave_out else set()))
    for number, file in enumerate(files, 1):
        progress(f"raw records: file {number} of {len(files)}")
        if (archive.folder / file).exists():
            one = rewrite(archive.folder / file, lambda offset, file=file: decide(file, offset))  # type: ignore[misc]
            if one:
                done[file] = one
    return done


def move_records(conn: sqlite3.Connection, rewritten: dict[str, Rewritten]) -> None:
    """Let captures point to where their records went, in a transaction."""
    for file, one in rewritten.items():
        name = one.path.name if one.path is not None else None
        conn.execute(
            "UPDATE captures SET warc_file = NULL, warc_offset = NULL, warc_length = NULL"
            f" WHERE warc_file = ? AND warc_offset {_IN}",
            (file, json.dumps(sorted(one.dropped))),
        )
        conn.executemany(
            "UPDATE captures SET payload_sha256 = ? WHERE warc_file = ? AND warc_offset = ?",
            [(digest, file, offset) for offset, digest in one.payloads.items()],
        )
        conn.executemany(
            "UPDATE captures SET warc_file = ?, warc_offset = ?, warc_length = ?"
            " WHERE warc_file = ? AND warc_offset = ?",
            [(name, *place, file, offset) for offset, place in one.places.items()],
        )
        found = warc_files.sum_of(one.path) if one.path is not None else None
        warc_files.replace(conn, file, name, found)


def forget(
    conn: sqlite3.Connection, pages: Collection[int], pattern: re.Pattern[bytes] | None
) -> None:
    """Empty every text of `pages` in the tables, in a transaction; hashes and addresses stay.

    The page must have left the indexes before: they need its words to let it go.
    """
    told = json.dumps(list(pages))
    revisions = f"(SELECT id FROM revisions WHERE page {_IN})"
    for statement in (
        "UPDATE revisions SET title = '', lead = NULL, body = '', author = NULL,"
        " author_kind = NULL, source = NULL, section = NULL, tags = '[]', word_count = 0,"
        f" evidence = '{{}}', flags = {_FLAGS_LEFT} WHERE page {_IN}",
        f"DELETE FROM images WHERE revision IN {revisions}",
        f"DELETE FROM attachments WHERE revision IN {revisions}",
        f"UPDATE captures SET evidence = '{{}}', failure_text = NULL WHERE page {_IN}",
        "UPDATE captures SET warc_file = NULL, warc_offset = NULL, warc_length = NULL,"
        f" same_content_as = NULL WHERE page {_IN}",
        "UPDATE captures SET same_content_as = NULL WHERE same_content_as IN"
        f" (SELECT id FROM captures WHERE page {_IN})",
        f"UPDATE frontier SET text = '', hints = {WITHOUT_TEXT} WHERE page {_IN}",
        f"DELETE FROM mentions WHERE page {_IN}",
        f"DELETE FROM fingerprints WHERE page {_IN}",
    ):
        conn.execute(statement, (told,))
    if pattern is not None:
        _forget_elsewhere(conn, told, pattern)


def _forget_elsewhere(conn: sqlite3.Connection, pages: str, pattern: re.Pattern[bytes]) -> None:
    """Drop what rows of the same site repeat of the text."""
    conn.create_function(
        "repeats", 1, lambda text: bool(text and pattern.search(text.encode())), deterministic=True
    )
    site = f"site IN (SELECT site FROM pages WHERE id {_IN})"
    for statement in (
        f"UPDATE frontier SET text = '', hints = {WITHOUT_TEXT}"
        f" WHERE (text <> '' OR hints <> '{{}}') AND {site}"
        " AND (repeats(text) OR repeats(hints))",
        f"UPDATE captures SET evidence = '{{}}' WHERE evidence <> '{{}}' AND {site}"
        " AND repeats(evidence)",
        f"UPDATE revisions SET evidence = '{{}}' WHERE page IN (SELECT id FROM pages WHERE {site})"
        " AND repeats(evidence)",
        f"DELETE FROM templates WHERE {site} AND repeats(data)",
        f"UPDATE health SET detail = '{{}}' WHERE {site} AND repeats(detail)",
    ):
        conn.execute(statement, (pages,))


def clean(archive: Archive) -> None:
    """Leave no trace of what was deleted in free space, in the indexes and in the log."""
    conn = archive.conn
    for table in ("articles_fts", "article_keys", "files_fts"):
        conn.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
    conn.execute("VACUUM")
    archive.all_written()
    archive.checkpoint()
