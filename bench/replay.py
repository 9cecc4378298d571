"""Pages replayed by pywb beside the live pages, in a headless browser: text, pictures, pixels.

    python -m bench.replay [--articles N] [--keep FOLDER]

Replica sites are crawled with the files of their articles and looked at while they are live; then
they are gone. pywb replays their pages from our WARC files and from what `export --format wacz`
wrote, which the WACZ tool validates first. Bars: the visible text is the same on each page, all
pictures show, and at least 99 % of the pixels are alike. A site with a stylesheet in a file of its
own is told apart: stylesheets are not fetched. `--keep` keeps the screenshots of pages that differ.

Needs `make peers` and a Chromium (Debian: `apt-get install chromium`).
"""

from __future__ import annotations

import argparse
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.browser import Browser, Look, chromium
from tests.command import Mattran
from tests.replica import Replica, Request, Response, Site, SiteSpec

TOOLS = Path(__file__).resolve().parents[1] / ".venv-replay" / "bin"
FAMILIES = ("nukeviet", "wordpress", "liferay", "webforms", "flat", "table")
STYLED = "styled"  # a site that takes its looks from another file
ALIKE = 0.99
LOOKED_AT = """
SELECT c.site, c.url, min(c.captured_at) AS at FROM captures c JOIN frontier f ON f.id = c.frontier
WHERE c.warc_file IS NOT NULL AND c.status = 200
  AND (c.kind = 'article' OR c.kind = 'listing' AND f.kind = 'listing' AND f.depth = 0)
GROUP BY c.url ORDER BY c.id
"""
STYLE = b"body{font:20px/1.6 serif;background:#fffbe8;margin:2em 8em} a{color:#900}"


@dataclass(frozen=True, slots=True)
class Compared:
    """How a replayed page is beside the live one."""

    site: str
    url: str
    same_text: bool
    pictures: int
    live_pictures: int
    alike: float

    @property
    def is_right(self) -> bool:
        """Whether the page looks like the original."""
        return (
            self.same_text
            and self.pictures == self.live_pictures
            and (self.alike >= ALIKE or self.site == STYLED)
        )


