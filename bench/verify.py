"""Flip one byte at random places of an archive: is it found and named, is it put right?

    python -m bench.verify [PLACES] [SEED]

A replica is crawled with the files its articles offer; then, one after the other, a byte of the
database, of the raw record of a file or of anything in WARC is flipped, `mattran verify` looked
for, repaired, and the archive compared with what it was.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.reading import open_for_reading
from archive.repair import mend_bytes
from archive.verify import verify
from tests.command import Mattran
from tests.replica import Replica, SiteSpec

SPECS = [
    SiteSpec(id="wp", family="wordpress", articles=30),
    SiteSpec(id="filed", family="filed", articles=12, traps=False),
]


@dataclass(frozen=True, slots=True)
class Flip:
    """A byte that was flipped: whether it was found, its place named, and put right."""

    file: str
    offset: int
    found: bool
    named: bool
    repaired: bool


def flips(db: Path, places: int, rng: random.Random) -> Iterator[Flip]:
    """Flip a byte at `places` random places and look: half of them in the database, a quarter in
    what was kept of attachments, the others anywhere in WARC files.

    The archive is as it was after each.
    """
    files = sorted((db.parent / "warc").iterdir())
    attachments = _attachments(db)
    for number in range(places):
        path = db if number % 2 else rng.choice(files)
        within = range(path.stat().st_size)
        if number % 4 == 0 and attachments:
            path, within = rng.choice(attachments)
        sound = path.read_bytes()
        place = rng.choice(within)
        broken = bytearray(sound)
        broken[place] ^= rng.randrange(1, 256)
        path.write_bytes(broken)
        damages = verify(db).damages
        named = any(d.file == path.name and _covers(d.offset, place) for d in damages)
        mend_bytes(db, damages)
        repaired = path.read_bytes() == sound
        path.write_bytes(sound)
        yield Flip(path.name, place, bool(damages), named, repaired)


def _attachments(db: Path) -> list[tuple[Path, range]]:
    """Return where the raw records of files stand."""
    with closing(open_for_reading(db)) as conn:
        rows = conn.execute(
            "SELECT c.warc_file, c.warc_offset, c.warc_length FROM files f"
            " JOIN captures c ON c.id = f.capture"
        ).fetchall()
    folder = db.parent / "warc"
    return [(folder / name, range(start, start + length)) for name, start, length in rows]


def _covers(offset: int | None, place: int) -> bool:
    return offset is not None and offset <= place < offset + 65536


def main() -> None:
    """Crawl, flip and print what came of it."""
    places = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    counts: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        Replica(SPECS) as replica,
    ):
        mattran = Mattran(Path(folder), replica, delay=0)
        mattran("crawl", "--all", "--full")
        assert len(_attachments(mattran.db)) >= 8, "the files did not come"
        began = time.perf_counter()
        for flip in flips(mattran.db, places, rng):
            counts.update(found=flip.found, named=flip.named, repaired=flip.repaired)
            if not (flip.found and flip.named and flip.repaired):
                print(flip)
        seconds = time.perf_counter() - began
    print(f"{places} places: {dict(counts)} in {seconds:.1f} s")
    sys.exit(any(counts[name] < places for name in ("found", "named", "repaired")))


if __name__ == "__main__":
    main()
