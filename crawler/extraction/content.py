"""The part of a page that holds the article's text: where the rules say, or where the prose is."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.extraction.blocks import Line, Walk, text_size, walk
from crawler.extraction.captions import captioned_images, find_captions
from crawler.extraction.hints import Hints
from crawler.extraction.layers import rule_of
from crawler.extraction.notice import SHORT, find_notice, is_better, is_dated, prose_of
from crawler.extraction.region import (
    PROSE,
    Group,
    Region,
    find_region,
    groups_of,
    is_prose,
    kept,
    mark_furniture,
    mark_learned,
    region_of,
)
from crawler.extraction.title import confirmed_lines
from crawler.extraction.trim import opens_tail
from crawler.extraction.wording import same_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

    from archive.page import Image
    from crawler.extraction.document import Document
    from crawler.extraction.rules import Rules
    from crawler.extraction.template import Template


_TEASERS = 3
_FEWEST_TEASERS = 2  # below a label
_TEASER_GAP = 5  # short lines, such as a date, between a teaser's title and its text
_TITLE_LEAST = 25


@dataclass(slots=True)
class Content:
    """Lines of a walk that may be the article's, and what was taken out of them.

    `first` and `last` bound the region's lines; `lines` are those kept, as indices, captions out.
    `by_rule` says that the site's rules name the region, `whole_page` that the walk covers more
    than the region, so that what stands around it can be read too. `learned` are the lines that
    the site's template knows as boilerplate; `teases` says that the region, where no rule names it,
    lists other articles.
    """

    walk: Walk
    groups: list[Group]
    element: etree._Element
    rule: str
    first: int
    last: int
    by_rule: bool
    whole_page: bool
    furniture: set[int] = field(default_factory=set)
    captions: dict[int, int | None] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    learned: frozenset[int] = frozenset()
    teases: bool = False

    def prose_start(self, after: int = -1) -> int:
        """The first kept line past line `after` that is prose; the first kept one if none is."""
        lines = self.lines[bisect_right(self.lines, after) :]
        for index in lines:
            line = self.walk.lines[index]
            if line.size >= PROSE and not line.heading:
                return index
        return lines[0] if lines else self.first

    def line_of(self, text: str) -> int | None:
        """The last line up to the region's beginning that shows exactly these words."""
        for index in range(min(self.first + 3, len(self.walk.lines)) - 1, -1, -1):
            if same_words(self.walk.lines[index].text, text):
                return index
        return None

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


def body_by_rules(document: Document, rules: Rules) -> tuple[etree._Element, str] | None:
    """The element that the body selectors name, and the selector; that with the most text if one
    selector matches several.

    None when no match has text or pictures, except where the rules tell articles from other pages:
    there an empty body is one, of a video or a scanned document.
    """
    for selector in rules.body:
        found = [
            element for element in document.matches.elements(selector) if _holds_anything(element)
        ]
        if found:
            return max(found, key=text_size) if len(found) > 1 else found[0], selector
    return document.matches.first(rules.body) if rules.article else None


def _holds_anything(element: etree._Element) -> bool:
    return any(not text.isspace() for text in element.itertext()) or (
        next(element.iter("img"), None) is not None
    )


def content_of_body(
    document: Document,
    rules: Rules,
    body: etree._Element,
    selector: str,
    template: Template | None = None,
) -> Content:
    """The content in an element that the rules name; nothing else of the page is walked."""
    walked = walk(body, _cut(document, rules, body))
    groups = groups_of(walked)
    content = Content(
        walked,
        groups,
        body,
        rule_of(selector),
        0,
        len(walked.lines),
        by_rule=True,
        whole_page=False,
    )
    content.captions = find_captions(walked, groups)
    if template is not None:
        content.learned = _learned_inside(content, template)
    _keep_lines(content, range(len(walked.lines)))
    return content


def content_of_page(
    document: Document,
    rules: Rules,
    body: tuple[etree._Element, str] | None,
    template: Template | None = None,
    hints: Hints | None = None,
) -> Content | None:
    """The content on a page read whole: in the element the rules name, else where the prose is,
    else right below the title.

    None on a page without a sentence.
    """
    page = document.tree.find("body")
    if page is None:
        return None
    walked = walk(page, _cut(document, rules, page))
    groups = groups_of(walked)
    furniture = mark_furniture(walked, groups)
    learned: frozenset[int] = frozenset()
    if template is not None:
        learned = template.lines_of(walked)
        learned |= template.in_place_of(walked, learned)
    mark_learned(walked, groups, learned)
    region = region_of(walked, groups, body[0]) if body else None
    by_rule = region is not None
    rule, teases = "", False
    if region is None:
        region = find_region(walked, groups)
        region = region and before_teasers(walked, region)
        teases = region is not None and lists_teasers(walked, region)
        rule = "region"
        if region is None or teases or prose_of(region) < SHORT:
            titles = confirmed_lines(document.matches, document.url, walked, hints or Hints())
            notice = find_notice(walked, groups, titles, learned)
            if notice is not None and (
                is_dated(walked, titles, notice) if teases else is_better(notice, region)
            ):
                region, rule, teases = notice, "notice", lists_teasers(walked, notice)
    if region is None:
        return None
    content = Content(
        walked,
        region.groups,
        walked.nodes[region.node].element,
        rule_of(body[1]) if body and by_rule else rule,
        region.first,
        region.last,
        by_rule=by_rule,
        whole_page=True,
        furniture=set() if by_rule else furniture,
        learned=learned,
        teases=teases,
    )
    if template is not None:
        content.learned = _learned_inside(content, template)
    content.captions = find_captions(walked, region.groups)
    for group in region.groups:
        _keep(content, group)
    return content


