"""Composes stories from the sentences: the same seed and number give the same story, always."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from tests.replica import sentences
from tests.replica.sentences import SECTIONS, TOPICS, Topic
from tests.replica.story import VIETNAM, Block, Story, Variant

FIRST_DAY = datetime(2019, 1, 3, tzinfo=VIETNAM)
LAST_DAY = datetime(2024, 10, 30, tzinfo=VIETNAM)
VARIANTS: tuple[Variant, ...] = ("A", "B", "C", "D", "E")
PICTURES = 12


class Range:
    """`{n:3-40}` in a sentence: a fresh number from the range, dots between thousands."""

    def __init__(self, rng: random.Random, decimals: bool = False) -> None:
        self.rng = rng
        self.decimals = decimals

    def __format__(self, spec: str) -> str:
        low, high = (int(part) for part in spec.split("-"))
        number = f"{self.rng.randint(low, high):,}".replace(",", ".")
        return f"{number},{self.rng.randint(10, 99)}" if self.decimals else number


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def person(rng: random.Random) -> str:
    pools = (sentences.FAMILY_NAMES, sentences.MIDDLE_NAMES, sentences.GIVEN_NAMES)
    return " ".join(rng.choice(pool) for pool in pools)


def date_style(rng: random.Random, day: datetime) -> str:
    """A date as editors write it: 25/11/2022, 4/7/2017, 29.3.2024, 02-10-2018."""
    forms = (f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d/%m/%Y}",
             f"{day.day}.{day.month}.{day.year}", f"{day:%d-%m-%Y}")  # fmt: skip
    return rng.choice(forms)


class Names(dict[str, object]):
    """The names of one article: chosen when first asked for, the same ever after."""

    def __init__(self, rng: random.Random, region: str, event: datetime) -> None:
        super().__init__()
        self.rng = rng
        place = rng.choice(sentences.REGIONS[region])
        organ = rng.choice(("Ủy ban", "Ủy ban", "Uỷ ban"))
        day = date_style(rng, event)
        part = rng.choice(("sáng ngày", "chiều ngày", "ngày"))
        term = event.year // 5 * 5 - 1
        self.update(
            n=Range(rng),
            m=Range(rng, decimals=True),
            place=place,
            org=f"{organ} MTTQ Việt Nam {place}",
            role=f"Chủ tịch {organ} MTTQ Việt Nam {place}",
            guest_role=rng.choice((f"Bí thư {place}", f"Phó Chủ tịch UBND {place}")),
            day=f"ngày {day}",
            date=day,
            when=f"{part} {day}",
            year=event.year,
            next_year=event.year + 1,
            month=event.month,
            quarter=("I", "II", "III", "IV")[(event.month - 1) // 3],
            term=f"{term}-{term + 5}",
            third=rng.choice(("nhất", "hai", "ba")),
            deadline=date_style(rng, event + timedelta(days=rng.randint(12, 60))),
        )

    def __missing__(self, name: str) -> object:
        if name[0].isupper():
            value: object = capital(str(self[name.lower()]))
        elif name == "ward":
            return self.rng.choice(sentences.WARDS)
        elif name == "area":
            value = self.rng.choice(sentences.WARDS)
        elif name in ("chair", "guest", "deputy"):
            value = f"đồng chí {person(self.rng)}"
        else:
            value = person(self.rng)
        self[name] = value
        return value

    def say(self, sentence: str) -> str:
        return sentence.format_map(self)


def slug_of(title: str) -> str:
    """The title as CMSs write it into addresses: ASCII, lower case, hyphens."""
    plain = unicodedata.normalize("NFD", title.replace("Đ", "D").replace("đ", "d"))
    letters = "".join(ch for ch in plain if not unicodedata.combining(ch))
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")


def table_of(names: Names, topic: Topic) -> Block:
    head, row = topic.table
    lines = [head]
    for i in range(names.rng.randint(3, 5)):
        names["i"] = f"{i + 1:02}"
        lines.append(names.say(row))
    return Block("tr", lines=tuple(lines))


def extras(names: Names, topic: Topic, variant: Variant) -> list[list[Block]]:
    """Groups of blocks that may stand between the paragraphs: a list, a table, a quote."""
    rng = names.rng
    items = [names.say(item) for item in rng.sample(topic.items, k=len(topic.items))]
    listing = (
        Block("dash", lines=tuple(f"- {item}" for item in items))
        if variant in "DE"
        else Block("li", lines=tuple(items))
    )
    choices = [
        [Block("p", names.say(rng.choice(sentences.LIST_INTROS))), listing],
        [Block("quote", names.say(rng.choice(sentences.QUOTES)))],
        [Block("p", names.say(rng.choice(sentences.CLOSINGS)))],
    ]
    if variant in "AB":
        choices.append([Block("h", rng.choice(sentences.SUBHEADINGS))])
        choices.append(
            [Block("p", names.say(rng.choice(sentences.TABLE_INTROS))), table_of(names, topic)]
        )
    return rng.sample(choices, k=rng.randint(1, min(3, len(choices))))


def pictures(names: Names, topic: Topic) -> list[Block]:
    rng = names.rng
    captions = rng.sample(topic.captions, k=rng.choice((0, 1, 1, 1, 2)))
    numbers = rng.sample(range(1, PICTURES + 1), k=len(captions))
    return [
        Block(
            "image", names.say(caption) if rng.random() < 0.9 else "", src=f"anh-hoi-nghi-{n}.jpg"
        )
        for caption, n in zip(captions, numbers, strict=True)
    ]


def body_of(names: Names, topic: Topic, variant: Variant) -> list[Block]:
    """Paragraphs in the pool's order, with pictures and extras between them, never at the ends."""
    rng = names.rng
    pool = topic.paragraphs
    chosen = sorted(rng.sample(range(len(pool)), k=rng.randint(5, len(pool))))
    groups = [[Block("p", names.say(pool[i]))] for i in chosen]
    for group in [[picture] for picture in pictures(names, topic)] + extras(names, topic, variant):
        groups.insert(rng.randint(1, len(groups) - 1), group)
    return [block for group in groups for block in group]


