"""Vietnamese character sets of the years before Unicode, as the pages that used them show today.

Such a page declares nothing or something else, so that its bytes are read as windows-1252: `Mặt
trận` in TCVN3 shows as `MÆt trËn`, in VNI as `Maët traän`. Each charset here takes it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

# The upper halves, 16 bytes a row from 0x80 on; a dot is no Vietnamese letter.

# TCVN 5712:1993 (ISO-IR 180), its sets VN2 and VN3, which the .Vn fonts of ABC follow: nothing
# stands below 0xA0, so that the quotes and dashes of windows-1252 stay.
_TCVN3 = (
    "................"
    "................"
    ".ĂÂÊÔƠƯĐăâêôơưđẰ"
    ".....àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịò"
    "Ổỏõóọồổỗốộờởỡớợù"
    "ỖủũúụừửữứựỳỷỹýỵỐ"
)
# RFC 1456, "Conventions for Encoding the Vietnamese Language", section 4.
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ"
    "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "Õắằặấầẩậẽẹếềểễệố"
    "ồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ"
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉ"
    "đựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
# The chart of the Vietnamese Unicode project (vietunicode, "VPS"); x-viet-vps in browsers.
_VPS = (
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲ"
    "Ế..ỀỂỄỐỒỔỖýỷỵỚỜỞ"
    ".ắằẳẵặỠớÙờởỡŨỨợỪ"
    "ổỬỲỸÍÌộỈĨÓửữÒỎÕự"
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹ"
    "ƯỦồốÔỏơÈừứÚũưÝẺ."
    "àáâãảạă.èéêẽìí.ĩ"
    "ẴĐòóôõ.Ơụùúủ.ỶẼỳ"
)
_VPS_LOW = {0x02: "Ạ", 0x03: "Ậ", 0x04: "Ặ", 0x05: "Ẹ", 0x06: "Ệ", 0x10: "Ị", 0x11: "Ọ"}
_VPS_LOW |= {0x12: "Ộ", 0x13: "Ợ", 0x14: "Ụ", 0x15: "Ự", 0x19: "Ỵ", 0x1C: "Ẫ", 0x1D: "Ữ"}

# VNI for Windows (Vietnamese Unicode project, "VNI"): a letter and a mark behind it, two bytes;
# a mark means the same behind each letter it may follow. A few letters are one byte.
_VNI_TONES = {"Ù": "\u0301", "Ø": "\u0300", "Û": "\u0309", "Õ": "\u0303", "Ï": "\u0323"}
_VNI_HATS = {"Â": "\u0302", "Á": "\u0302\u0301", "À": "\u0302\u0300", "Å": "\u0302\u0309"}
_VNI_HATS |= {"Ã": "\u0302\u0303", "Ä": "\u0302\u0323"}
_VNI_BREVES = {"Ê": "\u0306", "É": "\u0306\u0301", "È": "\u0306\u0300", "Ú": "\u0306\u0309"}
_VNI_BREVES |= {"Ü": "\u0306\u0303", "Ë": "\u0306\u0323"}
_VNI_SINGLE = {"Ñ": "Đ", "Ô": "Ơ", "Ö": "Ư", "Í": "Í", "Ì": "Ì", "Æ": "Ỉ", "Ó": "Ĩ", "Ò": "Ị"}
_VNI_SINGLE |= {"Î": "Ỵ"}


def read_as(byte: int) -> str:
    """Return how a byte shows in windows-1252, as browsers read it: its gaps are controls."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _both(byte: int, letter: str) -> dict[str, str]:
    """A byte may have been read as windows-1252 or as Latin-1."""
    return {read_as(byte): letter, chr(byte): letter}


@dataclass(frozen=True, slots=True, eq=False)
class Charset:
    """One legacy charset: `pairs` of two characters, then single ones; what it has no letter for
    stays as it is."""

    name: str
    single: dict[str, str]
    pairs: dict[str, str]
    word: re.Pattern[str]
    pair: re.Pattern[str] | None

    def decode(self, text: str) -> str:
        """Return what `text`, read as windows-1252 or Latin-1, says; NFC."""
        if self.pair is not None:
            text = self.pair.sub(lambda found: self.pairs[found[0]], text)
            return normalize("NFC", text)
        return normalize("NFC", text.translate(_table(self)))

    def encode(self, text: str) -> str:
        """Return `text` (NFC) as it would show; for what the charset lacks, the letter itself."""
        backwards = {letter: code for code, letter in {**self.single, **self.pairs}.items()}
        return "".join(backwards.get(letter, letter) for letter in text)


_TABLES: dict[str, dict[int, str]] = {}


def _table(charset: Charset) -> dict[int, str]:
    table = _TABLES.get(charset.name)
    if table is None:
        table = _TABLES[charset.name] = {ord(code): to for code, to in charset.single.items()}
    return table


def _charset(name: str, single: dict[str, str], pairs: dict[str, str] | None = None) -> Charset:
    codes = {letter for code in (*single, *(pairs or ())) for letter in code if letter > "\x7f"}
    low = {code for code in single if code < " "}
    word = re.compile(f"[A-Za-z{re.escape(''.join(sorted(codes | low)))}]+")
    pair = None
    if pairs:
        pair = re.compile("|".join(map(re.escape, (*pairs, *single))))
        pairs = {**pairs, **single}
    return Charset(name, single, pairs or {}, word, pair)


def _single_byte(name: str, upper: str, low: dict[int, str]) -> Charset:
    single: dict[str, str] = {chr(byte): letter for byte, letter in low.items()}
    for byte, letter in enumerate(upper, start=0x80):
        if letter != ".":
            single |= _both(byte, letter)
    return _charset(name, single)


def _vni() -> Charset:
    pairs: dict[str, str] = {}
    for letters, marks in (
        ("AEIOUY", _VNI_TONES),
        ("AEO", _VNI_HATS),
        ("A", _VNI_BREVES),
        ("ÔÖ", _VNI_TONES),
    ):
        for letter in letters:
            whole = _VNI_SINGLE.get(letter, letter)
            for mark, adds in marks.items():
                upper = normalize("NFC", whole + adds)
                pairs |= {letter + mark: upper, letter + mark.lower(): upper}
                pairs[letter.lower() + mark.lower()] = upper.lower()
                pairs[letter.lower() + mark] = upper.lower()
    single = {**_VNI_SINGLE, **{code.lower(): to.lower() for code, to in _VNI_SINGLE.items()}}
    return _charset("vni", single, pairs)


def _windows_1258() -> Charset:
    """windows-1258 read as windows-1252: the tones, apart in that code page, show as letters."""
    single: dict[str, str] = {}
    for byte in range(0xC0, 0x100):
        if byte not in {0xD7, 0xF7}:  # the signs of multiplication and division in both
            single |= _both(byte, bytes([byte]).decode("cp1258"))
    return _charset("windows-1258", single)


CHARSETS = (
    _single_byte("tcvn3", _TCVN3, {}),
    _vni(),
    _single_byte("viscii", _VISCII, _VISCII_LOW),
    _single_byte("vps", _VPS, _VPS_LOW),
    _windows_1258(),
)
