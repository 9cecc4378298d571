"""`mattran search`: find articles, newest first or by relevance."""

from __future__ import annotations

import os
import re
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from archive.errors import UsageError
from archive.files import KINDS as FILE_KINDS
from archive.narrowing import Filter
from archive.query import everything, parse
from archive.reading import open_for_reading
from archive.search import FACETS, MOST, Count, Hit, count, facets, repeats, search
from archive.units import named, place_of
from crawler import terminal

if TYPE_CHECKING:
    import sqlite3

    from archive.query import Query, Spelling
    from crawler.commands import Context

INDENT = "    "

# Stand around hits until the text is cleaned and wrapped; no page means anything by them.
MARKS = ("\ue000", "\ue001")
_MARKED = re.compile(f"{MARKS[0]}([^{MARKS[1]}]*){MARKS[1]}")

_OPTION = re.compile(r"-h|-n\d*|--|--[a-z][a-z-]*(?:=.*)?", re.DOTALL)


class QueryCommand(click.Command):
    """A command that takes any words, also those that begin with a dash."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let only what is written like an option be one; `--` ends them as usual.

        Where Python was told to take everything for ASCII, arguments are UTF-8 still.
        """
        args = [os.fsencode(argument).decode("utf-8", "surrogateescape") for argument in args]
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
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@click.option(
    "--site", "sites", multiple=True, metavar="SITE", help="Only of this site; repeatable."
)
@click.option("--province", help="Only of this province, as it was or as it is now.")
@click.option(
    "--unit", metavar="NAME", help="Only about this province, district or commune, then or now."
)
@click.option("--section", help="Only of sections whose name has these words.")
@click.option("--author", help="Only of authors whose name has these words.")
@click.option("--since", metavar="DAY", help="Published on this day, month or year, or later.")
@click.option("--until", metavar="DAY", help="Published on this day, month or year, or earlier.")
@click.option("--exact", is_flag=True, help="Only with the marks as typed, no abbreviations.")
@click.option("--folded", is_flag=True, help="Marks count for nothing, also in the order.")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, MOST),
    default=20,
    show_default=True,
    help="At most so many.",
)
@click.option("--after", metavar="REF", help="Those that follow this one: the next page.")
@click.option("--rank", is_flag=True, help="The most relevant first, not the newest.")
@click.option("--all", "with_repeats", is_flag=True, help="Also what surely repeats another found.")
@click.option("--count", "only_count", is_flag=True, help="Only how many there are, exactly.")
@click.option(
    "--facets", "by", type=click.Choice(list(FACETS)), help="Only how many there are of each."
)
@click.option("--files", is_flag=True, help="In the files that articles offer, not in articles.")
@click.option(
    "--kind",
    type=click.Choice(FILE_KINDS),
    help="With --files: only of this kind; without words all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def command(
    context: Context,
    /,
    words: tuple[str, ...],
    *,
    files: bool,
    kind: str | None,
    exact: bool,
    folded: bool,
    limit: int,
    after: str | None,
    rank: bool,
    with_repeats: bool,
    only_count: bool,
    by: str | None,
    as_json: bool,
    **where: Any,
) -> None:
    """Find articles that have all the words of QUERY, the newest first.

    Marks may be left out: dong da finds Đống Đa. With marks, articles that have them come first.
    '"dong da"' in quotes finds the words beside each other, 'tuyen*' all words that begin so,
    title:WORD looks into titles. AND, OR, NOT and brackets combine: 'giám sát NOT (xã OR phường)'.
    Abbreviations stand for their words, and these for them: MTTQ, UBND, HĐND, KDC ...

    What surely repeats another article that is found is left out and counted; --all shows it.

    --unit NAME: what is about it, what lies in it, and what became a part of it. Without words a
    filter alone (--unit, --site, --since ...) lists all articles that it leaves.
    A DAY is 2023-10-14 or 14/10/2023, a month 2023-10, a year 2023; both ends are included.
    """
    if exact and folded:
        raise UsageError("--exact and --folded exclude each other: leave one out")
    narrowed = Filter(**where)
    if files or kind is not None:
        _refuse_beside_files(files, exact, folded, after, rank, only_count, by, with_repeats)
        from crawler.commands.file_search import find

        find(context, " ".join(words), narrowed, kind=kind, limit=limit, as_json=as_json)
        return
    query = _asked(words, narrowed, "exact" if exact else "folded" if folded else "any")
    for note in query.notes:
        print(note, file=sys.stderr)
    with closing(open_for_reading(context.db)) as conn:
        conn.execute("BEGIN")  # one state of the archive for the hits and their number
        if by is not None or only_count:
            without = [] if with_repeats else repeats(conn, query, narrowed)
            _tell_numbers(conn, query, narrowed, by, without, as_json=as_json)
            return
        how = {"limit": limit, "rank": rank, "after": after}
        if not _show(conn, query, narrowed, how, with_repeats=with_repeats, as_json=as_json):
            _help_on(conn, words, narrowed)


