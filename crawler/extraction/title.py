"""The title of an article on a page whose markup is unknown.

A candidate is any line at or above the article's text. What decides is whether other witnesses say
the same words: the address, `og:title` and `<title>`, and above all the link text of the listing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extraction.blocks import FIELD_STEPS, Line, Walk, path_of
from crawler.extraction.declared import declared_headline
from crawler.extraction.phrases import DATE_LABEL
from crawler.extraction.region import PROSE
from crawler.extraction.shown import one_line
from crawler.extraction.wording import coverage, plain_words, same_words, slug_words, words

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from crawler.extraction.hints import Hints
    from crawler.extraction.selectors import Matches

_SHORTEST, _LONGEST = 8, 300
_ENOUGH = 0.5  # a line without any witness scores 1 as a heading or above a date line
_SURELY_SAME = 0.8
_SAME = 0.6  # how far words must agree to be the same title, 0 to 1
_SAID = 0.8  # likewise, of a line that nothing but its words shows to be the title
_LINES_ABOVE, _LINES_BELOW = 250, 6
_MENU_LINKS = 8
_SLUG_CUT = 6  # words from which a slug may be one cut to a fixed length
_LEARNED = 6.0  # what it costs a line to stand on other pages too
_NEAR = 1.0  # a runner-up this close goes into the evidence
_OG_TITLE = ("meta[property='og:title']@content", "meta[name='og:title']@content")
_SITE_NAME = ("meta[property='og:site_name']@content", "meta[name='og:site_name']@content")
_SUFFIX = re.compile(r"\s+[|–—»·:-]+\s+|\s*\|\s*")
_TITLE_CLASS = re.compile(r"title|tieu-?de|headline", re.IGNORECASE)
_BOX_CLASS = re.compile(
    r"portlet|widget|section|menu|box|breadcrumb|logo|banner|site-", re.IGNORECASE
)
_HEADER_CLASS = re.compile(r"menu|breadcrumb|logo|banner|(?:portlet|widget)-title", re.IGNORECASE)
# "... (08/12/2020, 08:25)", "... 2019 - 2024 19/10/2018"; not "... ngày 19/10/2018", a title's own.
_GLUED_DATE = re.compile(
    r"^(.{10,}?)(?:\s*[(|\[]\s*|\s+)\d{1,2}/\d{1,2}/\d{4}[\s,|-]+\d{1,2}:\d{2}\s*[)\]]?$"
    r"|^(.{6,}\d{4})\s+\d{1,2}/\d{1,2}/\d{4}$"
)
_NO_AGREEMENT = {"link-text": 0.0, "slug": 0.0, "meta": 0.0}
# It begins with a digit, so that all else is passed quickly.
_DATE = re.compile(r"\d(?:(?<=\b\d)\d?[/.-]\d{1,2}[/.-]\d{4}\b|\d?:\d{2})")


@dataclass(slots=True)
class Title:
    """The title chosen, the line it stands on (None: not shown), and how sure that is."""

    text: str
    line: int | None
    rule: str
    score: float = 0.0
    at: str = ""
    runner_up: str | None = None
    matched: bool = False  # the address, a listing or the page's metadata say the same words


@dataclass(slots=True)
class _Witnesses:
    slug: list[str]
    slug_bag: frozenset[str]
    metas: list[frozenset[str]]
    link: list[str]
    link_cut: bool
    vocabulary: frozenset[str]  # the words of them all, with and without marks
    longest: int  # characters of the longest
    heard: dict[str, dict[str, float]] = field(default_factory=dict)  # agreements by text


def meta_titles(matches: Matches) -> list[str]:
    """`og:title` and `<title>`, the latter also without the site's name; the site's name alone is
    no title."""
    head = matches.tree.find("head")
    if head is None:
        return []
    element = next(head.iter("title"), None)
    shown = one_line(element.text or "") if element is not None else ""
    titles = [_first_value(matches, _OG_TITLE), shown, *_without_suffix(shown)]
    site = _first_value(matches, _SITE_NAME)
    return list(dict.fromkeys(t for t in titles if t and t != site))


def _first_value(matches: Matches, selectors: tuple[str, ...]) -> str:
    return next((value for value, _, _ in matches.values(selectors)), "")


def _without_suffix(title: str) -> list[str]:
    parts = [part for part in _SUFFIX.split(title) if part]
    if len(parts) < 2:
        return []
    return [max(parts, key=len), title[: title.rfind(parts[-1])].rstrip(" |–—»·:-")]


def without_date(text: str) -> str:
    """A title without the date that some themes glue to its end; terms of office stay."""
    ends_so = text[-1:].isdigit() or text.endswith((")", "]"))
    match = _GLUED_DATE.match(text) if ends_so else None
    return (match[1] or match[2]).rstrip(" -|(") if match else text


def is_confirmed(title: str, matches: Matches, url: str, hints: Hints) -> bool:
    """Whether the address, the listing or the page's metadata say the words of a title."""
    if _slug_agreement(plain_words(title), _slug(url)) >= _SAME:
        return True
    return _is_confirmed(title, _witnesses(meta_titles(matches), url, hints))


