"""What an article weighs: database and raw records, beside the HTML of its page.

    python -m bench.bytes_an_article [FOLDER ...] [--articles N] [--halves]

Each FOLDER holds captured pages (bench/real_pages.py); then come the replica's sites of the demo
and N pages of 56 KB (default 1000). First captures alone are counted: everything is crawled once.
What every archive holds once (above all the table of units) is told apart. `--halves` also tries
what would make it smaller, each on a copy.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sqlite3
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.store import Archive
from archive.warc import FOLDER, read_record
from bench.real_pages import archive as crawl_pages
from bench.served import MATTRAN, replica, run

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Tables and indexes by what they are for; what is not named here is `other`.
PARTS = {
    "search index (articles_fts)": ("articles_fts",),
    "key index (article_keys)": ("article_keys", "keyed"),
    "frontier": ("frontier",),
    "captures": ("captures",),
    "pages and addresses": ("pages", "aliases"),
    "duplicates": ("fingerprints", "shingles", "duplicates", "stock_shingles"),
    "images, files, mentions": ("images", "attachments", "mentions", "files"),
}
DICTIONARY, SAMPLES = 112_640, 200  # bytes of a dictionary, bodies it is made of
ONCE = ("units", "unit_succession")
TEXT = "sum(length(cast({} AS BLOB)))"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The bytes of each part of an archive, and how many articles they are for."""

    label: str
    articles: int
    parts: dict[str, float]
    once: int

    def each(self, part: str) -> float:
        """Return the bytes of a part for one article."""
        return self.parts.get(part, 0.0) / self.articles


