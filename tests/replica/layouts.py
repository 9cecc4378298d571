"""Ten invented layouts that no platform's rules know, each with what makes such pages hard to read.

They are served like any other replica site, and judge the generic scorer: the first page of a site
nobody has described. `SiteSpec.notices` makes every article one sentence long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, ClassVar

from tests.replica import furniture
from tests.replica.generic import FlatSite
from tests.replica.markup import body_html, list_html, picture_tag, table_html
from tests.replica.site import MORE, Routes
from tests.replica.wire import Request, Response, html

if TYPE_CHECKING:
    from tests.replica.story import Story

IMPRINT = (
    "Cơ quan chủ quản: {name}. Giấy phép số 12/GP-TTĐT do Sở Thông tin và Truyền thông cấp ngày "
    "15/8/2017. Chịu trách nhiệm chính: Phó Chủ tịch Thường trực, Trưởng Ban Biên tập. Địa chỉ: số "
    "1 đường Hòa Bình; điện thoại: 024 3825 0000. Ghi rõ nguồn khi phát hành lại thông tin từ "
    "trang này."
)
FEEDBACK = (
    "Bài viết rất hay, mong Ban Biên tập đăng thêm nhiều tin về phong trào ở cơ sở.",
    "Đề nghị địa phương sớm công khai danh sách các hộ được hỗ trợ để Nhân dân cùng giám sát.",
)


class UnknownSite(FlatSite):
    """What the layouts share: the parts of a body, and boxes in the manner of such sites."""

    open_p: ClassVar[str] = "<p>"
    close_p: ClassVar[str] = "</p>"
    mixed: ClassVar[bool] = True

    def paragraph(self, inner: str) -> str:
        return f"{self.open_p}{inner}{self.close_p}"

    def captioned(self, picture: str, caption: str) -> str:
        """A picture over its caption, which may be empty."""
        under = f"{self.paragraph(f'<i>{caption}</i>')}" if caption else ""
        return f"{self.paragraph(picture)}\n{under}"

    def signature(self, name: str) -> str:
        return f'<div style="text-align:right"><b>{escape(name)}</b></div>'

    def heading(self, text: str) -> str:
        return self.paragraph(f"<b>{text}</b>")

    def blocks(self, story: Story, *, lead: bool = True) -> Iterator[str]:
        """The article's text, block by block."""
        text = self.press.text
        if lead and story.lead:
            yield self.paragraph(f"<b>{text(story.lead)}</b>")
        for block in story.blocks:
            if block.kind == "image":
                yield self.captioned(picture_tag(block, self.press), text(block.text))
            elif block.kind == "h":
                yield self.heading(text(block.text))
            elif block.kind == "tr":
                yield table_html(block, self.press)
            elif block.kind == "li":
                yield list_html(block, self.press)
            elif block.kind == "dash":
                yield from (self.paragraph(text(line)) for line in block.lines)
            else:
                yield self.paragraph(text(block.text))
        if story.author and self.signed(story):
            yield self.signature(story.author)

    def text(self, story: Story, *, lead: bool = True) -> str:
        """The text in the layout's own manner, every other time in one of the editors' habits."""
        if self.mixed and story.number % 2:
            shown = lead and bool(story.lead)
            return body_html(story, self.press, lead=shown, byline=self.signed(story))
        return "\n".join(self.blocks(story, lead=lead))

    # -- around it

    def counter_lines(self) -> list[str]:
        return [f"{k}: {v}" for k, v in furniture.counters(self.visits + self.bumped)]

    def menu_list(self) -> str:
        return f'<ul class="menu">{furniture.anchors(self.menu())}</ul>'

    def related(self, story: Story, item: str = "li") -> str:
        """Links to the neighbours, with the dates they appeared."""
        newer, older = self.newer_older(story)
        return "\n".join(
            f'<{item}><a href="{self.address(s)}">{escape(s.title)}</a> ({s.published:%d/%m/%Y})'
            f"</{item}>"
            for s in [*newer, *older]
        )

    def sidebar(self) -> str:
        numbers = "".join(f"<p>{line}</p>" for line in self.counter_lines())
        most_read = furniture.anchors(self.tracked(self.most_read()))
        return f"""<h4>Tin đọc nhiều</h4><ul>{most_read}</ul>
{furniture.poll_form()}
<h4>Thống kê truy cập</h4>{numbers}
<h4>Liên kết</h4><ul>{furniture.anchors(furniture.OFF_SITE)}</ul>{MORE}"""

    def imprint(self) -> str:
        return IMPRINT.format(name=self.name)


