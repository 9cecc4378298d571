"""Which platform a site is on, told from a few of its pages, with the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spiders import addresses
from spiders.loader import FAMILIES, family_class
from spiders.queries import Strings
from spiders.signs import RECOGNISED

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from spiders.signs import Sign

GENERATOR = Strings("//meta[translate(@name, 'GENRATO', 'genrato') = 'generator']/@content")
HREFS = Strings("//a/@href | //link/@href | //area/@href | //form/@action")
SHOWN = 70
"""Characters shown of what a sign was found in."""


@dataclass(frozen=True)
class Look:
    """What one answer shows to the signs.

    :ivar headers: as sent, names in any case.
    """

    document: Document
    headers: tuple[tuple[str, str], ...] = ()

    @cached_property
    def said(self) -> Mapping[str, tuple[str, ...]]:
        """What may be searched, by the `where` of a sign."""
        named = [(name.lower(), value) for name, value in self.headers]
        page = self.document
        return {
            "generator": tuple(GENERATOR(page.tree)),
            "address": self._addresses(),
            "markup": (page.body.decode(page.encoding, "replace"),),
            "header": tuple(f"{name}: {value}" for name, value in named),
            "cookie": tuple(v.partition("=")[0].strip() for n, v in named if n == "set-cookie"),
            "host": (urlsplit(page.url).hostname or "",),
        }

    def _addresses(self) -> tuple[str, ...]:
        """Path and query of every link to the page's own host, each once."""
        own = urlsplit(self.document.url).netloc.lower().removeprefix("www.")
        found: dict[str, None] = {}
        for href in (self.document.url, *HREFS(self.document.tree)):
            url = addresses.resolve(self.document.base_url, href)
            try:
                parts = urlsplit(url or "")
            except ValueError:
                continue
            if parts.netloc.lower().removeprefix("www.") == own:
                found[addresses.join("", parts.path, addresses.pairs(parts.query))] = None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much speaks for a platform: the weight of the signs found, and what they were."""

    platform: str
    score: int
    evidence: tuple[str, ...]


def recognise(looks: Iterable[Look]) -> list[Verdict]:
    """Return the platforms that the pages show, the surest first; empty for none that is known."""
    pages = list(looks)
    verdicts = []
    for platform in FAMILIES:
        found = [
            (one, told)
            for one in family_class(platform).signs
            if (told := _found(one, pages)) is not None
        ]
        score = sum(one.weight for one, _ in found)
        if score >= RECOGNISED:
            verdicts.append(Verdict(platform, score, tuple(told for _, told in found)))
    return sorted(verdicts, key=lambda verdict: -verdict.score)


def _found(one: Sign, pages: list[Look]) -> str | None:
    """Return what shows a sign, or None."""
    matches: dict[str, str] = {}
    for page in pages:
        for text in page.said[one.where]:
            match = one.pattern.search(text)
            if match:
                matches.setdefault(text if one.where == "address" else match[0], text)
        if len(matches) >= one.least and one.where != "address":
            break
    if len(matches) < one.least:
        return None
    return _told(one, matches)


def _told(one: Sign, matches: Mapping[str, str]) -> str:
    first, text = next(iter(matches.items()))
    if one.where == "address":
        more = f" ({len(matches)} addresses)" if len(matches) > 1 else ""
        return f"address {first[:SHOWN]}{more}"
    shown = re.sub(r"\s+", " ", first if one.where == "markup" else text)
    return f"{one.where} {shown[:SHOWN]}"
