"""What a run counts of each page it stored: for the summary, and to tell broken sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.links import LISTS, TARGETS
from crawler.files.fetching import is_file

if TYPE_CHECKING:
    from archive.page import Fetch, Page
    from archive.store import Stored
    from crawler.sitecrawl import Answer, SiteCrawl


def count(crawl: SiteCrawl, answer: Answer, stored: Stored) -> None:
    """Count a stored page in `crawl.counts`; failed ones are stored, too."""
    page, claim, fetch = answer
    counts = crawl.counts
    if is_file(claim):
        _count_file(crawl, page, fetch)
        return
    counts["pages"] += 1
    counts[f"kind:{page.kind}"] += 1
    counts["bytes"] += len(fetch.wire_body)
    counts["new"] += stored.new_article
    counts["changed"] += stored.cause == "site"
    counts["gone"] += stored.gone
    counts["links"] += len(page.links)
    counts["left_out"] += "left_out" in page.evidence
    if page.kind == "failed":
        counts[f"failure:{fetch.failure}"] += 1
    if claim.kind in LISTS and claim.depth == 0:
        _count_front(crawl, page)
    if claim.kind == "listing" and claim.depth == 0 and page.kind == "listing":
        _measure_list(crawl, page, claim.id)
    if claim.kind == "article":
        counts["articles_tried"] += 1
        fine = page.kind in {"article", "redirect", "not-found"} or "left_out" in page.evidence
        counts["articles_ok"] += fine


def _count_file(crawl: SiteCrawl, page: Page, fetch: Fetch) -> None:
    """Count a file apart from pages; one that failed is asked for again, later."""
    size = len(fetch.wire_body)
    if crawl.files is not None:
        crawl.files.size -= size
    crawl.counts["files"] += page.kind == "attachment"
    crawl.counts["files_missing"] += page.kind not in {"attachment", "redirect"} and (
        "not_modified" not in page.evidence
    )
    crawl.counts["file_bytes"] += size


def _measure_list(crawl: SiteCrawl, page: Page, row: int) -> None:
    """Remember a list that holds fewer articles than the site's row expects of each, or none."""
    listed = sum(link.kind in TARGETS for link in page.links)
    expected = crawl.site.expect.listed if crawl.site.expect else 0
    if "not_modified" in page.evidence:
        return
    if listed < expected:
        crawl.thin = f"{page.url} lists {listed} articles, fewer than expected ({expected})"
    elif not listed:
        crawl.bare[row] = page.url


def _count_front(crawl: SiteCrawl, page: Page) -> None:
    """Count a listing or feed the site begins with; where a redirect leads is counted instead."""
    if page.kind == "redirect":
        if page.links:
            return
        crawl.leads_to = str(page.evidence.get("location", ""))
    crawl.counts["fronts"] += 1
    crawl.counts["pagers"] += any(link.kind == "next" for link in page.links)
    crawl.counts["fronts_ok"] += page.kind in {*LISTS, "article"}
