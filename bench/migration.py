"""An archive of the first version with 10,000 articles is migrated, and killed on the way.

    python -m bench.migration [--articles N] [--kills N] [--seed N]

The code of that time, out of the history of the checkout, crawls a replica, sees articles edited
and removed, and reads them again by other rules. Then today's command migrates copies, and is
killed (`kill -9`) at random moments. Bars: after each kill the archive is as it was, or whole in
today's form; no row of any table is lost or changed; `mattran verify` finds it clean.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from archive.version import SCHEMA_VERSION
from bench.served import MATTRAN
from tests.archive.rows import Columns, Digests, columns_of, digests, version_of
from tests.command import Mattran
from tests.crawler.test_over_time import NEW_RULES
from tests.replica import Replica, SiteSpec

ROOT = Path(__file__).resolve().parents[1]
FIRST_VERSION = "03c765a"  # the last commit whose code makes archives of version 1
EDITED, REMOVED = 40, 10  # of the articles of each site
SITES = 4

# What a run writes anew in any case, or derives from the rest when its form has another version.
OF_EVERY_RUN = frozenset({"meta", "pending", "runs", "warc_files"})
DERIVED = ("articles_fts_", "article_keys_", "keyed", "fingerprints", "shingles", "stock_shingles")


@dataclass(frozen=True, slots=True)
class Old:
    """An archive of the first version: where it lies, and what stands in it."""

    folder: Path
    columns: Columns
    rows: Digests
    articles: int


def main() -> None:
    """Make the archive, migrate it, kill the migration; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mattran-") as name:
        folder = Path(name)
        old = make(folder, told.articles)
        megabytes = (old.folder / "mattran.db").stat().st_size / 1e6
        print(f"{old.articles} articles of version 1, {megabytes:.0f} MB", flush=True)
        wrong = _whole(old, folder / "whole")
        seconds = _timed(old, folder / "timed")
        print(
            f"migrated with its copy in {seconds:.2f} s, before anything else is done", flush=True
        )
        rng = random.Random(told.seed)
        begun = 0
        for number in range(told.kills):
            moment = rng.uniform(0.0, 1.0) * seconds
            found, was_begun = _killed(old, folder / f"killed-{number}", moment)
            begun += was_begun
            wrong += found
    for line in wrong:
        print(line)
    print(f"killed {told.kills} times, {begun} of them while it migrated")
    print("missed" if wrong else "nothing lost, clean after each")
    sys.exit(bool(wrong))


def make(folder: Path, articles: int) -> Old:
    """Let the code of the first version crawl so many articles, some of them twice."""
    code = folder / "code"
    _check_out(code)
    each = articles // SITES
    specs = [
        SiteSpec(id=f"{family}-{number}", family=family, articles=each, per_page=50, traps=False)
        for number, family in enumerate(("nukeviet", "wordpress", "flat", "table")[:SITES])
    ]
    place = folder / "old"
    with Replica(specs) as replica:
        mattran = Mattran(place, replica, delay=0)
        _run(mattran, code, "crawl", "--all", "--full")
        urls = []
        for site in replica.sites.values():
            keys = [truth.key for truth in site.truth()][: EDITED + REMOVED]
            urls += [truth.url for truth in site.truth()][: EDITED + REMOVED]
            for key in keys[:EDITED]:
                site.edit(key, "Ban biên tập bổ sung: hội nghị kết thúc lúc mười một giờ.")
            for key in keys[EDITED:]:
                site.remove(key)
        _run(mattran, code, "recrawl", *urls)
        (code / "sitecustomize.py").write_text(NEW_RULES.format(version=1))
        _run(mattran, code, "reextract", "--site", specs[-1].id)
        (code / "sitecustomize.py").unlink()
    columns = columns_of(mattran.db)
    found = int(str(mattran.value("SELECT count(*) FROM articles")))
    return Old(place, columns, digests(mattran.db, columns), found)


def _check_out(code: Path) -> None:
    packed = code.with_suffix(".tar")
    command = ["git", "-C", str(ROOT), "archive", "-o", str(packed), FIRST_VERSION]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
        sys.exit(f"this needs a checkout with its history: {FIRST_VERSION} is not in it")
    with tarfile.open(packed) as archive:
        archive.extractall(code, filter="data")


# As the script of that time did; today's begins elsewhere. `-P`: not the code of this folder.
OLD_COMMAND = "import sys; from crawler.commands import main; sys.exit(main())"


def _run(mattran: Mattran, code: Path, *words: str) -> None:
    command = [sys.executable, "-P", "-c", OLD_COMMAND, *mattran.command(*words)[1:]]
    environment = {**os.environ, "PYTHONPATH": str(code)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")


def _whole(old: Old, place: Path) -> list[str]:
    """Migrate a copy and return what is wrong with it."""
    return _resumed(old, _copy(old, place), "not killed")


def _timed(old: Old, place: Path) -> float:
    """Return the seconds until a migration has ended, from the start of the command."""
    process = _migrating(_copy(old, place))
    began = time.monotonic()
    assert process.stderr is not None
    process.stderr.readline()
    seconds = time.monotonic() - began
    _kill(process)
    shutil.rmtree(place)
    return seconds


def _killed(old: Old, place: Path, moment: float) -> tuple[list[str], bool]:
    """Kill a migration `moment` seconds after its start and look; return what is wrong.

    Returns also whether it had begun and not ended.
    """
    db = _copy(old, place)
    process = _migrating(db)
    time.sleep(moment)
    _kill(process)
    version, label = version_of(db), f"killed after {moment:.2f} s"
    copies = list(place.glob("*.before-*"))
    wrong = []
    if version == 1 and digests(db, columns_of(db)) != old.rows:
        wrong.append(f"{label}: it is of version 1, and not as it was")
    return [*wrong, *_resumed(old, db, label)], bool(copies) and version == 1


def _resumed(old: Old, db: Path, label: str) -> list[str]:
    """Let a command migrate to the end and verify; return what is wrong with the archive."""
    wrong = []
    verified = _migrating(db)
    output = "".join(verified.communicate())
    if verified.returncode:
        wrong.append(f"{label}: verify ended with {verified.returncode}: {output.strip()[-500:]}")
    if version_of(db) != SCHEMA_VERSION:
        wrong.append(f"{label}: it stays at version {version_of(db)}")
        return wrong
    now = digests(db, old.columns)
    lost = [name for name in old.rows if not _is_free(name) and now[name] != old.rows[name]]
    wrong += [f"{label}: other rows in {name}" for name in lost]
    copy = db.with_name(f"{db.name}.before-{SCHEMA_VERSION}")
    if digests(copy, old.columns) != old.rows:
        wrong.append(f"{label}: the copy of before is another")
    shutil.rmtree(db.parent)
    return wrong


def _is_free(table: str) -> bool:
    return table in OF_EVERY_RUN or table.startswith(DERIVED)


def _copy(old: Old, place: Path) -> Path:
    shutil.copytree(old.folder, place, copy_function=_link_raw)
    return place / "mattran.db"


def _link_raw(source: str, target: str) -> None:
    """Raw files are never changed here: a link is as good as a copy."""
    (os.link if source.endswith(".warc.gz") else shutil.copy2)(source, target)


def _migrating(db: Path) -> subprocess.Popen[str]:
    command = [*MATTRAN, "--db", str(db), "verify", "--repair"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


if __name__ == "__main__":
    main()
