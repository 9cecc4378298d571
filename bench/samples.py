"""The three sample texts as pages of their families, crawled and read back through the command.

    python -m bench.samples FOLDER

FOLDER holds the samples; none of their text is kept here. Each sample's lines are put into markup
as its family writes it, boilerplate in its place and as it stands, in several shapes because the
real markup of these sites is not known. Which lines are the article is told by their place (see
`SAMPLES`). Exit code 1 when one archived article is not the sample's article and nothing else.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archived import articles, crawl
from bench.pages_server import Answer, PageServer, serving
from bench.sample_pages import (
    Parts,
    flat,
    flat_paragraphs,
    flat_word,
    liferay,
    liferay_custom,
    liferay_full,
    page,
    webforms,
    webforms_plain,
    webforms_word,
)

Shape = Callable[[Parts], str]


@dataclass(frozen=True, slots=True)
class Sample:
    """Where the article stands in a sample file, and what its row and address look like.

    Lines are counted without blank ones. The text ends before the line `tail` (None: at the end),
    its last line is the byline.

    :param title: line of the title.
    :param first: line where the text begins.
    :param caption: line of the image's caption, if there is an image.
    :param published: what the page says of its date; None: it must not be dated to a minute.
    """

    file: str
    id: str
    platform: str
    article: str
    listing: str
    title: int
    first: int
    caption: int | None
    tail: str | None
    published: str | None
    shapes: tuple[Shape, ...]
    identity: str = ""


# -- the article in the sample ------------------------------------------------------------------


def cut(text: str, sample: Sample) -> Parts:
    """Cut a sample text at the places the sample names."""
    lines = [line for raw in text.splitlines() if (line := raw.strip())]
    end = next((i for i, line in enumerate(lines) if line == sample.tail), len(lines))
    told = lines[sample.first : end - 1]
    at = len(told) if sample.caption is None else sample.caption - sample.first
    return Parts(
        head=tuple(lines[: sample.title]),
        title=lines[sample.title],
        stamp=tuple(lines[sample.title + 1 : sample.first]),
        paragraphs=tuple(line for i, line in enumerate(told) if i != at),
        caption=told[at] if at < len(told) else None,
        caption_at=at,
        author=lines[end - 1],
        tail=tuple(lines[end:]),
    )


# -- the samples --------------------------------------------------------------------------------

SAMPLES = (
    Sample(
        "hanoi-front-long-bien.txt", "ha-noi", "generic",
        article="/hoi-nghi-giao-ban-cong-tac-thang.htm",
        listing="/tin-quan-huyen.htm", identity=r"^/([^/?]+)\.htm$",
        title=0, first=2, caption=4, tail="Các tin tức khác",
        published="2023-10-14T15:46", shapes=(flat, flat_word, flat_paragraphs),
    ),
    Sample(
        "dong-nai-front.txt", "dong-nai", "webforms",
        article="/ViewDetail.aspx?nID=512", listing="/DanhSachTin.aspx?cat=1",
        title=3, first=6, caption=None, tail="In nội dung",
        published="2023-11-04T11:18", shapes=(webforms, webforms_plain, webforms_word),
    ),
    Sample(
        "bac-giang-ngo-quyen-ward.txt", "bac-giang", "liferay",
        article="/tin-tuc/-/asset_publisher/Enp27vlshTez/content/hoi-nghi-ban-thuong-truc",
        listing="/tin-tuc", title=11, first=17, caption=18, tail=None,
        published=None, shapes=(liferay, liferay_full, liferay_custom),
    ),
)  # fmt: skip


# -- judging ------------------------------------------------------------------------------------


def misses(article: dict[str, Any], parts: Parts, sample: Sample) -> list[str]:
    """Return what is not the sample's article in an archived one, in words."""
    wrong = []
    for name, wished in (("title", parts.title), ("author", parts.author)):
        if _plain(article[name]) != _plain(wished):
            wrong.append(f"{name} {article[name]!r} for {wished!r}")
    shown = [_plain(line) for line in article["text"].split("\n") if line.strip()]
    wanted = [_plain(paragraph) for paragraph in parts.paragraphs]
    wrong += [f"{line[:90]!r} is not of the article" for line in shown if line not in wanted]
    wrong += [f"{line[:90]!r} is missing" for line in wanted if line not in shown]
    if not wrong and shown != wanted:
        wrong.append("paragraphs in another order, or twice")
    captions = [_plain(image["caption"]) for image in article["images"] if image["caption"]]
    if captions != ([_plain(parts.caption)] if parts.caption else []):
        wrong.append(f"captions {captions} for {parts.caption!r}")
    return wrong + _date_misses(article["published_at"], parts, sample)


