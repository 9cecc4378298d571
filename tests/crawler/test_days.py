"""The central site's archive by days: a full crawl walks back through it, past quiet days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.extraction.feeds import VIETNAM
from tests.command import Mattran
from tests.crawler.raw_server import RawServer, answer
from tests.crawler.test_tls import command

TEXT = "Bà con trong xóm cùng nhau dọn con ngõ dài ba trăm mét trước ngày hội của khu dân cư. " * 3


def story(number: int) -> str:
    return f"/tin-hoat-dong/ba-con-don-ngo-lan-{number}.html"


def shows(*numbers: int) -> str:
    links = "".join(f"<a href='{story(number)}'>Dọn ngõ lần {number}</a>" for number in numbers)
    return f"<html><body><div class='list-news'>{links}</div></body></html>"


def article(number: int) -> str:
    return (
        f"<html><body><div class='main-column'><h1>Dọn ngõ lần {number}</h1>"
        f"<div class='article__body'><p>{TEXT}</p><p>{TEXT} Lần {number}.</p></div></div>"
        "</body></html>"
    )


@pytest.fixture
def central() -> Iterator[RawServer]:
    today = datetime.now(VIETNAM).date()
    # Of the days before only the second had news; from the fourth on there is no archive.
    listed = {0: (3,), 1: (), 2: (2,), 3: ()}
    pages = {
        "/robots.txt": "User-agent: *\nDisallow:\n",
        "/": shows(3),
        **{
            f"/?bydate={today - timedelta(back):%d-%m-%Y}": shows(*numbers)
            for back, numbers in listed.items()
        },
        **{story(number): article(number) for number in (2, 3)},
    }
    # Around midnight the first day asked for is the next one.
    pages[f"/?bydate={today + timedelta(1):%d-%m-%Y}"] = shows(3)

    def sent(body: str):
        return lambda: answer(body.encode(), "Content-Type: text/html; charset=utf-8")

    with RawServer({path: sent(body) for path, body in pages.items()}) as running:
        yield running


@pytest.fixture
def mattran(tmp_path: Path, central: RawServer) -> Mattran:
    found = command(tmp_path, central.url)
    row = found.registry.read_text(encoding="utf-8")
    row = row.replace('"generic"', '"mattran-central"').replace("/tin.htm", "/")
    found.registry.write_text(row, encoding="utf-8")
    return found


def titles(mattran: Mattran) -> list[str]:
    return sorted(row[0] for row in mattran.rows("SELECT title FROM articles"))


def test_a_full_crawl_finds_what_only_an_older_day_lists(mattran: Mattran, central: RawServer):
    mattran("crawl", "a", "--full")
    assert titles(mattran) == ["Dọn ngõ lần 2", "Dọn ngõ lần 3"]


def test_a_first_look_asks_for_no_day(mattran: Mattran, central: RawServer):
    mattran("crawl", "a")
    assert titles(mattran) == ["Dọn ngõ lần 3"]
    assert [path for path in central.asked if "bydate" in path] == []
