"""Histories told from facts: what comes of what was read when, and that nothing known is lost."""

from __future__ import annotations

import itertools
import random
from functools import reduce
from typing import Any

import pytest

from archive.facts import Facts, Seen, unite
from archive.histories import History
from archive.retelling import tell
from archive.revisions import ASSUMED


def text(name: str, extractor: str = "1.x") -> dict[str, Any]:
    """What a content says: its name is its hash."""
    said = {"content_hash": name, "title": name, "extractor": extractor, "template": None}
    return said | {"published_at": None, "published_precision": "none", "language": None,
                   "flags": "[]", "files": {}}  # fmt: skip


def number(day: str, name: str) -> int:
    """The id of the capture of a day that was read as a content when it came."""
    return 100 * int(day) + ord(name)


def facts(*captures: str, read: str = "", causes: str = "", newer: str = "") -> Facts:
    """Facts by words: `1:A` is a capture on day 1 that was read as A, and begins a revision there.

    `1:A=` began none. `read` has what newer rules read on day 9: `4:A>B`, the capture A of day 4 as
    B. `causes` has steps: `4:A>B:site`. `newer` are the contents that newer rules read.
    """
    found = Facts()
    for word in captures:
        day, name = word.rstrip("=").split(":")
        found.captures[number(day, name)] = Seen("/", day, name)
        if not word.endswith("="):
            found.rows[number(day, name)] = {(day, name)}
            found.texts[name] = text(name)
    for word in read.split():
        day, step = word.split(":")
        old, new = step.split(">")
        found.rows.setdefault(number(day, old), set()).add(("9", new))
        found.links[number(day, old)] = {("9", new)}
        found.texts[new] = text(new, "2.x")
        found.causes[day, old, new] = (False, "rules")
    for word in causes.split():
        day, step, cause = word.split(":")
        before, after = step.split(">")
        found.causes[day, before, after] = (False, cause)
    found.texts |= {name: text(name, "2.x") for name in newer}
    return found


def told(history: History) -> list[str]:
    """Each revision: its day and content, cause (`?`: assumed), and the days of its captures."""
    words = []
    for place, row in enumerate(history.revisions):
        mark = "?" if ASSUMED in row["flags"] else ""
        days = [str(one // 100) for one, at in sorted(history.belonging.items()) if at == place]
        words.append(f"{row['captured_at']}{row['title']} {row['cause']}{mark} {','.join(days)}")
    return words


def test_equal_contents_are_one_revision() -> None:
    both = unite(facts("1:A", "3:A="), facts("2:A", "4:B", causes="4:A>B:site"))
    assert told(tell(both)) == ["1A first 1,2,3", "4B site 4"]


def test_what_came_between_parts_a_revision_and_its_causes_are_assumed() -> None:
    both = unite(facts("1:A", "3:A="), facts("2:B"))
    assert told(tell(both)) == ["1A first 1", "2B site? 2", "3A site? 3"]


def test_a_revision_that_was_joined_to_another_is_told_when_something_comes_between() -> None:
    one = facts("1:A", "5:B", "6:A", causes="5:A>B:site 6:B>A:rules")
    joined = unite(one, facts("4:B"))
    assert told(tell(joined)) == ["1A first 1", "4B site? 4,5", "6A rules 6"]
    parted = told(tell(unite(joined, facts("45:C"))))
    assert parted[1:] == ["4B site? 4", "45C site? 45", "5B site? 5", "6A rules 6"]


def test_a_cause_that_is_of_no_use_now_is_known_when_its_step_is_told_again() -> None:
    one = facts("1:A", "5:C", causes="5:A>C:rules")
    parted = unite(one, facts("3:B"))
    assert told(tell(parted)) == ["1A first 1", "3B site? 3", "5C site? 5"]
    assert told(tell(unite(parted, facts("4:A"))))[-1] == "5C rules 5"


def test_of_two_causes_the_judged_one_counts_else_that_the_site_did_it() -> None:
    one, two = (facts("1:A", "2:B", causes=f"2:A>B:{cause}") for cause in ("site", "rules"))
    assert told(tell(unite(one, two)))[-1] == "2B site 2"
    two.causes["2", "A", "B"] = (True, "rules")
    history = tell(unite(one, two))
    assert told(history)[-1] == "2B rules 2"
    assert history.revisions[-1]["is_judged"]


def test_an_older_reading_of_what_stands_there_begins_no_revision() -> None:
    one = facts("1:A", "2:A=", read="1:A>B")
    assert told(tell(one)) == ["1A first ", "1B rules 1,2"]
    both = unite(one, facts("3:A", "4:C", causes="4:A>C:site"))
    assert told(tell(both)) == ["1A first ", "1B rules 1,2,3", "4C site? 4"]


def test_but_it_is_told_once() -> None:
    both = unite(facts("1:B", "5:A=", read="5:A>B"), facts("4:A"))
    assert told(tell(both)) == ["1B first 1", "4A rules? 4", "5B rules 5"]


def test_by_other_rules_a_cause_that_nobody_saw_is_theirs() -> None:
    both = unite(facts("1:A"), facts("2:B", newer="B"))
    assert told(tell(both)) == ["1A first 1", "2B rules? 2"]


def test_the_newest_reading_of_a_content_is_kept() -> None:
    one, two = facts("1:A"), facts("2:A", newer="A")
    for both in (unite(one, two), unite(two, one)):
        assert tell(both).revisions[0]["extractor"] == "2.x"


def test_of_one_second_both_captures_are_told() -> None:
    both = unite(facts("1:B"), facts("1:A"))
    assert told(tell(both)) == ["1A first 1", "1B site? 1"]


@pytest.mark.parametrize("seed", range(20))
def test_facts_are_united_in_any_order_and_grouping(seed: int) -> None:
    chance = random.Random(seed)
    known = []
    for _ in range(4):
        days = sorted(chance.sample(range(1, 9), 4))
        names = [chance.choice("ABC") for _ in days]
        words = [f"{day}:{name}" for day, name in zip(days, names, strict=True)]
        causes = " ".join(
            f"{day}:{before}>{after}:{chance.choice(['site', 'rules'])}"
            for day, (before, after) in zip(days[1:], itertools.pairwise(names), strict=True)
            if before != after
        )
        known.append(facts(*words, causes=causes, newer=chance.choice(["", "A", "BC"])))
    expected = reduce(unite, known)
    history = tell(expected)
    for order in itertools.permutations(known):
        one, two, three, four = order
        for both in (reduce(unite, order), unite(unite(one, two), unite(three, four))):
            assert (both, tell(both)) == (expected, history)
    assert unite(expected, known[0]) == expected
    contents = [row["content_hash"] for row in history.revisions]
    assert set(contents) == set(expected.texts)  # nothing is lost
    assert all(one != two for one, two in itertools.pairwise(contents))
