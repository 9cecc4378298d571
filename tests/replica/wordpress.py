"""A WordPress 6 site with a classic theme: permalinks, archives, feed, sitemap and REST."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.nukeviet import xml
from tests.replica.sentences import SECTIONS
from tests.replica.site import MORE, Routes, Site
from tests.replica.wire import Request, Response, as_json, html, plain, redirect

if TYPE_CHECKING:
    from tests.replica.story import Story

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
        "\nSitemap: {base}/wp-sitemap.xml\n"
    )
    routes: ClassVar[Routes] = (
        (re.compile(r"/"), "home"),
        (re.compile(r"/wp-json/(.*?)/?"), "rest"),
        (re.compile(r"/wp-sitemap\.xml"), "sitemap_index"),
        (
            re.compile(r"/wp-sitemap-(posts-post|posts-page|taxonomies-category)-(\d+)\.xml"),
            "sitemap",
        ),
        (re.compile(r"(?:/category/([a-z0-9-]+))?/feed/"), "feed"),
        (re.compile(r"/(?:tag|author|date)/.*"), "some_archive"),
        (re.compile(r"(?:/category/(?P<slug>[a-z0-9-]+))?/(?:page/(?P<page>\d+)/)?"), "archive"),
        (re.compile(r"/(gioi-thieu|lien-he)/"), "static"),
        (re.compile(r"/([a-z0-9-]+)/(?:(?:feed|amp)/)?"), "post"),
        (re.compile(r"/[a-z0-9-]+"), "add_slash"),
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
            f"{path}?utm_source=zalo",
            f"{path}?replytocom=7",
            f"{path}amp/",
            f"/?p={story.cms_id}",
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

    # -- what each address answers

    def home(self, request: Request, match: re.Match[str]) -> Response | None:
        """The newest posts; `/?p=N` is the alias of a post."""
        alias = request.query.get("p")
        if alias is None:
            return self.archive(request, match)
        story = self.by_cms_id.get(int(alias)) if alias.isdigit() else None
        return redirect(self.base_url + self.address(story)) if story else None

    def some_archive(self, request: Request, match: re.Match[str]) -> Response:
        return html(self.archive_page("Lưu trữ", request.path, self.newest[:10], 1, 1))

    def static(self, request: Request, match: re.Match[str]) -> Response:
        title = "Giới thiệu" if match[1] == "gioi-thieu" else "Liên hệ"
        main = f"""
<article id="post-2" class="post-2 page type-page hentry">
  <h1 class="entry-title">{title}</h1>
  <div class="entry-content"><p>{self.name} có trụ sở tại trung tâm tỉnh.</p></div>
