"""`mattran sites`: the registry joined with what the archive knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archive import mentions, units
from archive.connection import transaction
from archive.errors import UsageError
from crawler.commands import mattran
from tests.sample_archive import SampleArchive

ROW = """
[[site]]
id = "{id}"
name = "Trang {id}"
level = "{level}"
province = "{province}"
base_url = "https://{id}.example"
platform = "{platform}"
listings = ["/"]
{more}
"""


def registry_row(site: str, **values: str) -> str:
    defaults = {"level": "province", "province": "Hà Nội", "platform": "nukeviet", "more": ""}
    return ROW.format(id=site, **{**defaults, **values})


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "sites.toml"
    rows = [
        registry_row("hanoi"),
        registry_row("ward", level="ward", province="Bắc Giang", more='province_now = "Bắc Ninh"'),
        registry_row("old", platform="webforms", more="enabled = false\nconfirmed = false"),
    ]
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def sites(tmp_path: Path, registry: Path) -> Callable[..., Result]:
    def run(*arguments: str) -> Result:
        options = ["--db", str(tmp_path / "mattran.db"), "--sites", str(registry)]
        result = CliRunner().invoke(mattran, [*options, "sites", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def records(result: Result) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}


def test_sites_are_listed_before_there_is_an_archive(
    sites: Callable[..., Result], tmp_path: Path
) -> None:
    found = records(sites("--json"))
    states = {site: row["state"] for site, row in found.items()}
    assert states == {"hanoi": "never crawled", "ward": "never crawled", "old": "disabled"}
    assert found["ward"]["articles"] == 0
    assert not (tmp_path / "mattran.db").exists()


def test_a_site_outlives_its_unit(sites: Callable[..., Result], tmp_path: Path) -> None:
    registry = tmp_path / "sites.toml"
    rows = registry_row("old", level="district") + registry_row("xa", level="ward")
    registry.write_text(rows, encoding="utf-8")
    found = records(sites("--json"))
    assert (found["old"]["unit_until"], found["xa"]["unit_until"]) == ("2025-06-30", None)
    assert found["old"]["state"] == "never crawled"
    assert "(until 2025-06-30)" in sites().stdout


def test_an_archive_knows_what_became_of_a_commune(
    sites: Callable[..., Result], tmp_path: Path
) -> None:
    registry = tmp_path / "sites.toml"
    row = registry_row("xa", level="ward", province="Hà Nội")
    registry.write_text(row.replace("Trang xa", "Xã Phùng Xá (Mỹ Đức)"), encoding="utf-8")
    sample = SampleArchive(tmp_path / "mattran.db")
    site = sample.site("xa", name="Xã Phùng Xá (Mỹ Đức)", level="ward", province="Hà Nội")
    sample.article("news:1", "https://xa.example/1", site)
    with transaction(sample.conn):
        units.load(sample.conn)
        mentions.link_sites(sample.conn)
    (found,) = records(sites("--json")).values()
    assert (found["unit_until"], found["unit_now"]) == ("2025-06-30", "xã Hồng Sơn")
    assert "Xã Phùng Xá, Hà Nội (until 2025-06-30, now xã Hồng Sơn)" in sites().stdout


def test_flags_are_counted_by_site(sites: Callable[..., Result], tmp_path: Path) -> None:
    sample = SampleArchive(tmp_path / "mattran.db")
    hanoi = sample.site("hanoi")
    for number, flags in enumerate((["date-null", "short-region"], ["date-null"], [])):
        sample.article(f"news:{number}", f"https://hanoi.example/{number}", hanoi, flags=flags)
    withdrawn = sample.article("news:9", "https://hanoi.example/9", hanoi, flags=["page-cut"])
    sample.withdraw(withdrawn)
    sample.close()
    found = records(sites("--flags", "--json"))
    assert found["hanoi"]["flags"] == {"date-null": 2, "short-region": 1}
    assert found["ward"]["flags"] == {}
    table = sites("--flags").stdout
    assert re.search(r"^hanoi +date-null +2 +67% +no date was found", table, re.MULTILINE)
    assert "page-cut" not in table
    assert "flags" not in records(sites("--json"))["hanoi"]


def test_an_archive_without_flags_says_so(sites: Callable[..., Result]) -> None:
    assert sites("--flags").stdout.startswith("no article carries a flag\n")


def test_a_mistyped_archive_is_noticed(sites: Callable[..., Result], tmp_path: Path) -> None:
    missing = f"there is no archive at {tmp_path / 'mattran.db'} yet"
    assert missing in sites().stdout
    SampleArchive(tmp_path / "mattran.db").close()
    assert missing not in sites().stdout


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--level", "ward"], ["ward"]),
        (["--platform", "nukeviet"], ["hanoi", "ward"]),
        (["--province", "bac giang"], ["ward"]),
        (["--province", "bacgiang"], ["ward"]),
        (["--province", "bac giang", "--level", "central"], []),
        (["--province", "BẮC NINH"], ["ward"]),
    ],
)
def test_some_can_be_chosen(
    sites: Callable[..., Result], arguments: list[str], found: list[str]
) -> None:
    assert list(records(sites("--json", *arguments))) == found


def test_an_unknown_province_is_said(sites: Callable[..., Result]) -> None:
    with pytest.raises(UsageError, match="'Huế'"):
        sites("--province", "Huế")


def test_the_archive_tells_the_state(sites: Callable[..., Result], tmp_path: Path) -> None:
    sample = SampleArchive(tmp_path / "mattran.db")
    day = "2025-10-01T08:00:00+07:00"
    sample.site("hanoi", last_success_at=day)
    sample.site("ward", last_success_at=day, broken_since=day, broken_reason="dns")
    sample.site("gone", last_success_at=day)
    sample.article(site="hanoi")
    sample.close()
    found = records(sites("--json"))
    assert {site: (row["state"], row["articles"]) for site, row in found.items()} == {
        "hanoi": ("ok", 1),
        "ward": ("broken", 0),
        "old": ("disabled", 0),
        "gone": ("not registered", 0),
    }
    assert len({frozenset(row) for row in found.values()}) == 1
    table = sites().stdout
    assert "broken since 2025-10-01" in table
    assert "ward is broken: dns\n" in table
    assert "disabled, not confirmed" in table


def line_of(result: Result, site: str) -> str:
    return next(line for line in result.stdout.splitlines() if line.startswith(f"{site} "))


def test_the_table_names_the_unit_as_it_was_and_is(sites: Callable[..., Result]) -> None:
    table = sites()
    assert "Trang ward, Bắc Giang → Bắc Ninh" in line_of(table, "ward")
    assert "province  Hà Nội" in line_of(table, "hanoi")


def test_a_row_of_the_past_has_ended(sites: Callable[..., Result], registry: Path) -> None:
    with registry.open("a", encoding="utf-8") as file:
        file.write(registry_row("past", more="valid_to = 2024-03-31"))
    assert records(sites("--json"))["past"]["state"] == "ended"


@pytest.mark.parametrize("more", ["tls = false", "old_tls = true"])
def test_weak_security_is_never_silent(
    sites: Callable[..., Result], registry: Path, more: str
) -> None:
    with registry.open("a", encoding="utf-8") as file:
        file.write(registry_row("weak", more=more))
    assert "never crawled, weak TLS" in line_of(sites(), "weak")
    assert "weak TLS" not in line_of(sites(), "hanoi")
