"""`mattran show`: what a person reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from archive.errors import ArchiveError, UsageError
from archive.identity import ref_of
from archive.page import Fetch
from archive.warc import WarcWriter
from crawler import terminal
from crawler.commands import mattran
from tests.sample_archive import TITLE, URL, SampleArchive


@pytest.fixture
def show(sample: SampleArchive) -> Callable[..., Result]:
    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(mattran, ["--db", str(sample.path), "show", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_an_article_reads_from_title_to_raw_record(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    found = {"layer": "site", "rule": "h1.title", "raw": TITLE, "at": "body > h1.title"}
    flags = ["short-region", "of-tomorrow"]
    page = sample.article(evidence={"title": found}, flags=flags, template="t1")
    sample.conn.execute("UPDATE captures SET warc_file='a.warc.gz', warc_offset=7, warc_length=9")
    text = show(ref_of(page)).stdout
    assert text.startswith(TITLE)
    for part in ("Đoạn một của bài.", URL, "warc/a.warc.gz at 7, 9 bytes", "1.generic1", "t1"):
        assert part in text
    assert re.search(r"title +Hội nghị.* +site +h1\.title +body > h1\.title\n", text)
    assert "short-region: less than 400 characters of text" in text
    assert "of-tomorrow: a flag of another version" in text


@pytest.mark.parametrize(
    ("caption", "credit", "shown"),
    [
        ("Toàn cảnh. Ảnh: Lê Nga", "Lê Nga", "1. Toàn cảnh. Ảnh: Lê Nga\n"),
        ("Toàn cảnh", "Lê Nga", "1. Toàn cảnh (Lê Nga)\n"),
        ("Toàn cảnh", None, "1. Toàn cảnh\n"),
    ],
)
def test_an_image_names_its_photographer_once(
    sample: SampleArchive,
    show: Callable[..., Result],
    caption: str,
    credit: str | None,
    shown: str,
) -> None:
    page = sample.article()
    sample.conn.execute(
        "INSERT INTO images (revision, position, url, caption, credit)"
        " SELECT current_revision, 1, ?, ?, ? FROM pages WHERE id = ?",
        (f"{URL}/a.jpg", caption, credit, page),
    )
    assert shown in show(ref_of(page)).stdout


def test_who_wrote_an_article_and_where_it_comes_from_is_told(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    page = sample.article(
        author="Lê Thị Tám", author_kind="person", source="Báo An Lạc", language="vi", tags=["a"]
    )
    text = show(ref_of(page)).stdout
    for line in ("author      Lê Thị Tám (person)", "source      Báo An Lạc", "language    vi"):
        assert line in text
    told = json.loads(show(ref_of(page), "--json").stdout)
    assert (told["author"], told["author_kind"], told["source"]) == (
        "Lê Thị Tám",
        "person",
        "Báo An Lạc",
    )


def test_the_dates_that_were_not_taken_are_told_with_the_reason(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    seen = [
        {"rule": "zone", "raw": "07/05/2024"},
        {"rule": "above", "raw": "Thứ năm, 09 Tháng 05 Năm 2024", "why": "clock"},
    ]
    page = sample.article(
        evidence={"published_at": {"rule": "zone", "raw": "07/05/2024", "seen": seen}}
    )
    text = show(ref_of(page)).stdout
    assert "Dates that were not taken" in text
    assert "clock" in text.partition("Dates that were not taken")[2]


def test_text_of_a_page_cannot_steer_the_terminal(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    evil = "A\x1b]0;owned\x07B\x9b31mC\u202eD"
    page = sample.article(title=evil, body=evil, author=evil, section=evil, flags=[evil])
    for arguments in ([ref_of(page)], [ref_of(page), "--json"]):
        output = show(*arguments).stdout
        assert not set("\x1b\x07\x9b\u202e") & set(output)
    assert json.loads(output)["title"] == evil


def test_json_is_one_object_in_one_line(sample: SampleArchive, show: Callable[..., Result]) -> None:
    page = sample.article()
    (line,) = show(str(page), "--json").stdout.splitlines()
    assert json.loads(line)["ref"] == ref_of(page)


def test_a_withdrawn_page_shows_nothing_of_its_text(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    page = sample.article()
    sample.withdraw(page)
    output = show(URL).stdout
    assert "was withdrawn at 2025-11-01" in output
    assert TITLE not in output


def test_an_address_not_archived_says_why(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    listing = sample.frontier("https://front.example/tin")
    sample.frontier(
        "https://front.example/x",
        state="waiting",
        attempts=3,
        last_failure="timeout",
        due=1_760_000_000,
        found_on=listing,
    )
    output = show("https://front.example/x").stdout
    assert "Not in the archive: 3 attempts failed (no answer in time)" in output
    assert "found on    https://front.example/tin" in output
    assert "2025-10-09T15:53:20+07:00" in output


def test_a_page_without_an_article_says_since_when_it_is_known(
    sample: SampleArchive, show: Callable[..., Result]
) -> None:
    url = "https://front.example/van-ban.pdf"
    page = sample.page("van-ban", url, first_seen_at="2025-10-01T08:00:00+07:00")
    sample.capture(page, kind="attachment", url=url)
    output = show(url).stdout
    assert "first seen  2025-10-01T08:00:00+07:00\n" in output


def test_raw_is_the_page_as_it_came(sample: SampleArchive, show: Callable[..., Result]) -> None:
    page = sample.article()
    assert isinstance(show_error(show, str(page), "--raw"), UsageError)
    writer = WarcWriter(sample.path.parent / "warc", "run")
    body = "<h1>Đống Đa</h1>".encode()
    fetch = Fetch(url=URL, started_at=1_760_000_000, status=200, body=body, wire_body=body)
    file, offset, length = writer.write(fetch)
    writer.close()
    sample.conn.execute(
        "UPDATE captures SET warc_file = ?, warc_offset = ?, warc_length = ?",
        (file, offset, length),
    )
    assert show(str(page), "--raw").stdout_bytes == body
    sample.withdraw(page)
    assert "was withdrawn" in str(show_error(show, str(page), "--raw"))


def test_a_file_does_not_go_to_a_terminal_which_it_could_steer(
    sample: SampleArchive, show: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = str(sample.article())
    assert "0 attachments" in str(show_error(show, page, "--file", "1"))
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    assert "terminal: add `> NAME`" in str(show_error(show, page, "--file", "1"))


def show_error(show: Callable[..., Result], *arguments: str) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        show(*arguments)
    return caught.value


def test_an_address_of_no_registered_host_says_so(show: Callable[..., Result]) -> None:
    output = " ".join(show("https://nowhere.example/").stdout.split())
    assert "no registered site has the host nowhere.example" in output


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://vandau.kienan.haiphong.gov.vn/chinh-tri/tin-moi-123456", "`mattran recrawl "),
        ("https://vandau.kienan.haiphong.gov.vn/print/tin-moi.htm", "no article by its address"),
        ("https://vandau.kienan.haiphong.gov.vn/anh.jpg", "would not fetch it: a file"),
        (
            "https://vandau.kienan.haiphong.gov.vn/chinh-tri/tin-moi-123456?utm_source=zalo",
            "would visit it at https://vandau.kienan.haiphong.gov.vn/chinh-tri/tin-moi-123456:",
        ),
    ],
)
def test_an_address_no_page_has_named_is_judged_by_its_site(
    show: Callable[..., Result], url: str, why: str
) -> None:
    assert why in " ".join(show(url).stdout.split())
