"""Where on a page the article stands, without knowing the site.

Every block-level element is scored by the prose directly in it (and, halved, in its children); from
the best one the region climbs to the ancestor whose text, signed (prose positive, links, short
lines and furniture negative), sums highest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from crawler.extraction.furniture import SHARE_BELOW, WEAK
from crawler.extraction.phrases import is_contact, is_imprint

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.blocks import Line, Node, Walk

PROSE = 60  # characters from which a block counts as prose
_SEED_LEAST = 25
_CLIMB_GAIN = 0.10
_FOOT_LINES = 4  # of a page, where its office may say how to reach it
_SHORT_BETWEEN = 2  # short blocks, such as a caption, between two pieces of a text
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "”", '"')
_OTHER_COMMAS = ("\uff0c", "\u3001")
_PARAGRAPHS = frozenset({"p", "li", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class Group:
    """Lines that make one block: its sizes, and why it may not be prose."""

    first: int
    last: int
    node: int
    size: int
    linked: int
    furniture: bool = False
    learned: bool = False  # known from other pages of the site; then it is furniture, too

    @property
    def link_share(self) -> float:
        return self.linked / self.size if self.size else 0.0


_new = object.__new__


@dataclass(slots=True)
class Region:
    """The part of a page that holds its article: a node and the range of lines inside it."""

    node: int
    first: int
    last: int
    groups: list[Group]


def groups_of(walk: Walk) -> list[Group]:
    """The blocks of a walk: runs of lines of one group, which is named for its first line."""
    groups: list[Group] = []
    for index, line in enumerate(walk.lines):
        if line.group == index:
            group = _new(Group)  # its constructor takes twice as long
            group.first, group.last, group.node = index, index + 1, line.node
            group.size, group.linked = line.size, line.linked
            group.furniture = group.learned = False
            groups.append(group)
        else:
            group = groups[-1]
            group.last = index + 1
            group.size += line.size
            group.linked += line.linked
    return groups


def mark_furniture(walk: Walk, groups: list[Group]) -> set[int]:
    """Mark the groups below elements whose class words name furniture, if little prose is there,
    and imprints wherever they stand.

    Returns the nodes that are furniture themselves, but for those inside of others.
    """
    lines = walk.lines
    prosaic = [group for group in groups if group.size >= PROSE and is_prose(group)]
    sizes = [0] * (len(lines) + 1)
    for group in prosaic:
        sizes[group.first + 1] = group.size
    prose = list(accumulate(sizes))  # before each line
    total = prose[-1] or 1
    quotes = [node for node in walk.nodes if node.quoted]
    steps = [0] * (len(lines) + 1)  # how many marked boxes begin with a line, less those ended
    done = 0  # the end of the last box that is marked as a whole
    found = set()
    for number, kind in walk.named:
        node = walk.nodes[number]
        first, last = node.first, node.last
        if first < last <= done:  # most stand in such a box
            continue
        if (kind == WEAK and node.quoted) or (first == last and not walk.images):
            continue
        if (prose[last] - prose[first]) / total <= SHARE_BELOW[kind]:
            found.add(number)
            if quotes and kind == WEAK:
                _mark_unquoted(steps, first, last, quotes)
                continue
            steps[first] += 1
            steps[last] -= 1
            done = max(done, last)
    marked = list(accumulate(steps))
    for group in groups:
        first = group.first
        if marked[first] or is_imprint(lines[first].text):
            group.furniture = True
    for group in groups[-_FOOT_LINES:]:
        group.furniture = group.furniture or is_contact(lines[group.first].text)
    return found


def _mark_unquoted(steps: list[int], first: int, last: int, quotes: list[Node]) -> None:
    """Mark a range of lines but for its quotations."""
    for start, end in _unquoted(first, last, quotes):
        steps[start] += 1
        steps[end] -= 1


def _unquoted(first: int, last: int, quotes: list[Node]) -> Iterable[tuple[int, int]]:
    """The runs of lines in a range that are in no quotation: an embedded post is quoted for what
    it says, whatever its box is called."""
    for quote in quotes:
        if first < quote.last and quote.first < last:
            if first < quote.first:
                yield first, quote.first
            first = quote.last
    if first < last:
        yield first, last


def mark_learned(walk: Walk, groups: list[Group], learned: Collection[int]) -> None:
    """Mark the groups whose lines are all learned boilerplate; of others only the rest counts."""
    if not learned:
        return
    for group in groups:
        if group.last - group.first == 1:  # as most have
            group.learned = group.first in learned
            group.furniture = group.furniture or group.learned
            continue
        known = [index for index in range(group.first, group.last) if index in learned]
        if len(known) == group.last - group.first:
            group.learned = group.furniture = True
            continue
        for index in known:
            group.size -= walk.lines[index].size
            group.linked -= walk.lines[index].linked


def is_prose(group: Group) -> bool:
    """Whether a group is long enough, and free enough of links, to count as prose."""
    return group.size >= PROSE and 5 * group.linked < 2 * group.size


def find_region(walk: Walk, groups: list[Group]) -> Region | None:
    """The region of the article, or None on a page without a line of prose."""
    seed = _seed(walk, groups)
    if seed is None:
        return None
    sums = _signed_sums(walk, groups)
    best = seed
    best_sum = sums[walk.nodes[seed].last] - sums[walk.nodes[seed].first]
    node = walk.nodes[seed].parent
    while node >= 0 and not _is_whole_article(walk, best):
        total = sums[walk.nodes[node].last] - sums[walk.nodes[node].first]
        if total > best_sum + _CLIMB_GAIN * abs(best_sum):
            best, best_sum = node, total
        node = walk.nodes[node].parent
    return _with_siblings(walk, groups, _own_article(walk, best))


def _is_whole_article(walk: Walk, number: int) -> bool:
    """Whether a node is marked up as an article and has its title: what is beside it are others."""
    node = walk.nodes[number]
    return node.tag == "article" and any(
        line.heading == 1 for line in walk.lines[node.first : node.last]
    )


def _own_article(walk: Walk, number: int) -> int:
    """Of several elements marked up as articles the one with the title, else the node itself."""
    nodes = walk.nodes
    inside = [
        inner
        for inner in _right_inside(walk, number)
        if nodes[inner].tag == "article" and nodes[inner].first < nodes[inner].last
    ]
    titled = [inner for inner in inside if _is_whole_article(walk, inner)]
    return titled[0] if len(inside) > 1 and len(titled) == 1 else number


def _right_inside(walk: Walk, number: int) -> list[int]:
    """The nodes whose parent is a node."""
    nodes = walk.nodes
    end = bisect_right(nodes, nodes[number].last, number, key=_first_of)  # few where the text is
    return [inner for inner in range(number + 1, end) if nodes[inner].parent == number]


def region_of(walk: Walk, groups: list[Group], element: etree._Element) -> Region | None:
    """The region of an element, None if the walk did not come by it (it is hidden)."""
    for number, node in enumerate(walk.nodes):
        if node.element is element:
            return _region_at(groups, number, node.first, node.last)
    return None


def _with_siblings(walk: Walk, groups: list[Group], node: int) -> Region:
    """The region of a node and of the prose right before and after it in the same parent.

    Texts pasted in pieces, or cut by a picture, stand in several elements side by side.
    """
    chosen = walk.nodes[node]
    if chosen.parent < 0 or _is_whole_article(walk, node):
        return _region_at(groups, node, chosen.first, chosen.last)
    outer = walk.nodes[chosen.parent]
    alike = _alike(walk, groups, chosen)
    if alike:
        first, last = min(n.first for n in alike), max(n.last for n in alike)
        return _region_at(groups, chosen.parent, first, last)
    start, end = (bisect_left(groups, n, key=_first_of) for n in (chosen.first, chosen.last))
    before = takewhile(lambda g: g.first >= outer.first, reversed(groups[:start]))
    after = takewhile(lambda g: g.last <= outer.last, groups[end:])
    first = min((g.first for g in _adjoining(walk, before)), default=chosen.first)
    last = max((g.last for g in _adjoining(walk, after)), default=chosen.last)
    return _region_at(groups, node, first, last)


def _first_of(lines: Group | Node) -> int:
    return lines.first


def _alike(walk: Walk, groups: list[Group], chosen: Node) -> list[Node]:
    """The sections of a text that are boxes of one class, the chosen one among them; else [].

    Posts one after the other are such boxes too, but each begins with its title or a link.
    """
    if not chosen.kind:
        return []
    around = [walk.nodes[number] for number in _right_inside(walk, chosen.parent)]
    boxes = [
        node
        for node in around
        if (node.tag, node.kind) == (chosen.tag, chosen.kind) and node.first < node.last
    ]
    if len(boxes) < 2 or any(_begins_a_post(walk.lines[node.first]) for node in boxes):
        return []
    starts = {group.first for group in groups if is_prose(group) and not group.furniture}
    proses = [node for node in boxes if not starts.isdisjoint(range(node.first, node.last))]
    return proses if len(proses) > 1 else []


def _begins_a_post(line: Line) -> bool:
    return bool(line.linked) or line.heading in (1, 2)


def _adjoining(walk: Walk, groups: Iterable[Group]) -> list[Group]:
    """The groups, nearest first, up to the last prose before a link, a heading or furniture."""
    taken: list[Group] = []
    length = 0
    for group in groups:
        line = walk.lines[group.first]
        if group.furniture or group.linked or line.heading or group.last - group.first > 1:
            break
        taken.append(group)
        if is_prose(group) or line.text.endswith(_SENTENCE_END):
            length = len(taken)
        elif len(taken) - length > _SHORT_BETWEEN:
            break
    return taken[:length]


def _region_at(groups: list[Group], node: int, first: int, last: int) -> Region:
    start, end = (bisect_left(groups, line, key=_first_of) for line in (first, last))
    return Region(node, first, last, [group for group in groups[start:end] if group.last <= last])


def kept(group: Group) -> bool:
    """Whether a group of the region is text of the article, as far as links and names tell."""
    if group.furniture:
        return False
    return group.link_share <= (0.85 if group.size > 200 else 0.8)


def _signed_sums(walk: Walk, groups: list[Group]) -> list[float]:
    """What the groups before each line add to a region that takes them in: prose its length, the
    rest below zero."""
    lines = walk.lines
    at = [0.0] * (len(lines) + 1)
    for group in groups:
        size = group.size
        score: float = -min(size, 200)
        if group.learned or not group.furniture:
            plain = _plain_score(size, group.linked, lines[group.first])
            score = min(plain, score) if group.learned else plain
        at[group.first + 1] = score
    return list(accumulate(at))


def _plain_score(size: int, linked: int, line: Line) -> float:
    if 2 * linked > size:
        return -3 * min(linked, 120) - 30
    if line.heading:
        return -30 if linked else 0
    if size < PROSE:
        ends = line.text.endswith(_SENTENCE_END)
        return 0 if ends else -30 * (1 - (size - linked) / 120)
    return (size - linked) - 3 * linked


def _seed(walk: Walk, groups: list[Group]) -> int | None:
    """The element with the most prose directly in it, and half of that in its children."""
    nodes = walk.nodes
    held = Counter([group.node for group in groups])
    scores: dict[int, float] = {}
    for group in groups:
        if group.furniture or group.size < _SEED_LEAST or 2 * group.linked > group.size:
            continue
        worth = _worth(walk, group)
        node = _container(walk, group.node, held)
        for part in (1.0, 1 / 2, 1 / 3):
            if node < 0:
                break
            scores[node] = scores.get(node, 0.0) + part * worth
            node = nodes[node].parent
    if not scores:
        return None
    return _most_unlinked(walk, scores)


def _most_unlinked(walk: Walk, scores: dict[int, float]) -> int:
    """The node with the highest score when it is taken by the share of its text without links.

    That only lowers scores: nodes are looked at from the highest on, as long as one may win.
    """
    best, most = -1, -1.0
    for number in sorted(scores, key=lambda number: -scores[number]):
        if scores[number] < most:
            break
        worth = scores[number] * _unlinked(walk, walk.nodes[number])
        if worth > most:
            best, most = number, worth
    return best


def _unlinked(walk: Walk, node: Node) -> float:
    size = linked = 0
    for line in walk.lines[node.first : node.last]:
        size += line.size
        linked += line.linked
    return 1 - linked / size if size else 1.0


def _worth(walk: Walk, group: Group) -> float:
    first, last = group.first, group.last
    commas = _commas(walk.lines[first].text)
    if last - first > 1:  # most have one line
        commas += sum([_commas(line.text) for line in walk.lines[first + 1 : last]])
    share = group.linked and group.link_share
    return (1 + commas + min(group.size / 100, 3)) * (1 - share)


def _commas(text: str) -> int:
    count = text.count(",")
    if text.isascii():
        return count
    for comma in _OTHER_COMMAS:
        if comma in text:
            count += text.count(comma)
    return count


def _container(walk: Walk, node: int, held: Counter[int]) -> int:
    """The element whose child a paragraph is; one that holds several paragraphs is its own."""
    element = walk.nodes[node]
    if element.tag in _PARAGRAPHS or held[node] == 1:
        return element.parent if element.parent >= 0 else node
    return node
