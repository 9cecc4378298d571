"""A story's body as editors leave it in a CMS: five habits, from clean paragraphs to Word paste."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.replica.story import Block, Story

MSO = (
    'class="MsoNormal" style="text-align:justify;text-indent:36.0pt;line-height:150%"><span '
    'style="font-size:14.0pt;line-height:150%;font-family:&quot;Times New Roman&quot;,serif">'
)


@dataclass(frozen=True, slots=True)
class Press:
    """How one site prints: where its pictures lie and what its typography does to a text."""

    picture: Callable[[str], str]
    shown: Callable[[str], str] = str

    def text(self, words: str) -> str:
        return escape(self.shown(words), quote=False)


def body_html(story: Story, press: Press, *, lead: bool = False, byline: bool | None = None) -> str:
    """The body as HTML; with `lead`, the story's lead stands before it as a bold paragraph."""
    writer = {"A": variant_a, "B": variant_b, "C": variant_c, "D": variant_d, "E": variant_e}
    signed = story.author_where == "body" if byline is None else byline
    name = story.author if signed else None
    lines = writer[story.variant](story, press, story.lead if lead else None, name)
    text = "\n".join(lines)
    return unicodedata.normalize("NFD", text) if story.decomposed else text


def picture_tag(block: Block, press: Press) -> str:
    alt = escape(press.shown(block.text))
    return f'<img alt="{alt}" height="420" src="{press.picture(block.src)}" width="640" />'


def table_html(block: Block, press: Press) -> str:
    rows = (
        "".join(f"<td>{press.text(cell)}</td>" for cell in line.split("|")) for line in block.lines
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    style = 'border="1" cellpadding="1" cellspacing="0" style="width:100%;"'
    return f"<table {style}><tbody>{body}</tbody></table>"


def list_html(block: Block, press: Press) -> str:
    return "<ul>\n" + "\n".join(f"\t<li>{press.text(i)}</li>" for i in block.lines) + "\n</ul>"


def variant_a(story: Story, press: Press, lead: str | None, name: str | None) -> Iterator[str]:
    """Clean paragraphs, `figure` and `figcaption`."""
    if lead:
        yield f"<p><strong>{press.text(lead)}</strong></p>"
    for block in story.blocks:
        text = press.text(block.text)
        if block.kind == "image":
            caption = f"<figcaption>{text}</figcaption>" if text else ""
            figure = f'<figure class="image">{picture_tag(block, press)}{caption}</figure>'
            yield f'<div style="text-align:center">{figure}</div>'
        elif block.kind == "h":
            yield f"<h3>{text}</h3>"
        elif block.kind == "quote":
            yield f"<blockquote><p>{text}</p></blockquote>"
        elif block.kind == "tr":
            yield table_html(block, press)
        elif block.kind == "li":
            yield list_html(block, press)
        else:
            yield f"<p>{text}</p>"
    if name:
        yield f'<p style="text-align: right;"><strong>{escape(name)}</strong></p>'


def variant_b(story: Story, press: Press, lead: str | None, name: str | None) -> Iterator[str]:
    """Justified paragraphs; picture and caption in two centred paragraphs of their own."""
    open_p = '<p style="text-align: justify;">'
    if lead:
        yield f"{open_p}<strong>{press.text(lead)}</strong></p>"
    for block in story.blocks:
        text = press.text(block.text)
        if block.kind == "image":
            yield f'<p style="text-align: center;">{picture_tag(block, press)}</p>'
            if text:
                yield f'<p style="text-align: center;"><em>{text}</em></p>'
        elif block.kind == "h":
            yield f"{open_p}<strong>{text}</strong></p>"
        elif block.kind == "quote":
            yield f"{open_p}<em>{text}</em></p>"
        elif block.kind == "tr":
            yield table_html(block, press)
        elif block.kind == "li":
            yield list_html(block, press)
        else:
            yield f"{open_p}{text}</p>"
    if name:
        yield f'<p style="text-align: right;"><strong>{escape(name)}</strong></p>'


def variant_c(story: Story, press: Press, lead: str | None, name: str | None) -> Iterator[str]:
    """Pasted from a newspaper: pictures in caption tables."""
    if lead:
        yield f'<p class="Normal"><strong>{press.text(lead)}</strong></p>'
    for block in story.blocks:
        text = press.text(block.text)
        if block.kind == "image":
            rows = f"<tr><td>{picture_tag(block, press)}</td></tr>"
            rows += f'<tr><td class="Image">{text}</td></tr>' if text else ""
            style = 'align="center" border="0" cellpadding="3" cellspacing="0" class="tplCaption"'
            yield f"<table {style}><tbody>{rows}</tbody></table>"
        elif block.kind == "li":
            yield list_html(block, press)
        else:
            yield f'<p class="Normal">{text}</p>'
    if name:
        yield f'<p class="Normal" style="text-align:right;"><strong>{escape(name)}</strong></p>'


def variant_d(story: Story, press: Press, lead: str | None, name: str | None) -> Iterator[str]:
    """Pasted from Word: MsoNormal, spans, `o:p`, empty paragraphs, lists typed by hand."""
    centre = '<p align="center" class="MsoNormal" style="text-align:center">'
    if lead:
        yield f"<p {MSO}<strong>{press.text(lead)}</strong><o:p></o:p></span></p>"
    for block in story.blocks:
        text = press.text(block.text)
        if block.kind == "image":
            yield f"{centre}{picture_tag(block, press)}</p>"
            if text:
                yield f'{centre}<i><span style="font-size:13.0pt">{text}</span></i></p>'
        elif block.kind == "dash":
            for line in block.lines:
                yield f"<p {MSO}{press.text(line)}<o:p></o:p></span></p>"
            yield '<p class="MsoNormal">&nbsp;</p>'
        else:
            yield f"<p {MSO}{text}<o:p></o:p></span></p>"
    if name:
        yield f'<p align="right" class="MsoNormal"><b>{escape(name)}</b><o:p></o:p></p>'


def variant_e(story: Story, press: Press, lead: str | None, name: str | None) -> Iterator[str]:
    """One `div`, paragraphs parted by `br br`."""
    if lead:
        yield f'<div style="text-align:justify"><strong>{press.text(lead)}</strong></div>'
    run: list[str] = []
    for block in story.blocks:
        if block.kind != "image":
            run += [press.text(line) for _, line in block.truth_lines()]
            continue
        yield f'<div style="text-align:justify">{"<br /><br />".join(run)}</div>'
        run = []
        text = press.text(block.text)
        caption = f'<br /><span style="color:rgb(0,0,255)"><i>{text}</i></span>' if text else ""
        yield f'<div style="text-align:center">{picture_tag(block, press)}{caption}</div>'
    if run:
        yield f'<div style="text-align:justify">{"<br /><br />".join(run)}</div>'
    if name:
        yield f'<div style="text-align:right"><b>{escape(name)}</b></div>'
