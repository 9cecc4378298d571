"""Ids of pages: the same in every shard and after every merge, short enough to cite."""

from __future__ import annotations

import hashlib
import re

from archive.errors import UsageError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REF_LENGTH = 11
ID_BITS = 53

# Crockford's base32 reads what people mistype: O is 0, I and L are 1.
_FORGIVEN = str.maketrans("OIL", "011")
_REVISION = re.compile(r"[1-9][0-9]{0,8}")


def page_id(site: str, key: str, attempt: int = 0) -> int:
    """Return the id of the page `key` of `site`: 53 bits of blake2b, exact in every language.

    `attempt` > 0 rehashes with a suffix: what the second of two colliding pages gets.
    """
    name = f"{site}\n{key}" + (f"\n{attempt}" if attempt else "")
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - ID_BITS)


def ref_of(page: int) -> str:
    """Return the id as 11 characters of Crockford base32, what people cite."""
    return "".join(ALPHABET[page >> shift & 31] for shift in range((REF_LENGTH - 1) * 5, -1, -5))


def parse_ref(text: str) -> tuple[int, int | None]:
    """Read `REF` or `REF@N` and return the page id and the revision number, if one is named.

    Case, dashes, spaces and the letters O, I, L are forgiven. Raises UsageError for anything else.
    """
    ref, at, number = text.strip().partition("@")
    letters = re.sub(r"[\s-]", "", ref).upper().translate(_FORGIVEN)
    page = 0
    for letter in letters:
        page = page * 32 + _value(letter, text)
    if len(letters) != REF_LENGTH or page >> ID_BITS:
        raise UsageError(f"{text!r} is not a reference: one has {REF_LENGTH} letters and digits")
    if at and not _REVISION.fullmatch(number):
        raise UsageError(f"{text!r}: after @ comes the number of a revision, from 1")
    return page, int(number) if at else None


def _value(letter: str, text: str) -> int:
    value = ALPHABET.find(letter)
    if value < 0:
        raise UsageError(f"{text!r} is not a reference: {letter!r} never occurs in one")
    return value
