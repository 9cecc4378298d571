"""`mattran backup`: copy the archive to a folder, also while a crawl runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import backup
from crawler import terminal
from crawler.stopsignal import CtrlC

if TYPE_CHECKING:
    from crawler.commands import Context

CLEAN, DAMAGED = 0, 1


@click.command("backup", short_help="Copy the archive to a folder, also while a crawl runs.")
@click.argument("target", metavar="DEST", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Restore the backup to a temporary place; verify it.")
@click.option("--dry-run", is_flag=True, help="Say what would be copied; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, *, target: Path, check: bool, dry_run: bool, as_json: bool) -> None:
    """Copy the archive to the folder DEST; what is there already is not copied again."""
    line = terminal.ProgressLine()
    if check:
        cores = len(os.sched_getaffinity(0))
        with CtrlC() as ctrl_c:
            try:
                found = backup.check(context.db, target, line.update, workers=cores)
            finally:
                line.clear()
            ctrl_c.check()
        for damage in found.damages:
            print(terminal.clean(damage.line()))
        if as_json:
            terminal.write_json({"damages": len(found.damages), "records": found.records})
        elif not found.damages:
            print(f"restored and verified: {found.revisions} revisions, {found.records} records")
        sys.exit(DAMAGED if found.damages else CLEAN)
    try:
        if dry_run:
            done = backup.plan(context.db, target)
        else:
            with CtrlC() as ctrl_c:
                done = backup.backup(context.db, target, line.update, ctrl_c.check)
    finally:
        line.clear()
    if as_json:
        terminal.write_json({name: getattr(done, name) for name in done.__slots__})
    elif terminal.is_terminal() or dry_run:
        size = terminal.byte_size(done.size)
        would = "would be " if dry_run else ""
        print(f"{done.copied} files ({size}) {would}copied, {done.kept} were there already")
