"""NukeViet: one article behind many addresses, categories as listings, three ways a pager ends."""

from __future__ import annotations

import pytest

from tests.spiders.answers import BASE, PROSE, answer, claim, document, family_of, keys, of_kind

ARTICLE = "/vi/news/tin-dia-phuong/don-ngo-xom-don-hoi-lang-41.html"
OTHER = "/vi/news/an-sinh/sua-mai-nha-truoc-mua-mua-42.html"


@pytest.fixture
def family():
    return family_of("nukeviet", listings=("/vi/news/",))


def listing(items: str, *, head: str = "", side: str = "", pager: str = "") -> str:
    return (
        f"<html><head><title>Tin</title>{head}</head><body>"
        f"<ul class='nav'><li><a href='/vi/'>Trang chủ</a></li>"
        f"<li><a href='/vi/news/tin-dia-phuong/'>Tin địa phương</a></li></ul>"
        f"<div class='news_column'>{items}{pager}</div><div class='side'>{side}</div></body></html>"
    )


def item(path: str, title: str, date: str = "05/03/2024 08:15:09", lead: str = "") -> str:
    return (
        f"<div class='panel'><div class='panel-body'><a href='{path}' title='{title}'><img></a>"
        f"<h3><a href='{path}' title='{title}'>{title}</a></h3><ul class='list-inline'>"
        f"<li><em class='fa fa-clock-o'>&nbsp;</em> {date}</li><li>Đã xem: 93</li></ul>"
        f"{lead}</div></div>"
    )


def article_page(extra: str = "") -> str:
    return (
        "<html><head><title>Dọn ngõ xóm đón hội làng</title></head><body>"
        "<div class='news_column' itemtype='http://schema.org/NewsArticle' itemscope>"
        "<h1 class='title' itemprop='headline'>Dọn ngõ xóm đón hội làng</h1>"
        "<span class='h5'>Thứ ba - 05/03/2024 08:15</span>"
        f"<div id='news-bodyhtml' class='bodytext'>{PROSE}</div></div>{extra}</body></html>"
    )


class TestArticleAddresses:
    @pytest.mark.parametrize(
        "twin",
        [
            ARTICLE,
            ARTICLE + "?utm_source=zalo&utm_medium=chat",
            ARTICLE + "?nv_redirect=aGVsbG8&nvvithemever=d",
            ARTICLE + "?download=1&id=3",
            ARTICLE + "/",
            ARTICLE + "#comments",
            "/vi/news/print/tin-dia-phuong/don-ngo-xom-don-hoi-lang-41.html",
            "/vi/news/savefile/tin-dia-phuong/don-ngo-xom-don-hoi-lang-41.html",
            "/vi/news/sendmail/tin-dia-phuong/don-ngo-xom-don-hoi-lang-41.html",
        ],
    )
    def test_every_twin_of_an_article_has_its_address(self, family, twin):
        assert family.canonical(BASE + twin) == BASE + ARTICLE
        assert family.key(BASE + twin) == "news:41"

    def test_an_article_of_version_3_keeps_the_slash_it_ends_with(self, family):
        url = BASE + "/vi/news/tin-dia-phuong/don-ngo-xom-41/"
        assert family.canonical(url) == url
        assert family.canonical(url.replace("/tin", "/print/tin")) == url
        assert family.key(url) == "news:41"

    def test_the_key_is_the_id_whatever_slug_and_category_say(self, family):
        assert family.key(BASE + "/vi/news/an-sinh/ten-khac-41.html") == "news:41"

    def test_an_address_that_is_not_rewritten_is_read(self, family):
        url = BASE + "/index.php?language=vi&nv=news&op=tin-dia-phuong/don-ngo-xom-41"
        assert family.key(url + "&utm_source=x") == "news:41"
        assert family.key(url.replace("op=tin", "op=savefile/tin")) == "news:41"

    def test_another_language_numbers_for_itself(self, family):
        assert family.key(BASE + "/en/news/local/village-day-41.html") == "news@en:41"

    def test_a_cloned_module_counts_only_when_the_row_names_it(self, family):
        url = BASE + "/vi/tin-tuc/doan-the/hop-mat-dau-xuan-7.html"
        assert family.key(url) is None
        both = family_of("nukeviet", listings=("/vi/news/",), modules=("news", "tin-tuc"))
        assert both.key(url) == "tin-tuc:7"

    def test_an_address_without_module_counts_only_when_the_row_says_so(self, family):
        url = BASE + "/doan-the/hop-mat-dau-xuan-7.html"
        assert family.key(url) is None
        bare = family_of("nukeviet", listings=("/",), modules=("news", ""))
        assert bare.key(url) == "news:7"
        assert bare.key(BASE + "/index.php/doan-the/hop-mat-dau-xuan-7.html") == "news:7"

    @pytest.mark.parametrize(
        "path",
        [
            "/vi/about/gioi-thieu-3.html",
            "/vi/news/tag/dai-hoi-13",
            "/vi/news/topic/dai-hoi-13/",
            "/vi/news/author/ban-bien-tap-2/",
            "/vi/news/groups/tin-noi-bat-1/",
            "/vi/news/rss/tin-dia-phuong-4/",
            "/vi/news/tin-dia-phuong/page-2/",
            "/vi/news/tin-dia-phuong/page-2",
            "/uploads/news/2024_03/anh-12.jpg",
        ],
    )
    def test_what_only_looks_like_an_article_is_none(self, family, path):
        assert family.address(BASE + path).kind is None


