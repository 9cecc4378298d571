"""A NukeViet 4.5 site: addresses, redirects, pagers, feeds and markup of its default theme."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.sentences import SECTIONS
from tests.replica.site import MORE, Routes, Site, plan
from tests.replica.wire import Request, Response, html, plain, redirect

if TYPE_CHECKING:
    from tests.replica.story import Story

FEED_ITEMS = 30
SITEMAP_ITEMS = 1000


def entities(text: str) -> str:
    """Attribute text as NukeViet writes it: numeric references for `/ : ( )`."""
    table = {"/": "&#x002F;", ":": "&#x3A;", "(": "&#40;", ")": "&#41;"}
    return "".join(table.get(ch, ch) for ch in escape(text))


class NukeVietSite(Site):
    family: ClassVar[str] = "nukeviet"
    platform: ClassVar[str] = "nukeviet"
    cookie: ClassVar[str] = "nv4_sess"
    robots_text: ClassVar[str] = (
        "User-agent: *\nDisallow: /admin/\nDisallow: /data/\nDisallow: /includes/\n"
        "Disallow: /install/\nDisallow: /modules/\nDisallow: /users/\nDisallow: /statistics/\n"
        "Sitemap: {base}/sitemap.xml\n"
    )
    routes: ClassVar[Routes] = (
        (re.compile(r"/(?:vi/(?:news/)?)?"), "home"),
        (re.compile(r"/vi/news/rss/(?:([a-z0-9-]+)/?)?"), "rss"),
        (re.compile(r"/sitemap(?:-vi)?(\.news)?\.xml"), "sitemap"),
        (re.compile(r"/vi/news/tag/[a-z0-9-]+"), "tag"),
        (re.compile(r"/vi/news/(print|savefile)/[a-z0-9-]+/[a-z0-9-]+-(\d+)\.html"), "other_view"),
        (re.compile(r"/vi/news/[a-z0-9-]+/[a-z0-9-]+-(\d+)\.html"), "article"),
        (re.compile(r"/vi/news/.*\.html/"), "to_module"),
        (re.compile(r"/vi/news/([a-z0-9-]+)/(?:page-(\d+)/)?"), "listing"),
        (re.compile(r"/vi/(?!news/).*"), "other_module"),
    )

    def address(self, story: Story) -> str:
        return f"/vi/news/{story.section}/{story.slug}-{story.cms_id}.html"

    def key(self, story: Story) -> str:
        return f"news:{story.cms_id}"

    def listings(self) -> list[str]:
        return [f"/vi/news/{slug}/" for slug in SECTIONS]

    def twins(self, story: Story) -> list[str]:
        path = self.address(story)
        return [
            f"{path}?utm_source=facebook&utm_medium=social",
            self.view(story, "print"),
            self.view(story, "savefile"),
            f"/vi/news/{story.section}/tieu-de-cu-{story.cms_id}.html",
        ]

    def view(self, story: Story, name: str) -> str:
        return self.address(story).replace("/news/", f"/news/{name}/", 1)

    def trap_path(self, name: str, number: int) -> str:
        return f"/vi/news/hoat-dong-mat-tran/{name}-{number}.html"

    def lead_where(self, story: Story) -> Literal["field", "body", "excerpt"]:
        return "field"

    def has_author_field(self) -> bool:
        return True

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return story.published.isoformat(), "second"

    def attachments_of(self, story: Story) -> list[str]:
        return [f"{self.address(story)}?download=1&id=0"] if story.attachment else []

    def menu(self) -> list[tuple[str, str]]:
        return [
            ("/vi/", "Trang nhất"),
            ("/vi/about/gioi-thieu-8.html", "Giới thiệu"),
            ("/vi/news/", "Tin Tức"),
            *((f"/vi/news/{slug}/", name) for slug, name in SECTIONS.items()),
            ("/vi/contact/", "Liên hệ"),
            ("/vi/voting/", "Thăm dò ý kiến"),
            ("/vi/feeds/", "RSS-feeds"),
        ]

    # -- what each address answers

    def home(self, request: Request, match: re.Match[str]) -> Response:
        panels = "".join(
            panel(
                f'<a href="/vi/news/{slug}/">{name}</a>',
                f'<ul class="related">{furniture.anchors(self.linked(self.by_section[slug][:5]))}'
                "</ul>",
            )
            for slug, name in SECTIONS.items()
        )
        title = f"<title>Tin Tức - {self.name}</title>"
        return html(self.frame(title, f'<div class="news_column">{panels}</div>'))

    def tag(self, request: Request, match: re.Match[str]) -> Response:
        return html(self.listing_page("Tags", request.path, self.newest[:10], 1, 1))

    def to_module(self, request: Request, match: re.Match[str]) -> Response:
        return redirect("/vi/news/")

    def other_module(self, request: Request, match: re.Match[str]) -> Response:
        return html(self.simple_page("Liên hệ", "Mọi ý kiến xin gửi về Ban Biên tập."))

    def not_found(self, request: Request) -> Response:
        refresh = '<meta http-equiv="refresh" content="10;url=/vi/news/">'
        page = self.simple_page("Thông báo lỗi", "Trang bạn yêu cầu không tồn tại.")
        return html(page.replace("<title>", f"{refresh}<title>", 1), 404)

    def article(self, request: Request, match: re.Match[str]) -> Response | None:
        """The article; under any other slug or category a redirect to its own address."""
        story = self.by_cms_id.get(int(match[1]))
        if story is None:
            return None
        if gone := self.gone(story):
            return gone
        if request.path != self.address(story):
            return redirect(self.base_url + self.address(story))
        if "download" in request.query:
            return plan(story.number)
        return html(self.article_page(story))

    def other_view(self, request: Request, match: re.Match[str]) -> Response | None:
        story = self.by_cms_id.get(int(match[2]))
        if story is None or story.number in self.removed:
            return None
        return html(self.print_page(story, match[1]))

    def listing(self, request: Request, match: re.Match[str]) -> Response | None:
        """A category page; page 1 by number and pages beyond the last lead to the category."""
        slug, number = match[1], match[2]
        section = self.by_section.get(slug)
        if section is None:
            return redirect("/vi/news/")
        root = f"/vi/news/{slug}/"
        page, last = self.page_number(number), self.pages_of(section)
        if number == "1" or (page > last and not self.spec.always_next):
            return redirect(self.base_url + root)
        shown = self.slice_of(section, page) or self.slice_of(section, last)
        return html(self.listing_page(SECTIONS[slug], root, shown, page, last))

    # -- the frame of every page

    def frame(self, head: str, column: str) -> str:
        """Head, menus and boxes around the middle column."""
        feeds = "\n".join(
            f'<link rel="alternate" href="/vi/news/rss/{slug}" title="Tin Tức" '
            'type="application/rss+xml">'
            for slug in ("", *(f"{slug}/" for slug in SECTIONS))
        )
        page = f"""<!DOCTYPE html>
