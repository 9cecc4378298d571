"""Who took a picture: what captions say, and what only looks like it."""

from __future__ import annotations

import pytest

from crawler.extraction.photo_credit import photographer
from tests.crawler.extraction.reading import FIRST, SECOND, TITLE, article, paragraphs


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Toàn cảnh buổi lễ. Ảnh: Lê Thị Tám", "Lê Thị Tám"),
        ("Toàn cảnh buổi lễ (Ảnh: Lê Thị Tám)", "Lê Thị Tám"),
        ("Toàn cảnh buổi lễ (Ảnh: Lê Thị Tám).", "Lê Thị Tám"),
        ("(Ảnh: Lê Thị Tám) Toàn cảnh buổi lễ", "Lê Thị Tám"),
        ("Toàn cảnh buổi lễ - Ảnh Lê Thị Tám", "Lê Thị Tám"),
        ("Toàn cảnh buổi lễ (Ảnh Lê Thị Tám)", "Lê Thị Tám"),
        ("Dọn vệ sinh ngõ xóm (Ảnh: Ban biên tập)", "Ban biên tập"),
        ("Trồng cây đầu xuân. Ảnh: H.LAN", "H.LAN"),
        ("Trồng cây đầu xuân. Ảnh: Thu Tám/TTXVN", "Thu Tám/TTXVN"),
        ("Trồng cây đầu xuân. Nguồn ảnh: Báo An Lạc", "Báo An Lạc"),
        ("Trồng cây đầu xuân. Nguồn: TTXVN", "TTXVN"),
        ("Trồng cây đầu xuân. Ảnh tư liệu: Lê Tám", "Lê Tám"),
        ("Trồng cây đầu xuân. Ảnh: Internet", "Internet"),
        ("Trồng cây đầu xuân. Ảnh: Nhân vật cung cấp", "Nhân vật cung cấp"),
        ("Trồng cây đầu xuân (ảnh do phường An Lạc cung cấp)", "phường An Lạc"),
        ("Ảnh: Lê Tám", "Lê Tám"),
        ("Planting trees. Photo: John Smith", "John Smith"),
        ("Trong ảnh: Lê Tám (bên trái)", None),
        ("Mô hình: Vườn Rau Sạch", None),
        ("Toàn cảnh: Hội Nghị", None),
        ("Ảnh: các đại biểu chụp chung sau lễ", None),
        ("Ảnh: Các đại biểu dự hội nghị sáng nay", None),
        ("Trồng cây đầu xuân. Ảnh: minh họa", None),
        ("Trồng cây đầu xuân. Ảnh minh họa", None),
        ("Trồng cây đầu xuân - Ảnh 1.", None),
        ("Các đại biểu chụp ảnh lưu niệm", None),
        ("Kho ảnh", None),
        ("", None),
    ],
)
def test_the_photographer_is_who_the_caption_names(caption, credit):
    assert photographer(caption) == credit


def test_caption_and_credit_are_both_kept():
    caption = "<figcaption>Toàn cảnh (Ảnh: Lê Tám)</figcaption>"
    figure = f"<figure><img src='/le.jpg' width=600>{caption}</figure>"
    html = f"<h1>{TITLE}</h1><div>{paragraphs(FIRST)}{figure}{paragraphs(SECOND)}</div>"
    (image,) = article(html).images
    assert (image.caption, image.credit) == ("Toàn cảnh (Ảnh: Lê Tám)", "Lê Tám")
