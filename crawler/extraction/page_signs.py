"""What pages that are no articles say: error pages, challenges, parked hosts, "not found" texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.page import PageKind

_THING = (
    "trang web|trang tin|trang|bài viết|bản tin|tin bài|tin tức|tin|nội dung|đường dẫn|liên kết"
    "|địa chỉ|tài nguyên|dữ liệu|thông tin|tài liệu|chuyên mục|tập tin|tệp|url|file"
)
# Between "trang" and "không tồn tại" a page has only such words; a sentence of an article has more.
_FILLER = (
    r"(?:\s(?:này|bạn|mà|quý|vị|đang|vừa|yêu|cầu|tìm|kiếm|truy|cập|xem|muốn|được|hiện|có|thể|cần"
    r"|web|theo|do))*"
)
_MISSING = (
    "không tồn tại|không còn tồn tại|không được tìm thấy|không tìm thấy|không có sẵn|đã bị xóa"
    "|đã bị xoá|đã bị gỡ|đã được gỡ|đã bị di chuyển|không có (?:trên|trong) hệ thống"
)
_NOT_FOUND = (
    rf"(?:{_THING}){_FILLER}\s(?:{_MISSING})\b",
    rf"(?:chúng tôi\s)?không (?:thể )?tìm (?:thấy|được) (?:{_THING})\b",
    r"không tìm thấy\W*$",
    rf"không có (?:{_THING})(?: nào)?(?: được)? tìm thấy\b",
    r"(?:http )?(?:error|lỗi) 404\b",
    r"404\W*$",
    r"404\W+(?:file or directory\W+)?(?:page )?not found\b",
    r"(?:the )?(?:page|file|resource)(?: you (?:requested|are looking for))?"
    r" (?:was |could |can)?(?:not |n['’]t )(?:be )?(?:found|exist)",
    r"(?:the )?requested (?:url|page|resource)\b.{0,80}?\bnot (?:be )?found\b",
    r"that page can['’]t be found",
)
_CHALLENGE = (
    r"just a moment\b",
    r"attention required! \| cloudflare",
    r"checking (?:if the site connection is secure|your browser)\b",
    r"ddos protection by\b",
    r"(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human\b",
    r"request unsuccessful\. incapsula",
    r"the requested url was rejected\b",
    r"sucuri website firewall\b",
    r"(?:sorry, )?you have been blocked\b",
    r"hãy đợi\b",  # NukeViet's flood page
    r"(?:hệ thống )?(?:đang )?kiểm tra (?:trình duyệt|kết nối)\b",
    r"(?:vui lòng |xin )?nhập mã (?:captcha|xác nhận|bảo mật)\b.{0,20} để (?:tiếp tục|truy cập)\b",
    r"(?:vui lòng )?xác (?:minh|nhận|thực) (?:rằng )?bạn (?:là (?:con )?người|không phải)\b",
)
_PARKED = (
    r"(?:this )?account (?:has been )?suspended\b",
    r"(?:this |the )?(?:web)?site (?:has been |is (?:temporarily )?)suspended\b",
    r"(?:tài khoản|website|trang web|hosting|dịch vụ)(?: hosting| này| của bạn)*"
    r" (?:đã |đang )?(?:bị tạm |bị |tạm )(?:khóa|khoá|ngưng|đình chỉ)\b",
    r"(?:tài khoản|website|trang web|hosting|dịch vụ)"
    r"(?: hosting| này| của (?:bạn|website|trang web|tên miền))* đã hết hạn\b",
    r"(?:website|trang web|hosting|dịch vụ)(?: này| của bạn)* chưa được gia hạn\b",
    r"tên miền(?: này)?(?: đã| đang)?(?: được)? (?:rao bán|bán|hết hạn)\b",
    r"(?:this |the )?domain(?: name)?(?: [\w-]+(?:\.[\w-]+)+)? (?:is|may be) for sale\b",
    r"buy this domain\b",
    r"(?:this |the )?domain(?: name)? has expired\b",
)
_DEFAULT_PAGES = (
    r"welcome to nginx\b",
    r"(?:http server )?test page (?:for|powered by)\b",
    r"apache2? (?:\w+ )?default page\b",
    r"it works!\W*$",
    r"iis windows(?: server)?\W*$",
    r"iis ?\d+(?:\.\d+)?\W*$",
    r"default (?:web site|plesk) page\b",
    r"future home of something quite cool\b",
    r"index of /\W*$",  # of the root alone: below it a folder without a page says nothing of a site
)
# Said by pages with nothing else on them; in a site's banner it stands above its news.
_UNFINISHED = (
    r"(?:website|web|site|trang web|trang|trang tin|trang thông tin|cổng thông tin|hệ thống)"
    r"(?: điện tử)?(?: này| của chúng tôi)?(?: hiện| vẫn)? đang"
    r"(?: được)?(?: trong)?(?: quá trình| giai đoạn)? xây dựng\b",
    r"(?:website|trang web) (?:sắp ra mắt|đang chờ xây dựng)\b",
    r"(?:(?:this |our |the )?(?:web ?)?(?:site|page) (?:is )?)?(?:currently )?under construction\b",
    r"coming soon\W*$",
)
_BROKEN = (
    r"server error in '",
    r"(?:php )?(?:fatal|parse) error\s?:",
    r"error establishing a database connection\b",
    r"you have an error in your sql syntax\b",
    r"sqlstate\[",
    r"(?:warning: )?(?:mysqli?_|pg_)\w+\(",
    r"ora-\d{5}\b",
    r"microsoft (?:ole db|jet database|odbc)\b",
    r"unclosed quotation mark\b",
    r"object reference not set to an instance\b",
    r"system\.\w+(?:\.\w+)*exception\b",
    r"(?:lỗi|không thể) kết nối (?:đến |tới |với )?(?:cơ sở dữ liệu|csdl|database)\b",
    r"(?:http error )?5\d\d\W+"
    r"(?:internal server error|bad gateway|service (?:temporarily )?un|resource limit)",
    r"there has been a critical error on (?:this|your) (?:web)?site\b",
    r"(?:đã )?(?:có|xảy ra) (?:một )?lỗi nghiêm trọng (?:xảy ra )?trên (?:website|trang web)\b",
    r"(?:website|hệ thống|máy chủ)(?: hiện)?(?: đang)? quá tải\W+(?:vui lòng|xin|mời)\b",
    r"(?:internal server error|bad gateway|service unavailable|runtime error)\W*$",
    r"(?:website|hệ thống|trang web)(?: này)? (?:đang|tạm) (?:được |tạm )?(?:bảo trì|nâng cấp)\b",
    r"(?:403\W+)?(?:forbidden|access (?:is )?denied)\W*$",
    r"(?:truy cập bị từ chối|(?:bạn|quý vị) không có quyền (?:truy cập|xem))\b",
    r"briefly unavailable for scheduled maintenance\b",
)
# For comments, too, one must log in, but not to see or read.
_MEMBERS_ONLY = (
    r"(?:(?:bạn|quý vị) (?:cần|phải) |(?:vui lòng |xin |mời |hãy ))"
    r"đăng nhập để (?:xem|đọc|truy cập)\b",
)
LOGIN_TITLE = re.compile(
    r"(?:đăng nhập(?: hệ thống| tài khoản)?|log ?in|sign ?in)\W*$", re.IGNORECASE
)
# In the title; in a text it speaks of comments.
LOGIN_ASKED = re.compile(
    r"(?:bạn|quý vị) (?:cần|phải|chưa) đăng nhập\b"
    r"|(?:vui lòng |xin |mời |hãy )đăng nhập (?:để|hệ thống|trước)\b"
    r"|(?:please |you (?:must|need to) )(?:log|sign) in\b",
    re.IGNORECASE,
)
LOGIN_PATH = re.compile(
    r"/(?:wp-login|login|log-in|signin|sign-in|dang-?nhap|authenticate)\b", re.IGNORECASE
)

_LEAD_IN = r"\W*(?:(?:rất tiếc|xin lỗi|thông báo|lỗi|oops|sorry|404)\W+)*"


def _starting(markers: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD_IN}(?:{'|'.join(markers)})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows a kind of page, at the start of its title or of a short line.

    `prose` is the number of characters of prose from which on the page is an ordinary one that
    only mentions such words, `title_prose` the same where the title says it. `bare`: it counts only
    on a page with hardly anything else.
    """

    kind: PageKind
    pattern: re.Pattern[str]
    prose: int
    title_prose: int
    bare: bool = False


