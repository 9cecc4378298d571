"""`mattran search`: find articles, newest first or by relevance."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from archive.query import parse
from archive.reading import open_for_reading
from archive.search import MOST, Count, Filter, Hit, count, search
from crawler import terminal

if TYPE_CHECKING:
    from crawler.commands import Context

INDENT = "    "

# Stand around hits until the text is cleaned and wrapped; no page means anything by them.
MARKS = ("\ue000", "\ue001")
_MARKED = re.compile(f"{MARKS[0]}([^{MARKS[1]}]*){MARKS[1]}")

_OPTION = re.compile(r"-h|-n\d*|--|--[a-z][a-z-]*(?:=.*)?", re.DOTALL)


class QueryCommand(click.Command):
    """A command that takes any words, also those that begin with a dash."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let only what is written like an option be one; `--` ends them as usual."""
        words = [
            argument
            if not argument.startswith("-") or _OPTION.fullmatch(argument)
            # click asks for the first character, the query parser skips the space
            else f" {argument}"
            for argument in args
        ]
        return super().parse_args(ctx, words)


@click.command(
    "search",
    cls=QueryCommand,
    short_help="Find articles, with or without Vietnamese marks.",
)
@click.argument("words", metavar="QUERY...", nargs=-1, required=True)
@click.option(
    "--site", "sites", multiple=True, metavar="SITE", help="Only of this site; repeatable."
)
@click.option("--province", help="Only of this province, as it was or as it is now.")
@click.option("--since", metavar="DAY", help="Published on this day, month or year, or later.")
@click.option("--until", metavar="DAY", help="Published on this day, month or year, or earlier.")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, MOST),
    default=20,
    show_default=True,
    help="At most so many.",
)
@click.option("--rank", is_flag=True, help="The most relevant first, not the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def command(
    context: Context,
    words: tuple[str, ...],
    *,
    sites: tuple[str, ...],
    province: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    rank: bool,
    as_json: bool,
) -> None:
    """Find articles that have all the words of QUERY, the newest first.

    Marks may be left out: dong da finds Đống Đa. With marks, articles that have them come first.
    '"dong da"' in quotes finds the words beside each other, 'tuyen*' all words that begin so.
    A DAY is 2023-10-14 or 14/10/2023, a month 2023-10, a year 2023; both ends are included.
    """
    query = parse(" ".join(words))
    where = Filter(sites=sites, province=province, since=since, until=until)
    for note in query.notes:
        print(note, file=sys.stderr)
    with closing(open_for_reading(context.db)) as conn:
        conn.execute("BEGIN")  # one state of the archive for the hits and their number
        marks = ("", "") if as_json else MARKS
        hits = search(conn, query, where, limit=limit, rank=rank, marks=marks)
        found = Count(len(hits)) if as_json or len(hits) < limit else count(conn, query, where)
    if as_json:
        for hit in hits:
            terminal.write_json(hit)
    else:
        _write(hits, found)


def _write(hits: list[Hit], found: Count) -> None:
    for hit in hits:
        print(terminal.dim(f"{hit['ref']}  {_when(hit)}  {terminal.clean(hit['site'])}"))
        print(_in_bold(terminal.clean(hit["title"])))
        print(_in_bold(terminal.wrap(hit["snippet"], indent=INDENT)))
        print(f"{INDENT}{terminal.clean(hit['url'])}\n")
    print(_total(len(hits), found))


def _when(hit: Hit) -> str:
    day = hit["published_day"] or f"seen {hit['first_seen_at'][:10]}"
    return f"{day}, gone since {hit['gone_at'][:10]}" if hit["gone_at"] else str(day)


def _in_bold(text: str) -> str:
    return _MARKED.sub(lambda hit: terminal.bold(hit[1]), text)


def _total(shown: int, found: Count) -> str:
    number = f"more than {found.number:,}" if found.more else f"{found.number:,}"
    line = f"{number} {'article' if found.number == 1 else 'articles'} found"
    return line if shown == found.number else f"{line}, {shown:,} shown (--limit shows more)"
