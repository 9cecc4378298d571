"""From the bytes of a page to its text: which character encoding, decided the same way each time.

No guessing library: on Vietnamese legacy pages the statistical detectors answer with confidences
of 0.08 to 0.10 or with a wrong family, and what they answer changes from version to version, while
an archive must read the same bytes as the same text for ever. A strict UTF-8 test settles nearly
all pages, whatever they declare; the rest is decided by declaration and one Vietnamese test.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

# Declarations are looked for in this many bytes, twice what the HTML standard asks for, because
# old portal templates put their scripts before the <meta>.
_HEAD = 2048

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Windows code pages stand for the ISO sets they extend, as in browsers (WHATWG Encoding).
_DECLARED = {
    "windows-1258": "cp1258",
    "x-cp1258": "cp1258",
    "x-windows-1258": "cp1258",
    "cp1258": "cp1258",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "koi8-r": "koi8-r",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "cp932",
    "euc-jp": "euc-jp",
    "euc-kr": "cp949",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}

# Vietnamese encodings without a codec: the bytes are kept one to one (Latin-1), the name tells
# `crawler.extraction.repair` how to read them.
LEGACY = frozenset({"x-viet-tcvn", "x-viet-vni", "x-viet-viscii", "x-viet-vps"})
_LEGACY_LABELS = (
    ("tcvn", "x-viet-tcvn"),
    ("vni", "x-viet-vni"),
    ("viscii", "x-viet-viscii"),
    ("vps", "x-viet-vps"),
)

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)", re.IGNORECASE)

_TONES = "\u0300\u0309\u0303\u0301\u0323"
_TONED_1258 = re.compile(f"[aeiouyâêôăơư][{_TONES}]", re.IGNORECASE)
_ANY_TONE = re.compile(f"[{_TONES}]")


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page and the name of the encoding it was read with.

    `content_type` is the header's value. In order: byte order mark; UTF-8, if the bytes are UTF-8
    or are but for a cut end or a few broken bytes (a wrong declaration does not matter); what the
    header, the `<meta>` or the XML declaration say; windows-1258, if it makes Vietnamese of the
    bytes; else windows-1252, Latin-1 for the bytes that lacks. windows-1258 text comes in NFC, as
    that code page writes tones apart. A declared TCVN, VNI, VISCII or VPS page comes as Latin-1
    under a name of `LEGACY`, nothing lost. Never raises.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    text = _as_utf8(body)
    if text is not None:
        return text, "utf-8"
    for label in _declarations(body, content_type):
        found = _as_declared(body, label)
        if found is not None:
            return found
    return _undeclared(body)


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Legacy text breaks at nearly each accented letter; UTF-8 with an accident keeps most of them.
    accented = len(text) - len(text.encode("ascii", "ignore")) - broken
    cut_at_end = broken == 1 and text.endswith("\ufffd") and accented > 0
    return text if cut_at_end or accented >= 20 * broken else None


def _declarations(body: bytes, content_type: str | None) -> list[str]:
    head = body[:_HEAD]
    header = (content_type or "").encode("ascii", "ignore")
    found = (_CHARSET.search(header), _META.search(head), _XML.match(head))
    return [match[1].decode("ascii").lower() for match in found if match]


def _as_declared(body: bytes, label: str) -> tuple[str, str] | None:
    for part, name in _LEGACY_LABELS:
        if part in label:
            return body.decode("latin-1"), name
    codec = _DECLARED.get(label)
    if codec is None:
        return None
    if codec == "cp1258":
        return unicodedata.normalize("NFC", body.decode(codec, "replace")), codec
    if codec == "cp1252":  # what servers say by default: no statement about a Vietnamese page
        return _undeclared(body)
    try:
        return body.decode(codec), codec
    except UnicodeDecodeError:
        return None


def _undeclared(body: bytes) -> tuple[str, str]:
    text = body.decode("cp1258", "replace")
    toned = len(_TONED_1258.findall(text))
    # Each tone byte must follow a vowel: in TCVN, VNI and Western text some do not.
    if toned >= 3 and toned == len(_ANY_TONE.findall(text)):
        return unicodedata.normalize("NFC", text), "cp1258"
    try:
        return body.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"
