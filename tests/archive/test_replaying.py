"""What a WACZ holds beside the pages of its articles, so that they replay as they were seen."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from archive import erasing
from archive.export import articles
from archive.export_wacz import write_wacz
from archive.page import Attachment, Image, Link, Page
from archive.reading import open_for_reading
from archive.replaying import fronts, wanted
from tests.archive.crawling import ROOT, SITE, Crawl, an_answer, an_article, links

PLAN = b"%PDF-1.4 plan"
SECRET = "Chuyện riêng của một gia đình ở tổ dân phố số bảy"


def of(crawl: Crawl, page: int | None) -> list[tuple[str, str, bool]]:
    return [
        (one.kind, one.url.removeprefix(ROOT), one.is_revisit)
        for one in wanted(crawl.conn, page or 0)
    ]


def listing(crawl: Crawl, *names: str, body: bytes, at: float = 0.0) -> None:
    """Fetch the listing /tin, which names articles."""
    crawl.begin()
    claim = crawl.claim_url(f"{ROOT}/tin")
    found = links(*names)
    fetch = an_answer(claim, at=at, body=body)
    crawl.archive.store(Page(url=claim.url, kind="listing", links=found, fetch=fetch, claim=claim))


def records(crawl: Crawl, folder: Path) -> list[tuple[str, str, str | None]]:
    """Return type, address and what it refers to of each record of a WACZ of all articles."""
    path = folder / "all.wacz"
    with closing(open_for_reading(crawl.archive.path)) as conn:
        write_wacz(conn, articles(conn), path, folder=crawl.archive.path.parent, now=0)
    with zipfile.ZipFile(path) as package:
        warc = io.BytesIO(package.read("archive/data.warc.gz"))
    return [
        (record.rec_type, headers["WARC-Target-URI"], headers.get("WARC-Refers-To-Target-URI"))
        for record in ArchiveIterator(warc)
        if "WARC-Target-URI" in (headers := dict(record.rec_headers.headers))
    ]


def test_every_kept_capture_of_its_page_is_wanted(crawl: Crawl) -> None:
    page = crawl.see("1").page
    crawl.see("1", an_article(body="Khác."), at=1, body=b"other")
    crawl.see("1", an_article(body="Khác."), at=2, body=b"other")  # not kept again
    assert of(crawl, page) == [("article", "/tin/1.html", False)] * 2


def test_addresses_that_lead_to_it_are_wanted(crawl: Crawl) -> None:
    crawl.redirect("old", f"{ROOT}/tin/1.html")
    page = crawl.see("1").page
    assert ("redirect", "/tin/old.html", False) in of(crawl, page)


def test_the_listing_it_was_found_on_is_wanted_as_it_was_then(crawl: Crawl) -> None:
    listing(crawl, "1", body=b"<a href=1>")
    page = crawl.see("1", at=0.1).page
    crawl.conn.execute("UPDATE frontier SET found_at = '2025-10-01T09:00:00+07:00'")
    listing(crawl, "2", body=b"<a href=2>", at=3)
    assert of(crawl, page)[-1] == ("listing", "/tin", False)
    (last,) = [one for one in wanted(crawl.conn, page or 0) if one.kind == "listing"]
    assert last.captured_at.startswith("2025-10-01")


def test_the_newest_of_the_listings_a_reader_begins_at_is_wanted(crawl: Crawl) -> None:
    listing(crawl, "1", body=b"<a href=1>")
    listing(crawl, "2", body=b"<a href=2>", at=3)
    listing(crawl, "2", body=b"<a href=2>", at=6)  # not kept again
    assert [(one.url, one.captured_at[:10]) for one in fronts(crawl.conn, SITE)] == [
        (f"{ROOT}/tin", "2025-10-04")
    ]


def test_its_files_are_wanted_wherever_their_bytes_are_kept(crawl: Crawl, tmp_path: Path) -> None:
    offered = [Attachment(url=f"{ROOT}/tep/{name}.pdf", caption=None) for name in ("a", "b")]
    shown = [Image(url=f"{ROOT}/tep/c.jpg", caption=None, credit=None, alt=None)]
    page = crawl.see("1", an_article(attachments=offered, images=shown)).page
    crawl.frontier.add(SITE, [Link(url=f"{ROOT}/tep/{n}", kind="attachment", key=f"/tep/{n}")
                              for n in ("a.pdf", "b.pdf", "c.jpg", "d.pdf")])  # fmt: skip
    for name in ("a.pdf", "b.pdf", "d.pdf"):
        crawl.see_file(name, PLAN)
    crawl.see_file("c.jpg", b"jpeg")
    assert of(crawl, page)[1:] == [
        ("attachment", "/tep/a.pdf", False),
        ("attachment", "/tep/b.pdf", True),
        ("attachment", "/tep/c.jpg", False),
    ]
    assert sorted(records(crawl, tmp_path))[1:] == [
        ("response", f"{ROOT}/tep/c.jpg", None),
        ("response", f"{ROOT}/tin/1.html", None),
        ("revisit", f"{ROOT}/tep/b.pdf", f"{ROOT}/tep/a.pdf"),
    ]


def test_a_listing_comes_once_and_not_if_it_speaks_of_what_is_hidden(
    crawl: Crawl, tmp_path: Path
) -> None:
    listing(crawl, "1", "2", body=f"<a>{SECRET}</a>".encode())
    crawl.see("1")
    crawl.see("2")
    told = [url for _, url, _ in records(crawl, tmp_path)]
    assert told.count(f"{ROOT}/tin") == 1
    hidden = crawl.see("3", an_article(title=SECRET)).page or 0
    erasing.hide(crawl.archive, hidden, reason="theo yêu cầu", requested_by=None)
    told = [url for _, url, _ in records(crawl, tmp_path)]
    assert sorted(told) == [f"{ROOT}/tin/1.html", f"{ROOT}/tin/2.html"]
