"""A site of a platform that a frozen description tells: its addresses, its markup, its traps.

What all portals do alike is code here; what one platform does is data in tests/replica/portals.py.
"""

from __future__ import annotations

import gzip
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.sentences import SECTIONS
from tests.replica.site import MORE, Site, SiteSpec
from tests.replica.wire import Request, Response, html, plain

if TYPE_CHECKING:
    from tests.replica.story import Story

SITEMAP_ITEMS = 50_000
FEED_ITEMS = 20
CALENDAR = "/lich"
"""Where a calendar begins that leads from month to month for ever."""

TICKS = 10_000_000
FIRST_TICK = 62_135_596_800  # seconds from the year 1 to 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One platform. Texts with braces are formats over the fields of a story (`fields_of`).

    `article`, `twins`, `listing` and `page` are paths with their query; `page` is a later page of
    the list at `{list}`, by `{page}` (from `first`) or `{offset}`. `loops` are links on every page
    that lead round in circles: sort orders, filters, sessions, a calendar. `pager` says how lists
    lead on: by numbers, by a link to the next page, or by a button that loads more.
    """

    family: str
    platform: str
    article: str
    key: str
    twins: tuple[str, ...]
    listing: str = "/tin-tuc/{section}"
    page: str = "{list}?page={page}"
    first: int = 1
    pager: Literal["numbers", "next", "more"] = "numbers"
    next_link: str = '<a class="next" href="{url}">Trang sau</a>'
    loops: tuple[str, ...] = ()
    head: str = ""
    body_class: str = ""
    story_class: str = ""
    list: str = '<div class="list-news">{items}</div>'
    item: str = '<div class="item"><h3><a href="{url}">{title}</a></h3><p>{teaser}</p></div>'
    story: str = '<h1>{title}</h1><div class="content">{body}</div>'
    date: str = ""
    precision: Literal["second", "minute", "day", "none"] = "none"
    lead_field: bool = False
    author_field: bool = False
    feed: str = ""
    sitemap: str = ""
    keys: dict[str, object] = field(default_factory=dict)


def camel(slug: str) -> str:
    """A slug with every word's first letter large, as .NET portals write it."""
    return "-".join(word.capitalize() for word in slug.split("-"))


def fields_of(story: Story) -> dict[str, Any]:
    """What addresses and dates are made of."""
    day = story.published
    seconds = int(day.replace(tzinfo=UTC).timestamp()) + FIRST_TICK
    return {
        "id": story.cms_id,
        "slug": story.slug,
        "Slug": camel(story.slug),
        "joined": camel(story.slug).replace("-", ""),
        "plus": "+".join(story.slug.split("-")),
        "section": story.section,
        "number": story.number,
        "day": day,
        "hour": day.hour % 12 or 12,
        "weekday": furniture.weekday(day).title(),
        "ticks": seconds * TICKS + story.number,
        "stamp": f"4{day:%y%m%d%H%M%S}{story.number % 1000:03}",
    }


