"""Fuzz extraction, guided by the branches that a page takes: nothing may raise, hang or swell.

    pip install atheris            # in the environment of the project; nothing else needs it
    python -m bench.extraction_fuzz [--seconds 60]

It starts from the replica's pages. A page that breaks something is written beside, as `crash-*`,
`timeout-*` or `oom-*`, with the traceback on the screen and an exit code other than 0.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

URL = "https://mattran.example/vi/news/tin-tuc/dai-hoi-mat-tran-xa-an-lac-1234.html"
TYPES = ("text/html", "text/html; charset=utf-8", "text/html; charset=windows-1258", None)
PLATFORMS = ("generic", "nukeviet", "wordpress", "liferay", "webforms")
LONGEST = 200_000  # bytes
TIMEOUT = 10  # seconds for one page
MOST_MB = 1500


def reader() -> Callable[[bytes], None]:
    """Return what reads a page as a crawl does; the first two bytes say how it was sent."""
    from bench.extraction_layers import rules_of
    from crawler.extraction.document import parse_document
    from crawler.extraction.extract import extract
    from crawler.extraction.hints import Hints
    from crawler.extraction.page_kind import classify

    clock = datetime.fromisoformat("2024-06-20T08:00:00+07:00")
    hints = Hints(text="Đại hội Mặt trận xã An Lạc", date="20/6/2024")

    def read(data: bytes) -> None:
        if len(data) < 2:
            return
        sent, platform, page = data[0] % len(TYPES), data[1] % len(PLATFORMS), data[2:]
        document = parse_document(page, URL, TYPES[sent])
        classify(200, {"content-type": TYPES[sent] or ""}, page, document, url=URL)
        rules = rules_of(PLATFORMS[platform], clock.date())
        article = extract(document, rules, hints=hints, clock=clock)
        if article is not None:
            article.body.encode()  # what it tells can be stored

    return read


def seeds(folder: Path) -> None:
    """Write a page of each kind of replica site into a folder."""
    from bench.extraction_pages import REPLICA, cases_of

    pages = {case.group: case.page for case in cases_of(REPLICA)}
    for number, page in enumerate(pages.values()):
        sent = bytes([number % len(TYPES), number % len(PLATFORMS)])
        (folder / str(number)).write_bytes(sent + page[:LONGEST])


def main() -> None:
    """Fuzz for some time; the fuzzer ends the process."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    if find_spec("atheris") is None:
        sys.exit("atheris is missing: install it with `pip install atheris`")
    import atheris

    with atheris.instrument_imports(include=["crawler.extraction"]):
        read = reader()
    with tempfile.TemporaryDirectory() as folder:
        seeds(Path(folder))
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={TIMEOUT}",
            f"-rss_limit_mb={MOST_MB}",
        ]
        atheris.Setup([sys.argv[0], *options, folder], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
