"""What becomes of rows that two archives have of one thing: a rule for each table.

Each rule is a choice or a sum (the later row, the earliest time, all lines of both) that comes to
the same in any order and grouping, and for a row and itself to that row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from archive.errors import ArchiveError
from archive.visibility import reindexed

Row = dict[str, Any]
Ids = dict[int, int]  # which row here a row of the other archive is

_LEFT_OUT = {"holder": None}
_FIRST = frozenset({"first_crawled_at", "first_seen_at", "found_at"})
_DERIVED = {"sid": None, "current_revision": None, "cluster": None, "merged_into": None}
_THEIRS = "is_theirs"  # a mark of which of two rows counts
# What says nothing about which of two rows counts: it is united or told anew, or a mere number.
_NUMBERS = {"id", "page", "chain", "run", "lease_until"}
_APART = _FIRST | _DERIVED.keys() | _NUMBERS | {"text", "hints", _THEIRS}
# Of a page seen last at one time by two archives, the one that tells more counts.
_TELLS_MORE = ("unknown", "live", "changed", "host-dead", "blocked", "soft-gone", "gone")


def as_dict(cursor: sqlite3.Cursor, values: Sequence[Any]) -> Row:
    """Give a row as a dict: a row factory."""
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class Table:
    """A table of the archive that takes rows of another in."""

    def __init__(self, conn: sqlite3.Connection, name: str, keys: Sequence[str]) -> None:
        self.conn = conn
        self.name = name
        self.keys = keys

    def insert(self, row: Row) -> int:
        """Insert a row; return its number."""
        inserted = self.conn.execute(
            f"INSERT INTO {self.name} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            list(row.values()),
        )
        return int(inserted.lastrowid or 0)

    def all(self, row: Row) -> list[Row]:
        """Return the rows here that have the keys of `row`."""
        cursor = self.conn.execute(
            f"SELECT * FROM {self.name} WHERE {self._same()}", [row[key] for key in self.keys]
        )
        return [as_dict(cursor, values) for values in cursor.fetchall()]

    def here(self, row: Row) -> Row | None:
        """Return the row here that has the keys of `row`."""
        return next(iter(self.all(row)), None)

    def update(self, row: Row) -> None:
        """Give the row with the keys of `row` its values."""
        self.conn.execute(
            f"UPDATE {self.name} SET {', '.join(f'{name} = ?' for name in row)}"
            f" WHERE {self._same()}",
            [*row.values(), *(row[key] for key in self.keys)],
        )

    def _same(self) -> str:
        return " AND ".join(f"{key} IS ?" for key in self.keys)


def later(one: Row, two: Row, moment: str | None) -> Row:
    """Return the row that is later by the column `moment`, with the earliest of first times."""

    def place(row: Row) -> tuple[str, str]:
        return (row[moment] or "" if moment else ""), _told(row)

    newest: Row = max(one, two, key=place)
    both = {**newest}
    for name in _FIRST & both.keys():
        both[name] = min((row[name] for row in (one, two) if row[name] is not None), default=None)
    return both


def _told(row: Row) -> str:
    return json.dumps([repr(row[name]) for name in sorted(row) if name not in _APART])


def rows(conn: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Unite what hangs on no page: runs, sites, hosts, what was learned of sites, their health."""
    runs = Table(conn, "runs", ["id"])
    for row in source.execute("SELECT * FROM runs"):
        if row["ended_at"] is None:
            row |= {"ended_at": row["started_at"], "reason": "merged"}
        if runs.here(row) is None:
            runs.insert(row)
    for name, keys, moment in (
        ("sites", ["id"], "last_crawled_at"),
        ("hosts", ["host"], "last_answer_at"),
        ("templates", ["site", "kind", "version"], "learned_at"),
        ("health", ["site", "checked_at"], None),
    ):
        table = Table(conn, name, keys)
        for row in source.execute(f"SELECT * FROM {name}"):
            row |= {left: None for left in _LEFT_OUT if left in row}
            here = table.here(row)
            if here is None:
                table.insert(row)
            elif here | {left: None for left in _LEFT_OUT if left in row} != row:
                table.update(later(here, row, moment))


# Pages


def page(conn: sqlite3.Connection, row: Row) -> bool:
    """Bring a page in; return whether it is new here.

    :raises ArchiveError: another page has its id here.
    """
    table = Table(conn, "pages", ["id"])
    here = table.here(row)
    if here is None:
        table.insert(row | _DERIVED)
        return True
    if (here["site"], here["key"]) != (row["site"], row["key"]):
        raise ArchiveError(f"page {row['ref']} is another one there: the ids collide")
    told = ("state", "gone_at")  # by what the archives saw, further below
    both = later(
        {name: here[name] for name in here if name not in told},
        {name: row[name] for name in row if name not in told},
        "last_seen_at",
    )
    last = [one for one in (here, row) if one["last_seen_at"] == both["last_seen_at"]]
    state = max(last, key=lambda one: _TELLS_MORE.index(one["state"]))
    both |= {name: state[name] for name in told}
    table.update(both | {name: here[name] for name in _DERIVED})
    return False


