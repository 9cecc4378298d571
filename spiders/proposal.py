"""The registry row that a survey suggests, with what it rests on and what stayed unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.extraction.feeds import VIETNAM
from crawler.extraction.hints import Hints
from crawler.extraction.repeats import LEAST, learn
from crawler.extraction.rules import DateRule
from crawler.extraction.sample import sample_of
from crawler.ownership import owner_of
from spiders.guesses import is_unmarked_half_day, modules_of, order_of
from spiders.loader import load_family
from spiders.names import level_of, name_of, province_of
from spiders.survey import Seen, Survey, Visit, is_front, moment_of

if TYPE_CHECKING:
    from crawler.extraction.template import Template
    from crawler.items import Article
    from crawler.registry import Site
    from spiders.family import Family

MOST_LISTINGS = 12
MOST_DENIED = 6
ESCAPED = r"\-"  # what `re.escape` makes of a hyphen without need
SURE = 6
"""The weight of signs from which a platform needs no second look of a person."""

SHOWN = 3
"""Articles shown to the person who judges."""


@dataclass(frozen=True, slots=True)
class Read:
    """A page with the article the proposed row takes out of it."""

    visit: Visit
    article: Article


@dataclass(slots=True)
class Proposal:
    """What is known of a site after a visit.

    :ivar values: the keys of its row, in the order they are written.
    :ivar evidence: what shows the platform.
    :ivar found: what was found, as label and text.
    :ivar unknown: what could not be found out, one line each.
    :ivar articles: those the row takes out of the pages visited.
    :ivar template: the boilerplate learned of them.
    """

    values: dict[str, Any]
    evidence: tuple[str, ...] = ()
    found: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    articles: list[Read] = field(default_factory=list)
    template: Template | None = None


def propose(survey: Survey) -> Proposal:
    """Return the row a survey suggests.

    :raises ValueError: no page with any text came.
    """
    if not survey.documents:
        raise ValueError("what came is no web page: give the address of one")
    return _Proposing(survey).made()


class _Proposing:
    """One proposal in the making."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._row: dict[str, Any] = {}
        self._found: list[tuple[str, str]] = []
        self._unknown: list[str] = []
        self._guessed: list[str] = []

    def made(self) -> Proposal:
        survey = self._survey
        self._who()
        self._row["platform"] = survey.platform
        self._listings()
        if survey.owner != owner_of(survey.base):
            self._row["owner"] = survey.owner
        if survey.owner != "front":
            self._found.append(("owner", f"{survey.owner}: only the Front's stories are taken"))
        self._platform_keys()
        self._feeds()
        self._dates()
        self._judge()
        template = self._learned()
        articles = self._read(self._family(), template)
        self._say_articles(articles, template)
        if self._guessed:
            self._row["confirmed"] = False
        verdict = survey.verdict
        return Proposal(
            values=self._row,
            evidence=verdict.evidence if verdict else (),
            found=self._found,
            unknown=self._unknown,
            articles=articles,
            template=template,
        )

    # -- the first seven keys -------------------------------------------------------------------

    def _who(self) -> None:
        host = urlsplit(self._survey.base).hostname or ""
        name = name_of(self._survey.documents, host)
        province = province_of(name, host)
        self._row["id"] = id_of(urlsplit(self._survey.base).netloc)
        self._row["name"] = name
        self._row["level"] = level = level_of(name)
        self._row["province"] = province if level not in ("central", "press") else ""
        self._row["base_url"] = self._survey.base
        if not self._row["province"] and level not in ("central", "press"):
            self._unknown.append("which province the site belongs to: complete `province`")
            self._guessed.append("province")

    def _listings(self) -> None:
        survey = self._survey
        own = [seen for seen in survey.lists if seen.visit.purpose != "home"]
        seen = {"nukeviet": self._module_roots}.get(survey.platform, lambda: own)() or own
        paths = [self._path(one) for one in seen]
        paths += [path for path in self._alike(paths) if path not in paths]
        if not paths:
            paths = ["/"] if survey.lists else [survey.path]
        if survey.owner != "front" and survey.path != "/" and survey.path in paths:
            paths = [p for p in paths if p == survey.path or is_front(f"{survey.base}{p}", "")]
        paths = list(dict.fromkeys(paths))
        self._row["listings"] = paths[:MOST_LISTINGS]
        if paths[MOST_LISTINGS:]:
            self._unknown.append(
                f"which sections matter most: {_joined(paths[MOST_LISTINGS:])} too?"
            )
        if not survey.lists:
            self._unknown.append("where its articles are listed: no page visited lists any")
            self._guessed.append("listings")
        self._found.append(("listings", _joined(self._row["listings"])))
        turning = [one for one in survey.lists if any(x.kind == "next" for x in one.page.links)]
        if turning:
            self._found.append(("pager", f"{self._path(turning[0])} goes on"))
        elif survey.lists:
            self._unknown.append("how its lists go on: no link to a second page was seen")

    def _module_roots(self) -> list[Seen]:
        """Return the lists from which a NukeViet site lists all of its categories."""
        survey = self._survey
        module = (modules_of(path.removeprefix(survey.base) for path in survey.headlines)) or (
            "news",
        )
        root = re.compile(rf"(?:/(?:vi|en))?/{re.escape(module[0])}/?$") if module[0] else None
        return [one for one in survey.lists if root and root.fullmatch(self._path(one))]

    def _path(self, seen: Seen) -> str:
        return seen.visit.fetch.url.removeprefix(self._survey.base) or "/"

    def _alike(self, paths: Iterable[str]) -> list[str]:
        """Return sections of the menu whose addresses are made like those of verified lists."""
        shapes = {shape for path in paths if (shape := _shape(path)) is not None}
        family = self._survey.family
        if self._row["platform"] == "nukeviet" and self._module_roots():
            return []
        return [
            url.removeprefix(self._survey.base)
            for url, _ in self._survey.sections
            if _shape(url.removeprefix(self._survey.base)) in shapes
            and family.address(url).kind != "unknown"
        ]

    # -- what a platform leaves open ------------------------------------------------------------

    def _platform_keys(self) -> None:
        survey, platform = self._survey, self._row["platform"]
        if platform == "nukeviet":
            modules = modules_of(url.removeprefix(survey.base) for url in survey.headlines)
            if modules:
                self._row["modules"] = list(modules)
                self._found.append(("module", modules[0] or "(left out of addresses)"))
        if platform == "generic":
            self._unknown.append("its platform: the text is found by its shape, `generic`")
            self._guessed.append("platform")
            if survey.identity:
                self._row["identity"] = survey.identity
                self._found.append(("identity", survey.identity))
                self._leave_out(survey.identity)
            else:
                self._unknown.append("which addresses are articles: add `identity` if you know it")
        else:
            keys = [k for link in survey.stories[:SHOWN] if (k := survey.family.key(link.url))]
            self._found.append(
                ("identity", f"the platform's: {_joined(keys) or 'an id that each page tells'}")
            )
        for verdict in survey.verdicts:
            if verdict is not survey.verdict and verdict.score >= SURE and platform == "generic":
                self._unknown.append(
                    f"why its addresses are not those of {verdict.platform}, which it looks like"
                )
        if survey.verdict and survey.verdict.score < SURE:
            self._guessed.append("platform")

    def _leave_out(self, identity: str) -> None:
        """Deny the pages of the menu that the rule would take for articles."""
        paths = [url.removeprefix(self._survey.base) for url in self._survey.asides]
        denied = [path for path in paths if re.search(identity, path)][:MOST_DENIED]
        if denied:
            self._row["deny"] = [f"^{re.escape(path).replace(ESCAPED, '-')}$" for path in denied]
            self._found.append(("left out", _joined(denied)))

    def _feeds(self) -> None:
        for key, purpose, own in (
            ("feeds", "feed", self._survey.family.default_feeds()),
            ("sitemaps", "sitemap", self._survey.family.default_sitemaps()),
        ):
            visits = [one for one in self._survey.visits if one.purpose == purpose]
            good = [self._of_base(one) for one in visits if self._names_articles(one)]
            missing = {self._of_base(one) for one in visits if one.fetch.status in (404, 410)}
            default = tuple(own)
            if good:
                self._found.append((key, _joined(good)))
                if not set(good) & set(default):
                    self._row[key] = good[:1]
            elif default and missing & set(default):
                self._row[key] = []
                self._unknown.append(f"its {key}: the platform's own answer 404")

    def _of_base(self, visit: Visit) -> str:
        return visit.link.url.removeprefix(self._survey.base)

    def _names_articles(self, visit: Visit) -> bool:
        if visit.listing is None:
            return False
        if visit.listing.kind == "sitemap-index":
            return any(self._survey.family.wants_sitemap(e.url) for e in visit.listing.entries)
        links = self._survey.family.entry_links(visit.fetch.url, visit.listing.entries)
        kinds = ("article",) if self._row["platform"] != "generic" else ("article", "unknown")
        stories = {link.key or link.url for link in self._survey.stories}
        named = [link for link in links if link.kind in kinds]
        return bool(named) and (
            self._row["platform"] != "generic" or any((x.key or x.url) in stories for x in named)
        )

    # -- dates ----------------------------------------------------------------------------------

    def _dates(self) -> None:
        shown = self._shown_dates()
        rule: dict[str, Any] = {}
        order = order_of(shown)
        read = self._read(self._family(), None)
        doubtful = any("date-order" in one.article.flags for one in read)
        if order == "mdy" or (order and doubtful):
            rule["order"] = order
            read = self._read(load_family(replace(self._site(), dates=DateRule(**rule))), None)
        if is_unmarked_half_day(shown):
            rule["clock"] = "unsure"
            self._guessed.append("clock")
        dated = [one.article.published_at for one in read if one.article.published_at]
        if not dated and len(read) > 1 and self._dated_above(rule):
            rule["above"] = True
        if rule:
            self._row["dates"] = rule
            self._found.append(("dates", ", ".join(f"{k} {v}" for k, v in rule.items())))
        elif dated:
            self._found.append(("dates", f"day first, e.g. {dated[0][:16]}"))
        else:
            self._unknown.append("when articles were published: no page shows a date for certain")
        if order is None and doubtful:
            self._unknown.append("whether its dates are day or month first: see `dates.order`")

    def _shown_dates(self) -> list[str]:
        texts = [
            raw
            for seen in self._survey.articles
            if seen.article is not None
            for raw in _raw_dates(seen.article)
        ]
        texts += [link.hints.get("date", "") for link in self._survey.stories]
        return [text for text in texts if text]

    def _dated_above(self, rule: Mapping[str, Any]) -> bool:
        site = replace(self._site(), dates=DateRule(**rule, above=True))
        dates = [one.article.published_at for one in self._read(load_family(site), None)]
        return len({day for day in dates if day}) > 1

    # -- the row at work ------------------------------------------------------------------------

    def _site(self) -> Site:
        row = self._row
        own: dict[str, Any] = {
            key: tuple(row[key]) for key in ("modules", "feeds", "sitemaps", "deny") if key in row
        }
        if "identity" in row:
            own["identity"] = row["identity"]
        site = self._survey.site(row["platform"], row["listings"], **own)
        return replace(site, dates=DateRule(**row["dates"])) if "dates" in row else site

    def _family(self) -> Family:
        return load_family(self._site())

    def _read(self, family: Family, template: Template | None) -> list[Read]:
        family.template = template
        found = []
        for visit in self._survey.visits:
            if visit.purpose == "article" and visit.document is not None:
                article = self._survey.read(visit, "article", family).article
                if article is not None:
                    found.append(Read(visit, article))
        return found

    def _learned(self) -> Template | None:
        """Learn the boilerplate of the article pages, if there are enough of them."""
        family = self._family()
        samples = []
        for seen in self._survey.articles:
            if seen.visit.document is None:
                continue
            day = moment_of(seen.visit.fetch).astimezone(VIETNAM).date()
            hints = Hints.of(seen.visit.link.text, seen.visit.link.hints)
            samples.append(
                sample_of(seen.visit.document, family.rules(day), hints, day.isoformat())
            )
        kept = [sample for sample in samples if sample is not None]
        return learn(kept, None) if len(kept) >= LEAST else None

    def _judge(self) -> None:
        tried = sum(visit.purpose == "article" for visit in self._survey.visits)
        read = len(self._survey.articles)
        if read < SHOWN:
            self._guessed.append("articles")
            self._unknown.append(f"whether its articles are read well: {read} of {tried} pages was")

    def _say_articles(self, articles: list[Read], template: Template | None) -> None:
        if template is not None:
            blocks = len(template.blocks)
            self._found.append(
                ("boilerplate", f"{blocks} blocks learned from {len(articles)} pages")
            )
        else:
            self._unknown.append(
                f"its boilerplate: that takes {LEAST} articles, a crawl learns it from 8"
            )


def _raw_dates(article: Article) -> list[str]:
    """Return the date an article shows, where none was certain each that was seen."""
    told = article.evidence.get("published_at", {})
    return [told["raw"]] if "raw" in told else [entry["raw"] for entry in told.get("seen", [])]


def id_of(netloc: str) -> str:
    """Return an id made of a host: `mattran.danang.gov.vn` becomes `mattran-danang`."""
    host = re.sub(r"^www\.", "", netloc.lower())
    host = re.sub(r"\.(?:(?:gov|org|com|edu|dcs|net)\.vn|vn|com|org|net)$", "", host)
    return re.sub(r"[^a-z0-9]+", "-", host).strip("-") or "site"


def _shape(path: str) -> str | None:
    """Return how an address is made: its last segment, or the values of its query, left out.

    None where nothing else is left: such an address may be anything.
    """
    parts = urlsplit(path)
    if parts.query:
        return parts.path + "?" + "&".join(p.partition("=")[0] for p in parts.query.split("&"))
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    ending = re.sub(r"^[^.]*", "", last) + ("/" if parts.path.endswith("/") else "")
    return f"{folder}/*{ending}"


def _joined(texts: Iterable[str], most: int = 6) -> str:
    found = list(texts)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
