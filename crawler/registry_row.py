"""A registry row as text: how `add-site` writes one, and where the rows that are there stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import UsageError

if TYPE_CHECKING:
    from crawler.registry import Site

MOST_LINES = 12
LONGEST_LINE = 100

HEADING = (
    "# Sites of your own, beside those that come with the program; docs/add-a-site.md explains\n"
    "# every key.\n"
)


def row_text(values: Mapping[str, Any]) -> str:
    """Return a row as TOML, one key a line, ready to stand in a registry file.

    A list too long for its line takes several, as long as the row does not become too long by it.
    """
    lines = ["[[site]]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    for key, value in values.items():
        line = f"{key} = {_toml(value)}"
        if isinstance(value, list | tuple) and len(line) > LONGEST_LINE:
            several = [f"{key} = [", *_wrapped(value), "]"]
            if len(lines) + len(several) - 1 <= MOST_LINES:
                place = lines.index(line)
                lines[place : place + 1] = several
    return "\n".join(lines) + "\n"


def _wrapped(values: Iterable[Any]) -> list[str]:
    """Return the items of a list on as few lines as they fit."""
    lines = [" "]
    for value in values:
        item = f" {_toml(value)},"
        if len(lines[-1]) + len(item) > LONGEST_LINE and lines[-1].strip():
            lines.append(" ")
        lines[-1] += item
    return lines


def _toml(value: Any) -> str:
    """Write a value as TOML: JSON says the same of texts, numbers, truth values and lists."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"  # a regular expression reads better without doubled backslashes
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def append_row(path: Path, text: str) -> None:
    """Add a row at the end of a registry file, which is made if need be; all of it or nothing.

    :raises OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8-sig") if path.exists() else HEADING
    gap = "" if before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(before + gap + text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def refuse_known(site: Site, known: Mapping[str, Site], files: Iterable[Path]) -> None:
    """Refuse a site whose host or id is in the registry.

    A host may have several rows where each stands below a folder of its own, or where all of them
    have ended.

    :param files: the registry files, to say where the row stands.
    :raises UsageError: naming the row.
    """
    if site.id in known:
        raise UsageError(
            f"the id {site.id!r} is taken{_place(site.id, files)}: choose another with --id"
        )
    for other in known.values():
        ended = other.valid_to is not None
        if not ended and not site.hosts.isdisjoint(other.hosts) and _same_place(site, other):
            raise UsageError(
                f"{site.host} is the site {other.id!r} already{_place(other.id, files)}:"
                " edit that row, or end it with `valid_to`"
            )


def _same_place(site: Site, other: Site) -> bool:
    """Whether two rows of one host mean the same part of it."""
    if not other.folder:
        return True
    wanted = site.folder or site.listings[0].lower().rstrip("/")
    return wanted == other.folder or wanted.startswith(f"{other.folder}/")


def _place(site_id: str, files: Iterable[Path]) -> str:
    """Return file and line of a row, as ` (file, line N)`; empty where it is not found."""
    wanted = re.compile(rf"""\s*["']?id["']?\s*=\s*["']{re.escape(site_id)}["']""")
    for path in files:
        if not path.exists():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            if wanted.match(line):
                return f" ({path}, line {number})"
    return ""
