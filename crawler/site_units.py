"""Which administrative unit a site is of, and what that is since 1 July 2025."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from archive.mentions import SitePlace
from archive.units import shipped, successors

if TYPE_CHECKING:
    from archive.units import Key, Unit
    from crawler.registry import Site


class SiteUnits(NamedTuple):
    """The unit of a site before 1 July 2025, and those of today that its land lies in."""

    then: Unit | None
    now: tuple[Unit, ...]


def units_of(site: Site) -> SiteUnits:
    """Return the units of a district's or commune's site; what is not certain is left out.

    A district has no successor of its own: named are the communes of today that its communes became
    or became a part of.
    """
    place = SitePlace(
        site.level,
        site.name,
        site.province,
        site.province_now,
        site.valid_from.isoformat() if site.valid_from else None,
        site.valid_to.isoformat() if site.valid_to else None,
    )
    units = shipped().units
    then, now = place.then(), place.now()
    if then is None or now is not None:
        return SiteUnits(units[then] if then else None, (units[now],) if now else ())
    found = {last for key in (then, *_inside().get(then, ())) for last in _today(key)}
    return SiteUnits(units[then], tuple(sorted((units[key] for key in found), key=_name)))


def _name(unit: Unit) -> tuple[str, str]:
    return unit.kind, unit.name


def _today(key: Key) -> list[Key]:
    """Return the units of today that a unit, or parts of it, became."""
    if shipped().units[key].valid_to is None:
        return [key]
    return [last for step in successors(key) for last in _today(step)]


@cache
def _inside() -> dict[Key, list[Key]]:
    """Return the units that lie in each unit."""
    found: dict[Key, list[Key]] = {}
    for unit in shipped().units.values():
        if unit.parent is not None:
            found.setdefault(unit.parent, []).append(unit.key)
    return found
