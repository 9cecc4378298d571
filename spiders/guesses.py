"""Rules that samples of a site suggest: which addresses are articles, how dates are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

ID_FORMS = (
    r"-p\d+n(\d+)\.html?(?:\?|$)",
    r"-[a-z]?(\d+)\.(?:html?|aspx|php|vnp)(?:\?|$)",
    r"/(\d+)-[^/?]+$",
    r"/(\d+)/[^/?]+$",
    r"[-.](\d{2,})/?(?:\?|$)",
    r"/(\d{2,})(?:\.\w+)?/?(?:\?|$)",
    r"[_~](\d+)\.\w+(?:\?|$)",
)
"""How addresses hold an id, the most telling form first."""

ITEM = re.compile(r"[?&](\w*id)=\d+(?=&|$)", re.IGNORECASE)
"""Parameters that may hold one."""

NUKEVIET = re.compile(
    r"^(?:/index\.php)?(?:/(?:vi|en))?(?:/(?P<module>[\w-]+))?/[\w-]+/[^/?]*-\d+\.html$"
)
MOSTLY = 0.6
"""Of the headlines' addresses, that an identity rule must match: some lead elsewhere."""

AMERICAN = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
HOUR = re.compile(
    r"(?<!\d)(\d{1,2})\s*[:hHg]\s*\d{2}(?::\d{2})?(?!\s*(?:AM|PM|SA|CH))(?![\d:])", re.IGNORECASE
)
CLOCKS = 6
"""Times of day from which "none after noon" says that hours are of a 12-hour clock."""


def modules_of(paths: Iterable[str]) -> tuple[str, ...] | None:
    """Return the module that most articles of a NukeViet site stand in, None for `news`."""
    found = [match["module"] or "" for path in paths if (match := NUKEVIET.match(path))]
    name = Counter(found).most_common(1)[0][0] if found else "news"
    return None if name == "news" else (name,)


def identity_of(
    articles: Sequence[str], headlines: Sequence[str], others: Sequence[str]
) -> str | None:
    """Return an expression that names articles by their address, or None.

    :param articles: path and query of pages that are articles (or are taken for them).
    :param headlines: those of links that read like headlines.
    :param others: those of lists and menus, which it must not match.
    """
    if not articles and len(headlines) < 3:
        return None
    samples = articles or headlines
    for form in (*_query_forms(samples), *ID_FORMS, *_slug_forms(samples)):
        pattern = re.compile(form)
        found = [match[1] for path in samples if (match := pattern.search(path))]
        if len(found) < (len(samples) if articles else MOSTLY * len(samples)):
            continue
        if len({_bare(path) for path in samples}) > len(set(found)) and len(set(found)) < 2:
            continue
        named = sum(1 for path in headlines if pattern.search(path))
        if named >= MOSTLY * len(headlines) and not any(map(pattern.search, others)):
            return form
    return None


def _query_forms(samples: Sequence[str]) -> list[str]:
    """Return the rule for addresses whose page is one script and whose id is a parameter of it."""
    scripts = {_path(path) for path in samples}
    names = [set(ITEM.findall(path)) for path in samples]
    shared = set.intersection(*names) if names else set()
    if len(scripts) != 1 or not shared:
        return []
    script = re.escape(scripts.pop())
    return [rf"^{script}\?(?:.*&)?{re.escape(name)}=(\d+)" for name in sorted(shared, key=len)]


def _bare(path: str) -> str:
    return path.partition("?")[0]


def _slug_forms(samples: Sequence[str]) -> list[str]:
    """Return the rule for addresses whose last segment names the article, if they agree."""
    parts = Counter(
        (path.rpartition("/")[0], re.sub(r"^[^.]*", "", path.rpartition("/")[2]))
        for path in map(_path, samples)
    )
    if not parts:
        return []
    (folder, ending), count = parts.most_common(1)[0]
    if count == len(samples) or count >= MOSTLY * len(samples):
        return [rf"^{re.escape(folder)}/([^/?]+){re.escape(ending)}$"]
    if len({end for _, end in parts}) == 1 and ending:
        return [rf"^/(?:[^/?]+/)+([^/?]+){re.escape(ending)}$"]
    return []


def _path(path: str) -> str:
    return urlsplit(path).path


def order_of(dates: Iterable[str]) -> str | None:
    """Return "mdy" or "dmy" where the dates shown leave no doubt, else None."""
    pairs = [(int(m[1]), int(m[2])) for text in dates for m in AMERICAN.finditer(text)]
    month_first = any(second > 12 >= first for first, second in pairs)
    day_first = any(first > 12 >= second for first, second in pairs)
    if month_first == day_first:
        return None
    return "mdy" if month_first else "dmy"


def is_unmarked_half_day(dates: Iterable[str]) -> bool:
    """Whether the hours shown seem to be of a 12-hour clock that tells no afternoon."""
    hours = [int(m[1]) for text in dates for m in HOUR.finditer(text)]
    return len(hours) >= CLOCKS and max(hours) <= 12 and any(0 < hour < 6 for hour in hours)
