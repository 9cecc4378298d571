"""More invented layouts without rules, with the habits of portal makers.

What they take from real portals are habits that texts and addresses show (a date form, a label, a
widget), none of their markup.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, ClassVar

from tests.replica import furniture
from tests.replica.layouts import UnknownSite
from tests.replica.site import Routes

if TYPE_CHECKING:
    from tests.replica.story import Story

LISTING = (re.compile(r"/danh-muc/([a-z0-9-]+)\.htm"), "listing")
HOME = (re.compile(r"/"), "home")


def afternoon(story: Story) -> str:
    """`25/03/2024 4:00 CH`, as Vietnamese SharePoint writes a time."""
    moment = story.published
    half = "SA" if moment.hour < 12 else "CH"
    return f"{moment:%d/%m/%Y} {moment.hour % 12 or 12}:{moment:%M} {half}"


class RibbonSite(UnknownSite):
    """A publishing site: skip links, a field's wrapper around all, `SA` and `CH`, files below."""

    family: ClassVar[str] = "unknown-ribbon"
    routes: ClassVar[Routes] = (
        HOME,
        LISTING,
        (re.compile(r"/Pages/([a-z0-9-]+)\.aspx"), "article"),
    )
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"^/Pages/([^/?]+)\.aspx$"}

    def address(self, story: Story) -> str:
        return f"/Pages/{story.slug}.aspx"

    def trap_path(self, name: str, number: int) -> str:
        return f"/Pages/{name}.aspx"

    def frame(self, title: str, middle: str) -> str:
        most_read = furniture.anchors(self.tracked(self.most_read()))
        numbers = "".join(f"<div>{line}</div>" for line in self.counter_lines())
        return self.finished(f"""<!DOCTYPE html>
<html dir="ltr" lang="vi-VN"><head><meta charset="utf-8"><title>
	{escape(title)}
</title></head><body><form method="post" action="./" id="aspnetForm">
<div><a href="#ribbon">Skip Ribbon Commands</a> <a href="#main">Skip to main content</a></div>
<div id="s4-titlerow"><a href="/">{self.name}</a><span>Sign In</span></div>
<div class="ms-nav">{self.menu_list()}</div>
<table id="s4-workspace"><tr><td class="left"><div class="ms-webpart-titleText">Thông báo</div>
<ul>{most_read}</ul></td><td><div id="DeltaPlaceHolderMain">{middle}</div></td>
<td class="right">{numbers}</td></tr></table>
<div class="footer">{self.imprint()}</div></form></body></html>""")

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<p class="news-title">{escape(story.title)}</p>
<div class="news-info"><span>Đăng ngày</span> <span>{afternoon(story)}</span></div>
<div class="ms-rtestate-field" style="display:inline"><div class="ExternalClass177C8ADC">
{self.text(story)}</div></div>
<div class="news-other"><div class="head">Tin bài khác</div><ul>{self.related(story)}</ul></div>
""")  # fmt: skip


class NumberedSite(UnknownSite):
    """`/section/slug-123456` without an ending, a bare date, and no word of it in `<title>`."""

    family: ClassVar[str] = "unknown-numbered"
    routes: ClassVar[Routes] = (
        HOME,
        LISTING,
        (re.compile(r"/[a-z-]+/([a-z0-9-]+)-\d{6}"), "article"),
    )
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"-(\d{6})$"}

    def address(self, story: Story) -> str:
        return f"/{story.section}/{story.slug}-{400_000 + story.cms_id}"

    def key(self, story: Story) -> str:
        return f"id:{400_000 + story.cms_id}"

    def trap_path(self, name: str, number: int) -> str:
        return f"/tin-tuc/{name}-{number}"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return f"{story.published:%Y-%m-%d}", "day"

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{self.name}</title></head><body>
<div class="header"><img src="/banner.jpg" alt="image banner">{self.menu_list()}</div>
<div class="wrapper"><div class="main-content">{middle}</div>
<div class="block-right">{self.sidebar()}</div></div>
<div class="footer"><div>{self.imprint()}</div></div></body></html>""")

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<div class="breadcrumb"><a href="/">Trang chủ</a> &gt; <a href="/danh-muc/{story.section}.htm">
{self.truth_of(story).section}</a></div>
<div class="detail-title">{escape(story.title)}</div>
<div class="detail-date">{story.published:%d/%m/%Y}</div>
<div class="detail-content">{self.text(story)}</div>
<div class="detail-tool"><a href="#">In</a> <a href="#">Gửi email</a> <a href="#">Lên đầu trang</a>
</div>
<div class="related-title">Bài viết liên quan</div>
<ul class="related-list">{self.related(story)}</ul>""")  # fmt: skip


class WidgetsSite(UnknownSite):
    """Weather, prices and people online around an article without a date."""

    family: ClassVar[str] = "unknown-widgets"
    routes: ClassVar[Routes] = (
        HOME,
        LISTING,
        (re.compile(r"/([a-z0-9-]+)-p13n\d+\.html"), "article"),
    )
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"-p13n(\d+)\.html$"}

    def address(self, story: Story) -> str:
        return f"/{story.slug}-p13n{story.cms_id}.html"

    def key(self, story: Story) -> str:
        return f"id:{story.cms_id}"

    def trap_path(self, name: str, number: int) -> str:
        return f"/{name}-p13n{number}.html"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return None, "none"

    def widgets(self) -> str:
        prices = "".join(
            f"<tr><td>{name}</td><td>{price}</td><td>{price + 250}</td></tr>"
            for name, price in (("USD", 24_180), ("EUR", 26_310), ("JPY", 165))
        )
        return f"""<div class="widget"><h3>Thời tiết</h3><p>Hà Nội: 24 - 31 độ C, có mây, chiều tối
