"""Reads stored captures again with today's rules: no network, no Scrapy."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from archive.content import content_hash
from archive.moments import epoch_of
from archive.page import Fetch
from archive.redaction import is_redacted
from archive.restating import Reread
from archive.warc import BadRecordError, read_record
from crawler.families import load_family

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archive.page import Article, Claim, Page
    from archive.restating import Raw, Subject
    from archive.warc import RawRecord
    from crawler.extraction.template import Template
    from crawler.registry import Site

logger = logging.getLogger(__name__)


class HasFamily(Protocol):
    """Whatever knows the family of a site."""

    @property
    def family(self) -> PageMaker: ...


class PageMaker(Protocol):
    """What is needed of a family: one answer in, one page out."""

    def page(self, fetch: Fetch, claim: Claim) -> Page: ...


class Reextractor:
    """Takes the article out of a raw record with today's rules.

    :param sites: by site id, an object with the site's `family`.
    """

    def __init__(self, sites: Mapping[str, HasFamily]) -> None:
        self._sites = sites

    def __call__(self, claim: Claim, record: RawRecord, captured_at: str) -> Article | None:
        """Return the article of `record`; None when today's rules find none, or not the whole.

        :param claim: what is known of the address (link text, hints).
        :param captured_at: public time of the capture: its day chooses the layout.
        """
        try:
            article = self.page(claim, record, captured_at).article
        except Exception:
            logger.exception("re-extraction failed on %s", claim.url)
            return None
        return None if article is None or is_redacted(article) else article

    def page(self, claim: Claim, record: RawRecord, captured_at: str) -> Page:
        """Return what `record` is by today's rules; raises whatever these raise."""
        fetch = Fetch(
            url=claim.url,
            started_at=epoch_of(captured_at),
            status=record.status,
            headers=record.headers,
            wire_body=record.wire_body,
            body=record.body,
        )
        return self._sites[claim.site].family.page(fetch, claim)


@dataclass(frozen=True, slots=True)
class _Loaded:
    family: PageMaker


class RawReader:
    """Reads the raw records of one site's pages again.

    :param folder: where the WARC files lie.
    """

    def __init__(self, folder: Path, site: Site, template: Template | None = None) -> None:
        self._folder = folder
        family = load_family(site)
        family.template = template
        self._reextract = Reextractor({site.id: _Loaded(family)})

    def read(self, subject: Subject) -> dict[int, Reread]:
        """Return what each raw record of a page gives, by capture; never raises."""
        return {capture: self._read(raw) for capture, raw in subject.raws.items()}

    def _read(self, raw: Raw) -> Reread:
        try:
            record = read_record(self._folder, raw.file, raw.offset)
        except BadRecordError as error:
            there = (self._folder / raw.file).exists()
            return Reread(
                problem="unreadable", detail=str(error) if there else f"{raw.file} is missing"
            )
        try:
            page = self._reextract.page(raw.claim, record, raw.captured_at)
            if page.article is None:
                told = f"today's rules take it for a page of kind {page.kind!r}"
                return Reread(problem="no-article", detail=told)
            if is_redacted(page.article):
                told = "words of a withdrawn page were taken out of its raw record"
                return Reread(problem="redacted", detail=told)
            return Reread(content_hash(page.article), page.article)
        except Exception as error:  # noqa: BLE001 (one page must not end the run)
            text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            return Reread(problem="failed", detail=f"our own code failed: {text}")
