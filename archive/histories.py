"""The history of a page as it stands in an archive: its revisions, and where captures belong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from archive.revisions import JUDGED, note_judged
from archive.visibility import text_changes

Row = dict[str, Any]

_FILES = ("position", "url", "caption", "credit", "alt", "text")
# What the derived indexes know of a revision.
_APART = frozenset({"files", "is_judged"})  # what is no column of a revision
_SAID = ("title", "lead", "body", "section", "author")


@dataclass(slots=True)
class History:
    """What an archive tells of a page.

    :ivar revisions: rows in their order, without ids, with `files`: rows of images and attachments,
        and `is_judged`: whether the cause was found by reading both sides again.
    :ivar belonging: the place of a capture's revision in `revisions`, by capture.
    """

    revisions: list[Row] = field(default_factory=list)
    belonging: dict[int, int] = field(default_factory=dict)


def rows_of(conn: sqlite3.Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query as tuples, however else the connection gives them."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(query, values).fetchall()


def read(
    conn: sqlite3.Connection, page: int, number: Callable[[int], int] = lambda capture: capture
) -> History:
    """Return the history of a page.

    :param number: gives the id by which a capture is to be called.
    """
    told = History()
    places: dict[int, int] = {}
    for row in _stored(conn, page):
        revision = row.pop("id")
        places[revision] = len(told.revisions)
        row |= {"capture": number(row["capture"]), "files": _files_of(conn, revision)}
        told.revisions.append(row)
    for capture, revision in rows_of(
        conn, "SELECT id, revision FROM captures WHERE page = ? AND revision IS NOT NULL", page
    ):
        if revision in places:
            told.belonging[number(capture)] = places[revision]
    return told


def _stored(conn: sqlite3.Connection, page: int) -> list[Row]:
    cursor = conn.cursor()
    cursor.row_factory = None
    cursor.execute(
        "SELECT r.*, EXISTS (SELECT 1 FROM json_each(c.evidence, ?) WHERE value = r.content_hash)"
        " AS is_judged FROM revisions r JOIN captures c ON c.id = r.capture WHERE r.page = ?"
        " ORDER BY r.captured_at, r.extracted_at, r.id",
        (f"$.{JUDGED}", page),
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def _files_of(conn: sqlite3.Connection, revision: int) -> dict[str, list[list[Any]]]:
    """Return the images and attachments of a revision; which file that was is found anew."""
    query = f"SELECT {', '.join(_FILES)} FROM {{}} WHERE revision = ? ORDER BY position"
    return {
        table: [list(row) for row in rows_of(conn, query.format(table), revision)]
        for table in ("images", "attachments")
    }


def write(conn: sqlite3.Connection, page: int, told: History) -> int:
    """Let `told` be the history of a page, in a transaction; return how many revisions are more.

    Revisions keep their ids by their place. `files.relink` belongs behind the last page.
    """
    old = _stored(conn, page)
    if old and [_said(row) for row in old] != [_said(row) for row in told.revisions]:
        text_changes(conn, page)
    ids = sorted(row["id"] for row in old)  # of one second the smaller id comes first
    free = ids[len(told.revisions) :]
    for place, row in enumerate(told.revisions):
        values = {name: row[name] for name in row if name not in _APART} | {"page": page}
        if place < len(old):
            _update(conn, ids[place], values)
        else:
            ids.append(_insert(conn, values))
        _write_files(conn, ids[place], row["files"])
    conn.execute("UPDATE captures SET revision = NULL WHERE page = ?", (page,))
    conn.executemany(
        "UPDATE captures SET revision = ? WHERE id = ?",
        [(ids[place], capture) for capture, place in told.belonging.items()],
    )
    current = ids[len(told.revisions) - 1] if told.revisions else None
    conn.execute("UPDATE pages SET current_revision = ? WHERE id = ?", (current, page))
    _write_judged(conn, page, told)
    for spare in free:
        _write_files(conn, spare, {"images": [], "attachments": []})
        conn.execute("DELETE FROM revisions WHERE id = ?", (spare,))
    return max(0, len(told.revisions) - len(old))


def _write_judged(conn: sqlite3.Connection, page: int, told: History) -> None:
    conn.execute(
        "UPDATE captures SET evidence = json_remove(evidence, ?1) WHERE page = ?2"
        " AND json_extract(evidence, ?1) IS NOT NULL",
        (f"$.{JUDGED}", page),
    )
    judged: dict[int, set[str]] = {}
    for row in told.revisions:
        if row["is_judged"]:
            judged.setdefault(row["capture"], set()).add(row["content_hash"])
    for capture, contents in judged.items():
        note_judged(conn, capture, contents)


def _said(row: Row) -> list[Any]:
    return [row[name] for name in _SAID]


def _update(conn: sqlite3.Connection, revision: int, values: Row) -> None:
    conn.execute(
        f"UPDATE revisions SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
        [*values.values(), revision],
    )


def _insert(conn: sqlite3.Connection, values: Row) -> int:
    inserted = conn.execute(
        f"INSERT INTO revisions ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        list(values.values()),
    )
    return int(inserted.lastrowid or 0)


def _write_files(
    conn: sqlite3.Connection, revision: int, files: dict[str, list[list[Any]]]
) -> None:
    for table, rows in files.items():
        conn.execute(f"DELETE FROM {table} WHERE revision = ?", (revision,))
        conn.executemany(
            f"INSERT INTO {table} (revision, {', '.join(_FILES)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(revision, *file) for file in rows],
        )
