"""A site's boilerplate is learned while it is crawled, and what was stored before is read again."""

from __future__ import annotations

import json

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.replica.boxes import APP, BANNERS, MOTTO, POLL, UNIT

TEMPLATES = "SELECT count(*) FROM templates WHERE kind = 'article'"
LINES = "SELECT count(*) FROM articles WHERE instr(body, ?)"


def spec(family: str = "boxed-div", articles: int = 12, **more) -> SiteSpec:
    return SiteSpec(id="boxed", family=family, articles=articles, traps=False, **more)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    with Replica([spec()]) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("learning"), replica)
        assert mattran("crawl", "boxed", "--full").exit_code == 0
        yield replica, mattran


@pytest.fixture
def mattran(crawled):
    return crawled[1]


def crawl(tmp_path, family="boxed-div", articles=12, **keys) -> Mattran:
    """Return `mattran` after a full crawl of a site of its own."""
    with Replica([spec(family, articles)]) as replica:
        mattran = Mattran(tmp_path, replica, **keys)
        assert mattran("crawl", "boxed", "--full").exit_code == 0
    return mattran


@pytest.mark.parametrize("box", [APP, BANNERS[0], *POLL, "lượt xem và"])
def test_no_box_is_left_in_any_article(mattran, box):
    assert mattran.value(LINES, box) == 0


def test_what_authors_repeat_stays(crawled):
    replica, mattran = crawled
    told = sum(MOTTO in truth.body for truth in replica["boxed"].truth())
    assert mattran.value(LINES, MOTTO) == told > 6
    assert mattran.value("SELECT count(*) FROM articles WHERE author = ?", UNIT) == 12


def test_the_first_eight_were_read_again_by_our_rules(mattran):
    causes = mattran.rows("SELECT cause, count(*) FROM revisions GROUP BY cause ORDER BY cause")
    assert [tuple(row) for row in causes] == [("first", 12), ("rules", 8)]
    assert mattran.value("SELECT count(*) FROM articles WHERE revisions = 1") == 12


def test_every_article_names_the_template_that_read_it(mattran):
    version = mattran.value("SELECT version FROM templates WHERE kind = 'article'")
    current = (
        "SELECT count(*) FROM revisions r JOIN pages p ON p.current_revision = r.id"
        " WHERE r.template = ? AND json_extract(r.evidence, '$.body.template') = ?"
        " AND json_extract(r.evidence, '$.body.dropped.learned') > 300"
    )
    assert mattran.value(current, version, version) == 12


def test_what_was_learned_tells_from_how_many_pages_and_when(mattran):
    [row] = mattran.rows("SELECT site, pages, data FROM templates WHERE kind = 'article'")
    assert (row["site"], row["pages"]) == ("boxed", 8)
    [app] = [b for b in json.loads(row["data"])["blocks"] if b["text"] == APP[:120]]
    assert app["pages"] == app["of"] == app["kept"] == 8
    assert app["first"] == app["last"]


def test_a_platforms_own_element_is_cleared_of_boxes(tmp_path):
    mattran = crawl(tmp_path, "boxed-nukeviet")
    assert [mattran.value(LINES, box) for box in (APP, *POLL)] == [0, 0, 0]


def test_a_small_site_is_learned_when_its_crawl_ends(tmp_path):
    mattran = crawl(tmp_path, articles=5)
    assert mattran.value("SELECT pages FROM templates WHERE kind = 'article'") == 5
    assert mattran.value(LINES, APP) == 5  # five may share what is theirs


def test_three_articles_teach_nothing(tmp_path):
    assert crawl(tmp_path, articles=3).value(TEMPLATES) == 0


def test_a_row_may_pin_and_keep_a_text(tmp_path):
    mattran = crawl(tmp_path, boilerplate=[MOTTO], keep=[APP[:40] + "…"])
    assert mattran.value(LINES, MOTTO) == 0
    assert mattran.value(LINES, APP) == 12


@pytest.mark.parametrize("family", ["boxed-div", "boxed-nukeviet"])
def test_another_season_makes_no_revision_even_after_learning_again(tmp_path, family):
    with Replica([spec(family)]) as replica:
        mattran, site = Mattran(tmp_path, replica), replica["boxed"]
        mattran("crawl", "boxed", "--full")
        before = mattran.rows("SELECT id, cause FROM revisions")
        site.next_season()
        mattran("recrawl", "--site", "boxed")
        assert mattran.rows("SELECT id, cause FROM revisions") == before
        mattran.write("UPDATE templates SET learned_at = '2020-01-01T00:00:00+07:00'")
        for _ in range(30):
            site.add_article()
        mattran("crawl", "boxed")
        assert mattran.value(TEMPLATES) == 2
        known = mattran.rows("SELECT id, cause FROM revisions")
        site.next_season()
        mattran("recrawl", "--site", "boxed")
        assert mattran.rows("SELECT id, cause FROM revisions") == known
    assert mattran.value("SELECT count(*) FROM revisions WHERE cause = 'site'") == 0
    assert mattran.value("SELECT count(*) FROM articles WHERE state = 'changed'") == 0


def test_an_edit_is_the_sites_after_learning_again_too(tmp_path):
    with Replica([spec()]) as replica:
        mattran, site = Mattran(tmp_path, replica), replica["boxed"]
        mattran("crawl", "boxed", "--full")
        url = site.edit(site.newest[0].slug, "Bổ sung: cuộc họp dời sang tuần sau.").url
        site.next_season()
        mattran("recrawl", "--site", "boxed")
    changed = mattran.rows("SELECT url FROM articles WHERE revisions > 1")
    assert [row["url"] for row in changed] == [url]
    assert mattran.value(LINES, "Bổ sung: cuộc họp") == 1
