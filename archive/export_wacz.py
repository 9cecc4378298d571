"""Articles as WACZ 1.1.1: their raw records, byte for byte, indexed for ReplayWeb.page and pywb.

Beside the captures of the articles' own pages it holds what a replay asks for then (archive/
replaying.py): the files they show and offer, addresses that lead to them, the listings they were
found on and those at which a reader of the site begins. Bytes that are kept under another address
are given as a revisit (WARC 1.1, 6.7.2).

The file is a ZIP (https://specs.webrecorder.net/wacz/1.1.1/) with `archive/data.warc.gz`, its index
as compressed CDXJ, a list of the articles as pages, and the hashes of all of these.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from archive import moments
from archive.replaying import Unseen, fronts, wanted
from archive.warc import DAMAGED, FOLDER, SOFTWARE, decoded

if TYPE_CHECKING:
    from archive.export import Record
    from archive.replaying import Wanted

VERSION = "1.1.1"
WARC = "data.warc.gz"
LINES = 300  # of a block of the index, as other tools have it

_WWW = re.compile(r"^www\d*\.")


@dataclass(frozen=True, slots=True)
class Written:
    """What a WACZ file holds: `unreadable` are raw records that were left out."""

    articles: int
    captures: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Raw:
    """A raw record as it stands in its file, and what an index says of it."""

    data: bytes
    url: str
    date: str
    http: StatusAndHeaders
    digest: str
    is_revisit: bool = False


def write_wacz(
    conn: sqlite3.Connection, records: Iterable[Record], path: Path, *, folder: Path, now: float
) -> Written:
    """Write all raw records that a replay of the articles needs to a WACZ file at `path`.

    `folder` is the folder of the archive, in which `warc/` lies. Records that cannot be read are
    left out and counted; so are, uncounted, listings that speak of withdrawn pages.
    """
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target,
        tempfile.TemporaryFile(dir=path.parent) as pages,
        _Index() as index,
    ):
        package = _Package(target)
        pages.write(_line({"format": "json-pages-1.0", "id": "pages", "title": "Articles"}))
        with package.file(f"archive/{WARC}") as warc:
            out_of = _Files(conn, folder / FOLDER)
            with closing(out_of):
                written = _write_records(records, out_of, warc, index, pages)
        with package.file("indexes/index.cdx.gz") as out:
            blocks = index.write(out)
        with package.file("indexes/index.idx") as out:
            out.write(blocks)
        pages.seek(0)
        with package.file("pages/pages.jsonl") as out:
            while data := pages.read(1 << 20):
                out.write(data)
        package.finish(now)
    return written


def _write_records(
    records: Iterable[Record], files: _Files, warc: _Counted, index: _Index, pages: IO[bytes]
) -> Written:
    articles = captures = unreadable = 0
    warc.write(_warcinfo())
    for record in records:
        shown = None
        for one, raw in files.of(record["id"], record["site"]):
            if not index.is_new(one):
                continue
            if raw is None:
                unreadable += 1
                continue
            index.add(raw, warc.size)
            warc.write(raw.data)
            captures += 1
            shown = raw if one.kind == "article" and not raw.is_revisit else shown
        articles += 1
        if shown is not None:
            title = record["title"]
            line = {"id": record["ref"], "url": shown.url, "ts": shown.date, "title": title}
            pages.write(_line(line))
    return Written(articles, captures, unreadable)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _warcinfo() -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    info = {"software": SOFTWARE, "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(WARC, info))
    return gzip.compress(buffer.getvalue(), mtime=0)


class _Files:
    """Raw records out of the files of the archive; a few files stay open."""

    MOST_OPEN = 50

    def __init__(self, conn: sqlite3.Connection, folder: Path) -> None:
        self._conn = conn
        self._folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._unseen = Unseen(conn)
        self._sites: set[str] = set()

    def of(self, page: int, site: str) -> Iterator[tuple[Wanted, _Raw | None]]:
        """Yield what a replay of a page needs, and its record; None for one that is not whole.

        With the first page of a site come its listings.
        """
        is_first = site not in self._sites
        self._sites.add(site)
        for one in chain(wanted(self._conn, page), fronts(self._conn, site) if is_first else ()):
            try:
                raw, body = self._read(one)
            except (OSError, ValueError, *DAMAGED):
                yield one, None
                continue
            if one.kind != "listing" or not self._unseen.speaks(one.site, body):
                yield one, _revisit(one, raw) if one.is_revisit else raw

    def close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()

    def _read(self, one: Wanted) -> tuple[_Raw, bytes]:
        place = one.raw
        if place.warc_file is None or place.warc_offset is None or place.warc_length is None:
            raise ValueError("no record was kept")
        if place.warc_file not in self._open:
            if len(self._open) >= self.MOST_OPEN:
                self.close()
            self._open[place.warc_file] = (self._folder / place.warc_file).open("rb")
        file = self._open[place.warc_file]
        file.seek(place.warc_offset)
        return _raw(file.read(place.warc_length), is_listing=one.kind == "listing")


def _raw(data: bytes, *, is_listing: bool) -> tuple[_Raw, bytes]:
    """Read a record; of a listing return its decoded body as well."""
    parser = StatusAndHeadersParser(["WARC/1.0", "WARC/1.1"])
    stream = io.BytesIO(gzip.decompress(data))
    headers = parser.parse(stream)
    http = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(stream)
    raw = _Raw(
        data,
        headers.get_header("WARC-Target-URI"),
        headers.get_header("WARC-Date"),
        http,
        headers.get_header("WARC-Payload-Digest") or "",
    )
    coding = http.get_header("Content-Encoding") or ""
    return raw, decoded(stream.read().removesuffix(b"\r\n\r\n"), coding) if is_listing else b""


def _revisit(one: Wanted, raw: _Raw) -> _Raw:
    """Return a record that says: what was captured here is what `raw` holds."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    date = moments.warc_date(moments.epoch_of(one.captured_at))
    record = writer.create_revisit_record(
        one.url, raw.digest, raw.url, raw.date, raw.http, {"WARC-Date": date}
    )
    writer.write_record(record)
    data = gzip.compress(buffer.getvalue(), mtime=0)
    return _Raw(data, one.url, date, raw.http, raw.digest, is_revisit=True)


