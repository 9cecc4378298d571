"""An archive beside the truth: what is missing, what was invented, which field differs where."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.replica.story import Truth, clean

PRECISION = {"second": 16, "minute": 16, "day": 10}  # characters that must agree: the minute counts
BULLET = re.compile(r"^(?:[-–•+*]|\d+[.)])\s*")

ARTICLES = "SELECT a.*, p.key FROM articles a JOIN pages p ON p.id = a.id WHERE a.gone_at IS NULL"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as published; `field` "article" is a missing or invented page."""

    site: str
    url: str
    field: str
    expected: str | None
    found: str | None

    def __str__(self) -> str:
        return f"{self.site} {self.field}: {self.expected!r} != {self.found!r} ({self.url})"


def differences(
    database: Path, truths: Iterable[Truth], sites: Iterable[str] | None = None
) -> list[Difference]:
    """Compare the articles of `database` with the truth, by identity, else by address.

    :param sites: more sites whose every article must be in the truth; those of the truth always.
    """
    wanted = list(truths)
    names = {truth.site for truth in wanted} | set(sites or ())
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as archive:
        archive.row_factory = sqlite3.Row
        rows = archive.execute(ARTICLES).fetchall()
        listed = files(archive)
    known = {(t.site, name): t for t in wanted for name in (t.key, t.url, *t.twins)}
    found: dict[str, sqlite3.Row] = {}
    result: list[Difference] = []
    for row in rows:
        site = row["site"]
        truth = known.get((site, row["key"])) or known.get((site, row["url"]))
        if truth is not None and truth.url not in found:
            found[truth.url] = row
        elif site in names:  # never published, or the same article a second time
            result.append(Difference(site, row["url"], "article", None, row["title"]))
    for truth in wanted:
        if truth.url in found:
            row = found[truth.url]
            result += of_article(truth, row, listed.get(row["id"], {}))
        else:
            result.append(Difference(truth.site, truth.url, "article", truth.title, None))
    return result


Files = dict[str, list[tuple[str, str | None]]]


def files(archive: sqlite3.Connection) -> dict[int, Files]:
    """Address and caption of the images and attachments of every page's current revision."""
    result: dict[int, Files] = {}
    for table in ("images", "attachments"):
        query = (
            f"SELECT p.id, f.url, f.caption FROM pages p JOIN {table} f "
            "ON f.revision = p.current_revision ORDER BY f.position"
        )
        for page, url, caption in archive.execute(query):
            result.setdefault(page, {}).setdefault(table, []).append((url, caption))
    return result


def of_article(truth: Truth, row: sqlite3.Row, listed: Files) -> Iterator[Difference]:
    def differs(field: str, expected: str | None, found: str | None) -> Difference:
        return Difference(truth.site, truth.url, field, expected, found)

    if clean(row["title"]) != truth.title:
        yield differs("title", truth.title, row["title"])
    if not same_moment(truth, row["published_at"]):
        yield differs("published_at", truth.published_at, row["published_at"])
    if folded(row["author"] or "") != folded(truth.author or ""):
        yield differs("author", truth.author, row["author"])
    if truth.lead_where != "excerpt" and truth.lead not in clean(row["text"]):
        yield differs("lead", truth.lead, row["lead"])
    shown = lines_of(row["text"])
    expected = {folded(line): line for line in truth.body}
    yield from (differs("body", line, None) for key, line in expected.items() if key not in shown)
    known = expected.keys() | {folded(truth.lead)}
    yield from (differs("body", None, line) for key, line in shown.items() if key not in known)
    captions = {folded(c) for _, c in listed.get("images", []) if c}
    yield from (differs("caption", c, None) for c in truth.captions if folded(c) not in captions)
    attached = [url for url, _ in listed.get("attachments", [])]
    if attached != truth.attachments:
        yield differs("attachments", str(truth.attachments), str(attached))


def same_moment(truth: Truth, found: str | None) -> bool:
    if truth.published_at is None or found is None:
        return truth.published_at == found
    size = PRECISION[truth.published_precision]
    return found[:size] == truth.published_at[:size]


def folded(line: str) -> str:
    """A line without its bullet, its cell marks and its spaces."""
    return re.sub(r"[\s|]+", "", BULLET.sub("", clean(line)))


def lines_of(text: str) -> dict[str, str]:
    return {folded(line): line for line in text.splitlines() if folded(line)}
