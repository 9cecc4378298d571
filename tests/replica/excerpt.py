"""Whether the excerpt in README.md is what `make demo` printed.

    python -m tests.replica.excerpt OUTPUT

`...` stands for what the excerpt leaves out; line breaks and sizes in bytes may differ (pages carry
a clock, and compress to a few bytes more or less).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
EXCERPT = re.compile(r"^\$ make demo\n\.\.\.\n(.*?)^```", re.DOTALL | re.MULTILINE)


def plain(text: str) -> str:
    """Return text without line breaks, runs of blanks and sizes."""
    return re.sub(r"\s+", " ", re.sub(r"[\d.]+ [kM]B", "N B", text)).strip()


def invented(readme: str, printed: str) -> list[str]:
    """Return the pieces of the excerpt that the demo did not print."""
    excerpt = EXCERPT.search(readme)
    if excerpt is None:
        return ["README.md has no excerpt of the demo"]
    pieces = re.split(r"^\.\.\.$", excerpt[1], flags=re.MULTILINE)
    return [piece for piece in map(plain, pieces) if piece not in plain(printed)]


def main() -> int:
    """Print what README.md invents; return 1 if it does."""
    found = invented(README.read_text("utf-8"), Path(sys.argv[1]).read_text("utf-8"))
    for piece in found:
        print(f"README.md shows what the demo did not print: {piece}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
