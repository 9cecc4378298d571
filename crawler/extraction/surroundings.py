"""What stands around the text of an article on a page without rules: date lines, lead, byline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.authorship import credited
from crawler.extraction.blocks import RIGHT
from crawler.extraction.byline import Byline, is_name, names_source, read_name
from crawler.extraction.dates import read_stamp
from crawler.extraction.phrases import AUTHOR_LABEL, DATE_LABEL, SOURCE_LABEL, is_junk
from crawler.extraction.region import PROSE
from crawler.extraction.shown import one_line
from crawler.extraction.wording import starts_alike

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.blocks import Line
    from crawler.extraction.content import Content
    from crawler.extraction.hints import Hints
    from crawler.extraction.title import Title

_LEAD_LINES = 14
_BYLINE_LINES = 4
_LONGEST_BYLINE = 60
_DATE_LINE = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|tháng \d{1,2}|\d{1,2}:\d{2}", re.IGNORECASE
)
_LONGEST_DATE_LINE = 140
_AGO = re.compile(
    r"\W*\d{1,3} (?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm) trước\W*|\W*hôm qua\b.{0,20}",
    re.IGNORECASE,
)
_BY = re.compile(r"by [A-Z]|\|$")
_DESCRIPTIONS = ("description", "og:description", "twitter:description")


def after_title(content: Content, title: Title | None) -> list[int]:
    """The kept lines that follow the title, without the date and author lines below it."""
    above = -1
    if title is not None and title.line is not None:
        # Below the first paragraph only a title that others confirm is one, not a subheading.
        above = title.line if title.matched or title.line <= content.prose_start() else -1
    start = text_start(content, above)
    lines = [index for index in content.lines if index > above]
    return [i for i in lines if i >= start or not _is_meta(content.walk.lines[i])]


def text_start(content: Content, above: int) -> int:
    """The first line of the text past line `above`: prose, else the first that says what, not when
    or who."""
    start = content.prose_start(above)
    told = (i for i in content.lines if i >= start and not _is_meta(content.walk.lines[i]))
    return next(told, start)


def _is_meta(line: Line) -> bool:
    """Whether a line between title and text says when, who or how often, not what."""
    text = line.text
    if line.size >= PROSE:
        return _is_long_date_line(line)
    if _AGO.fullmatch(text):
        return True
    if line.linked > line.size / 2 or _BY.match(text):
        return True
    if AUTHOR_LABEL.match(text) or SOURCE_LABEL.match(text) or DATE_LABEL.match(text):
        return True
    return bool(_DATE_LINE.search(text)) and read_stamp(text) is not None


def _is_long_date_line(line: Line) -> bool:
    """Whether a line as long as prose is but a labelled date, with who put it there."""
    text = line.text
    if line.size > _LONGEST_DATE_LINE or text.endswith(".") or not DATE_LABEL.match(text):
        return False
    return read_stamp(text) is not None


def lead_above(
    content: Content, tree: etree._Element, title: Title | None, hints: Hints
) -> int | None:
    """The line of a lead that stands between the title and the region, outside of it.

    Proof is metadata or a listing that says the same, a subheading, or that nothing but plain text
    stands between title and region.
    """
    first = max(content.first - _LEAD_LINES, 0)
    if title is not None and title.line is not None:
        first = max(first, title.line + 1)
    between = range(first, content.first)
    plain = first > 0 and title is not None and title.line == first - 1
    plain = plain and not any(content.walk.lines[index].linked for index in between)
    for index in between:
        line = content.walk.lines[index]
        if line.size < PROSE or line.linked or line.heading == 1 or index in content.learned:
            continue
        if plain or line.heading == 2 or _is_announced(line.text, tree, hints):
            return index
    return None


def _is_announced(text: str, tree: etree._Element, hints: Hints) -> bool:
    """Whether metadata or a listing begin with the same words."""
    said = [*descriptions_of(tree), *([hints.excerpt] if hints.excerpt else [])]
    return any(starts_alike(text, one) for one in said)


def byline_around(content: Content, title: Title | None) -> Byline:
    """The author and source named right below the region, else, with their labels, between title
    and text."""
    found = Byline()
    lines = content.walk.lines
    for line in [*_left_below(content), *lines[content.last : content.last + _BYLINE_LINES]]:
        _read_credit(found, line, signed=True)
    if title is not None and title.line is not None:
        start = text_start(content, title.line)
        for line in lines[title.line + 1 : min(start, title.line + 1 + _LEAD_LINES)]:
            _read_credit(found, line, signed=False)
    return found


def lines_beside(content: Content, title: Title | None) -> list[Line]:
    """The lines that are not the site's own between title and text, and right below the region."""
    lines = content.walk.lines
    places = [*range(content.last, min(content.last + _BYLINE_LINES, len(lines)))]
    if title is not None and title.line is not None:
        start = text_start(content, title.line)
        places += range(title.line + 1, min(start, title.line + 1 + _LEAD_LINES))
    return [lines[place] for place in places if place not in content.learned]


def _left_below(content: Content) -> list[Line]:
    """The first lines of the region that were not kept below the text: a source may be a link."""
    end = content.lines[-1] + 1 if content.lines else content.last
    return content.walk.lines[end : min(end + _BYLINE_LINES, content.last)]


def _read_credit(found: Byline, line: Line, *, signed: bool) -> None:
    """Add what a line says; with `signed` a right-aligned line is a signature even unlabelled."""
    text = line.text
    if line.size > _LONGEST_BYLINE:
        return
    person = None if signed else credited(text)
    signs = AUTHOR_LABEL.match(text) is not None or (signed and _is_signature(line))
    if not (person or signs or SOURCE_LABEL.match(text)) or is_junk(text):  # as most
        return
    name, is_source = read_name(text)
    if is_source and name and names_source(text) and found.source is None:
        found.source = name
    elif is_source or found.author:
        return
    elif person is not None and is_name(person):
        found.author = person
    elif line.linked > line.size / 2:
        return
    elif signs and is_name(name):
        found.author = name
    else:
        return
    found.raw.append(text)


def _is_signature(line: Line) -> bool:
    return (
        line.align == RIGHT
        and not line.linked
        and not line.row
        and not DATE_LABEL.search(line.text)
    )


def descriptions_of(tree: etree._Element) -> list[str]:
    """What the page's metadata says the article is about."""
    head = tree.find("head")
    if head is None:
        return []
    said = [
        one_line(meta.get("content") or "")
        for meta in head.iter("meta")
        if (meta.get("property") or meta.get("name")) in _DESCRIPTIONS
    ]
    return [text for text in said if text]
