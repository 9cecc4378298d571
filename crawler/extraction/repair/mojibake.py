"""UTF-8 that was read as windows-1252 or Latin-1 and saved again: `Mặt trận` as `Máº·t tráº­n`."""

from __future__ import annotations

import re

from crawler.extraction.repair.certainty import UNICODE
from crawler.extraction.repair.charsets import read_as
from crawler.extraction.repair.syllables import is_syllable

_BYTES = {read_as(byte): byte for byte in range(0x80, 0x100)} | {
    chr(byte): byte for byte in range(0x80, 0x100)
}
_FOLLOWERS = "".join(sorted({*map(chr, range(0x80, 0xC0)), *map(read_as, range(0x80, 0xC0))}))
_FOLLOW = f"[{re.escape(_FOLLOWERS)}]"
_SEQUENCE = re.compile(
    f"[\u00c2-\u00df]{_FOLLOW}|[\u00e0-\u00ef]{_FOLLOW}{{2}}|[\u00f0-\u00f4]{_FOLLOW}{{3}}"
)
# à is C3 A0: its second byte is a no-break space, which editors make a plain one.
_LOST_SPACE = re.compile("\u00c3 ( ?)")
_LEAD = re.compile("[\u00c2-\u00f4]")
_WORD = re.compile(r"[^\W\d_]+")
# Nobody writes these: the letters of U+1EA0 to U+1EF9, quotes, dashes and the ellipsis as three.
_TELLING = re.compile(f"\u00e1[\u00ba\u00bb]{_FOLLOW}|\u00e2\u20ac[{re.escape(_FOLLOWERS)}]")
_TWICE = re.compile("\u00c3\u00a1\u00c2[\u00ba\u00bb]\u00c2")
_LETTER = re.compile(f"\u00e1[\u00ba\u00bb]{_FOLLOW}")


def unscrambled(text: str) -> str:
    """Return `text` with what was certainly read wrongly read as UTF-8, once or twice over.

    A text is repaired as a whole when it has no letter beyond Latin-1 of its own, and all of it is
    UTF-8 or the words it becomes are Vietnamese; else only the sequences nobody writes are.
    """
    if _TWICE.search(text) and not UNICODE.search(text):
        text = _SEQUENCE.sub(_read, text)
    return _once(text) if _TELLING.search(text) else text


def _once(text: str) -> str:
    if _LETTER.search(text) and not UNICODE.search(text):
        whole = _LOST_SPACE.sub("à\\1", _SEQUENCE.sub(_read, text))
        changed = [word for word in _WORD.findall(whole) if not word.isascii()]
        fitting = sum(map(is_syllable, changed))
        if fitting >= 0.8 * len(changed) or not _LEAD.search(_SEQUENCE.sub(_nothing, text)):
            return whole
    return _TELLING.sub(_read, text)


def _read(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[letter] for letter in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _nothing(found: re.Match[str]) -> str:
    """Take a sequence out of a text; one that is no UTF-8 stays."""
    return found[0] if _read(found) == found[0] else ""
