"""A site whose articles offer files: good ones, shared ones, and everything that may go wrong."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, ClassVar

from tests.replica import documents
from tests.replica.generic import FlatSite
from tests.replica.wire import Response, redirect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.replica.site import SiteSpec
    from tests.replica.story import Story

OFF_SITE = "http://tai-lieu.example.org/quyet-dinh.pdf"

# What each article offers, the newest first; further ones offer nothing.
OFFERED: tuple[tuple[str, ...], ...] = (
    ("/tep/ke-hoach.pdf", "/tep/danh-sach.xlsx"),
    ("/tep/ke-hoach.pdf", "/tep/bao-cao.docx"),
    ("/tep/ke-hoach-ban-sao.pdf", "/tep/quet.pdf"),
    ("/tep/khoa.pdf", "/tep/hong.pdf", "/tep/phong-chu-cu.pdf"),
    ("/tep/qua-lon.pdf", "/tep/bom.docx"),
    (OFF_SITE, "/tep/khong-co.pdf", "/tep/thay-bang-trang.pdf"),
    ("/tep/chuyen-di.pdf", "/tep/cong-van.doc", "/cam/noi-bo.pdf"),
)
OVER_LIMIT = 30_000_000


class FiledSite(FlatSite):
    """A flat site; files lie in /tep/, named by the articles that offer them."""

    family: ClassVar[str] = "filed"
    robots_text: ClassVar[str] = "User-agent: *\nDisallow: /cam/\n"

    def __init__(self, spec: SiteSpec) -> None:
        super().__init__(spec)
        # Of the first day: what is published later changes no other article.
        newest = [story.number for story in self.newest]
        self._offered = dict(zip(newest, OFFERED, strict=False))
        for path, body in bodies().items():
            self.override(path, Response(body, content_type="application/pdf"))
        self.override("/tep/khong-co.pdf", Response(b"", status=404))
        self.override("/tep/thay-bang-trang.pdf", self.home_page())
        self.override("/tep/chuyen-di.pdf", redirect("/tep/bao-cao.docx", 302))
        self.override("/tep/qua-lon.pdf", Response(b"%PDF-" + bytes(OVER_LIMIT), encoded=True))

    def home_page(self) -> Response:
        """What a careless server says instead of "not found"."""
        return Response(self.frame(self.name, "<p>Chào mừng bà con.</p>").encode())

    def attachments_of(self, story: Story) -> list[str]:
        return list(self._offered.get(story.number, ()))

    def article_page(self, story: Story) -> str:
        links = "".join(
            f'<p>Tệp đính kèm: <a href="{path}">{escape(path.rpartition("/")[2])}</a></p>\n'
            for path in self.attachments_of(story)
        )
        share = '<div class="share">'
        return (
            super().article_page(story).replace(share, f'<div class="tep">{links}</div>{share}', 1)
        )


@cache
def bodies() -> dict[str, bytes]:
    """Return the bytes of each file by its path; made once, as some formats hold the time."""
    return dict(_bodies())


def _bodies() -> Iterable[tuple[str, bytes]]:
    plan = documents.pdf(documents.PLAN, (documents.REPORT,))
    yield "/tep/ke-hoach.pdf", plan
    yield "/tep/ke-hoach-ban-sao.pdf", plan
    yield "/tep/bao-cao.docx", documents.word(documents.REPORT, rows=documents.ROWS)
    yield "/tep/danh-sach.xlsx", documents.sheet(*documents.ROWS)
    yield "/tep/quet.pdf", documents.scan()
    yield "/tep/khoa.pdf", documents.locked()
    yield "/tep/hong.pdf", documents.broken()
    yield "/tep/phong-chu-cu.pdf", documents.old_pdf(documents.OLD_FONT)
    yield "/tep/bom.docx", documents.bomb()
    yield (
        "/tep/cong-van.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
    )
    yield "/cam/noi-bo.pdf", documents.pdf(("Lưu hành nội bộ",))
