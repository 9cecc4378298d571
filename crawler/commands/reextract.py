"""`mattran reextract`: read the stored pages again with today's rules, without the network."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from crawler import terminal
from crawler.choice import named_sites, registry_of
from crawler.stopsignal import StopSignal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.restating import Change, Restatement
    from crawler.commands import Context
    from crawler.restatement import Outcome, Tally

WIDTH = 44  # of a value that is shown; --json has all of it
BEFORE = 12  # characters shown before the first that differs

UNREAD = {
    "unreadable": "whose raw record cannot be read",
    "failed": "on which our own code failed",
    "no-article": "in which today's rules find no article",
    "not-kept": "of which no raw bytes were kept",
    "redacted": "in which words of a withdrawn page stood",
}


@click.command("reextract", short_help="Read the stored pages again with today's rules.")
@click.option("--site", "site_ids", multiple=True, help="Only this site; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="one a core",
    help="Processes that read.",
)
@click.option("--ocr", is_flag=True, help="Read scans by Tesseract instead of articles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a change.")
@click.pass_obj
def command(
    context: Context,
    *,
    site_ids: tuple[str, ...],
    dry_run: bool,
    workers: int,
    ocr: bool,
    as_json: bool,
) -> None:
    """Read every article again from its raw bytes with today's rules; nothing is fetched.

    What reads otherwise becomes a revision of cause `rules`. Stopped or killed, the same command
    goes on where it was.
    """
    stop = StopSignal()
    stop.install()
    registry = registry_of(context.db, context.sites)
    named = [site.id for site in named_sites(registry, site_ids)]
    if ocr:
        sys.exit(_read_scans(context, named, stop, dry_run=dry_run, as_json=as_json))

    from crawler.restatement import Order, preview, reextract

    order = Order(sites=registry, named=named, workers=workers, arguments=sys.argv[1:])
    watcher = Watcher(tell_changes=dry_run or as_json, as_json=as_json, goes_on=not dry_run)
    run = preview if dry_run else reextract
    try:
        outcome = run(context.db, order, stop, watcher)
    finally:
        watcher.line.clear()
    if not as_json:
        _print_sums(outcome, dry_run=dry_run)
    sys.exit(outcome.exit_code)


def _read_scans(
    context: Context, sites: list[str], stop: StopSignal, *, dry_run: bool, as_json: bool
) -> int:
    """Read scans by OCR, print what came of it, return the exit code."""
    from crawler.files.ocr import engine, read_scans, waiting

    if dry_run:
        engine()
        print(f"{_scans(waiting(context.db, sites))} would be read by OCR")
        return 0
    waiting(context.db, sites)  # an archive that is not there is not made
    line = terminal.ProgressLine()
    outcome = read_scans(
        context.db,
        sites,
        sys.argv[1:],
        stop,
        lambda done, total: line.update(f"{done} of {_scans(total)} read by OCR"),
    )
    line.clear()
    if as_json:
        told = {"read": outcome.read, "failed": outcome.failed, "left": outcome.left}
        terminal.write_json(told)
    else:
        failed = f", {outcome.failed} could not be" if outcome.failed else ""
        left = f", {outcome.left} left: the same command goes on" if outcome.left else ""
        print(f"{_scans(outcome.read)} read by OCR{failed}{left}")
    return STOPPED if outcome.left else int(outcome.failed > 0)


def _scans(number: int) -> str:
    return "1 scan" if number == 1 else f"{number} scans"


class Watcher:
    """Prints what changes, names what could not be read, and shows how far the run is."""

    def __init__(self, *, tell_changes: bool, as_json: bool, goes_on: bool) -> None:
        self.line = terminal.ProgressLine()
        self._tell_changes = tell_changes
        self._as_json = as_json
        self._goes_on = goes_on

    def result(self, site: str, result: Restatement) -> None:
        """Print what one page came to; a run that writes goes on when nobody reads any more."""
        try:
            self._print(site, result)
        except BrokenPipeError:
            if not self._goes_on:
                raise
            from crawler.commands import silence_stdout

            silence_stdout()

    def _print(self, site: str, result: Restatement) -> None:
        if result.problem is not None:
            self.line.clear()
            line = f"{result.ref} of {site}: {result.detail}"
            print(terminal.clean(line), file=sys.stderr)
        if self._tell_changes and (result.changes or result.causes):
            self.line.clear()
            if self._as_json:
                _write_changes(site, result)
            else:
                print("\n".join(terminal.encodable(line) for line in lines_of(result)))

    def progress(self, site: str, done: int, total: int, tally: Tally) -> None:
        """Show how far the run is."""
        self.line.update(f"{site}: {done} of {total} articles read again, {tally.changed} change")


def _write_changes(site: str, result: Restatement) -> None:
    page = {"id": result.page, "ref": result.ref, "site": site}
    for change in result.changes:
        terminal.write_json(
            {
                **page,
                "revision": result.number,
                "field": change.field,
                "old": change.old,
                "new": change.new,
                "cause": "rules" if result.makes_revision else None,
            }
        )
    for judged in result.causes:
        told = {"revision": judged.number, "field": "cause", "old": judged.old, "new": judged.new}
        terminal.write_json({**page, **told, "cause": None})


def lines_of(result: Restatement) -> Iterator[str]:
    """Yield a line a change: the page, the field, what it was and what it becomes."""
    for change in result.changes:
        for field, old, new in _steps(change):
            yield f"{result.ref}  {field}: {old} -> {new}"
    for judged in result.causes:
        yield f"{result.ref}  cause of revision {judged.number}: {judged.old} -> {judged.new}"


def _steps(change: Change) -> Iterator[tuple[str, str, str]]:
    """Yield a change as (field, old, new), shortened to where the two differ."""
    old, new = change.old, change.new
    if not isinstance(old, list):
        yield change.field, *shortened(old or "", new or "")
    elif change.field in ("tags", "flags"):
        yield change.field, *shortened(", ".join(old), ", ".join(new))
    elif len(old) != len(new):
        yield change.field, str(len(old)), str(len(new))
    else:
        for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
            for name in one:
                if one[name] != other[name]:
                    field = f"{change.field}[{number}].{name}"
                    yield field, *shortened(one[name] or "", other[name] or "")


def shortened(old: str, new: str) -> tuple[str, str]:
    """Return two texts from shortly before the first character in which they differ, in one line.

    An empty one is shown as `-`.
    """
    pairs = enumerate(zip(old, new, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
    start = max(0, same - BEFORE) if max(len(old), len(new)) > WIDTH else 0
    return _part(old, start), _part(new, start)


def _part(text: str, start: int) -> str:
    if not text:
        return "-"
    part = terminal.clean(text[start : start + WIDTH])
    return f"{'…' * (start > 0)}{part}{'…' * (start + WIDTH < len(text))}"


def _print_sums(outcome: Outcome, *, dry_run: bool) -> None:
    tally = outcome.tally
    if outcome.before:
        print(f"went on behind {_articles(outcome.before)} of the run before")
    for site in outcome.locked:
        print(f"{site}: another run is working on it; its articles stay as they are for now")
    for site, articles in outcome.unknown.items():
        print(f"{site}: not in the registry; its {_articles(articles)} stay as they are")
    for problem, why in UNREAD.items():
        if number := tally.problems[problem]:
            print(f"{_articles(number)} {why}: they stay as they are")
    print(f"{_articles(tally.pages)} read again: {_sum(tally, dry_run=dry_run)}")
    if outcome.exit_code == STOPPED:
        goes_on = "" if dry_run else "; the same command goes on where this one stopped"
        print(f"stopped by a signal{goes_on}")


STOPPED = 3


def _sum(tally: Tally, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    parts = [
        (tally.revisions, f"new revision{'s' * (tally.revisions != 1)} of cause rules"),
        (tally.refreshed, f"{would}brought up to date in place"),
        (tally.causes, f"cause{'s' * (tally.causes != 1)} of older revisions judged anew"),
    ]
    told = [f"{number} {text}" for number, text in parts if number]
    if not told:
        return "nothing changes"
    fields = ", ".join(f"{name} {number}" for name, number in sorted(tally.fields.items()))
    return "; ".join([*told, *([f"fields: {fields}"] if fields else [])])


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number} articles"
