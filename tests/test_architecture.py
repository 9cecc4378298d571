"""Rules of the house no single module can hold: who imports whom, and what never enters."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from crawler.commands import SUMMARIES

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("archive", "crawler", "spiders")

# What each package may import of the other two: spiders -> crawler -> archive.
MAY_IMPORT = {"archive": set(), "crawler": {"archive"}, "spiders": {"crawler"}}

# The archive is plain SQLite and WARC files: usable from a notebook without the crawler.
ARCHIVE_MAY_NEED = {"sqlite_utils", "warcio", "brotli", "backports"}
# What only these need: an extra that is installed on demand, and what loads a plugin of its own.
ARCHIVE_EXTRAS = {
    "archive/export_parquet.py": {"pyarrow"},
    "archive/browse/plugins/reading.py": {"datasette", "markupsafe"},
    "archive/browse/plugins/vietnamese.py": {"datasette"},
}

# Extraction is pure: bytes, an address, rules and a clock go in, an article comes out.
EXTRACTION_MAY_NEED = {"lxml", "cssselect"}
EXTRACTION_OF_ARCHIVE = {"archive.page", "archive.vietnamese"}
IMPURE = {
    "asyncio", "glob", "http", "io", "locale", "os", "pathlib", "random", "shutil", "socket",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}

# The modules of spiders that are Scrapy's; every other must work without it (reextract).
SCRAPY_SPIDERS = {"spiders/base.py"}

HEAVY = ("scrapy", "twisted", "aiohttp", "sqlite_utils", "lxml", "parsel")

STDLIB = sys.stdlib_module_names | {"compression"}  # since Python 3.14


def modules(folder: str) -> list[Path]:
    """Return the Python files below a folder of the checkout."""
    return sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything a module imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports in full"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def root_of(name: str) -> str:
    return name.partition(".")[0]


def is_within(name: str, allowed: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in allowed)


def offences(folder: str, is_wrong: object) -> list[str]:
    """Return `file:line name` of every import below a folder that `is_wrong` says yes to."""
    assert callable(is_wrong)
    return [
        f"{name_of(path)}:{line} {name}"
        for path in modules(folder)
        for line, name in imports(tree_of(path))
        if is_wrong(name)
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_in_one_direction(package: str) -> None:
    others = set(PACKAGES) - {package} - MAY_IMPORT[package]
    assert offences(package, lambda name: root_of(name) in others) == []


def test_a_planted_import_against_the_direction_is_seen() -> None:
    tree = ast.parse("def f():\n    from spiders.loader import load_family\n")
    assert list(imports(tree)) == [(2, "spiders.loader.load_family")]


def test_the_archive_needs_nothing_of_the_web() -> None:
    allowed = STDLIB | ARCHIVE_MAY_NEED | {"archive"}
    found = {
        (name_of(path), root_of(name))
        for path in modules("archive")
        for _, name in imports(tree_of(path))
        if root_of(name) not in allowed
    }
    extras = {(path, name) for path, names in ARCHIVE_EXTRAS.items() for name in names}
    assert found == extras


def test_extraction_imports_only_parsing_and_plain_data() -> None:
    def is_wrong(name: str) -> bool:
        if root_of(name) == "crawler":
            return not name.startswith("crawler.extraction")
        if root_of(name) == "archive":
            return not is_within(name, EXTRACTION_OF_ARCHIVE)
        return root_of(name) not in STDLIB | EXTRACTION_MAY_NEED or is_within(name, IMPURE)

    assert offences("crawler/extraction", is_wrong) == []


def test_extraction_asks_no_clock_and_opens_nothing() -> None:
    found = []
    for path in modules("crawler/extraction"):
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS:
                found.append(f"{name_of(path)}:{node.lineno} {called.attr}()")
            if isinstance(called, ast.Name) and called.id in {"open", "print", "input"}:
                found.append(f"{name_of(path)}:{node.lineno} {called.id}()")
    assert found == []


def test_only_the_spider_itself_is_scrapy() -> None:
    found = [
        f"{name_of(path)}:{line} {name}"
        for path in modules("spiders")
        if name_of(path) not in SCRAPY_SPIDERS
        for line, name in imports_at_run_time(tree_of(path))
        if root_of(name) in {"scrapy", "twisted", "aiohttp"}
    ]
    assert found == []


def imports_at_run_time(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what a module imports outside `if TYPE_CHECKING:`."""
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in for_types:
            yield from imports(ast.Module(body=[node], type_ignores=[]))


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_are_those_of_the_checkout(package: str) -> None:
    """`archive`, `crawler` and `spiders` are names others use too, and a foreign one would win."""
    spec = find_spec(package)
    assert spec is not None
    assert [Path(place).resolve() for place in spec.submodule_search_locations or ()] == [
        ROOT / package
    ]


