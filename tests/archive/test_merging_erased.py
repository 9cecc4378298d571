"""Merging archives of which one erased what the others still have: safe in every order."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from archive import merging
from archive.erasing import erase
from archive.merging import merge
from archive.page import Attachment
from archive.store import Archive
from archive.verify import verify
from tests.archive.crawling import ROOT, Crawl, an_article
from tests.archive.test_erasing import traces
from tests.archive.test_merging_at_random import dump, united

SECRET = "Điều bí mật của một gia đình ở phường"
FILE = "Danh sách của một gia đình ở phường"


def an_archive(folder: Path) -> Crawl:
    return Crawl(folder / "mattran.db")


def erased(folder: Path, page: int | None) -> Path:
    with Archive.open(folder / "mattran.db", "withdraw", exclusive=True) as archive:
        erase(archive, page or 0, reason="theo yêu cầu", requested_by=None)
    return folder


def an_erasing_one(folder: Path) -> Path:
    """An archive that has erased the article 7, which says the secret."""
    crawl = an_archive(folder)
    page = crawl.see("7", an_article(body=SECRET), body=f"<p>{SECRET}</p>".encode()).page
    crawl.close()
    return erased(folder, page)


def a_telling_one(folder: Path, at: float = 1) -> Path:
    """An archive that has the article 7 as it was."""
    crawl = an_archive(folder)
    crawl.see("7", an_article(body=SECRET), body=f"<p>{SECRET}</p>".encode(), at=at)
    crawl.close()
    return folder


def a_listing_one(folder: Path, at: float = 2) -> Path:
    """An archive that has never seen the article, and a listing that repeats its words."""
    crawl = an_archive(folder)
    body = f"<li>{SECRET}</li><p>Tin mới: “{SECRET}”. Còn nữa</p>".encode()
    crawl.list(crawl.claim_url(f"{ROOT}/tin"), [], at=at, body=body)
    crawl.see("8", at=at)
    crawl.close()
    return folder


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_words_are_nowhere_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    shards = [
        an_erasing_one(tmp_path / "a"), a_telling_one(tmp_path / "b"), a_listing_one(tmp_path / "c")
    ]  # fmt: skip
    expected = dump(united(tmp_path / "abc", *shards))
    whole = united(tmp_path / "whole", *(shards[place] for place in order))
    assert dump(whole) == expected
    assert traces(whole, [SECRET]) == []
    assert verify(whole / "mattran.db").damages == []
    assert dump(united(tmp_path / "again", whole, *shards)) == expected


def test_words_whose_hashes_alone_are_known_go_from_the_files_of_both(tmp_path: Path) -> None:
    one, other = an_erasing_one(tmp_path / "a"), a_listing_one(tmp_path / "c")
    for name, order in (("ac", (one, other)), ("ca", (other, one))):
        whole = united(tmp_path / name, *order)
        assert traces(whole, [SECRET]) == []
        assert verify(whole / "mattran.db").damages == []


def test_a_merge_that_was_killed_before_it_erased_is_brought_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = an_erasing_one(tmp_path / "a"), a_listing_one(tmp_path / "c")
    with monkeypatch.context() as patch:
        patch.setattr(merging.erasing, "erase_again", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            united(tmp_path / "whole", one, other)
    assert traces(tmp_path / "whole", [SECRET])
    with Archive.open(tmp_path / "whole" / "mattran.db", "merge", exclusive=True) as archive:
        merge(archive, other / "mattran.db")
    assert traces(tmp_path / "whole", [SECRET]) == []


def test_a_line_that_another_article_says_stays_with_that_one(tmp_path: Path) -> None:
    shards = [an_erasing_one(tmp_path / "a"), a_listing_one(tmp_path / "c")]
    crawl = an_archive(tmp_path / "d")
    crawl.see("9", an_article(body=SECRET), body=f"<b>{SECRET}</b>".encode(), at=3)
    crawl.close()
    shards.append(tmp_path / "d")
    dumps = [
        dump(united(tmp_path / f"whole{number}", *order))
        for number, order in enumerate(itertools.permutations(shards))
    ]
    withdrawals = [found[5] for found in dumps]
    assert all(found == withdrawals[0] for found in withdrawals)
    assert all(any(SECRET in row for row in found[1]) for found in dumps)


def an_offering_one(folder: Path, name: str, *, has_file: bool, at: float) -> Path:
    """An archive whose article offers a file, and may have fetched it."""
    crawl = an_archive(folder)
    offered = [Attachment(url=f"{ROOT}/tep/a.pdf", caption=None)]
    body = SECRET if name == "7" else "Một bài khác."
    crawl.see(name, an_article(body=body, attachments=offered), at=at)
    if has_file:
        crawl.see_file("a.pdf", FILE.encode(), at=at)
    crawl.close()
    return folder


def test_files_that_only_an_erased_article_offered_go_along_whoever_kept_them(
    tmp_path: Path,
) -> None:
    crawl = an_archive(tmp_path / "c")
    crawl.see_file("a.pdf", FILE.encode(), at=3)
    crawl.close()
    shards = [
        an_erasing_one(tmp_path / "a"),
        an_offering_one(tmp_path / "b", "7", has_file=False, at=1),
        tmp_path / "c",
    ]
    expected = dump(united(tmp_path / "abc", *shards))
    for number, order in enumerate(itertools.permutations(shards)):
        whole = united(tmp_path / f"whole{number}", *order)
        assert dump(whole) == expected
        assert traces(whole, [SECRET, FILE]) == []


def test_the_one_thing_that_depends_on_the_order(tmp_path: Path) -> None:
    """The file of an erased article that an article of a third archive offers as well.

    Where the first two were merged it had to go, for nobody else offered it; nothing can bring its
    bytes back. What is left is sound all the same, and the erased words are nowhere.
    """
    shards = [
        an_erasing_one(tmp_path / "a"),
        an_offering_one(tmp_path / "b", "7", has_file=True, at=1),
        an_offering_one(tmp_path / "c", "8", has_file=False, at=3),
    ]
    kept = {}
    for order in itertools.permutations("abc"):
        name = "".join(order)
        whole = united(tmp_path / name, *(shards["abc".index(one)] for one in order))
        assert verify(whole / "mattran.db").damages == []
        assert traces(whole, [SECRET]) == []
        kept[name] = bool(traces(whole, [FILE]))
        shutil.rmtree(whole)
    assert kept == {name: name[2] != "c" for name in kept}
