"""The key index has of each shown article every word and pair, and nothing of any other."""

from __future__ import annotations

import json
import sqlite3

import pytest

from archive import derived, keys, mentions
from archive.units import named
from archive.visibility import catch_up, reindexed
from tests.archive.crawling import ROOT, Crawl, an_article
from tests.searchable_archive import SearchableArchive


def having(conn: sqlite3.Connection, *found: str) -> list[int]:
    """Return the search ids that have all these keys."""
    match = " AND ".join(f'"{key}"' for key in found)
    return [
        sid
        for (sid,) in conn.execute(
            "SELECT rowid FROM article_keys WHERE article_keys MATCH ? ORDER BY rowid", (match,)
        )
    ]


def all_keys(conn: sqlite3.Connection) -> set[str]:
    """Return every key that leads to an article."""
    conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.keys_vocabulary"
        " USING fts5vocab(main, article_keys, row)"
    )
    return {key for (key,) in conn.execute("SELECT term FROM temp.keys_vocabulary")}


def test_an_article_has_its_words_its_pairs_and_where_it_is_from(
    archive: SearchableArchive,
) -> None:
    archive.publish(
        "Quận Đống Đa", "Kỹ sư họp.", lead="Ủy ban", section="Tin tức", author="Ngô Xuân"
    )
    archive.drain()
    assert all_keys(archive.conn) == {
        *("quan", "quận", "dong", "đống", "da", "đa", "+quan+dong", "+dong+da"),
        *(":quan", ":quận", ":dong", ":đống", ":da", ":đa", ":+quan+dong", ":+dong+da"),
        *("ki", "kỹ", "su", "sư", "hop", "họp", "+ki+su", "+su+hop"),
        *("uy", "ủy", "ban", "+uy+ban"),
        *("_tin", "_tuc", "-ngo", "-xuan", "@hanoi-front"),
        *(".006", ".01"),  # the district, and what it lies in
    }


def test_an_article_has_the_units_it_is_about_what_they_lie_in_and_what_they_became(
    archive: SearchableArchive,
) -> None:
    archive.publish("Họp ở thành phố Việt Trì, tỉnh Phú Thọ", "Tin.", day="2024-05-01")
    archive.drain()
    counted = {keys.unit_key(named(name).key) for name in ("Phú Thọ", "thành phố Việt Trì")}
    found = {key for key in all_keys(archive.conn) if key.startswith(keys.UNIT)}
    assert counted <= found
    assert keys.unit_key(named("Hòa Bình").key) not in found
    (held,) = archive.conn.execute("SELECT units FROM keyed").fetchone()
    assert set(held.split()) == found


