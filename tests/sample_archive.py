"""A small archive made by hand: what the tests of the reading commands read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from archive.connection import open_for_writing
from archive.identity import page_id, ref_of
from archive.index import first_sid

HANOI = "hanoi-front"
URL = "https://front.example/tin/hoi-nghi-1234.html"
OTHER_URL = "https://front.example/index.php?id=1234"
TITLE = "Hội nghị Đống Đa lần thứ nhất"
LEAD = "Sáng nay, phường tổ chức hội nghị."
BODY = "Đoạn một của bài.\n\nĐoạn hai, dài hơn một chút."


class SampleArchive:
    """An archive at `path` that is filled row by row; every method returns the new row's id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.conn: sqlite3.Connection = open_for_writing(path)

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row; dictionaries and lists are stored as JSON."""
        packed = {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            for name, value in values.items()
        }
        marks = ", ".join("?" * len(packed))
        cursor = self.conn.execute(
            f"INSERT INTO {table} ({', '.join(packed)}) VALUES ({marks})", list(packed.values())
        )
        return int(cursor.lastrowid or 0)

    def site(self, site: str = HANOI, **values: Any) -> str:
        self.insert(
            "sites",
            **{
                "id": site,
                "name": f"Trang {site}",
                "level": "province",
                "province": "Hà Nội",
                "base_url": "https://front.example",
                "platform": "generic",
                **values,
            },
        )
        return site

    def page(self, key: str, url: str = URL, site: str = HANOI, **values: Any) -> int:
        page = page_id(site, key)
        seen = {
            "first_seen_at": "2025-10-01T08:00:00+07:00",
            "last_seen_at": "2025-10-05T08:00:00+07:00",
        }
        self.insert(
            "pages",
            **{
                "id": page,
                "ref": ref_of(page),
                "site": site,
                "key": key,
                "url": url,
                "kind": "article",
                "state": "live",
                **seen,
                **values,
            },
        )
        self.insert("aliases", site=site, url=url, page=page, first_seen_at=seen["first_seen_at"])
        return page

    def capture(self, page: int | None = None, site: str = HANOI, **values: Any) -> int:
        return self.insert(
            "captures",
            **{
                "site": site,
                "page": page,
                "url": URL,
                "captured_at": "2025-10-01T08:00:00+07:00",
                "kind": "article",
                "status": 200,
                "payload_bytes": 2000,
                **values,
            },
        )

    def revision(self, page: int, capture: int, **values: Any) -> int:
        """Add a revision and make it the current one."""
        row = {
            "page": page,
            "capture": capture,
            "cause": "first",
            "captured_at": "2025-10-01T08:00:00+07:00",
            "extracted_at": "2025-10-01T08:00:01+07:00",
            "title": TITLE,
            "lead": LEAD,
            "body": BODY,
            "word_count": 17,
            "extractor": "1.generic1",
            **values,
        }
        row.setdefault("content_hash", hashlib.sha256(row["body"].encode()).hexdigest())
        revision = self.insert("revisions", **row)
        self.conn.execute("UPDATE pages SET current_revision = ? WHERE id = ?", (revision, page))
        self.conn.execute("UPDATE captures SET revision = ? WHERE id = ?", (revision, capture))
        return revision

    def article(self, key: str = "news:1", url: str = URL, site: str = HANOI, **values: Any) -> int:
        """Add a page with one capture and one revision; `values` are those of the revision."""
        serial = self.conn.execute("SELECT count(*) FROM pages").fetchone()[0]
        first = first_sid(values.get("published_at") or "2025-10-01")
        page = self.page(key, url, site, sid=first + serial)
        self.revision(page, self.capture(page, site, url=url), **values)
        return page

    def frontier(self, url: str, site: str = HANOI, **values: Any) -> int:
        return self.insert(
            "frontier",
            **{
                "site": site,
                "request_key": f"GET {url}",
                "url": url,
                "kind": "unknown",
                "found_at": "2025-10-01T08:00:00+07:00",
                **values,
            },
        )

    def withdraw(self, page: int, **values: Any) -> None:
        self.insert(
            "withdrawals",
            **{
                "page": page,
                "action": "hide",
                "reason": "theo yêu cầu",
                "at": "2025-11-01T08:00:00+07:00",
                **values,
            },
        )

    def close(self) -> None:
        self.conn.close()
