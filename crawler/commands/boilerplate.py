"""`mattran boilerplate`: what was learned of a site's boilerplate, and why."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from archive import templates
from archive.errors import UsageError
from archive.reading import open_for_reading
from crawler import terminal
from crawler.choice import named_sites, registry_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.templates import Stored
    from crawler.commands import Context

Record = dict[str, Any]

TEXT_WIDTH = 56
PATH_STEPS = 3  # --json has the whole path

WHAT = {
    "text": "this text at this place, numbers aside",
    "clock": "a date above titles",
    "slot": "whatever stands at this place",
    "links": "links at this place, whatever they say",
    "name": "the site's name, no title",
    "pinned": "the site's row says so",
    "kept": "never: the site's row says so",
}


@click.command("boilerplate", short_help="What was learned of a site's boilerplate, and why.")
@click.argument("site")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def command(context: Context, site: str, as_json: bool) -> None:
    """Show what is taken for boilerplate on the pages of SITE.

    Each block with how many of the pages learned from showed it, how many inside their article,
    and from when to when. `boilerplate` and `keep` in the site's row overrule what was learned.
    """
    with closing(open_for_reading(context.db)) as conn:
        stored = templates.latest(conn, site)
        count = templates.count_articles(conn, site)
    registry = registry_of(context.db, context.sites)
    row = registry.get(site) if stored else named_sites(registry, [site])[0]
    pins, keeps = (row.boilerplate, row.keep) if row is not None else ((), ())
    if stored is None and not (pins or keeps):
        raise UsageError(
            f"nothing is learned of {site} yet: it takes four articles of one layout, and"
            f" {count} are here (`mattran crawl {site}`)"
        )
    records = [*_wishes(pins, keeps), *(_learned(stored, keeps) if stored else ())]
    if as_json:
        for record in records:
            terminal.write_json({"site": site, **record})
        return
    _write(site, stored, records)


def _wishes(pins: Sequence[str], keeps: Sequence[str]) -> Iterator[Record]:
    """What the row says, in the form of what was learned."""
    for kind, texts in (("pinned", pins), ("kept", keeps)):
        for text in texts:
            yield {
                "kind": kind,
                "text": text,
                "path": None,
                "pages": None,
                "of": None,
                "share": None,
                "in_articles": None,
                "first": None,
                "last": None,
                "place": None,
                "kept": kind == "kept",
            }


def _learned(stored: Stored, keeps: Sequence[str]) -> Iterator[Record]:
    """The blocks of a stored template, the most common first."""
    paths = stored.data["paths"]
    blocks = sorted(stored.data["blocks"], key=lambda block: (-block["pages"], block["text"]))
    for block in blocks:
        yield {
            "kind": block["kind"],
            "text": block["text"],
            "path": paths[block["path"]],
            "pages": block["pages"],
            "of": block["of"],
            "share": round(block["pages"] / block["of"], 3) if block["of"] else None,
            "in_articles": block["kept"],
            "first": block["first"],
            "last": block["last"],
            "place": block["place"] or None,
            "kept": _is_kept(block["text"], keeps),
        }


def _is_kept(text: str, keeps: Sequence[str]) -> bool:
    """Whether the row keeps a block; asked only when the row keeps anything."""
    if not keeps:
        return False
    from crawler.extraction.template import says

    return says(keeps, text)


def _write(site: str, stored: Stored | None, records: list[Record]) -> None:
    if stored is not None:
        usual = stored.data["usual"]
        print(
            terminal.bold(f"{site}: template {stored.version}"),
            f"learned {stored.learned_at} from {stored.pages} pages",
        )
        print(terminal.dim(f"Of the lines of a page {usual:.0%} are usually known."))
    headers = ("text", "what", "pages", "in articles", "first", "last", "where")
    rows = [
        (
            terminal.fit(terminal.clean(record["text"]), TEXT_WIDTH),
            f"{record['kind']} (kept)" if record["kept"] and record["path"] else record["kind"],
            f"{record['pages']} of {record['of']}" if record["pages"] else None,
            record["in_articles"] or None,
            record["first"],
            record["last"],
            _where(record["path"]),
        )
        for record in records
    ]
    print()
    terminal.write_table(headers, rows, right=("in articles",))
    print()
    shown = {record["kind"] for record in records}
    for kind, meaning in WHAT.items():
        if kind in shown:
            print(terminal.dim(f"{kind}: {meaning}"))


def _where(path: str | None) -> str | None:
    if path is None:
        return None
    steps = path.split(" > ")
    return " > ".join(steps[-PATH_STEPS:])
