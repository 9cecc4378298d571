"""What README.md shows of the demo is compared with what the demo prints."""

from __future__ import annotations

from tests.replica.excerpt import invented

README = """
```console
$ make demo
...
site   pages   bytes
ha-noi    61  164 kB
...
Demo: all as
published.
```
"""
PRINTED = """make: entering
site   pages   bytes
ha-noi    61  165 kB
more
Demo: all as published.
"""


def test_line_breaks_sizes_and_what_is_left_out_may_differ() -> None:
    assert invented(README, PRINTED) == []


def test_a_piece_that_was_not_printed_is_told() -> None:
    assert invented(README, PRINTED.replace("61", "60")) == ["site pages bytes ha-noi 61 N B"]


def test_a_readme_without_an_excerpt_is_told() -> None:
    assert invented("$ make demo\n", PRINTED)
