"""`mattran add-site`: look at a site nobody has described, and propose its registry row."""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError, UsageError
from crawler.choice import LOCAL_REGISTRY, registry_of
from crawler.commands import CHECKOUT
from crawler.terminal import (
    ProgressLine,
    bold,
    clean,
    dim,
    fit,
    is_terminal,
    reading_width,
    wrap,
    write_json,
)

if TYPE_CHECKING:
    from crawler.commands import Context
    from crawler.registry import Site

SHOWN_ARTICLES = 3
FIRST_LINES = 2
SHIPPED_PAGES = CHECKOUT / "tests" / "spiders" / "pages"
LEAST_NEEDED = ("sitemaps", "feeds")
"""Keys left out where a row would be too long, the least needed first."""


class NoArticleError(ArchiveError):
    """Nothing on the pages visited can be archived by the row that was made."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Proposed:
    """A row ready to be judged: its text, what it was made of, and how many requests that took."""

    site: Site
    text: str
    proposal: Any
    requests: int


@click.command(epilog="Exit codes: 0 done, 1 the site could not be looked at, 2 usage.")
@click.argument("url")
@click.option("--yes", is_flag=True, help="Accept the row: write it, and save a test page.")
@click.option("--id", "site_id", metavar="ID", help="The site's id, instead of one of its host.")
@click.option("--shipped", is_flag=True, help="Write to the registry itself, for a change of ours.")
@click.option(
    "--keep-text", is_flag=True, help="Save the test page with its own words, not in git."
)
@click.option(
    "--contact",
    envvar="MATTRAN_CONTACT",
    help="Address a webmaster can write to; sent with each request.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be fetched and written; do neither.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.pass_obj
def command(
    context: Context,
    /,
    *,
    url: str,
    yes: bool,
    site_id: str | None,
    shipped: bool,
    keep_text: bool,
    contact: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Look at a site and propose its registry row.

    At most 12 pages are fetched, one at a time. Shows the platform with what tells it, the row, and
    three articles as the archive would hold them, to judge by.
    """
    known = registry_of(context.db, context.sites)
    registry, local = _shipped_file(context), context.db.parent / LOCAL_REGISTRY
    target = _Target(registry if shipped else local, context, keep_text=keep_text)
    row = _provisional(url, site_id, known, [registry, local])
    if dry_run:
        _print_plan(row, target)
        return
    proposed = _propose(row, site_id, contact, context, target.file)
    _refuse(proposed.site, known, [registry, local])
    if not as_json:
        _print_proposal(proposed)
    if not proposed.proposal.articles:
        raise NoArticleError(
            f"no article could be read on {row.host}: nothing is written; see docs/add-a-site.md"
        )
    accepted = yes or (not as_json and _agreed())
    page = target.write(proposed) if accepted else None
    if as_json:
        write_json(_as_record(proposed, target.file if accepted else None, page))
    elif accepted:
        print(f"\nwritten to {target.file}; test page in {page}")
        if target.in_checkout:
            print("next: python -m spiders.catalogue, which writes docs/sites.md anew; make test")
        print(f"next: mattran crawl {proposed.site.id}")
    else:
        print("\nnothing was written; to accept it run the same with --yes")


# -- before ----------------------------------------------------------------------------------------


def _shipped_file(context: Context) -> Path:
    from crawler.registry import shipped_registry

    return context.sites or shipped_registry()


def _provisional(url: str, site_id: str | None, known: dict[str, Site], files: list[Path]) -> Site:
    """Return the row to look at a site with; refuse one that is known, before anything is fetched.

    :raises UsageError: bad address or id, or a site that is in the registry.
    """
    from crawler.ownership import owner_of
    from crawler.registry_values import READERS
    from crawler.scouting import provisional_row

    if site_id is not None:
        try:
            READERS["id"](site_id)
        except ValueError as error:
            raise UsageError(f"--id: {error}") from None
    row = provisional_row(url, "front")
    row = provisional_row(url, owner_of(row.base_url))
    _refuse(row, known, files, site_id)
    return row


def _refuse(
    site: Site, known: dict[str, Site], files: list[Path], site_id: str | None = None
) -> None:
    from dataclasses import replace

    from crawler.registry_row import refuse_known

    refuse_known(replace(site, id=site_id) if site_id else site, known, files)


def _print_plan(row: Site, target: _Target) -> None:
    from crawler.scouting import MOST_PAGES

    start = row.absolute(row.listings[0])
    print(f"would fetch robots.txt, {start} and up to {MOST_PAGES - 1} pages it leads to,")
    print(f"one at a time, {row.delay:g} s apart; on --yes would write to {target.file}")


# -- the look --------------------------------------------------------------------------------------


def _propose(
    row: Site, site_id: str | None, contact: str | None, context: Context, file: Path
) -> Proposed:
    from crawler.registry import shared_keys
    from crawler.scouting import MOST_PAGES, NoAnswerError, look_at
    from crawler.stopsignal import StopSignal

    stop = StopSignal()
    stop.install()
    line = ProgressLine()
    look = look_at(
        row,
        contact,
        stop,
        db=context.db,
        debug=context.debug,
        on_progress=lambda count: line.update(f"{row.host}: page {count} of at most {MOST_PAGES}"),
    )
    line.clear()
    try:
        proposal = look.scout.proposal()
    except ValueError as error:
        raise NoAnswerError(f"{row.host}: {error}") from None
    if site_id:
        proposal.values["id"] = site_id
    if row.is_loopback:
        proposal.values["delay"] = 0
    if not shared_keys(file, proposal.values["platform"]).get("confirmed", True):
        proposal.values.setdefault("confirmed", True)  # other than its neighbours in the file
    text = _short_text(proposal.values)
    return Proposed(_loaded(text), text, proposal, look.requests)


