"""Answers as careless servers send them: read like a browser would, kept as they came."""

from __future__ import annotations

import gzip
import hashlib
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import brotli
import pytest

from archive.warc import read_record, zstd
from tests.crawler.raw_server import Answer, RawServer, answer, chunked
from tests.crawler.spoiled import SpoiledMattran
from tests.replica import Replica

if TYPE_CHECKING:
    from tests.command import Finished

TITLE = "Mặt trận phường tổ chức ngày hội đại đoàn kết"
SENTENCE = "Sáng nay, Ban Công tác Mặt trận khu dân cư tổ chức ngày hội với đông đảo bà con. "
PAGE = (
    f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><h1>{TITLE}</h1>'
    '<div class="date">14/10/2023 - 03:46 PM</div>'
    + "".join(f"<p>Đoạn {i}. {SENTENCE * 3}</p>" for i in range(1, 6))
    + "</body></html>"
).encode()
HTML = "Content-Type: text/html"
RAW_DEFLATE = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
BARE = RAW_DEFLATE.compress(PAGE) + RAW_DEFLATE.flush()


def drip() -> Answer:
    """A byte now and then, for longer than any timeout."""
    yield from answer(b"")
    for _ in range(60):
        time.sleep(0.1)
        yield b"<"


def endless() -> Answer:
    """Chunks without an end."""
    return chunked(b" " * 1_000_000 for _ in range(40))


def latin(text: str) -> str:
    """UTF-8 where only latin-1 may stand, as careless servers send it."""
    return text.encode().decode("latin-1")


def parts(size: int = 700) -> list[bytes]:
    return [PAGE[i : i + size] for i in range(0, len(PAGE), size)]


