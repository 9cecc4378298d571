"""One piece of damage, as `mattran verify` names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "page",
    "sums",
    "structure",
    "reference",
    "text",
    "history",
    "value",
    "identity",
    "index",
    "raw",
    "file",
]


@dataclass(slots=True)
class Damage:
    """What is damaged and where: a row of a table, a page or block of a file (`offset` in bytes).

    A damaged page of the database has its number as `id`, its table or index as `table`.
    """

    kind: Kind
    table: str = ""
    id: int | str | None = None
    ref: str | None = None
    file: str | None = None
    offset: int | None = None
    what: str = ""

    def line(self) -> str:
        """Return it in one line: where, then what."""
        parts = []
        if self.file is not None:
            at = f" at byte {self.offset}" if self.offset is not None else ""
            parts.append(f"{self.file}{at}")
        if self.table:
            number = f" {self.id}" if self.id is not None and self.kind != "page" else ""
            parts.append(f"{self.table}{number}")
        if self.ref:
            parts.append(self.ref)
        return f"{', '.join(parts) or 'database'}: {self.what}"

    def record(self) -> dict[str, Any]:
        """Return it as an object."""
        return {name: getattr(self, name) for name in self.__slots__}