def _short_text(values: dict[str, Any]) -> str:
    from crawler.registry_row import MOST_LINES, row_text

    shown = dict(values)
    for key in LEAST_NEEDED:
        if len(shown) + 1 > MOST_LINES:
            shown.pop(key, None)
    return row_text(shown)


def _loaded(text: str) -> Site:
    """Read a row as every command will."""
    from crawler.registry import load_registry

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "row.toml"
        path.write_text(text, encoding="utf-8")
        (site,) = load_registry(path).values()
    return site


# -- what is shown ---------------------------------------------------------------------------------


def _print_proposal(proposed: Proposed) -> None:
    proposal, width = proposed.proposal, reading_width()
    print(f"{bold('platform')}: {proposed.site.platform}")
    for told in proposal.evidence:
        print(dim(f"  {fit(clean(told), width - 2)}"))
    for label, text in proposal.found:
        print(wrap(f"{label}: {text}"))
    if proposal.unknown:
        print(f"{bold('could not find out')}:")
        for line in proposal.unknown:
            print(wrap(f"- {clean(line)}", indent="  "))
    print(f"\n{clean(proposed.text, keep_lines=True)}")
    for number, read in enumerate(proposal.articles[:SHOWN_ARTICLES], 1):
        _print_article(number, read.article, read.visit.fetch.url)
    print(dim(f"\n{proposed.requests} pages fetched"))


def _print_article(number: int, article: Any, url: str) -> None:
    from crawler.extraction.flags import meaning_of

    print(f"\n{number}. {bold(clean(article.title))}")
    said = [article.published_at or "no date", article.author or "", url]
    print(dim("   " + clean(" · ".join(part for part in said if part))))
    for text in (article.lead, *article.body.split("\n\n")[:FIRST_LINES]):
        if text:
            print(wrap(clean(fit(text, 400)), indent="   "))
    for flag in article.flags:
        print(dim(f"   ! {flag}: {meaning_of(flag)}"))


def _agreed() -> bool:
    """Ask, where somebody can answer."""
    if not (is_terminal() and sys.stdin.isatty()):
        return False
    return click.confirm("\nAdd this row?", default=False)


def _as_record(proposed: Proposed, file: Path | None, page: Path | None) -> dict[str, Any]:
    proposal = proposed.proposal
    return {
        "id": proposed.site.id,
        "platform": proposed.site.platform,
        "evidence": list(proposal.evidence),
        "found": dict(proposal.found),
        "unknown": proposal.unknown,
        "row": proposed.text,
        "requests": proposed.requests,
        "registry": str(file) if file else None,
        "page": str(page) if page else None,
        "articles": [
            {
                "url": read.visit.fetch.url,
                "title": read.article.title,
                "published_at": read.article.published_at,
                "author": read.article.author,
                "lead": read.article.lead,
                "body": read.article.body,
                "flags": read.article.flags,
            }
            for read in proposal.articles[:SHOWN_ARTICLES]
        ],
    }


# -- what is written -------------------------------------------------------------------------------


class _Target:
    """Where an accepted row and its test page go."""

    def __init__(self, file: Path, context: Context, *, keep_text: bool) -> None:
        self.file = file
        self._beside = context.db.parent / "pages"
        shipped = context.sites is None and file.name != LOCAL_REGISTRY
        self.in_checkout = shipped and SHIPPED_PAGES.parent.is_dir()
        self._pages = SHIPPED_PAGES if self.in_checkout and not keep_text else self._beside
        self._keep_text = keep_text

    def write(self, proposed: Proposed) -> Path:
        """Save the test page, then the row; return the folder of the page."""
        from crawler.registry_row import append_row

        folder = self._pages / proposed.site.id
        best = sorted(proposed.proposal.articles, key=_telling, reverse=True)
        # One whose date outlives the loss of its words, if there is one.
        kept = next((read for read in best if self._save(folder, proposed.text, read)), None)
        if kept is None and not any(
            self._save(folder, proposed.text, read, dated=False) for read in best
        ):
            _remove(folder)
            raise NoArticleError("no page gives its article once saved: please report this site")
        append_row(self.file, proposed.text)
        return folder

    def _save(self, folder: Path, row: str, read: Any, *, dated: bool = True) -> bool:
        """Save a page; tell whether it gives its article again, and its date if that is asked."""
        from crawler.saved_page import Sample, save

        document, fetch, link = read.visit.document, read.visit.fetch, read.visit.link
        sample = Sample(
            url=fetch.url,
            text=document.body.decode(document.encoding, "replace"),
            started_at=fetch.started_at,
            link_text=link.text,
            hints=link.hints,
        )
        try:
            expected = save(folder, row, sample, keep_text=self._keep_text)
        except ValueError:
            return False
        return not dated or bool(expected["published_at"] == read.article.published_at)


def _remove(folder: Path) -> None:
    with suppress(OSError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _telling(read: Any) -> tuple[bool, bool, int]:
    """The article that tests most: one with a date and no flags, and a long text."""
    article = read.article
    return article.published_at is not None, not article.flags, len(article.body)
