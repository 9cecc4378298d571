"""Articles as Markdown: a file each, named by its ref, with what is known of it as front matter."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.export import Record

# Of the front matter, in this order; what is not known is left out. Values are JSON, which is YAML.
FIELDS = (
    "ref", "title", "url", "site", "author", "author_kind", "source", "section", "published_at",
    "published_precision", "first_seen_at", "captured_at", "gone_at", "state", "revision",
    "revisions", "content_hash", "raw_sha256", "province_then", "province_now",
)  # fmt: skip

_MEANING = re.compile(r"[\\`*_\[\]<>#|~]")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def write_markdown(records: Iterable[Record], folder: Path) -> int:
    """Write each article to `folder`/SITE/REF.md; return their number.

    Nothing stands there before all of it is written. Files of that name are replaced, all others
    stay.
    """
    folder = folder.resolve()  # what a link points to is filled, not the link
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        count = _write(records, part)
        _settle(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def _write(records: Iterable[Record], folder: Path) -> int:
    count = 0
    made: set[str] = set()
    for record in records:
        site = record["site"]
        if site not in made:
            (folder / site).mkdir(exist_ok=True)
            made.add(site)
        (folder / site / f"{record['ref']}.md").write_text(markdown(record), encoding="utf-8")
        count += 1
    return count


def _settle(part: Path, folder: Path) -> None:
    """Give what is written whole its name; in a folder with other files, file by file."""
    with suppress(OSError):  # it has files of its own, or cannot be replaced
        part.replace(folder)
        return
    for site in part.iterdir():
        (folder / site.name).mkdir(parents=True, exist_ok=True)
        for file in site.iterdir():
            file.replace(folder / site.name / file.name)


def markdown(record: Record) -> str:
    """Return an article as Markdown (CommonMark): what it says is text, whatever it looks like."""
    lines = ["---"]
    lines += [
        f"{name}: {json.dumps(record[name], ensure_ascii=False)}"
        for name in FIELDS
        if record[name] is not None
    ]
    parts = ["\n".join([*lines, "---"]), f"# {escaped(record['title'])}"]
    if record["lead"]:
        parts.append(f"**{_lines(record['lead'].strip())}**")
    parts.append(_lines(record["body"]))
    parts += [_image(image) for image in record["images"]]
    if record["attachments"]:
        parts.append("\n".join(_attachment(file) for file in record["attachments"]))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is."""
    text = _MEANING.sub(r"\\\g<0>", text)
    return _AT_START.sub(_escaped_start, text)


def _escaped_start(found: re.Match[str]) -> str:
    space, sign = found.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def _lines(text: str) -> str:
    """Return paragraphs whose lines stay lines."""
    return re.sub(r"(?<!\n)\n(?!\n)", "  \n", escaped(text))


def _image(image: Record) -> str:
    shown = escaped(" ".join((image["caption"] or image["alt"] or "").split()))
    return f"![{shown}]({_target(image['url'])})"


def _attachment(file: Record) -> str:
    name = " ".join((file["caption"] or file["url"].rpartition("/")[2]).split())
    return f"- [{escaped(name)}]({_target(file['url'])})"


def _target(url: str) -> str:
    cleaned = "".join(url.split()).replace("<", "%3C").replace(">", "%3E")
    return f"<{cleaned}>"
