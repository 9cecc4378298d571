"""A site that is gone comes back from what a web archive holds of it."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from base64 import b32encode
from collections import Counter
from pathlib import Path

import pytest

from archive.holdings import Holding
from crawler.web_archive import FailedError, NotHeldError, WebArchive, read_index
from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.warc_files import Kept, seen
from tests.web_archive_server import WebArchiveServer, stamp

CAPTURES = "SELECT url, captured_at, status FROM captures ORDER BY 1, 2, 3"


def kept_of(replica: Replica, years: tuple[int, ...]) -> list[Kept]:
    """Return what a web archive has of a replica: its lists and articles, a month a year."""
    site = replica["a"]
    urls = [site.base_url + path for path in site.listings()]
    urls += [site.base_url + site.address(story) for story in site.newest]
    return [
        seen(url, f"{year}-{number % 12 + 1:02d}-10T01:02:03Z")
        for year in years
        for number, url in enumerate(urls)
    ]


def spec(articles: int) -> SiteSpec:
    return SiteSpec(id="a", family="nukeviet", articles=articles, traps=False)


def recovered(
    mattran: Mattran, archive: WebArchiveServer, *arguments: str, code: int = 0
) -> list[dict[str, object]]:
    """Recover the site and return the coverage."""
    finished = mattran("recover", "a", "--endpoint", archive.endpoint, "--json", *arguments)
    assert finished.exit_code == code, finished.out + finished.err
    return [json.loads(line) for line in finished.out.splitlines()]


def total(coverage: list[dict[str, object]], name: str) -> int:
    return sum(int(str(month[name])) for month in coverage)


def dates(mattran: Mattran) -> Counter[str]:
    return Counter(row["captured_at"][:19] for row in mattran.rows(CAPTURES))


def expected(kept: list[Kept]) -> Counter[str]:
    """Return when the captures were made, in Vietnam's time."""
    return Counter(one.date[:11] + "08" + one.date[13:19] for one in kept)


@pytest.mark.parametrize(("articles", "years", "kills"), [(20, (2019, 2021), 1)])
def test_a_dead_site_comes_back_whole_with_its_dates(
    tmp_path: Path, articles: int, years: tuple[int, ...], kills: int
):
    come_back(tmp_path, articles, years, kills)


def come_back(tmp_path: Path, articles: int, years: tuple[int, ...], kills: int) -> None:
    """Recover a site, killed on the way, and look whether all is there, once."""
    with Replica([spec(articles)]) as replica:
        kept = kept_of(replica, years)
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        for number in range(1, kills + 1):
            limit = number * len(kept) // (kills + 1)
            with mattran.running("recover", "a", "--endpoint", archive.endpoint) as process:
                deadline = time.monotonic() + 120
                while process.poll() is None and len(archive.captured) < limit:
                    assert time.monotonic() < deadline
                    time.sleep(0.005)
                process.send_signal(signal.SIGKILL)
                process.wait()
        coverage = recovered(mattran, archive)
        asked = Counter(archive.captured)
        assert sum(asked.values()) <= len(kept) + kills  # what was in flight is fetched again
        again = recovered(mattran, archive)
        assert len(archive.captured) == sum(asked.values())
    assert dates(mattran) == expected(kept)
    assert len(mattran.rows(CAPTURES)) == len({tuple(row) for row in mattran.rows(CAPTURES)})
    assert mattran.value("SELECT count(*) FROM articles") == articles
    months = Counter(date[:7] for date in expected(kept).elements())
    assert {str(m["month"]): m["taken"] for m in coverage} == dict(months)
    assert again == coverage
    assert total(coverage, "left") == total(coverage, "missing") == 0


