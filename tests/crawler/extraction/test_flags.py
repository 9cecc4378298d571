"""Flags: each has its meaning, for the command and for the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from archive import revisions
from crawler.extraction import flags

FOLDER = Path(flags.__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "extraction.md"


def test_every_flag_that_is_set_has_a_meaning_and_no_other():
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    extracted = set(re.findall(r'flags\.append\("([\w-]+)"\)', code))
    assert extracted | {revisions.ASSUMED} == set(flags.MEANINGS)


def test_every_flag_is_documented():
    rows = re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(flags.MEANINGS) <= set(rows)
