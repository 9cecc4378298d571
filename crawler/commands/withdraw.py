"""`mattran withdraw`: hide a page, show it again, or erase its text for good."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Literal

import click

from archive import erasing
from archive.errors import UsageError
from archive.reading import open_for_reading
from archive.show import find_page
from crawler import terminal

if TYPE_CHECKING:
    from pathlib import Path

    from archive.erasing import Withdrawn
    from crawler.commands import Context

Action = Literal["hide", "erase", "undo"]
ACTIONS: tuple[Action, ...] = ("hide", "erase", "undo")


@click.command("withdraw", short_help="Hide a page, or erase its text for good.")
@click.argument("target", metavar="REF")
@click.option("--hide", is_flag=True, help="Show it nowhere; keep its text.")
@click.option("--erase", is_flag=True, help="Erase its text everywhere, for good.")
@click.option("--undo", is_flag=True, help="Show a hidden page again.")
@click.option("--reason", help="Why; kept with the tombstone.")
@click.option("--by", "requested_by", help="Who asked for it.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(
    context: Context,
    *,
    target: str,
    hide: bool,
    erase: bool,
    undo: bool,
    reason: str | None,
    requested_by: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take the page REF (a reference, an id or an address) out of the archive.

    Hidden, it is shown nowhere and can be shown again. Erased, only its reference, addresses and
    hashes are left: nothing brings the text back.
    """
    action = _action(hide=hide, erase=erase, undo=undo)
    if action != "undo" and not (reason or "").strip():
        raise UsageError("say why with --reason TEXT: it is kept with the page")
    with closing(open_for_reading(context.db)) as conn:
        page = find_page(conn, target)
        erasing.refuse(conn, page, action)
        found = erasing.preview(conn, page)
    if not dry_run:
        found = _withdraw(context.db, page, action, reason or "", requested_by)
    if as_json:
        told = {name: getattr(found, name) for name in found.__slots__}
        terminal.write_json({"action": action, "dry_run": dry_run, **told})
        return
    _tell(found, action, dry_run=dry_run)
    if action == "erase":
        _tell_of_copies(context.db)


def _action(**wanted: bool) -> Action:
    """Return the one thing that is wanted; erasing cannot be undone, so nothing is guessed."""
    given = [action for action in ACTIONS if wanted[action]]
    if len(given) != 1:
        raise UsageError("say one thing to do with it: --hide, --erase or --undo")
    return given[0]


def _withdraw(db: Path, page: int, action: str, reason: str, requested_by: str | None) -> Withdrawn:
    from archive.store import Archive

    line = terminal.ProgressLine()
    arguments = [argument for argument in sys.argv[1:] if argument != reason]
    with Archive.open(db, "withdraw", arguments, exclusive=action == "erase") as archive:
        if action == "undo":
            return erasing.undo(archive, page)
        if action == "hide":
            return erasing.hide(archive, page, reason=reason, requested_by=requested_by)
        try:
            return erasing.erase(
                archive, page, reason=reason, requested_by=requested_by, progress=line.update
            )
        finally:
            line.clear()


def _tell(found: Withdrawn, action: str, *, dry_run: bool) -> None:
    done = {"hide": "hidden", "erase": "erased", "undo": "shown again"}[action]
    print(f"{'would be ' if dry_run else ''}{done}: {', '.join(found.refs)}")
    if action == "erase":
        print(f"text of {_many(found.revisions, 'revision')}, {_many(found.records, 'raw record')}")
        if found.attachments:
            print(f"with {_many(found.attachments, 'file')} that no other article offers")
        if found.redacted:
            print(f"its words in {_many(found.redacted, 'other raw record')} of its site")
    if found.duplicates and action != "undo":
        print(f"the same text stands in {', '.join(found.duplicates)}: withdraw these, too?")


def _many(number: int, name: str) -> str:
    return f"{number} {name}{'s' * (number != 1)}"


def _tell_of_copies(db: Path) -> None:
    for copy in sorted(db.parent.glob(f"{db.name}.before-*")):
        print(f"still has the text: {terminal.clean(str(copy))} (delete it)")
    print("still have the text: backups and exports made before; `mattran backup` makes a new one")
