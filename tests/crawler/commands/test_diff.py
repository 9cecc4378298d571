"""`mattran diff` and `mattran cite`: what a person reads, and a program."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from archive.errors import UsageError
from archive.identity import ref_of
from crawler import terminal
from crawler.commands import mattran
from tests.sample_archive import BODY, URL, SampleArchive

NEW = BODY.replace("dài hơn", "ngắn hơn")


@pytest.fixture
def ref(sample: SampleArchive) -> str:
    """An article that its site changed once."""
    page = sample.article()
    later = "2025-10-08T08:00:00+07:00"
    capture = sample.capture(page, captured_at=later, payload_sha256="cd" * 32)
    sample.revision(page, capture, cause="site", captured_at=later, body=NEW)
    return ref_of(page)


@pytest.fixture
def run(sample: SampleArchive) -> Callable[..., Result]:
    def command(*arguments: str) -> Result:
        result = CliRunner().invoke(mattran, ["--db", str(sample.path), *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


def test_a_change_is_shown_word_by_word(ref: str, run: Callable[..., Result]) -> None:
    assert run("diff", ref).stdout == (
        f"{ref}@1 -> @2, 2025-10-08T08:00:00+07:00, changed by the site\n"
        "  rewritten:\n"
        "    Đoạn hai, [-dài-] {+ngắn+} hơn một chút.\n"
    )


def test_long_sentences_are_wrapped_and_each_line_has_its_own_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert terminal.wrap_styled("một [-hai ba-] bốn", indent="  ") == "  một [-hai ba-] bốn"
    monkeypatch.setattr(terminal, "reading_width", lambda: 20)
    text = f"một \x1b[31m{'hai ' * 9}ba\x1b[0m bốn"
    lines = terminal.wrap_styled(text, indent="  ").split("\n")
    assert lines == [
        "  một \x1b[31mhai hai hai\x1b[0m",
        "  \x1b[31mhai hai hai hai\x1b[0m",
        "  \x1b[31mhai hai ba\x1b[0m bốn",
    ]


@pytest.mark.parametrize(
    "told", [("{ref}", "1"), ("{ref}", "@1", "@2"), ("{ref}@1", "{ref}@2"), ("{ref}@1", "2")]
)
def test_revisions_are_named_in_several_ways(
    ref: str, run: Callable[..., Result], told: tuple[str, ...]
) -> None:
    assert run("diff", *(word.format(ref=ref) for word in told)).stdout == run("diff", ref).stdout


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (("{ref}", "2", "2"), "the same revision"),
        (("{ref}", "0"), "no number of a revision"),
        (("{ref}", "a"), "no number of a revision"),
        (("{ref}@1", "1", "2"), "REF A B"),
        (("{ref}@1", "01ABCDEFGH2@2"), "another article"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    ref: str, run: Callable[..., Result], told: tuple[str, ...], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        run("diff", *(word.format(ref=ref) for word in told))


def test_a_terminal_gets_colours_and_nothing_of_the_page_steers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.removed("cũ") == "\x1b[31mcũ\x1b[0m"
    assert terminal.added("mới") == "\x1b[32mmới\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.added("mới") == "{+mới+}"


def test_json_has_a_step_a_line(ref: str, run: Callable[..., Result]) -> None:
    (line,) = run("diff", ref, "1", "2", "--json").stdout.splitlines()
    step = json.loads(line)
    assert (step["ref"], step["from"], step["to"], step["cause"]) == (ref, 1, 2, "site")
    (change,) = step["changes"]
    assert (change["field"], change["class"]) == ("text", "rewritten")
    assert change["edits"] == [{"class": "rewritten", "old": "dài", "new": "ngắn"}]


def test_nothing_to_show_is_said(ref: str, run: Callable[..., Result]) -> None:
    assert run("diff", ref, "--rules").stdout.startswith("Our rules changed nothing")
    assert run("diff", ref, "--rules", "--json").stdout == ""
    with pytest.raises(UsageError, match="revisions 1 to 2"):
        run("diff", ref, "1", "7")


def test_a_citation_names_revision_capture_and_hash(ref: str, run: Callable[..., Result]) -> None:
    text = run("cite", ref).stdout
    assert text.count("\n") == 1
    for part in (URL, f"{ref}@2", "08:00:00 ngày 08/10/2025", "cd" * 32):
        assert part in text
    assert f"{ref}@1, chụp lúc 08:00:00 ngày 01/10/2025" in run("cite", f"{ref}@1").stdout
    assert run("cite", ref, "--format", "bibtex").stdout.startswith("@online{")
    assert run("cite", ref, "--format", "ris").stdout.startswith("TY  - ELEC\n")
