"""A dead site of 500 articles comes back from a web archive, killed three times on the way.

    python -m bench.recovery

Bar: every capture once, each with its date, the coverage of each month right.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.crawler.test_recovery import come_back

ARTICLES = 500
KILLS = 3


def main() -> None:
    """Recover the site; what is wrong ends in an AssertionError."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mattran-") as folder:
        come_back(Path(folder), ARTICLES, (2019,), KILLS)
    seconds = time.monotonic() - start
    print(f"{ARTICLES} articles, killed {KILLS} times: all there, once, in {seconds:.0f} s")


if __name__ == "__main__":
    main()
