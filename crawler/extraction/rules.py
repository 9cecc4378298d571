"""What is known of a platform's markup, as frozen data: where each field stands, what to cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """How a site writes its dates, and which of them is the publication's.

    `order`: of the numeric fields. "auto" is day first, but reads no date in the form that an
    American server writes by itself ("4/10/2019 3:41:55 PM") where day and month could be swapped.
    `clock`: "marked" (24 hours, or 12 with AM/PM or SA/CH) or "unsure" (an unmarked 12-hour clock:
    the day is kept, the time dropped). `ignore_midnight`: "00:00" is a filler of the CMS, not a
    time. `ignore`: regular expressions; a shown line that has one is no date of the article.
    `above`: the date stands above the title, where else only clocks do. `trust`: the one kind of
    date whose day is believed; "any" takes what is shown, else metadata, address, listing.
    """

    order: Literal["auto", "dmy", "mdy"] = "auto"
    clock: Literal["marked", "unsure"] = "marked"
    ignore_midnight: bool = True
    ignore: tuple[str, ...] = ()
    above: bool = False
    trust: Literal["any", "shown", "meta", "url", "listing"] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Selectors (CSS) of one layout of a platform; each tuple is tried in order, first hit wins.

    `article` tells an article page: without a match the page is no article of this layout. `cut`
    is removed from the body before its text is read. Empty `body`: the generic scorer finds the
    text. `lead_image` matches an `img` or what holds it and its caption.

    The other fields read the text of what they match, or, written `selector@attribute`, an
    attribute. `date` holds the string shown; `date_meta` names meta properties (or
    `selector@attribute`) that may add the time it lacks, or stand in for it; `date_edited` is the
    time of the last edit whatever the markup calls it. `author` and `source`
    may match the same lines: their labels tell which is which. With `byline_first` a byline at the
    text's end counts more than the author field (which names the account that uploaded the text).

    `version` goes into every article's `extractor`: raise it with each change that alters what is
    extracted. `own` are the selectors that come from the site's row: the evidence says so.
    """

    platform: str
    version: int
    article: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    date_meta: tuple[str, ...] = ()
    date_edited: tuple[str, ...] = ()
    dates: DateRule = field(default_factory=DateRule)
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lead_image: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    byline_first: bool = False
    own: frozenset[str] = frozenset()


def meta_selector(name: str) -> str:
    """The selector of a meta property; what is written as a selector with attribute is one."""
    return name if "@" in name else f"meta[property='{name}']@content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The capture dates something holds for, both ends included; None is open."""

    valid_from: date | None = None
    valid_to: date | None = None

    def covers(self, captured_on: date) -> bool:
        """Whether the layout holds for a page captured on that day."""
        started = self.valid_from is None or self.valid_from <= captured_on
        return started and (self.valid_to is None or captured_on <= self.valid_to)

    def days_off(self, captured_on: date) -> int:
        """How many days lie between a day and the period; 0 for one within it."""
        if self.valid_from is not None and captured_on < self.valid_from:
            return (self.valid_from - captured_on).days
        if self.valid_to is not None and captured_on > self.valid_to:
            return (captured_on - self.valid_to).days
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Period):
    """The rules of a platform for pages captured in a period."""

    rules: Rules


def layout_on(layouts: Sequence[Layout], captured_on: date) -> Layout:
    """The layout of a day; of a day that none covers the nearest one."""
    return min(layouts, key=lambda layout: layout.days_off(captured_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRules(Period):
    """What a site's row says of its pages for a period: selectors by field, how dates are written.

    They are tried before the platform's; a field with no selector at all is left to the generic
    layer.
    """

    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    dates: DateRule | None = None


def joined(rules: Rules, saying: Iterable[OwnRules]) -> Rules:
    """The rules of a platform with a site's own before them; the later of `saying` wins.

    A mark of the site's own goes into the version, so that an edit of the row is one of the rules.
    """
    selectors: dict[str, tuple[str, ...]] = {}
    dates = None
    for one in saying:
        selectors |= one.selectors
        dates = one.dates or dates
    if not selectors and dates is None:
        return rules
    told = repr((sorted(selectors.items()), dates))
    mark = blake2b(told.encode(), digest_size=3).hexdigest()
    changes: dict[str, Any] = {
        name: tuple(dict.fromkeys((*own, *getattr(rules, name)))) if own else ()
        for name, own in selectors.items()
    }
    changes["own"] = frozenset(
        meta_selector(one) if name == "date_meta" else one
        for name, own in selectors.items()
        for one in own
    )
    changes["dates"] = dates or rules.dates
    return replace(rules, platform=f"{rules.platform}-{mark}-", **changes)
