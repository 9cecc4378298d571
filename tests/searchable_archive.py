"""A sample archive that can be searched."""

from __future__ import annotations

from archive import derived
from archive.index import IndexedText, add, first_sid
from tests.sample_archive import HANOI, SampleArchive


class SearchableArchive(SampleArchive):
    """A sample archive whose articles are in the index, as the store would put them there."""

    def publish(
        self,
        title: str,
        body: str = "Không có gì.",
        *,
        lead: str | None = None,
        day: str | None = "2024-05-01",
        first_seen: str = "2025-10-01T08:00:00+07:00",
        site: str = HANOI,
        section: str | None = None,
        author: str | None = None,
    ) -> int:
        serial = self.conn.execute("SELECT count(*) FROM pages").fetchone()[0]
        page = self.page(
            f"news:{serial}",
            f"https://front.example/{serial}",
            site,
            sid=first_sid(day or first_seen) + serial,
            first_seen_at=first_seen,
        )
        self.revision(
            page,
            self.capture(page, site),
            title=title,
            lead=lead,
            body=body,
            section=section,
            author=author,
            published_at=day,
            published_precision="none" if day is None else "day",
        )
        sid = self.conn.execute("SELECT sid FROM pages WHERE id = ?", (page,)).fetchone()[0]
        add(self.conn, sid, IndexedText(title, lead, body))
        derived.mark(self.conn, page)
        return page

    def drain(self) -> None:
        """Bring the derived indexes up to date, as a run does at its end."""
        derived.drain(self.conn)
