"""How version_1.tar.xz was made: an archive as the first version of the schema leaves it.

It is run with the code of that time (commit 03c765a), never with today's:

    git archive 03c765a | tar -x -C OLD
    cd OLD; PYTHONPATH=OLD PYTHON make_version_1.py version_1.tar.xz

Three sites of tests/archive/small_archive.py and two replica sites, with revisions of both causes,
copies of the same text, mentions, pages that vanished, pages hidden and one erased, addresses that
wait, rows of derived indexes that are still pending, and the raw records of all of it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from archive import derived, page_sums
from archive.connection import open_for_writing
from archive.version import SCHEMA_VERSION
from tests.archive.small_archive import build
from tests.command import Finished, Mattran
from tests.crawler.test_over_time import NEW_RULES, PARAGRAPH
from tests.replica import Replica, SiteSpec

SITES = [
    SiteSpec(id="flat", family="flat", articles=6, per_page=4, traps=False),
    SiteSpec(id="nukeviet", family="nukeviet", articles=6, per_page=4, traps=False),
]


def done(finished: Finished) -> None:
    if finished.exit_code not in (0, 3):  # 3: stopped at its limit
        sys.exit(f"{finished.exit_code}: {finished.out}{finished.err}")


def make(folder: Path) -> None:
    """Fill `folder` with an archive, its sums and its raw records."""
    build(folder / "mattran.db")
    with Replica(SITES) as replica:
        mattran = Mattran(folder, replica)
        done(mattran("crawl", "flat", "nukeviet", "--full"))
        for site in replica.sites.values():
            keys = [truth.key for truth in site.truth()]
            site.edit(keys[1], PARAGRAPH)
            site.remove(keys[3])
        done(mattran("recrawl", "--site", "flat", "--site", "nukeviet"))
        done(mattran("reextract", "--site", "flat", PYTHONPATH=with_rules(folder, 1)))
        for site in replica.sites.values():
            site.add_article()
        done(mattran("crawl", "nukeviet", "--max-pages", "3"))
        refs = mattran.rows("SELECT ref FROM articles WHERE site = 'flat' ORDER BY title LIMIT 2")
        done(mattran("withdraw", refs[0][0], "--erase", "--reason", "theo yêu cầu"))
        done(mattran("withdraw", refs[1][0], "--hide", "--reason", "theo yêu cầu"))
    leave_pending(folder / "mattran.db")
    shutil.rmtree(folder / "logs")
    for name in ("sites.toml", "sitecustomize.py"):
        (folder / name).unlink()


def with_rules(folder: Path, version: int) -> str:
    """Return a PYTHONPATH by which the extractor is `version` versions ahead."""
    (folder / "sitecustomize.py").write_text(NEW_RULES.format(version=version))
    return os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])


def leave_pending(db: Path) -> None:
    """Mark some pages, as a run does that is killed before it has drained the indexes."""
    with closing(open_for_writing(db)) as conn:
        for page in conn.execute("SELECT id FROM articles ORDER BY id LIMIT 3").fetchall():
            derived.mark(conn, page[0])
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    page_sums.settle(db, set(), anew=True)


def main(target: Path) -> None:
    """Make the archive and pack it."""
    if SCHEMA_VERSION != 1:
        sys.exit("this is not the code of the first version of the schema")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "version_1"
        folder.mkdir()
        make(folder)
        with tarfile.open(target, "w:xz", preset=9) as packed:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    packed.add(path, path.relative_to(folder).as_posix())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