có mưa rào và dông vài nơi, gió đông nam cấp 2 đến cấp 3.</p></div>
<div class="widget"><h3>Tỷ giá ngoại tệ</h3><table>{prices}</table></div>
<div class="widget"><h3>Thống kê truy cập</h3><p>Đang online {600 + self.visits}</p></div>"""

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta property="og:title" content="{self.name}"></head><body>
<div class="topbar">{furniture.page_clock()}</div><div class="nav">{self.menu_list()}</div>
<div class="page"><div class="colA">{self.widgets()}</div><div class="colB">{middle}</div>
<div class="colC">{self.sidebar()}</div></div><div class="bot">{self.imprint()}</div>
</body></html>""")

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<h3 class="h-title">{escape(story.title)}</h3>
<div class="social"><a href="#">Chia sẻ</a> <a href="#">Tweet</a></div>
<div class="txt">{self.text(story)}</div>
<div class="vote">Đánh giá bài viết: 1 2 3 4 5</div>
<div class="cungchuyenmuc"><p><strong>Tin cùng chuyên mục</strong></p>
<ul>{self.related(story)}</ul></div>""")  # fmt: skip


class NodeSite(UnknownSite):
    """A community CMS: skip link, account and date in one line, fields within fields."""

    family: ClassVar[str] = "unknown-node"
    routes: ClassVar[Routes] = (HOME, LISTING, (re.compile(r"/([a-z0-9-]+)"), "article"))
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"^/([a-z0-9-]+)$"}

    def address(self, story: Story) -> str:
        return f"/{story.slug}"

    def trap_path(self, name: str, number: int) -> str:
        return f"/{name}"

    def captioned(self, picture: str, caption: str) -> str:
        under = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure role="group" class="align-center">{picture}{under}</figure>'

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi" dir="ltr"><head><meta charset="utf-8">
<title>{escape(title)} | {self.name}</title></head><body class="path-node node--type-article">
<a href="#main-content" class="visually-hidden focusable">Skip to main content</a>
<div class="layout-container"><header role="banner"><a href="/">{self.name}</a></header>
<nav role="navigation"><h2 class="visually-hidden">Main navigation</h2>{self.menu_list()}</nav>
<main role="main"><div class="region region-content">{middle}</div></main>
<aside class="region region-sidebar-first" role="complementary">{self.sidebar()}</aside>
<footer role="contentinfo"><p>{self.imprint()}</p></footer></div></body></html>""")

    def article_page(self, story: Story) -> str:
        moment = story.published
        day = "CN" if moment.weekday() == 6 else f"T{moment.weekday() + 2}"
        tags = " ".join(f'<a href="/tag/{i}">{tag}</a>' for i, tag in enumerate(story.tags))
        newer, older = self.newer_older(story, 1)
        turn = furniture.anchors(self.linked([*newer, *older]))
        return self.frame(story.title, f"""
<h1 class="page-header"><span class="field field--name-title">{escape(story.title)}</span></h1>
<article class="node node--promoted"><footer class="node__meta"><div class="node__submitted">
Đăng bởi <span class="field--name-uid">quantri</span> vào {day}, {moment:%d/%m/%Y - %H:%M}</div>
</footer><div class="node__content"><div class="field field--name-body field__item">
{self.text(story)}</div>
<div class="field field--name-field-tags"><div class="field__label">Từ khóa</div>{tags}</div>
<ul class="book-links">{turn}</ul></div></article>
<section class="comment-wrapper"><h2>Thêm bình luận mới</h2>
<form action="/"><label>Tên của bạn</label><input name="n"><label>Nội dung</label>
<textarea></textarea></form></section>""")  # fmt: skip


