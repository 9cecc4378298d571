"""A site that sends each request on to another origin is asked there, and kept as spelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from crawler.served import Served
from tests.command import Mattran
from tests.crawler.raw_server import Answer, RawServer, answer
from tests.replica import Replica, Site, SiteSpec
from tests.replica.server import row_of
from tests.replica.wire import redirect

HTTP, HTTPS, WWW = "http://a.vn", "https://a.vn", "https://www.a.vn"
HERE = "127.0.0.1"


class TestWhatIsLearned:
    def test_nothing_is_known_at_first(self):
        assert Served().at(f"{HTTP}/tin?id=1") == f"{HTTP}/tin?id=1"

    def test_an_origin_that_leads_on(self):
        served = Served()
        served.learn(f"{HTTP}/robots.txt", f"{HTTPS}/robots.txt")
        assert served.at(f"{HTTP}/tin?id=1") == f"{HTTPS}/tin?id=1"
        assert served.at(f"{WWW}/tin") == f"{WWW}/tin"

    def test_one_that_leads_on_twice(self):
        served = Served()
        served.learn(f"{HTTPS}/", f"{WWW}/")
        served.learn(f"{HTTP}/", f"{HTTPS}/")
        assert served.at(f"{HTTP}/tin") == f"{WWW}/tin"

    @pytest.mark.parametrize("target", [f"{HTTPS}/", f"{HTTPS}/tin/", f"{HTTP}/moi", f"{HTTP}/tin"])
    def test_a_redirect_that_changes_more_or_nothing_says_nothing(self, target):
        served = Served()
        served.learn(f"{HTTP}/tin", target)
        assert served.at(f"{HTTP}/x") == f"{HTTP}/x"

    def test_origins_that_lead_to_each_other_are_asked_as_they_are_spelled(self):
        served = Served()
        served.learn(f"{HTTP}/tin", f"{HTTPS}/tin")
        served.learn(f"{HTTPS}/anh", f"{HTTP}/anh")
        served.learn(f"{HTTP}/tin", f"{HTTPS}/tin")
        assert served.at(f"{HTTP}/anh") == f"{HTTP}/anh"
        assert served.at(f"{HTTPS}/tin") == f"{HTTPS}/tin"

    def test_an_origin_that_answers_itself_is_asked_itself(self):
        served = Served()
        served.stand(f"{HTTP}/robots.txt")
        served.learn(f"{HTTP}/tin", f"{HTTPS}/tin")
        assert served.at(f"{HTTP}/anh") == f"{HTTP}/anh"


class Onward(dict[str, Callable[[], Answer]]):
    """The answers of a server that sends every request on to the same path of another origin."""

    def __init__(self, base: str) -> None:
        self.base = base

    def get(self, path: str, default: object = None) -> Callable[[], Answer]:  # type: ignore[override]
        """Return what makes the answer for a path: one of its own, if there is one."""
        return super().get(path) or (lambda: self._onward(path))

    def _onward(self, path: str) -> Answer:
        return answer(b"", f"Location: {self.base}{path}", status="301 Moved Permanently")


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    specs = [
        SiteSpec(id=family, family=family, articles=30, per_page=5, traps=False, address=HERE)
        for family in ("webforms", "nukeviet")
    ]
    with Replica(specs) as running:
        yield running


@pytest.fixture
def front(request: pytest.FixtureRequest, replica: Replica) -> Iterator[RawServer]:
    """A server that only leads to the replica's site of the family that a test asks for."""
    with RawServer(Onward(replica[request.param].base_url)) as running:
        yield running


def mattran_of(folder: Path, site: Site, front: RawServer) -> Mattran:
    """Return `mattran` with a row that names the server in front of a site."""
    registry = folder / "sites.toml"
    row = row_of(site, {"aliases": [urlsplit(site.base_url).netloc]})
    registry.write_text(row.replace(site.base_url, front.url), encoding="utf-8")
    return Mattran.of(folder, registry)


@pytest.mark.parametrize(
    ("front", "family"), [("webforms", "webforms"), ("nukeviet", "nukeviet")], indirect=["front"]
)
def test_it_is_crawled_whole_with_one_request_a_page(
    tmp_path: Path, replica: Replica, front: RawServer, family: str
):
    mattran = mattran_of(tmp_path, replica[family], front)
    replica.clear_hits()
    finished = mattran("crawl", family, "--full")
    assert finished.exit_code == 0, finished.out
    articles = mattran.rows("SELECT url FROM articles")
    assert len(articles) == len(list(replica[family].truth()))
    assert all(row["url"].startswith(front.url) for row in articles)
    assert front.asked == ["/robots.txt"]
    asked = [hit.path for hit in replica.hits(family, robots=False) if hit.method == "GET"]
    assert len(set(asked)) == len(asked)
    # A postback is carried on by no redirect: the pager turns all the same.
    assert any(hit.method == "POST" for hit in replica.hits(family)) == (family == "webforms")


@pytest.mark.parametrize("front", ["nukeviet"], indirect=True)
def test_a_page_that_the_other_origin_sends_back_is_taken_where_it_stands(
    tmp_path: Path, replica: Replica, front: RawServer
):
    site = replica["nukeviet"]
    path = site.address(site.newest[0])
    with urlopen(site.base_url + path) as shown:
        page = shown.read()
    front.pages[path] = lambda: answer(page, "Content-Type: text/html; charset=utf-8")
    site.override(path, redirect(front.url + path))
    mattran = mattran_of(tmp_path, site, front)
    mattran("crawl", "nukeviet", "--full")
    site.override(path, None)
    assert mattran.value("SELECT count(*) FROM articles WHERE url LIKE ?", f"%{path}") == 1
    assert mattran.value("SELECT count(*) FROM articles") == len(list(site.truth()))