def existing_commands() -> list[str]:
    folder = ROOT / "crawler" / "commands"
    return [name for name in SUMMARIES if (folder / f"{name.replace('-', '_')}.py").exists()]


@pytest.mark.parametrize("command", existing_commands())
def test_importing_a_command_imports_nothing_heavy(command: str) -> None:
    """Start-up stays below half a second only so; crawling commands import Scrapy when they run."""
    program = (
        f"import sys; import crawler.commands.{command.replace('-', '_')};"
        f" print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


# Private names of other libraries

# Underscored names that are public in spite of it: those of named tuples, and lxml's types.
PUBLIC_IN_SPITE = {"_replace", "_asdict", "_fields", "_make", "_Element", "_ElementTree"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in PUBLIC_IN_SPITE


def own_names() -> set[str]:
    """Return the private names our packages define: functions, classes, attributes."""
    found: set[str] = set()
    for path in (path for package in PACKAGES for path in modules(package)):
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    found.add(node.name)
                case ast.Attribute(ctx=ast.Store()):
                    found.add(node.attr)
                case ast.Name(ctx=ast.Store()):
                    found.add(node.id)
    return found


def foreign_private_names(path: Path, own: set[str]) -> list[str]:
    """Return the private names of other people's code that a module reads or imports."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            found.append(f"{name_of(path)}:{node.lineno} {node.attr}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [
                f"{name_of(path)}:{line} {name}"
                for line, name in imports(ast.Module(body=[node], type_ignores=[]))
                if root_of(name) not in PACKAGES and any(map(is_private, name.split(".")))
                and root_of(name) != "__future__"
            ]  # fmt: skip
    return found


def test_private_names_of_libraries_stand_in_one_module() -> None:
    own = own_names()
    found = {
        name_of(path): names
        for package in PACKAGES
        for path in modules(package)
        if (names := foreign_private_names(path, own))
    }
    found.pop("crawler/internals.py", None)
    assert found == {}


def test_each_private_name_in_use_has_its_test() -> None:
    own = own_names()
    used = {
        entry.split()[1] for entry in foreign_private_names(ROOT / "crawler" / "internals.py", own)
    }
    tests = (ROOT / "tests" / "crawler" / "test_internals.py").read_text(encoding="utf-8")
    assert used, "crawler/internals.py uses no private name: this check sees nothing any more"
    assert [name for name in sorted(used) if name not in tests] == []


# What never enters the repository


def tracked_files() -> list[Path]:
    """Return the text files under version control (all files of a source archive)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    home = re.compile(r"(?<![\w.:/-])/(?:home/\w+|root|Users|work|workspace)/[\w.]")
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in tracked_files()
        for match in home.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


LOCKED = ["requirements.txt", "requirements-dev.txt", "bench/requirements-peers.txt"]


@pytest.mark.parametrize("name", LOCKED)
def test_every_locked_requirement_carries_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(lines) > 20
    assert [line[:60] for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", [*LOCKED, "pyproject.toml", "Makefile", ".ci/run"])
def test_no_package_index_is_named(name: str) -> None:
    """Whoever sets the project up decides where packages come from."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert (
        re.findall(r"\w+://\S+|index-url\b(?<!no-emit-index-url)|find-links|trusted-host", text)
        == []
    )


def test_large_files_stay_out() -> None:
    assert [name_of(path) for path in tracked_files() if path.stat().st_size > 1024 * 1024] == []
