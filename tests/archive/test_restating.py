"""Raw records read again by newer rules: what becomes of the history of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archive import derived, restating, verify_index
from archive.page import Article, Attachment, Image, Link
from archive.restating import NOT_KEPT, Reread
from tests.archive.crawling import ROOT, Crawl, an_article

if TYPE_CHECKING:
    from archive.restating import Raw, Restatement

YEAR = 366

A, B = (an_article(body=f"Bản {word}.") for word in ("một", "hai"))
A2, B2 = (an_article(body=f"Bản {word}, đọc lại.", extractor="2.x") for word in ("một", "hai"))


def history(crawl: Crawl) -> list[tuple[str, str]]:
    """Body and cause of every revision, in the order of their numbers."""
    rows = crawl.conn.execute(
        "SELECT body, cause FROM revisions ORDER BY captured_at, extracted_at, id"
    )
    return [tuple(row) for row in rows]


def everything(crawl: Crawl) -> list[Any]:
    """Every row that tells of a page."""
    tables = ("pages", "captures", "revisions", "images", "attachments")
    return [crawl.conn.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def by_bytes(**articles: Article) -> Any:
    """Return a reading that knows the article by the bytes `<p>NAME</p>` of the record."""

    def read(crawl: Crawl, raw: Raw) -> Article:
        record = crawl.archive.raw(raw.capture)
        assert record is not None
        return articles[record.body.decode()]

    return read


def reread(crawl: Crawl, **articles: Article) -> Restatement:
    """Read the only page again: of the raw record with the body NAME comes that article."""
    read = by_bytes(**articles)
    result = crawl.reread(crawl.value("SELECT id FROM pages"), lambda raw: read(crawl, raw))
    assert result is not None
    return result


def test_another_content_is_a_revision_of_the_rules(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    result = reread(crawl, a=A2)
    assert history(crawl) == [("Bản một.", "first"), ("Bản một, đọc lại.", "rules")]
    assert [(c.field, c.old, c.new) for c in result.changes] == [
        ("body", "Bản một.", "Bản một, đọc lại.")
    ]
    assert crawl.value("SELECT revision FROM articles") == 2
    assert crawl.value("SELECT revisions FROM articles") == 1
    assert crawl.value("SELECT state FROM articles") == "live"
    assert crawl.found("lại") == 1


def test_a_second_time_nothing_changes(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    reread(crawl, a=A2)
    before = everything(crawl)
    result = reread(crawl, a=A2)
    assert not result
    assert result.changes == []
    assert everything(crawl) == before


def test_an_unedited_page_fetched_later_joins_the_revision_of_the_rules(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    reread(crawl, a=A2)
    assert crawl.see("7", A2, at=1).cause is None
    assert len(history(crawl)) == 2


def test_an_edited_page_fetched_later_is_the_sites(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    reread(crawl, a=A2)
    assert crawl.see("7", B2, at=1).cause == "site"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"section": "Tin khác"}, ["section"]),
        ({"tags": ["bầu cử"]}, ["tags"]),
        ({"flags": ["date-null"]}, ["flags"]),
        ({"body": "Bản  một."}, ["body"]),
        ({"images": [Image(url="http://a/b.jpg", alt="Ảnh")]}, ["images"]),
        ({"evidence": {"title": {"rule": "slug"}}}, []),
        ({"extractor": "2.x", "template": "t1"}, []),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_is_no_content_is_brought_up_to_date_in_its_place(
    crawl: Crawl, change: dict[str, Any], fields: list[str]
) -> None:
    crawl.see("7", A, body=b"a")
    newer = an_article(**{"body": "Bản một.", **change})
    result = reread(crawl, a=newer)
    assert result.refreshes
    assert [c.field for c in result.changes] == fields
    assert len(history(crawl)) == 1
    assert history(crawl)[0][0] == newer.body
    row = crawl.conn.execute("SELECT section, extractor, template FROM revisions").fetchone()
    assert row == (newer.section, newer.extractor, newer.template)
    assert not reread(crawl, a=newer)


def test_how_json_is_written_is_no_change(crawl: Crawl) -> None:
    article = an_article(tags=["bầu cử", "cử tri"], evidence={"title": {"rule": "slug"}})
    crawl.see("7", article, body=b"a")
    for column in ("tags", "evidence"):
        crawl.conn.execute(f"UPDATE revisions SET {column} = replace({column}, ',', ' , ')")
    assert not reread(crawl, a=article)


def test_what_was_found_in_a_file_stays_with_it(crawl: Crawl) -> None:
    files = [Attachment(url="http://a/b.pdf"), Attachment(url="http://a/c.pdf")]
    crawl.see("7", an_article(attachments=files), body=b"a")
    crawl.conn.execute("UPDATE attachments SET sha256 = url, text = 'Nghị quyết'")
    captioned = [Attachment(url=file.url, caption="Tải về") for file in files]
    reread(crawl, a=an_article(attachments=captioned))
    rows = crawl.conn.execute("SELECT url, sha256, text, caption FROM attachments").fetchall()
    assert rows == [(file.url, file.url, "Nghị quyết", "Tải về") for file in files]


# Several captures and revisions


def test_the_numbers_and_texts_that_were_cited_stay(crawl: Crawl) -> None:
    for day, (article, body) in enumerate(((A, b"a"), (B, b"b"), (A, b"a"))):
        crawl.see("7", article, at=day, body=body)
    reread(crawl, a=A2, b=B2)
    assert history(crawl) == [
        ("Bản một.", "first"),
        ("Bản hai.", "site"),
        ("Bản một.", "site"),
        ("Bản một, đọc lại.", "rules"),
    ]
    assert not reread(crawl, a=A2, b=B2)


def test_a_change_that_was_only_a_leak_is_no_longer_the_sites(crawl: Crawl) -> None:
    crawl.see("7", an_article(body="Bản một.\n\nLượt xem: 5"), body=b"a")
    crawl.see("7", an_article(body="Bản một.\n\nLượt xem: 6"), at=1, body=b"b")
    assert crawl.value("SELECT state FROM articles") == "changed"
    result = reread(crawl, a=A2, b=A2)
    assert [(j.number, j.old, j.new) for j in result.causes] == [(2, "site", "rules")]
    assert [cause for _, cause in history(crawl)] == ["first", "rules", "rules"]
    assert crawl.value("SELECT revisions FROM articles") == 1
    assert crawl.value("SELECT state FROM articles") == "live"


def test_an_edit_that_rules_of_yesterday_did_not_see_is_the_sites_again(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    crawl.see("7", B, at=1, body=b"b")
    reread(crawl, a=A2, b=A2)
    result = reread(crawl, a=A2, b=B2)
    assert [(j.number, j.old, j.new) for j in result.causes] == [(2, "rules", "site")]
    assert crawl.value("SELECT state FROM articles") == "changed"
    assert not reread(crawl, a=A2, b=B2)


def test_a_change_within_one_revision_is_told_from_that_of_the_rules(crawl: Crawl) -> None:
    """A year later the bytes are kept again: they hold what the older rules did not see."""
    crawl.see("7", A, body=b"a")
    crawl.see("7", A, at=YEAR, body=b"b")
    crawl.see("7", A, at=YEAR + 1, body=b"b")
    reread(crawl, a=A2, b=B2)
    assert history(crawl) == [
        ("Bản một.", "first"),
        ("Bản một, đọc lại.", "rules"),
        ("Bản hai, đọc lại.", "site"),
    ]
    captures = crawl.column("SELECT revision FROM captures ORDER BY captured_at")
    assert captures[0] != captures[1] == captures[2] == crawl.value("SELECT max(id) FROM revisions")
    assert crawl.value("SELECT state FROM articles") == "changed"
    assert not reread(crawl, a=A2, b=B2)


def test_only_the_later_bytes_read_otherwise(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    crawl.see("7", A, at=YEAR, body=b"b")
    reread(crawl, a=A, b=B2)
    assert history(crawl) == [("Bản một.", "first"), ("Bản hai, đọc lại.", "site")]
    assert not reread(crawl, a=A, b=B2)


def test_each_record_is_read_as_of_its_own_day(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    crawl.see("7", B, at=1, body=b"b")
    crawl.see("7", B, at=2, body=b"b")
    found = restating.subject(crawl.conn, crawl.value("SELECT id FROM pages"))
    assert found is not None
    assert [raw.captured_at[:10] for raw in found.raws.values()] == ["2025-10-01", "2025-10-02"]


def test_what_its_listing_says_is_known_of_a_record(crawl: Crawl) -> None:
    crawl.begin()
    link = [Link(url=f"{ROOT}/tin/7.html", kind="article", text="Tin", hints={"excerpt": "Vắn"})]
    crawl.list(crawl.claim(), link)
    crawl.see("7", A, body=b"a")
    found = restating.subject(crawl.conn, crawl.value("SELECT id FROM pages"))
    assert found is not None
    (raw,) = found.raws.values()
    assert (raw.claim.text, raw.claim.hints) == ("Tin", {"excerpt": "Vắn"})
    assert (raw.claim.site, raw.claim.url) == (crawl.site, f"{ROOT}/tin/7.html")


# What cannot be read


@pytest.mark.parametrize(
    "reading", [Reread(problem="unreadable"), Reread(problem="no-article"), NOT_KEPT]
)
def test_what_cannot_be_read_changes_nothing(crawl: Crawl, reading: Reread) -> None:
    crawl.see("7", A, body=b"a")
    crawl.see("7", B, at=1, body=b"b")
    before = everything(crawl)
    found = restating.subject(crawl.conn, crawl.value("SELECT id FROM pages"))
    assert found is not None
    (result,) = crawl.archive.restate([(found, dict.fromkeys(found.raws, reading))])
    assert result.problem == reading.problem
    assert not result
    assert everything(crawl) == before


def test_a_page_that_was_stored_anew_meanwhile_is_left(crawl: Crawl) -> None:
    crawl.see("7", A, body=b"a")
    found = restating.subject(crawl.conn, crawl.value("SELECT id FROM pages"))
    assert found is not None
    crawl.see("7", B, at=1)
    (result,) = crawl.archive.restate([(found, {1: Reread("x", A2)})])
    assert not result
    assert history(crawl) == [("Bản một.", "first"), ("Bản hai.", "site")]


def test_a_section_read_anew_leaves_the_key_index_as_it_went_in(crawl: Crawl) -> None:
    page = crawl.see("1", an_article(section="Tin tức")).page
    derived.drain(crawl.conn)
    anew = {"section": "Thời sự quốc tế", "extractor": "2.test"}
    crawl.reread(page, an_article(**anew))
    derived.drain(crawl.conn)
    crawl.see("1", an_article(body="Khác hẳn.", **anew), at=3)
    derived.drain(crawl.conn)
    assert list(verify_index.key_index(crawl.conn)) == []