def _is_confirmed(title: str, witnesses: _Witnesses) -> bool:
    return max(_agreement(title, witnesses).values()) >= _SAME


def _slug(url: str) -> list[str]:
    """The words of an address, if they are enough to say something."""
    slug = slug_words(url)
    return slug if len(slug) >= 3 else []


def _witnesses(metas: list[str], url: str, hints: Hints) -> _Witnesses:
    slug = _slug(url)
    link = words(hints.text)
    titles = [words(title) for title in metas]
    slug_bag = frozenset(slug)
    vocabulary = slug_bag.union(link, *titles)
    shown = " ".join(vocabulary)
    return _Witnesses(
        slug=slug,
        slug_bag=slug_bag,
        metas=list(dict.fromkeys(map(frozenset, titles))),
        link=link,
        link_cut=hints.text.rstrip().endswith(("...", "…")),
        vocabulary=vocabulary if shown.isascii() else vocabulary.union(plain_words(shown)),
        longest=max(map(len, [" ".join(slug), hints.text, *metas])),
    )


def find_title(
    matches: Matches,
    url: str,
    walk: Walk,
    start: int,
    hints: Hints,
    *,
    learned: Container[int] = (),
    is_name: Callable[[str], bool] | None = None,
) -> Title | None:
    """The title of the article whose text begins at line `start` of the walk.

    `learned` are the lines known as boilerplate, `is_name` says which titles in metadata are the
    site's name on other pages too. None when no line, no listing and no metadata gives a title.
    """
    metas = [title for title in meta_titles(matches) if is_name is None or not is_name(title)]
    witnesses = _witnesses(metas, url, hints)
    scored = []
    links = 0  # lines with links between this one and the text
    lines = walk.lines
    for index in range(
        min(start + _LINES_BELOW, len(lines)) - 1, max(start - _LINES_ABOVE, 0) - 1, -1
    ):
        line = lines[index]
        if index > start and not _may_follow(line, lines[start], witnesses):
            continue
        if _SHORTEST <= line.size <= _LONGEST and not _is_other_link(line, witnesses):
            score = _score(walk, index, start, links, witnesses)
            if index in learned and not _is_told(line, witnesses):
                score -= _LEARNED
            scored.append((score, index))
        links += index < start and line.linked > 0
    scored.reverse()
    scored.sort(key=lambda pair: -pair[0])
    shown = None
    if scored and scored[0][0] >= _ENOUGH:
        shown = _shown_title(walk, scored, witnesses)
    if shown is None or not shown.matched:
        shown = _unshown_title(hints, metas, witnesses) or shown
    if shown is None or not shown.matched:
        shown = _stated_title(matches, metas, shown) or shown
    if shown is None and metas:
        return Title(metas[0], None, "meta")
    return shown


def _is_told(line: Line, witnesses: _Witnesses) -> bool:
    """Whether address or listing say what a line does: then boxes on other pages tease it."""
    if line.linked > line.size / 2:
        return False
    agreed = _agreement(line.text, witnesses)
    return max(agreed["link-text"], agreed["slug"]) >= _SAME


def confirmed_lines(matches: Matches, url: str, walk: Walk, hints: Hints) -> list[int]:
    """The lines that show the title which the address, the listing or the metadata say; no links.

    A title only the metadata say must be a heading: `<title>` may be the site's name. A heading may
    be a link, to its own page.
    """
    witnesses = _witnesses(meta_titles(matches), url, hints)
    found = []
    for index, line in enumerate(walk.lines):
        other = line.linked and (line.item or not line.heading)
        if other or not _SHORTEST <= line.size <= _LONGEST:
            continue
        agreed = _agreement(without_date(line.text), witnesses)
        said = max(agreed["link-text"], agreed["slug"], agreed["meta"] if line.heading else 0.0)
        if said >= _SURELY_SAME:
            found.append(index)
    return found


def _is_other_link(line: Line, witnesses: _Witnesses) -> bool:
    """Whether a line is a link, no heading, none of whose words any witness says."""
    if line.heading or 2 * line.linked <= line.size:
        return False
    return witnesses.vocabulary.isdisjoint(line.text.lower().split())


def _may_follow(line: Line, first: Line, witnesses: _Witnesses) -> bool:
    """Whether a line below the text's `first` one may be its title: a heading that others confirm,
    or a line that says what address or listing say, where a menu reads like the text's beginning,
    or the text is too short to tell it from the lines around."""
    if line.size > min(_LONGEST, 2.5 * witnesses.longest):  # they could not agree
        return False
    if line.heading:
        return _is_confirmed(line.text, witnesses)
    if line.linked > line.size / 2:
        return False
    said = _SAID if first.size >= PROSE else 0.95
    if witnesses.link and _agreement(line.text, witnesses)["link-text"] > said:
        return True
    if not witnesses.slug or line.text.endswith("."):
        return False
    return coverage(plain_words(line.text), witnesses.slug_bag) >= _SAID