</article>"""
        head = f"<title>{title}</title>"
        return html(self.frame(head, "page-template-default page page-id-2", main))

    def post(self, request: Request, match: re.Match[str]) -> Response | None:
        story = self.by_slug.get(match[1])
        if story is None:
            return None
        return self.gone(story) or html(self.post_page(story))

    def add_slash(self, request: Request, match: re.Match[str]) -> Response:
        return redirect(f"{self.base_url}{request.path}/")

    def archive(self, request: Request, match: re.Match[str]) -> Response | None:
        slug, number = match.groupdict().get("slug"), match.groupdict().get("page")
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
        recent = furniture.anchors(self.tracked(self.most_read()))
        numbers = ", ".join(f"{k}: {v}" for k, v in furniture.counters(self.visits + self.bumped))
        page = f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="UTF-8" />
{head}
<meta name="generator" content="WordPress 6.1.9" />
<link rel="https://api.w.org/" href="{self.base_url}/wp-json/" />
<link rel="alternate" type="application/rss+xml" href="{self.base_url}/feed/" />
</head>
<body class="{classes}">
<header id="masthead">
  <p class="site-title"><a href="{self.base_url}/">{self.name}</a></p>
  <nav><ul>{menu}</ul></nav>
  <div class="today">{furniture.page_clock()}</div>
</header>
<div id="content"><main id="main" class="site-main">
{main}
</main></div>
<aside class="widget-area">
  <section class="widget widget_search">
    <form role="search"><input type="search" name="s"></form></section>
  <section class="widget"><h2>Bài viết mới</h2>
    <ul class="wp-block-latest-posts">{recent}</ul>{MORE}</section>
  <section class="widget"><h2>Thăm dò ý kiến</h2>{furniture.poll_form()}</section>
  <section class="widget"><h2>Liên kết</h2>
    <ul>{furniture.anchors(furniture.OFF_SITE)}</ul></section>
  <section class="widget"><h2>Thống kê</h2><p>{numbers}</p></section>
</aside>
<footer id="colophon">
  <div class="site-info">{self.name}. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</div>
  <div class="powered-by">Proudly powered by <a href="https://wordpress.org/">WordPress</a>.</div>
</footer>
</body>
</html>
"""
        return self.finished(page)

    def archive_page(self, title: str, root: str, shown: list[Story], page: int, last: int) -> str:
        items = "".join(self.card(story) for story in shown)
        if page == 1 and root.startswith("/category/hoat"):
            items += "".join(
                f'<article class="post type-post hentry"><h2 class="entry-title"><a href="{path}">'
                f"{trap.title}</a></h2></article>\n"
                for path, trap in self.traps()
            )
        links = f'<span class="page-numbers current">{page}</span>'
        if page > 1:
            back = root if page == 2 else f"{root}page/{page - 1}/"
            links = f'<a class="prev page-numbers" href="{self.base_url}{back}">Trước</a>{links}'
        if page < last or self.spec.always_next:
            following = f"{self.base_url}{root}page/{page + 1}/"
            links += f'<a class="next page-numbers" href="{following}">Sau</a>'
        main = f"""
<header class="page-header">
  <h1 class="page-title">Chuyên mục: {self.press.text(title)}</h1>
</header>
{items}
<nav class="navigation pagination"><div class="nav-links">{links}</div></nav>
"""
        return self.frame(f"<title>{escape(title)}</title>", "archive category", main)

    def card(self, story: Story) -> str:
        title, url = self.press.text(story.title), self.base_url + self.address(story)
        return f"""
<article id="post-{story.cms_id}" class="post type-post hentry category-{story.section}">
  <h2 class="entry-title"><a href="{url}">{title}</a></h2>
  <div class="entry-content"><p>{self.press.text(story.lead[:160])}&hellip;
    <a class="more-link" href="{url}">Tiếp tục đọc <span class="screen-reader-text">{title}</span>
    </a></p></div>
  <footer class="entry-footer"><span class="posted-on">{self.time(story)}</span></footer>
</article>
"""

    def time(self, story: Story) -> str:
        return (
            f'<time class="entry-date published updated" datetime="{story.published.isoformat()}">'
            f"{story.published:%d/%m/%Y}</time>"
        )

    def post_page(self, story: Story) -> str:
        form: Literal["NFC", "NFD"] = "NFD" if story.decomposed else "NFC"
        title = unicodedata.normalize(form, self.press.text(story.title))
        account = story.author if story.author_where == "field" else "quantri"
        in_body = self.lead_where(story) == "body"
        classes = f"post type-post status-publish format-standard hentry category-{story.section}"
        main = f"""
<article id="post-{story.cms_id}" class="post-{story.cms_id} {classes} entry">
  <header class="entry-header"><h1 class="entry-title">{title}</h1></header>
  <div class="entry-content">
{body_html(story, self.press, lead=in_body, byline=self.signed(story))}
  </div>
  <footer class="entry-footer">
    <div class="posted-by"><span class="posted-on">Đăng ngày {self.time(story)}</span>
      <span class="byline">Bởi <a href="/author/quantri/" rel="author">{account}</a></span></div>
    <span class="views">{self.views(story)} lượt xem</span>
    {self.taxonomies(story)}
  </footer>
</article>
{self.comments(story)}
{self.neighbours(story)}
"""
        head = f"""<title>{title} &#8211; {self.name}</title>
<link rel="canonical" href="{self.base_url}{self.address(story)}" />
<link rel='shortlink' href='{self.base_url}/?p={story.cms_id}' />"""
        body_classes = f"post-template-default single single-post postid-{story.cms_id}"
        return self.frame(head, body_classes, main)

    def taxonomies(self, story: Story) -> str:
        tags = ", ".join(
            f'<a href="/tag/{tag.replace(" ", "-")}/" rel="tag">{tag}</a>' for tag in story.tags
        )
        section = SECTIONS[story.section]
        return f"""<div class="post-taxonomies">
  <span class="cat-links">Đăng trong
    <a href="/category/{story.section}/" rel="category tag">{section}</a></span>
  <span class="tags-links">Gắn thẻ {tags}</span>
</div>"""

    def neighbours(self, story: Story) -> str:
        newer, older = self.newer_older(story, 1)
        links = "".join(
            f'<div class="nav-{name}"><a href="{self.base_url}{self.address(s)}" rel="{rel}">'
            f'<span class="post-title">{self.press.text(s.title)}</span></a></div>'
            for name, rel, some in (("previous", "prev", older), ("next", "next", newer))
            for s in some
        )
        return f'<nav class="post-navigation"><div class="nav-links">{links}</div></nav>'

    def comments(self, story: Story) -> str:
        moment = story.published + timedelta(days=2)
        path = self.address(story)
        return f"""
<div id="comments" class="comments-area">
  <h2 class="comments-title">1 bình luận</h2>
  <ol><li class="comment"><article class="comment-body">
    <footer class="comment-meta"><b class="fn">Bạn đọc</b>
      <a href="{path}#comment-6"><time datetime="{moment.isoformat()}">{moment:%d/%m/%Y}</time></a>
    </footer>
    <div class="comment-content"><p>Bài viết rất hay, cảm ơn ban biên tập.</p></div>
    <a rel="nofollow" href="{path}?replytocom=6#respond">Trả lời</a>
  </article></li></ol>
  <form id="commentform"><p>Thư điện tử của bạn sẽ không được hiển thị công khai.</p></form>
</div>
"""

    # -- feed, sitemap, REST

    def modified(self, story: Story) -> datetime:
        return story.edited_at or story.published + timedelta(minutes=11)

    def feed(self, request: Request, match: re.Match[str]) -> Response:
        """The newest posts, ten a page; the one place that answers 304."""
        some = self.by_section.get(match[1], []) if match[1] else self.newest
        paged = self.page_number(request.query.get("paged"))
        shown = some[(paged - 1) * FEED_ITEMS : paged * FEED_ITEMS]
        edits = sum(story.edits for story in shown)
        etag = f'"{len(self.stories)}-{len(self.removed)}-{edits}-{paged}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status=304, headers=[("ETag", etag)])
        items = "".join(self.feed_item(story) for story in shown)
        text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>{self.name}</title><link>{self.base_url}</link>
{items}</channel></rss>
"""
        newest = shown[0].published if shown else datetime.now(UTC)
        modified = format_datetime(newest.astimezone(UTC), usegmt=True)
        headers = [("ETag", etag), ("Last-Modified", modified)]
        return replace(plain(text, content_type="application/rss+xml"), headers=headers)

    def feed_item(self, story: Story) -> str:
        body = body_html(story, self.press, lead=self.lead_where(story) == "body", byline=False)
        return f"""<item><title>{self.press.text(story.title)}</title>
