"""`mattran add-site`: the real command looks at replica sites that hide what made them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.choice import LOCAL_REGISTRY
from crawler.commands import Context
from crawler.commands.add_site import _Target
from crawler.registry import load_registry, shipped_registry
from crawler.saved_page import expected_of, read_again
from crawler.scouting import MOST_PAGES
from tests.command import Finished, Mattran
from tests.crawler.raw_server import RawServer
from tests.crawler.test_tls import self_signed
from tests.replica import Replica, SiteSpec
from tests.replica.compare import differences
from tests.replica.oddities import challenge, login, parked
from tests.replica.wire import Request, Response, redirect

NOBODY = "http://127.0.0.1:9/"

ODD = {
    "/cam": Response(b"Forbidden", 403),
    "/loi": Response(b"Internal error", 500),
    "/vong": redirect("/vong", 302),
    "/trong": Response(b""),
    "/dang-nhap": login("", Request("GET", "/dang-nhap", {})),
    "/ban": parked("", Request("GET", "/ban", {})),
    "/kiem-tra": challenge("", Request("GET", "/kiem-tra", {})),
}
"""Answers of a host that are no page of a site."""


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    specs = [
        SiteSpec(id="known", family="nukeviet", articles=24, generator=False, per_page=5),
        SiteSpec(id="unknown", family="flat", articles=24, per_page=5),
        SiteSpec(id="forbidden", family="flat", articles=3, robots="forbid"),
        SiteSpec(id="silent", family="flat", articles=3, robots="broken"),
        SiteSpec(id="moved", family="flat", articles=3),
        SiteSpec(id="moved-whole", family="flat", articles=3),
        SiteSpec(id="odd", family="flat", articles=3),
    ]
    with Replica(specs) as running:
        running["moved"].override("/", redirect("https://moi.example.vn/", 301))
        for path in ("/", "/robots.txt"):
            running["moved-whole"].override(path, redirect(f"https://moi.example.vn{path}", 301))
        for path, answer in ODD.items():
            running["odd"].override(path, answer)
        yield running


@pytest.fixture
def mattran(tmp_path: Path) -> Mattran:
    """The command with a registry of one site that is not the replica's."""
    registry = tmp_path / "sites.toml"
    registry.write_text(
        '[[site]]\nid = "song-xanh"\nname = "Mặt trận Sông Xanh"\nlevel = "province"\n'
        'province = ""\nbase_url = "https://songxanh.example.vn"\nplatform = "generic"\n'
        'listings = ["/"]\n',
        encoding="utf-8",
    )
    return Mattran.of(tmp_path, registry)


def add(mattran: Mattran, url: str, *options: str) -> Finished:
    return mattran("add-site", url, *options, MATTRAN_CONTACT="")


def local(mattran: Mattran) -> Path:
    return mattran.folder / "sites.local.toml"


