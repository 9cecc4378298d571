"""What one article page shows, line by line, for learning what repeats on the pages of its site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler.extraction import fields
from crawler.extraction.blocks import Line
from crawler.extraction.byline import read_byline
from crawler.extraction.content import body_by_rules, content_of_page
from crawler.extraction.phrases import AUTHOR_LABEL, DATE_LABEL, SOURCE_LABEL
from crawler.extraction.region import PROSE
from crawler.extraction.template import has_date, is_link, paths_of
from crawler.extraction.title import Title, find_title, meta_titles

if TYPE_CHECKING:
    from crawler.extraction.content import Content
    from crawler.extraction.document import Document
    from crawler.extraction.hints import Hints
    from crawler.extraction.rules import Rules

_ZONE_LINES = 14  # around the text, where a date or a name may be the article's own

# What a byline stands below.
_PARAGRAPH = Line("", 0, 0, 2 * PROSE, 0, 0, 0, "", 0, item=False, row=False, image=None)

Role = Literal["kept", "own", "above", ""]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a page.

    `role`: "kept" of the article's text, "own" to the article otherwise (title, date, byline,
    caption), "above" the title, or none of these. `linked`: most of it is links, so it is no text.
    """

    text: str
    path: str
    role: Role
    linked: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """An article page: how it is called, the day it was captured (ISO), its region and lines.

    `layout` is the path of the element that holds the article, `names` what the metadata call it.
    `told` when a listing says the title, so that it is no portlet's.
    """

    title: str
    told: bool
    day: str
    layout: str
    names: tuple[str, ...]
    lines: tuple[Shown, ...]


def sample_of(document: Document, rules: Rules, hints: Hints, day: str) -> Sample | None:
    """Read a page whole, as the article's layers do; None when it shows no article.

    Nothing learned before is used, so that a template cannot confirm itself.
    """
    content = content_of_page(document, rules, body_by_rules(document, rules))
    if content is None:
        return None
    title = _title(document, rules, content, hints)
    paths = paths_of(content.walk)
    own = _own_lines(content, title)
    kept = set(content.lines)
    head = title.line if title is not None and title.line is not None else -1
    region = next(n for n, node in enumerate(content.walk.nodes) if node.element is content.element)
    lines = []
    for index, line in enumerate(content.walk.lines):
        role: Role = ""
        if index in own:
            role = "own"
        elif index in kept and not is_link(line):
            role = "kept"
        elif index < head:
            role = "above"
        lines.append(Shown(line.text, paths[line.node], role, is_link(line)))
    return Sample(
        title=hints.text or (title.text if title else ""),
        told=bool(hints.text),
        day=day,
        layout=paths[region],
        names=tuple(meta_titles(document.matches)),
        lines=tuple(lines),
    )


def _title(document: Document, rules: Rules, content: Content, hints: Hints) -> Title | None:
    named = fields.first_field(document.matches, rules.title)
    if named is not None:
        return Title(named.value, content.line_of(named.value), named.rule)
    return find_title(document.matches, document.url, content.walk, content.prose_start(), hints)


def _own_lines(content: Content, title: Title | None) -> set[int]:
    """The lines that belong to the article without being its text."""
    own = set(content.captions)
    line = title.line if title is not None else None
    if line is not None:
        own.add(line)
        between = range(line + 1, min(content.first, line + 1 + _ZONE_LINES))
        own |= {index for index in between if has_date(content.walk.lines[index].text)}
    after = range(content.last, min(content.last + _ZONE_LINES, len(content.walk.lines)))
    own |= {index for index in after if _is_labelled_date(content, index)}
    near = range(max(content.first - _ZONE_LINES, 0), after.stop)
    own |= {index for index in near if _names_someone(content, index)}
    return own | _bylines(content)


def _is_labelled_date(content: Content, index: int) -> bool:
    text = content.walk.lines[index].text
    return has_date(text) and DATE_LABEL.search(text) is not None


def _names_someone(content: Content, index: int) -> bool:
    line = content.walk.lines[index]
    if line.size >= PROSE or line.linked > line.size / 2:
        return False
    return bool(AUTHOR_LABEL.match(line.text) or SOURCE_LABEL.match(line.text))


def _bylines(content: Content) -> set[int]:
    """The lines that would be the byline if the text ended there: boilerplate may follow it."""
    lines = content.walk.lines
    return {index for index in content.lines if read_byline([_PARAGRAPH, lines[index]]).raw}
