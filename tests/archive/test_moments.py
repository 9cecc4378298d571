"""Times, whatever zone the machine is in."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from archive import moments


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Ho_Chi_Minh"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as machine:
        machine.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_public_times_are_vietnamese() -> None:
    assert moments.public(1697273160.9) == "2023-10-14T15:46:00+07:00"
    assert moments.day_of(1697306399) == "2023-10-15"
    assert moments.epoch_of("2023-10-14T15:46:00+07:00") == 1697273160
    assert moments.epoch_of("2023-10-14") == 1697216400
    assert moments.warc_date(1697273160.25) == "2023-10-14T08:46:00.250000Z"
    assert moments.warc_date(1697273160) == "2023-10-14T08:46:00.000000Z"
    assert moments.compact(1697273160) == "20231014084600"


def test_days_are_counted_from_1970() -> None:
    assert moments.day_number("1970-01-02") == 1
    assert moments.day_number("2023-10-14T15:46:00+07:00") == 19644
    assert moments.day_number("14/10/2023") == moments.day_number("") == 0
