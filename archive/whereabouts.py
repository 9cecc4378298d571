"""Why an address has no article in the archive, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urldefrag, urlsplit

from archive.frontier import LATER
from archive.moments import public

# What a page that is no article was, by the kind of its last capture.
KINDS = {
    "article": "an article",
    "listing": "a page of links, not an article",
    "feed": "a feed, not an article",
    "sitemap": "a sitemap, not an article",
    "robots": "the site's robots.txt",
    "redirect": "a redirect to another address",
    "attachment": "a file, not a page",
    "not-found": "not there: the site answers that it does not exist",
    "soft-404": "not there: the site says so in an ordinary page",
    "challenge": "hidden behind a check for browsers",
    "login": "hidden behind a login",
    "parked": "a page of the host's provider: the site is suspended or for sale",
    "error": "an error page",
    "other": "a page without an article",
    "failed": "not fetched: no page came",
}


# Why no page came, for those failures whose short name does not say it.
FAILURES = {
    "dns": "the name of the host does not resolve",
    "connect": "the host does not answer",
    "timeout": "no answer in time",
    "dropped": "the connection broke",
    "tls": "no secure connection could be made",
    "too-large": "it is too large",
    "bad-encoding": "its compression is broken",
    "refused-address": "the host's address is not public",
    "robots": "robots.txt forbids it",
    "extraction": "our own code failed on it",
    "leaked": "the request was lost",
}


def why_not_kept(last_failure: str | None, came: str | None) -> str | None:
    """Say why a file is not kept; None when nobody asked for it yet.

    :param last_failure: of its row in the frontier.
    :param came: the kind of its last capture.
    """
    if last_failure in FAILURES:
        return FAILURES[last_failure]
    if last_failure:
        return KINDS.get(last_failure, last_failure)
    if came == "other":
        return "a page came in its place"
    return KINDS.get(came or "")


def spellings_of(target: str) -> Iterator[str]:
    """Yield `target` as an address, then the ways people and sites write the same one."""
    address = urldefrag(target).url
    given = address if "://" in address else f"https://{address}"
    seen = set()
    for url in (given, _escaped(given)):
        scheme, _, rest = url.partition("://")
        bare = rest.removeprefix("www.")
        for host_first in (rest, bare, f"www.{bare}"):
            for path in (host_first, host_first.rstrip("/"), f"{host_first.rstrip('/')}/"):
                for other in (scheme, "https", "http"):
                    spelling = f"{other}://{path}"
                    if spelling not in seen:
                        seen.add(spelling)
                        yield spelling


def _escaped(url: str) -> str:
    """Return `url` with letters outside ASCII percent-encoded, as browsers send them."""
    parts = urlsplit(url)
    safe = "/%:;=@&+$,!*'()~?[]"
    return parts._replace(
        path=quote(parts.path, safe=safe), query=quote(parts.query, safe=safe)
    ).geturl()


def why_missing(frontier: Mapping[str, Any] | None, capture: Mapping[str, Any] | None) -> str:
    """Say why an address has no article: `frontier` is its row, `capture` its last fetch."""
    if frontier is None:
        return f"it was {_kind(capture)}" if capture else "it was never fetched"
    outcome = _outcome(frontier, capture)
    match frontier["state"]:
        case "ready":
            reason = "it waits for its turn to be fetched"
            reason += f"; last time: {outcome}" if outcome else ""
        case "leased":
            reason = f"it is being fetched by run {frontier['run']}"
        case "waiting" if frontier["due"] == LATER:
            reason = "it was found, but is left for a full crawl: `mattran crawl SITE --full`"
        case "waiting":
            reason = f"{_tries(frontier)} ({outcome}); it is tried again {_when(frontier['due'])}"
        case "failed":
            reason = f"{_tries(frontier)}, the last time with: {outcome}"
        case "blocked":
            reason = f"it may not be fetched: {outcome}; this is looked at again"
            reason += f" {_when(frontier['due'])}"
        case "denied":
            reason = _denied(frontier, outcome)
        case "twin":
            reason = "it is another address of a page, and not fetched itself"
        case _:
            reason = f"it was fetched and is {_kind(capture)}" if capture else "it was not kept"
    return reason


def _tries(frontier: Mapping[str, Any]) -> str:
    attempts = frontier["attempts"]
    return f"{attempts} attempts failed" if attempts != 1 else "1 attempt failed"


def _when(due: int) -> str:
    return f"after {public(due)}"


def _outcome(frontier: Mapping[str, Any], capture: Mapping[str, Any] | None) -> str:
    """Return how the last attempt ended: the failure, else the status and the kind of page."""
    failure = frontier["last_failure"] or (capture["failure"] if capture else None)
    if failure:
        text = capture["failure_text"] if capture else None
        # A page that stands in the way is a failure as well, named by its kind.
        known = FAILURES.get(failure) or KINDS.get(failure, str(failure))
        return f"{known} ({text})" if text else known
    status = f"HTTP {frontier['last_status']}" if frontier["last_status"] else ""
    kind = f"it was {_kind(capture)}" if capture else ""
    return ", ".join(part for part in (status, kind) if part)


def _denied(frontier: Mapping[str, Any], outcome: str) -> str:
    left_out = frontier["hints"].get("left_out")
    if left_out:
        return f"it was found in a list and left out: {left_out}"
    return f"it may not be fetched: {outcome or 'it lies outside the registered hosts'}"


def _kind(capture: Mapping[str, Any]) -> str:
    kind = KINDS.get(capture["kind"], str(capture["kind"]))
    if "left_out" in capture["evidence"]:
        kind += f", left out: {capture['evidence']['left_out']}"
    return f"{kind} ({capture['redirect_to']})" if capture["redirect_to"] else kind
