"""Whatever happens to pages, in whatever order, what is derived stays true."""

from __future__ import annotations

import json
import random

import pytest

from archive import derived, index, keys
from archive.moments import now, public
from archive.visibility import reindexed
from tests.archive.crawling import ROOT, Crawl, an_article

TITLES = ("Hội nghị Đống Đa", "Uỷ ban họp", "Ủy ban họp", "Đoàn kết")


def happen(crawl: Crawl, chance: random.Random, step: int) -> None:
    """Let one thing happen to one of a few pages: now, or found out later about the past."""
    name = chance.choice("1234")
    at = chance.choice([chance.uniform(0, 400), 400 + step / 100])
    what = chance.choice(["see"] * 8 + ["miss"] * 3 + ["redirect", "withdraw", "relent", "restate"])
    if what == "see":
        day = chance.choice(["2023-10-14", "2023-10-15"])
        article = an_article(
            title=chance.choice(TITLES), published_at=day, extractor=chance.choice(["1.x", "2.x"])
        )
        key = f"news:{name}" if chance.random() < 0.7 else f"/tin/{name}.html"
        crawl.see(name, article, at=at, key=key, reextract=lambda *_: an_article(title="Mới"))
    elif what == "miss":
        crawl.miss(name, at=at)
    elif what == "redirect":
        crawl.redirect(name, f"{ROOT}/tin/{chance.choice('1234')}.html", at=at)
    else:
        change_a_page(crawl, chance, what)


def change_a_page(crawl: Crawl, chance: random.Random, what: str) -> None:
    pages = crawl.column("SELECT id FROM pages WHERE merged_into IS NULL ORDER BY id")
    if not pages:
        return
    page = chance.choice(pages)
    if what == "restate":
        titles = [*TITLES, "Đọc lại"]
        articles = {
            capture: an_article(title=chance.choice(titles), extractor="3.x")
            for capture in range(1, 200)
        }
        crawl.reread(page, lambda raw: articles[raw.capture])
        again = crawl.reread(page, lambda raw: articles[raw.capture])
        assert not again
        return
    with reindexed(crawl.conn, page):
        crawl.conn.execute("DELETE FROM withdrawals WHERE page = ?", (page,))
        if what == "withdraw":
            crawl.conn.execute(
                "INSERT INTO withdrawals (page, action, reason, at) VALUES (?, ?, 'asked', ?)",
                (page, chance.choice(["hide", "erase"]), public(now())),
            )


def indexed_words(crawl: Crawl) -> list[tuple[object, ...]]:
    crawl.conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words"
        " USING fts5vocab(main, articles_fts, instance)"
    )
    return crawl.conn.execute("SELECT * FROM temp.words ORDER BY 1, 2, 3, 4").fetchall()


def all_keys(crawl: Crawl) -> list[tuple[object, ...]]:
    crawl.conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.all_keys"
        " USING fts5vocab(main, article_keys, instance)"
    )
    return crawl.conn.execute("SELECT term, doc FROM temp.all_keys ORDER BY 1, 2").fetchall()


def check_keys(crawl: Crawl) -> None:
    """The key index came to be page by page as it would be if it were made anew."""
    derived.drain(crawl.conn)
    now_keyed = all_keys(crawl)
    keys.clear(crawl.conn)
    keys.update(crawl.conn, json.dumps(crawl.column("SELECT id FROM pages")))
    assert now_keyed == all_keys(crawl)


def check(crawl: Crawl) -> None:
    check_keys(crawl)
    now_indexed = indexed_words(crawl)
    index.rebuild(crawl.conn)
    assert now_indexed == indexed_words(crawl)
    newest = (
        "SELECT id FROM revisions r WHERE r.page = p.id"
        " ORDER BY captured_at DESC, extracted_at DESC, id DESC LIMIT 1"
    )
    query = f"SELECT count(*) FROM pages p WHERE current_revision IS NOT ({newest})"
    assert crawl.value(query) == 0
    assert crawl.value("SELECT count(*) FROM pragma_foreign_key_check") == 0
    open_ends = (
        "SELECT page FROM disappearances WHERE back_at IS NULL AND state = 'gone' ORDER BY page"
    )
    gone = "SELECT id FROM pages WHERE gone_at IS NOT NULL ORDER BY id"
    assert crawl.column(open_ends) == crawl.column(gone)


@pytest.mark.parametrize("seed", range(6))
def test_the_index_shows_what_the_views_show(crawl: Crawl, seed: int) -> None:
    chance = random.Random(seed)
    for step in range(120):
        happen(crawl, chance, step)
        crawl.conn.execute("UPDATE frontier SET state = 'done' WHERE state = 'ready'")
        if chance.random() < 0.2:
            derived.drain(crawl.conn)
        if step % 20 == 19:
            check(crawl)
