"""A page kept as a test of a registry row: the page, the row, and what it is expected to give.

A folder holds `row.toml`, `page.html` and `expected.json`. `read_again` reads the page with the row
as it stands there; tests/spiders/test_saved_pages.py does so for every folder of
tests/spiders/pages/.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.page import Claim, Fetch
from crawler.families import load_family
from crawler.registry import load_registry
from crawler.scrubbing import scrub, scrub_text, scrub_url

if TYPE_CHECKING:
    from pathlib import Path

    from archive.page import Article

ROW, PAGE, EXPECTED = "row.toml", "page.html", "expected.json"
TEXTS = ("title", "lead", "author", "body", "published_at", "published_precision")
HINTS = ("date", "published_at", "section")
"""Of what a listing said, what is kept with a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A fetched page: its source as text, when it was fetched, and what the link to it said."""

    url: str
    text: str
    started_at: float
    link_text: str = ""
    hints: dict[str, str]


def save(folder: Path, row: str, sample: Sample, *, keep_text: bool = False) -> dict[str, Any]:
    """Write a page with its row and what that takes out of it; return what is expected.

    :param row: the row's text, one `[[site]]` table.
    :param keep_text: keep the page's words; else they are replaced (crawler.scrubbing).
    :raises ValueError: the page as it is saved gives no article.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ROW).write_text(row, encoding="utf-8")
    page = sample.text if keep_text else scrub(sample.text)
    (folder / PAGE).write_text(page, encoding="utf-8", newline="")
    about = {
        "url": sample.url if keep_text else scrub_url(sample.url),
        "fetched_at": int(sample.started_at),
        "text": sample.link_text if keep_text else scrub_text(sample.link_text),
        "hints": {name: text for name, text in sample.hints.items() if name in HINTS},
    }
    _write(folder, {"page": about})
    expected = read_again(folder)
    if expected is None:
        raise ValueError("the saved page gives no article")
    _write(folder, {"page": about, "article": expected})
    return expected


def read_again(folder: Path) -> dict[str, Any] | None:
    """Return what the row of a saved page takes out of it today, or None for no article."""
    about = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))["page"]
    (site,) = load_registry(folder / ROW).values()
    url, text = about["url"], about["text"]
    headers = [("Content-Type", "text/html; charset=utf-8")]
    body = (folder / PAGE).read_bytes()
    fetch = Fetch(url=url, started_at=about["fetched_at"], status=200, headers=headers, body=body)
    claim = Claim(id=0, site=site.id, url=url, kind="article", text=text, hints=about["hints"])
    page = load_family(site).page(fetch, claim)
    return None if page.article is None else {"key": page.key, **_told(page.article)}


def expected_of(folder: Path) -> dict[str, Any]:
    """Return what a saved page is expected to give."""
    found: dict[str, Any] = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))["article"]
    return found


def _told(article: Article) -> dict[str, Any]:
    """Return the fields of an article that a test compares."""
    said: dict[str, Any] = {name: getattr(article, name) for name in TEXTS}
    said["body"] = article.body.split("\n\n")
    said["captions"] = [image.caption for image in article.images if image.caption]
    said["flags"] = article.flags
    return said


def _write(folder: Path, data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / EXPECTED).write_text(text + "\n", encoding="utf-8")
