"""Two invented sites no family knows: flat `div` and `p`, and a layout table in windows-1258."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, ClassVar

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.oddities import ENDINGS, FORBIDDEN_PATH, Oddity
from tests.replica.sentences import SECTIONS
from tests.replica.site import MORE, Routes, Site
from tests.replica.wire import Request, Response, html

if TYPE_CHECKING:
    from tests.replica.story import Story

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
    routes: ClassVar[Routes] = (
        (re.compile(r"/"), "home"),
        (re.compile(r"/(?:gioi-thieu|lien-he)\.htm"), "static"),
        (re.compile(r"/danh-muc/([a-z0-9-]+)\.htm"), "listing"),
        (re.compile(r"/([a-z0-9-]+)\.htm"), "article"),
    )
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

    # -- what each address answers

    def home(self, request: Request, match: re.Match[str]) -> Response:
        links = furniture.anchors(self.linked(self.newest[:10]))
        return html(self.frame(self.name, f"<ul>{links}</ul>"))

    def static(self, request: Request, match: re.Match[str]) -> Response:
        return html(self.frame("Giới thiệu", "<p>Trụ sở: số 1 đường Hòa Bình.</p>"))

    def article(self, request: Request, match: re.Match[str]) -> Response | None:
        story = self.by_slug.get(match[1])
        if story is None:
            return None
        return self.gone(story) or html(self.article_page(story))

    def listing(self, request: Request, match: re.Match[str]) -> Response | None:
        slug, page = match[1], self.page_number(request.query.get("page"))
        section = self.by_section.get(slug)
        if section is None:
            return None
        last = self.pages_of(section)
        shown = self.slice_of(section, min(page, last) if self.spec.always_next else page)
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
        middle = f"""<h1>{SECTIONS[slug]}</h1>
<div class="list">{items}</div>
<div class="paging">{links}</div>"""
        return html(self.frame(SECTIONS[slug], middle))

    # -- pages

    def frame(self, title: str, middle: str) -> str:
        numbers = "".join(
            f"<p>{k}: {v}</p>" for k, v in furniture.counters(self.visits + self.bumped)
        )
        sections = furniture.anchors(item for item in self.menu() if "/danh-muc/" in item[0])
        page = f"""<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title></head>
<body>
<div id="top">
  <div class="logo"><a href="/">{self.name}</a></div>
  <div class="clock">{furniture.page_clock()}</div>
  <ul class="menu">{furniture.anchors(self.menu())}</ul>
</div>
<div id="main">
{middle}
</div>
<div id="right">
  <h4>Tin đọc nhiều</h4><ul>{furniture.anchors(self.tracked(self.most_read()))}</ul>
  <h4>danh mục tin tức</h4><ul>{sections}</ul>
  {furniture.poll_form()}
  <div>{numbers}</div>
  <ul>{furniture.anchors(furniture.OFF_SITE)}</ul>
  {MORE}
</div>
<div id="bottom"><p>Bản quyền thuộc {self.name}. Trưởng Ban Biên tập: Phó Chủ tịch Thường trực.
  Điện thoại: 024 3825 0000.</p></div>
</body>
</html>
"""
        return self.finished(page)

    def item(self, story: Story) -> str:
        path, title = self.address(story), escape(story.title)
        return f"""
<div class="item">
  <a href="{path}"><img src="{self.picture("anh-hoi-nghi-1.jpg")}" alt=""></a>
  <h3><a href="{path}">{title}</a></h3>
  <p class="summary">{escape(story.lead[:140])}...</p>
</div>
"""

    def article_page(self, story: Story) -> str:
        title = escape(story.title)
        if story.decomposed:
            title = unicodedata.normalize("NFD", title)
        newer, older = self.newer_older(story)
        share = f"https://www.facebook.com/sharer.php?u={self.base_url}{self.address(story)}"
        middle = f"""
<div class="detail">
  <h1 class="title">{title}</h1>
  <div class="date">{story.published:%d/%m/%Y - %I:%M %p}</div>
  <div class="content">
{body_html(story, self.press, lead=True, byline=self.signed(story))}
  </div>
  <div class="share"><a href="{share}">Chia sẻ</a> <span>Lượt xem: {self.views(story)}</span></div>
</div>
<div class="other"><h4>Các tin tức khác</h4>
  <ul>{furniture.anchors(self.linked([*newer, *older]))}</ul></div>
