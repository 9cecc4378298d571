"""What is taken out of a body, and what that leaves."""

from __future__ import annotations

import gzip

from archive.redaction import redact

BODY = "<p>Hội nghị của phường Đống Đa</p>".encode()
WORDS = "phường Đống Đa".encode()
GZIP = [("Content-Encoding", "gzip")]


def without(body: bytes) -> bytes:
    return body.replace(WORDS, b"...")


def test_a_body_is_decoded_to_take_words_out_of_it() -> None:
    assert redact(GZIP, gzip.compress(BODY), without) == without(BODY)


def test_words_are_taken_out_of_a_body_that_is_called_compressed_and_is_not() -> None:
    assert redact(GZIP, BODY, without) == without(BODY)


def test_a_body_without_the_words_stays_as_it_is() -> None:
    assert redact(GZIP, gzip.compress(b"<p>else</p>"), without) is None
    assert redact(GZIP, b"\x1f\x8b broken", without) is None
