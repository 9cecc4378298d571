"""Scheme, host and port of an address: what the gate, the rows and the guards ask of every one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}

_PLAIN = re.compile(r"https?://[\w.-]+(?::\d+)?(?=[/?#]|\Z)")


class Origin(NamedTuple):
    """Where an address leads; `port` is the scheme's own unless the address names one."""

    scheme: str
    host: str
    port: int

    @property
    def is_default_port(self) -> bool:
        """Whether the port need not be written."""
        return self.port == DEFAULT_PORTS.get(self.scheme, 80)


def origin_of(url: str) -> Origin:
    """Return where an address leads; the host in lower case, empty when there is none.

    :raises ValueError: the address cannot be read.
    """
    plain = _PLAIN.match(url)
    return _of_plain(plain[0]) if plain else _read(url)


def _read(url: str) -> Origin:
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme, 80)
    return Origin(parts.scheme, in_letters(parts.hostname or ""), port)


def in_letters(host: str) -> str:
    """Return a host in the one spelling of its letters: servers name themselves in Punycode."""
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


_of_plain = lru_cache(maxsize=1024)(_read)  # a crawl asks for a few hosts, again and again
