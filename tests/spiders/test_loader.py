"""From a row to a family, and to a spider that asks for nothing by itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.registry import PLATFORMS, load_registry
from spiders.base import FrontSpider
from spiders.loader import FAMILIES, SiteLoader, load_family

ROOT = Path(__file__).parents[2]


@pytest.fixture
def loader():
    return SiteLoader.from_settings(Settings())


def test_every_platform_has_a_family():
    assert tuple(FAMILIES) == PLATFORMS


def test_crawler_finds_the_family_by_the_name_in_its_settings():
    module, _, name = import_module("crawler.settings").FAMILY_LOADER.partition(":")
    assert getattr(import_module(module), name) is load_family


def test_families_need_no_scrapy():
    code = (
        "import sys; from crawler.registry import load_registry;"
        "from spiders.loader import load_family;"
        "[load_family(site) for site in load_registry().values()];"
        "print([m for m in ('scrapy', 'twisted') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_scrapy_lists_the_enabled_sites(loader):
    listed = loader.list()
    assert "hanoi-front" in listed
    assert "ngo-quyen-bac-giang-ward" not in listed


def test_scrapy_list_works_from_the_checkout():
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "hanoi-front" in done.stdout.split()


def test_scrapy_takes_the_loader_from_the_settings():
    settings = Settings({"SPIDER_LOADER_CLASS": "spiders.loader.SiteLoader"})
    assert isinstance(get_spider_loader(settings), SiteLoader)


def test_the_class_of_a_site_makes_a_spider_of_that_site(loader):
    spider = loader.load("hanoi-front")()
    assert isinstance(spider, FrontSpider)
    assert (spider.name, spider.site.id) == ("hanoi-front", "hanoi-front")


def test_an_unknown_site_is_a_key_error(loader):
    with pytest.raises(KeyError, match="ha-noi"):
        loader.load("ha-noi")


def test_a_site_is_found_by_its_hosts(loader):
    request = Request("https://m.mattran.org.vn/hoat-dong/bai-1.html")
    assert loader.find_by_request(request) == ["central-front"]


def test_another_registry_may_be_named_in_the_settings(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(
        '[[site]]\nid = "mot"\nname = "Một"\nlevel = "ward"\nprovince = "Sông Xanh"\n'
        'base_url = "http://127.0.0.1:8001"\nplatform = "generic"\nlistings = ["/"]\n',
        encoding="utf-8",
    )
    assert SiteLoader.from_settings(Settings({"SITES_FILE": str(path)})).list() == ["mot"]


def test_a_spider_starts_with_no_request():
    spider = FrontSpider(load_registry()["hanoi-front"])

    async def started():
        return [request async for request in spider.start()]

    assert asyncio.run(started()) == []


def test_a_spider_without_a_site_is_refused():
    with pytest.raises(ValueError, match="needs its site"):
        FrontSpider()
