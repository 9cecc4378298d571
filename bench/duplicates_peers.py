"""How alike texts are to other people's methods; runs in the peers' environment.

    .venv-peers/bin/python -m bench.duplicates_peers < pairs.json

Reads a list of pairs of texts (words apart by spaces) and writes, a method, a list of numbers.
MinHash: datasketch, 128 permutations of runs of three words, asked through its LSH index. SimHash:
64 bits of the same runs, written out here.
"""

from __future__ import annotations

import json
import sys
from hashlib import blake2b

try:
    from datasketch import MinHash, MinHashLSH
except ImportError:
    sys.exit("datasketch is missing: run `make peers`")

BITS = 64
# As low as its index goes with pairs of bands and rows that find most.
LSH_THRESHOLD = 0.2


def shingles(text: str) -> set[bytes]:
    """Return the runs of three words of a text."""
    words = text.encode().split()
    return {b" ".join(run) for run in zip(words, words[1:], words[2:], strict=False)}


def minhash(runs: set[bytes]) -> MinHash:
    """Return the signature of a text."""
    made = MinHash(num_perm=128)
    made.update_batch(sorted(runs))
    return made


def simhash(runs: set[bytes]) -> int:
    """Return the signature of a text: each bit as most of its runs have it."""
    weights = [0] * BITS
    for run in runs:
        value = int.from_bytes(blake2b(run, digest_size=8).digest(), "big")
        for bit in range(BITS):
            weights[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit, weight in enumerate(weights) if weight > 0)


def main() -> None:
    """Judge the pairs."""
    texts = [[shingles(text) for text in pair] for pair in json.load(sys.stdin)]
    found: dict[str, list[float]] = {"datasketch MinHash-LSH": [], "SimHash": []}
    for one, two in texts:
        first, second = minhash(one), minhash(two)
        index = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=128)
        index.insert("first", first)
        hit = bool(index.query(second))
        found["datasketch MinHash-LSH"].append(first.jaccard(second) if hit else 0.0)
        found["SimHash"].append(1 - (simhash(one) ^ simhash(two)).bit_count() / BITS)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