def _shown_title(walk: Walk, scored: list[tuple[float, int]], witnesses: _Witnesses) -> Title:
    score, index = scored[0]
    text = without_date(walk.lines[index].text)
    runner = None
    for other, number in scored[1:2]:
        if score - other < _NEAR and walk.lines[number].text != text:
            runner = f"{walk.lines[number].text[:160]} ({other:.1f})"
    agreed = _agreement(text, witnesses)
    rule = max(agreed, key=lambda name: agreed[name]) if any(agreed.values()) else "heading"
    at = path_of(walk.nodes[walk.lines[index].node].element, FIELD_STEPS)
    return Title(text, index, rule, score, at, runner, matched=max(agreed.values()) >= _SAME)


def _unshown_title(hints: Hints, metas: list[str], witnesses: _Witnesses) -> Title | None:
    """A title that no line shows: what the listing says, or metadata that the address confirms."""
    if hints.text:
        return Title(one_line(hints.text), None, "link-text", matched=True)
    for title in metas:
        if _slug_agreement(plain_words(title), witnesses.slug) >= _SAME:
            return Title(title, None, "meta", matched=True)
    return None


def _stated_title(matches: Matches, metas: list[str], shown: Title | None) -> Title | None:
    """The headline that the page's JSON-LD gives its article, where the metadata do not say it: a
    page may show its title as a picture, and carry the site's name as `<title>`."""
    stated = declared_headline(matches)
    if not stated or stated in metas:
        return None
    if shown is not None and same_words(shown.text, stated):
        shown.matched = True
        return shown
    return Title(stated, None, "jsonld", matched=True)


def _agreement(text: str, witnesses: _Witnesses) -> dict[str, float]:
    """How far each witness says the words of `text`, 0 to 1."""
    known = witnesses.heard.get(text)
    if known is None:
        known = witnesses.heard[text] = _heard(text, witnesses)
    return known


def _heard(text: str, witnesses: _Witnesses) -> dict[str, float]:
    plain = plain_words(text)
    bag = plain_bag = frozenset(plain)
    if witnesses.vocabulary.isdisjoint(bag):
        return _NO_AGREEMENT
    said = plain
    if not text.isascii():
        said = words(text)
        bag = frozenset(said)
    slug, link = witnesses.slug, witnesses.link
    if witnesses.link_cut and said[: len(link) - 1] == link[:-1] and len(link) > 3:
        link = said
    return {
        "link-text": coverage(bag, link) if link else 0.0,
        "slug": _cut_slug(plain, plain_bag, slug) or coverage(plain_bag, witnesses.slug_bag),
        "meta": max([coverage(bag, meta) for meta in witnesses.metas], default=0.0),
    }


def _slug_agreement(title: list[str], slug: list[str]) -> float:
    """How far a slug says the title."""
    said = frozenset(title)
    return _cut_slug(title, said, slug) or coverage(said, slug)


def _cut_slug(title: list[str], said: frozenset[str], slug: list[str]) -> float:
    """How far a slug that was cut to a fixed length says a title's beginning; 0 if it does not."""
    if _SLUG_CUT <= len(slug) < len(title) <= 2.5 * len(slug):
        share = len([word for word in slug if word in said]) / len(slug)
        if share >= 0.8:
            return share
    return 0.0


def _score(walk: Walk, index: int, start: int, links: int, witnesses: _Witnesses) -> float:
    line = walk.lines[index]
    agreed = _agreement(line.text, witnesses)
    score = 5 * agreed["link-text"] + 4 * agreed["slug"] + (agreed["link-text"] > 0.95)
    # A menu between line and text: the line may be the banner, and `<title>` say no more than it.
    if links < _MENU_LINKS or max(agreed["link-text"], agreed["slug"]) >= 0.3:
        score += 3 * agreed["meta"]
    score -= min(max(links - 3, 0) * 0.15, 3)
    if line.heading:
        score += 1.3 if line.heading == 1 else 1.0
    elif line.bold >= 0.9 * line.size:
        score += 0.7
    if index + 1 < len(walk.lines) and _is_date_line(walk.lines[index + 1]):
        score += 2 if DATE_LABEL.search(walk.lines[index + 1].text) else 1
    return score + _class_score(walk, line) + _looks(line) - 0.08 * abs(start - index)


def _is_date_line(line: Line) -> bool:
    return line.size < 60 and not line.linked and bool(_DATE.search(line.text))


def _class_score(walk: Walk, line: Line) -> float:
    node = walk.nodes[line.node]
    parent = walk.nodes[node.parent].kind if node.parent >= 0 else ""
    return _names_score(f"{node.kind} {node.name}", parent)


@lru_cache(maxsize=4096)
def _names_score(names: str, parent: str) -> float:
    score = 0.7 if _TITLE_CLASS.search(names) else 0.0
    boxed = _BOX_CLASS.search(names) or _HEADER_CLASS.search(parent)
    return score - (1.5 if boxed else 0.0)


def _looks(line: Line) -> float:
    score = 0.0
    if line.linked > line.size / 2:
        score -= 1.5
    if _is_date_line(line):
        score -= 1.5
    if line.text.endswith("."):
        score -= 1.5 if line.size >= PROSE and not line.heading else 0.5
    if line.text.count(" ") < 3:
        score -= 0.8
    return score