def _date_misses(shown: str | None, parts: Parts, sample: Sample) -> list[str]:
    if sample.published is None:
        # A day may be told by the text; a time, or the day of the page's clock, is invented.
        clock = "-".join(reversed(re.findall(r"\d+", parts.head[0])))
        invented = shown is not None and (len(shown) > len("2024-05-09") or shown == clock)
        return [f"dated {shown}"] if invented else []
    right = shown is not None and shown[:16] + shown[19:] == f"{sample.published}+07:00"
    return [] if right else [f"dated {shown} for {sample.published}+07:00"]


def _plain(text: str | None) -> str:
    """Return a text as it is shown: composed, spaces and dashes alike."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text or "")).strip()


# -- serving and crawling -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """One sample in one shape; a site of its own."""

    sample: Sample
    parts: Parts
    shape: Shape

    @property
    def id(self) -> str:
        """Return the id of its site."""
        return f"{self.sample.id}-{self.shape.__name__.replace('_', '-')}"

    def serve(self, server: PageServer) -> dict[str, object]:
        """Put the article and a listing that names it on a server; returns the registry row."""
        sample = self.sample
        link = f'<ul><li><a href="{sample.article}">{self.parts.title}</a></li></ul>'
        server.answers = {
            sample.article: Answer(self.shape(self.parts).encode()),
            sample.listing: Answer(page("Tin tức", link).encode()),
        }
        row: dict[str, object] = {
            "id": self.id,
            "name": self.id,
            "level": "ward",
            "province": "Hà Nội",
            "base_url": server.base_url,
            "platform": sample.platform,
            "listings": [sample.listing],
            "delay": 0,
        }
        return row | ({"identity": sample.identity} if sample.identity else {})


def cases(folder: Path) -> list[Case]:
    """Return every sample of a folder in every shape."""
    return [
        Case(sample, cut((folder / sample.file).read_text("utf-8"), sample), shape)
        for sample in SAMPLES
        for shape in sample.shapes
    ]


def judge(folder: Path) -> dict[str, list[str]]:
    """Serve every case, crawl all in one run; returns what is wrong with each, in words."""
    chosen = cases(folder)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rows = [case.serve(stack.enter_context(serving())) for case in chosen]
        finished = crawl(work, rows)
        found = articles(work)
    verdicts = {case.id: _verdict(case, found) for case in chosen}
    if finished.exit_code:
        verdicts["mattran crawl"] = [f"exit code {finished.exit_code}: {finished.output.strip()}"]
    return verdicts


def _verdict(case: Case, found: list[dict[str, Any]]) -> list[str]:
    own = [article for article in found if article["site"] == case.id]
    if len(own) != 1:
        return [f"{len(own)} articles archived instead of one"]
    return misses(own[0], case.parts, case.sample)


def main() -> None:
    """Print a verdict a sample and shape."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    verdicts = judge(parser.parse_args().folder)
    for name, wrong in verdicts.items():
        print(f"{name}: {'MISSED' if wrong else 'the article and nothing else'}")
        for miss in wrong:
            print(f"  - {miss}")
    sys.exit(any(verdicts.values()))


if __name__ == "__main__":
    main()
