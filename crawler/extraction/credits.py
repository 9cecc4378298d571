"""Who wrote an article, and where the site took it from, with the strings that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.extraction import fields
from crawler.extraction.authorship import kind_of, outlet_of
from crawler.extraction.layers import LONGEST_RAW

if TYPE_CHECKING:
    from archive.page import AuthorKind
    from crawler.extraction.blocks import Line
    from crawler.extraction.byline import Byline
    from crawler.extraction.rules import Rules
    from crawler.extraction.selectors import Matches

_LONGEST_LINE = 100  # with a name and what else stands beside a date


@dataclass(slots=True)
class Credits:
    """The author and what it is, the source, and the evidence of both by field."""

    author: str | None = None
    kind: AuthorKind | None = None
    source: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


def read_credits(
    matches: Matches, rules: Rules, byline: Byline, around: Byline, opening: str
) -> Credits:
    """The author field of the rules, else the byline, else what stands around the text with a
    label.

    `byline` was taken from the end of the text, `around` from outside of it; `opening` is the
    first paragraph, lead included, whose first words may name the medium it comes from.
    """
    found = Credits()
    _read_source(found, fields.source_field(matches, rules), byline, around, opening)
    _read_author(found, fields.author_field(matches, rules), byline, around, rules.byline_first)
    found.kind = kind_of(found.author) if found.author else None
    return found


def confirm_author(found: Credits, names: Iterable[str], beside: Iterable[Line]) -> None:
    """Fill in the author that a line beside the text names without a label, where the page's
    metadata `names` the same person: what is in one of the two only may be anybody's."""
    shown = [line.text for line in beside if line.size <= _LONGEST_LINE]
    for name in names:
        if kind_of(name) != "person" or name.startswith("The "):  # "The Associated Press"
            continue
        where = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        raw = next(filter(where.search, shown), None)
        if raw is not None:
            found.author, found.kind = name, "person"
            found.evidence["author"] = {"rule": "around+metadata", "raw": raw[:LONGEST_RAW]}
            return


def _read_source(
    found: Credits, named: fields.Found | None, byline: Byline, around: Byline, opening: str
) -> None:
    if named is not None:
        found.source = named.value
        found.evidence["source"] = named.evidence()
        return
    for rule, line in (("byline", byline), ("around", around)):
        if line.source:
            found.source = line.source
            found.evidence["source"] = {"rule": rule, "raw": _raw(line)}
            return
    outlet = outlet_of(opening)
    if outlet is not None:
        found.source, raw = outlet
        found.evidence["source"] = {"rule": "dateline", "raw": raw}


def _read_author(
    found: Credits,
    named: fields.Found | None,
    byline: Byline,
    around: Byline,
    byline_first: bool,
) -> None:
    rule, line = ("byline", byline) if byline.author or not around.author else ("around", around)
    raw = _raw(line)
    if line.author and (named is None or byline_first):
        found.author = line.author
        found.evidence["author"] = {"rule": rule, "raw": raw}
    elif named is not None:
        found.author = named.value
        told = named.evidence()
        found.evidence["author"] = {**told, "byline": raw} if raw else told
    elif raw:
        found.evidence["author"] = {"rule": rule, "raw": raw}


def _raw(byline: Byline) -> str:
    return " / ".join(byline.raw)[:LONGEST_RAW]
