"""Pairs of articles of which we know what they are to each other: for tests and the bench.

Originals are stories of the replica with sentences of their own. Republications are made of them by
edit scripts, from typography to a third of the sentences gone; reports used again, stock phrases
and two newsrooms at one event are what must not be taken for them. Always the same pairs.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from archive.vietnamese import new_style, old_style
from tests.replica.composer import compose, person
from tests.replica.sentences import REGIONS

Label = Literal[
    "typography", "light", "medium", "heavy", "light-medium", "medium-heavy", "excerpt",
    "reused report", "reused, then edited", "stock", "same event",
]  # fmt: skip
POSITIVE = frozenset(
    {"typography", "light", "medium", "heavy", "light-medium", "medium-heavy", "excerpt"}
)
ORIGINALS = 72

WHO = (
    "bà con {area}",
    "các cụ cao tuổi ở {area}",
    "đoàn viên thanh niên {area}",
    "hội viên phụ nữ {area}",
    "ông {man}, tổ trưởng {area}",
    "chị {woman}, công nhân ở {area}",
    "các hộ kinh doanh dọc {area}",
    "cô giáo {woman}",
    "cựu chiến binh {man}",
    "già làng {man}",
    "linh mục {man}",
    "đại đức {man}",
)
DID = (
    "góp {n} ngày công san lấp con ngõ",
    "hiến {n} mét vuông đất mở rộng lối đi",
    "trồng {n} gốc bàng ven hồ",
    "quét vôi lại {n} mét tường rào nhà trẻ",
    "nhận nuôi {n} đàn ong của dự án",
    "đan {n} chiếc giỏ cói thay túi ni lông",
    "thu gom {n} ký giấy vụn gây quỹ",
    "dựng {n} cột đèn dùng pin mặt trời",
    "lập {n} nhóm đọc sách buổi tối",
    "mở {n} lớp dạy bơi cho trẻ em",
    "nạo vét {n} mét mương trước mùa mưa",
    "nấu {n} suất cơm cho bệnh nhân",
    "vá {n} tấm lưới cũ tặng ngư dân",
    "sửa {n} chiếc xe đạp cho học trò",
    "ghép {n} giống bưởi trên đồi",
)
WHY = (
    "vì muốn lũ trẻ có chỗ chơi sạch sẽ",
    "sau buổi họp kéo dài đến khuya ở đình làng",
    "mà không đợi ai nhắc nhở",
    "để con đường tới chợ bớt lầy lội",
    "nhờ khoản tiền dành dụm từ phiên chợ phiên",
    "như lời hẹn với đoàn khảo sát hồi tháng trước",
    "dù mấy ngày liền trời mưa rả rích",
    "trong niềm vui của cả xóm",
    "và ghi từng khoản vào cuốn sổ treo ở nhà văn hóa",
    "trước khi lúa vào vụ gặt",
    "theo cách mỗi nhà một tay",
    "khi nước sông vừa rút",
)
SAID = (
    "“{x}”, {who} kể lại.",
    "{who} cho hay: “{x}”.",
    "Theo {who}, {x}.",
    "Nhắc chuyện cũ, {who} bảo rằng {x}.",
)
THOUGHTS = (
    "hồi đầu ai cũng ngại, nay thì vắng một buổi là nhớ",
    "tiền ít nhưng minh bạch nên chẳng ai thắc mắc",
    "cái được lớn nhất là hàng xóm biết mặt biết tên nhau",
    "việc khó mấy mà bàn kỹ thì rồi cũng xong",
    "trẻ con bây giờ đã biết nhặt rác bỏ đúng chỗ",
    "đường rộng thêm một gang là xe cứu thương vào được tận ngõ",
    "năm ngoái chỗ này còn là bãi cỏ dại",
    "người đi làm xa gửi tiền về góp mà không cần ghi tên",
)
STOCK = (
    "Mặt trận Tổ quốc Việt Nam và các tổ chức thành viên tiếp tục phát huy sức mạnh khối đại "
    "đoàn kết toàn dân tộc.",
    "Tham dự hội nghị có đại diện Ban Thường trực Ủy ban Mặt trận Tổ quốc các cấp, các ban, "
    "ngành, đoàn thể.",
    "Thực hiện cuộc vận động “Toàn dân đoàn kết xây dựng nông thôn mới, đô thị văn minh”, "
    "nhiều mô hình hay đã được nhân rộng.",
    "Phát biểu chỉ đạo, đồng chí đề nghị các cấp Mặt trận tiếp tục đổi mới nội dung, phương "
    "thức hoạt động, hướng mạnh về cơ sở.",
)
EVENTS = (
    (
        "{When}, tại {place}, {name} trao tặng {a} suất quà trị giá {b} triệu đồng cho các hộ"
        " vừa bị lốc xoáy tàn phá. Đoàn công tác đã đi bộ gần {c} cây số để đến tận từng nhà,"
        " nghe chủ hộ kể lại đêm gió giật. Sau lễ trao, {a} gia đình ký nhận vào danh sách "
        "niêm yết ngoài cổng trụ sở. Dự kiến mái tôn mới sẽ được chở lên trong tuần tới.",
        "Chia sẻ với những mái nhà tốc nóc ở {place}, hôm {date} {name} cùng cộng sự mang tới"
        " {a} phần hỗ trợ, tổng cộng {b} triệu. Xe tải phải dừng lại giữa chừng, mọi người "
        "gùi hàng thêm {c} km đường dốc. Nhiều cụ già rưng rưng khi nhận chiếc chăn ấm đầu "
        "tiên kể từ hôm thiên tai ập xuống. Vật liệu lợp đang được đặt mua ở thị xã.",
    ),
    (
        "{When}, cây cầu dây văng dài {a} mét bắc qua suối ở {place} chính thức thông xe. "
        "Công trình do {name} đứng ra quyên góp, hết {b} triệu đồng, làm trong {c} ngày. Từ "
        "nay học sinh không phải lội nước đến lớp. Dân bản thay nhau gác cầu ban đêm trong "
        "tháng đầu để giữ bu lông khỏi bị tháo trộm.",
        "Sau {c} ngày thi công, hôm {date} người dân {place} đã có thể sang sông mà chẳng cần"
        " bè mảng. Nhịp nối hai bờ chừng {a} m, tốn {b} triệu do các nhà hảo tâm theo lời kêu"
        " gọi của {name} đóng góp. Lũ trẻ chạy qua chạy lại suốt buổi sáng khánh thành, còn "
        "các bà thì bày mâm cỗ ngay đầu mố.",
    ),
    (
        "{When}, {a} thí sinh của {place} bước vào vòng chung khảo hội thi hòa giải viên "
        "giỏi. Ban giám khảo do {name} làm trưởng ban chấm ba phần: chào hỏi, lý thuyết, tiểu"
        " phẩm. Giải nhất trị giá {b} triệu đồng thuộc về đội áo nâu với vở diễn về tranh "
        "chấp ranh đất kéo dài {c} năm.",
        "Tiếng cười vang khắp hội trường {place} hôm {date} khi đội áo nâu hóa thân thành hai"
        " nhà cãi nhau {c} năm vì một hàng rào. Vở kịch ngắn ấy đem về phần thưởng cao nhất, "
        "{b} triệu. {name}, người cầm cân nảy mực, khen {a} gương mặt dự thi đều thuộc luật "
        "và khéo ăn nói.",
    ),
)
ABBREVIATIONS = {
    "Ủy ban nhân dân": "UBND", "Hội đồng nhân dân": "HĐND", "Mặt trận Tổ quốc": "MTTQ",
    "đồng chí": "đ/c", "triệu đồng": "trđ", "Ủy ban MTTQ": "UBMTTQ",
}  # fmt: skip
REGION_NAMES = tuple(REGIONS)


@dataclass(frozen=True, slots=True)
class Written:
    """An article as somebody published it; `day` tells which of two is older."""

    title: str
    body: str
    day: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles and what they are; `original` is the number of what both are made of."""

    label: Label
    original: int
    one: Written
    two: Written

    @property
    def is_positive(self) -> bool:
        """Whether one of them was made from the other's text."""
        return self.label in POSITIVE


