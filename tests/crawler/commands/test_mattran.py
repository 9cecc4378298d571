"""The command itself: quick, quiet about its insides, at home on any terminal."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from archive.errors import ArchiveLockedError, NotWritableError, UsageError
from crawler import commands
from tests.sample_archive import TITLE, SampleArchive

HEAVY = ("scrapy", "twisted", "aiohttp", "sqlite_utils", "lxml", "parsel")
# Output is buffered for most people; without that, other lines of code meet the broken pipe.
BUFFERED = {**os.environ, "PYTHONUNBUFFERED": ""}
PIPES: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

READING = ("sites", "search", "show", "stats", "export")

# Runs the command in this process's place and then tells which heavy modules came along.
SPY = """
import sys
from crawler.commands import main
code = main(sys.argv[1:])
heavy = [name for name in {heavy} if name in sys.modules]
print("HEAVY", *heavy, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    sample = SampleArchive(tmp_path / "mattran.db")
    sample.site()
    for number in range(50):
        sample.article(f"news:{number}", f"https://front.example/{number}", body="Dài. " * 2000)
    sample.close()
    return sample.path


def run(
    *arguments: object, script: str | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    code = script or "import sys; from crawler.commands import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every command raise `error`."""

    def broken(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(commands.mattran, "invoke", broken)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["stats"],
        ["show", "news"],
        ["export", "--format", "csv"],
        ["export", "dai", "--format", "jsonl"],
    ],
)
def test_reading_commands_import_nothing_heavy(db: Path, arguments: list[str]) -> None:
    done = run("--db", db, *arguments, script=SPY.format(heavy=HEAVY))
    assert done.stderr.splitlines()[-1].split() == [b"HEAVY"]


def test_help_lists_the_commands_that_exist_without_importing_them() -> None:
    script = SPY.format(heavy=tuple(f"crawler.commands.{name}" for name in READING))
    done = run("--help", script=script)
    assert done.stderr.split() == [b"HEAVY"]
    for name in ("show", "stats", "export"):
        assert commands.SUMMARIES[name] in " ".join(done.stdout.decode().split())


def test_every_command_of_the_help_can_be_loaded() -> None:
    context = click.Context(commands.mattran)
    names = commands.mattran.list_commands(context)
    for name in names:
        command = commands.mattran.get_command(context, name)
        assert command is not None
        assert command.help


def test_every_module_of_a_command_is_in_the_help() -> None:
    folder = Path(commands.__file__).parent
    stems = {path.stem for path in folder.glob("*.py") if "@click.command(" in path.read_text()}
    modules = {stem.rstrip("_").replace("_", "-") for stem in stems}  # `import` is a keyword
    assert modules <= commands.SUMMARIES.keys()


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1258"},
    ],
)
@pytest.mark.parametrize("arguments", [["show", "https://front.example/7"], ["stats"]])
def test_no_encoding_of_the_terminal_stops_it(
    db: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    done = run("--db", db, *arguments, **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    as_json = run("--db", db, *arguments, "--json", **environment)
    assert json.loads(as_json.stdout.decode(environment.get("PYTHONIOENCODING", "utf-8")))


def test_csv_is_utf8_whatever_the_terminal_is(db: Path) -> None:
    done = run("--db", db, "export", "--format", "csv", PYTHONIOENCODING="ascii")
    assert TITLE in done.stdout.decode("utf-8-sig")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_reader_that_leaves_ends_it_silently(db: Path, form: str) -> None:
    code = "import sys; from crawler.commands import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "--db", str(db), "export", "--format", form]
    with subprocess.Popen(command, env=BUFFERED, **PIPES) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize("arguments", [["stats"], ["--help"], ["show", "https://front.example/7"]])
def test_a_reader_that_left_before_ends_it_silently(db: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code = "import sys; from crawler.commands import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "--db", str(db), *arguments]
    done = subprocess.run(
        command, stdout=writing, stderr=subprocess.PIPE, check=False, env=BUFFERED
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_one_line(db: Path, number: signal.Signals) -> None:
    # As from a login shell: whatever runs the tests may ignore signals, and children inherit that.
    code = (
        "import signal, sys; from crawler.commands import main;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL);"
        "sys.exit(main())"
    )
    command = [sys.executable, "-c", code, "--db", str(db), "export", "--format", "csv"]
    with subprocess.Popen(command, env=BUFFERED, **PIPES) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)  # it has begun, and soon waits for us to read on
        process.send_signal(number)
        assert process.stderr.read() == b"mattran: interrupted\n"
        assert process.wait() == 3


CTRL_C_AT_IMPORT = """
import sys

class CtrlC:
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, CtrlC())
from crawler.start import main
sys.exit(main())
"""


def test_ctrl_c_while_it_still_loads_ends_it_in_one_line() -> None:
    done = subprocess.run([sys.executable, "-c", CTRL_C_AT_IMPORT], **PIPES, check=False)
    assert (done.returncode, done.stderr) == (3, b"mattran: interrupted\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_failure(db: Path, closed: str) -> None:
    code = "import sys; from crawler.commands import main; sys.exit(main())"
    done = subprocess.run(
        ["bash", "-c", f'exec "$@" {closed}', "bash", sys.executable, "-c", code, "stats"],
        **PIPES,
        env={**os.environ, "MATTRAN_DB": str(db)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_behind_the_output_is_said(db: Path) -> None:
    code = "import sys; from crawler.commands import main; sys.exit(main())"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "--db", str(db), "stats"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=BUFFERED,
        )
    assert (done.returncode, done.stderr) == (5, b"mattran: No space left on device\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], b"mattran: Missing command. (see `mattran --help`)\n"),
        (["fly"], b"mattran: there is no command 'fly': see `mattran --help`\n"),
        (["serach"], b"mattran: there is no command 'serach': did you mean `mattran search`?\n"),
        (
            ["recrawl", "--since", "2024", "--until", "2023"],
            b"mattran: no day is between 2024-01-01 and 2023-12-31: --since comes before --until\n",
        ),
        *(
            (
                ["crawl", "--all", f"--min-free={size}"],
                f"mattran: Invalid value for '--min-free': '{size}' is no size: write e.g. 500M or"
                " 2G (see `mattran crawl --help`)\n".encode(),
            )
            for size in ("", "5X", "-5M", "1e999", "M")
        ),
        (["show"], b"mattran: Missing argument 'REF|ID|URL'. (see `mattran show --help`)\n"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(arguments: list[str], line: bytes) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", line)


@pytest.mark.parametrize(
    "arguments", [["boilerplate", "x\udcff"], ["search", "dong", "--after", "\udcff"]]
)
def test_an_argument_that_is_no_text_is_told(db: Path, arguments: list[str]) -> None:
    done = run(*arguments, MATTRAN_DB=str(db))
    assert done.returncode == 2
    assert done.stderr.startswith(b"mattran: an argument is not in UTF-8")
    assert done.stderr.count(b"\n") == 1


def test_a_missing_archive_is_one_line_and_not_created(tmp_path: Path) -> None:
    db = tmp_path / "no" / "mattran.db"
    done = run("stats", MATTRAN_DB=str(db))
    assert done.returncode == 2
    assert done.stderr.startswith(f"mattran: there is no archive at {db}".encode())
    assert done.stderr.count(b"\n") == 1
    assert not db.parent.exists()


@pytest.mark.parametrize(
    ("contact", "line"),
    [("", b"mattran: no contact is known"), ("me", b"mattran: nobody can be reached at 'me'")],
)
def test_no_site_is_crawled_without_a_contact(tmp_path: Path, contact: str, line: bytes) -> None:
    db = tmp_path / "new" / "mattran.db"
    done = run("crawl", "hanoi-front", MATTRAN_DB=str(db), MATTRAN_CONTACT=contact)
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count(b"\n") == 1
    assert not db.parent.exists()


def sqlite_error(code: int, text: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("no such page"), 2, "no such page"),
        (ArchiveLockedError("held by run 7"), 4, "held by run 7"),
        (NotWritableError("no room"), 5, "no room"),
        (KeyboardInterrupt(), 3, "interrupted"),
        (click.Abort(), 3, "interrupted"),
        (sqlite_error(sqlite3.SQLITE_BUSY, "database is locked"), 4, "locked by another run"),
        (sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), 5, "cannot be written"),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN, "unable to open"), 5, "cannot be written"),
        (sqlite_error(sqlite3.SQLITE_CORRUPT, "malformed"), 1, "damaged"),
        (OSError(28, "No space left on device", "/x"), 5, "/x: No space left on device"),
        (OSError(20, "Not a directory", "file/x"), 2, "file/x: Not a directory"),
        (ZeroDivisionError("one\ntwo\x1b[2J"), 1, "ZeroDivisionError: one two[2J (use --debug"),
    ],
)
def test_every_error_is_one_line_with_its_code(
    error: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fail_with(monkeypatch, error)
    assert commands.main(["stats"]) == code
    said = capsys.readouterr().err
    assert said.startswith("mattran: ")
    assert line in said
    assert said.count("\n") == 1


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("x"))
    assert commands.main(["--debug", "stats"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_command_ends_with_the_code_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    @click.pass_context
    def command(ctx: click.Context) -> None:
        ctx.exit(3)

    monkeypatch.setattr(commands.LazyGroup, "get_command", lambda *_: command)
    assert commands.main(["crawl"]) == 3


def test_the_archive_lies_in_the_checkout_wherever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("stats", MATTRAN_DB="", PYTHONPATH=str(commands.CHECKOUT))
    default = commands.CHECKOUT / "data" / "mattran.db"
    assert default.exists() or str(default).encode() in done.stderr