class DivPortalSite(UnknownSite):
    """Everything is a `div`, paragraphs too; the date stands beside counters and font buttons."""

    family: ClassVar[str] = "unknown-div"
    open_p: ClassVar[str] = "<div>"
    close_p: ClassVar[str] = "</div>"

    def captioned(self, picture: str, caption: str) -> str:
        under = f'<div style="text-align:center"><em>{caption}</em></div>' if caption else ""
        return f'<div style="text-align:center">{picture}</div>{under}'

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{self.name}</title></head><body>
<div><div><a href="/">{self.name}</a></div><div>{furniture.page_clock()}</div>
{self.menu_list()}</div>
<div><div>{middle}</div><div>{self.sidebar()}</div></div>
<div><div>{self.imprint()}</div></div>
</body></html>""")

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<div>{escape(story.title)}</div>
<div><span>{story.published:%d/%m/%Y - %H:%M}</span> | <span>Lượt xem: {self.views(story)}</span>
<span>Cỡ chữ: A- A A+</span></div>
<div>{self.text(story)}</div>
<div><a href="#">Chia sẻ</a> <a href="#">In trang</a></div>
<div>Các tin khác</div><ul>{self.related(story)}</ul>""")  # fmt: skip


class AspTableSite(UnknownSite):
    """Nested layout tables, `br br`, a label that leaked from the server's code, ids for addresses.

    Neither headings nor a `<title>` of the article's own.
    """

    family: ClassVar[str] = "unknown-asp"
    routes: ClassVar[Routes] = (
        (re.compile(r"/"), "home"),
        (re.compile(r"/danh-muc/([a-z0-9-]+)\.htm"), "listing"),
        (re.compile(r"/(?:vn/)?tin/([a-z0-9-]+)\.aspx"), "article"),
    )
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"^/tin/([^/?]+)\.aspx$"}
    open_p: ClassVar[str] = ""
    close_p: ClassVar[str] = "<br /><br />"

    def address(self, story: Story) -> str:
        return f"/tin/{story.slug}.aspx"

    def trap_path(self, name: str, number: int) -> str:
        return f"/tin/{name}.aspx"

    def captioned(self, picture: str, caption: str) -> str:
        under = f"<i>{caption}</i><br />" if caption else ""
        return f"<center>{picture}<br />{under}</center>"

    def frame(self, title: str, middle: str) -> str:
        hot = "".join(
            f'<tr><td><a href="{escape(url)}">{escape(text)}</a></td></tr>'
            for url, text in self.tracked(self.most_read())
        )
        numbers = "<br />".join(self.counter_lines())
        return self.finished(f"""<html xmlns="http://www.w3.org/1999/xhtml">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{self.name}</title></head>
<body><form method="post" action="./" id="form1">
<input type="hidden" name="__VIEWSTATE" value="/wEPDwUKMTY1NDU2" />
<table width="1000" align="center"><tr><td colspan="3"><font size="5">{self.name.upper()}</font>
</td></tr><tr><td colspan="3">Hôm nay: {furniture.page_clock()}</td></tr>
<tr>{furniture.anchors(self.menu(), "td")}</tr>
<tr><td width="200" valign="top"><table>{hot}</table></td>
<td valign="top">{middle}</td>
<td width="180" valign="top"><table><tr><td>Số lượt truy cập</td></tr><tr><td>{numbers}</td></tr>
</table>{MORE}</td></tr>
<tr><td colspan="3" align="center">{self.imprint()}</td></tr></table></form></body></html>""")

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<table width="100%"><tr><td><table width="100%"><tr><td>TIN TỨC - SỰ KIỆN</td></tr></table>
</td></tr>
<tr><td><table width="100%"><tr><td>
<span id="ctl00_ph_lbl1">{escape(story.title)}</span><br />
<span id="ctl00_ph_lbl2">Cập nhật lúc {story.published:%H:%M} ngày {story.published:%d/%m/%Y}</span>
<br />asp:Label ID="lblTomTat" runat="server"<br />
<span id="ctl00_ph_lbl3">{self.text(story)}</span></td></tr></table></td></tr>
<tr><td align="right"><a href="#">In bài viết</a> | Lượt xem: {self.views(story)}</td></tr>
<tr><td>Các tin đã đăng:</td></tr>
<tr><td><ul>{self.related(story)}</ul></td></tr></table>""")  # fmt: skip


class AspRowsSite(AspTableSite):
    """The same tables with a row for every paragraph, `font` instead of classes, bare numbers for
    addresses."""

    family: ClassVar[str] = "unknown-rows"
    mixed: ClassVar[bool] = False
    routes: ClassVar[Routes] = (*AspTableSite.routes[:2], (re.compile(r"/xemtin\.aspx"), "article"))
    registry_keys: ClassVar[dict[str, object]] = {"identity": r"^/xemtin\.aspx\?.*?id=(\d+)"}
    open_p: ClassVar[str] = '<tr><td colspan="2"><font face="Times New Roman" size="3">'
    close_p: ClassVar[str] = "</font></td></tr>"

    def address(self, story: Story) -> str:
        return f"/xemtin.aspx?id={story.cms_id}"

    def key(self, story: Story) -> str:
        return f"id:{story.cms_id}"

    def twins(self, story: Story) -> list[str]:
        return [f"{self.address(story)}&cat=1"]

    def trap_path(self, name: str, number: int) -> str:
        return f"/xemtin.aspx?id={number}"

    def article(self, request: Request, match: re.Match[str]) -> Response | None:
        number = request.query.get("id", "")
        story = self.by_cms_id.get(int(number)) if number.isdigit() else None
        if story is None:
            return None
        return self.gone(story) or html(self.article_page(story))

    def captioned(self, picture: str, caption: str) -> str:
        row = f'<tr><td colspan="2" align="center">{picture}</td></tr>'
        if not caption:
            return row
        return f'{row}<tr><td colspan="2" align="center"><i>{caption}</i></td></tr>'

    def signature(self, name: str) -> str:
        return f'<tr><td colspan="2" align="right"><b>{escape(name)}</b></td></tr>'

    def blocks(self, story: Story, *, lead: bool = True) -> Iterator[str]:
        for block in super().blocks(story, lead=lead):
            inner = block.startswith(("<table", "<ul"))
            yield f'<tr><td colspan="2">{block}</td></tr>' if inner else block

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<table width="100%"><tr><td colspan="2" bgcolor="#cc0000"><b>Tin hoạt động</b></td></tr>
<tr><td colspan="2"><b><font size="4" color="#003399">{escape(story.title)}</font></b></td></tr>
<tr><td><i>Ngày đăng: {story.published:%d/%m/%Y}</i></td><td align="right">Đã xem:
{self.views(story)}</td></tr>
{self.text(story)}
<tr><td colspan="2"><b>Tin cùng chuyên mục</b></td></tr>
<tr><td colspan="2">{self.related(story, "div")}</td></tr></table>""")  # fmt: skip

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return f"{story.published:%Y-%m-%d}", "day"