class TestALook:
    def test_the_platform_is_named_with_what_tells_it(self, mattran, replica):
        replica.clear_hits()
        done = add(mattran, replica["known"].base_url)
        assert done.exit_code == 0, done.err
        assert "platform: nukeviet" in done.out
        assert "cookie nv4_sess" in done.out
        assert 'platform = "nukeviet"' in done.out
        titles = {truth.title for truth in replica["known"].truth()}
        shown = [line for line in done.out.splitlines() if line[:3] in ("1. ", "2. ", "3. ")]
        assert len(shown) == 3
        assert all(line[3:] in titles for line in shown)

    def test_what_was_found_is_shown_whole(self, mattran, replica):
        site = replica["unknown"]
        done = add(mattran, site.base_url)
        found = done.out.partition("\nidentity: ")[0]
        assert all(path in found for path in site.listings())

    def test_it_takes_few_requests_one_at_a_time(self, mattran, replica):
        replica.clear_hits()
        add(mattran, replica["known"].base_url)
        hits = replica.hits("known")
        assert hits[0].robots
        assert 5 < len(hits) <= MOST_PAGES + 1
        assert all(one.ended <= next_.started for one, next_ in pairwise(hits))

    def test_without_a_yes_nothing_is_written(self, mattran, replica):
        before = sorted(mattran.folder.iterdir())
        done = add(mattran, replica["known"].base_url)
        assert "nothing was written" in done.out
        assert sorted(mattran.folder.iterdir()) == before

    def test_an_unknown_platform_is_said_to_be_one(self, mattran, replica):
        done = add(mattran, replica["unknown"].base_url)
        assert 'platform = "generic"' in done.out
        assert "confirmed = false" in done.out
        assert "could not find out" in done.out
        assert "its platform" in done.out

    def test_a_section_or_an_article_is_as_good_as_the_front_page(self, mattran, replica):
        site = replica["unknown"]
        for path in (site.listings()[0], site.address(site.newest[0])):
            done = add(mattran, site.base_url + path, "--json")
            row = tomllib.loads(json.loads(done.out)["row"])["site"][0]
            assert set(site.listings()) <= set(row["listings"]), path
            assert site.address(site.newest[0]) not in row["listings"]

    def test_as_json_it_is_one_object(self, mattran, replica):
        told = json.loads(add(mattran, replica["known"].base_url, "--json").out)
        assert told["platform"] == "nukeviet"
        assert told["evidence"]
        assert told["registry"] is None
        assert len(told["articles"]) == 3
        assert all(article["published_at"] for article in told["articles"])

    def test_a_dry_run_fetches_nothing(self, mattran, replica):
        replica.clear_hits()
        done = add(mattran, replica["known"].base_url, "--dry-run")
        assert replica["known"].base_url in done.out
        assert replica.hits("known") == []

    def test_an_archive_that_is_there_lends_its_gate_and_stays_as_it_is(self, mattran, replica):
        registry = replica.registry(mattran.folder / "other.toml")
        crawled = mattran.of(mattran.folder, registry)("crawl", "known", "--max-pages", "3")
        assert crawled.exit_code == 3
        before = [mattran.value(f"SELECT count(*) FROM {t}") for t in ("runs", "pages", "captures")]
        assert add(mattran, replica["unknown"].base_url).exit_code == 0
        after = [mattran.value(f"SELECT count(*) FROM {t}") for t in ("runs", "pages", "captures")]
        assert after == before
        assert mattran.value("SELECT count(*) FROM hosts WHERE holder IS NOT NULL") == 0


class TestAccepted:
    @pytest.mark.parametrize("name", ["known", "unknown"])
    def test_the_row_works_unedited(self, mattran, replica, name):
        done = add(mattran, replica[name].base_url, "--yes", "--id", name)
        assert done.exit_code == 0, done.err
        assert str(local(mattran)) in done.out
        site = load_registry(local(mattran))[name]
        assert site.base_url == replica[name].base_url
        assert len(local(mattran).read_text(encoding="utf-8").split("[[site]]")[1].split("\n")) < 14
        crawled = mattran("crawl", name, "--full")
        assert crawled.exit_code == 0, crawled.err
        wrong = differences(mattran.db, replica[name].truth(), [name])
        assert [one for one in wrong if one.field == "article"] == []

    def test_a_second_row_is_added_to_the_first(self, mattran, replica):
        for name in ("known", "unknown"):
            assert add(mattran, replica[name].base_url, "--yes", "--id", name).exit_code == 0
        assert list(load_registry(local(mattran))) == ["known", "unknown"]

    def test_the_test_page_holds_none_of_the_page_s_words(self, mattran, replica):
        told = json.loads(
            add(mattran, replica["known"].base_url, "--yes", "--json", "--id", "n").out
        )
        folder = Path(told["page"])
        assert folder == mattran.folder / "pages" / "n"
        page = (folder / "page.html").read_text(encoding="utf-8")
        for truth in replica["known"].truth():
            assert truth.title not in page
            assert not [line for line in truth.body if len(line) > 40 and line in page]
        assert 'id="news-bodyhtml"' in page

    def test_the_test_page_is_read_as_it_is_expected(self, mattran, replica):
        add(mattran, replica["unknown"].base_url, "--yes", "--id", "u")
        folder = mattran.folder / "pages" / "u"
        expected = expected_of(folder)
        assert read_again(folder) == expected
        assert expected["published_at"]
        assert len(expected["body"]) > 2

    def test_words_are_kept_where_that_is_asked_for(self, mattran, replica):
        done = add(mattran, replica["known"].base_url, "--yes", "--keep-text", "--id", "n")
        assert done.exit_code == 0, done.err
        expected = expected_of(mattran.folder / "pages" / "n")
        assert expected["title"] in {truth.title for truth in replica["known"].truth()}

    def test_a_row_that_is_sure_says_so_where_its_neighbours_are_not(self, mattran, replica):
        shared = "[platform.nukeviet]\nconfirmed = false\n\n"
        before = mattran.registry.read_text(encoding="utf-8")
        mattran.registry.write_text(shared + before, encoding="utf-8")
        done = add(mattran, replica["known"].base_url, "--yes", "--shipped", "--id", "n")
        assert done.exit_code == 0, done.err
        assert mattran.registry.read_text(encoding="utf-8").count("confirmed = true") == 1

    def test_shipped_means_the_registry_itself(self, mattran, replica):
        done = add(mattran, replica["known"].base_url, "--yes", "--shipped", "--id", "n")
        assert done.exit_code == 0, done.err
        assert list(load_registry(mattran.registry)) == ["song-xanh", "n"]
        assert not local(mattran).exists()

    def test_the_registry_of_a_checkout_has_more_that_follows(self, tmp_path):
        context = Context(db=tmp_path / "mattran.db", sites=None, debug=False)
        assert _Target(shipped_registry(), context, keep_text=False).in_checkout
        assert not _Target(tmp_path / LOCAL_REGISTRY, context, keep_text=False).in_checkout


