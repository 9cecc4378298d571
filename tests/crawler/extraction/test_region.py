from __future__ import annotations

from tests.crawler.extraction.reading import FIRST, SECOND, THIRD, TITLE, article, paragraphs

MENU = (
    "<ul class='menu'>"
    + "".join(f"<li><a href='/{n}'>Chuyên mục số {n}</a></li>" for n in range(9))
    + "</ul>"
)
TEASER = "Phường bên cạnh vừa tổng kết phong trào, tặng quà cho năm mươi hộ khó khăn trong dịp này."


def body_of(html: str) -> str:
    return article(f"{MENU}<h1>{TITLE}</h1>{html}").body


def test_prose_is_found_among_menus_and_boxes():
    html = f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div><div class='footer'><p>{TEASER}</p></div>"
    assert body_of(html) == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_a_class_word_counts_only_where_little_of_the_prose_is():
    html = f"<div class='has-sidebar tag-ton-giao social'>{paragraphs(FIRST, SECOND, THIRD)}</div>"
    assert body_of(html) == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_a_box_of_related_news_inside_the_text_is_left_out():
    box = f"<div class='tin-lien-quan'><p>{TEASER}</p></div>"
    html = f"<div>{paragraphs(FIRST, SECOND)}{box}{paragraphs(THIRD, FIRST.upper())}</div>"
    assert TEASER not in body_of(html)


def test_pieces_of_a_text_side_by_side_are_all_taken():
    html = (
        f"<td><div>{FIRST}<br><br>{SECOND}<br><br>{FIRST} {SECOND}</div>"
        f"<div style='text-align:center'><img src='/a.jpg'><br><i>Bà con dự ngày hội</i></div>"
        f"<div>{THIRD}</div></td>"
    )
    found = body_of(f"<table><tr>{html}</tr></table>")
    assert found.endswith(THIRD)
    assert found.startswith(FIRST)


def test_sections_of_one_article_are_all_taken():
    html = (
        f"<div><section>{paragraphs(FIRST, SECOND)}</section>"
        f"<section><h3>Kết quả nổi bật</h3>{paragraphs(THIRD)}</section></div>"
    )
    assert body_of(html) == f"{FIRST}\n\n{SECOND}\n\nKết quả nổi bật\n\n{THIRD}"


def test_br_glued_title_date_and_text_are_told_apart():
    html = (
        f"{MENU}<div><b>{TITLE}</b><br>Đăng ngày: 04-11-2023 11:18<br>"
        f'asp:Label ID="lblSummary" runat="server"<br>{FIRST}<br><br>{SECOND}</div>'
    )
    found = article(html)
    assert found.title == TITLE
    assert found.published_at == "2023-11-04T11:18:00+07:00"
    assert found.body == f"{FIRST}\n\n{SECOND}"


def test_an_embedded_post_stays_whatever_its_box_is_called():
    quote = f"<div class='social-share'><blockquote><p>{TEASER}</p></blockquote></div>"
    assert TEASER in body_of(f"<div>{paragraphs(FIRST)}{quote}{paragraphs(SECOND, THIRD)}</div>")


def test_articles_beside_the_one_with_the_title_are_others():
    own = f"<article class='post'><h1>{TITLE}</h1>{paragraphs(FIRST)}</article>"
    other = f"<article class='post'><h3>Bài khác</h3>{paragraphs(SECOND, THIRD)}</article>"
    assert article(f"<div>{own}{other}{other}</div>").body == FIRST


def test_the_marked_up_article_with_the_title_is_all_of_it():
    own = f"<article><h1>{TITLE}</h1>{paragraphs(FIRST, SECOND)}</article>"
    beside = f"<div class='more'>{paragraphs(THIRD, THIRD.replace('lễ', 'hội'))}</div>"
    assert article(f"<div>{own}{beside}</div>").body == f"{FIRST}\n\n{SECOND}"


def test_boxes_of_one_class_are_the_sections_of_a_text():
    links = "".join(f"<li><a href='/{n}'>Một tin dài về khu phố số {n}</a></li>" for n in range(6))
    box = f"<div class='box'><b>Tin liên quan</b><ul>{links}</ul></div>"
    parts = [f"<section class='part'>{paragraphs(text)}</section>" for text in (FIRST, THIRD)]
    html = (
        f"<div>{parts[0]}{box}<section class='part'>{paragraphs(SECOND)}</section>{parts[1]}</div>"
    )
    assert body_of(html) == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
