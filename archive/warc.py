"""Raw records: WARC/1.1 files that any WARC tool reads, one series of files a run."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http
import io
import re
import struct
import sys
import uuid
import zlib
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

import brotli  # type: ignore[import-untyped]
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from archive import moments
from archive.errors import ArchiveError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from archive.page import Fetch

FOLDER = "warc"
ROTATE_AT = 1_000_000_000
_LEVEL = 6  # of gzip; warcio's own is 9
_GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952: deflate, no name, no time, system unknown
_FEW_BYTES = 4096  # of headers
_SMALL, _LARGE = (12, 5), (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)  # zlib's window and memory
_STORED = 65535  # bytes at most in one stored block of deflate (RFC 1951, 3.2.4)
_AS_IS = "/%?#:;=@&+$,!*'()~[]|"
_LINE_END = re.compile(r"\r\n|\r|\n")
_RECORD_END = b"\r\n\r\n"  # WARC 1.1, 4
_LONGEST_REASON = 120  # characters
MAX_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024
SOFTWARE = "mattran-archive"

Headers = list[tuple[str, str]]

# What the decoders of compressed bodies raise on damaged bytes.
DAMAGED = (zlib.error, gzip.BadGzipFile, EOFError, brotli.error, zstd.ZstdError)


class Position(NamedTuple):
    """Where a response record stands: a file of the WARC folder, first byte and length in it."""

    file: str
    offset: int
    length: int


class Mark(NamedTuple):
    """An end of the files written so far, to go back to when a transaction fails."""

    path: Path | None
    size: int


@dataclass(slots=True, kw_only=True)
class RawRecord:
    """A response as it was stored: `wire_body` as sent, `body` after its content encoding.

    Where that encoding is broken, or hides more than anybody wants to read, both are the same.
    """

    url: str
    date: str
    status: int
    headers: Headers
    wire_body: bytes
    body: bytes

    @property
    def content_type(self) -> str | None:
        """The Content-Type header, if the response had one."""
        return header(self.headers, "content-type")


class TooLongBodyError(ValueError):
    """A body is longer, decoded, than anybody wants to read."""


class BadRecordError(ArchiveError):
    """A raw record is missing, torn or not what the archive says it is."""


def header(headers: Headers, name: str) -> str | None:
    """Return the first header of that (lower-case) name."""
    return next((value for key, value in headers if key.lower() == name), None)


def content_encoding(headers: Headers) -> str:
    """Return the content encodings that all headers name together, in the order of application."""
    return ",".join(value for name, value in headers if name.lower() == "content-encoding")


class WarcWriter:
    """Writes the files of one run; none is made before the first record.

    `rotate_at` is the size in bytes after which the next record starts a new file.
    """

    def __init__(
        self,
        folder: Path,
        run: str,
        *,
        contact: str = "",
        started_at: float | None = None,
        rotate_at: int = ROTATE_AT,
    ) -> None:
        self._folder = folder
        self._run = run
        self._contact = contact
        self._stamp = moments.compact(moments.now() if started_at is None else started_at)
        self._rotate_at = rotate_at
        self._serial = 0
        self._file: io.FileIO | None = None
        self._path: Path | None = None
        self._size = 0

    def mark(self) -> Mark:
        """Return where the files end now."""
        return Mark(self._path, self._size)

    def rollback(self, mark: Mark) -> None:
        """Take back what was written since `mark`; a file begun since is removed."""
        if self._path is not None and self._path != mark.path:
            begun = self._path
            self.close()
            begun.unlink(missing_ok=True)
        elif self._file is not None:
            # By what the file holds: of the record that found the disk full a part was written.
            # Never longer: a run taken for dead may have had its file cut by another.
            if self._file.seek(0, io.SEEK_END) > mark.size:
                self._file.truncate(mark.size)
            self._file.seek(mark.size)
            self._size = mark.size

    def write(self, fetch: Fetch) -> Position:
        """Append the request and the response of `fetch`; the bytes reach the kernel before return.

        The response comes last, so that a file cut behind it is whole. Of a capture that is not our
        own there is no request.
        """
        request, response = _records(fetch)
        file = self._ready()
        if fetch.source is None:
            self._append(file, request)
        offset = self._size
        self._append(file, response)
        return Position(Path(str(file.name)).name, offset, self._size - offset)

    def close(self) -> None:
        """Close the current file; the next record would start another."""
        if self._file is not None:
            self._file.close()
        self._file = self._path = None
        self._size = 0

    def _ready(self) -> io.FileIO:
        if self._file is not None and self._size < self._rotate_at:
            return self._file
        self.close()
        self._serial += 1
        name = f"mattran-{self._stamp}-{self._run}-{self._serial:05d}.warc.gz"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / name
        self._file = self._path.open("xb", buffering=0)
        self._append(self._file, _warcinfo(name, self._run, self._contact))
        return self._file

    def _append(self, file: io.FileIO, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        self._size += len(data)


def _warcinfo(name: str, run: str, contact: str) -> bytes:
    info = {
        "software": SOFTWARE,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
        "operator": contact,
        "isPartOf": run,
    }
    buffer, writer = _memory_writer()
    writer.write_record(writer.create_warcinfo_record(name, info))
    return gzip.compress(buffer.getvalue(), _LEVEL, mtime=0)


def _memory_writer() -> tuple[io.BytesIO, Any]:
    buffer = io.BytesIO()
    return buffer, WARCWriter(buffer, gzip=False, warc_version="1.1")


def _member(record: bytes, compressed: int) -> bytes:
    """Return a record as a gzip member of its own, so that it can be read from its offset.

    Its last `compressed` bytes came compressed and would not get smaller: they are stored as they
    are, which spares most of the work and costs 5 bytes.
    """
    start = len(record) - compressed
    # To make ready what a large body needs takes longer than to compress a few headers.
    window, memory = _SMALL if start <= _FEW_BYTES else _LARGE
    deflate = zlib.compressobj(_LEVEL, wbits=-window, memLevel=memory)
    end = zlib.Z_SYNC_FLUSH if compressed else zlib.Z_FINISH
    parts = [_GZIP, deflate.compress(record[:start]), deflate.flush(end)]
    for first in range(start, len(record), _STORED):
        block = record[first : first + _STORED]
        is_last = first + _STORED >= len(record)
        parts += [struct.pack("<BHH", is_last, len(block), len(block) ^ 0xFFFF), block]
    parts.append(struct.pack("<II", zlib.crc32(record), len(record)))
    return b"".join(parts)


def _records(fetch: Fetch) -> tuple[bytes, bytes]:
    uri = _uri(fetch.url)
    request_id, response_id = f"<urn:uuid:{uuid.uuid4()}>", f"<urn:uuid:{uuid.uuid4()}>"
    date = moments.warc_date(fetch.started_at)
    common = {"WARC-Date": date, **({"WARC-IP-Address": fetch.ip} if fetch.ip else {})}
    request = _record(
        "request",
        {
            "WARC-Record-ID": request_id,
            "WARC-Target-URI": uri,
            "WARC-Concurrent-To": response_id,
            **common,
        },
        _written(f"{fetch.method} {_target(uri)} HTTP/1.1", _request_headers(fetch)),
        fetch.request_body,
    )
    status = fetch.status or 0
    headers = [pair for pair in fetch.headers if pair[0].lower() != "transfer-encoding"]
    response = _record(
        "response",
        {"WARC-Record-ID": response_id, "WARC-Target-URI": uri, **common, **_origin(fetch)},
        _written(f"HTTP/1.1 {status} {_reason(status)}".rstrip(), headers),
        fetch.wire_body,
        is_compressed=header(headers, "content-encoding") is not None,
    )
    return request, response


def _origin(fetch: Fetch) -> dict[str, str]:
    """Say in the record where it was taken from; WARC 1.1 allows fields of one's own (5.1)."""
    if fetch.source is None:
        return {}
    return {"Mattran-Imported-From": quote(fetch.source, _AS_IS + " <>")}


