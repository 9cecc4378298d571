"""The values a registry row may hold: each key's reader, from what TOML gives to what `Site` keeps.

A reader raises ValueError with what is wrong and what to do; the registry adds file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from difflib import get_close_matches
from ipaddress import ip_address
from itertools import pairwise
from typing import Any, NamedTuple, cast, get_args, get_type_hints
from urllib.parse import urlsplit

from crawler.extraction.rules import DateRule, OwnRules, Rules
from crawler.origin import DEFAULT_PORTS, origin_of

PLATFORMS = (
    "nukeviet",
    "wordpress",
    "liferay",
    "webforms",
    "sharepoint",
    "drupal",
    "joomla",
    "webcenter",
    "websphere",
    "mattran-central",
    "danang-portal",
    "dienbien-portal",
    "hanoi-timestamp",
    "hungyen-dcs",
    "detailview",
    "p13n",
    "vnpt",
    "generic",
)
LEVELS = ("central", "province", "district", "ward", "press")
FILES = ("documents", "all", "none")
OWNERS = ("front", "government-portal", "party-portal", "press", "unsure")

SELECTOR_FIELDS = tuple(f.name for f in fields(Rules) if f.type == "tuple[str, ...]")


def host_of(url: str) -> str:
    """Return host, and port unless it is the scheme's own, in lower case.

    :raises ValueError: the address cannot be read.
    """
    origin = origin_of(url)
    host = origin.host.rstrip(".")
    return host if origin.is_default_port else f"{host}:{origin.port}"


def is_address(host: str) -> bool:
    """Whether a host, with a port or without, is an IP address and not a name."""
    return re.fullmatch(r"[0-9.]+(?::\d+)?|\[.*", host) is not None


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port, is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text; put it in quotes")
    return value.strip()


def _identifier(value: Any) -> str:
    text = _string(value)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} may hold only a-z, 0-9 and single hyphens; rename it")
    return text


def _strings(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        raise ValueError(f"{value!r} is no list; write [...] with texts in quotes")
    return tuple(_string(v) for v in values)


def _listings(value: Any) -> tuple[str, ...]:
    paths = _strings(value)
    if not paths:
        raise ValueError('empty; name at least one page to start from, e.g. ["/"]')
    return paths


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _string(value)
        if text not in allowed:
            near = get_close_matches(text, allowed, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"unknown {text!r}; one of {', '.join(allowed)}{hint}")
        return text

    return read


def _address(value: Any) -> str:
    text = _string(value)
    try:
        parts = urlsplit(text)
        host = host_of(text)
    except ValueError:
        raise ValueError(f"{text!r} is no address; write it like https://example.vn") from None
    if parts.scheme not in DEFAULT_PORTS or not host or re.search(r"\s", text):
        raise ValueError(f"{text!r} is no address; write it like https://example.vn")
    if "[" in parts.netloc:
        raise ValueError(f"{text!r}: IPv6 is not crawled; write the name of the host")
    if parts.query or parts.fragment or parts.username:
        raise ValueError(f"{text!r}: leave out what follows '?', '#' or stands before '@'")
    return text


def _hosts(value: Any) -> tuple[str, ...]:
    return tuple(_host(text) for text in _strings(value))


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", text):
        raise ValueError(f"{text!r} is no host; write it like www.example.vn, without http://")
    return text.lower()


def _day(value: Any) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no day; write it like 2025-07-01") from None


def _pattern(value: Any) -> str:
    text = _string(value)
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression ({error}); correct it") from None
    return text


def _identity(value: Any) -> str:
    text = _pattern(value)
    if not re.compile(text).groups:
        raise ValueError(f"{text!r} has no group; put the article's id in parentheses")
    return text


def _patterns(value: Any) -> tuple[str, ...]:
    return tuple(_pattern(text) for text in _strings(value))


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError(f"{value!r} is no number of seconds; write e.g. 2.1")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no whole number above 0; correct it")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r}: write true or false, without quotes")
    return value


def _table(value: Any, allowed: Iterable[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no table; write {{ key = value }}")
    for key in value:
        if key not in allowed:
            raise ValueError(f"unknown {key!r}; one of {', '.join(allowed)}")
    return value


class Expect(NamedTuple):
    """What a healthy site brings: articles of a full crawl, and links of each first list page."""

    min: int = 1
    max: int = 2**53
    listed: int = 0


def _expect(value: Any) -> Expect:
    expect = Expect(**{key: _count(n) for key, n in _table(value, Expect._fields).items()})
    if expect.min > expect.max:
        raise ValueError("min is above max; swap them")
    return expect


def _date_rule(value: Any) -> DateRule:
    table = _table(value, tuple(f.name for f in fields(DateRule)))
    for key, allowed in DATE_CHOICES.items():
        if key in table:
            _one_of(allowed)(table[key])
    for key in ("ignore_midnight", "above"):
        if key in table:
            _flag(table[key])
    if "ignore" in table:
        table = {**table, "ignore": _patterns(table["ignore"])}
    return DateRule(**table)


def _choices(key: str) -> tuple[str, ...]:
    """Return the values `DateRule` allows for one of its fields."""
    return cast("tuple[str, ...]", get_args(get_type_hints(DateRule)[key]))


DATE_CHOICES = {key: _choices(key) for key in ("order", "clock", "trust")}


def _selectors(value: Any) -> dict[str, tuple[str, ...]]:
    table = _table(value, SELECTOR_FIELDS)
    return {key: tuple(map(_selector, _strings(v))) for key, v in table.items()}


def _selector(text: str) -> str:
    """Read a selector, `selector@attribute` or the name of a meta property (letters and colons)."""
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 (few rows have one)

    css = text.rpartition("@")[0] or text
    if not re.fullmatch(r"\w+(:\w+)+", text):
        try:
            HTMLTranslator().css_to_xpath(css)
        except SelectorError as error:
            raise ValueError(f"{text!r} is no CSS selector ({error}); correct it") from None
    return text


def _layouts(value: Any) -> tuple[OwnRules, ...]:
    """Read the dated layouts of a row: no day may have two."""
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list; write each layout as [[site.layouts]]")
    found = sorted(map(_layout, value), key=lambda layout: layout.valid_from or date.min)
    for before, after in pairwise(found):
        if after.valid_from is None or before.valid_to is None or before.covers(after.valid_from):
            day = after.valid_from or before.valid_from or date.min
            raise ValueError(f"two hold on {day}; let one end the day before the other begins")
    return tuple(found)


def _layout(value: Any) -> OwnRules:
    table = _table(value, tuple(LAYOUT_READERS))
    layout = OwnRules(**{key: LAYOUT_READERS[key](said) for key, said in table.items()})
    if layout.valid_from is None and layout.valid_to is None:
        raise ValueError(
            "one has neither valid_from nor valid_to; write it without [[site.layouts]]"
        )
    if layout.valid_from and layout.valid_to and layout.valid_from > layout.valid_to:
        raise ValueError("valid_to lies before valid_from; swap or correct them")
    return layout


def _texts(value: Any) -> tuple[str, ...]:
    """Read texts of a page; one that means any beginning would mean all of them."""
    texts = _strings(value)
    for text in texts:
        if not text.rstrip("….").strip():
            raise ValueError(f"{text!r} says nothing; write the text as the page shows it")
    return tuple(" ".join(text.split()) for text in texts)


LAYOUT_READERS: dict[str, Callable[[Any], Any]] = {
    "valid_from": _day,
    "valid_to": _day,
    "dates": _date_rule,
    "selectors": _selectors,
}

READERS: dict[str, Callable[[Any], Any]] = {
    "id": _identifier,
    "name": _string,
    "level": _one_of(LEVELS),
    "province": _string,
    "base_url": _address,
    "platform": _one_of(PLATFORMS),
    "listings": _listings,
    "province_now": _string,
    "owner": _one_of(OWNERS),
    "aliases": _hosts,
    "valid_from": _day,
    "valid_to": _day,
    "successor": _identifier,
    "deny": _patterns,
    "identity": _identity,
    "dates": _date_rule,
    "selectors": _selectors,
    "layouts": _layouts,
    "boilerplate": _texts,
    "keep": _texts,
    "delay": _seconds,
    "every": _count,
    "budget": _count,
    "files": _one_of(FILES),
    "max_files": _count,
    "expect": _expect,
    "enabled": _flag,
    "confirmed": _flag,
    "feeds": _strings,
    "sitemaps": _strings,
    "modules": _strings,
    "max_pages": _count,
    "sections": _patterns,
    "print_views": _flag,
    "tls": _flag,
    "old_tls": _flag,
    "note": _string,
}
