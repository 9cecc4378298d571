"""Output of the commands: safe for any terminal and encoding, aligned by display width."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

# Text of web pages must not steer a terminal: C0 and C1 controls, and what reverses the direction
# of text. Tabs and odd line ends become spaces; newlines are kept where the caller asks for it.
_SPACES = "\t\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200E, 0x200F, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_KEEP_LINES: dict[int, str | None] = {
    **dict.fromkeys(_CONTROLS),
    **{ord(c): " " for c in _SPACES},
    ord("\n"): "\n",
}
_ONE_LINE: dict[int, str | None] = {**_KEEP_LINES, ord("\n"): " "}
# JSON escapes the C0 controls by itself; the others are written as escapes, so nothing is lost.
_JSON_ESCAPES = {code: f"\\u{code:04x}" for code in _CONTROLS if code >= 0x20}

READABLE_WIDTH = 100

_STYLE = re.compile("\x1b\\[\\d+m")
_PLAIN = "\x1b[0m"


def prepare_streams() -> None:
    """Make stdout and stderr accept any character: what they cannot show comes as an escape.

    One that was closed (`>&-`) leads nowhere: else the next file that is opened took its place.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def clean(text: str, *, keep_lines: bool = False) -> str:
    """Return `text` without control characters; in one line unless `keep_lines`."""
    return text.translate(_KEEP_LINES if keep_lines else _ONE_LINE)


def display_width(text: str) -> int:
    """Return how many terminal cells `text` takes: marks take none, wide characters two."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def fit(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Return `text`, cut to `width` cells and ended with `ellipsis` when it is longer."""
    if display_width(text) <= width:
        return text
    room = max(0, width - display_width(ellipsis))
    kept = []
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept.append(character)
    return ("".join(kept).rstrip() + ellipsis) if width > 0 else ""


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled with spaces to `width` cells; `right` puts it at the right edge."""
    space = " " * max(0, width - display_width(text))
    return space + text if right else text + space


def is_terminal(stream: IO[str] | None = None) -> bool:
    """Tell whether `stream` (stdout) is a terminal that a person reads."""
    return (stream or sys.stdout).isatty()


def terminal_width() -> int | None:
    """Return the width of the terminal stdout goes to; None when it goes elsewhere."""
    return shutil.get_terminal_size().columns if is_terminal() else None


def reading_width() -> int:
    """Return the width to wrap running text to: the terminal's, at most 100 cells."""
    return max(20, min(READABLE_WIDTH, terminal_width() or READABLE_WIDTH))


def bold(text: str) -> str:
    """Return `text` in bold where stdout is a terminal that shows it."""
    return _styled(text, "1")


def dim(text: str) -> str:
    """Return `text` dimmed where stdout is a terminal that shows it."""
    return _styled(text, "2")


def removed(text: str) -> str:
    """Return what was taken out of a text: red where stdout shows it, else as `[-text-]`."""
    return _styled(text, "31") if _shows_styles() else f"[-{text}-]"


def added(text: str) -> str:
    """Return what was put into a text: green where stdout shows it, else as `{+text+}`."""
    return _styled(text, "32") if _shows_styles() else f"{{+{text}+}}"


def _styled(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}{_PLAIN}" if text and _shows_styles() else text


def _shows_styles() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal() and not plain


def encodable(text: str) -> str:
    """Return `text` as stdout will show it, so that columns align in narrow encodings as well."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def wrap(text: str, *, indent: str = "") -> str:
    """Return running text cleaned and wrapped to the reading width, each line after `indent`.

    Line breaks of the text stay: paragraphs are apart by blank lines, list items by one break.
    """
    width = reading_width() - len(indent)
    lines: list[str] = []
    for line in clean(text, keep_lines=True).split("\n"):
        wrapped = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        lines += wrapped or [""]
    return "\n".join(f"{indent}{line}".rstrip() for line in lines)


def wrap_styled(text: str, *, indent: str = "") -> str:
    """Return text that may be coloured, clean already, wrapped as `wrap` does.

    A line that ends within a colour would take it along to the next: each line has its own.
    """
    width = reading_width() - len(indent)
    lines: list[str] = []
    style = ""
    for paragraph in text.split("\n"):
        line, size = "", 0
        for word in paragraph.split(" "):
            room = display_width(_STYLE.sub("", word))
            if line and size + 1 + room > width:
                lines.append(line + (_PLAIN if style else ""))
                line, size = style + word, room
            else:
                line, size = (f"{line} {word}" if line else style + word), size + bool(line) + room
            for found in _STYLE.findall(word):
                style = "" if found == _PLAIN else found
        lines.append(line + (_PLAIN if style else ""))
    return "\n".join(f"{indent}{line}".rstrip() for line in lines)


def write_table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: Collection[str] = ()
) -> None:
    """Print `rows` in aligned columns; None is shown as `-`.

    Columns named in `right` are aligned at their right edge. On a terminal each line is cut to its
    width; elsewhere nothing is cut.
    """
    cells = [[encodable(_cell(value)) for value in row] for row in rows]
    widths = [
        max(display_width(text) for text in column) for column in zip(headers, *cells, strict=True)
    ]
    limit = terminal_width()
    ellipsis = encodable("…")
    for number, row in enumerate([list(headers), *cells]):
        line = "  ".join(
            pad(text, width, right=header in right)
            for text, width, header in zip(row, widths, headers, strict=True)
        ).rstrip()
        line = line if limit is None else fit(line, limit, ellipsis=ellipsis)
        print(bold(line) if number == 0 else line)


def _cell(value: object) -> str:
    return "-" if value is None or value == "" else clean(str(value))


def write_json(record: Mapping[str, Any]) -> None:
    """Print `record` as one line of JSON, in plain ASCII where stdout is not UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    line = json.dumps(record, ensure_ascii=encoding != "utf8", default=str)
    print(line.translate(_JSON_ESCAPES))


def byte_size(count: int) -> str:
    """Return a number of bytes as people read it: `0 B`, `12.3 MB` (powers of 1,000)."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


class ProgressLine:
    """One line on stderr, written over and over, only where a person watches a terminal."""

    def __init__(self) -> None:
        self._shown = is_terminal(sys.stderr)

    def update(self, text: str) -> None:
        """Show `text` in place of what was shown before."""
        if self._shown:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"\r\x1b[K{fit(clean(text), width)}")

    def clear(self) -> None:
        """Remove the line, so that other output starts on a clean one."""
        if self._shown:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        """Write; a terminal that was closed meanwhile is no reason to fail."""
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._shown = False
