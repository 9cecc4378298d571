"""A registry row as text: written once, added at the end, and never a second time."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from archive.errors import UsageError
from crawler.registry import Site, load_registry
from crawler.registry_row import append_row, refuse_known, row_text

VALUES = {
    "id": "song-xanh",
    "name": 'Mặt trận "Sông Xanh" \\ xã',
    "level": "ward",
    "province": "Hà Nội",
    "base_url": "https://songxanh.example.vn",
    "platform": "generic",
    "listings": ["/tin/", "/hoạt-động"],
    "identity": r"^/tin/(\d+)\.html$",
    "dates": {"order": "mdy", "above": True},
    "feeds": [],
    "confirmed": False,
}


def site(**keys: object) -> Site:
    row = {**VALUES, "listings": ("/tin/",), "dates": None, "feeds": None, **keys}
    return Site(**row)  # type: ignore[arg-type]


def test_a_row_says_what_it_was_made_of():
    assert tomllib.loads(row_text(VALUES)) == {"site": [VALUES]}


def test_regular_expressions_are_written_as_they_are_read():
    assert r"identity = '^/tin/(\d+)\.html$'" in row_text(VALUES)


def test_a_list_too_long_for_a_line_takes_several_where_the_row_stays_short():
    paths = [f"/chuyen-muc/hoat-dong-mat-tran-co-so-{number}" for number in range(3)]
    short = row_text({key: VALUES[key] for key in list(VALUES)[:7]} | {"listings": paths})
    assert tomllib.loads(short)["site"][0]["listings"] == paths
    assert max(map(len, short.splitlines())) <= 100
    assert len(short.splitlines()) == 8 + 3
    crowded = row_text({**VALUES, "listings": paths})
    assert tomllib.loads(crowded)["site"][0]["listings"] == paths
    assert len(crowded.splitlines()) == 12


@pytest.mark.parametrize("before", [None, "", "# ghi chú", row_text({**VALUES, "id": "khac"})])
def test_a_row_is_added_at_the_end(tmp_path: Path, before: str | None):
    file = tmp_path / "new" / "sites.local.toml"
    if before is not None:
        file.parent.mkdir()
        file.write_text(before, encoding="utf-8")
    append_row(file, row_text(VALUES))
    assert file.read_text(encoding="utf-8").endswith(row_text(VALUES))
    assert file.read_text(encoding="utf-8").startswith(before or "")
    assert list(load_registry(file))[-1] == "song-xanh"
    assert sorted(file.parent.iterdir()) == [file]


class TestKnown:
    def refuse(self, new: Site, *known: Site) -> None:
        refuse_known(new, {one.id: one for one in known}, [])

    def test_a_host_has_one_row(self):
        with pytest.raises(UsageError, match="is the site 'song-xanh' already"):
            self.refuse(site(id="new", base_url="http://www.songxanh.example.vn"), site())

    def test_an_alias_is_the_host_too(self):
        known = site(base_url="https://a.vn", aliases=("songxanh.example.vn",))
        with pytest.raises(UsageError, match="already"):
            self.refuse(site(id="new"), known)

    def test_an_id_is_used_once(self):
        with pytest.raises(UsageError, match="--id"):
            self.refuse(site(base_url="https://a.vn"), site())

    def test_another_folder_of_the_host_is_another_site(self):
        folder = site(base_url="https://songxanh.example.vn/mat-tran")
        self.refuse(site(id="new", listings=("/doan-thanh-nien",)), folder)
        with pytest.raises(UsageError):
            self.refuse(site(id="new", listings=("/mat-tran/tin",)), folder)

    def test_a_row_that_has_ended_makes_room(self):
        from datetime import date

        self.refuse(site(id="new"), site(valid_to=date(2024, 6, 30)))
