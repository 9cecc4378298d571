"""`mattran diff`: what a site changed in an article, sentence by sentence and word by word."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from archive.changes import steps
from archive.errors import UsageError
from archive.reading import open_for_reading
from crawler import terminal

if TYPE_CHECKING:
    from archive.changes import Step
    from archive.difference import Change
    from crawler.commands import Context

FIELDS = {"text": "", "published_at": "", "author": ""}  # the class says it, or it is the text
INDENT = "    "


@click.command("diff", short_help="What changed in an article, and who changed it.")
@click.argument("target", metavar="REF|ID|URL")
@click.argument("first", metavar="[A]", required=False)
@click.argument("last", metavar="[B]", required=False)
@click.option("--rules", is_flag=True, help="What our rules changed, instead of the site.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a step.")
@click.pass_obj
def command(
    context: Context,
    target: str,
    *,
    first: str | None,
    last: str | None,
    rules: bool,
    as_json: bool,
) -> None:
    """Show what the site changed in an article, from each revision to the next.

    With A and B (default: the newest): from revision A to B as a whole, also as REF@A REF@B. REF@N
    alone: only what revision N changed. Changes are classed: typo, number, name (or office of a
    person), rewritten, added, removed, moved; and date and author. Spaces, quotes, the place of
    tone marks and counters make no difference.
    """
    numbers = [_number(target, told) for told in (first, last)]
    with closing(open_for_reading(context.db)) as conn:
        found = list(steps(conn, target, *numbers, cause="rules" if rules else "site"))
    if as_json:
        for step in found:
            terminal.write_json(_record(step))
        return
    for step in found:
        _write(step)
    if not found:
        print(_nothing(rules=rules))


def _number(target: str, told: str | None) -> int | None:
    """Read the number of a revision: `2`, `@2`, or `REF@2` of the same article.

    :raises UsageError: it is none.
    """
    if told is None:
        return None
    ref, _, number = told.rpartition("@")
    if ref and ref.lower() != target.partition("@")[0].lower():
        raise UsageError(f"{told!r} is of another article: revisions of one are compared")
    if not (number.isascii() and number.isdecimal() and number.strip("0") and len(number) < 10):
        raise UsageError(f"{told!r} is no number of a revision: they count from 1")
    return int(number)


def _nothing(*, rules: bool) -> str:
    if rules:
        return "Our rules changed nothing here; without --rules: what the site changed."
    return "The site changed nothing here; --rules shows what our rules did."


def _record(step: Step) -> dict[str, Any]:
    """Return a step as JSON; what is shown of both wordings in one is left to the reader."""
    record = {"from" if name == "old" else "to" if name == "new" else name: value
              for name, value in asdict(step).items()}  # fmt: skip
    for change in record["changes"]:
        del change["pieces"]
        change["class"] = change.pop("kind")
        change["edits"] = [{"class": e.pop("kind"), **e} for e in change["edits"]]
    return record


def _write(step: Step) -> None:
    who = "the site" if step.cause == "site" else "our rules"
    head = f"{step.ref}@{step.old} -> @{step.new}, {step.captured_at}, changed by {who}"
    print(terminal.bold(head))
    if step.restores is not None:
        print(f"  It is again as revision {step.restores} was.")
    elif not step.changes:
        print("  The two say the same.")
    for change in step.changes:
        field = FIELDS.get(change.field, f"{change.field}, ")
        print(f"  {terminal.dim(f'{field}{change.kind}:')}")
        print(_shown(change))


def _shown(change: Change) -> str:
    """Return both wordings in one, as a terminal can show it."""
    if change.kind == "moved":
        return terminal.wrap(change.new or "", indent=INDENT)
    if change.pieces:
        text = "".join(
            " " * piece.apart + _piece(piece.sign, piece.text) for piece in change.pieces
        )
    else:
        sides = (("-", change.old), ("+", change.new))
        text = " ".join(_piece(sign, side) for sign, side in sides if side)
    return terminal.wrap_styled(text.strip(), indent=INDENT)


def _piece(sign: str, text: str) -> str:
    text = terminal.clean(text)
    if sign == " ":
        return text
    return terminal.removed(text) if sign == "-" else terminal.added(text)
