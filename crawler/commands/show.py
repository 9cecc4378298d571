"""`mattran show`: an article with its provenance, or why an address is not in the archive."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from archive.errors import ArchiveError, UsageError
from archive.frontier import LATER
from archive.moments import public
from archive.reading import open_for_reading
from archive.show import Record, describe
from archive.whereabouts import why_not_kept
from crawler import terminal
from crawler.commands.file_search import described
from crawler.extraction.flags import meaning_of

if TYPE_CHECKING:
    from crawler.commands import Context
    from crawler.registry import Site

LABEL_WIDTH = 12
RAW_WIDTH = 48  # of a string as the page shows it; --json has all of it

PAGE_FIELDS = {
    "ref": "ref",
    "site": "site",
    "state": "state",
    "first_seen_at": "first seen",
    "last_seen_at": "last seen",
    "gone_at": "gone since",
}

FRONTIER_FIELDS = {
    "site": "site",
    "kind": "kind",
    "state": "state",
    "attempts": "attempts",
    "last_status": "HTTP status",
    "last_failure": "failure",
    "fetched_at": "fetched",
    "due_at": "due",
    "found_on_url": "found on",
    "found_at": "found",
    "text": "link text",
    "key": "key",
}

# What an article is to another one: the labels.
RELATIONS = {
    "same_text": "same as",
    "near_duplicate": "repeats",
    "excerpt": "excerpt of",
    "same_template": "worded as",
}


@click.command("show", short_help="One article with its provenance.")
@click.argument("target", metavar="REF|ID|URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--raw", is_flag=True, help="Write the page as the server sent it, decoded.")
@click.option(
    "--file", "number", type=click.IntRange(min=1), help="Write its attachment N as it came."
)
@click.pass_obj
def command(context: Context, target: str, as_json: bool, raw: bool, number: int | None) -> None:
    """Show an article: its text, where and when it was found, and its raw record.

    REF@N shows revision N. For an address without an article it says why there is none.
    """
    if raw + as_json + (number is not None) > 1:
        raise UsageError("--raw, --file and --json exclude each other: give one of them")
    with closing(open_for_reading(context.db)) as conn:
        record = describe(conn, target)
    if record["what"] == "unknown":
        record["why"] = f"{record['why']}; {_registered(context, record['url'])}"
    if number is not None:
        _write_attachment(context, record, number)
    elif raw:
        _write_raw(context, record)
    elif as_json:
        terminal.write_json(record)
    else:
        WRITERS[record["what"]](record)


def _registered(context: Context, url: str) -> str:
    """Say whether a row of the registry covers `url`."""
    from crawler.choice import registry_of

    sites = registry_of(context.db, context.sites)
    covering = [site for site in sites.values() if site.covers(url)]
    if not covering:
        return f"no registered site has the host {urlsplit(url).netloc} (docs/add-a-site.md)"
    return "; ".join(_judged(site, url) for site in covering)


def _judged(site: Site, url: str) -> str:
    """Say what a site would do with an address that no page has named."""
    from crawler.families import load_family

    family = load_family(site)
    reason, own = family.denied(url), family.canonical(url)
    if reason:
        return f"{site.id} would not fetch it: {reason}"
    if own != url:
        return f"{site.id} would visit it at {own}: `mattran show {own}`"
    return f"it would belong to {site.id}: `mattran recrawl {url}` fetches it"


def _write_raw(context: Context, record: Record) -> None:
    from archive.warc import read_record

    if record["what"] == "withdrawn":
        raise ArchiveError(f"{record['ref']} was withdrawn: {record['reason']}")
    raw = record.get("raw")
    if raw is None:
        raise UsageError("no raw bytes are kept for this page")
    folder = context.db.parent / "warc"
    body = read_record(folder, raw["warc_file"], raw["warc_offset"]).body
    if terminal.is_terminal():  # which no page may steer
        print(terminal.clean(body.decode(errors="replace"), keep_lines=True))
    else:
        sys.stdout.buffer.write(body)


def _write_attachment(context: Context, record: Record, number: int) -> None:
    """Write the bytes of an attachment to the standard output, which may be no terminal."""
    if terminal.is_terminal():
        raise UsageError(f"a file is not shown on the terminal: add `> NAME` to --file {number}")
    from archive.files import place_of
    from archive.warc import read_record

    if record["what"] == "withdrawn":
        raise ArchiveError(f"{record['ref']} was withdrawn: {record['reason']}")
    offered = {file["position"]: file for file in record.get("attachments", ())}
    if number not in offered:
        raise UsageError(f"it has {len(offered)} attachments: `mattran show` numbers them")
    with closing(open_for_reading(context.db)) as conn:
        place = place_of(conn, offered[number]["sha256"])
    if place is None:
        raise UsageError(f"attachment {number} is not kept: {_why_not_kept(offered[number])}")
    sys.stdout.buffer.write(read_record(context.db.parent / "warc", *place).body)


def _why_not_kept(file: Record) -> str:
    why = why_not_kept(file["last_failure"], file["came"])
    return terminal.clean(why or "the next crawl of its site asks for it")


def _write_article(article: Record) -> None:
    print(terminal.bold(terminal.wrap(terminal.clean(article["title"]))))
    byline = [article["published_at"], article["author"], article["section"]]
    print(terminal.dim(terminal.clean(" · ".join(part for part in byline if part))))
    for paragraph in (article["lead"], article["body"]):
        if paragraph:
            print(f"\n{terminal.wrap(paragraph)}")
    _write_files("Images", article["images"])
    _write_files("Attachments", article["attachments"])
    _write_provenance(article)
    _write_history(article)
    _write_rules(article["evidence"])
    _write_dates(article["evidence"])


def _write_files(heading: str, files: list[Record]) -> None:
    if files:
        _heading(heading)
    for file in files:
        shown = file["caption"] or file["alt"] or ""
        credit = file["credit"] if file["credit"] and file["credit"] not in shown else ""
        print(terminal.wrap(f"{file['position']}. {shown}{f' ({credit})' if credit else ''}"))
        _line("", file["url"])
        if file["kind"]:
            _line("", described(file))
        elif why := why_not_kept(file["last_failure"], file["came"]):
            _line("", f"not kept: {why}")


def _write_provenance(article: Record) -> None:
    _heading("Where it comes from")
    revision = f"{article['revision']} of {article['latest_revision']} ({article['cause']})"
    capture = article["capture"]
    answer = (capture["captured_at"], f"HTTP {capture['status']}", capture["content_type"])
    precision = article["published_precision"]
    _line("ref", f"{article['ref']}@{article['revision']} (id {article['id']})")
    if article.get("merged_from"):
        _line("merged", f"{article['merged_from']} is the same article")
    if article.get("merged_into"):
        _line("merged", f"{article['merged_into']} is the same article now")
    _line("site", f"{article['site']}, {article['province_then']}")
    _line("address", article["url"])
    for alias in article["aliases"]:
        if alias["url"] != article["url"]:
            _line("", f"{alias['url']} (since {alias['first_seen_at']})")
    _line("published", f"{article['published_at'] or 'not known'} (precision: {precision})")
    _line("author", _author_line(article))
    _line("source", article["source"])
    _line("tags", ", ".join(article["tags"]) or None)
    _line("language", article["language"])
    _line("seen", f"{article['first_seen_at']} to {article['last_seen_at']}")
    _line("state", article["state"])
    for absence in article["disappearances"]:
        _line(absence["state"], _absence_line(absence))
    for other in article["duplicates"]:
        _line(RELATIONS[other["kind"]], f"{other['ref']} ({other['site']})")
    if article["repeated_by"]:
        _line("repeated by", f"{article['repeated_by']} (`mattran duplicates {article['ref']}`)")
    _line("revision", revision)
    _line("captured", ", ".join(part for part in answer if part))
    _line("raw record", _raw_line(article["raw"]))
    _line("sha256", article["raw_sha256"])
    _line("content", article["content_hash"])
    _line("rules", article["extractor"])
    _line("template", article["template"])
    for number, flag in enumerate(article["flags"]):
        _line("" if number else "flags", f"{flag}: {meaning_of(flag)}")


def _absence_line(absence: Record) -> str:
    sure = "" if absence["declared_at"] else " (not confirmed by visits over days)"
    return f"{absence['gone_at']} until {absence['back_at'] or 'now'}{sure}"


def _author_line(article: Record) -> str | None:
    kind = f" ({article['author_kind']})" if article["author_kind"] else ""
    return f"{article['author']}{kind}" if article["author"] else None


def _raw_line(raw: Mapping[str, Any] | None) -> str | None:
    if raw is None:
        return "not kept"
    return f"warc/{raw['warc_file']} at {raw['warc_offset']}, {raw['warc_length']} bytes"


def _write_history(article: Record) -> None:
    _heading("Revisions")
    names = ("number", "cause", "captured_at", "extracted_at", "word_count", "extractor", "title")
    rows = [[revision[name] for name in names] for revision in article["history"]]
    headers = ("N", "cause", "captured", "extracted", "words", "rules", "title")
    terminal.write_table(headers, rows, right=("N", "words"))


def _write_rules(evidence: Record) -> None:
    rows = [
        (
            field,
            terminal.fit(terminal.clean(found.get("raw") or ""), RAW_WIDTH),
            found.get("layer"),
            found.get("rule"),
            found.get("at"),
        )
        for field, found in evidence.items()
        if isinstance(found, dict)
    ]
    if rows:
        _heading("Which rule found which field")
        terminal.write_table(("field", "as shown", "layer", "rule", "node"), rows)


def _write_dates(evidence: Record) -> None:
    """Print the dates that were seen and not taken, each with the reason."""
    seen = (evidence.get("published_at") or {}).get("seen", ())
    rows = [
        (terminal.fit(terminal.clean(date["raw"]), RAW_WIDTH), date["rule"], date["why"])
        for date in seen
        if "why" in date
    ]
    if rows:
        _heading("Dates that were not taken, or not alone")
        terminal.write_table(("as shown", "rule", "why"), rows)


def _write_withdrawn(record: Record) -> None:
    print(f"{record['ref']} of {record['site']} was withdrawn at {record['at']}.")
    _line("reason", record["reason"])


def _write_missing(record: Record) -> None:
    """Print why an address or a page has no article, and what was tried."""
    print(terminal.bold(terminal.clean(record["url"])))
    print(terminal.wrap(f"Not in the archive: {record['why']}."))
    for name, label in PAGE_FIELDS.items():
        _line(label, record.get(name))
    for row in record.get("frontier", ()):
        _heading(f"Frontier row {row['id']}")
        row["due_at"] = public(row["due"]) if 0 < row["due"] < LATER else None
        for name, label in FRONTIER_FIELDS.items():
            _line(label, row[name])
    captures = record.get("captures", ())
    if captures:
        _heading("Last captures")
        terminal.write_table(
            ("captured_at", "kind", "status", "reason", "redirect_to", "warc_file"),
            [_capture_row(capture) for capture in captures],
        )


def _capture_row(capture: Record) -> list[object]:
    """A capture as shown; a failure by its phrase rather than by its class, an odd page by its
    words and where they stand."""
    evidence = capture["evidence"]
    marker = evidence.get("marker") or ", ".join(evidence.get("drift", ()))
    at = f" ({evidence['at']})" if marker and evidence.get("at") else ""
    reason = capture["failure_text"] or capture["failure"] or f"{marker}{at}" or None
    names = ("captured_at", "kind", "status", "redirect_to", "warc_file")
    row = [capture[name] for name in names]
    return [*row[:3], reason, *row[3:]]


WRITERS = {
    "article": _write_article,
    "withdrawn": _write_withdrawn,
    "page": _write_missing,
    "address": _write_missing,
    "unknown": _write_missing,
}


def _heading(text: str) -> None:
    print(f"\n{terminal.bold(text)}")


def _line(label: str, value: object) -> None:
    if value is not None and value != "":
        print(f"  {terminal.pad(label, LABEL_WIDTH)}{terminal.clean(str(value))}")
