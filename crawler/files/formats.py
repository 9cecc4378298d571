"""What a file is, by its bytes: what a server or a name says of it is often wrong."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_START = 1024  # bytes in which a PDF may begin (ISO 32000-1, annex H)


class Format(NamedTuple):
    """A format: its media type, the ending of a file name, and whether it is a picture."""

    media_type: str
    ending: str
    is_image: bool = False


PDF = Format("application/pdf", "pdf")
WORD = Format(_WORD, "docx")
SHEET = Format(_SHEET, "xlsx")
TEXT = Format("text/plain", "txt")
LOCKED = Format("application/vnd.ms-office.encrypted", "bin")
BINARY = Format("application/octet-stream", "bin")

_MAGIC = (
    (b"\x89PNG\r\n", Format("image/png", "png", is_image=True)),
    (b"\xff\xd8\xff", Format("image/jpeg", "jpg", is_image=True)),
    (b"GIF87a", Format("image/gif", "gif", is_image=True)),
    (b"GIF89a", Format("image/gif", "gif", is_image=True)),
    (b"BM", Format("image/bmp", "bmp", is_image=True)),
    (b"II*\0", Format("image/tiff", "tif", is_image=True)),
    (b"MM\0*", Format("image/tiff", "tif", is_image=True)),
    (b"{\\rtf", Format("application/rtf", "rtf")),
    (b"Rar!\x1a\x07", Format("application/vnd.rar", "rar")),
    (b"7z\xbc\xaf\x27\x1c", Format("application/x-7z-compressed", "7z")),
    (b"\x1f\x8b\x08", Format("application/gzip", "gz")),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of compound files, by name; an encrypted DOCX or XLSX is one, too ([MS-OFFCRYPTO] 2.3).
_STREAMS = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", Format("application/msword", "doc")),
    ("Workbook", Format("application/vnd.ms-excel", "xls")),
    ("PowerPoint Document", Format("application/vnd.ms-powerpoint", "ppt")),
)

# The part of a package that tells what it is.
_PARTS = (
    ("word/document.xml", WORD),
    ("xl/workbook.xml", SHEET),
    ("ppt/presentation.xml", Format(_SLIDES, "pptx")),
)


def format_of(data: bytes) -> Format:
    """Return the format of a file; `application/octet-stream` where it is none of those known."""
    if b"%PDF-" in data[:_START]:
        return PDF
    for magic, found in _MAGIC:
        if data.startswith(magic):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format("image/webp", "webp", is_image=True)
    if data.startswith(_OLE):
        return _in_compound(data)
    if data.startswith(b"PK\x03\x04"):
        return _in_zip(data)
    return TEXT if _is_text(data) else BINARY


def _in_compound(data: bytes) -> Format:
    for name, found in _STREAMS:
        if name.encode("utf-16-le") in data:
            return found
    return Format("application/x-ole-storage", "bin")


def _in_zip(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        names = set()
        # The local headers still tell, though the directory at the end is gone.
        for name, found in _PARTS:
            if name.encode() in data:
                return found
    for name, found in _PARTS:
        if name in names:
            return found
    if "mimetype" in names and b"opendocument" in data[:200]:
        return Format("application/vnd.oasis.opendocument", "odf")
    return Format("application/zip", "zip")


def _is_text(data: bytes) -> bool:
    start = data[: 64 * 1024]
    return bool(start) and not any(byte < 9 or 13 < byte < 27 for byte in start)
