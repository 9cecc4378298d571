"""`mattran backup` with the real command: whole at every moment, nothing copied twice."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import Mattran
from tests.replica import Replica
from tests.survivors import wait_until


def restored(mattran: Mattran, target: Path) -> Mattran:
    return Mattran.of(target, mattran.registry)


def test_a_backup_is_a_whole_archive(mattran: Mattran, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert mattran("backup", str(target)).exit_code == 0
    assert mattran("backup", str(target), "--check").exit_code == 0
    copy = restored(mattran, target)
    done = copy("verify")
    assert (done.exit_code, done.err) == (0, ""), done.out
    assert copy.rows("SELECT * FROM articles") == mattran.rows("SELECT * FROM articles")


def test_a_backup_holds_nothing_else_and_needs_no_sums(mattran: Mattran, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    mattran("backup", str(target))
    names = sorted(path.name for path in target.iterdir())
    assert names == ["mattran.db", "mattran.db.sums", "warc"]
    (target / "mattran.db.sums").unlink()  # as of one that was killed at its very end
    done = mattran("backup", str(target), "--check")
    assert (done.exit_code, done.err) == (0, "")


def test_the_next_backup_copies_only_what_is_new(
    mattran: Mattran, replica: Replica, tmp_path: Path
) -> None:
    target = str(tmp_path / "backup")
    mattran("backup", target)
    first = json.loads(mattran("backup", target, "--json").out)
    replica["wp"].add_article()
    mattran("recrawl", "--site", "wp")
    mattran("crawl", "wp", "--full")
    second = json.loads(mattran("backup", target, "--json").out)
    assert (first["copied"], first["kept"]) == (1, 1)
    assert second["copied"] > 1
    assert second["kept"] == 1
    assert mattran("backup", target, "--check").exit_code == 0


def test_a_backup_beside_a_crawl_is_consistent(tmp_path: Path, replica: Replica) -> None:
    mattran = Mattran(tmp_path / "slow", replica, delay=0.05)
    with mattran.running("crawl", "wp", "--full") as process:
        wait_until(lambda: len(replica.hits()) > 10)
        done = mattran("backup", str(tmp_path / "backup"))
        assert (done.exit_code, process.poll()) == (0, None), done.err
    assert mattran("backup", str(tmp_path / "backup"), "--check").exit_code == 0
    copy = restored(mattran, tmp_path / "backup")
    assert copy("crawl", "wp", "--full").exit_code == 0
    assert copy.value("SELECT count(*) FROM articles") == 12
    assert copy("verify").exit_code == 0


def test_a_damaged_file_is_told_and_never_replaces_a_good_copy(
    mattran: Mattran, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    mattran("backup", str(target))
    file = next((mattran.folder / "warc").iterdir())
    copy = target / "warc" / file.name
    copy.write_bytes(b"rot")
    assert mattran("backup", str(target), "--check").exit_code == 1
    assert mattran("backup", str(target)).exit_code == 0
    good = copy.read_bytes()
    copy.write_bytes(b"rot")
    file.write_bytes(b"rotten" + good[6:])
    done = mattran("backup", str(target))
    assert (done.exit_code, file.name in done.err) == (1, True)


def rot(db: Path, text: str) -> None:
    """Change a letter of a text in a database file."""
    data = bytearray(db.read_bytes())
    at = data.index(text.encode())
    data[at] ^= 1
    db.write_bytes(data)


def test_a_damaged_database_never_replaces_a_good_copy(mattran: Mattran, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    mattran("backup", str(target))
    good = (target / "mattran.db").read_bytes()
    rot(mattran.db, str(mattran.value("SELECT substr(body, 1, 40) FROM articles LIMIT 1")))
    for _ in ("compared with its sums", "the last run did not end: compared with the hashes"):
        done = mattran("backup", str(target))
        assert (done.exit_code, "stays as it was" in done.err) == (1, True)
        assert (target / "mattran.db").read_bytes() == good
        assert mattran("backup", str(target), "--check").exit_code == 0
        (mattran.folder / "mattran.db.sums.open").touch()
    (mattran.folder / "mattran.db.sums.open").unlink()
    assert mattran("verify", "--repair").exit_code == 0
    assert mattran("backup", str(target)).exit_code == 0


def test_an_erased_text_leaves_the_backup_with_the_next_one(
    mattran: Mattran, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    mattran("backup", str(target))
    ref, title = mattran.rows("SELECT ref, title FROM articles LIMIT 1")[0]
    assert mattran("withdraw", ref, "--erase", "--reason", "why").exit_code == 0
    assert mattran("backup", str(target)).exit_code == 0
    assert title.encode() not in (target / "mattran.db").read_bytes()
    names = {path.name for path in (target / "warc").iterdir()}
    assert names == {path.name for path in (mattran.folder / "warc").iterdir()}


def test_files_of_which_a_restored_database_knows_nothing_stay_in_the_backup(
    mattran: Mattran, replica: Replica, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    mattran("backup", str(target))
    older = (target / "mattran.db").read_bytes()
    replica["wp"].add_article()
    mattran("crawl", "wp", "--full")
    mattran("backup", str(target))
    files = {path.name for path in (target / "warc").iterdir()}
    mattran.db.write_bytes(older)
    (mattran.folder / "mattran.db.sums").unlink()

    told = mattran("verify")
    assert (told.exit_code, told.err.count("`mattran import` takes")) == (0, 1)
    assert mattran("backup", str(target)).exit_code == 0
    assert {path.name for path in (target / "warc").iterdir()} == files

    (strange,) = [name for name in files if f"{name}: the database" in told.err]
    assert mattran("import", str(mattran.folder / "warc" / strange)).exit_code == 0
    assert mattran.value("SELECT count(*) FROM articles") == 13


def test_a_backup_spares_folders_of_others(mattran: Mattran, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    assert mattran("backup", str(other)).exit_code == 2
    assert mattran("backup", str(mattran.folder)).exit_code == 2
    assert mattran("backup", str(tmp_path / "none"), "--check").exit_code == 2


def test_a_backup_never_takes_the_place_of_another_archive(
    mattran: Mattran, replica: Replica, tmp_path: Path
) -> None:
    other = Mattran(tmp_path / "b", replica, delay=0)
    assert other("crawl", "wp").exit_code == 0
    before = other.db.read_bytes()
    for arguments in ([], ["--dry-run"]):
        done = mattran("backup", str(other.folder), *arguments)
        assert (done.exit_code, done.out) == (2, "")
        assert "holds another archive" in done.err
    assert other.db.read_bytes() == before
    assert other("verify").exit_code == 0


def test_a_damaged_backup_is_made_anew(mattran: Mattran, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    mattran("backup", str(target))
    (target / mattran.db.name).write_bytes(b"SQLite format 3\0" + b"?" * 5000)
    assert mattran("backup", str(target)).exit_code == 0
    assert mattran("backup", str(target), "--check").exit_code == 0


def test_a_dry_run_writes_nothing(mattran: Mattran, tmp_path: Path) -> None:
    done = mattran("backup", str(tmp_path / "backup"), "--dry-run")
    assert (done.exit_code, "2 files" in done.out) == (0, True)
    assert not (tmp_path / "backup").exists()
