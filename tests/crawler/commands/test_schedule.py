"""`mattran schedule`: a crontab line and units that work as they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.errors import UsageError
from crawler.commands import mattran

CONTACT = "webmaster@example.org"


def schedule(
    *arguments: str, db: str = "data/mattran.db", contact: str = CONTACT, sites: str | None = None
) -> str:
    result = CliRunner().invoke(
        mattran,
        ["--db", db, "schedule", *arguments],
        env={"MATTRAN_CONTACT": contact, "MATTRAN_SITES": sites},
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_without_a_contact_it_says_what_to_add() -> None:
    for contact in ("", "  ", "a@b\nc", "me"):
        with pytest.raises(UsageError, match=r"--contact you@example\.org"):
            schedule(contact=contact)


def test_all_of_it_is_printed_unless_one_is_asked_for() -> None:
    everything = schedule()
    for form in ("--cron", "--service", "--timer"):
        assert schedule(form).strip() in everything
    assert schedule("--systemd").count("[Unit]") == 2
    assert "[Unit]" not in schedule("--cron")


def test_the_crontab_line_runs_as_the_shell_reads_it(tmp_path: Path) -> None:
    odd = tmp_path / "lưu trữ 100% $HOME's"
    odd.mkdir()
    line = schedule("--cron", "--contact", "Ban 'A' <a@example.org>", db=str(odd / "a.db"))
    assert line.count("\n") == 1
    *times, command = line.split(" ", 5)
    assert times == ["7", "*", "*", "*", "*"]
    # What cron hands to the shell: `\%` is a percent sign. The program is replaced by a witness.
    program = command.split(" ")[command.split(" ").index("--db") - 1]
    witness = tmp_path / "witness"
    witness.write_text('#!/bin/sh\nprintf "%s\\n" "$MATTRAN_CONTACT" "$@"\n', encoding="utf-8")
    witness.chmod(0o755)
    assert os.access(program, os.X_OK)
    assert Path(program).is_absolute()
    assert not re.search(r"(?<!\\)%", command)
    shell = command.replace("\\%", "%").replace(program, str(witness))
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "Ban 'A' <a@example.org>",
        "--db",
        str(odd / "a.db"),
        "crawl",
        "--due",
    ]


def test_paths_are_absolute_whatever_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my.toml").touch()
    line = schedule("--cron", db="a.db", sites="my.toml")
    assert f"--db {tmp_path}/a.db --sites {tmp_path}/my.toml crawl --due" in line


def test_systemd_takes_paths_and_contact_literally() -> None:
    unit = schedule("--service", "--contact", "50%h@$HOME", db="/srv/100%h $HOME/a.db")
    assert "Environment=MATTRAN_CONTACT=50%%h@$HOME\n" in unit
    assert ' --db "/srv/100%%h $$HOME/a.db" crawl --due\n' in unit


def test_what_would_fail_every_hour_is_not_scheduled(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        schedule(db=str(tmp_path))
    with pytest.raises(UsageError, match="no such registry file"):
        schedule(sites=str(tmp_path / "none.toml"))


def test_stopping_early_and_a_held_lock_are_no_failure() -> None:
    assert "SuccessExitStatus=3 4\n" in schedule("--service")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("folder", ["data", 'lưu trữ 100% $HOME\'s "x"'])
def test_systemd_accepts_the_units(tmp_path: Path, folder: str) -> None:
    for form in ("service", "timer"):
        unit = schedule(
            f"--{form}", "--contact", "Ban 'A' 50% <a@example.org>", db=f"/srv/{folder}/a.db"
        )
        (tmp_path / f"mattran.{form}").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.glob("mattran.*"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "mattran" not in done.stderr
    assert done.returncode == 0, done.stderr