class PortletSite(UnknownSite):
    """Portlets whose titles are the only `h1`; a clock of today, and no date of the article."""

    family: ClassVar[str] = "unknown-portlet"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return None, "none"

    def portlet(self, name: str, inner: str) -> str:
        return f"""<section class="portlet"><header class="portlet-topper">
<h1 class="portlet-title"><span>{name}</span></h1></header><h2>{name}</h2>
<div class="portlet-content">{inner}</div></section>"""

    def frame(self, title: str, middle: str) -> str:
        numbers = "".join(f"<p>{line}</p>" for line in self.counter_lines())
        sections = furniture.anchors(item for item in self.menu() if "/danh-muc/" in item[0])
        most_read = furniture.anchors(self.tracked(self.most_read()))
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi-VN"><head><meta charset="utf-8"><title>Chi tiết tin - {self.name}</title></head>
<body><div id="wrapper"><header><div class="ngay">{furniture.page_clock()}</div>{self.menu_list()}
</header><div class="row"><div class="col">
{self.portlet("Chuyên mục", f"<ul>{sections}</ul>")}
{self.portlet("Số lượng truy cập", numbers)}</div>
<div class="col">{middle}</div>
<div class="col">{self.portlet("Thông tin cần biết", f"<ul>{most_read}</ul>")}
{MORE}</div></div>
<footer><p>{self.imprint()}</p></footer></div></body></html>""")

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<section class="portlet"><div class="portlet-body">
<div class="tieu-de-tin"><span>{escape(story.title)}</span></div>
<div>| Lượt xem: {self.views(story)}</div>
<div class="tools"><span>Chế độ ban đêm OFF</span> <span>Cỡ chữ: A- A A+</span>
<span>Đọc bài viết</span></div>
<div class="noi-dung-tin">{body_html(story, self.press, lead=bool(story.lead),
                                     byline=self.signed(story))}</div>
<div class="ratings"><span>Đánh giá trung bình (0 phiếu)</span></div>
<div class="lien-quan"><h3>Tin liên quan</h3><ul>{self.related(story)}</ul></div>
</div></section>""")  # fmt: skip


