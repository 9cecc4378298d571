"""How well a reading of a page agrees with what the page says.

The body is judged by the measure of the public article-extraction-benchmark: bags of 4-word
shingles, precision and recall of each page averaged over the pages, F1 of the two averages. A page
of which nothing was read has no precision.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

_WORD = re.compile(r"\w+")
_SHINGLE = 4

Reading = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a careful person reads on a page; None where nobody has written it down.

    :param text: lead and body, one line a paragraph.
    :param others: what belongs to the article but not to its text: author, source.
    :param published: ISO text as exact as the page shows it, "" when it shows no date.
    """

    text: str
    lead: str | None = None
    captions: tuple[str, ...] | None = None
    title: str | None = None
    published: str | None = None
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class PageScore:
    """One page's figures; None: the page (or its truth) does not tell."""

    precision: float | None
    recall: float | None
    exact: bool
    empty: bool
    leaked: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    lead: bool | None = None
    captions: int = 0
    captions_kept: int = 0
    captions_typed: int = 0
    title: bool | None = None
    date: str | None = None  # minute, day, false, unknown

    @property
    def f1(self) -> float:
        """The page's own F1, 0 where nothing was read."""
        return f1_of(self.precision or 0.0, self.recall or 0.0)


def words(text: str) -> list[str]:
    """Return the words of a text, composed."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text; of a shorter one all its words as one run."""
    found = words(text)
    if not found:
        return Counter()
    runs = max(1, len(found) - _SHINGLE + 1)
    return Counter(tuple(found[i : i + _SHINGLE]) for i in range(runs))


def precision_recall(text: str, truth: str) -> tuple[float | None, float | None]:
    """Return the share of a text's shingles the truth has, and of the truth's the text has."""
    found, wanted = shingles(text), shingles(truth)
    shared = sum((found & wanted).values())
    return (
        shared / sum(found.values()) if found else None,
        shared / sum(wanted.values()) if wanted else None,
    )


def f1_of(precision: float, recall: float) -> float:
    """Return the harmonic mean of the two."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score_page(reading: Reading, truth: Truth) -> PageScore:
    """Judge one page."""
    text = reading.get("text") or ""
    precision, recall = precision_recall(text, truth.text)
    page = PageScore(
        precision, recall, exact=words(text) == words(truth.text), empty=not words(text)
    )
    page.leaked = _leaked(text, truth)
    page.lost = [line for line in _lines(truth.text) if _missing(line, text)]
    if truth.lead:
        page.lead = not _missing(truth.lead, text)
    _score_captions(page, reading, truth)
    if truth.title is not None:
        page.title = clean(reading.get("title")) == clean(truth.title)
    if truth.published is not None:
        page.date = judge_date(reading.get("date"), truth.published)
    return page


def clean(text: str | None) -> str:
    """Return a text composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def _key(text: str) -> str:
    """Return the words of a text as one string that others can be looked for in."""
    return f" {' '.join(words(text)).lower()} "


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if words(line)]


def _missing(line: str, text: str) -> bool:
    return _key(line) not in _key(text)


def _leaked(text: str, truth: Truth) -> list[str]:
    """Return the lines that are neither of the article's text nor its title, captions, byline."""
    known = [truth.text, truth.title or "", *(truth.captions or ()), *truth.others]
    body, *rest = (_key(part) for part in known)
    lines = []
    for line in text.split("\n"):
        key = _key(line)
        if key.strip() and key not in body and not any(key in part for part in rest):
            lines.append(line)
    return lines


def _score_captions(page: PageScore, reading: Reading, truth: Truth) -> None:
    if truth.captions is None:
        return
    text = reading.get("text") or ""
    lines = {_key(line) for line in text.split("\n")}
    typed = {_key(caption) for caption in reading.get("captions") or ()}
    page.captions = len(truth.captions)
    for caption in truth.captions:
        key = _key(caption)
        page.captions_kept += key in typed or not _missing(caption, text)
        page.captions_typed += key in typed and key not in lines


def judge_date(found: str | None, truth: str) -> str:
    """Return "minute", "day" (right as far as it goes), "false" or "unknown" (none was told).

    No date where the page shows none is right ("none"), any date there is false.
    """
    found = (found or "").replace(" ", "T")
    if not found:
        return "unknown" if truth else "none"
    if not truth or found[:10] != truth[:10]:
        return "false"
    timed = len(found) > 10 and len(truth) > 10
    if timed and found[11:16] != truth[11:16]:
        return "false"
    return "minute" if timed else "day"


def summary(pages: Sequence[PageScore]) -> dict[str, float]:
    """Return the figures of a set of pages; a share no page tells of is left out."""
    precision = _mean(page.precision for page in pages)
    recall = _mean(page.recall for page in pages)
    told = {
        "f1": f1_of(precision, recall),
        "precision": precision,
        "recall": recall,
        "exact": _mean(float(page.exact) for page in pages),
        "empty": sum(page.empty for page in pages),
        "pages": len(pages),
        "below_0.8": sum(page.f1 < 0.8 for page in pages),
    }
    titled = [page for page in pages if page.title is not None]
    if titled:  # else nobody has written down what lines belong to the article beside its text
        told["leaked"] = sum(len(page.leaked) for page in titled)
        told["lost"] = sum(len(page.lost) for page in titled)
        told["title"] = _mean(float(bool(page.title)) for page in titled)
    leads = [float(page.lead) for page in pages if page.lead is not None]
    if leads:
        told["lead"] = mean(leads)
    if captions := sum(page.captions for page in pages):
        told["captions_kept"] = sum(page.captions_kept for page in pages) / captions
        told["captions_typed"] = sum(page.captions_typed for page in pages) / captions
    return told | _dates(pages)


def _dates(pages: Sequence[PageScore]) -> dict[str, float]:
    dates = Counter(page.date for page in pages if page.date is not None)
    if not dates:
        return {}
    return {
        "date_right": (dates["minute"] + dates["day"] + dates["none"]) / dates.total(),
        "date_minute": dates["minute"] / dates.total(),
        "date_false": dates["false"],
        "date_unknown": dates["unknown"],
    }


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return mean(known) if known else 0.0
