"""The sentences of a Vietnamese text, and when two of them say the same."""

from __future__ import annotations

import re

from archive.content import normal
from archive.vietnamese import clean, old_style

# A full stop ends a sentence when the next begins with a capital letter ...
_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[\"“‘«(\[–—-]*\s*([^\W\d_]))")
# ... and the word before it is no abbreviation, initial or number of a list.
_NO_END = re.compile(
    r"(?:^|[\s(\"“/.])(?:[^\W\d_]|\d{1,3}|[IVX]{1,5}|TP|Tp|TX|TT|ThS|Ths|TS|PGS|GS|BS|KS|Nxb|NXB"
    r"|tr|St|Mr|Mrs|Dr|No|vs|v\.v)\.$"
)

_NUMBER = r"[\d.,]*\d(?:\s*(?:k|K|nghìn|triệu))?"
_COUNTED = (
    r"(?:lượt|lần)\s+(?:xem|đọc|truy cập|tải|tải về|thích|chia sẻ|bình luận|người xem)"
    r"|lượt\s+truy\s+cập|người\s+(?:xem|đọc|đang xem)|bình luận|views?|likes?|shares?|comments?"
)
# What a page counts about itself: nothing of the article.
_COUNTER = re.compile(
    rf"[(\[|•·-]*\s*(?:(?:(?:tổng\s+)?số\s+|đã\s+)?(?:{_COUNTED}|xem|đã xem|đọc|đang truy cập"
    rf"|trực tuyến|đang online|online|hôm nay|tổng truy cập)\s*[:(]\s*{_NUMBER}(?:\s*lượt)?"
    rf"|(?:có\s+|đã có\s+|đã xem\s+)?{_NUMBER}\s+(?:{_COUNTED})(?:\s+bài viết(?:\s+này)?)?"
    rf"|đã\s+(?:xem|đọc)\s+{_NUMBER}\s*(?:lượt|lần)?)\s*[)\]|.]*",
    re.IGNORECASE,
)


def sentences(text: str | None) -> list[str]:
    """Return the sentences of `text` in order, with its spaces made plain, without counters.

    A line end always ends a sentence. Lines that only count views or comments are left out.
    """
    found: list[str] = []
    for line in clean(text or "").splitlines():
        parts = _of_line(" ".join(line.split()))
        found += [part for part in parts if part and not _COUNTER.fullmatch(part)]
    return found


def _of_line(line: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for end in _END.finditer(line):
        if not end[1].isupper() or _NO_END.search(line[start : end.start()]):
            continue
        parts.append(line[start : end.end()].strip())
        start = end.end()
    parts.append(line[start:].strip())
    return parts


def comparable(text: str | None) -> str:
    """Return `text` as it is compared: spaces, dashes and quotes folded, tone marks in one style.

    Whether a tone stands on the first or second vowel (hòa, hoà) is a matter of style.
    """
    return old_style(normal(text))
