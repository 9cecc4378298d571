"""Cookies are kept for one crawl of one site, for each pager apart, and go back as they came."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.command import Mattran
from tests.crawler.raw_server import RawServer, answer
from tests.replica import Replica, SiteSpec

ODD = 'a=b+c/d"e'
ROW = """[[site]]
id = "raw"
name = "Raw"
level = "province"
province = "Hà Nội"
base_url = "{url}"
platform = "generic"
listings = ["/tin.htm", "/khac.htm"]
delay = 0
"""


def exchanges(folder: Path) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield of each answer its address, the cookie that was sent and the one that was set."""
    sent: str | None = None
    for path in sorted((folder / "warc").iterdir()):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "request":
                    assert record.http_headers.get_header("Host")
                    sent = record.http_headers.get_header("Cookie")
                elif record.rec_type == "response":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    yield url, sent, record.http_headers.get_header("Set-Cookie")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Mattran:
    specs = [
        SiteSpec(id="nv", family="nukeviet", articles=6, traps=False),
        SiteSpec(id="wf", family="webforms", articles=30, per_page=4, traps=False),
    ]
    with Replica(specs) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("cookies"), replica, delay=0)
        assert mattran("crawl", "--all", "--full").exit_code == 0
    return mattran


def test_a_site_sees_one_visitor(crawled: Mattran) -> None:
    pages = [row for row in exchanges(crawled.folder) if "robots.txt" not in row[0]]
    base = crawled.value("SELECT base_url FROM sites WHERE id = 'nv'")
    first, *others = [row for row in pages if row[0].startswith(base)]
    assert first[1] is None
    assert first[2] is not None
    assert {(sent, given) for _, sent, given in others} == {(first[2].partition(";")[0], None)}


def test_each_pager_has_a_session_of_its_own(crawled: Mattran) -> None:
    base = crawled.value("SELECT base_url FROM sites WHERE id = 'wf'")
    given = [row[2] for row in exchanges(crawled.folder) if row[0].startswith(base) and row[2]]
    (chains,) = crawled.rows("SELECT count(DISTINCT chain) FROM frontier WHERE site = 'wf'")[0]
    assert chains > 1
    assert len(given) == len(set(given)) == 1 + chains


def test_a_cookie_goes_back_as_it_came(tmp_path: Path) -> None:
    page = b"<html><p>tin</p></html>"
    pages = {
        "/tin.htm": lambda: answer(page, "Content-Type: text/html", f"Set-Cookie: s={ODD}"),
        "/khac.htm": lambda: answer(page),
    }
    with RawServer(pages) as server, Replica([]) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran.registry.write_text(ROW.format(url=server.url), encoding="utf-8")
        mattran("crawl", "raw")
        told = {url.removeprefix(server.url): sent for url, sent, _ in exchanges(mattran.folder)}
    assert {told["/tin.htm"], told["/khac.htm"]} == {None, f"s={ODD}"}


def test_nobody_else_is_asked_which_domains_are_public(tmp_path: Path) -> None:
    """Scrapy's cookies ask tldextract, and that one a host on the internet."""
    watched = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('tldextract' in sys.modules, file=sys.stderr))\n"
        "from crawler.commands import main\nmain()"
    )
    with Replica([SiteSpec(id="nv", family="nukeviet", articles=1, traps=False)]) as replica:
        mattran = Mattran(tmp_path, replica)
        done = subprocess.run(
            [sys.executable, "-c", watched, *mattran.command("crawl", "nv")[1:]],
            capture_output=True,
            text=True,
            env=dict(os.environ),
            check=True,
        )
    assert done.stderr.split()[-1] == "False"
