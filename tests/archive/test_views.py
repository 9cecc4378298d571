"""The views that answer what archivists ask; none of them shows what was withdrawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.reading import open_for_reading
from archive.views import VIEWS
from tests.archive import small_archive
from tests.archive.crawling import SITE, Crawl
from tests.archive.small_archive import NEIGHBOUR, WITHDRAWN
from tests.sample_archive import HANOI
from tests.searchable_archive import SearchableArchive


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An archive with a case of everything."""
    path = small_archive.build(tmp_path_factory.mktemp("views") / "mattran.db")
    with closing(open_for_reading(path)) as conn:
        yield conn


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    """An empty archive with two sites."""
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    sample.site("other")
    yield sample
    sample.close()


def rows(conn: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in conn.execute(query)]


def test_coverage_counts_the_articles_of_each_site_and_month(conn: sqlite3.Connection) -> None:
    assert rows(conn, "SELECT * FROM coverage ORDER BY site, month") == [
        (NEIGHBOUR, "2025-08", 2, 0, 0),
        (NEIGHBOUR, "2025-09", 1, 0, 0),
        (SITE, "2025-01", 1, 0, 0),
        (SITE, "2025-07", 2, 0, 0),
        (SITE, "2025-08", 2, 0, 1),
        (SITE, "2025-10", 1, 1, 0),
    ]


def test_every_site_is_covered_also_one_without_articles(conn: sqlite3.Connection) -> None:
    query = "SELECT site, province_now, articles, first_day, last_day, undated FROM site_coverage"
    assert rows(conn, f"{query} ORDER BY articles DESC") == [
        (SITE, "Hà Nội", 6, "2025-01-10", "2025-08-02", 1),
        (NEIGHBOUR, "Bắc Ninh", 3, "2025-08-03", "2025-09-30", 0),
        ("silent-front", None, 0, None, None, 0),
    ]


def test_a_gap_is_more_than_sixty_days_on_one_site(archive: SearchableArchive) -> None:
    for day in ("2024-01-01", "2024-03-01", "2024-06-01"):
        archive.publish("Tin", day=day)
    archive.publish("Tin", day="2020-01-01", site="other")
    gaps = rows(archive.conn, "SELECT * FROM coverage_gaps")
    assert gaps == [(HANOI, "2024-03-01", "2024-06-01", 92)]


def test_a_withdrawn_article_fills_no_gap(conn: sqlite3.Connection) -> None:
    assert rows(conn, "SELECT * FROM coverage_gaps") == [(SITE, "2025-01-10", "2025-07-20", 191)]


def test_the_earliest_of_a_text_counts_its_copies(conn: sqlite3.Connection) -> None:
    query = "SELECT title, copies, sites, last_day FROM republished_articles"
    assert rows(conn, query) == [("Chuyện ở tổ dân phố", 1, 1, "2025-08-03")]


def test_what_its_site_changed_is_edited(conn: sqlite3.Connection) -> None:
    query = "SELECT title, edits, substr(first_edit, 1, 10), last_edit = first_edit"
    assert rows(conn, f"{query} FROM edited_articles") == [
        ("Hội nghị Đống Đa sửa", 1, "2025-10-06", 1)
    ]


def test_only_edits_of_the_site_count_as_edited(archive: SearchableArchive) -> None:
    edited = archive.publish("Tin một")
    ours = archive.publish("Tin hai")
    archive.revision(edited, archive.capture(edited), cause="site", title="Tin một, đã sửa")
    archive.revision(ours, archive.capture(ours), cause="rules", title="Tin hai, đọc lại")
    assert rows(archive.conn, "SELECT id, edits FROM edited_articles") == [(edited, 1)]


def test_what_vanished_says_since_when_and_when_that_was_sure(conn: sqlite3.Connection) -> None:
    query = "SELECT title, state, substr(gone_at, 1, 10), substr(declared_at, 1, 10)"
    assert rows(conn, f"{query} FROM vanished_articles") == [
        ("Bài biến mất", "gone", "2025-10-10", "2025-10-14")
    ]


