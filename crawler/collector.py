"""Python's collector of rings of objects, set for processes that read page after page."""

from __future__ import annotations

import gc

# So many new objects make it look for rings among them. With Python's 700 it looks several times a
# page, and again and again through the lists of a batch of derived indexes, for nothing. Tried: a
# hundredth of the time a page takes to read, a fifteenth of a batch's, and no more memory.
NEW_OBJECTS = 5_000


def look_less() -> None:
    """Look for rings among what is new a seventh as often, and never again at what is there now."""
    gc.freeze()  # what start-up made lives to the end
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