class PortalSite(Site):
    """A site as its `portal` describes it."""

    portal: ClassVar[Portal]

    def __init__(self, spec: SiteSpec) -> None:
        self.paths: dict[str, Story] = {}
        self.looped: list[str] = []  # requests that lead round in circles
        super().__init__(spec)

    def index(self) -> None:
        super().index()
        self.paths = {
            path: story
            for story in self.stories
            for path in (self.address(story), *self.twins(story))
        }
        portal = self.portal
        self.pages = {
            slug: re.compile(
                re.escape(portal.page.replace("{list}", self.list_path(slug)))
                .replace(r"\{page\}", r"(?P<page>\d+)")
                .replace(r"\{offset\}", r"(?P<offset>\d+)")
            )
            for slug in SECTIONS
        }

    def address(self, story: Story) -> str:
        return self.portal.article.format_map(fields_of(story))

    def key(self, story: Story) -> str:
        return self.portal.key.format_map(fields_of(story))

    def twins(self, story: Story) -> list[str]:
        told = {**fields_of(story), "article": self.address(story)}
        return [form.format_map(told) for form in self.portal.twins]

    def list_path(self, slug: str) -> str:
        return self.portal.listing.format(section=slug, joined=camel(slug).replace("-", ""))

    def listings(self) -> list[str]:
        return [self.list_path(slug) for slug in SECTIONS]

    def page_path(self, slug: str, number: int) -> str:
        """The address of a page of a list, counted from 1."""
        base = self.list_path(slug)
        if number == 1:
            return base
        offset = (number - 1) * self.spec.per_page
        return self.portal.page.format(
            list=base, page=number - 1 + self.portal.first, offset=offset
        )

    def trap_path(self, name: str, number: int) -> str:
        if not self.stories:
            return f"/{name}"
        return self.address(replace(self.stories[0], cms_id=number, slug=name, number=number))

    def lead_where(self, story: Story) -> Literal["field", "body", "excerpt"]:
        return "field" if self.portal.lead_field else "body"

    def has_author_field(self) -> bool:
        return self.portal.author_field

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        moment, precision = story.published, self.portal.precision
        if precision == "none":
            return None, "none"
        if precision == "day":
            return f"{moment:%Y-%m-%d}", "day"
        whole = moment if precision == "second" else moment.replace(second=0)
        return whole.isoformat(), precision

    def menu(self) -> list[tuple[str, str]]:
        lists = [(self.list_path(slug), name) for slug, name in SECTIONS.items()]
        return [("/gioi-thieu", "Giới thiệu"), *lists, ("/lien-he", "Liên hệ")]

    # -- what each address answers

    def route(self, request: Request) -> Response | None:
        if request.path.startswith(CALENDAR):
            if request.query:  # without a month it is a page, and there is one
                self.looped.append(request.target)
            return html(self.calendar(request))
        if request.path in ("/gioi-thieu", "/lien-he"):
            return html(self.frame("Giới thiệu", "<p>Trụ sở: số 1 đường Hòa Bình.</p>"))
        story = self.paths.get(request.target)
        if story is not None:
            return self.gone(story) or html(self.shown_as(request.target, story))
        return self.listed(request) or self.file_of(request) or self.home(request)

    def shown_as(self, target: str, story: Story) -> str:
        printed = re.search(r"print|/in/|savefile", target, re.IGNORECASE)
        return self.print_page(story) if printed else self.article_page(story)

    def home(self, request: Request) -> Response | None:
        if request.path != "/":
            return None
        return html(self.frame(self.name, f"<ul>{furniture.anchors(self.linked(self.newest[:8]))}"))

    def listed(self, request: Request) -> Response | None:
        """A list; of the parameters only the pager's mean something."""
        for slug, pattern in self.pages.items():
            found = pattern.fullmatch(request.target)
            if found:
                return html(self.list_page(slug, self.number_in(found)))
        for slug in SECTIONS:
            base = self.list_path(slug)
            if request.target == base or request.target.startswith((f"{base}?", f"{base}&")):
                if request.target != base:
                    self.looped.append(request.target)
                return html(self.list_page(slug, 1))
        return None

    def number_in(self, found: re.Match[str]) -> int:
        told = found.groupdict()
        if told.get("offset"):
            return int(told["offset"]) // self.spec.per_page + 1
        return int(told["page"]) - self.portal.first + 1

    def file_of(self, request: Request) -> Response | None:
        """The feed, the index of sitemaps, and its parts, which are gzipped files."""
        portal = self.portal
        if portal.feed and request.path == portal.feed:
            return self.rss()
        if not portal.sitemap:
            return None
        parts = -(-len(self.newest) // SITEMAP_ITEMS)
        if request.path == portal.sitemap:
            inner = "".join(
                f"<sitemap><loc>{self.base_url}/sitemap-{n}.xml.gz</loc></sitemap>"
                for n in range(parts)
            )
            return plain(sitemap_xml("sitemapindex", inner), content_type="application/xml")
        found = re.fullmatch(r"/sitemap-(\d+)\.xml\.gz", request.path)
        if not found or int(found[1]) >= parts:
            return None
        start = int(found[1]) * SITEMAP_ITEMS
        inner = "".join(
            f"<url><loc>{escape(self.base_url + self.address(story))}</loc></url>"
            for story in self.newest[start : start + SITEMAP_ITEMS]
        )
        packed = gzip.compress(sitemap_xml("urlset", inner).encode(), 1)
        return Response(packed, content_type="application/x-gzip", encoded=True)

    def rss(self) -> Response:
        items = "".join(
            f"<item><title>{escape(story.title)}</title>"
            f"<link>{escape(self.base_url + self.address(story))}</link>"
            f"<pubDate>{format_datetime(story.published.astimezone(UTC))}</pubDate>"
            f"<description>{escape(story.lead)}</description></item>"
            for story in self.newest[:FEED_ITEMS]
        )
        text = f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>"
        return plain(text, content_type="application/rss+xml")

    # -- pages

    def frame(self, title: str, middle: str, body_class: str = "") -> str:
        """What surrounds everything: menu, boxes, and the links that lead round in circles."""
        numbers = "".join(
            f"<p>{k}: {v}</p>" for k, v in furniture.counters(self.visits + self.bumped)
        )
        month = f"{CALENDAR}?thang=10&amp;nam=2024"
        loops = furniture.anchors(
            (loop.format(list=self.listings()[0], id=self.visits), "Sắp xếp")
            for loop in self.portal.loops
        )
        page = f"""<!DOCTYPE html>
<html lang="vi">
<head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title>
{self.portal.head}</head>
<body class="{body_class or self.portal.body_class}">
<div id="header"><a href="/">{self.name}</a><div class="clock">{furniture.page_clock()}</div>
<ul class="menu">{furniture.anchors(self.menu())}</ul></div>
<div id="main">
{middle}
</div>
<div id="side"><h4>Tin đọc nhiều</h4><ul>{furniture.anchors(self.tracked(self.most_read()))}</ul>
<ul class="filter">{loops}</ul><a href="{month}">Tháng trước</a>
{furniture.poll_form()}{numbers}
<ul>{furniture.anchors(furniture.OFF_SITE)}</ul>{MORE}</div>
<div id="footer"><p>Bản quyền thuộc {self.name}. Điện thoại: 024 3825 0000.</p></div>
</body>
</html>
"""
        return self.finished(page)

    def calendar(self, request: Request) -> str:
        month, year = (self.page_number(request.query.get(n)) for n in ("thang", "nam"))
        past = f"{CALENDAR}?thang={(month - 2) % 12 + 1}&amp;nam={year - (month == 1)}"
        days = "".join(
            f'<td><a href="{CALENDAR}?ngay={n}&amp;thang={month}&amp;nam={year}">{n}</a></td>'
            for n in range(1, 29)
        )
        links = furniture.anchors(self.linked(self.newest[:5]))
        middle = f'<table><tr>{days}</tr></table><a href="{past}">Tháng trước</a><ul>{links}</ul>'
        return self.frame("Lịch", middle)

    def list_page(self, slug: str, number: int) -> str:
        section = self.by_section[slug]
        last = self.pages_of(section)
        shown = self.slice_of(section, min(number, last) if self.spec.always_next else number)
        items = "".join(self.item(story) for story in shown)
        if number == 1 and slug == next(iter(SECTIONS)):
            items += "".join(
                f'<div class="item"><h3><a href="{escape(path)}">{trap.title}</a></h3></div>\n'
                for path, trap in self.traps()
            )
        more = number < last or self.spec.always_next
        middle = f"<h1>{SECTIONS[slug]}</h1>{self.portal.list.format(items=items)}"
        return self.frame(SECTIONS[slug], middle + self.pager(slug, number, last, more=more))

    def item(self, story: Story) -> str:
        return self.portal.item.format(
            url=escape(self.address(story)),
            title=escape(story.title),
            teaser=escape(story.lead[:140]),
            date=self.date_of(story),
        )

    def date_of(self, story: Story) -> str:
        return self.portal.date.format_map(fields_of(story))

    def pager(self, slug: str, number: int, last: int, *, more: bool) -> str:
        following = escape(self.page_path(slug, number + 1))
        if self.portal.pager == "more":
            button = f'<button class="load-more" data-url="{following}">Xem thêm</button>'
            return button if more else ""
        around = "".join(
            f'<a href="{escape(self.page_path(slug, n))}">{n}</a> '
            for n in range(max(number - 2, 1), min(number + 2, last + more) + 1)
            if n != number and (n <= last or self.spec.always_next)
        )
        following = self.portal.next_link.format(url=following) if more else ""
        shown = following if self.portal.pager == "next" else around
        return f'<div class="pagination"><div class="pagination__pages">{shown}</div></div>'

    def article_page(self, story: Story) -> str:
        form: Literal["NFC", "NFD"] = "NFD" if story.decomposed else "NFC"
        newer, older = self.newer_older(story)
        words = {
            "title": unicodedata.normalize(form, escape(story.title)),
            "lead": unicodedata.normalize(form, escape(story.lead)),
            "body": body_html(
                story, self.press, lead=not self.portal.lead_field, byline=self.signed(story)
            ),
            "date": self.date_of(story),
            "author": escape(story.author or "") if story.author_where == "field" else "",
            "section": SECTIONS[story.section],
            "list": escape(self.list_path(story.section)),
            "views": self.views(story),
            "id": story.cms_id,
            "print": escape(next((p for p in self.twins(story) if "print" in p.lower()), "#")),
            "tags": ", ".join(f'<a href="/tags/{t.replace(" ", "-")}">{t}</a>' for t in story.tags),
            "injected": furniture.anchors(self.linked(self.most_read(3))),
        }
        others = f"<h4>Các tin khác</h4><ul>{furniture.anchors(self.linked([*newer, *older]))}</ul>"
        middle = self.portal.story.format_map(words)
        own = self.portal.story_class.format_map(words)
        return self.frame(story.title, f'{middle}<div class="other">{others}</div>', own)

    def print_page(self, story: Story) -> str:
        body = body_html(story, self.press, lead=True, byline=self.signed(story))
        return (
            '<html><head><meta charset="utf-8"><title>In bài viết</title></head><body>'
            f"<h2>{escape(story.title)}</h2>{body}</body></html>"
        )


class DaysSite(PortalSite):
    """With an archive by days, `/?bydate=DD-MM-YYYY&page=N`; the front page lists the newest."""

    def listings(self) -> list[str]:
        return ["/", *super().listings()]

    def list_pages(self) -> int:
        return super().list_pages() + 1 + len(self.by_day)

    def index(self) -> None:
        super().index()
        self.by_day: dict[str, list[Story]] = {}
        for story in self.newest:
            self.by_day.setdefault(f"{story.published:%d-%m-%Y}", []).append(story)

    def home(self, request: Request) -> Response | None:
        if request.path != "/":
            return None
        asked = request.query.get("bydate")
        number = self.page_number(request.query.get("page"))
        some = self.by_day.get(asked, []) if asked else self.newest[: self.spec.per_page]
        items = "".join(self.item(story) for story in self.slice_of(some, number))
        link = ""
        if asked and number < self.pages_of(some):
            url = f"/?bydate={asked}&amp;page={number + 1}"
            link = f'<div class="pagination__pages">{self.portal.next_link.format(url=url)}</div>'
        shown = self.portal.list.format(items=items) if items else "<p>Không có tin.</p>"
        return html(self.frame(self.name, shown + link))


def sitemap_xml(root: str, inner: str) -> str:
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{name}">{inner}</{root}>'


def made(portals: Iterator[Portal]) -> dict[str, type[PortalSite]]:
    """A class for each description, by the name of its family."""
    return {
        portal.family: type(
            f"{string.capwords(portal.family, '-').replace('-', '')}Site",
            (DaysSite if portal.platform == "mattran-central" else PortalSite,),
            {
                "family": portal.family,
                "platform": portal.platform,
                "portal": portal,
                "registry_keys": portal.keys,
            },
        )
        for portal in portals
    }
