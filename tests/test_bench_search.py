"""The archive that search is measured in is what a crawl would have made."""

from __future__ import annotations

from contextlib import closing

import pytest

from archive.reading import open_for_reading
from archive.search import search
from bench import searched_archive
from bench.generated import STOCK, Writer
from bench.search import check, measure, percentiles, probes, queries
from bench.searched_archive import Scale, build

SCALE = Scale(articles=300, syllables=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    build(SCALE, folder)
    return folder


@pytest.fixture
def conn(folder):
    with closing(open_for_reading(SCALE.path(folder))) as conn:
        yield conn


def test_it_has_articles_of_the_length_asked_for_the_newest_of_today(conn):
    rows = conn.execute("SELECT word_count, published_day FROM articles ORDER BY published_day")
    lengths, days = zip(*map(tuple, rows), strict=True)
    assert len(lengths) == SCALE.articles
    assert 60 < sum(lengths) / len(lengths) < 140
    assert (days[0], days[-1][:4]) == ("2008-01-01", "2026")


def test_the_commonest_words_are_in_most_articles(conn):
    (common,) = conn.execute(
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH '\"mat tran to quoc\"'"
    ).fetchone()
    assert common > 0.8 * SCALE.articles


def test_both_indexes_have_all_of_it(conn):
    assert conn.execute("SELECT count(*) FROM articles_fts_docsize").fetchone()[0] == 300
    assert conn.execute("SELECT count(*) FROM keyed").fetchone()[0] == 300
    assert conn.execute("SELECT count(*) FROM pending").fetchone()[0] == 0
    assert len(search(conn, "mat tran", limit=1000)) > 200


def test_what_was_cut_short_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(searched_archive, "BATCH", 100)
    half = Scale(100, SCALE.syllables)
    build(half, tmp_path)
    half.path(tmp_path).rename(SCALE.path(tmp_path))
    built = build(SCALE, tmp_path)
    assert built.articles == 300
    with closing(open_for_reading(SCALE.path(tmp_path))) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone()[0] == 300


def test_the_same_seed_writes_the_same_articles():
    first, again = (list(Writer(60, 300).articles(5, 9)) for _ in range(2))
    assert first == again
    assert all(any(phrase in one.body for phrase in STOCK) for one in first)


def test_queries_are_timed_in_every_way_and_probes_find_everything(conn):
    writer = Writer(SCALE.syllables, SCALE.articles)
    asked = queries(writer, 40)
    assert {one.rank for one in asked} == {True, False}
    times = measure(conn, asked)
    assert {way: len(took) for way, took in times.items()}.keys() == {
        "newest", "--rank", "ORDER BY rank"
    }  # fmt: skip
    pairs = probes(writer)
    assert len(pairs) >= 200
    assert all(written != "" for written, _ in pairs)
    assert check(conn, pairs[:40]) == (1.0, 0)


def test_percentiles_are_of_the_sorted_times():
    assert percentiles([5.0, 1.0, 3.0]) == (3.0, 5.0, 5.0)
    assert percentiles(list(map(float, range(100)))) == (50.0, 95.0, 99.0)
