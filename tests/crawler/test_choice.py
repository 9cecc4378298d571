from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from archive.errors import UsageError
from crawler.choice import crawled_sites, enabled_sites
from crawler.registry import Site


def site(name: str, **keys) -> Site:
    return Site(
        id=name,
        name=name,
        level="ward",
        province="Sông Xanh",
        base_url=f"https://{name}.example.vn",
        platform="generic",
        listings=("/",),
        **keys,
    )


def test_all_sites_are_those_whose_row_describes_them_today():
    rows = [
        site("now"),
        site("since-long", valid_from=date(2001, 1, 1)),
        site("dark", valid_to=date(2019, 12, 31)),
        site("to-come", valid_from=date(2999, 1, 1)),
        site("off", enabled=False),
    ]
    assert [s.id for s in enabled_sites({s.id: s for s in rows})] == ["now", "since-long"]


def test_a_registry_of_dark_sites_is_told():
    with pytest.raises(UsageError, match="no enabled site"):
        enabled_sites({"dark": site("dark", valid_to=date(2019, 12, 31))})


def test_a_row_of_the_past_is_crawled_only_where_no_other_took_its_place():
    past = site("xa", valid_to=date(2019, 12, 31))
    dark = site("dark", valid_to=date(2019, 12, 31))
    after = replace(past, id="xa-moi", valid_from=date(2020, 1, 1), valid_to=None)
    known = {row.id: row for row in (past, dark, after)}
    assert [row.id for row in crawled_sites(known, ["dark", "xa-moi"])] == ["dark", "xa-moi"]
    with pytest.raises(UsageError, match="until 2019-12-31: today it is `mattran crawl xa-moi`"):
        crawled_sites(known, ["xa"])
