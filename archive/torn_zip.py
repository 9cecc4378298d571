"""The members of a ZIP file without its list of contents, which stands at its end: it was cut off.

Each member has a header of its own before it (APPNOTE.TXT, 4.3.7), so that all but the last can be
read whole.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

_SIGNATURE = b"PK\x03\x04"
_HEADER = struct.Struct("<4s2xHH8xIIHH")  # flags, method, sizes, lengths of name and extra field
_EXTRA = struct.Struct("<HH")
_SIZES = struct.Struct("<QQ")  # 4.5.3, of a large member: its own, and compressed
_LARGE, _LARGE_FIELD = 0xFFFFFFFF, 1
_SIZE_FOLLOWS = 1 << 3  # a flag: the sizes stand behind the member
_STORED, _DEFLATED = 0, 8
_CHUNK = 1 << 20


class Member(NamedTuple):
    """Where a member stands: `size` bytes, fewer if the file ends before."""

    name: str
    start: int
    size: int
    is_deflated: bool


def members(stream: IO[bytes]) -> Iterator[Member]:
    """Yield the members that begin before the file ends."""
    end = stream.seek(0, io.SEEK_END)
    place = 0
    while place + _HEADER.size <= end:
        stream.seek(place)
        signature, flags, method, size, _, name_length, extra_length = _HEADER.unpack(
            stream.read(_HEADER.size)
        )
        if signature != _SIGNATURE or method not in (_STORED, _DEFLATED):
            return
        name = stream.read(name_length).decode(errors="replace")
        extra = stream.read(extra_length)
        start = place + _HEADER.size + name_length + extra_length
        if start >= end:
            return
        if size == _LARGE:
            size = _large_size(extra)
        if flags & _SIZE_FOLLOWS and not size:
            size = _next_header(stream, start, end) - start
        yield Member(name, start, min(size, end - start), method == _DEFLATED)
        place = start + size
        if flags & _SIZE_FOLLOWS:
            place = _next_header(stream, place, end)


def _large_size(extra: bytes) -> int:
    place = 0
    while place + _EXTRA.size <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, place)
        place += _EXTRA.size
        if kind == _LARGE_FIELD and length >= _SIZES.size:
            return int(_SIZES.unpack_from(extra, place)[1])
        place += length
    return _LARGE


def _next_header(stream: IO[bytes], place: int, end: int) -> int:
    """Return where the next member begins behind a byte, else the end of the file."""
    held = b""
    stream.seek(place)
    while data := stream.read(_CHUNK):
        found = (held + data).find(_SIGNATURE)
        if found >= 0:
            return place - len(held) + found
        held = data[-3:]
        place += len(data)
    return end