class WordPasteSite(UnknownSite):
    """Text pasted from Word into `div`s: `MsoNormal`, `o:p`, fonts, pictures in tables."""

    family: ClassVar[str] = "unknown-mso"
    open_p: ClassVar[str] = (
        '<div class="MsoNormal" style="margin:6pt 0cm;text-align:justify"><font face="Times New '
        'Roman"><span lang="NL" style="font-size:14pt">'
    )
    close_p: ClassVar[str] = "<o:p></o:p></span></font></div>"

    def captioned(self, picture: str, caption: str) -> str:
        cell = '<td style="padding:0cm 5.4pt"><div class="MsoNormal" align="center">{}</div></td>'
        rows = f"<tr>{cell.format(picture)}</tr>"
        if caption:
            rows += f"<tr>{cell.format(f'<i>{caption}<o:p></o:p></i>')}</tr>"
        return f'<table class="MsoTableGrid" align="center" border="0">{rows}</table>'

    def signature(self, name: str) -> str:
        return f'<div class="MsoNormal" align="right"><b>{escape(name)}<o:p></o:p></b></div>'

    def blocks(self, story: Story, *, lead: bool = True) -> Iterator[str]:
        for block in super().blocks(story, lead=lead):
            yield block
            yield '<div class="MsoNormal"><o:p>&nbsp;</o:p></div>'

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{self.name}</title></head><body>
<div id="header"><div class="banner">{self.name}</div>{self.menu_list()}</div>
<div id="left">{self.sidebar()}</div><div id="center">{middle}</div>
<div id="footer">{self.imprint()}</div></body></html>""")

    def article_page(self, story: Story) -> str:
        weekday = furniture.weekday(story.published).lower()
        return self.frame(story.title, f"""
