"""Pages nested deeper than a parser reads: Word paste that opens a font again and again, loops.

libxml2 stops at 2,048 open elements and drops all that follows, silently: the article with it.
"""

from __future__ import annotations

import re

_MOST = 400  # elements kept open at once; hand-made pages have up to 60

_TAG = re.compile(
    rb"<!--.*?-->|<(script|style|textarea|title)\b.*?</\1\s*>|<(/?)([a-z][a-z0-9:]*)[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
# These close themselves, or one another: they never nest by themselves, and mean something.
_NEVER_DEEP = frozenset(
    b"area base br col embed hr img input link meta param source track wbr html head body"
    b" p li dt dd tr td th thead tbody tfoot caption colgroup option optgroup".split()
)


def flattened(markup: bytes) -> bytes:
    """Return `markup` without the tags of elements that nest too deep; their text stays."""
    depth = 0

    def kept(found: re.Match[bytes]) -> bytes:
        nonlocal depth
        name = (found[3] or b"").lower()
        if not name or name in _NEVER_DEEP or found[0].endswith(b"/>"):
            return found[0]
        if found[2]:
            depth = max(0, depth - 1)
            return found[0] if depth < _MOST else b""
        depth += 1
        return found[0] if depth <= _MOST else b""

    return _TAG.sub(kept, markup)
