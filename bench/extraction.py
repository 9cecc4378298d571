"""Our layers and other people's extractors on the same pages, in one run.

    python -m bench.extraction [--only NAME] [--half a|b] [--match TEXT] [--json] [--bars] DIR ...

DIR holds captured pages (`pages.jsonl`, `truth.jsonl`), the layout of the public
article-extraction-benchmark (`html/*.html.gz`, `ground-truth.json`), folders of these, or is
`tests/replica`. NAME is one of our layers (platform, template, generic) or a peer. With --json one
object is printed for each extractor, or, with --only, one alone as the last line.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.extraction_bars import BARS, Verdict, verdicts
from bench.extraction_layers import LAYERS
from bench.extraction_pages import Case, cases_of
from bench.extraction_score import PageScore, score_page, summary

ROOT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
NO_PEERS = "other extractors are left out: `make peers` installs them in .venv-peers"
PEERS = (
    "trafilatura",
    "trafilatura-fast",
    "trafilatura-precision",
    "readability-lxml",
    "justext",
    "resiliparse",
    "newspaper4k",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one extractor made of all cases."""

    name: str
    cases: list[Case]
    readings: list[dict[str, Any]]
    scores: list[PageScore]
    peak_mb: float

    def figures(self, wanted: Callable[[Case], bool] = lambda _: True) -> dict[str, float]:
        """Return the figures of some pages, of all if nothing is said; empty when there is none."""
        chosen = [i for i, case in enumerate(self.cases) if wanted(case)]
        if not chosen:
            return {}
        told = summary([self.scores[i] for i in chosen])
        ms = sum(self.readings[i]["ms"] for i in chosen)
        parse_ms = sum(self.readings[i]["parse_ms"] for i in chosen)
        told["cpu_ms"] = ms / len(chosen)
        told["parse_ratio"] = ms / parse_ms if parse_ms else 0.0
        told["peak_mb"] = self.peak_mb
        return {name: round(value, 4) for name, value in told.items()}


class EngineError(Exception):
    """An extractor that cannot run here; its text says why in one line."""


# -- running ------------------------------------------------------------------------------------


def write_jobs(known: Sequence[Case], cases: Sequence[Case], folder: Path) -> None:
    """Write pages and jobs for the workers; of all that is known only `cases` are read, the rest
    may teach a site's boilerplate."""
    read = {id(case) for case in cases}
    with (folder / "jobs.jsonl").open("w", encoding="utf-8") as out:
        for i, case in enumerate(known):
            (folder / f"{i}.html").write_bytes(case.page)
            job = case.job(i) | {"read": id(case) in read}
            out.write(json.dumps(job, ensure_ascii=False) + "\n")


