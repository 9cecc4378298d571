"""What `mattran verify` finds, names and repairs: with the real command, on a crawled archive."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import verify_raw
from archive.verify import Verification, _contents, verify
from bench.verify import flips
from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import wait_until

SITE = "wp"
SPECS = [
    SiteSpec(id=SITE, family="wordpress", articles=12),
    SiteSpec(id="filed", family="filed", articles=4, traps=False),
]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mattran]:
    with Replica(SPECS) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("crawled"), replica, delay=0)
        assert mattran("crawl", "--all", "--full").exit_code == 0
        yield mattran


@pytest.fixture
def mattran(crawled: Mattran, tmp_path: Path) -> Mattran:
    """Return the command with a copy of the crawled archive."""
    shutil.copytree(crawled.folder, tmp_path / "copy")
    return Mattran.of(tmp_path / "copy", tmp_path / "copy" / "sites.toml")


def test_a_sound_archive_is_sound(mattran: Mattran) -> None:
    done = mattran("verify")
    assert (done.exit_code, done.err) == (0, "")
    assert "all sound" in done.out


def test_nothing_is_left_beside_what_is_no_archive(mattran: Mattran, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for target in (folder, tmp_path / "none.db"):
        done = Mattran.of(tmp_path, mattran.registry)("--db", str(target), "verify", "--repair")
        assert done.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "folder"]


def test_one_flipped_byte_anywhere_is_found_named_and_put_right(mattran: Mattran) -> None:
    for flip in flips(mattran.db, 20, random.Random(6)):
        assert (flip.found, flip.named, flip.repaired) == (True, True, True), flip


def test_a_flipped_byte_of_the_sums_is_found_and_put_right(mattran: Mattran) -> None:
    sums = mattran.db.with_name("mattran.db.sums")
    data = bytearray(sums.read_bytes())
    data[-20] ^= 1
    sums.write_bytes(data)
    assert mattran("verify").exit_code == 1
    assert mattran("verify", "--repair").exit_code == 0
    assert mattran("verify").exit_code == 0


def test_the_repair_is_told_and_the_copy_kept(mattran: Mattran) -> None:
    data = bytearray(mattran.db.read_bytes())
    data[len(data) // 2] ^= 255
    mattran.db.write_bytes(data)
    assert "mattran.db at byte" in mattran("verify").out
    done = mattran("verify", "--repair")
    assert (done.exit_code, "as it was again" in done.err) == (0, True)
    assert mattran.db.with_name("mattran.db.before-repair").read_bytes() == bytes(data)


READ = "kind, media_type, pages, title, text, note, is_shown"


def test_one_flipped_letter_of_what_a_file_says_is_found_and_read_again(mattran: Mattran) -> None:
    rng = random.Random(3)
    rows = mattran.rows(f"SELECT id, {READ} FROM files WHERE text IS NOT NULL")
    assert len(rows) >= 4
    for _ in range(25):
        row = rng.choice(rows)
        place = rng.randrange(len(row["text"]))
        changed = chr(ord(row["text"][place]) ^ 1)
        wrong = row["text"][:place] + changed + row["text"][place + 1 :]
        mattran.write("UPDATE files SET text = ? WHERE id = ?", wrong, row["id"])
        named = [d for d in verify(mattran.db, quick=True).damages if d.kind == "text"]
        assert [(d.table, d.id) for d in named] == [("files", row["id"])], (place, changed)
        mattran.write("UPDATE files SET text = ? WHERE id = ?", row["text"], row["id"])
    # More than one byte: no sum can tell what stood there.
    mattran.write("UPDATE files SET text = ? WHERE id = ?", f"{wrong[1:]} thêm", row["id"])
    done = mattran("verify", "--repair")
    assert (done.exit_code, "was read again from its raw record" in done.err) == (0, True)
    assert mattran("verify").exit_code == 0
    again = mattran.rows(f"SELECT id, {READ} FROM files WHERE text IS NOT NULL")
    assert [tuple(one) for one in again] == [tuple(one) for one in rows]


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "scan"), ("pages", 7), ("note", "?"), ("title", "Quyết định")]
)
def test_what_else_is_said_of_a_file_is_compared_and_mended(
    mattran: Mattran, column: str, value: object
) -> None:
    (row,) = mattran.rows(f"SELECT id, {READ} FROM files WHERE kind = 'text' LIMIT 1")
    mattran.write(f"UPDATE files SET {column} = ? WHERE id = ?", value, row["id"])
    assert f"files {row['id']}: " in mattran("verify", "--quick").out
    assert mattran("verify", "--repair").exit_code == 0
    assert tuple(mattran.rows(f"SELECT id, {READ} FROM files WHERE id = ?", row["id"])[0]) == (
        tuple(row)
    )


def test_a_changed_text_is_named_and_read_again_from_its_raw_record(mattran: Mattran) -> None:
    revision, ref, body = mattran.rows(
        "SELECT r.id, p.ref, r.body FROM revisions r JOIN pages p ON p.id = r.page LIMIT 1"
    )[0]
    mattran.write("UPDATE revisions SET body = 'Một câu khác.' WHERE id = ?", revision)
    done = mattran("verify")
    assert done.exit_code == 1
    assert f"revisions {revision}, {ref}: its text does not match" in done.out
    repaired = mattran("verify", "--repair")
    assert repaired.exit_code == 0, repaired.out + repaired.err
    assert mattran.value("SELECT body FROM revisions WHERE id = ?", revision) == body


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM articles_fts_docsize WHERE id = (SELECT min(id) FROM articles_fts_docsize)",
        "INSERT INTO articles_fts(rowid, title) SELECT min(sid) + 1, 'x' FROM pages",
        "INSERT INTO article_keys(rowid, keys) SELECT min(sid), 'kangaroo' FROM pages",
        "DELETE FROM keyed WHERE page = (SELECT min(page) FROM keyed)",
        "DELETE FROM mentions",
        "UPDATE fingerprints SET digest = 1 WHERE number = 1",
    ],
)
def test_an_index_that_lies_is_named_and_made_anew(mattran: Mattran, statement: str) -> None:
    mattran.write(statement)
    done = mattran("verify", "--json")
    tables = {json.loads(line)["table"] for line in done.out.splitlines()}
    assert done.exit_code == 1
    assert tables & {
        "articles_fts",
        "articles_fts_docsize",
        "article_keys",
        "keyed",
        "fingerprints",
    }
    repaired = mattran("verify", "--repair")
    assert repaired.exit_code == 0, repaired.out + repaired.err


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE pages SET current_revision = NULL", "its current revision is not the newest"),
        ("UPDATE revisions SET cause = 'site'", "cause `first`"),
        (
            "UPDATE pages SET ref = '00000000001' WHERE id = (SELECT min(id) FROM pages)",
            "its ref is not that",
        ),
        ("UPDATE frontier SET hints = '{'", "hints is not JSON"),
        ("UPDATE pages SET gone_at = '2026-01-01T00:00:00+07:00'", "its disappearance"),
    ],
)
def test_rows_that_contradict_each_other_are_named(
    mattran: Mattran, statement: str, told: str
) -> None:
    mattran.write(statement)
    done = mattran("verify", "--quick")
    assert (done.exit_code, told in done.out) == (1, True), done.out


def test_a_missing_and_a_torn_file_are_named(mattran: Mattran) -> None:
    file = next((mattran.folder / "warc").iterdir())
    data = file.read_bytes()
    file.write_bytes(data[:-10])
    assert f"{file.name} at byte {len(data) - 10}" in mattran("verify", "--quick").out
    file.unlink()
    done = mattran("verify")
    assert (done.exit_code, "the file is missing, and with it " in done.out) == (1, True)
    assert len(done.out.splitlines()) == 2


def test_damage_of_any_record_is_told_in_readable_lines(mattran: Mattran) -> None:
    """Of warcio: it quotes bytes, and writes to stderr what it raises."""
    for row in mattran.rows(
        "SELECT warc_file, warc_offset, warc_length FROM captures WHERE warc_file IS NOT NULL"
        " ORDER BY warc_length DESC LIMIT 10"
    ):
        path = mattran.folder / "warc" / row["warc_file"]
        sound = path.read_bytes()
        broken = bytearray(sound)
        broken[row["warc_offset"] + 12 + row["warc_length"] * (row["warc_length"] % 7) // 8] ^= 64
        path.write_bytes(broken)
        done = mattran("verify")
        path.write_bytes(sound)
        assert (done.exit_code, len(done.err.splitlines())) == (1, 1)
        lines = done.out.splitlines()
        assert any(f"at byte {row['warc_offset']}, captures" in line for line in lines), lines
        assert max(map(len, lines)) < 400
        assert done.out.isascii()


def test_what_no_sum_and_no_record_has_stays_reported(mattran: Mattran) -> None:
    file = next((mattran.folder / "warc").iterdir())
    file.unlink()
    assert mattran("verify", "--repair").exit_code == 1


def test_an_erased_page_is_withdrawn_not_damaged(mattran: Mattran) -> None:
    ref = str(mattran.value("SELECT ref FROM articles LIMIT 1"))
    assert mattran("withdraw", ref, "--erase", "--reason", "why").exit_code == 0
    done = mattran("verify")
    assert (done.exit_code, "1 erased on request" in done.out) == (0, True), done.out


def test_an_erased_page_that_has_a_text_is_named(mattran: Mattran) -> None:
    page, ref = mattran.rows("SELECT id, ref FROM articles LIMIT 1")[0]
    assert mattran("withdraw", ref, "--erase", "--reason", "why").exit_code == 0
    mattran.write("UPDATE revisions SET body = 'Nó đã trở lại.' WHERE page = ?", page)
    assert "it was erased and has a text" in mattran("verify").out


def test_after_a_kill_and_another_run_all_is_sound(tmp_path: Path) -> None:
    with Replica([SiteSpec(id=SITE, family="wordpress", articles=12)]) as replica:
        mattran = Mattran(tmp_path / "killed", replica, delay=0)
        with mattran.running("crawl", SITE, "--full") as process:
            wait_until(lambda: len(replica.hits()) > 12)
            process.send_signal(signal.SIGKILL)
            process.wait()
        told = verify(mattran.db)
        assert (told.damages, len(told.notes)) == ([], 1)
        assert mattran("crawl", SITE, "--full").exit_code == 0
    told = verify(mattran.db)
    assert (told.damages, told.notes) == ([], [])


def test_no_archive_is_a_mistake_of_usage(tmp_path: Path, mattran: Mattran) -> None:
    nowhere = Mattran.of(tmp_path / "nowhere", mattran.registry)
    assert nowhere("verify").exit_code == 2


def test_the_memory_needed_does_not_grow_with_the_archive(mattran: Mattran) -> None:
    with closing(sqlite3.connect(mattran.db)) as conn:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
        conn.execute(
            f"{numbers} INSERT INTO images (revision, position, url, caption) SELECT 9000 + i, 1,"
            " '', 'Chú thích của ảnh ' || i FROM n"
        )
        columns = "site, url, captured_at, kind, warc_file, warc_offset, warc_length"
        conn.execute(
            f"{numbers} INSERT INTO captures ({columns}) SELECT c.site, url, captured_at, 'other',"
            " warc_file, i, 1 FROM n CROSS JOIN captures c WHERE c.id = (SELECT max(id) FROM"
            " captures WHERE warc_length > 0)"
        )
        conn.commit()
        for check in (
            _contents(conn, Verification()),
            verify_raw.raw(conn, mattran.folder / "warc", Verification(), quick=True, workers=1),
        ):
            tracemalloc.start()
            assert sum(1 for _ in check) <= 30_000
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert most < 3_000_000


def test_processes_side_by_side_find_what_one_finds(
    mattran: Mattran, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_raw, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(verify_raw, "_BATCH", 2)
    for file in (mattran.folder / "warc").iterdir():
        data = bytearray(file.read_bytes())
        for place in range(5000, len(data), 5000):
            data[place] ^= 1
        file.write_bytes(data)
    one, two = (verify(mattran.db, workers=workers) for workers in (1, 2))
    assert one.damages == two.damages
    assert one.records == two.records > 10
    assert len([damage for damage in one.damages if damage.table == "captures"]) > 3
