"""The boilerplate that other pages of the same site teach, for each page of a bench."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.extraction.document import parse_document
from crawler.extraction.hints import Hints
from crawler.extraction.repeats import ENOUGH, learn
from crawler.extraction.sample import Sample, sample_of
from spiders.rules.generic import RULES

if TYPE_CHECKING:
    from crawler.extraction.template import Template


def templates_of(folder: Path) -> dict[int, Template]:
    """Return what eight other pages of its site teach about each job of a folder, by its number."""
    sites: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (folder / "jobs.jsonl").read_text(encoding="utf-8").splitlines():
        job = json.loads(line)
        sites[job["site"]].append(job)
    learned: dict[int, Template] = {}
    for jobs in sites.values():
        # What the first eight teach is used on the rest, and the other way round.
        for taught, others in ((jobs[:ENOUGH], jobs[ENOUGH:]), (jobs[ENOUGH:], jobs[:ENOUGH])):
            template = learn([s for job in taught[:ENOUGH] if (s := _sample(folder, job))])
            if template is not None:
                learned.update((job["i"], template) for job in others)
    return learned


def _sample(folder: Path, job: dict[str, Any]) -> Sample | None:
    page = (folder / job["file"]).read_bytes()
    document = parse_document(page, job["url"], job["content_type"])
    day = (job["clock"] or date.min.isoformat())[:10]
    return sample_of(document, RULES, Hints.of(job["link_text"]), day)
