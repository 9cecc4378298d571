"""How hard the fuzzing tries: a few seconds with the suite, as long as you like with `make fuzz`.

Within the suite the same examples come each time; `FUZZ_EXAMPLES=2000` looks for new ones.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

WANTED = int(os.environ.get("FUZZ_EXAMPLES", "0"))

settings.register_profile(
    "fuzz",
    max_examples=WANTED or 25,
    derandomize=not WANTED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
