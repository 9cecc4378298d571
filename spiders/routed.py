"""Platforms known by their addresses alone, described as data.

A family of this kind says which addresses are articles and what names them, which are lists, and
which are twins. What an article page holds is found by the generic engine; selectors come from the
family's rules where somebody described its markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote

from spiders import addresses
from spiders.family import PRINT_VIEW, Address
from spiders.generic import NO_ARTICLE, NOT_ARTICLES, PRINTS, Generic, unpaged

if TYPE_CHECKING:
    from crawler.items import LinkKind


@dataclass(frozen=True, slots=True)
class Route:
    """One form of address, and how it names an article.

    `pattern` is searched in path and query; its group `id` names the article within `space`: a
    number counts as one, anything else without regard to case and percent-encoding. `key` makes the
    name of a match that needs more than one group. `params` are the parameters (lower case) that
    the article's address keeps; all others are state. A `twin` shows an article that stands at
    another address: it is keyed like it, and never fetched for itself.
    """

    pattern: re.Pattern[str]
    space: str = "id"
    params: frozenset[str] = frozenset()
    kind: LinkKind = "article"
    key: Callable[[re.Match[str]], str] | None = None
    twin: bool = False

    def key_of(self, found: re.Match[str]) -> str:
        """Return the identity a match of the pattern tells."""
        name = self.key(found) if self.key else unquote(found["id"]).lower()
        return f"{self.space}:{int(name)}" if NUMBER.fullmatch(name) else f"{self.space}:{name}"


NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The addresses of a platform.

    `lists` match pages that are never articles (lists, tags, menus), `state` the parameters to drop
    from addresses that are not articles'. With `guess`, addresses that no route names are judged as
    those of an unknown site: by their look, then by their page.
    """

    routes: tuple[Route, ...]
    lists: re.Pattern[str] | None = None
    state: re.Pattern[str] | None = None
    denied: re.Pattern[str] | None = None
    guess: bool = False


class Routed(Generic):
    """Reads addresses by the `scheme` of its subclass; turns pages as the generic family does."""

    scheme: ClassVar[Scheme]

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Try the routes of the scheme in their order."""
        scheme = self.scheme
        where = addresses.join("", path, query)
        if self._origin + where in self._listings:
            return Address(where, kind="listing")
        if unpaged(self._origin + where) in self._listings:
            return Address(where)
        if scheme.denied is not None and scheme.denied.search(where):
            return Address(where, reason="no page of its own")
        if scheme.lists is None or not scheme.lists.search(where):
            for route in scheme.routes:
                found = route.pattern.search(where)
                if found:
                    own = _article(route, found, path, query)
                    is_list = self._origin + own.url in self._listings
                    return Address(own.url, kind="listing") if is_list else own
            if scheme.guess:
                return super().recognise(path, query)
        return self._other(path, query)

    def _other(self, path: str, query: addresses.Pairs) -> Address:
        """Return what is no article: a listing of the row, a page of one, or nothing."""
        state = self.scheme.state
        if state is not None:
            query = [(n, v) for n, v in query if not state.fullmatch(n)]
        where = addresses.join("", path, query)
        if self._origin + where in self._listings:
            return Address(where, kind="listing")
        unwanted = NOT_ARTICLES.search(where) or PRINTS.search(where)
        return Address(where, reason=NO_ARTICLE if unwanted else None)


def _article(route: Route, found: re.Match[str], path: str, query: addresses.Pairs) -> Address:
    kept = sorted((n, v) for n, v in query if n.lower() in route.params)
    url, key = addresses.join("", path, kept), route.key_of(found)
    if route.twin:
        return Address(url, key, reason=PRINT_VIEW)
    return Address(url, key, route.kind)
