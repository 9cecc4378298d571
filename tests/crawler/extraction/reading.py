"""Reading small pages written by hand, for the tests of this package."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.extraction.blocks import Walk, walk
from crawler.extraction.dates import VIETNAM
from crawler.extraction.document import Document, parse_document
from crawler.extraction.extract import extract
from crawler.extraction.hints import Hints
from spiders.rules import generic

if TYPE_CHECKING:
    from crawler.items import Article

URL = "http://phuong-an-lac.example.vn/tin-tuc/ngay-hoi-dai-doan-ket-o-khu-pho-ba-12.html"
CLOCK = datetime(2024, 5, 9, 10, 0, tzinfo=VIETNAM)

# Prose for the bodies: long enough to count, without links.
FIRST = (
    "Từ sáng sớm, bà con khu phố Ba đã có mặt tại nhà văn hóa, cùng dọn dẹp, treo cờ và chuẩn bị "
    "mâm cơm chung cho hơn hai trăm hộ dân trong phường."
)
SECOND = (
    "Ông Trần Văn Lợi, Trưởng ban Công tác Mặt trận, cho biết năm nay khu phố vận động được bốn "
    "mươi hai triệu đồng, sửa ba căn nhà và lắp đèn cho hai con hẻm."
)
THIRD = (
    "Kết thúc buổi lễ, các gia đình ký cam kết phân loại rác tại nguồn, giữ vỉa hè thông thoáng và "
    "không để trẻ em bỏ học giữa chừng."
)
TITLE = "Ngày hội Đại đoàn kết ở khu phố Ba"


def document(html: str, url: str = URL) -> Document:
    """A page of this body, or of this whole markup."""
    if "<html" not in html:
        html = f"<html><head><meta charset='utf-8'></head><body>{html}</body></html>"
    return parse_document(html.encode(), url, "text/html; charset=utf-8")


def walked(html: str) -> Walk:
    body = document(html).tree.find("body")
    assert body is not None
    return walk(body)


def read(
    html: str, rules=generic.RULES, *, url: str = URL, clock=CLOCK, template=None, **hints
) -> Article | None:
    told = Hints(**hints)
    return extract(document(html, url), rules, hints=told, clock=clock, template=template)


def article(html: str, rules=generic.RULES, **more) -> Article:
    found = read(html, rules, **more)
    assert found is not None
    return found


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)
