"""The bench of extraction: its measure on pages worked out by hand, and the folders it reads."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import extraction, extraction_bars, extraction_pages
from bench.extraction_layers import LAYERS
from bench.extraction_score import (
    PageScore,
    Truth,
    judge_date,
    precision_recall,
    score_page,
    shingles,
    summary,
)

ROOT = Path(__file__).resolve().parents[1]
REPLICA = ROOT / "tests" / "replica"

PARAGRAPHS = [
    "Sáng nay, Mặt trận phường họp mặt đầu xuân với đông đảo bà con các tổ dân phố trên địa bàn.",
    "Tại buổi họp mặt, các đại biểu ôn lại truyền thống và chúc nhau năm mới an lành, hạnh phúc.",
    "Phường cũng trao hai mươi suất quà cho các hộ khó khăn, mỗi suất trị giá năm trăm nghìn đồng.",
]
TRUTH = Truth(
    text="\n".join(PARAGRAPHS),
    lead=PARAGRAPHS[0],
    captions=("Quang cảnh buổi họp mặt",),
    title="Họp mặt đầu xuân",
    published="2024-02-26T07:00:00+07:00",
    others=("Lê Văn Bình",),
)
READING = {
    "text": TRUTH.text,
    "captions": ["Quang cảnh buổi họp mặt"],
    "title": "Họp mặt đầu xuân",
    "date": "2024-02-26T07:00:00+07:00",
}


def folder_of(tmp_path: Path) -> Path:
    """A folder in the layout of the public benchmark, with two pages of our own."""
    folder = tmp_path / "benchmark"
    (folder / "html").mkdir(parents=True)
    truth = {}
    for name in ("one", "two"):
        text = [f"{paragraph} ({name})" for paragraph in PARAGRAPHS]
        body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
        menu = "".join(f'<li><a href="/{i}">Mục {i}</a></li>' for i in range(9))
        page = (
            f"<html><head><title>Họp mặt {name}</title></head><body><ul>{menu}</ul>"
            f"<h1>Họp mặt {name}</h1><div>{body}</div></body></html>"
        )
        (folder / "html" / f"{name}.html.gz").write_bytes(gzip.compress(page.encode()))
        truth[name] = {"articleBody": "\n".join(text), "url": f"http://{name}.example/hop-mat"}
    truth["absent"] = {"articleBody": "x", "url": "http://absent.example/"}
    (folder / "ground-truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return folder


# -- the measure --------------------------------------------------------------------------------


def test_shingles_are_the_runs_of_four_words():
    assert list(shingles("một hai, ba. Bốn năm")) == [
        ("một", "hai", "ba", "Bốn"),
        ("hai", "ba", "Bốn", "năm"),
    ]
    assert list(shingles("một hai")) == [("một", "hai")]
    assert not shingles(" - ")


def test_precision_and_recall_count_shared_shingles():
    # Of three runs read one is true, of two true runs one was read.
    assert precision_recall("a b c d x y", "a b c d e") == (1 / 3, 1 / 2)


def test_a_shingle_found_twice_is_shared_once():
    assert precision_recall("a b c d a b c d", "a b c d") == (1 / 5, 1.0)


def test_nothing_read_has_no_precision_and_nothing_to_read_no_recall():
    assert precision_recall("", "a b c d") == (None, 0.0)
    assert precision_recall("a b c d", "") == (0.0, None)


def test_f1_is_of_the_averages_over_the_pages():
    pages = [
        PageScore(1.0, 0.5, exact=False, empty=False),
        PageScore(0.5, 1.0, exact=False, empty=False),
        PageScore(None, 0.0, exact=False, empty=True),
    ]
    found = summary(pages)
    assert (found["precision"], found["recall"]) == (0.75, 0.5)
    assert found["f1"] == pytest.approx(0.6)
    assert (found["empty"], found["pages"], found["exact"]) == (1, 3, 0)


def test_the_whole_article_and_nothing_else_is_exact():
    page = score_page(READING, TRUTH)
    assert (page.precision, page.recall, page.exact) == (1, 1, True)
    assert (page.leaked, page.lost, page.lead, page.title, page.date) == (
        [], [], True, True, "minute",
    )  # fmt: skip
    assert (page.captions, page.captions_kept, page.captions_typed) == (1, 1, 1)


def test_a_line_of_no_article_is_leaked_but_its_own_byline_and_caption_are_not():
    text = TRUTH.text + "\nQuang cảnh buổi họp mặt\nLê Văn Bình\nLượt xem: 12"
    page = score_page({**READING, "text": text}, TRUTH)
    assert page.leaked == ["Lượt xem: 12"]
    assert (page.captions_kept, page.captions_typed) == (1, 0)


def test_a_missing_paragraph_is_lost_and_a_missing_lead_seen():
    page = score_page({**READING, "text": "\n".join(PARAGRAPHS[1:])}, TRUTH)
    assert (page.lost, page.lead) == ([PARAGRAPHS[0]], False)


def test_nothing_read_is_empty():
    page = score_page({}, TRUTH)
    assert (page.empty, page.f1, page.title, page.date) == (True, 0.0, False, "unknown")


@pytest.mark.parametrize(
    ("found", "truth", "verdict"),
    [
        ("2024-02-26T07:00:00+07:00", "2024-02-26T07:00:59+07:00", "minute"),
        ("2024-02-26 07:00:00", "2024-02-26T07:00", "minute"),
        ("2024-02-26", "2024-02-26T07:00", "day"),
        ("2024-02-26T07:00", "2024-02-26", "day"),
        ("2024-02-26T07:01", "2024-02-26T07:00", "false"),
        ("2024-02-27", "2024-02-26", "false"),
        ("2024-02-26", "", "false"),
        (None, "2024-02-26", "unknown"),
        (None, "", "none"),
    ],
)
def test_a_date_is_right_false_or_unknown(found, truth, verdict):
    assert judge_date(found, truth) == verdict


def test_saying_no_date_where_there_is_none_is_right():
    pages = [score_page({**READING, "date": None}, Truth(text="x", title="x", published=""))]
    found = summary(pages)
    assert (found["date_right"], found["date_false"], found["date_unknown"]) == (1, 0, 0)


# -- the folders --------------------------------------------------------------------------------


def test_a_folder_in_the_public_layout_is_read(tmp_path):
    folder = folder_of(tmp_path)
    for given in (folder, folder.parent):
        cases = extraction_pages.cases_of(given)
        assert [case.name for case in cases] == ["one", "two"]
        assert cases[0].truth.text.startswith("Sáng nay")
        assert cases[0].url == "http://one.example/hop-mat"


def test_a_folder_of_captured_pages_is_read(tmp_path):
    folder = tmp_path / "nukeviet"
    folder.mkdir()
    page = {
        "url": "http://x.example/1", "final_url": "http://x.example/1.html", "file": "1.html",
        "content_type": "text/html", "last_modified": "Fri, 20 Nov 2026 23:38:11 GMT",
    }  # fmt: skip
    row = {
        "file": "1.html", "title": "Họp mặt", "lead": PARAGRAPHS[0], "body": PARAGRAPHS[1:],
        "lead_repeated_in_body": False, "also_in": [], "captions": [], "author": None,
        "source": "Báo Sông Xanh", "published_at": "2024-02-26T07:00:00+07:00",
    }  # fmt: skip
    (folder / "1.html").write_text("<p>x</p>", encoding="utf-8")
    (folder / "pages.jsonl").write_text(json.dumps(page), encoding="utf-8")
    (folder / "truth.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (case,) = extraction_pages.cases_of(folder)
    assert (case.platform, case.clock) == ("nukeviet", "2026-11-20T23:38:11+00:00")
    assert case.truth.text.split("\n") == PARAGRAPHS
    del row["also_in"]  # another platform: its page does not show the lead
    (folder / "truth.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (case,) = extraction_pages.cases_of(folder)
    assert (case.truth.text.split("\n"), case.truth.lead) == (PARAGRAPHS[1:], None)


def test_the_replica_is_read_with_layouts_no_rules_know():
    cases = extraction_pages.cases_of(REPLICA)
    kinds = {case.kind for case in cases}
    assert kinds == {"replica", "unknown"}
    layouts = {case.group for case in cases if case.kind == "unknown"}
    assert len(layouts) >= 16
    assert all(case.platform == "generic" for case in cases if case.kind == "unknown")
    assert len({case.name for case in cases}) == len(cases)


def test_a_seed_puts_other_articles_on_the_replicas_sites():
    usual, others = (extraction_pages.cases_of(REPLICA, seed) for seed in ("", "other"))
    assert [case.group for case in usual] == [case.group for case in others]
    assert not {case.page for case in usual} & {case.page for case in others}


def test_half_of_the_pages_are_in_each_half():
    halves = [case.half for case in extraction_pages.cases_of(REPLICA)]
    assert 0.4 < halves.count("a") / len(halves) < 0.6


def test_of_a_half_only_its_pages_are_read_though_all_may_teach(tmp_path):
    known = extraction_pages.cases_of(folder_of(tmp_path))
    extraction.write_jobs(known, known[1:], tmp_path)
    lines = (tmp_path / "jobs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["read"] for line in lines] == [False, True]
    assert (tmp_path / "0.html").exists()


# -- the command --------------------------------------------------------------------------------


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "bench" / "extraction.py"), *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_the_last_line_holds_the_figures_of_the_layer(tmp_path, layer):
    done = bench(folder_of(tmp_path), "--only", layer, "--json", "--misses", 3)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert {"f1", "precision", "recall", "exact", "empty", "pages", "cpu_ms"} <= set(told)
    assert (told["f1"], told["exact"], told["empty"], told["pages"]) == (1, 1, 0, 2)
    assert told["cpu_ms"] > 0


def test_a_table_names_the_set_and_the_layer(tmp_path):
    done = bench(folder_of(tmp_path), "--only", "generic", "--sets")
    assert "benchmark: 2 pages" in done.stdout
    assert "| generic | 1.0000 |" in done.stdout


def test_without_more_the_kinds_of_pages_are_told_apart(tmp_path):
    assert "public benchmark: 2 pages" in bench(folder_of(tmp_path), "--only", "generic").stdout


def test_a_folder_without_pages_is_said_in_one_line(tmp_path):
    done = bench(tmp_path)
    assert done.returncode == 2
    assert "no pages there" in done.stderr.splitlines()[-1]


def test_without_their_environment_the_peers_are_left_out(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(extraction, "PEERS_PYTHON", tmp_path / "python")
    assert extraction.names_of(None) == list(LAYERS)
    assert "make peers" in capsys.readouterr().err
    with pytest.raises(extraction.EngineError, match=r"trafilatura: .*make peers"):
        extraction.measure("trafilatura", [], tmp_path, 1)


def test_a_missed_bar_is_told():
    known = frozenset({"captured", "replica"})
    bars = [bar for bar in extraction_bars.BARS if bar.kinds == known and bar.layer == "platform"]
    found = list(extraction_bars.verdicts({("platform", known): {"f1": 0.9, "leaked": 0}}, bars))
    assert [(v.bar.figure, v.met) for v in found] == [("f1", False), ("leaked", True)]
    assert "MISSED" in str(found[0])
