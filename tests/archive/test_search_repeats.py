"""A story that stands on several sites is found once, unless all are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import derived, keys
from archive.identity import ref_of
from archive.narrowing import Filter
from archive.reading import open_for_reading
from archive.search import search
from tests.archive import labelled
from tests.searchable_archive import SearchableArchive

BODY = labelled.original(3).body
ANY = Filter()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site("tw")
    sample.site("xa")
    yield sample
    sample.close()


def found(
    archive: SearchableArchive, query: str, where: Filter = ANY, **how: object
) -> tuple[list[object], list[str]]:
    """Return the ids of what is shown, and the refs of what is left out."""
    archive.drain()
    repeats: list[str] = []
    with closing(open_for_reading(archive.path)) as conn:
        hits = search(conn, query, where, repeats=repeats, **how)  # type: ignore[arg-type]
    return [hit["id"] for hit in hits], repeats


def test_a_sure_duplicate_is_left_out_and_named(archive: SearchableArchive) -> None:
    first = archive.publish("Bản đầu", BODY, day="2024-05-01", site="tw")
    copy = archive.publish("Bản sao", BODY, day="2024-05-02", site="xa")
    other = archive.publish("Bài khác", "Mặt trận họp.", day="2024-05-03", site="xa")
    assert found(archive, "mặt trận") == ([other, first], [ref_of(copy)])
    with closing(open_for_reading(archive.path)) as conn:
        assert [hit["id"] for hit in search(conn, "mặt trận")] == [other, copy, first]


def test_a_duplicate_stays_where_its_original_is_not_found(archive: SearchableArchive) -> None:
    archive.publish("Bản đầu", BODY, day="2024-05-01", site="tw")
    copy = archive.publish("Riêng một nhan đề", BODY, day="2024-05-02", site="xa")
    assert found(archive, "title:riêng") == ([copy], [])
    assert found(archive, "mặt trận", Filter(sites=("xa",))) == ([copy], [])
    assert found(archive, "mặt trận", Filter(since="2024-05-02")) == ([copy], [])
    assert len(found(archive, "mặt trận", Filter(since="2024-05-01"))[1]) == 1


def test_it_is_the_same_while_the_key_index_is_far_behind(
    archive: SearchableArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.candidates.MOST_PENDING", 0)
    first = archive.publish("Bản đầu", BODY, day="2024-05-01", site="tw")
    copy = archive.publish("Bản sao", BODY, day="2024-05-02", site="xa")
    archive.drain()
    derived.begin_anew(archive.conn, keys)
    for where, shown, left_out in (
        (ANY, [first], [ref_of(copy)]),
        (Filter(sites=("xa",)), [copy], []),
        (Filter(since="2024-05-02"), [copy], []),
    ):
        repeats: list[str] = []
        hits = search(archive.conn, "mặt trận", where, repeats=repeats)
        assert ([hit["id"] for hit in hits], repeats) == (shown, left_out)


def test_a_report_used_again_and_an_excerpt_stay(archive: SearchableArchive) -> None:
    story = labelled.original(5)
    pages = [
        archive.publish("Bài", written.body, day=f"2024-05-0{number + 1}", site="tw")
        for number, written in enumerate(
            (
                story,
                labelled.reused(story, random.Random(1)),
                labelled.excerpt(story, random.Random(4)),
            )
        )
    ]
    assert found(archive, "bài") == (pages[::-1], [])


def test_pages_follow_each_other_without_the_repeated(archive: SearchableArchive) -> None:
    originals = [labelled.original(number).body for number in range(4)]
    pages = []
    for number, body in enumerate(originals):
        pages.append(archive.publish("Bài", body, day=f"2024-05-{10 + 2 * number}", site="tw"))
        archive.publish("Bài", body, day=f"2024-05-{11 + 2 * number}", site="xa")
    first, repeats = found(archive, "bài", limit=2)
    rest, more = found(archive, "bài", limit=9, after=ref_of(pages[2]))
    assert first + rest == pages[::-1]
    assert len(repeats) == len(more) == 2


def test_a_withdrawn_original_hides_nothing(archive: SearchableArchive) -> None:
    first = archive.publish("Bản đầu", BODY, day="2024-05-01", site="tw")
    copy = archive.publish("Bản sao", BODY, day="2024-05-02", site="xa")
    archive.drain()
    archive.insert("withdrawals", page=first, action="hide", reason="asked", at="")
    assert found(archive, "mặt trận") == ([copy], [])
