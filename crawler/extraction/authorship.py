"""What the name under an article is: a person, a unit, an editorial desk, or another medium.

Also where a text was taken from when its first words say so: "(Mặt trận) -", "TPO -".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.page import AuthorKind

# "PV", "Phóng viên Điện tử", "btv camgiang"; "CTV Lê Thị Tám" is the person.
_DESK = re.compile(
    r"(?:ban biên tập|bbt|tổ biên tập|tòa soạn|toà soạn|bộ phận biên tập|nhóm (?:phóng viên|pv)|"
    r"phóng viên|pv|btv|biên tập viên|ctv|cộng tác viên|ban quản trị(?: website)?)(?!\w)",
    re.IGNORECASE,
)
_MEDIUM = re.compile(
    r"(?:báo|tạp chí|bản tin|đặc san|thông tấn xã|ttxvn|vov|vtv|vnexpress|sggp|plo|tpo|"
    r"cổng (?:thông tin|ttđt|tt)|trang (?:thông tin|ttđt)|website|"
    r"đài (?:tiếng nói|phát thanh|truyền hình|pt))(?!\w)",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)+(?:vn|com|org|net|info)(?:/\S*)?", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:ủy|uỷ|ban|mặt trận|mttq(?:vn)?|ub ?mttq(?:vn)?|ub|ubnd|hđnd|vp|văn phòng|phòng|sở|cục|"
    r"chi cục|trung tâm|ttvh|tttt|hội|liên đoàn|công đoàn|công an|đảng ủy|đảng uỷ|huyện ủy|"
    r"huyện uỷ|thành ủy|thành uỷ|tỉnh ủy|tỉnh uỷ|quận ủy|quận uỷ|chi bộ|quận|phường|xã|thị trấn|"
    r"thị xã|huyện|thành phố|tp\.?|tỉnh|khu phố|thôn|ấp|bản|buôn|tổ dân phố|trường|bộ|đài|"
    r"đoàn (?:thanh niên|tncs|phường|xã|thị trấn|huyện|tỉnh|trường)|cơ quan|đơn vị|bql)\s+\S|"
    r"(?:mttq(?:vn)?|ubmttq(?:vn)?|ubnd|hđnd)$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[,;/&|]\s*|\s+[-–—]\s*|[-–—]\s+|\s+và\s+")
_NOTE = re.compile(r"(?<=\S)\s*\([^()]*\)$")  # "(tổng hợp)", "(Phòng Văn hóa)"
_TITLES = re.compile(r"(?:(?:nhà báo|nhà văn|ths|ts|pgs|gs|luật sư|ls)\.?\s+)+", re.IGNORECASE)
_LETTERS = "A-ZÀ-ỸĐ"
_NAME = re.compile(
    # "Lê Thị Tám", "CHÂU AN", "H.LAN", "Y Kô Niê", "H'Hen Niê", "John Smith"
    rf"(?:[{_LETTERS}][^\W\d_]*(?:['’][^\W\d_]+)?(?:\s[{_LETTERS}][^\W\d_]*(?:['’][^\W\d_]+)?){{1,4}}"
    rf"|[{_LETTERS}]\.\s?[{_LETTERS}][^\W\d_]+)"
)
_CREDITED = re.compile(
    rf"\W*(?i:by|bởi|đăng bởi|người đăng|người viết|tác giả)\s*:?\s+({_NAME.pattern})"
    r"\s*(?:$|[-–—|•·,(]|\d|(?i:ngày|lúc|vào|thứ)\b)"
)
# What no name holds, and captions and headings do.
_NO_NAME = re.compile(
    r"(?:ảnh|hình|toàn cảnh|quang cảnh|tin|bài|video|clip|hội nghị|việt nam|lễ|phong trào)(?!\w)",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{4}|\d{1,2}[:/.]\d{1,2}")

_OUTLET = re.compile(
    r"\(\s*(?P<bracketed>[^()\d]{2,30}?)\s*\)\s?[-–—]\s?|"
    rf"(?P<bare>[{_LETTERS}]{{2,8}})\s?[-–—]\s",
)
# Initials that outlets put before their texts; other capitals may open the sentence itself.
_AGENCIES = re.compile(
    r"(?!(?:ISO|WTO|WHO|FAO|NGO|CEO|NATO|UNESCO)$)"
    r"(?:[A-ZĐ]{1,4}O|HNP|HNM|CTT?ĐT|TTXVN|SGGP|NLĐ|KTĐT|ĐĐK|VGP|BPTV)"
)
# Brackets hold places and notes too, "(Hà Nội) -", "(Tiếp theo) -": only what is a medium counts.
_BRACKETED = re.compile(
    r"(?:mặt trận|đại đoàn kết|đảng cộng sản|đcsvn|dân trí|dân việt|thanh niên|tuổi trẻ|tổ quốc|"
    r"vietnamnet|vietnamplus|chinhphu)(?!\w)",
    re.IGNORECASE,
)
_PLACE_INITIALS = frozenset({"HN", "HCM", "TPHCM", "ĐN", "TP", "HP", "VN"})


@lru_cache(maxsize=1024)  # a site has few authors
def kind_of(author: str) -> AuthorKind | None:
    """What an author is; None where the name does not tell for certain, as with bare initials.

    Of several names the first that tells decides: "Hoàng Thái – MTTQVN thị trấn An Lạc" is a
    person.
    """
    for part in _SEPARATOR.split(_NOTE.sub("", author.strip())):
        kind = _kind_of_one(part.strip(" ()[].:"))
        if kind is not None:
            return kind
    return None


def _kind_of_one(name: str) -> AuthorKind | None:
    if _DOMAIN.fullmatch(name) or _MEDIUM.match(name):
        return "source"
    desk = _DESK.match(name)
    if desk:
        return "person" if _is_person(name[desk.end() :].strip(" .:-")) else "desk"
    if _UNIT.match(name):
        return "unit"
    return "person" if _is_person(name) else None


def _is_person(name: str) -> bool:
    title = _TITLES.match(name)
    name = name[title.end() :] if title else name
    return bool(_NAME.fullmatch(name)) and not _NO_NAME.match(name) and not _UNIT.match(name)


def credited(text: str) -> str | None:
    """The person whom a line between title and text names beside its date, with a label:
    "By Lê Thị Tám - 17/07/2026"; None for none."""
    match = _CREDITED.match(text)
    return match[1] if match else None


def holds_no_name(text: str) -> bool:
    """Whether a line has what captions, headings and date lines have, and names have not."""
    return bool(_NO_NAME.match(text) or _MOMENT.search(text) or ":" in text)


def outlet_of(paragraph: str) -> tuple[str, str] | None:
    """The medium that the first words of a text name, and these words as shown; None for none.

    "(Mặt trận) - Sáng 12/3, ..." comes from "Mặt trận"; "HÀ NỘI - Sáng 12/3" from nowhere.
    """
    match = _OUTLET.match(paragraph)
    if match is None:
        return None
    bare = match["bare"]
    if bare is not None:
        return (bare, match[0].strip()) if _AGENCIES.fullmatch(bare) else None
    name = match["bracketed"].strip()
    return (name, match[0].strip()) if _is_medium(name) else None


def _is_medium(name: str) -> bool:
    if name.isalpha() and name.isupper():
        return len(name) <= 8 and name not in _PLACE_INITIALS
    return bool(_DOMAIN.fullmatch(name) or _MEDIUM.match(name) or _BRACKETED.match(name))
