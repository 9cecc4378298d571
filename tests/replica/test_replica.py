"""The replica itself: its truth is what its pages show, and its server counts what it is asked."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.registry import load_registry
from tests.replica import ENDINGS, FAMILIES, Flood, Replica, Site, SiteSpec, Truth
from tests.replica.composer import stories
from tests.replica.generic import windows_1258
from tests.replica.sets import BENCH_BYTES, BENCH_LINKS, DEMO
from tests.replica.story import clean
from tests.replica.webforms import WebFormsSite

ARTICLES = 24
REAL_FAMILIES = sorted(set(FAMILIES) - {"endings"})


@pytest.fixture(scope="module")
def shared() -> Iterator[Replica]:
    """One site of each family; the tests that use it change nothing."""
    specs = [SiteSpec(id=name, family=name, articles=ARTICLES) for name in FAMILIES]
    with Replica(specs) as replica:
        yield replica


@pytest.fixture
def own() -> Iterator[Replica]:
    """Two small sites a test may change."""
    with Replica(
        [
            SiteSpec(id="one", family="nukeviet", articles=6),
            SiteSpec(id="two", family="flat", articles=6),
        ]
    ) as replica:
        yield replica


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


OPENER = urllib.request.build_opener(StayHere)


def get(url: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request; redirects are not followed."""
    request = urllib.request.Request(
        url, body, {k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        answer = OPENER.open(request, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def text_of(body: bytes, charset: str = "utf-8") -> str:
    """What a reader of the page sees, in one line."""
    page = re.sub(r"(?s)<(script|style).*?</\1>", " ", body.decode(charset))
    return clean(unescape(re.sub(r"<[^>]+>", " ", page)))


def squeezed(text: str) -> str:
    """`text` without spaces, so that markup between words does not matter."""
    return re.sub(r"\s", "", clean(text))


def article_text(site: Site, truth: Truth) -> str:
    status, _, body = get(truth.url)
    assert status == 200
    return text_of(body, site.charset)


# -- the truth is what the pages show


@pytest.mark.parametrize("family", REAL_FAMILIES)
def test_every_article_page_shows_what_the_truth_says(shared: Replica, family: str) -> None:
    site = shared[family]
    truths = site.truth()
    assert len(truths) == ARTICLES
    for truth in truths:
        shown = squeezed(article_text(site, truth))
        assert squeezed(truth.title) in shown
        for line in [*truth.body, *truth.captions]:
            for cell in line.split(" | "):
                assert squeezed(cell) in shown
        if truth.lead_where != "excerpt":
            assert squeezed(truth.lead) in shown
        if truth.author_where != "none":
            assert truth.author is not None
            assert squeezed(truth.author) in shown


def test_the_lead_of_an_excerpt_stands_in_the_feed_only(shared: Replica) -> None:
    site = shared["wordpress"]
    truth = next(t for t in site.truth()[:10] if t.lead_where == "excerpt")
    assert truth.lead not in article_text(site, truth)
    _, _, feed = get(site.base_url + "/feed/")
    assert truth.lead in clean(feed.decode())


@pytest.mark.parametrize("family", REAL_FAMILIES)
def test_identities_and_addresses_are_unique(shared: Replica, family: str) -> None:
    truths = shared[family].truth()
    for values in (
        [t.key for t in truths],
        [t.url for t in truths],
        [tuple(t.body) for t in truths],
    ):
        assert len(set(values)) == len(truths)


@pytest.mark.parametrize("family", REAL_FAMILIES)
def test_twins_lead_to_the_same_article(shared: Replica, family: str) -> None:
    site = shared[family]
    for truth in site.truth()[:3]:
        assert truth.twins
        for twin in truth.twins:
            status, headers, body = get(twin)
            if status == 301:
                assert headers["location"] == truth.url
            else:
                assert squeezed(truth.title) in squeezed(text_of(body, site.charset))


@pytest.mark.parametrize("family", REAL_FAMILIES)
def test_the_listings_name_every_article(shared: Replica, family: str) -> None:
    """Following the pager as a reader does finds each address."""
    site = shared[family]
    wanted = {truth.url.removeprefix(site.base_url) for truth in site.truth()}
    found: set[str] = set()
    for path in site.listings():
        for page in pages_of_listing(site, path):
            found |= {address for address in wanted if address.lstrip("/") in unescape(page)}
    assert found == wanted


def pages_of_listing(site: Site, path: str) -> Iterator[str]:
    """The pages of a listing, by the pager of its family."""
    url: str | None = site.base_url + path
    form: dict[str, str] | None = None
    while url:
        posted = urllib.parse.urlencode(form).encode() if form else None
        status, _, body = get(url, posted)
        assert status == 200
        page = body.decode(site.charset)
        yield page
        url, form = following(site, url, page)


def following(site: Site, url: str, page: str) -> tuple[str | None, dict[str, str] | None]:
    if site.family == "webforms":
        number = int(re.search(r"<td><span>(\d+)</span>", page)[1]) if "pager" in page else 1  # type: ignore[index]
        if f"Page${number + 1}&" not in page:
            return None, None
        hidden = dict(
            re.findall(r'<input type="hidden" name="(\w+)" id="\w+" value="([^"]*)"', page)
        )
        target = {"__EVENTTARGET": "ctl00$ContentPlaceHolder1$GridView1"}
        return url, {**hidden, **target, "__EVENTARGUMENT": f"Page${number + 1}"}
    marks = r'(?:rel="next"|class="next(?: page-numbers)?") href="([^"]+)"|href="([^"]+)">Trang sau'
    match = re.search(marks, page)
    return (
        (urllib.parse.urljoin(url, unescape(match[1] or match[2])), None) if match else (None, None)
    )


def test_stories_are_the_same_for_the_same_seed_and_never_twice() -> None:
    first, again = (list(stories("seed", "Hà Nội", 400)) for _ in range(2))
    assert first == again
    assert len({tuple(story.blocks) for story in first}) == 400
    assert [s.published for s in first] == sorted(s.published for s in first)
    assert list(stories("other", "Hà Nội", 5)) != first[:5]


def test_the_demo_mentions_dong_da() -> None:
    texts = [t.text for spec in DEMO for t in FAMILIES[spec.family](spec).truth()]
    assert len(texts) >= 200
    assert sum("Đống Đa" in text for text in texts) >= 5


# -- what surrounds an article


@pytest.mark.parametrize("family", REAL_FAMILIES)
def test_pages_change_from_visit_to_visit_but_the_article_does_not(
    shared: Replica, family: str
) -> None:
    site = shared[family]
    truth = site.truth()[0]
    first, second = (get(truth.url)[2] for _ in range(2))
    assert first != second
    assert site.truth()[0] == truth


@pytest.mark.parametrize("family", REAL_FAMILIES)
def test_traps_are_linked_and_are_no_articles(shared: Replica, family: str) -> None:
    site = shared[family]
    listing = "".join(get(site.base_url + path)[2].decode(site.charset) for path in site.listings())
    assert site.traps()
    for path, trap in site.traps():
        assert path.rpartition("/")[2] in listing or path in listing
        status, headers, body = get(site.base_url + path)
        assert status in (200, 302, 410)
        if trap.kind == "redirect":
            assert headers["location"]
        if trap.kind == "attachment":
            assert body.startswith(b"%PDF")


def test_pages_can_be_blown_up_to_a_size_and_a_number_of_links() -> None:
    spec = SiteSpec(
        id="big", family="nukeviet", articles=160, page_bytes=BENCH_BYTES, page_links=BENCH_LINKS
    )
    with Replica([spec]) as replica:
        for path in (
            replica["big"].listings()[0],
            replica["big"].address(replica["big"].newest[9]),
        ):
            body = get(replica["big"].base_url + path)[2]
            assert abs(len(body) - BENCH_BYTES) < 500
            assert len(re.findall(rb"<a [^>]*href=", body)) == BENCH_LINKS


def test_old_code_page_and_decomposed_text_are_served(shared: Replica) -> None:
    table = shared["table"]
    _, headers, body = get(table.truth()[0].url)
    assert headers["content-type"] == "text/html"
    assert "charset=windows-1258" in body.decode("cp1258")
    sentence = "Ủy ban MTTQ quận Đống Đa: giường, tuổi, nghĩa, được, hoạt động"
    assert unicodedata.normalize("NFC", windows_1258(sentence).decode("cp1258")) == sentence
    decomposed = [
        (site, story)
        for site in shared.sites.values()
        for story in site.newest
        if story.decomposed and site.charset == "utf-8"
    ]
    site, story = decomposed[0]
    body = get(site.base_url + site.address(story))[2]
    paragraph = next(block.text for block in story.blocks if block.kind == "p")
    assert unicodedata.normalize("NFD", paragraph).split(".")[0] in unescape(body.decode())


# -- what platforms do


def test_nukeviet_redirects_wrong_slugs_and_pages_beyond_the_last(shared: Replica) -> None:
    site = shared["nukeviet"]
    truth = site.truth()[0]
    wrong = re.sub(r"[^/]+(-\d+\.html)$", r"sai-ten\1", truth.url)
    assert get(wrong)[:1] == (301,)
    status, headers, _ = get(f"{site.base_url}/vi/news/hoat-dong-mat-tran/page-99/")
    assert (status, headers["location"]) == (301, f"{site.base_url}/vi/news/hoat-dong-mat-tran/")
    assert get(f"{site.base_url}/vi/news/hoat-dong-mat-tran/khong-co-99999.html")[0] == 404


def test_liferay_repeats_its_last_page_and_wordpress_ends_with_404(shared: Replica) -> None:
    site = shared["liferay"]
    cur = "_101_INSTANCE_Enp27vlshTez_cur"
    listed = re.compile(r'asset-title"><a href="([^"]+)\?redirect')
    end = site.pages_of(site.by_section["hoat-dong-mat-tran"])
    last, beyond = (
        listed.findall(get(f"{site.base_url}/hoat-dong-mat-tran?{cur}={n}")[2].decode())
        for n in (end, end + 40)
    )
    assert last
    assert last == beyond
    assert get(f"{shared['wordpress'].base_url}/page/99/")[0] == 404


def test_a_pager_may_offer_one_more_page_for_ever() -> None:
    specs = [
        SiteSpec(id=name, family=name, articles=5, always_next=True)
        for name in ("nukeviet", "liferay", "flat", "wordpress")
    ]
    with Replica(specs) as replica:
        pages = {
            "nukeviet": "/vi/news/hoat-dong-mat-tran/page-40/",
            "liferay": "/hoat-dong-mat-tran?_101_INSTANCE_Enp27vlshTez_cur=40",
            "flat": "/danh-muc/hoat-dong-mat-tran.htm?page=40",
            "wordpress": "/category/hoat-dong-mat-tran/page/40/",
        }
        for name, path in pages.items():
            status, _, body = get(replica[name].base_url + path)
            assert status == 200
            assert "41" in body.decode()


def test_webforms_refuse_a_postback_without_its_state(shared: Replica) -> None:
    site = shared["webforms"]
    url = f"{site.base_url}/DanhSachTin.aspx?cat=1"
    target = {"__EVENTTARGET": "ctl00$ContentPlaceHolder1$GridView1", "__EVENTARGUMENT": "Page$2"}
    assert get(url, urllib.parse.urlencode(target).encode())[0] == 500


def test_webforms_states_can_go_stale() -> None:
    with Replica([SiteSpec(id="a", family="webforms", articles=60)]) as replica:
        site = replica["a"]
        assert isinstance(site, WebFormsSite)
        url = f"{site.base_url}/DanhSachTin.aspx?cat=1"
        _, form = following(site, url, get(url)[2].decode())
        assert form is not None
        body = urllib.parse.urlencode(form).encode()
        assert get(url, body)[0] == 200
        site.expire_states()
        assert get(url, body)[0] == 500


def test_a_visitor_without_a_session_is_given_one(shared: Replica) -> None:
    url = shared["nukeviet"].truth()[0].url
    cookie = get(url)[1]["set-cookie"].partition(";")[0]
    assert cookie.startswith("nv4_sess=")
    assert "set-cookie" not in get(url, Cookie=cookie)[1]


def test_wordpress_answers_rest_sitemap_and_an_unchanged_feed(shared: Replica) -> None:
    site = shared["wordpress"]
    rest = f"{site.base_url}/wp-json/wp/v2/posts?per_page=10&_fields=id,link,title"
    _status, headers, body = get(f"{rest}&page=1")
    assert (headers["x-wp-total"], headers["x-wp-totalpages"]) == (str(ARTICLES), "3")
    assert [row["id"] for row in json.loads(body)] == [t.cms_id for t in site.truth()[:10]]
    assert get(f"{rest}&page=9")[0] == 400
    sitemap = get(f"{site.base_url}/wp-sitemap-posts-post-1.xml")[2].decode()
    assert sitemap.count("<loc>") == ARTICLES
    etag = get(f"{site.base_url}/feed/")[1]["etag"]
    assert get(f"{site.base_url}/feed/", If_None_Match=etag)[0] == 304


def test_nukeviet_feeds_hold_thirty_items_at_most() -> None:
    with Replica([SiteSpec(id="a", family="nukeviet", articles=50)]) as replica:
        feed = get(f"{replica['a'].base_url}/vi/news/rss/")[2].decode()
        assert feed.count("<item>") == 30
        sitemap = get(f"{replica['a'].base_url}/sitemap-vi.news.xml")[2].decode()
        assert sitemap.count("<loc>") == 50


# -- what changes between two visits


def test_an_edit_shows_on_the_page_and_in_the_truth(own: Replica) -> None:
    for site in own.sites.values():
        before = site.truth()[2]
        after = site.edit(before.key, "Một đoạn vừa được ban biên tập bổ sung.")
        assert after.body == [*before.body, "Một đoạn vừa được ban biên tập bổ sung."]
        assert "Một đoạn vừa được ban biên tập bổ sung." in article_text(site, after)


def test_a_removed_article_is_gone_from_page_listing_and_truth(own: Replica) -> None:
    site = own["one"]
    gone = site.truth()[0]
    site.remove(gone.key, status=410)
    assert get(gone.url)[0] == 410
    assert gone.title not in text_of(get(site.base_url + "/vi/news/rss/")[2])
    assert gone.key not in {truth.key for truth in site.truth()}
    site.restore(gone.key)
    assert get(gone.url)[0] == 200


def test_a_new_article_leads_its_listing(own: Replica) -> None:
    for site in own.sites.values():
        new = site.add_article()
        assert site.truth()[0].key == new.key
        assert squeezed(new.title) in squeezed(article_text(site, new))
        first = site.by_section[site.newest[0].section][0]
        assert site.address(first) == new.url.removeprefix(site.base_url)


def test_counters_jump_without_touching_the_article(own: Replica) -> None:
    site = own["two"]
    truth = site.truth()[0]
    views = int(re.search(r"Lượt xem: (\d+)", article_text(site, truth))[1])  # type: ignore[index]
    site.bump_counters(5000)
    after = int(re.search(r"Lượt xem: (\d+)", article_text(site, truth))[1])  # type: ignore[index]
    assert after >= views + 5000
    assert site.truth()[0] == truth


def test_all_of_it_can_be_commanded_over_the_control_address(own: Replica) -> None:
    def command(action: str, /, **told: object) -> tuple[int, object]:
        body = json.dumps(told).encode() if told else b""
        status, _, answer = get(own.control_url + action, body if told else None)
        return status, json.loads(answer)

    site = own["two"]
    key = site.truth()[1].key
    assert command("/edit", site="two", key=key, paragraph="Đoạn thêm.")[0] == 200
    assert site.truth()[1].body[-1] == "Đoạn thêm."
    command("/remove", site="two", key=key)
    command("/add", site="two", count=2)
    command("/bump", site="two", by=7)
    assert len(site.truth()) == 7
    assert command("/truth?site=two")[1][0]["key"] == site.truth()[0].key  # type: ignore[index]
    command("/override", site="two", path="/x.htm", status=503, body="sau")
    assert get(site.base_url + "/x.htm")[0] == 503
    assert len(command("/hits?site=two")[1]) == 1  # type: ignore[arg-type]
    assert command("/edit", site="two", key="none", paragraph="")[0] == 400
    assert command("/remove", site="no such")[0] == 400
    assert command("/nothing", a=1)[0] == 404


# -- what goes wrong on purpose


def test_robots_txt_follows_its_mode(own: Replica) -> None:
    site = own["one"]
    expected = {
        "family": 200,
        "missing": 404,
        "forbid": 200,
        "busy": 429,
        "broken": 503,
        "moved": 302,
    }
    for mode, status in expected.items():
        site.robots_mode = mode  # type: ignore[assignment]
        assert get(site.base_url + "/robots.txt")[0] == status
    assert all(hit.robots for hit in own.hits("one"))
    assert own.hits("one", robots=False) == []


def test_robots_txt_may_ask_for_a_delay() -> None:
    spec = SiteSpec(id="a", family="flat", articles=1, crawl_delay=3, disallow=("/lien-he.htm",))
    with Replica([spec]) as replica:
        rules = get(replica["a"].base_url + "/robots.txt")[2].decode().splitlines()
        assert "Crawl-delay: 3" in rules
        assert "Disallow: /lien-he.htm" in rules


def test_the_flood_blocker_blocks_and_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=1000.0)
    monkeypatch.setattr("tests.replica.site.time", clock)
    flood = Flood(limit=3, window=60.0, retry_after=1)
    with Replica([SiteSpec(id="a", family="nukeviet", articles=2, flood=flood)]) as replica:
        url = replica["a"].truth()[0].url
        answers = [get(url) for _ in range(4)]
        assert [status for status, _, _ in answers] == [200, 200, 200, 429]
        assert answers[3][1]["retry-after"] == "1"
        assert get(replica["a"].base_url + "/robots.txt")[0] == 429
        clock.now += 60.1
        assert get(url)[0] == 200


def test_every_ending_ends_as_it_says(shared: Replica) -> None:
    base = shared["endings"].base_url
    listing = get(base + shared["endings"].listings()[0])[2].decode()
    for ending in ENDINGS:
        assert f'href="{ending.path}"' in listing
        if ending.failure == "timeout":
            continue
        try:
            status, headers, body = get(base + ending.path)
        except (OSError, http.client.HTTPException):
            assert ending.failure == "dropped"
            continue
        if ending.kind == "redirect":
            assert (status, bool(headers["location"])) == (302, True)
        if ending.failure == "too-large":
            assert len(body) > 20 * 2**20
        if ending.failure == "bad-encoding":
            assert headers["content-encoding"] == "gzip"
    assert len({ending.path for ending in ENDINGS}) == len(ENDINGS)


def test_a_broken_gzip_and_a_bomb_are_what_they_claim(shared: Replica) -> None:
    base = shared["endings"].base_url
    bomb, broken = (get(base + path)[2] for path in ("/bom.htm", "/gzip-hong.htm"))
    assert len(bomb) < 100_000
    assert len(gzip.decompress(bomb)) == 64_000_000
    with pytest.raises((zlib.error, OSError, EOFError)):
        gzip.decompress(broken)


def test_a_silent_page_sends_nothing(shared: Replica) -> None:
    host, _, port = shared["endings"].host.partition(":")
    client = http.client.HTTPConnection(host, int(port), timeout=0.2)
    client.request("GET", "/im-lang.htm")
    with pytest.raises(TimeoutError):
        client.getresponse()
    client.close()


def test_a_site_can_be_switched_off_and_on(own: Replica) -> None:
    url = own["one"].truth()[0].url
    own.take_down("one")
    with pytest.raises(OSError, match="refused"):
        get(url)
    assert get(own["two"].base_url + "/")[0] == 200
    own.bring_up("one")
    assert get(url)[0] == 200


def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    registry = tmp_path / "sites.toml"
    command = [sys.executable, "-m", "tests.replica", "--sites", "flat,bench", "--articles", "3"]
    with subprocess.Popen(
        [*command, "--registry", str(registry), "--bench"],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert get(told["sites"]["flat"] + "/")[0] == 200
            assert len(json.loads(get(told["control"] + "/truth?site=bench")[2])) == 3
            assert set(load_registry(registry)) == {"flat", "bench"}
        finally:
            process.terminate()
        assert process.wait(60) == 0


# -- what the server counts


def test_hits_are_counted_per_site_with_their_times(own: Replica) -> None:
    before = time.monotonic()
    get(own["one"].base_url + "/robots.txt", User_Agent="tester")
    get(own["two"].truth()[0].url)
    robots, page = own.hits()
    assert (robots.site, robots.path, robots.robots, robots.status) == (
        "one",
        "/robots.txt",
        True,
        200,
    )
    assert robots.user_agent == "tester"
    assert (page.site, page.host) == ("two", own["two"].host)
    assert before <= robots.started <= robots.ended <= page.started <= page.ended
    own.clear_hits()
    assert own.hits() == []


def test_requests_in_flight_at_once_can_be_told_from_the_hits() -> None:
    with (
        Replica([SiteSpec(id="a", family="flat", articles=1, latency=0.2)]) as replica,
        ThreadPoolExecutor(3) as pool,
    ):
        list(pool.map(get, [replica["a"].truth()[0].url] * 3))
        hits = replica.hits("a")
        assert all(hit.ended - hit.started >= 0.19 for hit in hits)
        assert max(hit.started for hit in hits) < min(hit.ended for hit in hits)


def test_pages_travel_compressed_when_the_client_takes_it(shared: Replica) -> None:
    url = shared["flat"].truth()[0].url
    _, headers, body = get(url, Accept_Encoding="gzip, deflate")
    assert headers["content-encoding"] == "gzip"
    assert b"<title>" in gzip.decompress(body)
    assert "content-encoding" not in get(url)[1]


def test_every_site_has_an_address_and_a_row_the_registry_takes(
    shared: Replica, tmp_path: Path
) -> None:
    assert len({site.host.split(":")[0] for site in shared.sites.values()}) == len(FAMILIES)
    rows = load_registry(shared.registry(tmp_path / "sites.toml", every=60))
    assert set(rows) == set(FAMILIES)
    for name, row in rows.items():
        assert row.base_url == shared[name].base_url
        assert (row.delay, row.every, row.is_loopback) == (0, 60, True)
