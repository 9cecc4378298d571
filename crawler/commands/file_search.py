"""`mattran search --files`: what is said in the files that articles offer."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from archive.errors import UsageError
from archive.file_search import ANYWHERE, Hit, search_files
from archive.reading import open_for_reading
from crawler import terminal

if TYPE_CHECKING:
    from archive.narrowing import Filter
    from crawler.commands import Context

INDENT = "    "
MARKS = ("\ue000", "\ue001")
_MARKED = re.compile(f"{MARKS[0]}([^{MARKS[1]}]*){MARKS[1]}")


def find(
    context: Context, words: str, where: Filter, *, kind: str | None, limit: int, as_json: bool
) -> None:
    """Print the files that a query finds, each with the articles that offer it.

    :raises UsageError: neither words nor a kind nor anything that narrows it down were given.
    """
    if not words.strip() and kind is None and where == ANYWHERE:
        raise UsageError(
            "give words to search for, or --kind, --site ...: `--files --kind scan` lists scans"
        )
    marks = ("", "") if as_json else MARKS
    with closing(open_for_reading(context.db)) as conn:
        # One more than is shown tells whether there are more.
        hits = search_files(conn, words, where=where, kind=kind, limit=limit + 1, marks=marks)
    for hit in hits[:limit]:
        if as_json:
            terminal.write_json(hit)
        else:
            _write(hit)
    if not as_json:
        print(_told(len(hits), limit))


def _told(found: int, limit: int) -> str:
    if found > limit:
        return f"{limit} {'file' if limit == 1 else 'files'} shown, more found (--limit shows them)"
    return f"{found} {'file' if found == 1 else 'files'} found"


def _write(hit: Hit) -> None:
    name = terminal.clean(hit["title"] or "(no name)")
    print(f"{terminal.bold(name)}  {terminal.dim(described(hit))}")
    if hit["snippet"]:
        shown = terminal.wrap(hit["snippet"], indent=INDENT)
        print(_MARKED.sub(lambda found: terminal.bold(found[1]), shown))
    for one in hit["articles"]:
        if one["article"] is not None:
            told = f"{one['ref']}  {one['published_day'] or ''}  {one['site']}  {one['article']}"
            print(f"{INDENT}{terminal.clean(told)}")
        print(f"{INDENT}{terminal.clean(one['url'])}")
    print()


def described(file: Hit) -> str:
    """Say in a few words what a file is: its kind, its format, its pages and its size."""
    media_type = terminal.clean(file["media_type"] or "")
    pages = f"{file['pages']} page{'s' * (file['pages'] > 1)}" if file["pages"] else ""
    parts = (file["kind"], media_type, pages, terminal.byte_size(file["bytes"]))
    note = terminal.clean(file.get("note") or "")
    return ", ".join(part for part in (*parts, note) if part)
