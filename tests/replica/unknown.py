"""All layouts that no platform's rules know, by the name of their family."""

from __future__ import annotations

from tests.replica.layouts import LAYOUTS, UnknownSite
from tests.replica.vendors import VENDORS

UNKNOWN: dict[str, type[UnknownSite]] = {cls.family: cls for cls in (*LAYOUTS, *VENDORS)}
