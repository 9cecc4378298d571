"""Our own layers as engines of bench/extraction_worker.py.

    python -m bench.extraction_layers LAYER FOLDER ROUNDS

`platform`: with the rules of the page's platform. `generic`: rules off, each page as the first of
an unknown site. `template`: rules off, with the boilerplate learned from other pages of the same
site and the words of the link that led to the page.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.extraction_worker import Engine, Job, Reading, Simple, run
from crawler.extraction.document import parse_document
from crawler.extraction.extract import extract
from crawler.extraction.hints import Hints

if TYPE_CHECKING:
    from archive.page import Article
    from crawler.extraction.rules import Rules

LAYERS = ("platform", "template", "generic")


@cache
def rules_of(platform: str, day: date) -> Rules:
    """Return a platform's rules for pages captured on a day."""
    layouts = import_module(f"spiders.rules.{platform}").LAYOUTS
    return next(layout.rules for layout in layouts if layout.covers(day))


def read_with(job: Job, page: bytes, platform: str, hints: Hints, **more: Any) -> Reading:
    """Extract one page and return what the score needs of it."""
    clock = datetime.fromisoformat(job["clock"]) if job["clock"] else None
    rules = rules_of(platform, clock.date() if clock else date.max)
    document = parse_document(page, job["url"], job["content_type"])
    return reading_of(extract(document, rules, hints=hints, clock=clock, **more), job)


def reading_of(article: Article | None, job: Job) -> Reading:
    """Return an article in the worker's terms.

    The truth of some pages knows no lead apart: there the body alone is the text.
    """
    if article is None:
        return {}
    lead = "" if job["body_only"] else article.lead or ""
    return {
        "text": "\n".join(part for part in (lead, article.body) if part),
        "captions": [image.caption for image in article.images if image.caption],
        "title": article.title,
        "date": article.published_at,
        "flags": article.flags,
    }


def platform_engine(_folder: Path | None = None) -> Engine:
    """The rules of the page's platform, the listing's link text, and what they leave open."""
    return Simple(
        lambda job, page: read_with(job, page, job["platform"], Hints.of(job["link_text"]))
    )


def generic_engine(_folder: Path | None = None) -> Engine:
    """The scorer alone: no rules, no link text, no other page of the site."""
    return Simple(lambda job, page: read_with(job, page, "generic", Hints()))


def template_engine(folder: Path) -> Engine:
    """The scorer with what other pages of the site taught, and the listing's link text."""
    if find_spec("crawler.extraction.template") is None:
        sys.exit("no learned template yet: crawler/extraction/template.py is missing")
    from bench.extraction_templates import templates_of

    learned = templates_of(folder)
    return Simple(
        lambda job, page: read_with(
            job, page, "generic", Hints.of(job["link_text"]), template=learned.get(job["i"])
        )
    )


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "platform": platform_engine,
    "template": template_engine,
    "generic": generic_engine,
}


def main() -> None:
    """Run one layer over a folder of jobs."""
    layer, folder, rounds = sys.argv[1:4]
    run(ENGINES[layer](Path(folder)), Path(folder), int(rounds))


if __name__ == "__main__":
    main()
