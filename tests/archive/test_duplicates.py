"""Articles that say the same are linked to the earliest of them, in whatever order they come."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from archive import derived, duplicates
from archive.visibility import catch_up, reindexed, text_changes
from tests.archive import labelled
from tests.archive.crawling import Crawl, an_article
from tests.archive.labelled import Written
from tests.searchable_archive import SearchableArchive

Relation = tuple[int, int, str]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    yield sample
    sample.close()


def publish(archive: SearchableArchive, written: Written, day: str | None = None) -> int:
    return archive.publish(written.title, written.body, day=day or written.day)


def relations(conn: sqlite3.Connection) -> set[Relation]:
    return set(conn.execute("SELECT article, other, kind FROM duplicates"))


def clusters(conn: sqlite3.Connection) -> dict[int, int]:
    return dict(conn.execute("SELECT id, cluster FROM pages WHERE cluster IS NOT NULL"))


def postings_of(conn: sqlite3.Connection, page: int) -> int:
    """Return how many shingles lead to a page."""
    row = conn.execute(
        "SELECT count(*) FROM shingles s JOIN fingerprints f ON s.posting & ? = f.number"
        " WHERE f.page = ?",
        ((1 << duplicates.NUMBER_BITS) - 1, page),
    ).fetchone()
    return int(row[0])


@pytest.fixture
def first() -> Written:
    return labelled.original(7)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(3)


def test_an_exact_copy_is_linked_to_the_earlier_one(
    archive: SearchableArchive, first: Written
) -> None:
    copy = publish(archive, first, "2024-03-02")
    original = publish(archive, first, "2024-03-01")
    archive.drain()
    assert relations(archive.conn) == {(copy, original, "same_text")}
    assert clusters(archive.conn) == {copy: original, original: original}
    row = archive.conn.execute("SELECT duplicate_of FROM articles WHERE id = ?", (copy,))
    assert row.fetchone() == (original,)


def test_of_one_day_the_one_seen_first_is_the_earlier(
    archive: SearchableArchive, first: Written
) -> None:
    seen = ("2025-02-01T08:00:00+07:00", "2025-01-01T08:00:00+07:00")
    late, early = (
        archive.publish(first.title, first.body, day="2024-03-01", first_seen=moment)
        for moment in seen
    )
    archive.drain()
    assert relations(archive.conn) == {(late, early, "same_text")}


def test_an_undated_article_counts_from_when_it_was_seen(
    archive: SearchableArchive, first: Written
) -> None:
    undated = archive.publish(
        first.title, first.body, day=None, first_seen="2023-01-01T08:00:00+07:00"
    )
    dated = publish(archive, first, "2024-03-01")
    archive.drain()
    assert relations(archive.conn) == {(dated, undated, "same_text")}


def test_an_excerpt_is_linked_to_the_whole_whichever_came_first(
    archive: SearchableArchive, first: Written, rng: random.Random
) -> None:
    part = publish(archive, labelled.excerpt(first, rng), "2024-01-01")
    archive.drain()
    whole = publish(archive, first, "2024-02-01")
    archive.drain()
    assert relations(archive.conn) == {(part, whole, "excerpt")}
    assert clusters(archive.conn) == {}


def test_a_report_used_again_is_told_but_no_duplicate(
    archive: SearchableArchive, first: Written, rng: random.Random
) -> None:
    again = labelled.reused(first, rng)
    pages = [publish(archive, first), publish(archive, again)]
    archive.drain()
    assert relations(archive.conn) == {(pages[1], pages[0], "same_template")}
    assert clusters(archive.conn) == {}
    assert archive.conn.execute("SELECT count(duplicate_of) FROM articles").fetchone() == (0,)


def test_reports_used_again_are_linked_to_the_earliest(
    archive: SearchableArchive, first: Written, rng: random.Random
) -> None:
    made = [first, *(labelled.reused(first, rng) for _ in range(3))]
    days = ["2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"]
    pages = {}
    for number in (2, 1, 3, 0):
        pages[number] = publish(archive, made[number], days[number])
        archive.drain()
    assert relations(archive.conn) == {
        (pages[number], pages[0], "same_template") for number in (1, 2, 3)
    }


def test_an_earlier_article_takes_over_the_family(
    archive: SearchableArchive, first: Written, rng: random.Random
) -> None:
    members = [publish(archive, labelled.light(first, rng), f"2024-05-0{n}") for n in range(1, 5)]
    archive.drain()
    assert {other for _, other, _ in relations(archive.conn)} == {members[0]}
    head = publish(archive, first, "2024-04-01")
    archive.drain()
    assert {(article, other) for article, other, _ in relations(archive.conn)} == {
        (member, head) for member in members
    }
    assert set(clusters(archive.conn).values()) == {head}
    assert postings_of(archive.conn, members[0]) == 0
    assert postings_of(archive.conn, head) > 0


def test_small_steps_do_not_lead_from_one_story_to_another(archive: SearchableArchive) -> None:
    """Each text has three quarters of the one before: the fifth has nothing of the first."""
    words = [f"tiếng{chr(97 + n % 26)} {chr(97 + n // 26)}x{chr(97 + n % 7)}" for n in range(220)]
    pages = [
        publish(
            archive,
            Written("Bài", " ".join(words[25 * step : 25 * step + 100]), f"2024-01-{step + 10}"),
        )
        for step in range(5)
    ]
    archive.drain()
    links = {article: other for article, other, _ in relations(archive.conn)}
    assert links[pages[1]] == pages[0]
    assert not set(links.values()) & set(links)
    assert links.get(pages[4]) != pages[0]


def test_stock_phrases_lead_nowhere(
    archive: SearchableArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "STOCK", 5)
    stock = " ".join(f"lời{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(60))
    own = [
        " ".join(f"bài{chr(97 + n)}{chr(97 + m % 26)}{chr(97 + m // 26)}" for m in range(70))
        for n in range(12)
    ]
    for text in own:
        publish(archive, Written("Bài", f"{text}. {stock}", "2024-01-01"))
        archive.drain()
    assert archive.conn.execute("SELECT count(*) FROM stock_shingles").fetchone()[0] > 3
    page = publish(archive, Written("Bài", f"{own[3]}. {stock} hết", "2024-02-01"))
    archive.drain()
    assert [article for article, _, _ in relations(archive.conn)] == [page]


def sample_of_all(seed: int) -> list[Written]:
    """Return articles of a few originals, in some order."""
    rng = random.Random(seed)
    made = {
        written
        for number in range(6)
        for pair in labelled.pairs_of(number)
        for written in (pair.one, pair.two)
    }
    ordered = sorted(made, key=lambda written: (written.day, written.title, written.body))
    rng.shuffle(ordered)
    return ordered


def result_of(archive: SearchableArchive, made: list[Written]) -> set[tuple[str, str, str]]:
    """Return the relations by the texts of the articles, as ids depend on the order."""
    bodies = {publish(archive, written): written.body for written in made}
    archive.drain()
    return {
        (bodies[article], bodies[other], kind) for article, other, kind in relations(archive.conn)
    }


def test_settled_relations_do_not_depend_on_the_order_of_arrival(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "BATCH", 7)
    monkeypatch.setattr(duplicates, "SETTLED_AT_ONCE", 11)
    results = []
    for seed in range(3):
        # The time of discovery decides between articles of one day; here it is a serial number.
        conn_archive = SearchableArchive(tmp_path / f"{seed}.db")
        conn_archive.site()
        made = sample_of_all(seed)
        unsettled = result_of(conn_archive, made)
        before = relations(conn_archive.conn)
        duplicates.settle(conn_archive.conn)
        after = relations(conn_archive.conn)
        assert len(before ^ after) <= 0.05 * len(after)
        bodies = dict(
            conn_archive.conn.execute(
                "SELECT p.id, r.body FROM pages p JOIN revisions r ON r.id = p.current_revision"
            )
        )
        results.append({(bodies[one], bodies[two], kind) for one, two, kind in after})
        assert unsettled
        conn_archive.close()
    assert results[0] == results[1] == results[2]
    assert len(results[0]) > 20


def test_settling_twice_changes_nothing(
    archive: SearchableArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count(1_700_000_000)
    monkeypatch.setattr(duplicates, "now", lambda: float(next(clock)))
    result_of(archive, sample_of_all(1))
    told: list[tuple[int, int]] = []
    duplicates.settle(archive.conn, lambda *progress: told.append(progress))
    query = "SELECT * FROM duplicates ORDER BY 1, 2"
    settled = archive.conn.execute(query).fetchall(), clusters(archive.conn)
    duplicates.settle(archive.conn)
    assert (archive.conn.execute(query).fetchall(), clusters(archive.conn)) == settled
    assert told[-1][0] == told[-1][1] > 40


def test_judging_a_page_again_changes_nothing(archive: SearchableArchive) -> None:
    result_of(archive, sample_of_all(2))
    duplicates.settle(archive.conn)
    before = relations(archive.conn), clusters(archive.conn)
    everything = [page for (page,) in archive.conn.execute("SELECT id FROM pages")]
    for page in everything:
        duplicates.update(archive.conn, json.dumps([page]))
    archive.drain()
    assert (relations(archive.conn), clusters(archive.conn)) == before


def test_an_article_that_was_rewritten_is_judged_anew(crawl: Crawl, first: Written) -> None:
    other = labelled.original(8)
    one = crawl.see("1", an_article(title="Một", body=first.body)).page
    two = crawl.see("2", an_article(title="Hai", body=first.body), at=1).page
    derived.drain(crawl.conn)
    assert len(relations(crawl.conn)) == 1
    crawl.see("2", an_article(title="Hai", body=other.body), at=2)
    derived.drain(crawl.conn)
    assert relations(crawl.conn) == set()
    assert clusters(crawl.conn) == {}
    crawl.see("1", an_article(title="Một", body=other.body), at=3)
    derived.drain(crawl.conn)
    assert {frozenset(found[:2]) for found in relations(crawl.conn)} == {frozenset((one, two))}
    assert crawl.value("SELECT count(*) FROM fingerprints") == 2


def test_a_text_that_was_rewritten_in_place_is_not_compared_as_it_was(
    crawl: Crawl, first: Written
) -> None:
    other, rng = labelled.original(8), random.Random(8)
    one = crawl.see("1", an_article(title="Một", body=first.body)).page
    derived.drain(crawl.conn)
    assert one is not None
    with reindexed(crawl.conn, one):
        text_changes(crawl.conn, one)
        crawl.conn.execute("UPDATE revisions SET body = ? WHERE page = ?", (other.body, one))
    derived.drain(crawl.conn)
    crawl.see("2", an_article(title="Hai", body=labelled.light(first, rng).body), at=1)
    derived.drain(crawl.conn)
    assert relations(crawl.conn) == set()
    again = crawl.see("3", an_article(title="Ba", body=labelled.light(other, rng).body), at=2).page
    derived.drain(crawl.conn)
    assert {frozenset(found[:2]) for found in relations(crawl.conn)} == {frozenset((one, again))}


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_a_withdrawn_article_leaves_its_family_and_its_shingles_at_once(
    crawl: Crawl, first: Written, action: str
) -> None:
    head = crawl.see("1", an_article(title="Một", body=first.body, published_at="2020-01-01")).page
    pages = [crawl.see(name, an_article(title=name, body=first.body), at=1).page for name in "23"]
    derived.drain(crawl.conn)
    assert {other for _, other, _ in relations(crawl.conn)} == {head}
    assert head is not None
    with reindexed(crawl.conn, head):
        crawl.conn.execute(
            "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, ?, 'asked', '')",
            (head, action),
        )
        if action == "erase":
            crawl.conn.execute(
                "UPDATE revisions SET title = '', lead = NULL, body = '' WHERE page = ?", (head,)
            )
    assert relations(crawl.conn) == set()
    assert crawl.value("SELECT count(*) FROM shingles") == 0
    assert crawl.column("SELECT page FROM fingerprints WHERE page = " + str(head)) == []
    derived.drain(crawl.conn)
    assert {frozenset(found[:2]) for found in relations(crawl.conn)} == {frozenset(pages)}


def test_an_article_withdrawn_by_hand_comes_back_when_that_is_taken_back(
    crawl: Crawl, first: Written
) -> None:
    page = crawl.see("1", an_article(title="Một", body=first.body)).page
    crawl.see("2", an_article(title="Hai", body=first.body), at=1)
    derived.drain(crawl.conn)
    before = relations(crawl.conn)
    crawl.conn.execute(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'hide', 'asked', '')",
        (page,),
    )
    catch_up(crawl.conn)
    derived.drain(crawl.conn)
    assert relations(crawl.conn) == set()
    crawl.conn.execute("DELETE FROM withdrawals")
    catch_up(crawl.conn)
    derived.drain(crawl.conn)
    assert relations(crawl.conn) == before


def test_many_short_equal_texts_are_one_family(archive: SearchableArchive) -> None:
    pages = [
        archive.publish("Ảnh", "Quang cảnh.", day=f"2024-01-{10 + number}") for number in range(9)
    ]
    archive.publish("Ảnh khác", "Quang cảnh.", day="2023-01-01")
    archive.publish("Trống", "", day="2023-01-01")
    archive.drain()
    assert relations(archive.conn) == {(page, pages[0], "same_text") for page in pages[1:]}
