"""How an article is cited: all that is known, and nothing else."""

from __future__ import annotations

import dataclasses

from archive.citation import Citation, as_bibtex, as_ris, as_text

FULL = Citation(
    ref="0123456789A@2",
    title="Hội nghị {Đống Đa} 50% & hơn",
    author="Ngô Thanh Xuân",
    site="Ủy ban MTTQ Việt Nam thành phố Hà Nội",
    url="https://front.example/tin/7.html",
    published="2023-10-14",
    year_is_inferred=False,
    captured_at="2025-10-01T08:00:00+07:00",
    sha256="ab" * 32,
    language="vi",
    gone_at=None,
)
LITTLE = dataclasses.replace(FULL, author=None, published=None, sha256=None, language=None)


def test_a_citation_is_written_as_vietnamese_readers_expect_it() -> None:
    assert as_text(FULL) == (
        "Ngô Thanh Xuân (14/10/2023). “Hội nghị {Đống Đa} 50% & hơn”."
        " Ủy ban MTTQ Việt Nam thành phố Hà Nội. https://front.example/tin/7.html."
        " Bản lưu 0123456789A@2, chụp lúc 08:00:00 ngày 01/10/2025 (giờ Việt Nam, UTC+07:00),"
        f" sha256 {'ab' * 32}."
    )


def test_nothing_is_invented() -> None:
    assert as_text(LITTLE).startswith(
        "Ủy ban MTTQ Việt Nam thành phố Hà Nội (không rõ ngày đăng). “Hội nghị"
    )
    for text in (as_text(LITTLE), as_bibtex(LITTLE), as_ris(LITTLE)):
        assert "sha256" not in text
        assert "None" not in text
    assert "author" not in as_bibtex(LITTLE)
    assert "\n  date" not in as_bibtex(LITTLE)
    assert {line[:2] for line in as_ris(LITTLE).split("\n")}.isdisjoint({"AU", "PY", "DA", "LA"})


def test_an_inferred_year_and_a_vanished_original_are_said() -> None:
    cited = dataclasses.replace(FULL, year_is_inferred=True, gone_at="2025-12-02T08:00:00+07:00")
    assert "(14/10/2023, năm suy ra)" in as_text(cited)
    assert as_text(cited).endswith("Không còn trên trang gốc từ 02/12/2025.")
    assert "năm đăng suy ra" in as_ris(cited)


def test_bibtex_is_escaped_and_keeps_names_whole() -> None:
    entry = as_bibtex(FULL)
    assert entry.startswith("@online{0123456789A-2,\n  author = {{Ngô Thanh Xuân}},\n")
    assert "title = {{Hội nghị \\{Đống Đa\\} 50\\% \\& hơn}}" in entry
    assert "date = {2023-10-14}" in entry
    assert "urldate = {2025-10-01}" in entry
    assert entry.endswith("\n}")


def test_ris_has_one_field_a_line() -> None:
    lines = as_ris(FULL).split("\n")
    assert lines[0] == "TY  - ELEC"
    assert lines[-1] == "ER  - "
    assert "AU  - Ngô Thanh Xuân" in lines
    assert "DA  - 2023/10/14" in lines
    assert "ID  - 0123456789A@2" in lines
    assert f"sha256 {'ab' * 32}" in lines[-2]
