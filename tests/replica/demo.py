"""`make demo`: crawl replica sites of every family with the real command, then read the archive.

Everything happens on this machine: the sites are served on loopback, the archive is written to
data/demo/ of the checkout and stays there.
"""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.replica.compare import differences
from tests.replica.server import Replica
from tests.replica.sets import DEMO

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = Path("data/demo")  # below the checkout, from which all commands run
DATABASE = FOLDER / "mattran.db"
REGISTRY = FOLDER / "sites.toml"
EXPORT = FOLDER / "dong-da.csv"
QUERY = '"dong da"'  # quoted: both words beside each other
MARKED = "Đống Đa"
PLANS = "ke hoach ngay hoi"  # in the documents of two sites
SAMPLE_LINES = 2
MUST_AGREE = ("article", "title", "published_at", "lead", "body")


class DemoError(Exception):
    """A step of the demo did not do what it should."""


def mattran(*arguments: str, counted: bool = False) -> str:
    """Run the command as a person would, echo it, and return what it printed.

    :param counted: show how many lines it printed instead of the lines.
    """
    told = ["--db", str(DATABASE), "--sites", str(REGISTRY), *arguments]
    print(f"\n$ mattran {shlex.join(told)}{' | wc -l' * counted}", flush=True)
    command = [str(Path(sys.executable).with_name("mattran")), *told]
    run = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    shown = f"{len(run.stdout.splitlines())}\n" if counted else run.stdout
    print(shown, end="", flush=True)
    if run.returncode != 0:
        raise DemoError(f"mattran {arguments[0]} ended with exit code {run.returncode}")
    return run.stdout


def first_dated(found: str) -> str:
    """The ref of the first article with a date in the lines of `search --json`."""
    for article in map(json.loads, found.splitlines()):
        if article["published_at"]:
            return str(article["ref"])
    raise DemoError(f"the search for {QUERY!r} found no article with a date")


def show_export() -> None:
    """Print the first lines of the exported file, cut to the width of a page."""
    lines = (CHECKOUT / EXPORT).read_text("utf-8-sig").splitlines()
    if len(lines) < 2:
        raise DemoError(f"{EXPORT} holds no article")
    print(f"\n$ head -n {SAMPLE_LINES} {EXPORT}")
    for line in lines[:SAMPLE_LINES]:
        print(line if len(line) <= 160 else f"{line[:159]}…")


def check(replica: Replica) -> str:
    """Compare the archive with what was published; return the summary.

    :raises DemoError: an article is missing, was never published, or does not say what it said.
    """
    truths = [truth for site in replica.sites.values() for truth in site.truth()]
    found = differences(CHECKOUT / DATABASE, truths)
    missing = sum(d.field == "article" and d.found is None for d in found)
    summary = (
        f"{len(replica.sites)} sites crawled, {len(truths) - missing} of {len(truths)} published "
        "articles archived"
    )
    grave = [difference for difference in found if difference.field in MUST_AGREE]
    if grave:
        raise DemoError(f"{summary}; {len(grave)} differences, the first: {grave[0]}")
    slight = f", {len(found)} slight differences (the first: {found[0]})" if found else ""
    return f"{summary}, all as published{slight}; {len(replica.hits())} requests served."


def check_search(replica: Replica, found: str) -> None:
    """See that the query without marks found every article that has the words with marks."""
    titles = {json.loads(line)["title"] for line in found.splitlines()}
    lost = [
        truth.url
        for site in replica.sites.values()
        for truth in site.truth()
        if MARKED in f"{truth.title} {truth.text}" and truth.title not in titles
    ]
    if lost:
        raise DemoError(f"{QUERY!r} does not find {len(lost)} articles, e.g. {lost[0]}")


def steps(replica: Replica) -> str:
    """The session a new user would have; returns the summary."""
    mattran("crawl", "--all", "--full")
    mattran("sites")
    mattran("search", QUERY.strip('"'), "--province", "ha noi", "--limit", "3")
    found = mattran("search", QUERY, "--limit", "1000", "--json", counted=True)
    check_search(replica, found)
    mattran("show", first_dated(found))
    mattran("search", "--files", PLANS, "--limit", "2")
    mattran("stats")
    mattran("export", QUERY, "--format", "csv", "--output", str(EXPORT))
    show_export()
    return check(replica)


def main() -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that is not UTF-8 is no failure
    folder = CHECKOUT / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    with Replica(DEMO) as replica:
        replica.registry(CHECKOUT / REGISTRY)
        total = sum(len(site.newest) for site in replica.sites.values())
        print(f"{len(DEMO)} replica sites with {total} articles are served on 127.0.0.1 and up.")
        try:
            summary = steps(replica)
        except DemoError as error:
            print(f"\nDEMO FAILED: {error}", file=sys.stderr)
            return 1
    print(f"\nDemo: {summary} The archive stays in {FOLDER}/; look for something else in it:")
    print(f".venv/bin/mattran --db {DATABASE} search nguoi ngheo")
    return 0


if __name__ == "__main__":
    sys.exit(main())
