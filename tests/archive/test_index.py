"""The search index follows the articles, and only through archive/index.py."""

from __future__ import annotations

import sqlite3

import pytest

from archive import index, moments
from archive.index import IndexedText, add, ensure_current, rebuild, remove
from archive.narrowing import Filter
from archive.query import everything
from archive.search import search
from archive.vietnamese import NORM_VERSION
from archive.visibility import catch_up, reindexed
from tests.searchable_archive import SearchableArchive


def rowids(conn: sqlite3.Connection, match: str) -> list[int]:
    return [
        sid
        for (sid,) in conn.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid", (match,)
        )
    ]


def check(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")


def test_plain_sql_finds_folded_words_and_marked_ones(archive: SearchableArchive) -> None:
    archive.publish("Quận Đống Đa", "Uỷ ban họp.", lead="Kỹ sư")
    found = rowids(archive.conn, "dong da")
    assert len(found) == 1
    for match in ("uy ban", "ki su", '"đống đa"', '"ủy ban"', "title_f: dong", "body: họp"):
        assert rowids(archive.conn, match) == found
    assert rowids(archive.conn, "lead_f: dong") == []


def test_plain_sql_snippets_show_the_original_text(archive: SearchableArchive) -> None:
    archive.publish("Quận Đống Đa", "Sáng nay Uỷ ban họp.")
    query = (
        "SELECT highlight(articles_fts, 3, '[', ']'), snippet(articles_fts, 5, '[', ']', '…', 4)"
        " FROM articles_fts WHERE articles_fts MATCH ?"
    )
    assert archive.conn.execute(query, ('"dong da" "uy ban"',)).fetchone() == (
        "Quận [Đống Đa]",
        "Sáng nay [Uỷ ban]…",
    )


def test_replaced_text_leaves_no_word_behind(archive: SearchableArchive) -> None:
    archive.publish("Bản tin", "Quận Đống Đa")
    (sid,) = rowids(archive.conn, "dong")
    remove(archive.conn, sid, IndexedText("Bản tin", None, "Quận Đống Đa"))
    add(archive.conn, sid, IndexedText("Bản tin", None, "Phường Ô Chợ Dừa"))
    assert rowids(archive.conn, "dong OR đống OR quan") == []
    assert rowids(archive.conn, '"o cho dua"') == [sid]
    check(archive.conn)


def test_removed_text_is_not_found(archive: SearchableArchive) -> None:
    archive.publish("Một", "Đống Đa")
    archive.publish("Hai", "Đống Đa")
    gone, kept = rowids(archive.conn, "dong")
    remove(archive.conn, gone, IndexedText("Một", "", "Đống Đa"))
    assert rowids(archive.conn, "dong OR đống") == [kept]
    check(archive.conn)


def test_nothing_is_indexed_when_the_transaction_is_undone(archive: SearchableArchive) -> None:
    archive.conn.execute("BEGIN")
    archive.publish("Một", "Đống Đa")
    archive.conn.execute("ROLLBACK")
    assert rowids(archive.conn, "dong") == []
    check(archive.conn)


def test_rebuild_makes_the_index_from_what_is_stored(archive: SearchableArchive) -> None:
    for number in range(3):
        archive.publish(f"Đống Đa {number}", day=f"202{5 - number}-01-01")
    withdrawn = archive.publish("Đống Đa rút")
    before = rowids(archive.conn, "dong")
    archive.withdraw(withdrawn)
    add(archive.conn, 7, IndexedText("Bóng ma", None, "Đống Đa"))
    assert rebuild(archive.conn) == 3
    assert len(rowids(archive.conn, "dong")) == 3
    assert set(rowids(archive.conn, "dong")) < set(before)
    assert not archive.conn.in_transaction
    check(archive.conn)


def test_an_index_of_another_version_is_rebuilt_once(archive: SearchableArchive) -> None:
    ensure_current(archive.conn)
    assert ensure_current(archive.conn) is False
    archive.publish("Quận Đống Đa")
    archive.conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
    archive.conn.execute("UPDATE meta SET value = '0' WHERE name = 'norm_version'")
    assert ensure_current(archive.conn) is True
    assert len(rowids(archive.conn, "dong da")) == 1
    assert ensure_current(archive.conn) is False
    version = archive.conn.execute("SELECT value FROM meta WHERE name = 'norm_version'")
    assert version.fetchone() == (str(NORM_VERSION),)


def test_a_rebuild_that_fails_leaves_the_old_index(
    archive: SearchableArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.publish("Quận Đống Đa")

    def broken(_text: str) -> str:
        raise MemoryError

    monkeypatch.setattr("archive.index.exact_and_folded", broken)
    with pytest.raises(MemoryError):
        rebuild(archive.conn)
    assert len(rowids(archive.conn, "dong da")) == 1
    assert not archive.conn.in_transaction


# The place of an article, which is a day


def test_a_day_that_has_not_come_is_no_place(archive: SearchableArchive) -> None:
    today = moments.day_of(moments.now())
    page = archive.publish("Bài của mai sau", day="2024-05-01")
    with reindexed(archive.conn, page):
        archive.conn.execute("UPDATE pages SET sid = NULL")
        archive.conn.execute("UPDATE revisions SET published_at = '2999-01-01'")
    (sid,) = archive.conn.execute("SELECT sid FROM pages").fetchone()
    assert sid == index.first_sid(today) + 1
    with reindexed(archive.conn, page):
        pass
    assert archive.conn.execute("SELECT sid FROM pages").fetchone() == (sid,)


def test_what_a_wrong_clock_placed_in_days_to_come_is_placed_again(
    archive: SearchableArchive,
) -> None:
    late = archive.publish("Máy sai giờ", day=None, first_seen="2999-01-01T08:00:00+07:00")
    archive.publish("Bài thật", day="2024-05-01")
    archive.drain()
    assert catch_up(archive.conn) == 1
    assert catch_up(archive.conn) == 0
    today = moments.day_of(moments.now())
    for _ in ("waiting", "drained"):
        (found,) = search(archive.conn, everything(), Filter(since=today))
        assert found["id"] == late
        assert search(archive.conn, everything(), Filter(since="2999")) == []
        archive.drain()
    check(archive.conn)