def original(number: int, seed: str = "bài") -> Written:
    """Return an original."""
    rng = random.Random(f"{seed}/{number}")
    region = REGION_NAMES[number % len(REGION_NAMES)]
    story = compose(seed, region, number, ORIGINALS)
    lines = [line for block in story.blocks for _, line in block.truth_lines()]
    names = {name: person(rng) for name in ("man", "woman")} | {
        "area": f"xóm {person(rng).split()[-1]}"
    }
    for _ in range(rng.randint(3, 6)):
        lines.insert(rng.randint(1, len(lines)), _own_sentences(rng, names))
    lines.insert(rng.randint(1, len(lines)), rng.choice(STOCK))
    text = "\n\n".join([story.lead, *lines])
    return Written(story.title, text, story.published.date().isoformat())


def _own_sentences(rng: random.Random, names: dict[str, str]) -> str:
    sentences = []
    for _ in range(rng.randint(1, 3)):
        who = rng.choice(WHO).format_map(names)
        did = rng.choice(DID).format(n=rng.randint(3, 900))
        sentence = f"{who} {did} {rng.choice(WHY)}."
        if rng.random() < 0.4:
            sentence = rng.choice(SAID).format(x=rng.choice(THOUGHTS), who=who)
        sentences.append(sentence[0].upper() + sentence[1:])
    return " ".join(sentences)


