"""Raw records: which bytes are kept, and that any tool reads them."""

from __future__ import annotations

import gzip
import random
import resource
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.page import Fetch, Link, Page
from archive.past import PastStoring, claim_of
from archive.warc import BadRecordError, TooLongBodyError, WarcWriter, decoded, read_record
from tests.archive.crawling import ROOT, START, Crawl, an_answer, an_article, links

CHANGED = an_article(body="Khác hẳn.")


def kept(crawl: Crawl) -> list[bool]:
    """Of every capture, oldest first, whether its bytes were kept."""
    return [bool(file) for file in crawl.column("SELECT warc_file FROM captures ORDER BY id")]


def test_the_bytes_of_the_first_capture_and_of_each_change_are_kept(crawl: Crawl) -> None:
    crawl.see(at=0)
    crawl.see(at=1, body=b"<p>another counter</p>")
    crawl.see(article=CHANGED, at=2)
    crawl.see(article=CHANGED, at=3)
    crawl.see(at=4)
    assert kept(crawl) == [True, False, True, False, True]
    assert crawl.column("SELECT same_content_as FROM captures ORDER BY id") == [
        None, 1, None, 3, None,
    ]  # fmt: skip


def test_unchanged_bytes_are_kept_once_a_year(crawl: Crawl) -> None:
    for day in (0, 364, 366, 700):
        crawl.see(at=day)
    assert kept(crawl) == [True, False, True, False]
    assert crawl.value("SELECT same_content_as FROM captures WHERE id = 4") == 3


def test_an_older_capture_points_to_bytes_of_its_own_content(crawl: Crawl) -> None:
    crawl.see(at=0)
    crawl.see(article=CHANGED, at=9)
    crawl.see(at=1)
    crawl.see(article=CHANGED, at=5)
    crawl.see(article=CHANGED, at=6)
    assert kept(crawl) == [True, True, False, False, False]
    assert crawl.column("SELECT same_content_as FROM captures ORDER BY id") == [
        None, None, 1, 2, 2,
    ]  # fmt: skip


def test_the_view_names_the_record_that_holds_the_content(crawl: Crawl) -> None:
    crawl.see(at=0, body=b"<p>kept</p>")
    newer = an_article(body="Đọc tốt hơn.", extractor="2.x")
    crawl.see(article=newer, at=1, body=b"<p>counted</p>", reextract=lambda *_: newer)
    first = "SELECT payload_sha256, warc_file, warc_offset FROM captures WHERE id = 1"
    view = "SELECT raw_sha256, warc_file, warc_offset FROM articles"
    assert crawl.value("SELECT revision FROM articles") == 2
    assert crawl.conn.execute(view).fetchone() == crawl.conn.execute(first).fetchone()


def test_a_change_of_our_rules_is_no_reason_to_keep_the_bytes_again(crawl: Crawl) -> None:
    crawl.see(at=0)
    newer = an_article(body="Đọc tốt hơn.", extractor="2.x")
    crawl.see(article=newer, at=1, reextract=lambda *_: newer)
    assert kept(crawl) == [True, False]


def test_a_listing_is_kept_when_its_set_of_articles_changed(crawl: Crawl) -> None:
    for day, names in enumerate(("12", "21", "123", "123")):
        crawl.begin()
        crawl.list(crawl.claim(), links(*names), at=day)
        while (claim := crawl.frontier.claim(crawl.site)) is not None:
            crawl.frontier.release([claim.id])
            crawl.conn.execute("UPDATE frontier SET state = 'done' WHERE id = ?", (claim.id,))
        assert crawl.frontier.end_cycle(crawl.site)
    assert kept(crawl) == [True, False, True, False]


def test_other_pages_are_kept_when_their_bytes_changed(crawl: Crawl) -> None:
    for day, body in enumerate((b"contact", b"contact", b"new contact")):
        claim = crawl.claim_url(f"{ROOT}/lien-he")
        fetch = an_answer(claim, at=day, body=body)
        crawl.archive.store(Page(url=claim.url, kind="other", fetch=fetch, claim=claim))
    assert kept(crawl) == [True, False, True]