<div class="tit"><b>{escape(story.title)}</b></div>
<div class="tit2">({weekday}, ngày {story.published.day} tháng {story.published.month} năm
{story.published.year})</div>
<div class="WordSection1">{self.text(story)}</div>
<div class="link"><b>Xem thêm các tin khác</b>{self.related(story, "div")}</div>""")  # fmt: skip

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return f"{story.published:%Y-%m-%d}", "day"


class SectionsSite(UnknownSite):
    """A text in several containers, with headings, quotes, and a box of links in between."""

    family: ClassVar[str] = "unknown-sections"

    def heading(self, text: str) -> str:
        return f"<h3>{text}</h3>"

    def captioned(self, picture: str, caption: str) -> str:
        under = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f"<figure>{picture}{under}</figure>"

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} | {self.name}</title></head>
<body class="has-sidebar"><header><a class="logo" href="/">{self.name}</a><nav>{self.menu_list()}
</nav></header><main>{middle}</main><aside>{self.sidebar()}</aside>
<footer><p>{self.imprint()}</p></footer></body></html>""")

    def article_page(self, story: Story) -> str:
        blocks = list(self.blocks(story))
        third = max(len(blocks) // 3, 1)
        parts = [blocks[:third], blocks[third : 2 * third], blocks[2 * third :]]
        newer, older = self.newer_older(story, 2)
        box = f"""<div class="box-lien-quan"><b>Tin liên quan</b>
<ul>{furniture.anchors(self.linked([*newer, *older]))}</ul></div>"""
        sections = [
            f'<section class="block block-text">{"".join(part)}</section>' for part in parts if part
        ]
        sections.insert(1, box)
        tags = ", ".join(f'<a href="/tag/{i}">{tag}</a>' for i, tag in enumerate(story.tags))
        return self.frame(story.title, f"""
<h1 class="page-title">{escape(story.title)}</h1>
<div class="meta"><span class="cat">{self.truth_of(story).section}</span>
<span class="time">{story.published:%H:%M | %d/%m/%Y}</span></div>
<div class="blocks">{"".join(sections)}</div>
<div class="tags">Từ khóa: {tags}</div>""")  # fmt: skip


class NewspaperSite(UnknownSite):
    """A newspaper's page: metadata, the lead in a heading above, comments with dates below."""

    family: ClassVar[str] = "unknown-news"

    def lead_tag(self, story: Story) -> str:
        return f'<h2 class="sapo">{self.press.text(story.lead)}</h2>' if story.lead else ""

    def captioned(self, picture: str, caption: str) -> str:
        under = f'<p class="caption">{caption}</p>' if caption else ""
        return f'<div class="photo">{picture}{under}</div>'

    def metadata(self, story: Story) -> str:
        moment = story.published.replace(second=0).isoformat()
        told = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
            "datePublished": moment, "dateModified": moment,
        }  # fmt: skip
        described = escape(story.lead)
        return f"""<meta property="og:title" content="{escape(story.title)}">
<meta property="og:description" content="{described}">
<meta property="article:published_time" content="{moment}">
<script type="application/ld+json">{json.dumps(told, ensure_ascii=False)}</script>"""

    def frame(self, title: str, middle: str, head: str = "") -> str:
        return self.finished(f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head><body>
<div class="cookie-notice">Trang này dùng cookie để phục vụ bạn đọc tốt hơn. Tiếp tục sử dụng nghĩa
là bạn đồng ý với chính sách của chúng tôi. <a href="#">Đồng ý</a></div>
<div class="top">{furniture.page_clock()}</div><nav>{self.menu_list()}</nav>
<div class="container"><div class="col-left">{middle}</div>
<div class="col-right">{self.sidebar()}</div></div>
<footer><p>{self.imprint()}</p></footer></body></html>""")

    def comments(self, story: Story) -> str:
        day = f"{story.published + timedelta(days=2):%d/%m/%Y}"
        shown = "".join(
            f'<li class="comment"><b>Bạn đọc {i}</b> <span>{day} 1{i}:15</span><p>{text}</p></li>'
            for i, text in enumerate(FEEDBACK, 1)
        )
        return f'<div class="comments"><h3>Ý kiến bạn đọc</h3><ul>{shown}</ul></div>'

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul>
<div class="detail"><h1>{escape(story.title)}</h1>
<div class="info"><span>{story.published:%d/%m/%Y %H:%M} (GMT+7)</span>
<a href="#">Chia sẻ</a></div>
{self.lead_tag(story)}
<div class="content">{self.text(story, lead=False)}</div></div>
<div class="rating">Hãy là người đầu tiên đánh giá bài viết này</div>
{self.comments(story)}
<div class="more"><h3>Đọc thêm</h3>{self.related(story, "p")}</div>""",
                          self.metadata(story))  # fmt: skip


