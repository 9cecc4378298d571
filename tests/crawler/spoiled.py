"""`mattran` with faults in our own code, and a name service that lies: for what no server can do.

The faults come as JSON in the environment: `raises`, `nothing`, `two`, `store` name paths on which
extraction raises, yields no page, yields two, and on which the transaction raises at its end;
`timeout` is the download timeout in seconds; `addresses` maps a host to what each look-up answers,
the last one for ever; `unprobed` leaves out the first connection, which needs a real address.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.command import Finished, Mattran

if TYPE_CHECKING:
    from tests.replica import Replica

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "SPOILED"


class SpoiledMattran(Mattran):
    """The command with faults; see the module."""

    def __init__(self, folder: Path, replica: Replica, **keys: object) -> None:
        super().__init__(folder, replica, **keys)
        self.faults: dict[str, Any] = {}

    def command(self, *arguments: str) -> list[str]:
        start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {__name__} as m; m.main()"
        return [sys.executable, "-c", start, *super().command(*arguments)[1:]]

    def __call__(self, *arguments: str, **environment: str) -> Finished:
        return super().__call__(*arguments, **{VARIABLE: json.dumps(self.faults), **environment})


class SpoiledFamily:
    """A site's family that fails on some paths."""

    def __init__(self, family: Any, faults: dict[str, list[str]]) -> None:
        self._family = family
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._family, name)

    def page(self, fetch: Any, claim: Any) -> Any:
        path = urlsplit(claim.url).path
        if path in self._faults.get("raises", ()):
            raise KeyError("no such\nfield")
        if path in self._faults.get("nothing", ()):
            return None
        page = self._family.page(fetch, claim)
        return [page, page] if path in self._faults.get("two", ()) else page


def load_family(site: Any) -> SpoiledFamily:
    """Stands in for `spiders.loader.load_family`."""
    from spiders.loader import load_family as real

    return SpoiledFamily(real(site), json.loads(os.environ[VARIABLE]))


def break_transactions(paths: list[str]) -> None:
    """Let the transaction of these pages raise when everything in it is done."""
    from archive.frontier import Frontier

    finish = Frontier.finish

    def broken(self: Frontier, claim: Any, outcome: Any) -> None:
        finish(self, claim, outcome)
        if urlsplit(claim.url).path in paths:
            raise RuntimeError("the transaction broke")

    Frontier.finish = broken  # type: ignore[method-assign]


def lie_about(addresses: dict[str, list[str]]) -> None:
    """Answer look-ups of these names with the addresses given, one after the other."""
    getaddrinfo = socket.getaddrinfo

    def next_of(host: str) -> str:
        known = addresses[host]
        return known.pop(0) if len(known) > 1 else known[0]

    def lying(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        return getaddrinfo(next_of(host) if host in addresses else host, port, *args, **kwargs)

    socket.getaddrinfo = lying
    socket.gethostbyname = lambda host: lying(host, None)[0][4][0]


def leave_out_probes() -> None:
    """Take every host for reachable."""
    from crawler import opening

    async def reached(address: str, port: int) -> None:
        return None

    opening.reach = reached


def main() -> None:
    """Run the command."""
    faults = json.loads(os.environ[VARIABLE])
    from crawler import settings
    from crawler.commands import main as mattran

    settings.FAMILY_LOADER = f"{__name__}:load_family"
    settings.DOWNLOAD_TIMEOUT = faults.get("timeout", settings.DOWNLOAD_TIMEOUT)
    break_transactions(faults.get("store", []))
    lie_about(faults.get("addresses", {}))
    if faults.get("unprobed"):
        leave_out_probes()
    mattran()
