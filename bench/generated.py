"""Articles in the genre, made up: any number of them, always the same, as long as asked for.

The words follow Zipf's law over own lists of syllables; what every article of the Front says
(Mặt trận Tổ quốc, Ủy ban, đại đoàn kết ...) stands in nearly every one of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from archive.vietnamese import place_tone

ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu s t th tr v x".split(" ")  # noqa: SIM905 (a list would fill a page)
RIMES = (  # noqa: SIM905
    "a à á ả ạ an án ạn ang áng ao ào áo at ác ách anh ánh âm ấm ân ần ấn ận âng ất ập âu ấu"
    " ay áy ây ấy e è em en ét ế ệ ên ền ến êm ết ích i ì í ị in ình ính ít iệc iên iến iện iêu"
    " iếu iết o ó ọ oi ói om on ong óng ọc ô ổ ố ộ ôi ổi ối ôn ồn ông ồng ổng ống ộng ốt ộc ơ ở"
    " ời ới ơn ợp u ù ú ụ un ung úc uộc uôi uyên uyện ư ừ ứ ự ưa ửa ưng ừng ứng ước ược ương"
    " ường ưởng ượng ưu oa oà oanh oàn uy uỷ"
).split(" ")
# What stands in nearly every article, with the share of articles that have it.
STOCK = {
    "Mặt trận Tổ quốc Việt Nam": 0.97, "Ủy ban": 0.9, "đại đoàn kết toàn dân tộc": 0.6,
    "Ban Thường trực": 0.8, "nhân dân": 0.95, "giám sát và phản biện xã hội": 0.45,
    "trên địa bàn": 0.85, "phát biểu tại hội nghị": 0.5, "Quỹ vì người nghèo": 0.25,
    "khu dân cư": 0.55, "Ban Công tác Mặt trận": 0.5, "cuộc vận động": 0.5,
    "xây dựng nông thôn mới": 0.3, "HĐND": 0.3, "UBND xã": 0.5, "đồng chí": 0.8,
    "Ngày hội Đại đoàn kết": 0.15, "kỹ thuật": 0.1, "Mỹ Đức": 0.02, "hoà giải ở cơ sở": 0.04,
    "thuỷ lợi": 0.03, "sức khoẻ": 0.12, "quý I": 0.1, "Đống Đa": 0.03, "đông đá": 0.01,
}  # fmt: skip
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Hữu", "Quang", "Thu", "Xuân")
UNITS = ("xã", "phường", "thôn", "tổ dân phố", "huyện", "quận")
SITES = 120
FIRST_DAY = date(2008, 1, 1)
DAYS = (date(2026, 6, 30) - FIRST_DAY).days


@dataclass(frozen=True, slots=True)
class Generated:
    """One article that nobody wrote."""

    site: int
    day: str
    title: str
    lead: str
    body: str
    author: str
    section: str


class Writer:
    """Writes the articles of one archive; the same `seed` gives the same ones.

    `syllables` is how long a text is on average, in syllables of about 4.9 bytes; the last of
    `total` articles are of today.
    """

    def __init__(self, syllables: int, total: int, seed: int = 5) -> None:
        self.syllables = syllables
        self.total = total
        self._seed = seed
        rng = random.Random(seed)
        single = [place_tone(onset + rime) for onset in ONSETS for rime in RIMES]
        rng.shuffle(single)
        del single[2_200:]  # as many as Vietnamese has
        self.words = [f"{rng.choice(single)} {rng.choice(single)}" for _ in range(20_000)]
        self._weights = _zipf(len(self.words), 1.0)
        # Writers repeat themselves and each other by the clause, not by the word.
        self._clauses = [
            " ".join(rng.choices(self.words, cum_weights=self._weights, k=rng.randint(2, 6)))
            for _ in range(60_000)
        ]
        self._clause_weights = _zipf(len(self._clauses), 0.6)
        self.names = [
            f"{rng.choice(SURNAMES)} {rng.choice(MIDDLES)} {rng.choice(single).capitalize()}"
            for _ in range(30_000)
        ]
        self._name_weights = _zipf(len(self.names), 0.7)
        self.places = [
            f"{rng.choice(UNITS)} {rng.choice(self.words).title()}" for _ in range(3_000)
        ]
        self._site_weights = _zipf(SITES, 0.9)
        self.sections = [rng.choice(self.words).capitalize() for _ in range(40)]

    def articles(self, first: int, last: int) -> Iterator[Generated]:
        """Yield the articles with the numbers `first` to `last` - 1, by rising day."""
        for number in range(first, last):
            yield self._article(random.Random(f"{self._seed}-{number}"), number)

    def _article(self, rng: random.Random, number: int) -> Generated:
        # Every year more is published than in the one before.
        day = FIRST_DAY + timedelta(days=int(DAYS * (number / self.total) ** 0.5))
        length = max(self.syllables // 4, int(rng.gauss(self.syllables, self.syllables / 3)))
        words = iter(rng.choices(self.words, cum_weights=self._weights, k=40))
        stock = [phrase for phrase, share in STOCK.items() if rng.random() < share]
        place = rng.choice(self.places)
        about = " ".join(next(words) for _ in range(3))
        title = f"{rng.choice(stock).capitalize()} {place}: {about}"
        lead = _sentence([place, *stock[:2], *(next(words) for _ in range(8))], rng)
        return Generated(
            site=rng.choices(range(SITES), cum_weights=self._site_weights)[0],
            day=day.isoformat(),
            title=title,
            lead=lead,
            body=self._body(rng, stock, length - 30),
            author=self._name(rng),
            section=rng.choice(self.sections),
        )

    def _name(self, rng: random.Random) -> str:
        return rng.choices(self.names, cum_weights=self._name_weights)[0]

    def _body(self, rng: random.Random, stock: list[str], length: int) -> str:
        paragraphs = [_sentence(list(stock), rng)]
        clauses = rng.choices(
            self._clauses, cum_weights=self._clause_weights, k=max(1, length // 13)
        )
        for start in range(0, len(clauses), 4):
            parts = [*clauses[start : start + 4], rng.choice(stock)]
            if rng.random() < 0.6:
                parts.append(f"ông {self._name(rng)}")
            if rng.random() < 0.6:
                parts.append(f"{rng.randint(2, 9999)} hộ")
            paragraphs.append(_sentence(parts, rng))
        rng.shuffle(paragraphs)
        return "\n\n".join(paragraphs)


def _sentence(parts: list[str], rng: random.Random) -> str:
    rng.shuffle(parts)
    text = " ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _zipf(count: int, power: float) -> list[float]:
    return list(accumulate(1 / rank**power for rank in range(1, count + 1)))
