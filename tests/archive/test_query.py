"""What people type is always a query that SQLite can run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.query import MAX_WORDS, NOTHING_TO_FIND, TOO_LONG, parse
from archive.vietnamese import exact, fold

TRICKY = [
    *(
        "",
        " ",
        "\t\n",
        '"',
        '""',
        '"""',
        "'",
        "''",
        "*",
        "**",
        "* *",
        "-",
        "--",
        "+",
        "^",
        "^a",
        ":",
    ),
    *(
        "::",
        "(",
        ")",
        "()",
        "(((",
        ")))",
        "{}",
        "{title}:",
        "{title body}: x",
        "title:x",
        "body : x",
    ),
    *("AND", "OR", "NOT", "NEAR", "NEAR(", "NEAR()", "NEAR(a b)", "NEAR(a b, 5)", "a AND", "AND a"),
    *("a AND b", "a OR b", "a NOT b", "NOT a", "a NEAR b", "a NEAR/3 b", "a AND AND b", "OR OR OR"),
    *('"a', 'a"', 'a"b', '"a" b"', '"a""b"', '"a"*', '"a b"*', '"" ""', '"*"', '" "', '"AND"'),
    *("a*", "*a", "a*b", "a**", "a *", "y*", "ky*", "Kỹ*", "(a)*", "a-*", "-a", "a -b", "a--b"),
    *("😀", "đống 😀 đa", "🇻🇳", "👩‍👩‍👧", "★", "…", "–", "“đống đa”", "„a‟", "«a b»", "“a", "a”"),
    *(";", "; DROP TABLE pages; --", "%", "_", "a_b", "\\", "a\\b", "\x00", "a\x00b", "\x1b[31m"),
    *("44.504", "44,504", "24/11/2023", "8h30", "MTTQ-VN", "a/b", "a@b.vn", "http://a.vn/b?c=d#e"),
    *(
        "\ud800",
        "a\udcffb",
        "\ufffd",
        "\ufeff",
        "\u200b",
        "đ\u200bống",
        "Đo\u0302\u0301ng",
        "\u0301",
    ),
    *(
        "北京",
        "Москва",
        "مرحبا",
        "हिन्दी",
        "ﬁ",
        "ß",
        "İstanbul",
        "ı",
        "½",
        "²",
        "\ue000",
        "\U0001f916",
    ),
    *(
        "rowid",
        "rank",
        "articles_fts",
        "NULL",
        "1=1",
        "1",
        "-1",
        "0x10",
        "a" * 50_000,
        "ơ" * 50_000,
    ),
    *(
        "a " * 20_000,
        '"' * 10_001,
        "(" * 10_000,
        "*" * 10_000,
        "a* " * 500,
        '"a b" ' * 500,
        "a.b" * 99,
    ),
    *(
        '"' + "đống đa " * 500 + '"',
        "hòa " * 63 + "a.b.c",
        "NOT " * 300,
        "😀" * 5000,
        "Đ",
        "đ*",
        "ð",
    ),
]


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute(
            "CREATE VIRTUAL TABLE t USING fts5(title, lead, body, title_f, lead_f, body_f,"
            " tokenize = 'unicode61 remove_diacritics 0')"
        )
        yield conn


def find(conn: sqlite3.Connection, match: str) -> list[str]:
    return [title for (title,) in conn.execute("SELECT title FROM t WHERE t MATCH ?", (match,))]


def fill(conn: sqlite3.Connection, *titles: str) -> None:
    conn.execute("DELETE FROM t")
    conn.executemany(
        "INSERT INTO t VALUES (?, '', '', ?, '', '')",
        [(exact(title), fold(title)) for title in titles],
    )


def found(conn: sqlite3.Connection, text: str) -> set[str]:
    query = parse(text)
    return set(find(conn, query.match())) if query.terms else set()


def test_there_are_enough_tricky_queries() -> None:
    assert len(set(TRICKY)) >= 100


@pytest.mark.parametrize("text", TRICKY, ids=range(len(TRICKY)))
def test_any_input_is_a_valid_query(index: sqlite3.Connection, text: str) -> None:
    query = parse(text)
    if not query.terms:
        assert query.notes == (NOTHING_TO_FIND,)
        return
    for match in (query.match(), *query.tiers(), *query.ranked_tiers()):
        find(index, match)


@given(st.text(max_size=80))
def test_any_text_is_a_valid_query(index: sqlite3.Connection, text: str) -> None:
    for match in parse(text).tiers():
        find(index, match)


