"""One replica site: what it publishes, how it answers, what has been changed since it started."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import ClassVar, Literal

from tests.replica import furniture
from tests.replica.composer import compose, slug_of, stories, unused
from tests.replica.markup import Press
from tests.replica.oddities import TRAPS, Oddity
from tests.replica.sentences import SECTIONS
from tests.replica.story import VIETNAM, Block, Story, Truth, clean
from tests.replica.wire import Hit, Request, Response, html, plain, redirect

PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)

Routes = tuple[tuple[re.Pattern[str], str], ...]
GENERATOR = re.compile(rb"""<meta name=["']generator["'][^>]*>\s*|<generator>[^<]*</generator>""")
MORE = "<!-- more -->"  # where a page takes the links that bring it up to size
RobotsMode = Literal["family", "missing", "forbid", "busy", "broken", "moved", "slow"]


@dataclass(frozen=True, slots=True)
class Flood:
    """A flood blocker: more than `limit` requests in `window` seconds are answered 429."""

    limit: int = 40
    window: float = 60.0
    retry_after: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSpec:
    """What to build. `page_links` and `page_bytes` blow every page up to that size (0: as is)."""

    id: str
    family: str
    articles: int = 40
    province: str = "Hà Nội"
    name: str = ""
    level: str = "province"
    seed: str = ""
    per_page: int = 10
    page_links: int = 0
    page_bytes: int = 0
    traps: bool = True
    notices: bool = False  # every article is one sentence
    always_next: bool = False  # the pager offers one more page for ever
    newest: date | None = None  # the day on which the last story appeared
    generator: bool = True  # whether pages name the software that made them
    latency: float = 0.0
    flood: Flood | None = None
    robots: RobotsMode = "family"
    crawl_delay: float | None = None
    disallow: tuple[str, ...] = ()
    address: str = ""  # 127.0.0.N; empty: the next free one
    port: int = 0


PLANS = 4  # few, as each is read in a process of its own


def plan(number: int) -> Response:
    """The plan that article `number` offers for download: one of a few PDFs."""
    return _plan(number % PLANS)


@cache
def _plan(number: int) -> Response:
    from tests.replica import documents  # its libraries take longer to load than most crawls

    told = (f"Số {number + 1}/KH-MTTQ-BTT", *documents.PLAN)
    return Response(documents.pdf(told), content_type="application/pdf")


class Site(ABC):
    """A site of one family; subclasses know its addresses and its markup."""

    family: ClassVar[str]  # the name in SiteSpec
    platform: ClassVar[str]  # the name in the registry
    robots_text: ClassVar[str] = "User-agent: *\nDisallow:\n"
    routes: ClassVar[Routes] = ()  # tried in order; the method gets the request and the match
    charset: ClassVar[str] = "utf-8"
    cookie: ClassVar[str] = ""  # the session cookie a visitor without one is given
    registry_keys: ClassVar[
        dict[str, object]
    ] = {}  # what the family's row says beyond the required

    def __init__(self, spec: SiteSpec) -> None:
        self.spec = spec
        self.host = ""
        seed = spec.seed or spec.id
        self.stories = list(stories(seed, spec.province, spec.articles, notices=spec.notices))
        self._shift()
        self.removed: dict[int, int] = {}
        self.overrides: dict[str, Response] = {}
        self.hits: list[Hit] = []
        self.visits = 0
        self.bumped = 0
        self.robots_mode: RobotsMode = spec.robots
        self.recent: deque[float] = deque()
        self.press = Press(self.picture, self.shown)
        self.index()

    def _shift(self) -> None:
        """Move all stories by whole days, so that the last one appeared on the spec's day."""
        if self.spec.newest is None or not self.stories:
            return
        days = (self.spec.newest - self.stories[-1].published.date()).days
        for story in self.stories:
            story.published += timedelta(days)

    # -- what it publishes

    def index(self) -> None:
        """Rebuild the lists pages are made from; called after every change."""
        live = [story for story in reversed(self.stories) if story.number not in self.removed]
        self.newest = live
        self.by_section = {slug: [s for s in live if s.section == slug] for slug in SECTIONS}
        self.position = {
            s.number: i for section in self.by_section.values() for i, s in enumerate(section)
        }
        self.by_cms_id = {story.cms_id: story for story in self.stories}
        self.by_slug = {story.slug: story for story in self.stories}

    @property
    def base_url(self) -> str:
        return f"http://{self.host}"

    @property
    def name(self) -> str:
        return self.spec.name or f"Ủy ban MTTQ Việt Nam {self.spec.province}"

    @abstractmethod
    def address(self, story: Story) -> str:
        """The canonical path of a story."""

    @abstractmethod
    def key(self, story: Story) -> str:
        """The platform's identity of a story."""

    @abstractmethod
    def listings(self) -> list[str]:
        """Paths where a crawl starts."""

    def route(self, request: Request) -> Response | None:
        """The answer of the family's own pages; None: there is no such page."""
        for pattern, name in self.routes:
            if match := pattern.fullmatch(request.path):
                answer: Response | None = getattr(self, name)(request, match)
                return answer
        return None

    def twins(self, story: Story) -> list[str]:
        """Other paths that answer with the same article or redirect to it."""
        return []

    def picture(self, src: str) -> str:
        return f"/uploads/news/2023_11/{src}"

    def shown(self, text: str) -> str:
        """`text` after the platform's typography."""
        return text

    def lead_where(self, story: Story) -> Literal["field", "body", "excerpt"]:
        return "body"

    def has_author_field(self) -> bool:
        return False

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        """(ISO text, precision) of the best date a reader of the page can find."""
        return story.published.replace(second=0).isoformat(), "minute"

    def attachments_of(self, story: Story) -> list[str]:
        return []

    # -- the truth

    def truth(self) -> list[Truth]:
        """What an archive of the site should hold now, newest first."""
        return [self.truth_of(story) for story in self.newest]

    def truth_of(self, story: Story) -> Truth:
        lines = [line for block in story.blocks for line in block.truth_lines()]
        moment, precision = self.date_shown(story)
        return Truth(
            url=self.base_url + self.address(story),
            site=self.spec.id,
            key=self.key(story),
            cms_id=story.cms_id,
            title=clean(self.shown(story.title)),
            lead=clean(self.shown(story.lead)),
            lead_where=self.lead_where(story),
            body=[clean(self.shown(text)) for _, text in lines],
            body_types=[kind for kind, _ in lines],
            captions=[clean(self.shown(i.text)) for i in story.images() if i.text],
            author=clean(story.author) if story.author else None,
            author_where=self.author_where(story),
            section=SECTIONS[story.section],
            published_at=moment,
            published_precision=precision,  # type: ignore[arg-type]
            written_at=story.published.isoformat(),
            images=[self.base_url + self.picture(i.src) for i in story.images()],
            attachments=[self.base_url + path for path in self.attachments_of(story)],
            tags=list(story.tags),
            source=story.source,
            variant=story.variant,
            twins=[self.base_url + path for path in self.twins(story)],
            edits=story.edits,
        )

    def author_where(self, story: Story) -> str:
        if story.author_where == "field" and not self.has_author_field():
            return "body"
        return story.author_where

    def signed(self, story: Story) -> bool:
        """Whether the byline is the body's last paragraph."""
        return self.author_where(story) == "body"

    # -- what may be changed between two visits

    def find(self, key: str | int) -> Story:
        """The story with this key, CMS id, slug, path or address. KeyError if there is none."""
        wanted = str(key).removeprefix(self.base_url)
        for story in self.stories:
            if wanted in (str(story.cms_id), self.key(story), story.slug, self.address(story)):
                return story
        raise KeyError(f"{self.spec.id} has no article {key!r}")

    def edit(self, key: str | int, paragraph: str) -> Truth:
        """Add a paragraph at the end of an article's body."""
        story = self.find(key)
        story.blocks = [*story.blocks, Block("p", paragraph)]
        story.edits += 1
        story.edited_at = datetime.now(VIETNAM).replace(microsecond=0)
        return self.truth_of(story)

    def remove(self, key: str | int, status: int = 404) -> None:
        """Take an article down: its address answers `status`, listings no longer name it."""
        self.removed[self.find(key).number] = status
        self.index()

    def restore(self, key: str | int) -> None:
        self.removed.pop(self.find(key).number, None)
        self.index()

    def bump_counters(self, by: int = 1000) -> None:
        """Views, visits and ratings jump, as after a day without us."""
        self.bumped += by

    def add_article(self) -> Truth:
        """Publish one more article, newer than all others."""
        number = self.stories[-1].number + 1 if self.stories else 0
        total = max(self.spec.articles, number + 1)
        story = compose(
            f"{self.spec.seed or self.spec.id}/added", self.spec.province, number, total
        )
        taken = {s.slug for s in self.stories}
        last = max((s.published for s in self.stories), default=story.published)
        story = replace(
            story,
            slug=unused(story.slug, taken),
            cms_id=max((s.cms_id for s in self.stories), default=100) + 3,
            published=max(story.published, last + timedelta(minutes=37)),
        )
        self.stories.append(story)
        self.index()
        return self.truth_of(story)

    def override(self, path: str, response: Response | None) -> None:
        """Answer `path` (with its query, if any) with `response` from now on; None: as usual."""
        if response is None:
            self.overrides.pop(path, None)
        else:
            self.overrides[path] = response

    # -- answering

    def handle(self, request: Request) -> Response:
        response = self.respond(request)
        if not self.spec.generator:
            response = replace(response, body=GENERATOR.sub(b"", response.body))
        if self.spec.latency and not response.delay:
            response = replace(response, delay=self.spec.latency)
        return response

    def respond(self, request: Request) -> Response:
        override = self.overrides.get(request.target) or self.overrides.get(request.path)
        if override is not None:
            return override
        if request.path.startswith(("/uploads/", "/wp-content/", "/files/", "/documents/")):
            return self.file(request)
        if self.flooded():
            after = str(self.spec.flood.retry_after) if self.spec.flood else "60"
            page = html("<html><body><p>Hãy đợi trong giây lát...</p></body></html>", 429)
            return replace(page, headers=[("Retry-After", after)])
        if request.path == "/robots.txt":
            return self.robots()
        self.visits += 1
        trap = self.trap_at(request)
        if trap is not None:
            return trap.respond(self.base_url, request)
        response = self.route(request) or self.not_found(request)
        if self.cookie and self.cookie not in request.cookies:
            session = f"{self.cookie}={self.visits:024x}; path=/; HttpOnly"
            response.headers.append(("Set-Cookie", session))
        return response

    def flooded(self) -> bool:
        flood = self.spec.flood
        if flood is None:
            return False
        now = time.monotonic()
        while self.recent and self.recent[0] <= now - flood.window:
            self.recent.popleft()
        if len(self.recent) >= flood.limit:
            return True
        self.recent.append(now)
        return False

    def robots(self) -> Response:
        """robots.txt as the mode says; "family": the platform's own, plus the spec's rules."""
        mode = self.robots_mode
        if mode == "missing":
            return plain("Not found", 404)
        if mode == "busy":
            return replace(plain("Too many requests", 429), headers=[("Retry-After", "2")])
        if mode == "broken":
            return plain("Service unavailable", 503)
        if mode == "moved":
            return redirect(f"{self.base_url}/robots-moi.txt", 302)
        if mode == "forbid":
            return plain("User-agent: *\nDisallow: /\n")
        text = self.robots_text.rstrip("\n").replace("{base}", self.base_url) + "\n"
        text += "".join(f"Disallow: {path}\n" for path in self.spec.disallow)
        if self.spec.crawl_delay is not None:
            text += f"Crawl-delay: {self.spec.crawl_delay:g}\n"
        return replace(plain(text), delay=2.0 if mode == "slow" else 0.0)

    def file(self, request: Request) -> Response:
        if request.path.endswith(".pdf"):
            return plan(int("".join(filter(str.isdigit, request.path)) or 0))
        return Response(PIXEL, content_type="image/gif")

    def not_found(self, request: Request) -> Response:
        return html(self.simple_page("Không tìm thấy", "Trang bạn yêu cầu không tồn tại."), 404)

    def gone(self, story: Story) -> Response | None:
        """The answer for a removed story, or None while it is online."""
        status = self.removed.get(story.number)
        if status is None:
            return None
        text = "Bài viết không tồn tại hoặc đã bị gỡ."
        return html(self.simple_page("Không tìm thấy", text), status)

    def simple_page(self, title: str, text: str) -> str:
        """A page without an article, in no particular layout."""
        menu = furniture.anchors(self.menu())
        return (
            f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
            f"</head><body><ul>{menu}</ul><h1>{title}</h1><p>{text}</p></body></html>"
        )

    # -- shared pieces of pages

    @abstractmethod
    def menu(self) -> list[tuple[str, str]]:
        """The main menu: (path, text)."""

    def linked(self, some: Iterable[Story]) -> list[tuple[str, str]]:
        return [(self.address(story), story.title) for story in some]

    def tracked(self, some: Iterable[Story]) -> list[tuple[str, str]]:
        """Links as boxes carry them: under another address than the canonical one."""
        return [(self.twins(story)[0], story.title) for story in some]

    def views(self, story: Story) -> int:
        """A view counter that moves with every page the site serves."""
        return story.views + self.bumped + self.visits

    def most_read(self, size: int = 5) -> list[Story]:
        """Changes from request to request, as such boxes do."""
        pool = self.newest[: 4 * size]
        start = (self.visits + self.bumped) % max(len(pool), 1)
        return (pool + pool)[start : start + min(size, len(pool))]

    def teasers(self, page: str) -> list[tuple[str, str]]:
        """Links that bring `page` up to the spec's number of links, newest articles first."""
        missing = self.spec.page_links - len(re.findall(r"<a [^>]*href=", page))
        return self.linked(self.newest[: max(missing, 0)])

    def finished(self, page: str, box: str = "<ul>{}</ul>") -> str:
        """`page` brought up to the spec's links (in `box`, at the mark in the page) and size."""
        teasers = self.teasers(page)
        more = box.format(furniture.anchors(teasers)) if teasers else ""
        page = page.replace(MORE, more, 1)
        if not self.spec.page_bytes:
            return page
        missing = self.spec.page_bytes - len(page.encode(self.charset, "replace"))
        return page.replace("</body>", furniture.padding(missing) + "</body>", 1)

    def page_number(self, text: str | None) -> int:
        return int(text) if text and text.isdigit() else 1

    def pages_of(self, section: list[Story]) -> int:
        return max(-(-len(section) // self.spec.per_page), 1)

    def list_pages(self) -> int:
        """How many pages all lists of the site have together."""
        return sum(self.pages_of(section) for section in self.by_section.values())

    def slice_of(self, section: list[Story], page: int) -> list[Story]:
        return section[(page - 1) * self.spec.per_page : page * self.spec.per_page]

    def newer_older(self, story: Story, size: int = 5) -> tuple[list[Story], list[Story]]:
        """Neighbours in the story's section: the `size` newer and the `size` older ones."""
        section = self.by_section[story.section]
        i = self.position.get(story.number, 0)
        return section[max(i - size, 0) : i], section[i + 1 : i + 1 + size]

    # -- traps: article-like addresses behind which no article stands

    @abstractmethod
    def trap_path(self, name: str, number: int) -> str:
        """An address that looks like an article of this family."""

    def traps(self) -> list[tuple[str, Oddity]]:
        """(path, trap) of every trap the first listing page links."""
        if not self.spec.traps:
            return []
        return [(self.trap_path(slug_of(t.title), 900_001 + i), t) for i, t in enumerate(TRAPS)]

    def trap_at(self, request: Request) -> Oddity | None:
        if not self.spec.traps:
            return None
        target = request.target if "?" in self.trap_path("x", 1) else request.path
        return next((trap for path, trap in self.traps() if path == target), None)
