"""The part of a page that holds the article's text: where the rules say, or where the prose is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.extraction.blocks import Line, Walk, walk
from crawler.extraction.captions import captioned_images, find_captions
from crawler.extraction.region import (
    PROSE,
    Group,
    find_region,
    groups_of,
    is_prose,
    kept,
    mark_furniture,
)
from crawler.extraction.selectors import elements, first_element

if TYPE_CHECKING:
    from lxml import etree

    from archive.page import Image
    from crawler.extraction.document import Document
    from crawler.extraction.rules import Rules


_TEASERS = 3
_TEASER_GAP = 5  # short blocks, such as a date, between a teaser's title and its text
_TITLE_LEAST = 25


@dataclass(slots=True)
class Content:
    """Lines of a walk that may be the article's, and what was taken out of them.

    `first` and `last` bound the region's lines; `lines` are those kept, as indices, captions out.
    `generic` says that the scorer found it and that the walk covers the whole page.
    """

    walk: Walk
    groups: list[Group]
    element: etree._Element
    rule: str
    first: int
    last: int
    generic: bool
    furniture: set[int] = field(default_factory=set)
    captions: dict[int, int | None] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)

    def prose_start(self, after: int = -1) -> int:
        """The first kept line past line `after` that is prose; the first kept one if none is."""
        lines = [index for index in self.lines if index > after]
        for index in lines:
            line = self.walk.lines[index]
            if line.size >= PROSE and not line.heading:
                return index
        return lines[0] if lines else self.first

    def images(self, document: Document, since: int) -> list[Image]:
        """The pictures of the region, and above it from line `since` on, with their captions."""
        numbers = [
            number
            for number, picture in enumerate(self.walk.images)
            if since <= picture.line <= self.last and not self._is_furniture(picture.node)
        ]
        return captioned_images(document, self.walk, numbers, self.captions)

    def _is_furniture(self, node: int) -> bool:
        while node >= 0:
            if node in self.furniture:
                return True
            node = self.walk.nodes[node].parent
        return False


def content_by_rules(document: Document, rules: Rules) -> Content | None:
    """The content at the first body selector that matches an element with text or pictures."""
    found = first_element(document.tree, rules.body)
    if found is None:
        return None
    body, selector = found
    skip = frozenset(part for cut in rules.cut for part in elements(body, cut) if part is not body)
    walked = walk(body, skip)
    if not walked.lines and not walked.images:
        return None
    groups = groups_of(walked)
    content = Content(
        walked, groups, body, f"site-rule {selector}", 0, len(walked.lines), generic=False
    )
    content.captions = find_captions(walked, groups)
    content.lines = [i for i in range(len(walked.lines)) if i not in content.captions]
    return content


def content_by_scorer(document: Document, rules: Rules) -> Content | None:
    """The content the generic scorer finds, or None on a page without prose."""
    body = document.tree.find("body")
    if body is None:
        return None
    skip = frozenset(part for cut in rules.cut for part in elements(body, cut))
    walked = walk(body, skip)
    groups = groups_of(walked)
    furniture = mark_furniture(walked, groups)
    region = find_region(walked, groups)
    if region is None:
        return None
    element = walked.nodes[region.node].element
    content = Content(
        walked, region.groups, element, "region", region.first, region.last, True, furniture
    )
    content.captions = find_captions(walked, region.groups)
    for group in region.groups:
        _keep(content, group)
    return content


def _keep(content: Content, group: Group) -> None:
    if kept(group):
        rest = [i for i in range(group.first, group.last) if i not in content.captions]
        content.lines.extend(rest)
        return
    reason = "furniture" if group.furniture else "links"
    content.dropped[reason] = content.dropped.get(reason, 0) + group.size


def is_teaser_list(content: Content) -> bool:
    """Whether the region lists other articles: one linked title after the other, each with a text.

    A share bar repeated below each post is no title, and a list of related articles after the text
    has no texts of its own.
    """
    titles: set[str] = set()
    since, prose, waiting = _TEASER_GAP, 0, ""
    for group in content.groups:
        if group.link_share > 0.8 and group.size >= _TITLE_LEAST:
            waiting, since = content.walk.lines[group.first].text, 0
        elif is_prose(group):
            prose += 1
            if waiting and since < _TEASER_GAP:
                titles.add(waiting)
            waiting = ""
        else:
            since += 1
    return len(titles) >= _TEASERS and len(titles) >= prose / 2


def lines_at(content: Content, indices: list[int]) -> list[Line]:
    """The lines at these indices of the content's walk."""
    return [content.walk.lines[index] for index in indices]
