"""Take texts out of an archive for good: out of its tables, its indexes and its WARC files.

The raw records of a page go; where other records of its site, and other rows, repeat its words,
those go (archive/redaction.py). The records move in the transaction that erases the text; killed
anywhere, either nothing has happened, or the next writing command deletes what is left of the old
files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from archive import files, warc_files
from archive.connection import transaction
from archive.revisions import ASSUMED, JUDGED
from archive.rewriting import Rewritten, rewrite
from archive.visibility import reindexed
from archive.withdrawals import WITHOUT_TEXT

if TYPE_CHECKING:
    from archive.redaction import LeaveOut
    from archive.store import Archive

Progress = Callable[[str], None]

REDACTED = "redacted"  # in the evidence of a capture: words were taken out of its bytes

_IN = "IN (SELECT value FROM json_each(?))"
# Nothing of the text; but how its cause is known.
_FLAGS_LEFT = f"(SELECT json_group_array(value) FROM json_each(flags) WHERE value = '{ASSUMED}')"
# Nothing of the text; but what a merge keeps there, hashes and times (archive/facts.py), that words
# were taken out of the bytes, and that the page was not there.
_EVIDENCE_LEFT = (
    "json_patch('{}', json_object('readings', json_extract(evidence, '$.readings'),"
    f" '{REDACTED}', json_extract(evidence, '$.{REDACTED}'),"
    f" '{JUDGED}', json_extract(evidence, '$.{JUDGED}'),"
    " 'absent', json_extract(evidence, '$.absent')))"
)


def take_out(
    archive: Archive,
    pages: Collection[int],
    elsewhere: Mapping[str, LeaveOut],
    *,
    enter: Callable[[], None] = lambda: None,
    progress: Progress = lambda _: None,
    among: Collection[str] | None = None,
) -> dict[str, Rewritten]:
    """Erase the text of `pages`, but for traces in free space: `clean` must follow.

    :param elsewhere: what other records and rows of a site may keep, by site.
    :param enter: what else belongs into the transaction.
    :param among: the only WARC files in which records of other pages are looked through.
    :returns: the WARC files that were written anew, by their old names.
    """
    conn = archive.conn
    rewritten = _rewrite(archive, pages, elsewhere, progress, among)
    try:
        with transaction(conn):
            with reindexed(conn, *pages):
                enter()
                named = files.named_by(conn, pages)
                _forget(conn, pages, elsewhere)
                files.forget(conn)
                files.settle(conn, named)
            _move(conn, rewritten)
    except BaseException:
        for new in rewritten.values():
            if new.path is not None and new.is_new:
                new.path.unlink(missing_ok=True)
        raise
    warc_files.discard(conn, archive.folder)
    return rewritten


def _rewrite(
    archive: Archive,
    pages: Collection[int],
    elsewhere: Mapping[str, LeaveOut],
    progress: Progress,
    among: Collection[str] | None,
) -> dict[str, Rewritten]:
    """Write anew, under other names, the WARC files that hold anything of `pages`.

    Records that no capture names go along: what they say nobody would know.
    """
    told, sites = json.dumps(list(pages)), json.dumps(list(elsewhere))
    is_own = f"(page IS NOT NULL AND page {_IN})"
    # What another article offers as a file stays with that one, whole.
    is_near = f"(site {_IN} AND kind <> 'attachment')"
    holding = archive.conn.execute(
        f"SELECT warc_file, max({is_own}) FROM captures"
        f" WHERE warc_file IS NOT NULL AND ({is_own} OR {is_near}) GROUP BY warc_file",
        (told, told, sites),
    )
    touched: dict[str, int] = dict(holding.fetchall())
    done: dict[str, Rewritten] = {}
    for number, file in enumerate(sorted(touched), 1):
        progress(f"raw records: file {number} of {len(touched)}")
        is_seen = among is None or file in among
        if not (archive.folder / file).exists() or not (touched[file] or is_seen):
            continue
        kept: dict[int, bool | LeaveOut] = {
            offset: not own and (not (near and is_seen) or elsewhere[site])
            for offset, site, own, near in archive.conn.execute(
                f"SELECT warc_offset, site, {is_own}, {is_near} FROM captures WHERE warc_file = ?",
                (told, sites, file),
            )
        }
        one = rewrite(archive.folder / file, lambda offset, of=kept: of.get(offset, False))  # type: ignore[misc]
        if one:
            done[file] = one
    return done


def _move(conn: sqlite3.Connection, rewritten: dict[str, Rewritten]) -> None:
    """Let captures point to where their records went, in a transaction."""
    for file, one in rewritten.items():
        name = one.path.name if one.path is not None else None
        conn.execute(
            "UPDATE captures SET warc_file = NULL, warc_offset = NULL, warc_length = NULL"
            f" WHERE warc_file = ? AND warc_offset {_IN}",
            (file, json.dumps(sorted(one.dropped))),
        )
        conn.executemany(
            "UPDATE captures SET payload_sha256 = ?,"
            f" evidence = json_set(evidence, '$.{REDACTED}', json('true'))"
            " WHERE warc_file = ? AND warc_offset = ?",
            [(digest, file, offset) for offset, digest in one.payloads.items()],
        )
        conn.executemany(
            "UPDATE captures SET warc_file = ?, warc_offset = ?, warc_length = ?"
            " WHERE warc_file = ? AND warc_offset = ?",
            [(name, *place, file, offset) for offset, place in one.places.items()],
        )
        found = warc_files.sum_of(one.path) if one.path is not None else None
        warc_files.replace(conn, file, name, found)


def _forget(
    conn: sqlite3.Connection, pages: Collection[int], elsewhere: Mapping[str, LeaveOut]
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
        f"UPDATE captures SET evidence = {_EVIDENCE_LEFT}, failure_text = NULL WHERE page {_IN}",
        "UPDATE captures SET warc_file = NULL, warc_offset = NULL, warc_length = NULL,"
        f" same_content_as = NULL WHERE page {_IN}",
        "UPDATE captures SET same_content_as = NULL WHERE same_content_as IN"
        f" (SELECT id FROM captures WHERE page {_IN})",
        f"UPDATE frontier SET text = '', hints = {WITHOUT_TEXT} WHERE page {_IN}",
        f"DELETE FROM mentions WHERE page {_IN}",
        f"DELETE FROM fingerprints WHERE page {_IN}",
    ):
        conn.execute(statement, (told,))
    for site, leave_out in elsewhere.items():
        _forget_elsewhere(conn, site, leave_out)


def _forget_elsewhere(conn: sqlite3.Connection, site: str, leave_out: LeaveOut) -> None:
    """Drop what rows of a site repeat of the text."""

    def repeats(text: str | None) -> bool:
        return bool(text) and leave_out(str(text).encode()) != str(text).encode()

    conn.create_function("repeats", 1, repeats, deterministic=True)
    for statement in (
        f"UPDATE frontier SET text = '', hints = {WITHOUT_TEXT}"
        " WHERE (text <> '' OR hints <> '{}') AND site = ? AND (repeats(text) OR repeats(hints))",
        f"UPDATE captures SET evidence = {_EVIDENCE_LEFT} WHERE evidence <> '{{}}' AND site = ?"
        " AND repeats(evidence)",
        "UPDATE revisions SET evidence = '{}' WHERE page IN (SELECT id FROM pages WHERE site = ?)"
        " AND repeats(evidence)",
        "DELETE FROM templates WHERE site = ? AND repeats(data)",
        "UPDATE health SET detail = '{}' WHERE site = ? AND repeats(detail)",
    ):
        conn.execute(statement, (site,))


def clean(archive: Archive) -> None:
    """Leave no trace of what was deleted in free space, in the indexes and in the log."""
    conn = archive.conn
    for table in ("articles_fts", "article_keys", "files_fts"):
        conn.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
    conn.execute("VACUUM")
    archive.all_written()
    archive.checkpoint()
