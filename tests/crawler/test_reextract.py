"""`mattran reextract` with the real command: rules change, stored pages are read again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.store import Archive
from tests.command import Finished, Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import PATIENCE, complaints, wait_until

DONE, FAILED, STOPPED, LOCKED, NO_SPACE = 0, 1, 3, 4, 5
MEBIBYTE = 1024 * 1024

RULES = '''"""Tomorrow's rules: they leave out the first {paragraphs} paragraphs of a body."""

import os
import time

from crawler import restatement
from crawler.extraction import extract as module

restatement.BATCH = 4
if {side_by_side}:
    restatement.WORTH_A_PROCESS = 8
module.EXTRACTOR_VERSION += {paragraphs}
todays = module.extract


def extract(*arguments, **named):
    article = todays(*arguments, **named)
    if article is not None:
        time.sleep({seconds})
        if article.title == {deadly!r}:
            os._exit(1)
        if article.title == {broken!r}:
            raise KeyError("no such field")
        if article.title == {unseen!r}:
            return None
        article.body = "\\n\\n".join(article.body.split("\\n\\n")[{paragraphs}:])
    return article


module.extract = extract
'''


class Rules:
    """Makes the environment in which `mattran` reads pages by other rules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0

    def __call__(
        self,
        paragraphs: int = 1,
        *,
        side_by_side: bool = False,
        seconds: float = 0.0,
        deadly: str = "",
        broken: str = "",
        unseen: str = "",
    ) -> dict[str, str]:
        self.made += 1
        folder = self.folder / f"rules-{self.made}"
        folder.mkdir()
        text = RULES.format(
            paragraphs=paragraphs,
            side_by_side=side_by_side,
            seconds=seconds,
            deadly=deadly,
            broken=broken,
            unseen=unseen,
        )
        (folder / "sitecustomize.py").write_text(text)
        return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Iterator[tuple[Replica, Mattran]]:
    """Two sites, an edit on one of them, and the archive of both."""
    specs = [
        SiteSpec(id="a", family="nukeviet", articles=24),
        SiteSpec(id="b", family="flat", articles=12),
    ]
    with Replica(specs) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("crawled"), replica)
        assert mattran("crawl", "--all", "--full").exit_code == DONE
        yield replica, mattran


@pytest.fixture
def replica(crawled) -> Replica:
    return crawled[0]


@pytest.fixture
def mattran(crawled, tmp_path: Path) -> Mattran:
    """The command, with a copy of the archive."""
    return copy_of(crawled[1], tmp_path / "archive")


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    return Rules(tmp_path)


def copy_of(mattran: Mattran, folder: Path) -> Mattran:
    shutil.copytree(mattran.folder, folder)
    return Mattran.of(folder, mattran.registry)


def with_own_registry(mattran: Mattran) -> Mattran:
    """Return the same with a registry that may be edited."""
    own = mattran.folder / "own.toml"
    own.write_text(mattran.registry.read_text())
    return Mattran.of(mattran.folder, own)


def edit_row(mattran: Mattran, line: str) -> None:
    """Add a line to the row of site b."""
    text = mattran.registry.read_text()
    mattran.registry.write_text(text.replace('id = "b"', f'id = "b"\n{line}'))


def told(finished: Finished, exit_code: int = DONE) -> list[str]:
    """Return the lines of a command that ended as it should."""
    assert finished.exit_code == exit_code, finished.out + finished.err
    assert "Traceback" not in finished.out + finished.err
    return finished.out.splitlines()


def articles(mattran: Mattran) -> int:
    return int(str(mattran.value("SELECT count(*) FROM articles")))


def causes(mattran: Mattran, site: str = "%") -> dict[str, int]:
    """Return how many revisions there are of each cause."""
    sql = (
        "SELECT cause, count(*) FROM revisions r JOIN pages p ON p.id = r.page"
        " WHERE p.site LIKE ? GROUP BY 1"
    )
    return dict(map(tuple, mattran.rows(sql, site)))


def everything(mattran: Mattran, *columns: str) -> list[Any]:
    """Return every row that tells of a page; of revisions only `columns`, if any are named."""
    wanted = {"revisions": ", ".join(columns) or "*"}
    tables = ("pages", "captures", "revisions", "images", "attachments", "frontier")
    return [
        [tuple(row) for row in mattran.rows(f"SELECT {wanted.get(table, '*')} FROM {table}")]
        for table in tables
    ]


def title_of(mattran: Mattran, site: str = "a") -> str:
    return str(mattran.value("SELECT title FROM articles WHERE site = ? ORDER BY id", site))


# What changes


def test_with_the_same_rules_nothing_changes(mattran: Mattran):
    before = everything(mattran)
    lines = told(mattran("reextract"))
    assert lines == [f"{articles(mattran)} articles read again: nothing changes"]
    assert everything(mattran) == before


def test_a_dry_run_tells_field_by_field_and_writes_nothing(mattran: Mattran, rules: Rules):
    before, runs = everything(mattran), mattran.value("SELECT count(*) FROM runs")
    *changes, sums = told(mattran("reextract", "--dry-run", **rules()))
    refs = [row["ref"] for row in mattran.rows("SELECT ref FROM articles")]
    assert sorted({line.split()[0] for line in changes}) == sorted(refs)
    assert all("  body: " in line and " -> " in line for line in changes if "flags" not in line)
    assert all(len(line) < 140 for line in changes)
    assert f"{len(refs)} new revisions of cause rules" in sums
    assert f"fields: body {len(refs)}" in sums
    assert everything(mattran) == before
    assert mattran.value("SELECT count(*) FROM runs") == runs


def test_what_reads_otherwise_is_a_revision_of_the_rules_and_found(mattran: Mattran, rules: Rules):
    ref, body = mattran.rows("SELECT ref, body FROM articles ORDER BY id")[0]
    (sums,) = told(mattran("reextract", **rules()))
    assert f"{articles(mattran)} new revisions of cause rules" in sums
    assert causes(mattran) == {"first": articles(mattran), "rules": articles(mattran)}
    assert mattran.value("SELECT body FROM articles WHERE ref = ?", ref) in body
    assert mattran.value("SELECT max(revisions) FROM articles") == 1
    assert mattran.value("SELECT count(*) FROM pages WHERE state = 'changed'") == 0
    assert complaints(mattran) == []


def test_a_second_time_nothing_changes(mattran: Mattran, rules: Rules):
    env = rules()
    told(mattran("reextract", **env))
    before = everything(mattran)
    assert told(mattran("reextract", **env))[-1].endswith("nothing changes")
    assert everything(mattran) == before


def test_nothing_is_fetched(mattran: Mattran, replica: Replica, rules: Rules):
    replica.clear_hits()
    told(mattran("reextract", **rules()))
    assert replica.hits() == []


def test_an_unedited_page_recrawled_later_has_not_changed(
    mattran: Mattran, replica: Replica, rules: Rules
):
    env = rules()
    told(mattran("reextract", **env))
    before = causes(mattran)
    told(mattran("recrawl", "--site", "a", "--site", "b", **env))
    assert causes(mattran) == before


def test_an_edit_is_told_from_the_rules_afterwards(
    mattran: Mattran, replica: Replica, rules: Rules
):
    env = rules()
    told(mattran("reextract", **env))
    story = replica["a"].newest[2]
    blocks = story.blocks
    replica["a"].edit(replica["a"].key(story), "Tin được bổ sung lúc mười một giờ trưa nay.")
    told(mattran("recrawl", "--site", "a", **env))
    story.blocks = blocks
    assert causes(mattran)["site"] == 1


def test_json_has_an_object_a_change_whole(mattran: Mattran, rules: Rules):
    body = {row["ref"]: row["body"] for row in mattran.rows("SELECT ref, body FROM articles")}
    records = [json.loads(line) for line in told(mattran("reextract", "--json", **rules()))]
    changed = [record for record in records if record["field"] == "body"]
    assert {record["ref"]: record["old"] for record in changed} == body
    record = changed[0]
    assert set(record) == {"id", "ref", "site", "revision", "field", "old", "new", "cause"}
    assert (record["revision"], record["cause"]) == (1, "rules")
    assert record["old"].endswith(record["new"])


def test_only_the_named_site_is_read(mattran: Mattran, rules: Rules):
    told(mattran("reextract", "--site", "b", **rules()))
    assert "rules" not in causes(mattran, "a")
    assert causes(mattran, "b") == {"first": 12, "rules": 12}


def test_an_edit_of_the_row_is_one_of_the_rules(mattran: Mattran):
    mattran = with_own_registry(mattran)
    edit_row(mattran, 'selectors = { title = ["title"] }')
    told(mattran("reextract"))
    assert causes(mattran) == {"first": 36, "rules": 12}
    assert told(mattran("reextract"))[-1].endswith("nothing changes")


def test_each_capture_is_read_by_the_layout_of_its_day(mattran: Mattran):
    mattran = with_own_registry(mattran)
    page = mattran.value("SELECT id FROM articles WHERE site = 'b'")
    day = "2020-06-01T08:00:00+07:00"
    mattran.write("UPDATE captures SET captured_at = ? WHERE page = ?", day, page)
    mattran.write("UPDATE revisions SET captured_at = ? WHERE page = ?", day, page)
    layout = '\n[[site.layouts]]\nvalid_to = 2020-12-31\nselectors = { title = ["title"] }\n'
    mattran.registry.write_text(mattran.registry.read_text() + layout)
    told(mattran("reextract"))
    assert causes(mattran) == {"first": 36, "rules": 1}
    shown = json.loads(told(mattran("show", str(page), "--json"))[0])
    assert (shown["cause"], shown["evidence"]["title"]["layer"]) == ("rules", "site")


# Several processes


@pytest.mark.parametrize("workers", ["1", "2", "3"])
def test_any_number_of_processes_comes_to_the_same(
    crawled, tmp_path: Path, rules: Rules, workers: str
):
    env = rules(side_by_side=True)
    columns = ("page", "capture", "cause", "captured_at", "content_hash", "evidence", "flags")
    found = []
    for number in ("1", workers):
        mattran = copy_of(crawled[1], tmp_path / f"with-{number}-{len(found)}")
        told(mattran("reextract", "--workers", number, **env))
        sql = f"SELECT {', '.join(columns)} FROM revisions ORDER BY page, id"
        found.append([tuple(row) for row in mattran.rows(sql)])
    assert found[0] == found[1]


def test_a_page_that_kills_its_reader_is_named_and_the_others_are_read(
    mattran: Mattran, rules: Rules
):
    title = title_of(mattran)
    finished = mattran("reextract", "--workers", "2", **rules(deadly=title, side_by_side=True))
    lines = told(finished, FAILED)
    ref = mattran.value("SELECT ref FROM articles WHERE title = ?", title)
    assert finished.err.startswith(f"{ref} of a: ")
    assert "1 article on which our own code failed: they stay as they are" in lines
    assert causes(mattran) == {"first": 36, "rules": 35}


# What cannot be read


def test_a_missing_raw_file_is_named_and_nothing_lost(mattran: Mattran, rules: Rules):
    (file,) = (mattran.folder / "warc").iterdir()
    file.rename(file.with_suffix(".away"))
    before = everything(mattran)
    finished = mattran("reextract", **rules())
    lines = told(finished, FAILED)
    refs = {row["ref"] for row in mattran.rows("SELECT ref FROM articles")}
    assert {line.split()[0] for line in finished.err.splitlines()} == refs
    assert all(f"{file.name} is missing" in line for line in finished.err.splitlines())
    assert f"{len(refs)} articles whose raw record cannot be read: they stay as they are" in lines
    assert everything(mattran) == before
    file.with_suffix(".away").rename(file)
    told(mattran("reextract", **rules()))
    assert causes(mattran)["rules"] == len(refs)


def test_a_damaged_record_is_named_and_the_others_are_read(mattran: Mattran, rules: Rules):
    ref, file, offset = mattran.rows("SELECT ref, warc_file, warc_offset FROM articles")[0]
    path = mattran.folder / "warc" / file
    with path.open("r+b") as stream:
        stream.seek(offset + 40)
        stream.write(bytes(200))
    finished = mattran("reextract", **rules())
    told(finished, FAILED)
    (line,) = finished.err.splitlines()
    assert line.startswith(f"{ref} of ")
    assert causes(mattran)["rules"] == 35


@pytest.mark.parametrize(
    ("fault", "exit_code", "why"),
    [
        ("broken", FAILED, "our own code failed: KeyError: 'no such field'"),
        ("unseen", DONE, "today's rules take it for a page of kind 'other'"),
    ],
)
def test_an_article_the_rules_cannot_read_is_named_and_stays(
    mattran: Mattran, rules: Rules, fault: str, exit_code: int, why: str
):
    title = title_of(mattran)
    finished = mattran("reextract", **rules(**{fault: title}))
    told(finished, exit_code)
    (line,) = finished.err.splitlines()
    assert line.endswith(why)
    assert mattran.value("SELECT cause FROM revisions r JOIN articles a ON a.id = r.page"
                         " WHERE a.title = ?", title) == "first"  # fmt: skip
    assert causes(mattran)["rules"] == 35


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_a_withdrawn_article_stays_untouched(mattran: Mattran, rules: Rules, action: str):
    page = mattran.value("SELECT id FROM articles ORDER BY id")
    assert mattran("withdraw", str(page), f"--{action}", "--reason", "asked").exit_code == 0
    of_page = "SELECT * FROM revisions WHERE page = ?"
    before = [tuple(row) for row in mattran.rows(of_page, page)]
    (sums,) = told(mattran("reextract", **rules()))
    assert sums.startswith("35 articles read again")
    assert [tuple(row) for row in mattran.rows(of_page, page)] == before
    assert complaints(mattran) == []


def test_a_site_the_registry_no_longer_has_is_named(mattran: Mattran, tmp_path: Path, rules: Rules):
    registry = tmp_path / "sites.toml"
    rows = mattran.registry.read_text().split("[[site]]")
    registry.write_text("[[site]]".join(row for row in rows if 'id = "b"' not in row))
    lines = told(Mattran.of(mattran.folder, registry)("reextract", **rules()))
    assert "b: not in the registry; its 12 articles stay as they are" in lines
    assert causes(mattran) == {"first": 36, "rules": 24}


def test_an_archive_that_is_not_there_is_not_made(mattran: Mattran, tmp_path: Path):
    away = Mattran.of(tmp_path / "nowhere", mattran.registry)
    for arguments in (["--dry-run"], []):
        finished = away("reextract", *arguments)
        assert finished.exit_code == 2
        assert "there is no archive at" in finished.err
    assert not away.folder.exists()


# Stopped, killed, locked, full


def half_way(mattran: Mattran) -> bool:
    rows = mattran.rows("SELECT counts FROM runs WHERE command = 'reextract' ORDER BY rowid DESC")
    return bool(rows) and json.loads(rows[0]["counts"]).get("pages", 0) >= 8


def running(mattran: Mattran, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        mattran.command("reextract", "--workers", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
    )


def children_of(process: subprocess.Popen[str]) -> list[int]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(number) for number in path.read_text().split()]


def is_restated_once(mattran: Mattran) -> None:
    assert causes(mattran) == {"first": 36, "rules": 36}
    numbers = [r[0] for r in mattran.rows("SELECT count(*) FROM revisions GROUP BY page")]
    assert set(numbers) == {2}
    assert complaints(mattran) == []


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, STOPPED), (signal.SIGHUP, STOPPED)],
)
def test_stopped_or_killed_half_way_it_goes_on(
    mattran: Mattran, rules: Rules, number: int, exit_code: int
):
    env = rules(seconds=0.05, side_by_side=True)
    process = running(mattran, env)
    wait_until(lambda: half_way(mattran))
    readers = children_of(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == exit_code, out + err
    assert "Traceback" not in err
    assert len(readers) >= 2  # and Python's own tracker of resources
    wait_until(lambda: not any(Path(f"/proc/{reader}").exists() for reader in readers))
    restated = causes(mattran)["rules"]
    assert 8 <= restated < 36
    lines = told(mattran("reextract", "--workers", "2", **env))
    went_on = [line for line in lines if line.startswith("went on behind ")]
    assert len(went_on) == 1
    (sums,) = (line for line in lines if "read again" in line)
    assert int(sums.split()[0]) < 36
    is_restated_once(mattran)


def test_it_goes_on_when_nobody_reads_its_output_any_more(mattran: Mattran, rules: Rules):
    env = {**os.environ, **rules()}
    with subprocess.Popen(
        mattran.command("reextract", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(PATIENCE) == DONE
    is_restated_once(mattran)


def test_where_the_rules_have_changed_it_starts_over(mattran: Mattran, rules: Rules):
    mattran = with_own_registry(mattran)
    env = rules(seconds=0.05, side_by_side=True)
    process = running(mattran, env)
    wait_until(lambda: half_way(mattran))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    edit_row(mattran, 'dates = { order = "mdy" }')
    (sums,) = told(mattran("reextract", "--workers", "2", **env))
    assert sums.startswith("36 articles read again")


def test_a_site_being_crawled_is_left_out_or_refused(mattran: Mattran, rules: Rules):
    env = rules()
    with Archive.open(mattran.db, "crawl", ["a"]) as archive:
        archive.run.hold_site(archive.conn, "a")
        before, runs = everything(mattran), mattran.value("SELECT count(*) FROM runs")
        refused = mattran("reextract", "--site", "b", "--site", "a", **env)
        assert told(refused, LOCKED) == []
        assert f"process {os.getpid()}," in refused.err
        assert everything(mattran) == before
        assert mattran.value("SELECT count(*) FROM runs") == runs
        lines = told(mattran("reextract", **env))
        assert "a: another run is working on it; its articles stay as they are for now" in lines
        assert causes(mattran) == {"first": 36, "rules": 12}
        told(mattran("reextract", "--dry-run", "--site", "a", **env))
        archive.run.release_site(archive.conn, "a")
    told(mattran("reextract", **env))
    is_restated_once(mattran)


def test_where_all_sites_are_being_crawled_it_says_so(mattran: Mattran):
    with Archive.open(mattran.db, "crawl", []) as archive:
        for site in ("a", "b"):
            archive.run.hold_site(archive.conn, site)
        told(mattran("reextract"), LOCKED)
        for site in ("a", "b"):
            archive.run.release_site(archive.conn, site)


def test_on_a_full_disk_it_stops_and_goes_on_with_room_made(crawled, tmp_path: Path, rules: Rules):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={8 * MEBIBYTE}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here (needs root)")
    try:
        mattran = copy_of(crawled[1], disk / "archive")
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 80_000))
        finished = mattran("reextract", **rules())
        told(finished, NO_SPACE)
        assert len(finished.err.splitlines()) == 1
        ballast.unlink()
        told(mattran("reextract", **rules()))
        is_restated_once(mattran)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
