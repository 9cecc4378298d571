"""How well archived articles agree with the truth of captured pages; used by real_pages.py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from statistics import mean
from typing import Any

_WORD = re.compile(r"\w+")
_SHINGLE = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The overlapping runs of four words of a text; of a shorter text all its words as one."""
    words = _WORD.findall(text.lower())
    if len(words) < _SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))


def precision_recall(text: str, truth: str) -> tuple[float, float]:
    """The share of a text's shingles that the truth has, and of the truth's that the text has."""
    found, wanted = shingles(text), shingles(truth)
    shared = sum((found & wanted).values())
    if not found or not wanted:
        return float(not found), float(not wanted)
    return shared / sum(found.values()), shared / sum(wanted.values())


def f1_of(pairs: Iterable[tuple[str, str]]) -> float:
    """F1 of the averages of precision and recall over pages, as the public benchmark counts."""
    scores = [precision_recall(text, truth) for text, truth in pairs]
    if not scores:
        return 0.0
    precision, recall = mean(p for p, _ in scores), mean(r for _, r in scores)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def same(some: str | None, other: str | None) -> bool:
    """Whether two texts have the same words in the same order."""
    return _WORD.findall((some or "").lower()) == _WORD.findall((other or "").lower())


def score(articles: list[dict[str, Any]], truth: list[dict[str, Any]]) -> dict[str, Any]:
    """Compare archived articles (rows of the view `articles`, with `images`) with the truth by URL.

    Returns shares from 0 to 1: `found`, `title`, `date` (to the minute), `author`, `captions` (in
    images and not in the body), F1 of `body` (without the lead) and of `text` (lead and body
    together), the number of `boilerplate` lines and `extra` articles, and `misses` in words.
    """
    by_url = {article["url"]: article for article in articles}
    pairs = [(by_url[row["url"]], row) for row in truth if row["url"] in by_url]
    misses = [f"{row['url']}: not found" for row in truth if row["url"] not in by_url]
    tally: Counter[str] = Counter()
    captions = 0
    for article, row in pairs:
        wrong = _judge(article, row, tally)
        captions += len(row["captions"])
        misses += [f"{row['url']}: {miss}" for miss in wrong]
    count = len(pairs) or 1
    return {
        "pages": len(truth),
        "found": len(pairs) / len(truth) if truth else 0.0,
        "extra": len(set(by_url) - {row["url"] for row in truth}),
        "title": tally["title"] / count,
        "date": tally["date"] / count,
        "author": tally["author"] / count,
        "captions": tally["caption"] / captions if captions else 1.0,
        "body": f1_of((_body(a, r), "\n".join(r["body"])) for a, r in pairs),
        "text": f1_of((_text(a), _true_text(a, r)) for a, r in pairs),
        "boilerplate": tally["boilerplate"],
        "misses": misses,
    }


def _text(article: dict[str, Any]) -> str:
    return f"{article.get('lead') or ''}\n{article.get('body') or ''}"


def _true_text(article: dict[str, Any], row: dict[str, Any]) -> str:
    """Lead and body; a lead that the page does not show (WordPress) is not asked for."""
    lead = row["lead"] or ""
    shown = row["lead_repeated_in_body"] or "also_in" in row or bool(article.get("lead"))
    return "\n".join([lead if shown else "", *row["body"]])


def _body(article: dict[str, Any], row: dict[str, Any]) -> str:
    lines = (article.get("body") or "").split("\n")
    return "\n".join(line for line in lines if not same(line, row["lead"]))


def _judge(article: dict[str, Any], row: dict[str, Any], tally: Counter[str]) -> list[str]:
    """Count what is right about one article; returns what is wrong, in words."""
    wrong = []
    for name, right in (
        ("title", article["title"] == row["title"]),
        ("date", (article["published_at"] or "")[:16] == row["published_at"][:16]),
        ("author", same(article["author"], row["author"])),
    ):
        tally[name] += right
        if not right:
            column = "published_at" if name == "date" else name
            wrong.append(f"{name} {article[column]!r} for {row[column]!r}")
    wrong += _judge_captions(article, row, tally)
    lines = _boilerplate(article, row)
    tally["boilerplate"] += len(lines)
    precision, recall = precision_recall(_body(article, row), "\n".join(row["body"]))
    if min(precision, recall) < 1:
        wrong.append(f"body precision {precision:.3f}, recall {recall:.3f}")
    return wrong + [f"boilerplate {line[:120]!r}" for line in lines]


def _judge_captions(article: dict[str, Any], row: dict[str, Any], tally: Counter[str]) -> list[str]:
    in_images = [image.get("caption") or "" for image in article.get("images") or []]
    body = (article.get("body") or "").split("\n")
    wrong = []
    for caption in row["captions"]:
        moved = any(same(caption, shown) for shown in in_images)
        left = any(same(caption, line) for line in body)
        tally["caption"] += moved and not left
        if left or not moved:
            wrong.append(f"caption {caption!r} {'left in the body' if left else 'not in images'}")
    return wrong


def _boilerplate(article: dict[str, Any], row: dict[str, Any]) -> list[str]:
    """Lines of the archived text that are in no paragraph of the truth."""
    known = " ".join(" ".join(_WORD.findall(p.lower())) for p in [row["lead"] or "", *row["body"]])
    lines = []
    for line in _text(article).split("\n"):
        words = " ".join(_WORD.findall(line.lower()))
        if words and words not in known:
            lines.append(line)
    return lines
