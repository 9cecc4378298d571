"""The part of a page that holds the article's text: where the rules say, or where the prose is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.extraction.blocks import Line, Walk, walk
from crawler.extraction.captions import captioned_images, find_captions
from crawler.extraction.region import Group, find_region, groups_of, kept, mark_furniture
from crawler.extraction.selectors import elements, first_element

if TYPE_CHECKING:
    from lxml import etree

    from archive.page import Image
    from crawler.extraction.document import Document
    from crawler.extraction.rules import Rules


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

    def prose_start(self) -> int:
        """The first kept line that is prose; the first kept line when none is."""
        for index in self.lines:
            if self.walk.lines[index].size >= 60:
                return index
        return self.lines[0] if self.lines else self.first

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


def lines_at(content: Content, indices: list[int]) -> list[Line]:
    """The lines at these indices of the content's walk."""
    return [content.walk.lines[index] for index in indices]
