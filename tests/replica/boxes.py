"""Sites that print boxes into their articles, where paragraphs stand: what only other pages tell.

A poll, counters, the season's banner, an advertisement of an app: sentences like any other, at the
same path as the article's own. What belongs to articles recurs as much: a slogan that is quoted, a
stock phrase, "./." and the byline of the same unit. The banner changes with every hundred articles
served.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, ClassVar

from tests.replica import furniture
from tests.replica.layouts import AspRowsSite, DivPortalSite, PortletSite
from tests.replica.markup import body_html
from tests.replica.nukeviet import NukeVietSite
from tests.replica.site import Site
from tests.replica.story import Block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.replica.site import SiteSpec
    from tests.replica.story import Story, Truth
    from tests.replica.wire import Request, Response

SEASON = 100  # articles served until the next banner
BANNERS = (
    "Nhiệt liệt chào mừng Đại hội đại biểu Mặt trận Tổ quốc các cấp, nhiệm kỳ mới, thành công rực "
    "rỡ trên mọi miền quê hương.",
    "Mừng Đảng quang vinh, mừng đất nước đổi mới, mừng xuân mới an khang, mọi nhà no ấm, đoàn kết "
    "và nghĩa tình.",
    "Toàn dân tích cực hưởng ứng Tháng cao điểm vì người nghèo, chung tay xóa nhà tạm, nhà dột nát "
    "trên địa bàn tỉnh.",
)
APP = (
    "Bấm vào đây để tải ứng dụng Mặt trận số về điện thoại, nhận tin mới mỗi ngày và gửi ý kiến "
    "của bà con tới Ban Thường trực."
)
POLL = (
    "Theo bạn, trang thông tin này cần cải tiến điều gì trước tiên trong năm nay, tin bài hay giao "
    "diện, tốc độ hay cách tìm kiếm?",
    "Hãy chọn một câu trả lời rồi bấm nút bên dưới; kết quả được công bố vào đầu tháng sau.",
)
SLOGAN = "“Đoàn kết, đoàn kết, đại đoàn kết; thành công, thành công, đại thành công”."
STOCK = (
    "Cũng trong chương trình, các đại biểu đã dâng hương, tưởng niệm các Anh hùng liệt sĩ tại "
    "nghĩa trang của địa phương."
)
MOTTO = "Lấy sức dân, tài dân, trí dân để lo cho dân, ấy là điều cán bộ Mặt trận ghi nhớ."
UNIT = "Ban Biên tập"


class Boxed(Site):
    """A site whose articles are followed by boxes, and whose authors repeat themselves."""

    def __init__(self, spec: SiteSpec) -> None:
        self.served = 0
        self.season = 0
        super().__init__(spec)
        for story in self.stories:
            self.repeat_oneself(story)

    def repeat_oneself(self, story: Story) -> None:
        """Let the article say what others say too; a notice stays one sentence."""
        story.author, story.author_where = UNIT, "body"
        if self.spec.notices:
            return
        rng = random.Random(f"boxes/{story.number}")
        blocks = list(story.blocks)
        for text, share in ((SLOGAN, 0.8), (STOCK, 0.6), (MOTTO, 0.9)):
            if rng.random() < share:
                blocks.insert(rng.randrange(1, len(blocks)), Block("p", text))
        if rng.random() < 0.5:
            blocks.append(Block("p", "./."))
        story.blocks = blocks

    def handle(self, request: Request) -> Response:
        self.served += any(self.address(story) == request.target for story in self.newest)
        return super().handle(request)

    def add_article(self) -> Truth:
        super().add_article()
        self.repeat_oneself(self.stories[-1])
        return self.truth_of(self.stories[-1])

    def next_season(self) -> None:
        """Change banner, counters and clocks as a season without us does."""
        self.season += 1
        self.bump_counters(40_000)

    def boxes(self, story: Story) -> list[str]:
        """The sentences behind the text, each a paragraph of its own."""
        banner = BANNERS[(self.season + (self.served - 1) // SEASON) % len(BANNERS)]
        views = furniture.thousands(self.views(story))
        read = (
            f"Bài viết này đã có {views} lượt xem và {self.visits % 90} lượt chia sẻ của bạn đọc "
            "kể từ khi được đăng."
        )
        return [read, APP, banner, *POLL]


class BoxedDivSite(Boxed, DivPortalSite):
    """Text and boxes are `div`s of one `div`."""

    family: ClassVar[str] = "boxed-div"

    def text(self, story: Story, *, lead: bool = True) -> str:
        return "\n".join([super().text(story, lead=lead), *map(self.paragraph, self.boxes(story))])


class BoxedRowsSite(Boxed, AspRowsSite):
    """Text and boxes are rows of one table without a class."""

    family: ClassVar[str] = "boxed-rows"

    def text(self, story: Story, *, lead: bool = True) -> str:
        return "\n".join([super().text(story, lead=lead), *map(self.paragraph, self.boxes(story))])


class BoxedPortletSite(Boxed, PortletSite):
    """Boxes are paragraphs at the end of the web content."""

    family: ClassVar[str] = "boxed-portlet"

    def article_page(self, story: Story) -> str:
        text = body_html(story, self.press, lead=bool(story.lead), byline=self.signed(story))
        return super().article_page(story).replace(text, text + paragraphs(self.boxes(story)), 1)


class BoxedNukeVietSite(Boxed, NukeVietSite):
    """A platform whose rules name the element of the text; the boxes stand inside it."""

    family: ClassVar[str] = "boxed-nukeviet"

    def article_page(self, story: Story) -> str:
        before, start, rest = super().article_page(story).partition('<div id="news-bodyhtml"')
        end = "\n  </div>\n" + self.below(story)
        return before + start + rest.replace(end, paragraphs(self.boxes(story)) + end, 1)


def paragraphs(texts: Iterable[str]) -> str:
    """Sentences as `p` elements."""
    return "\n" + "\n".join(f"<p>{text}</p>" for text in texts)


BOXED: dict[str, type[Boxed]] = {
    cls.family: cls for cls in (BoxedDivSite, BoxedRowsSite, BoxedPortletSite, BoxedNukeVietSite)
}
