"""Phrases that Vietnamese (and some English) sites print around an article's text."""

from __future__ import annotations

import re

# A short line that starts so ends the article: what follows are lists of other articles and tools.
TAIL = re.compile(
    r"(?:các )?(?:tin|bài)(?: tức| viết| bài)? (?:liên quan|khác|mới hơn|cũ hơn|cùng chuyên mục|"
    r"đã đăng|đã đưa|mới nhất|nổi bật|tiếp theo)|những tin (?:mới|cũ) hơn|theo dòng sự kiện|"
    r"(?:có thể )?bạn (?:có thể |sẽ |cũng )?quan tâm|(?:tin|bài)(?: viết)? cùng tác giả|"
    r"đọc (?:thêm|nhiều)|xem (?:thêm|nhiều)\b|ý kiến bạn đọc|ý kiến của bạn|bình luận|in nội dung|"
    r"in (?:bài|trang)\b|về đầu|"
    r"(?:file|tệp|tập tin) đính kèm|từ khóa|tags?\s*:|danh mục tin tức|kết quả bình chọn|"
    r"thăm dò ý kiến|lượt xem|tổng số điểm của bài viết|click để đánh giá|gửi bình luận|"
    r"related (?:articles|stories|posts|news)|read more\b|more (?:from|stories)|share this|"
    r"leave a (?:reply|comment)|comments\b|you may also like|recommended for you|"
    r"\(\d+\) bình luận|xem tin theo ngày|powered by\b|(?:đang )?trực tuyến\s*:|"
    r"đang (?:truy cập|online)|thống kê truy cập|(?:tổng )?số (?:lượt|lượng) truy cập",
    re.IGNORECASE,
)
# What follows is said by readers, however much it is.
COMMENTS = re.compile(
    r"(?:ý kiến bạn đọc|ý kiến|bình luận|phản hồi|comments?)\s*\(\s*\d+\s*\)|"
    r"\(\d+\) bình luận|\d+ (?:bình luận|comments?)",
    re.IGNORECASE,
)
# The imprint at a page's foot, a sentence and longer.
LONG_TAIL = re.compile(
    r"chú ý: việc đăng lại|ghi rõ nguồn .{0,80} khi bạn phát hành|"
    r"©|(?:bản quyền|copyright)\s*(?:©|\(c\)|\d{4}|thuộc|:)|"
    r"giấy phép (?:thiết lập .{0,60})?số\s*:?\s*\d+/GP\b|"
    r"(?:trưởng ban biên tập|chịu trách nhiệm (?:chính|nội dung)|(?:cơ quan|đơn vị) chủ quản)\s*:",
    re.IGNORECASE,
)
_IMPRINTS = frozenset("ch gh bả co gi tr cơ đơ".split())  # what they begin with  # noqa: SIM905
_IMPRINT_LETTERS = frozenset("cgbtđCGBTĐ©")


def is_imprint(text: str) -> bool:
    """Whether a line is of the imprint; most are none by their first letters."""
    first = text[:1]
    if first not in _IMPRINT_LETTERS:
        return False
    begins_so = first == "©" or text[:2].lower() in _IMPRINTS
    return begins_so and LONG_TAIL.match(text) is not None


_CONTACT = re.compile(
    r"\W*(?:địa chỉ|trụ sở|điện thoại|đường dây nóng|e-?mail|fax)[^:]{0,30}:", re.IGNORECASE
)


def is_contact(text: str) -> bool:
    """Whether a line says how to reach an office, as the last lines of pages do, no sentence."""
    return _CONTACT.match(text) is not None and not text.endswith(".")


