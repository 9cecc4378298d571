"""`mattran stats`: how much is archived, what it weighs, when the disk is full."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from archive.moments import now
from archive.reading import open_for_reading
from archive.statistics import statistics
from crawler import terminal

if TYPE_CHECKING:
    from crawler.commands import Context

BYTES = {
    "database": "database",
    "index": "  of it the search index",
    "text": "  of it text of articles",
    "log": "database log (-wal)",
    "raw": "raw records (warc/)",
    "logs": "logs",
    "total": "total",
}
SITE_COLUMNS = ("id", "articles", "revisions", "captures", "raw_bytes", "last_success_at")


@click.command("stats", short_help="How much is archived, what it weighs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Count what is archived, weigh it, and tell when the disk is full."""
    with closing(open_for_reading(context.db)) as conn:
        figures = statistics(conn, context.db, now())
    if as_json:
        terminal.write_json(figures)
        return
    _write_counts(figures)
    _write_bytes(figures)
    rows = [
        [
            terminal.byte_size(site[name]) if name == "raw_bytes" else site[name]
            for name in SITE_COLUMNS
        ]
        for site in figures["sites"]
    ]
    if rows:
        headers = ("site", "articles", "revisions", "captures", "raw", "last success")
        print()
        terminal.write_table(headers, rows, right=("articles", "revisions", "captures", "raw"))


def _write_counts(figures: Mapping[str, Any]) -> None:
    rows = [
        ("articles", figures["articles"], f"{len(figures['sites'])} sites"),
        ("revisions", figures["revisions"], _listed(figures["revisions_by_cause"])),
        ("captures", figures["captures"], _listed(figures["captures_by_kind"])),
        ("pages", sum(figures["pages_by_state"].values()), _listed(figures["pages_by_state"])),
        (
            "frontier",
            sum(figures["frontier_by_state"].values()),
            _listed(figures["frontier_by_state"]),
        ),
        ("flags", sum(figures["articles_by_flag"].values()), _listed(figures["articles_by_flag"])),
        (
            "duplicates",
            sum(figures["duplicates_by_kind"].values()),
            _listed(figures["duplicates_by_kind"]),
        ),
        ("files", sum(figures["files_by_kind"].values()), _listed(figures["files_by_kind"])),
        ("withdrawn", figures["withdrawn"], None),
        ("runs", figures["runs"], None),
    ]
    terminal.write_table(("what", "number", "of which"), rows, right=("number",))


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _write_bytes(figures: Mapping[str, Any]) -> None:
    print()
    rows = [(label, terminal.byte_size(figures["bytes"][name])) for name, label in BYTES.items()]
    terminal.write_table(("bytes", "size"), rows, right=("size",))
    growth, days = figures["growth_bytes_per_day"], figures["days_until_full"]
    free = terminal.byte_size(figures["free_bytes"])
    if days is None:
        print(f"\n{free} free; how fast the archive grows cannot be told yet")
    else:
        print(
            f"\n{free} free; at {terminal.byte_size(growth)} a day the disk is full in {days} days"
        )
