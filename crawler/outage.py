"""Whose fault it is that nobody answers: a site's, or our own network's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.sitecrawl import SiteCrawl

MIN_HOSTS_TO_JUDGE = 3


def is_ours(crawls: Collection[SiteCrawl], *, certain: bool) -> bool:
    """Tell whether our own network is down, by how the hosts of a run stand right now.

    It is when more than half of at least three hosts cannot be reached; hosts not tried yet count
    as if they would answer.

    :param certain: there was a sign that cannot come from a site (no route, no name server): then
        it is enough that no host at all answers.
    """
    silent = {crawl.host_key for crawl in crawls if crawl.silent}
    answered = {crawl.host_key for crawl in crawls if crawl.answered} - silent
    untried = {
        crawl.host_key for crawl in crawls if not (crawl.probed or crawl.finished)
    } - silent - answered  # fmt: skip
    others = len(answered) + len(untried)
    if certain and silent and not others:
        return True
    return len(silent) + others >= MIN_HOSTS_TO_JUDGE and len(silent) > others
