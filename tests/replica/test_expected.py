"""Each family's pages against the reviewed JSON of tests/replica/expected/."""

from __future__ import annotations

import json

import pytest

from tests.replica.expected import FOLDER, NAMES, as_text, made_of, site_of
from tests.replica.portal import CALENDAR, PortalSite
from tests.replica.story import clean


def told(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_every_family_has_its_file_and_no_other_is_there():
    assert sorted(path.stem for path in FOLDER.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_read_as_reviewed(name, tmp_path):
    assert as_text(made_of(name, tmp_path)) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
class TestWhatWasReviewed:
    def test_the_article_is_what_was_published(self, name):
        article, site = told(name)["article"], site_of(name)
        truth = site.truth_of(site.newest[0])
        assert (article["key"], article["title"]) == (truth.key, truth.title)
        assert clean(" ".join(article["body"])).endswith(clean(truth.body[-1]))
        shown = article["published_at"]
        assert (shown or "")[:16] == (truth.published_at or "")[:16]

    def test_the_list_leads_on_and_lists_articles(self, name):
        listing = told(name)["listing"]
        assert listing["kind"] == "listing"
        assert len(listing["next"]) == 1
        assert listing["links"]

    def test_other_addresses_of_the_article_are_its_own_or_are_not_fetched(self, name):
        page, site = told(name), site_of(name)
        twins = site.twins(site.newest[0])
        for twin in twins:
            found = page["addresses"][twin]
            own = found["key"] == page["article"]["key"] or found["stands_for"] == site.address(
                site.newest[0]
            )
            assert own or found["not_fetched"] or name == "wordpress", found

    def test_what_leads_round_in_circles_is_no_article(self, name):
        page, site = told(name), site_of(name)
        loops = {path for path in page["addresses"] if path.startswith(CALENDAR)}
        if isinstance(site, PortalSite):
            loops |= page["addresses"].keys() - set(site.twins(site.newest[0]))
        # Without its parameters a circle is one page.
        open_ended = {path for path in loops if "?" in page["addresses"][path]["stands_for"]}
        assert {page["addresses"][path]["worth"] for path in open_ended} <= {None}
