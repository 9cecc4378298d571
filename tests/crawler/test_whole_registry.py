"""The whole shipped registry in one crawl: every site on a server of its own on this machine.

Each site publishes its known addresses (tests/spiders/known_addresses.toml) on its first list: its
articles, and the traps beside them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.registry import Site, load_registry, shipped_registry
from spiders.loader import load_family
from tests.command import Mattran
from tests.crawler.raw_server import RawServer, answer
from tests.spiders.answers import PROSE

KNOWN = tomllib.loads(
    (Path(__file__).parents[1] / "spiders" / "known_addresses.toml").read_text(encoding="utf-8")
)
SITES = load_registry()
SHAPES = {
    "nukeviet": "<div class='news_column' itemtype='http://schema.org/NewsArticle'><h1>{title}</h1>"
    "<div class='bodytext' id='news-bodyhtml'>{text}</div></div>",
    "wordpress": "<article class='type-post'><h1 class='entry-title'>{title}</h1>{text}</article>",
}


def requested(url: str) -> str:
    """Return path and query of an address, as a server is asked for it."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}".rstrip("?")


class Published:
    """One site on a server of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        family = load_family(site)
        known = KNOWN.get(site.id, {})
        self.articles = {
            requested(family.canonical(url)): f"Ban công tác Mặt trận dọn ngõ lần {number}"
            for number, url in enumerate(known.get("articles", {}))
        }
        self.traps = [requested(url) for url in known.get("traps", {})]
        self.listing = requested(site.absolute(site.listings[0]))

    def pages(self) -> dict[str, bytes]:
        shape = SHAPES.get(self.site.platform, "<h1>{title}</h1>{text}")
        pages = {
            path: f"<title>{title}</title><body>{shape.format(title=title, text=PROSE + title)}"
            for path, title in self.articles.items()
        }
        links = [*self.articles.items(), *((path, "Mặt trận") for path in self.traps)]
        items = "".join(f"<li><a href='{escape(path)}'>{text}</a></li>" for path, text in links)
        pages[self.listing] = f"<title>Tin tức</title><body><ul>{items}</ul>"
        pages["/robots.txt"] = "User-agent: *\nDisallow:\n"
        return {path: f"<html>{page}".encode() for path, page in pages.items()}


def on_this_machine(rows: str, servers: dict[str, RawServer]) -> str:
    """Return the registry with each site at its server, without delay, in all its periods."""
    moved = []
    for row in rows.split("[[site]]")[1:]:
        site = SITES[re.search(r'id = "(.+)"', row)[1]]  # type: ignore[index]
        if site.id in servers:
            url = servers[site.id].url + urlsplit(site.base_url).path
            row = re.sub(r'base_url = ".+"', f'base_url = "{url}"\ndelay = 0', row)  # noqa: PLW2901
            moved.append(re.sub(r"\n(?:aliases|valid_\w+|successor) = .+", "", row))
    return "[[site]]".join(["", *moved])


@pytest.fixture(scope="module")
def published() -> list[Published]:
    return [Published(site) for site in SITES.values() if site.enabled]


@pytest.fixture(scope="module")
def crawled(published, tmp_path_factory) -> Iterator[tuple[Mattran, dict[str, RawServer]]]:
    folder = tmp_path_factory.mktemp("whole")
    with ExitStack() as running:
        servers = {}
        for one in published:
            pages = {
                path: (lambda body=body: answer(body, "Content-Type: text/html; charset=utf-8"))
                for path, body in one.pages().items()
            }
            servers[one.site.id] = running.enter_context(RawServer(pages))
        registry = folder / "sites.toml"
        rows = shipped_registry().read_text(encoding="utf-8")
        registry.write_text(on_this_machine(rows, servers), encoding="utf-8")
        mattran = Mattran.of(folder, registry)
        mattran("crawl", "--all", "--full")
        yield mattran, servers


def test_every_article_is_archived_once_under_its_site(crawled, published):
    mattran, _ = crawled
    rows = mattran.rows("SELECT site, title FROM articles ORDER BY site, title")
    expected = sorted((one.site.id, title) for one in published for title in one.articles.values())
    assert [(row["site"], row["title"]) for row in rows] == expected


def test_keys_are_those_of_the_real_addresses(crawled):
    mattran, _ = crawled
    found = {(row[0], row[1]) for row in mattran.rows("SELECT site, key FROM pages")}
    told = {
        (site, key)
        for site, groups in KNOWN.items()
        for key in groups.get("articles", {}).values()
        if key and SITES[site].enabled
    }
    assert told <= found


def test_no_trap_is_fetched(crawled, published):
    _, servers = crawled
    for one in published:
        assert not set(one.traps) & set(servers[one.site.id].asked)


def test_no_site_is_broken_by_its_own_code(crawled):
    mattran, _ = crawled
    assert mattran.rows("SELECT url FROM captures WHERE failure = 'extraction'") == []
