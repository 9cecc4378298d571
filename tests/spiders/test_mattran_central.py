"""The central site: sections by their pager, and its days one after another."""

from __future__ import annotations

import pytest

from tests.spiders.answers import BASE, PROSE, answer, family_of, of_kind

STORIES = "<div class='list-news'><h3 class='story__heading'>{}</h3></div>"
STORY = "<a href='/tin-hoat-dong/ba-con-don-ngo-41.html'>Bà con dọn ngõ</a>"
NEXT = "<div class='pagination__pages'><a class='next' href='{}'>Sau</a></div>"
SIDE = "<aside><a href='/tin-hoat-dong/bai-khac-99.html'>Bài khác</a></aside>"


@pytest.fixture
def family():
    return family_of("mattran-central", listings=("/", "/tin-hoat-dong"))


def follow(family, path, body, **known):
    """Return the address of the next page of a listing, and its hints."""
    page = answer(family, path, f"<html><body>{body}</body></html>", kind="listing", **known)
    return [(link.url, link.hints) for link in of_kind(page.links, "next")], page


def test_the_front_page_leads_to_the_day_of_the_visit(family):
    found, _ = follow(family, "/", STORIES.format(STORY))
    assert found == [(f"{BASE}/?bydate=02-11-2024", {"page": "2", "empty": "0"})]


def test_a_day_has_pages_and_then_the_day_before(family):
    body = STORIES.format(STORY)
    more = NEXT.format("/?bydate=01-03-2024&page=2")
    ((url, _),), _ = follow(family, "/?bydate=01-03-2024", body + more)
    assert url == f"{BASE}/?bydate=01-03-2024&page=2"
    ((url, _),), _ = follow(family, "/?bydate=01-03-2024&page=2", body)
    assert url == f"{BASE}/?bydate=29-02-2024"


def test_a_day_without_articles_is_passed(family):
    ((url, hints),), page = follow(family, "/?bydate=01-02-2024", SIDE, hints={"page": "9"})
    assert (url, hints) == (f"{BASE}/?bydate=31-01-2024", {"page": "10", "empty": "1"})
    assert of_kind(page.links, "article")[0].key == "id:99"


def test_after_many_empty_days_the_archive_has_ended(family):
    found, page = follow(family, "/?bydate=01-02-2024", "", hints={"empty": "14"})
    assert found == []
    assert page.evidence["pager"] == "no article on 15 days"


@pytest.mark.parametrize("day", ["01-01-2007", "31-02-2024"])
def test_no_day_lies_before_the_first_or_outside_the_calendar(family, day):
    found, _ = follow(family, f"/?bydate={day}", STORIES.format(STORY))
    assert [url for url, _ in found if "bydate" in url] == []


def test_a_section_goes_on_by_its_own_pager_only(family):
    ((url, _),), _ = follow(
        family, "/tin-hoat-dong", STORIES.format(STORY) + NEXT.format("/tin-hoat-dong?page=2")
    )
    assert url == f"{BASE}/tin-hoat-dong?page=2"
    found, _ = follow(family, "/tin-hoat-dong?page=2", STORIES.format(STORY))
    assert found == []


def test_an_article_is_read_without_the_stories_set_in_it(family):
    body = (
        "<html><body><div class='main-column'><h1>Bà con dọn ngõ</h1>"
        "<div class='article__meta'><time>09:21 19/06/2023</time></div>"
        "<div class='article__sapo'>(Mặt trận) - Cả xóm cùng dọn ngõ.</div>"
        f"<div class='article__body'>{PROSE}"
        "<div class='article__inner-relate'><a href='/x-77.html'>Tỉnh khác họp</a></div></div>"
        "</div></body></html>"
    )
    page = answer(family, "/tin-hoat-dong/ba-con-don-ngo-41.html", body)
    assert page.article is not None
    assert page.article.title == "Bà con dọn ngõ"
    assert page.article.published_at == "2023-06-19T09:21:00+07:00"
    assert "Tỉnh khác họp" not in page.article.body
