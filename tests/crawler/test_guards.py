"""What a crawl must never do, whatever a page or a name server says."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler import settings
from crawler.network import GuardedResolver, RefusedAddressError, guard_literal
from tests.command import Mattran
from tests.crawler.spoiled import SpoiledMattran
from tests.replica import TRAPS, Oddity, Replica, Response, SiteSpec
from tests.replica.server import row_of

PORTAL = "portal.example.vn"
LINKED_TEXT = "Mặt trận Tổ quốc phường họp bàn công tác quý bốn năm nay"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Iterator[tuple[Replica, Mattran]]:
    """Three sites crawled; a fourth one on the machine is in no registry."""
    specs = [
        SiteSpec(id="flat", family="flat", articles=6),
        SiteSpec(id="nukeviet", family="nukeviet", articles=6),
        SiteSpec(id="webforms", family="webforms", articles=12, per_page=4),
        SiteSpec(id="stranger", family="flat", articles=3),
    ]
    with Replica(specs) as replica:
        flat, stranger = replica["flat"], replica["stranger"]
        away = stranger.base_url + stranger.address(stranger.newest[0])
        moved = Response(status=301, headers=[("Location", away)])
        flat.override(flat.address(flat.newest[0]), moved)
        flat.override("/gioi-thieu.htm", links_page(stranger.base_url))
        mattran = Mattran(tmp_path_factory.mktemp("guards"), replica)
        rows = [row_of(replica[spec.id], {}) for spec in specs if spec.id != "stranger"]
        mattran.registry.write_text("\n".join(rows), encoding="utf-8")
        finished = mattran("crawl", "--all", "--full")
        assert finished.exit_code == 0, finished.out + finished.err
        yield replica, mattran


def links_page(stranger: str) -> Response:
    """A page with links one must not follow."""
    targets = [
        f"{stranger}/bai-viet.htm",
        "http://169.254.169.254/latest/meta-data/bai-viet.htm",
        "http://[::1]/bai-viet.htm",
        "//10.0.0.1/bai-viet.htm",
        "file:///etc/passwd",
        "ftp://127.0.0.1/bai-viet.htm",
        "javascript:location='/bai-viet.htm'",
        "data:text/html,<h1>bai-viet.htm</h1>",
        "http://127.0.0.1:1/bai-viet.htm",
        "http://user:secret@127.0.0.1/bai-viet.htm",
    ]
    anchors = "".join(f'<p><a href="{target}">{LINKED_TEXT}</a></p>' for target in targets)
    return Response(f"<html><body>{anchors}</body></html>".encode())


def test_only_registered_hosts_are_fetched(crawled):
    replica, mattran = crawled
    assert replica.hits("stranger") == []
    hosts = {replica[name].host for name in ("flat", "nukeviet", "webforms")}
    assert {
        urlsplit(row["url"]).netloc for row in mattran.rows("SELECT url FROM captures")
    } == hosts
    assert {
        urlsplit(row["url"]).netloc for row in mattran.rows("SELECT url FROM frontier")
    } == hosts


def test_a_redirect_to_another_host_is_recorded_and_not_followed(crawled):
    replica, mattran = crawled
    flat, stranger = replica["flat"], replica["stranger"]
    (row,) = mattran.rows(
        "SELECT kind, status, redirect_to FROM captures WHERE url = ?",
        flat.base_url + flat.address(flat.newest[0]),
    )
    away = stranger.base_url + stranger.address(stranger.newest[0])
    assert tuple(row) == ("redirect", 301, away)


def test_an_unregistered_address_cannot_be_recrawled(crawled):
    replica, mattran = crawled
    finished = mattran("recrawl", replica["stranger"].base_url + "/")
    assert finished.exit_code == 2
    assert "is on no registered host" in finished.err
    assert replica.hits("stranger") == []


def test_nothing_but_get_is_sent_except_by_postback_pagers(crawled):
    replica, _ = crawled
    for name in ("flat", "nukeviet"):
        assert {hit.method for hit in replica.hits(name)} == {"GET"}
    assert {hit.method for hit in replica.hits("webforms")} == {"GET", "POST"}


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.kind)
def test_what_only_looks_like_an_article_is_recorded_as_what_it_is(crawled, trap: Oddity):
    replica, mattran = crawled
    for name in ("flat", "nukeviet"):
        site = replica[name]
        (path,) = [path for path, other in site.traps() if other is trap]
        rows = mattran.rows("SELECT kind FROM captures WHERE url = ?", site.base_url + path)
        assert {row["kind"] for row in rows} == {trap.kind}
        assert mattran.rows("SELECT 1 FROM articles WHERE title = ?", trap.title) == []


def listening_ports(pid: int) -> set[str]:
    """The local addresses a process listens on, as /proc/net/tcp writes them."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {line[1] for line in lines if line[3] == "0A" and line[9] in inodes}