@given(st.lists(st.sampled_from(['"', "*", "đống", "đa", "NEAR(", "AND", " ", "44.5", "ky*"])))
def test_every_mix_of_quotes_stars_and_operators_is_valid(
    index: sqlite3.Connection, parts: list[str]
) -> None:
    query = parse("".join(parts))
    for match in (*query.tiers(), *query.ranked_tiers()):
        find(index, match)


def test_all_words_must_occur_in_any_order(index: sqlite3.Connection) -> None:
    fill(index, "Giám sát và phản biện", "Phản biện", "Giám sát")
    assert found(index, "phan giam") == {"giám sát và phản biện"}


def test_quoted_words_stand_beside_each_other(index: sqlite3.Connection) -> None:
    fill(index, "Đống Đa", "Đa số đồng ý")
    assert found(index, '"dong da"') == {"đống đa"}
    assert found(index, "“dong da”") == {"đống đa"}
    assert found(index, "da dong") == {"đống đa", "đa số đồng ý"}


def test_a_quote_without_a_partner_is_skipped(index: sqlite3.Connection) -> None:
    fill(index, "Đống Đa", "Đa số đồng ý")
    assert found(index, '"dong da') == {"đống đa", "đa số đồng ý"}


def test_parts_of_one_written_word_stand_beside_each_other(index: sqlite3.Connection) -> None:
    fill(index, "44.504 hộ", "504 hộ, 44 xã")
    assert found(index, "44.504") == {"44.504 hộ"}


def test_what_fts5_reads_as_operators_are_words(index: sqlite3.Connection) -> None:
    fill(index, "a or b", "a b", "near and not")
    assert found(index, "a OR b") == {"a or b"}
    assert found(index, "NEAR AND NOT") == {"near and not"}
    assert found(index, "title:b") == set()


def test_a_star_stands_for_the_rest_of_a_word(index: sqlite3.Connection) -> None:
    fill(index, "tuyên truyền", "tuyến đường", "tu bổ", "kỹ sư", "Kyoto")
    assert found(index, "tuyen*") == {"tuyên truyền", "tuyến đường"}
    assert found(index, '"tuyen tr"*') == {"tuyên truyền"}
    assert found(index, "ky*") == {"kỹ sư", "kyoto"}


@pytest.mark.parametrize("typed", ["uy ban", "Uỷ ban", "Ủy ban", "UỶ BAN", "Ủy\u00a0ban"])
def test_every_spelling_finds_every_spelling(index: sqlite3.Connection, typed: str) -> None:
    fill(index, "Uỷ ban", "Ủy ban", "uy ban")
    assert len(find(index, parse(typed).match())) == 3


def test_only_a_query_with_marks_asks_for_them_first() -> None:
    assert [r.marked for r in parse("dong da").readings()] == [False, False]
    assert [r.marked for r in parse("đống đa").readings()] == [True, True, False, False]
    assert [r.marked for r in parse("quy").readings()] == [False]


def test_neighbours_are_preferred_only_among_plain_words() -> None:
    assert parse("dong da").phrase is not None
    assert parse("dong da*").phrase is not None
    for text in ("dong", '"dong da"', '"dong da" mat', 'mat "dong da"', "dong* da"):
        assert parse(text).phrase is None


def test_tiers_share_no_article_and_lose_none(index: sqlite3.Connection) -> None:
    titles = ["Đống Đa", "Đa số, đống", "đông đá", "dong da", "đá và đồng", "đa"]
    fill(index, *titles)
    tiers = [find(index, match) for match in parse("đống đa").tiers()]
    assert [set(tier) for tier in tiers] == [
        {"đống đa"},
        {"đa số, đống"},
        {"đông đá", "dong da"},
        {"đá và đồng"},
    ]
    ranked = [set(find(index, match)) for match in parse("đống đa").ranked_tiers()]
    assert ranked == [{"đống đa", "đa số, đống"}, {"đông đá", "dong da", "đá và đồng"}]


def test_of_a_very_long_query_the_first_words_count() -> None:
    words = [f"từ{number}" for number in range(200)]
    query = parse(" ".join(words))
    assert [term.exact for term in query.terms] == [(word,) for word in words[:MAX_WORDS]]
    assert query.notes == (TOO_LONG,)
    quoted = parse(f'"{" ".join(words)}"')
    assert [term.exact for term in quoted.terms] == [tuple(words[:MAX_WORDS])]
