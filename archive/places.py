"""Which administrative units a text names, by what stands around the names.

Half the names of Vietnam's units are names of several of them, of people, streets and companies.
So a name counts only as a whole run of capitalised words (`Hà Đông` is none in `Nguyễn Hà Đông`),
with its rank before it (`xã Tân Lập`) or as the name of a province that nothing before it makes
into something else (`sông Đồng Nai`, `Công ty Hòa Bình`). Which of several units of one name is
meant, the units around it tell, the site, and the day of publication: units that did not exist yet
are never meant, those that exist no more are if the context says so.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain

from archive.units import Key, Unit, shipped, successors, uncollected
from archive.vietnamese import exact

# Raise it when `named_in` gives another result for any text.
FORM = 1

_UPPER = "".join(c for c in map(chr, range(0x41, 0x1F00)) if c.isupper() and c.isalpha())
_RUN = re.compile(
    f"[{_UPPER}0-9][\\w'’]*(?:(?: | ?[-–] ?)[{_UPPER}][\\w'’]*)*(?: \\d\\d?(?![\\w/.,-]\\d|\\w))?"
    f"(?:(?<=\\d)(?: | ?[-–] ?)[{_UPPER}][\\w'’]*)*"
)

# As papers write them, and as the official list does.
OTHER_SPELLINGS = {
    "đắc lắc": "đắk lắk",
    "mù cang chải": "mù căng chải",
    "đakrông": "đa krông",
    "hcm": "hồ chí minh",
    "tphcm": "hồ chí minh",
}
# Without its rank this is a person.
PERSON = "hồ chí minh"

PROVINCE, DISTRICT, WARD = "province", "district", "ward"

# What may stand before a name, and the ranks and levels it then may have.
RANKS = {
    "tỉnh": "tỉnh", "tỉnh ủy": "tỉnh", "tỉnh đoàn": "tỉnh",
    "thành phố": "thành phố", "tp": "thành phố", "thành ủy": "thành phố",
    "thành đoàn": "thành phố", "quận": "quận", "q": "quận", "quận ủy": "quận",
    "quận đoàn": "quận", "huyện": "huyện", "h": "huyện", "huyện ủy": "huyện",
    "huyện đoàn": "huyện", "thị xã": "thị xã", "tx": "thị xã", "thị ủy": "thị xã",
    "thị đoàn": "thị xã", "phường": "phường", "p": "phường", "xã": "xã", "thị trấn": "thị trấn",
    "tt": "thị trấn", "đặc khu": "đặc khu",
}  # fmt: skip
LEVELS = {
    "tỉnh": (PROVINCE,),
    "thành phố": (PROVINCE, DISTRICT),
    "quận": (DISTRICT,),
    "huyện": (DISTRICT,),
    "thị xã": (DISTRICT,),
    "phường": (WARD,),
    "xã": (WARD,),
    "thị trấn": (WARD,),
    "đặc khu": (WARD,),
}
# Words of ranks that are written with a capital inside a run.
_LONGEST_RANK = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A run may begin with these; the name follows.
STARTERS = _words(
    "tại ở về từ đến tới vào và cùng với theo trong ngoài riêng toàn người cả các nhân đoàn khi"
    " mttq ubmttq ubmt ubnd hđnd mtqg mt việt nam qua trên nếu như sau trước hiện nay"
)
# After the name of a unit a person may follow.
SURNAMES = _words(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lò lường quàng giàng"
    " vàng thào sùng ksor rơ y h đinh lương trịnh đào đoàn cao mai tô hà lâm phùng tạ chu trương"
    " thái tống kiều quách nông hứa triệu vi lục bế tăng ông bà"
)
# A name after one of these is that of a person, a street, a river, a company ...
OTHERWISE = _words(
    "thôn ấp bản làng buôn khóm xóm phố đường cầu sông núi hồ chợ chùa đền đình trường ty báo đài"
    " hình học viện hàng cảng ga vịnh đảo suối đèo kênh rạch ông bà anh chị em cháu cụ chú cô bác"
    " chí sĩ mẹ điện xe sạn viên bay máy hãng tàu quán tốc lộ tuyến ngõ ngách hẻm thầy danh tàng"
    " tên thương nghiệp hiệu bia rượu chè gạo cam bưởi nhãn đoàn giáo"
)
# `đoàn` and `ủy` above come after their ranks, which are looked for first.

_COUNTED = re.compile(r" (?:triệu|tỷ|tỉ|nghìn|ngàn|hộ|người|suất|căn|nhà|đồng|năm|tháng|ngày)\b")
_FORMER = re.compile(r"[ (,]{1,3}(?:cũ|trước đây|trước kia|trước sáp nhập)\b")
_PLURAL = re.compile(r"(?:\b(?:các|những|hai|ba|bốn|năm|nhiều)|\d) \S+(?: \S+)?[: ]*$")
_LIST_GAPS = frozenset((", ", " và ", ", và ", "; ", "; và "))
_ADJACENT = re.compile(r"(?: ?[,(–-] ?| (?:thuộc|của|ở|tại) )(?:\w+\.? ?){0,2}")
_Y_FOR_I = re.compile(r"(?:(?<=[bcdđghklmnprstvx])|(?<=qu))([yýỳỷỹỵ])(?!\w)")
_I_OF_Y = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))
_HYPHENS = re.compile(r" ?[-–] ?")
_Y = re.compile("[yýỳỷỹỵ]")

# Weights of what speaks for one of several units of a name.
BESIDE, DISTRICT_NAMED, PROVINCE_NAMED, NOW_NAMED = 8.0, 5.0, 3.0, 2.0
SITE_ITSELF, SITE_DISTRICT, SITE_PROVINCE = 6.0, 4.0, 3.0
CITY_OF_TODAY = 10.0
OTHER_TIME, OTHER_RANK = 6.0, 1.0


@lru_cache(maxsize=50_000)
def canonical(name: str) -> str:
    """Return a name so that its spellings are equal: `Quí  Mỹ` and `Quý Mĩ`, `Đăk` and `Đắk`."""
    lowered = exact(_spaced(name))
    if not lowered.isascii():
        lowered = lowered.replace("’", "'").replace("đăk", "đắk").replace("đak", "đắk")
        lowered = lowered.replace("lăk", "lắk")
    return _Y_FOR_I.sub(_with_i, lowered) if _Y.search(lowered) else lowered


def _spaced(name: str) -> str:
    return _HYPHENS.sub(" ", name) if "-" in name or "–" in name else name


def _with_i(y: re.Match[str]) -> str:
    return _I_OF_Y[y[1]]


@cache
@uncollected()
def gazetteer() -> dict[str, tuple[Unit, ...]]:
    """Return the units by their canonical name."""
    every = shipped().units.values()
    # Many units share their names, and few words make them up.
    parts = {name: _spaced(name).split(" ") for name in {unit.name for unit in every}}
    words = sorted(set(chain.from_iterable(parts.values())))
    written = dict(zip(words, canonical("\n".join(words)).split("\n"), strict=True))
    names = {name: " ".join([written[word] for word in some]) for name, some in parts.items()}
    units: dict[str, list[Unit]] = {}
    for unit in every:
        units.setdefault(names[unit.name], []).append(unit)
    for other, official in OTHER_SPELLINGS.items():
        units.setdefault(other, []).extend(units[official])
    return {name: tuple(found) for name, found in units.items()}


@cache
def _named_on(level: str) -> frozenset[str]:
    """Return the canonical names of the units of a level."""
    return frozenset(
        name for name, units in gazetteer().items() for unit in units if unit.level == level
    )


@cache
def _provinces() -> frozenset[str]:
    return _named_on(PROVINCE) - {PERSON}


@cache
def _districts() -> frozenset[str]:
    return _named_on(DISTRICT)


@lru_cache(maxsize=50_000)
def _above(unit_key: Key) -> tuple[Unit, ...]:
    """Return the units a unit lies in, the nearest first."""
    found = []
    parent = shipped().units[unit_key].parent
    while parent is not None:
        found.append(shipped().units[parent])
        parent = shipped().units[parent].parent
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of an article beside its text: the day, and the units of its site."""

    day: str
    site_units: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A unit named in a text; `part` is the number of the text, `raw` the words there."""

    unit: Key
    part: int
    raw: str


@dataclass(slots=True)
class _Name:
    """A name in a text that may be one of a unit."""

    name: str
    rank: str | None
    part: int
    start: int
    end: int
    raw: str
    former: bool = False
    plural: bool = False
    listed: bool = False  # stands right after the one before it, as in a list
    heading: bool = False  # begins a title, and a colon follows
    following: str = ""  # the name that stands right after it
    following_level: str = ""  # the level that it can only have
    unit: Unit | None = field(default=None)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A name inside a run of capitalised words: where it begins and ends, and its rank in it."""

    name: str
    rank: str | None
    start: int
    end: int
    begin: int  # of the rank, if it stands in the run


