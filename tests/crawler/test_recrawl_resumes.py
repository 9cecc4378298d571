"""A recrawl that stopped early goes on when the same command is given again."""

from __future__ import annotations

from pathlib import Path

from tests.command import Mattran
from tests.replica import Replica, SiteSpec


def test_the_same_command_goes_on_and_then_ends(tmp_path: Path):
    with Replica([SiteSpec(id="a", family="nukeviet", articles=12, traps=False)]) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a", "--full")
        replica.clear_hits()
        codes = [mattran("recrawl", "--site", "a", "--max-pages", "5").exit_code for _ in range(3)]
        paths = [hit.path for hit in replica.hits("a", robots=False)]
    assert codes == [3, 3, 0]
    assert len(paths) == len(set(paths)) == 12


def test_a_recrawl_that_came_to_its_end_begins_anew(tmp_path: Path):
    with Replica([SiteSpec(id="a", family="nukeviet", articles=4, traps=False)]) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a", "--full")
        replica.clear_hits()
        codes = [mattran("recrawl", "--site", "a").exit_code for _ in range(2)]
        assert codes == [0, 0]
        assert len(replica.hits("a", robots=False)) == 8


def test_nothing_to_fetch_again_is_no_error(tmp_path: Path):
    with Replica([SiteSpec(id="a", family="nukeviet", articles=4, traps=False)]) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a")
        finished = mattran("recrawl", "--gone")
    assert finished.exit_code == 0
    assert "nothing to fetch again" in finished.out
