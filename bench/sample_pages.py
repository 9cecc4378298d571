"""Markup of three platforms around the parts of a sample text, in several shapes each.

The real markup of these sites is not known beyond the order of their text and a few cues, so that
every shape is one way it may be: habitual classes and ids, none at all, text pasted from a word
processor, paragraphs parted by `br br`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

Lines = tuple[str, ...]
LINK = "Mặt trận các cấp chăm lo người nghèo dịp cuối năm"
MENU = ("Trang chủ", "Giới thiệu", "Tin tức - Sự kiện", "Văn bản", "Liên hệ")
IMAGE = '<img src="/uploads/anh-1.jpg" width="600" height="400" />'


@dataclass(frozen=True, slots=True)
class Parts:
    """A sample cut at its cues: what stands before and after the article, and the article."""

    head: Lines
    title: str
    stamp: Lines  # between title and text: date, counters, tool bar
    paragraphs: Lines
    caption: str | None
    caption_at: int  # how many paragraphs stand above the image
    author: str
    tail: Lines


def blocks(parts: Parts, wrap: str = "<p>{}</p>", caption: str = "<p><em>{}</em></p>") -> str:
    """Return the text as an editor writes it: paragraphs, an image over its caption, the byline."""
    made = [wrap.format(escape(paragraph)) for paragraph in parts.paragraphs]
    if parts.caption is not None:
        image = wrap.format(IMAGE) + caption.format(escape(parts.caption))
        made.insert(parts.caption_at, image)
    return "\n".join([*made, wrap.format(f"<b>{escape(parts.author)}</b>")])


def broken(parts: Parts) -> str:
    """Return the text parted by `br br`."""
    made = [escape(paragraph) for paragraph in parts.paragraphs]
    if parts.caption is not None:
        made.insert(parts.caption_at, f"{IMAGE}<br /><i>{escape(parts.caption)}</i>")
    return "<br /><br />\n".join([*made, escape(parts.author)])


def word(parts: Parts) -> str:
    """Return the text as pasted from a word processor, the image in a table over its caption."""
    span = (
        '<p class="MsoNormal" style="text-align:justify"><span lang="VI">{}</span><o:p></o:p></p>'
    )
    made = [span.format(escape(paragraph)) for paragraph in parts.paragraphs]
    if parts.caption is not None:
        cell = f"<tr><td>{IMAGE}</td></tr><tr><td>{escape(parts.caption)}</td></tr>"
        made.insert(parts.caption_at, f"<table align=center>{cell}</table>")
    end = f'<p class="MsoNormal" align="right"><strong>{escape(parts.author)}</strong></p>'
    return "\n".join([*made, span.format("&nbsp;"), end])


def page(title: str, body: str) -> str:
    """Return a whole page."""
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title></head>\n<body>{body}</body></html>"
    )


def menu() -> str:
    """Return a menu, as every page has one."""
    return (
        "<ul>" + "".join(f'<li><a href="/m{i}">{m}</a></li>' for i, m in enumerate(MENU)) + "</ul>"
    )


def each(lines: Lines, wrap: str = "<div>{}</div>") -> str:
    """Return lines of boilerplate, each in an element of its own."""
    return "\n".join(wrap.format(escape(line)) for line in lines)


def flat(parts: Parts) -> str:
    """The Hanoi order in plain blocks: title, date, text, other news."""
    others = f'<ul><li><a href="/tin-khac-1.htm">{LINK}</a></li></ul>'
    return page(
        parts.title,
        f"""<div id="header">{menu()}</div>{each(parts.head)}
<div class="detail"><h1>{escape(parts.title)}</h1>{each(parts.stamp, '<div class="date">{}</div>')}
<div class="content">{blocks(parts)}</div></div>
<div class="other"><h3>{escape(parts.tail[0])}</h3>{others}</div>
<div id="right">{each(parts.tail[1:], "<h4>{}</h4>")}</div>""",
    )


def flat_word(parts: Parts) -> str:
    """The same with pasted text, no class that tells anything, and no heading elements."""
    return page(
        "Ủy ban MTTQ",
        f"""{menu()}{each(parts.head)}<div><div><b>{escape(parts.title)}</b></div>
{each(parts.stamp, "<span>{}</span>")}<div>{word(parts)}</div>
{each(parts.tail[:1], "<div><b>{}</b></div>")}<ul><li><a href="/tin-khac-1.htm">{LINK}</a></li></ul>
</div>{each(parts.tail[1:])}""",
    )


def flat_paragraphs(parts: Parts) -> str:
    """The same with text and tail in one column, the caption a paragraph like any other."""
    return page(
        parts.title,
        f"""{menu()}<div class="main">{each(parts.head)}<h2 class="title">{escape(parts.title)}</h2>
{each(parts.stamp, '<p class="time">{}</p>')}{blocks(parts, caption='<p align="center">{}</p>')}
{each(parts.tail, "<p>{}</p>")}</div>""",
    )


def form(inner: str) -> str:
    """Return the one form of a WebForms page."""
    hidden = '<input type="hidden" name="{0}" id="{0}" value="dDwtMTI" />'
    fields = "".join(hidden.format(name) for name in ("__VIEWSTATE", "__EVENTVALIDATION"))
    return page("Cổng thông tin", f'<form method="post" id="aspnetForm">{fields}{inner}</form>')


def tail_of_webforms(parts: Parts) -> str:
    """Return print link, date box and the link to the top."""
    printed, dated, top = parts.tail
    return f"""<tr><td><a href="PrintItem.aspx?nID=512">{escape(printed)}</a></td></tr>
