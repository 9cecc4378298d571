"""A revision of an article as it is cited: in Vietnamese, as BibTeX or as RIS.

What the archive does not know is left out; nothing is guessed. Each form names the site's address,
the reference of the archive with its revision, when that was captured, and the sha256 of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.moments import VIETNAM

if TYPE_CHECKING:
    from archive.show import Record

_BIBTEX = {
    **{sign: f"\\{sign}" for sign in "{}%&#$_"},
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
_BIBTEX_TABLE = str.maketrans(_BIBTEX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is known of a revision that a citation may name; None where it is not known.

    `published` is a day, `YYYY-MM-DD`; `year_is_inferred` that the page did not name its year.
    `captured_at` is a public time, `sha256` that of the page's decoded bytes.
    """

    ref: str
    title: str
    author: str | None
    site: str
    url: str
    published: str | None
    year_is_inferred: bool
    captured_at: str
    sha256: str | None
    language: str | None
    gone_at: str | None


def citation(article: Record, site: str) -> Citation:
    """Return what may be cited of `article`, as `archive.show.describe` gives it.

    :param site: the name of the institution whose site it is.
    """
    published = article["published_at"]
    return Citation(
        ref=f"{article['ref']}@{article['revision']}",
        title=" ".join(article["title"].split()),
        author=" ".join((article["author"] or "").split()) or None,
        site=site,
        url=article["url"],
        published=published[:10] if published else None,
        year_is_inferred=article["published_precision"] == "inferred-year",
        captured_at=article["capture"]["captured_at"],
        sha256=article["raw_sha256"],
        language=article["language"],
        gone_at=article["gone_at"],
    )


def as_text(cited: Citation) -> str:
    """Return the citation as a Vietnamese reader expects it, in one line."""
    author = cited.author or cited.site
    parts = [f"{author} ({_day(cited)})", f"“{cited.title}”"]
    if cited.author:
        parts.append(cited.site)
    parts.append(cited.url)
    kept = f"Bản lưu {cited.ref}, chụp lúc {_moment(cited.captured_at)}"
    parts.append(kept + (f", sha256 {cited.sha256}" if cited.sha256 else ""))
    if cited.gone_at:
        parts.append(f"Không còn trên trang gốc từ {_vietnamese(cited.gone_at[:10])}")
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _day(cited: Citation) -> str:
    if cited.published is None:
        return "không rõ ngày đăng"
    day = _vietnamese(cited.published)
    return f"{day}, năm suy ra" if cited.year_is_inferred else day


def _vietnamese(day: str) -> str:
    year, month, date = day.split("-")
    return f"{date}/{month}/{year}"


def _moment(public: str) -> str:
    return f"{public[11:19]} ngày {_vietnamese(public[:10])} (giờ Việt Nam, {VIETNAM})"


def as_bibtex(cited: Citation) -> str:
    """Return the citation as a BibLaTeX entry; author and title are kept as they are written."""
    fields = {
        "author": cited.author and f"{{{_escaped(cited.author)}}}",
        "title": f"{{{_escaped(cited.title)}}}",
        "organization": f"{{{_escaped(cited.site)}}}",
        "date": cited.published,
        "url": cited.url.replace("{", "%7B").replace("}", "%7D"),
        "urldate": cited.captured_at[:10],
        "note": _escaped(_note(cited)),
        "langid": {"vi": "vietnamese", "en": "english"}.get(cited.language or ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{cited.ref.replace('@', '-')},\n" + ",\n".join(lines) + "\n}"


def _escaped(text: str) -> str:
    return text.translate(_BIBTEX_TABLE)


def as_ris(cited: Citation) -> str:
    """Return the citation as an RIS record, which reference managers import."""
    published = cited.published and cited.published.replace("-", "/")
    fields = [
        ("TY", "ELEC"),
        ("AU", cited.author),
        ("TI", cited.title),
        ("PB", cited.site),
        ("PY", cited.published and cited.published[:4]),
        ("DA", published),
        ("UR", cited.url),
        ("Y2", cited.captured_at[:10].replace("-", "/")),
        ("LA", cited.language),
        ("ID", cited.ref),
        ("N1", _note(cited)),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\n".join([*lines, "ER  - "])


def _note(cited: Citation) -> str:
    parts = [f"Bản lưu {cited.ref}", f"chụp {cited.captured_at}"]
    if cited.sha256:
        parts.append(f"sha256 {cited.sha256}")
    if cited.year_is_inferred:
        parts.append("năm đăng suy ra")
    if cited.gone_at:
        parts.append(f"không còn trên trang gốc từ {cited.gone_at}")
    return ", ".join(parts)
