"""Any string at all is a date that exists, or none."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.dates import VIETNAM, read_dateline, read_meta, read_stamp, stamp_in_url
from crawler.extraction.rules import DateRule
from tests.fuzz import material

fuzz = settings.get_profile("fuzz")
CLOCK = datetime(2024, 11, 2, 10, 0, tzinfo=VIETNAM)
NUMBER = st.integers(-1, 10**15).map(str) | st.sampled_from(
    ["00", "0", "31", "12", "2024", "²", "٣"]
)
SIGNS = ("/", "-", ".", ":", " ", "T", "+07", "Z", "h", "SA", "CH", "PM", "ngày ", "tháng ", "năm ")
DATELIKE = st.lists(NUMBER | st.sampled_from(SIGNS + material.WORDS[3:7]), max_size=14).map("".join)
TEXT = DATELIKE | st.text(max_size=60)


def exists(iso: str | None) -> bool:
    return iso is None or bool(date.fromisoformat(iso[:10]))


@fuzz
@given(TEXT, st.sampled_from(["dmy", "mdy"]), st.sampled_from(["marked", "unsure"]))
def test_stamps(text: str, order, clock) -> None:
    stamp = read_stamp(text, DateRule(order=order, clock=clock))
    assert stamp is None or exists(stamp.iso)


@fuzz
@given(TEXT)
def test_meta_and_datelines(text: str) -> None:
    for stamp in (read_meta(text), read_dateline(text)):
        assert stamp is None or exists(stamp.iso)


@fuzz
@given(TEXT)
def test_addresses(text: str) -> None:
    stamp = stamp_in_url(f"https://a.example/tin/{text}.html")
    assert stamp is None or exists(stamp.iso)
