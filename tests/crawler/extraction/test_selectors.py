"""Selectors of the site rules match what CSS says, whichever shortcut finds it."""

from __future__ import annotations

import pytest
from cssselect import HTMLTranslator
from lxml import etree

from crawler.extraction.document import parse_document
from crawler.extraction.selectors import Matches

PAGE = b"""<html><head><base href="/a/"><meta name="generator" content="Some CMS 4">
<style><!-- .crumbs { color: red } --></style>
<script>document.write('<span class="crumbs">'); var one = 1 < 2, two = ".crumbs"</script>
</head><body class="single post">
<!-- <i class="crumbs">none</i> .crumbs -->
<div id="main" class="col box"><p class="right small">One <a rel="author" href="/who">Who</a></p>
<div class="box inner"><p>Two</p><span class="tail crumbs"><a href="/tag/x">x</a></span></div></div>
<x-crumbs><a rel="category tag">y</a></x-crumbs>
<figure class="picture centre"><img alt="a"></figure>
</body></html>"""

SELECTORS = [
    "div.box",
    "div#main p",
    "div.box p.right",
    "div.box div.box p",
    ".crumbs",
    ".crumbs a",
    "[class*=rumb] a",
    "#main",
    "#nothing",
    "*",
    "a[rel=author]",
    "a[rel~=tag]",
    "a[href*='/tag/']",
    "a[href^='/who'], p.small",
    "div.box a[href*='/tag/']",
    "div.inner a[href*='/who']",
    "div#main a[href*='/tag/']",
    "p.right a[href]",
    "#main p.small",
    "div.none p.small",
    "div#main div.inner p",
    "div.inner div#main",
    "body.single h2",
    "body.single",
    "figure.centre img",
    "meta[name=generator][content*=CMS]",
    "p[class]",
    "div > p",
    "p + div",
    "base",
]


def by_xpath(tree: etree._Element, selector: str) -> list[etree._Element]:
    """What the selector's translation to XPath finds."""
    found = tree.xpath(HTMLTranslator().css_to_xpath(selector))
    assert isinstance(found, list)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_selector_matches_what_css_says(selector: str) -> None:
    document = parse_document(PAGE, "https://a.test/")
    assert document.matches.elements(selector) == by_xpath(document.tree, selector)
    assert Matches(document.tree).elements(selector) == by_xpath(document.tree, selector)


def test_asked_together_they_match_the_same() -> None:
    document = parse_document(PAGE, "https://a.test/")
    for selector in SELECTORS:
        assert document.matches.elements(selector) == by_xpath(document.tree, selector)


@pytest.mark.parametrize("selector", SELECTORS)
def test_in_a_part_of_the_page_nothing_outside_counts(selector: str) -> None:
    document = parse_document(PAGE, "https://a.test/")
    (part,) = document.tree.cssselect("div.inner")
    alone = parse_document(b"<div>" + etree.tostring(part) + b"</div>", "https://a.test/").tree
    (body,) = alone.iter("body")
    names = [one.attrib for one in by_xpath(body[0][0], selector)]
    for asked_before in ((), SELECTORS):
        for other in asked_before:
            document.matches.elements(other)
        found = document.matches.within(part).elements(selector)
        assert [one.attrib for one in found] == names


def test_boxes_in_boxes_give_each_match_once() -> None:
    page = (
        b"<div class='a'><div class='a'><i>1</i></div><i>2</i></div><div class='a'><i>3</i></div>"
    )
    matches = parse_document(page, "https://a.test/").matches
    assert [found.text for found in matches.elements("div.a i")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "page",
    [
        b'<p title="<b>bold</b>" class="crumbs">after an attribute that has tags</p>',
        b"<p title='a < b' class='crumbs'>after a sign of its own</p>",
        b"<P CLASS=crumbs>without quotes</P>",
        b"<p>crumbs are said in a text</p><p\n class = 'my crumbs'>on two lines</p>",
        b"<span class='crumbs'>first</span><p class='crumbs'>of two tags</p>",
        b"<my-tag class='crumbs'>of no known tag</my-tag>",
        b"<!-- crumbs --><i><!--</i><p class='crumbs'>in no comment</p>",
    ],
)
def test_a_name_is_found_wherever_the_markup_has_it(page: bytes) -> None:
    document = parse_document(b"<html><body>" + page, "https://a.test/")
    assert document.matches.elements(".crumbs") == by_xpath(document.tree, ".crumbs")


def test_a_name_said_a_million_times_is_found_as_fast() -> None:
    page = b"<script>" + b"crumbs " * 1_000_000 + b"</script><p class='crumbs'>once"
    (found,) = parse_document(page, "https://a.test/").matches.elements(".crumbs")
    assert found.text == "once"


def test_values_are_texts_or_attributes() -> None:
    matches = parse_document(PAGE, "https://a.test/").matches
    assert [value for value, _, _ in matches.values(("a@href", "div.inner p", "i"))] == [
        "/who",
        "/tag/x",
        "Two",
    ]
    found = matches.first(("i", "p.right", "p"))
    assert found is not None
    assert (found[0].get("class"), found[1]) == ("right small", "p.right")