class OldFrontPageSite(UnknownSite):
    """HTML of twenty years ago: `center`, `font`, paragraphs never closed, rules between parts."""

    family: ClassVar[str] = "unknown-old"
    mixed: ClassVar[bool] = False
    open_p: ClassVar[str] = "<P align=justify><FONT face=Arial size=2>"
    close_p: ClassVar[str] = "</FONT>"

    def captioned(self, picture: str, caption: str) -> str:
        under = f"<BR><FONT size=1><I>{caption}</I></FONT>" if caption else ""
        return f"<P align=center>{picture}{under}"

    def signature(self, name: str) -> str:
        return f"<P align=right><B>{escape(name)}</B>"

    def frame(self, title: str, middle: str) -> str:
        links = " | ".join(f'<A href="{path}">{text}</A>' for path, text in self.menu())
        hot = "<BR>".join(
            f'<A href="{escape(url)}">{escape(text)}</A>'
            for url, text in self.tracked(self.most_read())
        )
        return self.finished(f"""<HTML><HEAD>
<META http-equiv=Content-Type content="text/html; charset=utf-8"><TITLE>{self.name}</TITLE></HEAD>
<BODY bgColor=#ffffff><CENTER><FONT color=red size=6>{self.name}</FONT><BR>{links}</CENTER><HR>
{middle}<HR><B>Tin đọc nhiều</B><BR>{hot}<HR>{"<BR>".join(self.counter_lines())}{MORE}
<HR><CENTER><FONT size=1>{self.imprint()}</FONT></CENTER></BODY></HTML>""")

    def article_page(self, story: Story) -> str:
        moment = story.published
        return self.frame(story.title, f"""
<CENTER><FONT color=#000080 size=4><B>{escape(story.title)}</B></FONT></CENTER>
<P align=right><FONT size=1>Ngày cập nhật: {moment.day}/{moment.month}/{moment.year}</FONT>
{self.text(story)}
<P><B>Các bài khác:</B><UL>{self.related(story)}</UL>""")  # fmt: skip

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return f"{story.published:%Y-%m-%d}", "day"


class UndatedSite(DivPortalSite):
    """Dates all around, in the clock, the neighbours and the imprint, but none of the article."""

    family: ClassVar[str] = "unknown-undated"
    open_p: ClassVar[str] = '<p style="text-align:justify">'
    close_p: ClassVar[str] = "</p>"

    def date_shown(self, story: Story) -> tuple[str | None, str]:
        return None, "none"

    def article_page(self, story: Story) -> str:
        return self.frame(story.title, f"""
<div class="khung"><h3>{escape(story.title)}</h3><p>Lượt xem: {self.views(story)}</p>
<div class="chitiet">{self.text(story)}</div>
<h3>Tin mới nhất</h3><ul>{self.related(story)}</ul></div>""")  # fmt: skip


class CardsSite(UnknownSite):
    """One of many cards of one class: the article between teasers that look just like it."""

    family: ClassVar[str] = "unknown-cards"

    def captioned(self, picture: str, caption: str) -> str:
        under = f'<span class="chu-thich">{caption}</span>' if caption else ""
        return f'<p style="text-align:center">{picture}<br>{under}</p>'

    def teasers_of(self, some: Iterable[Story]) -> str:
        return "".join(
            f'<div class="card"><div class="card-body"><h4><a href="{self.address(s)}">'
            f"{escape(s.title)}</a></h4><p>{escape((s.lead or s.blocks[0].text)[:110])}...</p>"
            "</div></div>"
            for s in some
        )

    def frame(self, title: str, middle: str) -> str:
        return self.finished(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title></head><body>
<div class="navbar">{self.menu_list()}</div><div class="container">{middle}</div>
<div class="container">{self.sidebar()}</div>
<div class="footer"><p>{self.imprint()}</p></div></body></html>""")

    def article_page(self, story: Story) -> str:
        newer, older = self.newer_older(story, 3)
        return self.frame(story.title, f"""
<div class="card"><div class="card-body"><h2 class="card-title">{escape(story.title)}</h2>
<p class="small">Đăng lúc: {story.published:%H:%M %d-%m-%Y} - Người đăng: Quản trị</p>
{self.text(story)}</div></div>
<h3>Có thể bạn quan tâm</h3>
{self.teasers_of([*newer, *older])}""")  # fmt: skip


LAYOUTS: tuple[type[UnknownSite], ...] = (
    DivPortalSite, AspTableSite, AspRowsSite, PortletSite, WordPasteSite, SectionsSite,
    NewspaperSite, OldFrontPageSite, UndatedSite, CardsSite,
)  # fmt: skip
