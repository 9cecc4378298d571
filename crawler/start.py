"""Where the command `mattran` begins: nothing is imported before Ctrl-C is listened to."""

from __future__ import annotations

import sys


def main() -> int:
    """Run `mattran` with the process's arguments and return its exit code (docs/operations.md).

    Importing the commands takes a tenth of a second; a Ctrl-C in it ends as any later one does.
    """
    try:
        from crawler.commands import main as run  # noqa: PLC0415 (see above)
    except KeyboardInterrupt:
        print("mattran: interrupted", file=sys.stderr)
        return 3
    return run()
