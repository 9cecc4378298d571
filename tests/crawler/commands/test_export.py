"""`mattran export`: files that are whole or not there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.errors import UsageError
from archive.index import rebuild
from crawler import terminal
from crawler.commands import mattran
from tests.sample_archive import TITLE, SampleArchive


@pytest.fixture
def db(tmp_path: Path) -> Path:
    sample = SampleArchive(tmp_path / "data" / "mattran.db")
    sample.site()
    sample.article()
    sample.close()
    return sample.path


@pytest.fixture
def export(db: Path) -> Callable[..., Result]:
    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(mattran, ["--db", str(db), "export", *map(str, arguments)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_csv_opens_in_excel_unless_told_otherwise(export: Callable[..., Result]) -> None:
    assert export("--format", "csv").stdout_bytes.startswith(b"\xef\xbb\xbfid,ref,site,url,title")
    assert export("--format", "csv", "--no-bom").stdout_bytes.startswith(b"id,ref,")


def test_json_lines_have_no_mark(export: Callable[..., Result]) -> None:
    assert export("--format", "jsonl").stdout_bytes.startswith(b'{"id"')


@pytest.mark.parametrize("form", ["csv", "jsonl", "sqlite"])
def test_a_file_is_written_whole_under_its_name(
    export: Callable[..., Result], tmp_path: Path, form: str
) -> None:
    out = tmp_path / "out"
    result = export("--format", form, "--output", out)
    assert result.stdout == ""
    assert "1 article written" in result.stderr
    assert TITLE.encode() in out.read_bytes()
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["out"]


def test_the_query_may_be_several_words(export: Callable[..., Result], db: Path) -> None:
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        rebuild(conn)
    for words, found in ((["dong", "da"], 1), (["dong", "nai"], 0), (["dong da"], 1)):
        assert export(*words, "--format", "jsonl").stdout.count("\n") == found


def test_a_file_that_exists_is_kept_unless_forced(
    export: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "out.db"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists: name another file or add --force"):
        export("--format", "sqlite", "--output", out)
    assert out.read_text(encoding="utf-8") == "mine"
    export("--format", "sqlite", "--output", out, "--force")
    with closing(sqlite3.connect(out)) as conn:
        assert conn.execute("SELECT title FROM articles").fetchone() == (TITLE,)


@pytest.mark.parametrize("name", ["{}", "{}-wal", "{}.lock", "{}.sums", "warc/1.warc.gz", "warc"])
def test_the_archive_is_never_written_over(
    export: Callable[..., Result], db: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "link").symlink_to(db.parent)
    out = tmp_path / "link" / name.format(db.name)
    with pytest.raises(UsageError, match="belongs to the archive itself"):
        export("--format", "csv", "--output", out, "--force")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_what_is_no_ordinary_file_is_never_replaced(
    export: Callable[..., Result], tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="no ordinary file"):
        export("--format", "csv", "--output", pipe, "--force")
    assert pipe.is_fifo()


def test_a_link_stays_and_what_it_points_to_is_replaced(
    export: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "out.csv")
    export("--format", "csv", "--output", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert TITLE in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_a_dash_is_stdout(export: Callable[..., Result]) -> None:
    assert TITLE in export("--format", "csv", "--output", "-").stdout
    with pytest.raises(UsageError, match="not written to stdout"):
        export("--format", "sqlite", "--output", "-")


def test_a_terminal_gets_no_control_characters_a_file_all(
    export: Callable[..., Result], db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("UPDATE revisions SET title = title || char(27) || '[2J'")
        conn.commit()
    for shown in (False, True):
        monkeypatch.setattr(terminal, "is_terminal", lambda shown=shown: shown)
        assert ("\x1b" in export("--format", "csv").stdout) is not shown


def test_an_export_that_breaks_leaves_nothing(
    export: Callable[..., Result], db: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("DROP TABLE images")
        conn.commit()
    with pytest.raises(sqlite3.OperationalError):
        export("--format", "jsonl", "--output", tmp_path / "out")
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--format", "sqlite"], "name a file with --output"),
        (["--format", "csv", "--output", "/no/such/folder/x"], "does not exist"),
        (["--format", "csv", "--site", "nowhere"], "no site 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_written(
    db: Path, arguments: list[str], line: str
) -> None:
    result = CliRunner().invoke(mattran, ["--db", str(db), "export", *arguments])
    assert isinstance(result.exception, UsageError)
    assert line in str(result.exception)
    assert result.stdout_bytes == b""


@pytest.mark.parametrize("day", ["2025-02-30", "today"])
def test_a_day_must_be_one(export: Callable[..., Result], day: str) -> None:
    with pytest.raises(UsageError, match="is not a day"):
        export("--format", "csv", "--since", day)
