"""The text of a page so short that its length does not tell it from what surrounds it.

An invitation or a schedule is one sentence between a menu and a counter. What finds it is the line
above: the title, which the address, the listing or the metadata say too, or a labelled date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extraction.dates import read_stamp
from crawler.extraction.phrases import (
    DATE_LABEL,
    LEAKED_TAG,
    SENTENCE_END,
    TAIL,
    is_imprint,
    is_junk,
)
from crawler.extraction.region import PROSE, Group, Region, is_prose, kept

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.extraction.blocks import Line, Walk

SHORT = 400
"""Characters of text below which a page may be a notice."""

_LINES_BELOW = 40
_SENTENCE = 40
_LINKS_BEFORE = 3  # a share bar, a link to print
_META_LINES = 6  # title, date, section, views
_BYLINES = 4
_SHORT_LINES = 2  # between two sentences
_LONGEST_DATE = 80


def prose_of(region: Region) -> int:
    """Characters of a region's prose without links."""
    return sum(
        group.size - group.linked for group in region.groups if is_prose(group) and kept(group)
    )


def is_better(notice: Region, region: Region | None) -> bool:
    """Whether a notice should stand for the region found by its prose, if any: where that is
    elsewhere, or takes in menus above and counters below; not where it has but a byline more."""
    if region is None or region.last <= notice.first or region.first >= notice.last:
        return True
    above, below = notice.first - region.first, region.last - notice.last
    return above > _META_LINES or below > _BYLINES


def is_dated(walk: Walk, titles: list[int], notice: Region) -> bool:
    """Whether a notice stands right below its title and a date, where teasers of other articles are
    most of the page: what introduces a list of them has no date, and a teaser's title is a link."""
    above = [line for line in titles if line < notice.first]
    between = walk.lines[above[-1] + 1 : notice.first] if above else []
    return not any(line.linked for line in between) and any(
        line.size <= _LONGEST_DATE and read_stamp(line.text) is not None for line in between
    )


def find_notice(
    walk: Walk, groups: list[Group], titles: list[int], known: Collection[int]
) -> Region | None:
    """The sentences right below one of the lines `titles`, else below a labelled date.

    `known` are the lines that belong to no article. None where no sentence follows.
    """
    furniture = {i for g in groups if g.furniture for i in range(g.first, g.last)}
    known = furniture.union(known)
    below = [_below(walk, line, known) for line in titles]
    if not any(below):
        below = [_below(walk, line, known) for line in _dated(walk, known)]
    found = [lines for lines in below if lines]
    if not found:
        return None
    first, last = max(found, key=lambda lines: _length(walk, *lines))
    return _region(walk, groups, first, last)


def _dated(walk: Walk, known: Collection[int]) -> list[int]:
    """The lines that give a date with a label, such as "Cập nhật lúc ..."."""
    return [
        index
        for index, line in enumerate(walk.lines)
        if line.size <= _LONGEST_DATE
        and not line.linked
        and index not in known
        and DATE_LABEL.search(line.text)
        and read_stamp(line.text) is not None
    ]


def _below(walk: Walk, title: int, known: Collection[int]) -> tuple[int, int] | None:
    """The first and the end of the sentences that follow a line."""
    first = last = links = short = end = 0
    led = False
    for index in range(title + 1, min(title + _LINES_BELOW, len(walk.lines))):
        line = walk.lines[index]
        if index in known or _is_noise(line):
            continue
        if _ends(line) or line.linked > line.size / 2:
            links += 1
            if last or _ends(line) or links > _LINKS_BEFORE:
                break
        elif _is_sentence(line) or (index < end and _goes_on(line)) or (led and _is_listed(line)):
            end = end or _end_of_container(walk, line)
            led = line.text.endswith(":") or (led and _is_listed(line))
            first, last, short = first or index, index + 1, 0
        elif last:
            short += 1
            if line.heading or short > _SHORT_LINES:
                break
    return (first, last) if last else None


def _is_noise(line: Line) -> bool:
    return is_junk(line.text) or LEAKED_TAG.search(line.text) is not None


def _ends(line: Line) -> bool:
    if is_imprint(line.text):
        return True
    return line.size < PROSE and TAIL.match(line.text.lstrip(" •-–*>»")) is not None


def _is_sentence(line: Line) -> bool:
    if line.heading == 1:
        return False
    return line.size >= PROSE or (line.size >= _SENTENCE and line.text.endswith(SENTENCE_END))


def _goes_on(line: Line) -> bool:
    """Whether a short line goes on with the text it stands with: a list, a table, an answer."""
    return _is_listed(line) or line.text.endswith((".", "!", "?", "…", "”"))


def _is_listed(line: Line) -> bool:
    return line.row or line.item


def _end_of_container(walk: Walk, line: Line) -> int:
    """Where the element ends whose paragraph a line is; the page itself is none."""
    node = walk.nodes[line.node]
    if node.element.tag in ("p", "li") and node.parent >= 0:
        node = walk.nodes[node.parent]
    return node.last if node.parent >= 0 else -1


def _length(walk: Walk, first: int, last: int) -> int:
    return sum(line.size for line in walk.lines[first:last])


def _region(walk: Walk, groups: list[Group], first: int, last: int) -> Region:
    """The region of these lines, in the smallest element that holds them all."""
    node = walk.lines[first].node
    while walk.nodes[node].first > first or walk.nodes[node].last < last:
        node = walk.nodes[node].parent
    inside = [_clipped(walk, g, first, last) for g in groups if g.first < last and g.last > first]
    return Region(node, first, last, inside)


def _clipped(walk: Walk, group: Group, first: int, last: int) -> Group:
    """The part of a group between two lines; the title may stand in the same paragraph."""
    if group.first >= first and group.last <= last:
        return group
    start, end = max(group.first, first), min(group.last, last)
    lines = walk.lines[start:end]
    size, linked = sum(line.size for line in lines), sum(line.linked for line in lines)
    return Group(start, end, group.node, size, linked)
