"""What is told of a page: its text and provenance, or why there is none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from archive.errors import UsageError
from archive.frontier import LATER
from archive.identity import ref_of
from archive.reading import open_for_reading
from archive.show import Record, describe
from tests.sample_archive import BODY, HANOI, LEAD, OTHER_URL, TITLE, URL, SampleArchive


def told(sample: SampleArchive, target: str | int) -> Record:
    conn = open_for_reading(sample.path)
    try:
        return describe(conn, str(target))
    finally:
        conn.close()


def test_an_article_is_found_by_ref_id_and_every_address(sample: SampleArchive) -> None:
    page = sample.article()
    sample.insert(
        "aliases", site=HANOI, url=OTHER_URL, page=page, first_seen_at="2025-10-02T08:00:00+07:00"
    )
    ref = ref_of(page)
    for target in (ref, ref.lower(), f"{ref[:4]}-{ref[4:]}", page, f"{ref}@1", URL, OTHER_URL):
        record = told(sample, target)
        assert (record["what"], record["id"], record["title"]) == ("article", page, TITLE)


@pytest.mark.parametrize(
    "spelling",
    [
        "front.example/tin/hoi-nghi-1234.html",
        "http://front.example/tin/hoi-nghi-1234.html",
        "https://www.front.example/tin/hoi-nghi-1234.html",
        "https://front.example/tin/hoi-nghi-1234.html/",
        "https://front.example/tin/hoi-nghi-1234.html#comments",
    ],
)
def test_other_spellings_of_an_address_find_it(sample: SampleArchive, spelling: str) -> None:
    page = sample.article()
    assert told(sample, spelling)["id"] == page


def test_an_address_pasted_with_vietnamese_letters_is_found(sample: SampleArchive) -> None:
    page = sample.article(url="https://front.example/tin/%C4%91%E1%BB%91ng-%C4%91a")
    assert told(sample, "https://front.example/tin/đống-đa")["id"] == page


def test_an_article_comes_with_its_provenance(sample: SampleArchive) -> None:
    page = sample.article(
        evidence={"title": {"rule": "h1.title", "raw": TITLE, "at": "html/body/h1"}},
        flags=["short"],
        published_at="2025-09-30T15:46:00+07:00",
        published_precision="minute",
    )
    revision = sample.conn.execute("SELECT current_revision FROM pages").fetchone()[0]
    sample.insert(
        "images", revision=revision, position=1, url="https://front.example/1.jpg", caption="Ảnh"
    )
    sample.conn.execute("UPDATE captures SET warc_file='a.warc.gz', warc_offset=7, warc_length=9")
    record = told(sample, page)
    assert record["text"] == f"{LEAD}\n\n{BODY}"
    assert record["published_day"] == "2025-09-30"
    assert record["evidence"]["title"]["rule"] == "h1.title"
    assert record["flags"] == ["short"]
    assert [image["caption"] for image in record["images"]] == ["Ảnh"]
    assert [alias["url"] for alias in record["aliases"]] == [URL]
    assert record["raw"]["warc_file"] == "a.warc.gz"
    assert (record["raw"]["warc_offset"], record["raw"]["warc_length"]) == (7, 9)
    assert record["capture"]["status"] == 200
    assert json.loads(json.dumps(record)) == record


def test_every_column_of_the_view_is_in_the_record(sample: SampleArchive) -> None:
    page = sample.article()
    columns = [row[1] for row in sample.conn.execute("PRAGMA table_info(articles)")]
    assert set(columns) <= told(sample, page).keys()


def test_a_capture_that_kept_no_bytes_points_to_the_equal_one(sample: SampleArchive) -> None:
    page = sample.page("news:1")
    first = sample.capture(page, warc_file="a.warc.gz", warc_offset=0, warc_length=5)
    second = sample.capture(page, same_content_as=first)
    sample.revision(page, second)
    record = told(sample, page)
    assert record["raw"]["capture"] == first
    assert (record["warc_file"], record["warc_offset"]) == ("a.warc.gz", 0)


def test_a_revision_is_shown_by_its_number(sample: SampleArchive) -> None:
    page = sample.article()
    later = "2025-10-09T08:00:00+07:00"
    capture = sample.capture(page, captured_at=later)
    sample.revision(page, capture, cause="site", captured_at=later, title="Tên mới", body="Mới.")
    ref = ref_of(page)
    assert told(sample, ref)["title"] == "Tên mới"
    old = told(sample, f"{ref}@1")
    assert (old["title"], old["revision"], old["latest_revision"]) == (TITLE, 1, 2)
    assert old["text"] == f"{LEAD}\n\n{BODY}"
    assert [(r["number"], r["cause"]) for r in old["history"]] == [(1, "first"), (2, "site")]
    with pytest.raises(UsageError, match="has revisions 1 to 2, not 3"):
        told(sample, f"{ref}@3")


def test_a_page_merged_into_another_shows_that_one(sample: SampleArchive) -> None:
    winner = sample.article()
    loser = sample.article("news:2", "https://front.example/2")
    sample.conn.execute("UPDATE pages SET merged_into = ? WHERE id = ?", (winner, loser))
    record = told(sample, loser)
    assert (record["id"], record["merged_from"]) == (winner, ref_of(loser))


def test_a_revision_cited_before_a_merger_stays_what_it_was(sample: SampleArchive) -> None:
    winner = sample.article()
    loser = sample.page("news:2", "https://front.example/2")
    sample.revision(loser, sample.capture(loser), title="Như đã dẫn")
    sample.conn.execute("UPDATE pages SET merged_into = ? WHERE id = ?", (winner, loser))
    record = told(sample, f"{ref_of(loser)}@1")
    assert (record["title"], record["id"]) == ("Như đã dẫn", loser)
    assert (record["ref"], record["merged_into"]) == (ref_of(loser), ref_of(winner))
    with pytest.raises(UsageError, match=f"{ref_of(loser)} has revisions 1 to 1, not 2"):
        told(sample, f"{ref_of(loser)}@2")


def test_a_withdrawal_of_a_merged_page_holds_for_what_was_cited(sample: SampleArchive) -> None:
    winner = sample.article()
    loser = sample.article("news:2", "https://front.example/2")
    sample.conn.execute("UPDATE pages SET merged_into = ? WHERE id = ?", (winner, loser))
    sample.withdraw(loser)
    assert told(sample, f"{ref_of(loser)}@1")["what"] == "withdrawn"


def test_nothing_of_a_withdrawn_text_is_told(sample: SampleArchive) -> None:
    page = sample.article()
    sample.frontier("https://front.example/p/1", key="news:1", text=TITLE)
    sample.withdraw(page)
    for target in (page, ref_of(page), f"{ref_of(page)}@1", URL, "https://front.example/p/1"):
        record = told(sample, target)
        assert record["what"] == "withdrawn"
        assert TITLE not in json.dumps(record, ensure_ascii=False)
        assert URL not in json.dumps(record)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"state": "ready"}, "it waits for its turn"),
        (
            {"state": "waiting", "attempts": 2, "last_status": 503, "due": 1_760_000_000},
            r"2 attempts failed \(HTTP 503\); it is tried again after 2025-10-09T15:53:20",
        ),
        ({"state": "waiting", "due": LATER}, "left for a full crawl"),
        (
            {"state": "failed", "attempts": 1, "last_failure": "dns"},
            "1 attempt failed.*: the name of the host does not",
        ),
        ({"state": "denied", "last_failure": "refused-address"}, "address is not public"),
        (
            {"state": "blocked", "last_failure": "robots", "due": 1_760_000_000},
            "robots.txt forbids it; this is looked at again after 2025-10-09",
        ),
    ],
)
def test_an_address_without_an_article_says_why(
    sample: SampleArchive, row: dict[str, Any], why: str
) -> None:
    listing = sample.frontier("https://front.example/tin")
    sample.frontier("https://front.example/x", found_on=listing, **row)
    record = told(sample, "https://front.example/x")
    assert record["what"] == "address"
    assert record["frontier"][0]["found_on_url"] == "https://front.example/tin"
    assert re.search(why, record["why"])


def test_a_fetched_page_without_an_article_says_what_it_is(sample: SampleArchive) -> None:
    row = sample.frontier("https://front.example/tin", state="done", last_status=200)
    sample.capture(kind="listing", frontier=row)
    why = told(sample, "https://front.example/tin")["why"]
    assert why == "it was fetched and is a page of links, not an article"


def test_a_known_page_that_never_was_an_article_says_what_it_is(sample: SampleArchive) -> None:
    page = sample.page("news:404", "https://front.example/404")
    sample.capture(page, kind="soft-404")
    record = told(sample, "https://front.example/404")
    assert (record["what"], record["ref"]) == ("page", ref_of(page))
    assert "not there" in record["why"]


def test_an_address_never_met_is_unknown(sample: SampleArchive) -> None:
    assert told(sample, "https://front.example/never")["what"] == "unknown"


@pytest.mark.parametrize(
    "target",
    ["0123456789A", "7", "12345678901", "99999999999999999999", "9" * 5000, "%", "", "http://[x"],
)
def test_what_is_no_page_is_refused_in_one_line(sample: SampleArchive, target: str) -> None:
    sample.article()
    with pytest.raises(UsageError) as caught:
        told(sample, target)
    assert "\n" not in str(caught.value)
