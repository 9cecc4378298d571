"""When the boilerplate of a site is learned, from which pages, and what is read again after it.

A page is never learned from when it is stored: that would cost a walk over all of it. The raw
records of eight pages are read once, as soon as there are so many; of sixteen later, when enough
new ones came or their layout seems to be another. Then what was stored before is read again.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from archive import moments, restating, templates
from archive.connection import transaction
from archive.errors import ArchiveLockedError, NotWritableError
from archive.warc import BadRecordError, header
from crawler.extraction.document import parse_document
from crawler.extraction.hints import Hints
from crawler.extraction.repeats import ENOUGH, LEAST, learn
from crawler.extraction.sample import sample_of
from crawler.extraction.template import Template, masked, print_of, without_numbers
from crawler.reextract import RawReader

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable

    from archive.page import Article
    from archive.store import Archive, Stored
    from archive.templates import Lesson
    from crawler.extraction.rules import Rules
    from crawler.extraction.sample import Sample
    from crawler.registry import Site
    from crawler.sitecrawl import SiteCrawl

logger = logging.getLogger(__name__)

WINDOW = 16
"""Pages of a later learning: the newest, so that banners and boxes of a season come and go."""

NEW_PAGES = 40
"""New articles after which a site is learned again, when its crawl ends, a day later or more."""

DRIFTING = 4
"""Articles of the last eight that look like another layout before the site is learned again."""

REPEATING = 6
"""Articles of the last eight that begin or end with the same line before it is learned again."""

LOOK_EVERY = 4 * ENOUGH
"""Articles between two looks for such signs while a site is crawled."""

_EDGE = 5  # lines at an article's end that may be a box; its first line may be one, too

MOST_READ_AGAIN = 200
"""Pages read again right after learning; `mattran reextract` reads all."""


class HasRules(Protocol):
    """What learning needs of a family."""

    template: Template | None

    def rules(self, captured_on: date) -> Rules: ...


def template_of(conn: sqlite3.Connection, site: Site) -> Template | None:
    """Return what was learned of a site, with the wishes of its row; None when there is neither."""
    stored = templates.latest(conn, site.id)
    template = Template.of_data(stored.data) if stored else None
    if site.boilerplate or site.keep:
        template = (template or Template()).wished(site.boilerplate, site.keep)
    return template


@dataclass(slots=True)
class _Course:
    """How far the learning of one site is.

    `pages` counts its articles from the beginning, `fresh` those since it was learned in this run;
    at `due` pages it is learned for the first time.
    """

    pages: int = 0
    fresh: int = 0
    due: int = ENOUGH
    wait: int = ENOUGH  # articles before a sign of another layout counts again
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=WINDOW))
    drift: deque[bool] = field(default_factory=lambda: deque(maxlen=ENOUGH))
    bodies: deque[str] = field(default_factory=lambda: deque(maxlen=ENOUGH))


class Learner:
    """Learns the sites of one crawl; nothing of it may break the crawl.

    :param archive: the open archive.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._courses: dict[str, _Course] = {}

    def open(self, crawl: SiteCrawl) -> None:
        """Give the family of a site what was learned of it before."""
        template = template_of(self._archive.conn, crawl.site)
        crawl.family.template = template
        course = self._courses[crawl.site.id] = _Course()
        if template is None or template.pages < ENOUGH:
            course.pages = templates.count_articles(self._archive.conn, crawl.site.id)

    def noted(self, crawl: SiteCrawl, article: Article | None, stored: Stored) -> None:
        """Count a stored page, and learn if it is time."""
        course = self._courses.get(crawl.site.id)
        if course is None or article is None:
            return
        if stored.raw_bytes and stored.cause in ("first", "site"):
            course.pages += stored.new_article
            course.fresh += 1
            course.recent.appendleft(stored.capture)
        course.drift.append("template-drift" in article.flags)
        course.bodies.append(article.body)
        if self._is_due(crawl, course):
            self._learn(crawl, course)

    def close(self, crawl: SiteCrawl) -> None:
        """Learn a site at the end of its crawl: a small one, or one with many new articles."""
        course = self._courses.pop(crawl.site.id, None)
        if course is None or not course.fresh:
            return
        known = _learned_pages(crawl)
        if known < ENOUGH:
            is_due = course.pages >= LEAST and course.pages != known
        else:
            is_due = self._is_stale(crawl.site.id)
        if is_due:
            self._learn(crawl, course)

    def _is_due(self, crawl: SiteCrawl, course: _Course) -> bool:
        if _learned_pages(crawl) < ENOUGH:
            return course.pages >= course.due
        if course.fresh < course.wait or course.fresh % LOOK_EVERY:
            return False
        return sum(course.drift) >= DRIFTING or _repeat(course.bodies)

    def _is_stale(self, site: str) -> bool:
        """Whether enough is new since a site was learned, or the newest articles share lines."""
        conn = self._archive.conn
        stored = templates.latest(conn, site)
        since = stored.learned_at if stored else ""
        new = templates.count_articles(conn, site, since)
        if new >= NEW_PAGES and moments.public(moments.now() - moments.DAY) >= since:
            return True
        return new >= ENOUGH and _repeat(templates.newest_bodies(conn, site, ENOUGH))

    def _learn(self, crawl: SiteCrawl, course: _Course) -> None:
        try:
            learned = relearn(self._archive, crawl.site, crawl.family, course.recent)
            if learned is not None:
                crawl.counts["read_again"] += read_again(self._archive, crawl.site, *learned)
        except (NotWritableError, ArchiveLockedError):
            raise
        except Exception:
            logger.exception("learning the boilerplate of %s failed", crawl.site.id)
        # A site that teaches nothing, or drifts on, is asked again, but ever more rarely.
        course.due = 2 * max(course.pages, ENOUGH)
        course.wait = 4 * course.wait
        course.fresh = 0
        course.drift.clear()
        course.bodies.clear()


