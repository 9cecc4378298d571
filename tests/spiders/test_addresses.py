"""One spelling for the addresses of one page; plain ones come to it by a shorter way."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.registry_values import host_of
from spiders import addresses
from tests.spiders.answers import BASE, family_of

SITE = family_of("generic").site
SOUP = st.lists(
    st.sampled_from(
        [
            *(
                "/",
                "//",
                ".",
                "..",
                "?",
                "&",
                "=",
                "#",
                ";",
                ":",
                "\\",
                "+",
                ",",
                "~",
                "%",
                "(",
                ")",
            ),
            *(
                "%2f",
                "%C3%A0",
                "&amp;",
                ";jsessionid=1",
                "(S(x))",
                "tin",
                "Bài",
                "-41.html",
                "ab:c",
            ),
            *(" ", "\n", "\t", "\x00", "\x1f", "\xa0", "@", "[", "]", "http://", "https:", "9"),
        ]
    ),
    max_size=9,
).map("".join)


@given(
    SOUP, st.sampled_from([f"{BASE}/a/b.html?c=1", "http://other.example", "", "ftp://a.example/"])
)
@example("/tin/don-ngo-41.html", f"{BASE}/a/b.html")
def test_an_address_on_a_page_is_resolved_as_browsers_do(href, base):
    resolved = addresses.resolve(base, href)
    if resolved is not None:
        assert resolved == urljoin(base, href.strip()).partition("#")[0]


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:a@b.example", "", "#", " #top"])
def test_what_leads_to_no_page_is_none(href):
    assert addresses.resolve(f"{BASE}/a", href) is None


@given(st.sampled_from([BASE, "http://other.example:8080", "HTTPS://Other.Example"]), SOUP)
@example(BASE, "/tin/don-ngo-41.html?page=2")
def test_of_an_address_only_the_spelling_changes(origin, rest):
    url = f"{origin}/{rest}"
    parts = addresses.split(url, SITE)
    plain = not set(rest) - set("abcdefghijklmnopqrstuvwxyz0123456789/.-+=&,~?Bi")
    if plain and parts is not None:
        bare = urlsplit(url)
        assert parts[1:] == (bare.path, bare.query)
        assert parts[0].endswith(host_of(url))
    if parts is not None:  # a second reading finds nothing to change
        again = addresses.split(f"{parts[0]}{parts[1]}?{parts[2]}", SITE)
        assert again == parts


@pytest.mark.parametrize(
    ("url", "read"),
    [
        (f"{BASE}/tin/a%2Db.html", (BASE, "/tin/a-b.html", "")),
        (f"{BASE}/tin;jsessionid=3/a?b=%c3%a0", (BASE, "/tin/a", "b=%C3%A0")),
        (f"{BASE}/(X(1)S(ab))/a", (BASE, "/a", "")),
        (f"{BASE}/b\u00e0i 1", (BASE, "/b%C3%A0i%201", "")),
        (f"{BASE}?a=1", (BASE, "/", "a=1")),
        (f"{BASE}/a#b", (BASE, "/a", "")),
        (f"{BASE}/a?b=c&d;e#f", (BASE, "/a", "b=c&d;e")),
        ("http://other.example:80/a", ("http://other.example", "/a", "")),
        ("http://other.example:8080/a", ("http://other.example:8080", "/a", "")),
        ("http://other.example:99999/a", None),
        ("ftp://other.example/a", None),
        ("http:///a", None),
    ],
)
def test_sessions_are_dropped_and_escapes_have_one_form(url, read):
    assert addresses.split(url, SITE) == read


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("/van ban/ke hoach 12.pdf", "/van%20ban/ke%20hoach%2012.pdf"),
        (" /tin.htm ", "/tin.htm"),
        ("/ti\n\tn.htm", "/tin.htm"),
    ],
)
def test_spaces_in_an_address_are_kept_as_browsers_keep_them(told, path):
    resolved = addresses.resolve(BASE, told)
    assert resolved is not None
    found = addresses.split(resolved, SITE)
    assert found is not None
    assert found[1] == path
