"""The measure itself: a bench that cannot find fault proves nothing."""

from __future__ import annotations

import pytest

from bench.real_pages_score import f1_of, score

LEAD = "Sáng nay, phường An Lạc tổ chức ngày hội với hơn hai trăm hộ dân."
BODY = ["Bà con cùng dọn dẹp nhà văn hóa từ rất sớm.", "Ông Lợi phát biểu khai mạc ngày hội."]
TRUTH = {
    "url": "http://a.example/1",
    "title": "Ngày hội",
    "published_at": "2024-05-07T08:15:30+07:00",
    "author": "Lê Tám",
    "lead": LEAD,
    "lead_repeated_in_body": True,
    "body": BODY,
    "captions": ["Bữa cơm đoàn kết"],
}
RIGHT = {
    "url": "http://a.example/1",
    "title": "Ngày hội",
    "published_at": "2024-05-07T08:15:00+07:00",
    "author": "Lê Tám",
    "lead": LEAD,
    "body": "\n\n".join(BODY),
    "images": [{"caption": "Bữa cơm đoàn kết"}],
}
PERFECT = {
    "title": 1,
    "date": 1,
    "author": 1,
    "captions": 1,
    "body": 1,
    "text": 1,
    "boilerplate": 0,
}


def judged(**changes) -> dict:
    got = score([{**RIGHT, **changes}], [TRUTH])
    return {name: got[name] for name in PERFECT}


def test_what_is_right_scores_full():
    assert judged() == PERFECT


def test_a_lead_that_stands_in_the_body_is_no_fault():
    assert judged(lead=None, body="\n\n".join([LEAD, *BODY])) == PERFECT


@pytest.mark.parametrize(
    ("changes", "name", "got"),
    [
        ({"title": "Ngày Hội"}, "title", 0),
        ({"published_at": "2024-05-07T08:16:00+07:00"}, "date", 0),
        ({"published_at": None}, "date", 0),
        ({"author": None}, "author", 0),
        ({"images": []}, "captions", 0),
        ({"body": "\n\n".join([*BODY, "Bữa cơm đoàn kết"])}, "captions", 0),
        ({"body": "\n\n".join([*BODY, "Các tin khác"])}, "boilerplate", 1),
    ],
)
def test_each_fault_is_counted(changes, name, got):
    assert judged(**changes)[name] == got


def test_a_missing_paragraph_lowers_recall_and_an_added_one_precision():
    assert judged(body=BODY[0])["body"] < 1
    assert (
        judged(body="\n\n".join([*BODY, "Một đoạn văn không có trong bài viết này."]))["body"] < 1
    )


def test_articles_not_found_and_articles_invented_are_told():
    got = score([{**RIGHT, "url": "http://a.example/2"}], [TRUTH])
    assert (got["found"], got["extra"]) == (0, 1)


def test_f1_is_that_of_the_averages():
    assert f1_of([("a b c d", "a b c d"), ("x", "a b c d")]) == pytest.approx(0.5)
    assert f1_of([]) == 0