@lru_cache(maxsize=50_000)
def _pieces(run: str) -> tuple[_Piece, ...]:
    """Return the names in a run of capitalised words; most runs have none."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"[\w'’]+", run)]
    words = [canonical(run[start:end]) for start, end in spans]
    breaks = {n for n in range(1, len(spans)) if run[spans[n - 1][1] : spans[n][0]] != " "}
    pieces: list[_Piece] = []
    place, rank, begin = 0, None, 0
    is_shouted = run.isupper() and len(words) > 3
    while place < len(words):
        rank_words = _rank_at(words, place)
        if rank_words:
            rank = RANKS[" ".join(words[place : place + rank_words])]
            begin, place = place, place + rank_words
            continue
        if rank is None and words[place] in STARTERS | {"thành"} and not _known(words[place:]):
            place += 1
            continue
        ends = {at - place for at in breaks}
        length = _name_at(words[place:], ends, free=rank is not None and is_shouted)
        if length:
            end = spans[place + length - 1][1]
            name = " ".join(words[place : place + length])
            name = OTHER_SPELLINGS.get(name, name)
            first = spans[begin][0] if rank else spans[place][0]
            if name == PERSON and "hcm" in words[place]:
                rank = rank or "thành phố"
            pieces.append(_Piece(name, rank, spans[place][0], end, first))
            place += length
        elif rank is None or not is_shouted:
            place = _next_rank(words, place)
        else:
            place += 1
        rank = None
    return tuple(pieces)


def _known(words: Sequence[str]) -> bool:
    return " ".join(words) in gazetteer()


def _rank_at(words: Sequence[str], place: int) -> int:
    """Return how many words from `place` on are a rank that a name follows."""
    for length in range(_LONGEST_RANK, 0, -1):
        if " ".join(words[place : place + length]) in RANKS and place + length < len(words):
            return length if len(words) > place + length else 0
    return 0


def _next_rank(words: Sequence[str], place: int) -> int:
    return next((p for p in range(place + 1, len(words)) if _rank_at(words, p)), len(words))


def _name_at(words: Sequence[str], ends: Container[int], *, free: bool) -> int:
    """Return how many of `words`, from the first on, are a name: all of them, or a person follows.

    Also up to a rank or to one of `ends`, where a dash stands, and with `free` whatever follows.
    """
    for length in range(min(len(words), 6), 0, -1):
        if " ".join(words[:length]) in gazetteer():
            rest = words[length:]
            is_end = not rest or free or length in ends
            if is_end or rest[0] in SURNAMES or rest[0].isdigit() or _rank_at(words, length):
                return length
    return 0


def names_in(text: str, part: int = 0) -> Iterator[_Name]:
    """Yield the names in a text that may be those of units."""
    last: _Name | None = None
    for match in _RUN.finditer(text):
        run = match[0]
        pieces = _pieces(run)
        if not pieces:
            continue
        is_otherwise = False
        for piece in pieces:
            name = None if is_otherwise else _name_of(text, match.start(), piece, part, last)
            if name is None:
                # `cao tốc Hà Nội - Hải Phòng` is about neither of them.
                is_otherwise = True
                continue
            if last is not None:
                _see_beside(text, last, name)
            yield name
            last = name


def _name_of(text: str, start: int, piece: _Piece, part: int, last: _Name | None) -> _Name | None:
    begin, first, end = start + piece.begin, start + piece.start, start + piece.end
    rank, otherwise = piece.rank, False
    if rank is None and piece.start == 0:
        rank, begin, otherwise = _before(text, first)
    is_number = piece.name.isdigit()
    if is_number and (rank is None or _COUNTED.match(text, end)):
        return None
    listed = (
        last is not None
        and rank is None
        and text[last.end : first] in _LIST_GAPS
        and (last.rank is not None or last.listed)
    )
    heading = part == 0 and first == 0 and text[end : end + 1] == ":"
    beside = last is not None and rank is None and first - last.end <= 3
    if (
        rank is None
        and not (listed or heading or beside)
        and (otherwise or piece.name not in _provinces())
    ):
        return None
    return _Name(
        piece.name,
        rank,
        part,
        first,
        end,
        text[begin:end],
        former=_FORMER.match(text, end) is not None,
        plural=rank is not None and _PLURAL.search(text, max(0, begin - 12), first) is not None,
        listed=listed,
        heading=heading,
    )


def _before(text: str, start: int) -> tuple[str | None, int, bool]:
    """Return the rank before a name, where it begins, and whether the name is something else's."""
    before = text[max(0, start - 24) : start].rpartition("\n")[2]
    if not before.endswith((" ", ".")):
        return None, start, False
    words = before.lower().rsplit(None, 2)[-2:]
    if not words:
        return None, start, False
    rank, length, otherwise = _rank_of(*words)
    if rank is None:
        return None, start, otherwise
    gap = len(before) - len(before.rstrip(" .:"))
    return rank, max(0, start - length - gap), False


