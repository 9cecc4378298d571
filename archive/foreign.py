"""WARC and WACZ files from anywhere: what they hold, and each response with its bytes.

Record by record gzipped, gzipped as a whole, or not at all; a WACZ is a ZIP file with WARC files in
`archive/` (WACZ 1.1.1, 5). A file may be torn: what stands before the tear is read, of a WACZ that
has lost its list of contents (archive/torn_zip.py), too.
"""

from __future__ import annotations

import io
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from archive import torn_zip
from archive.errors import UsageError
from archive.warc import (
    DAMAGED,
    MAX_BODY,
    Headers,
    content_encoding,
    decoded,
    header,
    muted,
    reason_of,
)

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_WARC_IN_ZIP = re.compile(r"(?:^|/)archive/[^/]+\.warc(?:\.gz)?$")
_LOCAL_HEADER = struct.Struct("<26xHH")  # APPNOTE.TXT, 4.3.7: lengths of the name and extra field
_CHUNK = 1 << 20
# AttributeError: warcio's, of a response without an address.
_UNREADABLE = (OSError, EOFError, ValueError, AttributeError, ArchiveLoadFailed, *DAMAGED)


class BrokenFileError(UsageError):
    """A file is not what its name says, or is torn: nothing behind this place can be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as its headers tell it; `date` is seconds since the epoch, UTC.

    `method` is known where the request stands beside the response. `original` is the digest by
    which a revisit names the bytes it does not repeat.
    """

    kind: str  # the WARC-Type
    offset: int = 0
    id: str = ""
    url: str = ""
    date: float = 0.0
    status: int = 0
    content_type: str = ""
    digest: str = ""
    concurrent_to: str = ""
    method: str = ""
    not_modified: bool = False
    original_url: str = ""
    original_date: float = 0.0


class Response(NamedTuple):
    """The bytes of a response: `wire_body` as sent minus chunking, `body` after its encoding.

    `altered`: they are not those that the record's own digest was made of.
    """

    status: int
    headers: Headers
    wire_body: bytes
    body: bytes
    ip: str | None
    altered: bool = False


class Part:
    """One WARC file, by itself or in a WACZ: `name` is what people are told."""

    def __init__(self, name: str, stream: IO[bytes], fault: str = "") -> None:
        self.name = name
        self._stream = stream
        self._fault = fault  # what is to be told behind its last record

    def entries(self) -> Iterator[Entry]:
        """Yield what each record is, in the order of the file.

        :raises BrokenFileError: when the rest of the file cannot be read.
        """
        self._stream.seek(0)
        records = ArchiveIterator(self._stream)
        seen = end = 0
        is_torn = False
        try:
            for record in records:
                entry = _entry(record)
                seen = records.get_record_offset()
                end = seen + records.get_record_length()
                _refuse_unfit(record)
                is_torn = record.raw_stream.limit > 0
                yield replace(entry, offset=seen)  # known only when the record was read
            # One in the middle is told when it is read; behind the last nothing may be left.
            if is_torn and not entry.url:
                raise ValueError("the record is torn")
            self._refuse_rest(end)
            if self._fault:
                raise BrokenFileError(self._fault)
        except BrokenFileError:
            raise
        except _UNREADABLE as error:
            raise BrokenFileError(
                f"{self.name} is broken behind byte {seen}: {reason_of(error)}"
            ) from error

    def _refuse_rest(self, end: int) -> None:
        """Raise ValueError when more than padding follows: a record torn in its first lines."""
        self._stream.seek(end)
        if self._stream.read(_CHUNK).strip():
            raise ValueError("a record is torn")

    def response(self, offset: int) -> Response:
        """Return the response record at a byte.

        :raises ValueError: when there is none that can be read.
        """
        self._stream.seek(offset)
        try:
            with muted():
                return _response(next(iter(ArchiveIterator(self._stream, check_digests=True))))
        except StopIteration:
            raise ValueError("no record starts here") from None
        except _UNREADABLE as error:
            raise ValueError(f"the record cannot be read: {reason_of(error)}") from error


