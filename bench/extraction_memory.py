"""Memory of extraction: its growth over 5,000 different pages, read with rules and without.

    python -m bench.extraction_memory [--pages 5000]

The pages are the replica's, made while it runs. The resident size is read every 250 pages after
the first 1,000. Exit code 1 when it grows by more than the bar.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import count, islice

from bench.extraction_layers import generic_engine, platform_engine
from bench.extraction_pages import Case, site_cases
from bench.memory import resident_mb
from tests.replica import FAMILIES, SiteSpec
from tests.replica.unknown import UNKNOWN

BAR_MB = 5.0
WARM_PAGES = 1000
STEP = 250
SITE = 25  # articles of each replica site
LEFT_OUT = ("endings", "filed")  # no articles; documents of megabytes, the replica's own


def pages() -> Iterator[Case]:
    """Yield pages of ever new sites, each family in turn, without end."""
    kinds = {name: kind for name, kind in (FAMILIES | UNKNOWN).items() if name not in LEFT_OUT}
    for number in count():
        for family, kind in kinds.items():
            spec = SiteSpec(id=f"{family}-{number}", family=family, articles=SITE, traps=False)
            yield from site_cases(kind(spec), family)


def growth(limit: int) -> list[float]:
    """Return the resident megabytes every `STEP` pages after the warm-up."""
    engines = (platform_engine(), generic_engine())
    sizes = []
    for number, case in enumerate(islice(pages(), limit), 1):
        for engine in engines:
            engine.read(case.job(number), case.page)
        if number >= WARM_PAGES and not number % STEP:
            sizes.append(resident_mb(os.getpid()) or 0.0)
            print(f"{number:>6} pages  {sizes[-1]:6.1f} MB", flush=True)
    return sizes


def main() -> None:
    """Measure and print; exit 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pages", type=int, default=5000)
    sizes = growth(parser.parse_args().pages)
    grown = max(sizes) - sizes[0] if sizes else 0.0
    print(f"growth after page {WARM_PAGES}: {grown:.1f} MB (bar {BAR_MB:.0f})")
    sys.exit(not sizes or grown > BAR_MB)


if __name__ == "__main__":
    main()
