"""Repairs a whole page whose bytes are of a legacy charset, before its markup is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.repair.certainty import UNICODE, charset_of, count
from crawler.extraction.repair.texts import Repair, whole

if TYPE_CHECKING:
    from crawler.extraction.repair.charsets import Charset

# What `encoding.decode` calls a page of each charset.
ENCODINGS = {
    "tcvn3": "x-viet-tcvn",
    "vni": "x-viet-vni",
    "viscii": "x-viet-viscii",
    "vps": "x-viet-vps",
    "windows-1258": "cp1258",
}
_DECLARED = {encoding: name for name, encoding in ENCODINGS.items()}
_FEWEST = 8  # different damaged words that prove a page which declares nothing
_READ = 200_000  # characters that are enough to tell
_UNSEEN = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>|&\w+;")
# A page that writes its Vietnamese letters as references is none of a legacy charset.
_REFERENCE = re.compile(
    r"&#(?:27[23]|43[12]|41[67]|25[89]|7[89]\d\d|x1e[a-f]\w|x11[01])\b", re.IGNORECASE
)


def repair_page(text: str, encoding: str) -> tuple[str, str, Repair]:
    """Read a page that is no UTF-8 in the legacy charset it was certainly written in.

    `text` is the page decoded byte by byte, `encoding` the name it was decoded under, which may
    be that of a charset it declares. Returns the page, its encoding and what was repaired.
    """
    start = text[:_READ]
    if UNICODE.search(start) or _REFERENCE.search(start):
        return text, encoding, Repair()
    shown = _UNSEEN.sub(" ", start)
    charset = _charset_of(shown, _DECLARED.get(encoding))
    if charset is None:
        return text, encoding, Repair()
    repair = Repair()
    better = "".join(whole(line, charset) for line in text.splitlines(keepends=True))
    repair.note(charset.name, shown, better)
    return better, ENCODINGS[charset.name], repair


def _charset_of(shown: str, declared: str | None) -> Charset | None:
    charset = charset_of([shown], declared=declared)
    if charset is None and declared is not None:
        charset = charset_of([shown])
    if charset is None or charset.name == declared:
        return charset
    return charset if len(count(shown, charset).damaged) >= _FEWEST else None
