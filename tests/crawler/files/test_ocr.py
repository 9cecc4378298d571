"""Scans read by an engine on this machine: here one that is made for the test, on the PATH."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec

TESSERACT = """#!/bin/sh
case "$1" in
  --list-langs) echo "List of available languages (2):"; echo eng; echo {language};;
  --version) echo "tesseract 5.9.9";;
  *) test -s "$1" && test "$2 $3 $4" = "stdout -l vie" && echo "Trang {page} của bản quét";;
esac
"""
PDFTOPPM = """#!/bin/sh
while [ $# -gt 2 ]; do [ "$1" = "-f" ] && page=$2; shift; done
head -c 5 "$1" | grep -q %PDF- || exit 1
[ "$page" -le 2 ] || { echo "Wrong page range" >&2; exit 99; }
echo $page > "$2.png"
"""


def engines(folder: Path, language: str = "vie", page: str = "$(cat $1)", **more: str) -> str:
    """Put engines into a folder; return a PATH with that folder alone before the system's."""
    folder.mkdir()
    texts = {"tesseract": TESSERACT.format(language=language, page=page), "pdftoppm": PDFTOPPM}
    for name, text in (texts | more).items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Mattran:
    """An archive with one scan."""
    with Replica([SiteSpec(id="a", family="filed", articles=4, traps=False)]) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("scans"), replica)
        assert mattran("crawl", "a").exit_code == 0
    return mattran


@pytest.fixture
def mattran(archived: Mattran, tmp_path: Path) -> Mattran:
    """A copy of it."""
    folder = tmp_path / "copy"
    shutil.copytree(archived.folder, folder)
    return Mattran.of(folder, archived.registry)


def test_without_being_asked_nothing_reads_scans(mattran: Mattran, tmp_path: Path) -> None:
    assert mattran("reextract", PATH=engines(tmp_path / "bin")).exit_code == 0
    assert mattran.value("SELECT text FROM files WHERE kind = 'scan'") is None


def test_asked_for_a_scan_is_read_page_by_page_and_found(mattran: Mattran, tmp_path: Path) -> None:
    finished = mattran("reextract", "--ocr", PATH=engines(tmp_path / "bin"))
    assert (finished.exit_code, finished.out) == (0, "1 scan read by OCR\n")
    (row,) = mattran.rows("SELECT kind, text, reader, pages FROM files WHERE kind = 'scan'")
    assert tuple(row) == (
        *("scan", "Trang 1 của bản quét\n\nTrang 2 của bản quét", "ocr: tesseract 5.9.9", 2),
    )
    assert "quet.pdf" in mattran("search", "--files", "trang 2 cua ban quet").out
    assert mattran("verify").exit_code == 0


def test_a_second_time_there_is_nothing_to_read(mattran: Mattran, tmp_path: Path) -> None:
    path = engines(tmp_path / "bin")
    mattran("reextract", "--ocr", PATH=path)
    assert mattran("reextract", "--ocr", PATH=path).out == "0 scans read by OCR\n"


def test_a_dry_run_only_counts(mattran: Mattran, tmp_path: Path) -> None:
    finished = mattran("reextract", "--ocr", "--dry-run", PATH=engines(tmp_path / "bin"))
    assert finished.out == "1 scan would be read by OCR\n"
    assert mattran.value("SELECT text FROM files WHERE kind = 'scan'") is None


def test_a_scan_that_the_engine_cannot_read_stays_one(mattran: Mattran, tmp_path: Path) -> None:
    path = engines(tmp_path / "bin", pdftoppm="#!/bin/sh\nexit 1\n")
    finished = mattran("reextract", "--ocr", PATH=path)
    assert (finished.exit_code, finished.out) == (1, "0 scans read by OCR, 1 could not be\n")


@pytest.mark.parametrize("language", [None, "deu"])
def test_without_an_engine_for_vietnamese_one_line_says_so(
    mattran: Mattran, tmp_path: Path, language: str | None
) -> None:
    path = engines(tmp_path / "bin", language) if language else str(tmp_path)
    finished = mattran("reextract", "--ocr", PATH=path)
    assert finished.exit_code == 2
    assert len(finished.err.splitlines()) == 1
    assert "tesseract-ocr-vie" in finished.err
