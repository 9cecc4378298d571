"""`mattran merge`: the same in any order, nothing twice, and what was erased stays erased."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec

SITES = ("wp", "nv")

# What of an archive does not depend on numbers that each gives by itself.
DUMP = (
    "SELECT p.id, p.ref, p.site, p.key, p.url, p.kind, p.state, p.first_seen_at, p.last_seen_at,"
    " p.gone_at, p.merged_into, r.captured_at, r.content_hash FROM pages p"
    " LEFT JOIN revisions r ON r.id = p.current_revision",
    "SELECT page, cause, captured_at, content_hash, title, lead, body, author, published_at, tags"
    " FROM revisions",
    "SELECT c.site, c.url, c.captured_at, c.kind, c.status, c.payload_sha256, c.page, c.warc_file,"
    " c.warc_offset, r.captured_at, r.content_hash, s.captured_at FROM captures c"
    " LEFT JOIN revisions r ON r.id = c.revision LEFT JOIN captures s ON s.id = c.same_content_as",
    "SELECT * FROM aliases",
    "SELECT page, gone_at, back_at FROM disappearances",
    "SELECT page, action, reason, lines FROM withdrawals",
    "SELECT site, request_key, kind, state, text, hints, fetched_at, last_status, page"
    " FROM frontier",
    "SELECT article, other, kind FROM duplicates",
    "SELECT id, first_crawled_at, last_crawled_at FROM sites",
)  # fmt: skip


def dump(mattran: Mattran) -> list[list[str]]:
    return [sorted(str(tuple(row)) for row in mattran.rows(query)) for query in DUMP]


def next_second() -> None:
    """Wait: of one address fetched twice in one second either record may be kept."""
    time.sleep(1 - time.time() % 1)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Mattran]]:
    """Return three archives of the same sites at different times: edits, new and gone articles."""
    rng = random.Random(3)
    specs = [SiteSpec(id=site, family=family, articles=8)
             for site, family in zip(SITES, ("wordpress", "nukeviet"), strict=True)]  # fmt: skip
    found = []
    with Replica(specs) as replica:
        for number in range(3):
            mattran = Mattran(tmp_path_factory.mktemp(f"shard{number}"), replica, delay=0)
            mattran("crawl", SITES[number % 2], "--full")
            next_second()
            for truth in rng.sample(replica[SITES[0]].truth(), 2):
                replica[SITES[0]].edit(truth.key, f"Một đoạn mới, lần thứ {number}.")
            replica[SITES[1]].add_article()
            mattran("recrawl", "--site", SITES[number % 2])
            next_second()
            mattran("crawl", "--all", "--full")
            next_second()
            found.append(mattran)
        yield found


def merged(folder: Path, shards: list[Mattran], order: tuple[int, ...]) -> Mattran:
    """Return a copy of the first shard of an order into which the others were merged."""
    first = shards[order[0]]
    shutil.copytree(first.folder, folder)
    mattran = Mattran.of(folder, first.registry)
    done = mattran("merge", *(str(shards[number].db) for number in order[1:]))
    assert done.exit_code == 0, done.err
    return mattran


def test_any_order_gives_the_same_archive(shards: list[Mattran], tmp_path: Path) -> None:
    orders = list(itertools.permutations(range(3)))
    results = [merged(tmp_path / f"m{i}", shards, order) for i, order in enumerate(orders[:4])]
    expected = dump(results[0])
    for result in results:
        for one, two in zip(dump(result), expected, strict=True):
            assert one == two
        done = result("verify")
        assert (done.exit_code, done.err) == (0, ""), done.out


def test_merging_twice_changes_nothing(shards: list[Mattran], tmp_path: Path) -> None:
    mattran = merged(tmp_path / "m", shards, (0, 1))
    before = dump(mattran)
    assert mattran("merge", str(shards[1].db)).exit_code == 0
    assert dump(mattran) == before
    assert mattran("merge", str(shards[0].db)).exit_code == 0
    assert dump(mattran) == before


def test_a_dry_run_says_what_would_be_new_and_writes_nothing(
    shards: list[Mattran], tmp_path: Path
) -> None:
    shutil.copytree(shards[0].folder, tmp_path / "m")
    mattran = Mattran.of(tmp_path / "m", shards[0].registry)
    before = mattran.db.read_bytes()

    def told(*arguments: str) -> dict[str, int]:
        done = mattran("merge", str(shards[1].db), "--json", *arguments)
        assert done.exit_code == 0, done.err
        found = json.loads(done.out)
        return {name: found[name] for name in ("pages", "captures", "files")}

    planned = told("--dry-run")
    assert mattran.db.read_bytes() == before
    assert all(planned.values())
    assert told() == planned
    assert told("--dry-run") == dict.fromkeys(planned, 0)
    nowhere = Mattran.of(tmp_path / "none", mattran.registry)
    assert nowhere("merge", str(shards[1].db), "--dry-run").exit_code == 0
    assert not nowhere.folder.exists()


def test_nothing_of_either_archive_is_lost(shards: list[Mattran], tmp_path: Path) -> None:
    mattran = merged(tmp_path / "m", shards, (0, 1, 2))
    contents = "SELECT page, content_hash FROM revisions"
    for shard in shards:
        here = {tuple(row) for row in mattran.rows(contents)}
        assert {tuple(row) for row in shard.rows(contents)} <= here
    assert mattran("crawl", "wp", "--dry-run").exit_code == 0


def test_what_one_archive_erased_is_erased_in_both(shards: list[Mattran], tmp_path: Path) -> None:
    shutil.copytree(shards[0].folder, tmp_path / "erased")
    erased = Mattran.of(tmp_path / "erased", shards[0].registry)
    ref, title = erased.rows("SELECT ref, title FROM articles WHERE site = 'wp' LIMIT 1")[0]
    assert erased("withdraw", ref, "--erase", "--reason", "why").exit_code == 0
    one = merged(tmp_path / "one", [erased, shards[2]], (0, 1))
    two = merged(tmp_path / "two", [erased, shards[2]], (1, 0))
    for mattran in (one, two):
        assert mattran.rows("SELECT 1 FROM articles WHERE ref = ?", ref) == []
        assert title.encode() not in mattran.db.read_bytes()
        done = mattran("verify")
        assert done.exit_code == 0, done.out


def test_raw_records_have_to_come_along_and_lost_ones_come_back(
    shards: list[Mattran], tmp_path: Path
) -> None:
    (tmp_path / "alone").mkdir()
    shutil.copy(shards[1].db, tmp_path / "alone")
    mattran = Mattran.of(tmp_path / "m", shards[0].registry)
    done = mattran("merge", str(tmp_path / "alone" / "mattran.db"))
    assert (done.exit_code, "copy warc/, too" in done.err) == (2, True)
    assert mattran("merge", str(shards[1].db)).exit_code == 0
    files = sorted((mattran.folder / "warc").iterdir())
    files[0].unlink()
    assert mattran("verify", "--quick").exit_code == 1
    assert mattran("merge", str(shards[1].db)).exit_code == 0
    done = mattran("verify")
    assert done.exit_code == 0, done.out


def test_what_rotted_in_the_other_archive_is_named_and_put_right_here(
    shards: list[Mattran], tmp_path: Path
) -> None:
    shutil.copytree(shards[0].folder, tmp_path / "other")
    file = max((tmp_path / "other" / "warc").iterdir(), key=lambda path: path.stat().st_size)
    sound = file.read_bytes()
    file.write_bytes(sound[:5000] + bytes([sound[5000] ^ 1]) + sound[5001:])
    mattran = Mattran.of(tmp_path / "m", shards[0].registry)
    assert mattran("merge", str(tmp_path / "other" / "mattran.db")).exit_code == 0
    done = mattran("verify")
    assert (done.exit_code, f"{file.name} at byte 0, warc_files" in done.out) == (1, True)
    assert mattran("verify", "--repair").exit_code == 0
    assert (mattran.folder / "warc" / file.name).read_bytes() == sound


def test_files_that_the_other_archive_has_lost_are_told(
    shards: list[Mattran], tmp_path: Path
) -> None:
    shutil.copytree(shards[0].folder, tmp_path / "other")
    files = sorted((tmp_path / "other" / "warc").iterdir())
    assert len(files) > 1
    files[0].unlink()
    mattran = Mattran.of(tmp_path / "m", shards[0].registry)
    done = mattran("merge", str(tmp_path / "other" / "mattran.db"))
    assert (done.exit_code, "1 WARC file is missing" in done.err) == (0, True)


def test_what_is_no_archive_of_this_schema_is_refused(
    shards: list[Mattran], tmp_path: Path
) -> None:
    shutil.copytree(shards[0].folder, tmp_path / "m")
    mattran = Mattran.of(tmp_path / "m", shards[0].registry)
    shutil.copytree(shards[1].folder, tmp_path / "newer")
    newer = Mattran.of(tmp_path / "newer", shards[1].registry)
    newer.write("PRAGMA user_version = 99")
    for other in (newer.db, mattran.db, tmp_path / "none.db"):
        done = mattran("merge", str(other))
        assert (done.exit_code, done.err.count("\n")) == (2, 1)
    assert "there is no archive at" in done.err
    assert "--db" not in done.err
