"""What is known of a platform's markup, as frozen data: where each field stands, what to cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """How a site writes its dates.

    `order`: of the numeric fields. `clock`: 24, 12 (with AM/PM or SA/CH marks) or "unsure" (an
    unmarked 12-hour clock: the day is kept, the time dropped). `ignore_midnight`: "00:00" is a
    filler of the CMS, not a time.
    """

    order: Literal["dmy", "mdy"] = "dmy"
    clock: Literal["marked", "unsure"] = "marked"
    ignore_midnight: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Selectors (CSS) of one layout of a platform; each tuple is tried in order, first hit wins.

    `article` tells an article page: without a match the page is no article of this layout.
    `cut` is removed from the body before its text is read. Dates hold the visible string;
    `date_meta` names meta properties or `selector@attribute` to read when the visible date lacks
    minutes or is absent. `version` goes into every article's `extractor`; raise it with each
    change that alters what is extracted. Empty `body` means: the generic scorer finds the text.
    """

    platform: str
    version: int
    article: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    date_meta: tuple[str, ...] = ()
    dates: DateRule = field(default_factory=DateRule)
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lead_image: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
