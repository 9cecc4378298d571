"""What a crawl writes to its log: our own lines, never a whole article."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.logformatter import LogFormatterResult

LOG_BYTES = 5 * 1024 * 1024
LOG_FILES = 5


class QuietLogFormatter(LogFormatter):
    """Says nothing of each page: the captures table does (and an item's repr is an article)."""

    def crawled(self, *_: Any, **__: Any) -> LogFormatterResult | None:  # type: ignore[override]
        """Say nothing of an answer."""
        return None

    def scraped(self, *_: Any, **__: Any) -> LogFormatterResult | None:  # type: ignore[override]
        """Say nothing of an item."""
        return None

    def download_error(self, *_: Any, **__: Any) -> LogFormatterResult:
        """Leave a failed download to its capture."""
        return {"level": logging.DEBUG, "msg": "a download failed", "args": ()}


def log_to_folder(folder: Path, *, debug: bool = False) -> None:
    """Send every log record to `folder`/mattran.log, rotated at 5 MB, five old files kept.

    :raises OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    handler = RotatingFileHandler(
        folder / "mattran.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    if debug:
        root.addHandler(logging.StreamHandler())
    for noisy in ("twisted", "asyncio", "scrapy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