def _record(
    kind: str, told: dict[str, str], head: str, body: bytes, *, is_compressed: bool = False
) -> bytes:
    """Return a record of an HTTP message, made of its `head` and `body`; `told` names it."""
    try:
        block = head.encode("latin-1")  # how HTTP libraries read them
    except UnicodeEncodeError:
        block = head.encode(errors="replace")
    block += body
    fields = {
        "WARC-Type": kind,
        **told,
        "WARC-Payload-Digest": _digest(body),
        "WARC-Block-Digest": _digest(block),
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(block)),
    }
    return _member(
        b"".join((_head("WARC/1.1", fields.items()).encode(), block, _RECORD_END)),
        len(body) + len(_RECORD_END) if is_compressed else 0,
    )


def _digest(data: bytes) -> str:
    """Return the SHA-1 of `data` as WARC tools write it (WARC 1.1, 5.8 and 5.9)."""
    sha1 = hashlib.sha1(data, usedforsecurity=False)
    return f"sha1:{base64.b32encode(sha1.digest()).decode()}"


def _head(first_line: str, fields: Iterable[tuple[str, str]]) -> str:
    return "".join(
        [f"{first_line}\r\n", *[f"{name}: {value}\r\n" for name, value in fields], "\r\n"]
    )


def _written(first_line: str, headers: Headers) -> str:
    """Return the head of an HTTP message.

    A broken server's header must not break the record: no line ends inside a header.
    """
    printable = [
        (_LINE_END.sub(" ", name), _LINE_END.sub(" ", value)) for name, value in headers if name
    ]
    return _head(first_line, printable)


def _request_headers(fetch: Fetch) -> Headers:
    if header(fetch.request_headers, "host"):
        return fetch.request_headers
    return [("Host", urlsplit(fetch.url).netloc.rpartition("@")[2]), *fetch.request_headers]


