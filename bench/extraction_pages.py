"""Pages with their truth, from wherever they lie: the benches of extraction read them from here.

Three kinds of folders are known: captured pages (`pages.jsonl`, `truth.jsonl`), the layout of the
public article-extraction-benchmark (`html/*.html.gz`, `ground-truth.json`), and tests/replica,
whose sites are asked without a server.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from bench.extraction_score import Truth
from tests.replica import FAMILIES, Request, SiteSpec
from tests.replica.story import VIETNAM
from tests.replica.unknown import UNKNOWN

if TYPE_CHECKING:
    from tests.replica.site import Site
    from tests.replica.story import Story

REPLICA = Path(__file__).resolve().parents[1] / "tests" / "replica"
ARTICLES = 16  # of each replica site: eight teach the boilerplate of the other eight
NOTICES = 8

Kind = Literal["captured", "public", "replica", "unknown"]

Row = dict[str, Any]

_HASH = re.compile(r"[0-9a-f]{64}")
_TOLD = ("site", "url", "content_type", "platform", "link_text", "clock", "language", "body_only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page and its truth.

    :param kind: where it comes from; "unknown" are the replica's sites that no rules know.
    :param group: the set it is counted in.
    :param site: what boilerplate is learned of.
    :param platform: the rules that know it, "generic" for none.
    :param link_text: what the listing that links it says.
    :param clock: when it was captured, ISO.
    """

    kind: Kind
    group: str
    site: str
    name: str
    url: str
    page: bytes
    truth: Truth
    content_type: str = "text/html"
    platform: str = "generic"
    link_text: str = ""
    clock: str | None = None
    language: str = "vi"
    body_only: bool = False  # the truth knows no lead

    def job(self, number: int) -> Row:
        """Return what an extractor is told of the page: all but its truth."""
        told = {name: getattr(self, name) for name in _TOLD}
        return told | {"i": number, "file": f"{number}.html"}

    @property
    def half(self) -> str:
        """The half it is in, "a" or "b", by its name alone; ids of the public benchmark are hashes
        already."""
        if _HASH.fullmatch(self.name):
            return "ab"[int(self.name[:4], 16) & 1]
        return "ab"[blake2b(self.name.encode(), digest_size=1).digest()[0] & 1]


def cases_of(folder: Path, seed: str = "") -> list[Case]:
    """Return the pages of a folder, or of the folders in it; empty when it holds none.

    :param seed: other articles than usual on the sites of the replica.
    """
    if folder.resolve() == REPLICA:
        return list(_replica(seed))
    if (folder / "ground-truth.json").exists():
        return list(_public(folder))
    if (folder / "truth.jsonl").exists():
        return list(_captured(folder))
    inner = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return [case for path in inner for case in cases_of(path)]


# -- the public benchmark -----------------------------------------------------------------------


def _public(folder: Path) -> Iterator[Case]:
    known = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for name, row in sorted(known.items()):
        file = folder / "html" / f"{name}.html.gz"
        if not file.exists():
            continue
        yield Case(
            kind="public",
            group=folder.name,
            site=urlsplit(row.get("url", "")).netloc,
            name=name,
            url=row.get("url", ""),
            page=gzip.decompress(file.read_bytes()),
            truth=Truth(text=row.get("articleBody") or ""),
            content_type="text/html; charset=utf-8",
            language="en",
            body_only=True,
        )


# -- captured pages -----------------------------------------------------------------------------


def _captured(folder: Path) -> Iterator[Case]:
    pages = {row["file"]: row for row in rows(folder / "pages.jsonl")}
    addresses = " ".join(row["url"] for row in pages.values())
    signs = (name for name, sign in _SIGNS.items() if sign in addresses)
    platform = folder.name if folder.name in _SIGNS else next(signs, "generic")
    for row in rows(folder / "truth.jsonl"):
        page = pages.get(row.get("file") or "")
        if page is None:
            continue
        captured = page.get("last_modified")
        yield Case(
            kind="captured",
            group=folder.name,
            site=folder.name,
            name=row["file"],
            url=page["final_url"],
            page=(folder / row["file"]).read_bytes(),
            truth=_captured_truth(row),
            content_type=page["content_type"],
            platform=platform,
            link_text=row["title"],
            clock=parsedate_to_datetime(captured).isoformat() if captured else None,
        )


# What the addresses of captured sites of a platform hold.
_SIGNS = {
    "nukeviet": "/vi/news/",
    "wordpress": "/wp-sitemap.xml",
    "liferay": "/-/asset_publisher/",
    "webforms": "ViewDetail.aspx",
}


def _captured_truth(row: Row) -> Truth:
    """A lead that the page does not show (WordPress keeps it for listings) is not asked for."""
    shown = row.get("lead_repeated_in_body", True) or "also_in" in row
    lead = row.get("lead") if shown else None
    return Truth(
        text="\n".join([lead, *row["body"]] if lead else row["body"]),
        lead=lead,
        captions=tuple(row.get("captions", ())),
        title=row["title"],
        published=row.get("published_at") or "",
        others=tuple(filter(None, (row.get("author"), row.get("source")))),
    )


def rows(file: Path) -> list[Row]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


# -- the replica --------------------------------------------------------------------------------


def _replica(seed: str) -> Iterator[Case]:
    for family, kind in (FAMILIES | UNKNOWN).items():
        if family == "endings":
            continue
        name = f"{seed or 'bench'}-{family}"
        articles = SiteSpec(id=name, family=family, articles=ARTICLES)
        yield from site_cases(kind(articles), f"replica {family}")
        notices = replace(articles, id=f"{articles.id}-notices", articles=NOTICES, notices=True)
        yield from site_cases(kind(notices), f"replica {family}, notices")


def site_cases(site: Site, group: str) -> Iterator[Case]:
    """Return each article of a replica site as the site answers it."""
    site.host = "127.0.0.1:8000"
    now = datetime.now(VIETNAM).isoformat()
    for story in site.newest:
        path = site.address(story)
        answer = site.handle(Request("GET", path, {}))
        yield Case(
            kind="unknown" if site.platform == "generic" else "replica",
            group=group,
            site=site.family,
            name=f"{group} {path}",
            url=site.base_url + path,
            page=answer.body,
            truth=_replica_truth(site, story),
            content_type=answer.content_type,
            platform=site.platform,
            link_text=story.title,
            clock=now,
        )


def _replica_truth(site: Site, story: Story) -> Truth:
    told = site.truth_of(story)
    digits = {"none": 0, "day": 10, "minute": 16, "second": 19}[told.published_precision]
    return Truth(
        text=re.sub(r"\n+", "\n", told.text),
        lead=told.lead if told.lead_where != "excerpt" and told.lead else None,
        captions=tuple(told.captions),
        title=told.title,
        published=(told.published_at or "")[:digits],
        others=tuple(filter(None, (told.author, told.source))),
    )
