"""Whose site a host seems to be."""

from __future__ import annotations

import re

FRONT = re.compile(r"mttq|mattran|mat-tran|daidoanket|dai-doan-ket")


def owner_of(host: str) -> str:
    """Return the `owner` of a row for a host: of a portal only the Front's stories are wanted."""
    if FRONT.search(host.lower()):
        return "front"
    if host.endswith(".dcs.vn"):
        return "party-portal"
    return "government-portal" if host.endswith(".gov.vn") else "front"
