"""An archive made by the real command, and what stands in it: what the benches judge."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.served import MATTRAN, Finished, run

IMAGES = """
    SELECT i.url, i.caption, i.credit, i.alt
    FROM images i JOIN pages p ON p.current_revision = i.revision
    WHERE p.id = :id ORDER BY i.position
"""


def row(site: dict[str, object]) -> str:
    """Return a registry row as TOML. Strings, numbers and lists of strings are written."""
    lines = [f"{name} = {_toml(value)}" for name, value in site.items()]
    return "\n".join(["[[site]]", *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def crawl(folder: Path, rows: list[dict[str, object]]) -> Finished:
    """Crawl sites in full with `mattran` into `folder`/mattran.db."""
    registry = folder / "sites.toml"
    registry.write_text("\n".join(row(site) for site in rows), encoding="utf-8")
    where = ["--db", str(folder / "mattran.db"), "--sites", str(registry)]
    return run([*MATTRAN, *where, "crawl", "--all", "--full"])


def articles(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the view `articles`, each with its `images`."""
    with closing(sqlite3.connect(folder / "mattran.db")) as conn:
        conn.row_factory = sqlite3.Row
        found = [dict(article) for article in conn.execute("SELECT * FROM articles ORDER BY id")]
        for article in found:
            article["images"] = [dict(image) for image in conn.execute(IMAGES, article)]
    return found
