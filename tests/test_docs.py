"""The documentation is about this program: its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from archive.facts import ASSUMED
from crawler.commands import SUMMARIES, Context, mattran

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
GROUP_OPTIONS_WITH_VALUE = ("--db", "--sites")


def page_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as the forges make them."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = page if not path else (page.parent / path).resolve()
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


class Usage(NamedTuple):
    """A use of `mattran` in the documentation: the words after it."""

    page: str
    words: tuple[str, ...]


def code_of(page: Path) -> Iterator[str]:
    """Yield the lines of code of a page: those a person may type, not what is printed."""
    text = page.read_text(encoding="utf-8")
    for language, block in FENCE.findall(text):
        for line in block.splitlines():
            if language != "console":
                yield line
            elif line.startswith("$ "):
                yield line[2:]
    yield from SPAN.findall(FENCE.sub("", text))


def usages() -> list[Usage]:
    return [
        Usage(page_name(page), words)
        for page in PAGES
        for line in code_of(page)
        for match in re.finditer(r"(?:^|[\s/(])mattran ([^|&;#)>]+)", line)
        if (words := split(match[1]))
    ]


def split(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def command_and_rest(words: tuple[str, ...]) -> tuple[str | None, list[str], list[str]]:
    """Return the command's name, the options before it and the words behind it."""
    before, rest = [], list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        before.append(option)
        if option in GROUP_OPTIONS_WITH_VALUE and rest:
            rest.pop(0)
    return (rest.pop(0) if rest else None), before, rest


def options_in(words: list[str]) -> list[str]:
    """Return the words that are options: those before `--`, a lone dash is a file."""
    before = words[: words.index("--")] if "--" in words else words
    return [word for word in before if word.startswith("-") and word != "-"]


def options_of(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}


def command_named(name: str) -> click.Command | None:
    context = click.Context(mattran, obj=Context(Path("unused.db"), None, debug=False))
    return mattran.get_command(context, name)


def test_commands_and_options_in_the_documentation_exist() -> None:
    wrong = []
    for usage in usages():
        name, before, rest = command_and_rest(usage.words)
        given = {word.partition("=")[0] for word in options_in(rest)}
        unknown = set(before) - options_of(mattran)
        if name is not None and re.fullmatch(r"[a-z][a-z-]*", name):
            command = command_named(name)
            unknown |= given - options_of(command) if command else {name}
        if unknown:
            wrong.append(f"{usage.page}: mattran {' '.join(usage.words)}: {sorted(unknown)}")
    assert wrong == []


def implemented() -> list[str]:
    return [name for name in SUMMARIES if command_named(name) is not None]


@pytest.mark.parametrize("name", implemented())
def test_every_command_is_documented(name: str) -> None:
    assert any(command_and_rest(usage.words)[0] == name for usage in usages())


@pytest.mark.parametrize("name", implemented())
def test_every_command_has_a_summary_and_help(name: str) -> None:
    command = command_named(name)
    assert command is not None
    assert command.help
    without = [
        parameter.name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert without == []


@pytest.mark.parametrize("name", implemented())
def test_every_option_is_documented(name: str) -> None:
    """An option that stands nowhere but in `--help` is found by nobody."""
    command = command_named(name)
    assert command is not None
    texts = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [
        parameter.opts
        for parameter in command.params
        if isinstance(parameter, click.Option)
        and not any(re.search(rf"(?<![\w-]){option}\b", texts) for option in parameter.opts)
    ]
    assert missing == []


def test_environment_variables_are_documented_and_real() -> None:
    pattern = re.compile(r"\bMATTRAN_[A-Z]+\b")
    code = {
        name
        for package in ("archive", "crawler", "spiders")
        for path in (ROOT / package).rglob("*.py")
        for name in pattern.findall(path.read_text(encoding="utf-8"))
    }
    docs = {name for page in PAGES for name in pattern.findall(page.read_text(encoding="utf-8"))}
    assert docs == code


def test_both_readmes_show_the_same_commands() -> None:
    def commands(name: str) -> set[str | None]:
        return {command_and_rest(usage.words)[0] for usage in usages() if usage.page == name}

    assert commands("README.md") == commands("README.vi.md")


def test_make_targets_in_the_documentation_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        target
        for page in PAGES
        for line in code_of(page)
        for target in re.findall(r"^make (?:\w+=\S+ )?(\w+)$", line)
    }
    assert {"demo", "test", "setup"} <= named
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    assert named - targets == set()


def test_every_flag_of_an_article_is_explained() -> None:
    """Other names than these never stand in `flags`, and each says what to look at."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "crawler" / "extraction").rglob("*.py"))
    )
    raised = {ASSUMED, *re.findall(r"flags\.append\(\s*\"([a-z-]+)\"", code)}
    page = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert len(raised) > 5
    assert raised == explained
