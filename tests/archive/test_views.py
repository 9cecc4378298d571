"""The views that answer what archivists ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sample_archive import HANOI
from tests.searchable_archive import SearchableArchive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    sample.site("other")
    yield sample
    sample.close()


def rows(archive: SearchableArchive, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in archive.conn.execute(query)]


def test_coverage_counts_articles_by_site_and_month(archive: SearchableArchive) -> None:
    for day in ("2024-05-01", "2024-05-31", "2024-06-01", None):
        archive.publish("Tin", day=day, first_seen="2025-10-01T08:00:00+07:00")
    assert rows(archive, "SELECT * FROM coverage ORDER BY month") == [
        (HANOI, "2024-05", 2, 0, 0),
        (HANOI, "2024-06", 1, 0, 0),
        (HANOI, "2025-10", 1, 1, 0),
    ]


def test_a_gap_is_more_than_sixty_days_on_one_site(archive: SearchableArchive) -> None:
    for day in ("2024-01-01", "2024-03-01", "2024-06-01"):
        archive.publish("Tin", day=day)
    archive.publish("Tin", day="2020-01-01", site="other")
    assert rows(archive, "SELECT * FROM coverage_gaps") == [(HANOI, "2024-03-01", "2024-06-01", 92)]


def test_the_earliest_of_a_text_counts_its_copies(archive: SearchableArchive) -> None:
    body = "Phường tổ chức ngày hội đại đoàn kết cho hơn ba trăm hộ dân của mười tổ dân phố. " * 3
    first = archive.publish("Ngày hội", body, day="2024-01-01")
    archive.publish("Ngày hội", body, day="2024-01-03", site="other")
    archive.publish("Tin khác", "Chuyện hoàn toàn khác.", day="2024-01-04", site="other")
    archive.drain()
    assert rows(archive, "SELECT id, copies, sites, last_day FROM republished_articles") == [
        (first, 1, 1, "2024-01-03")
    ]


def test_only_edits_of_the_site_count_as_edited(archive: SearchableArchive) -> None:
    edited = archive.publish("Tin một")
    ours = archive.publish("Tin hai")
    archive.revision(edited, archive.capture(edited), cause="site", title="Tin một, đã sửa")
    archive.revision(ours, archive.capture(ours), cause="rules", title="Tin hai, đọc lại")
    assert rows(archive, "SELECT id, edits FROM edited_articles") == [(edited, 1)]


def test_what_is_gone_is_in_vanished_articles(archive: SearchableArchive) -> None:
    gone = archive.publish("Tin một")
    archive.publish("Tin hai")
    archive.conn.execute(
        "UPDATE pages SET gone_at = '2025-12-01T00:00:00+07:00' WHERE id = ?", (gone,)
    )
    assert rows(archive, "SELECT id FROM vanished_articles") == [(gone,)]


def test_authors_are_counted_with_their_sites_and_days(archive: SearchableArchive) -> None:
    archive.publish("Tin", author="Châu An", day="2024-01-01")
    archive.publish("Tin", author="Châu An", day="2024-02-01", site="other")
    archive.publish("Tin")
    assert rows(archive, "SELECT author, articles, sites, first_day, last_day FROM authors") == [
        ("Châu An", 2, 2, "2024-01-01", "2024-02-01")
    ]


@pytest.mark.parametrize(
    "view",
    ["search_articles", "coverage", "edited_articles", "vanished_articles", "authors"],
)
def test_what_was_withdrawn_is_in_no_view(archive: SearchableArchive, view: str) -> None:
    page = archive.publish("Tin", author="Châu An")
    archive.revision(page, archive.capture(page), cause="site", title="Tin sửa", author="Châu An")
    archive.conn.execute("UPDATE pages SET gone_at = '2025-12-01T00:00:00+07:00'")
    assert len(rows(archive, f"SELECT * FROM {view}")) == 1
    archive.insert("withdrawals", page=page, action="hide", reason="r", at="2025-01-01")
    assert rows(archive, f"SELECT * FROM {view}") == []
