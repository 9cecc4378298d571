"""What a fetched page is: the contract between the crawler, which makes it, and the archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

PageKind = Literal[
    "article",
    "listing",
    "feed",
    "sitemap",
    "robots",
    "redirect",
    "attachment",
    "not-found",  # a 404 or 410
    "soft-404",  # "not found" said with status 200
    "challenge",  # a stub that wants a cookie set by script, a WAF page
    "login",
    "parked",  # the host is for sale or suspended
    "error",  # an error page, or a 5xx
    "other",  # a page that is none of these, e.g. a contact form
    "failed",  # no page came: see `Fetch.failure`
]

LinkKind = Literal[
    "article",
    "listing",
    "next",  # the next page of the pager the link stands on
    "feed",
    "sitemap",
    "redirect",  # where a 3xx points; takes the place of the page it was found on
    "unknown",  # may be an article: decided when it is fetched
    "attachment",  # a file: it has rows and links of its own (archive/file_queue.py)
]

Failure = Literal[
    "dns",  # the name does not resolve
    "connect",  # refused or unreachable
    "timeout",
    "dropped",  # the connection broke, or the body was short
    "tls",
    "too-large",
    "bad-encoding",  # a decompression bomb or a broken gzip
    "refused-address",  # the name points to an address that is not public
    "robots",  # robots.txt forbids it
    "extraction",  # our own code failed on the page; the capture is kept
    "leaked",  # the engine lost the request
    "other",
]

Precision = Literal["second", "minute", "day", "inferred-year", "none"]

AuthorKind = Literal["person", "unit", "desk", "source"]


BESIDE = -1


@dataclass(slots=True, kw_only=True)
class Link:
    """A link worth following, with what the page it stands on says about its target.

    `hints` may hold: `text` (the link's own text when it differs from `text`), `date` (the date
    string shown beside it, raw), `published_at` and `modified_at` (already read, ISO), `excerpt`,
    `author`, `section`. `key` is the platform's own id of the target, when its URL tells it.
    `block` numbers the blocks of the page in which links to articles stand (one list, one box);
    links that are known to stand beside the list have `BESIDE`.
    """

    url: str
    kind: LinkKind
    key: str | None = None
    text: str = ""
    hints: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    form: dict[str, str] | None = None
    block: int = 0


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture an article shows; `url` is absolute."""

    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None


@dataclass(slots=True, kw_only=True)
class Attachment:
    """A file an article offers; `url` is absolute."""

    url: str
    caption: str | None = None


@dataclass(slots=True, kw_only=True)
class Article:
    """An article taken out of its boilerplate.

    `body` holds paragraphs separated by one blank line, without the lead, captions and byline.
    `published_at` is ISO text in +07:00, a date alone, or None when unsure. `evidence` maps a field
    to `{"rule": ..., "raw": ..., "at": ...}`: which rule found it, the string as shown (at most 200
    characters) and the node. `flags` name what a person should check. `extractor` is the version
    of the extraction code and rules together, `template` that of the learned boilerplate.
    `author_kind` says what the author is, where that is certain: a person, a unit (a Front, a
    ward), an editorial desk, or another source (a newspaper). `source` is where the site took the
    article from, as it says.
    """

    title: str
    body: str
    lead: str | None = None
    author: str | None = None
    author_kind: AuthorKind | None = None
    source: str | None = None
    section: str | None = None
    published_at: str | None = None
    published_precision: Precision = "none"
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    language: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    extractor: str = ""
    template: str | None = None


@dataclass(slots=True, kw_only=True)
class Fetch:
    """One request and what came back.

    `wire_body` are the bytes as they came over the wire (content-encoded, minus chunking),
    `headers` as sent by the server before anything was decoded. `started_at` is seconds since the
    epoch, UTC. On `failure` there is no status, or the status without a usable body. `source` names
    the file or web archive that a capture comes from which is not our own.
    """

    url: str
    started_at: float
    duration: float = 0.0
    method: str = "GET"
    request_headers: list[tuple[str, str]] = field(default_factory=list)
    request_body: bytes = b""
    status: int | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    wire_body: bytes = b""
    body: bytes = b""
    ip: str | None = None
    failure: Failure | None = None
    failure_text: str = ""
    retry_after: float | None = None
    source: str | None = None


@dataclass(slots=True, kw_only=True)
class Page:
    """What a spider callback yields: what the page is, the article if it is one, its links.

    `key` is the identity of the page within its site (the platform's own id, e.g. `news:1234`, else
    the canonical path). `url` is the address the page calls its own, where that has the same key,
    else the one fetched. `evidence` says why the page is of this kind. `fetch` and `claim` are
    filled in by the callback wrapper, never by a spider: `claim` is the frontier row fetched.
    """

    url: str
    kind: PageKind
    key: str | None = None
    article: Article | None = None
    links: list[Link] = field(default_factory=list)
    evidence: dict[str, Any] = field(default_factory=dict)
    fetch: Fetch | None = None
    claim: Claim | None = None


@dataclass(slots=True, kw_only=True)
class Claim:
    """A frontier row leased to this run: what to fetch, and what is known of it already."""

    id: int
    site: str
    url: str
    kind: str  # a LinkKind without "next"/"redirect", or "robots"
    method: str = "GET"
    form: dict[str, str] | None = None
    chain: str | None = None
    depth: int = 0
    attempts: int = 1
    key: str | None = None
    text: str = ""
    hints: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
