"""Named sets of sites: what the demo shows and what the benchmarks measure."""

from __future__ import annotations

from tests.replica.site import SiteSpec

BENCH_LINKS = 138
BENCH_BYTES = 56_000

DEMO = [
    SiteSpec(
        id="ha-noi-flat", family="flat", articles=45, province="Hà Nội",
        name="Ủy ban MTTQ thành phố Hà Nội (bản sao)",
    ),
    SiteSpec(
        id="binh-dinh-nukeviet", family="nukeviet", articles=48, province="Bình Định",
        name="Ủy ban MTTQ tỉnh Bình Định (bản sao)",
    ),
    SiteSpec(
        id="hai-phong-wordpress", family="wordpress", articles=42, province="Hải Phòng",
        name="Ủy ban MTTQ thành phố Hải Phòng (bản sao)",
    ),
    SiteSpec(
        id="bac-giang-liferay", family="liferay", articles=40, province="Bắc Giang", level="ward",
        name="Cổng phường Ngô Quyền, Bắc Giang (bản sao)",
    ),
    SiteSpec(
        id="quang-ninh-liferay", family="liferay-dated", articles=36, province="Quảng Ninh",
        level="district", name="Cổng thành phố Hạ Long (bản sao)",
    ),
    SiteSpec(
        id="dong-nai-webforms", family="webforms", articles=46, province="Đồng Nai",
        name="Ủy ban MTTQ tỉnh Đồng Nai (bản sao)",
    ),
    SiteSpec(
        id="dong-nai-table", family="table", articles=30, province="Đồng Nai", level="district",
        name="Mặt trận huyện Định Quán (bản sao)",
    ),
]  # fmt: skip

SETS: dict[str, list[SiteSpec]] = {
    "demo": DEMO,
    "bench": [
        SiteSpec(
            id="bench", family="nukeviet", articles=2000, traps=False, per_page=20,
            page_links=BENCH_LINKS, page_bytes=BENCH_BYTES,
        )
    ],
    "endings": [SiteSpec(id="endings", family="endings", articles=3)],
}  # fmt: skip
