"""Rewrite a WARC file record by record, leaving out some and changing others.

Records that stay are copied byte by byte. The new file has a name of its own, so that the old one
is whole until the database points to the new one (archive/warc_files.py).
"""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.content import sha256
from archive.redaction import LeaveOut, redact, without_coding
from archive.warc import BadRecordError
from archive.warc_files import sum_of

_CHUNK = 1 << 16
_NUMBERED = re.compile(r"(?:\.r(\d+)(?:-[0-9a-f]{8})?)?\.warc\.gz$")

# Given the offset of a record: drop it, keep it, or keep what this leaves of it.
Decide = Callable[[int], "bool | LeaveOut"]


@dataclass(slots=True)
class Rewritten:
    """A new file: where each response went, by its old offset, and the bodies that changed.

    `places` has (offset, length), `payloads` the sha256 of a changed body; `is_new`: there was no
    such file before.
    """

    path: Path | None = None
    is_new: bool = True
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    payloads: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether the file differs from the old one."""
        return bool(self.payloads or self.dropped)


def rewrite(path: Path, decide: Decide) -> Rewritten:
    """Write what is to stay of a file into a new one beside it; removed again if nothing changes.

    `decide` is asked about each response: True keeps it, False drops it with its request, a
    function changes its body. `path` of the result is None when no response is left.

    :raises BadRecordError: the file is damaged; it must be repaired first.
    """
    part = path.with_name(f".{path.name}.part")
    result = Rewritten()
    try:
        with part.open("wb") as out:
            held = b""  # a request waits for its response
            for offset, member in members(path):
                kind, record = _kind(member)
                if kind == "request":
                    held += member
                    continue
                if kind == "response":
                    kept = _decided(result, offset, member, record, decide(offset))
                    if kept:
                        result.places[offset] = (out.tell() + len(held), len(kept))
                    held = held if kept else b""
                else:
                    kept = member
                out.write(held + kept)
                held = b""
            out.write(held)
            out.flush()
            os.fsync(out.fileno())
        if result and result.places:
            result.path = successor(path, sum_of(part).sha256)
            result.is_new = not result.path.exists()
            part.replace(result.path)
    finally:
        part.unlink(missing_ok=True)
    return result


def _decided(
    result: Rewritten,
    offset: int,
    member: bytes,
    record: bytes,
    decision: bool | LeaveOut,
) -> bytes:
    if decision is False:
        result.dropped.add(offset)
        return b""
    changed = None if decision is True else _changed(record, decision)
    if changed is None:
        return member
    result.payloads[offset], member = changed
    return member


def successor(path: Path, digest: str) -> Path:
    """Return the name of what `path` is rewritten to: no other content has it, in no archive."""
    number = _NUMBERED.search(path.name)
    stem = path.name[: number.start()] if number else path.name
    count = int(number[1] or 0) if number else 0
    return path.with_name(f"{stem}.r{count + 1}-{digest[:8]}.warc.gz")


def members(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each gzip member of a file.

    :raises BadRecordError: one is damaged.
    """
    with path.open("rb") as file:
        offset, parts = 0, []
        stream = zlib.decompressobj(wbits=31)
        data = file.read(_CHUNK)
        try:
            while data:
                stream.decompress(data)
                used = data[: len(data) - len(stream.unused_data)]
                parts.append(used)
                if stream.eof:
                    member = b"".join(parts)
                    yield offset, member
                    offset += len(member)
                    data, parts = stream.unused_data or file.read(_CHUNK), []
                    stream = zlib.decompressobj(wbits=31)
                else:
                    data = file.read(_CHUNK)
        except zlib.error as error:
            raise BadRecordError(f"{path.name} at byte {offset} is damaged: {error}") from error
        if parts:
            raise BadRecordError(f"{path.name} at byte {offset} is torn")


def _kind(member: bytes) -> tuple[str, bytes]:
    record = zlib.decompress(member, wbits=31)
    head = record.partition(b"\r\n\r\n")[0].lower()
    found = re.search(rb"^warc-type:\s*(\w+)", head, re.MULTILINE)
    return (found[1].decode() if found else ""), record


def _changed(record: bytes, leave_out: LeaveOut) -> tuple[str, bytes] | None:
    """Return the sha256 of the changed body and the new member; None when nothing is found."""
    found = next(iter(ArchiveIterator(io.BytesIO(record))))
    if found.http_headers is None:
        return None
    headers = list(found.http_headers.headers)
    body = redact(headers, found.raw_stream.read(), leave_out)
    if body is None:
        return None
    kept = {
        name: value
        for name, value in found.rec_headers.headers
        if name.lower() not in {"content-length", "warc-payload-digest", "warc-block-digest"}
    }
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    line = found.http_headers.statusline
    protocol = found.http_headers.protocol
    writer.write_record(
        writer.create_warc_record(
            kept["WARC-Target-URI"],
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(line, without_coding(headers), protocol=protocol),
            warc_headers_dict=kept,
        )
    )
    return sha256(body), buffer.getvalue()