def test_an_article_that_turns_out_to_be_about_another_unit_goes_in_anew(
    archive: SearchableArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = archive.publish("Họp ở tỉnh Nghệ An", "Tin.", day="2024-05-01")
    archive.drain()
    old, new = named("Nghệ An").key, named("Hà Tĩnh").key
    monkeypatch.setattr(mentions, "units_about", lambda *_: [(new, "title", "Hà Tĩnh")])
    mentions.update(archive.conn, json.dumps([page]))
    assert having(archive.conn, keys.unit_key(old))
    derived.drain(archive.conn, indexes=(keys,))
    assert having(archive.conn, keys.unit_key(new))
    assert not having(archive.conn, keys.unit_key(old))


def test_words_of_two_parts_of_an_article_are_no_pair(archive: SearchableArchive) -> None:
    archive.publish("Một hai", "năm sáu", lead="ba bốn")
    archive.drain()
    assert having(archive.conn, "+mot+hai")
    assert having(archive.conn, "hai", "ba", "bon", "nam")
    assert not {"+hai+ba", "+bon+nam"} & all_keys(archive.conn)


@pytest.mark.parametrize("text", ["a@b.vn s:tin @hanoi-front", ":dong +dong+da", "x_y 1.2-3"])
def test_no_text_can_say_what_only_the_archive_says(archive: SearchableArchive, text: str) -> None:
    archive.publish("Bài", text, site=archive.site("khac"))
    archive.drain()
    assert not {"_tin", "@hanoi-front", ":dong", "+b.vn"} & all_keys(archive.conn)
    assert having(archive.conn, "@khac")


def test_odd_characters_stay_in_their_words(archive: SearchableArchive) -> None:
    archive.publish("Bài", "Đo\u0302\u0301ng \ue000x北京 ½ “ngoặc” İstanbul")
    archive.drain()
    for key in ("dong", "đống", "\ue000x北京", "½", "ngoac", "+dong+\ue000x北京"):
        assert having(archive.conn, key), key


def test_an_edited_article_loses_its_old_words(crawl: Crawl) -> None:
    crawl.see("7", an_article(title="Bài cũ", body="Đống Đa"))
    derived.drain(crawl.conn)
    assert having(crawl.conn, "+dong+da")
    crawl.see("7", an_article(title="Bài mới", body="Ba Đình"), at=1)
    derived.drain(crawl.conn)
    assert having(crawl.conn, "+ba+dinh", ":moi")
    assert not {"+dong+da", "đống", ":cu", "cu"} & all_keys(crawl.conn)


def test_only_its_author_changes_and_the_old_one_leads_nowhere(crawl: Crawl) -> None:
    crawl.see("7", an_article(author="Văn Thanh"))
    derived.drain(crawl.conn)
    crawl.see("7", an_article(author="Đăng Định"), at=1)
    derived.drain(crawl.conn)
    assert having(crawl.conn, "-dang")
    assert "-thanh" not in all_keys(crawl.conn)


def test_an_article_of_another_day_moves(crawl: Crawl) -> None:
    crawl.see("7", an_article(published_at="2023-10-14"))
    derived.drain(crawl.conn)
    crawl.see("7", an_article(published_at="2023-10-15"), at=1)
    assert having(crawl.conn, "@" + crawl.site) == []
    derived.drain(crawl.conn)
    assert having(crawl.conn, "@" + crawl.site) == [20231015000001]


@pytest.mark.parametrize("is_drained", [True, False])
def test_a_withdrawn_article_leaves_at_once(crawl: Crawl, is_drained: bool) -> None:
    page = crawl.see("7", an_article(title="Đống Đa")).page or 0
    if is_drained:
        derived.drain(crawl.conn)
    with reindexed(crawl.conn, page):
        crawl.conn.execute(
            "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'erase', 'asked', '')",
            (page,),
        )
        crawl.conn.execute("UPDATE revisions SET title = '', lead = NULL, body = ''")
    assert all_keys(crawl.conn) == set()
    derived.drain(crawl.conn)
    assert all_keys(crawl.conn) == set()
    assert crawl.value("SELECT count(*) FROM keyed") == 0


def test_an_article_withdrawn_by_hand_leaves_with_the_next_run(crawl: Crawl) -> None:
    page = crawl.see("7").page
    derived.drain(crawl.conn)
    crawl.conn.execute(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'hide', 'asked', '')",
        (page,),
    )
    catch_up(crawl.conn)
    assert all_keys(crawl.conn) == set()
    crawl.conn.execute("DELETE FROM withdrawals")
    catch_up(crawl.conn)
    derived.drain(crawl.conn)
    assert having(crawl.conn, "@" + crawl.site)


def test_of_two_pages_that_prove_to_be_one_only_one_stays(crawl: Crawl) -> None:
    crawl.see("cu", an_article(title="Bản cũ"), key="/tin/cu.html")
    crawl.see("7", an_article(title="Bản mới"), at=1)
    derived.drain(crawl.conn)
    crawl.redirect("cu", f"{ROOT}/tin/7.html", at=2)
    derived.drain(crawl.conn)
    shown = crawl.column("SELECT sid FROM articles JOIN pages USING (id)")
    assert having(crawl.conn, "@" + crawl.site) == shown
    assert len(shown) == 1


def test_what_is_done_twice_is_done_once(archive: SearchableArchive) -> None:
    page = archive.publish("Đống Đa")
    for _ in range(2):
        keys.update(archive.conn, json.dumps([page]))
    assert archive.conn.execute("SELECT count(*) FROM keyed").fetchone() == (1,)
    keys.remove(archive.conn, keys.keyed(archive.conn, json.dumps([page])))
    assert all_keys(archive.conn) == set()