# -- edit scripts -------------------------------------------------------------------------------


def sentences_of(body: str) -> list[list[str]]:
    """Return the sentences of each paragraph."""
    return [re.split(r"(?<=[.!?”])\s+(?=[“A-ZÀ-Ỹ])", part) for part in body.split("\n\n")]


def joined(paragraphs: list[list[str]]) -> str:
    return "\n\n".join(" ".join(part) for part in paragraphs if part)


def later(written: Written, rng: random.Random) -> str:
    day = date.fromisoformat(written.day) + timedelta(days=rng.randint(0, 40))
    return day.isoformat()


def typography(written: Written, rng: random.Random) -> Written:
    """The same words in other letters: tone style, quotes, dashes, NFD, capitals, spaces."""
    body = rng.choice((new_style, old_style))(written.body)
    body = body.replace("“", '"').replace("”", '"').replace(" - ", " – ")
    if rng.random() < 0.5:
        body = unicodedata.normalize("NFD", body)
    if rng.random() < 0.3:
        body = body.replace(" ", "\u00a0", 9)
    return Written(written.title.upper(), body, later(written, rng))


def light(written: Written, rng: random.Random) -> Written:
    """Another title, an agency's prefix, an author's line, a caption left in."""
    lines = written.body.split("\n\n")
    lines[0] = f"{rng.choice(('(Mặt trận) - ', 'CTTĐT - ', 'TPO - ', ''))}{lines[0]}"
    if rng.random() < 0.5:
        lines.insert(rng.randint(1, len(lines)), f"Quang cảnh buổi lễ. Ảnh: {person(rng)}")
    if rng.random() < 0.5:
        lines.append(
            rng.choice((person(rng), "BBT", "Theo Cổng thông tin điện tử", "Nguồn: mattran.org.vn"))
        )
    return Written(f"{written.title}: đoàn kết, sáng tạo", "\n\n".join(lines), later(written, rng))


def medium(written: Written, rng: random.Random) -> Written:
    """A lead of its own, abbreviations, sentences gone, typos, a tenth of the figures touched."""
    paragraphs = _without(sentences_of(written.body), 0.08, rng)
    lead = f"{_own_sentences(rng, {name: person(rng) for name in ('man', 'woman', 'area')})}"
    body = joined([[lead], *paragraphs] if rng.random() < 0.5 else paragraphs)
    for words, short in ABBREVIATIONS.items():
        if rng.random() < 0.5:
            body = body.replace(words, short)
    return Written(written.title, _touch(_typos(body, rng, 0.004), rng, 0.1), later(written, rng))


def heavy(written: Written, rng: random.Random) -> Written:
    """A third of the sentences gone, paragraphs moved, one new, a quarter of the figures new."""
    paragraphs = _without(sentences_of(written.body), 0.3, rng)
    first, rest = paragraphs[:1], paragraphs[1:]
    if rng.random() < 0.6:
        rng.shuffle(rest)
    rest.insert(
        rng.randint(0, len(rest)),
        [_own_sentences(rng, {name: person(rng) for name in ("man", "woman", "area")})],
    )
    body = _touch(_typos(joined([*first, *rest]), rng, 0.004), rng, 0.25)
    return Written(f"Nhìn lại: {written.title}", body, later(written, rng))


