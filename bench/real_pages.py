"""Captured pages of a running site, crawled again through the command and held against the truth.

    python -m bench.real_pages FOLDER ...

FOLDER holds `pages.jsonl` (url, final_url, status, content_type, kind, file), `truth.jsonl` (what
the articles say) and the files. The pages are served on the address they were captured from where
it is free, else all their links are rewritten to another port. Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archived import articles, crawl
from bench.pages_server import Answer, PageServer, serving
from bench.real_pages_score import score

if TYPE_CHECKING:
    from bench.served import Finished

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Platform:
    """What shows the platform of captured pages, and the listings a registry row starts from."""

    name: str
    sign: str
    listings: tuple[str, ...]


PLATFORMS = (
    Platform("nukeviet", "/vi/news/", ("/vi/news/",)),
    Platform("wordpress", "/wp-sitemap.xml", ("/",)),
)


@dataclass(frozen=True, slots=True)
class Crawled:
    """A crawl of captured pages: how it ended, its requests, and what moves addresses to where it
    found them."""

    finished: Finished
    asked: int
    moved: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure of the score and the least (or most) it may be."""

    label: str
    figure: str
    limit: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        """Tell whether `value` is good enough."""
        return value <= self.limit if self.at_most else value >= self.limit


BARS = (
    Bar("articles found", "found", 1.0),
    Bar("other pages stored as article", "extra", 0, at_most=True),
    Bar("title", "title", 1.0),
    Bar("date, to the minute", "date", 1.0),
    Bar("body F1", "body", 0.995),
    Bar("captions in images, not in body", "captions", 0.95),
    Bar("author", "author", 0.95),
    Bar("boilerplate lines", "boilerplate", 0, at_most=True),
)


def main() -> None:
    """Crawl and judge each folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--misses", type=int, default=20, help="How many misses to print.")
    told = parser.parse_args()
    results = [report(folder, told.misses) for folder in told.folders]
    sys.exit(not all(results))


def report(folder: Path, misses: int) -> bool:
    """Print the table of one folder; returns whether every bar is met."""
    found = judge(folder)
    print(f"{folder.name}: {found['pages']} articles with a saved page, {found['asked']} requests")
    if found["exit_code"]:
        print(f"  mattran crawl ended with {found['exit_code']}: {found['output'].strip()}")
    for bar in BARS:
        value = found[bar.figure]
        sign = "<=" if bar.at_most else ">="
        verdict = "ok" if bar.met(value) else "MISSED"
        print(f"  {bar.label:<32} {value:8.4g}   bar {sign} {bar.limit:<6g} {verdict}")
    for miss in found["misses"][:misses]:
        print(f"  - {miss}")
    return all(bar.met(found[bar.figure]) for bar in BARS) and not found["exit_code"]


def judge(folder: Path) -> Row:
    """Serve, crawl and score one folder.

    Returns the figures of `score`, with `asked` (requests served) and the command's `exit_code`
    and `output`.
    """
    truth = [article for article in rows(folder / "truth.jsonl") if article.get("file")]
    with tempfile.TemporaryDirectory() as name:
        crawled = archive(folder, Path(name))
        for article in truth:
            article["url"] = crawled.moved(article["url"].encode()).decode()
        found = score(articles(Path(name)), truth)
    finished = crawled.finished
    return found | {
        "asked": crawled.asked,
        "exit_code": finished.exit_code,
        "output": finished.output,
    }


def archive(folder: Path, place: Path) -> Crawled:
    """Serve the captured pages of a folder and crawl them into `place`/mattran.db."""
    pages = rows(folder / "pages.jsonl")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(pages[0]["url"]))
    with serving(urlsplit(origin).port or 0) as server:
        moved = mover(origin, server)
        server.answers = answers(folder, pages, moved)
        finished = crawl(place, [_site(pages, server)])
        return Crawled(finished, len(server.asked), moved)


def answers(folder: Path, pages: list[Row], moved: Callable[[bytes], bytes]) -> dict[str, Answer]:
    """Return what each captured address answers, a redirect where the capture ended elsewhere."""
    found: dict[str, Answer] = {}
    for page in pages:
        body = moved((folder / page["file"]).read_bytes())
        there = Answer(body, page["content_type"], page["status"])
        if page["url"] == page["final_url"]:
            found[_target(page["url"])] = there
            continue
        location = moved(page["final_url"].encode()).decode()
        found[_target(page["url"])] = Answer(location=location)
        found.setdefault(_target(page["final_url"]), there)
    return found


def mover(origin: str, server: PageServer) -> Callable[[bytes], bytes]:
    """Return what turns addresses of the captured origin into the server's."""
    old, new = urlsplit(origin).netloc.encode(), urlsplit(server.base_url).netloc.encode()
    return lambda body: body.replace(old, new)


def _site(pages: list[Row], server: PageServer) -> dict[str, object]:
    platform = _platform(pages)
    return {
        "id": "captured",
        "name": "Trang đã lưu",
        "level": "province",
        "province": "Hà Nội",
        "base_url": server.base_url,
        "platform": platform.name,
        "listings": list(platform.listings),
        "delay": 0,
    }


def platform_of(pages: list[Row]) -> str:
    """Return the name of the platform that captured pages come from."""
    return _platform(pages).name


def _platform(pages: list[Row]) -> Platform:
    paths = {urlsplit(page["url"]).path for page in pages}
    return next(one for one in PLATFORMS if one.sign in paths)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def rows(file: Path) -> list[Row]:
    """Return the records of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
