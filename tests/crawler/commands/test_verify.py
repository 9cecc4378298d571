"""`mattran verify`: what a person reads, and what it does on request."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.errors import UsageError
from archive.version import SCHEMA_VERSION
from crawler.commands import mattran
from tests.archive.stored import unpack

READING = [
    ["search", "hội"],
    ["show", "7BF8713VJ2B"],
    ["diff", "7BF8713VJ2B"],
    ["cite", "7BF8713VJ2B"],
    ["duplicates", "7BF8713VJ2B"],
    ["boilerplate", "flat"],
    ["stats"],
    ["sites"],
    ["export", "--format", "csv", "-o", "-"],
    ["backup", "copies"],
    ["verify"],
]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An archive of the first version."""
    return unpack(1, tmp_path)


def run(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(mattran, ["--db", str(db), *arguments])


def test_repairing_migrates_an_older_archive_and_proves_it(old: Path) -> None:
    done = run(old, "verify", "--repair")
    assert done.exit_code == 0, done.output
    assert f"{old.name}.before-{SCHEMA_VERSION} is the archive as it was" in done.stderr
    assert "all sound" in done.stdout
    again = run(old, "verify", "--repair")
    assert (again.exit_code, again.stderr) == (0, "")


@pytest.mark.parametrize("arguments", READING, ids=lambda words: words[0])
def test_what_only_reads_says_what_to_run(
    old: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(old.parent)
    before = old.read_bytes()
    done = run(old, *arguments)
    assert isinstance(done.exception, UsageError), done.output
    assert f"run `mattran --db {old} verify --repair` once" in str(done.exception)
    assert old.read_bytes() == before
