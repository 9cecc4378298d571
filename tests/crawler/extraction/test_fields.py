"""The files an article offers: which links they are, and what they are called."""

from __future__ import annotations

import pytest

from tests.crawler.extraction.reading import FIRST, SECOND, TITLE, article, paragraphs

SITE = "http://phuong-an-lac.example.vn"


def offered(link: str) -> list[tuple[str, str | None]]:
    found = article(f"<h1>{TITLE}</h1><div>{paragraphs(FIRST, SECOND)}<p>{link}</p></div>")
    return [(attachment.url, attachment.caption) for attachment in found.attachments]


@pytest.mark.parametrize(
    "ending", ["pdf", "PDF", "doc", "docx", "xls", "xlsx", "ppt", "rtf", "zip", "rar"]
)
def test_a_link_to_a_document_is_an_attachment_under_its_own_name(ending):
    link = f"<a href='/files/ke-hoach.{ending}'>Kế hoạch ngày hội</a>"
    assert offered(link) == [(f"{SITE}/files/ke-hoach.{ending}", "Kế hoạch ngày hội")]


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("<a href='/f/ke-hoach-12.pdf'>Tải về</a>", "ke-hoach-12.pdf"),
        ("<a href='/f/ke-hoach-12.pdf'>Xem chi tiết tại đây</a>", "ke-hoach-12.pdf"),
        ("<a href='/f/ke-hoach-12.pdf'>[Tải file đính kèm]</a>", "ke-hoach-12.pdf"),
        ("<a href='/f/ke-hoach-12.pdf'>Download</a>", "ke-hoach-12.pdf"),
        ("<a href='/f/ke-hoach-12.pdf'><img src='/pdf.png' width=16></a>", "ke-hoach-12.pdf"),
        ("<a href='/f/12.pdf' title='Kế hoạch số 12'>Tải về</a>", "Kế hoạch số 12"),
        ("<a href='/f/K%E1%BA%BF%20ho%E1%BA%A1ch.pdf'>Tải về</a>", "Kế hoạch.pdf"),
        ("<a href='/documents/201/874/ke-hoach.pdf/8c2f-11?t=15928'>Tải về</a>", "ke-hoach.pdf"),
        ("<a href='/f/12.pdf'>Kế hoạch tải về</a>", "Kế hoạch tải về"),
    ],
)  # fmt: skip
def test_a_link_that_only_says_to_load_it_takes_its_name_from_elsewhere(link, name):
    assert [caption for _, caption in offered(link)] == [name]


def test_pages_and_pictures_are_no_attachments():
    assert offered("<a href='/ke-hoach.html'>Kế hoạch</a> <a href='/le.jpg'>Ảnh lớn</a>") == []
