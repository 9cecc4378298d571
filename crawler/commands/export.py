"""`mattran export`: articles as CSV, JSON lines, Parquet, Markdown, SQLite or WACZ."""

from __future__ import annotations

import codecs
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from archive.errors import UsageError
from archive.export import Record, articles, write_csv, write_jsonl, write_sqlite
from archive.moments import now
from archive.narrowing import Filter
from archive.reading import open_for_reading
from archive.search import MOST, repeats
from crawler import terminal
from crawler.commands.search import left_out_line

if TYPE_CHECKING:
    from crawler.commands import Context

FORMATS = ("csv", "jsonl", "parquet", "markdown", "sqlite", "wacz", "files")
FOLDERS = ("markdown", "files")  # formats that are a folder of files
TEXTS = ("csv", "jsonl")
STDOUT = Path("-")
OWN_ENDINGS = ("", "-wal", "-shm", ".lock", ".sums", ".sums.open")


@click.command("export", short_help="Articles as CSV, JSON lines, Parquet, Markdown, SQLite, WACZ.")
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="Of the output.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="A file (markdown, files: a folder); stdout when not given, or -.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option(
    "--site", "sites", multiple=True, metavar="SITE", help="Only of this site; repeatable."
)
@click.option("--province", help="Only of this province, as it was or as it is now.")
@click.option(
    "--unit", metavar="NAME", help="Only about this province, district or commune, then or now."
)
@click.option("--since", metavar="DAY", help="Published on this day, month or year, or later.")
@click.option("--until", metavar="DAY", help="Published on this day, month or year, or earlier.")
@click.option("--gone", is_flag=True, help="Only articles that have disappeared from their site.")
@click.option("--limit", type=click.IntRange(1, MOST), help="At most so many, the newest.")
@click.option(
    "--all",
    "with_repeats",
    is_flag=True,
    help="With QUERY: also what surely repeats another found.",
)
@click.option("--no-bom", is_flag=True, help="CSV without the mark that tells Excel it is UTF-8.")
@click.pass_obj
def command(
    context: Context,
    words: tuple[str, ...],
    *,
    form: str,
    output: Path | None,
    force: bool,
    sites: tuple[str, ...],
    province: str | None,
    unit: str | None,
    since: str | None,
    until: str | None,
    gone: bool,
    limit: int | None,
    with_repeats: bool,
    no_bom: bool,
) -> None:
    """Write articles, newest first: all, or those QUERY finds (as `mattran search` does).

    With QUERY, what surely repeats another article that is found is left out and counted; --all
    writes it, too.

    In CSV a cell that a spreadsheet would run as a formula (first character = + - @, tab or line
    break) gets a leading apostrophe; the other formats hold the text unchanged. Markdown is a file
    an article, WACZ the raw pages for replay. Withdrawn articles are left out.
    """
    output = None if output == STDOUT else output
    _spare_the_archive(context.db, output)
    _check_output(form, output, force)
    with closing(open_for_reading(context.db)) as conn:
        conn.execute("BEGIN")  # one state of the archive, however long the export takes
        where = Filter(
            sites=sites, province=province, unit=unit, since=since, until=until, gone=gone
        )
        query = " ".join(words) if words else None
        without = _left_out(conn, query, where) if query and not with_repeats else []
        found = _begun(articles(conn, query, where, limit=limit, without=without))
        if output is None:
            _write_text(conn, found, form, sys.stdout.buffer, bom=not no_bom)
            return
        if form == "markdown":
            from archive.export_markdown import write_markdown

            _tell(write_markdown(found, output), output)
            return
        if form == "files":
            _write_files(conn, found, output, context.db.parent)
            return
        with _whole_file(output) as part:
            count = _write_file(conn, found, form, part, bom=not no_bom)
    _tell(count, output)


def _begun(found: Iterator[Record]) -> Iterator[Record]:
    """Ask for the first article now: what is refused is so before anything is written."""
    first = list(islice(found, 1))
    return chain(first, found)


def _tell(count: int, output: Path) -> None:
    articles = "1 article" if count == 1 else f"{count} articles"
    print(f"{articles} written to {terminal.clean(str(output))}", file=sys.stderr)


