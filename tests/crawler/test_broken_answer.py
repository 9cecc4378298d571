"""Answers that break HTTP are read as browsers read them, or not at all."""

from __future__ import annotations

import gzip
import io

import pytest

from crawler.broken_answer import BrokenAnswerError, TooLargeError, read_answer

BODY = "<html><p>Mặt trận phường</p></html>".encode()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
MORE = b"<!-- more -->"


def read(sent: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    return read_answer(io.BytesIO(sent), max_size=2000)


READ = {
    "as the standard wants it": OK + LENGTH + b"\r\n" + BODY,
    "without a length": OK + b"\r\n" + BODY,
    "longer than it says": OK + LENGTH + b"\r\n" + BODY + MORE,
    "its length twice": OK + LENGTH + LENGTH + b"\r\n" + BODY,
    "its length twice in one line": OK + LENGTH.strip() + b", %d\r\n\r\n" % len(BODY) + BODY,
    "two lengths that differ": OK + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
    "lengths that are none": OK + b"Content-Length: abc\r\nContent-Length: -1\r\n\r\n" + BODY,
    "in chunks": OK + CHUNKED + b"\r\n" + CHUNKS,
    "in chunks with a length": OK + b"Content-Length: 3\r\n" + CHUNKED + b"\r\n" + CHUNKS,
    "in chunks, said twice": OK + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
    "in chunks with extensions": OK + CHUNKED + b"\r\n" + CHUNKS.replace(b"\r\n", b" ;a=b\r\n", 1),
    "in chunks, the last line missing": OK + CHUNKED + b"\r\n" + CHUNKS[:-2],
    "in chunks, the lines of Unix": (OK + CHUNKED + b"\r\n" + CHUNKS).replace(b"\r\n", b"\n"),
    "the lines of Unix": (OK + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + BODY,
    "empty lines in front": b"\r\n\n" + OK + LENGTH + b"\r\n" + BODY,
    "hints in front": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"\r\n" + BODY,
    "no reason": b"HTTP/1.1 200\r\n\r\n" + BODY,
    "no space before its reason": b"HTTP/1.1 200OK\r\n\r\n" + BODY,
    "a reason in Vietnamese": "HTTP/1.1 200 Được\r\n\r\n".encode() + BODY,
    "a newer version": b"HTTP/2 200\r\n\r\n" + BODY,
}


@pytest.mark.parametrize("name", READ)
def test_a_body_is_read(name: str) -> None:
    status, _, body = read(READ[name])
    assert (status, body) == (200, BODY)


@pytest.mark.parametrize(
    "line",
    [
        b"Warning: in /index.php on line 3",
        b"Warning in /index.php on line 3",
        b" a line that goes on before there is one",
        b": nothing",
        "Máy-chủ: a".encode(),
        b"X-A: a\0b",
    ],
)
def test_headers_behind_a_broken_line_are_read(line: bytes) -> None:
    wire = gzip.compress(BODY)
    _, headers, body = read(
        OK + line + b"\r\nContent-Encoding : gzip\r\n" + CHUNKED + b"\r\n"
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(wire), wire)
    )
    assert headers[-2:] == [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    assert body == wire


def test_headers_keep_their_spelling_order_and_bytes() -> None:
    sent = OK + b"X-B:  b \r\nset-cookie: a=1\r\nSet-Cookie: b=\xe9\r\nX-L: one\r\n\t two\r\n\r\n"
    assert read(sent)[1] == [
        ("X-B", "b"),
        ("set-cookie", "a=1"),
        ("Set-Cookie", "b=\xe9"),
        ("X-L", "one two"),
    ]


def test_there_may_be_many_headers() -> None:
    lines = b"".join(b"X-%d: a\r\n" % number for number in range(900))
    assert read(OK + lines + LENGTH + b"\r\n" + BODY)[2] == BODY


@pytest.mark.parametrize("status", [101, 204, 304])
def test_some_answers_have_no_body_whatever_they_say(status: int) -> None:
    assert read(b"HTTP/1.1 %d Odd\r\n" % status + LENGTH + b"\r\n" + BODY)[2] == b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>\r\n\r\n</html>",
        b"HTTP/1.1 1000 Odd\r\n\r\n",
        OK,
        OK + b"Content-Type: text/ht",
        OK + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
        OK + b"X: a\r\n" * 50_000,
        OK + LENGTH + b"\r\n" + BODY[:-1],
        OK + CHUNKED + b"\r\n" + BODY,
        OK + CHUNKED + b"\r\n" + CHUNKS[:-7],
        OK + CHUNKED + b"\r\n" + CHUNKS[:9],
        OK + CHUNKED + b"\r\n-1\r\n" + BODY,
    ],
)
def test_what_is_no_answer_or_only_a_part_of_one_is_refused(sent: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read(sent)


@pytest.mark.parametrize(
    "sent",
    [
        OK + b"\r\n" + b" " * 2001,
        OK + b"Content-Length: 2001\r\n\r\n",
        OK + CHUNKED + b"\r\n" + (b"3e8\r\n" + b" " * 1000 + b"\r\n") * 3,
        OK + CHUNKED + b"\r\n7fffffff\r\n",
    ],
)
def test_a_body_that_is_too_large_is_not_read(sent: bytes) -> None:
    with pytest.raises(TooLargeError):
        read(sent)
