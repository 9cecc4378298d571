"""Reads answers that break HTTP, as far as browsers do.

`http.client` stops at the first header line that is none: the encoding and the length behind it
were lost, and with them the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

    from archive.warc import Headers

LONGEST_LINE = 65_536  # bytes
LONGEST_HEAD = 256 * 1024
EMPTY_LINES = 2  # in front of an answer
_STATUS = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+(\d{3})(?!\d)")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;|$)")
_SWITCHING = 101
_WITHOUT_BODY = {_SWITCHING, 204, 304}  # RFC 9112, 6.3


class BrokenAnswerError(Exception):
    """What came is no answer."""


class CutOffError(BrokenAnswerError):
    """Only a part of an answer came."""


class TooLargeError(Exception):
    """The body is larger than was asked for."""


def read_answer(stream: BinaryIO, *, max_size: int) -> tuple[int, Headers, bytes]:
    """Read an answer from a connection that asks for no other one.

    Lines that are no headers are left out. Of lengths that differ none is believed: the body goes
    on to the end of the connection.

    :param max_size: of the body, in bytes.
    :returns: status, headers as they were spelled, and the body without its chunks.
    :raises TooLargeError: when the body is larger than `max_size`.
    :raises CutOffError: when the connection ends before the answer does.
    :raises BrokenAnswerError: when what comes is none.
    :raises OSError: when the connection fails.
    """
    status = 100
    while 100 <= status < 200 and status != _SWITCHING:
        status = _status(stream)
        lines = _head(stream)
    headers = _headers(lines)
    if status in _WITHOUT_BODY:
        return status, headers, b""
    return status, headers, _body(stream, headers, max_size)


def _status(stream: BinaryIO) -> int:
    line = b""
    for _ in range(EMPTY_LINES + 1):
        line = line or _line(stream)
    found = _STATUS.match(line)
    if found is None:
        raise BrokenAnswerError("no HTTP")
    return int(found[1])


def _head(stream: BinaryIO) -> list[bytes]:
    """Return the lines up to the empty one."""
    lines: list[bytes] = []
    size = 0
    while line := _line(stream):
        size += len(line)
        if size > LONGEST_HEAD:
            raise BrokenAnswerError("more headers than anybody needs")
        lines.append(line)
    return lines


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(LONGEST_LINE + 1)
    if not line.endswith(b"\n"):
        raise CutOffError("a line does not end")
    return line.rstrip(b"\r\n")


def _headers(lines: list[bytes]) -> Headers:
    found: Headers = []
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if line[:1] in b" \t":  # it goes on with the one before (RFC 9112, 5.2)
            if found:
                before, text = found[-1]
                found[-1] = before, f"{text} {line.decode('latin-1').strip()}"
        elif colon and name.strip():
            found.append((name.strip(), value.strip(" \t")))
    return found


def _body(stream: BinaryIO, headers: Headers, max_size: int) -> bytes:
    if "chunked" in _values(headers, "transfer-encoding"):
        return _joined(stream, max_size)
    lengths = set(_values(headers, "content-length"))
    length = int(lengths.pop()) if len(lengths) == 1 and _is_number(*lengths) else None
    if length is not None and length > max_size:
        raise TooLargeError
    body = stream.read(max_size + 1 if length is None else length)
    if len(body) > max_size:
        raise TooLargeError
    if length is not None and len(body) < length:
        raise CutOffError("a part of the body is missing")
    return body


def _values(headers: Headers, wanted: str) -> list[str]:
    """Return what all headers of a name tell, element by element."""
    told = ",".join(value for name, value in headers if name.lower() == wanted)
    return [value.strip().lower() for value in told.split(",") if value.strip()]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _joined(stream: BinaryIO, max_size: int) -> bytes:
    """Return what chunks hold together; trailers are left unread."""
    chunks: list[bytes] = []
    total = 0
    while size := _chunk_size(stream):
        total += size
        if total > max_size:
            raise TooLargeError
        chunk = stream.read(size)
        if len(chunk) < size:
            raise CutOffError("a part of a chunk is missing")
        chunks.append(chunk)
        _line(stream)
    return b"".join(chunks)


def _chunk_size(stream: BinaryIO) -> int:
    found = _CHUNK_SIZE.match(_line(stream))
    if found is None:
        raise BrokenAnswerError("no length of a chunk")
    return int(found[1], 16)
