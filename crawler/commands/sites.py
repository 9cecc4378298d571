"""`mattran sites`: what sites are known, and what state each is in."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from archive.database_file import refuse_other_files
from archive.errors import UsageError
from archive.moments import day_of, now
from archive.narrowing import bare_province
from archive.reading import open_for_reading
from archive.statistics import flag_counts, site_progress
from crawler import terminal
from crawler.choice import registry_of
from crawler.extraction.flags import meaning_of
from crawler.registry import LEVELS, PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.commands import Context
    from crawler.registry import Site

Record = dict[str, Any]

# What the registry says of a site, under the names of the table `sites`.
REGISTERED = (
    "id",
    "name",
    "level",
    "province",
    "province_now",
    "base_url",
    "platform",
    "owner",
    "successor",
    "enabled",
    "confirmed",
)
ARCHIVED = (
    "first_crawled_at",
    "last_crawled_at",
    "last_success_at",
    "broken_since",
    "broken_reason",
    "drift_since",
    "drift_reason",
)
UNIT = ("unit_until", "unit_now")  # last day of the unit whose site it is, and what that is now


@click.command("sites", short_help="What sites are known, and what state each is in.")
@click.option("--level", type=click.Choice(LEVELS), help="Only of this level.")
@click.option("--province", help="Only of this province, with or without marks.")
@click.option("--platform", type=click.Choice(PLATFORMS), help="Only on this platform.")
@click.option("--flags", is_flag=True, help="Count what should be checked, by site.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def command(
    context: Context,
    *,
    level: str | None,
    province: str | None,
    platform: str | None,
    flags: bool,
    as_json: bool,
) -> None:
    """List the registered sites, and those of the archive that the registry no longer has.

    State: ok, broken since a day, drifting since a day (its pages no longer look as they did),
    never crawled, ended (the row describes the past), disabled, not registered. A site outlives its
    unit: "until" a day says when that was abolished, the site is crawled on. "Not confirmed"
    marks a row that nobody has checked against the site itself, "weak TLS" one whose certificate
    is not checked or whose protocol is old. --json has the odd pages of the last crawl by kind.
    --flags tells instead how many articles of each site carry which flag (docs/extraction.md).
    """
    known = registry_of(context.db, context.sites).values()
    records = _records(known, _progress(context.db))
    if province is not None:
        records = [record for record in records if _lies_in(record, province)]
        if not records:
            raise UsageError(
                f"no site of a province {province!r} is known: `mattran sites` lists all"
            )
    records = [
        record
        for record in records
        if level in (None, record["level"]) and platform in (None, record["platform"])
    ]
    if flags:
        counted = _flags(context.db)
        records = [{**record, "flags": counted.get(record["id"], {})} for record in records]
    if as_json:
        for record in records:
            terminal.write_json(record)
    else:
        (_write_flags if flags else _write)(records)
        if not context.db.exists():
            print(f"there is no archive at {context.db} yet: `mattran crawl SITE` makes it")


def _progress(db: Path) -> dict[str, Record]:
    """Return what the archive knows of each site; nothing when there is no archive yet."""
    refuse_other_files(db)
    if not db.exists():
        return {}
    with closing(open_for_reading(db)) as conn:
        return site_progress(conn)


def _flags(db: Path) -> dict[str, dict[str, int]]:
    if not db.exists():
        return {}
    with closing(open_for_reading(db)) as conn:
        return flag_counts(conn)


def _records(known: Iterable[Site], progress: dict[str, Record]) -> list[Record]:
    records = [_record(site, progress.pop(site.id, {})) for site in known]
    gone = [
        {name: row[name] for name in REGISTERED}
        | {"valid_from": row["valid_from"], "valid_to": row["valid_to"]}
        | {"tls": True, "old_tls": False}
        | _archived(row)
        | {"state": "not registered"}
        for row in progress.values()
    ]
    return records + gone


def _record(site: Site, row: Record) -> Record:
    record = {name: getattr(site, name) for name in REGISTERED}
    record["valid_from"] = site.valid_from and site.valid_from.isoformat()
    record["valid_to"] = site.valid_to and site.valid_to.isoformat()
    record |= {"tls": site.tls, "old_tls": site.old_tls}
    record |= _archived(row)
    if record["unit_until"] is None and site.unit_until:
        record["unit_until"] = site.unit_until.isoformat()
    return record | {"state": _state(record)}


def _archived(row: Record) -> Record:
    odd = json.loads(row.get("odd") or "{}")
    return {
        "articles": row.get("articles", 0),
        **{name: row.get(name) for name in (*ARCHIVED, *UNIT)},
        "kinds": odd.get("kinds", {}),
        "drift": odd.get("drift", {}),
    }


def _state(record: Record) -> str:
    if not record["enabled"]:
        return "disabled"
    if record["broken_since"]:
        return "broken"
    if record["valid_to"] and record["valid_to"] < day_of(now()):
        return "ended"
    if not record["last_success_at"]:
        return "never crawled"
    return "drifting" if record["drift_since"] else "ok"


def _lies_in(record: Record, province: str) -> bool:
    names = (record["province"], record["province_now"])
    return _closed_up(province) in {_closed_up(name) for name in names if name}


def _closed_up(province: str) -> str:
    """Return a province's name without marks and spaces: many type "hanoi"."""
    return "".join(bare_province(province))


