"""A small archive, stored as a crawl stores it, with a case of everything that people ask about.

Two sites; an article that was edited, one that vanished, copies, one without a date, some that were
withdrawn for most of these, files that articles offer, an address that gave nothing, and a gap of
half a year.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive import erasing
from archive.page import Attachment
from tests.archive import labelled
from tests.archive.crawling import ROOT, SITE, Crawl, an_article, links

NEIGHBOUR = "bac-ninh-front"
WITHDRAWN = "Bài đã rút"
STORY = labelled.original(3).body
SECRET_STORY = labelled.original(4).body
PLAN = Attachment(url=f"{ROOT}/tep/ke-hoach.pdf", caption="Kế hoạch số 12")
SECRET = Attachment(url=f"{ROOT}/tep/rut.pdf", caption="Danh sách hộ nghèo")
PERSON = {"author": "Ngô Thị Xuân", "author_kind": "person", "section": "Tin tức"}
ROW = {"level": "province", "base_url": ROOT, "platform": "generic"}


def story(title: str, day: str | None, body: str = "Bà con họp tổ.", **fields: Any) -> Any:
    """An article; without `day` its date is unknown."""
    precision = "none" if day is None else "day"
    return an_article(
        title=title, lead=None, body=body,
        **{"published_at": day, "published_precision": precision, **fields},
    )  # fmt: skip


def build(path: Path) -> Path:
    """Make the archive at `path`."""
    crawl = Crawl(path)
    crawl.archive.sync_sites(
        [
            {"id": SITE, "name": "Hà Nội", "province": "Hà Nội", **ROW},
            {"id": NEIGHBOUR, "name": "Bắc Ninh", "province": "Bắc Giang",
             "province_now": "Bắc Ninh", **ROW},
            {"id": "silent-front", "name": "Trang không có bài", **ROW},
        ]
    )  # fmt: skip
    crawl.archive.run.hold_site(crawl.conn, NEIGHBOUR)
    _first_visits(crawl)
    _later_visits(crawl)
    hidden = crawl.column("SELECT id FROM articles WHERE title LIKE ?", f"{WITHDRAWN}%")
    for page in hidden:
        erasing.hide(crawl.archive, page, reason="theo yêu cầu", requested_by=None)
    crawl.close()
    return path


def _first_visits(crawl: Crawl) -> None:
    crawl.see("1", story("Hội nghị Đống Đa", "2025-01-10", **PERSON))
    crawl.see("2", story("Tỉnh Phú Thọ trao nhà", "2025-07-20"))
    crawl.see("3", story("Tỉnh Hòa Bình vào mùa", "2025-07-21", attachments=[PLAN]))
    crawl.see("4", story("Chuyện ở tổ dân phố", "2025-08-01", STORY))
    crawl.see("5", story("Bài không rõ ngày", None))
    crawl.see("6", story("Bài biến mất", "2025-08-02"))
    crawl.see("7", story(f"{WITHDRAWN}: không ngày, của Xuân", None, **PERSON))
    crawl.see("8", story(f"{WITHDRAWN}: gốc", "2025-03-20", SECRET_STORY, **PERSON))
    crawl.site = NEIGHBOUR
    crawl.see("1", story("Chép lại chuyện tổ dân phố", "2025-08-03", STORY))
    crawl.see("2", story("Chép lại bài đã rút", "2025-08-04", SECRET_STORY))
    crawl.see("4", an_article(title="Đăng đúng phút"))
    crawl.see("3", story(f"{WITHDRAWN}: bản chép", "2025-08-05", STORY, attachments=[PLAN, SECRET]))
    crawl.see_file("rut.pdf", "Danh sách hộ nghèo của tổ".encode())
    crawl.site = SITE
    crawl.see_file("ke-hoach.pdf", "Kế hoạch tổ chức ngày hội".encode())
    crawl.read_files()


def _later_visits(crawl: Crawl) -> None:
    crawl.see("1", story("Hội nghị Đống Đa sửa", "2025-01-10", "Đã sửa.", **PERSON), at=5)
    crawl.see("7", story(f"{WITHDRAWN}: sửa", None, "Đã sửa.", **PERSON), at=5)
    crawl.see("8", story(f"{WITHDRAWN}: gốc", "2025-03-20", SECRET_STORY, **PERSON), at=8)
    for day in (9, 13):
        crawl.see("2", story("Tỉnh Phú Thọ trao nhà", "2025-07-20"), at=day)
        crawl.miss("6", at=day)
        crawl.miss("8", at=day)
    crawl.frontier.add(SITE, links("404"))
    crawl.miss("404", at=14)
    crawl.frontier.add(SITE, links("9"))
    crawl.frontier.requeue_urls(SITE, [f"{ROOT}/tin/7.html"])
