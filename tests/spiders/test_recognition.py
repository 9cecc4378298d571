"""A platform is named by its signs: none of them alone, where others show them too."""

from __future__ import annotations

import pytest

from crawler.extraction.document import parse_document
from spiders.loader import FAMILIES, family_class
from spiders.recognition import Look, recognise
from spiders.signs import RECOGNISED
from tests.spiders.answers import BASE


def look(html: str, *headers: tuple[str, str]) -> Look:
    return Look(parse_document(html.encode(), f"{BASE}/"), headers)


def links(*paths: str) -> str:
    return "".join(f'<a href="{path}">tin</a>' for path in paths)


def platforms(*looks: Look) -> list[str]:
    return [verdict.platform for verdict in recognise(looks)]


def test_every_platform_but_the_generic_one_has_signs():
    without = [name for name in FAMILIES if not family_class(name).signs]
    assert without == ["generic"]


def test_every_platform_can_be_recognised():
    for name in FAMILIES:
        signs = family_class(name).signs
        assert not signs or sum(sign.weight for sign in signs) >= RECOGNISED


@pytest.mark.parametrize(
    ("html", "platform"),
    [
        ('<meta name="Generator" content="NukeViet v4.5">', "nukeviet"),
        ('<meta name="generator" content="WordPress 6.1">', "wordpress"),
        ('<link rel="https://api.w.org/" href="/wp-json/">', "wordpress"),
        (links("/tin/-/asset_publisher/Ab12/content/dai-hoi"), "liferay"),
        ("<script>Liferay.Language.get('x')</script>", "liferay"),
        ("<p>Skip Ribbon Commands</p>", "sharepoint"),
        ('<script src="/sites/default/files/js/a.js"></script>', "drupal"),
        ('<script src="/media/jui/js/a.js"></script>', "joomla"),
        (links("/webcenter/portal/x/chi-tiet?dDocName=PORTAL1"), "webcenter"),
        (links("/wps/portal/x/tin"), "websphere"),
        (links("/chi-tiet-tin/group/1/nid/5/a", "/chi-tiet-tin/group/1/nid/6/b"), "danang-portal"),
        (links("/TinTuc/View/a", "/TinTuc/View/b"), "dienbien-portal"),
        (links("/x/a-1250919162226386.htm", "/x/b-1250919162227386.htm"), "hanoi-timestamp"),
        (links("/a-c1.html", "/b-c2.html", "/d-c3.html"), "hungyen-dcs"),
        (links("/DetailView/1/2/A.html", "/DetailView/2/2/B.html"), "detailview"),
        (links("/a-p13n1.html", "/b-p13n2.html"), "p13n"),
        (links("/x/a-123456", "/x/b-123457", "/y/c-123458"), "vnpt"),
        ('<div class="article__body"></div><h3 class="story__heading"></h3>', "mattran-central"),
        ('<input name="__VIEWSTATE"><a href="javascript:__doPostBack(1)">2</a>', "webforms"),
    ],
)
def test_what_shows_a_platform(html: str, platform: str):
    assert platforms(look(html)) == [platform]


def test_headers_and_cookies_speak_too():
    assert platforms(look("", ("Set-Cookie", "nv4_sess=1; path=/"))) == ["nukeviet"]
    assert platforms(look("", ("Liferay-Portal", "Liferay CE 6.2"))) == ["liferay"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        links("/tin-tuc/dai-hoi-12.html", "/tin-tuc/hop-13.html", "/tin-tuc/le-14.html"),
        "<p>Skip to main content</p>",
        links("/a-p13n1.html"),
        links("/x/a-123456", "/x/b-123457"),
        '<input name="__VIEWSTATE">',
        '<a href="https://khac.example.vn/wps/portal/x">khác</a>',
    ],
)
def test_what_shows_none(html: str):
    assert platforms(look(html)) == []


def test_signs_of_several_pages_add_up_and_the_surest_comes_first():
    viewstate = look('<input name="__VIEWSTATE">' + links("/a.aspx", "/b.aspx", "/c.aspx"))
    ribbon = look("<p>Skip Ribbon Commands</p><div class='ms-rtestate-field'></div>")
    assert platforms(viewstate, ribbon) == ["sharepoint", "webforms"]


def test_the_evidence_says_what_was_seen():
    (verdict,) = recognise([look(links("/DetailView/1/2/A.html", "/DetailView/2/2/B.html"))])
    assert verdict.evidence == ("address /DetailView/1/2/A.html (2 addresses)",)
