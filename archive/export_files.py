"""Give back the files that articles offer, each once, under the name of its hash."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import files
from archive.content import sha256
from archive.warc import BadRecordError, read_record

Record = dict[str, Any]

INDEX = "files.jsonl"

# The ending of a name by media type; no name comes from a site.
ENDINGS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "application/vnd.rar": ".rar",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "text/plain": ".txt",
}


@dataclass(slots=True)
class Written:
    """What an export of files came to: files written, and those whose record cannot be read."""

    files: int = 0
    unreadable: int = 0


def write_files(
    conn: sqlite3.Connection, records: Iterable[Record], target: Path, *, folder: Path
) -> Written:
    """Write the files that the articles of `records` offer into the folder `target`.

    `files.jsonl` there has a line for each article and file: ref, url, caption, sha256, name, kind
    and media type. `folder` is that of the WARC files. What is there already is written over.
    """
    target.mkdir(parents=True, exist_ok=True)
    done = Written()
    names: dict[str, str | None] = {}
    with (target / INDEX).open("w", encoding="utf-8") as index:
        for record in records:
            for offered in _offered(conn, record):
                digest = offered["sha256"]
                if digest not in names:
                    names[digest] = _write(conn, digest, offered["media_type"], target, folder)
                    done.files += names[digest] is not None
                    done.unreadable += names[digest] is None
                index.write(
                    json.dumps({**offered, "name": names[digest]}, ensure_ascii=False) + "\n"
                )
    return done


def _offered(conn: sqlite3.Connection, record: Record) -> Iterator[Record]:
    for table in files.TABLES:
        for one in record[table]:
            if one["sha256"] is None:
                continue
            row = conn.execute(
                "SELECT kind, media_type FROM files WHERE sha256 = ?", (one["sha256"],)
            ).fetchone()
            kind, media_type = row or (None, None)
            yield {
                "ref": record["ref"],
                **{name: one[name] for name in ("url", "caption", "sha256")},
                "kind": kind,
                "media_type": media_type,
            }


def _write(
    conn: sqlite3.Connection, digest: str, media_type: str | None, target: Path, folder: Path
) -> str | None:
    place = files.place_of(conn, digest)
    if place is None:
        return None
    try:
        body = read_record(folder, *place).body
    except BadRecordError:
        return None
    if sha256(body) != digest:
        return None
    name = f"{digest}{ENDINGS.get(media_type or '', '.bin')}"
    (target / name).write_bytes(body)
    return name
