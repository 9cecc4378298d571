"""Liferay 6 portals: the Bắc Giang theme of an asset publisher, and the dated `view_content`."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.sentences import SECTIONS
from tests.replica.site import MORE, Routes, Site
from tests.replica.wire import Request, Response, html

if TYPE_CHECKING:
    from tests.replica.story import Story

GROUP = 20181
TITLE_LENGTH = 70  # urlTitle is cut to a fixed length
INSTANCES = dict(zip(SECTIONS, ("Enp27vlshTez", "Gm4yU1pzQw8K", "aZ0kdPwLx3Vt"), strict=True))


class LiferaySite(Site):
    """The Bắc Giang theme: a page clock, counters, and no date of the article anywhere."""

    family: ClassVar[str] = "liferay"
    platform: ClassVar[str] = "liferay"
    cookie: ClassVar[str] = "JSESSIONID"
    routes: ClassVar[Routes] = (
        (re.compile(r"/(?:web/guest/trang-chu)?"), "home"),
        (re.compile(r"/(?:gioi-thieu|van-ban|lien-he)"), "static"),
        (re.compile(r"(?:/web/guest)?/chi-tiet"), "by_parameters"),
        (
            re.compile(
                r"(?:/web/guest)?/[a-z0-9-]+/-/asset_publisher/\w{12}/content/"
                r"(?:id/(?P<id>\d+)|(?P<title>[a-z0-9-]+))(?:/\d+)?(?:/(?P<state>\w+))?"
            ),
            "by_route",
        ),
        (re.compile(r"/([a-z0-9-]+)"), "section"),
    )

    def index(self) -> None:
        super().index()
        self.titles: dict[int, str] = {}
        self.by_title: dict[str, Story] = {}
        for story in self.stories:
            title = story.slug[:TITLE_LENGTH].strip("-")
            n = 1
            while title in self.by_title:
                title = f"{story.slug[: TITLE_LENGTH - 3].strip('-')}-{n}"
                n += 1
            self.by_title[title] = story
            self.titles[story.number] = title

    def address(self, story: Story) -> str:
        where = f"/{story.section}/-/asset_publisher/{INSTANCES[story.section]}"
        return f"{where}/content/{self.titles[story.number]}"

    def key(self, story: Story) -> str:
        return self.titles[story.number]

    def listings(self) -> list[str]:
        return [f"/{slug}" for slug in SECTIONS]

    def twins(self, story: Story) -> list[str]:
        title = self.titles[story.number]
        portlet = "p_p_id=101&p_p_lifecycle=0&p_p_state=maximized&p_p_mode=view"
        return [
            f"/web/guest/trang-chu/-/asset_publisher/Qz8LmNb3Rt5Y/content/{title}"
            "?redirect=%2Fweb%2Fguest%2Ftrang-chu&inheritRedirect=false",
            f"{self.address(story)}?p_p_id=101_INSTANCE_Enp27vlshTez&p_p_lifecycle=0&p_p_state=normal",
            f"{self.address(story)}/pop_up?_101_INSTANCE_Enp27vlshTez_viewMode=print",
            f"/web/guest/chi-tiet?{portlet}&_101_struts_action=%2Fasset_publisher%2Fview_content"
            f"&_101_assetEntryId={story.cms_id}&_101_type=content&_101_urlTitle={title}",
        ]

    def trap_path(self, name: str, number: int) -> str:
        where = f"/hoat-dong-mat-tran/-/asset_publisher/{INSTANCES['hoat-dong-mat-tran']}"
        return f"{where}/content/{name}"

    def picture(self, src: str) -> str:
        number = int("".join(ch for ch in src if ch.isdigit()) or 1)
        uuid = f"6f1c{number:04x}-17c2-4f0e-9d51-0a3b5c7d9e1f"
        return f"/documents/{GROUP}/8745446/1592886137045_{src}/{uuid}?t=1592886137049"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return None, "none"

    def lead_where(self, story: Story) -> Literal["field", "body", "excerpt"]:
        return "body"

    def menu(self) -> list[tuple[str, str]]:
        return [
            ("/web/guest/trang-chu", "Trang chủ"),
            ("/gioi-thieu", "Giới thiệu"),
            *((f"/{slug}", name) for slug, name in SECTIONS.items()),
            ("/van-ban", "Văn bản"),
            ("/lien-he", "Liên hệ"),
        ]

    # -- what each address answers

    def home(self, request: Request, match: re.Match[str]) -> Response:
        """The home page; its links carry a publisher of its own and a redirect back."""
        blocks = "".join(
            f"<h2>{name}</h2><ul>{furniture.anchors(self.tracked(self.by_section[slug][:5]))}</ul>"
            for slug, name in SECTIONS.items()
        )
        return html(self.frame("Trang chủ", blocks))

    def static(self, request: Request, match: re.Match[str]) -> Response:
        return html(self.frame("Giới thiệu", "<p>Nội dung đang cập nhật.</p>"))

    def section(self, request: Request, match: re.Match[str]) -> Response | None:
        if match[1] not in SECTIONS:
            return None
        return html(self.listing_page(match[1], self.page_number(current(request))))

    def by_parameters(self, request: Request, match: re.Match[str]) -> Response | None:
        story = self.by_title.get(request.query.get("_101_urlTitle", ""))
        return self.article(story, None)

    def by_route(self, request: Request, match: re.Match[str]) -> Response | None:
        by_id = int(match["id"]) if match["id"] else -1
        story = self.by_cms_id.get(by_id) or self.by_title.get(match["title"] or "")
        return self.article(story, match["state"])

    def article(self, story: Story | None, state: str | None) -> Response | None:
        if story is None:
            return None
        if gone := self.gone(story):
            return gone
        if state != "pop_up":
            return html(self.article_page(story))
        title = escape(story.title)
        return html(f"""<html>
