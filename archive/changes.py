"""What changed in an article between its revisions, and whether the site or our rules did it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from archive.difference import Change, differences
from archive.errors import ArchiveError, UsageError
from archive.show import Record, describe

Cause = Literal["site", "rules"]


@dataclass(frozen=True, slots=True)
class Step:
    """From one revision to a later one (or back): all changes between have the same cause.

    `captured_at` is when the one arrived at was first seen. `restores` is the number of the oldest
    revision before `old` whose content it has again. Without `changes` the two say the same: what
    was edited is undone, or only spaces, tone marks or counters differ.
    """

    ref: str
    id: int
    old: int
    new: int
    cause: Cause
    captured_at: str
    restores: int | None
    changes: tuple[Change, ...]


def steps(
    conn: sqlite3.Connection,
    target: str,
    first: int | None = None,
    last: int | None = None,
    *,
    cause: Cause = "site",
) -> Iterator[Step]:
    """Yield what `cause` changed in the article `target` (a ref, an id or an address).

    Without `first` each revision beside the one before it (`REF@N`: that one alone). With it, from
    that revision to `last` (default: the newest; of `REF@N` and one number: from N to it) as a
    whole, so that an edit undone between them is none. Where causes alternate, each run of one
    cause is a step. Raises UsageError when there is no such article or revision, ArchiveError when
    it was withdrawn.
    """
    article = article_of(conn, target)
    for old, new in _pairs(article, target, first, last, cause):
        yield _step(conn, article, old, new, cause)


def article_of(conn: sqlite3.Connection, target: str) -> Record:
    """Return the article `target` as `describe` does.

    Raises UsageError when there is none, ArchiveError when it was withdrawn.
    """
    found = describe(conn, target)
    if found["what"] == "withdrawn":
        raise ArchiveError(f"{found['ref']} was withdrawn: {found['reason']}")
    if found["what"] != "article":
        raise UsageError(f"{target} has no article in this archive: {found['why']}")
    return found


def _pairs(
    article: Record, target: str, first: int | None, last: int | None, cause: Cause
) -> Iterator[tuple[int, int]]:
    causes = [revision["cause"] for revision in article["history"]]
    count = len(causes)
    if first is None:
        named = article["revision"] if _names_revision(target) else None
        for new in range(2, count + 1):
            if causes[new - 1] == cause and named in (None, new):
                yield new - 1, new
        return
    if _names_revision(target):
        if last is not None:
            raise UsageError("two revisions are compared: REF A B, or REF@A REF@B")
        first, last = article["revision"], first
    last = count if last is None else last
    for number in (first, last):
        if not 1 <= number <= count:
            raise UsageError(f"{article['ref']} has {_revisions(count)}, not {number}")
    if first == last:
        raise UsageError(f"these are the same revision, {article['ref']}@{first}")
    yield from _runs(causes, first, last, cause)


def _names_revision(target: str) -> bool:
    return "@" in target and "/" not in target  # which an address may hold


def _revisions(count: int) -> str:
    return "only revision 1" if count == 1 else f"revisions 1 to {count}"


def _runs(causes: list[str], first: int, last: int, cause: Cause) -> Iterator[tuple[int, int]]:
    """Yield the ends of each run of revisions with this cause on the way from `first` to `last`."""
    back = first > last
    way = list(pairwise(range(min(first, last), max(first, last) + 1)))
    runs = [list(run) for is_it, run in groupby(way, lambda p: causes[p[1] - 1] == cause) if is_it]
    for run in reversed(runs) if back else runs:
        old, new = run[0][0], run[-1][1]
        yield (new, old) if back else (old, new)


def _step(conn: sqlite3.Connection, article: Record, old: int, new: int, cause: Cause) -> Step:
    history = article["history"]
    content = history[new - 1]["content_hash"]
    again = [
        revision["number"]
        for revision in history[: max(old - 1, 0)]
        if revision["content_hash"] == content
    ]
    before, after = (describe(conn, f"{article['ref']}@{number}") for number in (old, new))
    return Step(
        ref=article["ref"],
        id=article["id"],
        old=old,
        new=new,
        cause=cause,
        captured_at=history[new - 1]["captured_at"],
        restores=again[0] if again and old < new else None,
        changes=tuple(differences(before, after)),
    )
