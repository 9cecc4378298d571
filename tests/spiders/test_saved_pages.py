"""Saved pages of registry rows are read as expected (`mattran add-site --shipped`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.saved_page import EXPECTED, Sample, expected_of, read_again, save
from tests.spiders.answers import CAPTURED, PROSE

PAGES = Path(__file__).parent / "pages"
FOLDERS = sorted(path.parent for path in PAGES.glob(f"*/{EXPECTED}"))

ROW = """[[site]]
id = "song-xanh"
name = "Mặt trận Sông Xanh"
level = "ward"
province = ""
base_url = "https://songxanh.example.vn"
platform = "generic"
listings = ["/"]
identity = '-(\\d+)\\.html$'
"""
TITLE = "Bà con tổ dân phố cùng dọn ngõ và trồng cau"


def sample(body: str = PROSE) -> Sample:
    page = f"""<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>
<p class="ngay">Đăng ngày: 02/11/2024 09:30</p>{body}<p align="right"><b>Trần Thị Sen</b></p>
</body></html>"""
    url = "https://songxanh.example.vn/ba-con-to-dan-pho-cung-don-ngo-45.html"
    return Sample(
        url=url, text=page, started_at=CAPTURED, link_text=TITLE, hints={"excerpt": "Sen"}
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_saved_page_is_read_as_expected(folder: Path):
    assert read_again(folder) == expected_of(folder)


def test_a_page_is_saved_with_what_is_expected_of_it(tmp_path: Path):
    expected = save(tmp_path / "song-xanh", ROW, sample())
    assert expected["key"] == "id:45"
    assert expected["published_at"] == "2024-11-02T09:30:00+07:00"
    assert len(expected["body"]) == PROSE.count("<p>")
    assert read_again(tmp_path / "song-xanh") == expected_of(tmp_path / "song-xanh") == expected


def test_nothing_of_the_text_is_in_any_of_its_files(tmp_path: Path):
    save(tmp_path, ROW, sample())
    for file in ("page.html", "expected.json"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert not [word for word in ("Sen", "trồng", "trong-cau", "tổ dân phố") if word in text]


def test_its_words_may_be_kept(tmp_path: Path):
    expected = save(tmp_path, ROW, sample(), keep_text=True)
    assert expected["title"] == TITLE
    assert expected["author"] == "Trần Thị Sen"


def test_a_page_without_an_article_is_no_test(tmp_path: Path):
    with pytest.raises(ValueError, match="no article"):
        save(tmp_path, ROW, sample("<p>Trang trống</p>"))


def test_a_change_of_the_rules_is_seen(tmp_path: Path):
    expected = save(tmp_path, ROW, sample())
    (tmp_path / "row.toml").write_text(
        ROW + 'dates = { ignore = ["Đăng ngày"] }\n', encoding="utf-8"
    )
    assert read_again(tmp_path) != expected
