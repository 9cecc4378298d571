"""Output is safe, aligned and of the right width."""

from __future__ import annotations

import io
import json
import sys
import unicodedata

import pytest

from crawler import terminal


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def become_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make stdout a terminal of 30 columns; within the test, as pytest sets its own before it."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return stream


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("Đống Đa", 7),
        (unicodedata.normalize("NFD", "Đống"), 4),
        ("日本", 4),
        ("a\u200bb", 2),
    ],
)
def test_width_is_counted_in_cells(text: str, cells: int) -> None:
    assert terminal.display_width(text) == cells


def test_cutting_counts_cells_and_keeps_marks_with_their_letter() -> None:
    assert terminal.fit("Hội nghị", 8) == "Hội nghị"
    assert terminal.fit("Hội nghị", 7) == "Hội ng…"
    assert terminal.fit("日本語", 4) == "日…"
    assert (
        terminal.fit(unicodedata.normalize("NFD", "Đống Đa"), 5)
        == unicodedata.normalize("NFD", "Đống") + "…"
    )
    assert terminal.fit("abc", 0) == ""


def test_no_control_character_survives() -> None:
    dirty = "".join(map(chr, range(0xA0))) + "\u202e\u2066\u2028x"
    for keep_lines in (False, True):
        cleaned = terminal.clean(dirty, keep_lines=keep_lines)
        controls = {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}}
        assert controls == ({"\n"} if keep_lines else set())
    assert terminal.clean("Đống\nĐa\r\ttốt") == "Đống Đa  tốt"


def test_columns_align_by_cells(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        (unicodedata.normalize("NFD", "Đống Đa"), 7),
        ("日本", 12345),
        (None, None),
        ("x\ny", 1),
    ]
    terminal.write_table(("name", "number"), rows, right=("number",))
    lines = capsys.readouterr().out.splitlines()
    assert {terminal.display_width(line) for line in lines} == {15}
    assert lines[3].split() == ["-", "-"]
    assert lines[4].startswith("x y")


def test_a_table_without_rows_shows_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.write_table(("a", "b"), [])
    assert capsys.readouterr().out == "a  b\n"


def test_lines_are_cut_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = become_terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    terminal.write_table(("title",), [("Hội nghị " * 9,)])
    assert max(map(terminal.display_width, screen.getvalue().splitlines())) == 30


def test_style_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    become_terminal(monkeypatch)
    assert terminal.bold("x") == "\x1b[1mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.bold("x") == "x"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal.dim("x") == "x"


def test_text_is_wrapped_and_keeps_its_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    become_terminal(monkeypatch)
    wrapped = terminal.wrap("một hai ba bốn năm sáu bảy tám\n\n- chín\n- mười", indent="  ")
    assert wrapped == "  một hai ba bốn năm sáu bảy\n  tám\n\n  - chín\n  - mười"


def test_json_escapes_what_a_terminal_obeys_and_loses_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    record = {"title": "Đ\x1b[31m\x9b\x7f\u202e", "n": None}
    terminal.write_json(record)
    line = capsys.readouterr().out
    assert not set("\x1b\x9b\x7f\u202e") & set(line)
    assert "Đ" in line
    assert json.loads(line) == record


def test_json_is_ascii_where_the_stream_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1", errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.write_json({"t": "Đ😀"})
    stream.flush()
    assert json.loads(raw.getvalue()) == {"t": "Đ😀"}


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (123_456, "123 kB"),
        (12_300_000, "12.3 MB"),
        (5 * 10**12, "5.0 TB"),
    ],
)
def test_bytes_read_well(count: int, text: str) -> None:
    assert terminal.byte_size(count) == text


def test_progress_is_shown_to_people_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        line = terminal.ProgressLine()
        line.update("3 pages\x1b[2J")
        line.clear()
        assert ("3 pages" in stream.getvalue()) is shown
        assert "\x1b[2J" not in stream.getvalue()
