"""Archives that older versions of the program left: what migrations are tested on."""

from __future__ import annotations

import tarfile
from pathlib import Path


def unpack(version: int, folder: Path) -> Path:
    """Unpack the archive of a version of the schema into `folder`; return its database."""
    packed = Path(__file__).with_name(f"version_{version}.tar.xz")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / "mattran.db"