def families(conn: sqlite3.Connection, source: sqlite3.Connection) -> Ids:
    """Let pages that proved to be one in either archive be one; return who stands for whom.

    As ever the one seen first stands for the others (archive/addresses.py).
    """
    query = "SELECT id, merged_into FROM pages WHERE merged_into IS NOT NULL"
    here = dict(conn.execute(query).fetchall())
    there = [(row["id"], row["merged_into"]) for row in source.execute(query)]
    into: Ids = {}
    for family in _connected([*here.items(), *there]):
        told = json.dumps(sorted(family))
        (main,) = conn.execute(
            "SELECT id FROM pages WHERE id IN (SELECT value FROM json_each(?))"
            " ORDER BY first_seen_at, id LIMIT 1", (told,),
        ).fetchone()  # fmt: skip
        into |= dict.fromkeys(family - {main}, main)
    changed = sorted(set(into.values()) & here.keys()) + [
        page for page, main in into.items() if here.get(page) != main
    ]
    with reindexed(conn, *changed):
        conn.executemany(
            "UPDATE pages SET merged_into = ? WHERE id = ?",
            [(into.get(page), page) for page in changed],
        )
    return into


def _connected(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the sets of pages that pairs connect."""
    family_of: dict[int, set[int]] = {}
    for one, two in pairs:
        both = family_of.get(one, {one}) | family_of.get(two, {two})
        family_of |= dict.fromkeys(both, both)
    return list({id(family): family for family in family_of.values()}.values())


def settle_families(conn: sqlite3.Connection, into: Ids) -> None:
    """Give what belongs to pages that stand for others to those, withdrawals to all of them."""
    table = Table(conn, "withdrawals", ["page"])
    for page, main in into.items():
        for name in ("aliases", "frontier"):
            conn.execute(f"UPDATE {name} SET page = ? WHERE page = ?", (main, page))
    for main in sorted(set(into.values())):
        family = [main, *(page for page, other in into.items() if other == main)]
        found = [row for page in family if (row := table.here({"page": page}))]
        for page in family:
            for row in found:
                withdrawal(conn, row | {"page": page})


def withdrawal(conn: sqlite3.Connection, row: Row) -> None:
    """Bring a withdrawal in: of two the stricter, then the earlier, with the lines of both."""
    table = Table(conn, "withdrawals", ["page"])
    here = table.here(row)
    if here is None:
        table.insert(row)
        return
    both = min(here, row, key=lambda one: (
        one["action"], one["at"], one["reason"], one["requested_by"] or ""
    ))  # fmt: skip
    lines = set(json.loads(here["lines"])).union(json.loads(row["lines"]))
    table.update(both | {"lines": json.dumps(sorted(lines))})


def alias(conn: sqlite3.Connection, row: Row) -> None:
    """Bring an address in: it is of the page that was seen there first."""
    table = Table(conn, "aliases", ["site", "url"])
    here = table.here(row)
    if here is None:
        table.insert(row)
    else:
        table.update(min(here, row, key=lambda one: (one["first_seen_at"], one["page"])))


def disappearance(conn: sqlite3.Connection, row: Row, captures: Ids) -> None:
    """Bring in a time in which a page was gone: it ended when either archive saw it back."""
    table = Table(conn, "disappearances", ["page", "gone_at"])
    # Those of a page that was lost with its host have none.
    for name in ("gone_capture", "back_capture"):
        row[name] = captures.get(row[name])
    here = table.here(row)
    if here is None:
        table.insert(row)
        return
    both = min(here, row, key=lambda one: (one["back_at"] or "9999", one["back_capture"] is None))
    known = [one["declared_at"] for one in (here, row) if one["declared_at"] is not None]
    state = max((here["state"], row["state"]), key=_TELLS_MORE.index)
    gone_capture = here["gone_capture"] or row["gone_capture"]
    both |= {"state": state, "gone_capture": gone_capture, "declared_at": min(known, default=None)}
    table.update(both)


# What is to be fetched


def frontier(conn: sqlite3.Connection, source: sqlite3.Connection) -> Ids:
    """Bring the frontier in; return the number here of each row there."""
    numbers: Ids = {}
    found_on: Ids = {}  # by row here the row there on whose page it was found
    # A chain is named by the row of its first page, which is in none itself.
    for row in source.execute("SELECT * FROM frontier ORDER BY chain IS NOT NULL, id"):
        old, there = row.pop("id"), row.pop("found_on")
        row |= {"run": None, "lease_until": None}
        if row["chain"] is not None:
            row["chain"] = str(numbers.get(int(row["chain"]), 0))
        if row["state"] == "leased":
            row["state"] = "ready"
        numbers[old], is_theirs = _frontier_row(conn, row)
        if is_theirs and there is not None:
            found_on[numbers[old]] = there
    conn.executemany(
        "UPDATE frontier SET found_on = ? WHERE id = ?",
        [(numbers.get(there), number) for number, there in found_on.items()],
    )
    return numbers


def _frontier_row(conn: sqlite3.Connection, row: Row) -> tuple[int, bool]:
    """Bring a row in; return its number here, and whether theirs says where it was found."""
    table = Table(conn, "frontier", ["site", "request_key"])
    here = table.here(row)
    if here is None:
        return table.insert(row), True
    number, found_on = here.pop("id"), here.pop("found_on")
    both = later({**here, _THEIRS: False}, {**row, _THEIRS: True}, "fetched_at")
    is_theirs = both.pop(_THEIRS)
    if _told(here) == _told(row) and None not in (here["page"], row["page"]):
        both["page"] = min(here["page"], row["page"])
    for name in ("text", "hints"):
        both[name] = max(here[name], row[name], key=lambda text: (len(text), text))
    Table(conn, "frontier", ["id"]).update({**both, "id": number})
    return number, is_theirs or found_on is None
