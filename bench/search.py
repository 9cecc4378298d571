"""Ranked search in a large generated archive: how long it takes, and that it finds everything.

    python -m bench.search [--large] [--folder FOLDER] [--queries 200]

100,000 articles of 5.4 KB (`--large`: 1,000,000 of at least 0.5 KB) whose commonest words are in
most of them; three in four queries have a filter. The archive stays in FOLDER (default:
mattran-bench in the temporary folder) and is continued when its making was cut short. Beside it, on
the same queries, SQLite's own ranking of the public index, search while the newest articles wait
for the derived indexes, as in the middle of a crawl, and how long `mattran search` takes from its
start to its end.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from archive import keys, mentions
from archive.connection import open_for_writing
from archive.narrowing import Filter
from archive.query import everything, parse
from archive.reading import open_for_reading
from archive.search import FACETS, count, facets, matching_ids, repeats, search
from archive.vietnamese import SYLLABLE, exact, new_style, old_style, without_marks
from bench.generated import STOCK, Writer
from bench.searched_archive import Built, Scale, build
from bench.served import MATTRAN

SMALL = Scale(100_000, 1130)
LARGE = Scale(1_000_000, 70)
BARS = {SMALL: (30.0, 100.0), LARGE: (None, 300.0)}  # milliseconds: median, 95th percentile
COLD_BAR = 0.7  # seconds
# A rare site, some, and units from a seventh of all articles down to a few.
FILTERS = {
    "days": Filter(since="2020", until="2022-06"),
    "site": Filter(sites=("site-42",)),
    "province and days": Filter(province="Cà Mau", since="2015"),
    "unit, large": Filter(unit="Hà Nội"),
    "unit, merged, and days": Filter(unit="Lào Cai", since="2019"),
    "unit, small": Filter(unit="phường Đống Đa, Hà Nội"),
}
EACH = 40  # queries of a row of the table
PROBES = 240
NEWEST = 50  # hits of a probe that are compared
LONG = 5400  # bytes of a text for the estimate of a large archive of long ones
RANKED = (
    "SELECT p.id, snippet(articles_fts, -1, '[', ']', '…', 24) FROM articles_fts"
    " JOIN pages p ON p.sid = articles_fts.rowid WHERE articles_fts MATCH ?"
    " ORDER BY rank LIMIT 20"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of the log."""

    text: str
    where: Filter
    rank: bool


