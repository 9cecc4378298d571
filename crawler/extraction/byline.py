"""The byline: the last lines of an article that name its author, its photographer, its source.

It is rarely marked up. It is a right-aligned line, or one with a label ("Tác giả:", "Theo ..."), or
a short line that reads as a name of a person or a body after the last sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.extraction.authorship import holds_no_name, kind_of
from crawler.extraction.blocks import RIGHT, Line
from crawler.extraction.phrases import AUTHOR_LABEL, SENTENCE_END, SOURCE_LABEL

_MOST_LINES = 3
_LONGEST_ALIGNED = 60
_LONGEST_LABELLED = 80
_LONGEST_NAME = 32
_LONGEST_BODY = 60  # of an organisation's name
_ORGANISATION = re.compile(
    r"(?:ban (?:biên tập|tuyên giáo|thường trực|công tác mặt trận|phong trào)|bbt\b|btv\b|ctv\b|"
    r"mặt trận |mttq|ub ?mttq|ủy ban |uỷ ban |vp |văn phòng |phòng |trung tâm |đài |"
    r"cổng thông tin|"
    r"báo |tạp chí |tổ biên tập|công thông tin)",
    re.IGNORECASE,
)
# Under a letter the office stands above its holder's name: both are the letter's own.
_OFFICE = re.compile(
    r"(?:tm|kt|tl|tuq)\.|(?:quyền |phó )?(?:chủ tịch|chủ nhiệm|trưởng ban|giám đốc|bí thư)$",
    re.IGNORECASE,
)
_BARE_BY = re.compile(r"(?i:by|bởi) (?=[A-ZĐ])")
_PICTURES_BY = re.compile(r"\s*[;,./–-]?\s*(?<!\w)(?:hình )?ảnh\s*:.*$", re.IGNORECASE)
_OF_UNIT = re.compile(r"(.{4,32}?)\s?\([^()]{2,60}\)")
_INITIALS = re.compile(r"[A-ZĐ][a-zà-ỹ]{0,2}(?:\.\s?[A-ZĐ][a-zà-ỹ]{0,2}){1,3}")
_ADDRESS = re.compile(r"[\s:(]+https?://\S+\s*$")
_CLAUSE = re.compile(r",\s|[.;!?]\s")
_STOPS = (".", "!", "?", "…", ";")
_NAMED = 25  # characters of a newspaper's name
_JOINING = frozenset({"và", "-", "–", "&", "|", "/"})
# An account of the CMS ("quantri", "admin2", "Quản trị viên"), not the name of a person.
_LOGIN = re.compile(
    r"[a-z0-9][a-z0-9._@-]*|(?i:(?:ban )?quản trị(?: viên| mạng| website)?|admin\w*)"
)


@dataclass(slots=True)
class Byline:
    """What the last lines of an article name: the author, the source, and the lines as shown."""

    author: str | None = None
    source: str | None = None
    raw: list[str] = field(default_factory=list)


def read_byline(lines: list[Line]) -> Byline:
    """The byline at the end of an article's lines; `raw` tells how many lines it takes."""
    found = Byline()
    names: list[str] = []
    while len(found.raw) < _MOST_LINES and len(lines) - len(found.raw) > 1:
        end = len(lines) - len(found.raw)
        line, before = lines[end - 1], lines[end - 2]
        if not _is_byline(line, before):
            break
        found.raw.insert(0, line.text)
        name, is_source = read_name(line.text)
        if is_source:
            found.source = name
        elif is_name(name):
            names.insert(0, name)
    found.author = ", ".join(dict.fromkeys(names)) or None
    return found


@lru_cache(maxsize=1024)  # a site has few authors
def read_name(text: str) -> tuple[str, bool]:
    """The name in a byline or an author field, its label cut off, and whether it is a source.

    A label alone, with a colon or without, names no one: the name is "".
    """
    text = text.strip(" ()[]|")
    for label_of, is_source in ((SOURCE_LABEL, True), (AUTHOR_LABEL, False)):
        if label_of.fullmatch(f"{text.rstrip(' :')}:"):
            return "", is_source
    label = SOURCE_LABEL.match(text)
    if label:
        return _without_address(text[label.end() :].strip()).rstrip("./ "), True
    label = AUTHOR_LABEL.match(text) or _BARE_BY.match(text)
    return _balanced((text[label.end() :] if label else text).strip().rstrip("./").strip()), False


def _balanced(name: str) -> str:
    """A name with the bracket at its end that was taken for one around the line, and without whose
    the pictures are: "Lê An; ảnh: Vũ Ba" is Lê An."""
    name = _PICTURES_BY.sub("", name)
    return f"{name})" if name.count("(") > name.count(")") else name


def _without_address(name: str) -> str:
    """A source without the address that follows its name: "KTĐT: https://..." is KTĐT."""
    return _ADDRESS.sub("", name).strip() or name


def names_source(text: str) -> bool:
    """Whether a line says where the article was taken from, and is no sentence that begins so:
    "Theo Báo An Lạc", not "Theo Chủ tịch phường, ngày hội rất vui."
    """
    label = SOURCE_LABEL.match(text)
    if label is None:
        return False
    name = text[label.end() :].rstrip("./ ")
    is_bare = ":" not in label[0]
    sentence = text.endswith(_STOPS) and len(name) > _NAMED
    return not (is_bare and (sentence or _CLAUSE.search(name)))


def is_name(name: str) -> bool:
    """Whether an author's name is one, and no CMS account, caption, heading or date."""
    return bool(name) and not _LOGIN.fullmatch(name) and not holds_no_name(name)


def _is_byline(line: Line, before: Line) -> bool:
    text = line.text.strip(" ()[]")
    if line.item or line.row or line.heading or not text or _OFFICE.match(text):
        return False
    if line.size <= _LONGEST_LABELLED and names_source(text):
        return True  # often a link
    if line.linked > line.size / 2:
        return False
    if line.size <= _LONGEST_LABELLED and AUTHOR_LABEL.match(text):
        return True
    if line.align == RIGHT:
        return line.size < _LONGEST_ALIGNED
    return _names_someone(line, text, before)


def _names_someone(line: Line, text: str, before: Line) -> bool:
    """Whether a short line after prose reads as a name of a person or a body."""
    if text.endswith(SENTENCE_END) or before.size <= _LONGEST_BODY:
        return False
    named = line.size < _LONGEST_NAME and _reads_as_name(text)
    named = named or (line.size < _LONGEST_BODY and bool(_ORGANISATION.match(text)))
    return named or _names_person_and_unit(line.text)


def _names_person_and_unit(text: str) -> bool:
    """Whether a line is as "Lê Thị Tám (Phòng Văn hóa)"."""
    of_unit = _OF_UNIT.fullmatch(text)
    return of_unit is not None and kind_of(of_unit[1]) == "person"


def _reads_as_name(text: str) -> bool:
    if holds_no_name(text):
        return False
    if _INITIALS.fullmatch(text):
        return True
    parts = [part for part in re.split(r"[\s,]+", text) if part and part not in _JOINING]
    if any(any(c.isdigit() for c in part) for part in parts):
        return False
    if len(parts) == 1 and not (parts[0].isupper() and 1 < len(parts[0]) <= 4):
        return False  # "Hết" ends a text too; initials such as "BH" name someone
    capitals = sum(1 for part in parts if part[0].isupper())
    return len(parts) <= 7 and capitals == len(parts)
