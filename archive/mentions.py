"""The derived index `mentions`: which administrative units each article is about.

What an article names (archive/places.py) is read from its title, lead and body by the day of its
publication, else the day it was first seen. An article that names no unit at all is about that of
its site. The units stand in `units`, loaded with the first article (archive/units.py).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache

from archive import keys, places, units
from archive.places import DISTRICT, PROVINCE, WARD, Context, canonical, named_in
from archive.rows import insert_rows
from archive.units import Key, Unit, shipped
from archive.views import VISIBLE

NAME = "mentions"
# Small, for each question after a unit reads what waits; larger ones would hardly save anything.
BATCH = 32
# Raise it when `update` writes other rows for the same names.
FORM = 1

SOURCES = ("title", "lead", "body")
SITE = "site"

Row = tuple[int, str, str, str, str | None]
"""Page, code and first day of the unit, source and raw words."""

_SHOWN = (
    "SELECT p.id, coalesce(substr(r.published_at, 1, 10), substr(p.first_seen_at, 1, 10)),"
    " p.site, r.title, coalesce(r.lead, ''), r.body FROM json_each(?) j"
    " CROSS JOIN pages p ON p.id = j.value JOIN revisions r ON r.id = p.current_revision"
    f" WHERE p.sid IS NOT NULL AND {VISIBLE}"
)


def version() -> str:
    """Return what `meta` holds of the form of the index."""
    return f"{units.version()}.{places.FORM}.{FORM}"


# More pages than these are not read for a question, which takes a quarter of a millisecond each:
# what they are about is told a little later. During a crawl they are never so many.
MOST_PENDING = 100

ABOUT = f"{units.PAGES} UNION SELECT value FROM json_each(?)"
"""The pages about a unit and all that counts for it; `about` gives its values."""


def about(conn: sqlite3.Connection, unit: Unit) -> tuple[str, str]:
    """Return the values for `ABOUT`: the units, and what of the pending pages is about them."""
    rows = conn.execute("SELECT page FROM pending WHERE derived = ? LIMIT ?", (NAME, MOST_PENDING))
    waiting = [page for (page,) in rows]
    about_it = _about_by_their_text(conn, units.lineage(unit), waiting)
    return units.pages_value(unit), json.dumps(sorted(about_it))


def of_those_about(conn: sqlite3.Connection, unit: Unit, pages: str) -> list[int]:
    """Return which of `pages` (a JSON list of ids) are about a unit or what counts for it.

    Of pages that are pending, and few, their texts tell; else the index.
    """
    wanted = units.lineage(unit)
    rows = conn.execute(
        "SELECT w.page FROM json_each(?) j CROSS JOIN pending w"
        " ON w.derived = ? AND w.page = j.value LIMIT ?",
        (pages, NAME, MOST_PENDING),
    )
    waiting = [page for (page,) in rows]
    rows = conn.execute(
        "SELECT m.page, m.unit_code, m.unit_valid_from FROM json_each(?) j"
        " CROSS JOIN mentions m ON m.page = j.value",
        (pages,),
    )
    told = {page for page, *key in rows if tuple(key) in wanted}.difference(waiting)
    return sorted(told | _about_by_their_text(conn, wanted, waiting))


def _about_by_their_text(
    conn: sqlite3.Connection, wanted: Container[Key], pages: Sequence[int]
) -> set[int]:
    rows = _read(conn, json.dumps(pages)) if pages else []
    return {page for page, code, since, *_ in rows if (code, since) in wanted}


def update(conn: sqlite3.Connection, pages: str) -> None:
    """Bring the mentions of `pages` (a JSON list of ids) in line with what is shown of them."""
    units.load(conn)
    link_sites(conn)
    remove(conn, pages)
    insert_rows(
        conn,
        "INSERT INTO mentions (page, unit_code, unit_valid_from, source, raw)",
        _read(conn, pages),
    )
    insert_rows(
        conn,
        "INSERT OR IGNORE INTO pending (derived, page)",
        [(keys.NAME, page) for page in keys.outdated(conn, pages)],
    )


def _read(conn: sqlite3.Connection, pages: str) -> list[Row]:
    """Return the rows of `mentions` that pages should have."""
    sites = _site_units(conn)
    rows: list[Row] = []
    for page, day, site, *parts in conn.execute(_SHOWN, (pages,)):
        own = sites.get(site, ())
        named = units_about(parts, Context(day, own))
        rows += [(page, *key, source, raw) for key, source, raw in named]
    return rows


def units_about(parts: Sequence[str], context: Context) -> list[tuple[Key, str, str | None]]:
    """Return the units an article is about, each with its source and the words there.

    `parts` are title, lead and body. One that names none is about those of its site.
    """
    found = named_in(parts, context)
    if found:
        return [(one.unit, SOURCES[one.part], one.raw) for one in found]
    return [
        (key, SITE, None) for key in context.site_units if shipped().units[key].existed(context.day)
    ]


def remove(conn: sqlite3.Connection, pages: str) -> None:
    """Take the mentions of `pages` (a JSON list of ids) out."""
    conn.execute("DELETE FROM mentions WHERE page IN (SELECT value FROM json_each(?))", (pages,))


def clear(conn: sqlite3.Connection) -> None:
    """Empty the index."""
    conn.execute("DELETE FROM mentions")


def _site_units(conn: sqlite3.Connection) -> dict[str, tuple[Key, ...]]:
    """Return for each site its units then and now, as far as they are known."""
    found = {}
    for site, *then_and_now in conn.execute(
        "SELECT id, unit_code, unit_valid_from, unit_now_code, unit_now_valid_from FROM sites"
    ):
        pairs = (tuple(then_and_now[:2]), tuple(then_and_now[2:]))
        found[site] = tuple(dict.fromkeys(key for key in pairs if key in shipped().units))
    return found


# Sites


def link_sites(conn: sqlite3.Connection) -> None:
    """Fill in the units of all sites, then and now; what is not certain stays NULL."""
    rows = conn.execute(
        "SELECT level, name, province, province_now, valid_from, valid_to, id,"
        " unit_code, unit_valid_from, unit_now_code, unit_now_valid_from FROM sites"
    ).fetchall()
    for level, name, province, province_now, since, until, site, *linked in rows:
        then, now = _then_and_now(SitePlace(level, name, province, province_now, since, until))
        keys = [*(then or (None, None)), *(now or (None, None))]
        if keys != linked:
            conn.execute(
                "UPDATE sites SET unit_code = ?, unit_valid_from = ?, unit_now_code = ?,"
                " unit_now_valid_from = ? WHERE id = ?",
                (*keys, site),
            )


@dataclass(frozen=True, slots=True)
class SitePlace:
    """What `sites` says of where a site belongs."""

    level: str
    name: str
    province: str | None = None
    province_now: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    def then(self) -> Key | None:
        """Return its unit before 1 July 2025; None when that is not certain, or it began since."""
        province = _province(self.province, before=True)
        if self.level == PROVINCE:
            return province
        if self.level not in (DISTRICT, WARD) or (self.valid_from or "") >= units.REFORM:
            return None
        return _named(self.name, self.level, province, before=True)

    def now(self) -> Key | None:
        """Return its unit today; None when that is not certain.

        A district has none: its land was divided among several communes.
        """
        province = _province(self.province_now or self.province, before=False)
        if self.level == PROVINCE:
            return province
        if self.level != WARD:
            return None
        then = self.then()
        if then is not None:
            return _followed(then)
        is_over = self.valid_to is not None and self.valid_to < units.REFORM
        return None if is_over else _named(self.name, WARD, province, before=False)


@cache
def _then_and_now(site: SitePlace) -> tuple[Key | None, Key | None]:
    return site.then(), site.now()


def _province(name: str | None, *, before: bool) -> Key | None:
    found = places.gazetteer().get(canonical(name or "").removeprefix("tp "), ())
    keys = [
        unit.key
        for unit in found
        if unit.level == PROVINCE
        and (unit.valid_from < units.REFORM if before else unit.valid_to is None)
    ]
    return max(keys, default=None)


def _named(name: str, level: str, province: Key | None, *, before: bool) -> Key | None:
    """Return the one unit of `level` that the name of a site names."""
    if province is None:
        return None
    day = "2025-06-30" if before else "9999-12-31"
    found = named_in((name,), Context(day, (province,)))
    named = [(shipped().units[one.unit], one.raw.lower()) for one in found]
    keys = {
        unit.key
        for unit, raw in named
        if unit.level == level
        and unit.existed(day)
        # A township of before is not the commune of today that has its name.
        and (level != WARD or not before or raw.startswith(unit.kind))
    }
    return keys.pop() if len(keys) == 1 else None


def _followed(key: Key) -> Key | None:
    """Return what a unit of the past is today, if it is one unit."""
    while shipped().units[key].valid_to is not None:
        nexts = units.successors(key)
        if len(nexts) != 1:
            return None
        key = nexts[0]
    return key
