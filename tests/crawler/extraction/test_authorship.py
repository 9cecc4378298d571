"""What the name under an article is: a person, a unit, a desk, another medium, or not certain."""

from __future__ import annotations

import pytest

from crawler.extraction.authorship import kind_of

KINDS = {
    "person": [
        "Lê Thị Tám",
        "Văn Tám",
        "CHÂU TÁM",
        "H.LAN",
        "Lê Tám - Hồ Sáu",
        "Mỹ Tám -Thanh Sáu",
        "Lê Tám và Hồ Sáu",
        "Tám Sáu – MTTQVN thị trấn An Lạc",
        "PV Lê Tám",
        "CTV. Lê Thị Tám",
        "Đoàn Văn Tám",
        "Y Kô Niê",
        "H'Hen Niê",
        "ThS. Lê Thị Tám",
        "John Smith",
    ],
    "unit": [
        "Quận An Lạc",
        "Ủy ban MTTQ Việt Nam phường An Lạc",
        "Uỷ ban MTTQ Việt Nam phường An Lạc",
        "UBMTTQ Việt Nam phường An Lạc",
        "VP UB MTTQ tỉnh An Lạc",
        "Mặt trận xã An Lạc",
        "Đoàn Thanh niên phường",
        "Hội Nông dân tỉnh",
        "Đài Truyền thanh xã",
        "MTTQVN",
    ],
    "desk": [
        "Ban Biên tập",
        "BBT",
        "PV",
        "Phóng viên Điện tử",
        "btv camgiang",
        "Tòa soạn",
        "Toà soạn",
    ],
    "source": [
        "Báo An Lạc",
        "TTXVN",
        "Tạp chí Mặt trận An Lạc",
        "Cổng thông tin điện tử tỉnh",
        "baoanlac.vn",
        "Đài Tiếng nói Việt Nam",
    ],
    None: ["BH", "Tám", "ngọc lan", "Toàn cảnh Hội nghị", "Ảnh Tư Liệu", "Việt Nam"],
}


@pytest.mark.parametrize(
    ("author", "kind"), [(author, kind) for kind, authors in KINDS.items() for author in authors]
)
def test_what_an_author_is(author, kind):
    assert kind_of(author) == kind
