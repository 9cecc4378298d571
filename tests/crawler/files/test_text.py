"""What is read of files, of good ones and of those made to harm."""

from __future__ import annotations

import io
import zipfile

import pytest

from crawler.files import reader, text
from crawler.files.formats import format_of
from crawler.files.reader import read_apart
from crawler.files.text import read
from tests.replica import documents


def package(**parts: bytes) -> bytes:
    """A ZIP file; `__` in a name stands for a slash, `_` before the ending for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            folder, _, last = name.replace("__", "/").rpartition("_")
            made.writestr(f"{folder}.{last}", data)
    return out.getvalue()


def body_of(data: bytes) -> bytes:
    """The part of a DOCX that holds its text."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return made.read("word/document.xml")


def with_body(body: bytes) -> bytes:
    """A DOCX with another text."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(documents.word("x"))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.infolist():
            is_body = part.filename == "word/document.xml"
            new.writestr(part.filename, body if is_body else old.read(part))
    return out.getvalue()


class TestText:
    def test_of_a_pdf_page_by_page(self) -> None:
        found = read(documents.pdf(documents.PLAN, (documents.REPORT,)))
        assert (found.kind, found.pages, found.note) == ("text", 2, None)
        assert found.text == "\n".join(documents.PLAN) + f"\n\n{documents.REPORT}"

    def test_of_a_document_with_its_tables(self) -> None:
        found = read(documents.word(*documents.PLAN, rows=documents.ROWS))
        assert found.text.splitlines() == [
            *documents.PLAN,
            "Tổ dân phố | Số hộ | Ngày họp",
            "Tổ 5 | 42 | 12/11/2025",
            "Tổ 7 | 38 | 13/11/2025",
        ]

    def test_of_a_workbook_sheet_by_sheet(self) -> None:
        found = read(documents.sheet(*documents.ROWS, ("", None, 3.0, 2.5)))
        assert found.pages == 1
        assert found.text.splitlines() == [
            "Danh sách",
            "",
            "Tổ dân phố | Số hộ | Ngày họp",
            "Tổ 5 | 42 | 12/11/2025",
            "Tổ 7 | 38 | 13/11/2025",
            "3 | 2.5",
        ]

    def test_of_a_plain_text(self) -> None:
        assert read("Thông báo\nvề việc họp".encode()).text == "Thông báo\nvề việc họp"

    def test_in_fonts_of_old(self) -> None:
        for data in (
            documents.old_pdf(documents.OLD_FONT),
            documents.word(documents.OLD_FONT, font=".VnTime"),
        ):
            assert read(data).text == documents.OLD_FONT_READ

    def test_without_characters_that_no_text_has(self) -> None:
        assert read("Một\x0b hai\x00".encode()).kind == "unsupported"
        lines = text.Lines()
        lines.add("Một\x00  hai\u00a0ba\ud800")
        assert lines.text() == "Một hai ba"

    def test_no_more_than_is_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text, "MOST_CHARACTERS", 100)
        found = read(documents.pdf(*[documents.PLAN] * 5))
        assert found.text.endswith("năm 2025")
        assert found.note is not None
        assert found.note.startswith("only ")


class TestKinds:
    def test_pictures_of_pages_are_a_scan(self) -> None:
        found = read(documents.scan())
        assert (found.kind, found.text, found.pages) == ("scan", "", 2)

    def test_a_password_makes_a_file_encrypted_an_empty_one_does_not(self) -> None:
        assert read(documents.locked()).kind == "encrypted"
        assert read(documents.locked("")).text.startswith("KẾ HOẠCH")

    def test_an_encrypted_document_is_known_without_opening_it(self) -> None:
        ole = (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(500)
            + "EncryptedPackage".encode("utf-16-le")
        )
        assert read(ole).kind == "encrypted"

    @pytest.mark.parametrize(
        ("data", "media_type"),
        [
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
             "application/msword"),
            (b"{\\rtf1 Ke hoach}", "application/rtf"),
            (package(ban_tin_txt=b"x"), "application/zip"),
            (b"\x00\x01\x02", "application/octet-stream"),
        ],
    )  # fmt: skip
    def test_what_is_not_read_is_named(self, data: bytes, media_type: str) -> None:
        found = read(data)
        assert (found.kind, found.media_type) == ("unsupported", media_type)

    def test_a_picture_is_one_whatever_its_name(self) -> None:
        assert read(b"\xff\xd8\xff\xe0" + bytes(20)).kind == "image"

    @pytest.mark.parametrize(
        "data",
        [
            documents.broken(),
            b"%PDF-1.7\n" + b"<<" * 50_000,
            documents.word("x")[:-100],
            package(word__document_xml=b"<w:document"),
            package(xl__workbook_xml=b"<workbook/>"),
        ],
        ids=["cut", "nested", "no-directory", "no-xml", "no-parts"],
    )
    def test_what_is_broken_is_damaged_and_says_why(self, data: bytes) -> None:
        found = read(data)
        assert found.kind == "damaged"
        assert found.note

    def test_entities_of_xml_are_not_followed(self) -> None:
        declared = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:doc'
        good = body_of(documents.word("Mở đầu"))
        made = good.replace(b"<w:doc", declared, 1).replace(b"</w:t>", b"&a;</w:t>")
        found = read(with_body(made))
        assert (found.kind, "root:" in found.text) == ("text", False)


class TestBombs:
    def test_a_package_that_unpacks_to_too_much_is_not_opened(self) -> None:
        found = read(documents.bomb())
        assert found.kind == "too-heavy"
        assert "unpacked it has 300,000,0" in (found.note or "")

    def test_a_part_that_says_it_is_small_is_read_no_further(self) -> None:
        data = bytearray(documents.bomb(2_000_000))
        place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02") + 1)
        data[place + 24 : place + 28] = (100).to_bytes(4, "little")
        assert read(bytes(data)).kind == "damaged"

    def test_thousands_of_parts_are_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text, "MOST_PARTS", 3)
        assert read(documents.word("x")).kind == "too-heavy"


class TestApart:
    def test_a_file_is_read_in_a_process_of_its_own(self) -> None:
        assert read_apart(documents.pdf(documents.PLAN)) == read(documents.pdf(documents.PLAN))

    def test_one_that_takes_all_memory_ends_that_process_alone(self) -> None:
        """Twenty megabytes of empty paragraphs take forty times as much to read."""
        start, end = body_of(documents.word("x")).split(b"<w:body>")
        body = start + b"<w:body>" + b"<w:p/>" * 3_000_000 + end
        assert read_apart(with_body(body), memory=300_000_000).kind in {"too-heavy", "damaged"}

    def test_one_that_takes_too_long_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "SECONDS", 0.01)
        found = read_apart(documents.pdf(documents.PLAN))
        assert (found.kind, found.media_type) == ("too-heavy", "application/pdf")

    def test_one_that_ends_the_process_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader.sys, "executable", "/bin/false")
        assert read_apart(documents.pdf(documents.PLAN)).kind == "too-heavy"


def test_formats_are_told_by_content() -> None:
    names = [format_of(data).ending for data in (
        documents.pdf(("a",)), documents.word("a"), documents.sheet(("a",)), b"ch\xe1\xbb\xaf",
    )]  # fmt: skip
    assert names == ["pdf", "docx", "xlsx", "txt"]