<html lang="vi" xmlns="http://www.w3.org/1999/xhtml" prefix="og: http://ogp.me/ns#">
<head>
{head}
<meta name="author" content="{self.name}">
<meta name="generator" content="NukeViet v4.5">
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
{feeds}
</head>
<body>
{self.header()}
<div class="row">
  <div class="col-sm-12 col-md-13">
{column}
  </div>
  <div class="col-sm-6 col-md-6">
{self.side()}
{MORE}
  </div>
</div>
{self.footer()}
</body>
</html>
"""
        return self.finished(page, panel("Tin mới nhất", '<ul class="block_newscenter">{}</ul>'))

    def header(self) -> str:
        menu = furniture.anchors(self.menu(), 'li role="presentation"', 'class="menu"')
        return f"""
<noscript><div>Trình duyệt của bạn đã tắt chức năng hỗ trợ JavaScript.</div></noscript>
<header>
  <div class="logo">
    <a title="{self.name}" href="/vi/"><img src="/assets/logo.png" alt="{self.name}"></a>
    <span class="site_name">{self.name}</span>
  </div>
</header>
<nav id="menusite"><ul class="nav navbar-nav">{menu}</ul></nav>
<span class="current-time">{furniture.page_clock()}</span>
<ul class="breadcrumbs">
  <li><a href="/vi/">Trang nhất</a></li>
  <li><a href="/vi/news/">Tin Tức</a></li>
