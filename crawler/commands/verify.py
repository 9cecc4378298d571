"""`mattran verify`: prove that nothing in the archive has rotted, and repair what can be."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from archive.errors import ArchiveError
from archive.reading import is_older, open_for_reading
from archive.verify import Verification, verify
from crawler import terminal
from crawler.choice import registry_of
from crawler.stopsignal import CtrlC

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.damage import Damage
    from archive.page import Article
    from archive.repair import Again
    from archive.store import Archive
    from crawler.commands import Context

CLEAN, DAMAGED = 0, 1

# Damage that sums alone tell of: gone when they are taken anew.
OF_SUMS = frozenset({"page", "sums"})


@click.command("verify", short_help="Prove that nothing in the archive has rotted.")
@click.option("--quick", is_flag=True, help="Read no raw record and compute no index anew.")
@click.option("--repair", is_flag=True, help="Restore what can be derived, after a copy.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a damage.")
@click.pass_obj
def command(context: Context, *, quick: bool, repair: bool, as_json: bool) -> None:
    """Compare every byte of the archive with its sums, and all its parts with one another.

    Each damage is named in a line. Exit code 0: all is sound; 1: something is damaged.
    """
    line = terminal.ProgressLine()

    def tell(damage: Damage) -> None:
        line.clear()
        if as_json:
            terminal.write_json(damage.record())
        else:
            print(terminal.clean(damage.line()))

    def look(*, loud: bool = True) -> Verification:
        def found(damage: Damage) -> None:
            ctrl_c.check()
            if loud:
                tell(damage)

        with CtrlC() as ctrl_c:
            try:
                result = verify(
                    context.db,
                    quick=quick,
                    progress=line.update,
                    found=found,
                    workers=len(os.sched_getaffinity(0)),
                )
            finally:
                line.clear()
            ctrl_c.check()
        return result

    if repair and is_older(context.db):
        _migrate(context)
    result = look()
    if repair and result.damages:
        _repair(context, result, lambda: look(loud=False))
        _say("after the repair:")
        result = look()
    for note in result.notes:
        _say(note)
    if not as_json:
        _sum_up(result, is_repaired=repair)
    sys.exit(DAMAGED if result.damages else CLEAN)


def _say(text: str) -> None:
    print(terminal.clean(text), file=sys.stderr)


def _sum_up(result: Verification, *, is_repaired: bool) -> None:
    withdrawn = f", {result.withdrawn} erased on request" if result.withdrawn else ""
    told = f"{result.pages} pages, {result.revisions} revisions, {result.records} raw records"
    damages = len(result.damages)
    found = "1 damage" if damages == 1 else f"{damages} damages" if damages else "all sound"
    print(f"{told}{withdrawn}: {found}")
    if damages:
        left = "what is left is in the backup (docs/recovery.md)"
        _say(left if is_repaired else f"`mattran verify --repair` mends what it can; {left}")


def _migrate(context: Context) -> None:
    """Bring an archive of an older version to today's tables, as any writing command does."""
    from archive.store import Archive
    from archive.version import SCHEMA_VERSION

    with Archive.open(context.db, "verify", sys.argv[1:], exclusive=True):
        copy = f"{context.db.name}.before-{SCHEMA_VERSION}"
        _say(f"{context.db.name} was migrated; {copy} is the archive as it was")


def _repair(context: Context, result: Verification, look: Callable[[], Verification]) -> None:
    from archive import repair
    from archive.store import Archive

    for text in repair.mend_bytes(context.db, result.damages):
        _say(text)
    result = look()
    if not result.damages:
        return
    try:
        if any(damage.kind not in OF_SUMS or damage.table for damage in result.damages):
            with Archive.open(context.db, "verify", sys.argv[1:], exclusive=True) as archive:
                _read_files_again(archive, result.damages)
                repair.derive(archive, result.damages, _again(context, archive), _say)
            result = look()
        is_sound = all(damage.kind in OF_SUMS for damage in result.damages)
        with Archive.open(context.db, "verify", sys.argv[1:], exclusive=True) as archive:
            repair.settle_sums(archive, is_sound=is_sound)
    except ArchiveError as error:
        if error.exit_code != DAMAGED:
            raise
        _say(str(error))


def _read_files_again(archive: Archive, damages: list[Damage]) -> None:
    """Read files from their raw records of which what had been read is damaged."""
    from archive import files
    from archive.connection import transaction
    from crawler.files.reading import read_files

    wrong = [int(d.id) for d in damages if (d.kind, d.table) == ("text", "files") and d.id]
    if not wrong:
        return
    with transaction(archive.conn):
        files.forget_readings(archive.conn, wrong)
    read_files(archive)
    for number in wrong:
        _say(f"file {number}: what it says was read again from its raw record")


def _again(context: Context, archive: Archive) -> Again:
    """Return what reads a revision's capture again by today's rules."""
    from archive import captures, restating
    from crawler.learning import template_of
    from crawler.reextract import RawReader

    registry = registry_of(context.db, context.sites)
    folder: Path = archive.folder

    def read(page: int, capture: int) -> Article | None:
        kept = captures.raw_of(archive.conn, captures.by_id(archive.conn, capture))
        subject = restating.subject(archive.conn, page)
        with closing(open_for_reading(context.db)) as conn:
            (site,) = conn.execute("SELECT site FROM pages WHERE id = ?", (page,)).fetchone()
        if kept is None or subject is None or site not in registry:
            return None
        reader = RawReader(folder, registry[site], template_of(archive.conn, registry[site]))
        found = reader.read(subject).get(kept.id)
        return found.article if found else None

    return read