class TestListing:
    def test_list_items_come_first_with_what_the_list_says_of_them(self, family):
        page = listing(
            item(
                ARTICLE,
                "Dọn ngõ xóm đón hội làng",
                lead="Con ngõ ba trăm mét được dọn sạch trong một buổi sáng.",
            ),
            side=f"<a href='{OTHER}'>Sửa mái nhà trước mùa mưa</a>",
        )
        first, *others = family.links(document(page, "/vi/news/"), claim("/vi/news/"))
        assert (first.key, first.text) == ("news:41", "Dọn ngõ xóm đón hội làng")
        assert first.hints == {
            "date": "05/03/2024 08:15:09",
            "excerpt": "Con ngõ ba trăm mét được dọn sạch trong một buổi sáng.",
        }
        side = next(link for link in others if link.key == "news:42")
        assert (side.kind, side.text, side.hints) == ("article", "Sửa mái nhà trước mùa mưa", {})

    @pytest.mark.parametrize(
        "template",
        [
            "<div class='list-group'><a class='show h4' href='{0}'>{1}</a></div>",
            "<div class='news_column'><div class='thumbnail'><a href='{0}'><img></a>"
            "<h4><a href='{0}'>{1}</a></h4></div></div>",
            "<div class='news_column'><div class='panel'><h4><a href='/vi/news/an-sinh/'>x</a>"
            "</h4><ul class='related'><li><a href='{0}'>{1}</a></li></ul></div></div>",
            "<div class='news_column'><h2><a href='{0}'>{1}</a></h2><p>Một đoạn ngắn.</p></div>",
            "<div id='list'><table><tr><td><a href='{0}'>{1}</a></td></tr></table></div>",
        ],
        ids=["list", "grid", "main", "two-column", "3.x"],
    )
    def test_every_template_of_a_list_is_read(self, family, template):
        page = document(f"<html><body>{template.format(ARTICLE, 'Dọn ngõ xóm')}</body></html>")
        found = of_kind(family.links(page, claim("/vi/news/an-sinh/")), "article")
        assert [(link.url, link.text) for link in found] == [(BASE + ARTICLE, "Dọn ngõ xóm")]

    def test_a_headline_is_not_its_own_excerpt(self, family):
        title = "Bà con tổ dân phố số bốn cùng nhau dọn con ngõ dài ba trăm mét"
        first = family.links(
            document(listing(item(ARTICLE, title)), "/vi/news/"), claim("/vi/news/")
        )[0]
        assert first.text == title
        assert first.hints == {"date": "05/03/2024 08:15:09"}

    def test_a_running_number_in_the_link_is_not_its_text(self, family):
        page = listing(
            f"<div class='list-group'><a class='show h4' href='{ARTICLE}'"
            " title='Dọn ngõ xóm đón hội làng'><span>1</span> Dọn ngõ xóm đón hội làng</a></div>"
        )
        first = family.links(document(page, "/vi/news/"), claim("/vi/news/"))[0]
        assert first.text == "Dọn ngõ xóm đón hội làng"

    def test_categories_of_a_module_are_listings_when_its_root_is(self, family):
        found = of_kind(
            family.links(document(listing(""), ARTICLE), claim(ARTICLE, "article")), "listing"
        )
        assert [link.url for link in found] == [BASE + "/vi/news/tin-dia-phuong/"]

    def test_other_categories_are_not_followed_when_the_row_names_one(self):
        family = family_of("nukeviet", listings=("/vi/news/an-sinh/",))
        assert family.links(document(listing(""), ARTICLE), claim(ARTICLE, "article")) == []

    def test_a_portal_gives_only_what_its_lists_list(self):
        family = family_of("nukeviet", listings=("/vi/news/an-sinh/",), owner="government-portal")
        page = listing(item(OTHER, "Sửa mái nhà"), side=f"<a href='{ARTICLE}'>Dọn ngõ</a>")
        links = family.links(document(page, "/vi/news/an-sinh/"), claim("/vi/news/an-sinh/"))
        assert keys(links) == ["news:42"]

    def test_pages_of_the_pager_are_reached_by_the_next_link_alone(self, family):
        page = listing(
            item(ARTICLE, "Dọn ngõ"),
            head=f"<link rel='next' href='{BASE}/vi/news/tin-dia-phuong/page-2/'>",
            pager="<ul class='pagination'><li><a href='javascript:void(0)'>1</a></li><li>"
            "<li><a href='/vi/news/tin-dia-phuong/page-2/'>2</a></li>"
            "<li><a href='/vi/news/tin-dia-phuong/page-3/'>3</a></li></ul>",
        )
        links = family.links(
            document(page, "/vi/news/tin-dia-phuong/"), claim("/vi/news/tin-dia-phuong/")
        )
        (following,) = [link for link in links if "page-" in link.url]
        assert (following.kind, following.url) == ("next", BASE + "/vi/news/tin-dia-phuong/page-2/")
        assert following.hints["page"] == "2"


