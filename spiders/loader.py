"""From a registry row to its family, and to Scrapy's idea of a spider.

Importing this module does not import Scrapy.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from crawler.registry import load_registry

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

    from crawler.registry import Site
    from spiders.family import Family

FAMILIES = {
    "nukeviet": "NukeViet",
    "wordpress": "WordPress",
    "liferay": "Liferay",
    "webforms": "WebForms",
    "sharepoint": "SharePoint",
    "drupal": "Drupal",
    "joomla": "Joomla",
    "webcenter": "WebCenter",
    "websphere": "WebSphere",
    "mattran-central": "MattranCentral",
    "danang-portal": "DaNangPortal",
    "dienbien-portal": "DienBienPortal",
    "hanoi-timestamp": "HanoiTimestamp",
    "hungyen-dcs": "HungYenDcs",
    "detailview": "DetailView",
    "p13n": "P13n",
    "vnpt": "Vnpt",
    "generic": "Generic",
}
"""The family class of each platform; its module has the platform's name."""


def module_of(platform: str) -> str:
    """Return the name of the module that knows a platform."""
    return f"spiders.{platform.replace('-', '_')}"


def family_class(platform: str) -> type[Family]:
    """Return the family class of a platform."""
    return cast("type[Family]", getattr(import_module(module_of(platform)), FAMILIES[platform]))


def load_family(site: Site) -> Family:
    """Return the family of a site's platform, made for that site."""
    return family_class(site.platform)(site)


class SiteLoader:
    """Scrapy's spider loader over the registry: `scrapy list` shows the enabled sites."""

    def __init__(self, sites: dict[str, Site] | None = None, path: Path | None = None) -> None:
        if sites is not None:
            self.sites = sites
        self._path = path

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SiteLoader:
        """Take the shipped registry, or the file that the setting SITES_FILE names."""
        path = settings.get("SITES_FILE")
        return cls(path=Path(path) if path else None)

    @cached_property
    def sites(self) -> dict[str, Site]:
        """The sites by id; not read before they are asked for, as a crawl brings its own."""
        return load_registry(self._path)

    def load(self, spider_name: str) -> type[Spider]:
        """Return a spider class for one site.

        :raises KeyError: there is no such site.
        """
        if spider_name not in self.sites:
            raise KeyError(f"Spider not found: {spider_name}")
        from spiders.base import FrontSpider  # noqa: PLC0415 - Scrapy takes a second to import

        site = self.sites[spider_name]
        return type("FrontSpider", (FrontSpider,), {"name": site.id, "row": site})

    def find_by_request(self, request: Request) -> list[str]:
        """Return the ids of the sites whose hosts a request goes to."""
        return [site.id for site in self.sites.values() if site.covers(request.url)]

    def list(self) -> list[str]:
        """Return the ids of the enabled sites."""
        return [site.id for site in self.sites.values() if site.enabled]
