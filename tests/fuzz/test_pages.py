"""Whatever bytes a server sends, each entry point answers, and the same each time."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.page import Claim, Fetch, Page
from crawler.extraction.document import parse_document
from crawler.extraction.encoding import decode
from crawler.extraction.extract import extract
from crawler.extraction.feeds import parse_listing
from crawler.extraction.hints import Hints
from crawler.extraction.page_kind import classify
from crawler.extraction.repair.texts import repair_texts
from spiders.loader import FAMILIES
from spiders.rules import generic, liferay, nukeviet, webforms, wordpress
from tests.fuzz import material
from tests.spiders.answers import BASE, family_of

fuzz = settings.get_profile("fuzz")
RULES = [module.RULES for module in (generic, nukeviet, wordpress, liferay, webforms)]
CLOCK = datetime(2024, 11, 2, 3, 0, tzinfo=UTC)
LINK_KINDS = ("article", "listing", "unknown", "feed", "sitemap", "robots")


@fuzz
@given(material.page(), material.content_type)
def test_bytes_become_text_and_a_tree(body: bytes, header: str | None) -> None:
    text, encoding = decode(body, header)
    assert isinstance(text, str)
    assert encoding
    document = parse_document(body, f"{BASE}/tin.html", header)
    assert document.tree is not None
    assert document.body == body


@fuzz
@given(material.page(), material.content_type, st.sampled_from(RULES), st.text(max_size=30))
def test_an_article_or_none_comes_out(body, header, rules, text) -> None:
    document = parse_document(body, f"{BASE}/tin-tuc/bai-viet-12.html", header)
    hints = Hints.of(text, {"date": text, "excerpt": text, "published_at": text})
    article = extract(document, rules, hints=hints, clock=CLOCK)
    if article is None:
        return
    # Whatever comes out can be stored and written as UTF-8.
    stored = [article.title, article.body, article.lead or "", json.dumps(article.evidence)]
    assert article.title.strip()
    for said in (*stored, *(image.caption or "" for image in article.images)):
        said.encode("utf-8")
    again = extract(parse_document(body, document.url, header), rules, hints=hints, clock=CLOCK)
    assert again == article


@fuzz
@given(
    st.one_of(st.none(), st.sampled_from([200, 206, 301, 403, 404, 500, 503, 999])),
    material.page(),
    material.content_type,
    material.address,
    st.sampled_from(LINK_KINDS),
)
def test_each_answer_has_a_kind_and_evidence(status, body, header, path, expected) -> None:
    headers = [] if header is None else [("Content-Type", header), ("Location", path)]
    kind, evidence = classify(status, headers, body, url=BASE + path, expected=expected)
    assert kind
    json.dumps(evidence)


@fuzz
@given(st.data())
@pytest.mark.parametrize("platform", sorted(FAMILIES))
def test_a_family_makes_one_page_of_any_answer(platform: str, data: st.DataObject) -> None:
    family = family_of(platform)
    url = BASE + data.draw(material.address)
    header = data.draw(material.content_type) or "text/html"
    fetch = Fetch(
        url=url,
        started_at=CLOCK.timestamp(),
        status=data.draw(st.sampled_from([200, 200, 200, 404, 302, 304, 503])),
        headers=[("Content-Type", header), ("Location", data.draw(st.text(max_size=20)))],
        body=data.draw(material.page()),
    )
    kind = data.draw(st.sampled_from(LINK_KINDS))
    page = family.page(fetch, Claim(id=1, site="song-xanh", url=url, kind=kind))
    assert isinstance(page, Page)
    assert (page.article is None) or page.kind == "article"
    json.dumps(page.evidence)
    for link in page.links:
        assert link.url.startswith(("http://", "https://"))


POST = {
    "id": 12,
    "link": f"{BASE}/2024/05/bai-viet/",
    "title": {"rendered": "Tin"},
    "content": {"rendered": "<p>Tin</p>"},
    "date_gmt": "2024-05-01T00:00:00",
}


@fuzz
@given(
    st.dictionaries(
        st.sampled_from([*POST, "excerpt", "date", "modified", "slug", "_embedded"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.sampled_from([*POST.values(), "Tin \ud83d", f"{BASE}/\udcff/", []])
        | st.text(max_size=20)
        | st.floats(),
    ),
    st.sampled_from([[], {}, None, "x", [None], [[]]]),
)
def test_the_json_of_an_interface(fields: dict[str, object], other: object) -> None:
    family = family_of("wordpress")
    url = f"{BASE}/wp-json/wp/v2/posts?per_page=100&page=1"
    for sent in ([{**POST, **fields}], other):
        fetch = Fetch(
            url=url,
            started_at=CLOCK.timestamp(),
            status=200,
            headers=[("Content-Type", "application/json")],
            body=json.dumps(sent).encode(),
        )
        page = family.page(fetch, Claim(id=1, site="song-xanh", url=url, kind="listing"))
        for link in page.links:
            "".join([link.url, link.text, *link.hints.values()]).encode()


@fuzz
@given(material.page())
def test_feeds_and_sitemaps(body: bytes) -> None:
    for start in (b"", b"<rss><channel><item>", b"<feed>", b"<urlset><url><loc>", b"\x1f\x8b"):
        listing = parse_listing(start + body)
        assert listing is None or listing.kind


@fuzz
@given(st.lists(st.sampled_from(material.WORDS) | st.text(max_size=80), max_size=20))
def test_repairs_end_and_are_stable(texts: list[str]) -> None:
    after, _ = repair_texts(texts)
    assert len(after) == len(texts)
    assert repair_texts(texts)[0] == after
