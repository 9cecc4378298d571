"""The sites with boxes: what their truth says is on the page, and the boxes are there too."""

from __future__ import annotations

import pytest

from tests.replica import SiteSpec
from tests.replica.boxes import APP, BANNERS, BOXED, MOTTO, POLL, SEASON, UNIT
from tests.replica.test_unknown import page_of, shown

FAMILIES = sorted(BOXED)


def site_of(family: str, **more):
    site = BOXED[family](SiteSpec(id="x", family=family, articles=12, **more))
    site.host = "127.0.0.1:8000"
    return site


@pytest.mark.parametrize("notices", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_line_of_the_truth_and_every_box_is_on_the_page(family, notices):
    site = site_of(family, notices=notices)
    for story in site.newest:
        seen, truth = shown(page_of(site, story)), site.truth_of(story)
        cells = [cell for line in truth.body for cell in line.split(" | ")]
        for part in (truth.title, truth.lead, *cells, UNIT, APP, BANNERS[0], *POLL):
            assert part in seen
        assert truth.author == UNIT
        assert not {APP, *BANNERS, *POLL} & set(truth.body)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_banner_changes_with_the_season_and_with_what_is_served(family):
    site = site_of(family)
    story = site.newest[0]
    assert BANNERS[0] in shown(page_of(site, story))
    site.next_season()
    assert BANNERS[1] in shown(page_of(site, story))
    site.served = SEASON
    assert BANNERS[2] in shown(page_of(site, story))


def test_authors_repeat_themselves_between_their_paragraphs():
    site = site_of("boxed-div")
    bodies = [site.truth_of(story).body for story in site.newest]
    assert sum(MOTTO in body for body in bodies) > len(bodies) / 2
    assert not any(MOTTO in (body[0], body[-1]) for body in bodies)
    assert UNIT not in {line for body in bodies for line in body}
    assert site.add_article().author == UNIT
