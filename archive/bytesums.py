"""CRC-32 sums of blocks, and how one flipped byte is found again by them.

A CRC is linear: the sum of a damaged block, XORed with the sum it should have, depends on nothing
but what was flipped and how far from the end. So of a single wrong byte both follow from the sums
(Williams, A Painless Guide to CRC Error Detection Algorithms, 1993).
"""

from __future__ import annotations

import sys
import zlib
from array import array
from functools import cache

BLOCK = 65536  # bytes of a WARC file a sum is for

_POLYNOMIAL = 0xEDB88320


def packed(sums: array[int]) -> bytes:
    """Return sums as bytes, little-endian."""
    if sys.byteorder == "big":
        sums = array("I", sums)
        sums.byteswap()
    return sums.tobytes()


def unpacked(data: bytes) -> array[int]:
    """Return the sums that `packed` made bytes of."""
    sums = array("I")
    sums.frombytes(data[: len(data) // 4 * 4])
    if sys.byteorder == "big":
        sums.byteswap()
    return sums


@cache
def _tables() -> tuple[dict[int, int], list[int]]:
    """Return which flip gives which difference at the last byte, and the steps back."""
    forward = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = rest >> 1 ^ (_POLYNOMIAL if rest & 1 else 0)
        forward.append(rest)
    by_top = {value >> 24: (byte, value) for byte, value in enumerate(forward)}
    back = [(by_top[top][1] << 8 & 0xFFFFFFFF) | by_top[top][0] for top in range(256)]
    return {value: byte for byte, value in enumerate(forward) if byte}, back


def mended(block: bytes, expected: int) -> bytes | None:
    """Return a block with the one byte put right that makes its sum `expected`, if one does.

    Takes the match nearest to the end; that another fits as well has, for 64 KiB, a chance of
    1 in 250: whoever can checks the whole.
    """
    flips, back = _tables()
    difference = zlib.crc32(block) ^ expected
    for place in range(len(block) - 1, -1, -1):
        flip = flips.get(difference)
        if flip is not None:
            return block[:place] + bytes([block[place] ^ flip]) + block[place + 1 :]
        difference = (difference << 8 & 0xFFFFFFFF) ^ back[difference >> 24]
    return None
