# ruff: noqa: E501 - markup reads better in one piece
from __future__ import annotations

import pytest

from spiders.rules import nukeviet
from tests.crawler.extraction.reading import FIRST, SECOND, THIRD, article, paragraphs

CAPTION = "Bà con khu phố Ba cùng nấu bữa cơm đoàn kết"
PICTURE = "/uploads/news/2024_05/com-doan-ket.jpg"
ABSOLUTE = "http://phuong-an-lac.example.vn" + PICTURE


def news(body: str, lead_image: str = ""):
    """A NukeViet article page with this body."""
    return article(
        f"<div class='news_column' itemtype='http://schema.org/NewsArticle'><h1 class='title' "
        f"itemprop='headline'>Ngày hội ở khu phố Ba</h1><span class='h5'>Thứ ba - 07/05/2024 08:15"
        f"</span>{lead_image}<div id='news-bodyhtml' class='bodytext'>{body}</div></div>",
        nukeviet.RULES,
    )


VARIANTS = {
    "figure": f"<figure><img src='{PICTURE}'><figcaption>{CAPTION}</figcaption></figure>",
    "centred paragraphs": (
        f"<p style='text-align:center'><img src='{PICTURE}'></p>"
        f"<p style='text-align:center'><em>{CAPTION}</em></p>"
    ),
    "table": (
        f"<table class='tplCaption'><tbody><tr><td><img src='{PICTURE}'></td></tr>"
        f"<tr><td class='Image'>{CAPTION}</td></tr></tbody></table>"
    ),
    "plain table": f"<table><tr><td><img src='{PICTURE}'></td></tr><tr><td>{CAPTION}</td></tr></table>",
    "Word paste": (
        f"<p align='center' class='MsoNormal'><img src='{PICTURE}'></p>"
        f"<p align='center' class='MsoNormal'><i><span>{CAPTION}<o:p></o:p></span></i></p>"
    ),
    "after a break": (
        f"<div style='text-align:center'><img src='{PICTURE}'><br><span><i>{CAPTION}</i></span></div>"
    ),
    "bare paragraph": f"<p><img src='{PICTURE}'></p><p>{CAPTION}</p>",
    "shortcode": f"<p>[caption id='attachment_7' width='640']<img src='{PICTURE}'> {CAPTION}[/caption]</p>",
    "printed twice": (
        f"<figure><img src='{PICTURE}'><figcaption>{CAPTION}</figcaption></figure><p>{CAPTION}</p>"
    ),
    "above the picture": f"<figure><figcaption>{CAPTION}</figcaption><img src='{PICTURE}'></figure>",
}


