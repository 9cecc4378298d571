"""From a page and the rules of its site to the article, each field with its evidence.

The rules name a field's place or they do not; what they do not name, or what is not there, the
generic layer finds. Pure: no network, no files, no clock of its own, so that the same bytes give
the same article when they are read again years later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.page import Article, Attachment, Image
from crawler.extraction import fields
from crawler.extraction.blocks import FIELD_STEPS, path_of
from crawler.extraction.byline import Byline
from crawler.extraction.captions import merged
from crawler.extraction.content import (
    Content,
    body_by_rules,
    content_of_body,
    content_of_page,
    lines_at,
)
from crawler.extraction.credits import Credits, confirm_author, read_credits
from crawler.extraction.date_places import Places, Zone
from crawler.extraction.dates import read_stamp
from crawler.extraction.declared import declared_authors, declared_size
from crawler.extraction.encoding import LEGACY
from crawler.extraction.fields import Found, shows_media
from crawler.extraction.hints import Hints
from crawler.extraction.language import language_of
from crawler.extraction.layers import LONGEST_RAW, with_layers
from crawler.extraction.phrases import DATE_LABEL
from crawler.extraction.published import Publication, publication
from crawler.extraction.region import PROSE
from crawler.extraction.shown import one_line
from crawler.extraction.surroundings import (
    after_title,
    byline_around,
    lead_above,
    lines_beside,
    text_start,
)
from crawler.extraction.title import Title, find_title, is_confirmed
from crawler.extraction.trim import Text, trim

if TYPE_CHECKING:
    from lxml import etree

    from crawler.extraction.document import Document
    from crawler.extraction.rules import Rules
    from crawler.extraction.template import Template

# Raise it with every change of this package that alters what is extracted: only then are the
# differences put down to our rules and not to the site.
EXTRACTOR_VERSION = 4

_SHORT = 400  # characters of text below which an article is suspicious
_LONG_SENTENCE = 200
_DECLARED_LONGER = 1.3  # times the text that was found
_SAMPLE = 80
_LINKS_BETWEEN = 8
_LINES_BETWEEN = 6
_SURE_TITLES = frozenset({"link-text", "slug"})  # `<title>` may be the site's name


_NO_HINTS = Hints()


@dataclass(slots=True)
class _Reading:
    """One page being read: what is given, and what has been found so far."""

    document: Document
    rules: Rules
    hints: Hints
    clock: datetime | None
    content: Content
    title: Title
    template: Template | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)


def extract(
    document: Document,
    rules: Rules,
    *,
    hints: Hints = _NO_HINTS,
    clock: datetime | None = None,
    template: Template | None = None,
) -> Article | None:
    """Take the article out of a page.

    `rules` are those of the site's layout when the page was captured, `hints` what its listing
    said, `clock` (aware) when it was captured: dates after it and page clocks are rejected.
    `template` is the boilerplate learned of the site: a mask for all that is found without rules,
    and inside the element that the rules name.
    Returns None when the page holds no article by these rules.
    """
    if rules.article and document.matches.first(rules.article) is None:
        return None
    named = fields.first_field(document.matches, rules.title)
    content = _content(document, rules, named, template, hints)
    if content is None:
        return None
    title = _title(document, content, named, hints, template)
    if title is None:
        return None
    if not (rules.article or content.by_rule or _credible(document, content, title)):
        return None
    return _article(_Reading(document, rules, hints, clock, content, title, template))


def _content(
    document: Document,
    rules: Rules,
    title: Found | None,
    template: Template | None,
    hints: Hints,
) -> Content | None:
    """The article's part of the page; only where the rules leave title or date to be found is more
    walked than the element they name."""
    body = body_by_rules(document, rules)
    dated = document.matches.first(rules.date) is not None
    if body is not None and title is not None and dated:
        return content_of_body(document, rules, *body, template)
    return content_of_page(document, rules, body, template, hints)


def _title(
    document: Document,
    content: Content,
    named: Found | None,
    hints: Hints,
    template: Template | None,
) -> Title | None:
    if named is not None:
        matched = is_confirmed(named.value, document.matches, document.url, hints)
        line = content.line_of(named.value) if content.whole_page else None
        return Title(named.value, line, named.rule, at=named.at, matched=matched)
    return find_title(
        document.matches,
        document.url,
        content.walk,
        content.prose_start(),
        hints,
        learned=content.learned,
        is_name=template.is_name if template is not None else None,
    )


def _credible(document: Document, content: Content, title: Title) -> bool:
    """Whether a page that no rule calls an article reads as one."""
    lines = lines_at(content, content.lines)
    size = sum(line.size for line in lines)
    if sum(line.linked for line in lines) > size / 2:
        return False
    if all(line.size < PROSE for line in lines) and title.rule not in _SURE_TITLES:
        return False
    if size < _SHORT and (_is_far(document, content, title) or not _is_announced(content, title)):
        return False
    return not content.teases


def _is_announced(content: Content, title: Title) -> bool:
    """Whether a short text has a title that others confirm, or one above a labelled date."""
    if title.matched or title.line is None:
        return title.matched
    between = content.walk.lines[title.line + 1 : content.prose_start(title.line)]
    return len(between) <= _LINES_BETWEEN and any(
        DATE_LABEL.search(line.text) and read_stamp(line.text) is not None for line in between
    )


def _is_far(document: Document, content: Content, title: Title) -> bool:
    """Whether the title is a link to another page, or a list of links follows it: then the text
    that was found is a footer."""
    if title.line is None:
        return False
    line = content.walk.lines[title.line]
    if line.linked and not _links_here(document, content.walk.nodes[line.node].element):
        return True
    between = set(range(title.line + 1, content.prose_start(title.line))) - content.learned
    lines = lines_at(content, sorted(between))
    return sum(1 for line in lines if line.linked > 0.8 * line.size >= 20) >= _LINKS_BETWEEN


def _links_here(document: Document, heading: etree._Element) -> bool:
    """Whether all links of a heading lead to the page itself, as Joomla's titles do."""
    hrefs = (link.get("href") or "" for link in heading.iter("a"))
    here = document.url.partition("#")[0]
    return all((document.absolute(href) or "").partition("#")[0] == here for href in hrefs)