# What closes a text without being part of it: helpers thanked, accounts to follow, disclaimers.
_CLOSING = re.compile(
    r"\(?(?:additional )?reporting by .{3,300}|"
    r"follow\b.{2,120}\b(?:twitter|facebook|instagram|telegram|zalo|google news|"
    r"coverage)\b.{0,120}|"
    r"more .{0,40}: https?://.{1,200}|"
    r"have a (?:news )?tip\?.{0,250}|"
    r"if you (?:enjoyed|liked) this\b.{0,250}|filed under\b.{0,120}|"
    r"(?:reach|contact|email) (?:the (?:reporters?|writers?|authors?)|him|her|me|us)\b.{0,120}|"
    r"(?:last )?updated (?:at|on)\b.{0,40}|"
    r"(?:the )?(?:views|opinions)(?: and (?:views|opinions))? expressed\b.{0,200}|"
    r"(?:mời (?:quý )?(?:bạn|độc giả)|(?:quý )?(?:bạn đọc|độc giả) (?:có thể|vui lòng))\b.{0,60}"
    r"\b(?:theo dõi|đón xem|đón đọc|gửi)\b.{0,120}",
    re.IGNORECASE,
)
# Those that say so further on are looked for at each letter: only where one of the words stands.
_CLOSING_INSIDE = re.compile(
    r".{3,200}\bcontributed (?:to this (?:report|story|article|post)|reporting)\b.{0,80}|"
    r".{3,160}\b(?:can|may) be reached (?:at|by|on|via)\b.{0,200}|"
    r".{0,160}\b(?:subscribe to|sign up for)\b.{0,80}\bnewsletters?\b.{0,40}|"
    r".{0,20}(?:like|enjoy(?:ed)?) this (?:story|article|post)\?.{0,80}",
    re.IGNORECASE,
)
_INSIDE_WORDS = ("contributed", "reached", "newsletter", "this ")


def is_closing(text: str) -> bool:
    """Whether a line closes a text without being part of it."""
    if _CLOSING.fullmatch(text):
        return True
    lowered = text.lower()
    return any(word in lowered for word in _INSIDE_WORDS) and bool(_CLOSING_INSIDE.fullmatch(text))


# Lines that are no part of an article wherever they stand.
_JUNK = re.compile(
    r"(?:advert(?:isement)?|quảng cáo|image \d+ of \d+|follow us\b.{0,60}|đọc bài viết|"
    r"chế độ ban đêm(?: on| off)?|cỡ chữ\b.{0,20}|lượt xem\s*:?\s*[\d.,]*|đã xem\s*:?\s*[\d.,]*|"
    r"view count\s*:?\s*\d*|[-+]?a[-+]?(?:\s*\|?\s*[-+]?a[-+]?){2}|mặc định cỡ chữ|"
    r"xem cỡ chữ.{0,20}|"
    r"(?:trang|page)\s*:?\s*\[?\d+(?:[\s|\]\[]+\d+)*\W*(?:(?:tiếp(?: theo)?|sau|cuối|next)\W*)?|"
    r"(?:(?:đánh giá|rating)[^★☆]{0,20})?[★☆]{3,}[\s\d.,/]*(?:\([^()]{1,20}\))?|"
    r"in (?:bài viết|trang|bài|nội dung)|xuất pdf|đọc nội dung|về đầu(?: trang)?|"
    r"(?:(?:chế độ ban đêm|in trang|in bài|xuất pdf|đọc nội dung)\s*){2,}|"
    r"\d{1,2}\s?[o°º]c|thấp nhất -?\d+\s?°c, cao nhất.{0,60}|độ ẩm trung bình.{0,40} km/h|"
    r"(?:xem )?chi tiết(?: tin)?|"
    r"\d[\d.,]* lượt xem|anh tin bai|image banner|responsive image|top slide banner|"
    r"skip (?:ribbon commands|to main content)|sign in|xem với cỡ chữ.{0,6}|"
    r"you have an old version of adobe.{0,80}|"
    r"chia sẻ(?: bài viết)?|gửi (?:bài viết|email|cho bạn bè)|lên đầu trang|"
    r"\W*(?:quay lại|trở về|trở lại)(?: trang trước)?\W*|facebook|twitter|google|zalo|"
    r"share|tweet|email|print|leftcenterrightdel|caption|close|"
    r"(?:trending|related|more|top|latest) (?:news|stories|articles|posts|coverage)|"
    r"don.t miss|this slideshow requires javascript\.?|"
    r"iklan|publicidade?|publicité|anzeige|werbung|pubblicità|реклама|"
    r"related (?:roundup|story|article|coverage|post)\b.{0,80}|"
    r"(?:(?:estimated )?read(?:ing)? time\s*:?\s*)?\d+ min(?:ute)?s?\.? read|"
    r"(?:estimated )?read(?:ing)? time\s*:?\s*\d+ min(?:ute)?s?\.?|"
    r"tempo de leitura\s*:?\s*\d+ min\w*|(?:thời gian đọc|đọc trong)\s*:?\s*\d+ phút|"
    r"[|•:.\s*/-]+)"
)
_JUNK_AT_END = re.compile(r".{0,40}(?:tăng kích thước chữ|trên google news)")
_SHORT_JUNK = 80
_LONGEST_JUNK = 150
_RULE = re.compile(r"[|•:.\s*/-]+")
_LONG_JUNK = ("related ", "you have")  # how those between these lengths begin


