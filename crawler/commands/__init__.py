"""The command `mattran`: its own options, its commands loaded on use, errors in one line."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module, util
from keyword import iskeyword
from pathlib import Path

import click

from archive.errors import ArchiveError, UsageError
from archive.version import check_sqlite
from crawler.terminal import clean, prepare_streams

# Each command is `command` in the module of its name: `-` as `_`, and a word of Python has a `_`
# behind it. The lines stand here, so that `--help` imports none of them.
SUMMARIES = {
    "sites": "What sites are known, and what state each is in.",
    "add-site": "Look at a site and propose its registry row, with articles to judge it by.",
    "crawl": "Fetch what is new: of some sites, of all, or of what is due.",
    "recrawl": "Fetch known pages again.",
    "reextract": "Read the stored pages again with today's rules.",
    "import": "Take captures out of WARC and WACZ files, each with its own date.",
    "recover": "Bring a dead site back from what public web archives hold of it.",
    "search": "Find articles, with or without Vietnamese marks.",
    "show": "One article with its provenance, or why an address is not in the archive.",
    "diff": "What changed in an article, and whether the site did it or our rules.",
    "cite": "An article as a citation: text, BibTeX or RIS.",
    "boilerplate": "What was learned of a site's boilerplate, and why.",
    "duplicates": "Who else has an article, who had it first, what they cut or added.",
    "stats": "How much is archived, what it weighs, when the disk is full.",
    "export": "Articles as CSV, JSON lines, Parquet, Markdown, SQLite or WACZ.",
    "verify": "Prove that nothing in the archive has rotted, and repair what can be.",
    "backup": "Copy the archive to a folder, also while a crawl runs.",
    "merge": "Unite other archives with this one.",
    "withdraw": "Hide a page, or erase its text for good.",
    "schedule": "A crontab line and systemd units that crawl every hour.",
}

CHECKOUT = Path(__file__).resolve().parents[2]

LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
NOT_WRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
NOT_ALLOWED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
NO_SUCH_PATH = (errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG)
OS_CODES = {**dict.fromkeys(NOT_ALLOWED, 5), **dict.fromkeys(NO_SUCH_PATH, 2)}


@dataclass(frozen=True, slots=True)
class Context:
    """The options of `mattran` itself: `sites` is None for the shipped registry."""

    db: Path
    sites: Path | None
    debug: bool


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (of click)
        """Name the commands that exist, in the order a person meets them."""
        return [name for name in SUMMARIES if util.find_spec(_module(name)) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Import the command `cmd_name`; raise UsageError when there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            near = get_close_matches(cmd_name, SUMMARIES, n=1)
            hint = f"did you mean `mattran {near[0]}`?" if near else "see `mattran --help`"
            raise UsageError(f"there is no command {cmd_name!r}: {hint}")
        command = import_module(_module(cmd_name)).command
        assert isinstance(command, click.Command)  # noqa: S101 (a mistake of ours, not of a user)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in `--help` without importing them."""
        rows = [(name, SUMMARIES[name]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _module(name: str) -> str:
    return f"{__name__}.{name.replace('-', '_')}{'_' * iskeyword(name)}"


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        print(f"mattran {version('mattran-archive')}")
    except PackageNotFoundError:
        print("mattran (not installed)")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    envvar="MATTRAN_DB",
    default=CHECKOUT / "data" / "mattran.db",
    help="The archive; data/mattran.db of the checkout by default ($MATTRAN_DB).",
)
@click.option(
    "--sites",
    type=click.Path(path_type=Path),
    envvar="MATTRAN_SITES",
    help="A registry to use instead of the shipped one ($MATTRAN_SITES).",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version.",
)
@click.pass_context
def mattran(ctx: click.Context, db: Path, sites: Path | None, debug: bool) -> None:
    """Archive the websites of the Vietnam Fatherland Front, and search the archive."""
    ctx.obj = Context(db=db, sites=sites, debug=debug)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `mattran` with `arguments` (the process's own) and return its exit code.

    A command ends with another code than 0 by `ctx.exit(code)` or by raising. Codes: 0 done,
    1 failed, 2 usage, 3 interrupted, 4 locked, 5 no space or not writable (docs/operations.md).
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        prepare_streams()
        _stop_like_ctrl_c()
        check_sqlite()
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()
        return 0
    except Exception as error:  # noqa: BLE001 (the one place that turns errors into lines)
        _flush_what_can_be()
        return _report(error, arguments)
    except KeyboardInterrupt:
        silence_stdout()
        return _say("interrupted", 3)
    return code


def _stop_like_ctrl_c() -> None:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does, unless they are ignored (nohup).

    So temporary files are removed; a crawl listens by itself once it has begun.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _run(arguments: Sequence[str]) -> int:
    """Run the command; not by click's own `main`, which ends a broken pipe with code 1."""
    try:
        with mattran.make_context("mattran", list(arguments)) as ctx:
            result = mattran.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    return result if isinstance(result, int) else 0


def _wants_debug(arguments: Sequence[str]) -> bool:
    """Tell whether `--debug` was given; asked of the arguments, as parsing may have failed."""
    return "--debug" in arguments


def _report(error: Exception, arguments: Sequence[str]) -> int:
    debug = _wants_debug(arguments)
    if debug:
        traceback.print_exception(error)
    known = _explained(error)
    if known is not None:
        return _say(*known)
    if isinstance(error, UnicodeEncodeError) and error.object[error.start] in "".join(arguments):
        return _say("an argument is not in UTF-8: type it again in a terminal that is", 2)
    hint = "" if debug else " (use --debug for the traceback)"
    return _say(f"{type(error).__name__}: {error}{hint}", 1)


def _explained(error: Exception) -> tuple[str, int] | None:
    """Return the line and the exit code of an error that is not a mistake of the program."""
    match error:
        case click.Abort():
            return "interrupted", 3
        case click.ClickException():
            return _usage_line(error), error.exit_code
        case ArchiveError():
            return str(error), error.exit_code
        case sqlite3.Error():
            return _sqlite_line(error)
        case OSError() if error.errno in OS_CODES:
            return _os_line(error), OS_CODES[error.errno]
    return None


def _usage_line(error: click.ClickException) -> str:
    line = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{line} (see `{error.ctx.command_path} --help`)"
    return line


def _sqlite_line(error: sqlite3.Error) -> tuple[str, int] | None:
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if code in LOCKED:
        return "the archive is locked by another run: try again later", 4
    if code in NOT_WRITABLE:
        return f"the archive cannot be written ({error}): make room or check its rights", 5
    if code in DAMAGED:
        return f"the archive is damaged ({error}): restore your backup of it", 1
    return None


def _os_line(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def _say(line: str, code: int) -> int:
    """Print one line on stderr, even when nobody can read it any more."""
    with contextlib.suppress(OSError):
        print(f"mattran: {clean(line)}", file=sys.stderr)
    return code


def _flush_what_can_be() -> None:
    """Write out what a command printed before its error; that may be the error."""
    try:
        sys.stdout.flush()
    except OSError:
        silence_stdout()


def silence_stdout() -> None:
    """Point stdout at nothing: nobody reads it, and Python flushes once more at its end."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
