"""The rules and the scorer on pages captured from running instances, kept beside the checkout."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest

from bench.real_pages_score import score
from crawler.extraction.document import parse_document
from crawler.extraction.extract import extract
from tests.crawler.extraction.reading import CLOCK

PAGES = Path(__file__).parents[3].parent / "shared" / "pages"
FAMILIES = ["nukeviet", "wordpress"]

pytestmark = pytest.mark.skipif(
    not PAGES.is_dir(), reason="the captured pages are not beside the checkout"
)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def pages(family: str) -> list[dict]:
    return [p for p in lines(PAGES / family / "pages.jsonl") if p["file"].endswith(".html")]


def read(family: str, page: dict, rules):
    body = (PAGES / family / page["file"]).read_bytes()
    clock = CLOCK.replace(year=2026, month=11)
    return extract(parse_document(body, page["url"], page["content_type"]), rules, clock=clock)


def scores(family: str, rules_of: str) -> dict:
    rules = import_module(f"spiders.rules.{rules_of}").RULES
    articles = [
        {**asdict(found), "url": page["url"]}
        for page in pages(family)
        if page["kind"] == "article" and (found := read(family, page, rules))
    ]
    truth = [row for row in lines(PAGES / family / "truth.jsonl") if row.get("file")]
    return score(articles, truth)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_rules_of_a_platform_read_its_pages(family):
    got = scores(family, family)
    assert (got["found"], got["title"], got["date"]) == (1, 1, 1), got["misses"]
    assert got["body"] >= 0.997, got["misses"]
    assert got["captions"] >= 0.95, got["misses"]
    assert got["author"] >= 0.95, got["misses"]
    assert got["boilerplate"] == 0, got["misses"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_scorer_reads_them_without_rules(family):
    got = scores(family, "generic")
    assert (got["found"], got["title"], got["date"]) == (1, 1, 1), got["misses"]
    assert got["body"] >= 0.995, got["misses"]
    assert got["boilerplate"] == 0, got["misses"]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_other_page_is_an_article_by_the_platforms_rules(family):
    rules = import_module(f"spiders.rules.{family}").RULES
    others = [page for page in pages(family) if page["kind"] != "article"]
    assert [page["file"] for page in others if read(family, page, rules)] == []
