"""A site on several hosts, one of which is gone: the others go on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

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
aliases = ["{alias}"]
delay = 0
"""
HTML = "Content-Type: text/html; charset=utf-8"
STAYS, MOVED = "/hoi-nghi-1.html", [f"/hoi-nghi-{number}.html" for number in range(2, 7)]


def article(title: str) -> Answer:
    return answer(f"<html><title>{title}</title><h1>{title}</h1>{PROSE}".encode(), HTML)


def moved(url: str) -> Answer:
    return answer(b"", f"Location: {url}", status="301 Moved Permanently")


class Site:
    """The main host; articles but one lead to the other, of which nobody answers yet."""

    def __init__(self, server: RawServer, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.server = server
        self.other = f"http://127.0.0.1:{self.port}"
        items = "".join(f"<li><a href='{path}'>Tin {path}</a></li>" for path in [*MOVED, STAYS])
        self.list = answer(f"<html><ul>{items}</ul>".encode(), HTML)
        server.pages = {
            "/robots.txt": lambda: answer(b"User-agent: *\nDisallow:\n"),
            "/tin-tuc": lambda: self.list,
            STAYS: lambda: article("Hội nghị 1"),
            **{path: (lambda to=self.other + path: moved(to)) for path in MOVED},
        }
        registry = folder / "sites.toml"
        alias = f"127.0.0.1:{self.port}"
        registry.write_text(ROW.format(base=server.url, alias=alias), encoding="utf-8")
        self.mattran = Mattran.of(folder, registry)

    def titles(self) -> list[str]:
        return [row[0] for row in self.mattran.rows("SELECT title FROM articles ORDER BY title")]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with RawServer({}) as server:
        yield Site(server, tmp_path)


def test_articles_that_lead_to_a_host_that_is_gone_hold_no_others_up(site: Site):
    finished = site.mattran("crawl", "song-xanh")
    assert (finished.exit_code, site.titles()) == (0, ["Hội nghị 1"])
    waiting = site.mattran.rows("SELECT url FROM frontier WHERE state = 'waiting'")
    assert {row[0] for row in waiting} >= {site.other + path for path in MOVED}
    assert site.mattran("crawl", "song-xanh").exit_code == 0


def test_they_are_fetched_when_the_host_is_back(site: Site):
    site.mattran("crawl", "song-xanh")
    site.mattran.write("UPDATE frontier SET due = 1 WHERE state = 'waiting'")
    pages = {path: (lambda path=path: article(f"Hội nghị {path}")) for path in MOVED}
    with RawServer(pages, port=site.port):
        finished = site.mattran("crawl", "song-xanh")
    assert (finished.exit_code, len(site.titles())) == (0, 1 + len(MOVED))


def test_a_list_that_leads_there_breaks_the_site_and_says_where(site: Site):
    site.server.pages["/tin-tuc"] = lambda: moved(f"{site.other}/tin-tuc")
    finished = site.mattran("crawl", "song-xanh")
    assert finished.exit_code == 1
    assert f"they lead to {site.other}/tin-tuc, which gives no answer" in finished.out
