"""NukeViet 3.4 to 5: the commonest single product among the Front's own sites.

To recognise: `meta[name=generator]` says `NukeViet v4.x`; cookies `nv4_*`; addresses
`/vi/news/<cat>/<slug>-<id>.html`. Facts from the source of branches 3.4, 4.3 to 4.6 and 5 and from
a running 4.5.

The key is the trailing id within its module; slug and category may be wrong or change. Module
names are free (`news`, `tin-tuc`): the row's `modules` names them, "" standing for one whose name
is left out of addresses. Categories are flat, so every category of a module is its listing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from crawler.items import Link
from spiders import addresses
from spiders.family import PRINT_VIEW, Address, Family
from spiders.queries import Elements, Strings
from spiders.rules.nukeviet import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.extraction.document import Document
    from crawler.extraction.feeds import Entry
    from crawler.items import LinkKind

REGION = Elements(
    "//*[contains(concat(' ', @class, ' '), ' news_column ')"
    " or contains(concat(' ', @class, ' '), ' list-group ')]"
    "[not(ancestor::*[contains(concat(' ', @class, ' '), ' news_column ')])]"
)
NEXT = Strings("//link[@rel='next']/@href")

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"

TWINS = ("print", "savefile", "sendmail")
"""Views of an article, never articles of their own, though savefile calls itself canonical."""

NOT_CATEGORIES = frozenset(
    {*TWINS, "tag", "topic", "author", "groups", "search", "seek", "rss", "content", "archive"}
)
"""Operations of the module that stand where a category stands."""

ARTICLE = re.compile(r"(?P<category>[^/]+)/(?P<slug>[^/]*)-(?P<id>[0-9]{1,18})(?:\.html)?/?")
CATEGORY = re.compile(r"(?P<category>[^/]+)(?:/page-\d+)?/?")
PAGE = re.compile(r"(?:^|/)page-(\d+)/?$")

QUERY = addresses.keep(re.compile(r"language|nv|op|page|q", re.IGNORECASE))
"""Where addresses are not rewritten these tell the page; nothing else does."""

SIGNS = (
    sign("generator", r"^NukeViet", 6),
    sign("cookie", r"^nv\d+_|^nv\d?c_", 5),
    sign(
        "markup",
        r"\bnv_(?:lang|base_siteurl|siteroot|fc_variable)|/js/nukeviet\.js|nvvithemever",
        5,
    ),
    sign("markup", r"class=[\"'][^\"']*\bnews_column\b", 3),
    sign(
        "markup",
        r"id=[\"'](?:news-bodyhtml|news_detail|hometext)\b|class=[\"'][^\"']*\bhometext\b",
        3,
    ),
    sign("address", r"[?&]nv=\w+.*&op=", 5),
    sign("address", r"^(?:/index\.php)?/(?:vi|en)/[\w-]+/[\w-]+/[^/?]*-\d+\.html$", 4, 3),
    sign("address", r"^(?:/index\.php)?(?:/[\w-]+){2}/[^/?]*-\d+\.html$", 1, 3),
    sign("address", r"/(?:rss/[\w-]+/|feeds/)$", 2),
)


class NukeViet(Family):
    """Lists end with a redirect to the category's root or without `link[rel=next]`."""

    signs = SIGNS
    layouts = LAYOUTS
    region: ClassVar[Elements | None] = REGION

    def recognise(self, path: str, query: addresses.Pairs) -> Address:
        """Read module, category and id; every twin of an article gets the article's address."""
        if path.rstrip("/").endswith("/index.php") and addresses.value_of(query, ["nv"]):
            return self._unwritten(path, QUERY(query))
        if "/rss/" in path + "/":
            return Address(path, kind=None)
        lead, module, rest = self._parts(path)
        if module is None or not rest:
            return Address(path, kind="listing" if self._is_root(path) else None)
        twin, _, behind = rest.partition("/")
        if twin in TWINS:
            path, rest = f"{lead}/{behind}", behind
        article = None if PAGE.search(rest) else ARTICLE.fullmatch(rest)
        if article and article["category"] not in NOT_CATEGORIES:
            # Version 3 ends its articles with a slash, later ones lead `.html/` away.
            bare = path.rstrip("/")
            own = bare if bare.endswith(".html") else path
            return Address(own, self._key(lead, module, article["id"]), "article")
        if twin in TWINS:
            return Address(path, reason=PRINT_VIEW)
        return Address(path, kind=self._category_kind(lead, rest))

    def _parts(self, path: str) -> tuple[str, str | None, str]:
        """Split a path into what leads to the module (the module included), module and rest."""
        parts = path.split("/")[1:]
        lead = 0
        if parts[lead] == "index.php":
            lead += 1
        if lead < len(parts) and parts[lead] in LANGUAGES:
            lead += 1
        module = parts[lead] if lead < len(parts) else ""
        modules = self.site.modules
        if module in modules and module:
            lead += 1
        elif "" in modules:
            module = next((name for name in modules if name), "news")
        else:
            return "", None, ""
        return "/" + "/".join(parts[:lead]) if lead else "", module, "/".join(parts[lead:])

    def _key(self, lead: str, module: str, number: str) -> str:
        language = next((code for code in LANGUAGES if f"/{code}/" in f"{lead}/"), DEFAULT_LANGUAGE)
        suffix = "" if language == DEFAULT_LANGUAGE else f"@{language}"
        return f"{module}{suffix}:{int(number)}"

    def _is_root(self, path: str) -> bool:
        return self._origin + path in self._listings

    def _category_kind(self, lead: str, rest: str) -> LinkKind | None:
        """A category is a listing of the row when its module's root, or it itself, is."""
        match = CATEGORY.fullmatch(rest)
        if match is None or match["category"] in NOT_CATEGORIES or PAGE.search(rest):
            return None
        roots = {self._origin + f"{lead}{end}" for end in ("", "/")}
        own = {self._origin + f"{lead}/{rest.rstrip('/')}{end}" for end in ("", "/")}
        return "listing" if (roots | own) & self._listings.keys() else None

    def _unwritten(self, path: str, query: addresses.Pairs) -> Address:
        """Read `index.php?language=vi&nv=news&op=<cat>/<slug>-<id>`."""
        module = addresses.value_of(query, ["nv"]) or ""
        language = addresses.value_of(query, ["language"]) or DEFAULT_LANGUAGE
        operation = addresses.value_of(query, ["op"]) or ""
        twin, _, behind = operation.partition("/")
        if twin in TWINS:
            operation = behind
            query = [(n, behind if n.lower() == "op" else v) for n, v in query]
        article = ARTICLE.fullmatch(operation)
        url = addresses.join("", path, query)
        if module in self.site.modules and article and article["category"] not in NOT_CATEGORIES:
            return Address(url, self._key(f"/{language}", module, article["id"]), "article")
        return Address(url)

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing, a category of one, or a page of either."""
        if super().is_listing(url):
            return True
        root = PAGE.sub("/", url.partition("?")[0])
        return super().is_listing(root) or self.address(root).kind == "listing"

    def default_feeds(self) -> Iterable[str]:
        """Return the feed of each module the row starts from (30 newest articles)."""
        return dict.fromkeys(f"{root}/rss/" for root in self._module_roots())

    def default_sitemaps(self) -> Iterable[str]:
        """Return the sitemap: the 1,000 newest articles."""
        return ("/sitemap.xml",)

    def wants_sitemap(self, url: str) -> bool:
        """Whether a part of the sitemap belongs to a module of the row."""
        names = [name for name in self.site.modules if name] or ["news"]
        part = re.search(r"/sitemap(?:-\w+)?(?:\.([\w-]+))?\.xml", url)
        return part is None or part[1] is None or part[1] in names

    def _module_roots(self) -> Iterable[str]:
        for url in self._listings:
            path = url.removeprefix(self._origin)
            lead, module, _ = self._parts(path)
            if module is not None:
                yield lead

    def entry_links(self, base: str, entries: Iterable[Entry]) -> list[Link]:
        """Return the article links of a feed; of its times only the day is right.

        Measured on a running 4.5: the minutes of `pubDate` are the number of the month.
        """
        links = super().entry_links(base, entries)
        for link in links:
            if "published_at" in link.hints:
                link.hints["published_at"] = link.hints["published_at"][:10]
        return links

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow `link[rel=next]`; the visible pager is malformed and holds scripts."""
        href = next(iter(NEXT(document.tree)), "")
        url = addresses.resolve(document.base_url, href)
        if url is None or not self.site.covers(url):
            return None
        return Link(url=self.address(url).url, kind="next")
