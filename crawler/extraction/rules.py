"""What is known of a platform's markup, as frozen data: where each field stands, what to cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


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
    extracted.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Rules and the capture dates they hold for, both ends included; None is open."""

    rules: Rules
    valid_from: date | None = None
    valid_to: date | None = None

    def covers(self, captured_on: date) -> bool:
        """Whether the layout holds for a page captured on that day."""
        started = self.valid_from is None or self.valid_from <= captured_on
        return started and (self.valid_to is None or captured_on <= self.valid_to)
