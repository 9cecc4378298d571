"""What surrounds an article on every page: menus, boxes, clocks, counters, polls, share buttons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from tests.replica.story import VIETNAM

WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
OFF_SITE = (
    ("http://www.chinhphu.example/", "Cổng Thông tin điện tử Chính phủ"),
    ("http://quochoi.example/", "Quốc hội Việt Nam"),
    ("http://mattran.example/", "Trang tin trung ương"),
    ("https://www.facebook.com/mattran.example", "Facebook"),
    ("http://88dacuoc.example/content/tin-mat-tran.htm", "Tin nhanh 24h"),
)
POLL = (
    "Bạn đánh giá thế nào về giao diện của trang thông tin này?",
    "Rất đẹp",
    "Bình thường",
    "Cần cải tiến thêm",
)


def weekday(moment: datetime) -> str:
    """`Thứ sáu`, `Chủ nhật`."""
    day = moment.weekday()
    return "Chủ nhật" if day == 6 else f"Thứ {WEEKDAYS[day]}"


def page_clock() -> str:
    """Today as page headers show it: `Thứ năm, 09 Tháng 05 Năm 2024`. Never a publication date."""
    now = datetime.now(VIETNAM)
    return f"{weekday(now)}, {now.day:02} Tháng {now.month:02} Năm {now.year}"


def thousands(number: int) -> str:
    return f"{number:,}"


def counters(visits: int) -> list[tuple[str, str]]:
    """The visit counters of a page that was asked for as the site's `visits`-th."""
    return [
        ("Đang truy cập", str(3 + visits % 47)),
        ("Hôm nay", thousands(120 + visits)),
        ("Tháng hiện tại", thousands(4_205 + visits)),
        ("Tổng lượt truy cập", thousands(1_840_377 + visits)),
    ]


def anchors(links: Iterable[tuple[str, str]], item: str = "li", attributes: str = "") -> str:
    """Links as list items, titles repeated in the attribute as CMSs do."""
    return "\n".join(
        f'<{item}><a {attributes} title="{escape(text)}" href="{escape(url)}">{escape(text)}</a>'
        f"</{item.split(maxsplit=1)[0]}>"
        for url, text in links
    )


def poll_form() -> str:
    question, *answers = POLL
    options = "\n".join(
        f'<div class="radio"><label><input type="radio" name="option" value="{i}"> {answer}'
        "</label></div>"
        for i, answer in enumerate(answers)
    )
    return f'<form action="/" method="get"><h4>{question}</h4>\n{options}\n</form>'


def padding(size: int) -> str:
    """About `size` bytes of what real pages carry without showing it: scripts, empty markup."""
    node = '<div class="hidden d-none"><i class="fa fa-angle-right"></i><span></span></div>\n'
    line = (
        'nv_config.push({"module":"news","ajax":true,"timeout":1738000,"token":"fc10880dc87e"});\n'
    )
    nodes = node * max(size * 6 // 10 // len(node), 0)
    script = line * max(size * 4 // 10 // len(line), 0)
    return f"{nodes}<script>var nv_config=[];\n{script}</script>\n" if size > 0 else ""