</ul>
"""

    def side(self) -> str:
        hits = "\n".join(
            f'<li class="clearfix"><a class="show" href="{escape(self.twins(story)[0])}" '
            f'data-content="{entities(story.lead)}">{escape(story.title)}</a></li>'
            for story in self.most_read()
        )
        off_site = furniture.anchors(furniture.OFF_SITE)
        return (
            panel("Thăm dò ý kiến", furniture.poll_form())
            + panel("Tin xem nhiều", f'<ul class="block_tophits">{hits}</ul>')
            + panel("Liên kết website", f"<ul>{off_site}</ul>")
        )

    def footer(self) -> str:
        numbers = "".join(
            f"<li><span><em></em>{label}</span><span>{value}</span></li>"
            for label, value in furniture.counters(self.visits + self.bumped)
        )
        theme = f"/vi/news/?nvvithemever=m&amp;nv_redirect=1YaOx{self.visits:06}"
        return f"""
<footer>
  <ul class="counter list-none">{numbers}</ul>
  <div class="copyright"><span>&copy; Bản quyền thuộc về <a href="/vi/">{self.name}</a></span></div>
  <a href="{theme}" rel="nofollow">Di động</a>
  <div id="timeoutsess">Bạn đã không sử dụng Site, <a href="#">Bấm vào đây để duy trì trạng thái
    đăng nhập</a>. Thời gian chờ: 60 giây</div>
</footer>
"""

    # -- listings

    def listing_page(self, title: str, root: str, shown: list[Story], page: int, last: int) -> str:
        offered = page + 1 if self.spec.always_next else min(page + 1, last)
        rel = ""
        if offered > page:
            rel = f'<link rel="next" href="{self.base_url}{root}page-{offered}/">'
        if page > 1:
            back = root if page == 2 else f"{root}page-{page - 1}/"
            rel += f'<link rel="prev" href="{self.base_url}{back}">'
        items = "".join(self.teaser(story) for story in shown)
        if page == 1:
            items += "".join(
                panel("", f'<h3><a href="{path}" title="{trap.title}">{trap.title}</a></h3>')
                for path, trap in self.traps()
            )
        column = f'<div class="news_column">{items}</div>{self.pager(root, page, offered)}'
        return self.frame(f"<title>{title}</title>{rel}", column)

    def teaser(self, story: Story) -> str:
        path, title = self.address(story), escape(story.title)
        return f"""
<div class="panel panel-default"><div class="panel-body">
  <a href="{path}" title="{title}">
    <img alt="{title}" src="/assets/news/2023_11/anh-hoi-nghi-1.jpg" width="100"/></a>
  <h3><a href="{path}" title="{title}">{title}</a></h3>
  <div class="text-muted"><ul class="list-unstyled list-inline">
    <li><em class="fa fa-clock-o">&nbsp;</em> {story.published:%d/%m/%Y %H:%M:%S}</li>
    <li><em class="fa fa-eye">&nbsp;</em> Đã xem: {self.views(story)}</li>
    <li><em class="fa fa-comment-o">&nbsp;</em> Phản hồi: 0</li>
  </ul></div>
  {escape(story.lead)}
</div></div>
"""

    def pager(self, root: str, page: int, offered: int) -> str:
        """As the theme prints it, with the stray opening `li` after the active item."""
        numbers = "".join(
            f'<li><a href="{root if n == 1 else f"{root}page-{n}/"}">{n}</a></li>'
            for n in range(1, page)
        )
        following = f'<li><a rel="next" href="{root}page-{offered}/">&raquo;</a></li>'
        return f"""
<div class="text-center"><ul class="pagination">{numbers}
  <li class="active"><a href="javascript:void(0)">{page}</a><li>{following * (offered > page)}
</ul></div>
"""

    # -- an article

    def article_page(self, story: Story) -> str:
        url = self.base_url + self.address(story)
        stamp = f"{story.published:%Y-%m-%d}+07{story.published:%H:%M:%S}"  # malformed, as real
        description = entities(story.lead[:150])
        head = f"""
<title>{escape(story.title)}</title>
<meta name="description" content="{description}...">
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:type" content="article">
<meta property="og:description" content="{description}...">
<meta property="og:url" content="{url}">
<meta property="article:published_time" content="{stamp}">
<meta property="article:section" content="{SECTIONS[story.section]}">
<link rel="canonical" href="{url}">
"""
        return self.frame(head, self.main_panel(story) + self.after_panels(story))

    def main_panel(self, story: Story) -> str:
        form: Literal["NFC", "NFD"] = "NFD" if story.decomposed else "NFC"
        title = unicodedata.normalize(form, escape(story.title))
        lead = unicodedata.normalize(form, escape(story.lead))
        edited = story.published.replace(minute=59).isoformat()  # both schema dates: a known bug
        poster = story.author if story.author_where == "field" else "quantri"
        body = body_html(story, self.press, lead=story.lead_repeated, byline=self.signed(story))
        day = f"{furniture.weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}"
        return f"""
