"""What two texts of an article are said to differ in."""

from __future__ import annotations

from typing import Any

import pytest

from archive.difference import Change, differences
from archive.sentences import sentences
from bench.diff import EDITS, measure

FIRST = "Sáng 12/5, phường Đống Đa tổ chức hội nghị giao ban công tác Mặt trận quý II."
SECOND = "Ông Nguyễn Văn An, Chủ tịch Ủy ban MTTQ phường, chủ trì hội nghị."
THIRD = "Toàn phường vận động được 125 triệu đồng ủng hộ Quỹ Vì người nghèo."
FOURTH = "Hội nghị kết thúc lúc mười một giờ."
BODY = f"{FIRST} {SECOND}\n\n{THIRD}\n\n{FOURTH}"


def an_article(body: str = BODY, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Phường Đống Đa giao ban",
        "lead": None,
        "author": "Thanh Xuân",
        "published_at": "2025-05-12T10:00:00+07:00",
        "images": [],
        "attachments": [],
        **fields,
        "body": body,
    }


def changed(old: str, new: str) -> list[Change]:
    """What is told of BODY when `old` became `new` in it."""
    assert old in BODY
    return differences(an_article(), an_article(BODY.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("triệu đồng", "triêu đồng", "typo"),
        ("hội nghị giao ban", "hội nghi giao ban", "typo"),
        ("ủng hộ", "ủnng hộ", "typo"),
        ("vận động được", "vận độngđược", "typo"),
        ("quý II. Ông", "quý II, ông", "typo"),
        ("125", "152", "number"),
        ("12/5", "13/5", "number"),
        ("mười một", "mười hai", "number"),
        ("Nguyễn Văn An", "Trần Thị Bình", "name"),
        ("Nguyễn Văn An", "Nguyễn Văn Ân", "name"),
        ("Ông Nguyễn Văn An", "Bà Nguyễn Thị An", "name"),
        ("Chủ tịch", "Phó Chủ tịch", "name"),
        ("Đống Đa", "Láng Hạ", "rewritten"),
        ("được", "cả năm được hơn", "rewritten"),
    ],
)
def test_an_edit_of_a_sentence_has_a_class(old: str, new: str, kind: str) -> None:
    assert [change.kind for change in changed(old, new)] == [kind]


def test_an_edit_names_the_words_that_differ() -> None:
    (change,) = changed("125", "152")
    assert [(edit.old, edit.new) for edit in change.edits] == [("125", "152")]
    assert change.old == THIRD
    assert change.new == THIRD.replace("125", "152")
    assert "".join(piece.sign for piece in change.pieces) == " -+ "


def test_several_edits_of_a_sentence_make_one_change_of_the_weightiest_class() -> None:
    (change,) = differences(
        an_article(), an_article(BODY.replace("125", "152").replace("phường vận", "phưng vận"))
    )
    assert change.kind == "number"
    assert {edit.kind for edit in change.edits} == {"number", "typo"}


def test_sentences_come_go_and_move() -> None:
    new = "Đại diện các khu dân cư nêu nhiều ý kiến về vệ sinh môi trường."
    assert kinds(changed(FOURTH, f"{new}\n\n{FOURTH}")) == [("added", None, new)]
    assert kinds(changed(f"{THIRD}\n\n", "")) == [("removed", THIRD, None)]
    moved = f"{FOURTH}\n\n{FIRST} {SECOND}\n\n{THIRD}"
    assert kinds(differences(an_article(), an_article(moved))) == [("moved", FOURTH, FOURTH)]


def kinds(changes: list[Change]) -> list[tuple[str, str | None, str | None]]:
    return [(change.kind, change.old, change.new) for change in changes]