def author_of(names: Names) -> tuple[str | None, str]:
    where = names.rng.choice(("body", "body", "body", "field", "none"))
    if where == "none":
        return None, where
    if names.rng.random() < 0.2:
        return names.say(names.rng.choice(sentences.ORGANISATION_BYLINES)), where
    return person(names.rng), where


def published(rng: random.Random, number: int, total: int) -> datetime:
    """Stories appear in order of number, spread evenly over the years, within office hours."""
    span = (LAST_DAY - FIRST_DAY).total_seconds()
    day = FIRST_DAY + timedelta(seconds=span * number / max(total, 1))
    # The place within the day follows the fraction of the day, so that the order is kept.
    fraction = (day.hour * 3600 + day.minute * 60 + day.second) / 86400
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    step = rng.randint(0, 29)
    return midnight + timedelta(hours=7, seconds=int(fraction * 11.5 * 3600) + step)


def compose(seed: str, region: str, number: int, total: int, salt: int = 0) -> Story:
    """Story `number` of a site that publishes `total` of them."""
    rng = random.Random(f"{seed}/{number}/{salt}")
    moment = published(rng, number, total)
    topic = TOPICS[rng.randrange(len(TOPICS))]
    names = Names(rng, region, moment - timedelta(days=rng.randint(0, 2)))
    variant = VARIANTS[rng.randrange(len(VARIANTS))]
    title = capital(names.say(rng.choice(topic.titles)))
    author, where = author_of(names)
    return Story(
        number=number,
        cms_id=101 + 3 * number + rng.randint(0, 2),
        slug=slug_of(title),
        title=title,
        lead=capital(names.say(rng.choice(topic.leads))),
        blocks=body_of(names, topic, variant),
        section=topic.section,
        author=author,
        author_where=where,  # type: ignore[arg-type]
        published=moment,
        tags=tuple(names.say(tag) for tag in topic.tags),
        source="Cổng thông tin điện tử" if rng.random() < 0.15 else None,
        attachment=f"ke-hoach-{number}.pdf" if rng.random() < 0.1 else None,
        variant=variant,
        lead_repeated=variant in "CD" and rng.random() < 0.5,
        decomposed=rng.random() < 0.05,
        views=rng.randint(20, 4000),
    )


def notice(seed: str, region: str, number: int, total: int, salt: int = 0) -> Story:
    """Story `number` as a notice: one sentence, no lead, nothing else."""
    story = compose(seed, region, number, total, salt)
    rng = random.Random(f"notice/{seed}/{number}/{salt}")
    names = Names(rng, region, story.published)
    title, text = (capital(names.say(one)) for one in rng.choice(sentences.NOTICES))
    return replace(
        story,
        slug=slug_of(title),
        title=title,
        lead="",
        blocks=[Block("p", text)],
        lead_repeated=False,
    )


def stories(seed: str, region: str, total: int, *, notices: bool = False) -> Iterator[Story]:
    """`total` stories, oldest first: no two with the same body, title slug or CMS id."""
    bodies: set[int] = set()
    slugs: set[str] = set()
    make = notice if notices else compose
    for number in range(total):
        story = next(
            candidate
            for salt in count()
            if body_hash(candidate := make(seed, region, number, total, salt)) not in bodies
        )
        bodies.add(body_hash(story))
        story.slug = unused(story.slug, slugs)
        slugs.add(story.slug)
        yield story


def body_hash(story: Story) -> int:
    return hash(tuple(story.blocks))


def unused(slug: str, taken: set[str]) -> str:
    """`slug`, with the number a CMS appends when two titles are alike."""
    if slug not in taken:
        return slug
    return next(numbered for n in count(2) if (numbered := f"{slug}-{n}") not in taken)


def section_name(slug: str) -> str:
    return SECTIONS[slug]