<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope>
<div class="panel-body">
  <h1 class="title margin-bottom-lg" itemprop="headline">{title}</h1>
  <div class="hidden hide d-none" itemprop="author"><span itemprop="name">{poster}</span></div>
  <span class="hidden hide d-none" itemprop="datePublished">{edited}</span>
  <span class="hidden hide d-none" itemprop="dateModified">{edited}</span>
  <div class="row margin-bottom-lg">
    <div class="col-md-12"><span class="h5">{day}</span></div>
    <div class="col-md-12"><ul class="list-inline text-right">
      <li><a rel="nofollow" title="In ra" href="{self.view(story, "print")}">
        <em class="fa fa-print fa-lg">&nbsp;</em></a></li>
      <li><a rel="nofollow" title="Lưu bài viết này" href="{self.view(story, "savefile")}">
        <em class="fa fa-save fa-lg">&nbsp;</em></a></li>
    </ul></div>
  </div>
  <div class="clearfix">{self.lead_image(story, title)}
    <div class="hometext m-bottom" itemprop="description">{lead}</div>
  </div>
  <div id="news-bodyhtml" class="bodytext margin-bottom-lg">
{body}
  </div>
{self.below(story)}
</div>
</div>
"""

    def lead_image(self, story: Story, title: str) -> str:
        """The picture before the lead: the first of the body again, and its hidden large form."""
        if not story.images():
            return ""
        src = story.images()[0].src
        return f"""
<figure class="article left noncaption pointer">
  <p class="text-center"><img alt="{title}" src="/assets/news/2023_11/{src}"/></p>
</figure>
<div id="imgpreview" style="display:none">
  <p class="text-center"><img alt="{title}" src="{self.picture(src)}"/></p>
</div>
"""

    def below(self, story: Story) -> str:
        """Attachments, author, source and the copyright box under the body."""
        parts = []
        if story.attachment:
            file = f"""
<div class="panel-heading"><strong>File đính kèm</strong></div>
<div class="list-group news-download-file"><div class="list-group-item">
  <a href="{self.address(story)}?download=1&amp;id=0" title="Tập tin" download>Tập tin :
    <strong>{story.attachment}</strong></a>
