"""Pages captured from running NukeViet and WordPress, where they lie beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.items import Claim, Fetch, Page
from crawler.registry import Site
from spiders.loader import load_family

CAPTURED = Path(__file__).parents[2].parent / "shared" / "pages"

pytestmark = pytest.mark.skipif(
    not CAPTURED.is_dir(), reason=f"no captured pages in {CAPTURED.parent.name}/{CAPTURED.name}"
)

LISTINGS = {"nukeviet": ("/vi/news/",), "wordpress": ("/",)}
KINDS = {"rss": "feed", "json": "listing", "notfound": "unknown", "home": "unknown"}


@pytest.fixture(scope="module", params=LISTINGS)
def captured(request):
    """Return the truth by canonical address, and each captured record with the page made of it."""
    folder = CAPTURED / request.param
    records = read(folder / "pages.jsonl")
    base = "{0.scheme}://{0.netloc}".format(urlsplit(records[0]["url"]))
    family = load_family(
        Site(
            id="captured",
            name="Trang đã lưu",
            level="province",
            province="Sông Xanh",
            base_url=base,
            platform=request.param,
            listings=LISTINGS[request.param],
            delay=0,
        )
    )
    truth = {family.canonical(row["url"]): row for row in read(folder / "truth.jsonl")}
    return truth, [(record, page_of(family, folder, record)) for record in records]


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def page_of(family, folder, record) -> Page:
    url = record["final_url"]
    kind = KINDS.get(record["kind"], record["kind"])
    if kind not in ("feed", "sitemap", "robots", "listing"):
        kind = "listing" if family.is_listing(url) else family.address(url).kind or "unknown"
    fetch = Fetch(
        url=url,
        started_at=1_795_300_000.0,
        status=record["status"],
        headers=[("Content-Type", record["content_type"])],
        body=(folder / record["file"]).read_bytes(),
    )
    return family.page(fetch, Claim(id=1, site="captured", url=url, kind=kind))


def test_exactly_the_articles_are_articles(captured):
    _, pages = captured
    found = {record["final_url"] for record, page in pages if page.kind == "article"}
    assert found == {record["final_url"] for record, _ in pages if record["kind"] == "article"}


def test_each_article_has_its_own_key(captured):
    truth, pages = captured
    keys = {page.url: page.key for _, page in pages if page.kind == "article"}
    assert all(key.endswith(f":{truth[url]['cms_id']}") for url, key in keys.items())


def test_listings_list_only_what_the_sitemap_names(captured):
    _, pages = captured
    named = {known(link) for r, page in pages if r["kind"] == "sitemap" for link in page.links}
    listed = [known(link) for link in listed_on(pages)]
    assert len(listed) >= 20
    assert [identity for identity in listed if identity not in named] == []


def test_list_items_are_named_and_dated_as_the_articles_are(captured):
    truth, pages = captured
    told = [(link, truth[link.url]) for link in listed_on(pages) if link.url in truth]
    assert len(told) >= 10
    assert all(link.text == article["title"] for link, article in told)
    dated = [
        (article["published_at"][:10], link.hints["date"][:10].split("/"))
        for link, article in told
        if "date" in link.hints
    ]
    assert len(dated) >= 8
    assert all("-".join(reversed(shown)) == day for day, shown in dated)


def listed_on(pages):
    """Return the links of the lists themselves, which carry what the list says."""
    return [
        link
        for record, page in pages
        if record["kind"] == "listing"
        for link in page.links
        if link.kind == "article" and link.hints
    ]


def known(link):
    return link.key or link.url


def test_feeds_and_the_interface_give_days_that_are_true(captured):
    truth, pages = captured
    said = [
        (truth[link.url]["published_at"], link.hints["published_at"])
        for _, page in pages
        for link in page.links
        if "published_at" in link.hints and link.url in truth
    ]
    assert len(said) > 10
    assert all(true.startswith(told[:10]) for true, told in said)
    assert all(true[:16] == told[:16] for true, told in said if len(told) > 10)


def test_listings_feeds_and_sitemaps_together_name_every_article(captured):
    truth, pages = captured
    named = {link.url for _, page in pages for link in page.links}
    assert truth.keys() <= named


def test_each_listing_with_more_pages_leads_to_its_next(captured):
    _, pages = captured
    listings = {page.url: page for record, page in pages if record["kind"] == "listing"}
    followed = {
        link.url for page in listings.values() for link in page.links if link.kind == "next"
    }
    second = {url for url in listings if url.rstrip("/").endswith(("page-2", "page/2"))}
    assert second
    assert {url.rstrip("/") for url in second} - {url.rstrip("/") for url in followed} <= {
        url.rstrip("/") for url in second if urlsplit(url).path == "/page/2"
    }
