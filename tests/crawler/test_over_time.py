"""Sites of every family over a few days: what changes is kept, what only flickers is not.

One archive lives through all days; each day's state is kept, and the tests read it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.registry import load_registry
from spiders.loader import load_family
from tests.command import Finished, Mattran
from tests.replica import Replica, SiteSpec, furniture

FAMILIES = ("nukeviet", "wordpress", "liferay", "liferay-dated", "webforms", "flat", "table")
FEEDS = {"nukeviet": 1, "wordpress": 2}  # the others have listings alone

EDITED, REMOVED, EDITED_AGAIN = 3, 6, 9  # stories by their place, newest first
PARAGRAPH = "Ban biên tập bổ sung: hội nghị kết thúc lúc mười một giờ ba mươi phút."

NEW_RULES = '''"""Tomorrow's rules: they leave out the first {version} paragraphs of a body."""

from crawler.extraction import extract as module

module.EXTRACTOR_VERSION += {version}
todays = module.extract


def extract(*arguments, **named):
    article = todays(*arguments, **named)
    if article is not None:
        article.body = "\\n\\n".join(article.body.split("\\n\\n")[{version}:])
    return article


module.extract = extract
'''


@dataclass(frozen=True, slots=True)
class Day:
    """What a command did, what the server saw, and the archive as it was then."""

    finished: Finished
    asked: dict[str, list[str]]
    db: Path

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return what the archive of that day answers."""
        with closing(sqlite3.connect(self.db)) as conn:
            conn.row_factory = sqlite3.Row
            return conn.execute(sql, values).fetchall()

    def causes(self, site: str) -> list[str]:
        """Return the causes of all revisions of a site beyond each page's first."""
        sql = "SELECT r.cause FROM revisions r JOIN pages p ON p.id = r.page WHERE p.site = ?"
        return sorted(row[0] for row in self.rows(sql, site) if row[0] != "first")

    def page(self, site: str, key: str) -> sqlite3.Row:
        """Return a page by its key."""
        return self.rows("SELECT * FROM pages WHERE site = ? AND key LIKE ?", site, f"%{key}")[0]

    def bodies(self, site: str, key: str) -> list[tuple[str, str]]:
        """Return cause and body of a page's revisions, oldest first."""
        sql = (
            "SELECT cause, body FROM revisions WHERE page = ?"
            " ORDER BY captured_at, extracted_at, id"
        )
        return [tuple(row) for row in self.rows(sql, self.page(site, key)["id"])]


class Life:
    """The replica, the command, and the days gone by."""

    def __init__(self, folder: Path, replica: Replica) -> None:
        self.replica = replica
        self.folder = folder
        self.mattran = Mattran(folder / "archive", replica)
        self.keys = {
            name: [truth.key for truth in site.truth()] for name, site in replica.sites.items()
        }
        self.days: dict[str, Day] = {}

    def live(self, name: str, *arguments: str, **environment: str) -> Day:
        """Run a command and keep the archive as it is afterwards."""
        self.replica.clear_hits()
        finished = self.mattran(*arguments, **environment)
        asked = {
            site: [hit.path for hit in self.replica.hits(site, robots=False)]
            for site in self.replica.sites
        }
        db = self.folder / f"{name}.db"
        with closing(sqlite3.connect(self.mattran.db)) as conn, closing(sqlite3.connect(db)) as to:
            conn.backup(to)
        self.days[name] = Day(finished, asked, db)
        return self.days[name]

    def recrawl(self, name: str, **environment: str) -> Day:
        """Fetch every known article of every site again."""
        sites = [word for site in FAMILIES for word in ("--site", site)]
        return self.live(name, "recrawl", *sites, **environment)

    def with_rules(self, version: int) -> dict[str, str]:
        """Return the environment in which the extractor is `version` versions ahead."""
        folder = self.folder / f"rules-{version}"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(NEW_RULES.format(version=version))
        return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}

    def canonical(self, site: str, path: str) -> str:
        """Return the path under which the crawler asks for what stands at `path`."""
        base = self.replica[site].base_url
        family = load_family(load_registry(self.mattran.registry)[site])
        return family.canonical(base + path).removeprefix(base)

    @contextmanager
    def edited(self, place: int) -> Iterator[None]:
        """Let one article of each site have one paragraph more, until the block ends."""
        before = {}
        for name, site in self.replica.sites.items():
            story = site.find(self.keys[name][place])
            before[name] = (story, story.blocks)
            site.edit(self.keys[name][place], PARAGRAPH)
        yield
        for story, blocks in before.values():
            story.blocks = blocks

    def time_passes(self, monkeypatch: pytest.MonkeyPatch, day: int) -> None:
        """Let counters run, the clock move on, polls and banners be others."""
        for site in self.replica.sites.values():
            site.bump_counters(1000 * day)
        monkeypatch.setattr(furniture, "page_clock", lambda: f"Thứ hai, {day:02} Tháng 12 Năm 2026")
        monkeypatch.setattr(
            furniture, "POLL", (f"Bạn thích mục nào ({day})?", "Tin", "Ảnh", "Khác")
        )
        banner = ("http://bao.example/", f"Chào mừng ngày hội lớn lần thứ {day}")
        monkeypatch.setattr(furniture, "OFF_SITE", (*furniture.OFF_SITE, banner))


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """Eight days: first crawl, quiet, changed, changed back, new, new rules, both at once."""
    specs = [SiteSpec(id=name, family=name, articles=16, per_page=4) for name in FAMILIES]
    with Replica(specs) as replica, pytest.MonkeyPatch.context() as monkeypatch:
        life = Life(tmp_path_factory.mktemp("life"), replica)
        life.live("first", "crawl", "--all", "--full")
        life.time_passes(monkeypatch, 1)
        life.live("quiet", "crawl", "--all")
        life.time_passes(monkeypatch, 2)
        for name, site in replica.sites.items():
            site.remove(life.keys[name][REMOVED])
        with life.edited(EDITED):
            life.recrawl("changed")
        for name, site in replica.sites.items():
            site.restore(life.keys[name][REMOVED])
        life.time_passes(monkeypatch, 3)
        life.recrawl("back")
        for site in replica.sites.values():
            site.add_article()
        life.live("new", "crawl", "--all")
        life.time_passes(monkeypatch, 4)
        life.recrawl("rules", **life.with_rules(1))
        with life.edited(EDITED_AGAIN):
            life.recrawl("both", **life.with_rules(2))
        yield life


@pytest.mark.parametrize("day", ["first", "quiet", "changed", "back", "new", "rules", "both"])
def test_all_goes_well(life, day):
    finished = life.days[day].finished
    assert finished.exit_code == 0, finished.out + finished.err


@pytest.mark.parametrize("site", FAMILIES)
class TestADayWithoutNews:
    def test_brings_no_revision(self, life, site):
        assert life.days["quiet"].causes(site) == []

    def test_costs_no_more_than_feeds_and_first_listing_pages(self, life, site):
        fronts = len(life.replica[site].listings()) + FEEDS.get(site, 0)
        assert 0 < len(life.days["quiet"].asked[site]) <= fronts


@pytest.mark.parametrize("site", FAMILIES)
class TestOneEditedAndOneRemoved:
    def test_the_edit_alone_is_a_revision_of_the_sites_making(self, life, site):
        day = life.days["changed"]
        assert day.causes(site) == ["site"]
        bodies = day.bodies(site, life.keys[site][EDITED])
        assert [PARAGRAPH in body for _, body in bodies] == [False, True]

    def test_the_removed_one_alone_is_gone(self, life, site):
        day = life.days["changed"]
        gone = day.rows("SELECT * FROM pages WHERE site = ? AND gone_at IS NOT NULL", site)
        removed = day.page(site, life.keys[site][REMOVED])
        assert [page["id"] for page in gone] == [removed["id"]]
        assert removed["state"] == "live"  # one day is no evidence

    def test_each_known_article_was_asked_for_once(self, life, site):
        asked = life.days["changed"].asked[site]
        story = life.replica[site].find(life.keys[site][REMOVED])
        # Where the removed one is not found, its other addresses are tried.
        paths = (life.replica[site].address(story), *life.replica[site].twins(story))
        others = {life.canonical(site, path) for path in paths}
        assert len(asked) == len(set(asked))
        assert len(set(asked) - others) == len(life.keys[site]) - 1


@pytest.mark.parametrize("site", FAMILIES)
class TestBothTakenBack:
    def test_the_old_text_is_a_third_revision(self, life, site):
        day = life.days["back"]
        bodies = day.bodies(site, life.keys[site][EDITED])
        assert [cause for cause, _ in bodies] == ["first", "site", "site"]
        assert bodies[0][1] == bodies[2][1] != bodies[1][1]
        assert day.causes(site) == ["site", "site"]

    def test_the_article_is_there_again_and_its_absence_remembered(self, life, site):
        day = life.days["back"]
        page = day.page(site, life.keys[site][REMOVED])
        assert (page["gone_at"], page["state"]) == (None, "live")
        absences = day.rows("SELECT * FROM disappearances WHERE page = ?", page["id"])
        assert len(absences) == 1
        assert absences[0]["gone_at"] <= absences[0]["back_at"]


@pytest.mark.parametrize("site", FAMILIES)
class TestANewArticle:
    def test_is_found(self, life, site):
        newest = life.replica[site].truth()[0]
        shown = life.days["new"].rows(
            "SELECT title FROM articles WHERE site = ? AND url = ?", site, newest.url
        )
        assert [row["title"] for row in shown] == [newest.title]

    def test_costs_itself_and_the_next_page_of_the_lists_that_show_it(self, life, site):
        listings = len(life.replica[site].listings())
        fronts = listings + FEEDS.get(site, 0)
        assert len(life.days["new"].asked[site]) <= fronts + 1 + listings


@pytest.mark.parametrize("site", FAMILIES)
class TestOtherRules:
    def test_are_never_held_against_the_site(self, life, site):
        before, after = (life.days[day].causes(site) for day in ("back", "rules"))
        assert after.count("site") == before.count("site")
        assert after.count("rules") == len(life.keys[site]) + 1

    def test_do_not_hide_an_edit(self, life, site):
        rules, both = life.days["rules"], life.days["both"]
        assert both.causes(site).count("site") == rules.causes(site).count("site") + 1
        last = both.bodies(site, life.keys[site][EDITED_AGAIN])[-1]
        assert last[0] == "site"
        assert PARAGRAPH in last[1]
