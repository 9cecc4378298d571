"""What every test starts from."""

from __future__ import annotations

import os

# Most tests start `mattran`: without compiled modules each start would compile all of Scrapy again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
