"""Nothing brings an erased text back: searched as bytes in all files of an archive."""

from __future__ import annotations

import gzip
import html
import json
import shutil
import zipfile
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.erasing import erase
from archive.store import Archive
from archive.verify import verify
from archive.warc import read_record
from tests.archive.crawling import ROOT, Crawl, an_article
from tests.command import Mattran
from tests.replica import Replica, SiteSpec

FORMS = ["jsonl", "csv", "markdown", "sqlite", "wacz"]
FORMS += ["parquet"] if find_spec("pyarrow") else []


def traces(folder: Path, texts: list[str]) -> list[str]:
    """Return the files of a folder that hold any of `texts`; what is compressed is unpacked."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if path.name.endswith(".warc.gz"):
            data = unpacked(path)
        elif path.suffix == ".wacz":
            with zipfile.ZipFile(path) as whole, TemporaryDirectory() as inside:
                whole.extractall(inside)
                found += [f"{path.name}/{one}" for one in traces(Path(inside), texts)]
        elif path.suffix == ".parquet":
            from pyarrow import parquet

            data = json.dumps(parquet.read_table(path).to_pylist(), ensure_ascii=False).encode()
        for text in texts:
            spellings = {text, html.escape(text), json.dumps(text)[1:-1]}
            found += [f"{path.name}: {s}" for s in spellings if s.encode() in data]
    return found


def unpacked(path: Path) -> bytes:
    """Return all that can be read of a WARC file: its records, and their bodies decoded."""
    from warcio.archiveiterator import ArchiveIterator

    parts = [gzip.decompress(path.read_bytes())]
    with path.open("rb") as file:
        parts += [record.content_stream().read() for record in ArchiveIterator(file)]
    return b"\n".join(parts)


def erased_words(mattran: Mattran, page: int) -> list[str]:
    row = mattran.rows("SELECT title, lead, body FROM articles WHERE id = ?", page)[0]
    lines = [line for text in row for line in (text or "").splitlines()]
    return [line for line in lines if len(line) >= 12]


def test_an_erased_text_is_nowhere_and_never_comes_back(mattran: Mattran, tmp_path: Path) -> None:
    page, ref, url = mattran.rows("SELECT id, ref, url FROM articles ORDER BY id")[3]
    words = erased_words(mattran, page)
    digest = mattran.value("SELECT content_hash FROM revisions WHERE page = ?", page)
    assert traces(mattran.folder, words)

    before = Mattran.of(tmp_path / "before", mattran.registry)
    shutil.copytree(mattran.folder, before.folder)
    wacz = str(tmp_path / "before.wacz")
    assert before("export", "--format", "wacz", "--output", wacz).exit_code == 0
    assert traces(tmp_path, words) != traces(before.folder, words)

    done = mattran("withdraw", ref, "--erase", "--reason", "named as a patient", "--by", "herself")
    assert done.exit_code == 0, done.err
    assert traces(mattran.folder, words) == []

    for again in (
        ("crawl", "wp", "--full"),
        ("recrawl", "--site", "wp"),
        ("recrawl", url),
        ("reextract",),
        ("import", *map(str, (before.folder / "warc").iterdir())),
        ("import", wacz),
        ("merge", str(before.db)),
        ("verify", "--repair"),
    ):
        done = mattran(*again)
        assert done.exit_code == 0, (again, done.out, done.err)
        assert traces(mattran.folder, words) == [], again
    for form in FORMS:
        output = str(mattran.folder / "exports" / f"all.{form}")
        (mattran.folder / "exports").mkdir(exist_ok=True)
        assert mattran("export", "--format", form, "--output", output).exit_code == 0
    assert traces(mattran.folder, words) == []

    # The tombstone: what was there, and that it was taken out.
    assert mattran.value("SELECT url FROM pages WHERE ref = ?", ref) == url
    assert mattran.value("SELECT content_hash FROM revisions WHERE page = ?", page) == digest
    told = mattran("show", ref)
    assert "named as a patient" in told.out
    assert words[0] not in told.out


def test_an_import_knows_again_what_was_redacted(mattran: Mattran, tmp_path: Path) -> None:
    shutil.copytree(mattran.folder / "warc", tmp_path / "warc")
    (ref,) = mattran.rows("SELECT ref FROM articles ORDER BY id")[3]
    assert mattran("withdraw", ref, "--erase", "--reason", "why").exit_code == 0
    captures = mattran.value("SELECT count(*) FROM captures")
    for _ in range(2):
        done = mattran("import", *map(str, (tmp_path / "warc").iterdir()))
        assert done.exit_code == 0, done.err
        assert mattran.value("SELECT count(*) FROM captures") == captures


def test_all_other_raw_records_can_still_be_read(mattran: Mattran) -> None:
    ref = mattran.value("SELECT ref FROM articles ORDER BY id LIMIT 1")
    assert mattran("withdraw", str(ref), "--erase", "--reason", "why").exit_code == 0
    rows = mattran.rows("SELECT * FROM captures WHERE warc_file IS NOT NULL")
    assert len(rows) > 12
    for row in rows:
        record = read_record(mattran.folder / "warc", row["warc_file"], row["warc_offset"])
        assert record.url == row["url"]
    names = {path.name for path in (mattran.folder / "warc").iterdir()}
    assert names == {row["warc_file"] for row in rows}


def test_a_hidden_page_comes_back_when_that_is_undone(mattran: Mattran) -> None:
    ref = str(mattran.value("SELECT ref FROM articles ORDER BY id LIMIT 1"))
    assert mattran("withdraw", ref, "--hide", "--reason", "for now").exit_code == 0
    assert mattran.rows("SELECT 1 FROM articles WHERE ref = ?", ref) == []
    assert mattran("withdraw", ref, "--undo").exit_code == 0
    assert len(mattran.rows("SELECT 1 FROM articles WHERE ref = ?", ref)) == 1
    assert mattran("withdraw", ref, "--undo").exit_code == 2


def test_an_erased_page_cannot_be_shown_again(mattran: Mattran) -> None:
    ref = str(mattran.value("SELECT ref FROM articles ORDER BY id LIMIT 1"))
    assert mattran("withdraw", ref, "--erase", "--reason", "why").exit_code == 0
    done = mattran("withdraw", ref, "--undo")
    assert (done.exit_code, "erased" in done.err) == (2, True)
    done = mattran("withdraw", ref, "--undo", "--dry-run")
    assert (done.exit_code, "erased" in done.err) == (2, True)


def test_a_dry_run_tells_and_changes_nothing(mattran: Mattran) -> None:
    ref = str(mattran.value("SELECT ref FROM articles ORDER BY id LIMIT 1"))
    before = mattran.db.read_bytes()
    done = mattran("withdraw", ref, "--erase", "--reason", "why", "--dry-run")
    assert (done.exit_code, ref in done.out) == (0, True)
    assert mattran.db.read_bytes() == before


def test_a_withdrawal_needs_a_reason_and_what_to_do(mattran: Mattran) -> None:
    ref = str(mattran.value("SELECT ref FROM articles ORDER BY id LIMIT 1"))
    assert mattran("withdraw", ref, "--erase").exit_code == 2
    assert mattran("withdraw", ref, "--reason", "why").exit_code == 2
    assert mattran("withdraw", ref, "--hide", "--erase", "--reason", "why").exit_code == 2
    assert mattran("show", ref).out.count("was withdrawn") == 0
    assert mattran("withdraw", "00000000000", "--hide", "--reason", "why").exit_code == 2


def test_what_another_article_says_as_well_stays_with_that_one(tmp_path: Path) -> None:
    """A caption, an author, a title that comes back: reading the other again gives it whole."""
    with Replica([SiteSpec(id="wp", family="wordpress", articles=40)]) as replica:
        mattran = Mattran(tmp_path / "a", replica, delay=0)
        assert mattran("crawl", "wp", "--full").exit_code == 0
        page, caption, author = mattran.rows(
            "SELECT r.page, i.caption, r.author FROM images i JOIN revisions r ON r.id = i.revision"
            " WHERE r.author <> '' AND caption IN (SELECT caption FROM images GROUP BY caption"
            " HAVING count(*) > 1) LIMIT 1"
        )[0]
        others = (
            "SELECT id, revision, content_hash, title, body FROM articles WHERE id <> ? ORDER BY id"
        )
        before = mattran.rows(others, page)

        assert mattran("withdraw", str(page), "--erase", "--reason", "why").exit_code == 0
        done = mattran("reextract")
        assert (done.exit_code, mattran.rows(others, page)) == (0, before), done.out
        assert mattran.value("SELECT count(*) FROM images WHERE caption = ?", caption)
        assert mattran.value("SELECT count(*) FROM revisions WHERE author = ?", author)


def test_the_name_of_a_file_stays_with_the_other_articles_that_offer_it(tmp_path: Path) -> None:
    """It stands in their links: without them a later visit would seem to bring new ones."""
    with Replica([SiteSpec(id="a", family="filed", articles=12, traps=False)]) as replica:
        site = replica["a"]
        paths = ("/tep/ke-hoach-so-12-cua-phuong.pdf",)
        for story in site.newest[:2]:
            site._offered[story.number] = paths
        mattran = Mattran(tmp_path / "a", replica, delay=0)
        assert mattran("crawl", "a", "--full").exit_code == 0
        both = [
            row["page"]
            for row in mattran.rows(
                "SELECT r.page FROM attachments n JOIN revisions r ON r.id = n.revision"
                " WHERE n.url LIKE '%' || ?",
                paths[0],
            )
        ]
        assert len(both) == 2
        assert mattran("withdraw", str(both[0]), "--erase", "--reason", "why").exit_code == 0
        assert mattran("reextract").exit_code == 0
        assert mattran("recrawl", "--site", "a").exit_code == 0
        assert mattran.value("SELECT count(*) FROM revisions WHERE cause <> 'first'") == 0


def crawled_again(folder: Path, secret: str) -> Crawl:
    """A crawl, still running, that has found another page with the text to be an erased one."""
    crawl = Crawl(folder / "mattran.db")
    page = crawl.see("7", an_article(title="Tin", body="Bài đã bị gỡ xuống")).page
    crawl.close()
    with Archive.open(folder / "mattran.db", "withdraw", exclusive=True) as archive:
        erase(archive, page or 0, reason="theo yêu cầu", requested_by=None)
    crawl = Crawl(folder / "mattran.db")
    old = an_article(title=secret, body=f"{secret}, bản ở địa chỉ cũ")
    crawl.see("old", old, at=10, key="/tin/old.html")
    crawl.redirect("old", f"{ROOT}/tin/7.html", at=11)
    return crawl


def bytes_of(folder: Path) -> bytes:
    """All that an archive has, its raw records unpacked."""
    raw = [gzip.decompress(path.read_bytes()) for path in sorted((folder / "warc").iterdir())]
    return b"".join([path.read_bytes() for path in folder.glob("mattran.db*")] + raw)


def test_a_page_that_proves_to_be_an_erased_one_is_erased_when_the_crawl_ends(
    tmp_path: Path,
) -> None:
    secret = "Chuyện riêng của một gia đình ở phường"
    crawl = crawled_again(tmp_path, secret)
    assert secret.encode() in bytes_of(tmp_path)
    crawl.close()
    assert secret.encode() not in bytes_of(tmp_path)
    assert verify(tmp_path / "mattran.db").damages == []


def test_beside_another_run_that_waits_for_the_last_one(tmp_path: Path) -> None:
    secret = "Chuyện riêng của một gia đình ở phường"
    crawl = crawled_again(tmp_path, secret)
    with Archive.open(tmp_path / "mattran.db", "crawl"):
        crawl.close()
        assert secret.encode() in bytes_of(tmp_path)
    assert secret.encode() not in bytes_of(tmp_path)
