"""The layouts no platform knows: what their truth says is on the page, and what it hides is not."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.replica import Request, SiteSpec
from tests.replica.site import Site
from tests.replica.story import clean
from tests.replica.unknown import UNKNOWN

FAMILIES = sorted(UNKNOWN)


def site_of(family: str, **more: object) -> Site:
    site = UNKNOWN[family](SiteSpec(id="x", family=family, articles=8, **more))
    site.host = "127.0.0.1:8000"
    return site


def page_of(site: Site, story) -> str:
    return site.handle(Request("GET", site.address(story), {})).body.decode()


def shown(page: str) -> str:
    """What a reader sees, in one line."""
    page = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", page, flags=re.IGNORECASE)
    return clean(unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("notices", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_line_of_the_truth_is_on_the_page(family, notices):
    site = site_of(family, notices=notices)
    for story in site.newest:
        seen, truth = shown(page_of(site, story)), site.truth_of(story)
        cells = [cell for line in truth.body for cell in line.split(" | ")]
        for part in (truth.title, truth.lead, *cells, *truth.captions):
            assert part in seen


@pytest.mark.parametrize("family", FAMILIES)
def test_a_date_is_on_the_page_only_where_the_truth_knows_one(family):
    site = site_of(family)
    for story in site.newest:
        seen = shown(page_of(site, story))
        moment = story.published
        forms = (
            f"{moment:%d/%m/%Y}",
            f"{moment.day}/{moment.month}/{moment.year}",
            f"{moment:%d-%m-%Y}",
            f"{moment.day:02} Tháng {moment.month} {moment.year}",
            f"ngày {moment.day} tháng {moment.month} năm {moment.year}",
        )
        truth = site.truth_of(story)
        for line in truth.text.split("\n"):
            seen = seen.replace(line, "")
        assert any(form in seen for form in forms) is (truth.published_at is not None)


@pytest.mark.parametrize("family", FAMILIES)
def test_notices_are_one_sentence_and_all_differ(family):
    site = site_of(family, notices=True)
    bodies = [site.truth_of(story).body for story in site.newest]
    assert {len(body) for body in bodies} == {1}
    assert len({body[0] for body in bodies}) == len(bodies)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_layout_is_built_the_same_every_time(family):
    first, again = site_of(family), site_of(family)
    assert [page_of(first, s) for s in first.newest] == [page_of(again, s) for s in again.newest]
