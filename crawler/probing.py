"""Asks a host for an address that does not exist, once a month and only when there is a reason.

The reason is a known article in whose place something else came: another page, a list, a redirect.
If it is what the host shows for any address that does not exist, the article is softly gone.
"""

from __future__ import annotations

import hashlib
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from archive import probes
from archive.links import LISTS
from crawler.extraction.blocks import walk
from crawler.extraction.document import parse_document

if TYPE_CHECKING:
    from archive.page import Claim, Page
    from archive.store import Archive, Stored
    from crawler.sitecrawl import Answer, SiteCrawl

ALIKE = 0.9  # share of lines that two pages of one template have in common, at least
MOST_LINES = 400

# What a host may honestly say; anything else is kept as an ordinary page, never as an article.
_KINDS = frozenset({"not-found", "soft-404", "challenge", "login", "parked", "error", "failed"})
_STRANGE = frozenset({"other", "listing", "redirect"})
_DIGITS = re.compile(r"\d+")

Shown = dict[str, Any]


class _Suspect(NamedTuple):
    page: int
    capture: int
    shown: Shown


class Prober:
    """Asks for one made-up address a host and month, and compares what came with suspects.

    :param archive: where probes are kept.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._suspects: dict[str, list[_Suspect]] = {}

    def disguise(self, answer: Answer) -> Shown | None:
        """Return what a probe showed, and make its page one to be stored as no article.

        None when the answer is none to a probe.
        """
        page, claim, _ = answer
        if probes.HINT not in claim.hints:
            return None
        shown = _shown(answer)
        if page.kind not in _KINDS:
            page.kind = "other"
        page.article, page.key, page.links = None, None, []
        page.evidence = {**page.evidence, "probe": True}
        return shown

    def learned(self, crawl: SiteCrawl, claim: Claim, shown: Shown) -> None:
        """Keep what the host of a site showed, and judge those that raised the question."""
        if shown["kind"] in {"failed", "challenge", "error", "login", "parked"}:
            return
        probes.keep(self._archive.conn, crawl.host_key, claim.id, shown)
        for suspect in self._suspects.pop(crawl.host_key, []):
            self._compare(shown, suspect)

    def look_at(self, crawl: SiteCrawl, answer: Answer, stored: Stored) -> None:
        """Compare a page that stands in the place of a known article with the host's probe."""
        page, claim, _ = answer
        if page.kind not in _STRANGE or stored.page is None or claim.kind in LISTS:
            return
        suspect = _Suspect(stored.page, stored.capture, _shown(answer))
        conn, host = self._archive.conn, crawl.host_key
        url = _made_up(claim.url, host)
        if probes.ask(conn, self._archive.frontier, crawl.site.id, host, url, now=time.time()):
            self._suspects[host] = []
        if host in self._suspects:
            self._suspects[host].append(suspect)
            return
        shown = probes.shown_by(conn, host)
        if shown is not None:
            self._compare(shown, suspect)

    def _compare(self, shown: Shown, suspect: _Suspect) -> None:
        if _is_like(shown, suspect.shown):
            probes.is_like_one(self._archive.conn, suspect.page, suspect.capture)


def _made_up(url: str, host: str) -> str:
    """Return an address beside `url` that nobody has given out; another one each month."""
    parts = urlsplit(url)
    month = time.strftime("%Y-%m", time.gmtime())
    name = hashlib.blake2b(f"{host} {month}".encode(), digest_size=8).hexdigest()
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    ending = last[last.rfind(".") :] if "." in last else ""
    return parts._replace(path=f"{folder}/{name}{ending}", query="", fragment="").geturl()


def _shown(answer: Answer) -> Shown:
    """Return what a page is recognised by: where it leads, or its lines without their numbers."""
    page, claim, fetch = answer
    target = next((link.url for link in page.links if link.kind == "redirect"), None)
    lines = [] if target or page.kind == "not-found" else _lines(page, claim, fetch.body)
    return {"kind": page.kind, "status": fetch.status, "leads_to": target, "lines": lines}


def _lines(page: Page, claim: Claim, body: bytes) -> list[int]:
    if page.kind == "failed" or not body:
        return []
    texts = [line.text for line in walk(parse_document(body, claim.url).tree).lines]
    return sorted({_number(text) for text in texts[:MOST_LINES]})


def _number(text: str) -> int:
    plain = _DIGITS.sub("#", text).encode()
    return int.from_bytes(hashlib.blake2b(plain, digest_size=5).digest(), "big")


def _is_like(probe: Shown, page: Shown) -> bool:
    """Tell whether a page is what the host shows for an address that does not exist."""
    if probe["leads_to"] or page["leads_to"]:
        return bool(probe["leads_to"]) and _path(probe["leads_to"]) == _path(page["leads_to"])
    one, other = set(probe["lines"]), set(page["lines"])
    return bool(one) and len(one & other) >= ALIKE * len(one | other)


def _path(url: str | None) -> str:
    return urlsplit(url or "").path.rstrip("/")
