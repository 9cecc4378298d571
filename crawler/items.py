"""The item types a spider yields; they belong to the archive, spiders take them from here."""

from __future__ import annotations

from archive.page import (
    BESIDE,
    Article,
    Attachment,
    Claim,
    Fetch,
    Image,
    Link,
    LinkKind,
    Page,
    PageKind,
)

__all__ = [
    "BESIDE",
    "Article",
    "Attachment",
    "Claim",
    "Fetch",
    "Image",
    "Link",
    "LinkKind",
    "Page",
    "PageKind",
]
