"""`mattran search`: what a person types and reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.errors import UsageError
from archive.query import NOTHING_TO_FIND
from crawler import terminal
from crawler.commands import main, mattran
from tests.archive import labelled
from tests.searchable_archive import SearchableArchive

Search = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SearchableArchive]:
    sample = SearchableArchive(tmp_path / "mattran.db")
    sample.site()
    sample.publish("Quận Đống Đa họp", "Hội nghị ở Đống Đa.\n\nHết.", day="2024-05-01")
    sample.publish("Đông đá", "Đông đá.", day=None)
    yield sample
    sample.close()


@pytest.fixture
def search(archive: SearchableArchive) -> Search:
    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(mattran, ["--db", str(archive.path), "search", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_a_hit_shows_its_reference_day_site_title_snippet_and_address(search: Search) -> None:
    lines = search("quan", "dong", "da").stdout.splitlines()
    ref, day, site = lines[0].split()
    assert len(ref) == 11
    assert (day, site) == ("2024-05-01", "hanoi-front")
    assert lines[1:] == [
        "Quận Đống Đa họp",
        "    Hội nghị ở Đống Đa. Hết.",
        "    https://front.example/0",
        "",
        "1 article found",
    ]


def test_an_article_without_a_date_shows_when_it_was_seen(search: Search) -> None:
    assert "  seen 2025-10-01  " in search("Đông đá", "-n1").stdout


def test_an_article_that_is_gone_says_so(archive: SearchableArchive, search: Search) -> None:
    archive.conn.execute("UPDATE pages SET gone_at = '2025-11-02T07:00:00+07:00'")
    assert "2024-05-01, gone since 2025-11-02" in search("quan").stdout


def test_the_last_line_tells_how_many_there_are(search: Search) -> None:
    assert search("dong da").stdout.splitlines()[-1] == "2 articles found"
    assert search("dong da", "--limit", "1").stdout.splitlines()[-1] == (
        "2 articles found, 1 shown (--limit shows more)"
    )
    assert search("hoàn toàn khác").stdout == "0 articles found\n"


def test_after_a_reference_comes_the_next_page(search: Search) -> None:
    whole = [json.loads(line)["ref"] for line in search("dong da", "--json").stdout.splitlines()]
    following = search("dong da", "--after", whole[0]).stdout
    assert following.splitlines()[0].split()[0] == whole[1]
    assert following.splitlines()[-1] == "2 articles found, 1 more shown"
    assert search("dong da", "--after", whole[1], "--json").stdout == ""


def test_count_prints_the_number_alone(search: Search) -> None:
    assert search("dong da", "--count").stdout == "2 articles found\n"
    assert json.loads(search("dong da", "--count", "--json").stdout) == {"articles": 2}
    assert search("quan", "--count").stdout == "1 article found\n"


def test_facets_print_how_many_there_are_of_each(search: Search) -> None:
    assert search("dong da", "--facets", "site").stdout == "        2  hanoi-front\n"
    lines = search("dong da", "--facets", "year", "--json").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"year": "2024", "articles": 1},
        {"year": "2025", "articles": 1},
    ]
    assert search("dong da", "--facets", "author").stdout == "        2  -\n"


def test_only_one_spelling_may_be_asked_for(search: Search) -> None:
    assert search("Đống Đa", "--exact", "--count").stdout == "1 article found\n"
    assert search("Đống Đa", "--folded", "--count").stdout == "2 articles found\n"
    with pytest.raises(UsageError, match="leave one out"):
        search("x", "--exact", "--folded")


def test_words_are_narrowed_by_section_and_author(
    archive: SearchableArchive, search: Search
) -> None:
    archive.publish("Đống Đa", section="Tin quận, phường", author="Ngô Thanh Xuân")
    assert search("dong da", "--section", "tin quan", "--count").stdout == "1 article found\n"
    assert search("dong da", "--author", "xuân ngô", "--count").stdout == "1 article found\n"
    assert search("dong da", "--author", "lan", "--count").stdout == "0 articles found\n"


def test_where_nothing_is_about_a_unit_it_is_told_which_was_meant(search: Search) -> None:
    missed = search("--unit", "Cà Mau")
    assert missed.stdout == "0 articles found\n"
    assert missed.stderr == "--unit was taken for tỉnh Cà Mau\n"


def test_a_blank_query_beside_a_filter_is_none(search: Search) -> None:
    listed = search("--since", "2024", "--count").stdout
    assert search(" ", "--since", "2024", "--count").stdout == listed != "0 articles found\n"


def test_a_query_that_finds_nothing_is_answered_with_what_is_near(
    archive: SearchableArchive, search: Search
) -> None:
    archive.drain()
    missed = search("ddoongs dda")
    assert missed.stdout == "0 articles found\n"
    assert missed.stderr == "did you mean: đống đa?\n"
    assert search("Dong Da", "--exact", "--json").stderr == "without --exact it is found\n"
    assert search("zzz").stderr == ""


def test_operators_are_for_the_command_too(search: Search) -> None:
    assert search("quan OR xyz", "--count").stdout == "1 article found\n"
    assert search("dong NOT quan", "--count").stdout == "1 article found\n"
    assert search("title:dong", "--count").stdout == "2 articles found\n"
    assert "NOT needs words" in search("NOT quan").stderr


def test_hits_are_bold_on_a_terminal_only(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in search("dong da").output
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream=None: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "Quận \x1b[1mĐống Đa\x1b[0m họp" in search("dong da").output


def test_json_has_one_object_a_line_without_marks(search: Search) -> None:
    hits = [json.loads(line) for line in search("--json", "dong da").stdout.splitlines()]
    assert [hit["title"] for hit in hits] == ["Đông đá", "Quận Đống Đa họp"]
    assert hits[1]["snippet"] == "Hội nghị ở Đống Đa. Hết."
    assert isinstance(hits[1]["id"], int)
    assert search("--json", "hoàn toàn khác").stdout == ""


def test_control_characters_never_reach_the_terminal(
    archive: SearchableArchive, search: Search
) -> None:
    archive.publish("Kẻ \x1b[2J\x07xấu", "Kẻ \x9b31m xấu \u202e.")
    shown = search("kẻ xấu").output
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
    raw = search("--json", "kẻ xấu").output
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(raw)
    assert json.loads(raw)["title"] == "Kẻ \x1b[2J\x07xấu"


@pytest.mark.parametrize("query", ["", "?", "😀", '"', "*", "-", "---", "\udcff"])
def test_a_query_without_words_says_so_and_finds_nothing(search: Search, query: str) -> None:
    result = search(query)
    assert result.stderr == f"{NOTHING_TO_FIND}\n"
    assert result.stdout == "0 articles found\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["-quận"],
        ["-nhà Đống"],
        ["--", "--site"],
        ["NEAR(", "x", "OR"],
        ['"quận'],
        ["-5 %"],
        ["--site x"],
    ],
)
def test_words_that_look_like_something_else_are_words(search: Search, words: list[str]) -> None:
    assert search(*words).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--rnak", "x"],
        ["x", "--limit", "0"],
        ["x", "-n", "nhiều"],
        ["x", "--since", "mai"],
        ["x", "--since", "2025", "--until", "2024"],
        ["x", "--site", "nowhere"],
        ["x", "--province", "nowhere"],
        ["x", "--unit", ""],
        ["x", "--section", "😀"],
        ["--author", '"'],
    ],
)
def test_a_wrong_request_is_refused_in_one_line(
    archive: SearchableArchive, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["--db", str(archive.path), "search", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mattran: ")
    assert err.count("\n") == 1


def test_marks_are_read_where_python_was_told_that_all_is_ascii(archive: SearchableArchive) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    script = "import sys; from crawler.commands import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "--db", str(archive.path)]
    done = subprocess.run(
        [*command, "search", "--exact", "Đống Đa", "--count"],
        env={**os.environ, **ascii_only},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "1 article found\n"


def test_search_loads_neither_the_crawler_nor_the_parsers(archive: SearchableArchive) -> None:
    script = (
        "import sys; from crawler.commands import main;"
        "code = main(sys.argv[1:]);"
        "heavy = {'scrapy', 'aiohttp', 'sqlite_utils', 'lxml', 'parsel'} & set(sys.modules);"
        "sys.exit(code or len(heavy))"
    )
    subprocess.run(
        [sys.executable, "-c", script, "--db", str(archive.path), "search", "dong da"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def test_unit_alone_lists_the_articles_about_it_and_its_predecessors(
    search: Search, archive: SearchableArchive
) -> None:
    archive.publish("Tỉnh Hòa Bình trao nhà", "Hết.", day="2020-01-01")
    archive.publish("Tỉnh Phú Thọ trao nhà", "Hết.", day="2025-09-01")
    archive.drain()
    titles = [
        json.loads(line)["title"]
        for line in search("--unit", "Phú Thọ", "--json").stdout.splitlines()
    ]
    assert titles == ["Tỉnh Phú Thọ trao nhà", "Tỉnh Hòa Bình trao nhà"]
    assert search("--unit", "phu tho", "--count").stdout == "2 articles found\n"
    assert "1 article found" in search("nhà", "--unit", "Phú Thọ", "--since", "2021").stdout


def test_a_filter_alone_hides_repeats_and_counts_facets_as_words_do(
    search: Search, archive: SearchableArchive
) -> None:
    body = labelled.original(3).body
    for number in (1, 2):
        archive.publish(f"Tỉnh Phú Thọ {number}", body, day=f"2025-09-0{number}")
    archive.drain()
    shown = search("--unit", "Phú Thọ").stdout
    assert "Tỉnh Phú Thọ 1" in shown
    assert "Tỉnh Phú Thọ 2" not in shown
    assert "1 article repeats another: left out" in shown
    assert "Tỉnh Phú Thọ 2" in search("--unit", "Phú Thọ", "--all").stdout
    assert search("--unit", "Phú Thọ", "--facets", "year").stdout == "        1  2025\n"
    assert search("--since", "2025", "--all", "--count").stdout == "3 articles found\n"


def test_what_is_left_out_is_not_called_shown(search: Search, archive: SearchableArchive) -> None:
    body = labelled.original(3).body
    for day in ("2025-09-01", "2025-09-02"):
        archive.publish("Tỉnh Phú Thọ", body, day=day)
    archive.drain()
    assert search("-n1", "tỉnh").stdout.endswith(
        "1 article repeats another: left out (--all shows them, too)\n2 articles found\n"
    )
    archive.publish("Tỉnh khác", "Hết.", day="2024-01-01")
    assert "3 articles found, 1 shown" in search("-n1", "tỉnh").stdout


def test_any_filter_alone_lists_the_newest_first(search: Search) -> None:
    for filters in (("--site", "hanoi-front"), ("--since", "2024"), ("--province", "ha noi")):
        lines = search(*filters).stdout.splitlines()
        titles = [line for line in lines if line in ("Quận Đống Đa họp", "Đông đá")]
        assert titles == ["Đông đá", "Quận Đống Đa họp"]
    assert "0 articles found" in search("--author", "khong ai").stdout


def test_without_words_or_filter_it_says_what_to_give(search: Search) -> None:
    with pytest.raises(UsageError, match="give words to search for, or a filter"):
        search()


def test_an_unknown_unit_is_said_in_one_line(search: Search) -> None:
    with pytest.raises(UsageError, match="no administrative unit 'Xứ Lạ'"):
        search("x", "--unit", "Xứ Lạ")
