"""Other people's extractors as engines of bench/extraction_worker.py, in their own environment.

    .venv-peers/bin/python -m bench.extraction_peers NAME FOLDER ROUNDS

Each is called as its documentation says for article texts, with the page's language where it asks
for one. Only the text is timed; title and date, which most find by another call, are not.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bench.extraction_worker import Engine, Job, Reading, Simple, run

_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
    "pre", "br", "section", "article", "figure", "figcaption", "dd", "dt", "hr", "header", "footer",
}  # fmt: skip


_XML = re.compile(r"\s*<\?xml[^>]*\?>")  # lxml refuses it in a text


def decoded(page: bytes) -> str:
    """Return a page as text, for those that guess its encoding badly or take no bytes.

    UTF-8, else as its markup says.
    """
    told = _CHARSET.search(page[:4096])
    for charset in ("utf-8", told[1].decode() if told else "utf-8"):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            return _XML.sub("", page.decode(charset), count=1)
    return _XML.sub("", page.decode("utf-8", "replace"), count=1)


def text_of(markup: str) -> str:
    """Return the text of a piece of markup, a line a block."""
    if not markup.strip():
        return ""
    whole = lxml_html.fromstring(markup)
    for element in whole.iter():
        if element.tag in _BLOCKS:
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in whole.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


def trafilatura(**options: bool) -> Engine:
    """The most used extractor, in one of its modes."""
    from trafilatura import extract, extract_metadata

    def read(job: Job, page: bytes) -> Reading:
        text = extract(page, url=job["url"], include_comments=False, **options)
        return {"text": text or ""}

    def describe(job: Job, page: bytes) -> Reading:
        told = extract_metadata(page, default_url=job["url"])
        return {"title": told.title, "date": told.date} if told else {}

    return Simple(read, describe)


def readability() -> Engine:
    """The port of the browsers' reading mode; knows no date."""
    from readability import Document

    def read(_job: Job, page: bytes) -> Reading:
        return {"text": text_of(Document(decoded(page)).summary(html_partial=True))}

    return Simple(read, lambda _job, page: {"title": Document(decoded(page)).short_title()})


def justext() -> Engine:
    """Paragraphs by the density of stop words; knows neither title nor date."""
    from justext import get_stoplist
    from justext import justext as paragraphs_of

    lists = {"vi": get_stoplist("Vietnamese"), "en": get_stoplist("English")}

    def read(job: Job, page: bytes) -> Reading:
        found = paragraphs_of(decoded(page), lists[job["language"]])
        return {"text": "\n".join(p.text for p in found if not p.is_boilerplate)}

    return Simple(read)


def resiliparse() -> Engine:
    """The fastest; knows no date."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def tree_of(page: bytes) -> Any:
        return HTMLTree.parse_from_bytes(page, detect_encoding(page))

    def read(_job: Job, page: bytes) -> Reading:
        return {"text": extract_plain_text(tree_of(page), main_content=True, alt_texts=False)}

    return Simple(read, lambda _job, page: {"title": tree_of(page).title})


def newspaper() -> Engine:
    """Made for newspapers; opens connections for pictures unless told not to."""
    import newspaper

    def article_of(job: Job, page: bytes) -> Any:
        article = newspaper.Article(job["url"], language=job["language"], fetch_images=False)
        article.download(input_html=decoded(page))
        article.parse()
        return article

    def read(job: Job, page: bytes) -> Reading:
        return {"text": article_of(job, page).text}

    def describe(job: Job, page: bytes) -> Reading:
        article = article_of(job, page)
        date = article.publish_date
        return {"title": article.title, "date": date.isoformat() if date else None}

    return Simple(read, describe)


ENGINES: dict[str, Callable[[], Engine]] = {
    "trafilatura": trafilatura,
    "trafilatura-fast": lambda: trafilatura(fast=True),
    "trafilatura-precision": lambda: trafilatura(favor_precision=True),
    "readability-lxml": readability,
    "justext": justext,
    "resiliparse": resiliparse,
    "newspaper4k": newspaper,
}


def main() -> None:
    """Run one peer over a folder of jobs."""
    logging.disable(logging.CRITICAL)
    name, folder, rounds = sys.argv[1:4]
    run(ENGINES[name](), Path(folder), int(rounds))


if __name__ == "__main__":
    main()
