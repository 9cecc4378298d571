"""`mattran boilerplate`: what was learned of a site, as a person and as a program reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import templates
from archive.errors import UsageError
from crawler.commands import mattran
from crawler.extraction.template import Block, Template
from tests.sample_archive import SampleArchive

APP = "Bấm vào đây để tải ứng dụng Mặt trận số về điện thoại."
PATH = "div.trang > div.giua > div.tin > div.chu > p"
DAYS = {"of": 8, "first": "2024-05-01", "last": "2024-05-09"}
BLOCKS = (
    Block(kind="text", path=PATH, text=APP, print="1", pages=8, kept=8, place=1, **DAYS),
    Block(kind="links", path="ul.menu > li", text="Trang chủ", print="", pages=6, kept=0, **DAYS),
)


@pytest.fixture
def learned(sample: SampleArchive) -> Template:
    template = Template(BLOCKS, pages=8, usual=0.75)
    site = sample.conn.execute("SELECT id FROM sites").fetchone()[0]
    data = template.data()
    templates.save(sample.conn, site, version=template.version, pages=8, data=data)
    return template


@pytest.fixture
def run(sample: SampleArchive, tmp_path: Path) -> Callable[..., Result]:
    site = sample.conn.execute("SELECT id FROM sites").fetchone()[0]

    def run(*options: str, row: str = "", named: str = site) -> Result:
        registry = tmp_path / "sites.toml"
        registry.write_text(
            f'[[site]]\nid = "{site}"\nname = "x"\nlevel = "ward"\nprovince = "Hà Nội"\n'
            f'base_url = "https://x.vn"\nplatform = "generic"\nlistings = ["/"]\n{row}\n',
            encoding="utf-8",
        )
        arguments = ["--db", str(sample.path), "--sites", str(registry), "boilerplate", named]
        result = CliRunner().invoke(mattran, [*arguments, *options])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_person_reads_what_was_learned_and_why(run, learned):
    text = run().stdout
    for part in (learned.version, "from 8 pages", "75%", APP[:40], "8 of 8", "6 of 8"):
        assert part in text
    for part in ("2024-05-01", "2024-05-09", "div.tin > div.chu > p", "links at this place"):
        assert part in text
    assert "slot:" not in text  # none is shown


def test_a_program_reads_an_object_a_line(run, learned):
    first, second = records(run("--json"))
    assert first["text"] == APP
    assert (first["pages"], first["of"], first["in_articles"], first["place"]) == (8, 8, 8, 1)
    assert (first["kind"], first["path"], first["share"]) == ("text", PATH, 1.0)
    assert (second["kind"], second["share"], second["place"]) == ("links", 0.75, None)


def test_what_the_row_says_is_shown_too(run, learned):
    row = 'boilerplate = ["Đọc thêm"]\nkeep = ["Bấm vào đây…"]'
    told = {(one["kind"], one["text"]): one for one in records(run("--json", row=row))}
    assert told["pinned", "Đọc thêm"]["pages"] is None
    assert told["kept", "Bấm vào đây…"]["kept"] is True
    assert told["text", APP]["kept"] is True
    text = run(row=row).stdout
    assert "the site's row says so" in text
    assert "text (kept)" in text


def test_wishes_alone_are_worth_showing(run):
    assert [one["kind"] for one in records(run("--json", row='boilerplate = ["a b"]'))] == [
        "pinned"
    ]


def test_a_site_that_taught_nothing_says_what_it_takes(run):
    with pytest.raises(UsageError, match=r"nothing is learned .* four articles .* crawl"):
        run()


def test_an_unknown_site_is_one_line(run):
    with pytest.raises(UsageError, match="no site 'nowhere'"):
        run(named="nowhere")


def test_controls_in_what_a_site_printed_do_not_reach_the_terminal(run, sample):
    site = sample.conn.execute("SELECT id FROM sites").fetchone()[0]
    block = Block(kind="text", path="p", text="\x1b[31mđỏ", print="1", pages=8, kept=0, **DAYS)
    data = Template((block,), pages=8).data()
    templates.save(sample.conn, site, version="v", pages=8, data=data)
    assert "\x1b" not in run().stdout