def test_what_the_index_repeats_is_not_fetched_again(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        (first, *_) = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    days = [
        Kept(first.url, f"2019-0{n}-01T00:00:00Z", first.body, headers=first.headers)
        for n in range(1, 6)
    ]
    with WebArchiveServer(days) as archive:
        assert total(recovered(mattran, archive), "taken") == 5
        assert len(archive.captured) == 1
    assert len(mattran.rows(CAPTURES)) == 5


def test_a_capture_of_another_day_is_not_taken_for_the_one_asked_for(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        kept = kept_of(replica, (2019, 2020))
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        archive.lost = {(stamp(kept[-1]), kept[-1].url)}
        coverage = recovered(mattran, archive)
        assert (total(coverage, "missing"), total(coverage, "taken")) == (1, len(kept) - 1)
    assert dates(mattran) == expected(kept[:-1])


def test_it_rests_when_it_is_asked_to_and_tries_what_failed_once_more(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        kept = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        path = f"/web/{stamp(kept[-1])}id_/{kept[-1].url}"
        archive.trouble = {path: [429, 503, 503, 503], "/cdx/search/cdx": [429]}
        coverage = recovered(mattran, archive, code=1)
        assert total(coverage, "failed") == 1
        coverage = recovered(mattran, archive)
        assert (total(coverage, "failed"), total(coverage, "taken")) == (0, len(kept))


def test_only_pages_of_the_site_in_its_time_are_wanted(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        (page, *_) = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
        home = replica["a"].base_url
    text = mattran.registry.read_text()
    mattran.registry.write_text(f"{text}\nvalid_from = 2018-01-01\nvalid_to = 2019-12-31\n")
    late = Kept(page.url, "2020-05-01T00:00:00Z", page.body, headers=page.headers)
    moved = Kept(page.url, "2019-11-01T00:00:00Z", b"", "301 Moved")
    picture = Kept(f"{home}/a.jpg", page.date, b"JPEG", headers=[("Content-Type", "image/jpeg")])
    with WebArchiveServer([page, late, moved, picture]) as archive:
        assert total(recovered(mattran, archive), "listed") == 1
        assert len(archive.captured) == 1


def test_a_dry_run_asks_the_index_only_and_writes_nothing(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        kept = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        coverage = recovered(mattran, archive, "--dry-run")
        assert archive.captured == []
    assert total(coverage, "left") == len(kept)
    assert not mattran.db.exists()


def test_without_a_contact_only_this_machine_is_asked(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        mattran = Mattran(tmp_path, replica)
    finished = mattran("recover", "a", MATTRAN_CONTACT="")
    assert finished.exit_code == 2
    assert "MATTRAN_CONTACT" in finished.err
    assert not mattran.db.exists()


def test_one_run_at_a_time_asks_a_web_archive(tmp_path: Path):
    with Replica([spec(2), SiteSpec(id="b", family="flat", articles=2)]) as replica:
        kept = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        path = f"/web/{stamp(kept[-1])}id_/{kept[-1].url}"
        archive.trouble = {path: [429] * 9}
        with mattran.running("recover", "a", "--endpoint", archive.endpoint) as process:
            while path not in archive.captured:
                assert process.poll() is None
                time.sleep(0.01)
            finished = mattran("recover", "b", "--endpoint", archive.endpoint)
    assert finished.exit_code == 4
    assert len(finished.err.splitlines()) == 1


def test_an_archive_that_does_not_answer_is_left_for_later(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer([]) as archive:
        endpoint = archive.endpoint
    finished = mattran("recover", "a", "--endpoint", endpoint)
    assert finished.exit_code == 1
    assert len(finished.err.splitlines()) == 1


# -- politeness, on a clock of its own


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> bool:
        self.now += seconds
        return True


def paced(monkeypatch: pytest.MonkeyPatch, answers: list[int]) -> tuple[WebArchive, list[float]]:
    """Return a web archive elsewhere, whose answers are made up, and when it is asked."""
    clock, asked = Clock(), []
    archive = WebArchive("https://archive.invalid", "a", sleep=clock.sleep, clock=lambda: clock.now)

    def request(_self: WebArchive, _address: str) -> object:
        asked.append(clock.now)
        status = answers.pop(0) if answers else 200
        headers = [("Memento-Datetime", "Tue, 01 Jan 2019 00:00:00 GMT")] * (status == 200)
        return type("Answer", (), {"status": status, "headers": headers, "body": b""})()

    monkeypatch.setattr(WebArchive, "_request", request)
    return archive, asked


def test_the_index_is_asked_24_times_a_minute_and_captures_480(monkeypatch: pytest.MonkeyPatch):
    archive, asked = paced(monkeypatch, [])
    for _ in range(25):
        archive.index("url=a", "")
    assert asked[24] - asked[0] == pytest.approx(60)
    asked.clear()
    for _ in range(481):
        archive.capture(Holding("http://a.vn/", "20190101000000", 200, "text/html", ""))
    assert asked[480] - asked[0] == pytest.approx(60)


def test_after_a_429_nothing_is_asked_for_a_minute(monkeypatch: pytest.MonkeyPatch):
    archive, asked = paced(monkeypatch, [429])
    archive.index("url=a", "")
    assert asked[1] - asked[0] >= 60


def test_an_answer_of_the_index_is_read_with_the_place_to_go_on():
    text = (
        "20190101000000 http://a.vn/x 200 text/html AAA\n20190102000000 http://a.vn/y - "
        "warc/revisit BBB\nrubbish\n\nvn,a)/z+1\n"
    )
    found, resume = read_index(text)
    assert [(one.url, one.status, one.digest) for one in found] == [
        ("http://a.vn/x", 200, "AAA"),
        ("http://a.vn/y", 0, "BBB"),
    ]
    assert resume == "vn,a)/z+1"


def test_what_the_archive_does_not_have_is_said(monkeypatch: pytest.MonkeyPatch):
    archive, _ = paced(monkeypatch, [404])
    with pytest.raises(NotHeldError):
        archive.capture(Holding("http://a.vn/", "20190101000000", 200, "text/html", ""))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("<html>Down for maintenance</html>", "something else than a list"),
        ("com,a)/ 2020 x\nfoo\n", "something else than a list"),
        ("20200101000000 {base}/x.html 200 text/html A\n\n50\n", "names the same place again"),
    ],
)
def test_an_index_that_talks_nonsense_ends_the_run_in_one_line(
    tmp_path: Path, answer: str, told: str
):
    with Replica([spec(3)]) as replica:
        mattran = Mattran(tmp_path, replica)
        base = replica["a"].base_url
    with WebArchiveServer([]) as archive:
        archive.index = lambda query: answer.format(base=base)  # type: ignore[method-assign]
        finished = mattran("recover", "a", "--endpoint", archive.endpoint)
    assert (finished.exit_code, finished.err.count("\n")) == (1, 1)
    assert told in finished.err


def test_a_notice_of_the_web_archive_is_no_page_of_the_site(tmp_path: Path):
    """Whatever its status: a 404 of the archive does not say that the page had gone."""
    with Replica([spec(8)]) as replica:
        kept = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        archive.notice = b"<html><h1>We will be back soon</h1></html>"
        finished = mattran("recover", "a", "--endpoint", archive.endpoint)
        assert (finished.exit_code, "a page of its own" in finished.err) == (1, True)
        assert len(archive.captured) == 5  # then it counts as down
        assert mattran.value("SELECT count(*) FROM captures") == 0
        archive.notice = b""
        assert total(recovered(mattran, archive), "taken") == len(kept)


def test_a_capture_that_is_not_given_out_is_no_404_of_the_page(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        (page, *_) = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    gone = Kept(page.url, "2020-01-01T00:00:00Z", b"gone", "404 Not Found")
    gone.headers = [("Content-Type", "text/html")]
    repeated = Kept(page.url, "2021-01-01T00:00:00Z", page.body, "-")
    with WebArchiveServer([page, gone, repeated]) as archive:
        archive.lost = {(stamp(page), page.url), (stamp(repeated), page.url)}
        archive.capture = lambda stamp, url: (  # type: ignore[method-assign]
            gone if stamp.startswith("2020") else None
        )
        assert total(recovered(mattran, archive), "missing") == 2
    assert [row["status"] for row in mattran.rows(CAPTURES)] == [404]


@pytest.mark.parametrize(
    ("headers", "body", "is_one"),
    [
        ([("Memento-Datetime", "Tue, 01 Jan 2019 00:00:00 GMT")], b"x", True),
        ([("x-archive-orig-server", "nginx")], b"x", True),
        ([("Content-Location", "/web/20190101000000id_/http://a.vn/")], b"x", True),
        ([], b"page", True),  # its digest is the one of the index
        ([("Server", "nginx")], b"x", False),
    ],
)
def test_how_a_capture_is_told_from_a_notice(
    monkeypatch: pytest.MonkeyPatch, headers: list[tuple[str, str]], body: bytes, *, is_one: bool
):
    archive, _ = paced(monkeypatch, [])
    answer = type("Answer", (), {"status": 200, "headers": headers, "body": body})()
    monkeypatch.setattr(WebArchive, "_request", lambda *_: answer)
    digest = b32encode(hashlib.sha1(b"page", usedforsecurity=False).digest()).decode()
    holding = Holding("http://a.vn/", "20190101000000", 200, "text/html", digest)
    if is_one:
        assert archive.capture(holding).body == body
    else:
        with pytest.raises(FailedError, match="a page of its own"):
            archive.capture(holding)


def test_a_capture_of_another_moment_is_refused(monkeypatch: pytest.MonkeyPatch):
    archive, _ = paced(monkeypatch, [])
    with pytest.raises(NotHeldError, match="gives one of 20190101000000"):
        archive.capture(Holding("http://a.vn/", "20180101000000", 200, "text/html", ""))


def test_a_plan_that_gets_no_answer_says_so_in_one_line(tmp_path: Path):
    with Replica([spec(2)]) as replica:
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer([]) as archive:
        endpoint = archive.endpoint
    finished = mattran("recover", "a", "--endpoint", endpoint, "--dry-run")
    assert (finished.exit_code, finished.err.count("\n")) == (1, 1)
    assert finished.err.endswith(": try again later\n")
    assert "Error" not in finished.err


def test_a_moment_that_cannot_be_is_passed_over():
    good = "20200101000000 http://a/x.html 200 text/html A"
    found, _ = read_index(f"99999999999999 http://a/y.html 200 text/html B\n{good}\n")
    assert [holding.url for holding in found] == ["http://a/x.html"]


def test_half_an_answer_is_none(tmp_path: Path):
    """Neither of the index, which would lose captures, nor of a capture, which would be torn."""
    with Replica([spec(4)]) as replica:
        kept = kept_of(replica, (2019,))
        mattran = Mattran(tmp_path, replica)
    with WebArchiveServer(kept) as archive:
        archive.cut = {"/cdx/search/cdx"}
        finished = mattran("recover", "a", "--endpoint", archive.endpoint)
        assert (finished.exit_code, "was cut short" in finished.err) == (1, True)
        one = kept[-1]
        archive.cut = {f"/web/{stamp(one)}id_/{one.url}"}
        assert total(recovered(mattran, archive, code=1), "failed") == 1
        assert mattran.value("SELECT count(*) FROM captures WHERE url = ?", one.url) == 0
        archive.cut = set()
        recovered(mattran, archive)
    assert dates(mattran) == expected(kept)