class ItemPageSite(UnknownSite):
    """An item with a list of its details above the text: category, writer, day, hits, icons."""

    family: ClassVar[str] = "unknown-item"
    routes: ClassVar[Routes] = (
        HOME,
        LISTING,
        (re.compile(r"/tin-tuc/\d+-([a-z0-9-]+)"), "article"),
    )
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"/(\d+)-[^/]+$"}
    open_p: ClassVar[str] = '<p style="text-align: justify;"><span style="font-size: 12pt;">'
    close_p: ClassVar[str] = "</span></p>"

    def address(self, story: Story) -> str:
        return f"/tin-tuc/{story.cms_id}-{story.slug}"

    def key(self, story: Story) -> str:
        return f"id:{story.cms_id}"

    def trap_path(self, name: str, number: int) -> str:
        return f"/tin-tuc/{number}-{name}"

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi-vn"><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>
<div class="header">{self.name}</div><div class="moduletable">{self.menu_list()}</div>
<div class="row-fluid"><div class="span3"><div class="moduletable"><h3>Bài xem nhiều</h3>
<ul>{furniture.anchors(self.tracked(self.most_read()))}</ul></div></div>
<div class="span6">{middle}</div><div class="span3"><div class="moduletable">{self.sidebar()}</div>
</div></div><div class="footer">{self.imprint()}</div></body></html>""")

    def article_page(self, story: Story) -> str:
        moment = story.published
        newer, older = self.newer_older(story, 1)
        before = "".join(f'<li><a href="{self.address(s)}">Trang sau</a></li>' for s in older)
        after = "".join(f'<li><a href="{self.address(s)}">Trang trước</a></li>' for s in newer)
        return self.frame(story.title, f"""
<div class="item-page"><h2><a href="{self.address(story)}">{escape(story.title)}</a></h2>
<ul class="actions"><li><a href="#">In</a></li><li><a href="#">Email</a></li></ul>
<dl class="article-info"><dt>Chi tiết</dt>
<dd>Chuyên mục: <a href="/danh-muc/{story.section}.htm">{self.truth_of(story).section}</a></dd>
<dd>Được đăng: {furniture.weekday(moment)}, {moment.day:02} Tháng {moment.month} {moment.year}
{moment:%H:%M}</dd><dd>Lượt xem: {self.views(story)}</dd></dl>
{self.text(story)}
<ul class="pager">{after}{before}</ul></div>""")  # fmt: skip


class ToolbarSite(UnknownSite):
    """`Chi tiết tin`, font buttons, `Ngày đăng: 12:17 | 16/11/2025`, the text in a print area."""

    family: ClassVar[str] = "unknown-toolbar"
    routes: ClassVar[Routes] = (
        HOME, LISTING, (re.compile(r"/chi-tiet-tin/group/1/nid/\d+/([a-z0-9-]+)"), "article"),
    )  # fmt: skip
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"/nid/(\d+)/"}
    open_p: ClassVar[str] = '<div style="text-align: justify">'
    close_p: ClassVar[str] = "</div>"

    def address(self, story: Story) -> str:
        return f"/chi-tiet-tin/group/1/nid/{story.cms_id}/{story.slug}"

    def key(self, story: Story) -> str:
        return f"id:{story.cms_id}"

    def trap_path(self, name: str, number: int) -> str:
        return f"/chi-tiet-tin/group/1/nid/{number}/{name}"

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Chi tiết tin</title></head><body>
<div id="app"><div class="head">{self.name}</div>{self.menu_list()}
<div class="grid">{middle}<div class="aside">{self.sidebar()}</div></div>
<div class="foot"><p>{self.imprint()}</p></div></div></body></html>""")

    def article_page(self, story: Story) -> str:
        moment = story.published
        return self.frame(story.title, f"""<div class="main">
<div class="block-title">Chi tiết tin</div><div><a>A+</a> | <a>A</a> | <a>A-</a></div>
<div id="printArea"><div class="ten-bai"><strong>{escape(story.title)}</strong></div>
<div><em>Ngày đăng: {moment:%H:%M} | {moment:%d/%m/%Y}</em> <em>Lượt xem: {self.views(story)}</em>
</div>{self.text(story)}</div>
<div class="block-title">Các tin mới hơn</div><div>{self.related(story, "div")}</div></div>
""")  # fmt: skip


VENDORS: tuple[type[UnknownSite], ...] = (
    RibbonSite, NumberedSite, WidgetsSite, NodeSite, ItemPageSite, ToolbarSite,
)  # fmt: skip
