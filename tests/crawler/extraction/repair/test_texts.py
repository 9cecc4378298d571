"""Damaged text is put right where that is certain, and right text is never touched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.repair.texts import may_be_damaged, repair_texts, repaired
from tests.crawler.extraction.repair.legacy import damaged, paragraphs

KINDS = ("tcvn3", "vni", "viscii", "vps", "windows-1258", "mojibake")
SENTENCE = "Ủy ban Mặt trận xã đã vận động được 1.298 phần quà tặng người nghèo dịp Tết"

# Other languages, and Vietnamese with the signs and names that look damaged.
RIGHT = [
    SENTENCE,
    "Lễ bàn giao nhà «Đại đoàn kết» rộng 36 m², ở tọa độ 21°N, trị giá 1½ tỷ đồng ± 5 %",
    "Ông François Müller (Đức) và bà Søren Ångström thăm trường; câu lạc bộ Đà Nẵng – Köln",
    "Ban có là và thì hòa quý tài hội cá bò dê gà",
    "L’été dernier, le maire a reçu à l’hôtel de ville les élèves très émus, où ça ? Là-bas, déjà.",
    "Hun må gå så langt på, og når de så på få grå får, så gå nå.",
    "Das Mädchen hörte schöne Lieder über größere Bäume, für jüngere Schüler natürlich.",
    "El niño pequeño soñó mañana con el año señalado; también vendrá José, según Íñigo.",
    "Það er ekki við hæfi að ræða þetta, sagði maðurinn með íslensku orðin.",
    "O avô não põe pão à mão; é só ilusão, informação e coração.",
    "Perciò lasciò, cominciò però: è già là, così più giù.",
    "ĐẠI HỘI MTTQ, QĐ-TTg, HĐND © 2024 ® «Á» ¶ § 3 µm ±",
    "Неверное имя «%s»: неверный символ «%c», можно «-» или «/»",
    "Περίεργος χαρακτήρας «%s», αναμενόταν «>» ή «/»· ένα «%c»",
    "Kołomyja, Žďár, Győr, Timișoara, Šibenik, Çeşme, Łódź, Ærø, Þórshöfn",
    "Bàn phím tiếng Việt (AÐERTY) và tiếng Anh (QWERTY)",
    "Ca sĩ Ý Lan, Á hậu Ô Ê, ông Ích, bà Út",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_text_stays_as_it_is(text: str) -> None:
    assert repair_texts([text])[0] == [text]
    assert repair_texts([*RIGHT, text])[0][-1] == text


def test_right_paragraphs_stay_as_they_are() -> None:
    texts = paragraphs()
    texts += [unicodedata.normalize("NFD", text) for text in texts]
    after, repair = repair_texts(texts)
    assert after == texts
    assert repair.evidence() is None
    assert repair.doubts == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_paragraph_comes_back_by_itself(kind: str) -> None:
    for text in paragraphs():
        plain = text.lower() if kind == "tcvn3" else text
        assert repaired(damaged(plain, kind)) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_the_quick_look_finds_damaged_pages_and_passes_right_ones(kind: str) -> None:
    texts = paragraphs(3)
    assert may_be_damaged(damaged("\n".join(texts), kind))
    assert not may_be_damaged("\n".join(texts))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_right_already_is_not_repaired_again(kind: str) -> None:
    for text in paragraphs(4):
        once = repaired(damaged(text, kind))
        assert repaired(once) == once


@pytest.mark.parametrize("kind", KINDS)
def test_the_repair_tells_its_kind_its_size_and_a_sample(kind: str) -> None:
    shown = damaged("mặt trận tổ quốc đã vận động được nhiều phần quà", kind)
    _, repair = repair_texts([shown, "Tin mới"])
    evidence = repair.evidence()
    assert evidence is not None
    assert evidence["rule"] == kind
    assert evidence["characters"] == sum(letter > "\x7f" for letter in shown)
    assert shown.startswith(evidence["raw"][:20])


def test_a_damaged_run_within_right_text_is_repaired_alone() -> None:
    text = "Ban Thường trực đã và sẽ vaän ñoäng ñöôïc 1.298 phaàn quaø tặng hộ nghèo, có cá"
    assert repaired(text) == (
        "Ban Thường trực đã và sẽ vận động được 1.298 phần quà tặng hộ nghèo, có cá"
    )


def test_short_texts_are_proven_by_the_page() -> None:
    page = [damaged(text.lower(), "tcvn3") for text in paragraphs(3)]
    after, _ = repair_texts([damaged("tổ quốc", "tcvn3"), damaged("có", "tcvn3"), *page])
    assert after[:2] == ["tổ quốc", "có"]


@pytest.mark.parametrize("shown", ["cã", "hoaø", "Tæ"])
def test_a_single_short_word_proves_nothing(shown: str) -> None:
    assert repaired(shown) == shown


def test_a_font_that_names_its_charset_proves_short_texts() -> None:
    assert repaired("§¶ng", font=".VnTime") == "Đảng"
    assert repaired("Toå quoác", font="VNI-Times") == "Tổ quốc"


def test_capital_fonts_show_capitals() -> None:
    assert repaired("mÆt trËn", font=".VnTimeH") == "MẶT TRẬN"
    assert repaired("MÆT TRËN Tæ QUèC VIÖT NAM") == "MẶT TRẬN TỔ QUỐC VIỆT NAM"


def test_unicode_text_in_such_a_font_stays() -> None:
    assert repaired("Đảng bộ và có là", font=".VnTime") == "Đảng bộ và có là"
    assert repaired("có là và", font=".VnTime") == "có là và"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("Ðại đoàn kết ở Ðà Nẵng và xã Ðăk Lăk", "Đại đoàn kết ở Đà Nẵng và xã Đăk Lăk"),
        ("ðại biểu Ủy ban tỉnh dự lễ", "đại biểu Ủy ban tỉnh dự lễ"),
        ("QÐ-TTg của HÐND tỉnh về việc khởi công", "QĐ-TTg của HĐND tỉnh về việc khởi công"),
        ("Ɖảng bộ xã đã tổ chức đại hội", "Đảng bộ xã đã tổ chức đại hội"),
    ],
)
def test_eth_is_a_mistyped_d_in_vietnamese(shown: str, text: str) -> None:
    after, repair = repair_texts([shown])
    assert after == [text]
    assert (repair.evidence() or {})["rule"] == "eth"


def test_eth_stays_in_icelandic_names_and_in_other_languages() -> None:
    text = "Ông Guðmundur Sigurðsson đã thăm Hà Nội và được đón tiếp"
    assert repaired(text) == text
    assert repaired("Ðà er ð") == "Ðà er ð"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("Máº·t tráº­n Tá»• quá»‘c lÃ\u00a0 má»™t", "Mặt trận Tổ quốc là một"),
        ("lÃ  cáº§u ná»‘i", "là cầu nối"),
        ("Nó nói “donâ€™t” â€“ rồi đi", "Nó nói “don’t” – rồi đi"),
    ],
)
def test_utf8_read_as_windows_1252(shown: str, text: str) -> None:
    assert repaired(shown) == text


def test_utf8_read_wrongly_twice_comes_back() -> None:
    twice = SENTENCE.encode().decode("latin-1").encode().decode("latin-1")
    assert repaired(twice) == SENTENCE


def test_what_looks_damaged_but_is_not_certain_is_told() -> None:
    shown = "Hëi nghÞ tæng kÕt xyzñ"
    after, repair = repair_texts([shown])
    assert after == [shown]
    assert repair.doubts == [shown]


@given(st.text(max_size=200))
def test_any_text_is_repaired_to_the_same_text_each_time(text: str) -> None:
    assert repaired(text) == repaired(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=200))
def test_plain_text_stays(text: str) -> None:
    assert repaired(text) == text
    assert not may_be_damaged(text)