<head><meta charset="utf-8"><title>{title}</title></head>
<body class="pop-up"><h1 class="header-title"><span>{title}</span></h1>
{self.content(story)}</body>
</html>""")

    # -- pages

    def frame(self, title: str, portlets: str) -> str:
        """The theme: a clock, doubled portlet titles and counters around `portlets`."""
        menu = furniture.anchors(self.menu(), "li", 'class="nav-item"')
        sections = furniture.anchors((f"/{slug}", name) for slug, name in SECTIONS.items())
        page = f"""<!DOCTYPE html>
<html class="aui ltr" dir="ltr" lang="vi-VN">
<head>
<title>{escape(title)} - {self.name}</title>
<meta content="text/html; charset=UTF-8" http-equiv="content-type">
<script>var Liferay={{ThemeDisplay:{{getLanguageId:function(){{return "vi_VN"}}}}}};</script>
</head>
<body class="yui3-skin-sam site">
<div id="wrapper">
<header>
  <div class="current-date">{furniture.page_clock()}</div>
  <h1 class="site-title"><a href="/web/guest/trang-chu" title="{self.name}">{self.name}</a></h1>
  <nav><ul>{menu}</ul></nav>
</header>
<div id="content"><div class="columns-2">
<div class="portlet-column-first">
{portlets}
</div>
<div class="portlet-column-last">
  <section class="portlet">
    <header class="portlet-topper"><h1 class="portlet-title">Chuyên mục</h1></header>
    <h2>Chuyên mục</h2><ul>{sections}</ul></section>
  <section class="portlet"><h1 class="portlet-title">Ảnh</h1><h2>Ảnh</h2></section>
  <section class="portlet"><h1>Thông tin cần biết</h1>
    <ul>{furniture.anchors(self.tracked(self.most_read()))}</ul></section>
  <section class="portlet"><h1>Số lượng truy cập</h1><h2>Số lượng truy cập</h2>
    {self.counters()}</section>
  <section class="portlet"><h1>Liên kết website</h1>
    <ul>{furniture.anchors(furniture.OFF_SITE)}</ul></section>
  {MORE}
</div>
</div></div>
<footer><p>Cổng thông tin điện tử {self.name}. Bản quyền ©2015. Giấy phép số 12/GP-TTĐT ngày
  15/8/2017.</p></footer>
</div>
</body>
</html>
"""
        return self.finished(page)

    def counters(self) -> str:
        visits = self.visits + self.bumped
        numbers = {
            "Đang truy cập": 15_000 + self.visits,
            "Tổng số trong ngày": 2_079 + visits,
            "Tổng số trong tuần": 23_305 + visits,
            "Tổng số truy cập": 5_997_155 + visits,
        }
        return "".join(
            f"<p>{label}: <b>{furniture.thousands(number)}</b></p>"
            for label, number in numbers.items()
        )

    def listing_page(self, slug: str, page: int) -> str:
        """One page of a section; whoever asks beyond the end gets the last page again."""
        section = self.by_section[slug]
        last = self.pages_of(section)
        items = "".join(self.abstract(story) for story in self.slice_of(section, min(page, last)))
        page = page if self.spec.always_next else min(page, last)
        if page == 1 and slug == "hoat-dong-mat-tran":
            items += "".join(
                f'<div class="asset-abstract"><h3 class="asset-title"><a href="{path}">{trap.title}'
                "</a></h3></div>\n"
                for path, trap in self.traps()
            )
        portlet = f"""
