"""Every way a page can end, against a real server: the row's state is right, no lease is left."""

from __future__ import annotations

import gzip
import hashlib
import http.client
from collections import Counter
from contextlib import closing
from typing import Any

import pytest

from archive.warc import read_record
from tests.crawler.spoiled import SpoiledMattran
from tests.replica import ENDINGS, RAISING_PATH, Ending, Replica, SiteSpec

STATUS = {
    "404": 404,
    "410": 410,
    "304": 304,
    "500": 500,
    "503": 503,
    "429": 429,
    **{ending.name: 302 for ending in ENDINGS if ending.kind == "redirect"},
    **{ending.name: None for ending in ENDINGS if ending.failure not in (None, "bad-encoding")},
    "extraction raises": 200,
}
TEXT = {
    "dropped": "the connection broke before the answer was complete",
    "timeout": "no complete answer in time",
    "too-large": "the answer is larger than 20 MB",
    "extraction": "KeyError: 'no such\\nfield'",
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    with Replica([SiteSpec(id="endings", family="endings", articles=6)]) as replica:
        mattran = SpoiledMattran(tmp_path_factory.mktemp("endings"), replica)
        nothing, two, store = [path_of(replica, i) for i in range(3)]
        mattran.faults = {
            "raises": [RAISING_PATH],
            "nothing": [nothing],
            "two": [two],
            "store": [store],
            "timeout": 1.0,
        }
        yield replica, mattran, mattran("crawl", "endings", "--full")


def path_of(replica: Replica, number: int) -> str:
    site = replica["endings"]
    return site.address(site.newest[number])


def row_of(crawled, path: str) -> Any:
    replica, mattran, _ = crawled
    url = replica["endings"].base_url + path
    (row,) = mattran.rows("SELECT * FROM frontier WHERE url = ?", url)
    return row


def captures_of(crawled, path: str) -> list[Any]:
    replica, mattran, _ = crawled
    url = replica["endings"].base_url + path
    return mattran.rows("SELECT * FROM captures WHERE url = ? ORDER BY id", url)


def fetch(host: str, path: str) -> tuple[http.client.HTTPMessage, bytes]:
    """Headers and body of a page as they come over the wire."""
    with closing(http.client.HTTPConnection(host, timeout=10)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer.headers, answer.read()


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_the_row_ends_in_its_state(crawled, ending: Ending):
    row = row_of(crawled, ending.path)
    assert row["state"] == ending.state
    assert row["lease_until"] is None
    reason = ending.failure or (ending.kind if ending.state == "waiting" else None)
    assert row["last_failure"] == reason


@pytest.mark.parametrize(
    "ending", [e for e in ENDINGS if e.failure != "robots"], ids=lambda ending: ending.name
)
def test_the_capture_says_what_came(crawled, ending: Ending):
    captures = captures_of(crawled, ending.path)
    assert captures
    for capture in captures:
        assert capture["kind"] == (ending.kind or "other")
        assert capture["status"] == STATUS.get(ending.name, 200)
        assert capture["failure"] == ending.failure


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_no_ending_is_stored_as_an_article(crawled, ending: Ending):
    replica, mattran, _ = crawled
    url = replica["endings"].base_url + ending.path
    assert mattran.rows("SELECT 1 FROM articles WHERE url = ?", url) == []


@pytest.mark.parametrize(
    "ending", [e for e in ENDINGS if e.failure in TEXT], ids=lambda ending: ending.name
)
def test_a_failure_is_told_in_a_clear_phrase(crawled, ending: Ending):
    for capture in captures_of(crawled, ending.path):
        assert capture["failure_text"] == TEXT[str(ending.failure)]


def test_a_bomb_and_a_broken_gzip_are_told_apart(crawled):
    bomb, broken = captures_of(crawled, "/bom.htm")[0], captures_of(crawled, "/gzip-hong.htm")[0]
    assert bomb["failure_text"] == "decompressed, the body is larger than 20 MB"
    assert broken["failure_text"] == "the compressed body is damaged"


def test_show_tells_the_phrase_of_a_failed_page(crawled):
    replica, mattran, _ = crawled
    shown = mattran("show", replica["endings"].base_url + "/qua-lon.htm")
    assert "the answer is larger than 20 MB" in shown.out
    assert "<" not in shown.out


def test_every_raw_record_is_the_page_that_was_read(crawled):
    _, mattran, _ = crawled
    captures = mattran.rows("SELECT * FROM captures WHERE warc_offset IS NOT NULL")
    assert len(captures) > len(ENDINGS) / 2
    for capture in captures:
        record = read_record(mattran.folder / "warc", capture["warc_file"], capture["warc_offset"])
        assert record.url == capture["url"]
        assert record.status == capture["status"]
        assert len(record.wire_body) == capture["wire_bytes"]
        if capture["failure"] == "bad-encoding":
            assert capture["payload_sha256"] is None
            continue
        assert len(record.body) == capture["payload_bytes"]
        if capture["status"] != 304:
            assert hashlib.sha256(record.body).hexdigest() == capture["payload_sha256"]


def test_raw_records_hold_the_bytes_and_headers_as_they_were_sent(crawled):
    replica, mattran, _ = crawled
    host = replica["endings"].host
    for path in ("/khong-thay.htm", "/van-ban.htm", "/gzip-cut.htm", "/loi-may-chu.htm"):
        capture = captures_of(crawled, path)[0]
        record = read_record(mattran.folder / "warc", capture["warc_file"], capture["warc_offset"])
        sent_headers, sent = fetch(host, path)
        assert record.wire_body == sent
        headers = {name.lower(): value for name, value in record.headers}
        for name in ("content-type", "content-encoding", "content-length"):
            assert headers.get(name) == sent_headers.get(name)


def test_compressed_answers_are_kept_compressed(crawled):
    _, mattran, _ = crawled
    capture = captures_of(crawled, crawled[0]["endings"].listings()[0])[0]
    record = read_record(mattran.folder / "warc", capture["warc_file"], capture["warc_offset"])
    assert ("content-encoding", "gzip") in [(n.lower(), value) for n, value in record.headers]
    assert gzip.decompress(record.wire_body) == record.body


def test_what_robots_txt_forbids_is_not_even_asked_for(crawled):
    replica, _, _ = crawled
    forbidden = next(ending.path for ending in ENDINGS if ending.failure == "robots")
    assert captures_of(crawled, forbidden) == []
    assert forbidden not in [hit.path for hit in replica.hits("endings")]


def test_a_redirect_is_kept_and_only_its_target_on_the_site_is_fetched(crawled):
    base = crawled[0]["endings"].base_url
    targets = {
        "/chuyen.htm": base + "/dich-den.htm",
        "/ra-ngoai.htm": "http://noi-khac.example/tin-mat-tran.htm",
        "/vong-minh.htm": base + "/vong-minh.htm",
        "/ftp.htm": "ftp://127.0.0.1/tin",
        "/tep.htm": "file:///etc/hostname",
    }
    for path, target in targets.items():
        assert captures_of(crawled, path)[0]["redirect_to"] == target
    _, mattran, _ = crawled
    assert mattran.rows("SELECT url FROM frontier WHERE url NOT LIKE ? || '%'", base) == []


def test_a_429_with_a_retry_after_is_tried_again_in_the_same_run(crawled):
    assert row_of(crawled, "/qua-nhieu.htm")["attempts"] == 2


def test_the_bytes_extraction_failed_on_are_kept(crawled):
    _, mattran, _ = crawled
    (capture,) = captures_of(crawled, RAISING_PATH)
    record = read_record(mattran.folder / "warc", capture["warc_file"], capture["warc_offset"])
    assert "Bài viết làm hỏng bộ trích xuất" in record.body.decode()


@pytest.mark.parametrize(("number", "got"), [(0, "NoneType"), (1, "list")])
def test_no_page_or_two_pages_of_one_answer_are_a_failure_of_ours(crawled, number: int, got: str):
    path = path_of(crawled[0], number)
    row, (capture,) = row_of(crawled, path), captures_of(crawled, path)
    assert (row["state"], row["last_failure"]) == ("failed", "extraction")
    assert capture["failure_text"] == f"TypeError: a family makes one Page of an answer, not {got}"
    assert capture["warc_file"] is not None


def test_a_transaction_that_breaks_leaves_its_row_for_another_try_and_nothing_else(crawled):
    replica, mattran, _ = crawled
    path = path_of(replica, 2)
    row, captures = row_of(crawled, path), captures_of(crawled, path)
    assert (row["state"], row["last_failure"]) == ("waiting", "other")
    assert [(c["kind"], c["failure_text"]) for c in captures] == [
        ("failed", "RuntimeError: the transaction broke")
    ]
    assert mattran.rows("SELECT 1 FROM articles WHERE url LIKE '%' || ?", path) == []


def test_no_lease_is_left_and_none_was_lost(crawled):
    _, mattran, _ = crawled
    assert mattran.value("SELECT count(*) FROM frontier WHERE state = 'leased'") == 0
    counts = mattran.value("SELECT counts FROM runs")
    assert "leaked" not in str(counts)
    assert "lease_lost" not in str(counts)


def test_no_request_was_ever_made_of_a_link(crawled):
    _, mattran, _ = crawled
    assert "instead of a link" not in (mattran.folder / "logs" / "mattran.log").read_text()


def test_every_request_the_server_saw_is_a_capture(crawled):
    """But the one over a kept connection that broke: it is sent once more over a new one."""
    replica, mattran, _ = crawled
    ours = [hit for hit in replica.hits("endings") if hit.user_agent.startswith("mattran-archive/")]
    seen = sorted(hit.path for hit in ours)
    base = replica["endings"].base_url
    kept = sorted(row["url"].removeprefix(base) for row in mattran.rows("SELECT url FROM captures"))
    assert Counter(kept) <= Counter(seen) <= Counter([*kept, "/dut-ket-noi.htm"])


def test_the_command_tells_that_a_page_failed_in_our_own_code(crawled):
    _, _, finished = crawled
    assert finished.exit_code == 1
    assert "RuntimeError: the transaction broke" in finished.out
    assert "Traceback" not in finished.out + finished.err


def test_the_other_articles_are_archived(crawled):
    replica, mattran, _ = crawled
    titles = {row["title"] for row in mattran.rows("SELECT title FROM articles")}
    assert titles == {story.title for story in replica["endings"].newest[3:]}
