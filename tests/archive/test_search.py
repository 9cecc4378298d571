"""Search over a real archive: what is found, in what order, and what is shown of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.narrowing import Filter
from archive.query import everything
from archive.reading import open_for_reading
from archive.search import COUNT_LIMIT, Count, count, facets, matching_ids, search
from tests.searchable_archive import SearchableArchive

BRACKETS = ("[", "]")
ANY = Filter()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site("hanoi-front", province="Hà Nội")
    sample.site("bac-giang-front", province="Bắc Giang", province_now="Bắc Ninh")
    sample.site("hcm-front", province="TP. Hồ Chí Minh")
    yield sample
    sample.close()


@pytest.fixture(params=["drained", "pending", "behind"])
def reader(
    archive: SearchableArchive, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Open the archive read-only, as a reading command does.

    The key index is up to date, has all pages pending, or is so far behind that it is not asked.
    """
    opened: list[sqlite3.Connection] = []
    if request.param == "behind":
        monkeypatch.setattr("archive.candidates.MOST_PENDING", 0)

    def connect() -> sqlite3.Connection:
        if request.param == "drained":
            archive.drain()
        opened.append(open_for_reading(archive.path))
        return opened[-1]

    yield connect
    for conn in opened:
        conn.close()


Reader = Callable[[], sqlite3.Connection]


def titles(conn: sqlite3.Connection, query: str, where: Filter = ANY, **how: bool) -> list[str]:
    return [hit["title"] for hit in search(conn, query, where, **how)]  # type: ignore[arg-type]


