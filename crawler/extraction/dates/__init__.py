"""Vietnamese dates as websites write them: read exactly, or not at all.

Day before month, always, unless the site's `DateRule` says otherwise or the year comes first; a
date that cannot be is None, never another date. A missing date is a gap that can be filled, a wrong
one is a lie that spreads.
"""

from __future__ import annotations

from crawler.extraction.dates.addresses import stamp_in_url, upload_in_url
from crawler.extraction.dates.datelines import read_dateline
from crawler.extraction.dates.moments import VIETNAM, Stamp, swapped, weekday_beside
from crawler.extraction.dates.stamps import is_clock, read_meta, read_relative, read_stamp

__all__ = [
    "VIETNAM",
    "Stamp",
    "is_clock",
    "read_dateline",
    "read_meta",
    "read_relative",
    "read_stamp",
    "stamp_in_url",
    "swapped",
    "upload_in_url",
    "weekday_beside",
]
