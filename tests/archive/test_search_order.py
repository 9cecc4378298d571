"""The key index, pages and ranks give what the public index gives reading by reading."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from archive.candidates import FOUND, Candidates
from archive.errors import UsageError
from archive.narrowing import Filter, condition
from archive.query import parse
from archive.reading import open_for_reading
from archive.search import Count, count, facets, matching_ids, search
from archive.visibility import reindexed
from tests.searchable_archive import SearchableArchive

WORDS = ("đống", "đông", "đa", "đá", "Dong", "da", "giám", "sát", "kỹ", "quý", "MTTQ", "xã")
WORDS += ("mặt trận tổ quốc", "mặt trận")
QUERIES = [
    *("dong", "đống", "dong da", "đống đa", "đá đông", '"dong da"', '"đống đa" xã', "giam sat xa"),
    *(
        "đống đa giám sát",
        '"dong da giam"',
        '"giám sát kỹ" xã',
        "ky",
        "kỹ",
        "do*",
        "đố*",
        '"dong d"*',
    ),
    *(
        "đống đ*",
        "mttq",
        "mat tran to quoc xa",
        "MTTQ xã",
        "đa OR giám",
        "dong NOT da",
        "đa NOT đá",
    ),
    *('xã NOT "dong da giam"', "(đống OR giám) AND (xã OR kỹ)", "title:đa", "title:(dong da) xã"),
    *(
        "title:dong NOT title:da",
        "t*",
        "s* a*",
        "@*",
        "title:m*",
        "x* NOT s*",
        "quy OR qui",
        "đống đa đá đông",
        "không có từ này",
    ),
]
FILTERS = [
    Filter(),
    Filter(sites=("ha-noi",)),
    Filter(since="2024-01-03", until="2024-01-05"),
    Filter(province="Yên Bái", since="2024-01-02"),
    Filter(section="tin"),
    Filter(author="VĂN"),
]


@pytest.fixture(scope="module", params=["drained", "half pending", "changed since"])
def archive(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[SearchableArchive]:
    chance = random.Random(3)
    sample = SearchableArchive(tmp_path_factory.mktemp("order") / "mattran.db")
    sample.site("ha-noi", province="Hà Nội")
    sample.site("yen-bai", province="Yên Bái", province_now="Lào Cai")
    for number in range(100):
        if number == 50 and request.param == "half pending":
            sample.drain()
        sample.publish(
            text(chance, 3),
            text(chance, chance.choice((4, 30))),
            lead=chance.choice((None, text(chance, 4))),
            day=f"2024-01-{number // 12 + 1:02}",
            site=chance.choice(("ha-noi", "yen-bai")),
            section=chance.choice((None, "Tin tức", "Hoạt động")),
            author=chance.choice((None, "Văn Thanh", "Ban biên tập")),
        )
    if request.param != "half pending":
        sample.drain()
    if request.param == "changed since":
        edit_some(sample, chance)
    yield sample
    sample.close()


def edit_some(sample: SearchableArchive, chance: random.Random) -> None:
    """Give forty articles another text, as a recrawl does, half of them another day; no drain."""
    pages = sample.conn.execute(
        "SELECT id, site, published_day FROM articles ORDER BY id LIMIT 40"
    ).fetchall()
    for page, site, day in pages:
        with reindexed(sample.conn, page):
            sample.revision(
                page,
                sample.capture(page, site),
                title=text(chance, 3),
                body=text(chance, 9),
                published_at=chance.choice((day, f"2024-01-0{chance.randint(1, 9)}")),
            )


def text(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(count))


@pytest.fixture(params=["few", "many", "misses", "behind"])
def reader(
    archive: SearchableArchive, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[sqlite3.Connection]:
    """Make small archives go the ways of large ones."""
    if request.param != "few":
        monkeypatch.setattr("archive.search.FEW", 0)
        monkeypatch.setattr("archive.search.POOL_NEWEST", 5)
        monkeypatch.setattr("archive.search.POOL_TITLED", 3)
        monkeypatch.setattr("archive.candidates.FIRST_CHUNK", 4)
        monkeypatch.setattr("archive.candidates.CHUNK", 7)
    if request.param == "misses":
        monkeypatch.setattr("archive.candidates.MOST_MISSES", 2)
    if request.param == "behind":
        monkeypatch.setattr("archive.candidates.MOST_PENDING", 0)
    conn = open_for_reading(archive.path)
    yield conn
    conn.close()


def tiers(conn: sqlite3.Connection, query: str, where: Filter) -> list[list[int]]:
    """Return what the public index finds, reading by reading, the newest first."""
    seen: set[int] = set()
    found = []
    narrowed, values = condition(conn, where)
    for reading in parse(query).readings():
        rows = conn.execute(
            f"SELECT articles.id {FOUND} {narrowed} ORDER BY articles_fts.rowid DESC",
            (reading.match(), *values),
        )
        found.append([page for (page,) in rows if page not in seen])
        seen.update(found[-1])
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_all_is_found_in_order_whatever_index_is_asked(
    reader: sqlite3.Connection, query: str
) -> None:
    turn = QUERIES.index(query) % (len(FILTERS) - 1)
    for where in (FILTERS[0], FILTERS[turn + 1]):
        expected = tiers(reader, query, where)
        newest = [hit["id"] for hit in search(reader, query, where, limit=1000)]
        assert newest == list(chain.from_iterable(expected))
        ranked = [hit["id"] for hit in search(reader, query, where, limit=1000, rank=True)]
        assert sorted(ranked) == sorted(newest)
        for tier in expected:
            part, ranked = ranked[: len(tier)], ranked[len(tier) :]
            assert set(part) == set(tier)
        assert count(reader, query, where, exactly=True) == Count(len(newest))
        assert set(matching_ids(reader, query, where)) == set(newest)
        about = count(reader, query, where)
        assert about.number >= len(newest) if about.about else about.number == len(newest)


@pytest.mark.parametrize("rank", [False, True])
@pytest.mark.parametrize("query", ["dong", "đống đa", "mttq xa", "đa OR giám"])
def test_pages_are_the_whole_cut_into_pieces(
    reader: sqlite3.Connection, query: str, rank: bool
) -> None:
    whole = [hit["ref"] for hit in search(reader, query, limit=1000, rank=rank)]
    pages: list[str] = []
    while True:
        after = pages[-1] if pages else None
        page = [hit["ref"] for hit in search(reader, query, limit=7, rank=rank, after=after)]
        if not page:
            break
        pages += page
    assert pages == whole


def test_of_many_candidates_that_do_not_fit_few_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    sample.publish("Một hai ba", day="2020-01-01")
    for _ in range(60):
        sample.publish("Hai ba, một hai")  # has both pairs, but not the phrase
    sample.drain()
    read: list[int] = []
    document = Candidates.document
    monkeypatch.setattr("archive.search.FEW", 0)
    monkeypatch.setattr("archive.candidates.FIRST_CHUNK", 4)
    monkeypatch.setattr("archive.candidates.CHUNK", 7)
    monkeypatch.setattr("archive.candidates.MOST_MISSES", 10)
    monkeypatch.setattr(
        Candidates, "document", lambda self, sid: read.append(sid) or document(self, sid)
    )
    assert len(search(sample.conn, '"mot hai ba"')) == 1
    assert len(read) < 60
    sample.close()


def test_nothing_new_moves_what_was_not_shown_yet(archive: SearchableArchive) -> None:
    before = [hit["ref"] for hit in search(archive.conn, "xa", limit=1000)]
    archive.conn.execute("SAVEPOINT s")
    archive.publish("Xã mới", day="2025-01-01", site="ha-noi")
    following = [hit["ref"] for hit in search(archive.conn, "xa", limit=1000, after=before[4])]
    archive.conn.execute("ROLLBACK TO s")
    archive.conn.execute("RELEASE s")
    assert following == before[5:]


@pytest.mark.parametrize("ref", ["00000000000", "", "đống"])
def test_a_page_after_what_is_not_found_is_refused(reader: sqlite3.Connection, ref: str) -> None:
    with pytest.raises(UsageError, match="begin without --after"):
        search(reader, "dong", after=ref)


@pytest.mark.parametrize("query", ["dong", '"dong da giam"', "đống đa"])
def test_facets_count_what_is_found(reader: sqlite3.Connection, query: str) -> None:
    found = search(reader, query, limit=1000)
    for by, column in (
        ("site", "site"),
        ("section", "section"),
        ("author", "author"),
        ("province", "province_now"),
    ):
        counted = dict(facets(reader, query, by))
        values = [hit[column] for hit in found]
        assert counted == {value: values.count(value) for value in set(values)}
    months = [hit["published_day"][:7] for hit in found]
    assert facets(reader, query, "month") == [(m, months.count(m)) for m in sorted(set(months))]
    assert [year for year, _ in facets(reader, query, "year")] == ["2024"]


def test_facets_keep_to_the_filter(reader: sqlite3.Connection) -> None:
    where = Filter(sites=("ha-noi",), author="thanh")
    assert [site for site, _ in facets(reader, "dong", "site", where)] == ["ha-noi"]
    assert [author for author, _ in facets(reader, "dong", "author", where)] == ["Văn Thanh"]
