"""Reads scans by an OCR engine that is on this machine: Tesseract, with pictures by pdftoppm.

Off unless asked for: it takes seconds a page, and what it reads has errors that nobody sees.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive import files
from archive.connection import transaction
from archive.errors import UsageError
from archive.reading import open_for_reading
from archive.store import Archive
from archive.warc import BadRecordError
from crawler.files.reading import bytes_of
from crawler.files.text import Lines

if TYPE_CHECKING:
    from archive.files import Unread
    from crawler.stopsignal import StopSignal

LANGUAGE = "vie"
MOST_PAGES = 100  # of one file
PIXELS = 2600  # of the longer side of a page: about 220 a length of 297 mm and inch
SECONDS = 120.0  # a page and program
HELP = (
    "OCR needs tesseract with Vietnamese, and pdftoppm: install them"
    " (Debian: tesseract-ocr-vie and poppler-utils), or leave out --ocr"
)


@dataclass(slots=True)
class Outcome:
    """What came of it: scans read, scans that could not be, and scans left for another time."""

    read: int = 0
    failed: int = 0
    left: int = 0


class OcrError(Exception):
    """A scan that the engine could not read; one line."""


def engine() -> str:
    """Return the name of the engine and its version, e.g. `tesseract 5.3.0`.

    :raises UsageError: it is not here, or knows no Vietnamese.
    """
    if shutil.which("tesseract") is None or shutil.which("pdftoppm") is None:
        raise UsageError(HELP)
    try:
        languages = _run(["tesseract", "--list-langs"]).decode(errors="replace").split()
        version = _run(["tesseract", "--version"]).decode(errors="replace").split()
    except OcrError as error:
        raise UsageError(f"{HELP}: {error}") from None
    if LANGUAGE not in languages:
        raise UsageError(HELP)
    return " ".join(version[:2])


def waiting(db: Path, sites: Collection[str]) -> int:
    """Return how many scans of some sites, or of all, no OCR has read yet."""
    with closing(open_for_reading(db)) as conn:
        return len(files.scans(conn, sites))


def read_scans(
    db: Path,
    sites: Collection[str],
    arguments: Sequence[str],
    stop: StopSignal,
    progress: Callable[[int, int], None],
) -> Outcome:
    """Read the scans of some sites, or of all, that no OCR has read; `progress`: done, of how many.

    Each is stored by itself; stopped or killed, the same command goes on.

    :raises UsageError: there is no engine here.
    """
    name = engine()
    outcome = Outcome()
    with Archive.open(db, "reextract", arguments) as archive:
        scans = files.scans(archive.conn, sites)
        for number, one in enumerate(scans):
            if stop.received is not None:
                outcome.left = len(scans) - number
                break
            progress(number, len(scans))
            try:
                text = _text(archive, one)
            except (OcrError, BadRecordError):
                outcome.failed += 1
                continue
            with transaction(archive.conn):
                files.keep_text(archive.conn, one.sha256, text, f"{files.BY_OCR}: {name}")
            outcome.read += 1
        reason = "signal" if outcome.left else "finished"
        archive.end(3 if outcome.left else int(outcome.failed > 0), reason)
    return outcome


def _text(archive: Archive, one: Unread) -> str:
    lines = Lines()
    with tempfile.TemporaryDirectory(prefix="mattran-ocr-") as folder:
        source = Path(folder) / "scan.pdf"
        source.write_bytes(bytes_of(archive, one))
        for page in range(1, MOST_PAGES + 1):
            picture = _picture(source, page)
            if picture is None:
                break
            read = _run(["tesseract", str(picture), "stdout", "-l", LANGUAGE])
            picture.unlink()
            if not lines.add(f"{read.decode(errors='replace')}\n"):
                break
    return lines.text()


def _picture(source: Path, page: int) -> Path | None:
    """Draw a page; None behind the last one."""
    target = source.with_name("page")
    command = ["pdftoppm", "-gray", "-png", "-singlefile", "-scale-to", str(PIXELS)]
    try:
        _run([*command, "-f", str(page), "-l", str(page), str(source), str(target)])
    except OcrError:
        if page == 1:
            raise
        return None
    picture = target.with_suffix(".png")
    return picture if picture.exists() else None


def _run(command: Sequence[str]) -> bytes:
    """Return what a program says; raises OcrError when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and no word of it comes from a site)
            command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OcrError(f"{command[0]}: {type(error).__name__}") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise OcrError(f"{command[0]}: {told[-1] if told else f'exit code {done.returncode}'}")
    return done.stdout
