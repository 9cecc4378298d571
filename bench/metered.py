"""Run a command and write down what it alone has used.

    python bench/metered.py REPORT COMMAND...

A process begins with the peak memory of the one it was forked from: this one is small.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command to its end; its exit code, CPU seconds and peak memory go to the report."""
    report, *command = sys.argv[1:]
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    used = {
        "exit_code": os.waitstatus_to_exitcode(status),
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
    }
    Path(report).write_text(json.dumps(used), encoding="utf-8")


if __name__ == "__main__":
    main()
