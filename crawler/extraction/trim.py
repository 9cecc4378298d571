"""From the lines of a region to the text of an article: what is said twice, around or beside it.

Each step takes the indices of the kept lines and returns fewer; what was dropped is counted by
reason for the evidence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.extraction.byline import Byline, read_byline
from crawler.extraction.phrases import (
    COMMENTS,
    FILE_NAME,
    LEAKED_TAG,
    LEFT_SHORTCODE,
    SHORTCODE,
    TAIL,
    is_closing,
    is_imprint,
    is_junk,
)
from crawler.extraction.region import PROSE
from crawler.extraction.shown import one_line
from crawler.extraction.wording import last_word, same_words, starts_alike, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.blocks import Line

# What sites print of their own machinery, with characters of which each has one.
_LEAKS = (
    ("server-tag", LEAKED_TAG, "<="),
    ("shortcode", SHORTCODE, "["),
    ("shortcode", LEFT_SHORTCODE, "["),
)
_TAIL_SHARE = 0.35  # of what precedes; a longer rest is the article going on
_LEAD_WORDS = 12
_LONGEST_LABEL = 40
_MOST_CLOSING = 6
_LONGEST_CLOSING = 320
_DATELINE_WORDS = 4  # "(Mặt trận) -", "HNP -"


@dataclass(slots=True)
class Text:
    """The text of an article: its lines, and what was found and dropped on the way."""

    lines: list[Line]
    byline: Byline = field(default_factory=Byline)
    lead: str | None = None
    lead_rule: str = ""
    tail: str | None = None
    dropped: Counter[str] = field(default_factory=Counter)

    def body(self) -> str:
        """The lines as paragraphs, one blank line between; list items and rows as lines."""
        parts: list[str] = []
        for index, line in enumerate(self.lines):
            if index:
                parts.append(_joint(self.lines[index - 1], line))
            parts.append(line.text)
        return "".join(parts)

    def opening(self) -> str:
        """The first paragraph, the lead where there is one."""
        return self.lead or (self.lines[0].text if self.lines else "")


def _joint(line: Line, after: Line) -> str:
    """What stands between two lines; a break inside a sentence, pasted with it, is a space."""
    if line.group == after.group:
        goes_on = after.text[:1].islower() and line.text[-1:].isalnum() and not after.item
        return " " if goes_on else "\n"
    same_block = (line.item and after.item) or (line.row and after.row)
    return "\n" if same_block else "\n\n"


def trim(
    lines: list[Line],
    title: str,
    lead: str | None,
    excerpt: str,
    learned: Sequence[Line] = (),
) -> Text:
    """The article's own text among the kept lines of its region.

    `lead` is the lead if a rule of the site found it; else the first paragraph is taken as lead
    when it looks like one: bold throughout, a subheading, or the listing's `excerpt`. `learned` are
    lines known from other pages: the text may be cut there, else only they are dropped.
    """
    text = Text(lines=lines, lead=lead)
    _cut_tail(text)
    _drop_learned(text, learned)
    _drop_noise(text, title)
    _take_byline(text)
    _drop_repeats(text)
    if text.lead:
        _drop_shown_lead(text)
    else:
        _take_lead(text, excerpt)
    return text


def _drop_learned(text: Text, learned: Sequence[Line]) -> None:
    for line in learned:
        left = [other for other in text.lines if other is not line]
        if len(left) < len(text.lines):
            text.dropped["learned"] += line.size
            text.lines = left


def _drop_noise(text: Text, title: str) -> None:
    kept: list[Line] = []
    after_prose = False
    for line in text.lines:
        if ":" in line.text or "[" in line.text:
            _strip_leaks(line, text)
        reason = _noise(line, title, after_prose)
        if reason:
            text.dropped[reason] += line.size
        else:
            kept.append(line)
            after_prose = after_prose or line.size >= PROSE
    text.lines = kept
    _drop_closing(text)


def _drop_closing(text: Text) -> None:
    """Drop what stands at the end without closing the text: headings, thanks, accounts."""
    for _ in range(_MOST_CLOSING):
        last = text.lines[-1] if len(text.lines) > 1 else None
        if last is None or not (last.heading or _closes(last)):
            return
        text.dropped["tail"] += text.lines.pop().size


def _closes(line: Line) -> bool:
    return line.size <= _LONGEST_CLOSING and is_closing(line.text)


def _strip_leaks(line: Line, text: Text) -> None:
    """Take server tags and shortcodes that the site printed as text out of a line."""
    for reason, leak, signs in _LEAKS:
        if any(sign in line.text for sign in signs) and leak.search(line.text):
            text.dropped[reason] += sum(len(found) for found in leak.findall(line.text))
            line.text = one_line(leak.sub(" ", line.text))


def _noise(line: Line, title: str, after_prose: bool) -> str | None:
    shown = line.text
    if not shown or is_junk(shown):
        return "junk"
    if " " not in shown and FILE_NAME.fullmatch(shown):
        return "file-name"
    if line.size < _LONGEST_LABEL and TAIL.fullmatch(shown.strip(" •-–*>»:.")):
        return "label"  # of a box inside the text
    if line.linked > line.size / 2 and opens_tail(line):
        return "label"  # with the link: "Xem thêm: ..."
    if (not after_prose or line.heading) and same_words(shown, title):
        return "title"
    return None


def _cut_tail(text: Text) -> None:
    """Cut at the first short line that opens a list of other articles, if little follows it."""
    total = sum(line.size - line.linked for line in text.lines)
    before = 0
    for index, line in enumerate(text.lines):
        plain = line.size - line.linked
        little = total - before - plain < _TAIL_SHARE * before
        if before and (little or _opens_comments(line)) and opens_tail(line):
            text.tail = line.text
            text.dropped["tail"] += sum(rest.size for rest in text.lines[index:])
            text.lines = text.lines[:index]
            break
        before += plain


def _opens_comments(line: Line) -> bool:
    """Whether readers say what follows: then it is cut, however much it is."""
    return line.size < PROSE and COMMENTS.fullmatch(line.text) is not None


def opens_tail(line: Line) -> bool:
    """Whether a line says that what follows is no longer the article."""
    if is_imprint(line.text):
        return True
    if line.size >= PROSE or line.row or line.text.endswith((".", "!", ";", "”")):
        return False
    return bool(TAIL.match(line.text.lstrip(" •-–*>»")))


def _take_byline(text: Text) -> None:
    text.byline = read_byline(text.lines)
    for line in text.lines[len(text.lines) - len(text.byline.raw) :]:
        text.dropped["byline"] += line.size
    text.lines = text.lines[: len(text.lines) - len(text.byline.raw)]


def _drop_repeats(text: Text) -> None:
    seen: set[str] = set()
    kept = []
    for line in text.lines:
        if line.size >= PROSE and not line.row:
            if line.text in seen:
                text.dropped["repeat"] += line.size
                continue
            seen.add(line.text)
        kept.append(line)
    text.lines = kept


def _drop_shown_lead(text: Text) -> None:
    """Drop the lead where the body shows it again, at its beginning."""
    if len(text.lines) < 2:
        return
    lead = text.lead or ""
    ending = last_word(lead)
    for index, line in enumerate(text.lines[:3]):
        if last_word(line.text) == ending and _is_lead(words(line.text), words(lead)):
            text.dropped["repeat"] += line.size
            del text.lines[index]
            return


def _is_lead(shown: list[str], lead: list[str]) -> bool:
    """Whether a line has the words of the lead, with or without a dateline before them."""
    short, long = sorted((shown, lead), key=len)
    extra = len(long) - len(short)
    return long[extra:] == short and (not extra or extra <= _DATELINE_WORDS < len(short))


def _take_lead(text: Text, excerpt: str) -> None:
    """Take the first paragraph as the lead, if it is set off from the rest."""
    if len(text.lines) < 2:
        return
    first, second = text.lines[0], text.lines[1]
    if first.size < PROSE or first.item or first.row or first.group == second.group:
        return
    if not first.text.endswith((".", "!", "?", "…", "”", '"')):
        return
    if excerpt and _is_excerpt(first.text, excerpt):
        text.lead_rule = "excerpt"
    elif first.bold >= 0.85 * first.size and second.bold < 0.5 * second.size:
        text.lead_rule = "bold-paragraph"
    elif first.heading > 1 and not second.heading:
        text.lead_rule = "subheading"
    else:
        return
    text.lead = first.text
    del text.lines[0]


def _is_excerpt(paragraph: str, excerpt: str) -> bool:
    """Whether a listing's excerpt is this paragraph alone; a cut-off one may end inside it."""
    return starts_alike(paragraph, excerpt, _LEAD_WORDS) and len(words(excerpt)) <= (
        len(words(paragraph)) + 1
    )
