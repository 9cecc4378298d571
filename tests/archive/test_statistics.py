"""What the archive holds and weighs, and when its disk is full."""

from __future__ import annotations

import pytest

from archive.moments import epoch_of
from archive.reading import open_for_reading
from archive.statistics import Record, statistics
from tests.sample_archive import BODY, HANOI, LEAD, TITLE, SampleArchive

NOW = epoch_of("2025-10-11T08:00:00+07:00")


def figures(sample: SampleArchive) -> Record:
    conn = open_for_reading(sample.path)
    try:
        return statistics(conn, sample.path, NOW)
    finally:
        conn.close()


def test_an_empty_archive_counts_nothing_and_foresees_nothing(sample: SampleArchive) -> None:
    counted = figures(sample)
    assert (counted["articles"], counted["revisions"], counted["captures"]) == (0, 0, 0)
    assert counted["bytes"]["text"] == 0
    assert counted["days_until_full"] is None


def test_articles_revisions_and_captures_are_counted_a_site(sample: SampleArchive) -> None:
    page = sample.article()
    sample.revision(page, sample.capture(page), cause="site", body="Mới.")
    sample.capture(kind="listing")
    sample.site("other")
    counted = figures(sample)
    assert (counted["articles"], counted["revisions"], counted["captures"]) == (1, 2, 3)
    assert counted["revisions_by_cause"] == {"first": 1, "site": 1}
    assert counted["captures_by_kind"] == {"article": 2, "listing": 1}
    assert [(site["id"], site["articles"]) for site in counted["sites"]] == [
        (HANOI, 1),
        ("other", 0),
    ]


def test_withdrawn_and_merged_pages_are_no_articles(sample: SampleArchive) -> None:
    first, second = sample.article(), sample.article("news:2", "https://front.example/2")
    third = sample.article("news:3", "https://front.example/3")
    sample.withdraw(first)
    sample.conn.execute("UPDATE pages SET merged_into = ? WHERE id = ?", (third, second))
    counted = figures(sample)
    assert (counted["articles"], counted["withdrawn"]) == (1, 1)


def test_bytes_are_told_by_kind(sample: SampleArchive) -> None:
    sample.article()
    folder = sample.path.parent
    (folder / "warc" / "2025").mkdir(parents=True)
    (folder / "warc" / "2025" / "a.warc.gz").write_bytes(b"x" * 700)
    (folder / "logs").mkdir()
    (folder / "logs" / "run.log").write_bytes(b"x" * 30)
    sizes = figures(sample)["bytes"]
    assert (sizes["raw"], sizes["logs"]) == (700, 30)
    assert sizes["text"] == len((TITLE + LEAD + BODY).encode())
    assert sizes["database"] == sample.path.stat().st_size
    assert sizes["total"] == sizes["database"] + sizes["log"] + 730


def test_of_many_texts_a_sample_tells_the_bytes(
    sample: SampleArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sample.article()
    for number in range(60):
        body = "x" * (100 + number)
        sample.revision(page, sample.capture(page), cause="site", title="", lead=None, body=body)
    sample.conn.execute("PRAGMA foreign_keys = OFF")
    sample.conn.execute("UPDATE revisions SET id = id * 1000 WHERE id > 30")
    exactly = figures(sample)["bytes"]["text"]
    monkeypatch.setattr("archive.statistics.TEXTS_READ", 20)
    assert figures(sample)["bytes"]["text"] == pytest.approx(exactly, rel=0.2)


def test_growth_is_what_the_last_days_added(sample: SampleArchive) -> None:
    sample.capture(warc_file="a", warc_length=5000, captured_at="2025-10-01T08:00:00+07:00")
    counted = figures(sample)
    growth = (5000 + counted["bytes"]["database"]) / 10
    assert counted["growth_bytes_per_day"] == pytest.approx(growth)
    assert counted["days_until_full"] == int(counted["free_bytes"] / growth)


@pytest.mark.parametrize("captured_at", ["2025-10-11T07:00:00+07:00", "2024-10-01T08:00:00+07:00"])
def test_growth_is_unknown_after_an_hour_or_a_silent_month(
    sample: SampleArchive, captured_at: str
) -> None:
    sample.capture(captured_at=captured_at)
    assert figures(sample)["days_until_full"] is None