<tr><td>{escape(dated)} <input type="text" name="d" /><input type="submit" value="Xem" /></td></tr>
<tr><td><a href="#top">{escape(top)}</a></td></tr>"""


def webforms(parts: Parts) -> str:
    """Layout table with the habitual ids of labels."""
    day, leaked = parts.stamp
    lead, rest = parts.paragraphs[0], _without_lead(parts)
    return form(f"""<table>{each(parts.head[:1], "<tr><td>{}</td></tr>")}<tr><td>{menu()}</td></tr>
{each(parts.head[1:], "<tr><td>{}</td></tr>")}
<tr><td><span id="ctl00_m_lblTitle">{escape(parts.title)}</span></td></tr>
<tr><td><span id="ctl00_m_lblDate">{escape(day)}</span></td></tr>
<tr><td>{escape(leaked)}<br /><span id="ctl00_m_lblSummary"><b>{escape(lead)}</b></span></td></tr>
<tr><td><span id="ctl00_m_lblContent">{blocks(rest)}</span></td></tr>{tail_of_webforms(parts)}
</table>""")


def webforms_plain(parts: Parts) -> str:
    """Layout table whose labels tell nothing, the text parted by `br br`."""
    day, leaked = parts.stamp
    return form(f"""<table>{each(parts.head, "<tr><td>{}</td></tr>")}
<tr><td><span class="tieude">{escape(parts.title)}</span><br /><span>{escape(day)}</span><br />
{escape(leaked)}<br />{broken(parts)}</td></tr>{tail_of_webforms(parts)}</table>""")


def webforms_word(parts: Parts) -> str:
    """Blocks instead of a table, pasted text."""
    day, leaked = parts.stamp
    lead = parts.paragraphs[0]
    return form(f"""{menu()}{each(parts.head)}<div class="bantin"><h2>{escape(parts.title)}</h2>
<div>{escape(day)}</div>{escape(leaked)}<div><strong>{escape(lead)}</strong></div>
<div>{word(_without_lead(parts))}</div></div><table>{tail_of_webforms(parts)}</table>""")


def _without_lead(parts: Parts) -> Parts:
    return replace(parts, paragraphs=parts.paragraphs[1:], caption_at=parts.caption_at - 1)


def theme(parts: Parts, content: str, title: str) -> str:
    """Return the Bắc Giang theme: clock, doubled portlet titles and counters above the article."""
    clock, *boxes = parts.head
    doubled = [_halved(box) for box in boxes]
    portlets = "".join(
        f'<section class="portlet"><h1 class="portlet-title">{escape(name)}</h1>'
        f"<h2>{escape(name)}</h2></section>"
        if twice
        else f'<div class="box">{escape(name)}</div>'
        for name, twice in doubled
    )
    bar = each(parts.stamp, "<span>{}</span>")
    return page(
        "Cổng thông tin điện tử",
        f"""<script>var Liferay={{}};</script><div id="wrapper"><header>
<div class="date">{escape(clock)}</div>{menu()}</header>{portlets}
<div class="portlet-body">{title}<div class="toolbar">{bar}</div>{content}</div></div>""",
    )


def _halved(box: str) -> tuple[str, bool]:
    """Tell a widget's title, which the text shows twice, from other lines."""
    words = box.split()
    half = len(words) // 2
    if words and words[:half] == words[half:]:
        return " ".join(words[:half]), True
    return box, False


def liferay(parts: Parts) -> str:
    """A journal article below the portlet's header."""
    title = f'<h3 class="header-title"><span>{escape(parts.title)}</span></h3>'
    return theme(parts, f'<div class="journal-content-article">{blocks(parts)}</div>', title)


def liferay_full(parts: Parts) -> str:
    """An asset's full content, pasted text, the lead in bold."""
    lead = f"<p><b>{escape(parts.paragraphs[0])}</b></p>"
    content = f'<div class="asset-content">{lead}{word(_without_lead(parts))}</div>'
    title = f"<h1>{escape(parts.title)}</h1>"
    return theme(parts, content, title).replace("portlet-body", "asset-full-content")


def liferay_custom(parts: Parts) -> str:
    """A theme of its own, whose classes nobody has described."""
    title = f'<div class="tit">{escape(parts.title)}</div>'
    return theme(parts, f'<div class="ct">{blocks(parts, wrap="<div>{}</div>")}</div>', title)
