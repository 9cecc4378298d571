"""The registry of sites: what one row may hold, its defaults, and the loader of the TOML files.

Free of Scrapy, so that every command may read it. docs/add-a-site.md explains each key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints
from urllib.parse import urljoin, urlsplit

from archive.errors import UsageError
from crawler.extraction.rules import DateRule, Rules

PLATFORMS = ("nukeviet", "wordpress", "liferay", "webforms", "generic")
LEVELS = ("central", "province", "district", "ward", "press")
OWNERS = ("front", "government-portal", "party-portal", "press", "unsure")

DELAY = 2.1
"""Seconds between two requests: below the 40 a minute at which NukeViet blocks a visitor."""

LEAST_DELAY = 1.0
CHECK_EVERY = 6 * 3600
PAGE_CAP = 5000

DEFAULT_PORTS = {"http": 80, "https": 443}
SELECTOR_FIELDS = tuple(f.name for f in fields(Rules) if f.type == "tuple[str, ...]")


class RegistryError(UsageError):
    """A registry file cannot be used; the message names file, line, fault and remedy."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site on one platform in one period; the first seven keys have no default.

    `delay` and `every` are seconds, `expect` is the least and the most articles of a full crawl,
    `valid_from` and `valid_to` are the first and last day on which the site looks like this row.
    `deny` and `identity` are regular expressions over path and query. `feeds` and `sitemaps` are
    None where the platform's own addresses are meant.
    """

    id: str
    name: str
    level: str
    province: str
    base_url: str
    platform: str
    listings: tuple[str, ...]
    province_now: str | None = None
    owner: str = "front"
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    deny: tuple[str, ...] = ()
    identity: str | None = None
    dates: DateRule | None = None
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delay: float = DELAY
    every: int = CHECK_EVERY
    expect: tuple[int, int] | None = None
    enabled: bool = True
    confirmed: bool = True
    feeds: tuple[str, ...] | None = None
    sitemaps: tuple[str, ...] | None = None
    modules: tuple[str, ...] = ("news",)
    max_pages: int = PAGE_CAP
    tls: bool = True
    note: str = ""

    @property
    def site_key(self) -> str:
        """The name under which the archive keeps pages of this row: its id, for ever."""
        return self.id

    @cached_property
    def host(self) -> str:
        """The host that canonical addresses carry."""
        return host_of(self.base_url)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Every host that serves this site, `host:port` where the port is not the usual one."""
        return frozenset({self.host, *self.aliases})

    @cached_property
    def is_loopback(self) -> bool:
        """Whether the site is on this machine, where no delay is owed."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def is_whole(self) -> bool:
        """Whether all of the site is wanted, not only what its listings list."""
        return self.owner in ("front", "press")

    def covers(self, url: str) -> bool:
        """Whether `url` is an http address on a host of this site."""
        try:
            return url[:4].lower() == "http" and host_of(url) in self.hosts
        except ValueError:
            return False

    def absolute(self, path: str) -> str:
        """Return the address of a path that a row gives relative to `base_url`."""
        if path.startswith(("http://", "https://")):
            return path
        return urljoin(self.base_url.rstrip("/") + "/", path.lstrip("/"))

    def valid_on(self, day: date) -> bool:
        """Whether the site looked like this row on `day`."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


REQUIRED = tuple(
    f.name for f in fields(Site) if f.default is MISSING and f.default_factory is MISSING
)
KEYS = tuple(f.name for f in fields(Site))


def host_of(url: str) -> str:
    """Return host, and port unless it is the scheme's own, in lower case.

    :raises ValueError: the address cannot be read.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port
    if port is None or port == DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port, is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def shipped_registry() -> Path:
    """Return the path of the registry that comes with the program."""
    spec = find_spec("spiders")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise RegistryError("sites.toml: the package 'spiders' is missing; run `make setup` again")
    return Path(places[0]) / "sites.toml"


def load_registry(path: Path | None = None, local: Path | None = None) -> dict[str, Site]:
    """Read the registry, by default the shipped one, in the order of its rows.

    :param path: a file to read instead of the shipped registry
    :param local: a file that may be absent; its rows add sites or override keys of a site by id
    :raises RegistryError: a file cannot be read or a row is wrong; one line.
    """
    rows = {row.id: row for row in _rows(path or shipped_registry())}
    if local is not None and local.exists():
        for row in _rows(local):
            known = rows.get(row.id)
            rows[row.id] = row.over(known) if known else row
    sites = {id_: row.site() for id_, row in rows.items()}
    for row in rows.values():
        row.check_successor(sites)
    return sites


@dataclass(frozen=True, slots=True)
class _Row:
    """One `[[site]]` table as written, with what is needed to point at a fault in it."""

    path: Path
    lines: tuple[str, ...]
    first: int
    values: dict[str, Any]
    base: _Row | None = None

    @property
    def id(self) -> str:
        return cast("str", self.values["id"])

    def over(self, base: _Row) -> _Row:
        return _Row(self.path, self.lines, self.first, self.values, base)

    def merged(self) -> dict[str, Any]:
        return {**(self.base.merged() if self.base else {}), **self.values}

    def error(self, fault: str, key: str | None = None) -> RegistryError:
        if key is not None and key not in self.values and self.base is not None:
            return self.base.error(fault, key)
        return RegistryError(f"{self.path}, line {self._line_of(key)}: {fault}")

    def _line_of(self, key: str | None) -> int:
        if key is not None:
            start = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""")
            for number in range(self.first, len(self.lines)):
                if self.lines[number].lstrip().startswith("[[") and number >= self.first:
                    break
                if start.match(self.lines[number]):
                    return number + 1
        return self.first

    def site(self) -> Site:
        values = self.merged()
        for key in values:
            if key not in KEYS:
                raise self.error(f"unknown key {key!r}; {_suggest(key, KEYS)}", key)
        for key in REQUIRED:
            if key not in values:
                raise self.error(f"site {self.id!r} has no {key!r}; add it, e.g. {EXAMPLES[key]}")
        site = Site(**{key: self._read(key, value) for key, value in values.items()})
        self._check(site)
        return site

    def _read(self, key: str, value: Any) -> Any:
        try:
            return READERS[key](value)
        except ValueError as error:
            raise self.error(f"{key}: {error}", key) from None

    def _check(self, site: Site) -> None:
        if not site.is_loopback and site.delay < LEAST_DELAY:
            raise self.error(
                f"delay: {site.delay:g} s is too fast for {site.host}; write 1 or more"
                " (only a loopback base_url may go below)",
                "delay",
            )
        if site.valid_from and site.valid_to and site.valid_from > site.valid_to:
            raise self.error("valid_to: lies before valid_from; swap or correct them", "valid_to")
        for key in ("listings", "feeds", "sitemaps"):
            for path in getattr(site, key) or ():
                if not site.covers(site.absolute(path)):
                    raise self.error(
                        f"{key}: {path!r} is on another host; add the host to aliases", key
                    )

    def check_successor(self, sites: Mapping[str, Site]) -> None:
        successor = sites[self.id].successor
        if successor is not None and (successor not in sites or successor == self.id):
            raise self.error(
                f"successor: no other site {successor!r}; {_suggest(successor, sites)}", "successor"
            )


