"""What is learned from the pages of a site, and what never is."""

from __future__ import annotations

import pytest

from crawler.extraction.hints import Hints
from crawler.extraction.repeats import ENOUGH, LEAST, learn
from crawler.extraction.sample import sample_of
from spiders.rules import generic
from tests.crawler.extraction.reading import URL, document, paragraphs
from tests.replica.composer import compose

APP = "Bấm vào đây để tải ứng dụng Mặt trận số về điện thoại, nhận tin mới mỗi ngày của phường."
POLL = "Theo bạn, trang này cần cải tiến điều gì trước tiên, tin bài, giao diện hay tốc độ?"
SLOGAN = "Lấy sức dân, tài dân, trí dân để lo cho dân, ấy là điều cán bộ Mặt trận ghi nhớ."


def story(number: int):
    return compose("repeats", "Hà Nội", number, 40)


def text_of(number: int) -> list[str]:
    """The paragraphs of a story, the same for the same number."""
    return [block.text for block in story(number).blocks if block.kind == "p"]


def page(number: int, *, text: list[str] | None = None, before: str = "", after: str = "") -> str:
    """A page with a menu, a clock, a counter that moves, the newest articles, and an article."""
    newest = "".join(
        f"<li><a href='/{n}'>{story(n).title}</a></li>" for n in range(30 + number % 5, 35)
    )
    return f"""<div class="ngay">Thứ năm, {number + 1:02}/05/2024</div>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul>
{before}<div class="bai"><h1>{story(number).title}</h1>
<div class="luc">{number + 1:02}/04/2024 07:30</div>
<div class="chu">{paragraphs(*(text or text_of(number)))}</div></div>{after}
<ul class="moi">{newest}</ul><div class="dem">Lượt truy cập: {1000 + 7 * number}</div>"""


def samples(pages: list[str], *, day: str = "2024-05-09", titles: list[str] | None = None):
    """What these pages show; a listing told their titles."""
    told = titles or [story(number).title for number in range(len(pages))]
    found = [
        sample_of(document(html, URL), generic.RULES, Hints(text=title), day)
        for html, title in zip(pages, told, strict=True)
    ]
    return [sample for sample in found if sample is not None]


def learned(pages: list[str], **more) -> dict[str, set[str]]:
    """The texts learned, by kind."""
    template = learn(samples(pages, **more))
    found: dict[str, set[str]] = {}
    for block in template.blocks if template else ():
        found.setdefault(block.kind, set()).add(block.text)
    return found


def some(number: int = ENOUGH, **more) -> list[str]:
    return [page(n, **more) for n in range(number)]


def test_what_repeats_outside_the_article_is_learned():
    found = learned(some())
    assert found["links"] == {"Trang chủ", story(30).title}
    assert found["slot"] == {"Thứ năm, 01/05/2024", "Lượt truy cập: 1000"}


@pytest.mark.parametrize("number", [LEAST, ENOUGH, 2 * ENOUGH])
def test_nothing_of_an_article_is_learned(number):
    template = learn(samples(some(number)))
    assert template is not None
    own = {line for n in range(number) for line in (*text_of(n), story(n).title)}
    assert not own & {block.text for block in template.blocks if block.kind != "links"}
    assert all(not block.is_within for block in template.blocks)


def test_two_pages_are_too_few():
    assert learn(samples(some(LEAST - 1))) is None


def test_a_box_behind_every_text_is_learned_from_eight_pages():
    pages = [page(n, text=[*text_of(n), f"Đã có {n} lượt xem.", APP]) for n in range(ENOUGH)]
    assert {"Đã có 0 lượt xem.", APP} <= learned(pages)["text"]
    assert APP not in learned(pages[: ENOUGH - 1]).get("text", set())


def test_boxes_are_learned_in_their_order():
    template = learn(samples([page(n, text=[*text_of(n), APP, POLL]) for n in range(ENOUGH)]))
    assert template is not None
    places = {block.text: block.place for block in template.blocks if block.place}
    assert places == {APP: 1, POLL: 2}


@pytest.mark.parametrize(
    "own",
    [SLOGAN, "“Đoàn kết là sức mạnh”, Chủ tịch phường nhắc lại lời Bác trước toàn thể cử tri."],
)
def test_what_authors_repeat_between_their_paragraphs_stays(own):
    def repeated(number: int) -> list[str]:
        lines = text_of(number)
        return [*lines[:2], own, *lines[2:]]

    assert own not in learned([page(n, text=repeated(n)) for n in range(ENOUGH)]).get("text", set())


@pytest.mark.parametrize(
    "end", ["./.", "Ban Biên tập", "Nguồn: Báo An Lạc", "Mặt trận phường An Lạc", "“Hết lòng”"]
)
def test_what_ends_articles_as_their_own_stays_even_before_a_box(end):
    pages = [page(n, text=[*text_of(n), end, APP]) for n in range(ENOUGH)]
    found = learned(pages)
    assert APP in found["text"]
    assert end not in found["text"]


def test_captions_stay():
    picture = "<p style='text-align:center'><img src='/a.jpg'><br><i>Quang cảnh hội nghị</i></p>"
    pages = [
        page(n).replace('<div class="chu">', f'<div class="chu">{picture}') for n in range(ENOUGH)
    ]
    assert "Quang cảnh hội nghị" not in learned(pages).get("text", set())


