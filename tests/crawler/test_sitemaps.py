"""Sitemaps: named by a robots.txt, in an index, packed, of the largest size there is."""

from __future__ import annotations

import gzip
import threading
import time
from pathlib import Path

import pytest

from bench.served import run
from tests.command import Mattran
from tests.crawler.raw_server import Answer, RawServer, answer
from tests.spiders.answers import PROSE

ROW = """
[[site]]
id = "song-xanh"
name = "MTTQ Sông Xanh"
level = "province"
province = "Sông Xanh"
base_url = "{base}"
platform = "generic"
listings = ["/tin-tuc"]
identity = '-(\\d+)\\.html$'
delay = 0
{more}
"""
HTML = "Content-Type: text/html; charset=utf-8"
LISTED, HIDDEN = "/tin-tuc/hoi-nghi-1.html", ["/cu/hoi-nghi-2.html", "/cu/hoi-nghi-3.html"]


def page(title: str) -> Answer:
    body = f"<h1>{title}</h1>{PROSE}"
    return answer(f"<html><title>{title}</title><body>{body}".encode(), HTML)


def urlset(urls: list[str]) -> bytes:
    inner = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f"<?xml version='1.0'?><urlset>{inner}</urlset>".encode()


def index(urls: list[str]) -> bytes:
    inner = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<?xml version='1.0'?><sitemapindex>{inner}</sitemapindex>".encode()


class Served:
    """A site whose list names its newest article alone, and whose robots.txt names sitemaps."""

    def __init__(self, server: RawServer, folder: Path, more: str = "") -> None:
        self.server = server
        base = server.url
        registry = folder / "sites.toml"
        registry.write_text(ROW.format(base=base, more=more), encoding="utf-8")
        self.mattran = Mattran.of(folder, registry)
        anchor = f"<html><ul><li><a href='{LISTED}'>Hội nghị 1</a></li></ul>".encode()
        packed = gzip.compress(urlset([base + HIDDEN[0], "http://127.0.0.9/cu/hoi-nghi-9.html"]))
        robots = [
            *(f"{base}/sitemap_index.xml", "/sitemap-cu.xml", f"{base}/sitemap_index.xml"),
            *("http://127.0.0.9/sitemap.xml", "gopher://", ""),
        ]
        pages = {
            "/robots.txt": answer("".join(f"Sitemap: {url}\n" for url in robots).encode()),
            "/tin-tuc": answer(anchor, HTML),
            "/sitemap_index.xml": answer(index([f"{base}/sitemap-1.xml.gz"])),
            "/sitemap-1.xml.gz": answer(packed, "Content-Type: application/gzip"),
            "/sitemap-cu.xml": answer(urlset([base + HIDDEN[1]]), "Content-Type: text/xml"),
            **{path: page(f"Hội nghị {path[-6]}") for path in (LISTED, *HIDDEN)},
        }
        server.pages = {path: (lambda body=body: body) for path, body in pages.items()}

    def archived(self) -> list[object]:
        rows = self.mattran.rows("SELECT url FROM articles ORDER BY url")
        return [str(row[0]).removeprefix(self.server.url) for row in rows]


@pytest.fixture
def served(tmp_path):
    with RawServer({}) as server:
        yield Served(server, tmp_path)


def test_a_full_crawl_finds_what_only_the_sitemaps_of_a_robots_txt_name(served):
    assert served.mattran("crawl", "song-xanh", "--full").exit_code == 0
    assert served.archived() == sorted([LISTED, *HIDDEN])
    assert len(served.server.asked) == len(set(served.server.asked))


def test_a_daily_crawl_asks_for_no_sitemap_and_the_next_full_one_does(served):
    served.mattran("crawl", "song-xanh")
    assert not [path for path in served.server.asked if "sitemap" in path]
    served.mattran("crawl", "song-xanh", "--full")
    assert served.archived() == sorted([LISTED, *HIDDEN])


@pytest.mark.parametrize("more", ["sitemaps = []", 'owner = "government-portal"'])
def test_a_row_without_sitemaps_and_a_portal_have_none(tmp_path, more):
    with RawServer({}) as server:
        served = Served(server, tmp_path, more)
        served.mattran("crawl", "song-xanh", "--full")
        assert not [path for path in server.asked if "sitemap" in path]


LARGEST = 50_000
"""Addresses of one sitemap at most (sitemaps.org)."""


@pytest.fixture
def large(served):
    """Two sitemaps more, one of the largest size; `large.asked` is set when that is asked for."""
    base, pages = served.server.url, served.server.pages
    urls = [f"{base}/cu/hoi-nghi-mat-tran-{number}.html" for number in range(LARGEST)]
    packed = gzip.compress(urlset(urls), compresslevel=1)
    served.asked = threading.Event()

    def second():
        served.asked.set()
        return answer(packed, "Content-Type: application/gzip")

    few = answer(urlset(urls[:5]), "Content-Type: application/xml")
    names = [f"{base}/sitemap-{number}.xml.gz" for number in (1, 2)]
    pages["/sitemap_index.xml"] = lambda: answer(index(names))
    pages["/sitemap-1.xml.gz"] = lambda: few
    pages["/sitemap-2.xml.gz"] = second
    return served


def known(served) -> int:
    return int(str(served.mattran.value("SELECT count(*) FROM frontier WHERE kind = 'unknown'")))


def test_the_largest_sitemap_there_is_fits_a_small_server(large):
    finished = run([*large.mattran.command("crawl", "song-xanh", "--full", "--max-pages", "6")])
    assert finished.exit_code == 3  # most of it is left for the next run
    assert known(large) >= LARGEST
    assert finished.peak_mb < 250


def test_a_sitemap_is_stored_wholly_or_not_at_all(large):
    log = large.mattran.db.with_name("mattran.db-wal")
    with large.mattran.running("crawl", "song-xanh", "--full") as crawl:
        assert large.asked.wait(60)
        before = log.stat().st_size
        # The transaction outgrows the cache: its rows are written to the log before it ends.
        while crawl.poll() is None and log.stat().st_size < before + 2**20:
            time.sleep(0.005)
        crawl.kill()
        crawl.wait()
    assert known(large) < 10
    large.mattran("crawl", "song-xanh", "--full", "--max-pages", "6")
    assert known(large) >= LARGEST
    assert large.mattran.value("SELECT count(*) - count(DISTINCT url) FROM frontier") == 0
