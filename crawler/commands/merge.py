"""`mattran merge`: unite other archives with this one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import merging
from crawler import terminal

if TYPE_CHECKING:
    from crawler.commands import Context


@click.command("merge", short_help="Unite other archives with this one.")
@click.argument(
    "others", metavar="OTHER.db", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Say what would be new; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an archive.")
@click.pass_obj
def command(context: Context, *, others: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Bring everything of other archives, WARC files included, into this one.

    The others stay as they are. In any order the same comes out; again, nothing changes.
    """
    for other in others:
        merging.refuse(context.db, other)
    if dry_run:
        for other in others:
            _tell(other, merging.preview(context.db, other), "would be new", as_json=as_json)
        return
    from archive.store import Archive

    line = terminal.ProgressLine()
    with Archive.open(context.db, "merge", sys.argv[1:], exclusive=True) as archive:
        for other in others:
            try:
                done = merging.merge(archive, other, line.update)
            finally:
                line.clear()
            told = {name: getattr(done, name) for name in done.__slots__}
            lost = told.pop("missing")
            if lost:
                files = "1 WARC file is" if lost == 1 else f"{lost} WARC files are"
                where = terminal.clean(str(other.parent))
                print(f"mattran: {files} missing in {where}: `mattran verify`", file=sys.stderr)
            _tell(other, told, "new", as_json=as_json)


def _tell(other: Path, told: dict[str, int], what: str, *, as_json: bool) -> None:
    if as_json:
        terminal.write_json({"archive": str(other), **told})
        return
    counts = ", ".join(f"{number} {name}" for name, number in told.items())
    print(f"{terminal.clean(str(other))}: {what} {counts}")