class TestPagerEnds:
    def test_without_a_next_link(self, family):
        page = listing(item(ARTICLE, "Dọn ngõ"))
        assert of_kind(family.links(document(page, "/vi/news/"), claim("/vi/news/")), "next") == []

    def test_at_a_redirect_to_the_category(self, family):
        page = answer(
            family,
            "/vi/news/an-sinh/page-9/",
            kind="listing",
            status=301,
            headers={"Location": "/vi/news/an-sinh/"},
            hints={"page": "9"},
        )
        assert (page.kind, page.links) == ("redirect", [])
        assert page.evidence["not_followed"] == "the pager's end"

    def test_at_the_rows_limit(self):
        family = family_of("nukeviet", listings=("/vi/news/",), max_pages=1)
        head = f"<link rel='next' href='{BASE}/vi/news/page-2/'>"
        page = answer(
            family, "/vi/news/", listing(item(ARTICLE, "Dọn ngõ"), head=head), kind="listing"
        )
        assert of_kind(page.links, "next") == []
        assert page.evidence["pager"] == "stopped at page 1 (max_pages)"


class TestPages:
    def test_an_article_page_gives_the_article_and_its_related_links(self, family):
        related = (
            f"<ul class='detail-related'><li><h4><a href='{OTHER}'>Sửa mái nhà</a></h4></li></ul>"
        )
        page = answer(family, ARTICLE, article_page(related), kind="article")
        assert (page.kind, page.key) == ("article", "news:41")
        assert page.article is not None
        assert page.article.title == "Dọn ngõ xóm đón hội làng"
        assert page.article.published_at == "2024-03-05T08:15:00+07:00"
        assert keys(page.links) == ["news:42"]

    @pytest.mark.parametrize(
        ("canonical", "url"),
        [
            (ARTICLE.replace("-hoi-lang", ""), ARTICLE.replace("-hoi-lang", "")),
            (ARTICLE.replace("/news/", "/news/savefile/"), ARTICLE),  # as their print views say
            (OTHER, ARTICLE),
            ("/vi/news/", ARTICLE),
            ("https://another.example.vn" + ARTICLE, ARTICLE),
            ("http://[", ARTICLE),
        ],
    )
    def test_an_article_stands_where_it_says_if_that_is_an_address_of_it(
        self, family, canonical, url
    ):
        head = f"<link rel='canonical' href='{canonical}'></head>"
        body = article_page().replace("</head>", head)
        page = answer(family, ARTICLE, body, kind="article")
        assert (page.kind, page.url) == ("article", BASE + url)

    def test_an_article_does_not_link_to_itself(self, family):
        page = answer(
            family, ARTICLE, article_page(f"<a href='{ARTICLE}'>Bản in</a>"), kind="article"
        )
        assert keys(page.links) == []

    def test_a_category_found_by_hand_is_a_listing(self, family):
        page = answer(family, "/vi/news/an-sinh/", listing(item(OTHER, "Sửa mái nhà")))
        assert (page.kind, page.article) == ("listing", None)

    def test_a_missing_article_is_not_found_and_keeps_its_key(self, family):
        page = answer(family, ARTICLE, "<html><body>404</body></html>", status=404)
        assert (page.kind, page.key) == ("not-found", "news:41")

    def test_of_a_feeds_times_only_the_day_is_taken(self, family):
        feed = (
            "<rss version='2.0'><channel><item><title>Dọn ngõ xóm</title>"
            f"<link>{BASE}{ARTICLE}?utm_source=rss</link><guid>news_41</guid>"
            "<description><![CDATA[<img src='/a.jpg'>Con ngõ sạch <b>đẹp</b> hơn]]></description>"
            "<pubDate>Mon, 4 Mar 2024 18:03:09 GMT</pubDate></item></channel></rss>"
        )
        page = answer(family, "/vi/news/rss/", feed, kind="feed", content_type="text/xml")
        (link,) = page.links
        assert (page.kind, link.url, link.key) == ("feed", BASE + ARTICLE, "news:41")
        assert link.hints == {"published_at": "2024-03-05", "excerpt": "Con ngõ sạch đẹp hơn"}

    def test_only_the_news_part_of_the_sitemap_is_read(self, family):
        index = "".join(
            f"<sitemap><loc>{BASE}/sitemap-vi.{name}.xml</loc></sitemap>"
            for name in ("about", "news")
        )
        body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{index}</sitemapindex>"
        page = answer(family, "/sitemap.xml", body, kind="sitemap", content_type="text/xml")
        assert [link.url for link in page.links] == [BASE + "/sitemap-vi.news.xml"]


def test_seeds_are_the_modules_feed_the_listings_and_the_sitemap(family):
    assert [(link.kind, link.url.removeprefix(BASE)) for link in family.seeds()] == [
        ("feed", "/vi/news/rss/"),
        ("listing", "/vi/news/"),
        ("sitemap", "/sitemap.xml"),
    ]
