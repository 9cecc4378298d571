"""A Datasette plugin: Vietnamese search as the archive's own index spells words.

`vn_query(TEXT)` returns what to ask `articles_fts` for a query as `mattran search` reads it: with
or without marks, in both tone styles, with AND, OR, NOT, phrases and abbreviations. The search box
of Datasette gets the words it is given in the spelling of the index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl

from archive.query import parse
from archive.vietnamese import exact, fold

NOTHING = '""'

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def vn_query(text: str | None) -> str:
    """Return the expression for `articles_fts MATCH`; one that finds nothing where no word is."""
    query = parse(text or "")
    return NOTHING if query.node is None else query.match()


def spelled(text: str) -> str:
    """Return words as the index spells them: with the marks they have, or without any."""
    marked = exact(text)
    return fold(text) if marked.isascii() else marked


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give each connection `vn_query` and `vn_fold`."""
    conn.create_function("vn_query", 1, vn_query, deterministic=True)
    conn.create_function("vn_fold", 1, lambda text: fold(text or ""), deterministic=True)


@hookimpl
def asgi_wrapper() -> Callable[[Application], Application]:
    """Spell the words of the search box as the index does."""

    def wrap(application: Application) -> Application:
        async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http" and b"_search" in scope["query_string"]:
                pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
                pairs = [
                    (name, spelled(value) if _is_words(name) else value) for name, value in pairs
                ]
                scope = {**scope, "query_string": urlencode(pairs).encode()}
            await application(scope, receive, send)

        return wrapped

    return wrap


def _is_words(name: str) -> bool:
    """Tell whether a parameter of an address holds words to search for."""
    return name.startswith("_search") and name != "_searchmode"
