"""Which stories of a government or party portal are the Front's.

A portal's section on the Front is taken whole. From other sections a story is kept when its title
or its lead names the Front or one of its campaigns. Words are compared without case and marks, eth
for đ included: portals write UBMTTQ, Ủy ban MTTQ, Uỷ ban Mặt trận Tổ quốc, and drop letters in
addresses.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = re.compile(
    r"(?<!\w)(?:\w{0,4}mttq\w{0,4}|mat tran to quoc|(?<!tren )(?<!tren cac )mat tran"
    r"|(?:khoi )?dai doan ket|quy (?:vi|cuu tro|den on dap nghia).{0,10}nguoi ngheo|vi nguoi ngheo"
    r"|giam sat,? (?:va )?phan bien xa hoi|ban cong tac mat tran|thanh tra nhan dan)(?!\w)"
)
"""Folded words of a title or lead that make a story the Front's.

From the names in facts of Front pages: the organ and its short forms, the festival of great unity,
the fund for the poor, and the tasks that only the Front has by law. "Trên mặt trận" is a figure of
speech.
"""

SECTION = re.compile(
    r"(?<![a-z])(?:mttq|ubmttq|uy-?ban-?mttq|(?:uy-?ban-?)?mat-?tran(?:-?to-?quoc)?|m-t-tr-n)(?![a-z])",
    re.IGNORECASE,
)
"""In the path of a listing: a section on the Front, accents dropped or lost."""

SECTION_WORDS = re.compile(r"(?<!\w)(?:\w{0,4}mttq\w{0,4}|mat tran)(?!\w)")

LEAD = 400
"""Characters of a body that count as its lead where it has none."""

LEAST_TEASER = 80
"""Characters of a teaser that says enough of its story to leave it out unseen."""

NO_WORD = "no word of the Front in section, title or lead"


def folded(text: str) -> str:
    """Return text in lower case, letters bare, spaces single."""
    bare = unicodedata.normalize("NFD", text.lower().replace("ð", "đ"))
    letters = "".join(c for c in bare if not unicodedata.combining(c)).replace("đ", "d")
    return " ".join(letters.split())


def is_about_the_front(text: str) -> bool:
    """Whether a title or a lead names the Front."""
    return WORDS.search(folded(text)) is not None


class Relevance:
    """The filter of one portal.

    :param sections: patterns over paths, of the row: sections on the Front that their address does
        not tell.
    """

    def __init__(self, sections: Sequence[str] = ()) -> None:
        self._sections = [re.compile(pattern, re.IGNORECASE) for pattern in sections]

    def is_section(self, where: str) -> bool:
        """Whether a path (and query) is a section on the Front: all in it is kept."""
        path = unquote(where)
        return SECTION.search(path) is not None or any(p.search(path) for p in self._sections)

    def of_article(self, section: str, title: str, lead: str, body: str) -> str | None:
        """Return what makes an article the Front's: "section", "title", "lead", or None."""
        if SECTION_WORDS.search(folded(section)):
            return "section"
        if is_about_the_front(title):
            return "title"
        return "lead" if is_about_the_front(lead or body[:LEAD]) else None

    def of_item(self, title: str, teaser: str) -> bool | None:
        """Tell of an item of a list whether it is the Front's; None: only its page can tell."""
        if is_about_the_front(title) or is_about_the_front(teaser):
            return True
        return False if title and len(teaser) >= LEAST_TEASER else None