@lru_cache(maxsize=50_000)
def _rank_of(*words: str) -> tuple[str | None, int, bool]:
    """Return the rank that one or two words are, its length, and if they make another thing."""
    *first, last = words
    last = last.lstrip("(\"“'[").rstrip(".:")  # các huyện: A, B
    pair = f"{first[0].lstrip('(“')} {last}" if first else last
    for rank in (exact(pair), exact(last)):
        if rank in RANKS:
            return RANKS[rank], len(rank), False
    return None, 0, last in OTHERWISE


def _see_beside(text: str, last: _Name, name: _Name) -> None:
    if name.start - last.end <= 24 and _ADJACENT.fullmatch(text, last.end, name.start):
        last.following = name.name
        if name.rank is not None and len(LEVELS[name.rank]) == 1:
            last.following_level = LEVELS[name.rank][0]
        elif name.rank is None and name.name in _provinces() - _districts():
            last.following_level = PROVINCE


def named_in(parts: Sequence[str], context: Context) -> list[Found]:
    """Return the units that the texts name, in order, each once a text.

    `parts` are title, lead and body. What cannot be told for certain is left out.
    """
    names = [name for number, text in enumerate(parts) for name in names_in(text, number)]
    if not names:
        return []
    return _Reader(names, context).found()


class _Reader:
    """Tells which units the names of one article mean."""

    def __init__(self, names: list[_Name], context: Context) -> None:
        self.names = names
        self.day = context.day
        self.site = [shipped().units[key] for key in context.site_units]
        self.site_keys = {unit.key for unit in self.site}
        self.site_above = {above.key for unit in self.site for above in _above(unit.key)}
        self.site_provinces = {
            unit.key
            for own in self.site
            for unit in (own, *_above(own.key))
            if unit.level == PROVINCE
        }
        self.district_names: set[str] = set()
        self.province_names: set[str] = set()
        for name in names:
            if name.rank is None or "tỉnh" in name.rank or name.rank == "thành phố":
                self.province_names.add(name.name)
            if name.rank is not None and DISTRICT in LEVELS[name.rank]:
                self.district_names.add(name.name)

    def found(self) -> list[Found]:
        """Return the units, each once a part."""
        last: _Name | None = None
        for name in self.names:
            name.unit = self._unit_of(name, last)
            last = name
        rows: dict[tuple[Key, int], Found] = {}
        for name in self.names:
            if name.unit is not None:
                place = (name.unit.key, name.part)
                rows.setdefault(place, Found(name.unit.key, name.part, name.raw))
        return list(rows.values())

    def _unit_of(self, name: _Name, last: _Name | None) -> Unit | None:
        if name.rank is not None:
            return self._best(name, LEVELS[name.rank])
        unit = self._beside(name, last) if last is not None else None
        if unit is not None:
            return unit
        if name.name in _provinces():
            return self._best(name, (PROVINCE,))
        return self._of_heading(name) if name.heading else None

    def _beside(self, name: _Name, last: _Name) -> Unit | None:
        """Return the unit of a name without rank that follows another one: above it, or like it."""
        if last.unit is None or last.part != name.part:
            return None
        for above in _above(last.unit.key):
            if above.level == DISTRICT and canonical(above.name) == name.name:
                return above
        if not name.listed or (name.name in _provinces() and not last.plural):
            return None
        levels = (last.unit.level,)
        like = [
            unit
            for unit in self._candidates(name, levels)
            if unit.parent == last.unit.parent or self._shares_province(unit, last.unit)
        ]
        nearest = [unit for unit in like if unit.parent == last.unit.parent] or like
        if len(nearest) != 1:
            return None
        name.plural = last.plural
        return nearest[0]

    def _shares_province(self, one: Unit, other: Unit) -> bool:
        return bool(_above(one.key) and _above(other.key)) and (
            _above(one.key)[-1].key == _above(other.key)[-1].key
        )

    def _of_heading(self, name: _Name) -> Unit | None:
        own = [
            unit
            for unit in self._candidates(name, (DISTRICT, WARD))
            if unit.existed(self.day)
            and any(above.key in self.site_provinces for above in _above(unit.key))
        ]
        for level in (DISTRICT, WARD):
            found = [unit for unit in own if unit.level == level]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _candidates(self, name: _Name, levels: Iterable[str]) -> list[Unit]:
        return [
            unit
            for unit in gazetteer()[name.name]
            if unit.level in levels and unit.valid_from <= self.day
        ]

    def _best(self, name: _Name, levels: tuple[str, ...]) -> Unit | None:
        units = self._candidates(name, levels)
        if not units:
            return None
        if levels == (PROVINCE,):
            return min(units, key=lambda unit: self._misfit(name, unit))
        weighed = [(self._evidence(name, unit), unit) for unit in units]
        certain = [(e - self._misfit(name, unit), unit) for e, unit in weighed if e > 0]
        if not certain:
            return self._only(name, units)
        best = max(weight for weight, _ in certain)
        found = [unit for weight, unit in certain if weight == best]
        return found[0] if len(found) == 1 else None

    def _only(self, name: _Name, units: list[Unit]) -> Unit | None:
        """Return the one district of its name; communes share theirs with many that are gone."""
        same = [unit for unit in units if unit.kind == name.rank] or units
        is_one = len(same) == 1 and same[0].level == DISTRICT
        return same[0] if is_one else None

    def _misfit(self, name: _Name, unit: Unit) -> float:
        """Return how little the day and the rank fit: 0 for both, more for less."""
        other_time = unit.existed(self.day) == name.former
        other_rank = name.rank is not None and unit.kind != name.rank
        return OTHER_TIME * other_time + OTHER_RANK * other_rank

    def _evidence(self, name: _Name, unit: Unit) -> float:
        weight = 0.0
        if unit.level == PROVINCE:
            return CITY_OF_TODAY if self._misfit(name, unit) == 0 else 0.0
        if self._is_elsewhere(name, unit):
            return 0.0
        if unit.key in self.site_keys:
            weight += SITE_ITSELF
        for above in _above(unit.key):
            title = canonical(above.name)
            weight += BESIDE * (name.following == title)
            is_district = above.level == DISTRICT
            if title in (self.district_names if is_district else self.province_names):
                weight += DISTRICT_NAMED if is_district else PROVINCE_NAMED
            if above.key in self.site_keys or above.key in self.site_above:
                weight += SITE_DISTRICT if is_district else SITE_PROVINCE
            if not is_district:
                weight += self._of_successors(name, above)
        return weight

    def _is_elsewhere(self, name: _Name, unit: Unit) -> bool:
        """Tell whether what stands right after the name says that it is another unit."""
        if not name.following_level or name.following_level == unit.level:
            return False
        above = [higher for higher in _above(unit.key) if higher.level == name.following_level]
        titles = {canonical(higher.name) for higher in above}
        for higher in above:
            titles |= {canonical(shipped().units[k].name) for k in successors(higher.key)}
        return bool(titles) and name.following not in titles

    def _of_successors(self, name: _Name, province: Unit) -> float:
        """Weigh the province of today that took a former one in."""
        weight = 0.0
        for key in successors(province.key):
            if key[1] > self.day:
                continue
            title = canonical(shipped().units[key].name)
            is_own = key in self.site_keys or key in self.site_above
            if title == canonical(province.name):
                weight += SITE_PROVINCE * is_own
            else:
                weight += BESIDE * (name.following == title)
                weight += NOW_NAMED * (title in self.province_names)
                weight += NOW_NAMED * is_own
        return weight