def _asked(words: tuple[str, ...], narrowed: Filter, spelling: Spelling) -> Query:
    """Return the query: the words, or with a filter alone all that it leaves.

    :raises UsageError: there is neither.
    """
    is_narrowed = narrowed != Filter()
    text = " ".join(words)
    if text.strip() or (words and not is_narrowed):
        return parse(text, spelling)
    if not is_narrowed:
        raise UsageError("give words to search for, or a filter: --unit, --site, --since ...")
    return everything()


def _help_on(conn: sqlite3.Connection, words: tuple[str, ...], narrowed: Filter) -> None:
    """Say what may be the reason that nothing was found."""
    if narrowed.unit is not None:
        print(f"--unit was taken for {place_of(named(narrowed.unit))}", file=sys.stderr)
    if words:
        _suggest(conn, " ".join(words), narrowed)


def _tell_numbers(
    conn: sqlite3.Connection,
    query: Query,
    where: Filter,
    by: str | None,
    without: list[int],
    *,
    as_json: bool,
) -> None:
    """Print how many articles a query finds, or how many of each facet, `without` some."""
    if by is not None:
        _write_facets(facets(conn, query, by, where, without=without), by, as_json=as_json)
    else:
        number = count(conn, query, where, exactly=True).number - len(without)
        _write_count(Count(number), as_json=as_json)
    if without:
        print(left_out_line(len(without), "counts"), file=sys.stderr)


def _show(
    conn: sqlite3.Connection,
    query: Query,
    where: Filter,
    how: dict[str, Any],
    *,
    with_repeats: bool,
    as_json: bool,
) -> bool:
    """Print what is found; returns whether anything is."""
    repeated: list[str] | None = None if with_repeats else []
    marks = ("", "") if as_json else MARKS
    hits = search(conn, query, where, **how, marks=marks, repeats=repeated)
    left_out = len(repeated or ())
    if as_json:
        for hit in hits:
            terminal.write_json(hit)
        if left_out:
            print(left_out_line(left_out, "shows"), file=sys.stderr)
    else:
        is_all = len(hits) < how["limit"] and how["after"] is None
        found = Count(len(hits) + left_out) if is_all else count(conn, query, where)
        _write(hits, found, is_first=how["after"] is None, left_out=left_out)
    return bool(hits) or how["after"] is not None


def _refuse_beside_files(files: bool, *others: object) -> None:
    if not files:
        raise UsageError("--kind goes with --files")
    if any(others):
        raise UsageError(
            "--files goes with words, --kind, --limit, --json and what narrows a search down"
            " (--site, --province, --unit, --since, --until ...)"
        )


def _suggest(conn: sqlite3.Connection, text: str, where: Filter) -> None:
    """Say what may have been meant; loaded only now, as most queries find something."""
    from archive.spelling import suggestions

    if count(conn, text, where).number:
        print("without --exact it is found", file=sys.stderr)
        return
    near = suggestions(conn, text, where)
    if near:
        print(f"did you mean: {terminal.clean(', '.join(near))}?", file=sys.stderr)


def _write_facets(found: list[tuple[str | None, int]], by: str, *, as_json: bool) -> None:
    for value, number in found:
        if as_json:
            terminal.write_json({by: value, "articles": number})
        else:
            print(f"{number:>9,}  {terminal.clean(value or '-')}")


def _write_count(found: Count, *, as_json: bool) -> None:
    if as_json:
        terminal.write_json({"articles": found.number})
    else:
        print(_total(found.number, found))


def _write(hits: list[Hit], found: Count, *, is_first: bool, left_out: int = 0) -> None:
    for hit in hits:
        print(terminal.dim(f"{hit['ref']}  {_when(hit)}  {terminal.clean(hit['site'])}"))
        print(_in_bold(terminal.clean(hit["title"])))
        print(_in_bold(terminal.wrap(hit["snippet"], indent=INDENT)))
        print(f"{INDENT}{terminal.clean(hit['url'])}\n")
    if left_out:
        print(left_out_line(left_out, "shows"))
    print(_total(len(hits), found, is_first=is_first, left_out=left_out))


def left_out_line(number: int, does: str) -> str:
    """Return what tells that so many articles repeat others; `does`: what --all does with them."""
    repeating = "1 article repeats another" if number == 1 else f"{number:,} articles repeat others"
    return f"{repeating}: left out (--all {does} them, too)"


def _when(hit: Hit) -> str:
    day = hit["published_day"] or f"seen {hit['first_seen_at'][:10]}"
    return f"{day}, gone since {hit['gone_at'][:10]}" if hit["gone_at"] else str(day)


def _in_bold(text: str) -> str:
    return _MARKED.sub(lambda hit: terminal.bold(hit[1]), text)


def _total(shown: int, found: Count, *, is_first: bool = True, left_out: int = 0) -> str:
    number = f"{found.number:,}"
    if found.more:
        number = f"more than {number}"
    elif found.about:
        number = f"about {number}"
    line = f"{number} {'article' if found.number == 1 else 'articles'} found"
    if not is_first:
        return f"{line}, {shown:,} more shown"
    is_all = shown + left_out == found.number
    return line if is_all else f"{line}, {shown:,} shown (--limit shows more)"
