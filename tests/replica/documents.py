"""Documents as Front offices publish them, and as nobody should: made here, word for word.

PDF is written by hand, so that every way in which one may be broken can be had.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

import docx
import openpyxl
from pypdf import PdfReader, PdfWriter

PLAN = (
    "KẾ HOẠCH",
    "Tổ chức Ngày hội Đại đoàn kết toàn dân tộc ở khu dân cư năm 2025",
    "Ban Công tác Mặt trận các khu dân cư họp bàn, phân công từng việc cho từng người.",
)
REPORT = "Báo cáo kết quả giám sát việc bình xét hộ nghèo tại phường Trần Lãm"
ROWS = (("Tổ dân phố", "Số hộ", "Ngày họp"), ("Tổ 5", 42, "12/11/2025"), ("Tổ 7", 38, "13/11/2025"))
# "Uỷ ban Mặt trận Tổ quốc phường mời các hộ dân dự họp" in the bytes of TCVN3 fonts.
OLD_FONT = "Uû ban MÆt trËn Tæ quèc ph­êng mêi c¸c hé d©n dù häp vµo ngµy r»m th¸ng t­"
OLD_FONT_READ = "Uỷ ban Mặt trận Tổ quốc phường mời các hộ dân dự họp vào ngày rằm tháng tư"


def pdf(*pages: Sequence[str]) -> bytes:
    """A PDF of so many pages; its lines are in a font with a table of their letters."""
    letters = sorted({letter for page in pages for line in page for letter in line})
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    table = "\n".join(f"<{code:04X}> <{ord(letter):04X}>" for letter, code in codes.items())
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{table}\nendbfchar\nendcmap end end"
    )
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/Times/Encoding/Identity-H/ToUnicode 4 0 R"
        b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Times/DW 500"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"
    )
    drawn = [
        "BT /F1 12 Tf 72 760 Td 16 TL "
        + " ".join(f"<{''.join(f'{codes[c]:04X}' for c in line)}> Tj T*" for line in page)
        + " ET"
        for page in pages
    ]
    return _file(font, stream(to_unicode.encode()), [text.encode() for text in drawn])


def old_pdf(line: str) -> bytes:
    """A PDF whose letters only its font, one of TCVN3, makes Vietnamese."""
    font = (
        b"<</Type/Font/Subtype/TrueType/BaseFont/.VnTime/Encoding/WinAnsiEncoding"
        b"/FirstChar 32/LastChar 33/Widths[250 250]>>"
    )
    shown = line.encode("latin-1").hex()
    return _file(font, stream(b""), [f"BT /F1 12 Tf 72 760 Td <{shown}> Tj ET".encode()])


def scan(pages: int = 2) -> bytes:
    """A PDF of pictures of pages."""
    picture = stream(
        bytes(range(256)) * 16,
        b"/Type/XObject/Subtype/Image/Width 64/Height 64/ColorSpace/DeviceGray/BitsPerComponent 8",
    )
    return _file(picture, stream(b""), [b"q 500 0 0 700 50 50 cm /F1 Do Q"] * pages)


def locked(password: str = "mat-khau") -> bytes:
    """A PDF that opens with a password; with an empty one it is only called encrypted."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(PLAN))))
    writer.encrypt(user_password=password, owner_password="chu", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def broken() -> bytes:
    """A PDF that was cut off in the middle of its first object."""
    return pdf(PLAN)[:40]


def word(*lines: str, rows: Sequence[Sequence[object]] = (), font: str | None = None) -> bytes:
    """A DOCX of paragraphs and a table."""
    document = docx.Document()
    for line in lines:
        run = document.add_paragraph().add_run(line)
        run.font.name = font
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for cell, value in zip(table.rows[at].cells, row, strict=True):
                cell.text = str(value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sheet(*rows: Sequence[object], title: str = "Danh sách") -> bytes:
    """An XLSX of one sheet."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb(size: int = 300_000_000) -> bytes:
    """A DOCX of a few hundred kilobytes that unpacks to `size` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w") as part:
            for _ in range(size // 1_000_000):
                part.write(bytes(1_000_000))
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object of a PDF."""
    packed = zlib.compress(data)
    head = b"<<" + entries + b"/Filter/FlateDecode/Length %d>>" % len(packed)
    return head + b"\nstream\n" + packed + b"\nendstream"


def _file(shown: bytes, more: bytes, contents: list[bytes]) -> bytes:
    """A PDF of `contents`, a page each; `shown` is the font or picture that all of them use."""
    name = b"XObject" if b"/Image" in shown else b"Font"
    first = 5
    pages = [first + 2 * number for number in range(len(contents))]
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
        shown,
        more,
    ]
    for page, content in zip(pages, contents, strict=True):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</" + name
            + b"<</F1 3 0 R>>>>/Contents %d 0 R>>" % (page + 1)
        )  # fmt: skip
        objects.append(stream(content))
    out = io.BytesIO(b"%PDF-1.5\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + one + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()