SIGNS = (
    Sign("challenge", _starting(_CHALLENGE), 600, 600),
    Sign("parked", _starting(_PARKED), 600, 600),
    Sign("parked", _starting(_DEFAULT_PAGES), 600, 6000),  # Apache's explains itself at length
    Sign("parked", _starting(_UNFINISHED), 600, 600, bare=True),
    Sign("error", _starting(_BROKEN), 600, 600),
    Sign("login", _starting(_MEMBERS_ONLY), 200, 0),  # see LOGIN_ASKED
    Sign("soft-404", _starting(_NOT_FOUND), 600, 600),
)
# ASP.NET shows the stack below this line; no article begins a line so.
YELLOW_PAGE = re.compile(r"server error in '[^']*' application", re.IGNORECASE)

# One of these is in every text a pattern above can match: nearly all pages are done after a search.
NEEDLES = (
    *("không tồn tại", "không còn tồn tại", "tìm thấy", "không thể tìm", "không tìm được"),
    *("không có sẵn", "đã bị xóa", "đã bị xoá", "đã bị gỡ", "đã được gỡ", "đã bị di chuyển"),
    *("404", "not found", "be found", "not exist", "n't exist", "n’t exist"),
    *("just a moment", "cloudflare", "your browser", "site connection", "ddos", "you are human"),
    *("you are a human", "incapsula", "rejected", "firewall", "been blocked", "hãy đợi"),
    *(
        "kiểm tra trình duyệt",
        "kiểm tra kết nối",
        "nhập mã",
        "minh bạn",
        "minh rằng",
        "nhận bạn",
        "nhận rằng",
        "thực bạn",
        "thực rằng",
    ),
    *("suspended", "bị khóa", "bị khoá", "tạm khóa", "tạm khoá", "tạm ngưng", "bị ngưng"),
    *("bị đình chỉ", "tạm đình chỉ", "hết hạn", "tên miền", "domain", "welcome to nginx"),
    *("test page", "default page", "it works", "iis", "site page", "plesk", "quite cool"),
    *("server error", "fatal error", "parse error", "database", "sql", "pg_", "ora-", "microsoft"),
    *("quotation mark", "object reference", "exception", "lỗi kết nối", "không thể kết nối"),
    *("bad gateway", "unavailable", "runtime error", "service temporarily", "bảo trì"),
    *("gia hạn", "forbidden", "denied", "bị từ chối", "không có quyền"),
    *("không có trên hệ thống", "không có trong hệ thống", "resource limit", "critical error"),
    *("lỗi nghiêm trọng", "hệ thống quá tải", "đang quá tải", "máy chủ quá tải"),
    *("đăng nhập để xem", "đăng nhập để đọc", "đăng nhập để truy cập"),
    *("đang xây dựng", "được xây dựng", "quá trình xây dựng", "giai đoạn xây dựng", "chờ xây dựng"),
    *("sắp ra mắt", "under construction", "coming soon", "index of /"),
    *("đang nâng cấp", "được nâng cấp", "tạm nâng cấp"),
)
