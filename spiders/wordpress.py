"""WordPress, any theme.

To recognise: `meta[name=generator]` says WordPress; `link[rel="https://api.w.org/"]`;
`body.postid-N`, `article#post-N`. Never by the address: permalinks are free-form, and some end in
`-<id>.html` like those of NukeViet. Facts from a running 6.1 and its source.

The key is the post's id, which only the page itself (or the interface) tells: links carry none.
Lists, in order of worth: the REST interface, the feed, the sitemap, the archives. All of them only
list; the article is always taken from its own page.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from crawler.extraction.feeds import VIETNAM, iso_time, plain
from crawler.items import Article, Claim, Fetch, Link, Page
from spiders import addresses
from spiders.family import Address, Family, page_number
from spiders.queries import Elements, Strings
from spiders.rules.wordpress import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.extraction.document import Document
    from crawler.extraction.feeds import Entry
    from crawler.items import LinkKind

REGION = Elements(
    "//article[contains(concat(' ', @class, ' '), ' hentry ')] | //main"
    " | //*[contains(concat(' ', @class, ' '), ' entry-title ')]"
    " | //*[contains(concat(' ', @class, ' '), ' wp-block-post ')]"
)
NEXT = Strings(
    "//a[contains(concat(' ', @class, ' '), ' next ')]/@href | //link[@rel='next']/@href"
    " | //*[contains(@class, 'nav-previous')]/a/@href"
    " | //a[contains(@class, 'wp-block-query-pagination-next')]/@href"
)
POST_CLASS = re.compile(r"(?:^|\s)postid-(\d+)(?:\s|$)")
POST_NODE = Strings("//article[starts-with(@id, 'post-')]/@id")
SHORTLINK = Strings("//link[@rel='shortlink']/@href")

FIELDS = "id,date,date_gmt,modified,modified_gmt,link,title,excerpt"
PER_PAGE = 100
REST = f"/wp-json/wp/v2/posts?per_page={PER_PAGE}&page={{page}}&orderby=modified&_fields={FIELDS}"
REST_PATH = "/wp-json/wp/v2/posts"

NOT_POSTS = re.compile(
    r"/(?:wp-(?:admin|content|includes|json|login|cron|signup)|xmlrpc\.php|feed(?:/|$)|comments(?:/|$)"
    r"|author/|tag/|search/|attachment/|embed/?$|trackback/?$|amp/?$)"
)
"""Parts of a path that never lead to a post."""

ARCHIVES = re.compile(
    r"/(?:category|chuyen-muc|danh-muc)/|/page/\d+/?$|^/\d{4}/(?:\d{2}/(?:\d{2}/)?)?$"
)
ALIAS = frozenset({"p", "page_id", "attachment_id", "replytocom", "preview", "share"})
ASKS = re.compile(r"(?:^|&)(?:s|p|page_id|attachment_id|author)=")
"""Queries of the front page that make it another page: a search, one post, an author."""

TURNED = re.compile(r"/page/\d+/?$")
TWIN = re.compile(r"/(?:amp|embed|trackback|feed)/?$")

QUERY = addresses.keep(
    re.compile(r"page|per_page|_fields|paged|orderby|order|cat|s|p|page_id|attachment_id")
)

SIGNS = (
    sign("generator", r"^WordPress", 6),
    sign("markup", r"https://api\.w\.org/", 6),
    sign("header", r"^link: .*api\.w\.org", 6),
    sign("header", r"^x-pingback: .*xmlrpc\.php", 4),
    sign("markup", r"/wp-(?:content|includes)/", 4),
    sign("markup", r"<article[^>]+id=[\"']post-\d+|<body[^>]+\b(?:postid-\d+|single-post)\b", 3),
    sign("markup", r"class=[\"'][^\"']*\b(?:hentry|wp-block-[\w-]+|entry-content)\b", 2),
)


class WordPress(Family):
    """Archives end with a 404 beyond the last page, the interface with `X-WP-TotalPages`."""

    signs = SIGNS
    layouts = LAYOUTS
    region: ClassVar[Elements | None] = REGION
    listed_kind: ClassVar[LinkKind | None] = "article"

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Read what a path cannot be; what is left may be a post, a page or a category."""
        if TWIN.search(path) and path.count("/") > 2 and not ARCHIVES.search(path):
            path = TWIN.sub("/", path)
        names = {name.lower() for name, _ in query}
        if path.rstrip("/").endswith(REST_PATH):
            return Address(addresses.join("", path, QUERY(query)))
        query = [(n, v) for n, v in query if n.lower() != "replytocom"]
        if names & ALIAS - {"replytocom", "share"}:
            return Address(addresses.join("", path, QUERY(query)), reason="alias of a post")
        if "s" in names or NOT_POSTS.search(path):
            return Address(addresses.join("", path, QUERY(query)))
        if path == "/" or ARCHIVES.search(path):
            return Address(addresses.join("", path, QUERY(query)), kind=self._archive_kind(path))
        return Address(path, kind="unknown")

    def _archive_kind(self, path: str) -> LinkKind | None:
        return "listing" if self._origin + path in self._listings else None

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing, a page of one, or the interface's list."""
        parts = urlsplit(url)
        if parts.path.rstrip("/").endswith(REST_PATH):
            return True
        if parts.query and ASKS.search(parts.query):
            return super().is_listing(url)
        root = TURNED.sub("/", url.partition("?")[0])
        return super().is_listing(root) or super().is_listing(root.rstrip("/"))

    def start_listings(self) -> Iterable[str]:
        """Return the interface's list, newest changes first, then the row's archives."""
        return (REST.format(page=1), *self.site.listings)

    def default_feeds(self) -> Iterable[str]:
        """Return the site's feed."""
        return ("/feed/",)

    def default_sitemaps(self) -> Iterable[str]:
        """Return WordPress's own sitemap."""
        return ("/wp-sitemap.xml",)

    def wants_sitemap(self, url: str) -> bool:
        """Whether a sitemap lists posts: the core's by name, Yoast's too."""
        return re.search(r"(?:sitemap-posts-post-|/post-sitemap)\d*\.xml", url) is not None

    def may_be_article(self, document: Document, address: Address) -> bool:
        """Whether a page shows one post: the body's classes say so, where the theme keeps them."""
        body = document.tree.find("body")
        classes = (body.get("class") or "").split() if body is not None else []
        if "single-post" in classes or ("single" in classes and "attachment" not in classes):
            return True
        known = {"archive", "home", "blog", "page", "search", "error404", "attachment"}
        return address.kind == "unknown" and not known & set(classes)

    def page_key(self, document: Document, address: Address, article: Article) -> str | None:
        """Return `post:<id>` as the page tells it: body class, shortlink, else the article's id."""
        number = post_id(document)
        return f"post:{number}" if number else address.key

    def entry_kind(self, address: Address) -> LinkKind | None:
        """Return "article" for what a feed or a sitemap of posts names."""
        return "article" if address.kind is not None else None

    def entry_links(self, base: str, entries: Iterable[Entry]) -> list[Link]:
        """Return the links of a feed without its authors: they are accounts, mostly an admin's."""
        links = super().entry_links(base, entries)
        for link in links:
            link.hints.pop("author", None)
        return links

    def json_page(self, fetch: Fetch, claim: Claim, headers: dict[str, str]) -> Page:
        """Read one page of the interface's list of posts."""
        page = Page(url=fetch.url, kind="listing")
        try:
            posts = json.loads(fetch.body)
        except (ValueError, RecursionError):
            posts = None
        if not isinstance(posts, list):
            return Page(url=fetch.url, kind="error", evidence={"json": "no list of posts"})
        page.links = [link for post in posts if (link := self._post_link(fetch.url, post))]
        pager = self._pager_of_interface(claim, headers, page.links)
        if pager is not None:
            page.links.append(pager)
        return page

    def _post_link(self, base: str, post: Any) -> Link | None:
        if not isinstance(post, dict):
            return None
        url = addresses.resolve(base, str(post.get("link") or ""))
        address = self.address(url) if url else None
        if address is None or address.reason or address.kind is None:
            return None
        hints = {
            "published_at": _moment(post, "date"),
            "modified_at": _moment(post, "modified"),
            "excerpt": plain(_rendered(post, "excerpt")),
        }
        title = plain(_rendered(post, "title"))
        said = {name: value for name, value in hints.items() if value}
        return Link(url=address.url, kind="article", key=address.key, text=title, hints=said)

    def _pager_of_interface(
        self, claim: Claim, headers: dict[str, str], listed: list[Link]
    ) -> Link | None:
        number = page_number(claim)
        pages = headers.get("x-wp-totalpages", "")
        more = (
            number < int(pages) if pages.isdecimal() and len(pages) < 9 else len(listed) >= PER_PAGE
        )
        if not more or not listed or number >= self.site.max_pages:
            return None
        url = self.site.absolute(REST.format(page=number + 1))
        return Link(url=url, kind="next", hints={"page": str(number + 1)})

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow the link of an archive that leads on, whatever its theme calls older posts."""
        for href in NEXT(document.tree):
            url = addresses.resolve(document.base_url, href)
            if url and self.site.covers(url) and _turns_to(url, number):
                return Link(url=self.address(url).url, kind="next")
        return None


def post_id(document: Document) -> str | None:
    """Return the id of the one post a page shows, or None."""
    body = document.tree.find("body")
    told = POST_CLASS.search(body.get("class") or "") if body is not None else None
    if told:
        return told[1]
    for href in SHORTLINK(document.tree):
        found = re.search(r"[?&]p=(\d+)", href)
        if found:
            return found[1]
    ids = {node[5:] for node in POST_NODE(document.tree)}
    return ids.pop() if len(ids) == 1 else None


def _turns_to(url: str, number: int) -> bool:
    """Whether an address is page `number` of an archive: `/page/N/` or `?paged=N`."""
    return re.search(rf"(?:/page/|[?&]paged=){number}(?:[/?&]|$)", url) is not None


def _moment(post: dict[str, Any], name: str) -> str | None:
    """Return a time of the interface: the one in UTC, else the site's own, taken for Vietnam's."""
    told = iso_time(str(post.get(f"{name}_gmt") or ""), zone=UTC)
    return told or iso_time(str(post.get(name) or ""), zone=VIETNAM)


def _rendered(post: dict[str, Any], name: str) -> str:
    value = post.get(name)
    told = str(value.get("rendered") or "") if isinstance(value, dict) else str(value or "")
    return told.encode("utf-8", "ignore").decode()  # JSON can write half a character: an emoji cut
