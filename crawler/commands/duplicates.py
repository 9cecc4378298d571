"""`mattran duplicates`: who else has an article, who had it first, what they cut or added."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from archive.errors import UsageError
from archive.reading import open_for_reading
from archive.syndication import family_of, most_republished, shown, waiting
from crawler import terminal

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from archive.syndication import Record
    from crawler.commands import Context

STOPPED = 3
HOUR, DAYS_IN_HOURS = 3600, 48
SHOWN_SENTENCES = 5


@click.command("duplicates", short_help="Who else has an article, and who had it first.")
@click.argument("target", metavar="[REF|ID|URL]", required=False)
@click.option("--settle", is_flag=True, help="Judge all articles again, by order of publication.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an article.")
@click.pass_obj
def command(context: Context, target: str | None, *, settle: bool, as_json: bool) -> None:
    """Show all articles that say the same as one: who had it first, how much later the others
    published it, what they cut, added or changed, and excerpts and reports of the same wording.

    Without an article: what was republished most.
    """
    if settle:
        if target is not None:
            raise UsageError("--settle is for the whole archive: leave the article out")
        sys.exit(_settle(context.db))
    with closing(open_for_reading(context.db)) as conn:
        conn.execute("BEGIN")
        if target is None:
            _write_heads(most_republished(conn), as_json=as_json)
        else:
            _write_family(family_of(conn, target), as_json=as_json)
        _tell_waiting(conn)


def _settle(path: Path) -> int:
    """Settle the archive at `path`; returns the exit code."""
    from archive import derived, duplicates
    from archive.connection import explained, open_for_writing
    from archive.locks import ArchiveLock
    from crawler.stopsignal import StopSignal

    open_for_reading(path).close()  # says what to do where there is no archive
    stop = StopSignal()
    stop.install()
    line = terminal.ProgressLine()
    lock = ArchiveLock(path, exclusive=True)
    try:
        with explained(path), closing(open_for_writing(path)) as conn:
            derived.ensure_current(conn)
            done, total = duplicates.settle(
                conn,
                lambda done, total: line.update(f"{done:,} of {total:,} articles judged"),
                lambda: stop.received is not None,
            )
    finally:
        line.clear()
        lock.release()
    if done < total:
        print(f"stopped after {done:,} of {total:,} articles; the next run judges the others")
        return STOPPED
    print(f"{total:,} articles judged again")
    return 0


def _tell_waiting(conn: sqlite3.Connection) -> None:
    number = waiting(conn)
    if number:
        articles = "article is" if number == 1 else "articles are"
        print(f"{number:,} {articles} not compared yet: the next run does it", file=sys.stderr)


def _write_heads(heads: list[Record], *, as_json: bool) -> None:
    if as_json:
        for head in heads:
            terminal.write_json(head)
    elif heads:
        names = ("copies", "sites", "ref", "published_at", "site", "title")
        terminal.write_table(
            ("copies", "sites", "first", "published", "site", "title"),
            [[head[name] for name in names] for head in heads],
            right=("copies", "sites"),
        )
    else:
        print("no two articles say the same")


def _write_family(family: Record, *, as_json: bool) -> None:
    if as_json:
        for row in shown(family):
            terminal.write_json({**row, "is_first": row["ref"] == family["first"]})
        return
    members = family["members"]
    print(terminal.bold(terminal.wrap(family["article"]["title"])))
    print(_sum(family))
    for row in members if len(members) > 1 else ():
        _write_member(row, is_asked=row["id"] == family["article"]["id"])
    _write_others("Excerpts", [row for row in family["parts"] if row["is_part"]])
    _write_others("It is an excerpt of", [row for row in family["parts"] if not row["is_part"]])
    _write_others("Reports of the same wording, with other figures", family["reports"])


def _sum(family: Record) -> str:
    members = family["members"]
    if len(members) == 1:
        return "no other article says the same"
    first = next(row for row in members if row["ref"] == family["first"])
    how = "as others say" if family["first_by"] == "source" else "by its date"
    sites = len({row["site"] for row in members})
    on = "one site" if sites == 1 else f"{sites} sites"
    return f"{len(members)} articles on {on} say the same; {first['site']} had it first, {how}"


def _write_member(row: Record, *, is_asked: bool) -> None:
    told = [row["published_at"] or "no date", row["site"], _later(row), _alike(row)]
    mark = "*" if is_asked else " "
    print(f"\n{mark} {row['ref']}  {', '.join(terminal.clean(part) for part in told if part)}")
    print(f"    {terminal.clean(row['url'])}")
    if row["source"]:
        named = f" ({row['source_ref']})" if row["source_ref"] else ""
        print(f"    says it is from: {terminal.clean(row['source'])}{named}")
    _write_sentences("cut", row["cut"])
    _write_sentences("added", row["added"])
    _write_sentences("changed", [new for _, new in row["changed"]])


def _later(row: Record) -> str | None:
    seconds, days = row["seconds_later"], row["days_later"]
    if seconds is not None and abs(seconds) < DAYS_IN_HOURS * HOUR:
        return f"{seconds / HOUR:.1f} hours later"
    if days is None:
        return None
    return "the same day" if days == 0 else f"{days:,} {'day' if days == 1 else 'days'} later"


def _alike(row: Record) -> str | None:
    if row["relation"] is None:
        return None
    if row["relation"] == "same_text":
        return "word for word"
    return f"{row['containment']:.0%} the same{'' if row['is_sure'] else ', not sure'}"


def _write_sentences(label: str, sentences: list[str]) -> None:
    for sentence in sentences[:SHOWN_SENTENCES]:
        print(terminal.wrap(f"{label}: {sentence}", indent="    "))
    if len(sentences) > SHOWN_SENTENCES:
        print(f"    {label}: {len(sentences) - SHOWN_SENTENCES} more sentences (--json has them)")


def _write_others(heading: str, rows: list[Record]) -> None:
    if rows:
        print(f"\n{terminal.bold(heading)}")
        names = ("ref", "published_at", "site", "containment", "title")
        terminal.write_table(
            ("ref", "published", "site", "alike", "title"),
            [[row[name] for name in names] for row in rows],
            right=("alike",),
        )