class TestRefusals:
    def refused(self, mattran: Mattran, url: str, *options: str) -> tuple[int, str]:
        done = add(mattran, url, *options)
        assert done.out == ""
        assert done.err.count("\n") == 1
        assert not local(mattran).exists()
        return done.exit_code, done.err

    @pytest.mark.parametrize(
        "url", ["not a url", "ftp://songxanh.example.vn/", "http://", "http://a:b/"]
    )
    def test_what_is_no_address(self, mattran, url):
        code, line = self.refused(mattran, url)
        assert code == 2
        assert "is no address" in line

    def test_a_host_that_is_known_by_its_row(self, mattran):
        code, line = self.refused(mattran, "http://www.songxanh.example.vn/tin-tuc")
        assert code == 2
        assert f"'song-xanh' already ({mattran.registry}, line 2)" in line

    def test_an_id_that_is_taken(self, mattran):
        code, line = self.refused(mattran, NOBODY, "--id", "song-xanh")
        assert code == 2
        assert f"'song-xanh' is taken ({mattran.registry}, line 2)" in line

    def test_an_id_that_can_be_none(self, mattran):
        assert self.refused(mattran, NOBODY, "--id", "Sông Xanh")[0] == 2

    def test_no_contact(self, mattran):
        code, line = self.refused(mattran, "https://nui-cao.example.vn/")
        assert code == 2
        assert "MATTRAN_CONTACT" in line

    def test_nobody_there(self, mattran):
        code, line = self.refused(mattran, NOBODY)
        assert code == 1
        assert "127.0.0.1:9 does not answer" in line

    def test_a_certificate_that_is_not_accepted(self, mattran, tmp_path):
        with RawServer({}, self_signed(tmp_path)) as server:
            code, line = self.refused(mattran, server.url)
        assert code == 1
        assert "certificate or TLS version not accepted" in line
        assert "write its row by hand with `tls = false`" in line

    @pytest.mark.parametrize(
        ("name", "path", "said"),
        [
            ("forbidden", "/", "forbids this page"),
            ("silent", "/", "status 503"),
            ("moved", "/", "leads to https://moi.example.vn/: give that address"),
            ("moved-whole", "/", "leads to https://moi.example.vn/: give that address"),
            ("odd", "/cam", "/cam answers 403: it turns programs away"),
            ("odd", "/loi", "/loi answers 500: try again later"),
            ("odd", "/vong", "/vong leads round in circles (302)"),
            ("odd", "/trong", "/trong shows an error: look at it"),
            ("odd", "/dang-nhap", "/dang-nhap asks for a login: look at it"),
            ("odd", "/ban", "/ban is a parked or suspended address: look at it"),
            ("odd", "/kiem-tra", "/kiem-tra wants to see a browser at work first: look at it"),
            ("unknown", "/khong-co.htm", "answers 404"),
            ("unknown", "/anh.gif", "answers 404"),
        ],
    )
    def test_a_site_that_does_not_let_us_look(self, mattran, replica, name, path, said):
        code, line = self.refused(mattran, replica[name].base_url + path)
        assert code == 1
        assert said in line