# name: (answer, kind, failure); read as the article behind PAGE where the kind is article.
READ: dict[str, Answer] = {
    "without a length": answer(PAGE, HTML),
    "without a type": answer(PAGE, "Server: x"),
    "in chunks": list(chunked(parts())),
    "in compressed chunks": list(chunked([gzip.compress(PAGE)], "Content-Encoding: gzip")),
    "brotli": answer(brotli.compress(PAGE), HTML, "Content-Encoding: br"),
    "deflate": answer(zlib.compress(PAGE), HTML, "Content-Encoding: deflate"),
    "bare deflate": answer(BARE, HTML, "Content-Encoding: deflate"),
    "gzip with rubbish behind": answer(gzip.compress(PAGE) + b"\0\0xyz", HTML,
                                       "Content-Encoding: gzip"),
    "zstd with rubbish behind": answer(zstd.compress(PAGE) + b"\r\n", HTML,
                                       "Content-Encoding: zstd"),
    "gzip named x-gzip": answer(gzip.compress(PAGE), HTML, "Content-Encoding: x-gzip"),
    "an encoding nobody knows": answer(PAGE, HTML, "Content-Encoding: utf-8"),
    "two cookies and odd headers": answer(PAGE, HTML, "Set-Cookie: a=1", "Set-Cookie: b=\xe9\xa9",
                                          "X-Empty:", "Server: " + latin("Mặt trận")),
    "old HTTP": [b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", PAGE],
    "no reason phrase": [b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n", PAGE],
}  # fmt: skip
FAILED: dict[str, tuple[Any, str]] = {
    "plain text called gzip": (lambda: answer(PAGE, HTML, "Content-Encoding: gzip"),
                               "bad-encoding"),
    "broken brotli": (lambda: answer(b"\xff" * 90, HTML, "Content-Encoding: br"), "bad-encoding"),
    "broken deflate": (lambda: answer(b"\xff" * 90, HTML, "Content-Encoding: deflate"),
                       "bad-encoding"),
    "no HTTP at all": (lambda: [b"SSH-2.0-OpenSSH_9.2\r\n"], "dropped"),
    "nothing": (list, "dropped"),
    "a header without end": (lambda: answer(b"", f"X: {'a' * 70_000}"), "dropped"),
    "a drip": (drip, "timeout"),
    "without end": (endless, "too-large"),
}  # fmt: skip
REDIRECTS = {
    "to a broken address": "http://[khong-phai/",
    "to a port that is none": "http://127.0.0.1:99999/",
    "to no address": "",
    "in raw UTF-8": latin("/tin-mặt-trận.htm"),
    "to a script": "javascript:alert(1)",
}


class Crawled(NamedTuple):
    server: RawServer
    mattran: SpoiledMattran
    finished: Finished

    def capture(self, name: str) -> Any:
        (row,) = self.mattran.rows(
            "SELECT c.*, f.state FROM captures c JOIN frontier f ON f.id = c.frontier"
            " WHERE c.url = ?",
            self.server.url + path_of(name),
        )
        return row


def path_of(name: str) -> str:
    return f"/ngay-hoi-dai-doan-ket-toan-dan-toc-{name.replace(' ', '-').lower()}.htm"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Every answer, linked from one listing, crawled once."""
    pages: dict[str, Any] = {path_of(name): (lambda a=sent: a) for name, sent in READ.items()}
    pages |= {path_of(name): make for name, (make, _) in FAILED.items()}
    pages |= {
        path_of(name): (lambda to=to: answer(b"", f"Location: {to}", status="302 Found"))
        for name, to in REDIRECTS.items()
    }
    links = "".join(f'<li><a href="{path}">{TITLE} {path}</a></li>' for path in pages)
    pages["/tin.htm"] = lambda: answer(f"<html><ul>{links}</ul></html>".encode())
    with RawServer(pages) as server, Replica([]) as replica:
        mattran = SpoiledMattran(tmp_path_factory.mktemp("wire"), replica)
        mattran.registry.write_text(
            '[[site]]\nid = "raw"\nname = "Raw"\nlevel = "province"\nprovince = "Hà Nội"\n'
            f'base_url = "{server.url}"\nplatform = "generic"\nlistings = ["/tin.htm"]\n'
            "delay = 0\n",
            encoding="utf-8",
        )
        mattran.faults = {"timeout": 1.5}
        yield Crawled(server, mattran, mattran("crawl", "raw", "--full"))


@pytest.mark.parametrize("name", READ)
def test_a_careless_answer_is_read(crawled: Crawled, name: str):
    capture = crawled.capture(name)
    assert (capture["kind"], capture["state"], capture["failure"]) == ("article", "done", None)
    assert capture["payload_sha256"] == hashlib.sha256(PAGE).hexdigest()
    url = crawled.server.url + path_of(name)
    assert crawled.mattran.value("SELECT title FROM articles WHERE url = ?", url) == TITLE


@pytest.mark.parametrize("name", READ)
def test_its_record_is_what_came_and_can_be_read_again(crawled: Crawled, name: str):
    capture = crawled.capture(name)
    folder = crawled.mattran.folder / "warc"
    record = read_record(folder, capture["warc_file"], capture["warc_offset"])
    assert record.body == PAGE
    assert len(record.wire_body) == capture["wire_bytes"]
    if "chunks" not in name:
        assert record.wire_body == list(READ[name])[-1]


@pytest.mark.parametrize("name", FAILED)
def test_a_hopeless_answer_is_a_failure_of_its_class(crawled: Crawled, name: str):
    capture = crawled.capture(name)
    assert (capture["kind"], capture["failure"]) == ("failed", FAILED[name][1])
    assert not set("<>[]\n") & set(capture["failure_text"])


@pytest.mark.parametrize("name", [name for name in FAILED if FAILED[name][1] == "bad-encoding"])
def test_the_bytes_of_a_body_that_cannot_be_decoded_are_kept_as_they_came(
    crawled: Crawled, name: str
):
    capture = crawled.capture(name)
    assert capture["payload_sha256"] is None
    folder = crawled.mattran.folder / "warc"
    record = read_record(folder, capture["warc_file"], capture["warc_offset"])
    assert record.wire_body == record.body == list(FAILED[name][0]())[-1]
    assert ("Content-Encoding" in dict(record.headers)) is True


@pytest.mark.parametrize("name", REDIRECTS)
def test_a_redirect_to_nowhere_ends(crawled: Crawled, name: str):
    capture = crawled.capture(name)
    assert capture["status"] == 302
    assert capture["failure"] is None
    assert capture["state"] in {"done", "waiting"}


# Not taken for HTTP, and by what minds less neither.
ASKED_TWICE = ("no HTTP at all", "a header without end")


def test_each_answer_was_asked_for_once_and_no_lease_is_left(crawled: Crawled):
    asked = Counter(crawled.server.asked)
    twice = {path for path, count in asked.items() if count > 1}
    assert twice == {path_of(name) for name in ASKED_TWICE}
    assert set(asked.values()) == {1, 2}
    mattran = crawled.mattran
    assert mattran.value("SELECT count(*) FROM frontier WHERE state IN ('leased', 'ready')") == 0
    assert crawled.finished.exit_code == 0, crawled.finished.out


def test_verify_takes_none_of_it_for_damage(crawled: Crawled):
    verified = crawled.mattran("verify")
    assert verified.exit_code == 0, verified.out