"""
        return self.frame(story.title, middle)


class TableSite(FlatSite):
    """A layout table in windows-1258 whose articles part their paragraphs by `br br`."""

    family: ClassVar[str] = "table"
    charset: ClassVar[str] = "cp1258"
    routes: ClassVar[Routes] = (
        (re.compile(r"/"), "home"),
        (re.compile(r"/lienhe\.php"), "static"),
        (re.compile(r"/tintuc\.php"), "listing"),
        (re.compile(r"/(?:chitiet\.php|trang-in-(\d+)\.html)"), "article"),
    )
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
        """Pages in the old code page, without a charset in the header, as old servers send."""
        response = super().handle(request)
        if response.content_type != "text/html; charset=utf-8":
            return response
        body = windows_1258(response.body.decode("utf-8", "replace"))
        return replace(response, body=body, content_type="text/html")

    def article(self, request: Request, match: re.Match[str]) -> Response | None:
        cms_id = match[1] or request.query.get("id", "")
        story = self.by_cms_id.get(int(cms_id)) if cms_id.isdigit() else None
        if story is None:
            return None
        return self.gone(story) or html(self.article_page(story))

    def listing(self, request: Request, match: re.Match[str]) -> Response | None:
        number = self.page_number(request.query.get("cat"))
        page = self.page_number(request.query.get("page"))
        if not 1 <= number <= len(SECTIONS):
            return None
        slug = list(SECTIONS)[number - 1]
        section = self.by_section[slug]
        last = self.pages_of(section)
        shown = self.slice_of(section, min(page, last) if self.spec.always_next else page)
        rows = "".join(self.item(story) for story in shown)
        if page == 1 and number == 1:
            rows += "".join(
                f'<tr><td><a class="tin" href="{path}"><b>{trap.title}</b></a></td></tr>\n'
                for path, trap in self.traps()
            )
        pager = ""
        if page < last or self.spec.always_next:
            following = f"/tintuc.php?cat={number}&amp;page={page + 1}"
            pager = f'<a href="{following}">Trang sau &gt;&gt;</a>'
        middle = f"<b>{SECTIONS[slug]}</b><table>{rows}</table><p align=center>{pager}</p>"
        return html(self.frame(SECTIONS[slug], middle))

    def item(self, story: Story) -> str:
        return f"""
<tr><td><a class="tin" href="{self.address(story)}"><b>{escape(story.title)}</b></a>
  <i>({story.published:%d/%m/%Y})</i><br>{escape(story.lead[:120])}...</td></tr>
"""

    def frame(self, title: str, middle: str) -> str:
        menu = furniture.anchors(self.menu(), "td")
        hot = "".join(
            f'<tr><td>- <a href="{escape(url)}">{escape(text)}</a></td></tr>'
            for url, text in self.tracked(self.most_read())
        )
        numbers = "<br>".join(f"{k}: {v}" for k, v in furniture.counters(self.visits + self.bumped))
        page = f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">
<title>{self.name}</title>
</head>
<body bgcolor="#ffffff">
<table width=960 align=center border=0>
<tr><td colspan=3><font size=5 color=red>{self.name}</font><br>{furniture.page_clock()}</td></tr>
<tr>{menu}</tr>
<tr>
<td width=180 valign=top><table><tr><td><b>Tin đọc nhiều</b></td></tr>{hot}</table></td>
<td valign=top>
{middle}
</td>
<td width=160 valign=top><b>Thống kê</b><br>{numbers}<br>{MORE}</td>
</tr>
<tr><td colspan=3 align=center><font size=2>© 2009 {self.name}<br>Ghi rõ nguồn khi phát hành lại
  thông tin từ trang này</font></td></tr>
</table>
</body>
</html>
"""
        return self.finished(page)

    def article_page(self, story: Story) -> str:
        _, older = self.newer_older(story)
        others = "<br>\n".join(
            f'- <a href="{self.address(s)}">{escape(s.title)}</a> ({s.published:%d/%m/%Y})'
            for s in older
        )
        middle = f"""
<font size=4 color="#003399"><b>{escape(story.title)}</b></font><br>
<font size=1>Cập nhật ngày {story.published:%d/%m/%Y}</font><br><br>
<b>{escape(story.lead)}</b><br><br>
{body_html(story, self.press, byline=self.signed(story))}
<hr>
<font size=2><a href="/trang-in-{story.cms_id}.html">In trang này</a> |
  Số lần xem: {self.views(story)}</font><br>
<b>Các tin khác:</b><br>
{others}
"""
        return self.frame(story.title, middle)


class EndingsSite(FlatSite):
    """One address for every way a page can end, linked from one listing; articles beside."""

    family: ClassVar[str] = "endings"
    robots_text: ClassVar[str] = f"User-agent: *\nDisallow: {FORBIDDEN_PATH}\n"

    def listings(self) -> list[str]:
        return ["/danh-muc/moi-cach-ket-thuc.htm"]

    def traps(self) -> list[tuple[str, Oddity]]:
        return []

    def route(self, request: Request) -> Response | None:
        ending = next((e for e in ENDINGS if e.path == request.path), None)
        if ending is not None:
            return ending.answer(self.base_url, request)
        return super().route(request)

    def listing(self, request: Request, match: re.Match[str]) -> Response | None:
        if request.path != self.listings()[0]:
            return None
        items = "".join(self.item(story) for story in self.newest)
        items += "".join(
            f'<div class="item"><h3><a href="{ending.path}">Trang kết thúc kiểu {ending.name} của '
            "Mặt trận</a></h3></div>\n"
            for ending in ENDINGS
        )
        middle = f'<h1>Mọi cách kết thúc</h1>\n<div class="list">{items}</div>'
        return html(self.frame("Mọi cách kết thúc", middle))
