"""A crawl and the files of its articles, by the real command against a real server."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec, documents
from tests.replica.filed import OFF_SITE, bodies
from tests.replica.wire import Response
from tests.survivors import complaints, wait_until

SPEC = SiteSpec(id="a", family="filed", articles=12, traps=False)
BODIES = dict(bodies())
NAMES = tuple(f"/tep/{number}.pdf" for number in range(30))
PLAN = hashlib.sha256(BODIES["/tep/ke-hoach.pdf"]).hexdigest()


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with Replica([SPEC]) as replica:
        yield replica


@pytest.fixture(scope="module")
def crawled(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Mattran:
    """One crawl of the site, with its files."""
    mattran = Mattran(tmp_path_factory.mktemp("files"), replica)
    finished = mattran("crawl", "a")
    assert finished.exit_code == 0
    assert "files: 10 fetched" in finished.out
    return mattran


def state(mattran: Mattran, path: str) -> tuple[object, ...]:
    """What the archive says of a file: its kind, or the state of its row and why."""
    rows = mattran.rows(
        "SELECT DISTINCT kind, state, last_failure FROM article_files WHERE url LIKE ?", f"%{path}"
    )
    assert len(rows) == 1
    return tuple(rows[0])


class TestWhatComes:
    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("/tep/ke-hoach.pdf", "text"),
            ("/tep/ke-hoach-ban-sao.pdf", "text"),
            ("/tep/bao-cao.docx", "text"),
            ("/tep/danh-sach.xlsx", "text"),
            ("/tep/quet.pdf", "scan"),
            ("/tep/khoa.pdf", "encrypted"),
            ("/tep/hong.pdf", "damaged"),
            ("/tep/bom.docx", "too-heavy"),
            ("/tep/cong-van.doc", "unsupported"),
            ("/tep/chuyen-di.pdf", "text"),
        ],
    )
    def test_each_file_is_kept_and_marked(self, crawled: Mattran, path: str, kind: str) -> None:
        assert state(crawled, path) == (kind, "done", None)

    @pytest.mark.parametrize(
        ("path", "row", "why"),
        [
            (OFF_SITE, "denied", "not a registered host"),
            ("/tep/qua-lon.pdf", "failed", "too-large"),
            ("/cam/noi-bo.pdf", "blocked", "robots"),
            ("/tep/khong-co.pdf", "done", None),
            ("/tep/thay-bang-trang.pdf", "done", None),
        ],
    )
    def test_what_is_not_kept_says_why(
        self, crawled: Mattran, path: str, row: str, why: str | None
    ) -> None:
        assert state(crawled, path) == (None, row, why)

    def test_the_same_bytes_are_kept_once(self, crawled: Mattran) -> None:
        kept = crawled.value(
            "SELECT count(*) FROM captures WHERE payload_sha256 = ? AND warc_file IS NOT NULL", PLAN
        )
        named = crawled.value("SELECT count(*) FROM attachments WHERE sha256 = ?", PLAN)
        assert (kept, named) == (1, 3)

    def test_text_in_old_fonts_can_be_read(self, crawled: Mattran) -> None:
        assert crawled.value(
            "SELECT text FROM article_files WHERE url LIKE '%phong-chu-cu.pdf'"
        ) == (documents.OLD_FONT_READ)

    def test_a_page_in_the_place_of_a_file_is_no_article(self, crawled: Mattran) -> None:
        titles = crawled.value("SELECT count(*) FROM articles")
        assert titles == SPEC.articles
        (row,) = crawled.rows("SELECT kind FROM captures WHERE url LIKE '%thay-bang-trang.pdf'")
        assert row["kind"] == "other"

    def test_all_of_it_is_sound(self, crawled: Mattran) -> None:
        finished = crawled("verify")
        assert (finished.exit_code, finished.err) == (0, "")

    def test_files_come_last_and_each_address_once(
        self, replica: Replica, crawled: Mattran
    ) -> None:
        asked = [hit.path for hit in replica.hits("a", robots=False)]
        first = next(at for at, path in enumerate(asked) if path.startswith("/tep/"))
        assert all(path.startswith("/tep/") for path in asked[first:])
        assert len(asked) == len(set(asked))
        assert not any(path.startswith("/cam/") for path in asked)


class TestFinding:
    def test_search_finds_what_is_in_files_and_says_who_offers_them(self, crawled: Mattran) -> None:
        finished = crawled("search", "--files", "giam sat binh xet", "--json")
        hits = [json.loads(line) for line in finished.out.splitlines()]
        (plan,) = [hit for hit in hits if hit["sha256"] == PLAN]
        (report,) = [hit for hit in hits if hit["sha256"] != PLAN]
        # Called what the article calls it that was captured first.
        assert plan["title"] in {"ke-hoach.pdf", "ke-hoach-ban-sao.pdf"}
        assert report["title"] in {"bao-cao.docx", "chuyen-di.pdf"}
        assert len(plan["articles"]) == 3

    def test_on_a_terminal_it_is_told_in_lines(self, crawled: Mattran) -> None:
        finished = crawled("search", "--files", "Tổ 7", "--kind", "text")
        assert "bao-cao.docx" in finished.out
        assert "Tổ 7 | 38" in finished.out
        assert finished.out.endswith("2 files found\n")

    def test_what_the_limit_leaves_out_is_told(self, crawled: Mattran) -> None:
        words = ("search", "--files", "Tổ 7", "--kind", "text", "--limit")
        told = "1 file shown, more found (--limit shows them)"
        assert crawled(*words, "1").out.splitlines()[-1] == told
        assert crawled(*words, "2").out.endswith("\n2 files found\n")
        assert len(crawled(*words, "1", "--json").out.splitlines()) == 1

    def test_scans_are_listed_and_counted(self, crawled: Mattran) -> None:
        assert "quet.pdf" in crawled("search", "--files", "--kind", "scan").out
        assert "1 scan" in crawled("stats").out

    @pytest.mark.parametrize(
        "words",
        [
            ("--files",),
            ("--kind", "scan"),
            ("--files", "a", "--rank"),
            ("--files", "a", "--all"),
            ("--files", "a", "--site", "none"),
            ("--files", "a", "--since", "hom-qua"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, crawled: Mattran, words: tuple[str, ...]) -> None:
        finished = crawled("search", *words)
        assert finished.exit_code == 2
        assert len(finished.err.splitlines()) == 1

    def test_files_are_narrowed_down_by_the_articles_that_offer_them(
        self, crawled: Mattran
    ) -> None:
        def found(*words: str) -> set[str]:
            finished = crawled("search", "--files", "--json", *words)
            assert (finished.exit_code, finished.err) == (0, "")
            return {json.loads(line)["sha256"] for line in finished.out.splitlines()}

        rows = crawled.rows(
            "SELECT sha256, min(published_day) AS first, max(published_day) AS last"
            " FROM article_files WHERE kind IS NOT NULL GROUP BY sha256"
        )
        assert found("--site", "a") == {row["sha256"] for row in rows}
        for day in sorted({row["last"] for row in rows}):
            late = {row["sha256"] for row in rows if row["last"] >= day}
            early = {row["sha256"] for row in rows if row["first"] <= day}
            assert (found("--since", day), found("--until", day)) == (late, early)
        words = found("ngay hoi dai doan ket")
        assert PLAN in words
        (newest,) = [row["last"] for row in rows if row["sha256"] == PLAN]
        assert found("ngay hoi dai doan ket", "--site", "a", "--since", newest) <= words
        assert PLAN in found("ngay hoi dai doan ket", "--site", "a", "--since", newest)
        assert found("ngay hoi dai doan ket", "--until", "2001") == set()
        assert found("--kind", "scan", "--since", "1990") == found("--kind", "scan")

    def test_show_names_files_and_gives_them_back(self, crawled: Mattran) -> None:
        ref = crawled.value("SELECT ref FROM article_files WHERE url LIKE '%bao-cao.docx'")
        shown = crawled("show", str(ref)).out
        assert "text, application/pdf, 2 pages" in shown
        missing = crawled.value("SELECT ref FROM article_files WHERE url = ?", OFF_SITE)
        assert "not kept: not a registered host" in crawled("show", str(missing)).out
        refused = crawled("show", str(missing), "--file", "1")
        assert (refused.exit_code, "not a registered host" in refused.err) == (2, True)

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("/tep/thay-bang-trang.pdf", "a page came in its place"),
            ("/tep/qua-lon.pdf", "it is too large"),
        ],
    )
    def test_show_says_in_words_why_a_file_is_not_kept(
        self, crawled: Mattran, path: str, why: str
    ) -> None:
        ref, number = crawled.rows(
            "SELECT ref, position FROM article_files WHERE url LIKE '%' || ?", path
        )[0]
        assert f"not kept: {why}" in crawled("show", str(ref)).out
        refused = crawled("show", str(ref), "--file", str(number))
        assert (refused.exit_code, why in refused.err) == (2, True)


class TestBudget:
    def test_a_quiet_crawl_asks_for_no_file(self, replica: Replica, crawled: Mattran) -> None:
        replica.clear_hits()
        assert crawled("crawl", "a").exit_code == 0
        assert [hit.path for hit in replica.hits("a") if hit.path.startswith("/tep/")] == []

    def test_none_are_fetched_when_none_are_wanted(self, replica: Replica, tmp_path: Path) -> None:
        mattran = Mattran(tmp_path, replica, files="none")
        replica.clear_hits()
        assert "files:" not in mattran("crawl", "a").out
        assert [hit.path for hit in replica.hits("a") if hit.path.startswith("/tep/")] == []
        assert mattran.value("SELECT count(*) FROM frontier WHERE kind = 'attachment'") == 0

    def test_later_crawls_go_on_where_the_budget_ended(
        self, replica: Replica, tmp_path: Path
    ) -> None:
        mattran = Mattran(tmp_path, replica, max_files=5)
        first = mattran("crawl", "a")
        assert (first.exit_code, "left for later runs" in first.out) == (0, True)
        replica.clear_hits()
        second = mattran("crawl", "a", "--max-files", "50")
        asked = [hit.path for hit in replica.hits("a") if hit.path.startswith("/tep/")]
        assert second.exit_code == 0
        assert len(asked) == len(set(asked))
        assert state(mattran, "/tep/quet.pdf") == ("scan", "done", None)
        assert "left for later runs" not in second.out

    def test_bytes_end_it_too(self, replica: Replica, tmp_path: Path) -> None:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a", "--max-file-bytes", "1")
        assert mattran.value("SELECT count(*) FROM files") == 1

    def test_images_come_when_asked_for_each_once(self, replica: Replica, tmp_path: Path) -> None:
        mattran = Mattran(tmp_path, replica)
        assert mattran("crawl", "a", "--files", "all").exit_code == 0
        assert mattran.value("SELECT count(*) FROM files WHERE kind = 'image'") == 1
        named, linked = mattran.rows(
            "SELECT count(*), count(sha256) FROM images n JOIN pages p"
            " ON p.current_revision = n.revision"
        )[0]
        assert named == linked > 1

    def test_a_file_is_asked_for_again_after_a_year_whether_it_changed(
        self, replica: Replica, tmp_path: Path
    ) -> None:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a", "--max-files", "2")
        mattran.write("UPDATE frontier SET due = 1 WHERE kind = 'attachment' AND state = 'done'")
        replica.clear_hits()
        mattran("crawl", "a", "--max-files", "50")
        asked = [hit.path for hit in replica.hits("a") if hit.path == "/tep/ke-hoach.pdf"]
        assert len(asked) == 1
        assert mattran.value(
            "SELECT count(*) FROM captures WHERE payload_sha256 = ? AND warc_file IS NOT NULL", PLAN
        ) == 1  # fmt: skip

    def test_a_dry_run_announces_the_files_of_known_articles(
        self, replica: Replica, tmp_path: Path
    ) -> None:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a", "--files", "none")
        assert "behind these: 15 files of known articles" in mattran("crawl", "a", "--dry-run").out
        told = mattran("crawl", "a", "--dry-run", "--json", "--max-files", "4").out
        plan = json.loads(told)
        assert (plan["files"], plan["requests"]) == (4, plan["queued"] + len(plan["fronts"]) + 4)
        assert "files" not in mattran("crawl", "a", "--dry-run", "--files", "none").out
        mattran("crawl", "a", "--max-files", "4")
        assert "behind these: 11 files" in mattran("crawl", "a", "--dry-run").out
        mattran("crawl", "a")
        assert "files" not in mattran("crawl", "a", "--dry-run").out


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Replica, Mattran]]:
    with Replica([replace(SPEC, latency=0.02)]) as replica:
        replica["a"]._offered.clear()
        offer(replica, NAMES)
        mattran = Mattran(tmp_path_factory.mktemp("killed"), replica)
        assert mattran("crawl", "a", "--files", "none").exit_code == 0
        replica.clear_hits()
        rng = random.Random(6)
        for _ in range(5):
            seen = len(replica.hits("a", robots=False)) + rng.randint(2, 5)
            with mattran.running("crawl", "a", "--max-files", "40") as process:
                wait_until(lambda: len(replica.hits("a", robots=False)) >= seen)  # noqa: B023
                process.send_signal(signal.SIGKILL)
                process.wait()
        # Once more while what came is being read.
        with mattran.running("crawl", "a", "--max-files", "40") as process:
            wait_until(lambda: NAMES[-1] in asked(replica) or process.poll() is not None)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert mattran("crawl", "a", "--max-files", "40").exit_code == 0
        yield replica, mattran


class TestKilled:
    """A run that dies between its files: real processes, killed with -9 again and again."""

    def test_every_file_is_kept_once_and_read(self, killed: tuple[Replica, Mattran]) -> None:
        _, mattran = killed
        kept = mattran.rows("SELECT url, kind, state FROM article_files WHERE url LIKE '%/tep/%'")
        assert {(row["kind"], row["state"]) for row in kept} == {("text", "done")}
        assert len({row["url"] for row in kept}) == len(NAMES)
        assert mattran.value(
            "SELECT count(*) - count(DISTINCT payload_sha256) FROM captures"
            " WHERE kind = 'attachment' AND warc_file IS NOT NULL"
        ) == 0  # fmt: skip
        assert mattran.value("SELECT count(*) FROM files WHERE is_shown") == len(NAMES)

    def test_only_what_was_in_flight_is_fetched_again(
        self, killed: tuple[Replica, Mattran]
    ) -> None:
        replica, _ = killed
        assert set(asked(replica)) == set(NAMES)
        assert len(asked(replica)) - len(NAMES) <= 6  # one a kill

    def test_no_file_is_half_and_the_archive_is_sound(
        self, killed: tuple[Replica, Mattran]
    ) -> None:
        _, mattran = killed
        assert complaints(mattran) == []
        finished = mattran("verify")
        assert (finished.exit_code, finished.err) == (0, "")

    def test_nothing_counts_against_a_file_that_was_under_way(
        self, killed: tuple[Replica, Mattran]
    ) -> None:
        replica, mattran = killed
        assert mattran.value("SELECT max(attempts) FROM frontier WHERE kind = 'attachment'") == 0
        replica.clear_hits()
        assert mattran("crawl", "a").exit_code == 0
        assert asked(replica) == []


class TestRecrawl:
    def test_files_that_a_page_offers_now_come_with_it(self, tmp_path: Path) -> None:
        with Replica([SPEC]) as replica:
            mattran = Mattran(tmp_path, replica, max_files=3)
            mattran("crawl", "a")
            url = offer(replica, ("/tep/moi-1.pdf", "/tep/moi-2.pdf"))
            replica.clear_hits()
            told = mattran("recrawl", url, url, "--dry-run")
            assert (told.exit_code, asked(replica)) == (0, [])
            assert told.out.splitlines()[-1].startswith("1 request;")
            finished = mattran("recrawl", url)
            assert (finished.exit_code, "files: 2 fetched" in finished.out) == (0, True)
            # Not those that a crawl had left: nobody asked for them now.
            assert sorted(asked(replica)) == ["/tep/moi-1.pdf", "/tep/moi-2.pdf"]
            assert state(mattran, "/tep/moi-1.pdf") == ("text", "done", None)
            replica.clear_hits()
            assert mattran("recrawl", url).exit_code == 0
            assert asked(replica) == []
            left = mattran.value(
                "SELECT count(*) FROM frontier WHERE kind = 'attachment' AND priority >= 0"
            )
            assert left == 0

    @pytest.mark.parametrize("selection", ["URL", "--query", "--site"])
    def test_a_dry_run_counts_the_files_that_are_known_already(
        self, tmp_path: Path, selection: str
    ) -> None:
        with Replica([SPEC]) as replica:
            mattran = Mattran(tmp_path, replica)
            url = offer(replica, ("/tep/moi-1.pdf", "/tep/moi-2.pdf"))
            mattran("crawl", "a", "--files", "none")
            title = mattran.value("SELECT title FROM articles WHERE url = ?", url)
            chosen = {"URL": [url], "--query": ["--query", f'title:"{title}"'],
                      "--site": ["--site", "a"]}[selection]  # fmt: skip
            told = mattran("recrawl", *chosen, "--dry-run", "--json").out
            plan = json.loads(told)
            replica.clear_hits()
            mattran("recrawl", *chosen)
            assert plan["requests"] == plan["queued"] + plan["files"]
            # One of them is asked for no further than robots.txt.
            forbidden = mattran.value("SELECT count(*) FROM frontier WHERE state = 'blocked'")
            hits = [hit for hit in replica.hits("a") if hit.path != "/robots.txt"]
            assert plan["requests"] == len(hits) + forbidden
            assert plan["files"] >= 2
            assert "files" not in mattran("recrawl", *chosen, "--dry-run").out

    def test_what_is_beyond_its_budget_is_left_to_a_crawl(self, tmp_path: Path) -> None:
        with Replica([SPEC]) as replica:
            mattran = Mattran(tmp_path, replica, max_files=1)
            mattran("crawl", "a", "--files", "none")
            url = offer(replica, ("/tep/moi-1.pdf", "/tep/moi-2.pdf"))
            finished = mattran("recrawl", url)
            assert (finished.exit_code, "1 left for later runs" in finished.out) == (0, True)
            mattran("crawl", "a", "--max-files", "50")
            assert state(mattran, "/tep/moi-2.pdf") == ("text", "done", None)
            assert mattran("recrawl", "--failed", "--site", "a", "--dry-run").exit_code == 0

    def test_one_that_failed_again_goes_back_behind_the_pages(self, tmp_path: Path) -> None:
        with Replica([SPEC]) as replica:
            mattran = Mattran(tmp_path, replica)
            mattran("crawl", "a")
            replica.clear_hits()
            assert mattran("recrawl", "--failed").exit_code == 0
            assert asked(replica) == ["/tep/qua-lon.pdf"]
        told = "SELECT count(*) FROM frontier WHERE kind = 'attachment' AND priority >= 0"
        assert mattran.value(told) == 0

    def test_none_come_where_the_row_wants_none(self, tmp_path: Path) -> None:
        with Replica([SPEC]) as replica:
            mattran = Mattran(tmp_path, replica, files="none")
            mattran("crawl", "a")
            url = offer(replica, ("/tep/moi-1.pdf",))
            assert "files:" not in mattran("recrawl", url).out


def offer(replica: Replica, paths: tuple[str, ...]) -> str:
    """Let the newest article offer other files, each of its own words; return its address."""
    site = replica["a"]
    story = site.newest[0]
    site._offered[story.number] = paths
    for path in paths:
        body = documents.pdf((f"Tài liệu {path}",))
        site.override(path, Response(body, content_type="application/pdf"))
    return f"{site.base_url}{site.address(story)}"


def asked(replica: Replica) -> list[str]:
    """The files that were asked for."""
    return [hit.path for hit in replica.hits("a") if hit.path.startswith("/tep/")]


class TestLater:
    def test_files_come_out_of_their_records_again(
        self, replica: Replica, crawled: Mattran, tmp_path: Path
    ) -> None:
        other = Mattran.of(tmp_path, crawled.registry)
        warcs = [str(path) for path in sorted((crawled.folder / "warc").glob("*.gz"))]
        assert other("import", *warcs).exit_code == 0
        # Of a copy and behind a redirect there is no record of their own.
        told = (
            "SELECT ref, url, sha256, kind, text FROM article_files WHERE url NOT LIKE '%ban-sao%'"
            " AND url NOT LIKE '%chuyen-di%' ORDER BY ref, position"
        )
        named = [tuple(row) for row in crawled.rows(told)]
        assert [tuple(row) for row in other.rows(told)] == named
        assert other.value("SELECT count(*) FROM articles") == SPEC.articles
        again = other("import", *warcs)
        assert (again.exit_code, "0 captures" in again.out or "nothing" in again.out) == (0, True)
        replica.clear_hits()
        assert other("crawl", "a").exit_code == 0
        assert other.value("SELECT count(*) FROM articles") == SPEC.articles
        assert other("verify").exit_code == 0

    def test_a_merge_gives_an_archive_of_pages_alone_their_files(
        self, crawled: Mattran, tmp_path: Path
    ) -> None:
        other = Mattran.of(tmp_path, crawled.registry)
        warcs = sorted((crawled.folder / "warc").glob("*.gz"))
        assert other("import", *map(str, warcs)).exit_code == 0
        assert other("merge", str(crawled.db)).exit_code == 0
        told = "SELECT ref, url, sha256, kind, text FROM article_files ORDER BY ref, position"
        assert [tuple(row) for row in other.rows(told)] == [
            tuple(row) for row in crawled.rows(told)
        ]
        assert other("verify").exit_code == 0

    def test_reading_articles_again_loses_no_file(self, crawled: Mattran) -> None:
        before = crawled.value("SELECT count(*) FROM article_files WHERE sha256 IS NOT NULL")
        assert crawled("reextract").exit_code == 0
        after = crawled.value("SELECT count(*) FROM article_files WHERE sha256 IS NOT NULL")
        assert before == after


def test_the_file_of_an_address_of_an_article_is_not_the_article(tmp_path: Path) -> None:
    """Some platforms give a file at the address of its article, with a query behind it."""
    with Replica([SiteSpec(id="a", family="nukeviet", articles=40, traps=False)]) as replica:
        mattran = Mattran(tmp_path, replica)
        assert mattran("crawl", "a", "--full").exit_code == 0
    assert mattran.value("SELECT count(*) FROM article_files WHERE sha256 IS NOT NULL") == 1
    assert mattran.value("SELECT count(*) FROM articles") == 40
    assert mattran.value(
        "SELECT count(*) FROM pages p JOIN articles a ON a.id = p.id WHERE p.kind <> 'article'"
    ) == 0  # fmt: skip


class TestExport:
    def test_each_file_is_given_back_once_under_the_name_of_its_hash(
        self, crawled: Mattran, tmp_path: Path
    ) -> None:
        finished = crawled("export", "--format", "files", "-o", str(tmp_path / "tep"))
        assert (finished.exit_code, finished.err) == (0, f"9 files written to {tmp_path}/tep\n")
        plan = tmp_path / "tep" / f"{PLAN}.pdf"
        assert plan.read_bytes() == BODIES["/tep/ke-hoach.pdf"]
        lines = (tmp_path / "tep" / "files.jsonl").read_text(encoding="utf-8").splitlines()
        named = [json.loads(line) for line in lines]
        assert {one["name"] for one in named} == {
            path.name for path in (tmp_path / "tep").iterdir() if path.suffix != ".jsonl"
        }
        assert len([one for one in named if one["sha256"] == PLAN]) == 3

    def test_a_shared_file_has_their_texts_and_index(
        self, crawled: Mattran, tmp_path: Path
    ) -> None:
        assert crawled("export", "--format", "sqlite", "-o", str(tmp_path / "a.db")).exit_code == 0
        with closing(sqlite3.connect(tmp_path / "a.db")) as conn:
            found = conn.execute(
                "SELECT f.kind, snippet(files_fts, -1, '[', ']', '…', 4) FROM files_fts"
                " JOIN files f ON f.id = files_fts.rowid"
                " WHERE files_fts MATCH 'body_f : doan AND ket'"
            ).fetchall()
        assert found == [("text", "…Đại [đoàn] [kết] toàn…")]


class TestWithdrawal:
    def test_erased_with_its_article_a_file_is_nowhere_and_does_not_come_back(
        self, replica: Replica, tmp_path: Path
    ) -> None:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "a")
        sheet = BODIES["/tep/danh-sach.xlsx"]
        digest = hashlib.sha256(sheet).hexdigest()
        ref = mattran.value("SELECT ref FROM article_files WHERE sha256 = ?", digest)
        assert mattran("withdraw", str(ref), "--erase", "--reason", "danh sách").exit_code == 0
        assert sheet not in everything(tmp_path)
        assert BODIES["/tep/ke-hoach.pdf"] in everything(tmp_path)  # another article offers it
        url = replica["a"].base_url + "/tep/danh-sach.xlsx"
        assert mattran("recrawl", url).exit_code == 0
        assert mattran("crawl", "a", "--full").exit_code == 0
        assert sheet not in everything(tmp_path)
        assert mattran.value("SELECT count(*) FROM files WHERE sha256 = ?", digest) == 0
        assert "0 files found" in mattran("search", "--files", "danh sach").out
        assert mattran("verify").exit_code == 0


def everything(folder: Path) -> bytes:
    """All bytes of an archive, those of its raw records unpacked."""
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