def test_an_article_that_is_lost_without_a_404_vanished_too(crawl: Crawl) -> None:
    crawl.see("7")
    for day in (9, 13):
        crawl.see("8", at=day)
        crawl.miss("7", at=day, kind="soft-404")
    query = "SELECT url LIKE '%7.html', state, substr(gone_at, 1, 10) FROM vanished_articles"
    assert rows(crawl.conn, query) == [(1, "soft-gone", "2025-10-10")]
    assert crawl.value("SELECT gone FROM coverage") == 1


def test_an_article_that_came_back_did_not_vanish_until_it_does_again(crawl: Crawl) -> None:
    crawl.see("7")
    for day in (9, 13):
        crawl.see("8", at=day)
        crawl.miss("7", at=day)
    crawl.see("7", at=20)
    assert crawl.value("SELECT count(*) FROM vanished_articles") == 0
    for day in (30, 34):
        crawl.see("8", at=day)
        crawl.miss("7", at=day)
    assert crawl.column("SELECT substr(gone_at, 1, 10) FROM vanished_articles") == ["2025-10-31"]


def test_an_article_vanished_once_whatever_befell_it(crawl: Crawl) -> None:
    crawl.see("7")
    for day in (9, 13):
        crawl.see("8", at=day)
        crawl.miss("7", at=day)
    crawl.conn.execute(
        "INSERT INTO disappearances (page, gone_at, state)"
        " SELECT page, '2025-12-01T08:00:00+07:00', 'host-dead' FROM disappearances"
    )
    assert crawl.column("SELECT substr(gone_at, 1, 10) FROM vanished_articles") == ["2025-10-10"]


def test_authors_are_counted_with_their_sites_and_days(archive: SearchableArchive) -> None:
    archive.publish("Tin", author="Châu An", day="2024-01-01")
    archive.publish("Tin", author="Châu An", day="2024-02-01", site="other")
    archive.publish("Tin")
    query = "SELECT author, articles, sites, first_day, last_day FROM authors"
    assert rows(archive.conn, query) == [("Châu An", 2, 2, "2024-01-01", "2024-02-01")]


def test_sections_of_each_site_are_counted(archive: SearchableArchive) -> None:
    for day, site in (("2024-01-01", HANOI), ("2024-02-01", HANOI), ("2024-03-01", "other")):
        archive.publish("Tin", section="Thời sự", day=day, site=site)
    archive.publish("Tin")
    assert rows(archive.conn, "SELECT * FROM sections ORDER BY site") == [
        (HANOI, "Thời sự", 2, "2024-01-01", "2024-02-01"),
        ("other", "Thời sự", 1, "2024-03-01", "2024-03-01"),
    ]


def test_the_newest_articles_come_first_and_without_sorting(conn: sqlite3.Connection) -> None:
    assert rows(conn, "SELECT title, published_day FROM newest_articles LIMIT 3") == [
        ("Bài không rõ ngày", None),
        ("Đăng đúng phút", "2025-09-30"),
        ("Chép lại bài đã rút", "2025-08-04"),
    ]
    plan = rows(conn, "EXPLAIN QUERY PLAN SELECT * FROM newest_articles LIMIT 3")
    assert not any("B-TREE FOR ORDER BY" in row[3] for row in plan)


def test_an_article_without_a_date_is_undated(conn: sqlite3.Connection) -> None:
    assert rows(conn, "SELECT title FROM undated_articles") == [("Bài không rõ ngày",)]


def test_missing_addresses_say_why(conn: sqlite3.Connection) -> None:
    query = "SELECT site, state, last_status, addresses FROM missing_addresses ORDER BY state"
    assert rows(conn, query) == [(SITE, "done", 404, 1), (SITE, "ready", None, 1)]


def test_no_view_shows_what_was_withdrawn(conn: sqlite3.Connection) -> None:
    hidden = {row[0] for row in rows(conn, "SELECT page FROM withdrawals")}
    assert len(hidden) == 3
    views = [row[0] for row in rows(conn, "SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert len(views) >= len(VIEWS) + 3
    for view in views:
        shown = rows(conn, f"SELECT * FROM {view}")
        assert shown, view
        for row in shown:
            assert not hidden.intersection(row), view
            assert not any(WITHDRAWN in str(value) for value in row), view
