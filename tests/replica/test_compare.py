"""The comparison finds each kind of difference, and none in a faithful archive."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.replica import FAMILIES, SiteSpec, Truth
from tests.replica.compare import differences

TABLES = """
CREATE TABLE pages (id INTEGER PRIMARY KEY, key TEXT, current_revision INTEGER);
CREATE TABLE articles (id, site, url, title, lead, text, author, published_at, gone_at);
CREATE TABLE images (revision, position, url, caption);
CREATE TABLE attachments (revision, position, url, caption);
"""


@pytest.fixture
def truths() -> list[Truth]:
    site = FAMILIES["nukeviet"](SiteSpec(id="a", family="nukeviet", articles=30))
    site.host = "127.0.0.1:8000"
    return site.truth()


@pytest.fixture
def database(tmp_path: Path, truths: list[Truth]) -> Path:
    """A faithful archive of `truths`; article n is row n."""
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as archive:
        archive.executescript(TABLES)
        for n, t in enumerate(truths, start=1):
            archive.execute("INSERT INTO pages VALUES (?, ?, ?)", (n, t.key, n))
            archive.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (n, t.site, t.url, t.title, t.lead, t.text, t.author, t.published_at),
            )
            for i, caption in enumerate(t.captions):
                archive.execute("INSERT INTO images VALUES (?, ?, '', ?)", (n, i, caption))
            for i, url in enumerate(t.attachments):
                archive.execute("INSERT INTO attachments VALUES (?, ?, ?, NULL)", (n, i, url))
        archive.commit()
    return path


def change(database: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as archive:
        assert archive.execute(statement, values).rowcount == 1
        archive.commit()


def test_a_faithful_archive_has_no_differences(database: Path, truths: list[Truth]) -> None:
    assert differences(database, truths) == []


def test_an_article_may_stand_under_any_of_its_addresses(
    database: Path, truths: list[Truth]
) -> None:
    change(database, "UPDATE articles SET url = ? WHERE id = 1", truths[0].twins[0])
    assert differences(database, truths) == []


@pytest.mark.parametrize(
    ("field", "statement"),
    [
        ("title", "UPDATE articles SET title = title || ' - Trang tin' WHERE id = 1"),
        ("author", "UPDATE articles SET author = 'quantri' WHERE id = 1"),
        ("published_at", "UPDATE articles SET published_at = '2024-05-09T10:00' WHERE id = 1"),
        ("body", "UPDATE articles SET text = text || char(10) || 'Lượt xem: 81' WHERE id = 1"),
        ("attachments", "INSERT INTO attachments VALUES (1, 9, 'http://x/', NULL)"),
    ],
)
def test_a_field_that_differs_is_named(
    database: Path, truths: list[Truth], field: str, statement: str
) -> None:
    change(database, statement)
    (difference,) = differences(database, truths)
    assert (difference.field, difference.url) == (field, truths[0].url)


def test_a_lost_line_and_a_lost_caption_are_named(database: Path, truths: list[Truth]) -> None:
    line = truths[0].body[0]
    change(database, "UPDATE articles SET text = replace(text, ?, '') WHERE id = 1", line)
    n = next(n for n, truth in enumerate(truths, start=1) if len(truth.captions) == 1)
    change(database, "DELETE FROM images WHERE revision = ?", n)
    lost = [(d.field, d.expected, d.found) for d in differences(database, truths)]
    assert lost == [("body", line, None), ("caption", truths[n - 1].captions[0], None)]


def test_missing_invented_and_doubled_articles_are_named(
    database: Path, truths: list[Truth]
) -> None:
    change(database, "UPDATE articles SET gone_at = '2024-01-01' WHERE id = 1")
    change(database, "UPDATE pages SET key = 'news:7' WHERE id = 2")
    change(database, "UPDATE articles SET url = 'http://127.0.0.1:8000/x' WHERE id = 2")
    change(database, "UPDATE pages SET key = ? WHERE id = 3", truths[3].key)
    found = [(d.field, d.expected, d.found) for d in differences(database, truths)]
    assert ("article", truths[0].title, None) in found  # missing
    assert ("article", None, truths[1].title) in found  # invented
    assert ("article", None, truths[3].title) in found  # a second time
