"""The ledger of disappearances, put right by captures of the past: they come in any order.

A visit of our own only adds to the end of the ledger. A capture of the past may show that a page
was there while it was taken to be gone, that it had gone earlier, or that it was gone for a time
before anybody here had seen it. What hid a page from us (blocked, its host dead) hid it from nobody
else: those times stay as they are.
"""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from archive import absence

_SEEN = "(kind IN ('article', 'attachment') OR status = 304)"
_ABSENT = "json_extract(evidence, '$.absent')"


class _Time(NamedTuple):
    """A row of `disappearances`."""

    gone_at: str
    back_at: str | None
    gone_capture: int | None
    back_capture: int | None
    state: str
    declared_at: str | None


class _Visit(NamedTuple):
    """A capture."""

    at: str
    id: int
    url: str


def seen_then(conn: sqlite3.Connection, page: int, capture: int, moment: str) -> None:
    """Note that `capture` shows the page at `moment`: times in which it was gone end there.

    Another begins with the next visit that missed the page, if one did.
    """
    for row in _rows(
        conn,
        "page = ? AND gone_at < ? AND (back_at IS NULL OR back_at > ?)"
        " AND state IN ('gone', 'soft-gone')",
        (page, moment, moment),
    ):
        _split(conn, page, row, capture, moment)
    missed = _visit(conn, page, "> ?", "ASC", f"({_SEEN} OR kind = 'not-found')", moment)
    if missed is not None:
        missing_then(conn, page, missed.id, missed.at)


def _split(conn: sqlite3.Connection, page: int, row: _Time, capture: int, moment: str) -> None:
    declared = row.declared_at if row.declared_at and row.declared_at <= moment else None
    conn.execute(
        "UPDATE disappearances SET back_at = ?, back_capture = ?, declared_at = ?"
        " WHERE page = ? AND gone_at = ?",
        (moment, capture, declared, page, row.gone_at),
    )
    again = _visit(
        conn, page, "> ? AND captured_at < ?", "ASC", f"{_ABSENT} = ?",
        moment, row.back_at or "9999", row.state,
    )  # fmt: skip
    if again is not None:
        is_over = row.back_at is not None and declared is None
        late = row._replace(
            gone_at=again.at,
            gone_capture=again.id,
            declared_at=row.declared_at if is_over else None,
        )
        _enter(conn, page, late)
    if row.back_at is None:
        gone_at = again.at if again is not None and row.state == "gone" else None
        conn.execute("UPDATE pages SET gone_at = ? WHERE id = ?", (gone_at, page))
        absence.judge_anew(conn, page)


def missing_then(conn: sqlite3.Connection, page: int, capture: int, moment: str) -> None:
    """Note that `capture` is a 404 or 410 of the page, which was or will be seen otherwise.

    It makes the time it stands before, or opens one between two captures that show the page, if
    one of these is of the same address.
    """
    url, kind = conn.execute("SELECT url, kind FROM captures WHERE id = ?", (capture,)).fetchone()
    if kind != "not-found":
        return
    conn.execute(
        "UPDATE captures SET evidence = json_set(evidence, '$.absent', 'gone') WHERE id = ?",
        (capture,),
    )
    before = _visit(conn, page, "<= ?", "DESC", _SEEN, moment)
    after = _visit(conn, page, "> ?", "ASC", _SEEN, moment)
    end = after.at if after is not None else None
    known = _rows(
        conn,
        "page = ? AND (back_at IS NULL OR back_at > ?) AND gone_at < coalesce(?, '9999')"
        " AND state = 'gone' ORDER BY gone_at",
        (page, moment, end),
    )
    if before is None or url not in {visit.url for visit in (before, after) if visit is not None}:
        return
    if known and known[0].gone_at > moment:
        _begin_earlier(conn, page, known[0], capture, moment)
    elif not known and after is not None:
        _enter(conn, page, _Time(moment, end, capture, after.id, "gone", None))


def _begin_earlier(
    conn: sqlite3.Connection, page: int, row: _Time, capture: int, moment: str
) -> None:
    conn.execute(
        "UPDATE disappearances SET gone_at = ?, gone_capture = ? WHERE page = ? AND gone_at = ?",
        (moment, capture, page, row.gone_at),
    )
    if row.back_at is None:
        conn.execute("UPDATE pages SET gone_at = ? WHERE id = ?", (moment, page))
        absence.judge(conn, page)


def _visit(
    conn: sqlite3.Connection, page: int, when: str, order: str, condition: str, *values: Any
) -> _Visit | None:
    row = conn.execute(
        f"SELECT captured_at, id, url FROM captures WHERE page = ? AND captured_at {when}"
        f" AND {condition} ORDER BY captured_at {order}, id {order} LIMIT 1",
        (page, *values),
    ).fetchone()
    return _Visit(*row) if row else None


def _rows(conn: sqlite3.Connection, condition: str, values: tuple[Any, ...]) -> list[_Time]:
    rows = conn.execute(
        "SELECT gone_at, back_at, gone_capture, back_capture, state, declared_at"
        f" FROM disappearances WHERE {condition}",
        values,
    ).fetchall()
    return [_Time(*row) for row in rows]


def _enter(conn: sqlite3.Connection, page: int, time: _Time) -> None:
    conn.execute(
        "INSERT INTO disappearances (page, gone_at, back_at, gone_capture, back_capture, state,"
        " declared_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page, gone_at) DO NOTHING",
        (page, *time),
    )
