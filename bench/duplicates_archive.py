"""A generated archive whose articles repeat each other, to measure the index of duplicates in."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import derived, duplicates
from archive.connection import open_for_writing, transaction
from archive.identity import page_id, ref_of
from archive.index import first_sid
from bench.generated import SITES, Writer
from tests.archive.labelled import Written, excerpt, heavy, light, medium, reused, typography

STORED = "2026-07-01T08:00:00+07:00"
BATCH = 1000

# What is made of an earlier article, and how often: shares of all articles.
SCRIPTS = ((typography, 0.02), (light, 0.03), (medium, 0.02), (heavy, 0.01), (excerpt, 0.01))
REUSED = 0.03

Relation = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Drained:
    """What one way to fill the index came to; seconds of CPU of this process."""

    seconds: float
    index_bytes: int
    relations: frozenset[Relation]


def articles(count: int, syllables: int) -> Iterator[tuple[int, Written]]:
    """Yield a site and an article, by rising day; one in eight is made of an earlier one."""
    writer = Writer(syllables, count)
    rng = random.Random(31)
    recent: list[Written] = []
    for article in writer.articles(0, count):
        source = rng.choice(recent) if recent else None
        written = _made_of(source, rng) if source else None
        if written is None:
            written = Written(article.title, f"{article.lead}\n\n{article.body}", article.day)
            recent = [*recent[-499:], written]
        yield article.site, Written(written.title, written.body, article.day)


def _made_of(source: Written, rng: random.Random) -> Written | None:
    chance = rng.random()
    for script, share in (*SCRIPTS, (reused, REUSED)):
        if chance < share:
            return script(source, rng)
        chance -= share
    return None


def build(path: Path, count: int, syllables: int) -> int:
    """Store generated articles without any index; returns the bytes of their texts."""
    conn = open_for_writing(path)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.executemany(
        "INSERT INTO sites (id, name, level, base_url, platform) VALUES (?, ?, 'ward', '', 'x')",
        [(f"site-{number}", f"Trang {number}") for number in range(SITES)],
    )
    size = 0
    rows = list[tuple[str, Written]]()
    for number, (site, written) in enumerate(articles(count, syllables), 1):
        rows.append((f"site-{site}", written))
        size += len(written.body.encode())
        if len(rows) == BATCH or number == count:
            _store(conn, number - len(rows), rows)
            rows = []
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    return size


def _store(conn: sqlite3.Connection, first: int, rows: list[tuple[str, Written]]) -> None:
    pages, captures, revisions = [], [], []
    for number, (site, written) in enumerate(rows, first + 1):
        page = page_id(site, f"news:{number}")
        url = f"https://{site}.example/{number}"
        sid = first_sid(written.day) + number
        pages.append((page, ref_of(page), site, f"news:{number}", url, sid, number))
        captures.append((number, site, page, url))
        revisions.append((number, page, number, written.title, written.body, written.day))
    with transaction(conn):
        conn.executemany(
            "INSERT INTO pages (id, ref, site, key, url, sid, current_revision, kind,"
            f" first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'article', '{STORED}',"
            f" '{STORED}')",
            pages,
        )
        conn.executemany(
            "INSERT INTO captures (id, site, page, url, captured_at, kind) VALUES"
            f" (?, ?, ?, ?, '{STORED}', 'article')",
            captures,
        )
        conn.executemany(
            "INSERT INTO revisions (id, page, capture, title, body, published_at, cause,"
            " captured_at, extracted_at, content_hash, word_count, extractor) VALUES"
            f" (?, ?, ?, ?, ?, ?, 'first', '{STORED}', '{STORED}', '', 0, '1')",
            revisions,
        )


def drain(conn: sqlite3.Connection, order: int) -> Drained:
    """Let the articles come in one of many orders, each batch marked and then drained."""
    conn.execute("PRAGMA foreign_keys = OFF")
    with transaction(conn):
        duplicates.clear(conn)
    pages = [page for (page,) in conn.execute("SELECT id FROM pages ORDER BY sid")]
    random.Random(order).shuffle(pages)
    before = _used(conn)
    spent = 0.0
    for start in range(0, len(pages), duplicates.BATCH):
        with transaction(conn):
            conn.executemany(
                "INSERT OR IGNORE INTO pending (derived, page) VALUES (?, ?)",
                [(duplicates.NAME, page) for page in pages[start : start + duplicates.BATCH]],
            )
        started = time.process_time()
        derived.drain(conn, indexes=(duplicates,))
        spent += time.process_time() - started
    return Drained(spent, _used(conn) - before, relations(conn))


def settle(conn: sqlite3.Connection) -> Drained:
    """Judge all again by order of publication."""
    started = time.process_time()
    duplicates.settle(conn)
    return Drained(time.process_time() - started, 0, relations(conn))


def relations(conn: sqlite3.Connection) -> frozenset[Relation]:
    """Return all relations that were found."""
    return frozenset(conn.execute("SELECT article, other, kind FROM duplicates"))


def _used(conn: sqlite3.Connection) -> int:
    pages, free, size = (
        conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
