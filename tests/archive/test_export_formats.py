"""Parquet, Markdown and WACZ: complete, readable by other programs, raw bytes unchanged."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import UsageError
from archive.export import articles
from archive.export_markdown import escaped, markdown, write_markdown
from archive.export_parquet import write_parquet
from archive.export_wacz import surt
from archive.reading import open_for_reading
from tests.command import Mattran
from tests.replica import Replica, SiteSpec

# The bin folder of an environment in which `pip install wacz pywb` was run.
TOOLS = os.environ.get("WACZ_TOOLS")
ASIDE = (
    "set WACZ_TOOLS to the bin folder of an environment with wacz and pywb (they need their own)"
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Mattran:
    """An archive with six articles, one of them changed."""
    with Replica([SiteSpec(id="a", family="nukeviet", articles=6, traps=False)]) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("crawled"), replica)
        mattran("crawl", "a", "--full")
        site = replica["a"]
        story = site.newest[0]
        site.edit(site.key(story), "Một câu mới của ban biên tập, thêm vào sau này.")
        mattran("recrawl", site.base_url + site.address(story))
    return mattran


def exported(mattran: Mattran, form: str, path: Path, *more: str) -> Path:
    finished = mattran("export", "--format", form, "--output", str(path), *more)
    assert finished.exit_code == 0, finished.err
    return path


# -- Parquet


def test_parquet_has_every_column_and_the_files_as_lists(tmp_path: Path, crawled: Mattran):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = exported(crawled, "parquet", tmp_path / "a.parquet")
    rows = parquet.read_table(path).to_pylist()
    with closing(open_for_reading(crawled.db)) as conn:
        assert rows == list(articles(conn))


def test_without_pyarrow_one_line_says_what_to_install(
    tmp_path: Path, crawled: Mattran, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with (
        closing(open_for_reading(crawled.db)) as conn,
        pytest.raises(UsageError, match="pip install pyarrow"),
    ):
        write_parquet(conn, [], tmp_path / "a.parquet")


# -- Markdown


def test_markdown_is_a_file_an_article_with_front_matter(tmp_path: Path, crawled: Mattran):
    folder = exported(crawled, "markdown", tmp_path / "md")
    files = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("a/*.md")}
    assert set(files) == {row["ref"] for row in crawled.rows("SELECT ref FROM articles")}
    for row in crawled.rows("SELECT ref, title, published_at FROM articles"):
        _, front, text = files[row["ref"]].split("---\n", 2)
        told = {key: json.loads(value) for key, _, value in map(parts, front.splitlines())}
        assert (told["title"], told["published_at"]) == (row["title"], row["published_at"])
        assert text.startswith(f"\n# {escaped(row['title'])}\n\n")


def parts(line: str) -> tuple[str, str, str]:
    return line.partition(": ")


def test_markdown_does_not_write_among_other_files(tmp_path: Path, crawled: Mattran):
    (tmp_path / "mine.txt").write_text("mine")
    finished = crawled("export", "--format", "markdown", "--output", str(tmp_path))
    assert finished.exit_code == 2
    assert len(finished.err.splitlines()) == 1
    exported(crawled, "markdown", tmp_path, "--force")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_export_to_markdown_that_is_broken_off_leaves_nothing(tmp_path: Path, crawled: Mattran):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with closing(open_for_reading(crawled.db)) as conn:
        for name in ("new", "full"):
            with pytest.raises(RuntimeError):
                write_markdown(broken_off(articles(conn)), tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "full", tmp_path / "full" / "mine.txt"]


def broken_off(records: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    yield next(records)
    raise RuntimeError("the disk is full")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# a", "\\# a"),
        ("- a\n12. b", "\\- a\n12\\. b"),
        ("*a* [b](c) <i>", "\\*a\\* \\[b\\](c) \\<i\\>"),
        ("1.000 người, 3-4", "1\\.000 người, 3-4"),
        ("a & b", "a & b"),
    ],
)
def test_what_looks_like_markdown_is_shown_as_it_is(text: str, shown: str):
    assert escaped(text) == shown


def test_lines_stay_lines_and_files_are_linked(crawled: Mattran):
    with closing(open_for_reading(crawled.db)) as conn:
        record = next(articles(conn))
    file = {"url": "https://a.vn/x y.pdf", "caption": None, "alt": None}
    record |= {"body": "một\nhai\n\nba", "images": [file], "attachments": [file]}
    text = markdown(record)
    assert "một  \nhai\n\nba\n" in text
    assert "![](<https://a.vn/xy.pdf>)" in text
    assert "- [xy.pdf](<https://a.vn/xy.pdf>)" in text or "- [x y.pdf]" in text


# -- WACZ


@pytest.fixture(scope="module")
def wacz(tmp_path_factory: pytest.TempPathFactory, crawled: Mattran) -> Path:
    return exported(crawled, "wacz", tmp_path_factory.mktemp("wacz") / "a.wacz")


@pytest.fixture
def opened(wacz: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(wacz) as archive:
        yield archive


def test_a_wacz_lists_each_of_its_files_with_its_hash(opened: zipfile.ZipFile):
    package = json.loads(opened.read("datapackage.json"))
    listed = {resource["path"]: resource for resource in package["resources"]}
    assert set(opened.namelist()) == {*listed, "datapackage.json", "datapackage-digest.json"}
    for path, resource in listed.items():
        data = opened.read(path)
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert opened.getinfo(path).compress_type == zipfile.ZIP_STORED
    digest = json.loads(opened.read("datapackage-digest.json"))["hash"]
    assert digest == f"sha256:{hashlib.sha256(opened.read('datapackage.json')).hexdigest()}"
    assert package["wacz_version"] == "1.1.1"


def test_every_kept_capture_is_in_it_byte_for_byte_and_in_the_index(
    crawled: Mattran, opened: zipfile.ZipFile
):
    kept = crawled.rows(
        "SELECT warc_file, warc_offset, warc_length, payload_sha256 FROM captures"
        " WHERE warc_file IS NOT NULL AND (page IS NOT NULL OR kind = 'listing')"
    )
    assert len(kept) > 7
    warc = opened.read("archive/data.warc.gz")
    for row in kept:
        data = (crawled.folder / "warc" / row["warc_file"]).read_bytes()
        start = row["warc_offset"]
        assert data[start : start + row["warc_length"]] in warc
    lines = gzip.decompress(opened.read("indexes/index.cdx.gz")).decode().splitlines()
    assert lines == sorted(lines)
    found = []
    for line in lines:
        key, stamp, fields = line.split(" ", 2)
        entry = json.loads(fields)
        start, length = int(entry["offset"]), int(entry["length"])
        record = next(iter(ArchiveIterator(io.BytesIO(warc[start : start + length]))))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
        assert (surt(entry["url"]), len(stamp)) == (key, 14)
        found.append(hashlib.sha256(record.content_stream().read()).hexdigest())
    assert sorted(found) == sorted(row["payload_sha256"] for row in kept)


def test_the_pages_of_a_wacz_are_its_articles(crawled: Mattran, opened: zipfile.ZipFile):
    header, *pages = map(json.loads, opened.read("pages/pages.jsonl").decode().splitlines())
    assert header["format"] == "json-pages-1.0"
    told = {page["id"]: page["title"] for page in pages}
    assert told == {row["ref"]: row["title"] for row in crawled.rows("SELECT * FROM articles")}


def test_what_is_withdrawn_is_not_in_a_wacz(tmp_path: Path, crawled: Mattran):
    ref, page, url = tuple(crawled.rows("SELECT ref, id, url FROM articles ORDER BY id LIMIT 1")[0])
    crawled.write(
        "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, 'hide', 'asked', '2025')",
        page,
    )
    try:
        path = exported(crawled, "wacz", tmp_path / "a.wacz")
    finally:
        crawled.write("DELETE FROM withdrawals")
    with zipfile.ZipFile(path) as archive:
        assert ref not in archive.read("pages/pages.jsonl").decode()
        lines = gzip.decompress(archive.read("indexes/index.cdx.gz")).decode().splitlines()
    asked = [json.loads(line.split(" ", 2)[2])["url"] for line in lines]
    assert len(asked) >= 4
    assert url not in asked


def test_our_own_wacz_can_be_imported_into_an_empty_archive(
    tmp_path: Path, wacz: Path, crawled: Mattran
):
    other = Mattran.of(tmp_path, crawled.registry)
    assert other("import", str(wacz)).exit_code == 0
    hashes = "SELECT content_hash FROM articles ORDER BY 1"
    assert [row[0] for row in other.rows(hashes)] == [row[0] for row in crawled.rows(hashes)]
    assert other.value("SELECT max(revisions) FROM articles") == 2


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Mttq.vn/Tin-tuc/", "vn,mttq)/tin-tuc"),
        ("http://127.0.0.1:8080/a/B?x=2&a=1", "1,0,0,127:8080)/a/b?a=1&x=2"),
        ("http://a.vn", "vn,a)/"),
        ("https://a.vn:443/a//b", "vn,a)/a/b"),
    ],
)
def test_addresses_are_sorted_as_other_tools_sort_them(url: str, key: str):
    assert surt(url) == key


@pytest.mark.skipif(TOOLS is None, reason=ASIDE)
def test_the_wacz_tools_find_it_valid(wacz: Path):
    command = [f"{TOOLS}/wacz", "validate", "-f", str(wacz)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "Validation succeeded" in done.stdout


@pytest.mark.skipif(TOOLS is None, reason=ASIDE)
def test_pywb_replays_every_page_as_it_was(tmp_path: Path, wacz: Path, crawled: Mattran):
    for words in (["init", "c"], ["add", "--unpack-wacz", "c", str(wacz)]):
        command = [f"{TOOLS}/wb-manager", *words]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [f"{TOOLS}/wayback", "-b", "127.0.0.1", "-p", str(port)]
    with (
        zipfile.ZipFile(wacz) as archive,
        subprocess.Popen(serve, cwd=tmp_path, stderr=subprocess.DEVNULL) as process,
    ):
        try:
            wait_for(port)
            lines = gzip.decompress(archive.read("indexes/index.cdx.gz")).decode().splitlines()
            replayed = set()
            for line in lines:
                _, stamp, fields = line.split(" ", 2)
                address = f"http://127.0.0.1:{port}/c/{stamp}id_/{json.loads(fields)['url']}"
                with urlopen(address, timeout=20) as answer:
                    replayed.add(hashlib.sha256(answer.read()).hexdigest())
        finally:
            process.terminate()
    kept = crawled.rows("SELECT payload_sha256 FROM captures WHERE page IS NOT NULL")
    assert replayed >= {row["payload_sha256"] for row in kept}
    assert len(replayed) == len(lines)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("pywb did not start")