def test_words_without_marks_find_marked_text(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Quận Đống Đa")
    archive.publish("Uỷ ban họp")
    archive.publish("Ủy ban họp")
    assert titles(reader(), "dong da") == ["Quận Đống Đa"]
    assert sorted(titles(reader(), "uy ban")) == ["Uỷ ban họp", "Ủy ban họp"]


def test_lead_and_body_are_searched_too(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Một", lead="Phường Ngô Quyền")
    archive.publish("Hai", body="Phường Ngô Quyền")
    assert sorted(titles(reader(), "ngo quyen")) == ["Hai", "Một"]


def test_the_newest_come_first(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Mặt trận giữa", day="2024-01-01")
    archive.publish("Mặt trận mới", day="2025-01-01")
    archive.publish("Mặt trận cũ", day="2023-01-01")
    archive.publish("Mặt trận không ngày", day=None, first_seen="2024-06-01T00:00:00+07:00")
    assert titles(reader(), "mat tran") == [
        "Mặt trận mới",
        "Mặt trận không ngày",
        "Mặt trận giữa",
        "Mặt trận cũ",
    ]


@pytest.mark.parametrize("rank", [False, True])
def test_exact_hits_come_before_newer_folded_ones(
    archive: SearchableArchive, reader: Reader, rank: bool
) -> None:
    archive.publish("Quận Đống Đa", day="2020-01-01")
    archive.publish("Đông đá", day="2025-01-01")
    archive.publish("Dong Da Dong Da", day="2024-01-01")
    found = titles(reader(), "Đống Đa", rank=rank)
    assert found[0] == "Quận Đống Đa"
    assert len(found) == 3


def test_neighbouring_words_come_before_scattered_ones(
    archive: SearchableArchive, reader: Reader
) -> None:
    archive.publish("Quận Đống Đa", day="2020-01-01")
    archive.publish("Phường Đống Đa", day="2021-01-01")
    archive.publish("Đã ký hợp đồng", day="2025-01-01")
    assert titles(reader(), "dong da") == ["Phường Đống Đa", "Quận Đống Đa", "Đã ký hợp đồng"]


def test_rank_puts_the_most_relevant_first(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Bản tin", "Có một lần giám sát. " + "Chuyện khác. " * 50, day="2025-01-01")
    archive.publish("Giám sát đầu tư", "Giám sát cộng đồng.", day="2020-01-01")
    assert titles(reader(), "giam sat") == ["Bản tin", "Giám sát đầu tư"]
    assert titles(reader(), "giam sat", rank=True) == ["Giám sát đầu tư", "Bản tin"]


def test_rank_takes_an_article_without_a_date_for_neither_new_nor_old(
    archive: SearchableArchive, reader: Reader
) -> None:
    for title, day in (("Giám sát mới", "2026-01-01"), ("Giám sát cũ", "2008-01-01")):
        archive.publish(title, day=day)
    archive.publish("Giám sát bao giờ", day=None, first_seen="2026-06-01T08:00:00+07:00")
    ranked = titles(reader(), "giam sat", rank=True)
    assert ranked == ["Giám sát mới", "Giám sát bao giờ", "Giám sát cũ"]


def test_without_words_a_filter_finds_all_that_it_leaves(
    archive: SearchableArchive, reader: Reader
) -> None:
    pages = [
        archive.publish(f"Bài {number}", site=site, day=f"2024-05-0{number + 1}", author="Ngô Xuân")
        for number, site in enumerate(("hanoi-front", "hcm-front", "hanoi-front"))
    ]
    conn = reader()
    for where, left in (
        (Filter(sites=("hanoi-front",)), [2, 0]),
        (Filter(since="2024-05-02"), [2, 1]),
        (Filter(author="ngo", until="2024-05-02"), [1, 0]),
        (Filter(author="không ai"), []),
    ):
        wanted = [pages[number] for number in left]
        assert [hit["id"] for hit in search(conn, everything(), where)] == wanted
        assert [hit["id"] for hit in search(conn, everything(), where, rank=True)] == wanted
        assert list(matching_ids(conn, everything(), where)) == wanted
        assert count(conn, everything(), where) == Count(len(left))
        assert sum(number for _, number in facets(conn, everything(), "site", where)) == len(left)
    hits = search(conn, everything(), Filter(since="2024"), limit=1)
    following = search(conn, everything(), Filter(since="2024"), after=hits[0]["ref"])
    assert [hit["id"] for hit in following] == pages[1::-1]


def test_unmarked_queries_find_all_that_marked_ones_find(
    archive: SearchableArchive, reader: Reader
) -> None:
    texts = ["Đống Đa", "đông đá", "Uỷ ban", "Ủy ban", "kỹ thuật", "kĩ thuật", "Quỹ vì người nghèo"]
    for text in texts:
        archive.publish(text)
        archive.publish("Tin", f"Ở đây có {text} và nhiều thứ khác.")
    for marked, bare in [
        ("Đống Đa", "dong da"),
        ("Ủy ban", "uy ban"),
        ("kỹ thuật", "ki thuat"),
        ("kĩ thuật", "ky thuat"),
        ("quỹ", "quy"),
        ('"người nghèo"', '"nguoi ngheo"'),
    ]:
        found = set(matching_ids(reader(), marked))
        assert found
        assert found <= set(matching_ids(reader(), bare))


def test_a_hit_has_the_columns_of_articles_and_a_snippet(
    archive: SearchableArchive, reader: Reader
) -> None:
    page = archive.publish("Quận Đống Đa", "Hội nghị ở Đống Đa.", day="2024-05-01")
    (hit,) = search(reader(), "dong da")
    row = archive.conn.execute("SELECT * FROM articles WHERE id = ?", (page,))
    columns = dict(zip([name for name, *_ in row.description], row.fetchone(), strict=True))
    assert {name: columns[name] for name in hit if name != "snippet"} == {
        name: value for name, value in hit.items() if name != "snippet"
    }
    assert hit["published_day"] == "2024-05-01"
    assert hit["snippet"] == "Hội nghị ở Đống Đa."


def test_the_limit_holds_across_kinds_of_hits(archive: SearchableArchive, reader: Reader) -> None:
    for number in range(4):
        archive.publish(f"Đống Đa {number}")
        archive.publish(f"Đông đá {number}")
    assert len(search(reader(), "đống đa", limit=6)) == 6
    assert titles(reader(), "đống đa")[:4] == [f"Đống Đa {n}" for n in (3, 2, 1, 0)]


def test_withdrawn_and_merged_pages_are_invisible(
    archive: SearchableArchive, reader: Reader
) -> None:
    kept = archive.publish("Đống Đa còn")
    withdrawn = archive.publish("Đống Đa rút")
    merged = archive.publish("Đống Đa gộp")
    # The index rows stay, as after a crash of an older program: the views still hide the pages.
    archive.withdraw(withdrawn)
    archive.conn.execute("UPDATE pages SET merged_into = ? WHERE id = ?", (kept, merged))
    conn = reader()
    for query in ("dong da", "Đống Đa", "rut", "gop"):
        assert set(titles(conn, query)) <= {"Đống Đa còn"}
        assert set(titles(conn, query, rank=True)) <= {"Đống Đa còn"}
    assert count(conn, "dong da") == Count(1)
    assert list(matching_ids(conn, "dong da")) == [kept]


def test_a_query_without_words_finds_nothing(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Đống Đa")
    assert search(reader(), "?!") == []
    assert count(reader(), "") == Count(0)
    assert list(matching_ids(reader(), '""')) == []


def test_count_stops_at_its_limit(
    archive: SearchableArchive, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        archive.publish(f"Mặt trận {number}")
    assert COUNT_LIMIT == 1000
    assert count(reader(), "mat tran") == Count(5, more=False)
    monkeypatch.setattr("archive.search.COUNT_LIMIT", 3)
    monkeypatch.setattr("archive.search.FEW", 2)
    assert count(reader(), "mat tran") == Count(3, more=True)


DAYS = ["2023-12-31", "2024-01-01", "2024-01-31", "2024-02-01", "2024-12-31", "2025-01-01"]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2024-01-01", "2024-01-31", DAYS[1:3]),
        ("01/01/2024", "31/1/2024", DAYS[1:3]),
        ("2024-01", "2024-01", DAYS[1:3]),
        ("01/2024", "1/2024", DAYS[1:3]),
        ("2024", "2024", DAYS[1:5]),
        ("2024-02-01", None, DAYS[3:]),
        (None, "2024-02-01", DAYS[:4]),
        ("2024-01-31", "2024-01-31", DAYS[2:3]),
    ],
)
def test_both_ends_of_a_range_of_days_are_included(
    archive: SearchableArchive,
    reader: Reader,
    since: str | None,
    until: str | None,
    days: list[str],
) -> None:
    for day in DAYS:
        archive.publish(f"Mặt trận {day}", day=day)
    where = Filter(since=since, until=until)
    found = [hit["published_day"] for hit in search(reader(), "mat tran", where)]
    assert found == days[::-1]
    assert count(reader(), "mat tran", where) == Count(len(days))


def test_an_article_without_a_date_counts_by_the_day_it_was_first_seen(
    archive: SearchableArchive, reader: Reader
) -> None:
    archive.publish("Mặt trận", day=None, first_seen="2025-03-02T00:10:00+07:00")
    assert titles(reader(), "mat tran", Filter(since="2025-03-02", until="2025-03-02"))
    assert not titles(reader(), "mat tran", Filter(until="2025-03-01"))


@pytest.mark.parametrize(
    "day", ["hôm qua", "2024-13", "2024-02-30", "31/02/2024", "24", "", "0000"]
)
def test_a_day_that_cannot_be_is_refused_with_what_to_type(
    archive: SearchableArchive, reader: Reader, day: str
) -> None:
    for where in (Filter(since=day), Filter(until=day)):
        with pytest.raises(UsageError, match="type it as 2023-10-14 or 14/10/2023"):
            search(reader(), "mat tran", where)


def test_a_range_that_ends_before_it_begins_is_refused(
    archive: SearchableArchive, reader: Reader
) -> None:
    with pytest.raises(UsageError, match="no day is between 2024-02-01 and 2024-01-31"):
        search(reader(), "x", Filter(since="2024-02", until="2024-01"))


def test_sites_and_provinces_narrow_the_search(archive: SearchableArchive, reader: Reader) -> None:
    for site in ("hanoi-front", "bac-giang-front", "hcm-front"):
        archive.publish(f"Mặt trận {site}", site=site)
    conn = reader()

    def sites(**where: object) -> set[str]:
        return {hit["site"] for hit in search(conn, "mat tran", Filter(**where))}  # type: ignore[arg-type]

    assert sites(sites=("hcm-front",)) == {"hcm-front"}
    assert sites(sites=("hcm-front", "hanoi-front")) == {"hcm-front", "hanoi-front"}
    assert sites(province="ha noi") == {"hanoi-front"}
    assert sites(province="Bắc Giang") == {"bac-giang-front"}
    assert sites(province="bac ninh") == {"bac-giang-front"}
    assert sites(province="ho chi minh") == {"hcm-front"}
    assert sites(province="Thành phố Hồ Chí Minh") == {"hcm-front"}
    assert sites(sites=("hcm-front",), province="ha noi") == set()


def test_unknown_sites_and_provinces_are_named_with_what_is_close(
    archive: SearchableArchive, reader: Reader
) -> None:
    with pytest.raises(UsageError, match=r"no site 'hanoi_front' .* but there is hanoi-front"):
        search(reader(), "x", Filter(sites=("hanoi_front",)))
    with pytest.raises(UsageError, match=r"no site of the province 'ha noii' .* there is Hà Nội"):
        search(reader(), "x", Filter(province="ha noii"))


def test_snippets_show_the_original_text_with_its_hits(
    archive: SearchableArchive, reader: Reader
) -> None:
    before = " ".join(f"trước{n}" for n in range(60))
    after = " ".join(f"sau{n}" for n in range(60))
    archive.publish("Hội nghị ở ĐỐNG ĐA", f"{before} “Uỷ ban, quận Đống Đa” họp.\n\n{after}")
    (hit,) = search(reader(), "dong da", marks=BRACKETS)
    assert hit["title"] == "Hội nghị ở [ĐỐNG ĐA]"
    assert "“Uỷ ban, quận [Đống Đa]” họp. sau0" in hit["snippet"]
    assert hit["snippet"].startswith("… trước")
    assert hit["snippet"].endswith(" …")
    assert "\n" not in hit["snippet"]


def test_a_snippet_shows_exact_hits_before_folded_ones(
    archive: SearchableArchive, reader: Reader
) -> None:
    archive.publish("Tin", "Đông đá. " + "Chuyện khác. " * 40 + "Quận Đống Đa.")
    (hit,) = search(reader(), "đống đa", marks=BRACKETS)
    assert "Quận [Đống Đa]." in hit["snippet"]
    assert "[Đông đá]" not in hit["snippet"]


def test_a_snippet_stands_where_most_words_are(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Tin", "Giám đốc. " + "Chuyện khác. " * 40 + "Đoàn giám sát làm việc tại xã.")
    (hit,) = search(reader(), "xa giam viec", marks=BRACKETS)
    assert hit["snippet"].endswith("Đoàn [giám] sát làm [việc] tại [xã].")


def test_of_equal_places_a_snippet_shows_the_first(
    archive: SearchableArchive, reader: Reader
) -> None:
    archive.publish("Tin", "Đầu: giám sát. " + "Chuyện khác. " * 40 + "Cuối: giám sát.")
    (hit,) = search(reader(), "giam sat", marks=BRACKETS)
    assert hit["snippet"].startswith("Đầu: [giám sát].")


def test_a_snippet_is_cut_between_words_after_their_punctuation(
    archive: SearchableArchive, reader: Reader
) -> None:
    archive.publish("Tin", "(một), " * 100 + "giám sát, " + "(hai), " * 100)
    (hit,) = search(reader(), "giam sat", marks=BRACKETS)
    assert hit["snippet"] == f"… {'(một), ' * 8}[giám sát], {'(hai), ' * 26}…"


def test_a_snippet_cuts_no_date_apart(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish(
        "Tin",
        "Một. " * 9
        + "Ngày 13-06-2023, "
        + "hai " * 6
        + "giám sát"
        + " hai" * 24
        + " 12/5/2024 ba " * 40,
    )
    (hit,) = search(reader(), "giam sat", marks=BRACKETS)
    assert hit["snippet"].startswith("… 13-06-2023, hai hai")
    assert hit["snippet"].endswith(" 12/5/2024 …")


def test_neighbouring_hits_are_marked_as_one(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Tin", "Quận Đống Đa, đa số.")
    (hit,) = search(reader(), "da dong", marks=BRACKETS)
    assert hit["snippet"] == "Quận [Đống Đa], [đa] số."


def test_a_folded_hit_has_all_its_words_marked(archive: SearchableArchive, reader: Reader) -> None:
    archive.publish("Tin", "Ủy ban quan Dong Da")
    (hit,) = search(reader(), "ủy đống", marks=BRACKETS)
    assert hit["snippet"] == "[Ủy] ban quan [Dong] Da"


def test_a_hit_in_the_title_alone_shows_how_the_text_begins(
    archive: SearchableArchive, reader: Reader
) -> None:
    archive.publish("Quận Đống Đa", "Đoạn một.\n\nĐoạn hai.", lead="Mở đầu.")
    (hit,) = search(reader(), "dong da", marks=BRACKETS)
    assert hit["snippet"] == "Mở đầu. Đoạn một. Đoạn hai."


def test_snippets_hold_their_place_after_invisible_characters(
    archive: SearchableArchive, reader: Reader
) -> None:
    body = "Mặt\u200b trậ\u00adn" + "\u00a0Tổ\u00a0quốc" * 9 + " quận Đo\u0302\u0301ng Đa."
    archive.publish("Tin", body)
    (hit,) = search(reader(), "dong da", marks=BRACKETS)
    assert "quận [Đống Đa]." in hit["snippet"]
