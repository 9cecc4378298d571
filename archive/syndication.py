"""Who had a text first, who published it again after how long, and what they cut or added.

Read over a read-only connection from the relations of archive/duplicates.py and the texts. The
earliest article counts as the first one, unless its own words say whose it is.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

from archive.duplicates import MEMBERS, NAME, Subject, subjects
from archive.errors import UsageError
from archive.moments import epoch_of
from archive.show import describe
from archive.vietnamese import syllables
from archive.views import VISIBLE

Record = dict[str, Any]

# Sentences that share this much of the words of both are one sentence, changed.
CHANGED = 0.6

_SENTENCE_END = re.compile(r"(?<=[.!?…”\"])\s+(?=\S)|\n+")
# How articles say whose they are: at the end, or in brackets; no longer than a line.
_CREDIT = re.compile(
    r"^[(\[]?\s*(?:theo|nguồn(?: tin)?|lược trích từ|trích từ)\s*:?\s+(.{2,80}?)[)\].]*$",
    re.IGNORECASE | re.MULTILINE,
)
_CREDIT_LINES = 3  # the last ones of a text
_HOST = re.compile(r"//(?:www\.)?([^/:]+)")


def family_of(conn: sqlite3.Connection, target: str) -> Record:
    """Return what repeats the article `target` (a ref, an id or an address), and what it repeats.

    `article` is its row; `members` are all with (nearly) the same text, the earliest first: rows of
    `articles` with `relation` (None for the head), `containment`, `numbers`, `is_sure`,
    `seconds_later` (None when a time of day is not known), `days_later`, `source` (what it says of
    its origin), `source_ref` (which member that is) and `cut`, `added`, `changed`: sentences,
    compared with the head's. `first` is the ref of who had it first, `first_by` how we know: `date`
    or `source`. `parts` are excerpts, or of what it is one; `reports` those of the same wording
    with other figures. Raises UsageError when `target` is no article.
    """
    page = _article(conn, target)
    head = _head_of(conn, page)
    pages = [head, *_members_of(conn, head)]
    known = {subject.page: subject for subject in subjects(conn, pages)}
    ordered = sorted((known[one] for one in pages if one in known), key=lambda one: one.order)
    rows = {one.page: _row(conn, one.page) for one in ordered}
    # A head that was just withdrawn is not shown, though it stays the head until the next run.
    first_shown = known.get(head, ordered[0])
    members = [_member(conn, one, first_shown, rows) for one in ordered]
    _tell_sources(conn, members, known)
    first, by = _first(members)
    return {
        "article": _row(conn, page),
        "first": first,
        "first_by": by,
        "members": members,
        "parts": _related(conn, head, "excerpt"),
        "reports": _related(conn, head, "same_template"),
    }


def most_republished(conn: sqlite3.Connection, limit: int = 20) -> list[Record]:
    """Return the earliest articles of the largest families, each with its `copies` and `sites`.

    Both count what repeats it, as the view `republished_articles` does: articles, and their sites.
    """
    rows = conn.execute(
        "SELECT a.id, a.ref, a.site, a.published_at, a.title, a.url, f.copies, f.sites FROM ("
        " SELECT d.other AS head, count(*) AS copies, count(DISTINCT p.site) AS sites"
        " FROM duplicates d JOIN pages p ON p.id = d.article"
        f" WHERE d.kind IN {MEMBERS} AND {VISIBLE}"
        " GROUP BY d.other ORDER BY copies DESC, head LIMIT ?"
        ") f JOIN articles a ON a.id = f.head ORDER BY f.copies DESC, f.sites DESC, a.id",
        (limit,),
    )
    return [dict(row) for row in rows]


def waiting(conn: sqlite3.Connection) -> int:
    """Return how many articles were not compared yet."""
    query = "SELECT count(*) FROM pending WHERE derived = ?"
    return int(conn.execute(query, (NAME,)).fetchone()[0])


def _article(conn: sqlite3.Connection, target: str) -> int:
    found = describe(conn, target)
    if found["what"] != "article":
        raise UsageError(f"{target!r} is no article of this archive: `mattran show` says why")
    page: int = conn.execute(
        "SELECT coalesce(merged_into, id) FROM pages WHERE id = ?", (found["id"],)
    ).fetchone()[0]
    return page


def _head_of(conn: sqlite3.Connection, page: int) -> int:
    row = conn.execute(
        f"SELECT other FROM duplicates WHERE article = ? AND kind IN {MEMBERS}", (page,)
    ).fetchone()
    return int(row[0]) if row else page


def _members_of(conn: sqlite3.Connection, head: int) -> list[int]:
    rows = conn.execute(
        f"SELECT article FROM duplicates WHERE other = ? AND kind IN {MEMBERS}", (head,)
    )
    return [article for (article,) in rows]


def _row(conn: sqlite3.Connection, page: int) -> Record:
    row = conn.execute(
        "SELECT id, ref, site, url, title, published_at, published_precision, first_seen_at"
        " FROM articles WHERE id = ?",
        (page,),
    ).fetchone()
    return dict(row)


def _related(conn: sqlite3.Connection, page: int, kind: str) -> list[Record]:
    """Return the other ends of the relations of a kind, by time; `is_part`: the one found here."""
    columns = "kind, containment, numbers"
    rows = conn.execute(
        # One seek at each end: asked for both at once SQLite walks through all relations.
        "SELECT a.id, a.ref, a.site, a.url, a.title, a.published_at, e.kind AS relation,"
        " e.containment, e.numbers, e.is_later FROM"
        f" (SELECT other AS page, {columns}, 0 AS is_later FROM duplicates WHERE article = ?1"
        f"  UNION ALL SELECT article, {columns}, 1 FROM duplicates WHERE other = ?1) e"
        " CROSS JOIN articles a ON a.id = e.page WHERE e.kind = ?2"
        " ORDER BY coalesce(a.published_at, a.first_seen_at), a.id",
        (page, kind),
    )
    found = [dict(row) for row in rows]
    for row in found:
        is_later = bool(row.pop("is_later"))
        if kind == "excerpt":
            row["is_part"] = is_later
    return found


def _member(
    conn: sqlite3.Connection, one: Subject, head: Subject, rows: dict[int, Record]
) -> Record:
    relation = conn.execute(
        "SELECT kind, containment, numbers, is_sure FROM duplicates"
        " WHERE article = ? AND other = ?",
        (one.page, head.page),
    ).fetchone()
    kind, containment, numbers, is_sure = relation or (None, None, None, None)
    cut, added, changed = differences(head.text.text, one.text.text)
    return {
        **rows[one.page],
        "relation": kind,
        "containment": containment,
        "numbers": numbers,
        "is_sure": None if is_sure is None else bool(is_sure),
        **_lateness(rows[head.page], rows[one.page]),
        "cut": cut,
        "added": added,
        "changed": [list(pair) for pair in changed],
    }


def _lateness(head: Record, row: Record) -> Record:
    """Return how much later an article was published, as exactly as both dates allow."""
    dates = [head["published_at"], row["published_at"]]
    if None in dates or head["id"] == row["id"]:
        return {"seconds_later": None, "days_later": None}
    timed = all("T" in date for date in dates)
    first, then = (epoch_of(date if timed else date[:10]) for date in dates)
    return {
        "seconds_later": int(then - first) if timed else None,
        "days_later": int((then - first) // 86_400),
    }


# Whose text it is, in their own words


def _tell_sources(
    conn: sqlite3.Connection, members: list[Record], known: dict[int, Subject]
) -> None:
    signs = {member["ref"]: _signs(conn, member["site"]) for member in members}
    for member in members:
        source = _source_of(conn, known[member["id"]])
        member["source"] = source
        member["source_ref"] = source and next(
            (
                other["ref"]
                for other in members
                if other["site"] != member["site"] and _names(source, signs[other["ref"]])
            ),
            None,
        )


def _source_of(conn: sqlite3.Connection, subject: Subject) -> str | None:
    """Return what an article says of its origin: its `source`, else a line of its text."""
    query = "SELECT source FROM revisions WHERE id = ?"
    source: str | None = conn.execute(query, (subject.revision,)).fetchone()[0]
    if source:
        return source
    lines = [line for line in subject.text.text.split("\n") if line.strip()]
    credits = _CREDIT.findall("\n".join(lines[-_CREDIT_LINES:]))
    return credits[-1].strip() if credits else None


def _signs(conn: sqlite3.Connection, site: str) -> list[str]:
    """Return by what others may call a site: its host, its name."""
    name, address = conn.execute(
        "SELECT name, base_url FROM sites WHERE id = ?", (site,)
    ).fetchone()
    host = _HOST.search(address)
    return [" ".join(syllables(sign)) for sign in (name, host[1] if host else "") if sign]


def _names(source: str, signs: Sequence[str]) -> bool:
    told = f" {' '.join(syllables(source))} "
    return any(f" {sign} " in told for sign in signs if sign)


def _first(members: Sequence[Record]) -> tuple[str, str]:
    """Return who had it first: the earliest, or whom the earliest names as its source."""
    seen: list[str] = []
    ref = members[0]["ref"]
    sources = {member["ref"]: member["source_ref"] for member in members}
    while ref not in seen and sources.get(ref):
        seen.append(ref)
        ref = sources[ref]
    # Two that name each other tell nothing.
    if not seen or ref in seen:
        return members[0]["ref"], "date"
    return ref, "source"


# Sentences


def differences(original: str, other: str) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Return the sentences of `original` that `other` lacks, those it has more, and those changed.

    Sentences are equal when their words are, whatever their marks and wherever they stand.
    """
    before, after = _sentences(original), _sentences(other)
    cut = [words for words in before if words not in after]
    added = [words for words in after if words not in before]
    changed = []
    for words in list(added):
        best = max(cut, key=lambda old: _common(old, words), default=None)
        if best is not None and _common(best, words) >= CHANGED:
            cut.remove(best)
            added.remove(words)
            changed.append((before[best], after[words]))
    return [before[words] for words in cut], [after[words] for words in added], changed


def _sentences(text: str) -> dict[tuple[str, ...], str]:
    parts: list[str] = []
    for part in map(str.strip, _SENTENCE_END.split(text)):
        if parts and part[:1].islower():  # v.v. or a quotation within a sentence
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return {tuple(words): part for part in parts if (words := syllables(part))}


def _common(one: tuple[str, ...], two: tuple[str, ...]) -> float:
    """Return the share of the words of the longer that the other has, too."""
    words, others = set(one), set(two)
    return len(words & others) / max(len(words), len(others), 1)


def shown(family: Record) -> list[Record]:
    """Return all articles of a family as rows with their `relation`, the head's being `first`."""
    members = [{**row, "relation": row["relation"] or "first"} for row in family["members"]]
    return [*members, *chain(family["parts"], family["reports"])]
