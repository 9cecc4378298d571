"""Everything the archive knows of one page: its text, where it comes from, or why it is missing."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from archive.errors import UsageError
from archive.frontier import request_key
from archive.identity import parse_ref
from archive.twins import visited
from archive.whereabouts import spellings_of, why_missing

Record = dict[str, Any]

JSON_COLUMNS = ("evidence", "flags", "tags", "hints", "listed", "form")

_LONGEST_TARGET = 40  # characters of an id and a revision number

REVISION_FIELDS = (
    "title",
    "lead",
    "body",
    "author",
    "author_kind",
    "source",
    "section",
    "published_at",
    "published_precision",
    "captured_at",
    "word_count",
    "content_hash",
)


def describe(conn: sqlite3.Connection, target: str) -> Record:
    """Return what is known of `target`: a ref (`REF` or `REF@N`), an id or an address.

    `what` of the result tells its shape: `article` (the columns of `articles` and its provenance),
    `withdrawn` (nothing of the text), `page` (known, but without an article), `address` (found, not
    archived) or `unknown`. The last two carry `why`, a sentence. Raises UsageError when no page
    has the ref or id, or the page has no revision N.
    """
    target = target.strip()
    if "/" in target or "." in target:
        return _describe_address(conn, target)
    page, number = _find_page(conn, target)
    return _describe_page(conn, page, number)


def _find_page(conn: sqlite3.Connection, target: str) -> tuple[int, int | None]:
    """Return the page id and revision number of a ref or an id; 11 digits may be either."""
    candidates: list[tuple[int, int | None]] = []
    head, _, tail = target.partition("@")
    is_short = len(target) <= _LONGEST_TARGET  # Python reads no number of thousands of digits
    if is_short and head.isascii() and head.isdigit() and (not tail or tail.isdigit()):
        candidates.append((int(head), int(tail) if tail else None))
    if not candidates or len(head) == 11:
        candidates.insert(0, parse_ref(target))
    for page, number in candidates:
        if page < 1 << 63 and conn.execute("SELECT 1 FROM pages WHERE id = ?", (page,)).fetchone():
            return page, number
    raise UsageError(f"no page {head} in this archive: `mattran search` shows the refs")


def find_page(conn: sqlite3.Connection, target: str) -> int:
    """Return the id of the page that a ref, an id or an address names.

    :raises UsageError: there is none; a revision (`REF@N`) is no page.
    """
    target = target.strip()
    if "/" not in target and "." not in target:
        page, number = _find_page(conn, target)
        if number is not None:
            raise UsageError(f"{target} is a revision: name the page without @{number}")
        return page
    try:
        found = _page_of_address(conn, list(spellings_of(target)))
    except ValueError as error:
        raise UsageError(f"{target!r} is not an address: {error}") from None
    if found is None:
        raise UsageError(f"no page of the archive stands at {target}: name its ref")
    return found


def _describe_page(conn: sqlite3.Connection, cited: int, number: int | None = None) -> Record:
    page, merged_from = _follow_merges(conn, cited)
    withdrawal = conn.execute(
        "SELECT * FROM withdrawals WHERE page IN (?, ?)", (page, cited)
    ).fetchone()
    if withdrawal:
        return _withdrawn(conn, page, withdrawal)
    row = conn.execute("SELECT * FROM articles WHERE id = ?", (page,)).fetchone()
    if row is None:
        return _without_article(conn, page)
    article = {"what": "article", **dict(row), **_provenance(conn, page)}
    if merged_from is not None and number is None:
        article["merged_from"] = merged_from
    elif merged_from is not None:
        # What was cited before the two proved to be one stays what it was.
        article |= {"id": cited, "ref": merged_from, "merged_into": article["ref"]}
        article["history"] = _history(conn, cited)
    history = article["history"]
    wanted = article["revision"] if number is None else number
    if not 1 <= wanted <= len(history):
        raise UsageError(f"{article['ref']} has revisions 1 to {len(history)}, not {wanted}")
    article["latest_revision"] = len(history)
    article.update(_revision(conn, history[wanted - 1]["id"]), revision=wanted)
    return article


def _follow_merges(conn: sqlite3.Connection, page: int) -> tuple[int, str | None]:
    """Return the page that `page` became, and its own ref when it was merged into another."""
    ref = None
    seen = {page}
    while True:
        row = conn.execute("SELECT ref, merged_into FROM pages WHERE id = ?", (page,)).fetchone()
        if row["merged_into"] is None or row["merged_into"] in seen:
            return page, ref
        ref = ref or row["ref"]
        page = row["merged_into"]
        seen.add(page)


def _withdrawn(conn: sqlite3.Connection, page: int, withdrawal: sqlite3.Row) -> Record:
    """Say that the page was withdrawn; its address is left out, for it often spells the title."""
    row = conn.execute("SELECT id, ref, site FROM pages WHERE id = ?", (page,)).fetchone()
    return {
        "what": "withdrawn",
        **dict(row),
        "action": withdrawal["action"],
        "reason": withdrawal["reason"],
        "at": withdrawal["at"],
    }


def _provenance(conn: sqlite3.Connection, page: int) -> Record:
    known = conn.execute("SELECT key, kind FROM pages WHERE id = ?", (page,)).fetchone()
    return {
        "key": known["key"],
        "kind": known["kind"],
        "aliases": _rows(
            conn,
            "SELECT url, first_seen_at FROM aliases WHERE page = ? ORDER BY first_seen_at, url",
            page,
        ),
        "history": _history(conn, page),
        "disappearances": _rows(
            conn,
            "SELECT gone_at, back_at, state, declared_at FROM disappearances WHERE page = ?"
            " ORDER BY gone_at",
            page,
        ),
        "captures": conn.execute(
            "SELECT count(*) FROM captures WHERE page = ?", (page,)
        ).fetchone()[0],
        "duplicates": _rows(
            conn,
            "SELECT d.kind, a.ref, a.site, d.containment, d.is_sure FROM duplicates d"
            " JOIN articles a ON a.id = d.other WHERE d.article = ? ORDER BY d.kind, a.ref",
            page,
        ),
        "repeated_by": conn.execute(
            "SELECT count(*) FROM duplicates d JOIN articles a ON a.id = d.article"
            " WHERE d.other = ? AND d.kind IN ('same_text', 'near_duplicate')",
            (page,),
        ).fetchone()[0],
    }


def _history(conn: sqlite3.Connection, page: int) -> list[Record]:
    """Return the revisions of a page, oldest first, without their text."""
    return _rows(
        conn,
        "SELECT id, row_number() OVER (ORDER BY captured_at, extracted_at, id) AS number,"
        " cause, captured_at, extracted_at, title, word_count, content_hash, extractor, template"
        " FROM revisions WHERE page = ? ORDER BY number",
        page,
    )


def _revision(conn: sqlite3.Connection, revision: int) -> Record:
    """Return the fields of one revision as columns of `articles`, with its files and capture."""
    row = conn.execute("SELECT * FROM revisions WHERE id = ?", (revision,)).fetchone()
    capture = _record(
        conn.execute("SELECT * FROM captures WHERE id = ?", (row["capture"],)).fetchone()
    )
    raw = _raw_record(conn, capture)
    lead = f"{row['lead']}\n\n" if row["lead"] else ""
    files = (
        "SELECT n.position, n.url, n.caption, n.credit, n.alt, n.sha256, f.kind, f.media_type,"
        " f.bytes, f.pages, f.note, q.last_failure, (SELECT c.kind FROM captures c"
        "  WHERE c.frontier = q.id ORDER BY c.captured_at DESC, c.id DESC LIMIT 1) AS came"
        " FROM {} n"
        " LEFT JOIN files f ON f.sha256 = n.sha256 LEFT JOIN frontier q"
        " ON q.site = (SELECT p.site FROM pages p JOIN revisions r ON r.page = p.id"
        "  WHERE r.id = n.revision) AND q.request_key = 'GET ' || n.url"
        " WHERE n.revision = ? ORDER BY n.position"
    )
    return {
        **{name: row[name] for name in REVISION_FIELDS},
        "text": lead + row["body"],
        "published_day": row["published_at"][:10] if row["published_at"] else None,
        "raw_sha256": (raw or capture)["payload_sha256"],
        "warc_file": raw["warc_file"] if raw else None,
        "warc_offset": raw["warc_offset"] if raw else None,
        **{name: json.loads(row[name]) for name in ("tags", "flags", "evidence")},
        "language": row["language"],
        "extractor": row["extractor"],
        "template": row["template"],
        "cause": row["cause"],
        "images": _rows(conn, files.format("images"), revision),
        "attachments": _rows(conn, files.format("attachments"), revision),
        "capture": capture,
        "raw": raw,
    }


def _raw_record(conn: sqlite3.Connection, capture: Record) -> Record | None:
    """Return where the raw bytes lie: of this capture, or of the earlier one that equals it."""
    seen: set[int] = set()
    while capture["warc_file"] is None:
        earlier = capture["same_content_as"]
        if earlier is None or earlier in seen:
            return None
        seen.add(earlier)
        row = conn.execute("SELECT * FROM captures WHERE id = ?", (earlier,)).fetchone()
        if row is None:
            return None
        capture = dict(row)
    names = ("warc_file", "warc_offset", "warc_length", "payload_sha256", "captured_at")
    return {"capture": capture["id"], **{name: capture[name] for name in names}}


def _without_article(conn: sqlite3.Connection, page: int) -> Record:
    row = conn.execute(
        "SELECT id, ref, site, key, url, kind, state, first_seen_at, last_seen_at, gone_at"
        " FROM pages WHERE id = ?",
        (page,),
    ).fetchone()
    captures = _rows(
        conn,
        "SELECT * FROM captures WHERE page = ? ORDER BY captured_at DESC, id DESC LIMIT 5",
        page,
    )
    frontier = _frontier_rows(conn, "f.page = ?", [page])
    return {
        "what": "page",
        **dict(row),
        "why": why_missing(frontier[0] if frontier else None, captures[0] if captures else None),
        "frontier": frontier,
        "captures": captures,
    }


def _describe_address(conn: sqlite3.Connection, target: str) -> Record:
    try:
        spellings = list(spellings_of(target))
    except ValueError as error:
        raise UsageError(f"{target!r} is not an address: {error}") from None
    page = _page_of_address(conn, spellings)
    if page is not None:
        return _describe_page(conn, page)
    marks = ", ".join("?" * len(spellings))
    frontier = _frontier_rows(
        conn,
        f"f.site IN (SELECT id FROM sites) AND f.request_key IN ({marks})",
        [request_key("GET", url) for url in spellings],
    )
    for row in frontier:
        withdrawn = _withdrawn_twin(conn, row)
        if withdrawn is not None:
            return withdrawn
    if not frontier:
        return {
            "what": "unknown",
            "url": spellings[0],
            "why": "no page that was fetched has named it as one to visit",
        }
    if frontier[0]["state"] == "twin":
        return _describe_twin(conn, frontier[0])
    return _describe_row(conn, frontier)


def _describe_row(conn: sqlite3.Connection, frontier: list[Record]) -> Record:
    captures = _rows(
        conn,
        "SELECT * FROM captures WHERE frontier = ? ORDER BY captured_at DESC, id DESC LIMIT 5",
        frontier[0]["id"],
    )
    return {
        "what": "address",
        "url": frontier[0]["url"],
        "site": frontier[0]["site"],
        "why": why_missing(frontier[0], captures[0] if captures else None),
        "frontier": frontier,
        "captures": captures,
    }


def _describe_twin(conn: sqlite3.Connection, twin: Record) -> Record:
    """Return what became of the address that is visited instead of this one."""
    row = visited(conn, twin["site"], twin["request_key"], twin["url"])
    main = _describe_row(conn, _frontier_rows(conn, "f.id = ?", [row]))
    if row == twin["id"]:
        return main
    why = f"it is another address of {main['url']}, of which: {main['why']}"
    return {**main, "url": twin["url"], "why": why, "frontier": [twin, *main["frontier"]]}


def _page_of_address(conn: sqlite3.Connection, spellings: list[str]) -> int | None:
    for url in spellings:
        # One seek a site: `aliases` is keyed by (site, url).
        row = conn.execute(
            "SELECT a.page FROM sites s CROSS JOIN aliases a ON a.site = s.id AND a.url = ?"
            " ORDER BY a.first_seen_at DESC LIMIT 1",
            (url,),
        ).fetchone()
        if row is not None:
            return int(row["page"])
    return None


def _withdrawn_twin(conn: sqlite3.Connection, frontier: Record) -> Record | None:
    """Return the withdrawal that covers an address of a withdrawn page, seen or not."""
    row = conn.execute(
        "SELECT w.* FROM withdrawals w JOIN pages p ON p.id = w.page"
        " WHERE p.id = ? OR (p.site = ? AND p.key = ?)",
        (frontier["page"], frontier["site"], frontier["key"]),
    ).fetchone()
    return _withdrawn(conn, row["page"], row) if row else None


def _frontier_rows(conn: sqlite3.Connection, condition: str, values: list[Any]) -> list[Record]:
    """Return the frontier rows of an address, the most recently fetched first."""
    rows = conn.execute(
        "SELECT f.*, o.url AS found_on_url FROM frontier f"
        " LEFT JOIN frontier o ON o.id = f.found_on"
        f" WHERE {condition} ORDER BY f.fetched_at DESC, f.id",
        values,
    )
    return [_record(row) for row in rows]


def _rows(conn: sqlite3.Connection, statement: str, *values: Any) -> list[Record]:
    return [_record(row) for row in conn.execute(statement, values)]


def _record(row: sqlite3.Row) -> Record:
    """Return a row as a dictionary, its JSON columns read."""
    record = dict(row)
    for name in JSON_COLUMNS:
        if isinstance(record.get(name), str):
            record[name] = json.loads(record[name])
    return record
