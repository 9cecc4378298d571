"""Files in the archive: kept once, named by revisions, found, withdrawn, verified, merged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import erasing, file_queue, files, merging, repair, verify
from archive.connection import transaction
from archive.file_search import search_files
from archive.frontier import FILE
from archive.page import Attachment, Image
from archive.reading import open_for_reading
from archive.store import Archive
from tests.archive.crawling import ROOT, SITE, Crawl, an_article

PLAN = "Kế hoạch tổ chức ngày hội Đại đoàn kết".encode()
LIST = "Danh sách hộ nghèo ở tổ dân phố".encode()


def attached(*names: str, **fields: Any) -> Any:
    """An article that offers the files /tep/NAME."""
    offered = [Attachment(url=f"{ROOT}/tep/{name}", caption=f"Tệp {name}") for name in names]
    return an_article(attachments=offered, **fields)


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    crawl = Crawl(tmp_path / "mattran.db")
    yield crawl
    crawl.close()


def rows(conn: sqlite3.Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in conn.execute(sql, values)]


def found(path: Path, words: str, **options: Any) -> list[str]:
    with closing(open_for_reading(path)) as conn:
        return [hit["title"] for hit in search_files(conn, words, **options)]


class TestKeeping:
    def test_the_same_bytes_at_another_address_are_kept_once(self, crawl: Crawl) -> None:
        first = crawl.see_file("a.pdf", PLAN)
        second = crawl.see_file("b.pdf", PLAN)
        other = crawl.see_file("c.pdf", LIST)
        assert (first.raw_bytes > 0, second.raw_bytes, other.raw_bytes > 0) == (True, 0, True)
        assert rows(crawl.conn, "SELECT same_content_as FROM captures WHERE id = ?", second.capture)
        assert rows(crawl.conn, "SELECT capture, bytes FROM files ORDER BY id") == [
            (first.capture, len(PLAN)),
            (other.capture, len(LIST)),
        ]

    def test_both_articles_that_name_it_learn_its_hash(self, crawl: Crawl) -> None:
        crawl.see("1", attached("a.pdf"))
        crawl.see("2", attached("b.pdf", title="Bài khác"))
        crawl.see_file("a.pdf", PLAN)
        crawl.see_file("b.pdf", PLAN)
        crawl.read_files()
        assert rows(crawl.conn, "SELECT count(*), count(DISTINCT sha256) FROM attachments") == [
            (2, 1)
        ]

    def test_a_revision_keeps_the_file_of_its_time(self, crawl: Crawl) -> None:
        crawl.see("1", attached("a.pdf"))
        crawl.see_file("a.pdf", PLAN)
        crawl.read_files()
        crawl.see_file("a.pdf", LIST, at=370)
        crawl.see("1", attached("a.pdf", body="Bài đã sửa."), at=369)
        crawl.read_files()
        of_revisions = rows(
            crawl.conn,
            "SELECT f.text FROM attachments a JOIN revisions r ON r.id = a.revision"
            " JOIN files f ON f.sha256 = a.sha256 ORDER BY r.captured_at",
        )
        assert of_revisions == [(PLAN.decode(),), (LIST.decode(),)]

    def test_where_an_address_leads_elsewhere_the_file_is_found_there(self, crawl: Crawl) -> None:
        crawl.see("1", attached("cu.pdf"))
        crawl.see_file("moi.pdf", PLAN)
        crawl.conn.execute(
            "INSERT INTO frontier (site, request_key, url, kind, found_at) VALUES (?, ?, ?,"
            " 'attachment', '')",
            (SITE, f"GET {ROOT}/tep/cu.pdf", f"{ROOT}/tep/cu.pdf"),
        )
        crawl.conn.execute(
            "INSERT INTO captures (site, frontier, url, captured_at, kind, status, redirect_to)"
            " SELECT site, id, url, '2025-10-01T08:00:00+07:00', 'redirect', 301, ?"
            " FROM frontier WHERE url LIKE '%cu.pdf'",
            (f"{ROOT}/tep/moi.pdf",),
        )
        crawl.read_files()
        assert rows(crawl.conn, "SELECT sha256 IS NOT NULL FROM attachments") == [(1,)]


class TestTheQueue:
    def test_what_current_revisions_name_is_wanted_once(self, crawl: Crawl) -> None:
        crawl.see("1", attached("a.pdf", "b.pdf"))
        crawl.see("2", attached("a.pdf", title="Bài khác"))
        wanted = file_queue.wanted(crawl.conn, SITE, ["attachments"])
        assert [one.url for one in wanted] == [f"{ROOT}/tep/a.pdf", f"{ROOT}/tep/b.pdf"]

    def test_images_come_last_and_only_when_asked_for(self, crawl: Crawl) -> None:
        picture = Image(url=f"{ROOT}/anh.jpg")
        crawl.see("1", an_article(images=[picture]))
        crawl.see("2", attached("a.pdf", title="Bài khác"), at=1)
        both = file_queue.wanted(crawl.conn, SITE, files.TABLES)
        assert [one.url for one in both] == [f"{ROOT}/tep/a.pdf", picture.url]

    def test_pages_know_nothing_of_files(self, crawl: Crawl) -> None:
        crawl.begin("incremental")
        crawl.frontier.release([crawl.claim().id])
        file_queue.ask(crawl.conn, SITE, [f"{ROOT}/tep/a.pdf"])
        assert crawl.frontier.claim(SITE).kind == "listing"
        assert crawl.frontier.claim(SITE) is None
        claim = crawl.frontier.claim(SITE, files=True)
        assert (claim.kind, claim.hints) == ("attachment", {"file": "1"})

    def test_files_left_over_keep_no_crawl_open(self, crawl: Crawl) -> None:
        crawl.begin("incremental", seeds=[])
        crawl.conn.execute("UPDATE frontier SET state = 'done'")
        file_queue.ask(crawl.conn, SITE, [f"{ROOT}/tep/a.pdf"])
        assert not crawl.frontier.anything_left(SITE)
        assert crawl.frontier.count_left(SITE) == 0
        assert crawl.frontier.end_cycle(SITE)

    def test_what_another_try_does_not_mend_is_not_asked_for_again(self, crawl: Crawl) -> None:
        for name, failure in (("lon.pdf", "too-large"), ("cham.pdf", "timeout")):
            file_queue.ask(crawl.conn, SITE, [f"{ROOT}/tep/{name}"])
            crawl.conn.execute(
                "UPDATE frontier SET state = 'failed', last_failure = ?, due = 1 WHERE url LIKE ?",
                (failure, f"%{name}"),
            )
        assert file_queue.ask_again(crawl.conn, SITE, 10.0, 5) == 1
        assert rows(crawl.conn, "SELECT url FROM frontier WHERE state = 'ready'") == [
            (f"{ROOT}/tep/cham.pdf",)
        ]

    def test_a_file_whose_host_was_registered_since_is_wanted_again(self, crawl: Crawl) -> None:
        url = "http://kho.example/a.pdf"
        crawl.see("1", an_article(attachments=[Attachment(url=url)]))
        file_queue.refuse(crawl.conn, SITE, [url])
        assert file_queue.wanted(crawl.conn, SITE, ["attachments"]) == [(url, True)]
        file_queue.ask(crawl.conn, SITE, [url])
        assert rows(crawl.conn, "SELECT state, last_failure, priority FROM frontier"
                    " WHERE kind = 'attachment'") == [("ready", None, FILE)]  # fmt: skip


class TestSearch:
    @pytest.fixture
    def db(self, crawl: Crawl, tmp_path: Path) -> Path:
        crawl.see("1", attached("ke-hoach.pdf"))
        crawl.see_file("ke-hoach.pdf", PLAN)
        crawl.see_file("quet.pdf", b"")
        crawl.read_files()
        return tmp_path / "mattran.db"

    @pytest.mark.parametrize(
        "words", ["đại đoàn kết", "dai doan ket", '"ngay hoi"', "title:tep", "hoach NOT giam"]
    )
    def test_words_find_it_however_they_are_typed(self, db: Path, words: str) -> None:
        assert found(db, words) == ["Tệp ke-hoach.pdf"]

    def test_nothing_else_finds_it(self, db: Path) -> None:
        assert found(db, "giam sat") == []
        assert found(db, "") == []

    def test_scans_can_be_listed(self, db: Path) -> None:
        assert found(db, "", kind="scan") == [None]
        assert found(db, "dai doan ket", kind="scan") == []

    def test_a_hit_says_where_it_stands(self, db: Path) -> None:
        with closing(open_for_reading(db)) as conn:
            (hit,) = search_files(conn, "ngày hội", marks=("[", "]"))
        assert "[ngày] [hội]" in hit["snippet"] or "[ngày hội]" in hit["snippet"]
        assert [one["url"] for one in hit["articles"]] == [f"{ROOT}/tep/ke-hoach.pdf"]


class TestWithdrawal:
    @pytest.fixture
    def pages(self, crawl: Crawl) -> tuple[int, int]:
        """Two articles; both offer the plan, the first alone the list."""
        one = crawl.see("1", attached("ke-hoach.pdf", "ho-ngheo.pdf"))
        two = crawl.see("2", attached("ke-hoach.pdf", title="Bài khác", body="Chuyện khác."))
        crawl.see_file("ke-hoach.pdf", PLAN)
        crawl.see_file("ho-ngheo.pdf", LIST)
        crawl.read_files()
        assert one.page is not None
        assert two.page is not None
        return one.page, two.page

    def test_a_hidden_article_hides_the_files_that_it_alone_offers(
        self, crawl: Crawl, pages: tuple[int, int], tmp_path: Path
    ) -> None:
        db = tmp_path / "mattran.db"
        erasing.hide(crawl.archive, pages[0], reason="x", requested_by=None)
        assert (found(db, "hộ nghèo"), found(db, "ngày hội")) == ([], ["Tệp ke-hoach.pdf"])
        erasing.undo(crawl.archive, pages[0])
        assert found(db, "hộ nghèo") == ["Tệp ho-ngheo.pdf"]

    def test_an_erased_article_takes_them_along_for_good(
        self, crawl: Crawl, pages: tuple[int, int], tmp_path: Path
    ) -> None:
        db = tmp_path / "mattran.db"
        crawl.close()
        with Archive.open(db, "withdraw", exclusive=True) as archive:
            erasing.erase(archive, pages[0], reason="x", requested_by=None)
        assert (found(db, "hộ nghèo"), found(db, "ngày hội")) == ([], ["Tệp ke-hoach.pdf"])
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert LIST not in written
        assert PLAN in written
        again = Crawl(db)
        again.see_file("ho-ngheo.pdf", LIST, at=400)
        again.read_files()
        kept = rows(again.conn, "SELECT text FROM files")
        again.close()
        assert kept == [(PLAN.decode(),)]
        assert [damage.line() for damage in verify.verify(db).damages] == []

    def test_an_erased_article_leaves_the_files_of_others_whole(
        self, crawl: Crawl, tmp_path: Path
    ) -> None:
        said = "Danh sách hộ nghèo của khu dân cư số 7 được niêm yết tại nhà văn hóa"
        one = crawl.see("1", attached("ban-sao.txt", body=said))
        crawl.see("2", attached("khac.txt", title="Bài khác"))
        crawl.see_file("ban-sao.txt", said.encode())
        crawl.see_file("khac.txt", f"Trích: {said}".encode())
        crawl.read_files()
        crawl.close()
        db = tmp_path / "mattran.db"
        assert one.page is not None
        with closing(open_for_reading(db)) as conn:
            assert erasing.preview(conn, one.page).attachments == 1
        with Archive.open(db, "withdraw", exclusive=True) as archive:
            done = erasing.erase(archive, one.page, reason="x", requested_by=None)
        assert done.attachments == 1
        assert [damage.line() for damage in verify.verify(db).damages] == []
        assert found(db, "khu dân cư số 7") == ["Tệp khac.txt"]


class TestProof:
    @pytest.fixture
    def db(self, crawl: Crawl, tmp_path: Path) -> Path:
        crawl.see("1", attached("a.pdf"))
        crawl.see_file("a.pdf", PLAN)
        crawl.read_files()
        crawl.close()
        db = tmp_path / "mattran.db"
        assert verify.verify(db).damages == []
        return db

    @pytest.mark.parametrize(
        ("harm", "kind"),
        [
            ("DELETE FROM files", "file"),
            ("UPDATE attachments SET sha256 = 'x'", "file"),
            ("UPDATE files SET bytes = 1", "file"),
            ("UPDATE files SET title = 'Tên khác'", "file"),
            ("INSERT INTO files_fts(files_fts) VALUES ('delete-all')", "index"),
        ],
    )
    def test_damage_is_named_and_mended(self, db: Path, harm: str, kind: str) -> None:
        with closing(sqlite3.connect(db)) as conn, conn:
            conn.execute(harm)
        damages = verify.verify(db).damages
        assert kind in {damage.kind for damage in damages}
        with Archive.open(db, "verify", exclusive=True) as archive:
            repair.derive(archive, damages, lambda page, capture: None, lambda line: None)
            archive.all_written()
        left = {damage.kind for damage in verify.verify(db).damages} - {"page", "sums"}
        assert left == set()
        with closing(open_for_reading(db)) as conn:
            assert rows(conn, "SELECT count(*) FROM files JOIN attachments USING (sha256)") == [
                (1,)
            ]


def test_a_merge_brings_files_in_either_order(tmp_path: Path) -> None:
    for name, article, body in (("a", "1", PLAN), ("b", "2", LIST)):
        crawl = Crawl(tmp_path / name / "mattran.db")
        crawl.see(article, attached(f"{name}.pdf", "chung.pdf", title=f"Bài {name}"))
        crawl.see_file(f"{name}.pdf", body)
        crawl.see_file("chung.pdf", b"Chung", at=1)
        crawl.read_files()
        crawl.close()
    results = []
    for first, second in (("a", "b"), ("b", "a")):
        db = tmp_path / f"{first}{second}" / "mattran.db"
        db.parent.mkdir()
        with Archive.open(db, "merge", exclusive=True) as archive:
            for name in (first, second, first):
                merging.merge(archive, tmp_path / name / "mattran.db")
        with closing(open_for_reading(db)) as conn:
            results.append(
                rows(
                    conn,
                    "SELECT ref, url, sha256, kind, text FROM article_files ORDER BY ref, position",
                )
            )
        assert [damage.line() for damage in verify.verify(db).damages] == []
        assert found(db, "hộ nghèo") == ["Tệp b.pdf"]
    assert results[0] == results[1]
    assert len(results[0]) == 4
    assert all(row[2] for row in results[0])


def test_a_file_another_reader_read_is_read_again_but_not_what_ocr_gave(crawl: Crawl) -> None:
    crawl.see_file("a.pdf", PLAN)
    crawl.see_file("b.pdf", LIST)
    crawl.read_files()
    crawl.conn.execute("UPDATE files SET reader = 'ocr: engine 5' WHERE id = 1")
    assert files.pending(crawl.conn, "test") == []
    assert [one.offset > 0 for one in files.pending(crawl.conn, "test2")] == [True]
    with transaction(crawl.conn):
        crawl.conn.execute("UPDATE files SET kind = 'scan'")
    assert len(files.scans(crawl.conn)) == 1
    assert files.scans(crawl.conn, ["other-site"]) == []
