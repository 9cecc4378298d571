"""At which origin a site answers, where the one in its addresses only leads there.

Many a site moved to https, or to `www.`, after its row was written: each request of an address as
the archive spells it would be answered by a redirect to the same path, and a postback, which no
redirect carries on, would get nothing. So a crawl asks where the answers come from. What an address
is called in the archive stays as it is.
"""

from __future__ import annotations

import re

_ORIGIN = re.compile(r"\w+://[^/?#]*")


class Served:
    """What one run learned of the origins of one site, all of them its own by the registry."""

    def __init__(self) -> None:
        self._onward: dict[str, str] = {}
        self._final: set[str] = set()

    def at(self, url: str) -> str:
        """Return the address at which a page of the site is asked for."""
        if not self._onward:
            return url
        origin, rest = _split(url)
        return self._last(origin) + rest

    def learn(self, asked: str, target: str) -> None:
        """Note a redirect that changes the origin of an address and nothing else."""
        (old, rest), (new, same) = _split(asked), _split(target)
        if rest != same or old == new or old in self._final:
            return
        if self._last(new) == old:  # round in a circle: some pages stand here, some there
            self.stand(target)
        else:
            self._onward[old] = new

    def stand(self, url: str) -> None:
        """Ask at the origin of `url` itself from now on: it gave an answer, or was sent back to."""
        origin, _ = _split(url)
        if origin not in self._final:
            self._onward.pop(origin, None)
            self._final.add(origin)

    def _last(self, origin: str) -> str:
        while origin in self._onward:
            origin = self._onward[origin]
        return origin


def _split(url: str) -> tuple[str, str]:
    """Return the origin of an address, and what follows it."""
    found = _ORIGIN.match(url)
    origin = found[0] if found else ""
    return origin.lower(), url[len(origin) :]