def main() -> None:
    """Crawl, weigh and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=1000, help="Of the replica's large pages.")
    parser.add_argument("--halves", action="store_true", help="Try what makes it smaller.")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mattran-") as name:
        base = Path(name)
        empty = parts_of(_empty(base / "empty"))
        places = list(_archives(base, told.folders, told.articles))
        found = [weigh(label, place, empty) for label, place in places]
        report(found)
        if told.halves:
            for (label, place), one in zip(places, found, strict=True):
                halves(label, place, one.once)
    sys.exit(any(one.articles == 0 for one in found))


def _empty(place: Path) -> Path:
    place.mkdir()
    with Archive.open(place / "mattran.db", "bench"):
        pass
    return place / "mattran.db"


def _archives(base: Path, folders: list[Path], articles: int) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        place = base / folder.name
        place.mkdir()
        crawl_pages(folder, place)
        yield f"{folder.name} (captured)", place
    for label, options in (
        ("replica, demo", ("--sites", "demo")),
        ("replica, 56 KB", ("--sites", "nukeviet", "--bench", "--articles", str(articles))),
    ):
        place = base / label.replace(" ", "-")
        place.mkdir()
        with replica(place, *options) as served:
            command = [*MATTRAN, "--db", str(place / "mattran.db"), "--sites"]
            finished = run([*command, str(served.registry), "crawl", "--all", "--full"])
        if finished.exit_code:
            sys.exit(f"the crawl of {label} ended with {finished.exit_code}")
        yield label, place


def parts_of(db: Path) -> Counter[str]:
    """Return the bytes of each table and index, pages and all."""
    with closing(sqlite3.connect(db)) as conn:
        return Counter(dict(conn.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")))


def weigh(label: str, place: Path, empty: Counter[str]) -> Weighed:
    """Weigh an archive without what an empty one holds."""
    db = place / "mattran.db"
    with closing(sqlite3.connect(db)) as conn:
        (articles,) = conn.execute("SELECT count(*) FROM articles").fetchone()
        html, of_articles = conn.execute(
            "SELECT sum(payload_bytes), sum(warc_length) FROM captures"
            " WHERE kind = 'article' AND warc_file IS NOT NULL"
        ).fetchone()
        columns = [
            TEXT.format(column) for column in ("title || coalesce(lead, '') || body", "evidence")
        ]
        texts, evidence = conn.execute(f"SELECT {', '.join(columns)} FROM revisions").fetchone()
        tables = dict(conn.execute("SELECT name, tbl_name FROM sqlite_master").fetchall())
    raw = sum(file.stat().st_size for file in (place / FOLDER).iterdir())
    sums = (place / "mattran.db.sums").stat().st_size
    found: Counter[str] = Counter(
        {"HTML of its page": html, "raw records of its page": of_articles}
    )
    found["other raw records and requests"] = raw - of_articles
    found["text (title, lead, body)"], found["evidence"] = texts, evidence
    sizes = parts_of(db)
    for name in [name for name in sizes if tables.get(name) in ONCE]:
        empty[name] = sizes[name]
    for name, size in (sizes - empty).items():
        found[_part(tables.get(name) or name)] += size
    found["other columns of revisions"] -= texts + evidence
    found["other"] += sums
    return Weighed(label, articles, dict(found), sum(empty.values()))


def _part(table: str) -> str:
    if table == "revisions":
        return "other columns of revisions"
    return next(
        (
            part
            for part, names in PARTS.items()
            if any(table == name or table.startswith(f"{name}_") for name in names)
        ),
        "other",
    )


RAW = ("raw records of its page", "other raw records and requests")
IN_DB = ("text (title, lead, body)", "evidence", "other columns of revisions", *PARTS, "other")


def report(found: list[Weighed]) -> None:
    """Print a column an archive, in bytes an article."""
    _line("bytes an article", [one.label for one in found])
    _line("articles", [f"{one.articles:,}" for one in found])
    _line("HTML of its page", [f"{one.each('HTML of its page'):,.0f}" for one in found])
    for part in (*RAW, *IN_DB):
        _line(f"  {part}", [f"{one.each(part):,.0f}" for one in found])
    for label, parts in (("raw", RAW), ("database", IN_DB), ("raw + database", (*RAW, *IN_DB))):
        _line(label, [_beside(one, sum(one.each(part) for part in parts)) for one in found])
    print(f"and once an archive, whatever its size: {max(one.once for one in found):,} bytes")


def _beside(one: Weighed, size: float) -> str:
    return f"{size:,.0f} ({size / one.each('HTML of its page'):.0%})"


def _line(label: str, cells: list[str]) -> None:
    print(f"{label:34}" + "".join(f"{cell:>22}" for cell in cells), flush=True)


# What would make it smaller


def halves(label: str, place: Path, once: int) -> None:
    """Try each way on a copy of an archive and print what it saves of raw and database.

    The `once` bytes that every archive holds do not count.
    """
    db = place / "mattran.db"
    raw = sum(file.stat().st_size for file in (place / FOLDER).iterdir())
    with tempfile.TemporaryDirectory(prefix="mattran-") as name:
        copy = Path(name) / "copy.db"
        vacuumed = _vacuumed(db, copy, lambda _: None)
        whole = raw + vacuumed - once
        with closing(sqlite3.connect(db)) as conn:
            (articles,) = conn.execute("SELECT count(*) FROM articles").fetchone()
        print(f"\n{label}: {whole / articles:,.0f} bytes an article with all; saved by")
        for way, change in WAYS.items():
            saved = vacuumed - _vacuumed(db, copy, change)
            print(f"  {way:56} {saved / articles:8,.0f}  {saved / whole:6.1%}", flush=True)
        for way, size in _packed(place):
            saved = raw - size
            print(f"  {way:56} {saved / articles:8,.0f}  {saved / whole:6.1%}", flush=True)


def _vacuumed(db: Path, copy: Path, change: Callable[[sqlite3.Connection], object]) -> int:
    copy.unlink(missing_ok=True)
    shutil.copyfile(db, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("PRAGMA synchronous = OFF")
        change(conn)
        conn.execute("VACUUM")
    return copy.stat().st_size


def _rebuilt(options: str) -> Callable[[sqlite3.Connection], None]:
    """Return what makes the public index anew in another form; `{}` are its columns."""

    def change(conn: sqlite3.Connection) -> None:
        columns = "title, lead, body, title_f, lead_f, body_f"
        conn.execute(
            f"CREATE VIRTUAL TABLE other USING fts5({columns}, content = 'indexed_articles',"
            f" content_rowid = 'sid', {options} tokenize = 'unicode61 remove_diacritics 0')"
        )
        conn.execute(
            f"INSERT INTO other(rowid, {columns}) SELECT sid, {columns} FROM indexed_articles"
        )
        conn.execute("INSERT INTO other(other) VALUES ('optimize')")
        conn.execute("DROP TABLE articles_fts")

    return change


def _packed_evidence(conn: sqlite3.Connection) -> None:
    conn.create_function("packed", 1, lambda text: zlib.compress(text.encode()).hex()[::2])
    conn.execute("UPDATE revisions SET evidence = packed(evidence)")


def _without_indexes(conn: sqlite3.Connection) -> None:
    names = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name NOT LIKE 'unit%'"
    )
    for (name,) in names.fetchall():
        conn.execute(f"DROP INDEX {name}")


def _page_size(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA page_size = 16384")


WAYS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "both full-text indexes merged into one segment": lambda conn: [
        conn.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
        for name in ("articles_fts", "article_keys")
    ],
    "search index without positions (no phrases)": _rebuilt("detail = column,"),
    "no key index (ranked search ten times as slow)": lambda conn: [
        conn.execute("DROP TABLE article_keys"),
        conn.execute("DROP TABLE keyed"),
    ],
    "evidence packed (no longer readable in SQL)": _packed_evidence,
    "no evidence": lambda conn: conn.execute("UPDATE revisions SET evidence = '{}'"),
    "no index of any table but keys": _without_indexes,
    "pages of 16 KB": _page_size,
}


def _packed(place: Path) -> Iterator[tuple[str, int]]:
    """Yield other ways to pack the raw records, and what they come to."""
    files = sorted((place / FOLDER).iterdir())
    raw = sum(file.stat().st_size for file in files)
    plain = b"".join(gzip.decompress(file.read_bytes()) for file in files)
    yield "WARC: one gzip stream a file (no record alone)", len(gzip.compress(plain, 9))
    with closing(sqlite3.connect(place / "mattran.db")) as conn:
        rows = conn.execute(
            "SELECT warc_file, warc_offset, warc_length FROM captures"
            " WHERE warc_file IS NOT NULL AND kind = 'article' ORDER BY id"
        ).fetchall()
    bodies = [read_record(place / FOLDER, name, offset).body for name, offset, _ in rows]
    kept = raw - sum(length for *_, length in rows)
    yield "bodies: gzip at its slowest", kept + sum(len(gzip.compress(body, 9)) for body in bodies)
    words = zstd.train_dict(bodies[:: max(1, len(bodies) // SAMPLES)], DICTIONARY)
    packed = sum(len(zstd.compress(body, 12, zstd_dict=words)) for body in bodies)
    yield "bodies: zstd and a dictionary (no WARC tool reads it)", kept + packed + DICTIONARY


if __name__ == "__main__":
    main()
