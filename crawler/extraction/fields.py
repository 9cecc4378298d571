"""The fields of an article that the rules of its site name by selectors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from archive.page import Attachment, Image
from crawler.extraction.blocks import FIELD_STEPS, path_of, text_of, text_size, walk
from crawler.extraction.byline import is_name, read_name
from crawler.extraction.captions import captioned_images, find_captions
from crawler.extraction.layers import LONGEST_RAW, rule_of
from crawler.extraction.phrases import AUTHOR_LABEL
from crawler.extraction.region import groups_of
from crawler.extraction.shown import one_line
from crawler.extraction.wording import same_words

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.document import Document
    from crawler.extraction.rules import Rules
    from crawler.extraction.selectors import Matches

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z)$", re.IGNORECASE)
_ANY_FILE = re.compile(rf"{_FILE.pattern[:-1]}(?:$|[/?#;])", re.IGNORECASE | re.MULTILINE)
_CALL = re.compile(
    r"\W*(?:(?:xem|tải|nhấn|bấm|click)?(?: (?:file|tệp|tập tin|văn bản|về|xuống))*"
    r"(?: ?(?:chi tiết|đính kèm|tại đây|ở đây|vào đây|về|xuống|here))*|"
    r"download(?: here)?|file|tệp|tập tin|pdf|docx?|xlsx?)\W*",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?:trang chủ|trang nhất|home|tin tức)", re.IGNORECASE)
_LONGEST_NAME = 120
_LONGEST_CALL = 40
_MOST_TAGS = 30
_BOX_STEPS = 3
_BOX_SLACK = 1500  # characters: a list of related articles


@dataclass(frozen=True, slots=True)
class Found:
    """A field's value, with what the evidence says of it."""

    value: str
    rule: str
    raw: str
    at: str

    def evidence(self) -> dict[str, str]:
        """The entry of the evidence for this field."""
        return {"rule": self.rule, "raw": self.raw[:LONGEST_RAW], "at": self.at}


def found(value: str, selector: str, raw: str, element: etree._Element) -> Found:
    """A field that a selector of the site's rules found."""
    return Found(value, rule_of(selector), raw, path_of(element, FIELD_STEPS))


def first_field(matches: Matches, selectors: tuple[str, ...]) -> Found | None:
    """The first text that the selectors give."""
    for value, selector, element in matches.values(selectors):
        return found(value, selector, value, element)
    return None


def author_field(matches: Matches, rules: Rules) -> Found | None:
    """The author field; an account name of the CMS is none.

    Where author and source stand in like lines, only the label tells them apart and from others.
    """
    for value, selector, element in matches.values(rules.author):
        if selector in rules.source and not AUTHOR_LABEL.match(value):
            continue
        name, is_source = read_name(value)
        if not is_source and is_name(name) and len(name) <= _LONGEST_NAME:
            return found(name, selector, value, element)
    return None


def source_field(matches: Matches, rules: Rules) -> Found | None:
    """The source field: where the site took the article from."""
    for value, selector, element in matches.values(rules.source):
        name, is_source = read_name(value)
        if selector in rules.author and not is_source:
            continue
        if name and len(name) <= _LONGEST_NAME:
            return found(name, selector, value, element)
    return None


def section_field(matches: Matches, rules: Rules, title: str) -> Found | None:
    """The section: the last step of a breadcrumb that is not the article itself."""
    for selector in rules.section:
        steps = list(matches.values((selector,)))
        for value, _, element in reversed(steps):
            if len(value) <= _LONGEST_NAME and not same_words(value, title):
                if len(steps) > 1 and _HOME.fullmatch(value):
                    continue
                return found(value, selector, value, element)
    return None


def tags_field(matches: Matches, rules: Rules) -> tuple[list[str], Found | None]:
    """The tags that the first selector with a match gives, each once, as shown; and the first of
    them with where it stands."""
    for selector in rules.tags:
        tags: dict[str, etree._Element] = {}
        for value, _, element in matches.values((selector,)):
            if len(value) <= _LONGEST_NAME:
                tags.setdefault(value, element)
            if len(tags) == _MOST_TAGS:
                break
        for value, element in tags.items():
            return list(tags), found(value, selector, value, element)
    return [], None


