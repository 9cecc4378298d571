"""Where an address leads: read once for a host, and the same however the address is written."""

from __future__ import annotations

import pytest

from crawler.origin import origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://front.example", ("https", "front.example", 443)),
        ("http://front.example/a?b=http://other.example/#c", ("http", "front.example", 80)),
        ("http://front.example:8080?a", ("http", "front.example", 8080)),
        ("https://front.example:443/", ("https", "front.example", 443)),
        ("HTTP://Front.Example/A", ("http", "front.example", 80)),
        ("http://MẶT-TRẬN.example/", ("http", "mặt-trận.example", 80)),
        ("https://xn--mt-trn-ff8bzc.example/a", ("https", "mặt-trận.example", 443)),
        ("https://xn--a\u0080.example/", ("https", "xn--a\u0080.example", 443)),
        ("https://xn--0.example/", ("https", "xn--0.example", 443)),
        ("http://user:word@front.example/", ("http", "front.example", 80)),
        ("http://127.0.0.7:5000/a", ("http", "127.0.0.7", 5000)),
        ("http://[::1]:81/", ("http", "::1", 81)),
        ("http://front.example:/", ("http", "front.example", 80)),
        ("/vi/news/", ("", "", 80)),
        ("", ("", "", 80)),
    ],
)
def test_scheme_host_and_port_are_told(url: str, origin: tuple[str, str, int]) -> None:
    assert tuple(origin_of(url)) == origin
    assert tuple(origin_of(url)) == origin  # remembered or not


@pytest.mark.parametrize("url", ["http://[::1", "http://front.example:a/", "http://a:99999/"])
def test_an_address_that_cannot_be_read_is_refused(url: str) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=r"Port|port|IPv6"):
            origin_of(url)
