"""Files from anywhere: what cannot be read of them is told, wherever they are cut."""

from __future__ import annotations

import gzip
import os
import random
from contextlib import ExitStack
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.foreign import BrokenFileError, opened
from tests.warc_files import Form, Kept, write_warc

BODY = "<html><p>Hội nghị của phường Đống Đa</p></html>".encode() * 5
URL = "http://front.example/tin"


def read(path: Path) -> tuple[int, bool]:
    """Return how many whole responses a file has, and whether something of it is broken."""
    with ExitStack() as stack:
        (part,) = opened(path, path.parent, stack)
        offsets: list[int] = []
        broken = False
        try:
            for entry in part.entries():
                offsets += [entry.offset] if entry.url else []
        except BrokenFileError:
            broken = True
        whole = 0
        for offset in offsets:
            try:
                part.response(offset)
                whole += 1
            except ValueError:
                broken = True
        return whole, broken


@pytest.fixture(params=["plain", "by-record", "whole"])
def warc(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    form: Form = request.param
    records = [
        kept
        for n in range(4)
        for kept in (
            Kept(f"{URL}/{n}", "2019-01-01T00:00:00Z", random.Random(n).randbytes(300)),
            Kept(f"{URL}/{n}", "2019-01-01T00:00:00Z", BODY, kind="resource"),
        )
    ]
    return write_warc(tmp_path / ("x.warc" if form == "plain" else "x.warc.gz"), records, form)


def test_a_whole_file_is_not_called_broken(warc: Path) -> None:
    assert read(warc) == (4, False)


def test_wherever_a_file_is_cut_it_is_told(warc: Path) -> None:
    data = warc.read_bytes()
    silent = []
    for cut in range(20, len(data) - 12, 7):
        warc.write_bytes(data[:cut])
        whole, broken = read(warc)
        if not broken:
            silent.append((cut, whole))
    # But behind the end of a record, or in its checksum: nothing shows what followed.
    assert len(silent) <= 2 * 9, silent


def test_padding_behind_the_last_record_is_none(warc: Path) -> None:
    if warc.suffix == ".warc":
        warc.write_bytes(warc.read_bytes() + b"\r\n\r\n")
    assert read(warc) == (4, False)


def test_an_older_format_is_named(tmp_path: Path) -> None:
    arc = tmp_path / "old.arc.gz"
    head = b"1 0 Web\nURL IP-address Archive-date Content-type Archive-length\n"
    version = b"filedesc://old.arc 0.0.0.0 20080101000000 text/plain %d\n" % len(head) + head
    arc.write_bytes(gzip.compress(version + b"\n"))
    with ExitStack() as stack:
        (part,) = opened(arc, tmp_path, stack)
        with pytest.raises(BrokenFileError, match="ARC file"):
            list(part.entries())


def test_a_pipe_is_refused_in_one_line(tmp_path: Path) -> None:
    out, into = os.pipe()
    with os.fdopen(out), os.fdopen(into, "w"), ExitStack() as stack:
        os.write(into, b"WARC/1.1")
        with pytest.raises(UsageError, match="no pipe"):
            opened(Path(f"/dev/fd/{out}"), tmp_path, stack)