def test_the_same_day_on_all_pages_stays_the_articles():
    batch = [page(n).replace(f"{n + 1:02}/04/2024", "01/04/2024") for n in range(ENOUGH)]
    found = learned(batch)
    assert not any("01/04/2024" in text for texts in found.values() for text in texts)


def editions(title: str) -> dict[str, set[str]]:
    """What is learned from eight pages of one text under titles of this form."""
    pages = [page(n, text=[*text_of(0), f"Bản {n}."]) for n in range(ENOUGH)]
    words = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám")
    return learned(pages, titles=[title.format(n, words[n]) for n in range(ENOUGH)])


@pytest.mark.parametrize("title", ["Lịch tuần {0}", "Lịch tuần {1}", "Lịch tuần"])
def test_editions_of_one_text_do_not_make_it_boilerplate(title):
    found = editions(title)
    assert "Trang chủ" in found["links"]
    assert not set(text_of(0)) & found.get("text", set())


def test_a_story_told_twice_teaches_once():
    pages = [*some(), page(0, text=[*text_of(0)[1:], "Theo báo An Lạc."])]
    template = learn(samples(pages, titles=[*(story(n).title for n in range(ENOUGH)), "Tin lại"]))
    assert template is not None
    assert template.pages == ENOUGH


def test_a_text_counts_once_a_page():
    template = learn(samples(some(before="<p>Liên hệ</p><p>Liên hệ</p>")))
    assert template is not None
    assert {(b.pages, b.of) for b in template.blocks if b.text == "Liên hệ"} == {(8, 8)}


def test_no_place_inside_articles_is_boilerplate_whatever_stands_there():
    """A table or a list of a later article may stand where a box stands now."""
    said = ("Chia sẻ bài này", "Chia sẻ cho bạn bè")
    pages = [
        page(n).replace("</div></div>", f"<div class='share'>{said[n % 2]}</div></div></div>", 1)
        for n in range(ENOUGH)
    ]
    template = learn(samples(pages))
    assert template is not None
    inside = [b for b in template.blocks if b.path == "div.bai > div.chu > div.share"]
    assert {(block.kind, block.text) for block in inside} == {("text", text) for text in said}


def test_notices_of_one_sentence_let_their_footer_be_learned():
    footer = f"<div class='chan'><p>{APP} {POLL}</p></div>"
    pages = [page(n, text=[f"Mời họp lúc {n} giờ."], after=footer) for n in range(ENOUGH)]
    assert any(APP in text for text in learned(pages)["text"])


def test_a_footer_taken_for_the_article_is_learned_with_the_name_below_it():
    footer = f"<div class='chan'><p>{APP} {POLL}</p><p>Cổng thông tin điện tử phường</p></div>"
    pages = [
        f"<ul class='menu'><li><a href='/'>Trang chủ</a></li></ul><h1>{story(n).title}</h1>"
        f"<p>Nghỉ lễ.</p>{footer}"
        for n in range(ENOUGH)
    ]
    assert {sample.layout for sample in samples(pages)} == {"div.chan"}
    assert {f"{APP} {POLL}"[:120], "Cổng thông tin điện tử phường"} <= learned(pages)["text"]


# -- learning again


def test_what_was_known_stays_known_until_it_stands_in_articles():
    banner = "<p class='mua'>Chào mừng Đại hội</p>"
    first = learn(samples(some(before=banner), day="2024-05-01"))
    assert first is not None
    second = learn(samples(some(), day="2024-06-01"), first)
    assert second is not None
    [kept] = [block for block in second.blocks if block.path == "p.mua"]
    assert (kept.first, kept.last) == ("2024-05-01", "2024-05-01")
    assert {block.first for block in second.blocks if block.path == "div.dem"} == {"2024-05-01"}


def test_what_stands_in_articles_now_is_boilerplate_no_more():
    box = "<p>Thông tin cần biết trong tuần này của Mặt trận phường, mời bà con cùng theo dõi.</p>"
    boxed = [page(n).replace('<div class="chu">', f'<div class="chu">{box}') for n in range(ENOUGH)]
    first = learn(samples(boxed))
    assert first is not None
    told = {block.text for block in first.blocks if block.is_within}
    assert told == {box[3:-4]}
    inside = [page(n, text=[*text_of(n)[:2], box[3:-4], *text_of(n)[2:]]) for n in range(ENOUGH)]
    second = learn(samples(inside), first)
    assert second is not None
    assert not any(block.is_within for block in second.blocks)


def test_learning_the_same_again_gives_the_same_version():
    first = learn(samples(some(), day="2024-05-01"))
    again = learn(samples(some(), day="2024-06-01"), first)
    assert first is not None
    assert again is not None
    assert again.version == first.version


def test_too_few_pages_leave_what_is_known():
    first = learn(samples(some()))
    assert learn(samples(some(2)), first) is first


def test_wishes_outlive_learning():
    first = learn(samples(some()))
    assert first is not None
    again = learn(samples(some()), first.wished(["a"], ["b"]))
    assert again is not None
    assert (again.pins, again.keeps) == (("a",), ("b",))
