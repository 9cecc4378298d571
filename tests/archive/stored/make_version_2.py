"""How version_2.tar.xz was made: an archive as the second version of the schema leaves it.

It is run with the code of that time (commit 6aa81a4), never with today's:

    git archive 6aa81a4 | tar -x -C OLD
    cd OLD; PYTHONPATH=OLD PYTHON make_version_2.py version_2.tar.xz

What version_1.tar.xz holds, and a site whose articles offer files: read, scanned, locked, damaged.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from archive.version import SCHEMA_VERSION
from tests.archive.stored.make_version_1 import done, leave_pending, make
from tests.command import Mattran
from tests.replica import Replica, SiteSpec

FILED = SiteSpec(id="filed", family="filed", articles=12, traps=False)


def add_files(folder: Path) -> None:
    """Crawl a site whose articles offer files into the archive of `folder`."""
    with Replica([FILED]) as replica:
        done(Mattran(folder, replica)("crawl", "filed", "--full"))
    leave_pending(folder / "mattran.db")
    shutil.rmtree(folder / "logs")
    (folder / "sites.toml").unlink()


def main(target: Path) -> None:
    """Make the archive and pack it."""
    if SCHEMA_VERSION != 2:
        sys.exit("this is not the code of the second version of the schema")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "version_2"
        folder.mkdir()
        make(folder)
        add_files(folder)
        with tarfile.open(target, "w:xz", preset=9) as packed:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    packed.add(path, path.relative_to(folder).as_posix())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
