"""`mattran cite`: an article as a citation."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from archive.changes import article_of
from archive.citation import as_bibtex, as_ris, as_text, citation
from archive.reading import open_for_reading
from crawler import terminal

if TYPE_CHECKING:
    from crawler.commands import Context

FORMS = {"text": as_text, "bibtex": as_bibtex, "ris": as_ris}


@click.command("cite", short_help="An article as a citation: text, BibTeX or RIS.")
@click.argument("target", metavar="REF[@N]|ID|URL")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMS)),
    default="text",
    show_default=True,
    help="Of the output.",
)
@click.pass_obj
def command(context: Context, target: str, *, form: str) -> None:
    """Cite an article in the revision named, or the current one.

    Besides what is known of the article a citation has the archive's reference with the revision,
    the moment of its capture and the sha256 of the page. What is not known is left out.
    """
    with closing(open_for_reading(context.db)) as conn:
        article = article_of(conn, target)
        (site,) = conn.execute("SELECT name FROM sites WHERE id = ?", (article["site"],)).fetchone()
    print(terminal.clean(FORMS[form](citation(article, site)), keep_lines=True))