def queries(writer: Writer, count: int) -> list[Asked]:
    """Return a log of queries: rare and common, of one to five words, half without marks."""
    rng = random.Random(7)
    common = list(STOCK)

    def word() -> str:
        # A word of the whole vocabulary, the common ones no likelier than the rare ones.
        return rng.choice(writer.words)

    kinds: Sequence[Callable[[], str]] = (
        lambda: rng.choice(common),
        lambda: f"{rng.choice(common)} {rng.choice(common)}",
        lambda: f'"{rng.choice(common)}" {rng.choice(writer.places)}',
        lambda: rng.choice(writer.places),
        lambda: rng.choice(writer.names),
        lambda: word().split()[0],
        word,
        lambda: f"{word()} {rng.choice(common)}",
        lambda: " ".join(word().split()[0] for _ in range(rng.randint(2, 5))),
        lambda: f"title:({rng.choice(common)}) OR {word()}",
    )
    filters = (
        Filter(),
        Filter(),
        *FILTERS.values(),
    )
    asked = []
    for number in range(count):
        text = kinds[number % len(kinds)]()
        is_marked = number // len(kinds) % 2 == 0
        asked.append(
            Asked(
                text if is_marked else without_marks(text).replace(" or ", " OR "),
                filters[number // 3 % len(filters)],
                rank=number // 7 % 2 == 0,
            )
        )
    return asked


Times = Iterator[tuple[str, list[float]]]


def by_filter(conn: sqlite3.Connection, asked: Sequence[Asked]) -> Times:
    """Yield the times of the same queries with each filter, and of each filter without words."""
    for name, where in FILTERS.items():
        searches = [
            partial(search, conn, one.text, where, rank=one.rank, repeats=[]) for one in asked
        ]
        yield name, [timed(ask) for ask in searches]
        alone = partial(search, conn, everything(), where, repeats=[])
        yield f"{name} alone", [timed(alone) for _ in range(5)]


def counted(conn: sqlite3.Connection, asked: Sequence[Asked]) -> Times:
    """Yield how long it takes to count what is found: roughly, exactly, and by each facet."""
    ways: dict[str, Callable[[Asked], object]] = {
        "count": lambda one: count(conn, one.text, one.where),
        "count exactly": lambda one: count(conn, one.text, one.where, exactly=True),
        "repeats": lambda one: repeats(conn, one.text, one.where),
    }
    for by in FACETS:
        ways[f"facets {by}"] = partial(_facets, conn, by)
    for name, ask in ways.items():
        yield name, [timed(partial(ask, one)) for one in asked]


def _facets(conn: sqlite3.Connection, by: str, one: Asked) -> object:
    return facets(conn, one.text, by, one.where)


def percentiles(times: Sequence[float]) -> tuple[float, float, float]:
    """Return the median, the 95th percentile and the greatest."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1]


def _show(way: str, took: Sequence[float]) -> None:
    p50, p95, most = percentiles(took)
    shown = f"p50 {p50:6.1f}  p95 {p95:6.1f}  max {most:7.1f} ms ({len(took)})"
    print(f"{way:<40} {shown}", flush=True)


def timed(ask: Callable[[], object]) -> float:
    """Return the milliseconds of this thread's CPU: what a search takes on a machine of its own."""
    started = time.thread_time()
    ask()
    return 1000 * (time.thread_time() - started)


def measure(conn: sqlite3.Connection, asked: Sequence[Asked]) -> dict[str, list[float]]:
    """Return the times of each way to search."""
    found: dict[str, list[float]] = {"newest": [], "--rank": [], "ORDER BY rank": []}
    for number, one in enumerate(asked):
        ask = partial(
            search, conn, one.text, one.where, rank=one.rank, marks=("[", "]"), repeats=[]
        )
        found["--rank" if one.rank else "newest"].append(timed(ask))
        if number % 5 == 0:
            found["ORDER BY rank"].append(timed(partial(_rank_by_sqlite, conn, one.text)))
    return found


@contextmanager
def mid_crawl(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the archive as a crawl leaves it just before its next batches; nothing of that stays."""
    with closing(open_for_writing(path)) as conn:
        conn.execute("BEGIN")
        newest = conn.execute(
            "SELECT page FROM keyed ORDER BY sid DESC LIMIT ?", (keys.BATCH - 1,)
        ).fetchall()
        pages = [page for (page,) in newest]
        about = pages[: mentions.BATCH - 1]
        keys.remove(conn, keys.keyed(conn, json.dumps(pages)))
        mentions.remove(conn, json.dumps(about))
        waiting = [(keys.NAME, page) for page in pages]
        waiting += [(mentions.NAME, page) for page in about]
        conn.executemany("INSERT INTO pending (derived, page) VALUES (?, ?)", waiting)
        yield conn
        conn.execute("ROLLBACK")


def _rank_by_sqlite(conn: sqlite3.Connection, text: str) -> list[sqlite3.Row]:
    return conn.execute(RANKED, (parse(text).match(),)).fetchall()


def probes(writer: Writer) -> list[tuple[str, str]]:
    """Return pairs of queries: as it is written, and as somebody else types it."""
    rng = random.Random(11)
    texts = [*STOCK, *rng.sample(writer.places, 40), *rng.sample(writer.names, 40)]
    texts += rng.sample(writer.words, 60)
    texts += ["thủy lợi", "hòa giải", "sức khỏe", "Ủy ban", "kỹ thuật", "quý I", "Mỹ Đức"]
    ways: Sequence[Callable[[str], str]] = (
        without_marks,
        new_style,
        old_style,
        lambda text: unicodedata.normalize("NFD", text),
        str.upper,
        lambda text: text.replace("đ", "d").replace("Đ", "D"),
        lambda text: text.replace("ỹ", "ĩ").replace("ý", "í"),
    )
    return [(text, way(text)) for number, text in enumerate(texts) for way in _two(ways, number)][
        :PROBES
    ]


def _two(ways: Sequence[Callable[[str], str]], number: int) -> Sequence[Callable[[str], str]]:
    """Typed without marks, and in one of the other ways by turns."""
    return ways[0], ways[1 + number % (len(ways) - 1)]


def check(conn: sqlite3.Connection, pairs: Sequence[tuple[str, str]]) -> tuple[float, int]:
    """Return the recall of the other spellings, and how many probes show a folded hit too early."""
    missed = total = disordered = 0
    since = Filter(since="2026-06")
    for written, typed in pairs:
        wanted = set(matching_ids(conn, written, since))
        missed += len(wanted - set(matching_ids(conn, typed, since)))
        total += len(wanted)
        hits = search(conn, written, limit=NEWEST)
        have_marks = [_is_exact(conn, hit["id"], written) for hit in hits]
        disordered += have_marks != sorted(have_marks, reverse=True)
    return 1 - missed / max(1, total), disordered


def _is_exact(conn: sqlite3.Connection, page: object, written: str) -> bool:
    """Tell whether an article has all the words with the marks they are written with."""
    title, text = conn.execute("SELECT title, text FROM articles WHERE id = ?", (page,)).fetchone()
    return set(SYLLABLE.findall(exact(written))) <= set(SYLLABLE.findall(exact(f"{title} {text}")))


def cold_start(path: Path, *options: str) -> float:
    """Return the seconds of `mattran search` for common words, the median of five."""
    times = []
    for _ in range(5):
        started = time.monotonic()
        subprocess.run(
            [*MATTRAN, "--db", str(path), "search", "mặt trận tổ quốc", *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        times.append(time.monotonic() - started)
    return sorted(times)[2]


def report(built: Built) -> None:
    """Print what the archive took."""
    each = 1000 / built.articles
    print(
        f"{built.articles:,} articles, {built.text_mb:,.0f} MB of text"
        f" ({1e6 * built.text_mb / built.articles:,.0f} bytes each), file {built.file_mb:,.0f} MB:"
        f" public index {built.public_mb:,.0f} MB, {built.public_seconds * each:.2f} ms an article;"
        f" key index {built.keys_mb:,.0f} MB, {built.keys_seconds * each:.2f} ms"
    )
    factor = LONG * built.articles / (1e6 * built.text_mb)
    if factor > 2:
        print(
            f"with texts of {LONG:,} bytes, growing with the text: public index"
            f" {built.public_mb * factor:,.0f} MB, key index {built.keys_mb * factor:,.0f} MB,"
            f" {(built.public_seconds + built.keys_seconds) * factor / 60:.0f} minutes for both"
        )


def main() -> None:
    """Build, measure and print; exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "mattran-bench"
    )
    parser.add_argument("--queries", type=int, default=200)
    told = parser.parse_args()
    scale = LARGE if told.large else SMALL
    report(build(scale, told.folder))
    writer = Writer(scale.syllables, scale.articles)
    with closing(open_for_reading(scale.path(told.folder))) as conn:
        asked = queries(writer, told.queries)
        times = measure(conn, asked)
        part = asked[:: max(1, len(asked) // EACH)]
        for way, took in chain(times.items(), by_filter(conn, part), counted(conn, part)):
            _show(way, took)
        recall, disordered = check(conn, probes(writer))
    path = scale.path(told.folder)
    with mid_crawl(path) as conn:
        for way, took in chain(measure(conn, asked).items(), by_filter(conn, part)):
            _show(f"mid-crawl, {way}", took)
    cold, cold_unit = cold_start(path), cold_start(path, "--unit", "Hà Nội")
    print(f"{PROBES} probes: recall {recall:.3f}, {disordered} with exact hits not first")
    print(f"mattran search, start to end: {cold:.2f} s, with --unit {cold_unit:.2f} s")
    p50_bar, p95_bar = BARS[scale]
    p50, p95, _ = percentiles([*times["newest"], *times["--rank"]])
    print(f"all: p50 {p50:.1f} (bar {p50_bar or '-'}), p95 {p95:.1f} (bar {p95_bar}) ms")
    sys.exit(
        (p50_bar is not None and p50 > p50_bar)
        or p95 > p95_bar
        or recall < 1
        or disordered > 0
        or (cold > COLD_BAR and not told.large)
    )


if __name__ == "__main__":
    main()
