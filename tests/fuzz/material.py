"""What a hostile or broken server may send: markup gone wrong, wrong charsets, arbitrary bytes."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.spiders.answers import PARAGRAPHS

_TAGS = (
    "div p br b font span a table tr td th ul ol li h1 h2 h3 img figure figcaption iframe form"
    " input select option script style title meta link base article time blockquote pre svg"
    " noscript template frameset frame nobr marquee o:p x-unknown"
)
_ATTRIBUTES = (
    "class id style href src alt title align face content name property datetime http-equiv"
    " itemprop rel type value onclick data-x"
)
TAGS, ATTRIBUTES = _TAGS.split(), _ATTRIBUTES.split()
VALUES = (
    *("bodytext", "entry-content", "news_column", "display:none", "text-align: right", "MsoNormal"),
    *("font-family: .VnTime", ".VnTime", "VNI-Times", "//[", "http://[::1", "javascript:void(0)"),
    *("0; url=http://[", "utf-8", "2024-13-45T99:99", "/tin-tuc/bai-12.html", "http://a/\udc80"),
    *("article:published_time", "refresh", "\u202e\ufeff", "a" * 3000, "password", "next", ""),
)
WORDS = (
    *PARAGRAPHS,
    *("Thứ sáu - 15/01/2021 19:02", "31/02/2024", "Ngày 99 tháng 99 năm 9999", "00:00 00/00/0000"),
    *("Tác giả:", "Nguồn:", "Ảnh:", "(Mặt trận) -", "Tin liên quan", "Không tìm thấy trang", "./."),
    *("MÆt trËn Tæ quèc ViÖt Nam", "vaän ñoäng ñöôïc phaàn quaø", "Máº·t tráº\u00adn", "Ðại hội"),
    *(
        "\u0301\u0323" * 40,
        "\u200b\u00a0\u00ad",
        "\x00\x01\x1f",
        "\ufffe\U0010ffff",
        "&#0;&#xD800;",
    ),
    *("&nbsp;", "&amp;lt;", "&bogus;", "]]>", "<!--", "-->", "<![CDATA[", "<", ">", '"', "'", "</"),
)

attribute = st.builds(
    "{}={}{}{}".format,
    st.sampled_from(ATTRIBUTES),
    st.sampled_from(['"', "'", ""]),
    st.sampled_from(VALUES) | st.text(max_size=20),
    st.sampled_from(['"', "'", ""]),
)
opening = st.builds(
    lambda tag, attributes, end: f"<{tag} {' '.join(attributes)}{end}",
    st.sampled_from(TAGS),
    st.lists(attribute, max_size=3),
    st.sampled_from([">", ">", ">", "/>", ""]),
)
closing = st.sampled_from(TAGS).map("</{}>".format)
piece = opening | closing | st.sampled_from(WORDS) | st.text(max_size=40)


@st.composite
def markup(draw: st.DrawFn) -> str:
    """A page of pieces in any order; some pieces come very often."""
    pieces = draw(st.lists(piece, max_size=60))
    repeated = draw(st.integers(0, 3)) and draw(piece) * draw(st.sampled_from([1, 30, 3000]))
    return "".join([*pieces, repeated or ""])


CHARSETS = ("utf-8", "utf-16", "utf-16-be", "cp1252", "cp1258", "latin-1", "gb18030", "utf-32")


@st.composite
def page(draw: st.DrawFn) -> bytes:
    """The bytes of a page: in some charset, spliced or cut at will, or any bytes at all."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.binary(max_size=2000))
    body = draw(markup()).encode(draw(st.sampled_from(CHARSETS)), "replace")
    if draw(st.booleans()):
        cut = draw(st.integers(0, len(body)))
        body = body[:cut] + draw(st.binary(max_size=30)) + body[cut:]
    return body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 3)) == 0 else body


content_type = (
    st.none()
    | st.text(max_size=30)
    | st.sampled_from(
        [
            *(
                "text/html",
                "text/html; charset=utf-8",
                "text/html; charset=x-viet-tcvn",
                "image/png",
            ),
            *("text/html; charset=windows-1258", "text/html;charset=utf-7", "application/json"),
            *("text/html; charset=viscii", "text/xml; charset=utf-16", "charset=;;=", "TEXT/HTML"),
        ]
    )
)
address = st.sampled_from(
    [
        *("/", "/vi/news/tin/bai-viet-12.html", "/2024/05/bai-viet/", "/?p=12", "/tin?page=2"),
        *("/ViewDetail.aspx?nID=5", "/-/asset_publisher/x/content/bai", "/%zz//..//"),
        *("/wp-json/wp/v2/posts?per_page=100&page=1", "/feed/", "/sitemap.xml", "/robots.txt"),
    ]
)