def _repeat(bodies: Collection[str]) -> bool:
    """Whether most of some articles have a line in common where boxes stand."""
    if len(bodies) < ENOUGH:
        return False
    texts = [[line for line in body.split("\n") if line] for body in bodies]
    edges = [{*lines[:1], *lines[-_EDGE:]} for lines in texts]
    # The first is told many times as fast, and keeps no lines apart that the other takes for one.
    return all(_most_alike(edges, form) >= REPEATING for form in (without_numbers, masked))


def _most_alike(edges: Iterable[set[str]], form: Callable[[str], str]) -> int:
    """Return on how many pages the commonest line stands, in that form."""
    shared = Counter(line for lines in edges for line in set(map(form, lines)))
    return max(shared.values(), default=0)


def _learned_pages(crawl: SiteCrawl) -> int:
    return crawl.family.template.pages if crawl.family.template else 0


def relearn(
    archive: Archive, site: Site, family: HasRules, recent: Iterable[int] = ()
) -> tuple[Template | None, Template] | None:
    """Learn a site from its newest pages and store it; the family works with it from then on.

    :param recent: captures to begin with, newest first.
    :return: the template before and the new one; None when nothing was learned.
    """
    before = family.template
    lessons = templates.lessons(archive.conn, site.id, WINDOW, list(recent))
    samples = [_sample(archive, lesson, family) for lesson in lessons]
    template = learn([sample for sample in samples if sample is not None], before)
    if template is None or template is before:
        return None
    with transaction(archive.conn):
        templates.save(
            archive.conn,
            site.id,
            version=template.version,
            pages=template.pages,
            data=template.data(),
        )
    family.template = template
    logger.info(
        "%s: learned %d blocks of boilerplate from %d pages, template %s",
        site.id,
        len(template.blocks),
        template.pages,
        template.version,
    )
    return before, template


def _sample(archive: Archive, lesson: Lesson, family: HasRules) -> Sample | None:
    try:
        record = archive.raw(lesson.capture)
    except BadRecordError:
        return None
    if record is None:
        return None
    content_type = header(record.headers, "content-type")
    if content_type and "html" not in content_type.lower():
        return None
    day = lesson.captured_at[:10]
    document = parse_document(record.body, lesson.url, content_type)
    hints = Hints.of(lesson.text, lesson.hints)
    return sample_of(document, family.rules(date.fromisoformat(day)), hints, day)


def read_again(archive: Archive, site: Site, before: Template | None, template: Template) -> int:
    """Read again, from raw, the articles that a new template may change; returns how many changed.

    After the first learning those are all of a small site; else those that show what was learned
    only now.
    """
    if before is not None and before.version == template.version:
        return 0
    pages = _concerned(archive, site, before, template)[:MOST_READ_AGAIN]
    reader = RawReader(archive.folder, site, template)
    subjects = [restating.subject(archive.conn, page) for page in pages]
    found = [(subject, reader.read(subject)) for subject in subjects if subject is not None]
    return sum(bool(result) for result in archive.restate(found)) if found else 0


def _concerned(
    archive: Archive, site: Site, before: Template | None, template: Template
) -> list[int]:
    first = before is None or before.pages < ENOUGH
    known = {block.print for block in before.blocks} if before else set()
    new = {block.print for block in template.blocks if block.print} - known
    if first and templates.count_articles(archive.conn, site.id) <= 2 * WINDOW:
        return [page for page, _ in templates.texts(archive.conn, site.id)]
    return [
        page
        for page, text in templates.texts(archive.conn, site.id)
        if any(print_of(masked(line)) in new for line in text.split("\n") if line)
    ]
