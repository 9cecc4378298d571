"""A process that crawls an endless site without a network until it is killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from archive.page import Page
from tests.archive.crawling import Crawl, an_answer, an_article, links, next_link


def main(path: Path) -> None:
    crawl = Crawl(path)
    crawl.begin("full")
    path.with_name("started").touch()
    while True:
        claim = crawl.claim()
        if claim.kind == "listing":
            first = claim.depth * 10
            found = [*links(*(str(first + number) for number in range(10)))]
            crawl.list(claim, [*found, next_link(claim.depth + 2)])
            continue
        fetch = an_answer(claim, body=os.urandom(20_000))
        article = an_article(title=f"Hội nghị {claim.key}")
        crawl.archive.store(
            Page(
                url=claim.url,
                kind="article",
                key=claim.key,
                article=article,
                fetch=fetch,
                claim=claim,
            )
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
