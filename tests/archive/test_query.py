"""What people type is always a query that SQLite can run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.candidates import asked
from archive.query import (
    MAX_WORDS,
    NEAR_AS_WORD,
    NOTHING_TO_FIND,
    ONLY_EXCLUDED,
    READ_AS_WORD,
    TOO_LONG,
    parse,
)
from archive.schema import KEYS
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
        conn.execute(KEYS)
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
    return set(find(conn, query.match())) if query.node else set()


def ask_both(conn: sqlite3.Connection, text: str) -> None:
    """Let both indexes answer every reading of a query."""
    for spelling in ("any", "exact", "folded"):
        for reading in parse(text, spelling).readings():
            find(conn, reading.match())
            for in_title in (True, False):
                ask = asked(reading.node, marked=reading.marked, in_title=in_title)
                conn.execute(
                    "SELECT rowid FROM article_keys WHERE article_keys MATCH ?", (ask.expression,)
                ).fetchall()


def test_there_are_enough_tricky_queries() -> None:
    assert len(set(TRICKY)) >= 100


@pytest.mark.parametrize("text", TRICKY, ids=range(len(TRICKY)))
def test_any_input_is_a_valid_query(index: sqlite3.Connection, text: str) -> None:
    query = parse(text)
    if query.node is None:
        assert query.notes in [(NOTHING_TO_FIND,), (ONLY_EXCLUDED,)]
    ask_both(index, text)


@given(st.text(max_size=80))
def test_any_text_is_a_valid_query(index: sqlite3.Connection, text: str) -> None:
    ask_both(index, text)


PIECES = ['"', "*", "đống", "đa ", "NEAR(", " AND ", " ", "44.5", "ky*", " NOT ", " OR ", "(", ")"]
PIECES += ["title:", "MTTQ ", "mặt trận tổ quốc ", "T.Ư"]


@given(st.lists(st.sampled_from(PIECES)))
def test_every_mix_of_quotes_stars_and_operators_is_valid(
    index: sqlite3.Connection, parts: list[str]
) -> None:
    ask_both(index, "".join(parts))


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


def test_operators_in_capitals_combine(index: sqlite3.Connection) -> None:
    fill(index, "a b", "a", "b c", "d")
    assert found(index, "a OR b") == {"a b", "a", "b c"}
    assert found(index, "a AND b") == {"a b"}
    assert found(index, "b NOT c") == {"a b"}
    assert found(index, "b AND NOT c") == {"a b"}
    assert found(index, "a b OR d") == {"a b", "d"}
    assert found(index, "a or b") == set()


def test_brackets_hold_together(index: sqlite3.Connection) -> None:
    fill(index, "a c", "b c", "a", "c d")
    assert found(index, "(a OR b) c") == {"a c", "b c"}
    assert found(index, "c NOT (a OR d)") == {"b c"}
    assert found(index, "((c (d)))") == {"c d"}


@pytest.mark.parametrize("text", ["(a c", "a) c", "(a (c", "a ( ) c", "f(a) c)", "a AND AND c"])
def test_brackets_and_operators_without_a_partner_do_no_harm(
    index: sqlite3.Connection, text: str
) -> None:
    fill(index, "f a and c")
    assert found(index, text) == {"f a and c"}


def test_operators_with_nothing_to_work_on_are_words(index: sqlite3.Connection) -> None:
    fill(index, "near and not", "near", "a or")
    assert found(index, "AND") == {"near and not"}
    assert found(index, "near NOT") == {"near and not"}
    assert found(index, "a OR") == {"a or"}


def test_only_words_to_leave_out_find_nothing_and_say_why(index: sqlite3.Connection) -> None:
    fill(index, "a", "b")
    for text in ("NOT a", "NOT (a OR b)"):
        assert found(index, text) == set()
        assert parse(text).notes == (ONLY_EXCLUDED,)
    assert found(index, "b OR NOT a") == {"b"}


def test_a_word_left_out_counts_as_typed(index: sqlite3.Connection) -> None:
    fill(index, "Đống Đa, đa số", "Đống Đa, đá")
    assert found(index, "đống NOT đá") == {"đống đa, đa số"}
    assert found(index, "dong NOT da") == set()


def test_title_looks_into_titles_only(index: sqlite3.Connection) -> None:
    fill(index, "Đống Đa")
    index.execute("INSERT INTO t VALUES ('khác', '', 'đống đa', 'khac', '', 'dong da')")
    assert found(index, "title:dong") == {"đống đa"}
    assert found(index, 'TITLE:"đống đa"') == {"đống đa"}
    assert found(index, "title:(khac OR dong) da") == {"đống đa", "khác"}
    assert found(index, "dong") == {"đống đa", "khác"}


def test_abbreviations_stand_for_their_words_and_the_other_way_round(
    index: sqlite3.Connection,
) -> None:
    fill(index, "MTTQ xã", "Mặt trận Tổ quốc xã", "mặt trận", "HĐND", "Hội đồng nhân dân")
    both = {"mttq xã", "mặt trận tổ quốc xã"}
    for text in ("MTTQ", "mttq xa", "Mặt trận Tổ quốc", "mat tran to quoc xa", "xã MTTQ"):
        assert found(index, text) == both
    assert found(index, "hđnd") == found(index, "hoi dong nhan dan")
    assert len(found(index, "hđnd")) == 2


def test_in_quotes_or_when_only_the_spelling_counts_an_abbreviation_is_itself(
    index: sqlite3.Connection,
) -> None:
    fill(index, "MTTQ xã", "Mặt trận Tổ quốc xã")
    assert found(index, '"MTTQ"') == {"mttq xã"}
    assert find(index, parse("MTTQ", "exact").match()) == ["mttq xã"]


def test_words_with_other_marks_are_no_abbreviated_ones() -> None:
    assert len(parse("mắt trần tổ quốc").readings()[-1].terms) == 4
    assert len(parse("mặt trận tổ quốc").readings()[-1].terms) == 5


def test_only_one_of_the_two_spellings_may_count(index: sqlite3.Connection) -> None:
    fill(index, "Đống Đa", "đông đá", "Dong Da")
    assert find(index, parse("đống đa", "exact").match()) == ["đống đa"]
    assert find(index, parse("dong da", "exact").match()) == ["dong da"]
    assert len(find(index, parse("đống đa", "folded").match())) == 3
    assert [r.marked for r in parse("đống đa", "folded").readings()] == [False, False]


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
    for text in ("dong da", "dong da*", "(dong da) OR x", "title:(dong da)", "dong da NOT x"):
        assert parse(text).beside is not None
    for text in (
        "dong",
        '"dong da"',
        '"dong da" mat',
        'mat "dong da"',
        "dong* da",
        "title:dong da",
    ):
        assert parse(text).beside is None


def test_of_a_very_long_query_the_first_words_count() -> None:
    words = [f"từ{number}" for number in range(200)]
    query = parse(" ".join(words))
    assert [term.exact for term in query.typed] == [(word,) for word in words[:MAX_WORDS]]
    assert query.notes == (TOO_LONG,)
    quoted = parse(f'"{" ".join(words)}"')
    assert [term.exact for term in quoted.typed] == [tuple(words[:MAX_WORDS])]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("giám sát -xã", (READ_AS_WORD,)),
        ("-xã", (READ_AS_WORD,)),
        ("MTTQ-VN", ()),
        ("giám sát - xã", ()),
        ("quý I -2024", ()),
        ('NEAR("mặt trận" "giám sát", 5)', (NEAR_AS_WORD,)),
        ("near", ()),
    ],
)
def test_what_is_no_operator_here_is_told(text: str, notes: tuple[str, ...]) -> None:
    assert parse(text).notes == notes
