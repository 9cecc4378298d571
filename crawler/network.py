"""Which addresses may be fetched, and whether a failure is the site's or our own network's."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from contextlib import suppress
from functools import lru_cache

from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.apart import apart

# Hosts whose registered base address is itself not public (loopback replicas, a portal known by a
# private address): filled from the registry when a crawl starts.
registered_private_hosts: set[str] = set()

# At which of its addresses each name is asked: name servers give them in turns, and a request has
# to go where the gate was asked for it.
_asked_at: dict[str, str] = {}

OUR_ERRNOS = {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
RESOLVE_TIMEOUT = 20.0  # seconds
CONNECT_TIMEOUT = 20.0
NO_ROUTE = "the network is unreachable from here"


class RefusedAddressError(Exception):
    """A name points to an address that is not public and not the site's registered one."""


def may_connect(host: str, address: str) -> bool:
    """Tell whether `host` may be fetched at `address` (an IP in text form)."""
    return host in registered_private_hosts or ipaddress.ip_address(address).is_global


@lru_cache(maxsize=1024)
def literal_address(host: str) -> str | None:
    """Return the host itself when it is an IP address, else None."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None


def is_our_network(error: BaseException) -> bool:
    """Tell whether an error can only come from our side: no route, or no name server."""
    if isinstance(error, socket.gaierror):
        return error.errno == socket.EAI_AGAIN
    if isinstance(error, OSError) and error.errno in OUR_ERRNOS:
        return True
    return sounds_like_ours(str(error))


def sounds_like_ours(text: str) -> bool:
    """Tell by the text of a download error whether there was no route at all (ENETUNREACH)."""
    return "network is unreachable" in text.lower() or "network is down" in text.lower()


async def addresses_of(host: str) -> list[str]:
    """Return the IPv4 addresses of `host` that may be fetched, the one it is asked at first.

    :raises RefusedAddressError: when none of them is public, nor the name registered.
    :raises OSError: when the name does not resolve (`socket.gaierror`).
    """
    address = literal_address(host)
    if address is None:
        looked_up = apart(lambda: _look_up(host), name=f"look up {host}")
        found = await asyncio.wait_for(looked_up, RESOLVE_TIMEOUT)
    else:
        found = [address]
    allowed = [each for each in found if may_connect(host, each)]
    if not allowed:
        raise RefusedAddressError(f"{host} points to {found[0]}, which is not a public address")
    return sorted(allowed, key=lambda each: each != _asked_at.get(host))


def ask_at(host: str, address: str) -> None:
    """Ask a host at that one of its addresses from now on, for as long as it is one of them."""
    _asked_at[host] = address


async def resolve(host: str) -> str:
    """Return the address `host` is asked at; raises what `addresses_of` does."""
    address = (await addresses_of(host))[0]
    ask_at(host, address)
    return address


def _look_up(host: str) -> list[str]:
    try:
        infos = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    return [str(info[4][0]) for info in infos]


async def reach(address: str, port: int) -> None:
    """Open a connection and close it again, to know that somebody is there.

    :raises OSError: when nobody is.
    """
    _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_TIMEOUT)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


class GuardedResolver(AbstractResolver):
    """Finds addresses for aiohttp, refusing those that are not public at the moment of connecting.

    The check stands here, not before the request, so that a name that changes its address between
    two look-ups cannot lead the crawler into a private network.
    """

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 (of aiohttp)
    ) -> list[ResolveResult]:
        """Resolve `host` to the IPv4 address it is asked at.

        :raises RefusedAddressError: when it is not public.
        :raises OSError: when there is none, or no name server tells in time.
        """
        try:
            address = await resolve(host)
        except TimeoutError:
            raise OSError(f"no name server tells where {host} is") from None
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


def guard_literal(host: str) -> None:
    """Refuse a host that is an address itself and not public: nobody asks a resolver about it.

    :raises RefusedAddressError: when it is.
    """
    address = literal_address(host)
    if address is not None and not may_connect(host, address):
        raise RefusedAddressError(f"{host} is not a public address")
