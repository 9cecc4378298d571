"""Vietnamese text as it shows after it was written in a legacy charset and read in another."""

from __future__ import annotations

import unicodedata

from crawler.extraction.repair.charsets import CHARSETS, read_as
from tests.replica.composer import stories

BY_NAME = {charset.name: charset for charset in CHARSETS}
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def paragraphs(total: int = 12) -> list[str]:
    """Composed paragraphs of news, NFC, each of some sentences."""
    return [
        block.text
        for story in stories("repair", "Hà Nội", total)
        for block in story.blocks
        if block.kind == "p" and len(block.text) > 80
    ]


def in_windows_1258(text: str) -> bytes:
    """Tones apart, vowels whole: the only way that code page can hold Vietnamese."""
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in parts if mark in _TONES)
            vowel = unicodedata.normalize("NFC", parts.replace(tone, ""))
            out += vowel.encode("cp1258") + tone.encode("cp1258")
    return bytes(out)


def damaged(text: str, kind: str) -> str:
    """`text` in a legacy charset, or as UTF-8, read byte by byte."""
    if kind == "mojibake":
        return text.encode().decode("latin-1")
    if kind == "windows-1258":
        return "".join(map(read_as, in_windows_1258(text)))
    return BY_NAME[kind].encode(text)
