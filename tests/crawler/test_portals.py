"""A portal is crawled for the Front's stories; what is left out can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.crawler.raw_server import RawServer, answer
from tests.crawler.test_tls import command

TEASER = "Con đường dài hai cây số nối ba thôn với chợ, do hơn một trăm gia đình hai bên hiến đất."
TEXT = (
    "Con đường bê tông dài hai cây số nối ba thôn với chợ trung tâm được khánh thành chiều nay, sau"
    " bốn tháng thi công bằng tiền góp của các gia đình và công của thanh niên trong xã."
)
FRONT = "Ban công tác Mặt trận thôn cùng bà con làm đường"


def article(title: str) -> bytes:
    paragraphs = "".join(f"<p>{TEXT} Lần {number}.</p>" for number in range(4))
    return f"<html><title>{title}</title><body><h1>{title}</h1>{paragraphs}</body></html>".encode()


def items(*stories: tuple[int, str, str]) -> str:
    return "".join(
        f"<li><a href='/tin/bai-viet-{number}.html'>{title}</a><p>{teaser}</p></li>"
        for number, title, teaser in stories
    )


@pytest.fixture
def portal() -> Iterator[RawServer]:
    first = items((1001, "Khánh thành đường", TEASER), (1002, "Mở lớp học bơi", TEASER))
    second = items((1003, FRONT, TEASER), (1004, "Làng mới", ""))
    pages = {
        "/robots.txt": b"User-agent: *\nDisallow:\n",
        "/tin.htm": f"<ul>{first}</ul><a rel='next' href='/tin.htm?page=2'>Sau</a>".encode(),
        "/tin.htm?page=2": f"<ul>{second}</ul>".encode(),
        "/tin/bai-viet-1001.html": article("Khánh thành đường"),
        "/tin/bai-viet-1003.html": article(FRONT),
        "/tin/bai-viet-1004.html": article("Làng mới"),
    }

    def sent(body: bytes):
        return lambda: answer(body, "Content-Type: text/html; charset=utf-8")

    with RawServer({path: sent(body) for path, body in pages.items()}) as running:
        yield running


@pytest.fixture
def mattran(tmp_path: Path, portal: RawServer) -> Mattran:
    found = command(tmp_path, portal.url)
    with found.registry.open("a", encoding="utf-8") as file:
        file.write('owner = "government-portal"\n')
    return found


def test_only_the_front_s_stories_are_archived(mattran: Mattran, portal: RawServer):
    finished = mattran("crawl", "a", "--full")
    assert finished.exit_code == 0, finished.out
    assert [row[0] for row in mattran.rows("SELECT title FROM articles")] == [FRONT]
    # A first page without one is no end: the pager goes on. What its list shows is not fetched.
    fetched = [path for path in portal.asked if path.startswith("/tin/")]
    assert sorted(fetched) == ["/tin/bai-viet-1003.html", "/tin/bai-viet-1004.html"]


def test_a_site_without_a_story_of_the_front_is_not_broken(mattran: Mattran, portal: RawServer):
    portal.pages.pop("/tin.htm?page=2")
    assert mattran("crawl", "a").exit_code == 0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/tin/bai-viet-1001.html", "it was found in a list and left out: no word of the Front"),
        ("/tin/bai-viet-1004.html", "left out: no word of the Front in section, title or lead"),
    ],
)
def test_what_was_left_out_is_told_with_its_reason(
    mattran: Mattran, portal: RawServer, path: str, said: str
):
    mattran("crawl", "a", "--full")
    assert said in " ".join(mattran("show", portal.url + path).out.split())


def test_what_one_list_left_out_another_may_bring(mattran: Mattran, portal: RawServer):
    mattran("crawl", "a")
    assert mattran.value("SELECT count(*) FROM articles") == 0
    section = f"<ul>{items((1001, 'Khánh thành đường', TEASER))}</ul>"
    portal.pages["/mat-tran.htm"] = lambda: answer(section.encode())
    row = mattran.registry.read_text(encoding="utf-8")
    mattran.registry.write_text(row.replace('["/tin.htm"]', '["/tin.htm", "/mat-tran.htm"]'))
    mattran("crawl", "a")
    (found,) = mattran.rows("SELECT url FROM articles")
    assert found["url"] == portal.url + "/tin/bai-viet-1001.html"


def test_an_expectation_that_a_full_crawl_does_not_meet_breaks_the_site(mattran: Mattran):
    with mattran.registry.open("a", encoding="utf-8") as file:
        file.write("expect = { min = 2, max = 9 }\n")
    finished = mattran("crawl", "a", "--full")
    assert finished.exit_code == 1
    assert "1 articles in the archive, fewer than expected (2)" in finished.out


def test_a_list_that_holds_less_than_expected_breaks_the_site(mattran: Mattran, portal: RawServer):
    with mattran.registry.open("a", encoding="utf-8") as file:
        file.write("expect = { listed = 3 }\n")
    finished = mattran("crawl", "a")
    assert finished.exit_code == 1
    assert "/tin.htm lists 2 articles, fewer than expected (3)" in finished.out
    mattran.registry.write_text(
        mattran.registry.read_text(encoding="utf-8").replace("listed = 3", "listed = 2")
    )
    assert mattran("crawl", "a").exit_code == 0


def test_a_list_that_lists_nothing_any_more_breaks_the_site(mattran: Mattran, portal: RawServer):
    mattran.registry.write_text(
        mattran.registry.read_text(encoding="utf-8").replace(
            '["/tin.htm"]', '["/tin.htm", "/mat-tran.htm", "/chao.htm"]'
        )
    )
    section = f"<ul>{items((1003, FRONT, TEASER))}</ul>".encode()
    portal.pages["/mat-tran.htm"] = lambda: answer(section)
    portal.pages["/chao.htm"] = lambda: answer(b"<p>Xin ch\xc3\xa0o</p>")  # never listed anything
    assert mattran("crawl", "a").exit_code == 0
    portal.pages["/mat-tran.htm"] = lambda: answer(b"<script src='app.js'></script>")
    for _ in range(2):  # as long as it lasts
        finished = mattran("crawl", "a")
        assert finished.exit_code == 1
        assert "/mat-tran.htm lists no article any more: new layout?" in finished.out
    assert "a is broken" in mattran("sites").out
    portal.pages["/mat-tran.htm"] = lambda: answer(section)
    assert mattran("crawl", "a").exit_code == 0


def test_only_a_full_crawl_is_held_to_it(mattran: Mattran):
    with mattran.registry.open("a", encoding="utf-8") as file:
        file.write("expect = { min = 2 }\n")
    assert mattran("crawl", "a").exit_code == 0