def _learned_inside(content: Content, template: Template) -> frozenset[int]:
    """The learned lines, and those inside the region that take the place of one of them.

    In an element that the rules name only what was met inside articles counts.
    """
    inside = range(content.first, content.last)
    learned = content.learned
    if content.by_rule:
        around = {index for index in learned if index not in inside}
        learned = template.lines_within(content.walk) | around
    return learned | template.in_place_of(content.walk, learned, inside)


def _cut(document: Document, rules: Rules, root: etree._Element) -> frozenset[etree._Element]:
    inside = document.matches.within(root)
    return frozenset(part for cut in rules.cut for part in inside.elements(cut) if part is not root)


def _keep(content: Content, group: Group) -> None:
    if content.by_rule or kept(group):
        _keep_lines(content, range(group.first, group.last))
        return
    if group.learned:
        _keep_lines(content, range(group.first, group.last))
        return
    reason = "furniture" if group.furniture else "links"
    content.dropped[reason] = content.dropped.get(reason, 0) + group.size


def _keep_lines(content: Content, indices: Iterable[int]) -> None:
    """Keep these lines, captions and learned boilerplate out.

    A line that opens a list of other articles stays until the text is cut there, though learned.
    """
    for index in indices:
        if index in content.captions:
            continue
        line = content.walk.lines[index]
        if index in content.learned and not (line.size < PROSE and opens_tail(line)):
            content.dropped["learned"] = content.dropped.get("learned", 0) + line.size
        else:
            content.lines.append(index)


def before_teasers(walked: Walk, region: Region) -> Region:
    """A region without the teasers of other articles at its end, below a label that says so.

    Each of their texts has a linked title of its own, and all stand in elements alike; what is
    above the label must be text enough for an article, or the page may be a list with a preface.
    """
    texts = [group for group in region.groups if is_prose(group) and not group.furniture]
    first = _title_above(walked, texts[-1]) if len(texts) > _FEWEST_TEASERS else None
    if first is None:
        return region
    place = _place_of(walked, texts[-1])
    count = 1
    for group in reversed(texts[:-1]):
        title = _title_above(walked, group)
        if title is None or _place_of(walked, group) != place:
            break
        first, count = title, count + 1
    above = texts[: len(texts) - count]
    if count < _FEWEST_TEASERS or sum(group.size - group.linked for group in above) < SHORT:
        return region
    for index in range(first - 1, above[-1].last - 1, -1):
        if opens_tail(walked.lines[index]):
            groups = [group for group in region.groups if group.last <= index]
            return Region(region.node, region.first, index, groups)
    return region


def _title_above(walked: Walk, group: Group) -> int | None:
    """The line of the linked title whose text a group is, right above it but for short lines."""
    for index in range(group.first - 1, max(group.first - 1 - _TEASER_GAP, -1), -1):
        line = walked.lines[index]
        if _is_teaser_title(line):
            return index
        if line.size >= PROSE or line.heading:
            return None
    return None


def _is_teaser_title(line: Line) -> bool:
    return line.linked >= max(_TITLE_LEAST, 0.6 * line.size)


def _place_of(walked: Walk, group: Group) -> tuple[str, str, str]:
    """What the element of a group is called, and the one around it."""
    node = walked.nodes[group.node]
    return node.tag, node.kind, walked.nodes[node.parent].kind


def lists_teasers(walked: Walk, region: Region) -> bool:
    """Whether a region lists other articles: one linked title after the other, each with a text.

    A share bar repeated below each post is no title, and a list of related articles after the text
    has no texts of its own.
    """
    titles: set[str] = set()
    since, prose, waiting = _TEASER_GAP, 0, ""
    for line in walked.lines[region.first : region.last]:
        if line.linked and _is_teaser_title(line):
            waiting, since = line.text, 0
        elif line.size >= PROSE and line.linked < 0.4 * line.size:
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