def _target(uri: str) -> str:
    parts = urlsplit(uri)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _uri(url: str) -> str:
    """Return the address as it goes over the wire: letters beyond ASCII and spaces escaped."""
    return quote(url, _AS_IS)


def _reason(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def read_record(folder: Path, file: str, offset: int) -> RawRecord:
    """Return the response record that starts at byte `offset` of `file` in `folder`.

    Raises BadRecordError when there is none, or it is torn, or its digests are of other bytes.
    """
    try:
        with (folder / file).open("rb") as stream, muted():
            stream.seek(offset)
            return _read(ArchiveIterator(stream, check_digests="raise"))
    except StopIteration:
        raise BadRecordError(f"{file} ends before byte {offset}") from None
    except (OSError, EOFError, ArchiveLoadFailed, zlib.error, ValueError) as error:
        raise BadRecordError(
            f"{file} at byte {offset} cannot be read: {reason_of(error)}"
        ) from error


def muted() -> redirect_stderr[io.StringIO]:
    """Keep warcio from writing to stderr what it raises as well."""
    return redirect_stderr(io.StringIO())


def reason_of(error: BaseException) -> str:
    """Return what was wrong in a few words: warcio quotes the bytes where a record should be."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, ArchiveLoadFailed):
        return str(error).partition(", first line:")[0].partition("\n")[0][:_LONGEST_REASON]
    return " ".join(str(error).split())[:_LONGEST_REASON]


def _read(records: Any) -> RawRecord:
    record = next(iter(records))
    if record.rec_type != "response" or record.http_headers is None:
        raise ValueError("no response record starts here")
    wire_body: bytes = record.raw_stream.read()
    headers: Headers = list(record.http_headers.headers)
    return RawRecord(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        date=record.rec_headers.get_header("WARC-Date"),
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
        wire_body=wire_body,
        body=_body(wire_body, content_encoding(headers)),
    )


def _body(wire_body: bytes, encodings: str) -> bytes:
    try:
        return decoded(wire_body, encodings)
    except (OSError, ValueError, *DAMAGED):
        return wire_body


def decoded(wire_body: bytes, encodings: str, *, limit: int = MAX_BODY) -> bytes:
    """Undo the content encodings of a body, last first, as far as they are known.

    Of a body cut short, or followed by rubbish (but for brotli), it returns what can be read, as
    browsers do.

    :raises TooLongBodyError: when it is longer than `limit` bytes.
    :raises ValueError: or OSError, or one of `DAMAGED`, when nothing can be read.
    """
    body = wire_body
    for encoding in reversed([name.strip() for name in encodings.lower().split(",")]):
        if encoding in _NO_ENCODING:
            continue
        decoder = _DECODERS.get(encoding)
        if decoder is None or not body:
            break
        body = decoder(body, limit)
    return body


def _readable(stream: gzip.GzipFile | zstd.ZstdFile, limit: int) -> bytes:
    """Return what can be read of a stream that may end too early or in rubbish."""
    parts: list[bytes] = []
    size = 0
    try:
        while part := stream.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            _limit(size, limit)
    except (OSError, EOFError):
        if not parts:
            raise
    return b"".join(parts)


def _limit(size: int, limit: int) -> None:
    if size > limit:
        raise TooLongBodyError(f"the body is larger than {limit} bytes")


def _gunzip(body: bytes, limit: int) -> bytes:
    whole = zlib.decompressobj(16 + zlib.MAX_WBITS)
    with suppress(zlib.error):
        plain = whole.decompress(body, limit + 1)
        _limit(len(plain), limit)
        if whole.eof and not whole.unused_data:
            return plain
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
        return _readable(stream, limit)


def _inflate(body: bytes, limit: int) -> bytes:
    """Undo `deflate`: zlib by the standard, a bare stream by custom."""
    try:
        plain = zlib.decompressobj().decompress(body, limit + 1)
    except zlib.error:
        plain = zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, limit + 1)
    _limit(len(plain), limit)
    return plain


def _unbrotli(body: bytes, limit: int) -> bytes:
    try:
        plain = bytes(brotli.Decompressor().process(body, output_buffer_limit=limit + 1))
    except brotli.error as error:
        raise ValueError(f"broken brotli: {error}") from error
    _limit(len(plain), limit)
    return plain


def _unzstd(body: bytes, limit: int) -> bytes:
    whole = zstd.ZstdDecompressor()
    with suppress(zstd.ZstdError):
        plain = whole.decompress(body, limit + 1)
        _limit(len(plain), limit)
        if whole.eof and not whole.unused_data.startswith(_ZSTD):
            return plain
    try:
        with zstd.ZstdFile(io.BytesIO(body)) as stream:
            return _readable(stream, limit)
    except zstd.ZstdError as error:
        raise ValueError(f"broken zstd: {error}") from error


_ZSTD = b"\x28\xb5\x2f\xfd"  # what a frame begins with (RFC 8878, 3.1.1)
_NO_ENCODING = {"", "identity"}  # RFC 9110, 5.6.1.2 and 12.5.3
_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
