"""Addresses: one spelling for the many that lead to one page.

What is dropped here is dropped on every site; what means something on one platform only stands in
its family. Slugs are never "cleaned": commas, double hyphens and odd endings are part of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urljoin, urlsplit

from crawler.extraction.document import plainly_joined
from crawler.registry_values import host_of

if TYPE_CHECKING:
    from crawler.registry import Site

TRACKING = re.compile(
    r"(utm_|fb_|_ga|_gl|mc_)\w*|fbclid|gclid|zarsrc|zalo_\w+|gidzl|igshid|ref_src|_openstat"
    r"|nv_redirect|nvvithemever|phpsessid|jsessionid|sessionid|aspxautodetectcookiesupport",
    re.IGNORECASE,
)
"""Parameters that say who came from where, or in which session, never which page is meant."""

SESSION_IN_PATH = re.compile(r"/\((?:[A-Z]\([^()]*\))+\)(?=/)|;jsessionid=[^/?#]*", re.IGNORECASE)
"""Cookieless sessions: ASP.NET `/(X(1)S(...))/`, Java `;jsessionid=...`."""

FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|pdf|docx?|xlsx?|pptx?|zip|rar|7z|mp3|mp4|m4a|wmv|avi|flv"
    r"|css|js|json|exe|apk|txt|ics|swf)$",
    re.IGNORECASE,
)

_PLAIN = re.compile(r"(https?)://([\w.-]+(?::\d+)?)(/[\w/.,~=+-]*)(?:\?([\w/.,~=&+-]*))?", re.ASCII)
"""An address with nothing in it to decode or to drop: scheme, host, path and query."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "%/:=&?~+!$,;'@()*[]|"

Pairs = list[tuple[str, str]]


def split(url: str, site: Site) -> tuple[str, str, str] | None:
    """Return origin, path and query of an absolute address, in one spelling; None if unreadable.

    An address on any host of the site gets the origin of its `base_url`: http and https, www and
    mobile hosts are mirrors.
    """
    plain = _PLAIN.fullmatch(url)
    try:
        scheme, netloc, path, query = plain.groups("") if plain else _parts(url)
        host = _host(scheme, netloc)
    except ValueError:  # e.g. half a character, as JSON can write it
        return None
    if scheme not in ("http", "https") or not host:
        return None
    origin = own_origin(site) if host in site.hosts else f"{scheme}://{host}"
    return origin, path, query


def _parts(url: str) -> tuple[str, str, str, str]:
    """Return scheme, host with port, path and query of an address, the latter two respelled."""
    parts = urlsplit(_CONTROL.sub("", url.strip()) if _CONTROL.search(url) else url.strip())
    path = _spelling(SESSION_IN_PATH.sub("", parts.path) or "/")
    return parts.scheme, parts.netloc, path, _spelling(parts.query)


@lru_cache(maxsize=1024)  # nearly all links stay on their site
def _host(scheme: str, netloc: str) -> str:
    return host_of(f"{scheme}://{netloc}")


def own_origin(site: Site) -> str:
    """Return scheme and host that the site's canonical addresses carry."""
    return f"{site.base_url.partition(':')[0].lower()}://{site.host}"


def _spelling(text: str) -> str:
    """Return percent-encoding in one form: Vietnamese letters encoded, plain letters not."""
    if "%" in text:
        text = _ESCAPE.sub(_decoded, text)
    return text if text.isascii() and " " not in text else quote(text, safe=_SAFE)


def _decoded(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def pairs(query: str) -> Pairs:
    """Return the parameters of a query, without tracking and without padding of their values."""
    found: Pairs = []
    for part in query.replace("&amp;", "&").split("&"):
        name, _, value = part.partition("=")
        if name and not TRACKING.fullmatch(name):
            found.append((name, value.rstrip("+")))
    return found


def value_of(parameters: Pairs, names: Iterable[str]) -> str | None:
    """Return the decoded value of the first parameter with one of `names`, in any case."""
    wanted = {name.lower() for name in names}
    return next((unquote_plus(v) for n, v in parameters if n.lower() in wanted and v), None)


def join(origin: str, path: str, parameters: Pairs) -> str:
    """Put an address together again."""
    query = "&".join(f"{n}={v}" if v else n for n, v in parameters)
    return f"{origin}{path}?{query}" if query else origin + path


def keep(names: re.Pattern[str]) -> Callable[[Pairs], Pairs]:
    """Return a filter that keeps only the parameters whose whole name matches."""
    return lambda parameters: [(n, v) for n, v in parameters if names.fullmatch(n)]


def resolve(base: str, href: str) -> str | None:
    """Return the absolute http address of an `href`, or None: a script, a mail, nonsense."""
    href = href.strip()
    plain = plainly_joined(base, href)
    if plain is not None:
        return plain
    if not href or href[0] == "#":
        return None
    head = href[:12].lower()
    if ":" in head and not head.startswith(("http:", "https:")) and _scheme(head):
        return None
    try:
        url = urljoin(base, href)
    except ValueError:
        return None
    return url.partition("#")[0]


def _scheme(head: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*:", head) is not None