def main() -> None:
    """Crawl, replay, compare; exit code 1 when a page misses a bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=6, help="Of each site.")
    parser.add_argument("--keep", type=Path, help="Where screenshots that differ are kept.")
    told = parser.parse_args()
    path = chromium()
    if path is None or not (TOOLS / "wayback").exists():
        sys.exit("this needs `make peers` and a Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="mattran-") as name, Browser(path) as browser:
        folder = Path(name)
        mattran, live = look_live(folder / "archive", browser, told.articles)
        wacz = folder / "all.wacz"
        done = mattran("export", "--format", "wacz", "--output", str(wacz))
        if done.exit_code:
            sys.exit(done.err)
        is_valid = validates(wacz)
        print(f"WACZ of {wacz.stat().st_size / 1e6:.1f} MB: {'valid' if is_valid else 'NOT VALID'}")
        sources = {"our WARC files": sorted(folder.glob("archive/warc/*.gz")), "WACZ": [wacz]}
        right = is_valid
        for label, files in sources.items():
            with replaying(folder / label.replace(" ", "-"), files) as base:
                found = list(compare(browser, mattran, live, base, told.keep))
            report(label, found)
            right &= all(one.is_right for one in found)
    sys.exit(not right)


def look_live(folder: Path, browser: Browser, articles: int) -> tuple[Mattran, dict[str, Look]]:
    """Crawl sites and look at their articles and first listings while they are live."""
    specs = [
        SiteSpec(id=family, family=family, articles=articles, per_page=articles, traps=False)
        for family in FAMILIES
    ]
    styled = replace(specs[0], id=STYLED)
    replica = Replica([*specs, styled])
    for site in replica.sites.values():
        still(site)
    dress(replica[STYLED])
    with replica:
        mattran = Mattran(folder, replica, delay=0)
        done = mattran("crawl", "--all", "--full", "--files", "all")
        if done.exit_code:
            sys.exit(f"the crawl ended with {done.exit_code}: {done.err}")
        return mattran, {row["url"]: browser.look(row["url"]) for row in mattran.rows(LOOKED_AT)}


def still(site: Site) -> None:
    """Let nothing but edits change a site, and let its pictures show something."""
    handle = site.handle

    def frozen(request: Request) -> Response:
        site.visits = 0
        return handle(request)

    def file(request: Request) -> Response:
        return file_of(f"{site.spec.id}{request.path}")

    site.handle = frozen  # type: ignore[method-assign]
    site.file = file  # type: ignore[method-assign]


def dress(site: Site) -> None:
    """Let the pages of a site take their looks from a file."""
    handle = site.handle
    link = b'<link rel="stylesheet" href="/uploads/kieu.css"></head>'

    def dressed(request: Request) -> Response:
        response = handle(request)
        return replace(response, body=response.body.replace(b"</head>", link, 1))

    site.handle = dressed  # type: ignore[method-assign]


def file_of(name: str) -> Response:
    """Answer with a stylesheet, a document, or a picture, another one for each name."""
    if name.endswith(".css"):
        return Response(STYLE, content_type="text/css")
    if name.endswith(".pdf"):
        return Response(b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    return Response(picture(zlib.crc32(name.encode())), content_type="image/png")


def picture(seed: int, width: int = 640, height: int = 420) -> bytes:
    """Return a PNG of stripes in colours that follow from `seed` (PNG 1.2, chapters 3 and 4)."""
    colours = [bytes((seed >> shift) & 255 for shift in (n, n + 8, n + 16)) for n in range(4)]
    rows = b"".join(b"\0" + colours[y // 20 % 4] * width for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def validates(wacz: Path) -> bool:
    """Tell whether the WACZ tool finds a file valid."""
    command = [str(TOOLS / "wacz"), "validate", "-f", str(wacz)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode == 0 and "Validation succeeded" in done.stdout


@contextmanager
def replaying(folder: Path, files: list[Path]) -> Iterator[str]:
    """Let pywb replay WARC or WACZ files; give the address of the collection."""
    folder.mkdir()
    # The page alone, as it was, without a frame or a banner of the replay's own.
    (folder / "config.yaml").write_text("framed_replay: false\nenable_banner: false\n")
    for words in (["init", "c"], ["add", "--unpack-wacz", "c", *map(str, files)]):
        command = [str(TOOLS / "wb-manager"), *words]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [str(TOOLS / "wayback"), "-b", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(serve, cwd=folder, stdout=quiet, stderr=quiet) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/c"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("pywb did not start")


def compare(
    browser: Browser, mattran: Mattran, live: dict[str, Look], base: str, keep: Path | None
) -> Iterator[Compared]:
    """Look at each page's replay at the time of its capture."""
    for row in mattran.rows(LOOKED_AT):
        seen = browser.look(f"{base}/{stamp_of(row['at'])}mp_/{row['url']}")
        was = live[row["url"]]
        same = _words(seen.text) == _words(was.text)
        alike = browser.alike(seen.png, was.png)
        found = Compared(row["site"], row["url"], same, seen.pictures, was.pictures, alike)
        if keep is not None and not (found.is_right and alike >= ALIKE):
            keep.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"\W+", "-", row["url"])[:80]
            (keep / f"{name}-live.png").write_bytes(was.png)
            (keep / f"{name}-replay.png").write_bytes(seen.png)
        yield found


def _words(text: str) -> list[str]:
    return text.split()


def stamp_of(captured_at: str) -> str:
    """Return the 14 digits by which replays name a time, in UTC."""
    from archive import moments

    return re.sub(r"\D", "", moments.warc_date(moments.epoch_of(captured_at)))[:14]


def report(label: str, found: list[Compared]) -> None:
    """Print a line a site, and each page that is not right."""
    print(
        f"\n{label}\n{'site':12} {'pages':>5} {'same text':>9} {'pictures':>9} {'pixels alike':>20}"
    )
    sites: defaultdict[str, list[Compared]] = defaultdict(list)
    for one in found:
        sites[one.site].append(one)
    for site, pages in sorted(sites.items(), key=lambda item: (item[0] == STYLED, item[0])):
        pixels = [one.alike for one in pages]
        shown = f"{sum(one.pictures for one in pages)}/{sum(one.live_pictures for one in pages)}"
        print(
            f"{site:12} {len(pages):5} {sum(one.same_text for one in pages):9} {shown:>9}"
            f"   {sum(pixels) / len(pages):7.2%}, least {min(pixels):7.2%}"
        )
    for one in found:
        if not one.is_right:
            print(f"  differs: {one}")


if __name__ == "__main__":
    main()
