"""How the people who run a website reach whoever crawls it."""

from __future__ import annotations

from archive.errors import UsageError


def checked_contact(given: str | None) -> str | None:
    """Return the contact that goes into each request, None when none was given.

    :raises UsageError: when it is neither a mail address nor the address of a page, or would not
        fit into one header line.
    """
    contact = (given or "").strip()
    if not contact:
        return None
    if not contact.isprintable() or not ("@" in contact or "://" in contact):
        raise UsageError(
            f"nobody can be reached at {contact!r}: give a mail address or a page, as in"
            " `--contact you@example.org` (or MATTRAN_CONTACT)"
        )
    return contact
