"""By which lines the text of an erased page is known again wherever its site repeats it.

`withdrawals.lines` has their hashes, for nobody may know the words. Lines that another article of
the site says in its own text stay with that one: nobody asked to have it withdrawn, and its raw
record has to give its text again. Their hashes are kept behind a mark, so that they match nothing:
`~` where that was found when the words were known, `-` where an article that the archive has today
has just that line. The latter is found anew whenever archives are merged (`settle`). Behind an `@`
stand the addresses of the files that the page offered: another archive may have kept them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from archive.files import TABLES, only_of
from archive.prints import Prints, hash_of, print_of
from archive.redaction import lines_of

SHARED, SAID_TODAY, OFFERED = "~", "-", "@"

_IN = "IN (SELECT value FROM json_each(?))"
_FILE = "coalesce(caption, '') || char(10) || coalesce(alt, '') || char(10) || url"
# What the articles of the sites of some pages say that are none of them. The name of a file that
# several offer stands in the address of each.
_OTHERS = (
    "SELECT title, lead, body, author,"
    f" (SELECT group_concat({_FILE}, char(10)) FROM images WHERE revision = r.id),"
    f" (SELECT group_concat({_FILE}, char(10)) FROM attachments WHERE revision = r.id)"
    " FROM revisions r"
    f" WHERE page IN (SELECT id FROM pages WHERE site IN (SELECT site FROM pages WHERE id {_IN}))"
    f" AND page NOT {_IN}"
)
# Articles that name a file by its address or its bytes, but for some.
_NAMING = (
    "SELECT 1 FROM {} n JOIN revisions r ON r.id = n.revision JOIN pages p ON p.id = r.page"
    " WHERE ((n.url IN (SELECT url FROM aliases WHERE page = ?1)"
    "   AND p.site = (SELECT site FROM pages WHERE id = ?1))"
    "  OR n.sha256 IN (SELECT payload_sha256 FROM captures WHERE page = ?1"
    "   AND kind = 'attachment'))"
    " AND r.page NOT IN (SELECT value FROM json_each(?2)) LIMIT 1"
)


def of_pages(conn: sqlite3.Connection, pages: Collection[int]) -> set[str]:
    """Return every line that the archive has of `pages` and that is long enough to be known."""
    told = json.dumps(list(pages))
    parts: list[str | None] = []
    for row in conn.execute(
        f"SELECT title, lead, body, author FROM revisions WHERE page {_IN}", (told,)
    ):
        parts += row
    for table in TABLES:
        for row in conn.execute(
            f"SELECT caption, alt, text FROM {table} WHERE revision IN"
            f" (SELECT id FROM revisions WHERE page {_IN})",
            (told,),
        ):
            parts += row
    for text, hints in conn.execute(f"SELECT text, hints FROM frontier WHERE page {_IN}", (told,)):
        excerpt = json.loads(hints).get("excerpt")
        parts += [text, excerpt] if isinstance(excerpt, str) else [text]
    return lines_of(parts)


def shared(conn: sqlite3.Connection, pages: Collection[int], lines: set[str]) -> set[str]:
    """Return those of the lines of `pages` that another article says, be it within a line."""
    told = json.dumps(list(pages))
    own = set(lines)
    for row in conn.execute(_OTHERS, (told, told)):
        text = " ".join(" ".join(filter(None, row)).split())
        own = {line for line in own if line not in text}
    return lines - own


def offered(conn: sqlite3.Connection, pages: Collection[int]) -> set[str]:
    """Return the addresses of the files that any revision of `pages` offers or shows."""
    query = f"SELECT n.url FROM {{}} n JOIN revisions r ON r.id = n.revision WHERE r.page {_IN}"
    told = json.dumps(list(pages))
    return {url for table in TABLES for (url,) in conn.execute(query.format(table), (told,))}


def note(
    conn: sqlite3.Connection,
    page: int,
    lines: set[str],
    addresses: Collection[str],
    said: Collection[str] = (),
) -> None:
    """Keep the hashes of lines and of addresses of files beside those of an earlier time.

    Lines that are `said` elsewhere are marked. Inside a transaction; the page must be withdrawn.
    """
    known = set(_known(conn, page))
    known |= {(SHARED if line in said else "") + print_of(line) for line in lines}
    known |= {OFFERED + hash_of(url) for url in addresses}
    _store(conn, page, known)


def _known(conn: sqlite3.Connection, page: int) -> list[str]:
    (lines,) = conn.execute("SELECT lines FROM withdrawals WHERE page = ?", (page,)).fetchone()
    return list(json.loads(lines))


def _store(conn: sqlite3.Connection, page: int, prints: Collection[str]) -> None:
    conn.execute(
        "UPDATE withdrawals SET lines = ? WHERE page = ?", (json.dumps(sorted(prints)), page)
    )


def settle(conn: sqlite3.Connection, site: str) -> set[str]:
    """Find anew which erased lines of a site other articles of it have; return the others' hashes.

    Inside a transaction.
    """
    pages = _erased(conn, site)
    known = {page: set(_known(conn, page)) for page in pages}
    plain = {
        one.lstrip(SAID_TODAY)
        for prints in known.values()
        for one in prints
        if not one.startswith((SHARED, OFFERED))
    }
    said = _said_by_others(conn, pages, Prints(plain))
    effective: set[str] = set()
    for page, prints in known.items():
        lasting = {one for one in prints if one.startswith((SHARED, OFFERED))}
        own = {one.lstrip(SAID_TODAY) for one in prints - lasting}
        own -= {one.removeprefix(SHARED) for one in lasting}
        effective |= own - said
        stored = lasting | (own - said) | {SAID_TODAY + one for one in own & said}
        if stored != prints:
            _store(conn, page, stored)
    return effective


def _erased(conn: sqlite3.Connection, site: str) -> list[int]:
    rows = conn.execute(
        "SELECT w.page FROM withdrawals w JOIN pages p ON p.id = w.page"
        " WHERE w.action = 'erase' AND p.site = ? ORDER BY w.page",
        (site,),
    )
    return [page for (page,) in rows]


def _said_by_others(conn: sqlite3.Connection, pages: Collection[int], prints: Prints) -> set[str]:
    """Return those of the hashes that lines of other articles of the site have."""
    told = json.dumps(list(pages))
    said: set[str] = set()
    for row in conn.execute(_OTHERS, (told, told)):
        said |= prints.said_in(lines_of(row))
    return said


def files_of(conn: sqlite3.Connection, pages: Collection[int]) -> list[int]:
    """Return the pages of the files that no article names but `pages`: they go with them."""
    prints = {OFFERED + hash_of(url) for url in offered(conn, pages)}
    sites = {site for (site,) in conn.execute(
        f"SELECT DISTINCT site FROM pages WHERE id {_IN}", (json.dumps(list(pages)),)
    )}  # fmt: skip
    by_address = {one for site in sites for one in _offered_at(conn, site, prints, pages)}
    return sorted(by_address.union(only_of(conn, pages)))


def files_of_erased(conn: sqlite3.Connection, site: str) -> list[int]:
    """Return the pages of files that erased pages of a site offered and no other article names.

    But for those that were erased with them.
    """
    pages = _erased(conn, site)
    prints = {one for page in pages for one in _known(conn, page) if one.startswith(OFFERED)}
    return sorted(_offered_at(conn, site, prints, pages))


def _offered_at(
    conn: sqlite3.Connection, site: str, prints: set[str], but: Collection[int]
) -> set[int]:
    """Return the pages of files at addresses with these marked hashes that only `but` name."""
    if not prints:
        return set()
    told = json.dumps(list(but))
    rows = conn.execute(
        "SELECT a.page, a.url FROM aliases a JOIN pages p ON p.id = a.page"
        f" WHERE a.site = ? AND p.kind = 'attachment' AND p.id NOT {_IN}",
        (site, told),
    )
    found = {page for page, url in rows.fetchall() if OFFERED + hash_of(url) in prints}
    return {page for page in found if not _is_named(conn, page, told)}


def _is_named(conn: sqlite3.Connection, file: int, but: str) -> bool:
    return any(conn.execute(_NAMING.format(table), (file, but)).fetchone() for table in TABLES)
