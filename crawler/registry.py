"""The registry of sites: what one row may hold, its defaults, and the loader of the TOML files.

Free of Scrapy, so that every command may read it. docs/add-a-site.md explains each key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

from archive.errors import UsageError
from crawler.origin import in_letters
from crawler.ownership import owner_of
from crawler.provinces import DISTRICTS_UNTIL, province_now
from crawler.registry_values import LEVELS, PLATFORMS, READERS, host_of, is_address, is_loopback

if TYPE_CHECKING:
    from crawler.extraction.rules import DateRule, OwnRules
    from crawler.registry_values import Expect

__all__ = ["KEYS", "LEVELS", "PLATFORMS", "RegistryError", "Site", "load_registry"]

DELAY = 2.1
"""Seconds between two requests: below the 40 a minute at which NukeViet blocks a visitor."""

LEAST_DELAY = 1.0
CHECK_EVERY = 6 * 3600
PAGE_CAP = 5000
MOST_FILES = 100
"""Files of a site and run: at the usual delay three and a half minutes."""


class RegistryError(UsageError):
    """A registry file cannot be used; the message names file, line, fault and remedy."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site on one platform in one period; the first seven keys have no default.

    `delay` and `every` are seconds, `budget` is requests in 24 hours, `files` which files of its
    articles are fetched (`documents`, `all`: images as well, or `none`) and `max_files` how many of
    them in a run, `expect` what a healthy site brings, `valid_from` and `valid_to` are the first
    and last day on which the site looks like this
    row, `layouts` what holds of its pages for a part of that time, beside `selectors` and `dates`.
    `boilerplate` and `keep` are texts that never and that always belong to articles, whatever was
    learned of the site.
    `deny` and `identity` are regular expressions over path and query. `feeds` and `sitemaps` are
    None where the platform's own addresses are meant. `sections` are regular expressions over the
    paths of a portal's Front sections: what stands there is kept whatever its words.
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
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    layouts: tuple[OwnRules, ...] = ()
    boilerplate: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    delay: float = DELAY
    every: int = CHECK_EVERY
    budget: int | None = None
    files: str = "documents"
    max_files: int = MOST_FILES
    expect: Expect | None = None
    enabled: bool = True
    confirmed: bool = True
    feeds: tuple[str, ...] | None = None
    sitemaps: tuple[str, ...] | None = None
    modules: tuple[str, ...] = ("news",)
    max_pages: int = PAGE_CAP
    sections: tuple[str, ...] = ()
    print_views: bool = False
    tls: bool = True
    old_tls: bool = False
    note: str = ""

    @cached_property
    def host(self) -> str:
        """The host that canonical addresses carry."""
        return host_of(self.base_url)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Every host that serves this site, `host:port` where the port is not the usual one.

        Each with and without `www.`, unless the site is on this machine.
        """
        named = {self.host, *map(in_letters, self.aliases)}
        if self.is_loopback:
            return frozenset(named)
        bare = {host.removeprefix("www.") for host in named}
        return frozenset(named | bare | {f"www.{host}" for host in bare if not is_address(host)})

    @cached_property
    def is_loopback(self) -> bool:
        """Whether the site is on this machine, where no delay is owed."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @cached_property
    def folder(self) -> str:
        """The path below which the site stands on its host, in lower case; empty for all of it."""
        return urlsplit(self.base_url).path.rstrip("/").lower()

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

    @property
    def unit_until(self) -> date | None:
        """The last day of the unit whose site this is, as far as its level tells.

        A host outlives its unit: the row ends with `valid_to`, not with its unit.
        """
        return DISTRICTS_UNTIL if self.level == "district" else None

    def valid_on(self, day: date) -> bool:
        """Whether the site looked like this row on `day`."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


REQUIRED = tuple(
    f.name for f in fields(Site) if f.default is MISSING and f.default_factory is MISSING
)
KEYS = tuple(f.name for f in fields(Site))


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
    return _handed_over(sites)


def shared_keys(path: Path, platform: str) -> dict[str, Any]:
    """Return what a registry file, which may be absent, says of all its rows of a platform.

    :raises RegistryError: the file cannot be read; one line.
    """
    if not path.exists():
        return {}
    text = _text(path)
    return _common(path, text, _content(path, text).get("platform", {})).get(platform, {})


def _handed_over(sites: dict[str, Site]) -> dict[str, Site]:
    """Let a row begin where the row before it at the same place ends, unless it says when."""
    for before in list(sites.values()):
        after = sites[before.successor] if before.successor else None
        if (
            after is not None
            and before.valid_to is not None
            and after.valid_from is None
            and (after.host, after.folder) == (before.host, before.folder)
        ):
            sites[after.id] = replace(after, valid_from=before.valid_to + timedelta(days=1))
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
            name = re.escape(key)
            start = re.compile(
                rf"""\s*(?:["']?{name}["']?\s*[.=]|\[+\s*site\s*\.\s*{name}\s*[.\]])"""
            )
            for number in range(self.first, len(self.lines)):
                if re.match(r"\s*\[\[\s*site\s*\]\]", self.lines[number]):
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
        said = {key: self._read(key, value) for key, value in values.items()}
        said.setdefault("province_now", province_now(said["province"]))
        said.setdefault("owner", owner_of(said["base_url"], said["level"]))
        site = Site(**said)
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


def _content(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, fault = _syntax_fault(str(error), text)
        raise RegistryError(f"{path}, line {line}: not TOML: {fault}; correct it") from None


def _tables(path: Path, text: str) -> list[dict[str, Any]]:
    content = _content(path, text)
    for key in content:
        if key not in ("site", "platform"):
            number = _first_line_of(key, text)
            raise RegistryError(f"{path}, line {number}: unknown {key!r}; rows start with [[site]]")
    tables = content.get("site", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise RegistryError(f"{path}, line 1: write each site as [[site]], with two brackets")
    common = _common(path, text, content.get("platform", {}))
    return [{**common.get(values.get("platform"), {}), **values} for values in tables]


def _common(path: Path, text: str, platforms: Any) -> dict[Any, dict[str, Any]]:
    """Return what a file says of all its rows of a platform, in `[platform.NAME]`."""
    named: dict[Any, dict[str, Any]] = platforms if isinstance(platforms, dict) else {"": {}}
    for name, values in named.items():
        if name not in PLATFORMS or not isinstance(values, dict):
            raise RegistryError(
                f"{path}, line {_first_line_of('platform', text)}: no platform {name!r};"
                f" write [platform.NAME], {_suggest(name, PLATFORMS)}"
            )
        where = f"{path}, line {_first_line_of(f'[platform.{name}]', text)}"
        for key, value in values.items():
            if key in REQUIRED or key not in KEYS:
                raise RegistryError(
                    f"{where}: {key!r} is not for all rows of a platform;"
                    " write it in the row it is of"
                )
            try:
                READERS[key](value)
            except ValueError as error:
                raise RegistryError(f"{where}: {key}: {error}") from None
    return named


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
