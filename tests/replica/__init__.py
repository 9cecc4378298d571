"""Replica sites on loopback: they serve the tests, the demo and the benchmarks."""

from __future__ import annotations

from tests.replica.oddities import ENDINGS, RAISING_PATH, TRAPS, Ending, Oddity
from tests.replica.portals import PORTALS
from tests.replica.server import FAMILIES, Replica
from tests.replica.site import Flood, Site, SiteSpec
from tests.replica.story import Truth
from tests.replica.wire import Hit, Request, Response

__all__ = [
    "ENDINGS",
    "FAMILIES",
    "PORTALS",
    "RAISING_PATH",
    "TRAPS",
    "Ending",
    "Flood",
    "Hit",
    "Oddity",
    "Replica",
    "Request",
    "Response",
    "Site",
    "SiteSpec",
    "Truth",
]