<link>{self.base_url}{self.address(story)}</link>
<dc:creator><![CDATA[{story.author or "quantri"}]]></dc:creator>
<pubDate>{format_datetime(story.published.astimezone(UTC))}</pubDate>
<category><![CDATA[{SECTIONS[story.section]}]]></category>
<guid isPermaLink="false">{self.base_url}/?p={story.cms_id}</guid>
<description><![CDATA[{self.shown(story.lead)}]]></description>
<content:encoded><![CDATA[{body}]]></content:encoded></item>
"""

    def sitemap_index(self, request: Request, match: re.Match[str]) -> Response:
        count = -(-len(self.newest) // SITEMAP_ITEMS)
        posts = [f"posts-post-{n + 1}" for n in range(count)]
        inner = "".join(
            f"<sitemap><loc>{self.base_url}/wp-sitemap-{name}.xml</loc></sitemap>"
            for name in (*posts, "posts-page-1", "taxonomies-category-1")
        )
        return plain(xml("sitemapindex", inner), content_type="application/xml")

    def sitemap(self, request: Request, match: re.Match[str]) -> Response:
        urls = ["/gioi-thieu/", "/lien-he/"]
        if match[1].startswith("taxonomies"):
            urls = self.listings()
        elif match[1] == "posts-post":
            start = (int(match[2]) - 1) * SITEMAP_ITEMS
            urls = [self.address(s) for s in self.newest[::-1][start : start + SITEMAP_ITEMS]]
        inner = "".join(f"<url><loc>{self.base_url}{url}</loc></url>" for url in urls)
        return plain(xml("urlset", inner), content_type="application/xml")

    def rest(self, request: Request, match: re.Match[str]) -> Response:
        if match[1] != "wp/v2/posts":
            return as_json({"code": "rest_no_route", "message": "Không có tuyến", "data": {}}, 404)
        size = min(int(request.query.get("per_page", "10")), 100)
        page = self.page_number(request.query.get("page"))
        some = list(self.newest)
        if request.query.get("orderby") == "modified":
            some.sort(key=self.modified, reverse=True)
        pages = -(-len(some) // size)
        if page > max(pages, 1):
            return as_json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, 400)
        rows = [self.rest_row(story) for story in some[(page - 1) * size : page * size]]
        wanted = request.query.get("_fields", "").split(",")
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