def _rows(path: Path) -> Iterable[_Row]:
    """Read one file into rows with distinct ids."""
    text = _text(path)
    tables = _tables(path, text)
    lines = tuple(text.splitlines())
    heads = [n for n, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*site\s*\]\]", line)]
    seen: dict[str, int] = {}
    for number, values in enumerate(tables):
        row = _Row(path, lines, heads[number] if number < len(heads) else 1, values)
        if "id" not in values:
            raise row.error(f"a site has no 'id'; add it, e.g. {EXAMPLES['id']}")
        row._read("id", values["id"])
        if row.id in seen:
            raise row.error(
                f"id {row.id!r} is taken by line {seen[row.id]}; ids never repeat, choose another",
                "id",
            )
        seen[row.id] = row._line_of("id")
        yield row


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise RegistryError(f"{path}: no such registry file; check --sites") from None
    except UnicodeDecodeError as error:
        raise RegistryError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise RegistryError(f"{path}: cannot be read ({error.strerror}); check --sites") from None


def _tables(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, fault = _syntax_fault(str(error), text)
        raise RegistryError(f"{path}, line {line}: not TOML: {fault}; correct it") from None
    for key in content:
        if key != "site":
            number = _first_line_of(key, text)
            raise RegistryError(f"{path}, line {number}: unknown {key!r}; rows start with [[site]]")
    tables = content.get("site", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise RegistryError(f"{path}, line 1: write each site as [[site]], with two brackets")
    return tables


def _syntax_fault(message: str, text: str) -> tuple[int, str]:
    """Split tomllib's message into a line and what is wrong there."""
    found = re.search(r"^(.*) \(at line (\d+), column \d+\)", message, re.DOTALL)
    if found:
        return int(found[2]), found[1].replace("\n", " ")
    return max(1, len(text.splitlines())), message.split(" (at ", maxsplit=1)[0].replace("\n", " ")


def _first_line_of(key: str, text: str) -> int:
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if key in line), 1)


def _suggest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "see docs/add-a-site.md"


EXAMPLES = {
    "id": 'id = "hanoi-front"',
    "name": 'name = "Ủy ban MTTQ Việt Nam thành phố Hà Nội"',
    "level": 'level = "province"',
    "province": 'province = "Hà Nội" (or "" for a central site)',
    "base_url": 'base_url = "https://example.vn"',
    "platform": 'platform = "generic"',
    "listings": 'listings = ["/tin-tuc/"]',
}


# --- One reader a key: the value as TOML gives it in, the value of `Site` out, ValueError with
# --- what is wrong and what to do.


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


def _expect(value: Any) -> tuple[int, int]:
    table = _table(value, ("min", "max"))
    low, high = int(table.get("min", 0)), int(table.get("max", 2**53))
    if low > high:
        raise ValueError("min is above max; swap them")
    return low, high


def _date_rule(value: Any) -> DateRule:
    table = _table(value, tuple(f.name for f in fields(DateRule)))
    for key, allowed in DATE_CHOICES.items():
        if key in table:
            _one_of(allowed)(table[key])
    if "ignore_midnight" in table:
        _flag(table["ignore_midnight"])
    return DateRule(**table)


def _choices(key: str) -> tuple[str, ...]:
    """Return the values `DateRule` allows for one of its fields."""
    return cast("tuple[str, ...]", get_args(get_type_hints(DateRule)[key]))


DATE_CHOICES = {key: _choices(key) for key in ("order", "clock")}


def _selectors(value: Any) -> dict[str, tuple[str, ...]]:
    return {key: _strings(v) for key, v in _table(value, SELECTOR_FIELDS).items()}


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
    "delay": _seconds,
    "every": _count,
    "expect": _expect,
    "enabled": _flag,
    "confirmed": _flag,
    "feeds": _strings,
    "sitemaps": _strings,
    "modules": _strings,
    "max_pages": _count,
    "tls": _flag,
    "note": _string,
}