</div></div>"""
            parts.append(f'<div class="panel panel-default">{file}</div>')
        credits = []
        if story.author and story.author_where == "field":
            credits.append(("Tác giả", story.author))
        if story.source:
            credits.append(("Nguồn tin", story.source))
        parts += [
            f'<p class="h5 text-right"><strong>{label}: </strong>{value}</p>'
            for label, value in credits
        ]
        if story.number % 2:
            parts.append(
                '<div class="alert alert-info margin-bottom-lg">Chú ý: Việc đăng lại bài viết trên '
                "ở website hoặc các phương tiện truyền thông khác mà không ghi rõ nguồn là vi phạm "
                "bản quyền</div>"
            )
        return "\n".join(parts)

    def after_panels(self, story: Story) -> str:
        """Tags, rating, share, comments, related articles: each in a panel like the article's."""
        votes = self.views(story) % 40
        tags = ", ".join(
            f'<a title="{tag}" href="/vi/news/tag/{tag.replace(" ", "-")}"><em>{tag}</em></a>'
            for tag in story.tags
        )
        rating = f"""<form id="form3B" action="">
  <p id="stringrating">Tổng số điểm của bài viết là: {votes * 5} trong {votes} đánh giá</p>
  Xếp hạng: <span>5</span> - <span>{votes}</span> phiếu bầu
  <span id="hover-test">Click để đánh giá bài viết</span>
</form>"""
        share = f"""<div class="fb-like" data-href="{self.base_url}{self.address(story)}"></div>
<a href="http://twitter.com/share" class="twitter-share-button">Tweet</a>"""
        comments = """<div id="idcomment">
  <p class="comment-title">Ý kiến bạn đọc</p>
  <select><option>Sắp xếp theo bình luận mới</option></select>
  <div id="showcomment"><p>Bài viết rất hay, cảm ơn Ban Biên tập.</p></div>
  <div id="formcomment"><a href="#">Bạn cần đăng nhập với tư cách là <strong>Thành viên chính
    thức</strong> để có thể bình luận</a></div>
</div>"""
        newer, older = self.newer_older(story)
        related = self.related("Những tin mới hơn", newer) + self.related("Những tin cũ hơn", older)
        return "".join(
            f'<div class="news_column panel panel-default"><div class="panel-body {name}">{text}'
            "</div></div>\n"
            for name, text in (
                ("", f'<div class="h5"><strong>Tags: </strong>{tags}</div>'),
                ("", rating),
                ("", share),
                ("", comments),
                ("other-news", related),
            )
        )

    def related(self, title: str, some: list[Story]) -> str:
        items = "".join(
            f'<li><h4><a href="{self.address(s)}" data-content="{entities(s.lead)}" title='
            f'"{escape(s.title)}">{escape(s.title)}</a></h4>\n'
            f"<em>({s.published:%d/%m/%Y})</em></li>\n"
            for s in some
        )
        if not items:
            return ""
        return f"""
<p class="h3"><strong>{title}</strong></p>
<div class="clearfix"><ul class="detail-related related list-none list-items">{items}</ul></div>
"""

    def print_page(self, story: Story, view: str) -> str:
        """The print or save view: the article alone; the save view calls itself canonical."""
        path = self.view(story, view) if view == "savefile" else self.address(story)
        day = f"{furniture.weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}"
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="robots" content="noindex">
<title>{escape(story.title)} - {view.capitalize()} - Tin Tức</title>
<link rel="canonical" href="{self.base_url}{path}"></head>
<body><div id="print"><div id="content">
  <h1>{escape(story.title)}</h1>
  <ul class="list-inline"><li>{day}</li></ul>
  <div id="hometext">{escape(story.lead)}</div>
  <div id="bodytext">{body_html(story, self.press)}</div>
</div></div></body></html>
"""

    # -- feeds

    def sitemap(self, request: Request, match: re.Match[str]) -> Response:
        """The index, the categories (`-vi`), or the newest thousand articles (`-vi.news`)."""
        if request.path == "/sitemap.xml":
            names = ("/sitemap-vi.xml", "/sitemap-vi.news.xml")
            inner = "".join(f"<sitemap><loc>{self.base_url}{n}</loc></sitemap>" for n in names)
            return plain(xml("sitemapindex", inner), content_type="text/xml")
        if match[1]:
            inner = "".join(
                f"<url><loc>{self.base_url}{self.address(story)}</loc>"
                f"<lastmod>{story.published.isoformat()}</lastmod></url>\n"
                for story in self.newest[:SITEMAP_ITEMS]
            )
        else:
            inner = "".join(f"<url><loc>{self.base_url}{u}</loc></url>" for u in self.listings())
        return plain(xml("urlset", inner), content_type="text/xml")

    def rss(self, request: Request, match: re.Match[str]) -> Response | None:
        some = self.by_section.get(match[1]) if match[1] else self.newest
        if some is None:
            return None
        items = "".join(self.feed_item(story) for story in some[:FEED_ITEMS])
        text = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Tin Tức</title><link>{self.base_url}/vi/news/</link>
<language>vi</language>
{items}</channel></rss>
"""
        return plain(text, content_type="text/xml")

    def feed_item(self, story: Story) -> str:
        image = f"{self.base_url}/assets/news/2023_11/anh-hoi-nghi-1.jpg"
        return f"""<item><title>{escape(story.title)}</title>
<link>{self.base_url}{self.address(story)}</link>
<guid isPermaLink="false"><![CDATA[news_{story.cms_id}]]></guid>
<pubDate>{format_datetime(story.published.astimezone(UTC), usegmt=True)}</pubDate>
<description><![CDATA[<img src="{image}" width="100" align="left">{story.lead}]]></description>
</item>
"""


def panel(title: str, body: str) -> str:
    return (
        f'<div class="panel panel-primary"><div class="panel-heading">{title}</div>'
        f'<div class="panel-body">{body}</div></div>\n'
    )


def xml(root: str, inner: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>
"""
