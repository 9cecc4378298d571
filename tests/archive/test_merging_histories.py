"""Merging keeps what either archive knows of the past of a page, and of a crawl in progress."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.erasing import erase
from archive.merging import merge
from archive.page import Link
from archive.store import Archive
from archive.verify import verify
from tests.archive.crawling import DAY, ROOT, START, Crawl, an_article, links
from tests.archive.test_restating import A2, B2, YEAR, A, by_bytes

SEEN_LATER = ("Bản hai, đọc lại.", "site")


def told(folder: Path) -> list[tuple[Any, ...]]:
    """Body, cause and time of every revision, and which captures belong to which."""
    with Archive.open(folder / "mattran.db", "look") as archive:
        rows = archive.conn.execute(
            "SELECT r.body, r.cause, r.captured_at, r.flags, c.captured_at FROM revisions r"
            " LEFT JOIN captures c ON c.revision = r.id"
            " ORDER BY r.captured_at, r.extracted_at, r.id, c.captured_at"
        )
        return [tuple(row) for row in rows]


def united(folder: Path, first: Path, *others: Path) -> list[tuple[Any, ...]]:
    shutil.copytree(first, folder)
    with Archive.open(folder / "mattran.db", "merge", exclusive=True) as archive:
        for other in others:
            merge(archive, other / "mattran.db")
    assert [damage.line() for damage in verify(folder / "mattran.db").damages] == []
    return told(folder)


def causes(rows: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    """Body and cause of each revision, in their order."""
    return list(dict.fromkeys((row[0], row[1]) for row in rows))


@pytest.mark.parametrize("has_more", [False, True])
@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("8", {"article": A, "at": 1}),  # of another page
        ("7", {"article": A, "at": 10}),  # between the two, by the old rules
        ("7", {"article": B2, "at": YEAR + 2, "body": b"b"}),  # later, by the new ones
        ("7", {"article": A, "at": YEAR + 2, "body": b"b"}),  # ... by the old: never read again
    ],
)
def test_a_change_that_only_newer_rules_saw_is_the_sites_in_any_order(
    tmp_path: Path, name: str, seen: dict[str, Any], has_more: bool
) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    one.see("7", A, body=b"a")
    one.see("7", A, at=YEAR, body=b"b")
    if has_more:
        one.see("7", A, at=YEAR + 1, body=b"b")
    read = by_bytes(a=A2, b=B2)
    one.reread(one.value("SELECT id FROM pages"), lambda raw: read(one, raw))
    one.close()
    before = told(tmp_path / "one")
    assert SEEN_LATER in causes(before)
    two = Crawl(tmp_path / "two" / "mattran.db")
    two.see(name, **seen)
    two.close()

    folders = tmp_path / "one", tmp_path / "two"
    there = united(tmp_path / "there", *folders)
    back = united(tmp_path / "back", *reversed(folders))
    again = united(tmp_path / "again", tmp_path / "there", *folders, tmp_path / "back")
    assert there == back == again
    # What only the old rules read in between leaves open who made the step to it.
    assert SEEN_LATER in causes(there) or seen["at"] == 10
    assert [row for row in there if row[0] == "Bản hai, đọc lại."]
    if name == "8":
        assert [row for row in there if row in before] == before


def test_pages_lost_with_their_host_are_merged_and_found_again(tmp_path: Path) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    one.see("7")
    one.see("8")
    for day in (1, 5, 9):
        one.archive.host_failed("front.example", START + day * DAY)
    one.close()
    two = Crawl(tmp_path / "two" / "mattran.db")
    two.see("7", at=20)
    two.close()

    folders = tmp_path / "one", tmp_path / "two"
    united(tmp_path / "there", *folders)
    united(tmp_path / "back", *reversed(folders))
    for folder in ("there", "back"):
        with Archive.open(tmp_path / folder / "mattran.db", "look") as archive:
            rows = archive.conn.execute(
                "SELECT p.key, p.state, d.state, d.back_at FROM pages p"
                " JOIN disappearances d ON d.page = p.id ORDER BY p.key"
            ).fetchall()
        assert rows == [
            ("news:7", "live", "host-dead", "2025-10-21T08:00:00+07:00"),
            ("news:8", "host-dead", "host-dead", None),
        ]


def test_a_pager_in_progress_stays_with_its_own_first_page(tmp_path: Path) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    one.begin(seeds=[Link(url=f"{ROOT}/khac", kind="listing")])
    one.close()
    two = Crawl(tmp_path / "two" / "mattran.db")
    two.begin()
    more = Link(url=f"{ROOT}/tin", kind="next", method="POST", form={"page": "2"})
    two.list(two.claim(), [*links("7"), more])
    two.close()

    united(tmp_path / "there", tmp_path / "one", tmp_path / "two")
    with Archive.open(tmp_path / "there" / "mattran.db", "look") as archive:
        rows = archive.conn.execute(
            "SELECT o.url FROM frontier f JOIN frontier o ON o.id = f.chain WHERE f.method = 'POST'"
        ).fetchall()
    assert rows == [(f"{ROOT}/tin",)]


def test_however_many_pages_were_erased_the_database_is_made_anew_once(tmp_path: Path) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    names = {name: f"Điều bí mật thứ {name} của phường" for name in ("7", "8", "9")}
    pages = [one.see(name, an_article(body=text)).page for name, text in names.items()]
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with Archive.open(tmp_path / "two" / "mattran.db", "withdraw", exclusive=True) as archive:
        for page in pages[:2]:
            erase(archive, page or 0, reason="why", requested_by=None)

    statements: list[str] = []
    with Archive.open(tmp_path / "one" / "mattran.db", "merge", exclusive=True) as archive:
        archive.conn.set_trace_callback(statements.append)
        assert merge(archive, tmp_path / "two" / "mattran.db").withdrawn == 2
        archive.conn.set_trace_callback(None)
    assert statements.count("VACUUM") == 1
    stored = (tmp_path / "one" / "mattran.db").read_bytes()
    assert [text.encode() in stored for text in names.values()] == [False, False, True]


def test_an_archive_is_merged_while_a_crawl_writes_it(tmp_path: Path) -> None:
    other = Crawl(tmp_path / "other" / "mattran.db")
    (tmp_path / "one").mkdir()
    for number, name in enumerate(("7", "8"), 1):
        other.see(name, an_article(title=f"Bài {name}"), body=b"x" * 5000)
        with Archive.open(tmp_path / "one" / "mattran.db", "merge", exclusive=True) as archive:
            done = merge(archive, tmp_path / "other" / "mattran.db")
        assert (done.captures, done.files) == (1, 1)
        found = verify(tmp_path / "one" / "mattran.db")
        assert (found.records, found.damages) == (number, [])
    other.see("9", body=b"y" * 5000)
    other.close()
    assert verify(tmp_path / "one" / "mattran.db").damages == []


def test_where_addresses_were_found_is_known_after_a_merge(tmp_path: Path) -> None:
    for folder, seed, names in (("one", "khac", ("7", "8")), ("two", "tin", ("8", "9"))):
        crawl = Crawl(tmp_path / folder / "mattran.db")
        crawl.begin(seeds=[Link(url=f"{ROOT}/{seed}", kind="listing")])
        crawl.list(crawl.claim(), links(*names))
        if folder == "two":
            crawl.see("8", at=1)
        crawl.close()
    folders = tmp_path / "one", tmp_path / "two"
    united(tmp_path / "there", *folders)
    united(tmp_path / "back", *reversed(folders))
    united(tmp_path / "again", tmp_path / "there", *folders)
    for folder in ("there", "back", "again"):
        with Archive.open(tmp_path / folder / "mattran.db", "look") as archive:
            rows = archive.conn.execute(
                "SELECT f.key, o.url FROM frontier f JOIN frontier o ON o.id = f.found_on"
                " ORDER BY f.key"
            ).fetchall()
        # The row that was fetched last counts.
        assert rows == [
            ("news:7", f"{ROOT}/khac"),
            ("news:8", f"{ROOT}/tin"),
            ("news:9", f"{ROOT}/tin"),
        ]


def test_a_cause_that_was_judged_anew_stands_against_an_older_copy(tmp_path: Path) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    one.see("7", A, body=b"a")
    one.see("7", an_article(body="Bản hai."), at=1, body=b"b")
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "old")
    one = Crawl(tmp_path / "one" / "mattran.db")
    read = by_bytes(a=A2, b=A2)  # what differed was nothing of the text
    one.reread(one.value("SELECT id FROM pages"), lambda raw: read(one, raw))
    one.close()
    before = told(tmp_path / "one")
    assert [(row[0], row[1]) for row in before if row[0] == "Bản hai."] == [("Bản hai.", "rules")]

    folders = tmp_path / "one", tmp_path / "old"
    there = united(tmp_path / "there", *folders)
    assert there == united(tmp_path / "back", *reversed(folders)) == before
    third = Crawl(tmp_path / "third" / "mattran.db")
    third.see("7", A, at=0.5)
    third.close()
    assert united(tmp_path / "more", tmp_path / "there", tmp_path / "third") == united(
        tmp_path / "less", tmp_path / "third", tmp_path / "old", tmp_path / "one"
    )


def test_a_copy_changes_nothing_letter_by_letter(tmp_path: Path) -> None:
    """Of one content read twice by different rules each revision keeps its own reading."""
    one = Crawl(tmp_path / "one" / "mattran.db")
    for at, section in enumerate(("Tin", None, "Tin mới")):
        body = "Bản hai." if section is None else "Bản một."
        one.see("7", an_article(body=body, section=section, extractor=f"{at}.x"), at=at)
    one.close()
    every = "SELECT * FROM revisions ORDER BY id"
    with Archive.open(tmp_path / "one" / "mattran.db", "look") as archive:
        before = archive.conn.execute(every).fetchall()
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    other = Crawl(tmp_path / "other" / "mattran.db")
    other.see("8")
    other.close()
    united(tmp_path / "whole", tmp_path / "one", tmp_path / "copy", tmp_path / "other")
    with Archive.open(tmp_path / "whole" / "mattran.db", "look") as archive:
        assert archive.conn.execute(every).fetchall()[: len(before)] == before


@pytest.mark.parametrize("keys", [("news:7", "news:8"), ("news:7", "/tin/7.html")])
def test_what_two_archives_fetched_at_one_address_in_one_second_stays_two(
    tmp_path: Path, keys: tuple[str, str]
) -> None:
    for folder, key in zip("ab", keys, strict=True):
        crawl = Crawl(tmp_path / folder / "mattran.db")
        crawl.see("7", an_article(title=f"Bài {key}"), key=key)
        crawl.close()
    folders = tmp_path / "a", tmp_path / "b"
    there = united(tmp_path / "there", *folders)
    assert there == united(tmp_path / "back", *reversed(folders))
    assert len(there) == 2


def test_a_file_that_rotted_here_is_taken_from_who_has_it_sound(tmp_path: Path) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    one.see("7", body=b"x" * 5000)
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (file,) = (tmp_path / "one" / "warc").iterdir()
    sound = file.read_bytes()
    file.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    united(tmp_path / "mended", tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "mended" / "warc" / file.name).read_bytes() == sound


def test_a_page_is_gone_since_the_404_behind_what_another_archive_saw(tmp_path: Path) -> None:
    one = Crawl(tmp_path / "one" / "mattran.db")
    one.see("7")
    for day in (6, 8):
        one.see("8", at=day)
        one.miss("7", at=day)
    one.close()
    for name, at in (("two", 7), ("three", 9)):
        crawl = Crawl(tmp_path / name / "mattran.db")
        crawl.see("7", at=at)
        crawl.close()

    def gone(folder: str, *names: str) -> list[tuple[Any, ...]]:
        united(tmp_path / folder, *(tmp_path / name for name in names))
        with Archive.open(tmp_path / folder / "mattran.db", "look") as archive:
            return archive.conn.execute(
                "SELECT substr(d.gone_at, 9, 2), substr(d.back_at, 9, 2), substr(p.gone_at, 9, 2)"
                " FROM disappearances d JOIN pages p ON p.id = d.page ORDER BY 1"
            ).fetchall()

    expected = [("07", "08", "09"), ("09", None, "09")]
    assert gone("there", "one", "two") == gone("back", "two", "one") == expected
    back = [("07", "08", None), ("09", "10", None)]
    assert gone("again", "there", "three") == gone("other", "three", "two", "one") == back