def _article(reading: _Reading) -> Article | None:
    text = _text(reading)
    images = _images(reading)
    attachments = _attachments(reading)
    body = text.body()
    if not (body or text.lead or images or attachments or shows_media(reading.content.element)):
        return None
    credits = _credits(reading, text)
    published = _published(reading, text, [image.url for image in images])
    section = _section(reading)
    tags = _tags(reading)
    _check(reading, text, published)
    stamp = published.stamp
    return Article(
        title=reading.title.text,
        body=body,
        lead=text.lead,
        author=credits.author,
        author_kind=credits.kind,
        source=credits.source,
        section=section,
        published_at=stamp.iso if stamp else None,
        published_precision=stamp.precision if stamp else "none",
        images=images,
        attachments=attachments,
        tags=tags,
        language=language_of(f"{reading.title.text} {text.lead or ''} {body}"),
        evidence=_evidence(reading),
        flags=reading.flags,
        extractor=f"{EXTRACTOR_VERSION}.{reading.rules.platform}{reading.rules.version}",
        template=reading.template.version if reading.template is not None else None,
    )


def _text(reading: _Reading) -> Text:
    """The lead and the body, with how they were found."""
    content, title = reading.content, reading.title
    _tell_title(reading)
    lead = fields.first_field(reading.document.matches, reading.rules.lead)
    indices = content.lines
    if content.whole_page:
        indices = after_title(content, title)
        lead = lead or _lead_above(reading)
    text = trim(
        lines_at(content, indices),
        title.text,
        lead.value if lead else None,
        reading.hints.excerpt,
        lines_at(content, [index for index in indices if index in content.learned]),
    )
    text.dropped.update(content.dropped)
    text.dropped["caption"] += sum(content.walk.lines[i].size for i in content.captions)
    if lead is not None:
        reading.evidence["lead"] = lead.evidence()
    elif text.lead:
        reading.evidence["lead"] = {"rule": text.lead_rule, "raw": text.lead[:LONGEST_RAW]}
    _tell_body(reading, text)
    return text


def _lead_above(reading: _Reading) -> Found | None:
    content = reading.content
    index = lead_above(content, reading.document.tree, reading.title, reading.hints)
    if index is None:
        return None
    line = content.walk.lines[index]
    at = path_of(content.walk.nodes[line.node].element, FIELD_STEPS)
    return Found(line.text, "above-region", line.text, at)


def _tell_title(reading: _Reading) -> None:
    title = reading.title
    told: dict[str, Any] = {"rule": title.rule, "raw": title.text[:LONGEST_RAW]}
    if title.at:
        told["at"] = title.at
    if title.score:
        told["score"] = round(title.score, 1)
    if title.runner_up:
        told["runner_up"] = title.runner_up
    reading.evidence["title"] = told


def _tell_body(reading: _Reading, text: Text) -> None:
    content = reading.content
    kept = sum(line.size for line in text.lines)
    told: dict[str, Any] = {
        "rule": content.rule,
        "at": path_of(content.element),
        "kept": kept,
        "total": sum(group.size for group in content.groups),
        "dropped": {reason: size for reason, size in text.dropped.items() if size},
    }
    if text.tail:
        told["tail"] = text.tail[:LONGEST_RAW]
    if reading.template is not None:
        told["template"] = reading.template.version
    reading.evidence["body"] = told


def _credits(reading: _Reading, text: Text) -> Credits:
    """The author and the source, with their evidence."""
    content = reading.content
    around = byline_around(content, reading.title) if content.whole_page else Byline()
    found = read_credits(
        reading.document.matches, reading.rules, text.byline, around, text.opening()
    )
    if found.author is None and content.whole_page:
        names = declared_authors(reading.document.matches)
        if names:
            confirm_author(found, names, lines_beside(content, reading.title))
    reading.evidence.update(found.evidence)
    return found


