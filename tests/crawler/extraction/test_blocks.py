from __future__ import annotations

import pytest
from lxml import html as markup

from crawler.extraction.blocks import text_of, walk
from tests.crawler.extraction.reading import walked


def lines(html: str) -> list[str]:
    return [line.text for line in walked(html).lines]


def test_a_break_ends_a_line_and_two_end_a_group():
    walk = walked("<div>một<br>hai<br><br>ba</div>")
    assert [line.text for line in walk.lines] == ["một", "hai", "ba"]
    first, second, third = (line.group for line in walk.lines)
    assert first == second != third


def test_text_that_was_typed_keeps_its_lines_and_a_blank_one_ends_a_group():
    walk = walked(
        "trước<pre><span>một\nhai</span>\r\n \n<b>ba</b>\nbốn <a href='/'>năm</a></pre>sau\nnữa"
    )
    assert [line.text for line in walk.lines] == [
        "trước", "một", "hai", "ba", "bốn năm", "sau nữa",
    ]  # fmt: skip
    assert [line.group for line in walk.lines] == [0, 1, 1, 3, 3, 5]


def test_code_is_read_as_any_text():
    assert lines("<pre><code>a = 1\nb = 2</code></pre>") == ["a = 1 b = 2"]


def test_word_paste_reads_as_plain_paragraphs():
    html = (
        "<p class='MsoNormal'><span style='font-size:14pt'>Hội nghị<o:p></o:p></span></p>"
        "<p class='MsoNormal'>&nbsp;</p><p class='MsoNormal'><span>kết thúc.</span></p>"
    )
    assert lines(html) == ["Hội nghị", "kết thúc."]


def test_text_is_composed_and_its_spaces_are_cleaned():
    assert lines("<p>Ba\u0301o  ca\u0301o\u00a0\u200bnăm\n 2024</p>") == ["Báo cáo năm 2024"]


def test_a_row_of_data_is_one_line_and_a_layout_table_is_not():
    data = "<table><tr><td>01</td><td>Khu phố Ba</td><td>42</td></tr></table>"
    layout = f"<table><tr><td><h3>Trái</h3></td><td>{data}</td></tr></table>"
    assert lines(data) == ["01 | Khu phố Ba | 42"]
    assert lines(layout) == ["Trái", "01 | Khu phố Ba | 42"]


def test_hidden_text_is_not_read():
    html = (
        "<p>thấy</p><div class='hidden'>a</div><span style='display: none'>b</span>"
        "<div hidden>c</div><script>d</script><span class='sr-only'>e</span>"
        "<div class='hidden-xs'>cũng thấy</div>"
    )
    assert lines(html) == ["thấy", "cũng thấy"]


def test_characters_are_counted_by_look():
    (line,) = walked("<p>thường <b>đậm</b> <i>nghiêng</i> <a href='/x'>liên kết</a></p>").lines
    assert (line.bold, line.italic, line.linked) == (3, 7, 8)


def test_alignment_comes_from_style_attribute_and_class_but_not_from_a_tables_place():
    html = (
        "<p style='text-align:right'>a</p><div align='center'>b</div><p class='text-right'>c</p>"
        "<table align='center'><tr><td>d</td></tr></table>"
    )
    assert [line.align for line in walked(html).lines] == ["right", "center", "right", ""]


def test_a_line_knows_the_picture_right_before_it():
    walk = walked("<p>trước</p><p><img src='a.jpg'></p><p>ngay sau</p><p>sau nữa</p>")
    assert [line.image for line in walk.lines] == [None, 0, None]


def test_a_subtree_is_a_range_of_lines():
    walk = walked("<div><p>a</p><p>b</p></div><p>c</p>")
    (box,) = [node for node in walk.nodes if node.tag == "div"]
    assert [line.text for line in walk.lines[box.first : box.last]] == ["a", "b"]


def test_elements_nested_a_thousand_deep_are_still_read():
    assert lines("<div>" * 1000 + "sâu" + "</div>" * 1000) == ["sâu"]
    assert lines("<font>" * 1000 + "sâu" + "</font>" * 1000) == ["sâu"]


def menu(count: int = 4, more: str = "") -> str:
    links = "".join(f"<li><a href='/{n}'><span>Mục</span> {n}</a></li>" for n in range(count))
    return f"<ul class='menu'>{links}{more}</ul>"


def test_a_list_of_links_alone_is_read_link_by_link():
    walk = walked(f"<p>trước</p>{menu()}<p>sau</p>")
    assert [line.text for line in walk.lines] == [
        "trước", "Mục 0", "Mục 1", "Mục 2", "Mục 3", "sau",
    ]  # fmt: skip
    links = walk.lines[1:5]
    assert all(line.item and line.linked == line.size for line in links)
    assert len({line.group for line in walk.lines}) == 6
    assert [node.tag for node in walk.nodes] == ["body", "p", "ul", "p"]


def test_a_list_that_says_more_than_its_links_keeps_its_parts():
    walk = walked(menu(more="<li>Họp giao ban lúc tám giờ</li>"))
    assert walk.lines[-1].text == "Họp giao ban lúc tám giờ"
    assert not walk.lines[-1].linked
    assert [node.tag for node in walk.nodes].count("li") == 5


def test_a_hidden_menu_is_not_read():
    assert lines(menu().replace("menu", "d-none")) == []


def test_lists_nested_a_thousand_deep_are_still_read():
    nested = "<ul><li>" * 1000 + "<a href='/'>một</a><a href='/'>hai</a><a href='/'>ba</a>"
    assert "".join(lines(nested + "</li></ul>" * 1000)) == "mộthaiba"


def test_the_pictures_of_a_list_of_links_stand_at_its_beginning():
    walk = walked(f"<p>trước</p>{menu().replace('<span>', '<img src=a.jpg><span>', 1)}<p>sau</p>")
    assert [(picture.line, picture.node) for picture in walk.images] == [(1, 2)]
    assert [node.tag for node in walk.nodes] == ["body", "p", "ul", "p"]
    assert [line.image for line in walk.lines] == [None] * 6


@pytest.mark.parametrize(
    "inside",
    [
        "<em>Dân vận</em>",
        " Thẻ:\n <b>\xa0 Dân   vận</b>\n khéo ",
        "<em></em> sau",
        "<br>sau",
        "trước<br>",
        "trước<img src='a.png'> sau",
        "<script>trước</script>sau",
        "trước <span class='hidden'>không thấy</span> sau",
        "<span hidden>trước</span> sau",
        "<div>trước</div>sau",
        "<em>một <b>hai</b></em> ba",
    ],
)
def test_the_text_of_an_element_is_that_of_its_lines(inside):
    element = markup.fromstring(f"<a href='/'>{inside}</a>")
    assert text_of(element) == " ".join(line.text for line in walk(element).lines)
