"""A registry row: what it may say, what it stands for, and how each fault in it is told."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from archive.errors import UsageError
from crawler.extraction.rules import DateRule
from crawler.registry import KEYS, PLATFORMS, RegistryError, load_registry, shipped_registry
from crawler.registry_values import Expect

ROW = """
[[site]]
id = "song-xanh-front"
name = "Ủy ban MTTQ Việt Nam tỉnh Sông Xanh"
level = "province"
province = "Sông Xanh"
base_url = "https://songxanh.example.vn"
platform = "nukeviet"
listings = ["/vi/news/"]
"""
DOCS = Path(__file__).parents[2] / "docs" / "add-a-site.md"


@pytest.fixture
def registry(tmp_path):
    """Write a registry file and return its path."""

    def write(text, name="sites.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def fault(path, local=None):
    with pytest.raises(RegistryError) as caught:
        load_registry(path, local)
    message = str(caught.value)
    assert "\n" not in message
    return message


class TestShippedRegistry:
    def test_every_row_loads(self):
        sites = load_registry()
        assert {"central-front", "hanoi-front", "dong-nai-front"} <= sites.keys()

    def test_it_has_a_row_of_every_platform(self):
        assert {site.platform for site in load_registry().values()} == set(PLATFORMS)

    def test_a_row_takes_at_most_twelve_lines(self):
        rows = shipped_registry().read_text(encoding="utf-8").split("[[site]]")[1:]
        assert max(len([line for line in row.splitlines() if line.strip()]) for row in rows) < 12

    def test_the_two_periods_of_dong_nai_are_linked_and_do_not_overlap(self):
        sites = load_registry()
        old = sites["dong-nai-front-webforms"]
        new = sites[old.successor]
        assert old.valid_on(date(2023, 11, 4))
        assert not new.valid_on(date(2023, 11, 4))
        assert new.valid_on(date(2025, 11, 8))
        assert not old.valid_on(date(2025, 11, 8))

    def test_a_site_whose_address_is_not_known_is_not_crawled(self):
        ward = load_registry()["ngo-quyen-bac-giang-ward"]
        assert not ward.confirmed
        assert not ward.enabled

    def test_reading_it_imports_neither_scrapy_nor_lxml(self):
        code = (
            "import sys; from crawler.registry import load_registry; load_registry();"
            "print([m for m in ('scrapy', 'twisted', 'lxml', 'spiders') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == "[]"

    def test_every_key_is_documented(self):
        text = DOCS.read_text(encoding="utf-8")
        assert [key for key in KEYS if f"`{key}`" not in text] == []


class TestRow:
    def test_seven_keys_are_enough(self, registry):
        site = load_registry(registry(ROW))["song-xanh-front"]
        assert site.delay == 2.1
        assert site.every == 6 * 3600
        assert site.enabled
        assert site.feeds is None

    def test_optional_keys_are_read_as_what_they_mean(self, registry):
        row = (
            ROW
            + "valid_from = 2019-05-01\nvalid_to = '2025-06-30'\n"
            + 'dates = { order = "mdy", clock = "unsure", trust = "url", ignore = ["^In"] }\n'
            + "expect = { min = 40 }\n"
            + 'selectors = { body = ".noi-dung", cut = [".chia-se", ".lien-quan"] }\n'
        )
        site = load_registry(registry(row))["song-xanh-front"]
        assert (site.valid_from, site.valid_to) == (date(2019, 5, 1), date(2025, 6, 30))
        assert site.dates == DateRule(order="mdy", clock="unsure", trust="url", ignore=("^In",))
        assert site.expect == Expect(min=40)
        assert site.selectors == {"body": (".noi-dung",), "cut": (".chia-se", ".lien-quan")}

    def test_texts_that_are_boilerplate_or_never_are_may_end_in_dots(self, registry):
        row = ROW + 'boilerplate = ["Đọc  thêm…"]\nkeep = "Hết lòng vì dân."\n'
        site = load_registry(registry(row))["song-xanh-front"]
        assert (site.boilerplate, site.keep) == (("Đọc thêm…",), ("Hết lòng vì dân.",))

    def test_a_layout_holds_for_its_days(self, registry):
        row = ROW + (
            "[[site.layouts]]\nvalid_from = 2024-07-01\n"
            'selectors = { body = ".moi" }\n'
            "[[site.layouts]]\nvalid_to = 2024-06-30\n"
            'selectors = { body = ".cu", date_meta = "article:published_time" }\n'
            'dates = { order = "mdy" }\n'
        )
        site = load_registry(registry(row))["song-xanh-front"]
        old, new = site.layouts
        assert (old.valid_from, old.valid_to) == (None, date(2024, 6, 30))
        assert old.selectors["body"] == (".cu",)
        assert old.dates == DateRule(order="mdy")
        assert new.covers(date(2024, 7, 1))
        assert not new.covers(date(2024, 6, 30))
        assert {site: 1}[site] == 1

    @pytest.mark.parametrize(
        ("lines", "fault"),
        [
            ('selectors = { body = "div[" }', "'div[' is no CSS selector"),
            ('boilerplate = ["…"]', "'…' says nothing"),
            ("keep = [7]", "7 is no text"),
            ('selectors = { body = "a", bodi = "b" }', "unknown 'bodi'"),
            ('[[site.layouts]]\nselectors = { body = "b" }', "neither valid_from nor valid_to"),
            ("[[site.layouts]]\nvalid_from = 2024-07-01\nbody = 'b'", "unknown 'body'"),
            ("[[site.layouts]]\nvalid_to = 2024-06-30\nselectors = { cut = '>' }", "selector"),
            (
                "[[site.layouts]]\nvalid_from = 2024-07-01\nvalid_to = 2024-06-30",
                "valid_to lies before valid_from",
            ),
            (
                "[[site.layouts]]\nvalid_to = 2024-06-30\n"
                "[[site.layouts]]\nvalid_from = 2024-06-30",
                "two hold on 2024-06-30",
            ),
            ("layouts = 3", "is no list"),
        ],
    )
    def test_a_faulty_rule_is_told_in_a_line(self, registry, lines, fault):
        with pytest.raises(RegistryError) as told:
            load_registry(registry(ROW + lines + "\n"))
        first = len(ROW.splitlines()) + 1
        assert fault in str(told.value)
        assert f"line {first}:" in str(told.value)
        assert len(str(told.value).splitlines()) == 1

    def test_a_site_may_be_a_key(self, registry):
        site = load_registry(registry(ROW + 'selectors = { body = "p" }\n'))["song-xanh-front"]
        assert {site: 1}[site] == 1

    def test_a_site_covers_its_own_hosts_and_no_others(self, registry):
        row = ROW + 'aliases = ["www.songxanh.example.vn", "m.songxanh.example.vn"]\n'
        site = load_registry(registry(row))["song-xanh-front"]
        assert site.covers("http://songxanh.example.vn/vi/")
        assert site.covers("https://SONGXANH.example.vn:443/vi/")
        assert site.covers("https://m.songxanh.example.vn/")
        assert not site.covers("https://songxanh.example.vn:8443/")
        assert not site.covers("https://songxanh.example.vn.evil.example/")
        assert not site.covers("https://songxanh.example.vn@evil.example/")
        assert not site.covers("ftp://songxanh.example.vn/")
        assert not site.covers("https://[songxanh/")

    def test_a_host_is_the_same_in_letters_and_as_servers_write_them(self, registry):
        row = ROW.replace("songxanh.example.vn", "mặt-trận.example")
        site = load_registry(registry(f'{row}aliases = ["xn--mt-trn-c-fzb0306e9ca.example"]\n'))[
            "song-xanh-front"
        ]
        for host in ("mặt-trận.example", "xn--mt-trn-ff8bzc.example"):
            assert site.covers(f"https://www.{host}/tin")
        for host in ("mặt-trận-cũ.example", "xn--mt-trn-c-fzb0306e9ca.example"):
            assert site.covers(f"https://{host}/tin")

    def test_paths_are_relative_to_base_url(self, registry):
        row = ROW.replace('example.vn"', 'example.vn/mat-tran"')
        site = load_registry(registry(row))["song-xanh-front"]
        assert site.absolute("/vi/news/") == "https://songxanh.example.vn/mat-tran/vi/news/"

    @pytest.mark.parametrize(
        "base", ["http://127.0.0.1:8001", "http://127.9.9.9", "http://localhost:8001"]
    )
    def test_a_loopback_site_may_be_crawled_without_delay(self, registry, base):
        row = ROW.replace("https://songxanh.example.vn", base) + "delay = 0\n"
        site = load_registry(registry(row))["song-xanh-front"]
        assert site.is_loopback
        assert site.delay == 0

    def test_loopback_ports_are_hosts_of_their_own(self, registry):
        row = ROW.replace("https://songxanh.example.vn", "http://127.0.0.1:8001")
        site = load_registry(registry(row))["song-xanh-front"]
        assert site.covers("http://127.0.0.1:8001/vi/")
        assert not site.covers("http://127.0.0.1:8002/vi/")


class TestDefaults:
    @pytest.mark.parametrize(
        ("base", "owner"),
        [
            ("https://songxanh.example.vn", "front"),
            ("https://mttq.songxanh.gov.vn", "front"),
            ("https://songxanh.gov.vn", "government-portal"),
            ("https://songxanh.dcs.vn", "party-portal"),
        ],
    )
    def test_whose_site_it_is_its_address_says(self, registry, base, owner):
        row = ROW.replace("https://songxanh.example.vn", base)
        assert load_registry(registry(row))["song-xanh-front"].owner == owner
        said = load_registry(registry(row + 'owner = "unsure"\n'))["song-xanh-front"]
        assert said.owner == "unsure"

    def test_rows_of_a_platform_may_share_keys(self, registry):
        shared = '[platform.nukeviet]\nconfirmed = false\nmodules = ["tin"]\n'
        other = ROW.replace("song-xanh-front", "other").replace("nukeviet", "generic")
        own = ROW.replace("song-xanh-front", "own") + "confirmed = true\n"
        sites = load_registry(registry(shared + ROW + other + own))
        assert not sites["song-xanh-front"].confirmed
        assert sites["song-xanh-front"].modules == ("tin",)
        assert sites["other"].confirmed
        assert (sites["own"].confirmed, sites["own"].modules) == (True, ("tin",))

    def test_a_row_begins_where_the_one_before_it_on_its_host_ends(self, registry):
        ended = 'valid_to = 2024-12-31\nsuccessor = "new"\n'
        new = ROW.replace("song-xanh-front", "new")
        assert load_registry(registry(ROW + ended + new))["new"].valid_from == date(2025, 1, 1)
        said = registry(ROW + ended + new + "valid_from = 2025-03-01\n")
        assert load_registry(said)["new"].valid_from == date(2025, 3, 1)
        moved = registry(ROW + ended + new.replace("https://", "https://moi."))
        assert load_registry(moved)["new"].valid_from is None

    def test_a_district_ended_with_june_2025_its_site_did_not(self, registry):
        site = load_registry(registry(ROW.replace('"province"\n', '"district"\n')))
        district = site["song-xanh-front"]
        assert district.unit_until == date(2025, 6, 30)
        assert district.valid_on(date(2026, 1, 1))


class TestLocalFile:
    def test_it_overrides_keys_of_a_row_and_adds_rows(self, registry):
        local = registry(
            '[[site]]\nid = "song-xanh-front"\ndelay = 5\n'
            + ROW.replace("song-xanh-front", "nui-vang-front"),
            "sites.local.toml",
        )
        sites = load_registry(registry(ROW), local)
        assert sites["song-xanh-front"].delay == 5
        assert sites["song-xanh-front"].platform == "nukeviet"
        assert list(sites) == ["song-xanh-front", "nui-vang-front"]

    def test_it_may_be_absent(self, registry, tmp_path):
        assert load_registry(registry(ROW), tmp_path / "sites.local.toml")

    def test_a_fault_in_it_names_that_file(self, registry):
        local = registry('[[site]]\nid = "song-xanh-front"\ndelay = "fast"\n', "sites.local.toml")
        assert "sites.local.toml, line 3: delay: 'fast' is no number" in fault(registry(ROW), local)


FAULTS = {
    "unknown key": (
        ROW + 'listing = ["/"]\n',
        10,
        "did you mean 'listings'?",
    ),
    "duplicate id": (ROW + ROW, 12, "id 'song-xanh-front' is taken by line 3"),
    "bad id": (ROW.replace("song-xanh-front", "Sông Xanh"), 3, "may hold only a-z, 0-9"),
    "bad day": (ROW + 'valid_to = "30/06/2025"\n', 10, "write it like 2025-07-01"),
    "periods swapped": (
        ROW + "valid_from = 2025-01-01\nvalid_to = 2024-01-01\n",
        11,
        "lies before valid_from",
    ),
    "bad address": (ROW.replace("https://songxanh", "songxanh"), 7, "write it like https://"),
    "IPv6": (ROW.replace("songxanh.example.vn", "[2001:db8::1]"), 7, "IPv6 is not crawled"),
    "broken address": (ROW.replace("https://songxanh", "https://[songxanh"), 7, "is no address"),
    "unknown platform": (ROW.replace('"nukeviet"', '"nukevite"'), 8, "did you mean 'nukeviet'?"),
    "unknown level": (ROW.replace('"province"\n', '"region"\n'), 5, "one of central, province"),
    "too fast": (ROW + "delay = 0.5\n", 10, "write 1 or more"),
    "flag in quotes": (ROW + 'enabled = "yes"\n', 10, "write true or false"),
    "no listings": (ROW.replace('["/vi/news/"]', "[]"), 9, "at least one page"),
    "listing elsewhere": (
        ROW.replace('["/vi/news/"]', '["https://other.example/"]'),
        9,
        "add the host to aliases",
    ),
    "bad pattern": (ROW + "deny = ['(']\n", 10, "no regular expression"),
    "identity without id": (ROW + "identity = '[0-9]+'\n", 10, "put the article's id in paren"),
    "unknown selector": (ROW + 'selectors = { bodi = "p" }\n', 10, "unknown 'bodi'; one of"),
    "unknown clock": (ROW + 'dates = { clock = "12h" }\n', 10, "one of marked, unsure"),
    "bad date pattern": (ROW + "dates = { ignore = ['('] }\n", 10, "no regular expression"),
    "date flag in quotes": (ROW + 'dates = { above = "yes" }\n', 10, "write true or false"),
    "unknown trust": (ROW + 'dates = { trust = "me" }\n', 10, "one of any, shown, meta"),
    "counts in quotes": (ROW + 'expect = { min = "40" }\n', 10, "no whole number"),
    "no table": (ROW + "expect = 40\n", 10, "write { key = value }"),
    "a list of numbers": (ROW + "aliases = [1]\n", 10, "put it in quotes"),
    "alias with scheme": (ROW + 'aliases = ["http://a.vn"]\n', 10, "without http://"),
    "no such successor": (
        ROW + 'successor = "song-xanh-frnt2"\n',
        10,
        "did you mean 'song-xanh-front'?",
    ),
    "missing key": (ROW.replace('platform = "nukeviet"\n', ""), 2, "has no 'platform'; add it"),
    "missing id": (ROW.replace('id = "song-xanh-front"\n', ""), 2, "a site has no 'id'"),
    "syntax": (ROW.replace('level = "province"', "level = province"), 5, "not TOML"),
    "unclosed": (ROW + 'note = "x\n', 10, "not TOML"),
    "single brackets": (ROW.replace("[[site]]", "[site]"), 1, "with two brackets"),
    "defaults of no platform": ("[platform.nukevit]\n" + ROW, 1, "did you mean 'nukeviet'?"),
    "a required default": ("[platform.generic]\nlevel = 'ward'\n" + ROW, 1, "is not for all rows"),
    "a wrong default": ("[platform.generic]\nconfirmed = 'no'\n" + ROW, 1, "true or false"),
    "platforms in a list": ("platform = 3\n" + ROW, 1, "write [platform.NAME]"),
    "foreign table": ("[sites]\n" + ROW, 1, "rows start with [[site]]"),
}


@pytest.mark.parametrize(("text", "line", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_in_one_line_with_file_and_line(registry, text, line, said):
    path = registry(text)
    message = fault(path)
    assert message.startswith(f"{path}, line {line}: ")
    assert said in message


def test_a_missing_file_is_told(tmp_path):
    assert "no such registry file; check --sites" in fault(tmp_path / "my.toml")


def test_a_file_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "my.toml"
    path.write_bytes(ROW.encode("utf-16"))
    assert "save it as UTF-8" in fault(path)


def test_a_registry_error_is_an_error_of_usage():
    assert issubclass(RegistryError, UsageError)
    assert RegistryError.exit_code == 2