def _published(reading: _Reading, text: Text, files: list[str]) -> Publication:
    content = reading.content
    zone = None
    if content.whole_page:
        title = reading.title.line
        start = text_start(content, -1 if title is None else title)
        shown = "" if title is None else content.walk.lines[title].text
        glued = shown.removeprefix(reading.title.text) if shown != reading.title.text else ""
        zone = Zone(content.walk, title, start, content.last, glued, content.learned)
    places = Places(
        matches=reading.document.matches,
        url=reading.document.url,
        rules=reading.rules,
        hints=reading.hints,
        clock=reading.clock,
        zone=zone,
        files=files,
    )
    published = publication(places, reading.title.text, text.opening())
    told = published.evidence()
    if told:
        reading.evidence["published_at"] = told
    reading.flags.extend(published.flags)
    return published


def _section(reading: _Reading) -> str | None:
    section = fields.section_field(reading.document.matches, reading.rules, reading.title.text)
    if section is not None:
        reading.evidence["section"] = section.evidence()
        return section.value
    if reading.hints.section:
        raw = reading.hints.section[:LONGEST_RAW]
        reading.evidence["section"] = {"rule": "listing", "raw": raw}
    return reading.hints.section or None


def _tags(reading: _Reading) -> list[str]:
    tags, first = fields.tags_field(reading.document.matches, reading.rules)
    if first is not None:
        reading.evidence["tags"] = first.evidence()
    return tags


def _evidence(reading: _Reading) -> dict[str, Any]:
    template = reading.template
    masked = template is not None and bool(template.blocks) and reading.content.whole_page
    return with_layers(reading.evidence, reading.rules, masked=masked)


def _images(reading: _Reading) -> list[Image]:
    """The lead picture first, then those of the text, each address once."""
    content, title = reading.content, reading.title
    since = content.first
    if content.whole_page and title.line is not None:
        since = min(since, title.line)
    shown = content.images(reading.document, since)
    return merged([*fields.lead_images(reading.document, reading.rules), *shown])


def _attachments(reading: _Reading) -> list[Attachment]:
    named = list(fields.named_attachments(reading.document, reading.rules))
    near = fields.attachments_near(reading.document, reading.content.element)
    found: dict[str, Attachment] = {}
    for attachment in (*named, *near):
        found.setdefault(attachment.url, attachment)
    return list(found.values())


def _check(reading: _Reading, text: Text, published: Publication) -> None:
    """Flag what a person should look at."""
    content = reading.content
    size = sum(line.size for line in text.lines) + len(text.lead or "")
    if size < _SHORT:
        reading.flags.append("short-region")
    if not reading.title.matched:
        reading.flags.append("no-title-match")
    if reading.rules.body and not content.by_rule:
        reading.flags.append("no-rule-body")
    if published.chosen is None:
        reading.flags.append("date-null")
    long = None if content.by_rule else _dropped_long(content)
    if long is not None:
        reading.flags.append("dropped-long")
        reading.evidence["body"]["dropped_long"] = long[:_SAMPLE]
    declared = declared_size(reading.document)
    if declared > max(_DECLARED_LONGER * size, _LONG_SENTENCE):
        reading.flags.append("jsonld-longer")
        reading.evidence["body"]["declared"] = declared
    _check_repair(reading, text)
    _check_template(reading)


def _check_template(reading: _Reading) -> None:
    """Flag a text found without rules and without a template, and a page unlike its site's."""
    content, template = reading.content, reading.template
    if not content.by_rule and (template is None or not template.blocks):
        reading.flags.append("no-template")
    if template is None or not content.whole_page:
        return
    known, lines = len(content.learned), len(content.walk.lines)
    if template.has_drifted(known, lines):
        reading.flags.append("template-drift")
        told = f"{known} of {lines} lines, usually {template.usual:.0%}"
        reading.evidence["body"]["known"] = told


def _check_repair(reading: _Reading, text: Text) -> None:
    """Tell what of the page was repaired or cut, and whether the article still looks damaged."""
    document = reading.document
    repaired = document.repair.evidence()
    if repaired is not None:
        reading.evidence["repair"] = repaired
    elif document.encoding in LEGACY:
        reading.flags.append("unrepaired-encoding")
    if document.repair.doubts:
        shown = "\n".join([reading.title.text, text.lead or "", text.body()])
        if any(one_line(doubt) in shown for doubt in document.repair.doubts):
            reading.flags.append("unrepaired-encoding")
    if document.cut:
        reading.evidence["cut"] = {"bytes": document.cut}
        reading.flags.append("page-cut")


def _dropped_long(content: Content) -> str | None:
    """The first long unlinked sentence of the region that was not kept."""
    kept = {*content.lines, *content.captions, *content.learned}
    dropped = (
        content.walk.lines[group.first].text
        for group in content.groups
        if group.size >= _LONG_SENTENCE and not group.linked and group.first not in kept
    )
    return next(dropped, None)
