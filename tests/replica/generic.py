"""Two invented sites no family knows: flat `div` and `p`, and a layout table in windows-1258."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html import escape
from typing import ClassVar

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.oddities import ENDINGS, FORBIDDEN_PATH, Oddity
from tests.replica.sentences import SECTIONS
from tests.replica.site import Site
from tests.replica.story import Story, clean
from tests.replica.wire import Request, Response, html

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def windows_1258(text: str) -> bytes:
    """`text` in the code page of old Vietnamese sites: tone marks stand behind their letter."""
    letters = []
    for character in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", character)
        tones = "".join(mark for mark in marks if mark in TONES)
        rest = "".join(mark for mark in marks if mark not in TONES)
        letters.append(unicodedata.normalize("NFC", rest) + tones)
    return "".join(letters).encode("cp1258", "xmlcharrefreplace")


class FlatSite(Site):
    """`/<slug>.htm`, the title first, `14/10/2023 - 03:46 PM`, bare paragraphs, the byline last."""

    family: ClassVar[str] = "flat"
    platform: ClassVar[str] = "generic"
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"^/([^/?]+)\.htm$"}

    def address(self, story: Story) -> str:
        return f"/{story.slug}.htm"

    def key(self, story: Story) -> str:
        return f"id:{story.slug}"

    def listings(self) -> list[str]:
        return [f"/danh-muc/{slug}.htm" for slug in SECTIONS]

    def twins(self, story: Story) -> list[str]:
        path = self.address(story)
        return [
            f"{path}?utm_source=zalo&utm_campaign=tin",
            f"{path}?PHPSESSID=5f2a{story.number:06}",
        ]

    def trap_path(self, name: str, number: int) -> str:
        return f"/{name}.htm"

    def menu(self) -> list[tuple[str, str]]:
        return [
            ("/", "Trang chủ"),
            ("/gioi-thieu.htm", "Giới thiệu"),
            *((f"/danh-muc/{slug}.htm", name) for slug, name in SECTIONS.items()),
            ("/lien-he.htm", "Liên hệ"),
        ]

    def route(self, request: Request) -> Response | None:
        path = request.path
        if path == "/":
            links = furniture.anchors(self.linked(self.newest[:10]))
            return html(self.frame(self.name, f"<ul>{links}</ul>"))
        if path in ("/gioi-thieu.htm", "/lien-he.htm"):
            return html(self.frame("Giới thiệu", "<p>Trụ sở: số 1 đường Hòa Bình.</p>"))
        if match := re.fullmatch(r"/danh-muc/([a-z0-9-]+)\.htm", path):
            return self.listing(match[1], self.page_number(request.query.get("page")))
        story = self.by_slug.get(path.removeprefix("/").removesuffix(".htm"))
        if story is None or path != self.address(story):
            return None
        return self.gone(story) or html(self.article_page(story))

    def listing(self, slug: str, page: int) -> Response | None:
        section = self.by_section.get(slug)
        if section is None:
            return None
        last = self.pages_of(section)
        shown = self.slice_of(section, page if not self.spec.always_next else min(page, last))
        items = "".join(self.item(story) for story in shown)
        if page == 1 and slug == "hoat-dong-mat-tran":
            items += "".join(
                f'<div class="item"><h3><a href="{path}">{trap.title}</a></h3></div>\n'
                for path, trap in self.traps()
            )
        links = "".join(
            f'<a href="/danh-muc/{slug}.htm?page={n}">{n}</a> '
            for n in range(max(page - 3, 1), min(page + 3, last) + 1)
            if n != page
        )
        if page < last or self.spec.always_next:
            links += f'<a class="next" href="/danh-muc/{slug}.htm?page={page + 1}">Trang sau</a>'
        body = f'<h1>{SECTIONS[slug]}</h1>\n<div class="list">{items}</div>\n<div class="paging">{links}</div>'
        return html(self.frame(SECTIONS[slug], body))

    def item(self, story: Story) -> str:
        path, title = self.address(story), escape(story.title)
        return (
            f'<div class="item"><a href="{path}"><img src="{self.picture("anh-hoi-nghi-1.jpg")}" alt="">'
            f'</a><h3><a href="{path}">{title}</a></h3><p class="summary">{escape(story.lead[:140])}...</p>'
            "</div>\n"
        )

    def frame(self, title: str, middle: str) -> str:
        numbers = "".join(
            f"<p>{k}: {v}</p>" for k, v in furniture.counters(self.visits + self.bumped)
        )
        page = (
            f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>{escape(title)} - {self.name}'
            f'</title></head>\n<body>\n<div id="top"><div class="logo"><a href="/">{self.name}</a></div>'
            f'<div class="clock">{furniture.page_clock()}</div><ul class="menu">'
            f'{furniture.anchors(self.menu())}</ul></div>\n<div id="main">\n{middle}\n</div>\n<div id='
            '"right"><h4>Tin đọc nhiều</h4><ul>'
            f"{furniture.anchors(self.linked(self.most_read()))}</ul><h4>danh mục tin tức</h4><ul>"
            f"{furniture.anchors((u, t) for u, t in self.menu() if 'danh-muc' in u)}</ul>"
            f"{furniture.poll_form()}<div>{numbers}</div><ul>{furniture.anchors(furniture.OFF_SITE)}</ul>"
            f'<!-- more --></div>\n<div id="bottom"><p>Bản quyền thuộc {self.name}. Trưởng Ban Biên tập: '
            "Phó Chủ tịch Thường trực. Điện thoại: 024 3825 0000.</p></div>\n</body>\n</html>\n"
        )
        teasers = self.teasers(page)
        if teasers:
            page = page.replace("<!-- more -->", f"<ul>{furniture.anchors(teasers)}</ul>", 1)
        return self.padded(page)

    def article_page(self, story: Story) -> str:
        title = escape(story.title)
        if story.decomposed:
            title = unicodedata.normalize("NFD", title)
        newer, older = self.newer_older(story)
        others = furniture.anchors(self.linked([*newer, *older]))
        body = body_html(story, self.press, lead=True, byline=self.signed(story))
        middle = (
            f'<div class="detail">\n<h1 class="title">{title}</h1>\n<div class="date">'
            f'{story.published:%d/%m/%Y - %I:%M %p}</div>\n<div class="content">\n{body}\n</div>\n<div class='
            f'"share"><a href="https://www.facebook.com/sharer.php?u={self.base_url}{self.address(story)}">'
            f'Chia sẻ</a> <span>Lượt xem: {self.views(story)}</span></div>\n</div>\n<div class="other"><h4>'
            f"Các tin tức khác</h4><ul>{others}</ul></div>"
        )
        return self.frame(story.title, middle)


class TableSite(FlatSite):
    """A layout table in windows-1258 whose articles part their paragraphs by `br br`."""

    family: ClassVar[str] = "table"
    charset: ClassVar[str] = "cp1258"
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"^/chitiet\.php\?.*?id=(\d+)"}

    def index(self) -> None:
        for story in self.stories:
            story.variant = "E"
            story.decomposed = False
        super().index()

    def address(self, story: Story) -> str:
        return f"/chitiet.php?id={story.cms_id}"

    def key(self, story: Story) -> str:
        return f"id:{story.cms_id}"

    def listings(self) -> list[str]:
        return [f"/tintuc.php?cat={i}" for i in range(1, len(SECTIONS) + 1)]

    def twins(self, story: Story) -> list[str]:
        return [f"/chitiet.php?id={story.cms_id}&cat=1", f"/trang-in-{story.cms_id}.html"]

    def trap_path(self, name: str, number: int) -> str:
        return f"/chitiet.php?id={number}"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return f"{story.published:%Y-%m-%d}", "day"

    def menu(self) -> list[tuple[str, str]]:
        listings = zip(self.listings(), SECTIONS.values(), strict=True)
        return [("/", "Trang chủ"), ("/lienhe.php", "Liên hệ"), *listings]

    def handle(self, request: Request) -> Response:
        """Pages in the old code page, without a charset in the header, as such servers send them."""
        response = super().handle(request)
        if response.content_type != "text/html; charset=utf-8":
            return response
        body = windows_1258(response.body.decode("utf-8", "replace"))
        return replace(response, body=body, content_type="text/html")

    def route(self, request: Request) -> Response | None:
        if request.path == "/":
            links = "<br>".join(
                f'<a href="{u}">{escape(t)}</a>' for u, t in self.linked(self.newest[:10])
            )
            return html(self.frame(self.name, links))
        if request.path == "/lienhe.php":
            return html(self.frame("Liên hệ", "Số 1 đường Hòa Bình"))
        if request.path == "/tintuc.php":
            number = self.page_number(request.query.get("cat"))
            slugs = list(SECTIONS)
            page = self.page_number(request.query.get("page"))
            return (
                self.table_listing(number, slugs[number - 1], page)
                if number <= len(slugs)
                else None
            )
        match = re.fullmatch(r"/trang-in-(\d+)\.html", request.path)
        cms_id = match[1] if match else request.query.get("id", "")
        story = self.by_cms_id.get(int(cms_id)) if cms_id.isdigit() else None
        if story is None:
            return None
        return self.gone(story) or html(self.article_page(story))

    def table_listing(self, number: int, slug: str, page: int) -> Response:
        section = self.by_section[slug]
        last = self.pages_of(section)
        rows = "".join(
            f'<tr><td><a class="tin" href="{self.address(s)}"><b>{escape(s.title)}</b></a> '
            f"<i>({s.published:%d/%m/%Y})</i><br>{escape(s.lead[:120])}...</td></tr>\n"
            for s in self.slice_of(section, min(page, last) if self.spec.always_next else page)
        )
        if page == 1 and number == 1:
            rows += "".join(
                f'<tr><td><a class="tin" href="{path}"><b>{trap.title}</b></a></td></tr>\n'
                for path, trap in self.traps()
            )
        more = page < last or self.spec.always_next
        pager = (
            f'<a href="/tintuc.php?cat={number}&amp;page={page + 1}">Trang sau &gt;&gt;</a>' * more
        )
        middle = f"<b>{SECTIONS[slug]}</b><table>{rows}</table><p align=center>{pager}</p>"
        return html(self.frame(SECTIONS[slug], middle))

    def frame(self, title: str, middle: str) -> str:
        menu = "".join(f'<td><a href="{escape(u)}">{t}</a></td>' for u, t in self.menu())
        hot = "".join(
            f'<tr><td>- <a href="{self.address(s)}">{escape(s.title)}</a></td></tr>'
            for s in self.most_read()
        )
        numbers = "<br>".join(f"{k}: {v}" for k, v in furniture.counters(self.visits + self.bumped))
        page = (
            '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">\n'
            f'<title>{self.name}</title>\n</head>\n<body bgcolor="#ffffff">\n<table width=960 align=center '
            f"border=0>\n<tr><td colspan=3><font size=5 color=red>{self.name}</font><br>"
            f"{furniture.page_clock()}</td></tr>\n<tr>{menu}</tr>\n<tr><td width=180 valign=top><table>"
            f"<tr><td><b>Tin đọc nhiều</b></td></tr>{hot}</table></td>\n<td valign=top>{middle}</td>\n<td "
            f"width=160 valign=top><b>Thống kê</b><br>{numbers}<br><!-- more --></td></tr>\n<tr><td colspan=3 "
            f"align=center><font size=2>© 2009 {self.name}<br>Ghi rõ nguồn khi phát hành lại thông tin từ "
            "trang này</font></td></tr>\n</table>\n</body>\n</html>\n"
        )
        teasers = self.teasers(page)
        if teasers:
            page = page.replace("<!-- more -->", f"<ul>{furniture.anchors(teasers)}</ul>", 1)
        return self.padded(page)

    def article_page(self, story: Story) -> str:
        body = body_html(story, self.press, byline=self.signed(story))
        _, older = self.newer_older(story)
        others = "<br>".join(
            f'- <a href="{self.address(s)}">{escape(s.title)}</a> ({s.published:%d/%m/%Y})'
            for s in older
        )
        middle = (
            f'<font size=4 color="#003399"><b>{escape(story.title)}</b></font><br>\n<font size=1>'
            f"Cập nhật ngày {story.published:%d/%m/%Y}</font><br><br>\n<b>{escape(story.lead)}</b><br><br>\n"
            f'{body}\n<hr>\n<font size=2><a href="/trang-in-{story.cms_id}.html">In trang này</a> | Số '
            f"lần xem: {self.views(story)}</font><br>\n<b>Các tin khác:</b><br>\n{others}"
        )
        return self.frame(story.title, middle)


class EndingsSite(FlatSite):
    """One address for every way a page can end, all linked from one listing; real articles beside."""

    family: ClassVar[str] = "endings"
    robots_text: ClassVar[str] = f"User-agent: *\nDisallow: {FORBIDDEN_PATH}\n"

    def listings(self) -> list[str]:
        return ["/danh-muc/moi-cach-ket-thuc.htm"]

    def traps(self) -> list[tuple[str, Oddity]]:
        return []

    def route(self, request: Request) -> Response | None:
        if request.path == self.listings()[0]:
            return html(self.frame("Mọi cách kết thúc", self.endings()))
        ending = next((e for e in ENDINGS if e.path == request.path), None)
        if ending is not None:
            return ending.answer(self.base_url, request)
        return super().route(request)

    def endings(self) -> str:
        items = "".join(self.item(story) for story in self.newest)
        items += "".join(
            f'<div class="item"><h3><a href="{ending.path}">Trang kết thúc kiểu {clean(ending.name)} của '
            "Mặt trận</a></h3></div>\n"
            for ending in ENDINGS
        )
        return f'<h1>Mọi cách kết thúc</h1>\n<div class="list">{items}</div>'