def test_a_sentence_replaced_by_quite_another_is_removed_and_added() -> None:
    found = changed(THIRD, "Các đại biểu dự lễ chào cờ ở sân trường.")
    assert sorted(change.kind for change in found) == ["added", "removed"]


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace("\n\n", "\n"),
        BODY.replace("\n\n", " "),
        BODY.replace(" ", "  ").replace("\n\n", "\n\n\n"),
        BODY.replace("Ủy", "Uỷ").replace("hòa", "hoà"),
        BODY + "\n\nLượt xem: 1.234",
        "Đã xem: 15\n" + BODY,
        BODY.replace("\n\n", "\n(35 lượt xem)\n"),
        BODY.replace("động được", "động\u00a0được"),
    ],
)
def test_breaks_spaces_tone_marks_and_counters_make_no_difference(body: str) -> None:
    assert differences(an_article(), an_article(body)) == []


def test_what_a_sentence_counts_is_no_counter() -> None:
    text = "Hội nghị trực tuyến có 1.234 lượt xem trên trang của phường."
    assert sentences(f"{text}\n12 bình luận") == [text]


def test_headings_and_items_keep_their_ends_when_lines_are_joined() -> None:
    old = f"Nhiệm vụ thời gian tới\n{FIRST}"
    new = f"Nhiệm vụ thời gian tới {FIRST}"
    assert differences(an_article(old), an_article(new)) == []


def test_a_lead_that_moved_into_the_body_is_no_change() -> None:
    assert differences(an_article(f"{FIRST}\n\n{SECOND}"), an_article(SECOND, lead=FIRST)) == []


def test_abbreviations_and_initials_end_no_sentence() -> None:
    text = "Bà Lê T. Hoa, TP. Hồ Chí Minh, đến dự. Ông ở lại."
    assert sentences(text) == ["Bà Lê T. Hoa, TP. Hồ Chí Minh, đến dự.", "Ông ở lại."]


def test_other_fields_are_compared_too() -> None:
    old = an_article(
        images=[{"caption": "Quang cảnh hội nghị năm 2024"}],
        attachments=[{"url": "http://front.example/a.pdf"}],
    )
    new = an_article(
        title="Phường Đống Đa sơ kết",
        author="Văn Thanh",
        published_at="2025-05-13T10:00:00+07:00",
        images=[{"caption": "Quang cảnh hội nghị năm 2025"}],
        attachments=[{"url": "http://front.example/b.pdf"}],
    )
    assert [(change.field, change.kind) for change in differences(old, new)] == [
        ("title", "rewritten"),
        ("published_at", "date"),
        ("author", "author"),
        ("caption", "number"),
        ("attachment", "removed"),
        ("attachment", "added"),
    ]


def test_edits_of_the_replicas_articles_get_their_class() -> None:
    """The bar is 95 % of 300 articles, and no change told of those that only flicker."""
    made, right, noisy = measure(len(EDITS) * 12)
    assert right.total() >= 0.95 * made.total()
    assert noisy["unchanged"] == 0


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("1,5 triệu", "15 triệu", "number"),
        ("12.50 đồng", "1.250 đồng", "number"),
        ("ngày 1/11", "ngày 11/1", "number"),
        ("1.250 triệu", "1250 triệu", "typo"),
        ("1.250.000 đồng", "1 250 000 đồng", "typo"),
        ("102,5%", "102.5%", "typo"),
        ("18/11/2024", "18-11-2024", "typo"),
    ],
)
def test_a_sign_that_makes_another_figure_is_no_typo(old: str, new: str, kind: str) -> None:
    told = "Toàn phường vận động được {} trong năm."
    found = differences(an_article(told.format(old)), an_article(told.format(new)))
    assert [change.kind for change in found] == [kind]


def test_both_wordings_in_one_keep_the_spaces_of_the_text() -> None:
    (change,) = changed("Nguyễn Văn An,", "Nguyễn Văn Ân,")
    shown = "".join(" " * piece.apart + piece.text for piece in change.pieces)
    assert "Nguyễn Văn An Ân, Chủ tịch" in shown
