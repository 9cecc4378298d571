"""Signs by which a platform is recognised, declared by each family as data.

A sign is worth more the less it is found elsewhere: 6 and more say the platform alone, 1 says
nothing without others. Addresses are those a page links to on its own host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Where = Literal["generator", "address", "markup", "header", "cookie", "host"]

RECOGNISED = 4
"""The weight of all signs found from which a platform is named."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: a pattern searched in what a page says of `where`.

    `generator`: the content of `meta[name=generator]`; `address`: path and query of each link, of
    which `least` different ones must match; `markup`: the page's source; `header`: `name: value`,
    name in lower case; `cookie`: the names of cookies set; `host`: the host.
    """

    where: Where
    pattern: re.Pattern[str]
    weight: int
    least: int = 1


def sign(where: Where, pattern: str, weight: int, least: int = 1) -> Sign:
    """Return a sign of a pattern as text, compared without regard to case."""
    return Sign(where, re.compile(pattern, re.IGNORECASE), weight, least)
