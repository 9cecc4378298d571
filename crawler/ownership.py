"""Whose site an address seems to be: the default of a row's `owner`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

FRONT = re.compile(r"mttq|mattran|mat-tran|daidoanket|dai-doan-ket")


def owner_of(base_url: str, level: str = "") -> str:
    """Return whose site stands at an address: of a portal only the Front's stories are wanted.

    :param base_url: scheme, host and the folder that the site is, if it is one.
    :param level: of the registry row.
    """
    if level == "press":
        return "press"
    parts = urlsplit(base_url.lower())
    host = parts.hostname or ""
    if FRONT.search(host + parts.path):
        return "front"
    if host.endswith(".dcs.vn"):
        return "party-portal"
    return "government-portal" if host.endswith(".gov.vn") else "front"