class _Index:
    """The lines of the index, sorted on disk."""

    def __init__(self) -> None:
        # An empty name is a temporary file of SQLite's own, gone with the connection.
        self._conn = sqlite3.connect("", isolation_level=None)
        self._conn.execute("PRAGMA journal_mode = OFF")
        self._conn.execute("CREATE TABLE lines (line BLOB PRIMARY KEY) WITHOUT ROWID")
        self._conn.execute("CREATE TABLE seen (capture INTEGER PRIMARY KEY)")
        self._conn.execute("BEGIN")

    def __enter__(self) -> _Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.close()

    def is_new(self, one: Wanted) -> bool:
        """Tell whether a capture comes for the first time; several articles may need it."""
        done = self._conn.execute("INSERT OR IGNORE INTO seen VALUES (?)", (one.id,))
        return bool(done.rowcount)

    def add(self, raw: _Raw, offset: int) -> None:
        mime = (raw.http.get_header("Content-Type") or "").partition(";")[0].strip()
        fields = {
            "url": raw.url,
            "mime": "warc/revisit" if raw.is_revisit else mime,
            "status": raw.http.get_statuscode(),
            "digest": raw.digest,
            "length": str(len(raw.data)),
            "offset": str(offset),
            "filename": WARC,
        }
        stamp = re.sub(r"\D", "", raw.date)[:14]
        line = f"{surt(raw.url)} {stamp} {json.dumps(fields)}\n"
        self._conn.execute("INSERT OR IGNORE INTO lines VALUES (?)", (line.encode(),))

    def write(self, out: _Counted) -> bytes:
        """Write the lines in gzipped blocks; return the list of blocks."""
        meta = {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
        blocks = [b"!meta 0 " + json.dumps(meta).encode() + b"\n"]
        lines: Iterator[tuple[bytes]] = self._conn.execute("SELECT line FROM lines ORDER BY line")
        while block := [line for (line,) in islice(lines, LINES)]:
            data = gzip.compress(b"".join(block), mtime=0)
            where = {
                "offset": out.size,
                "length": len(data),
                "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
            }
            first = block[0].partition(b"{")[0]
            blocks.append(first + json.dumps(where).encode() + b"\n")
            out.write(data)
        return b"".join(blocks)


def surt(url: str) -> str:
    """Return the key under which an index sorts an address: `http://www.a.vn/B` as `vn,a)/b`."""
    parts = urlsplit(url)
    host = _WWW.sub("", parts.hostname or "")
    usual = parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme))
    port = "" if usual else f":{parts.port}"
    path = re.sub(r"/{2,}", "/", parts.path).rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){path.lower()}{query and '?' + query}"


class _Counted:
    """A file of the package on its way: counts and hashes what is written."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def hash(self) -> str:
        return f"sha256:{self._digest.hexdigest()}"


class _Package:
    """The ZIP file and the list of what is in it."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target
        self._resources: list[dict[str, object]] = []

    @contextmanager
    def file(self, path: str) -> Iterator[_Counted]:
        """Open a file of the package for writing."""
        with self._target.open(path, "w", force_zip64=True) as out:
            counted = _Counted(out)
            yield counted
        name = path.rpartition("/")[2]
        self._resources.append(
            {"name": name.lower(), "path": path, "hash": counted.hash, "bytes": counted.size}
        )

    def finish(self, now: float) -> None:
        """Write the list, and its hash."""
        created = moments.warc_date(now)[:19] + "Z"
        package = {
            "profile": "data-package",
            "resources": self._resources,
            "wacz_version": VERSION,
            "title": "Articles of mattran-archive",
            "software": SOFTWARE,
            "created": created,
        }
        data = json.dumps(package, indent=2).encode()
        self._target.writestr("datapackage.json", data)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._target.writestr("datapackage-digest.json", json.dumps(digest, indent=2))