def test_a_running_crawl_listens_on_no_port(tmp_path: Path):
    with Replica([SiteSpec(id="flat", family="flat", articles=30)]) as replica:
        mattran = Mattran(tmp_path, replica, delay=0.2)
        with mattran.running("crawl", "flat") as process:
            while len(replica.hits("flat")) < 3:
                assert process.poll() is None
                time.sleep(0.05)
            assert listening_ports(process.pid) == set()


def portal(tmp_path: Path, replica: Replica, addresses: list[str]) -> SpoiledMattran:
    """A command that knows the site by a name, and a name server that answers `addresses`."""
    mattran = SpoiledMattran(tmp_path, replica)
    port = replica["flat"].host.rpartition(":")[2]
    row = row_of(replica["flat"], {"base_url": f"http://{PORTAL}:{port}", "delay": 1})
    mattran.registry.write_text(row, encoding="utf-8")
    mattran.faults = {"addresses": {PORTAL: addresses}, "unprobed": True}
    return mattran


def test_a_name_that_points_to_this_machine_is_refused(tmp_path: Path):
    with Replica([SiteSpec(id="flat", family="flat", articles=3)]) as replica:
        mattran = portal(tmp_path, replica, ["127.0.0.1"])
        finished = mattran("crawl", "flat", "--contact", "a@example.org")
        assert replica.hits() == []
    assert finished.exit_code == 1
    assert f"{PORTAL} points to 127.0.0.1, which is not a public address" in finished.out


def test_a_name_that_turns_to_this_machine_after_the_first_look_is_refused(tmp_path: Path):
    with Replica([SiteSpec(id="flat", family="flat", articles=3)]) as replica:
        mattran = portal(tmp_path, replica, ["93.184.215.14", "127.0.0.1"])
        finished = mattran("crawl", "flat", "--contact", "a@example.org")
        assert replica.hits() == []
    assert finished.exit_code == 1
    failures = mattran.rows("SELECT failure, failure_text FROM captures")
    assert {tuple(row) for row in failures} == {
        ("refused-address", "the name points to an address that is not public")
    }


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254"])
def test_the_resolver_of_the_downloader_refuses_what_is_not_public(monkeypatch, address):
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: told)
    with pytest.raises(RefusedAddressError, match=f"{PORTAL} points to {address}"):
        asyncio.run(GuardedResolver().resolve(PORTAL))
    with pytest.raises(RefusedAddressError, match=f"{address} is not a public address"):
        guard_literal(address)


def test_the_resolver_of_the_downloader_gives_what_is_public(monkeypatch):
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: told)
    (found,) = asyncio.run(GuardedResolver().resolve(PORTAL, 443))
    assert (found["host"], found["port"], found["family"]) == (
        "93.184.215.14", 443, socket.AF_INET,
    )  # fmt: skip
    guard_literal(found["host"])
    guard_literal(PORTAL)


def test_the_limits_are_set():
    assert settings.DOWNLOAD_MAXSIZE == 20 * 1024 * 1024
    assert settings.DOWNLOAD_TIMEOUT == 60
    assert settings.DOWNLOAD_VERIFY_CERTIFICATES is True
    bases = [name for name in vars(settings) if name.endswith("_BASE")]
    assert bases == ["DOWNLOADER_MIDDLEWARES_BASE", "SPIDER_MIDDLEWARES_BASE", "EXTENSIONS_BASE"]
    assert not any(getattr(settings, name) for name in bases)
    closed = {name for name, handler in settings.DOWNLOAD_HANDLERS.items() if handler is None}
    assert closed == {"data", "file", "ftp", "s3"}