def _write(records: list[Record]) -> None:
    # What a narrow terminal cuts off is only what the registry says.
    headers = ("id", "state", "articles", "last success", "level", "unit", "platform")
    rows = [
        (
            record["id"],
            _state_text(record),
            record["articles"],
            _day(record),
            record["level"],
            _unit(record),
            record["platform"],
        )
        for record in records
    ]
    terminal.write_table(headers, rows, right=("articles",))
    _write_reasons(records)
    count = sum(record["articles"] for record in records)
    sites = "1 site" if len(records) == 1 else f"{len(records)} sites"
    print(terminal.dim(f"\n{sites}, {count} articles"))


def _write_flags(records: list[Record]) -> None:
    rows = [
        (record["id"], flag, number, f"{number / record['articles']:.0%}", meaning_of(flag))
        for record in records
        for flag, number in record["flags"].items()
    ]
    if not rows:
        print("no article carries a flag")
        return
    headers = ("id", "flag", "articles", "of all", "which says")
    terminal.write_table(headers, rows, right=("articles", "of all"))


def _write_reasons(records: list[Record]) -> None:
    """Write why sites are broken or drift, and which pages of their last crawl were none."""
    lines = []
    for record in records:
        if record["state"] == "broken":
            lines.append(f"{record['id']} is broken: {record['broken_reason'] or 'unknown'}")
        elif record["state"] == "drifting":
            lines.append(f"{record['id']} drifts: {record['drift_reason'] or 'unknown'}")
        if record["kinds"]:
            odd = ", ".join(f"{number} {kind}" for kind, number in record["kinds"].items())
            lines.append(f"{record['id']}: odd pages in its last crawl: {odd}")
    print("\n" * bool(lines), end="")
    for line in lines:
        print(terminal.clean(line))


def _day(record: Record) -> str | None:
    """Return the day of the last success; its time would take the room of a column."""
    moment: str | None = record["last_success_at"]
    return moment and moment[:10]


def _state_text(record: Record) -> str:
    text = str(record["state"])
    if text == "broken":
        text = f"broken since {record['broken_since'][:10]}"
    elif text == "drifting":
        text = f"drifting since {record['drift_since'][:10]}"
    if record["old_tls"] or not record["tls"]:
        text += ", weak TLS"
    return text if record["confirmed"] else f"{text}, not confirmed"


def _unit(record: Record) -> str:
    """Return whose site it is: the province before and since 1 July 2025, or the unit's name."""
    province = " → ".join(name for name in (record["province"], record["province_now"]) if name)
    if record["level"] not in ("district", "ward"):
        return province or _short_name(record)
    place = ", ".join(text for text in (_short_name(record), province) if text)
    if not record["unit_until"]:
        return place
    now = f", now {record['unit_now']}" if record["unit_now"] else ""
    return f"{place} (until {record['unit_until']}{now})"


def _short_name(record: Record) -> str:
    return str(record["name"]).partition(" (")[0]
