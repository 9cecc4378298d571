"""WordPress: posts are known by their page, lists come from four places, aliases are many."""

from __future__ import annotations

import json

import pytest

from tests.spiders.answers import BASE, PROSE, answer, claim, document, family_of, of_kind

POST = "/don-ngo-xom-don-hoi-lang/"
REST = "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=modified&_fields=id"


@pytest.fixture
def family():
    return family_of("wordpress")


def post(
    title: str = "Dọn ngõ xóm đón hội làng", classes: str = "single single-post postid-57"
) -> str:
    return (
        f"<html><head><title>{title}</title></head><body class='{classes}'>"
        f"<article id='post-57' class='post hentry'><h1 class='entry-title'>{title}</h1>"
        "<time class='entry-date published' datetime='2024-03-05T08:15:09+07:00'>05/03/2024</time>"
        f"<div class='entry-content'>{PROSE}</div></article></body></html>"
    )


def archive(*paths: str, pager: str = "") -> str:
    items = "".join(
        f"<article class='post hentry'>"
        f"<h2 class='entry-title'><a href='{BASE}{path}'>Bài {n}</a></h2>"
        f"<div><p>Đoạn giới thiệu của bài thứ {n} trong danh sách này.</p></div>"
        f"<a href='{BASE}/category/tin-tuc/' rel='category tag'>Tin tức</a>"
        f"<time datetime='2024-03-0{n}T08:00:00+07:00'>0{n}/03/2024</time></article>"
        for n, path in enumerate(paths, 1)
    )
    return f"<html><body class='home blog'><main>{items}{pager}</main></body></html>"


def posts(*numbers: int) -> str:
    return json.dumps(
        [
            {
                "id": n,
                "date": "2024-03-05T08:15:09",
                "date_gmt": "2024-03-05T01:15:09",
                "modified_gmt": "2024-03-06T02:00:00",
                "link": f"{BASE}/bai-viet-{n}/",
                "title": {"rendered": f"B&#224;i vi&#7871;t {n}"},
                "excerpt": {"rendered": f"<p>Tóm tắt {n}</p>\n"},
            }
            for n in numbers
        ]
    )


class TestAddresses:
    @pytest.mark.parametrize(
        "alias",
        [
            POST + "?replytocom=12",
            POST + "?utm_source=zalo",
            POST + "?fbclid=abc",
            POST + "amp/",
            POST + "feed/",
            "http://songxanh.example.vn:80" + POST,
        ],
    )
    def test_an_alias_of_a_post_has_its_address(self, family, alias):
        url = alias if alias.startswith("http") else BASE + alias
        assert family.canonical(url) == BASE + POST

    def test_the_trailing_slash_stays_as_the_site_writes_it(self, family):
        assert (
            family.canonical(BASE + "/tin-tuc/don-ngo-57.html") == BASE + "/tin-tuc/don-ngo-57.html"
        )
        assert family.canonical(BASE + POST) == BASE + POST

    def test_a_short_link_is_never_fetched_as_a_page(self, family):
        assert family.denied(BASE + "/?p=57") == "alias of a post"

    @pytest.mark.parametrize(
        "path",
        [
            "/?p=57",
            "/?s=hoi+nghi",
            "/?attachment_id=5",
            "/tag/an-sinh/",
            "/author/quantri/",
            "/2024/03/",
            "/page/2/",
            "/category/tin-tuc/",
            "/category/tin-tuc/page/3/",
            "/wp-content/uploads/2024/03/anh.jpg",
            "/wp-login.php",
            "/wp-json/wp/v2/posts/57",
            "/comments/feed/",
            "/feed/",
        ],
    )
    def test_what_never_leads_to_a_post_is_not_followed(self, family, path):
        assert family.address(BASE + path).kind is None


class TestPosts:
    @pytest.mark.parametrize(
        "telling",
        [
            post(),
            post(classes="single single-post"),
            post(classes="single-post")
            .replace(" id='post-57'", "")
            .replace("</head>", f"<link rel='shortlink' href='{BASE}/?p=57'></head>"),
        ],
        ids=["body class", "article id", "shortlink"],
    )
    def test_the_key_is_the_id_that_the_page_tells(self, family, telling):
        page = answer(family, POST, telling)
        assert (page.kind, page.key) == ("article", "post:57")
        assert page.article is not None
        assert page.article.published_at == "2024-03-05T08:15:09+07:00"

    @pytest.mark.parametrize(
        "classes",
        ["page page-id-9", "attachment single-attachment single", "archive category", "error404"],
    )
    def test_a_page_that_is_no_post_is_no_article(self, family, classes):
        page = answer(family, "/gioi-thieu-chung/", post(classes=classes))
        assert (page.kind, page.article) == ("other", None)


