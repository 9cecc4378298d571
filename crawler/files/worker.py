"""The process that reads one file: bytes in, one JSON object out, within limits.

It is started for each file (reader.py), so that whatever the file does to it ends with it.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import warnings
from dataclasses import asdict

CPU_SECONDS = 60


def limit(memory: int) -> None:
    """Take from this process what reading a file does not need; `memory` is bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read the file on standard input; the argument is how many bytes of memory there are."""
    limit(int(sys.argv[1]))
    warnings.simplefilter("ignore")
    logging.disable()
    from crawler.files.text import read  # noqa: PLC0415 (within the limits)

    found = asdict(read(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
