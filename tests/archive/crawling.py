"""A crawl without a network: claims rows of a real archive and stores what a test says came."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import files, moments, restating
from archive.connection import transaction
from archive.content import content_hash
from archive.page import Article, Claim, Fetch, Link, Page
from archive.restating import Reread
from archive.store import Archive, Stored
from archive.warc import read_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.frontier import Mode
    from archive.restating import Raw, Restatement

SITE = "hanoi-front"
ROOT = "http://front.example"
START = moments.epoch_of("2025-10-01T08:00:00+07:00")
DAY = 86_400.0


def an_article(**fields: Any) -> Article:
    """An article; `fields` replace what it says."""
    return Article(
        **{
            "title": "Hội nghị Đống Đa",
            "lead": "Sáng nay, phường họp.",
            "body": "Đoạn một.\n\nĐoạn hai.",
            "published_at": "2025-09-30T07:15:00+07:00",
            "published_precision": "minute",
            "extractor": "1.test1",
            **fields,
        }
    )


def an_answer(claim: Claim, *, at: float = 0.0, status: int = 200, **fields: Any) -> Fetch:
    """An answer `at` days after START; its body is sent with gzip."""
    body = fields.pop("body", b"<p>as sent</p>" if status == 200 else b"")
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    return Fetch(
        **{
            "url": claim.url,
            "method": claim.method,
            "started_at": START + at * DAY,
            "status": status,
            "headers": headers + fields.pop("more_headers", []),
            "wire_body": gzip.compress(body, mtime=0),
            "body": body,
            "ip": "127.0.0.1",
            **fields,
        }
    )


def links(*names: str, kind: Any = "article") -> list[Link]:
    """Links to articles, one a name: `7` leads to /tin/7.html with the key `news:7`."""
    return [
        Link(url=f"{ROOT}/tin/{name}.html", kind=kind, key=f"news:{name}", text=f"Tin {name}")
        for name in names
    ]


def next_link(number: int) -> Link:
    """The link to a page of the pager of /tin."""
    return Link(url=f"{ROOT}/tin?page={number}", kind="next")


class Crawl:
    """An open archive with one registered site, held by its run."""

    def __init__(self, path: Path, command: str = "crawl", site: str = SITE) -> None:
        self.archive = Archive.open(path, command, [site], contact="archive@example.org")
        self.conn = self.archive.conn
        self.frontier = self.archive.frontier
        self.site = site
        self.archive.sync_sites(
            [
                {
                    "id": site,
                    "name": "Trang",
                    "level": "province",
                    "base_url": ROOT,
                    "platform": "generic",
                }
            ]
        )
        self.archive.run.hold_site(self.conn, site)

    def close(self) -> None:
        self.archive.close()

    def begin(self, mode: Mode = "full", seeds: list[Link] | None = None) -> None:
        """Begin a cycle at the listing /tin."""
        self.frontier.begin_cycle(self.site, mode)
        self.frontier.seed(self.site, seeds or [Link(url=f"{ROOT}/tin", kind="listing")])

    def claim(self) -> Claim:
        """Claim the next row; there must be one."""
        claim = self.frontier.claim(self.site)
        assert claim is not None
        return claim

    def claim_url(self, url: str) -> Claim:
        """Claim the row of an address, whenever it is due, even if it is a twin."""
        self.frontier.begin_cycle(self.site, "recrawl")
        self.conn.execute(
            "UPDATE frontier SET state = 'ready' WHERE url = ? AND state = 'twin'", (url,)
        )
        self.frontier.requeue_urls(self.site, [url])
        claim = self.claim()
        assert claim.url == url
        return claim

    def see(
        self,
        name: str = "7",
        article: Article | None = None,
        *,
        at: float = 0.0,
        key: str | None = None,
        url: str | None = None,
        reextract: Any = None,
        **answer: Any,
    ) -> Stored:
        """Fetch an article's page `at` days after START and store it."""
        claim = self.claim_url(f"{ROOT}/tin/{name}.html")
        page = Page(
            url=url or claim.url,
            kind="article",
            key=key or f"news:{name}",
            article=article or an_article(),
            fetch=an_answer(claim, at=at, **answer),
            claim=claim,
        )
        return self.archive.store(page, reextract=reextract)

    def see_file(self, name: str, body: bytes, *, at: float = 0.0) -> Stored:
        """Fetch the file /tep/NAME `at` days after START and store it."""
        claim = self.claim_url(f"{ROOT}/tep/{name}")
        fetch = an_answer(claim, at=at, body=body)
        page = Page(url=claim.url, kind="attachment", key=f"/tep/{name}", fetch=fetch, claim=claim)
        return self.archive.store(page)

    def read_files(self) -> None:
        """Let each file that is kept be read as its bytes say, and find out who names it."""
        with transaction(self.conn):
            files.link(self.conn)
            for one in files.pending(self.conn, "test"):
                record = read_record(self.archive.folder, one.file, one.offset)
                text = record.body.decode()
                reading = files.Reading(
                    kind="text" if text else "scan", media_type="text/plain", text=text,
                    pages=1, note=None, reader="test",
                )  # fmt: skip
                files.keep_reading(self.conn, one.sha256, reading)

    def reread(
        self, page: int | None, article: Article | Callable[[Raw], Article]
    ) -> Restatement | None:
        """Store what new rules read from the raw records of a page: one article, or one each.

        None when the page is not shown.
        """
        found = restating.subject(self.conn, page or 0)
        if found is None:
            return None
        read = {
            capture: article if isinstance(article, Article) else article(raw)
            for capture, raw in found.raws.items()
        }
        rereads = {capture: Reread(content_hash(one), one) for capture, one in read.items()}
        return self.archive.restate([(found, rereads)])[0]

    def miss(self, name: str = "7", *, at: float, kind: Any = "not-found") -> Stored:
        """Fetch an article's page and find it missing."""
        claim = self.claim_url(f"{ROOT}/tin/{name}.html")
        status = 404 if kind == "not-found" else 200
        fetch = an_answer(claim, at=at, status=status)
        return self.archive.store(Page(url=claim.url, kind=kind, fetch=fetch, claim=claim))

    def list(self, claim: Claim, found: list[Link], *, at: float = 0.0, **answer: Any) -> Stored:
        """Store a listing page."""
        fetch = an_answer(claim, at=at, **answer)
        page = Page(url=claim.url, kind="listing", links=found, fetch=fetch, claim=claim)
        return self.archive.store(page)

    def redirect(self, name: str, target: str, *, at: float = 0.0, status: int = 301) -> Stored:
        """Fetch an article's address and be led to another."""
        claim = self.claim_url(f"{ROOT}/tin/{name}.html")
        found = [Link(url=target, kind="redirect")]
        fetch = an_answer(claim, at=at, status=status, more_headers=[("Location", target)])
        page = Page(url=claim.url, kind="redirect", links=found, fetch=fetch, claim=claim)
        return self.archive.store(page)

    def value(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        row = self.conn.execute(query, values).fetchone()
        return None if row is None else row[0]

    def column(self, query: str, *values: Any) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.conn.execute(query, values)]

    def found(self, words: str) -> int:
        """How many articles the index finds."""
        return int(
            self.value("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", words)
        )
