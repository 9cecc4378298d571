"""Drift: a site whose article pages no longer look as they did.

One page with a sign proves nothing: some rules never fit some sites, and some pages are odd. So the
signs of a run are counted, and compared with what was usual on the site before. Drift warns before
a site breaks: its articles still come, or some of them, but by other ways than its rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive import templates

if TYPE_CHECKING:
    import sqlite3

    from archive.page import Claim, Page

FLAGS = ("no-rule-body", "template-drift")
"""Flags of an article that are signs of drift."""

NO_ARTICLE = "no-article"
"""The sign of an article's address where no article was found, nor an error or a login; on sites
without a platform an address with an id, as the row's `identity` says it, is one."""

WORDS = {
    NO_ARTICLE: "no article found",
    "no-rule-body": "the text is not where the rules say",
    "template-drift": "hardly a block of the learned template",
}

KIND = "look"  # of a row of `templates`
VERSION = "1"
FEWEST_USUAL = 8  # pages that must have been seen to know what is usual
FEWEST_PAGES = 4  # that are judged; fewer wait for those of the next runs
MOST_PAGES = 200  # beyond, what was seen long ago counts half
MOST_REGIONS = 12

_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Look:
    """How the article pages of a site look: pages seen, signs of drift among them, and where the
    articles stood, by the path of the element."""

    pages: int = 0
    signs: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Look) -> Look:
        """Return both together."""
        signs, regions = self.signs + other.signs, self.regions + other.regions
        return Look(self.pages + other.pages, signs, regions)

    def see(self, page: Page, claim: Claim) -> None:
        """Count a page."""
        signs = signs_of(page, claim)
        if page.article is None and not signs:
            return
        self.pages += 1
        self.signs.update(signs)
        region = _region(page)
        if region:
            self.regions[region] += 1


def signs_of(page: Page, claim: Claim) -> list[str]:
    """Return the signs of drift of one page."""
    if page.article is not None:
        return [flag for flag in FLAGS if flag in page.article.flags]
    asked = claim.kind == "article" or (claim.kind == "unknown" and claim.key is not None)
    missing = asked and page.kind == "other" and not page.evidence.get("left_out")
    return [NO_ARTICLE] if missing else []


def mark(page: Page, claim: Claim) -> None:
    """Write the signs of a page into its evidence, for the capture."""
    signs = signs_of(page, claim)
    if signs:
        page.evidence = {**page.evidence, "drift": signs}


def drift_reason(now: Look, usual: Look | None) -> str | None:
    """Return in what way a run's pages look unlike the usual ones, or None.

    At least half of them must: those with a sign that fewer than a quarter had before, or whose
    text stands where none stood before.
    """
    if usual is None or usual.pages < FEWEST_USUAL or now.pages < FEWEST_PAGES:
        return None
    found = [
        f"{WORDS[sign]} on {now.signs[sign]} of {now.pages} article pages"
        for sign in WORDS
        if 2 * now.signs[sign] >= now.pages and 4 * usual.signs[sign] < usual.pages
    ]
    moved = _moved(now.regions, usual.regions)
    if moved and not found:
        found = [moved]
    return f"layout drift: {'; '.join(found)}" if found else None


def _moved(now: Counter[str], usual: Counter[str]) -> str | None:
    total = now.total()
    elsewhere = Counter({region: seen for region, seen in now.items() if region not in usual})
    if total < FEWEST_PAGES or 2 * elsewhere.total() < total:
        return None
    rare = sum(seen for seen in usual.values() if seen == 1)
    if 4 * rare >= usual.total():  # the texts of this site stand anywhere
        return None
    place, _ = elsewhere.most_common(1)[0]
    return f"the text of {elsewhere.total()} of {total} articles stands elsewhere ({place})"


def merged(usual: Look | None, now: Look, *, drifting: bool) -> Look:
    """Return what is usual after a run. Where texts stand is learned at once, so that a new theme
    is told once; signs never become usual while the site drifts."""
    before = usual or Look()
    after = Look(before.pages, Counter(before.signs), before.regions + now.regions)
    if not drifting:
        after.pages += now.pages
        after.signs.update(now.signs)
    if after.pages > MOST_PAGES:
        after.pages //= 2
        after.signs = Counter({sign: seen // 2 for sign, seen in after.signs.items()})
        after.regions = Counter({region: (seen + 1) // 2 for region, seen in after.regions.items()})
    after.regions = Counter(dict(after.regions.most_common(MOST_REGIONS)))
    return after


@dataclass(slots=True)
class Memory:
    """What is kept of a site between runs: how its pages look, and those too few to be judged."""

    usual: Look | None = None
    waiting: Look = field(default_factory=Look)


def remembered(conn: sqlite3.Connection, site: str) -> Memory:
    """Return what is kept of a site."""
    stored = templates.latest(conn, site, KIND)
    if stored is None:
        return Memory()
    usual = _look(stored.data["usual"]) if "usual" in stored.data else None
    return Memory(usual, _look(stored.data.get("waiting", {})))


def remember(conn: sqlite3.Connection, site: str, memory: Memory) -> None:
    """Keep what is known of a site; belongs into a transaction of the caller."""
    data = {"waiting": _data(memory.waiting)}
    if memory.usual is not None:
        data["usual"] = _data(memory.usual)
    pages = memory.usual.pages if memory.usual else 0
    templates.save(conn, site, version=VERSION, pages=pages, data=data, kind=KIND)


def _data(look: Look) -> dict[str, Any]:
    return {"pages": look.pages, "signs": dict(look.signs), "regions": dict(look.regions)}


def _look(data: Mapping[str, Any]) -> Look:
    signs, regions = Counter(data.get("signs", {})), Counter(data.get("regions", {}))
    return Look(int(data.get("pages", 0)), signs, regions)


def _region(page: Page) -> str:
    body = page.article.evidence.get("body", {}) if page.article is not None else {}
    return _DIGITS.sub("#", str(body.get("at") or ""))
