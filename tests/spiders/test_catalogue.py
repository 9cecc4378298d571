"""docs/sites.md is what the registry says."""

from __future__ import annotations

from crawler.registry import PLATFORMS, load_registry
from spiders.catalogue import PAGE, catalogue


def test_the_page_is_up_to_date():
    made = catalogue(load_registry().values())
    assert PAGE.read_text(encoding="utf-8") == made, "run `python -m spiders.catalogue`"


def test_it_names_every_site_and_every_platform():
    page = catalogue(load_registry().values())
    assert [name for name in (*load_registry(), *PLATFORMS) if f"| `{name}` |" not in page] == []


def test_what_is_guessed_or_weak_is_said():
    lines = catalogue(load_registry().values()).splitlines()
    said = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    assert "guessed" in said["bac-ninh-front"]
    assert "guessed" not in said["hanoi-front"]
    assert "certificate not checked" in said["tua-chua-commune"]
    assert "month first" in said["dien-bien-front"]
    assert "until 2025-06-30; then `viet-tri-ward`" in said["viet-tri"]
    assert "Hà Giang → Tuyên Quang" in said["quan-ba-district"]
