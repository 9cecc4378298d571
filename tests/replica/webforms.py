"""An ASP.NET WebForms portal of the old Đồng Nai kind: a GridView whose pager posts its state."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, ClassVar, Literal

from tests.replica import furniture
from tests.replica.markup import body_html
from tests.replica.sentences import SECTIONS
from tests.replica.site import MORE, Routes, Site
from tests.replica.wire import Request, Response, html

if TYPE_CHECKING:
    from tests.replica.story import Story

GRID = "ctl00$ContentPlaceHolder1$GridView1"
PAGER_NUMBERS = 10
SECTION_IDS = {slug: i for i, slug in enumerate(SECTIONS, start=1)}


def state_of(section: int, page: int, era: int) -> str:
    """A viewstate: opaque to the client, valid for the page it stands on, until the era ends."""
    text = json.dumps({"section": section, "page": page, "era": era, "pad": "0" * 240})
    return base64.b64encode(text.encode()).decode()


def read_state(state: str) -> tuple[int, int, int] | None:
    try:
        told = json.loads(base64.b64decode(state, validate=True))
        return int(told["section"]), int(told["page"]), int(told["era"])
    except (ValueError, KeyError, TypeError):
        return None


class WebFormsSite(Site):
    family: ClassVar[str] = "webforms"
    platform: ClassVar[str] = "webforms"
    cookie: ClassVar[str] = "ASP.NET_SessionId"
    routes: ClassVar[Routes] = (
        (re.compile(r"/(?:default\.aspx)?", re.IGNORECASE), "home"),
        (re.compile(r"/(?:gioithieu|lienhe)\.aspx", re.IGNORECASE), "static"),
        (re.compile(r"/danhsachtin\.aspx", re.IGNORECASE), "listing"),
        (
            re.compile(r"(?:/\(S\(\w+\)\))?/(viewdetail|printitem)\.aspx", re.IGNORECASE),
            "detail",
        ),
    )

    def address(self, story: Story) -> str:
        return f"/ViewDetail.aspx?nID={story.cms_id}"

    def key(self, story: Story) -> str:
        return f"viewdetail:nid:{story.cms_id}"

    def listings(self) -> list[str]:
        return [f"/DanhSachTin.aspx?cat={number}" for number in SECTION_IDS.values()]

    def twins(self, story: Story) -> list[str]:
        return [
            f"/(S(bddbj1qz0m{story.number % 10}vft45))/ViewDetail.aspx?nID={story.cms_id}",
            f"/PrintItem.aspx?nID={story.cms_id}",
            f"/ViewDetail.aspx?nID={story.cms_id}&AspxAutoDetectCookieSupport=1",
        ]

    def trap_path(self, name: str, number: int) -> str:
        return f"/ViewDetail.aspx?nID={number}"

    def lead_where(self, story: Story) -> Literal["field", "body", "excerpt"]:
        return "field"

    def picture(self, src: str) -> str:
        return f"/uploads/images/{src}"

    def attachments_of(self, story: Story) -> list[str]:
        return [f"/files/{story.attachment}"] if story.attachment else []

    def menu(self) -> list[tuple[str, str]]:
        return [
            ("/Default.aspx", "Trang chủ"),
            ("/GioiThieu.aspx", "Giới thiệu"),
            *((f"/DanhSachTin.aspx?cat={n}", SECTIONS[slug]) for slug, n in SECTION_IDS.items()),
            ("/LienHe.aspx", "Liên hệ"),
        ]

    era = 0

    def expire_states(self) -> None:
        """Forget every viewstate given out: postbacks with them are answered 500 from now on."""
        self.era += 1

    # -- what each address answers

    def home(self, request: Request, match: re.Match[str]) -> Response:
        links = furniture.anchors(self.linked(self.newest[:10]))
        return html(self.frame("Trang chủ", f"<ul>{links}</ul>"))

    def static(self, request: Request, match: re.Match[str]) -> Response:
        return html(self.frame("Giới thiệu", "<p>Chưa có thông tin</p>"))

    def detail(self, request: Request, match: re.Match[str]) -> Response:
        cms_id = request.query.get("nID", "")
        story = self.by_cms_id.get(int(cms_id)) if cms_id.isdigit() else None
        if story is None:
            return html(self.frame("Thông báo", "<p>Không tìm thấy bản tin.</p>"), 404)
        if gone := self.gone(story):
            return gone
        printed = match[1].lower() == "printitem"
        return html(self.print_page(story) if printed else self.article_page(story))

    def listing(self, request: Request, match: re.Match[str]) -> Response:
        """A section; a postback without a valid state is answered 500, as event validation does."""
        numbers = {str(number): slug for slug, number in SECTION_IDS.items()}
        slug = numbers.get(request.query.get("cat", ""))
        if slug is None:
            return html(self.frame("Thông báo", "<p>Chuyên mục không tồn tại.</p>"), 404)
        page = 1 if request.method != "POST" else self.posted_page(slug, request.form)
        if page is None:
            return html("<html><body><h1>Server Error in '/' Application.</h1></body></html>", 500)
        return html(self.listing_page(slug, page))

    def posted_page(self, slug: str, form: dict[str, str]) -> int | None:
        """The page a postback asks for; None when its state or target is not valid here.

        A search button in the form turns the pager request into a search: page 1, as observed.
        """
        told = read_state(form.get("__VIEWSTATE", ""))
        section = SECTION_IDS[slug]
        if told is None or (told[0], told[2]) != (section, self.era):
            return None
        if "__EVENTVALIDATION" not in form:
            return None
        if "ctl00$btnTim" in form:
            return 1
        kind, _, number = form.get("__EVENTARGUMENT", "").partition("$")
        if form.get("__EVENTTARGET") != GRID or kind != "Page" or not number.isdigit():
            return None
        page, last = int(number), self.pages_of(self.by_section[slug])
        if page not in self.offered(told[1], last):
            return None
        return page if self.spec.always_next else min(page, last)

    def offered(self, page: int, last: int) -> range:
        """The pages a GridView names while it shows `page`: its block of ten and both dots."""
        start = (page - 1) // PAGER_NUMBERS * PAGER_NUMBERS + 1
        end = start + PAGER_NUMBERS
        top = end if self.spec.always_next else min(end, last)
        return range(max(start - 1, 1), top + 1)

    # -- pages

    def frame(self, title: str, middle: str, state: str = "") -> str:
        """The layout table and the one form around everything, with its hidden state."""
        hidden = "\n".join(
            f'<input type="hidden" name="{name}" id="{name}" value="{value}" />'
            for name, value in (
                ("__EVENTTARGET", ""),
                ("__EVENTARGUMENT", ""),
                ("__VIEWSTATE", state or state_of(0, 0, self.era)),
                ("__VIEWSTATEGENERATOR", "CA0B0334"),
                ("__EVENTVALIDATION", base64.b64encode(title.encode()).decode()),
            )
        )
        menu = furniture.anchors(self.menu(), 'td class="menu"')
        numbers = "&nbsp;".join(
            f"{k}: {v}" for k, v in furniture.counters(self.visits + self.bumped)
        )
        hot = "".join(
            f'<tr><td><a href="{url}">{escape(text)}</a></td></tr>'
            for url, text in self.tracked(self.most_read())
        )
        page = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html xmlns="http://www.w3.org/1999/xhtml">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{self.name}</title></head>
<body>
<form method="post" action="./" id="aspnetForm">
<div>{hidden}</div>
<script type="text/javascript">
function __doPostBack(eventTarget, eventArgument) {{
  theForm.__EVENTTARGET.value = eventTarget; theForm.submit();
}}
</script>
<table width="1000" align="center">
<tr><td colspan="2" class="banner">{self.name.upper()}</td></tr>
<tr><td colspan="2"><span id="ctl00_lblNgay">Hôm nay, {furniture.page_clock()}</span></td></tr>
<tr>{menu}</tr>
<tr><td colspan="2"><input type="text" name="ctl00$txtTim" />
  <input type="submit" name="ctl00$btnTim" value="Tìm" /></td></tr>
<tr><td class="left" valign="top"><table><tr><td>Tin đọc nhiều</td></tr>{hot}</table>{MORE}</td>
<td class="main" valign="top">
{middle}
</td></tr>
<tr><td colspan="2" class="footer">{numbers}<br />Bản quyền ©2011 {self.name}.
  <a href="#top">Về đầu</a></td></tr>
</table>
</form>
</body>
</html>
"""
        return self.finished(page)

    def listing_page(self, slug: str, page: int) -> str:
        section = self.by_section[slug]
        last = self.pages_of(section)
        rows = "".join(self.row(story) for story in self.slice_of(section, min(page, last)))
        if page == 1 and SECTION_IDS[slug] == 1:
            rows += "".join(
                f'<tr><td><a class="tieude" href="ViewDetail.aspx?nID={path.rpartition("=")[2]}">'
                f"{trap.title}</a></td></tr>\n"
                for path, trap in self.traps()
            )
        grid = f"""
<div class="title">{SECTIONS[slug]}</div>
<table id="ctl00_ContentPlaceHolder1_GridView1" cellspacing="0" border="0">
{rows}{self.pager(page, last)}
</table>
"""
        return self.frame(SECTIONS[slug], grid, state_of(SECTION_IDS[slug], page, self.era))

    def row(self, story: Story) -> str:
        path = self.address(story).lstrip("/")
        return f"""
<tr><td><a class="tieude" href="{path}">{escape(story.title)}</a>
  <span class="ngay">({story.published:%d/%m/%Y})</span><br />
  <span class="tomtat">{escape(story.lead)}</span> <a href="{path}">Chi tiết</a></td></tr>
"""

    def pager(self, page: int, last: int) -> str:
        cells = ""
        start = (page - 1) // PAGER_NUMBERS * PAGER_NUMBERS + 1
        for number in self.offered(page, last):
            if number == page:
                cells += f"<td><span>{number}</span></td>"
                continue
            outside = number < start or number >= start + PAGER_NUMBERS
            text = "..." if outside else str(number)
            target = f"javascript:__doPostBack(&#39;{GRID}&#39;,&#39;Page${number}&#39;)"
            cells += f'<td><a href="{target}">{text}</a></td>'
        if last == 1 and not self.spec.always_next:
            return ""
        return f'<tr class="pager"><td><table border="0"><tr>{cells}</tr></table></td></tr>\n'

    def article_page(self, story: Story) -> str:
        form: Literal["NFC", "NFD"] = "NFD" if story.decomposed else "NFC"
        title = unicodedata.normalize(form, escape(story.title))
        lead = unicodedata.normalize(form, escape(story.lead))
        label = "ctl00_ContentPlaceHolder1_lbl"
        day = f"Đăng ngày: {story.published:%d-%m-%Y %H:%M}"
        leaked = 'asp:Label ID="lblSummary" runat="server"'
        middle = f"""
<table width="100%">
<tr><td class="khung">Nội dung bản tin</td></tr>
<tr><td><span id="{label}Title" class="tieudetin">{title}</span></td></tr>
<tr><td><span id="{label}Date">{day}</span></td></tr>
<tr><td>{leaked}<br /><span id="{label}Summary" class="tomtat"><b>{lead}</b></span></td></tr>
<tr><td><span id="{label}Content" class="noidung">
{body_html(story, self.press, byline=self.signed(story))}
</span>{self.attached(story)}</td></tr>
<tr><td align="right"><a href="PrintItem.aspx?nID={story.cms_id}">In nội dung</a> | Lượt xem:
  {self.views(story)}</td></tr>
<tr><td>Các tin đã đăng ngày: <input type="text" name="ctl00$txtNgay" />
  <input type="submit" name="ctl00$btnXem" value="Xem" /></td></tr>
{self.others(story)}
</table>
"""
        return self.frame(story.title, middle)

    def attached(self, story: Story) -> str:
        if not story.attachment:
            return ""
        link = f'<a href="/files/{story.attachment}">{story.attachment}</a>'
        return f'<div class="file">Tệp đính kèm: {link}</div>'

    def others(self, story: Story) -> str:
        newer, older = self.newer_older(story)
        return "".join(
            f'<tr><td><a href="ViewDetail.aspx?nID={s.cms_id}">{escape(s.title)}</a> '
            f"({s.published:%d/%m/%Y})</td></tr>"
            for s in [*newer, *older]
        )

    def print_page(self, story: Story) -> str:
        return f"""<html>
<head><meta charset="utf-8"><title>In nội dung</title></head>
<body onload="print()"><b>{escape(story.title)}</b><p>{escape(story.lead)}</p>
{body_html(story, self.press, byline=self.signed(story))}</body>
</html>"""
