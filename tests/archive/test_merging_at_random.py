"""Merging random archives: any order and any grouping give the same, and twice changes nothing.

A seed that ever gave two results stays here.
"""

from __future__ import annotations

import itertools
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from archive import erasing, moments
from archive.merging import merge
from archive.page import Article, Attachment
from archive.store import Archive
from archive.verify import verify
from tests.archive import crawling
from tests.archive.crawling import ROOT, Crawl, an_article
from tests.archive.test_merging import DUMP

STEPS = 16
NAMES = "123"
LEAST = "Chuyện của một gia đình ở tổ dân phố số "  # long enough to be known again when erased

# Where the bytes stand in the files depends on what was rewritten when.
QUERIES = [
    query.replace("c.warc_file,", "c.warc_file IS NULL,").replace(" c.warc_offset,", "")
    for query in DUMP
]


def says(body: str, **fields: Any) -> Article:
    """An article whose body alone has lines that are known again when it is erased."""
    return an_article(title="Tin", lead=None, body=body, **fields)


def happen(crawl: Crawl, chance: random.Random, at: float) -> None:
    """Let one thing happen to one of a few pages."""
    crawl.conn.execute("UPDATE frontier SET state = 'done' WHERE state = 'ready'")
    name = chance.choice(NAMES)
    what = chance.choice(["see"] * 8 + ["miss", "miss", "reread", "moved", "file", "list"])
    if what == "see":
        body = f"{LEAST}{name}.{chance.randrange(4)}."
        offered = [Attachment(url=f"{ROOT}/tep/{name}.pdf", caption=None)] * chance.randrange(2)
        version = chance.choice(["1.x", "2.x"])
        article = says(body, extractor=version, attachments=offered)
        crawl.see(name, article, at=at, reextract=lambda *_: says(f"{LEAST}{at:.4f}."))
    elif what == "miss":
        crawl.miss(name, at=at)
    elif what == "file":
        crawl.see_file(
            f"{name}.pdf",
            chance.choice([f"%PDF {name}{word}".encode() for word in ("one", "two")]),
            at=at,
        )
    elif what == "list":  # a listing that repeats what an article says
        body = f"<li>{LEAST}{name}.{chance.randrange(4)}.</li>{at}".encode()
        crawl.list(crawl.claim_url(f"{ROOT}/tin"), [], at=at, body=body)
    elif what == "moved":  # a page known by its address proves to be another
        crawl.see("old", says(f"{LEAST}7."), at=at, key="/tin/old.html")
        crawl.redirect("old", f"{ROOT}/tin/{name}.html", at=at + 0.01)
    else:  # read again by other rules
        pages = crawl.column("SELECT id FROM pages WHERE merged_into IS NULL AND kind = 'article'")
        page = chance.choice(sorted(pages)) if pages else None
        crawl.reread(page, says(f"{LEAST}{page}.{chance.randrange(3)}.", extractor="3.x"))


def take_out(db: Path, chance: random.Random) -> None:
    """Hide or erase a page, in a run of its own."""
    with Archive.open(db, "withdraw", exclusive=True) as archive:
        pages = archive.conn.execute("SELECT id FROM articles ORDER BY id").fetchall()
        way = chance.choice([erasing.hide, erasing.erase])
        way(archive, chance.choice(pages)[0], reason="theo yêu cầu", requested_by=None)


def shard(folder: Path, chance: random.Random, *, is_apart: bool) -> Path:
    """An archive to whose pages anything happened; `is_apart`: nothing in another's seconds."""
    crawl = Crawl(folder / "mattran.db")
    seconds = itertools.count(moments.now())
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(moments, "now", lambda: next(seconds))
        if is_apart:
            clock.setattr(crawling, "START", crawling.START + ord(folder.name))
        for step in range(STEPS):
            happen(crawl, chance, step + (chance.random() / 2 if is_apart else 0))
    crawl.close()
    if chance.random() < 0.5:
        take_out(folder / "mattran.db", chance)
    return folder


def united(folder: Path, first: Path, *others: Path) -> Path:
    """A copy of the first archive into which the others were merged."""
    shutil.copytree(first, folder)
    with Archive.open(folder / "mattran.db", "merge", exclusive=True) as archive:
        for other in others:
            merge(archive, other / "mattran.db")
    return folder


def dump(folder: Path) -> list[list[str]]:
    with Archive.open(folder / "mattran.db", "look") as archive:
        return [sorted(map(str, archive.conn.execute(query))) for query in QUERIES]


def gone_on(folder: Path, source: Path, chance: random.Random) -> Path:
    """A copy of an archive to which more happened."""
    shutil.copytree(source, folder)
    crawl = Crawl(folder / "mattran.db")
    later = itertools.count(moments.now() + 1000)
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(moments, "now", lambda: next(later))
        clock.setattr(crawling, "START", crawling.START + ord(folder.name))
        for step in range(STEPS, STEPS + 6):
            happen(crawl, chance, step + chance.random() / 2)
    crawl.close()
    if chance.random() < 0.3:
        take_out(folder / "mattran.db", chance)
    return folder


def same_in_any_order(tmp_path: Path, a: Path, b: Path, c: Path) -> None:
    """Merge three archives in other orders and groupings, and twice: it makes no difference."""
    whole = united(tmp_path / "abc", a, b, c)
    expected = dump(whole)
    bc = united(tmp_path / "bc", b, c)
    others = {
        "another order": united(tmp_path / "cba", c, b, a),
        "another grouping": united(tmp_path / "a(bc)", a, bc),
        "twice": united(tmp_path / "again", whole, a, c, b, whole),
    }
    for label, folder in others.items():
        for one, two in zip(dump(folder), expected, strict=True):
            assert one == two, label
    assert verify(whole / "mattran.db").damages == []


# What rules read, what is erased, what came between, and what happened in one second.
@pytest.mark.parametrize(
    ("seed", "is_apart"), [(4, True), (5, True), (25, True), (6, False), (38, False), (195, False)]
)
def test_any_order_and_grouping_give_the_same_archive(
    tmp_path: Path, seed: int, is_apart: bool
) -> None:
    chance = random.Random(seed)
    shards = (shard(tmp_path / name, chance, is_apart=is_apart) for name in "abc")
    same_in_any_order(tmp_path, *shards)


# Among what goes on is an archive that was merged before, or one whose copy goes on, too.
@pytest.mark.parametrize(("seed", "is_merged"), [(8, False), (54, False), (0, True), (98, True)])
def test_archives_that_went_on_are_merged_in_any_order(
    tmp_path: Path, seed: int, is_merged: bool
) -> None:
    chance = random.Random(seed)
    a, x = (shard(tmp_path / name, chance, is_apart=True) for name in "ax")
    before = united(tmp_path / "ax", a, x) if is_merged else a
    b = gone_on(tmp_path / "b", before, chance)
    c = gone_on(tmp_path / "c", a, chance)
    same_in_any_order(tmp_path, a, b, c)
