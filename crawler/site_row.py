"""A site of the registry as a row of the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.registry import Site


def site_row(site: Site) -> dict[str, Any]:
    """Return the columns of `sites` that the registry fills."""
    return {
        "id": site.id,
        "name": site.name,
        "level": site.level,
        "province": site.province or None,
        "province_now": site.province_now,
        "base_url": site.base_url,
        "platform": site.platform,
        "owner": site.owner,
        "valid_from": site.valid_from.isoformat() if site.valid_from else None,
        "valid_to": site.valid_to.isoformat() if site.valid_to else None,
        "successor": site.successor,
        "enabled": int(site.enabled),
        "confirmed": int(site.confirmed),
    }