def test_not_modified_points_to_the_bytes_it_speaks_of(crawl: Crawl) -> None:
    crawl.see(more_headers=[("ETag", '"7"')])
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    assert claim.etag == '"7"'
    fetch = an_answer(claim, at=1, status=304)
    stored = crawl.archive.store(Page(url=claim.url, kind="article", fetch=fetch, claim=claim))
    assert not stored.new_article
    assert crawl.value("SELECT same_content_as FROM captures WHERE id = 2") == 1
    assert crawl.value("SELECT last_seen_at FROM articles").startswith("2025-10-02")
    assert crawl.claim_url(f"{ROOT}/tin/7.html").etag == '"7"'


def test_not_modified_does_not_speak_of_an_error_page_in_between(crawl: Crawl) -> None:
    crawl.see(more_headers=[("ETag", '"7"')])
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    fetch = an_answer(claim, at=1, status=503, body=b"busy")
    crawl.archive.store(Page(url=claim.url, kind="error", fetch=fetch, claim=claim))
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    fetch = an_answer(claim, at=2, status=304)
    crawl.archive.store(Page(url=claim.url, kind="article", fetch=fetch, claim=claim))
    same = "SELECT same_content_as FROM captures WHERE status = 304"
    assert crawl.value(same) == crawl.value("SELECT id FROM captures WHERE kind = 'article'")
    hashes = crawl.column("SELECT content_hash FROM captures WHERE kind = 'article'")
    assert len(set(hashes)) == 1


def test_not_modified_does_not_speak_of_a_capture_of_the_past(crawl: Crawl) -> None:
    now = crawl.see(at=100, more_headers=[("ETag", '"7"')]).capture
    url = f"{ROOT}/tin/7.html"
    link = Link(url=url, kind="article", key="news:7")
    past = claim_of(crawl.conn, crawl.site, link, is_front=False)
    fetch = an_answer(past, at=1, body=b"<p>long ago</p>", source="old.warc.gz")
    article = an_article(body="Xưa.")
    page = Page(url=url, kind="article", key=link.key, article=article, fetch=fetch, claim=past)
    crawl.archive.store(page, way=PastStoring)
    claim = crawl.claim_url(url)
    fetch = an_answer(claim, at=101, status=304)
    crawl.archive.store(Page(url=claim.url, kind="article", fetch=fetch, claim=claim))
    assert crawl.value("SELECT same_content_as FROM captures WHERE status = 304") == now


def test_a_run_that_stores_nothing_makes_no_file(crawl: Crawl) -> None:
    crawl.begin()
    crawl.archive.fail(crawl.claim(), "timeout")
    crawl.close()
    assert not crawl.archive.folder.exists()


def test_a_record_holds_what_came_over_the_wire(crawl: Crawl) -> None:
    stored = crawl.see(body="Đống Đa".encode(), more_headers=[("Transfer-Encoding", "chunked")])
    record = crawl.archive.raw(stored.capture)
    assert record is not None
    assert record.body == "Đống Đa".encode()
    assert gzip.decompress(record.wire_body) == record.body
    assert record.status == 200
    assert record.content_type == "text/html"
    assert record.date == "2025-10-01T01:00:00.000000Z"
    assert ("Content-Encoding", "gzip") in record.headers
    assert "transfer-encoding" not in [name.lower() for name, _ in record.headers]


def test_a_record_holds_the_letters_of_headers_as_they_came(crawl: Crawl) -> None:
    """The last byte of ễ is a line break to Unicode, not to HTTP."""
    name = "Nguyễn Huệ\x0b.pdf"
    told = name.encode().decode("latin-1")
    crawl.see("7", more_headers=[("X-Name", told), ("X-Two", "a\r\nb\nc")])
    [path] = crawl.archive.folder.iterdir()
    sent = gzip.decompress(path.read_bytes())
    assert f"\r\nX-Name: {name}\r\nX-Two: a b c\r\n".encode() in sent


