"""Lines of which only hashes are known, found again in a text: alone, or within other words.

A print is the hash of a line and, behind a `+`, that of its words without what stands around them
(quotes, a full stop), by which they are found wherever they follow one another. With it stands how
many they are and one byte of the hash of the first, so that few places have to be hashed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator

from archive.content import sha256

LEAST = 12  # letters; shorter lines are everybody's words

_DIGITS = 32  # hex digits of a hash
_EDGES = " .,;:!?…\"'“”‘’«»„()[]{}<>-–—*/|\\"
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_SPACES = "nrtbf"  # in JSON, behind a backslash


def hash_of(line: str) -> str:
    """Return the hash of a line, however it is broken and indented."""
    return sha256(" ".join(line.split()).encode())[:_DIGITS]


def print_of(line: str) -> str:
    """Return that by which an erased line is known again, since nobody may know its words."""
    words = line.strip(_EDGES).split()
    plain = " ".join(words)
    if len(plain) < LEAST:
        return hash_of(line)
    return f"{hash_of(line)}+{len(words)}.{_first(words[0])}.{hash_of(plain)}"


def _first(word: str) -> str:
    return sha256(word.strip(_EDGES).encode())[:2]


def unescaped(text: str) -> str:
    """Return a text without the escapes of JSON and HTML."""
    if "\\" in text:
        text = _ESCAPE.sub(_meant, text)
    return html.unescape(text)


def _meant(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    if code:
        return chr(int(code, 16))
    return " " if letter in _SPACES else letter


class Prints:
    """Prints of lines, to be found in texts; those of an earlier version are hashes alone."""

    def __init__(self, prints: Iterable[str]) -> None:
        self._lines: dict[str, set[str]] = {}  # prints by hash
        # Of runs of words: prints by the first word, their number, and hash.
        self._runs: dict[str, dict[int, dict[str, set[str]]]] = {}
        self._firsts: dict[str, str] = {}
        for one in prints:
            digest, _, run = one.partition("+")
            self._lines.setdefault(digest, set()).add(one)
            if run:
                count, first, digest = run.split(".")
                runs = self._runs.setdefault(first, {}).setdefault(int(count), {})
                runs.setdefault(digest, set()).add(one)

    def has(self, line: str) -> bool:
        """Tell whether a text is one of the lines."""
        return len(line) >= LEAST and hash_of(line) in self._lines

    def runs(self, text: str) -> Iterator[tuple[str, set[str]]]:
        """Yield what a text has of the lines, be it within others: the words, and the prints."""
        words = text.split() if self._runs else []
        for start, word in enumerate(words):
            begun = word.lstrip(_EDGES)
            first = self._firsts.get(begun) or self._firsts.setdefault(begun, _first(begun))
            for count, known in self._runs.get(first, {}).items():
                if start + count > len(words):
                    continue
                run = " ".join([begun, *words[start + 1 : start + count]]).rstrip(_EDGES)
                if prints := known.get(hash_of(run)):
                    yield run, prints

    def said_in(self, lines: Collection[str]) -> set[str]:
        """Return the prints of what another text has of the lines, alone or within others."""
        own = (self._lines.get(hash_of(line), set()) for line in lines)
        within = (prints for line in lines for _, prints in self.runs(line))
        return set().union(*own, *within)