@pytest.mark.parametrize("markup", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_caption_goes_to_its_picture_and_leaves_the_body(markup):
    found = news(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>")
    assert [(image.url, image.caption) for image in found.images] == [(ABSOLUTE, CAPTION)]
    assert found.body == f"{FIRST}\n\n{SECOND}"


NO_CAPTIONS = {
    "an italic quotation": "<p><em>“Dân tin thì việc khó mấy cũng xong”, ông Lợi nói</em></p>",
    "an unfinished list": "<p>- Sửa ba căn nhà cho hộ nghèo;</p>",
    "a bold subheading": "<p><strong>Kết quả nổi bật</strong></p>",
    "a short sentence": "<p>Bà con ai cũng vui.</p>",
    "an introduction": "<p>Những việc đã làm gồm:</p>",
}


@pytest.mark.parametrize("after", NO_CAPTIONS.values(), ids=NO_CAPTIONS.keys())
def test_what_follows_a_picture_is_not_always_its_caption(after):
    found = news(f"<p>{FIRST}</p><p><img src='{PICTURE}'></p>{after}<p>{SECOND}</p>")
    assert [image.caption for image in found.images] == [None]
    assert len(found.body.split("\n\n")) == 3


def test_the_photographer_is_named_and_the_caption_stays_as_shown():
    (image,) = news(
        f"<p>{FIRST}</p><p><img src='{PICTURE}'></p><p>{CAPTION}. Ảnh: Hồ Thị Sáu</p><p>{SECOND}</p>"
    ).images
    assert (image.caption, image.credit) == (f"{CAPTION}. Ảnh: Hồ Thị Sáu", "Hồ Thị Sáu")


@pytest.mark.parametrize(
    "text", ["Trong ảnh: các đại biểu", "Mô hình: thu gom rác", "Toàn cảnh: nhà văn hóa"]
)
def test_words_that_look_like_a_credit_are_none(text):
    (image,) = news(
        f"<p>{FIRST}</p><p><img src='{PICTURE}'></p><center>{text}</center><p>{SECOND}</p>"
    ).images
    assert image.credit is None


def test_a_lead_picture_shown_again_in_the_text_is_one_picture():
    lead = f"<figure class='article center'><img src='{PICTURE}'><figcaption>{CAPTION}</figcaption></figure>"
    found = news(f"<p>{FIRST}</p><p><img src='{PICTURE}'></p><p>{SECOND}</p>", lead)
    assert [(image.url, image.caption) for image in found.images] == [(ABSOLUTE, CAPTION)]


def test_one_picture_under_two_captions_keeps_both():
    other = "Quang cảnh buổi lễ"
    markup = "".join(
        f"<figure><img src='{PICTURE}'><figcaption>{text}</figcaption></figure>"
        for text in (CAPTION, other)
    )
    assert [image.caption for image in news(paragraphs(FIRST, SECOND) + markup).images] == [
        CAPTION,
        other,
    ]


def test_a_picture_that_a_script_would_load_has_its_real_address():
    body = f"{paragraphs(FIRST)}<img src='data:image/gif;base64,R0' data-src='{PICTURE}'>{paragraphs(THIRD)}"
    assert [image.url for image in news(body).images] == [ABSOLUTE]


def test_icons_are_no_pictures():
    body = f"{paragraphs(FIRST)}<img src='/i/new.gif' width='28' height='11'>{paragraphs(SECOND)}"
    assert news(body).images == []


@pytest.mark.parametrize("label", ["Tin, ảnh", "Tin và ảnh", "Bài, ảnh", "Tin, bài và ảnh"])
def test_the_byline_of_one_who_also_took_the_pictures_is_no_caption(label):
    found = news(
        f"<p>{FIRST}</p><p align='center'><img src='{PICTURE}'></p><p align='center'>{CAPTION}</p>"
        f"<p>{SECOND}</p><p style='text-align:right'>{label}: Lê Tám</p>"
    )
    assert [(image.caption, image.credit) for image in found.images] == [(CAPTION, None)]
    assert (found.author, found.body) == ("Lê Tám", f"{FIRST}\n\n{SECOND}")


@pytest.mark.parametrize("agency", ["Lê Văn An | Reuters", "Báo An Lạc/TTXVN", "(AFP)"])
def test_a_line_that_names_an_agency_below_a_picture_ends_its_caption(agency):
    told = f"{CAPTION} tại nhà văn hóa."
    found = news(f"<p>{FIRST}</p><img src='{PICTURE}'><p>{told}</p><p>{agency}</p><p>{SECOND}</p>")
    assert found.body == f"{FIRST}\n\n{SECOND}"
    assert [image.caption for image in found.images] == [f"{told} {agency}"]


def test_a_sentence_about_an_agency_is_text():
    told = "Tin này được gửi cho Reuters"
    found = news(f"<p>{FIRST}</p><p>{told}</p><p>{SECOND}</p>")
    assert told in found.body


@pytest.mark.parametrize(
    "picture",
    [
        f"<amp-img src='{PICTURE}' width='800' height='450'></amp-img>",
        f"<img srcset='{PICTURE} 1x, /uploads/2x.jpg 2x'>",
    ],
)
def test_pictures_of_amp_pages_and_of_several_sizes_have_their_captions(picture):
    found = article(
        f"<h1>Ngày hội</h1><div>{paragraphs(FIRST)}{picture}<p><i>{CAPTION}</i></p>{paragraphs(SECOND, THIRD)}</div>"
    )
    assert [(image.url, image.caption) for image in found.images] == [(ABSOLUTE, CAPTION)]
    assert CAPTION not in found.body
