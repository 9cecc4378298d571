"""All benches that need no more than a quarter of an hour, one after another.

    python -m bench [FOLDER]

FOLDER (default: ../shared) may hold `pages/`, `benchmarks/` and `seeds/`: captured pages, public
benchmarks and sample texts, which are not part of the repository; what needs a browser is left out
where there is none (Debian: `apt-get install chromium`). Exit code 1 when one bench misses
its bar.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.browser import chromium

SHARED = Path("../shared")


def benches(shared: Path) -> list[list[str]]:
    """Return module and arguments of each bench that can be run here."""
    pages = sorted(str(file.parent) for file in shared.glob("pages/*/pages.jsonl"))
    found = [["bench.crawl_cost"], ["bench.boilerplate"], ["bench.dates"], ["bench.kill"]]
    found += [["bench.discovery"], ["bench.readers"]]
    found += [["bench.verify"], ["bench.migration"]]
    found.append(["bench.whole_registry"])
    found.append(["bench.search"])
    found.append(["bench.duplicates"])
    found.append(["bench.units"])
    found.append(["bench.reextract"])
    found += [["bench.export"], ["bench.recovery"]]
    if chromium() is not None:
        found.append(["bench.replay"])
    found.append(["bench.bytes_an_article", *pages])
    found.append(["bench.diff"])
    found.append(["bench.absence"])
    judged = [str(shared / name) for name in ("pages", "benchmarks") if (shared / name).is_dir()]
    found.append(["bench.extraction", "tests/replica", *judged, "--bars"])
    found.append(["bench.extraction_memory"])
    found.append(["bench.add_site", *pages])
    if pages:
        found.append(["bench.real_pages", *pages])
    if (shared / "seeds").is_dir():
        found.append(["bench.samples", str(shared / "seeds")])
    return found


def main() -> None:
    """Run them; each prints its own lines."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    failed = []
    for bench in benches(shared):
        print(f"\n== {' '.join(bench)}", flush=True)
        if subprocess.run([sys.executable, "-m", *bench], check=False).returncode:
            failed.append(bench[0])
    if failed:
        sys.exit(f"\nbelow the bar: {', '.join(failed)}")


if __name__ == "__main__":
    main()
