"""A site that lets in only who brings the cookie it gives is crawled as any other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.crawler.raw_server import Answer as Sent
from tests.crawler.raw_server import RawServer, answer
from tests.replica import Replica
from tests.spiders.answers import PROSE

HTML = "Content-Type: text/html; charset=utf-8"
LIST, ARTICLE, MISSING = "/tin.htm", "/hoi-nghi-mat-tran-1.html", "/hoi-nghi-mat-tran-2.html"
TITLE = "Hội nghị Mặt trận phường"
ROW = """[[site]]
id = "raw"
name = "Raw"
level = "province"
province = "Hà Nội"
base_url = "{url}"
platform = "generic"
listings = ["/tin.htm"]
identity = '-(\\d+)\\.html$'
delay = 0
"""


class Walled(RawServer):
    """A site behind a wall; `opens` tells whether its cookie helps."""

    def __init__(self, *, opens: bool) -> None:
        items = "".join(f"<li><a href='{path}'>{TITLE}</a></li>" for path in (ARTICLE, MISSING))
        page = f"<html><title>{TITLE}</title><h1>{TITLE}</h1>{PROSE}"
        self.opens = opens
        super().__init__(
            {
                "/robots.txt": lambda: answer(b"", status="404 Not Found"),
                LIST: lambda: self.behind(LIST, f"<html><ul>{items}</ul>"),
                ARTICLE: lambda: self.behind(ARTICLE, page),
                MISSING: lambda: answer(b"", status="404 Not Found"),
            }
        )

    def behind(self, path: str, page: str) -> Sent:
        if self.opens and b"\r\nCookie: pass=1" in self.requests[-1]:
            return answer(page.encode(), HTML)
        return answer(b"", f"Location: {path}", "Set-Cookie: pass=1", status="302 Found")


def crawled(folder: Path, server: RawServer) -> Mattran:
    with Replica([]) as replica:
        mattran = Mattran(folder, replica)
    mattran.registry.write_text(ROW.format(url=server.url), encoding="utf-8")
    mattran("crawl", "raw")
    return mattran


def test_behind_the_wall_stands_the_page(tmp_path: Path) -> None:
    with Walled(opens=True) as server:
        mattran = crawled(tmp_path, server)
    assert [row["title"] for row in mattran.rows("SELECT title FROM articles")] == [TITLE]
    assert Counter(server.asked) == {"/robots.txt": 1, LIST: 2, ARTICLE: 1, MISSING: 1}
    assert mattran.rows("SELECT 1 FROM frontier WHERE state IN ('leased', 'ready')") == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_wall_that_stands_in_spite_of_the_cookie_is_left_alone(
    tmp_path: Path, times: int
) -> None:
    with Walled(opens=False) as server:
        mattran = crawled(tmp_path, server)
        for _ in range(times - 1):
            mattran("crawl", "raw")
    assert Counter(server.asked) == {"/robots.txt": 1, LIST: 2 * times}
    assert mattran.rows("SELECT DISTINCT kind FROM captures WHERE url LIKE '%.htm'")[0][0] == (
        "redirect"
    )
