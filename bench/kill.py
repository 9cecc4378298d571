"""One crawl killed by `kill -9` at random moments and started again each time.

    python -m bench.kill [--kills 20] [--seed 1]

Counts what was lost, what was stored twice, and what the server was asked for again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import complaints, fetched_again, kill_at_random, missing_or_twice

FAMILIES = ("nukeviet", "wordpress", "liferay", "flat")
ARTICLES_A_KILL = 12  # of each site, so that the crawl does not end before it is killed so often


def main() -> None:
    """Measure and print; exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    articles = ARTICLES_A_KILL * (told.kills + 5)
    specs = [SiteSpec(id=name, family=name, articles=articles) for name in FAMILIES]
    with tempfile.TemporaryDirectory() as name, Replica(specs) as replica:
        mattran = Mattran(Path(name), replica)
        started = time.monotonic()
        rng = random.Random(told.seed)
        crawl = kill_at_random(
            mattran, replica, "crawl", "--all", "--full", kills=told.kills, rng=rng
        )
        wrong = missing_or_twice(mattran, replica)
        again = fetched_again(replica)
        unsound = complaints(mattran)
        died = mattran.value("SELECT count(*) FROM runs WHERE reason = 'died'")
        archived = mattran.value("SELECT count(*) FROM articles")
        records = mattran.value("SELECT count(*) FROM captures WHERE warc_offset IS NOT NULL")
        seconds = time.monotonic() - started
        asked = len(replica.hits(robots=False))
    published = articles * len(specs)
    rows = [
        ("kills while the crawl ran", crawl.kills, f">= {told.kills}", crawl.kills >= told.kills),
        ("runs taken over", died, "", True),
        ("exit code of the last run", crawl.exit_code, "0", crawl.exit_code == 0),
        ("articles archived", archived, f"{published}", archived == published),
        ("articles lost, twice or invented", len(wrong), "0", not wrong),
        ("requests without robots.txt", asked, "", True),
        ("pages fetched again", again, f"<= {crawl.in_flight} in flight", again <= crawl.in_flight),
        ("raw records read and hashed", records, "", True),
        ("complaints about the archive", len(unsound), "0", not unsound),
        ("seconds", round(seconds), "", True),
    ]
    for what, figure, bar, _ in rows:
        print(f"{what:34} {figure!s:>8}  {bar}")
    for line in [*wrong[:10], *unsound[:10]]:
        print(line)
    missed = [what for what, _, _, met in rows if not met]
    print(f"missed: {', '.join(missed)}" if missed else "all bars met")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
