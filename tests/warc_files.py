"""WARC and WACZ files as other tools write them, made by hand for tests."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.request import urlopen

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Form = Literal["by-record", "whole", "plain"]


@dataclass(slots=True)
class Kept:
    """A capture somebody made: an answer to `url` at `date` (ISO, UTC)."""

    url: str
    date: str
    body: bytes = b""
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "response"
    method: str = "GET"
    more: dict[str, str] = field(default_factory=dict)


def seen(url: str, date: str) -> Kept:
    """Return the answer a replica gives to `url` now, as if it had come at `date`."""
    with urlopen(url, timeout=10) as answer:
        return Kept(
            url, date, answer.read(), headers=[("Content-Type", answer.headers["Content-Type"])]
        )


def write_warc(path: Path, records: Iterable[Kept], form: Form = "by-record") -> Path:
    """Write a WARC file, gzipped record by record, as a whole, or not at all."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=form == "by-record", warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a test"}))
    for kept in records:
        _write(writer, kept)
    data = buffer.getvalue()
    path.write_bytes(gzip.compress(data, mtime=0) if form == "whole" else data)
    return path


def _write(writer: WARCWriter, kept: Kept) -> None:
    dated = {"WARC-Date": kept.date, **kept.more}
    if kept.kind in ("resource", "conversion", "metadata"):
        record = writer.create_warc_record(
            kept.url,
            kept.kind,
            io.BytesIO(kept.body),
            length=len(kept.body),
            warc_headers_dict=dated,
        )
        writer.write_record(record)
        return
    headers = StatusAndHeaders(kept.status, kept.headers, protocol="HTTP/1.1")
    record = writer.create_warc_record(
        kept.url,
        kept.kind,
        io.BytesIO(kept.body),
        length=len(kept.body),
        http_headers=headers,
        warc_headers_dict=dated,
    )
    writer.write_record(record)
    if kept.method != "GET":
        asked = StatusAndHeaders(f"{kept.method} / HTTP/1.1", [], is_http_request=True)
        request = writer.create_warc_record(
            kept.url,
            "request",
            io.BytesIO(b""),
            length=0,
            http_headers=asked,
            warc_headers_dict={
                "WARC-Date": kept.date,
                "WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        writer.write_record(request)


def write_wacz(path: Path, warcs: Sequence[Path], compression: int = zipfile.ZIP_STORED) -> Path:
    """Put WARC files into a WACZ file."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1"}')
        for warc in warcs:
            archive.write(warc, f"archive/{warc.name}")
    return path
