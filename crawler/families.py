"""The family of a site, found by the name in the settings: the crawler does not import spiders."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from crawler import settings

if TYPE_CHECKING:
    from crawler.registry import Site


def load_family(site: Site) -> Any:
    """Return the family object of a site. Imports no Scrapy."""
    module, _, name = settings.FAMILY_LOADER.partition(":")
    return getattr(importlib.import_module(module), name)(site)
