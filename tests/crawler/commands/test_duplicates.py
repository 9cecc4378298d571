"""`mattran duplicates`: who had a story first, who has it now, and what became of it."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.errors import ArchiveLockedError, UsageError
from archive.identity import ref_of
from archive.locks import ArchiveLock
from archive.reading import open_for_reading
from archive.syndication import differences, family_of
from crawler.commands import mattran
from tests.archive import labelled
from tests.searchable_archive import SearchableArchive

BODY = labelled.original(3).body


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site("tw", name="Trung ương MTTQ Việt Nam", base_url="https://www.mattran.example")
    sample.site("tinh", name="Mặt trận tỉnh Một", base_url="https://tinh.example")
    sample.site("xa", name="Mặt trận xã Hai", base_url="https://xa.example")
    yield sample
    sample.close()


@pytest.fixture
def run(archive: SearchableArchive) -> Callable[..., Result]:
    def command(*arguments: str) -> Result:
        result = CliRunner().invoke(mattran, ["--db", str(archive.path), "duplicates", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


def rows_of(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_family_is_told_from_its_first_article_on(
    archive: SearchableArchive, run: Callable[..., Result]
) -> None:
    copy = archive.publish("Bản sao", BODY, day="2024-05-03T09:00:00+07:00", site="tinh")
    first = archive.publish("Bản đầu", BODY, day="2024-05-02T21:00:00+07:00", site="tw")
    edited = archive.publish(
        "Bản sửa", f"{BODY}\n\nTin thêm của xã chúng tôi.", day="2024-06-02", site="xa"
    )
    archive.drain()
    for page in (first, copy, edited):
        rows = rows_of(run(ref_of(page), "--json"))
        assert [row["ref"] for row in rows] == [ref_of(one) for one in (first, copy, edited)]
        assert [row["relation"] for row in rows] == ["first", "same_text", "near_duplicate"]
        assert [row["seconds_later"] for row in rows] == [None, 12 * 3600, None]
        assert [row["days_later"] for row in rows] == [None, 0, 31]
        assert [row["is_first"] for row in rows] == [True, False, False]
        assert rows[2]["added"] == ["Tin thêm của xã chúng tôi."]
    shown = run(ref_of(copy)).stdout
    assert "3 articles on 3 sites say the same; tw had it first, by its date" in shown
    assert f"* {ref_of(copy)}  2024-05-03T09:00:00+07:00, tinh, 12.0 hours later, word for" in shown
    assert "31 days later" in shown
    assert "added: Tin thêm của xã chúng tôi." in shown


@pytest.mark.parametrize(
    "credit",
    [
        "Theo mattran.example",
        "(Nguồn: Trung ương MTTQ Việt Nam)",
        "Nguồn tin: https://mattran.example/tin/5",
    ],
)
def test_a_source_line_tells_who_had_it_first_whatever_the_dates_say(
    archive: SearchableArchive, credit: str
) -> None:
    taken = archive.publish("Bản sao", f"{BODY}\n\n{credit}", day="2024-05-01", site="tinh")
    origin = archive.publish("Bản gốc", BODY, day="2024-05-02", site="tw")
    archive.drain()
    with closing(open_for_reading(archive.path)) as conn:
        family = family_of(conn, ref_of(taken))
    assert (family["first"], family["first_by"]) == (ref_of(origin), "source")
    assert family["members"][0]["source_ref"] == ref_of(origin)


def test_two_that_name_each_other_are_told_by_their_dates(archive: SearchableArchive) -> None:
    one = archive.publish("Một", f"{BODY}\n\nTheo xa.example", day="2024-05-01", site="tinh")
    archive.publish("Hai", f"{BODY}\n\nTheo tinh.example", day="2024-05-02", site="xa")
    archive.drain()
    with closing(open_for_reading(archive.path)) as conn:
        family = family_of(conn, str(one))
    assert (family["first"], family["first_by"]) == (ref_of(one), "date")


def test_excerpts_and_reports_used_again_are_told_apart(
    archive: SearchableArchive, run: Callable[..., Result]
) -> None:
    story = labelled.original(5)
    page = archive.publish(story.title, story.body, day="2024-01-01", site="tw")
    part = labelled.excerpt(story, random.Random(4))
    archive.publish("Phần trích", part.body, day="2024-01-02", site="xa")
    again = labelled.reused(story, random.Random(1))
    archive.publish("Năm sau", again.body, day="2025-01-02", site="tw")
    archive.drain()
    shown = run(ref_of(page)).stdout
    assert "no other article says the same" in shown
    assert shown.index("Excerpts") < shown.index("Phần trích")
    assert shown.index("other figures") < shown.index("Năm sau")


def test_without_an_article_the_most_republished_are_listed(
    archive: SearchableArchive, run: Callable[..., Result]
) -> None:
    assert "no two articles say the same" in run().stdout
    other = labelled.original(4).body
    for number, site in enumerate(("tw", "tinh", "xa", "xa")):
        archive.publish("Nhiều", BODY, day=f"2024-01-0{number + 1}", site=site)
    for number in range(2):
        archive.publish("Ít", other, day=f"2024-01-0{number + 1}", site="tw")
    archive.drain()
    rows = rows_of(run("--json"))
    told = [(row["title"], row["copies"], row["sites"]) for row in rows]
    assert told == [("Nhiều", 3, 2), ("Ít", 1, 1)]
    view = "SELECT title, copies, sites FROM republished_articles ORDER BY copies DESC"
    assert told == archive.conn.execute(view).fetchall()
    assert "Nhiều" in run().stdout


def test_what_waits_to_be_compared_is_told(
    archive: SearchableArchive, run: Callable[..., Result]
) -> None:
    page = archive.publish("Bài", BODY, site="tw")
    assert "1 article is not compared yet" in run(ref_of(page)).stderr
    archive.drain()
    assert run(ref_of(page)).stderr == ""


def test_a_withdrawn_article_is_in_no_family(
    archive: SearchableArchive, run: Callable[..., Result]
) -> None:
    pages = [archive.publish("Bài", BODY, day=f"2024-01-0{n}", site="tw") for n in (1, 2)]
    archive.drain()
    archive.insert("withdrawals", page=pages[0], action="hide", reason="asked", at="")
    shown = run(ref_of(pages[1])).stdout
    assert ref_of(pages[0]) not in shown
    with pytest.raises(UsageError, match="no article"):
        run(ref_of(pages[0]))


def test_settle_links_all_to_the_earliest_and_says_how_many(
    archive: SearchableArchive, run: Callable[..., Result]
) -> None:
    late = archive.publish("Sau", BODY, day="2024-02-01", site="tw")
    early = archive.publish("Trước", BODY, day="2024-01-01", site="xa")
    assert "2 articles judged again" in run("--settle").stdout
    with closing(sqlite3.connect(archive.path)) as conn:
        assert conn.execute("SELECT article, other FROM duplicates").fetchall() == [(late, early)]
        assert (
            conn.execute("SELECT count(*) FROM pending WHERE derived = 'duplicates'").fetchone()[0]
            == 0
        )


def test_settle_waits_for_no_other_run(
    archive: SearchableArchive, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ArchiveLock.__init__.__kwdefaults__, "wait", 0.0)
    lock = ArchiveLock(archive.path)
    try:
        with pytest.raises(ArchiveLockedError, match="in use by another run"):
            run("--settle")
    finally:
        lock.release()


def test_settle_is_for_the_whole_archive(run: Callable[..., Result]) -> None:
    with pytest.raises(UsageError, match="leave the article out"):
        run("1", "--settle")


def test_sentences_are_compared_by_their_words() -> None:
    before = "Uỷ ban họp. Có 40 người dự hội nghị sáng nay. Kết thúc vui vẻ."
    after = "Kết thúc VUI VẺ. Ủy ban họp. Có 45 người dự hội nghị sáng nay. Hẹn gặp lại bà con."
    cut, added, changed = differences(before, after)
    assert cut == []
    assert added == ["Hẹn gặp lại bà con."]
    assert changed == [("Có 40 người dự hội nghị sáng nay.", "Có 45 người dự hội nghị sáng nay.")]
    assert differences(before, "Ủy ban họp.")[0] == [
        "Có 40 người dự hội nghị sáng nay.",
        "Kết thúc vui vẻ.",
    ]


def test_search_shows_a_story_once_and_says_how_many_it_left_out(
    archive: SearchableArchive,
) -> None:
    for number, site in enumerate(("tw", "tinh", "xa")):
        archive.publish("Hội nghị Đống Đa", BODY, day=f"2024-01-0{number + 1}", site=site)
    archive.drain()

    def search(*arguments: str) -> Result:
        command = ["--db", str(archive.path), "search", "dong da", *arguments]
        return CliRunner().invoke(mattran, command)

    shown = search()
    assert shown.stdout.count("Hội nghị Đống Đa") == 1
    assert shown.stdout.endswith(
        "2 articles repeat others: left out (--all shows them, too)\n3 articles found\n"
    )
    assert search("--all").stdout.count("Hội nghị Đống Đa") == 3
    assert "left out" not in search("--all").stdout
    as_json = search("--json")
    assert len(as_json.stdout.splitlines()) == 1
    assert "2 articles repeat others" in as_json.stderr


def test_counts_facets_and_exports_of_a_search_leave_out_what_it_leaves_out(
    archive: SearchableArchive,
) -> None:
    for number, site in enumerate(("tw", "tinh", "xa")):
        archive.publish("Hội nghị Đống Đa", BODY, day=f"2024-01-0{number + 1}", site=site)
    archive.publish("Riêng ở xã Đống Đa", "Chỉ có ở đây.", day="2024-02-01", site="xa")
    archive.drain()

    def run(command: str, *arguments: str) -> tuple[str, bool]:
        told = CliRunner().invoke(mattran, ["--db", str(archive.path), command, *arguments])
        assert told.exit_code == 0, told.output
        return told.stdout, "2 articles repeat others: left out (--all" in told.stderr

    assert run("search", "dong da", "--count") == ("2 articles found\n", True)
    assert run("search", "dong da", "--count", "--all") == ("4 articles found\n", False)
    assert run("search", "dong da", "--count", "--json") == ('{"articles": 2}\n', True)
    by_site = ("search", "dong da", "--facets", "site")
    assert run(*by_site) == ("        1  tw\n        1  xa\n", True)
    assert run(*by_site, "--all") == ("        2  xa\n        1  tinh\n        1  tw\n", False)
    export = ("export", "dong da", "--format", "jsonl")
    lines, is_told = run(*export)
    assert ([json.loads(line)["site"] for line in lines.splitlines()], is_told) == (
        ["xa", "tw"],
        True,
    )
    assert len(run(*export, "--all")[0].splitlines()) == 4
    # All articles are all.
    lines, is_told = run("export", "--format", "jsonl")
    assert (len(lines.splitlines()), is_told) == (4, False)


def test_show_and_stats_tell_of_duplicates(archive: SearchableArchive) -> None:
    first = archive.publish("Bản đầu", BODY, day="2024-05-01", site="tw")
    copy = archive.publish("Bản sao", BODY, day="2024-05-02", site="xa")
    archive.drain()

    def run(*arguments: str) -> str:
        return CliRunner().invoke(mattran, ["--db", str(archive.path), *arguments]).stdout

    assert f"same as     {ref_of(first)} (tw)" in run("show", ref_of(copy))
    assert f"repeated by 1 (`mattran duplicates {ref_of(first)}`)" in run("show", ref_of(first))
    assert json.loads(run("stats", "--json"))["duplicates_by_kind"] == {"same_text": 1}
    assert "1 same_text" in run("stats")
