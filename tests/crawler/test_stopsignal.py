"""Ctrl-C: whatever was under way, it is told as what it was."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.damage import Damage
from archive.verify import Verification
from crawler.commands import mattran, verify
from crawler.stopsignal import CtrlC


def press_it() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def swallowed() -> None:
    """Have Ctrl-C come while SQLite calls back: it makes an error of its own of it."""
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.create_function("called", 0, press_it)
        with pytest.raises(sqlite3.OperationalError):
            conn.execute("SELECT called()")


def test_what_sqlite_swallows_is_not_lost() -> None:
    before = signal.getsignal(signal.SIGINT)
    with CtrlC() as ctrl_c:
        ctrl_c.check()
        swallowed()
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.check()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupted_verify_names_no_damage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def looked(_db: Path, *, found: object, **_: object) -> Verification:
        swallowed()
        assert callable(found)
        found(Damage("structure", what="the search index cannot be read"))
        return Verification()

    monkeypatch.setattr(verify, "verify", looked)
    result = CliRunner().invoke(mattran, ["--db", str(tmp_path / "mattran.db"), "verify"])
    assert (result.exit_code != 0, "cannot be read" in result.output) == (True, False)
