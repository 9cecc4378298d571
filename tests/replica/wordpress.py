"""A WordPress 6 site with a classic theme: permalinks, archives, feed, sitemap and REST."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.nukeviet import xml
from tests.replica.sentences import SECTIONS
from tests.replica.site import Site
from tests.replica.story import Story
from tests.replica.wire import Request, Response, as_json, html, plain, redirect

ARCHIVE = re.compile(r"/(?:category/([a-z0-9-]+)/)?(?:page/(\d+)/)?")
POST = re.compile(r"/([a-z0-9-]+)/(?:(feed|amp)/)?")
SECTION_IDS = {slug: i for i, slug in enumerate(SECTIONS, start=2)}
FEED_ITEMS = 10
SITEMAP_ITEMS = 2000


def texturized(text: str) -> str:
    """`text` after WordPress's typography: dashes, ellipses and quotes rewritten."""
    text = re.sub(r"(?<!\S)-(?!\S)", "–", text).replace("...", "…")
    return re.sub(r'"([^"]*)"', "“\\1”", text)


class WordPressSite(Site):
    family: ClassVar[str] = "wordpress"
    platform: ClassVar[str] = "wordpress"
    robots_text: ClassVar[str] = (
        "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n"
    )

    def address(self, story: Story) -> str:
        return f"/{story.slug}/"

    def key(self, story: Story) -> str:
        return f"post:{story.cms_id}"

    def listings(self) -> list[str]:
        return [f"/category/{slug}/" for slug in SECTIONS]

    def twins(self, story: Story) -> list[str]:
        path = self.address(story)
        return [
            f"/?p={story.cms_id}",
            f"{path}?replytocom=7",
            f"{path}amp/",
            f"{path}?utm_source=zalo",
        ]

    def trap_path(self, name: str, number: int) -> str:
        return f"/{name}-{number}/"

    def picture(self, src: str) -> str:
        return f"/wp-content/uploads/2023/11/{src}"

    def shown(self, text: str) -> str:
        return texturized(text)

    def lead_where(self, story: Story) -> Literal["field", "body", "excerpt"]:
        return "body" if story.number % 5 < 3 else "excerpt"

    def has_author_field(self) -> bool:
        return True

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return story.published.isoformat(), "second"

    def menu(self) -> list[tuple[str, str]]:
        return [
            ("/", "Trang chủ"),
            *((f"/category/{slug}/", name) for slug, name in SECTIONS.items()),
            ("/gioi-thieu/", "Giới thiệu"),
            ("/lien-he/", "Liên hệ"),
        ]

    # -- routing

    def route(self, request: Request) -> Response | None:
        path = request.path
        if "p" in request.query and path == "/":
            return self.alias(request.query["p"])
        if path.startswith("/wp-json/"):
            return self.rest(request)
        if path.startswith("/wp-sitemap"):
            return self.sitemap(path)
        if path == "/feed/" or (path.startswith("/category/") and path.endswith("/feed/")):
            return self.feed(request)
        if path.startswith(("/tag/", "/author/", "/date/")):
            return html(self.archive_page("Lưu trữ", path, self.newest[:10], 1, 1))
        if match := ARCHIVE.fullmatch(path):
            return self.archive(match[1], match[2])
        if path in ("/gioi-thieu/", "/lien-he/"):
            return html(self.static_page(path))
        if match := POST.fullmatch(path):
            return self.post(match[1])
        if POST.fullmatch(path + "/"):
            return redirect(self.base_url + path + "/")
        return None

    def alias(self, cms_id: str) -> Response | None:
        story = self.by_cms_id.get(int(cms_id)) if cms_id.isdigit() else None
        return redirect(self.base_url + self.address(story)) if story else None

    def post(self, slug: str) -> Response | None:
        story = self.by_slug.get(slug)
        if story is None:
            return None
        return self.gone(story) or html(self.post_page(story))

    def archive(self, slug: str | None, number: str | None) -> Response | None:
        section = self.newest if slug is None else self.by_section.get(slug)
        if section is None:
            return None
        page, last = self.page_number(number), self.pages_of(section)
        if page > last and not self.spec.always_next:
            return None
        shown = self.slice_of(section, page) or self.slice_of(section, last)
        root = f"/category/{slug}/" if slug else "/"
        title = SECTIONS[slug] if slug else self.name
        return html(self.archive_page(title, root, shown, page, last))

    # -- pages

    def frame(self, head: str, classes: str, main: str) -> str:
        menu = furniture.anchors(self.menu(), 'li class="menu-item"')
        recent = furniture.anchors(
            self.linked(self.newest[:5]), "li", 'class="wp-block-latest-posts__post-title"'
        )
        numbers = ", ".join(f"{k}: {v}" for k, v in furniture.counters(self.visits + self.bumped))
        page = (
            f'<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="UTF-8" />\n{head}<meta name='
            '"generator" content="WordPress 6.1.9" />\n<link rel="https://api.w.org/" href='
            f'"{self.base_url}/wp-json/" />\n<link rel="alternate" type="application/rss+xml" href='
            f'"{self.base_url}/feed/" />\n</head>\n<body class="{classes}">\n<header id="masthead">'
            f'<p class="site-title"><a href="{self.base_url}/">{self.name}</a></p><nav><ul>{menu}</ul>'
            f'</nav><div class="today">{furniture.page_clock()}</div></header>\n<div id="content"><main '
            f'id="main" class="site-main">\n{main}</main></div>\n<aside class="widget-area"><section '
            'class="widget widget_search"><form role="search"><input type="search" name="s"></form>'
            f'</section><section class="widget"><h2>Bài viết mới</h2><ul>{recent}</ul><!-- more -->'
            f'</section><section class="widget"><h2>Thăm dò ý kiến</h2>{furniture.poll_form()}</section>'
            f'<section class="widget"><h2>Liên kết</h2><ul>{furniture.anchors(furniture.OFF_SITE)}</ul>'
            f'</section><section class="widget"><h2>Thống kê</h2><p>{numbers}</p></section></aside>\n'
            f'<footer id="colophon"><div class="site-info">{self.name}. Ghi rõ nguồn khi phát hành lại '
            'thông tin từ trang này.</div><div class="powered-by">Proudly powered by <a href='
            '"https://wordpress.org/">WordPress</a>.</div></footer>\n</body>\n</html>\n'
        )
        teasers = self.teasers(page)
        if teasers:
            page = page.replace("<!-- more -->", f"<ul>{furniture.anchors(teasers)}</ul>", 1)
        return self.padded(page)

    def static_page(self, path: str) -> str:
        title = "Giới thiệu" if "gioi" in path else "Liên hệ"
        main = (
            f'<article id="post-2" class="post-2 page type-page hentry"><h1 class="entry-title">{title}'
            f'</h1><div class="entry-content"><p>{self.name} có trụ sở tại trung tâm tỉnh.</p></div>'
            "</article>"
        )
        return self.frame(f"<title>{title}</title>\n", "page-template-default page page-id-2", main)

    def archive_page(self, title: str, root: str, shown: list[Story], page: int, last: int) -> str:
        items = "".join(self.card(story) for story in shown)
        if page == 1 and root.startswith("/category/hoat"):
            items += "".join(
                f'<article class="post type-post hentry"><h2 class="entry-title"><a href="{path}">'
                f"{trap.title}</a></h2></article>\n"
                for path, trap in self.traps()
            )
        more = page < last or self.spec.always_next
        links = f'<span class="page-numbers current">{page}</span>'
        if page > 1:
            back = root if page == 2 else f"{root}page/{page - 1}/"
            links = f'<a class="prev page-numbers" href="{self.base_url}{back}">Trước</a>{links}'
        if more:
            links += (
                f'<a class="next page-numbers" href="{self.base_url}{root}page/{page + 1}/">Sau</a>'
            )
        main = (
            f'<header class="page-header"><h1 class="page-title">Chuyên mục: {self.press.text(title)}'
            f'</h1></header>\n{items}<nav class="navigation pagination"><div class="nav-links">{links}'
            "</div></nav>\n"
        )
        return self.frame(f"<title>{escape(title)}</title>\n", "archive category", main)

    def card(self, story: Story) -> str:
        title = self.press.text(story.title)
        return (
            f'<article id="post-{story.cms_id}" class="post-{story.cms_id} post type-post hentry '
            f'category-{story.section}"><h2 class="entry-title"><a href="{self.base_url}'
            f'{self.address(story)}">{title}</a></h2><div class="entry-content"><p>'
            f'{self.press.text(story.lead[:160])}&hellip; <a class="more-link" href="{self.base_url}'
            f'{self.address(story)}">Tiếp tục đọc <span class="screen-reader-text">{title}</span></a>'
            f'</p></div><footer class="entry-footer"><span class="posted-on">{self.time(story)}</span>'
            "</footer></article>\n"
        )

    def time(self, story: Story) -> str:
        return (
            f'<time class="entry-date published updated" datetime="{story.published.isoformat()}">'
            f"{story.published:%d/%m/%Y}</time>"
        )

    def post_page(self, story: Story) -> str:
        url = self.base_url + self.address(story)
        form: Literal["NFC", "NFD"] = "NFD" if story.decomposed else "NFC"
        title = unicodedata.normalize(form, self.press.text(story.title))
        shown_lead = self.lead_where(story) == "body"
        account = story.author if story.author_where == "field" else "quantri"
        body = body_html(story, self.press, lead=shown_lead, byline=self.signed(story))
        newer, older = self.newer_older(story, 1)
        neighbours = "".join(
            f'<div class="nav-{name}"><a href="{self.base_url}{self.address(s)}" rel="{rel}">'
            f'<span class="post-title">{self.press.text(s.title)}</span></a></div>'
            for name, rel, some in (("previous", "prev", older), ("next", "next", newer))
            for s in some
        )
        tags = ", ".join(
            f'<a href="/tag/{t.replace(" ", "-")}/" rel="tag">{t}</a>' for t in story.tags
        )
        main = (
            f'<article id="post-{story.cms_id}" class="post-{story.cms_id} post type-post status-publish '
            f'format-standard hentry category-{story.section} entry">\n<header class="entry-header">'
            f'<h1 class="entry-title">{title}</h1></header>\n<div class="entry-content">\n{body}\n</div>\n'
            f'<footer class="entry-footer"><div class="posted-by"><span class="posted-on">Đăng ngày '
            f'{self.time(story)}</span><span class="byline">Bởi <a href="/author/quantri/" rel="author">'
            f'{account}</a></span></div><span class="views">{self.views(story)} lượt xem</span><div '
            f'class="post-taxonomies"><span class="cat-links">Đăng trong <a href="/category/'
            f'{story.section}/" rel="category tag">{SECTIONS[story.section]}</a></span><span class='
            f'"tags-links">Gắn thẻ {tags}</span></div></footer>\n</article>\n{self.comments(story)}'
            f'<nav class="navigation post-navigation"><div class="nav-links">{neighbours}</div></nav>\n'
        )
        head = (
            f'<title>{title} &#8211; {self.name}</title>\n<link rel="canonical" href="{url}" />\n'
            f"<link rel='shortlink' href='{self.base_url}/?p={story.cms_id}' />\n"
        )
        classes = f"post-template-default single single-post postid-{story.cms_id}"
        return self.frame(head, classes, main)

    def comments(self, story: Story) -> str:
        moment = story.published + timedelta(days=2)
        return (
            '<div id="comments" class="comments-area"><h2 class="comments-title">1 bình luận</h2><ol>'
            '<li class="comment"><article class="comment-body"><footer class="comment-meta"><b class='
            f'"fn">Bạn đọc</b> <a href="{self.address(story)}#comment-6"><time datetime='
            f'"{moment.isoformat()}">{moment:%d/%m/%Y} lúc {moment:%H:%M}</time></a></footer><div class='
            '"comment-content"><p>Bài viết rất hay, cảm ơn ban biên tập.</p></div><a rel="nofollow" '
            f'href="{self.address(story)}?replytocom=6#respond">Trả lời</a></article></li></ol><form id='
            '"commentform"><p>Thư điện tử của bạn sẽ không được hiển thị công khai.</p></form></div>\n'
        )

    # -- feed, sitemap, REST

    def modified(self, story: Story) -> datetime:
        return story.edited_at or story.published + timedelta(minutes=11)

    def feed(self, request: Request) -> Response:
        slug = request.path.split("/")[2] if request.path.startswith("/category/") else ""
        some = self.by_section.get(slug, []) if slug else self.newest
        paged = self.page_number(request.query.get("paged"))
        shown = some[(paged - 1) * FEED_ITEMS : paged * FEED_ITEMS]
        edits = sum(story.edits for story in shown)
        etag = f'"{len(self.stories)}-{len(self.removed)}-{edits}-{paged}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status=304, headers=[("ETag", etag)])
        items = "".join(self.feed_item(story) for story in shown)
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content='
            '"http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
            f"<channel><title>{self.name}</title><link>{self.base_url}</link>\n{items}</channel></rss>\n"
        )
        feed = plain(text, content_type="application/rss+xml")
        newest = shown[0].published if shown else datetime.now(UTC)
        modified = format_datetime(newest.astimezone(UTC), usegmt=True)
        return replace(feed, headers=[("ETag", etag), ("Last-Modified", modified)])

    def feed_item(self, story: Story) -> str:
        stamp = format_datetime(story.published.astimezone(UTC))
        body = body_html(story, self.press, lead=self.lead_where(story) == "body", byline=False)
        return (
            f"<item><title>{self.press.text(story.title)}</title><link>{self.base_url}"
            f"{self.address(story)}</link><dc:creator><![CDATA[{story.author or 'quantri'}]]>"
            f"</dc:creator><pubDate>{stamp}</pubDate><category><![CDATA[{SECTIONS[story.section]}]]>"
            f'</category><guid isPermaLink="false">{self.base_url}/?p={story.cms_id}</guid><description>'
            f"<![CDATA[{self.shown(story.lead)}]]></description><content:encoded><![CDATA[{body}]]>"
            "</content:encoded></item>\n"
        )

    def sitemap(self, path: str) -> Response | None:
        files = self.newest[::-1]
        if path == "/wp-sitemap.xml":
            count = -(-len(files) // SITEMAP_ITEMS)
            inner = "".join(
                f"<sitemap><loc>{self.base_url}/wp-sitemap-{name}.xml</loc></sitemap>"
                for name in (
                    *(f"posts-post-{n + 1}" for n in range(count)),
                    "posts-page-1",
                    "taxonomies-category-1",
                )
            )
            return plain(xml("sitemapindex", inner), content_type="application/xml")
        if match := re.fullmatch(r"/wp-sitemap-posts-post-(\d+)\.xml", path):
            start = (int(match[1]) - 1) * SITEMAP_ITEMS
            urls = [self.address(s) for s in files[start : start + SITEMAP_ITEMS]]
        elif path == "/wp-sitemap-posts-page-1.xml":
            urls = ["/gioi-thieu/", "/lien-he/"]
        elif path == "/wp-sitemap-taxonomies-category-1.xml":
            urls = self.listings()
        else:
            return None
        inner = "".join(f"<url><loc>{self.base_url}{url}</loc></url>" for url in urls)
        return plain(xml("urlset", inner), content_type="application/xml")

    def rest(self, request: Request) -> Response | None:
        if request.path.rstrip("/") != "/wp-json/wp/v2/posts":
            return as_json({"code": "rest_no_route", "message": "Không có tuyến", "data": {}}, 404)
        size = min(int(request.query.get("per_page", "10")), 100)
        page = self.page_number(request.query.get("page"))
        some = list(self.newest)
        if request.query.get("orderby") == "modified":
            some.sort(key=self.modified, reverse=True)
        pages = -(-len(some) // size)
        if page > max(pages, 1):
            return as_json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, 400)
        shown = some[(page - 1) * size : page * size]
        wanted = request.query.get("_fields", "").split(",")
        rows = [self.rest_row(story) for story in shown]
        if wanted != [""]:
            rows = [{k: v for k, v in row.items() if k in wanted} for row in rows]
        totals = [("X-WP-Total", str(len(some))), ("X-WP-TotalPages", str(pages))]
        return replace(as_json(rows), headers=totals)

    def rest_row(self, story: Story) -> dict[str, object]:
        published, modified = story.published, self.modified(story)
        lead = self.lead_where(story) == "body"
        body = body_html(story, self.press, lead=lead, byline=self.signed(story))
        return {
            "id": story.cms_id,
            "date": f"{published:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{published.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            "modified": f"{modified:%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{modified.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            "slug": story.slug,
            "link": self.base_url + self.address(story),
            "title": {"rendered": self.press.text(story.title)},
            "excerpt": {"rendered": f"<p>{self.press.text(story.lead)}</p>\n", "protected": False},
            "content": {"rendered": body, "protected": False},
            "categories": [SECTION_IDS[story.section]],
            "tags": [],
        }
