"""Answers of invented sites, as the crawler hands them to a family."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.extraction.document import Document, parse_document
from crawler.items import Claim, Fetch, Link, Page
from crawler.registry import Site
from spiders.loader import load_family

if TYPE_CHECKING:
    from spiders.family import Family

BASE = "https://songxanh.example.vn"
CAPTURED = datetime(2024, 11, 2, 3, 0, tzinfo=UTC).timestamp()

PARAGRAPHS = (
    "Sáng mùng hai, bà con tổ dân phố số bốn cùng nhau dọn con ngõ dài ba trăm mét, trồng thêm hai"
    " hàng cau và sơn lại bức tường cũ cạnh nhà văn hóa trước ngày hội của khu dân cư.",
    "Bác trưởng ban công tác Mặt trận cho biết số tiền mua cây do các gia đình tự nguyện góp, phần"
    " còn thiếu được một doanh nghiệp trong phường ủng hộ vào chiều hôm trước.",
    "Sau buổi lao động, mọi người ở lại bàn việc giúp ba hộ khó khăn sửa mái nhà trước mùa mưa,"
    " thống nhất chia ca để ngày nào cũng có người đến làm cho kịp.",
)
PROSE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def family_of(platform: str, **keys: object) -> Family:
    """Return the family of an invented site."""
    row: dict[str, object] = {
        "id": "song-xanh",
        "name": "Ủy ban MTTQ Việt Nam tỉnh Sông Xanh",
        "level": "province",
        "province": "Sông Xanh",
        "base_url": BASE,
        "platform": platform,
        "listings": ("/",),
    }
    return load_family(Site(**{**row, **keys}))  # type: ignore[arg-type]


def document(html: str, path: str = "/") -> Document:
    """Return a parsed page at a path of the invented site."""
    return parse_document(html.encode(), BASE + path, "text/html; charset=utf-8")


def claim(path: str = "/", kind: str = "listing", **known: object) -> Claim:
    """Return a claim of a path, as the frontier would lease it."""
    return Claim(id=1, site="song-xanh", url=BASE + path, kind=kind, **known)  # type: ignore[arg-type]


def answer(
    family: Family,
    path: str,
    body: str | bytes = "",
    *,
    kind: str = "unknown",
    status: int = 200,
    content_type: str = "text/html; charset=utf-8",
    headers: dict[str, str] | None = None,
    **known: object,
) -> Page:
    """Return the page a family makes of an answer."""
    url = path if path.startswith("http") else BASE + path
    said = {"Content-Type": content_type, **(headers or {})}
    fetch = Fetch(
        url=url,
        started_at=CAPTURED,
        status=status,
        headers=list(said.items()),
        body=body.encode() if isinstance(body, str) else body,
    )
    lease = Claim(id=1, site="song-xanh", url=url, kind=kind, **known)  # type: ignore[arg-type]
    return family.page(fetch, lease)


def of_kind(links: list[Link], kind: str) -> list[Link]:
    """Return the links of one kind."""
    return [link for link in links if link.kind == kind]


def keys(links: list[Link]) -> list[str | None]:
    """Return the keys of the article links, in order."""
    return [link.key for link in links if link.kind == "article"]