def lead_images(document: Document, rules: Rules) -> list[Image]:
    """The pictures outside the body that the rules name, with their captions."""
    for selector in rules.lead_image:
        for element in document.matches.elements(selector):
            images = _images_in(document, element)
            if images:
                return images
    return []


def _images_in(document: Document, element: etree._Element) -> list[Image]:
    if element.tag == "img":
        holder = element.getparent()
        return _images_in(document, holder) if holder is not None else []
    part = walk(element)
    captions = find_captions(part, groups_of(part))
    return captioned_images(document, part, list(range(len(part.images))), captions)


def attachments_near(document: Document, body: etree._Element) -> Iterator[Attachment]:
    """The files offered in the text or right around it: below it in the same box."""
    *_, widest = (body, *islice(body.iterancestors(), _BOX_STEPS))
    links = _file_links(widest)
    if links:
        box = _box_of(body)
        for link, href in links:
            if link is box or box in link.iterancestors():
                yield from _attachment(document, link, href)
    yield from _shown_files(document, body)


def _file_links(part: etree._Element) -> list[tuple[etree._Element, str]]:
    """The links in a part of a page that offer a file, with their addresses."""
    links = [(link, href) for link in part.iter("a") if (href := link.get(b"href"))]
    offered = [link for link, _ in links if link.get(b"download") is not None]
    if not offered and _ANY_FILE.search("\n".join([href for _, href in links])) is None:
        return []  # as of most
    return [(link, href) for link, href in links if link in offered or _is_file(href)]


def _box_of(body: etree._Element) -> etree._Element:
    """The outermost of the nearest ancestors that hold little more text than the body."""
    limit = 2 * text_size(body) + _BOX_SLACK
    box = body
    for ancestor in islice(body.iterancestors(), _BOX_STEPS):
        if ancestor.tag in ("body", "html") or text_size(ancestor) > limit:
            break
        box = ancestor
    return box


def _shown_files(document: Document, body: etree._Element) -> Iterator[Attachment]:
    """Files that the text shows in a frame: scanned documents are published so."""
    for frame in body.iter("iframe", "embed", "object"):
        shown = frame.get("src") or frame.get("data") or ""
        address = document.absolute(shown) if _is_file(shown) else None
        if address:
            yield Attachment(url=address, caption=frame.get("title") or None)


def shows_media(body: etree._Element) -> bool:
    """Whether there is a frame, a video or a sound in the text."""
    return next(body.iter("iframe", "video", "audio", "embed", "object"), None) is not None


def named_attachments(document: Document, rules: Rules) -> Iterator[Attachment]:
    """The files that the rules name."""
    for selector in rules.attachments:
        for link in document.matches.elements(selector):
            href = link.get("href")
            if href:
                yield from _attachment(document, link, href)


def _is_file(href: str) -> bool:
    if _ANY_FILE.search(href) is None:  # as most, without taking the address apart
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return bool(_FILE.search(parts.path)) or (
        "/documents/" in parts.path and bool(_FILE.search(parts.path.rsplit("/", 1)[0]))
    )


def _attachment(document: Document, link: etree._Element, href: str) -> Iterator[Attachment]:
    address = document.absolute(href)
    if address:
        yield Attachment(url=address, caption=_name_of_file(link, address))


def _name_of_file(link: etree._Element, address: str) -> str | None:
    """What a link calls its file; where it only says "tải về" the name that its attributes or its
    address give."""
    shown = text_of(link)
    for said in (shown, *(one_line(link.get(name) or "") for name in ("title", "download"))):
        if len(said) > _LONGEST_CALL or (said and not _CALL.fullmatch(said)):
            return said
    # Liferay puts the file's id after its name.
    parts = [part for part in unquote(urlsplit(address).path).split("/") if _FILE.search(part)]
    return one_line(parts[-1]) if parts else shown or None
