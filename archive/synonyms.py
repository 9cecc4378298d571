"""Abbreviations that articles use beside the words they stand for.

Whoever searches for one writing means the others as well. The list is our own; each row holds
writings that mean the same.
"""

from __future__ import annotations

from functools import cache

from archive.vietnamese import SYLLABLE, exact, fold

GROUPS = (
    ("MTTQ", "Mặt trận Tổ quốc"),
    ("MTTQVN", "MTTQ Việt Nam", "Mặt trận Tổ quốc Việt Nam"),
    ("UBMTTQ", "UB MTTQ", "Ủy ban MTTQ", "Ủy ban Mặt trận Tổ quốc"),
    ("UBMTTQVN", "Ủy ban MTTQ Việt Nam", "Ủy ban Mặt trận Tổ quốc Việt Nam"),
    ("UBTƯ", "UBTW", "Ủy ban Trung ương"),
    ("TƯ", "TW", "T.Ư", "Trung ương"),
    ("UBND", "Ủy ban nhân dân"),
    ("HĐND", "Hội đồng nhân dân"),
    ("KDC", "khu dân cư"),
    ("TDP", "tổ dân phố"),
    ("BCTMT", "Ban Công tác Mặt trận", "Ban CTMT"),
    ("CTMT", "công tác Mặt trận"),
    ("BTT", "Ban Thường trực"),
    ("UVTV", "Ủy viên Thường vụ"),
    ("UBTVQH", "Ủy ban Thường vụ Quốc hội"),
    ("ĐBQH", "đại biểu Quốc hội"),
    ("TXCT", "tiếp xúc cử tri"),
    ("GSPB", "giám sát phản biện"),
    ("PBXH", "phản biện xã hội"),
    ("TTND", "thanh tra nhân dân"),
    ("GSĐTCĐ", "giám sát đầu tư của cộng đồng", "giám sát đầu tư cộng đồng"),
    ("QCDC", "quy chế dân chủ"),
    ("ĐĐK", "đại đoàn kết"),
    ("NTM", "nông thôn mới"),
    ("KT-XH", "KTXH", "kinh tế - xã hội"),
    ("ANQP", "an ninh quốc phòng", "QPAN", "quốc phòng an ninh"),
    ("ANTT", "an ninh trật tự"),
    ("BHXH", "bảo hiểm xã hội"),
    ("BHYT", "bảo hiểm y tế"),
    ("LĐLĐ", "Liên đoàn Lao động"),
    ("LHPN", "Liên hiệp Phụ nữ"),
    ("CCB", "Cựu chiến binh"),
    ("XĐGN", "xóa đói giảm nghèo"),
    ("TP.HCM", "TPHCM", "TP Hồ Chí Minh", "thành phố Hồ Chí Minh"),
)

Words = tuple[str, ...]


def words_of(text: str) -> tuple[Words, Words]:
    """Return the words of a text as the index has them: with marks, and without."""
    return tuple(SYLLABLE.findall(exact(text))), tuple(SYLLABLE.findall(fold(text)))


@cache
def _writings() -> dict[Words, list[tuple[Words, tuple[str, ...]]]]:
    """Return by folded words: the words with marks, and the whole row of the list."""
    table: dict[Words, list[tuple[Words, tuple[str, ...]]]] = {}
    for row in GROUPS:
        for writing in row:
            marked, folded = words_of(writing)
            table.setdefault(folded, []).append((marked, row))
    return table


@cache
def _longest() -> int:
    return max(map(len, _writings()))


def find(marked: Words, folded: Words) -> tuple[int, tuple[str, ...]] | None:
    """Return how many words at the beginning are a known writing, and all writings of that row.

    The longest one counts. Words typed with marks must have the right ones. None: not known.
    """
    for size in range(min(len(folded), _longest()), 0, -1):
        for known, row in _writings().get(folded[:size], ()):
            typed = marked[:size]
            if typed == known or all(word.isascii() for word in typed):
                return size, row
    return None