def test_files_are_what_warc_tools_expect(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", body=b"x" * 5000)
    [path] = crawl.archive.folder.iterdir()
    with path.open("rb") as stream:
        records = [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    kinds = [kind for kind, _, _ in records]
    assert kinds == ["warcinfo", "request", "response", "request", "response"]
    assert b"archive@example.org" in records[0][2]
    assert records[1][1]["WARC-Concurrent-To"] == records[2][1]["WARC-Record-ID"]
    assert records[2][1]["WARC-IP-Address"] == "127.0.0.1"
    assert records[2][1]["WARC-Payload-Digest"].startswith("sha1:")
    assert path.name.startswith("mattran-20")
    assert crawl.archive.run.id in path.name
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", path], capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def a_fetch(body: bytes = b"body", encoding: str = "") -> Fetch:
    headers = [("Content-Encoding", encoding)] if encoding else []
    return Fetch(url=f"{ROOT}/", started_at=START, status=200, headers=headers, wire_body=body)


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START, rotate_at=100)
    positions = [writer.write(a_fetch()) for _ in range(3)]
    writer.close()
    assert [position.file for position in positions] == [
        f"mattran-20251001010000-run-0000{number}.warc.gz" for number in (1, 2, 3)
    ]
    assert all(read_record(tmp_path, p.file, p.offset).body == b"body" for p in positions)


def test_what_a_failed_transaction_wrote_is_taken_back(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START)
    nothing = writer.mark()
    writer.write(a_fetch())
    writer.rollback(nothing)
    assert list(tmp_path.iterdir()) == []
    first = writer.write(a_fetch(b"first"))
    mark = writer.mark()
    writer.write(a_fetch(b"lost"))
    writer.rollback(mark)
    second = writer.write(a_fetch(b"second"))
    writer.close()
    assert second.offset > first.offset
    assert (tmp_path / first.file).stat().st_size == second.offset + second.length
    bodies = [read_record(tmp_path, p.file, p.offset).body for p in (first, second)]
    assert bodies == [b"first", b"second"]


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("", b"text"),
        ("gzip", gzip.compress(b"text", mtime=0)),
        ("x-gzip", gzip.compress(b"text", mtime=0)),
        ("deflate", zlib.compress(b"text")),
        ("deflate", zlib.compress(b"text")[2:-4]),
        ("br", brotli.compress(b"text")),
        ("zstd", b"\x28\xb5\x2f\xfd\x04\x00\x21\x00\x00text\x22\x01\x82\x5b"),
        ("deflate, gzip", gzip.compress(zlib.compress(b"text"), mtime=0)),
        ("unheard-of", b"text"),
    ],
)
def test_content_encodings_are_undone(encoding: str, sent: bytes) -> None:
    if encoding == "zstd":
        zstd = pytest.importorskip("backports.zstd")
        sent = zstd.compress(b"text")
    assert decoded(sent, encoding) == b"text"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_of_a_broken_encoding_the_record_has_what_came(tmp_path: Path, encoding: str) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START)
    position = writer.write(a_fetch(b"\xff\xfe not encoded", encoding))
    writer.close()
    record = read_record(tmp_path, position.file, position.offset)
    assert record.body == record.wire_body == b"\xff\xfe not encoded"


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)],
)
def test_a_body_too_large_is_never_cut_in_silence(
    encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    assert decoded(compress(b"a" * 100_000), encoding, limit=100_000) == b"a" * 100_000
    with pytest.raises(TooLongBodyError, match="larger than 100000 bytes"):
        decoded(compress(b"a" * 100_001), encoding, limit=100_000)


def test_encodings_are_undone_up_to_the_first_that_nobody_knows() -> None:
    sent = gzip.compress(b"text", mtime=0)
    assert decoded(sent, "unheard-of, gzip") == b"text"
    assert decoded(sent, "gzip, unheard-of") == sent


@pytest.mark.parametrize(
    "told", ["gzip, identity", "identity,gzip", "gzip,", ", ,gzip", "Identity, GZIP"]
)
def test_an_encoding_that_is_none_hides_no_other(told: str) -> None:
    assert decoded(gzip.compress(b"text"), told) == b"text"


def test_the_encodings_of_several_headers_are_undone(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START)
    fetch = a_fetch(gzip.compress(zlib.compress(b"text"), mtime=0), "deflate")
    fetch.headers.append(("Content-Encoding", "gzip"))
    position = writer.write(fetch)
    writer.close()
    assert read_record(tmp_path, position.file, position.offset).body == b"text"


def test_each_body_that_cannot_be_decoded_is_kept_once(crawl: Crawl) -> None:
    crawl.see()
    for at, sent in enumerate((b"\xff broken", b"\xff broken", b"\xff broken otherwise"), 1):
        claim = crawl.claim_url(f"{ROOT}/tin/7.html")
        answer = an_answer(claim, at=at, failure="bad-encoding", body=b"", wire_body=sent)
        crawl.archive.store(Page(url=claim.url, kind="failed", fetch=answer, claim=claim))
    assert kept(crawl) == [True, True, False, True]
    assert crawl.column("SELECT payload_sha256 FROM captures WHERE id > 1") == [None, None, None]


@pytest.mark.parametrize("size", [0, 1, 65_530, 65_531, 65_532, 200_000])
def test_what_came_compressed_is_stored_as_it_is_in_plain_gzip(tmp_path: Path, size: int) -> None:
    sent = random.Random(size).randbytes(size)
    writer = WarcWriter(tmp_path, "run", started_at=START)
    positions = [writer.write(a_fetch(sent, "unheard-of")) for _ in range(2)]
    writer.close()
    path = tmp_path / positions[0].file
    unzipped = subprocess.run(["gzip", "-dc", path], capture_output=True, check=True).stdout
    assert unzipped.count(b"\r\n\r\n" + sent + b"\r\n\r\n") >= 2
    for position in positions:
        assert read_record(tmp_path, position.file, position.offset).wire_body == sent
        assert position.length < size + 600


def test_what_came_uncompressed_is_compressed(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START)
    position = writer.write(a_fetch(b"<p>a paragraph</p>" * 5000))
    writer.close()
    assert position.length < 2000


def test_a_torn_or_missing_record_is_bad(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START)
    position = writer.write(a_fetch(b"x" * 1000))
    writer.close()
    path = tmp_path / position.file
    whole = path.read_bytes()
    for size in (position.offset, position.offset + 1, len(whole) - 40):
        path.write_bytes(whole[:size])
        with pytest.raises(BadRecordError):
            read_record(tmp_path, position.file, position.offset)
    with pytest.raises(BadRecordError):
        read_record(tmp_path, "absent.warc.gz", 0)


def test_the_part_of_a_record_a_full_disk_took_is_taken_back(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", started_at=START)
    position = writer.write(a_fetch())
    mark, path = writer.mark(), tmp_path / position.file
    whole = path.stat().st_size
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 10, limit[1]))
        with pytest.raises(OSError, match="too large"):
            writer.write(a_fetch())
        assert path.stat().st_size == whole + 10
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    writer.rollback(mark)
    assert path.stat().st_size == whole
    after = writer.write(a_fetch())
    assert after.offset > whole
    assert read_record(tmp_path, after.file, after.offset).body == b"body"
    writer.close()


