"""The benches that judge what the command archives, on what lies beside the checkout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import add_site, real_pages, samples
from bench.pages_server import Answer, serving

SHARED = Path(__file__).parents[2] / "shared"
TEXT = """
Thứ hai, 04 Tháng 03 Năm 2024

Mặt trận phường họp mặt đầu xuân
Lượt xem:
Sáng 26/2, Mặt trận phường họp mặt đầu xuân.
Quang cảnh buổi họp mặt
Các đại biểu chúc nhau năm mới.

Lê Văn Bình
Về đầu
"""
SAMPLE = replace(
    samples.SAMPLES[2], title=1, first=3, caption=4, tail="Về đầu", published="2024-02-26T07:00"
)


def archived(**changes):
    """Return the invented sample as an archive should hold it."""
    return {
        "title": "Mặt trận phường họp mặt đầu xuân",
        "author": "Lê Văn Bình",
        "text": "Sáng 26/2, Mặt trận phường họp mặt đầu xuân.\n\nCác đại biểu chúc nhau năm mới.",
        "published_at": "2024-02-26T07:00:00+07:00",
        "images": [{"caption": "Quang cảnh buổi họp mặt"}],
    } | changes


def needs(folder: str):
    """Skip where a folder is not beside the checkout."""
    return pytest.mark.skipif(
        not (SHARED / folder).is_dir(), reason=f"no {SHARED.name}/{folder} beside the checkout"
    )


@pytest.mark.parametrize("platform", ["nukeviet", "wordpress"])
@needs("pages")
def test_captured_pages_are_archived_as_their_truth_says(platform):
    found = real_pages.judge(SHARED / "pages" / platform)
    missed = [bar.label for bar in real_pages.BARS if not bar.met(found[bar.figure])]
    assert (missed, found["exit_code"]) == ([], 0), found["misses"][:5]


@needs("seeds")
def test_the_sample_texts_are_archived_without_their_boilerplate():
    assert [verdict for verdict in samples.judge(SHARED / "seeds").items() if verdict[1]] == []


def test_a_sample_is_cut_at_its_places():
    parts = samples.cut(TEXT, SAMPLE)
    assert parts.head == ("Thứ hai, 04 Tháng 03 Năm 2024",)
    assert parts.stamp == ("Lượt xem:",)
    assert len(parts.paragraphs) == 2
    assert (parts.caption, parts.caption_at) == ("Quang cảnh buổi họp mặt", 1)
    assert (parts.author, parts.tail) == ("Lê Văn Bình", ("Về đầu",))


def test_the_article_alone_is_no_miss():
    assert samples.misses(archived(), samples.cut(TEXT, SAMPLE), SAMPLE) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Lượt xem"},
        {"author": None},
        {"text": archived()["text"] + "\n\nVề đầu"},
        {"text": archived()["text"].split("\n")[0]},
        {"text": "\n".join(reversed(archived()["text"].split("\n")))},
        {"images": []},
        {"published_at": None},
        {"published_at": "2024-02-26T07:01:00+07:00"},
        {"published_at": "2024-02-26T07:00:00+00:00"},
    ],
)
def test_anything_else_is_a_miss(changes):
    assert samples.misses(archived(**changes), samples.cut(TEXT, SAMPLE), SAMPLE) != []


@pytest.mark.parametrize(
    ("shown", "right"), [(None, True), ("2024-02-26", True), ("2024-03-04", False)]
)
def test_a_text_that_tells_no_time_may_have_a_day_but_not_the_clocks(shown, right):
    undated = replace(SAMPLE, published=None)
    article = archived(published_at=shown)
    assert (samples.misses(article, samples.cut(TEXT, undated), undated) == []) is right


def test_captured_pages_move_to_another_port_when_theirs_is_taken():
    with serving() as first, serving(first.server_address[1]) as second:
        second.answers = {"/": Answer(b"x")}
        assert first.base_url != second.base_url


@pytest.mark.parametrize("family", ["hanoi-timestamp", "unknown-mso"])
def test_a_site_nobody_described_gets_a_row_that_works(family):
    result = add_site.of_replica(family)
    assert result.is_right
    assert result.works
    assert result.lines <= 12


def test_the_bench_looks_at_every_family_of_the_replica():
    assert {"nukeviet", "wordpress", "vnpt", "unknown-node"} <= set(add_site.families())
