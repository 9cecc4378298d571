"""A NukeViet 4.5 site: addresses, redirects, pagers, feeds and markup of its default theme."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC
from email.utils import format_datetime
from html import escape
from typing import ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.sentences import SECTIONS
from tests.replica.site import PDF, Site
from tests.replica.story import Story
from tests.replica.wire import Request, Response, html, plain, redirect

ARTICLE = re.compile(r"/vi/news/([a-z0-9-]+)/([a-z0-9-]+)-(\d+)\.html")
VIEW = re.compile(r"/vi/news/(print|savefile|sendmail)/([a-z0-9-]+)/([a-z0-9-]+)-(\d+)\.html")
LISTING = re.compile(r"/vi/news/([a-z0-9-]+)/(?:page-(\d+)/)?")
FEED_ITEMS = 30
SITEMAP_ITEMS = 1000


def entities(text: str) -> str:
    """Attribute text as NukeViet writes it: numeric references for `/ : ( )`."""
    table = {"/": "&#x002F;", ":": "&#x3A;", "(": "&#40;", ")": "&#41;"}
    return "".join(table.get(ch, ch) for ch in escape(text))


class NukeVietSite(Site):
    family: ClassVar[str] = "nukeviet"
    platform: ClassVar[str] = "nukeviet"
    robots_text: ClassVar[str] = (
        "User-agent: *\nDisallow: /admin/\nDisallow: /data/\nDisallow: /includes/\n"
        "Disallow: /install/\nDisallow: /modules/\nDisallow: /users/\nDisallow: /statistics/\n"
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
            path.replace("/vi/news/", "/vi/news/print/"),
            path.replace("/vi/news/", "/vi/news/savefile/"),
            f"/vi/news/{story.section}/tieu-de-cu-{story.cms_id}.html",
        ]

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

    # -- routing

    def route(self, request: Request) -> Response | None:
        path = request.path
        if path in ("/", "/vi/", "/vi/news/"):
            return html(self.home())
        if path.startswith(("/vi/news/rss/", "/sitemap")):
            return self.feeds(path)
        if path.startswith("/vi/news/tag/"):
            return html(self.listing_page("Tags", path, self.newest[:10], 1, 1))
        if match := VIEW.fullmatch(path):
            return self.other_view(match[1], int(match[4]))
        if match := ARTICLE.fullmatch(path):
            return self.article(int(match[3]), request)
        if path.endswith(".html/"):
            return redirect("/vi/news/")
        if (match := LISTING.fullmatch(path)) and not path.startswith(
            ("/vi/news/print", "/vi/news/savefile")
        ):
            return self.listing(match[1], match[2])
        if path.startswith("/vi/"):
            return html(self.simple_page("Liên hệ", "Mọi ý kiến xin gửi về Ban Biên tập."))
        return None

    def not_found(self, request: Request) -> Response:
        refresh = '<meta http-equiv="refresh" content="10;url=/vi/news/">'
        page = self.simple_page("Thông báo lỗi", "Trang bạn yêu cầu không tồn tại.")
        return html(page.replace("<title>", f"{refresh}<title>", 1), 404)

    def article(self, cms_id: int, request: Request) -> Response | None:
        story = self.by_cms_id.get(cms_id)
        if story is None:
            return None
        if gone := self.gone(story):
            return gone
        if request.path != self.address(story):
            return redirect(self.base_url + self.address(story))
        if "download" in request.query:
            return Response(PDF, content_type="application/pdf")
        return html(self.article_page(story))

    def other_view(self, view: str, cms_id: int) -> Response | None:
        story = self.by_cms_id.get(cms_id)
        if story is None or story.number in self.removed:
            return None
        if view == "sendmail":
            return html(self.simple_page("Gửi bài viết", "Giới thiệu bài viết cho bạn bè"))
        return html(self.print_page(story, view))

    def listing(self, slug: str, number: str | None) -> Response | None:
        root = f"/vi/news/{slug}/"
        section = self.by_section.get(slug)
        if section is None:
            return redirect("/vi/news/")
        page, last = self.page_number(number), self.pages_of(section)
        if number == "1" or (page > last and not self.spec.always_next):
            return redirect(self.base_url + root)
        shown = self.slice_of(section, page) or self.slice_of(section, last)
        return html(self.listing_page(SECTIONS[slug], root, shown, page, last))

    # -- pages

    def frame(self, head: str, column: str) -> str:
        """Head, menus and boxes around the middle column."""
        feeds = "\n".join(
            f'<link rel="alternate" href="/vi/news/rss/{slug}" title="Tin Tức" '
            'type="application/rss+xml">'
            for slug in ("", *(f"{slug}/" for slug in SECTIONS))
        )
        page = (
            f'<!DOCTYPE html>\n<html lang="vi" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n{head}'
            f'<meta name="author" content="{self.name}">\n<meta name="generator" content="NukeViet '
            f'v4.5">\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n{feeds}\n'
            f"</head>\n<body>\n{self.header()}"
            f'<div class="row">\n<div class="col-sm-12 col-md-13">\n{column}</div>\n'
            f'<div class="col-sm-6 col-md-6">\n{self.side()}<!-- boxes --></div>\n</div>\n'
            f"{self.footer()}</body>\n</html>\n"
        )
        teasers = self.teasers(page)
        if teasers:
            box = f'<ul class="block_newscenter">\n{furniture.anchors(teasers)}\n</ul>\n'
            page = page.replace("<!-- boxes -->", panel("Tin mới nhất", box), 1)
        return self.padded(page)

    def header(self) -> str:
        menu = furniture.anchors(self.menu(), 'li role="presentation"', 'class="menu"')
        return (
            "<noscript><div>Trình duyệt của bạn đã tắt chức năng hỗ trợ JavaScript.</div></noscript>\n"
            f'<header><div class="logo"><a title="{self.name}" href="/vi/"><img src="/assets/logo.png" '
            f'alt="{self.name}"></a><span class="site_name">{self.name}</span></div></header>\n'
            f'<nav id="menusite"><ul class="nav navbar-nav">\n{menu}\n</ul></nav>\n'
            f'<span class="current-time">{furniture.page_clock()}</span>\n'
            '<ul class="breadcrumbs"><li><a href="/vi/">Trang nhất</a></li>'
            '<li><a href="/vi/news/">Tin Tức</a></li></ul>\n'
        )

    def side(self) -> str:
        hits = "\n".join(
            f'<li class="clearfix"><a class="show" href="{self.address(s)}" '
            f'data-content="{entities(s.lead)}">{escape(s.title)}</a></li>'
            for s in self.most_read()
        )
        off_site = furniture.anchors(furniture.OFF_SITE)
        return (
            panel("Thăm dò ý kiến", furniture.poll_form())
            + panel("Tin xem nhiều", f'<ul class="block_tophits">\n{hits}\n</ul>')
            + panel("Liên kết website", f"<ul>{off_site}</ul>")
        )

    def footer(self) -> str:
        numbers = "".join(
            f"<li><span><em></em>{label}</span><span>{value}</span></li>"
            for label, value in furniture.counters(self.visits + self.bumped)
        )
        return (
            f'<footer><ul class="counter list-none">{numbers}</ul><div class="copyright"><span>&copy; '
            f'Bản quyền thuộc về <a href="/vi/">{self.name}</a></span></div>\n'
            f'<a href="/vi/news/?nvvithemever=m&amp;nv_redirect=1YaOx{self.visits:06}" rel="nofollow">'
            'Di động</a>\n<div id="timeoutsess">Bạn đã không sử dụng Site, <a href="#">Bấm vào đây '
            "để duy trì trạng thái đăng nhập</a>. Thời gian chờ: 60 giây</div></footer>\n"
        )

    def home(self) -> str:
        panels = "".join(
            panel(
                f'<a href="/vi/news/{slug}/">{name}</a>',
                f'<ul class="related">\n{furniture.anchors(self.linked(self.by_section[slug][:5]))}</ul>',
            )
            for slug, name in SECTIONS.items()
        )
        head = f"<title>Tin Tức - {self.name}</title>\n"
        return self.frame(head, f'<div class="news_column">{panels}</div>\n')

    def listing_page(self, title: str, root: str, shown: list[Story], page: int, last: int) -> str:
        offered = page + 1 if self.spec.always_next else min(page + 1, last)
        rel = f'<link rel="next" href="{self.base_url}{root}page-{offered}/">\n' * (offered > page)
        if page > 1:
            back = root if page == 2 else f"{root}page-{page - 1}/"
            rel += f'<link rel="prev" href="{self.base_url}{back}">\n'
        head = f"<title>{title}</title>\n{rel}"
        items = "".join(self.teaser(story) for story in shown)
        if page == 1:
            items += "".join(trap_item(path, trap.title) for path, trap in self.traps())
        column = f'<div class="news_column">\n{items}</div>\n{self.pager(root, page, offered)}'
        return self.frame(head, column)

    def teaser(self, story: Story) -> str:
        moment = f"{story.published:%d/%m/%Y %H:%M:%S}"
        path, title = self.address(story), escape(story.title)
        return (
            f'<div class="panel panel-default"><div class="panel-body">\n<a href="{path}" title='
            f'"{title}"><img alt="{title}" src="/assets/news/2023_11/anh-hoi-nghi-1.jpg" width="100" '
            f'class="img-thumbnail"/></a>\n<h3><a href="{path}" title="{title}">{title}</a></h3>\n'
            '<div class="text-muted"><ul class="list-unstyled list-inline"><li><em class="fa '
            f'fa-clock-o">&nbsp;</em> {moment}</li><li><em class="fa fa-eye">&nbsp;</em> Đã xem: '
            f"{self.views(story)}</li></ul></div>\n{escape(story.lead)}\n</div></div>\n"
        )

    def pager(self, root: str, page: int, offered: int) -> str:
        """As the theme prints it, with the stray opening `li` after the active item."""
        numbers = "".join(
            f'<li><a href="{root if n == 1 else f"{root}page-{n}/"}">{n}</a></li>'
            for n in range(1, page)
        )
        following = f'<li><a rel="next" href="{root}page-{offered}/">&raquo;</a></li>'
        return (
            f'<div class="text-center"><ul class="pagination">{numbers}<li class="active">'
            f'<a href="javascript:void(0)">{page}</a><li>{following if offered > page else ""}</ul>'
            "</div>\n"
        )

    def article_page(self, story: Story) -> str:
        url = self.base_url + self.address(story)
        stamp = f"{story.published:%Y-%m-%d}+07{story.published:%H:%M:%S}"
        head = (
            f"<title>{escape(story.title)}</title>\n"
            f'<meta name="description" content="{entities(story.lead[:150])}...">\n'
            f'<meta property="og:title" content="{escape(story.title)}">\n'
            f'<meta property="og:type" content="article">\n<meta property="og:url" content="{url}">\n'
            f'<meta property="og:description" content="{entities(story.lead[:150])}...">\n'
            f'<meta property="article:published_time" content="{stamp}">\n'
            f'<meta property="article:section" content="{SECTIONS[story.section]}">\n'
            f'<link rel="canonical" href="{url}">\n'
        )
        column = self.main_panel(story) + self.after_panels(story)
        return self.frame(head, column)

    def main_panel(self, story: Story) -> str:
        form = "NFD" if story.decomposed else "NFC"
        title = unicodedata.normalize(form, escape(story.title))  # type: ignore[arg-type]
        lead = unicodedata.normalize(form, escape(story.lead))  # type: ignore[arg-type]
        edited = story.published.replace(minute=59).isoformat()
        path = self.address(story)
        poster = story.author if story.author_where == "field" else "quantri"
        image = "".join(
            f'<figure class="article left noncaption pointer"><p class="text-center"><img alt='
            f'"{title}" src="/assets/news/2023_11/{block.src}" class="img-thumbnail"/></p></figure>\n'
            f'<div id="imgpreview" style="display:none"><p class="text-center"><img alt="{title}" '
            f'src="{self.picture(block.src)}"/></p></div>\n'
            for block in story.images()[:1]
        )
        body = body_html(story, self.press, lead=story.lead_repeated, byline=self.signed(story))
        return (
            '<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" '
            f'itemscope>\n<div class="panel-body">\n<h1 class="title margin-bottom-lg" itemprop='
            f'"headline">{title}</h1>\n<div class="hidden hide d-none" itemprop="author"><span '
            f'itemprop="name">{poster}</span></div>\n<span class="hidden hide d-none" itemprop='
            f'"datePublished">{edited}</span>\n<span class="hidden hide d-none" itemprop='
            f'"dateModified">{edited}</span>\n<div class="row margin-bottom-lg"><div class="col-md-12">'
            f'<span class="h5">{furniture.weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}'
            '</span></div>\n<div class="col-md-12"><ul class="list-inline text-right">'
            f'<li><a rel="nofollow" title="In ra" href="{path.replace("/news/", "/news/print/", 1)}">'
            '<em class="fa fa-print">&nbsp;</em></a></li><li><a rel="nofollow" title="Lưu bài viết này" '
            f'href="{path.replace("/news/", "/news/savefile/", 1)}"><em class="fa fa-save">&nbsp;</em>'
            f'</a></li></ul></div></div>\n<div class="clearfix">\n{image}<div class="hometext m-bottom" '
            f'itemprop="description">{lead}</div>\n</div>\n<div id="news-bodyhtml" class="bodytext '
            f'margin-bottom-lg">\n{body}\n</div>\n{self.below(story)}</div>\n</div>\n'
        )

    def below(self, story: Story) -> str:
        """Attachments, author, source and the copyright box under the body."""
        lines = []
        if story.attachment:
            lines.append(
                '<div class="panel panel-default"><div class="panel-heading"><strong>File đính kèm'
                '</strong></div><div class="list-group news-download-file"><div class="list-group-item">'
                f'<a href="{self.address(story)}?download=1&amp;id=0" title="Tập tin" download>Tập tin : '
                f"<strong>{story.attachment}</strong></a></div></div></div>"
            )
        credits = ""
        if story.author and story.author_where == "field":
            credits += f'<p class="h5 text-right"><strong>Tác giả: </strong>{story.author}</p>'
        if story.source:
            credits += f'<p class="h5 text-right"><strong>Nguồn tin: </strong>{story.source}</p>'
        if credits:
            lines.append(f'<div class="margin-bottom-lg">{credits}</div>')
        if story.number % 2:
            lines.append(
                '<div class="alert alert-info margin-bottom-lg">Chú ý: Việc đăng lại bài viết trên ở '
                "website hoặc các phương tiện truyền thông khác mà không ghi rõ nguồn là vi phạm bản "
                "quyền</div>"
            )
        return "".join(f"{line}\n" for line in lines)

    def after_panels(self, story: Story) -> str:
        votes = self.views(story) % 40
        tags = ", ".join(
            f'<a title="{tag}" href="/vi/news/tag/{tag.replace(" ", "-")}"><em>{tag}</em></a>'
            for tag in story.tags
        )
        newer, older = self.newer_older(story)
        related = self.related("Những tin mới hơn", newer) + self.related("Những tin cũ hơn", older)
        share = f'<div class="fb-like" data-href="{self.base_url}{self.address(story)}"></div>'
        texts = (
            f'<div class="h5"><em class="fa fa-tags">&nbsp;</em><strong>Tags: </strong>{tags}</div>',
            f'<form id="form3B" action=""><p id="stringrating">Tổng số điểm của bài viết là: {votes * 5} '
            f"trong {votes} đánh giá</p>Xếp hạng: <span>5</span> - <span>{votes}</span> phiếu bầu "
            '<span id="hover-test">Click để đánh giá bài viết</span></form>',
            f'{share}<a href="http://twitter.com/share" class="twitter-share-button">Tweet</a>',
            '<div id="idcomment"><p class="comment-title">Ý kiến bạn đọc</p><select><option>Sắp xếp '
            'theo bình luận mới</option></select><div id="showcomment"><p>Bài viết rất hay, cảm ơn '
            'Ban Biên tập.</p></div><div id="formcomment"><a href="#">Bạn cần đăng nhập với tư cách '
            "là <strong>Thành viên chính thức</strong> để có thể bình luận</a></div></div>",
        )
        panels = "".join(
            f'<div class="news_column panel panel-default"><div class="panel-body">{text}</div></div>\n'
            for text in texts
        )
        other = '<div class="news_column panel panel-default"><div class="panel-body other-news">'
        return f"{panels}{other}{related}</div></div>\n"

    def related(self, title: str, some: list[Story]) -> str:
        items = "".join(
            f'<li><h4><a href="{self.address(s)}" data-content="{entities(s.lead)}" title='
            f'"{escape(s.title)}">{escape(s.title)}</a></h4><em>({s.published:%d/%m/%Y})</em></li>\n'
            for s in some
        )
        if not items:
            return ""
        return (
            f'<p class="h3"><strong>{title}</strong></p><div class="clearfix"><ul class='
            f'"detail-related related list-none list-items">{items}</ul></div>\n'
        )

    def print_page(self, story: Story, view: str) -> str:
        """The print or save view: the article alone; the save view calls itself canonical."""
        path = self.address(story)
        own = path.replace("/news/", f"/news/{view}/", 1) if view == "savefile" else path
        return (
            '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="robots" content='
            f'"noindex">\n<title>{escape(story.title)} - {view.capitalize()} - Tin Tức</title><link '
            f'rel="canonical" href="{self.base_url}{own}"></head><body><div id="print"><div id="content">'
            f'<h1>{escape(story.title)}</h1><ul class="list-inline"><li>'
            f"{furniture.weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}</li></ul>"
            f'<div id="hometext">{escape(story.lead)}</div><div id="bodytext">'
            f"{body_html(story, self.press)}</div></div></div></body></html>"
        )

    # -- feeds

    def feeds(self, path: str) -> Response | None:
        if path.startswith("/vi/news/rss/"):
            slug = path.removeprefix("/vi/news/rss/").strip("/")
            some = self.by_section.get(slug) if slug else self.newest
            return None if some is None else plain(self.rss(some), content_type="text/xml")
        if path == "/sitemap.xml":
            inner = "".join(
                f"<sitemap><loc>{self.base_url}{name}</loc></sitemap>"
                for name in ("/sitemap-vi.xml", "/sitemap-vi.news.xml")
            )
            return plain(xml("sitemapindex", inner), content_type="text/xml")
        if path == "/sitemap-vi.news.xml":
            inner = "".join(
                f"<url><loc>{self.base_url}{self.address(s)}</loc><lastmod>"
                f"{s.published.isoformat()}</lastmod></url>\n"
                for s in self.newest[:SITEMAP_ITEMS]
            )
            return plain(xml("urlset", inner), content_type="text/xml")
        if path == "/sitemap-vi.xml":
            inner = "".join(f"<url><loc>{self.base_url}{u}</loc></url>" for u in self.listings())
            return plain(xml("urlset", inner), content_type="text/xml")
        return None

    def rss(self, some: list[Story]) -> str:
        items = "".join(
            f"<item><title>{escape(s.title)}</title>\n<link>{self.base_url}{self.address(s)}</link>\n"
            f'<guid isPermaLink="false"><![CDATA[news_{s.cms_id}]]></guid>\n<pubDate>'
            f"{format_datetime(s.published.astimezone(UTC), usegmt=True)}</pubDate>\n<description>"
            f'<![CDATA[<img src="{self.base_url}/assets/news/2023_11/anh-hoi-nghi-1.jpg" width="100" '
            f'align="left" border="0">{s.lead}]]></description></item>\n'
            for s in some[:FEED_ITEMS]
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Tin Tức</title>'
            f"<link>{self.base_url}/vi/news/</link><language>vi</language>\n{items}</channel></rss>\n"
        )


def panel(title: str, body: str) -> str:
    return (
        f'<div class="panel panel-primary"><div class="panel-heading">{title}</div>'
        f'<div class="panel-body">{body}</div></div>\n'
    )


def trap_item(path: str, title: str) -> str:
    return (
        f'<div class="panel panel-default"><div class="panel-body"><h3><a href="{path}" title='
        f'"{title}">{title}</a></h3></div></div>\n'
    )


def xml(root: str, inner: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/'
        f'sitemap/0.9">{inner}</{root}>\n'
    )