def test_a_header_with_line_ends_does_not_break_the_record(tmp_path: Path) -> None:
    fetch = a_fetch()
    fetch.headers = [("X-Odd", "one\r\nInjected: two"), ("X-Name", "Đống Đa")]
    writer = WarcWriter(tmp_path, "run", started_at=START)
    position = writer.write(fetch)
    writer.close()
    record = read_record(tmp_path, position.file, position.offset)
    assert record.headers[0] == ("X-Odd", "one Injected: two")
    assert record.body == b"body"


def test_addresses_and_headers_beyond_ascii_are_stored(tmp_path: Path) -> None:
    fetch = a_fetch()
    fetch.url = f"{ROOT}/tin tức/bài?q=đống đa"
    fetch.headers = [("X-Name", "Đống"), ("X-Latin", "\xe9")]
    fetch.request_headers = [("User-Agent", "mattran (liên hệ)")]
    writer = WarcWriter(tmp_path, "run", contact="liên hệ", started_at=START)
    position = writer.write(fetch)
    writer.close()
    record = read_record(tmp_path, position.file, position.offset)
    assert unquote(record.url) == fetch.url
    assert record.body == b"body"
    with (tmp_path / position.file).open("rb") as stream:
        requests = [r for r in ArchiveIterator(stream) if r.rec_type == "request"]
    assert len(requests) == 1


def test_a_request_names_path_query_and_host(tmp_path: Path) -> None:
    fetch = a_fetch()
    fetch.url = f"{ROOT}/tin tức?q=đống&p=1%20"
    writer = WarcWriter(tmp_path, "run", started_at=START)
    position = writer.write(fetch)
    writer.close()
    with (tmp_path / position.file).open("rb") as stream:
        [line] = [
            (
                record.http_headers.protocol,
                record.http_headers.statusline,
                dict(record.http_headers.headers)["Host"],
            )
            for record in ArchiveIterator(stream)
            if record.rec_type == "request"
        ]
    assert line == (
        "GET", "/tin%20t%E1%BB%A9c?q=%C4%91%E1%BB%91ng&p=1%20 HTTP/1.1", "front.example",
    )  # fmt: skip