def opened(path: Path, scratch: Path, stack: ExitStack) -> list[Part]:
    """Open a WARC or WACZ file for reading at any place; closed with `stack`.

    :param scratch: the folder for copies of what is compressed as a whole.
    :raises UsageError: when it is neither.
    """
    try:
        stream = stack.enter_context(path.open("rb"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if not stream.seekable():
        raise UsageError(f"{path} cannot be read twice: give a file, no pipe")
    start = stream.read(4)
    if start.startswith(b"PK"):
        return list(_members(path, stream, scratch, stack))
    if start.startswith(b"\x1f\x8b"):
        return [Part(path.name, _seekable(stream, scratch, stack))]
    if start == b"WARC":
        return [Part(path.name, stream)]
    raise UsageError(f"{path} is neither a WARC nor a WACZ file")


def _members(path: Path, stream: IO[bytes], scratch: Path, stack: ExitStack) -> Iterator[Part]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(stream))
    except zipfile.BadZipFile:
        yield from _torn_members(path, stream, scratch, stack)
        return
    found = [info for info in archive.infolist() if _WARC_IN_ZIP.search(info.filename)]
    if not found:
        raise UsageError(f"{path} is no WACZ file: it has no WARC file in archive/")
    for info in found:
        member = _member(path, archive, info, scratch, stack)
        name = f"{path.name}/{info.filename}"
        zipped = info.filename.endswith(".gz")
        yield Part(name, _seekable(member, scratch, stack) if zipped else member)


def _torn_members(path: Path, stream: IO[bytes], scratch: Path, stack: ExitStack) -> Iterator[Part]:
    found = [one for one in torn_zip.members(stream) if _WARC_IN_ZIP.search(one.name)]
    if not found:
        raise UsageError(
            f"{path} is cut off before its first WARC file, or no WACZ file: get it anew"
        )
    for one in found:
        raw = stack.enter_context(path.open("rb"))
        member: IO[bytes] = io.BufferedReader(_Window(raw, one.start, one.size))
        if one.is_deflated:
            member = _decompressed(member, scratch, stack, -zlib.MAX_WBITS)
        if one.name.endswith(".gz"):
            member = _seekable(member, scratch, stack)
        fault = f"{path.name} is cut off: what stands before was read" if one is found[-1] else ""
        yield Part(f"{path.name}/{one.name}", member, fault)


def _member(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, scratch: Path, stack: ExitStack
) -> IO[bytes]:
    """Return a file of a ZIP that can be read from any place: the spec has WARCs stored as is."""
    if info.compress_type != zipfile.ZIP_STORED:
        with archive.open(info) as source:
            return _copied(source, scratch, stack)
    raw = stack.enter_context(path.open("rb"))
    raw.seek(info.header_offset)
    name, extra = _LOCAL_HEADER.unpack(raw.read(_LOCAL_HEADER.size))
    start = info.header_offset + _LOCAL_HEADER.size + name + extra
    return io.BufferedReader(_Window(raw, start, info.file_size))


class _Window(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, raw: IO[bytes], start: int, size: int) -> None:
        self._raw, self._start, self._size, self._at = raw, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._raw.seek(self._start + self._at)
        data = self._raw.read(min(len(buffer), max(0, self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _seekable(stream: IO[bytes], scratch: Path, stack: ExitStack) -> IO[bytes]:
    """Return a gzipped WARC whose records can be sought: as it is, else decompressed."""
    stream.seek(0)
    return stream if _is_by_record(stream) else _decompressed(stream, scratch, stack)


def _is_by_record(stream: IO[bytes]) -> bool:
    """Tell whether the first gzip member ends with the first record."""
    stream.seek(0)
    records = iter(ArchiveIterator(stream))
    try:
        next(records)
        next(records)
    except StopIteration:
        return True
    except ArchiveLoadFailed as error:
        return "non-chunked" not in str(error)
    except _UNREADABLE:
        return True
    finally:
        stream.seek(0)
    return True


def _decompressed(
    stream: IO[bytes], scratch: Path, stack: ExitStack, bits: int = zlib.MAX_WBITS | 16
) -> IO[bytes]:
    """Return a copy of what is compressed as a whole, up to where it is torn."""
    copy = stack.enter_context(tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115 (the stack's)
    undo = zlib.decompressobj(bits)
    while data := stream.read(_CHUNK):
        try:
            copy.write(undo.decompress(data))
        except zlib.error:
            break  # torn: what came before is read
        if undo.eof:
            rest = undo.unused_data
            undo = zlib.decompressobj(bits)
            stream.seek(-len(rest), io.SEEK_CUR)
    copy.seek(0)
    return copy


def _copied(source: IO[bytes], scratch: Path, stack: ExitStack) -> IO[bytes]:
    copy = stack.enter_context(tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115 (the stack's)
    shutil.copyfileobj(source, copy, _CHUNK)
    copy.seek(0)
    return copy


def _refuse_unfit(record: ArcWarcRecord) -> None:
    """Raise ValueError for a record that is none of a WARC file: warcio lets it pass."""
    if record.format != "warc":
        raise ValueError("it is an ARC file: `warcio recompress` makes a WARC file of it")
    if record.rec_headers.get_header("Content-Length") is None or record.rec_type is None:
        raise ValueError("a record has no length or type")


def _entry(record: ArcWarcRecord) -> Entry:
    get = record.rec_headers.get_header
    kind: str = record.rec_type or "unknown"
    if kind == "request":
        return Entry(
            kind,
            id=get("WARC-Record-ID") or "",
            concurrent_to=get("WARC-Concurrent-To") or "",
            method=(record.http_headers.protocol or "") if record.http_headers else "",
        )
    url = (get("WARC-Target-URI") or "").strip("<> ")  # wget writes it as <...>
    if kind not in ("response", "revisit") or not url.startswith(("http://", "https://")):
        return Entry("other" if kind == "response" else kind)  # e.g. dns:
    http = record.http_headers
    return Entry(
        kind,
        id=get("WARC-Record-ID") or "",
        url=url,
        date=epoch_of(get("WARC-Date") or ""),
        status=_status(record),
        content_type=(http.get_header("Content-Type") or "").lower() if http else "",
        digest=get("WARC-Payload-Digest") or "",
        concurrent_to=get("WARC-Concurrent-To") or "",
        not_modified="not-modified" in (get("WARC-Profile") or ""),
        original_url=(get("WARC-Refers-To-Target-URI") or "").strip("<> "),
        original_date=epoch_of(get("WARC-Refers-To-Date") or ""),
    )


def _status(record: ArcWarcRecord) -> int:
    try:
        return int(record.http_headers.get_statuscode()) if record.http_headers else 0
    except ValueError:
        return 0


def epoch_of(date: str) -> float:
    """Return a WARC date (ISO 8601, UTC) as seconds since the epoch; 0.0 when it is none."""
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _response(record: ArcWarcRecord) -> Response:
    http = record.http_headers
    if record.rec_type != "response" or http is None:
        raise ValueError("no response stands here")
    headers: Headers = list(http.headers)
    chunked = (header(headers, "transfer-encoding") or "").lower() == "chunked"
    wire_body = _limited(record.raw_stream)
    if record.raw_stream.limit > 0:  # warcio says nothing about that
        raise ValueError("the record is torn")
    if chunked:
        wire_body = ChunkedDataReader(io.BytesIO(wire_body)).read()
    ip = record.rec_headers.get_header("WARC-IP-Address")
    # That of the payload is often made of other bytes than the standard says.
    problems = record.digest_checker.problems if record.digest_checker else ()
    altered = any(problem.startswith("block digest failed") for problem in problems)
    return plain(_status(record), headers, wire_body, ip)._replace(altered=altered)


def _limited(stream: Any) -> bytes:
    parts = []
    size = 0
    while part := stream.read(_CHUNK):
        size += len(part)
        if size > MAX_BODY:
            raise ValueError(f"the body is larger than {MAX_BODY} bytes")
        parts.append(part)
    return b"".join(parts)


def plain(status: int, headers: Headers, wire_body: bytes, ip: str | None = None) -> Response:
    """Return a response with its content encoding undone.

    Some tools keep the body decoded and the header that says otherwise: then the header goes.

    :raises ValueError: when the body decoded would be too large.
    """
    try:
        body = decoded(wire_body, content_encoding(headers))
    except (OSError, EOFError, ValueError, *DAMAGED):
        if wire_body.lstrip()[:1] != b"<":
            raise ValueError("the compressed body is damaged") from None
        headers = [pair for pair in headers if pair[0].lower() != "content-encoding"]
        body = wire_body
    return Response(status, headers, wire_body, body, ip)
