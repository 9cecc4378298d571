"""The rules of all families: data that reads, covers every day and needs no Scrapy."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from datetime import date
from importlib import import_module

import pytest

from crawler.extraction.document import parse_document
from crawler.extraction.rules import Layout, Rules

FAMILIES = [
    "nukeviet",
    "wordpress",
    "liferay",
    "webforms",
    "sharepoint",
    "drupal",
    "joomla",
    "mattran_central",
    "generic",
]
PAGE = parse_document(b"<html><body><p>x</p></body></html>", "http://a.example/")


def layouts_of(family: str) -> tuple[Layout, ...]:
    return import_module(f"spiders.rules.{family}").LAYOUTS


@pytest.mark.parametrize("family", FAMILIES)
def test_every_selector_can_be_read(family):
    for layout in layouts_of(family):
        for field in fields(Rules):
            value = getattr(layout.rules, field.name)
            if isinstance(value, tuple) and field.name != "date_meta":
                assert all(isinstance(PAGE.matches.elements(selector), list) for selector in value)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("day", [date(2010, 1, 1), date(2025, 7, 1), date.max])
def test_a_layout_holds_on_every_day(family, day):
    assert any(layout.covers(day) for layout in layouts_of(family))


@pytest.mark.parametrize("family", FAMILIES)
def test_rules_bear_the_name_of_their_family(family):
    assert {layout.rules.platform for layout in layouts_of(family)} == {family.replace("_", "-")}


def test_a_layout_holds_from_its_first_to_its_last_day():
    layout = Layout(
        rules=Rules(platform="x", version=1),
        valid_from=date(2020, 1, 1),
        valid_to=date(2021, 12, 31),
    )
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1)]
    assert [layout.covers(day) for day in days] == [False, True, True, False]


def test_reading_pages_needs_no_scrapy():
    code = (
        "import sys, importlib\n"
        f"for name in {FAMILIES}: importlib.import_module('spiders.rules.' + name)\n"
        "import crawler.extraction.extract\n"
        "print([name for name in ('scrapy', 'twisted', 'parsel') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
