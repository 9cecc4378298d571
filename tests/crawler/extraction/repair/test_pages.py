"""Pages in legacy charsets, declared or not, give the article in Unicode and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.extraction.document import parse_document
from crawler.extraction.extract import extract
from crawler.extraction.repair.charsets import CHARSETS
from spiders.rules import generic
from tests.crawler.extraction.reading import FIRST, SECOND, THIRD, TITLE, URL, document, paragraphs
from tests.crawler.extraction.repair.legacy import BY_NAME, in_windows_1258

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import Article

BODY = [FIRST, SECOND, THIRD]
MENU = "".join(f"<li><a href='/{n}'>Chuyên mục số {n}</a></li>" for n in range(5))
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><ul>{MENU}</ul>"
    f"<h1>{TITLE}</h1>{paragraphs(*BODY)}</body></html>"
)


def bytes_of(text: str, kind: str) -> bytes:
    """`text` in the bytes of a legacy charset."""
    if kind == "windows-1258":
        return in_windows_1258(text)
    backwards = {to: code for code, to in BY_NAME[kind].single.items() if code <= "\xff"}
    backwards |= {to: code for code, to in BY_NAME[kind].pairs.items()}
    lowered = "".join(
        backwards.get(letter, backwards.get(letter.lower(), letter)) for letter in text
    )
    return lowered.encode("latin-1")


def article(page: Document) -> Article:
    found = extract(page, generic.RULES)
    assert found is not None
    return found


@pytest.mark.parametrize("declared", [None, "text/html; charset=iso-8859-1", "text/html"])
@pytest.mark.parametrize("kind", [charset.name for charset in CHARSETS])
def test_a_page_in_a_legacy_charset(kind: str, declared: str | None) -> None:
    found = article(parse_document(bytes_of(PAGE, kind), URL, declared))
    assert (found.title.lower(), found.body.lower()) == (TITLE.lower(), "\n\n".join(BODY).lower())
    assert "unrepaired-encoding" not in found.flags
    if kind != "windows-1258":  # which has a codec: nothing was damaged
        assert found.evidence["repair"]["rule"] == kind


@pytest.mark.parametrize(
    ("label", "kind"),
    [("x-viet-tcvn", "tcvn3"), ("x-viet-vni", "vni"), ("viscii", "viscii"), ("x-viet-vps", "vps")],
)
def test_a_short_page_that_declares_its_charset(label: str, kind: str) -> None:
    body = bytes_of("<h1>Đại hội mặt trận</h1>", kind)
    page = parse_document(body, URL, f"text/html; charset={label}")
    assert page.tree.findtext(".//h1") == "Đại hội mặt trận"


def test_a_declaration_that_does_not_fit_leaves_a_flag() -> None:
    page = PAGE.encode("ascii", "xmlcharrefreplace") + b"\xe9"
    found = article(parse_document(page, URL, "text/html; charset=x-viet-tcvn"))
    assert found.body == "\n\n".join(BODY)
    assert "unrepaired-encoding" in found.flags


def test_letters_written_as_references_prove_that_the_page_is_no_legacy_one() -> None:
    page = "Mặt trận ở xã là và cá bò hòa lò quà".encode("cp1252", "xmlcharrefreplace")
    assert parse_document(b"<p>" + page, URL).tree.findtext(".//p") == (
        "Mặt trận ở xã là và cá bò hòa lò quà"
    )


@pytest.mark.parametrize("kind", ["tcvn3", "vni"])
@pytest.mark.parametrize(
    "markup",
    [
        "<font face='{font}'>{text}</font>",
        "<span style='color:red; font-family: {font}'>{text}</span>",
    ],
)
def test_a_run_whose_font_names_the_charset(markup: str, kind: str) -> None:
    font = {"tcvn3": ".VnTime", "vni": "VNI-Times"}[kind]
    run = markup.format(font=font, text=bytes_of("tổ quốc", kind).decode("latin-1"))
    page = document(f"<p>Đại hội {run} có và là</p>")
    assert "".join(page.tree.find(".//p").itertext()) == "Đại hội tổ quốc có và là"
    assert page.repair.evidence()["rule"] == kind


def test_the_innermost_font_counts() -> None:
    page = document("<font face='.VnTime'><b face='Arial'>§¶ng</b> §¶ng</font>")
    assert "".join(page.tree.itertext()) == "§¶ng Đảng"


def test_utf8_of_an_import_gone_wrong() -> None:
    wrong = [text.encode().decode("latin-1") for text in BODY]
    found = article(document(f"<h1>{TITLE}</h1>{paragraphs(*wrong)}"))
    assert found.body == "\n\n".join(BODY)
    assert found.evidence["repair"]["rule"] == "mojibake"


def test_captions_and_page_titles_are_repaired_too() -> None:
    page = document("<p>Đại hội ở xã</p><img alt='Ðại biểu'><a title='Ðảng bộ'>x</a>")
    assert page.tree.find(".//img").get("alt") == "Đại biểu"
    assert page.tree.find(".//a").get("title") == "Đảng bộ"


def test_scripts_are_left_alone() -> None:
    page = document("<p>Đại hội ở xã</p><script>var a = 'Ðại';</script>")
    assert page.tree.findtext(".//script") == "var a = 'Ðại';"


def test_the_bytes_stay_as_they_came() -> None:
    body = bytes_of(PAGE, "tcvn3")
    assert parse_document(body, URL).body == body


def test_a_right_page_says_nothing_of_repairs() -> None:
    found = article(document(PAGE))
    assert "repair" not in found.evidence
    assert document(PAGE).repair.evidence() is None


def test_a_doubt_flags_the_article_that_shows_it_and_no_other() -> None:
    doubtful = "Hëi nghÞ tæng kÕt xyzñ"
    shown = article(document(f"<h1>{TITLE}</h1>{paragraphs(*BODY, doubtful + '.')}"))
    assert "unrepaired-encoding" in shown.flags
    aside = article(document(f"<h1>{TITLE}</h1>{paragraphs(*BODY)}<a href='/x'>{doubtful}</a>"))
    assert "unrepaired-encoding" not in aside.flags