<div class="portlet-body">
<h1 class="header-title"><span>{SECTIONS[slug]}</span></h1>
{items}
{self.pager(slug, page, last)}
</div>"""
        return self.frame(SECTIONS[slug], portlet)

    def pager(self, slug: str, page: int, last: int) -> str:
        prefix = f"_101_INSTANCE_{INSTANCES[slug]}_"
        base = (
            f"{self.base_url}/{slug}?p_p_id=101_INSTANCE_{INSTANCES[slug]}&amp;p_p_lifecycle=0&amp;"
            f"p_p_state=normal&amp;p_p_mode=view&amp;{prefix}delta={self.spec.per_page}&amp;"
            f"{prefix}keywords=&amp;p_r_p_564233524_resetCur=false&amp;{prefix}cur="
        )
        links = ""
        if page > 1:
            links += f'<li><a href="{base}{page - 1}">Trước</a></li>'
        if page < last or self.spec.always_next:
            links += f'<li><a class="next" href="{base}{page + 1}">Tiếp theo</a></li>'
        return f"""
<div class="taglib-page-iterator"><small>Trang {page} của {last}</small>
  <ul class="pager lfr-pagination-buttons">{links}</ul></div>
"""

    def abstract(self, story: Story) -> str:
        title = escape(story.title)
        path = f"{self.address(story)}?redirect=%2F{story.section}"
        return f"""
<div class="asset-abstract">
  <h3 class="asset-title"><a href="{self.base_url}{path}">{title}</a></h3>
  <div class="asset-content"><div class="asset-summary">{escape(story.lead)}</div>
    <div class="asset-more"><a href="{path}">Đọc thêm
      <span class="hide-accessible">Về {title}</span> »</a></div></div>
</div>
"""

    def date_line(self, story: Story) -> str:
        """Filled by script on real pages, hence empty."""
        return '<span class="date"></span> | Lượt xem: <span id="view"></span>'

    def article_page(self, story: Story) -> str:
        form: Literal["NFC", "NFD"] = "NFD" if story.decomposed else "NFC"
        title = unicodedata.normalize(form, escape(story.title))
        newer, older = self.newer_older(story)
        portlet = f"""
<section class="portlet"><div class="portlet-body">
<h1 class="header-title"><span>{title}</span></h1>
<div class="asset-full-content show-asset-title">
  <div class="date-view">{self.date_line(story)}</div>
  <div class="asset-user-actions lfr-meta-actions">
    <div class="print-action"><a href="{escape(self.twins(story)[2])}">In</a></div></div>
  <div class="tools"><span>Chế độ ban đêm OFF</span><span>Cỡ chữ: A- A A+</span>
    <span>Đọc bài viết</span></div>
  <div class="asset-content" id="_101_INSTANCE_{INSTANCES[story.section]}_{story.cms_id}">
    {self.content(story)}
    <div class="asset-ratings"><span>Đánh giá trung bình (0 phiếu)</span></div>
  </div>
  <div class="asset-more"></div><div class="asset-metadata"></div>
</div>
<div class="asset-related"><h3>Các tin khác</h3>
  <ul>{furniture.anchors(self.linked([*newer, *older]))}</ul></div>
</div></section>
"""
        return self.frame(story.title, portlet)

    def content(self, story: Story) -> str:
        body = body_html(story, self.press, lead=True, byline=self.signed(story))
        return f'<div class="journal-content-article">\n{body}\n</div>'


class LiferayDatedSite(LiferaySite):
    """A portal whose article pages say `Ngày đăng 20/05/2020 | 15:05  | Lượt xem: 78`."""

    family: ClassVar[str] = "liferay-dated"
    routes: ClassVar[Routes] = (
        (
            re.compile(r"(?:/vi/web/guest)?/chi-tiet/-/view_content/(\d+)-[a-z0-9-]+\.html"),
            "by_number",
        ),
        *LiferaySite.routes,
    )

    def address(self, story: Story) -> str:
        return f"/chi-tiet/-/view_content/{story.cms_id}-{self.titles[story.number]}.html"

    def key(self, story: Story) -> str:
        return f"view:{story.cms_id}"

    def twins(self, story: Story) -> list[str]:
        path = self.address(story)
        return [
            f"/vi/web/guest{path}?redirect=%2Ftrang-chu",
            f"{path}?p_p_state=maximized",
            f"{path}?p_p_state=pop_up&viewMode=print",
        ]

    def trap_path(self, name: str, number: int) -> str:
        return f"/chi-tiet/-/view_content/{number}-{name}.html"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return story.published.replace(second=0).isoformat(), "minute"

    def date_line(self, story: Story) -> str:
        moment = story.published
        return f"Ngày đăng {moment:%d/%m/%Y} | {moment:%H:%M}  | Lượt xem: {self.views(story)}"

    def by_number(self, request: Request, match: re.Match[str]) -> Response | None:
        story = self.by_cms_id.get(int(match[1]))
        return self.article(story, request.query.get("p_p_state"))


def current(request: Request) -> str | None:
    """The page asked for: the parameter whose name ends in `_cur`."""
    return next((value for name, value in request.query.items() if name.endswith("_cur")), None)
