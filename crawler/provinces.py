"""The provinces of Vietnam before and after 1 July 2025: which of the 63 went into which of the 34,
and when the districts between them and the communes ended.

Source: Resolution 202/2025/QH15 of 12 June 2025 on the arrangement of provinces; Thừa Thiên Huế was
renamed on 1 January 2025 (Resolution 175/2024/QH15).
"""

from __future__ import annotations

from datetime import date

DISTRICTS_UNTIL = date(2025, 6, 30)
"""The last day of all districts and provincial cities: Resolution 203/2025/QH15 of 16 June 2025."""

NOW = {
    "Thừa Thiên Huế": "Huế",
    "Hà Giang": "Tuyên Quang",
    "Yên Bái": "Lào Cai",
    "Bắc Kạn": "Thái Nguyên",
    "Vĩnh Phúc": "Phú Thọ",
    "Hòa Bình": "Phú Thọ",
    "Bắc Giang": "Bắc Ninh",
    "Thái Bình": "Hưng Yên",
    "Hải Dương": "Hải Phòng",
    "Hà Nam": "Ninh Bình",
    "Nam Định": "Ninh Bình",
    "Quảng Bình": "Quảng Trị",
    "Quảng Nam": "Đà Nẵng",
    "Kon Tum": "Quảng Ngãi",
    "Bình Định": "Gia Lai",
    "Ninh Thuận": "Khánh Hòa",
    "Đắk Nông": "Lâm Đồng",
    "Bình Thuận": "Lâm Đồng",
    "Phú Yên": "Đắk Lắk",
    "Bình Dương": "TP Hồ Chí Minh",
    "Bà Rịa - Vũng Tàu": "TP Hồ Chí Minh",
    "Bình Phước": "Đồng Nai",
    "Long An": "Tây Ninh",
    "Sóc Trăng": "Cần Thơ",
    "Hậu Giang": "Cần Thơ",
    "Bến Tre": "Vĩnh Long",
    "Trà Vinh": "Vĩnh Long",
    "Tiền Giang": "Đồng Tháp",
    "Bạc Liêu": "Cà Mau",
    "Kiên Giang": "An Giang",
}
"""The provinces whose name is another one since: 29 that were merged, and one renamed."""


UNTOUCHED = (
    "Hà Nội",
    "Cao Bằng",
    "Điện Biên",
    "Lai Châu",
    "Sơn La",
    "Lạng Sơn",
    "Quảng Ninh",
    "Thanh Hóa",
    "Nghệ An",
    "Hà Tĩnh",
)
"""Those that no other one joined; Huế is in `NOW`."""

PROVINCES = tuple(
    name for name in dict.fromkeys((*NOW, *NOW.values(), *UNTOUCHED)) if name != "Huế"
)
"""The 63 provinces and centrally run cities of before 1 July 2025."""


def province_now(province: str) -> str | None:
    """Return the province that a province of before 2025 belongs to, or None where it is itself."""
    return NOW.get(province)
