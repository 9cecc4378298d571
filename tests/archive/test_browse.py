"""The archive in Datasette, pandas and the plain sqlite3 module, as readers open it."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode
from urllib.request import urlopen

import pandas
import pytest

from archive.views import VIEWS
from tests.archive import small_archive
from tests.searchable_archive import SearchableArchive

ROOT = Path(__file__).parents[2]
BROWSE = ROOT / "archive" / "browse"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browse") / "mattran.db"
    sample = SearchableArchive(path)
    sample.site()
    sample.publish("Ủy ban trao nhà", "Tỉnh Hòa Bình trao nhà.", day="2021-10-14")
    sample.publish("Uỷ ban họp", "Hội nghị của Uỷ ban ở Đống Đa.", day="2023-10-14")
    sample.publish("Tin khác", "Phú Thọ vào mùa.", day="2025-10-14")
    sample.publish("Bài dài", f"<b>Xuống đồng</b> {'thật dài ' * 200} Hết.", day="2020-01-01")
    address = f"https://front.example/tin-dai/{'dai-' * 20}het.html"
    sample.conn.execute("UPDATE aliases SET url = ? WHERE url LIKE '%/3'", (address,))
    sample.drain()
    sample.close()
    return path


@pytest.fixture(scope="module")
def datasette(db: Path) -> Iterator[str]:
    """Run a real Datasette as docs/tra-cuu.md says; give its address."""
    options = ["-m", str(BROWSE / "datasette.yaml"), "--plugins-dir", str(BROWSE / "plugins")]
    with subprocess.Popen(
        [sys.executable, "-m", "datasette", str(db), *options, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
    ) as process:
        assert process.stderr is not None
        started = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in process.stderr)
        yield next(found[0] for found in started if found)
        process.terminate()


def get(datasette: str, path: str, **parameters: str) -> Any:
    """Ask Datasette for an address; return its JSON."""
    address = f"{datasette}/{path}.json?{urlencode({'_shape': 'array', **parameters})}"
    with urlopen(address, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize(
    "typed", ["Uỷ ban", "Ủy ban", "uy ban", "UỶ BAN", normalize("NFD", "Uỷ ban")]
)
def test_the_search_box_finds_both_spellings_however_typed(datasette: str, typed: str) -> None:
    found = get(datasette, "mattran/search_articles", _search=typed)
    assert [row["title"] for row in found] == ["Uỷ ban họp", "Ủy ban trao nhà"]  # newest first


@pytest.mark.parametrize("typed", ["Uỷ ban", "uy ban", '"uy ban" NOT "dong da"', "UBND OR uỷ ban"])
def test_a_canned_query_searches_as_mattran_does(datasette: str, typed: str) -> None:
    found = get(datasette, "mattran/tim_kiem", tu_khoa=typed)
    titles = [row["tieu_de"] for row in found]
    assert titles == ["Uỷ ban họp", "Ủy ban trao nhà"][("NOT" in typed) :]


def shown(datasette: str, path: str) -> str:
    """Return a page as a browser gets it."""
    with urlopen(f"{datasette}/{path}", timeout=30) as answer:
        return str(answer.read().decode())


def test_a_long_text_is_folded_up_whole_and_escaped(datasette: str) -> None:
    page = shown(datasette, "mattran/search_articles?_search=xuong+dong")
    (cell,) = re.findall(r'<td class="col-body[^>]*>(.*?)</td>', page, re.DOTALL)
    assert re.match(r"\s*<details><summary>&lt;b&gt;Xuống đồng.{,250} …</summary><div>", cell)
    assert cell.count("Xuống đồng") == 2
    assert "Hết.</div>" in cell


def test_a_long_address_shows_its_two_ends(datasette: str) -> None:
    page = shown(datasette, "mattran/aliases?page__notnull=1")
    (label,) = re.findall(r'href="https://front.example/tin-dai/[^>]*>([^<]*)</a>', page)
    assert re.fullmatch(r"front\.example/….*-het\.html", label)
    assert len(label) < 50


def test_the_ref_of_an_article_leads_to_a_page_to_read_it_on(datasette: str, db: Path) -> None:
    (ref,) = (
        sqlite3.connect(db).execute("SELECT ref FROM articles WHERE title = 'Bài dài'").fetchone()
    )
    for path in ("search_articles", "tim_kiem?tu_khoa=xuong+dong", "articles"):
        assert f'<a href="/mattran/doc_bai?ma={ref}">{ref}</a>' in shown(
            datasette, f"mattran/{path}"
        )
    read = {
        row["muc"]: row["noi_dung"] for row in get(datasette, "mattran/doc_bai", ma=ref.lower())
    }
    assert (read["Tiêu đề"], read["Ngày đăng"]) == ("Bài dài", "2020-01-01")
    page = shown(datasette, f"mattran/doc_bai?ma={ref}")
    assert "<summary>" not in page
    assert "Hết." in page
    assert "&lt;b&gt;Xuống đồng" in page


def test_the_pages_are_styled_and_begin_with_the_search(datasette: str) -> None:
    page = shown(datasette, "")
    (style,) = re.findall(r'href="/(-/mattran.css)"', page)
    assert "max-width" in shown(datasette, style)
    assert 'href="mattran/tim_kiem"' in page
    names = re.findall(r'<a href="/mattran/(\w+)"', shown(datasette, "mattran"))
    assert "shingles" not in names
    assert {"tim_kiem", "articles", "sites"} <= set(names)


def test_words_that_say_nothing_find_nothing(datasette: str) -> None:
    assert get(datasette, "mattran/tim_kiem", tu_khoa="?!") == []


@pytest.mark.parametrize("typed", ["Phú Thọ", "phu tho", "tỉnh Phú Thọ"])
def test_all_articles_about_a_unit_are_one_query(datasette: str, typed: str) -> None:
    found = get(datasette, "mattran/theo_don_vi", don_vi=typed)
    assert [row["tieu_de"] for row in found] == ["Tin khác", "Ủy ban trao nhà"]


def test_every_canned_query_runs_and_says_what_it_is(datasette: str) -> None:
    queries = get(datasette, "mattran", _shape="objects")["queries"]
    assert len(queries) >= 10
    for query in queries:
        assert query["title"]
        parameters = dict.fromkeys(query.get("params") or [], "Hòa Bình")
        get(datasette, f"mattran/{query['name']}", **parameters)


def test_every_table_that_is_described_exists(db: Path, datasette: str) -> None:
    tables = get(datasette, "-/metadata", _shape="objects")["databases"]["mattran"]["tables"]
    conn = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    conn.close()
    assert set(tables) <= names


def test_every_view_of_archivists_is_described_and_can_be_asked(datasette: str) -> None:
    described = get(datasette, "-/metadata", _shape="objects")["databases"]["mattran"]
    views = {statement.split()[2] for statement in VIEWS} | {"unit_articles"}
    assert views <= set(described["tables"])
    asked = " ".join(query["sql"] for query in described["queries"].values())
    assert {view for view in views if view not in asked} <= {"search_articles", "unit_articles"}


def test_pandas_reads_usable_dates_from_the_view(db: Path) -> None:
    conn = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    articles = pandas.read_sql(
        "SELECT ref, title, published_day, first_seen_at FROM articles ORDER BY published_day",
        conn,
        parse_dates=["published_day", "first_seen_at"],
    )
    conn.close()
    assert articles.published_day.dt.year.tolist() == [2020, 2021, 2023, 2025]
    assert str(articles.first_seen_at.dt.tz) in ("UTC+07:00", "UTC", "pytz.FixedOffset(420)")


def test_pandas_reads_exact_days_and_unknown_dates_of_one_column(tmp_path: Path) -> None:
    path = small_archive.build(tmp_path / "mattran.db")
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    articles = pandas.read_sql(
        "SELECT title, published_at FROM articles ORDER BY published_at",
        conn,
        parse_dates={"published_at": {"format": "ISO8601", "utc": True}},
    )
    conn.close()
    unknown = articles[articles.published_at.isna()]
    assert unknown.title.tolist() == ["Bài không rõ ngày"]
    local = articles.published_at.dt.tz_convert("Asia/Ho_Chi_Minh")
    assert str(local.iloc[1].date()) == "2025-01-10"
    assert str(local.iloc[-1]) == "2025-09-30 07:15:00+07:00"


def test_plain_sqlite_searches_without_any_extension(db: Path) -> None:
    conn = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    rows = conn.execute(
        "SELECT a.title FROM articles_fts f JOIN pages p ON p.sid = f.rowid"
        " JOIN articles a ON a.id = p.id WHERE articles_fts MATCH 'uy AND ban'"
    ).fetchall()
    conn.close()
    assert len(rows) == 2