def excerpt(written: Written, rng: random.Random) -> Written:
    """The lead, the first paragraphs or some in a row from the middle: under half of the text."""
    lines = written.body.split("\n\n")
    start = 0 if rng.random() < 0.7 else rng.randint(1, len(lines) // 2)
    length = len(written.body.split())
    part: list[str] = []
    for line in lines[start:]:
        if part and len(" ".join([*part, line]).split()) > 0.42 * length:
            break
        part.append(line)
        if len(" ".join(part).split()) > 45 and rng.random() < 0.5:
            break
    return Written(written.title, "\n\n".join(part), later(written, rng))


def reused(written: Written, rng: random.Random) -> Written:
    """The unit's own report once more: other figures, other dates, half of the people."""
    paragraphs = _without(sentences_of(written.body), 0.1, rng)
    body = re.sub(r"\d+", lambda found: _other_figure(found[0], rng), joined(paragraphs))
    people = set(
        re.findall(r"(?:ông|bà|chị|đồng chí|cô giáo) ((?:[A-ZĐÀ-Ỹ][\wà-ỹ]+ ?){2,4})", body)
    )
    for name in sorted(people):
        if rng.random() < 0.5:
            body = body.replace(name.strip(), person(rng))
    day = date.fromisoformat(written.day) + timedelta(days=365)
    return Written(written.title, body, day.isoformat())


def _other_figure(figure: str, rng: random.Random) -> str:
    if len(figure) == 4 and figure[:2] in ("19", "20"):
        return str(int(figure) + 1)
    value = int(figure)
    if value < 2:
        return figure
    if rng.random() < 0.15:
        return figure
    return str(max(1, round(value * rng.uniform(0.6, 1.5)))).rjust(len(figure), "0")


def _without(paragraphs: list[list[str]], share: float, rng: random.Random) -> list[list[str]]:
    kept = [[sentence for sentence in part if rng.random() >= share] for part in paragraphs]
    return [part for part in kept if part] or paragraphs[:1]


def _typos(body: str, rng: random.Random, share: float) -> str:
    letters = list(body)
    for at in range(1, len(letters) - 1):
        if letters[at].isalpha() and letters[at + 1].isalpha() and rng.random() < share:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def _touch(body: str, rng: random.Random, share: float) -> str:
    """Change some of the figures, never days."""

    def touched(found: re.Match[str]) -> str:
        return str(int(found[0]) + rng.randint(1, 9)) if rng.random() < share else found[0]

    return re.sub(r"(?<![\d/.-])\d+(?![\d/.-]\d)(?!\s?/)", touched, body)


# -- pairs --------------------------------------------------------------------------------------


def pairs(seed: str = "bài") -> Iterator[Pair]:
    """Yield all labelled pairs, by original."""
    for number in range(ORIGINALS):
        yield from pairs_of(number, seed)


def pairs_of(number: int, seed: str = "bài") -> Iterator[Pair]:
    """Yield the pairs of one original."""
    first = original(number, seed)
    rng = random.Random(f"sửa/{seed}/{number}")
    lightly, middling, heavily = light(first, rng), medium(first, rng), heavy(first, rng)
    again = reused(first, rng)
    again_edited = medium(again, rng)
    neighbour = original(number + ORIGINALS, seed)
    made: list[tuple[Label, Written, Written]] = [
        ("typography", first, typography(first, rng)),
        ("light", first, lightly),
        ("medium", first, middling),
        ("heavy", first, heavily),
        ("light-medium", lightly, middling),
        ("medium-heavy", middling, heavily),
        ("excerpt", first, excerpt(first, rng)),
        ("reused report", first, again),
        ("reused report", lightly, reused(first, rng)),
        ("reused, then edited", first, again_edited),
        ("medium", again, again_edited),
        ("stock", first, neighbour),
    ]
    if number % 3 == 0:
        made.append(("same event", *_newsrooms(rng)))
    for label, one, two in made:
        yield Pair(label, number, one, two)


def _newsrooms(rng: random.Random) -> tuple[Written, Written]:
    """Two newsrooms at one event: the same names and figures, other words."""
    one, two = rng.choice(EVENTS)
    day, month = rng.randint(1, 28), rng.randint(1, 12)
    facts = {
        "When": f"Sáng ngày {day}/{month}/2023", "date": f"{day}/{month}/2023", "name": person(rng),
        "place": f"xã {person(rng)}", "a": rng.randint(20, 90), "b": rng.randint(100, 900),
        "c": rng.randint(3, 19),
    }  # fmt: skip
    stamp = f"2023-{month:02}-{day:02}"
    return (
        Written("Tin thứ nhất", f"{one.format_map(facts)}\n\n{rng.choice(STOCK)}", stamp),
        Written("Tin thứ hai", f"{two.format_map(facts)}\n\n{rng.choice(STOCK)}", stamp),
    )