def _left_out(conn: sqlite3.Connection, query: str, where: Filter) -> list[int]:
    found = repeats(conn, query, where)
    if found:
        print(left_out_line(len(found), "writes"), file=sys.stderr)
    return found


def _check_output(form: str, output: Path | None, force: bool) -> None:
    if output is None:
        if form not in TEXTS:
            raise UsageError(f"{form} is not written to stdout: name a file with --output")
        return
    if form in FOLDERS:
        _check_folder(form, output, force)
        return
    if output.is_dir():
        raise UsageError(f"{output} is a folder: name a file in it")
    if output.exists() and not output.is_file():
        raise UsageError(f"{output} is no ordinary file: leave --output out to write to stdout")
    if output.exists() and not force:
        raise UsageError(f"{output} exists: name another file or add --force to replace it")
    if not output.parent.is_dir():
        raise UsageError(f"the folder {output.parent} does not exist")


def _write_files(
    conn: sqlite3.Connection, found: Iterable[Record], output: Path, archive: Path
) -> None:
    from archive.export_files import write_files
    from archive.warc import FOLDER

    written = write_files(conn, found, output, folder=archive / FOLDER)
    if written.unreadable:
        line = f"{written.unreadable} raw records cannot be read and are left out: `mattran verify`"
        print(f"mattran: {line} names them", file=sys.stderr)
    print(f"{written.files} files written to {terminal.clean(str(output))}", file=sys.stderr)


def _check_folder(form: str, output: Path, force: bool) -> None:
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file: {form} goes into a folder, name another")
    if output.is_dir() and not force and any(output.iterdir()):
        raise UsageError(
            f"{output} is not empty: name another folder or add --force to write there"
        )


def _spare_the_archive(db: Path, output: Path | None) -> None:
    """Refuse to write over the archive, what lies beside its file, and its raw records."""
    if output is None:
        return
    db, target = db.resolve(), output.resolve()
    own = {db.with_name(f"{db.name}{end}") for end in OWN_ENDINGS}
    if target in own or db.parent / "warc" in (target, *target.parents):
        raise UsageError(f"{output} belongs to the archive itself: name another file")


@contextmanager
def _whole_file(output: Path) -> Iterator[Path]:
    """Give a temporary path beside `output` that takes its name only once it is written whole."""
    output = output.resolve()  # what a link points to is replaced, not the link
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _write_file(
    conn: sqlite3.Connection, found: Iterable[Record], form: str, path: Path, *, bom: bool
) -> int:
    if form == "sqlite":
        return write_sqlite(conn, found, path, now=now())
    if form == "parquet":
        from archive.export_parquet import write_parquet

        return write_parquet(conn, found, path)
    if form == "wacz":
        return _write_wacz(conn, found, path)
    with path.open("xb") as file:
        return _write_text(conn, found, form, file, bom=bom)


def _write_wacz(conn: sqlite3.Connection, found: Iterable[Record], path: Path) -> int:
    from archive.export_wacz import write_wacz

    archive = Path(conn.execute("PRAGMA database_list").fetchone()[2])
    written = write_wacz(conn, found, path, folder=archive.parent, now=now())
    if written.unreadable:
        line = f"{written.unreadable} raw records cannot be read and are left out: `mattran verify`"
        print(f"mattran: {line} names them", file=sys.stderr)
    return written.articles


def _write_text(
    conn: sqlite3.Connection, found: Iterable[Record], form: str, stream: IO[bytes], *, bom: bool
) -> int:
    sink = Utf8(stream, is_shown=stream is sys.stdout.buffer and terminal.is_terminal())
    if form == "jsonl":
        return write_jsonl(found, sink)
    if bom:
        stream.write(codecs.BOM_UTF8)
    return write_csv(conn, found, sink)


class Utf8:
    """Writes text to a byte stream as UTF-8, whatever the encoding of the terminal is.

    :param is_shown: whether it goes to a terminal, which no text of a page may steer.
    """

    def __init__(self, stream: IO[bytes], *, is_shown: bool = False) -> None:
        self._stream = stream
        self._is_shown = is_shown

    def write(self, text: str) -> int:
        """Write `text`; the stream's own buffer is used."""
        if self._is_shown:
            text = terminal.clean(text, keep_lines=True)
        return self._stream.write(text.encode())
