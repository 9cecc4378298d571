"""An archive of generated articles to search in, kept in a folder and continued if cut short.

Each is about a province, some about a much larger share than others, and two more units; one in
twenty repeats the one before.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from archive import derived, index, keys, units
from archive.connection import open_for_writing, transaction
from archive.identity import page_id, ref_of
from archive.index import IndexedText, first_sid
from bench.generated import SITES, Generated, Writer

BATCH = 1000  # articles a transaction
PROVINCES = ("Hà Nội", "Bắc Giang", "Đồng Nai", "Yên Bái", "Cà Mau", "Quảng Trị")
# The share of a province among the articles shrinks by this much from one to the next.
LESS = 0.15
REPEATING = 20  # one article in so many
STORED = "2026-07-01T08:00:00+07:00"


@dataclass(frozen=True, slots=True)
class Scale:
    """How many articles an archive has, and how long they are (in syllables of 4.9 bytes)."""

    articles: int
    syllables: int

    def path(self, folder: Path) -> Path:
        """Return where the archive lies in `folder`."""
        return folder / f"generated-{self.articles}-{self.syllables}.db"


@dataclass(frozen=True, slots=True)
class Built:
    """What an archive took: CPU seconds of this process and megabytes."""

    articles: int
    text_mb: float
    write_seconds: float
    public_seconds: float
    keys_seconds: float
    file_mb: float
    public_mb: float
    keys_mb: float


def build(scale: Scale, folder: Path) -> Built:
    """Make the archive, or what is missing of it, and return what it took."""
    folder.mkdir(parents=True, exist_ok=True)
    path = scale.path(folder)
    with closing(open_for_writing(path)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        # Rows go in by the table here, so that references would be looked for one by one.
        conn.execute("PRAGMA foreign_keys = OFF")
        index.ensure_current(conn)
        derived.ensure_current(conn)
        _add_sites(conn)
        with transaction(conn):
            units.load(conn)
        writer = Writer(scale.syllables, scale.articles)
        while (done := _count(conn)) < scale.articles:
            batch = list(writer.articles(done, min(done + BATCH, scale.articles)))
            _add(conn, done, batch)
            if (done // BATCH) % 20 == 0:
                print(f"  {done:,} of {scale.articles:,} articles", flush=True)
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return _built(conn, path, scale)


def _count(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM keyed").fetchone()[0])


def _add_sites(conn: sqlite3.Connection) -> None:
    conn.executemany(
        "INSERT OR IGNORE INTO sites (id, name, level, province, base_url, platform)"
        " VALUES (?, ?, 'ward', ?, ?, 'generic')",
        [
            (f"site-{n}", f"Trang {n}", PROVINCES[n % len(PROVINCES)], f"https://{n}.example")
            for n in range(SITES)
        ],
    )


def _add(conn: sqlite3.Connection, first: int, batch: Sequence[Generated]) -> None:
    spent = json.loads(_meta(conn, "bench_spent") or "[0, 0, 0, 0]")
    clock = time.process_time
    started = clock()
    rows = [_Row(number, article) for number, article in enumerate(batch, first + 1)]
    with transaction(conn):
        conn.executemany(
            "INSERT INTO pages (id, ref, site, key, url, kind, state, first_seen_at, last_seen_at,"
            f" sid, current_revision) VALUES (?, ?, ?, ?, ?, 'article', 'live', '{STORED}',"
            f" '{STORED}', ?, ?)",
            [
                (row.page, ref_of(row.page), row.site, row.key, row.url, row.sid, row.number)
                for row in rows
            ],
        )
        conn.executemany(
            "INSERT INTO captures (id, site, page, url, captured_at, kind) VALUES"
            f" (?, ?, ?, ?, '{STORED}', 'article')",
            [(row.number, row.site, row.page, row.url) for row in rows],
        )
        conn.executemany(
            "INSERT INTO revisions (id, page, capture, cause, captured_at, extracted_at,"
            " content_hash, title, lead, body, author, section, published_at, published_precision,"
            f" word_count, extractor) VALUES (?, ?, ?, 'first', '{STORED}', '{STORED}', ?, ?, ?, ?,"
            " ?, ?, ?, 'day', ?, '1')",
            [row.revision() for row in rows],
        )
        written = clock()
        for row in rows:
            index.add(conn, row.sid, row.text())
        indexed = clock()
        _relate(conn, rows)
        related = clock()
        keys.update(conn, json.dumps([row.page for row in rows]))
        keyed = clock()
        took = (written - started, indexed - written, keyed - related)
        text = sum(
            len(part.encode()) for row in rows for part in (row.a.title, row.a.lead, row.a.body)
        )
        spent = [old + new for old, new in zip(spent, (*took, text), strict=True)]
        conn.execute("INSERT OR REPLACE INTO meta VALUES ('bench_spent', ?)", (json.dumps(spent),))


def _relate(conn: sqlite3.Connection, rows: Sequence[_Row]) -> None:
    """Enter what the articles are about, and which of them repeat others."""
    every = list(units.shipped().units.values())
    provinces = [unit.key for unit in every if unit.level == "province"]
    for row in rows:
        rng = random.Random(row.number)
        place = min(len(provinces) - 1, int(rng.expovariate(LESS)))
        about = {provinces[place], rng.choice(every).key, rng.choice(every).key}
        conn.executemany(
            "INSERT INTO mentions (page, unit_code, unit_valid_from, source)"
            " VALUES (?, ?, ?, 'body')",
            [(row.page, *key) for key in about],
        )
    conn.executemany(
        "INSERT INTO duplicates (article, other, kind, containment, numbers, is_sure, found_at)"
        f" VALUES (?, ?, 'same_text', 1, 1, 1, '{STORED}')",
        [(row.page, before.page) for before, row in pairwise(rows) if row.number % REPEATING == 0],
    )


class _Row:
    """The rows of one article."""

    def __init__(self, number: int, article: Generated) -> None:
        self.number, self.a = number, article
        self.site, self.key = f"site-{article.site}", f"news:{number}"
        self.url = f"https://{article.site}.example/tin/{number}.html"
        self.page = page_id(self.site, self.key)
        # Numbers rise with the days, so they may be the serials as well.
        self.sid = first_sid(article.day) + number % 1_000_000

    def text(self) -> IndexedText:
        return IndexedText(self.a.title, self.a.lead, self.a.body)

    def revision(self) -> tuple[object, ...]:
        a = self.a
        digest = sha256(a.body.encode()).hexdigest()
        words = a.body.count(" ") + 1
        return (
            *(self.number, self.page, self.number, digest, a.title, a.lead, a.body),
            *(a.author, a.section, a.day, words),
        )


def _meta(conn: sqlite3.Connection, name: str) -> str | None:
    row = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def _built(conn: sqlite3.Connection, path: Path, scale: Scale) -> Built:
    written, public, keyed, text = json.loads(_meta(conn, "bench_spent") or "[0, 0, 0, 0]")

    def megabytes(table: str) -> float:
        return float(conn.execute(f"SELECT sum(length(block)) / 1e6 FROM {table}").fetchone()[0])

    return Built(
        articles=scale.articles,
        text_mb=text / 1e6,
        write_seconds=written,
        public_seconds=public,
        keys_seconds=keyed,
        file_mb=path.stat().st_size / 1e6,
        public_mb=megabytes("articles_fts_data"),
        keys_mb=megabytes("article_keys_data"),
    )
