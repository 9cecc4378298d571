"""The layers one by one: each field is found by the first that can, and says by which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from archive.page import Article
from crawler.extraction.document import parse_document
from crawler.extraction.extract import extract
from crawler.extraction.rules import DateRule, Layout, OwnRules, Rules, joined, layout_on
from crawler.extraction.template import Block, Template

SENTENCE = (
    "Ủy ban Mặt trận Tổ quốc xã An Lạc phối hợp với các tổ chức thành viên khảo sát từng khu dân"
    " cư, lập danh sách những hộ cần giúp và công khai trước nhân dân."
)
TITLE = "Xã An Lạc khởi công mười căn nhà Đại đoàn kết"

PAGE = f"""<html><head><title>{TITLE}</title></head><body>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul>
<h1 class="cua-trang">{TITLE}</h1>
<h2 class="cua-nen-tang">{TITLE}</h2>
<div class="luc-trang">Thứ ba, 05/03/2024</div>
<div class="luc-nen-tang">06/03/2024</div>
<div class="bai"><div class="chu"><p>{SENTENCE}</p><p>Đoạn hai. {SENTENCE}</p></div>
<p>Ngoài bài. {SENTENCE}</p></div>
</body></html>"""

PLATFORM = Rules(
    platform="mau",
    version=1,
    article=(".bai",),
    title=(".cua-nen-tang",),
    date=(".luc-nen-tang",),
    body=(".bai",),
)
OWN = OwnRules(
    selectors={"title": (".cua-trang",), "date": (".luc-trang",), "body": (".chu",), "cut": (".x",)}
)


def read(rules: Rules, page: str = PAGE, template: Template | None = None) -> Article:
    document = parse_document(page.encode(), "http://a.example/tin/1.html", "text/html")
    article = extract(document, rules, template=template)
    assert article is not None
    return article


def layers(article: Article) -> dict[str, Any]:
    return {name: article.evidence[name]["layer"] for name in ("title", "published_at", "body")}


def test_the_sites_own_rule_comes_first():
    article = read(joined(PLATFORM, [OWN]))
    assert layers(article) == dict.fromkeys(("title", "published_at", "body"), "site")
    assert article.published_at == "2024-03-05"
    assert "Ngoài bài" not in article.body
    assert article.evidence["body"]["rule"] == "selector .chu"
    assert article.evidence["title"]["raw"] == TITLE
    assert article.evidence["title"]["at"].endswith("h1.cua-trang")


def test_then_the_platforms():
    article = read(PLATFORM)
    assert layers(article) == dict.fromkeys(("title", "published_at", "body"), "platform")
    assert article.published_at == "2024-03-06"
    assert "Ngoài bài" in article.body


def test_then_the_shape_of_the_page():
    article = read(Rules(platform="mau", version=1))
    assert layers(article) == dict.fromkeys(("title", "published_at", "body"), "generic")
    assert article.title == TITLE


def test_what_was_learned_masks_lines_for_the_last():
    block = Block(
        kind="slot",
        path="html > body > ul.menu",
        text="Trang chủ",
        print="",
        pages=9,
        of=9,
        kept=0,
        first="2024-03-01",
        last="2024-03-09",
    )
    article = read(Rules(platform="mau", version=1), template=Template((block,), pages=9))
    assert article.evidence["body"]["layer"] == "template"
    assert article.evidence["published_at"]["layer"] == "generic"
    assert article.template == article.evidence["body"]["template"]


@pytest.mark.parametrize("missing", ["title", "date", "body"])
def test_each_field_falls_to_the_next_layer_by_itself(missing: str):
    stale = OwnRules(selectors={**OWN.selectors, missing: (".gone",)})
    article = read(joined(PLATFORM, [stale]))
    name = "published_at" if missing == "date" else missing
    expected = {**dict.fromkeys(("title", "published_at", "body"), "site"), name: "platform"}
    assert layers(article) == expected
    none = replace(joined(PLATFORM, [stale]), **{missing: (".gone",)})
    assert layers(read(none)) == {**expected, name: "generic"}


def test_a_field_without_any_selector_is_left_to_the_shape():
    article = read(joined(PLATFORM, [OwnRules(selectors={"title": ()})]))
    assert layers(article) == {"title": "generic", "published_at": "platform", "body": "platform"}


def test_a_meta_property_that_the_row_names_is_the_sites():
    page = PAGE.replace("05/03/2024", "").replace(
        "06/03/2024", '<meta property="ngay-dang" content="2024-03-07T08:00:00+07:00">'
    )
    own = OwnRules(selectors={"date_meta": ("ngay-dang",)})
    article = read(joined(PLATFORM, [own]), page)
    assert article.evidence["published_at"]["layer"] == "site"
    by_platform = replace(PLATFORM, date=(), date_meta=("ngay-dang",))
    article = read(by_platform, page)
    assert article.evidence["published_at"]["layer"] == "platform"


def test_the_versions_of_the_engine_and_of_the_rules_are_named():
    assert read(PLATFORM).extractor.endswith(".mau1")
    own = read(joined(PLATFORM, [OWN])).extractor
    other = read(joined(PLATFORM, [OwnRules(selectors={"cut": (".y",)})])).extractor
    assert len({own, other, read(PLATFORM).extractor}) == 3


# Rules of a row and layouts of a platform


def test_a_later_word_of_a_row_wins_field_by_field():
    row = OwnRules(selectors={"title": (".a",), "body": (".b",)}, dates=DateRule(order="mdy"))
    dated = OwnRules(selectors={"body": (".c",)})
    rules = joined(PLATFORM, [row, dated])
    assert rules.title == (".a", ".cua-nen-tang")
    assert rules.body == (".c", ".bai")
    assert rules.dates.order == "mdy"


def test_what_a_row_cuts_is_cut_beside_what_the_platform_cuts():
    rules = joined(replace(PLATFORM, cut=(".p",)), [OwnRules(selectors={"cut": (".s",)})])
    assert rules.cut == (".s", ".p")


def test_a_row_that_says_nothing_leaves_the_rules_as_they_are():
    assert joined(PLATFORM, [OwnRules()]) is PLATFORM


OLD, NEW = (replace(PLATFORM, version=version) for version in (1, 2))
LAYOUTS = (
    Layout(rules=NEW, valid_from=date(2024, 7, 1)),
    Layout(rules=OLD, valid_from=date(2020, 1, 1), valid_to=date(2024, 5, 31)),
)


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        (date(2020, 1, 1), OLD),
        (date(2024, 5, 31), OLD),
        (date(2024, 7, 1), NEW),
        (date.max, NEW),
        (date(2015, 1, 1), OLD),  # before all: the nearest
        (date(2024, 6, 3), OLD),
        (date(2024, 6, 28), NEW),
    ],
)
def test_the_layout_is_that_of_the_day(day: date, rules: Rules):
    assert layout_on(LAYOUTS, day).rules is rules