class TestArchives:
    def test_posts_of_the_list_come_with_date_and_excerpt(self, family):
        page = archive(POST, "/bai-hai/")
        first = family.links(document(page), claim())[0]
        assert (first.url, first.kind, first.text) == (BASE + POST, "article", "Bài 1")
        assert first.hints == {
            "published_at": "2024-03-01T08:00:00+07:00",
            "date": "01/03/2024",
            "excerpt": "Đoạn giới thiệu của bài thứ 1 trong danh sách này.",
        }

    def test_the_next_page_is_the_one_marked_so(self, family):
        pager = (
            "<div class='nav-links'><a class='page-numbers' href='/page/3/'>3</a>"
            "<a class='next page-numbers' href='/page/2/'>Cũ hơn</a></div>"
        )
        links = family.links(document(archive(POST, pager=pager)), claim())
        assert [link.url for link in of_kind(links, "next")] == [BASE + "/page/2/"]

    def test_a_block_theme_has_its_own_pager_and_list(self, family):
        page = document(
            "<ul><li class='wp-block-post'><h2><a href='/don-ngo-xom/'>Dọn ngõ xóm</a></h2></li>"
            "</ul><p><a href='/gioi-thieu/'>Giới thiệu</a></p>"
            "<a class='wp-block-query-pagination-next' href='/category/tin/page/2/'>Sau</a>"
        )
        found = family.links(page, claim("/category/tin/"))
        assert [link.url for link in found if link.kind == "next"] == [
            BASE + "/category/tin/page/2/"
        ]
        assert [link.url for link in found if link.kind == "article"] == [BASE + "/don-ngo-xom/"]

    def test_a_link_back_to_newer_posts_is_not_the_next_page(self, family):
        pager = "<div class='nav-previous'><a href='/'>Mới hơn</a></div>"
        links = family.links(
            document(archive(POST, pager=pager), "/page/2/"),
            claim("/page/2/", hints={"page": "2"}),
        )
        assert of_kind(links, "next") == []

    def test_a_404_beyond_the_last_page_is_the_end(self, family):
        page = answer(family, "/page/9/", "<html></html>", kind="listing", status=404)
        assert (page.kind, page.links) == ("not-found", [])

    def test_a_search_is_no_listing_though_its_path_is_the_front_page(self, family):
        assert not family.is_listing(BASE + "/?s=hoi+nghi")
        assert family.is_listing(BASE + "/page/2/")


class TestInterface:
    def test_a_post_comes_with_its_times_and_excerpt(self, family):
        page = answer(family, REST, posts(7), kind="listing", content_type="application/json")
        (link,) = page.links
        assert (page.kind, link.kind, link.url) == ("listing", "article", BASE + "/bai-viet-7/")
        assert link.text == "Bài viết 7"
        assert link.hints == {
            "published_at": "2024-03-05T08:15:09+07:00",
            "modified_at": "2024-03-06T09:00:00+07:00",
            "excerpt": "Tóm tắt 7",
        }

    def test_it_goes_on_while_the_header_says_there_are_pages(self, family):
        said = {"X-WP-TotalPages": "2"}
        first = answer(
            family, REST, posts(7), kind="listing", content_type="application/json", headers=said
        )
        (following,) = of_kind(first.links, "next")
        assert "page=2" in following.url
        last = answer(
            family,
            following.url,
            posts(6),
            kind="listing",
            content_type="application/json",
            headers=said,
            hints=following.hints,
        )
        assert of_kind(last.links, "next") == []

    def test_without_the_header_a_short_page_is_the_last(self, family):
        page = answer(family, REST, posts(7, 6), kind="listing", content_type="application/json")
        assert of_kind(page.links, "next") == []

    @pytest.mark.parametrize(
        "body", ["{", "[null, 3, {}]", '{"code": "rest_disabled"}', "[" * 9999]
    )
    def test_odd_json_gives_a_page_without_links(self, family, body):
        page = answer(family, REST, body, kind="listing", content_type="application/json")
        assert page.links == []

    def test_where_it_is_off_the_answer_is_what_its_status_says(self, family):
        body = '{"code":"rest_no_route"}'
        page = answer(
            family, REST, body, kind="listing", status=404, content_type="application/json"
        )
        assert page.kind == "not-found"


def test_a_feed_lists_posts_without_the_accounts_that_posted_them(family):
    feed = (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item>"
        f"<title>Dọn ngõ</title><link>{BASE}{POST}</link><dc:creator>quantri</dc:creator>"
        "<pubDate>Tue, 05 Mar 2024 01:15:09 +0000</pubDate></item></channel></rss>"
    )
    page = answer(family, "/feed/", feed, kind="feed", content_type="application/rss+xml")
    assert page.links[0].hints == {"published_at": "2024-03-05T08:15:09+07:00"}


def test_of_the_sitemap_only_posts_are_read(family):
    names = ("posts-post-1", "posts-page-1", "taxonomies-category-1", "users-1")
    index = "".join(f"<sitemap><loc>{BASE}/wp-sitemap-{n}.xml</loc></sitemap>" for n in names)
    body = (
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{index}</sitemapindex>"
    )
    page = answer(family, "/wp-sitemap.xml", body, kind="sitemap", content_type="application/xml")
    assert [link.url for link in page.links] == [BASE + "/wp-sitemap-posts-post-1.xml"]


def test_seeds_start_with_what_costs_least(family):
    assert [link.kind for link in family.seeds()] == ["feed", "listing", "listing", "sitemap"]


def test_half_a_character_in_the_json_of_the_interface_stops_nothing():
    posts = [
        {"id": 1, "link": f"{BASE}/2024/05/bai-mot/", "title": {"rendered": "Một \ud83d"}},
        {"id": 2, "link": f"{BASE}/2024/05/\udcff/", "title": {"rendered": "Hai"}},
    ]
    page = answer(
        family_of("wordpress"),
        "/wp-json/wp/v2/posts?per_page=100&page=1",
        json.dumps(posts),
        kind="listing",
        content_type="application/json",
    )
    assert [link.text for link in page.links] == ["Một"]
