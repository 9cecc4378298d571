"""Run the replica as a process of its own: `python -m tests.replica --sites demo`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from tests.replica.portals import PORTALS
from tests.replica.server import FAMILIES, Replica
from tests.replica.sets import BENCH_BYTES, BENCH_LINKS, SETS
from tests.replica.site import SiteSpec

EVERY = [*FAMILIES, *PORTALS]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.replica", description=__doc__)
    names = ", ".join([*SETS, *EVERY])
    parser.add_argument(
        "--sites", default="demo", help=f"a set or a family, comma separated: {names}"
    )
    parser.add_argument("--articles", type=int, help="articles a site")
    parser.add_argument(
        "--port", type=int, default=0, help="the port of every site; 0: any free one"
    )
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--registry", type=Path, help="write the registry rows to this file")
    parser.add_argument("--delay", type=float, default=0, help="the delay of every registry row")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument(
        "--bench", action="store_true", help=f"{BENCH_BYTES} bytes and {BENCH_LINKS} links a page"
    )
    return parser.parse_args()


def specs_of(told: argparse.Namespace) -> list[SiteSpec]:
    specs: list[SiteSpec] = []
    for name in told.sites.split(","):
        if name not in SETS and name not in EVERY:
            sys.exit(f"no set or family {name!r}: use one of {', '.join([*SETS, *EVERY])}")
        specs += SETS.get(name) or [SiteSpec(id=name, family=name)]
    for i, spec in enumerate(specs):
        spec = replace(spec, port=told.port, latency=told.latency)  # noqa: PLW2901
        if told.articles is not None:
            spec = replace(spec, articles=told.articles)  # noqa: PLW2901
        if told.bench:
            spec = replace(spec, page_links=BENCH_LINKS, page_bytes=BENCH_BYTES)  # noqa: PLW2901
        specs[i] = spec
    return specs


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; the first line printed is JSON: control address and sites."""
    told = arguments()
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with Replica(specs_of(told), control_port=told.control_port) as replica:
        if told.registry:
            replica.registry(told.registry, delay=told.delay)
        sites = {name: site.base_url for name, site in replica.sites.items()}
        ready = {"control": replica.control_url, "sites": sites}
        print(json.dumps(ready, ensure_ascii=False), flush=True)
        done.wait()


if __name__ == "__main__":
    main()