def measure(name: str, cases: Sequence[Case], folder: Path, rounds: int) -> Result:
    """Run one extractor over the jobs in `folder`; raises EngineError."""
    ours = name in LAYERS
    if not ours and not PEERS_PYTHON.exists():
        raise EngineError(f"{name}: {NO_PEERS}")
    python = Path(sys.executable) if ours else PEERS_PYTHON
    module = "bench.extraction_layers" if ours else "bench.extraction_peers"
    done = subprocess.run(
        [str(python), "-m", module, name, str(folder), str(rounds)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word why"]
        raise EngineError(f"{name}: {last[0]}")
    *readings, process = (json.loads(line) for line in done.stdout.splitlines())
    scores = [
        score_page(reading, case.truth) for reading, case in zip(readings, cases, strict=True)
    ]
    return Result(name, list(cases), readings, scores, process["peak_mb"])


def measure_all(
    names: Sequence[str], known: Sequence[Case], cases: Sequence[Case], rounds: int = 1
) -> Iterator[Result | EngineError]:
    """Run extractors one after another over the same cases, some or all of those known."""
    with tempfile.TemporaryDirectory() as folder:
        write_jobs(known, cases, Path(folder))
        for name in names:
            try:
                yield measure(name, cases, Path(folder), rounds)
            except EngineError as error:
                yield error


# -- printing -----------------------------------------------------------------------------------

KINDS = {
    "captured": "captured pages",
    "public": "public benchmark",
    "replica": "replica, platforms with rules",
    "unknown": "replica, layouts of unknown sites",
}
COLUMNS = (
    ("F1", "f1", "{:.4f}"), ("P", "precision", "{:.3f}"), ("R", "recall", "{:.3f}"),
    ("exact", "exact", "{:.2f}"), ("empty", "empty", "{}"), ("<0.8", "below_0.8", "{}"),
    ("leaked", "leaked", "{}"), ("lost", "lost", "{}"), ("lead", "lead", "{:.2f}"),
    ("capt.", "captions_kept", "{:.2f}"), ("typed", "captions_typed", "{:.2f}"),
    ("title", "title", "{:.3f}"), ("date", "date_right", "{:.3f}"),
    ("minute", "date_minute", "{:.2f}"), ("false", "date_false", "{}"),
    ("null", "date_unknown", "{}"), ("ms", "cpu_ms", "{:.1f}"),
    ("x parse", "parse_ratio", "{:.2f}"), ("MB", "peak_mb", "{:.0f}"),
)  # fmt: skip


def table(results: Sequence[Result], *, by_set: bool = False) -> Iterator[str]:
    """Yield the lines of a Markdown table for each kind of pages, or for each set of them."""
    cases = results[0].cases
    parts = dict.fromkeys(case.group if by_set else KINDS[case.kind] for case in cases)
    for part in parts:
        shown = {
            result.name: result.figures(lambda c, p=part: p in (c.group, KINDS[c.kind]))
            for result in results
        }
        yield f"\n{part}: {next(iter(shown.values()))['pages']} pages"
        yield "| | " + " | ".join(label for label, _, _ in COLUMNS) + " |"
        yield "| --- |" + " --- |" * len(COLUMNS)
        for extractor, figures in shown.items():
            cells = (
                form.format(figures[key]) if key in figures else "-" for _, key, form in COLUMNS
            )
            yield f"| {extractor} | " + " | ".join(cells) + " |"


def misses(result: Result, count: int) -> Iterator[str]:
    """Yield what is wrong with the worst pages, in words."""
    order = sorted(range(len(result.cases)), key=lambda i: result.scores[i].f1)
    shown = 0
    for i in order:
        case, score, reading = result.cases[i], result.scores[i], result.readings[i]
        wrong = [f"F1 {score.f1:.3f}"] if not score.exact else []
        wrong += [f"leaked {line[:90]!r}" for line in score.leaked[:4]]
        wrong += [f"lost {line[:90]!r}" for line in score.lost[:4]]
        if score.captions_typed < score.captions:
            wrong.append(f"captions {reading.get('captions')} for {case.truth.captions}")
        if score.title is False:
            wrong.append(f"title {reading.get('title')!r} for {case.truth.title!r}")
        if score.date in ("false", "unknown"):
            wrong.append(f"date {reading.get('date')!r} for {case.truth.published!r}")
        if wrong and shown < count:
            shown += 1
            yield f"- {result.name} {case.group} {case.name}: " + "; ".join(wrong)


def judged(results: Sequence[Result]) -> list[Verdict]:
    """Hold our layers against their bars."""
    ours = {result.name: result for result in results}
    wanted = {(bar.layer, bar.kinds) for bar in BARS if bar.layer in ours}
    return list(
        verdicts(
            {
                (layer, kinds): ours[layer].figures(lambda case, of=kinds: case.kind in of)
                for layer, kinds in wanted
            }
        )
    )


# -- the command --------------------------------------------------------------------------------


def names_of(only: str | None) -> list[str]:
    """Return the extractors to run; says how to get the peers when they are not installed."""
    if only:
        return [only]
    if PEERS_PYTHON.exists():
        return [*LAYERS, *PEERS]
    print(NO_PEERS, file=sys.stderr)
    return list(LAYERS)


def main() -> None:
    """Read the pages, run the extractors, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--only", choices=[*LAYERS, *PEERS], metavar="NAME")
    parser.add_argument("--half", choices=["a", "b"], help="Only half of the pages.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sets", action="store_true", help="A table for each set of pages.")
    parser.add_argument("--rounds", type=int, default=1, help="The best time of so many counts.")
    parser.add_argument("--match", default="", help="Only sets whose name contains this.")
    parser.add_argument("--seed", default="", help="Other articles on the replica's sites.")
    parser.add_argument("--bars", action="store_true", help="Exit 1 when a layer misses a bar.")
    parser.add_argument("--misses", type=int, default=0, help="How many bad pages to explain.")
    told = parser.parse_args()
    known = [case for folder in told.folders for case in cases_of(folder, told.seed)]
    cases = [c for c in known if told.half in (None, c.half) and told.match in c.group]
    if not cases:
        parser.error("no pages there: name a folder with ground-truth.json or truth.jsonl")
    results = []
    for result in measure_all(names_of(told.only), known, cases, told.rounds):
        if isinstance(result, EngineError):
            print(result, file=sys.stderr)
        else:
            results.append(result)
    if not results:
        sys.exit(1)
    report(results, told)
    if told.bars:
        found = judged(results)
        print("\n" + "\n".join(map(str, found)))
        sys.exit(not all(verdict.met for verdict in found))


def report(results: Sequence[Result], told: argparse.Namespace) -> None:
    """Print the results as they were asked for."""
    for result in results:
        for line in misses(result, told.misses):
            print(line)
    if not told.json:
        print("\n".join(table(results, by_set=told.sets)))
        return
    for result in results:
        name = {} if told.only else {"name": result.name}
        print(json.dumps({**name, **result.figures()}))


if __name__ == "__main__":
    main()
