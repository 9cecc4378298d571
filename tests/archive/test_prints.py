"""Lines of which only hashes are known are found again in texts, alone and within other words."""

from __future__ import annotations

import html
import json

import pytest

from archive.prints import Prints, hash_of, print_of
from archive.redaction import printed

LINE = "Ông Nguyễn Văn Ất, tổ 5 phường Đống Đa"
OTHER = "Hội nghị của phường Láng Hạ"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("<li>{}</li>", "<li>[withdrawn]</li>"),
        ("<p>Tin về {} hôm nay</p>", "<p>Tin về [withdrawn] hôm nay</p>"),
        ("<p>Bài “{}”.</p>", "<p>Bài “[withdrawn]”.</p>"),
        ('<a title="Xem {}">', '<a title="Xem [withdrawn]">'),
        ("<p>Ông Nguyễn Văn Ất,\n tổ 5 phường  Đống Đa là ai</p>", "<p>[withdrawn] là ai</p>"),
        ("<p>Ông Nguyễn Văn Ất, tổ 6</p>", "<p>Ông Nguyễn Văn Ất, tổ 6</p>"),
    ],
)
def test_a_line_goes_and_other_words_stay(body: str, left: str) -> None:
    leave_out = printed([print_of(LINE), print_of(OTHER)])
    assert leave_out(body.format(LINE).encode()).decode() == left
    assert leave_out(left.encode()).decode() == left


@pytest.mark.parametrize("spelled", [html.escape, lambda line: json.dumps(line)[1:-1]])
def test_a_line_is_found_however_it_is_spelled(spelled) -> None:
    line = 'Ông "Tư" & bà Năm ở phường Đống Đa'
    for body in ("<p>{}</p>", "<p>Xem {} đây</p>"):
        left = printed([print_of(line)])(body.format(spelled(line)).encode())
        assert "Đống".encode() not in left
        assert b"withdrawn" in left


def test_a_print_of_an_earlier_version_finds_whole_lines() -> None:
    leave_out = printed([hash_of(LINE)])
    assert leave_out(f"<p>{LINE}</p><p>Xem {LINE}</p>".encode()) == (
        f"<p>[withdrawn]</p><p>Xem {LINE}</p>".encode()
    )


def test_a_print_does_not_tell_the_words() -> None:
    assert not any(word in print_of(LINE) for word in LINE.split() if len(word) > 1)


def test_it_is_told_which_lines_a_text_says() -> None:
    prints = {print_of(LINE), print_of(OTHER)}
    assert Prints(prints).said_in([f"Bài về {LINE}.", "Khác hẳn"]) == {print_of(LINE)}
