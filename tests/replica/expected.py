"""What the spiders make of each family's pages, as reviewed JSON.

    python -m tests.replica.expected

One file a family in tests/replica/expected/: an article, a list with what leads on, and what its
traps are. Written anew when pages or rules change on purpose; the difference is what to review.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.items import Claim, Fetch, Link, Page
from crawler.registry import Site as Row
from crawler.registry import load_registry
from spiders.loader import load_family
from tests.replica.portal import CALENDAR, PortalSite
from tests.replica.portals import PORTALS
from tests.replica.server import FAMILIES, row_of
from tests.replica.site import Site, SiteSpec
from tests.replica.wire import Request

FOLDER = Path(__file__).with_name("expected")
NAMES = sorted({*FAMILIES, *PORTALS} - {"endings"})
HOST = "127.0.0.1:8000"
ARTICLES, PER_PAGE = 9, 1
NOON = 1_732_000_000.0  # of 2024-11-19, behind the last story


def site_of(name: str) -> Site:
    """A small site of a family, at a host that never changes."""
    made = (FAMILIES | PORTALS)[name](
        SiteSpec(id=name, family=name, articles=ARTICLES, per_page=PER_PAGE, traps=False)
    )
    made.host = HOST
    return made


def row_for(site: Site, folder: Path) -> Row:
    """The registry row of a replica site."""
    path = folder / "sites.toml"
    path.write_text(row_of(site, {}), encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8"))
    return load_registry(path)[site.spec.id]


def read(site: Site, row: Row, path: str, kind: str, text: str = "") -> Page:
    """The page the family makes of what a fresh copy of the site answers."""
    answer = site_of(site.spec.family).handle(Request("GET", path, {}))
    url = site.base_url + path
    claim = Claim(id=1, site=row.id, url=url, kind=kind, text=text)
    fetch = Fetch(url=url, started_at=NOON, status=answer.status, body=answer.body)
    fetch.headers = [("Content-Type", answer.content_type), *answer.headers]
    page: Page = load_family(row).page(fetch, claim)
    return page


def made_of(name: str, folder: Path) -> dict[str, Any]:
    """Everything the file of a family says."""
    site = site_of(name)
    row = row_for(site, folder)
    story = site.newest[0]
    pages = {path: listed(read(site, row, path, "listing")) for path in reversed(row.listings)}
    listing = next((path for path, page in pages.items() if page["next"]), row.listings[-1])
    traps = [*site.twins(story), CALENDAR + "?thang=10&nam=2024"]
    if isinstance(site, PortalSite):
        traps += [loop.format(list=listing, id=7) for loop in site.portal.loops]
    family = load_family(row)
    return {
        "article": told(read(site, row, site.address(story), "article", story.title)),
        "listing": {"path": listing, **pages[listing]},
        "addresses": {
            path: {
                "stands_for": own.url.removeprefix(site.base_url),
                "key": own.key,
                "worth": own.kind,
                "not_fetched": own.reason,
            }
            for path in traps
            for own in [family.address(site.base_url + path)]
        },
    }


def told(page: Page) -> dict[str, Any]:
    """What an article page was found to say."""
    article = page.article
    assert article is not None, page.url
    return {
        "url": page.url,
        "key": page.key,
        "title": article.title,
        "lead": article.lead,
        "body": article.body.split("\n\n"),
        "author": article.author,
        "section": article.section,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "captions": [image.caption for image in article.images],
    }


def listed(page: Page) -> dict[str, Any]:
    """What a list was found to list, and where it goes on."""
    following = [link for link in page.links if link.kind == "next"]
    return {
        "kind": page.kind,
        "links": [one(link) for link in page.links if link.kind in ("article", "unknown")],
        "next": [one(replace(link, form=None)) for link in following],
    }


def one(link: Link) -> dict[str, Any]:
    return {"url": link.url, "key": link.key, "kind": link.kind, "text": link.text, **link.hints}


def as_text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write all files anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        (FOLDER / f"{name}.json").write_text(as_text(made_of(name, FOLDER)), encoding="utf-8")
    (FOLDER / "sites.toml").unlink()


if __name__ == "__main__":
    main()