def is_junk(text: str) -> bool:
    """Whether a line is no part of an article wherever it stands; most lines are longer than any
    such, but for ruled ones and a few that begin alike."""
    if len(text) > _LONGEST_JUNK:
        return _RULE.fullmatch(text) is not None
    if len(text) > _SHORT_JUNK and not text[:8].lower().startswith(_LONG_JUNK):
        return _RULE.fullmatch(text) is not None
    # Without regard to capitals each of the many alternatives would be tried on each line; in lower
    # case its first letter rules most of them out.
    lowered = text.lower()
    if lowered.endswith(("chữ", "news")) and _JUNK_AT_END.fullmatch(lowered):
        return True
    return _JUNK.fullmatch(lowered) is not None


LEAKED_TAG = re.compile(
    r"""(?:</?asp:\w+|^asp:\w+(?=\sID=))(?:\s+\w+=(?:"[^"]*"|'[^']*'))*\s*/?>?""", re.IGNORECASE
)
SHORTCODE = re.compile(r"\[/?caption[^\]]*\]", re.IGNORECASE)
# What a WordPress plugin that is gone leaves in the text: "[button link=”...” type=”big”]".
LEFT_SHORTCODE = re.compile(
    r"""\[/[a-z][\w-]{2,30}\]|\[[a-z][\w-]{2,30}(?:\s+[\w-]+\s*=\s*["'“”″‘’][^\[\]]{0,300})\]"""
)
# A line that ends so names whose picture it is.
AGENCY = re.compile(
    r"(?:^|[\s/|(©.])(?:getty(?: images)?|reuters|afp|associated press|shutterstock|ap photo|"
    r"bloomberg|epa|ttxvn)\s?\)?$",
    re.IGNORECASE,
)
FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|bmp|webp)\)?", re.IGNORECASE)

AUTHOR_LABEL = re.compile(
    r"^(?:tác giả(?: bài viết)?|người viết|người đăng|bài viết của|bài(?: và|,| -) ?ảnh|bài, ảnh|"
    r"tin(?: và|,| -)? ?(?:bài|ảnh)|tin, bài(?: và|,) ảnh|thực hiện|"
    r"cộng tác viên|công tác viên|ctv|bài|tin|by)\s*:\s*",
    re.IGNORECASE,
)
# "Nguồn: ...", "Theo Báo ...", "Theo baoanlac.vn", "Nguồn KTĐT: https://..."
SOURCE_LABEL = re.compile(
    r"^(?:nguồn(?: tin)?\s*:|(?:dẫn |trích )(?:theo|nguồn)\s*:|source\s*:|theo\s*:|"
    r"theo (?-i:(?=[^a-zà-ỹ\s]))|theo (?=[\w.-]+\.(?:vn|com|net|org)\b)|"
    r"nguồn (?=[\w .-]{2,40}:\s*https?://)|nguồn (?=(?:báo|tạp chí|ttxvn|cổng)\b))\s*",
    re.IGNORECASE,
)
# Not "Trong ảnh: ..." (who is shown), not "Mô hình: ..." or "Toàn cảnh: ...".
CREDIT = re.compile(
    r"(?<!trong )(?<!mô )(?<!\w)(?:ảnh|hình|photo|image|picture)\s*(?:minh họa)?\s*:\s*"
    r"([^()]{1,60}?)\s*\)?\s*\.?$",
    re.IGNORECASE,
)
# A publication date says so when it stands after the text.
DATE_LABEL = re.compile(
    r"(?:ngày (?:đăng|đưa|cập nhật|gửi|viết|tạo)|đăng (?:ngày|lúc|bởi)|cập nhật|thời gian đăng|"
    r"published|posted|xuất bản)",
    re.IGNORECASE,
)
SENTENCE_END = (".", "!", "?", "…", ":", ";", "”", '"', "»", ")", "。")
