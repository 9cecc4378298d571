"""WARC and WACZ files from anywhere become captures and revisions with their own dates."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.warc_files import Kept, seen, write_wacz, write_warc

CONTENT = (
    "SELECT p.key, r.title, r.lead, r.body, r.author, r.published_at, r.section, r.content_hash"
    " FROM pages p JOIN revisions r ON r.id = p.current_revision ORDER BY p.key"
)
CAPTURES = "SELECT url, captured_at, status, payload_sha256 FROM captures ORDER BY 1, 2, 3"

REVISIONS = "SELECT substr(captured_at, 1, 4), cause FROM revisions ORDER BY captured_at"


@pytest.fixture
def replica():
    with Replica([SiteSpec(id="a", family="nukeviet", articles=4, traps=False)]) as served:
        yield served


@pytest.fixture
def mattran(tmp_path: Path, replica: Replica) -> Mattran:
    return Mattran(tmp_path / "own", replica)


def of(replica: Replica, site: str = "a", number: int = 0) -> str:
    """Return the address of an article of a replica."""
    served = replica[site]
    return served.base_url + served.address(served.newest[number])


def contents(mattran: Mattran) -> list[tuple[object, ...]]:
    return [tuple(row) for row in mattran.rows(CONTENT)]


def captures(mattran: Mattran) -> list[tuple[object, ...]]:
    return [tuple(row) for row in mattran.rows(CAPTURES)]


def imported(mattran: Mattran, *arguments: object, code: int = 0) -> list[dict[str, object]]:
    """Import and return what `--json` tells."""
    finished = mattran("import", "--json", *map(str, arguments))
    assert finished.exit_code == code, finished.out + finished.err
    return [json.loads(line) for line in finished.out.splitlines()]


@pytest.mark.parametrize("family", ["nukeviet", "wordpress", "liferay", "webforms", "flat"])
def test_a_warc_of_wget_gives_the_articles_of_a_live_crawl(tmp_path: Path, family: str):
    if shutil.which("wget") is None:
        pytest.skip("wget is not installed")
    with Replica([SiteSpec(id="a", family=family, articles=12, traps=False)]) as replica:
        live, mattran = Mattran(tmp_path / "live", replica), Mattran(tmp_path / "own", replica)
        assert live("crawl", "a", "--full").exit_code == 0
        asked = live.rows(
            "SELECT DISTINCT c.url FROM captures c JOIN frontier f ON f.id = c.frontier"
            " WHERE c.kind <> 'robots' AND f.method = 'GET'"
        )
        (tmp_path / "urls").write_text("\n".join(row["url"] for row in asked))
        fetched = ["wget", "-q", "--warc-file=w", "--delete-after", "-i", "urls"]
        subprocess.run(fetched, cwd=tmp_path, check=False, timeout=60)
    warc = tmp_path / "w.warc.gz"
    (site,) = [row for row in imported(mattran, warc) if "site" in row]
    assert (site["articles"], site["failed"]) == (12, 0)
    assert contents(mattran) == contents(live)
    before = captures(mattran)
    (again,) = [row for row in imported(mattran, warc) if "site" in row]
    assert (again["captures"], again["known"]) == (0, site["captures"])
    wacz = write_wacz(tmp_path / "w.wacz", [warc])
    (again,) = [row for row in imported(mattran, wacz) if "site" in row]
    assert (again["captures"], again["known"]) == (0, site["captures"])
    assert captures(mattran) == before


def test_captures_of_our_own_are_known_and_make_the_same_archive(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    assert mattran("crawl", "a", "--full").exit_code == 0
    files = sorted((mattran.folder / "warc").iterdir())
    (site,) = [row for row in imported(mattran, *files) if "site" in row]
    assert site["captures"] == 0
    other = Mattran(tmp_path / "other", replica)
    imported(other, *files)
    assert contents(other) == contents(mattran)
    assert mattran.rows("SELECT captured_at FROM revisions ORDER BY page") == other.rows(
        "SELECT captured_at FROM revisions ORDER BY page"
    )


@pytest.mark.parametrize("form", ["by-record", "whole", "plain"])
def test_each_form_of_a_warc_is_read_and_the_dates_stay(
    tmp_path: Path, replica: Replica, mattran: Mattran, form: str
):
    name = "x.warc" if form == "plain" else "x.warc.gz"
    old, new = (
        seen(of(replica), "2019-03-01T01:02:03Z"),
        seen(of(replica, number=1), "2021-01-01T00:00:00Z"),
    )
    imported(mattran, write_warc(tmp_path / name, [old, new], form))
    assert [
        row["captured_at"] for row in mattran.rows("SELECT captured_at FROM revisions ORDER BY 1")
    ] == [
        "2019-03-01T08:02:03+07:00",
        "2021-01-01T07:00:00+07:00",
    ]
    shown = mattran("show", of(replica), "--json")
    assert json.loads(shown.out)["captured_at"] == "2019-03-01T08:02:03+07:00"


def test_a_compressed_wacz_is_read_as_well(tmp_path: Path, replica: Replica, mattran: Mattran):
    warc = write_warc(tmp_path / "x.warc.gz", [seen(of(replica), "2019-03-01T00:00:00Z")])
    wacz = write_wacz(tmp_path / "x.wacz", [warc], zipfile.ZIP_DEFLATED)
    (site,) = imported(mattran, wacz)
    assert site["articles"] == 1


def test_our_warc_keeps_the_bytes_the_date_and_where_they_came_from(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    kept = seen(of(replica), "2019-03-01T01:02:03.5Z")
    imported(mattran, write_warc(tmp_path / "x.warc.gz", [kept]))
    (own,) = (mattran.folder / "warc").iterdir()
    text = gzip.decompress(own.read_bytes())
    assert b"WARC-Date: 2019-03-01T01:02:03.500000Z" in text
    assert (
        b"Mattran-Imported-From: x.warc.gz%20<urn:uuid:" in text or b"x.warc.gz <urn:uuid:" in text
    )
    assert kept.body in text
    assert b"WARC-Type: request" not in text  # nobody knows what was asked
    evidence = json.loads(str(mattran.value("SELECT evidence FROM captures")))
    assert evidence["from"].startswith("x.warc.gz <urn:uuid:")


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = [f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:half], body[half:])]
    return b"".join([*parts, b"0\r\n\r\n"])


def test_chunks_and_content_encodings_are_undone(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    plain = seen(of(replica), "2019-01-01T00:00:00Z")
    packed = gzip.compress(plain.body)
    html = ("Content-Type", "text/html; charset=utf-8")
    gzipped, chunks = ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")
    records = [
        plain,
        Kept(plain.url, "2019-01-02T00:00:00Z", packed, headers=[html, gzipped]),
        Kept(plain.url, "2019-01-03T00:00:00Z", chunked(packed), headers=[html, gzipped, chunks]),
        Kept(plain.url, "2019-01-04T00:00:00Z", chunked(plain.body), headers=[html, chunks]),
        Kept(plain.url, "2019-01-05T00:00:00Z", plain.body, headers=[html, gzipped]),  # it lies
    ]
    imported(mattran, write_warc(tmp_path / "x.warc.gz", records))
    assert mattran.value("SELECT count(*) FROM captures") == 5
    assert mattran.value("SELECT count(DISTINCT payload_sha256) FROM captures") == 1
    assert mattran.value("SELECT count(*) FROM revisions") == 1


def test_a_revisit_brings_the_bytes_it_points_to_on_its_own_day(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    first = seen(of(replica), "2019-01-01T00:00:00Z")
    same = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    points = {
        "WARC-Profile": same,
        "WARC-Refers-To-Target-URI": first.url,
        "WARC-Refers-To-Date": first.date,
    }
    lost = {
        "WARC-Profile": same,
        "WARC-Refers-To-Target-URI": first.url,
        "WARC-Refers-To-Date": "2011-01-01T00:00:00Z",
    }
    records = [
        Kept(first.url, "2019-06-01T00:00:00Z", kind="revisit", more=points),
        Kept(of(replica, number=1), "2019-06-02T00:00:00Z", kind="revisit", more=lost),
        first,
    ]
    rows = imported(mattran, write_warc(tmp_path / "x.warc.gz", records))
    assert {"skipped": "revisits of what is in none of the files", "records": 1} in rows
    assert [
        row["captured_at"][:10]
        for row in mattran.rows("SELECT captured_at FROM captures ORDER BY 1")
    ] == [
        "2019-01-01",
        "2019-06-01",
    ]
    assert mattran.value("SELECT count(*) FROM revisions") == 1


def test_what_is_no_page_is_counted_and_strangers_are_named(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    page = seen(of(replica), "2019-01-01T00:00:00Z")
    records = [
        page,
        Kept(page.url, page.date, b"x", kind="resource"),
        Kept(page.url, page.date, b"x", kind="conversion"),
        Kept(page.url, page.date, b"posted", method="POST"),
        Kept(page.url, "2199-01-01T00:00:00Z", page.body),
        Kept(page.url, "1980-01-01T00:00:00Z", page.body),
        Kept(f"{replica['a'].base_url}/logo.png", page.date, b"PNG"),
        Kept(page.url + "?x=1", page.date, b"{}", headers=[("Content-Type", "application/json")]),
        *(Kept(f"http://stranger.example/{n}", page.date, b"<p>a</p>") for n in range(3)),
    ]
    rows = imported(mattran, write_warc(tmp_path / "x.warc.gz", records))
    told = {str(row.get("skipped") or row.get("host")): row["records"] for row in rows[1:]}
    assert told == {
        "records of type resource": 1,
        "records of type conversion": 1,
        "answers to forms": 1,
        "dated in the future": 1,
        "dated before there were web archives": 1,
        "files and parts of pages": 2,
        "stranger.example": 3,
    }
    assert mattran.value("SELECT count(*) FROM captures") == 1


def test_the_day_of_a_capture_picks_the_row_of_its_site(tmp_path: Path, replica: Replica):
    mattran = Mattran(tmp_path, replica)
    text = mattran.registry.read_text()
    row = text[text.index("[[site]]") :]
    late = row.replace('id = "a"', 'id = "later"') + "\nvalid_from = 2022-01-01\n"
    mattran.registry.write_text(f"{row}\nvalid_from = 2015-01-01\nvalid_to = 2020-12-31\n{late}")
    days = ("2014-01-01", "2019-01-01", "2023-01-01")
    records = [seen(of(replica), f"{day}T00:00:00Z") for day in days]
    rows = imported(mattran, write_warc(tmp_path / "x.warc.gz", records))
    assert {"skipped": "outside every period of its site", "records": 1} in rows
    found = mattran.rows("SELECT site, substr(captured_at, 1, 4) AS year FROM captures ORDER BY 2")
    assert [tuple(row) for row in found] == [("a", "2019"), ("later", "2023")]
    imported(mattran, "--site", "a", tmp_path / "x.warc.gz")  # one knows better
    assert mattran.value("SELECT count(*) FROM captures WHERE site = 'a'") == 3


def test_a_capture_falls_into_its_place_and_newer_knowledge_stays(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    url, key = of(replica), replica["a"].key(replica["a"].newest[0])
    old = seen(url, "2019-01-01T00:00:00Z")
    replica["a"].edit(key, "Một câu mới của ban biên tập, thêm vào sau này.")
    assert mattran("crawl", "a", "--full").exit_code == 0
    current = contents(mattran)
    replica["a"].remove(key)
    mattran("recrawl", url)
    state = "SELECT url, gone_at, last_seen_at, current_revision FROM pages ORDER BY url"
    rows = (
        "SELECT url, state, due, attempts, last_status, fetched_at, kind FROM frontier ORDER BY url"
    )
    before = [tuple(row) for row in mattran.rows(state)], [tuple(row) for row in mattran.rows(rows)]
    mattran.write("UPDATE hosts SET failures = 7, failing_since = '2030'")
    imported(mattran, write_warc(tmp_path / "x.warc.gz", [old]))
    assert [tuple(row) for row in mattran.rows(state)] == before[0]
    assert [tuple(row) for row in mattran.rows(rows)] == before[1]
    assert contents(mattran) == current
    assert mattran.value("SELECT min(failures) FROM hosts") == 7
    found = mattran.rows(
        "SELECT r.cause, substr(r.captured_at, 1, 4) AS year FROM revisions r JOIN pages p ON"
        " p.id = r.page WHERE p.url = ? ORDER BY r.captured_at",
        url,
    )
    assert [row["cause"] for row in found] == ["first", "site"]
    assert found[0]["year"] == "2019"
    assert str(mattran.value("SELECT first_seen_at FROM pages WHERE url = ?", url)) < "2020"


def test_the_order_of_the_records_does_not_matter(tmp_path: Path, replica: Replica):
    key = replica["a"].key(replica["a"].newest[0])
    url = of(replica)
    records = [seen(url, "2019-01-01T00:00:00Z")]
    replica["a"].edit(key, "Một câu mới của ban biên tập, thêm vào sau này.")
    records += [
        seen(url, "2020-01-01T00:00:00Z"),
        Kept(url, "2021-01-01T00:00:00Z", b"no", "404 Not Found"),
    ]
    other = seen(of(replica, number=1), "2021-01-01T00:00:00Z")
    states = []
    for number, ordered in enumerate((records, records[::-1])):
        mattran = Mattran(tmp_path / str(number), replica)
        for place, record in enumerate([other, *ordered]):
            imported(mattran, write_warc(tmp_path / f"{number}-{place}.warc.gz", [record]))
        pages = mattran.rows(
            "SELECT url, state, gone_at, first_seen_at, last_seen_at FROM pages ORDER BY url"
        )
        states.append(
            ([tuple(row) for row in pages], [tuple(row) for row in mattran.rows(REVISIONS)])
        )
        together = Mattran(tmp_path / f"{number}t", replica)
        imported(together, write_warc(tmp_path / f"{number}.warc.gz", [other, *ordered]))
        pages = together.rows(
            "SELECT url, state, gone_at, first_seen_at, last_seen_at FROM pages ORDER BY url"
        )
        states.append(
            ([tuple(row) for row in pages], [tuple(row) for row in together.rows(REVISIONS)])
        )
    assert states[0] == states[1] == states[2] == states[3]
    (gone,) = [page for page in states[0][0] if page[0] == url]
    assert gone[2] == "2021-01-01T07:00:00+07:00"


def test_nothing_is_fetched_for_what_was_imported_and_crawls_begin_as_ever(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    pages = [
        seen(replica["a"].base_url + "/", "2019-01-01T00:00:00Z"),
        seen(of(replica), "2019-01-01T00:00:00Z"),
    ]
    pages += [
        seen(replica["a"].base_url + path, "2019-01-01T00:00:00Z")
        for path in replica["a"].listings()
    ]
    imported(mattran, write_warc(tmp_path / "x.warc.gz", pages))
    assert (
        mattran.value(
            "SELECT count(*) FROM frontier WHERE state NOT IN ('waiting', 'twin', 'denied')"
        )
        == 0
    )
    assert mattran.value("SELECT count(*) FROM frontier") > 4  # the links are known
    replica.clear_hits()
    assert mattran("crawl", "--due").exit_code == 0
    fresh = Mattran(tmp_path / "fresh", replica)
    first = sorted({hit.path for hit in replica.hits()})
    replica.clear_hits()
    assert fresh("crawl", "--due").exit_code == 0
    assert first == sorted({hit.path for hit in replica.hits()})


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path, replica: Replica, mattran: Mattran):
    old, new = seen(of(replica), "2019-03-01T00:00:00Z"), seen(of(replica), "2020-03-01T00:00:00Z")
    warc = write_warc(tmp_path / "x.warc.gz", [old, new], "whole")
    (site,) = imported(mattran, "--dry-run", warc)
    assert site["captures"] == 2
    assert not mattran.db.exists()
    imported(mattran, write_warc(tmp_path / "y.warc.gz", [old]))
    before = captures(mattran)
    (site,) = imported(mattran, "--dry-run", warc)
    assert (site["captures"], site["known"]) == (1, 1)
    assert captures(mattran) == before


def test_a_dry_run_counts_what_stands_twice_in_the_files_once(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    one = seen(of(replica), "2019-03-01T00:00:00Z")
    warc = write_warc(tmp_path / "x.warc.gz", [one, one])
    (planned,) = imported(mattran, "--dry-run", warc)
    (taken,) = imported(mattran, warc)
    told = [(site["captures"], site["known"]) for site in (planned, taken)]
    assert told == [(1, 1), (1, 1)]


def test_of_a_torn_file_all_that_stands_before_the_tear_is_taken(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    warc = write_warc(
        tmp_path / "x.warc.gz",
        [seen(of(replica, number=n), "2019-03-01T00:00:00Z") for n in range(3)],
    )
    warc.write_bytes(warc.read_bytes()[:-700])
    finished = mattran("import", str(warc))
    assert finished.exit_code == 1
    assert "x.warc.gz" in finished.err
    assert len(finished.err.splitlines()) == 1
    assert mattran.value("SELECT count(*) FROM captures") == 2


@pytest.mark.parametrize("form", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(("cut", "captures"), [("list", 4), ("last", 3), ("first", 1)])
def test_what_stands_in_a_wacz_before_it_is_cut_off_is_read(
    tmp_path: Path, replica: Replica, form: int, cut: str, captures: int
):
    mattran = Mattran(tmp_path / "a", replica)
    warcs = [
        write_warc(
            tmp_path / f"{name}.warc.gz",
            [seen(of(replica, number=n), "2019-03-01T00:00:00Z") for n in numbers],
        )
        for name, numbers in (("one", (0, 1)), ("two", (2, 3)))
    ]
    wacz = write_wacz(tmp_path / "x.wacz", warcs, form)
    with zipfile.ZipFile(wacz) as whole:
        starts = [whole.getinfo(f"archive/{warc.name}").header_offset for warc in warcs]
        sizes = [whole.getinfo(f"archive/{warc.name}").compress_size for warc in warcs]
    ends = {
        "list": whole.start_dir,
        "last": starts[1] + sizes[1] - 100,
        "first": starts[0] + sizes[0] - 100,
    }
    wacz.write_bytes(wacz.read_bytes()[: ends[cut]])
    finished = mattran("import", str(wacz))
    assert finished.exit_code == 1
    told = finished.err.splitlines()
    assert all("x.wacz" in line for line in told)
    assert len(told) == (1 if cut == "list" else 2)  # the torn record as well
    assert mattran.value("SELECT count(*) FROM captures") == captures


def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path: Path, mattran: Mattran):
    other = tmp_path / "x.warc.gz"
    for data in (b"hello", b"PK\x03\x04 no zip"):
        other.write_bytes(data)
        finished = mattran("import", str(other))
        assert finished.exit_code == 2
        assert len(finished.err.splitlines()) == 1
    assert not mattran.db.exists()


def test_an_erased_page_does_not_come_back(tmp_path: Path, replica: Replica, mattran: Mattran):
    warc = write_warc(tmp_path / "x.warc.gz", [seen(of(replica), "2019-03-01T00:00:00Z")])
    imported(mattran, warc)
    words = str(mattran.value("SELECT body FROM revisions")).split("\n\n")[0][:60]
    erased = Mattran(tmp_path / "erased", replica)
    imported(
        erased,
        write_warc(tmp_path / "y.warc.gz", [seen(of(replica, number=1), "2019-03-01T00:00:00Z")]),
    )
    page = mattran.rows("SELECT * FROM pages")[0]
    columns = ("id", "ref", "site", "key", "url", "kind", "first_seen_at", "last_seen_at")
    erased.write(
        f"INSERT INTO pages ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        *(page[name] for name in columns),
    )
    erased.write(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'erase', 'asked', '2025')",
        page["id"],
    )
    for _ in range(2):
        imported(erased, warc)
    assert erased.value("SELECT count(*) FROM captures WHERE page = ?", page["id"]) == 1
    for file in [erased.db, *(erased.folder / "warc").iterdir()]:
        data = file.read_bytes()
        assert words.encode() not in (gzip.decompress(data) if file.suffix == ".gz" else data)


def test_killed_again_and_again_each_capture_is_there_once(tmp_path: Path):
    with Replica([SiteSpec(id="a", family="nukeviet", articles=60, traps=False)]) as replica:
        whole, mattran = Mattran(tmp_path / "whole", replica), Mattran(tmp_path / "own", replica)
        records = [
            seen(of(replica, number=n), f"20{year}-03-01T00:00:00Z")
            for year in (18, 19, 20)
            for n in range(60)
        ]
    warc = write_warc(tmp_path / "x.warc.gz", records)
    imported(whole, warc)
    for more in (10, 40, 70):
        with mattran.running("import", str(warc)) as process:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and process.poll() is None and count(mattran) < more:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
    assert 10 <= count(mattran) < 180
    imported(mattran, warc)
    assert captures(mattran) == captures(whole)
    assert contents(mattran) == contents(whole)


def test_on_a_full_disk_it_stops_with_one_line_and_goes_on_with_room(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here (needs root)")
    try:
        with Replica([SiteSpec(id="a", family="nukeviet", articles=60, traps=False)]) as replica:
            mattran = Mattran(disk, replica)
            records = [seen(of(replica, number=n), "2019-03-01T00:00:00Z") for n in range(60)]
        warc = write_warc(tmp_path / "x.warc.gz", records)
        finished = mattran("import", str(warc))
        assert finished.exit_code == 5
        assert len(finished.err.splitlines()) == 1
        subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
        imported(mattran, warc)
        assert count(mattran) == 60
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def count(mattran: Mattran) -> int:
    if not mattran.db.exists():
        return 0
    try:
        return int(str(mattran.value("SELECT count(*) FROM captures")))
    except Exception:  # noqa: BLE001 (it is being made)
        return 0


def test_records_that_are_not_what_their_digest_says_are_told(
    tmp_path: Path, replica: Replica, mattran: Mattran
):
    page, other = (seen(of(replica, number=n), "2019-01-01T00:00:00Z") for n in (0, 1))
    warc = write_warc(tmp_path / "x.warc", [page, other], "plain")
    data = bytearray(warc.read_bytes())
    data[data.index(page.body) + 20] ^= 1
    warc.write_bytes(data)
    finished = mattran("import", "--dry-run", str(warc))
    assert "altered: 1, whose bytes" in finished.out
    rows = imported(mattran, warc)
    assert rows[-1] == {"altered": True, "records": 1}
    assert mattran.value("SELECT count(*) FROM captures") == 2
