"""Pages no site should send, read in a process of its own with a limit on memory and CPU time.

Run as `python -m tests.fuzz.sizes NAME...`: prints one JSON object a page. A page that takes more
than the limits ends the process.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator

from crawler.extraction.document import MOST_BYTES, parse_document
from crawler.extraction.extract import extract
from crawler.extraction.page_kind import classify
from spiders.rules import generic, nukeviet
from tests.spiders.answers import BASE, PARAGRAPHS

MEMORY = 2 * 1024**3  # bytes
CPU = 30  # seconds a page, on a slow machine: two are usual

TITLE = "Dọn ngõ trồng cau ở tổ dân phố số bốn"
ARTICLE = f"<h1>{TITLE}</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
HUGE = 50_000_000

PAGES: dict[str, Callable[[], str]] = {
    "deep-divs": lambda: "<div>" * 100_000 + ARTICLE,
    "deep-closed": lambda: "<span>" * 100_000 + "</span>" * 100_000 + ARTICLE,
    "deep-fonts": lambda: "<font>" * 100_000 + ARTICLE + "</font>" * 100_000,
    "deep-tables": lambda: "<table><tr><td>" * 40_000 + ARTICLE,
    "deep-lists": lambda: "<ul><li>" * 60_000 + ARTICLE,
    "deep-mixed": lambda: "<div><b><i><blockquote>" * 30_000 + ARTICLE,
    "huge-text": lambda: ARTICLE + "<div>" + "chữ " * (HUGE // 5) + "</div>",
    "huge-word": lambda: ARTICLE + "<div>" + "a" * HUGE + "</div>",
    "huge-picture": lambda: f"<img src='data:image/png;base64,{'A' * HUGE}'>" + ARTICLE,
    "huge-markup": lambda: ARTICLE + "<p>Một dòng ngắn</p>" * (HUGE // 20),
    "huge-attributes": lambda: ARTICLE + "<div " + "a='b' " * (HUGE // 6) + ">",
    "links": lambda: ARTICLE + "<a href='/tin'>Tin</a>" * 200_000,
    "breaks": lambda: ARTICLE + "<br>" * 1_000_000,
    "cells": lambda: ARTICLE + "<table>" + "<tr><td>1</td><td>2</td></tr>" * 100_000,
    "figures": lambda: ARTICLE + "<img src=a.jpg><p>Ảnh: A</p>" * 40_000,
    "headings": lambda: "<h1>Tin</h1>" * 100_000 + ARTICLE,
    "dates": lambda: ARTICLE + "<span>Ngày 12/5/2024</span>" * 100_000,
    "less-than": lambda: ARTICLE + "<" * 5_000_000,
    "ampersands": lambda: ARTICLE + "&" * 5_000_000,
    "comments": lambda: ARTICLE + "<!-- -" * 1_000_000,
    "damaged": lambda: ARTICLE + "<p>MÆt trËn Tæ quèc</p>" * 100_000,
    "damaged-runs": lambda: ARTICLE + "<p>Đã vaän ñoäng ñöôïc phaàn quaø</p>" * 100_000,
    "lookalikes": lambda: ARTICLE + "<p>Ðại hội ở xã</p>" * 100_000,
    "misread": lambda: ARTICLE + "<p>" + "Máº·t tráºn " * 400_000,
    "marks": lambda: ARTICLE + "<p>a" + "\u0301" * 3_000_000,
}
SOME = ("deep-divs", "deep-fonts", "deep-tables", "huge-picture", "huge-word", "misread")


def read(name: str) -> dict[str, object]:
    """Read a page by all that reads pages; return what came out."""
    body = f"<html><head><title>{TITLE}</title></head><body>{PAGES[name]()}</body></html>".encode()
    document = parse_document(body, f"{BASE}/tin-tuc/don-ngo-trong-cau-12.html")
    kind, _ = classify(200, {"content-type": "text/html"}, body, document)
    article = extract(document, generic.RULES)
    extract(document, nukeviet.RULES)
    return {
        "name": name,
        "bytes": len(body),
        "kind": kind,
        "title": article and article.title,
        "body": article and article.body[:20_000],
        "flags": article.flags if article else [],
        "cut": document.cut,
    }


def results(names: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """Yield what comes out of each page."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in names:
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + CPU, resource.RLIM_INFINITY))
        yield read(name)


if __name__ == "__main__":
    assert MOST_BYTES < HUGE
    for result in results(tuple(sys.argv[1:])):
        print(json.dumps(result), flush=True)
