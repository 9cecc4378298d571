"""How lists lead on where no link says so: buttons, tokens, and lists that look like articles."""

from __future__ import annotations

import pytest

from tests.spiders.answers import BASE, claim, document, family_of, of_kind

ITEMS = "".join(
    f"<li><a href='/tin-quan/ba-con-don-ngo-so-{n}-100{n}'>Tin {n}</a></li>" for n in "12"
)


def following(family, page: str, path: str, number: int = 1) -> list[str]:
    """Where a page of a list leads on."""
    hints = {"page": str(number)} if number > 1 else {}
    body = f"<html><body><ul>{ITEMS}</ul>{page}</body></html>"
    links = family.links(document(body, path), claim(path, hints=hints))
    return [link.url.removeprefix(BASE) for link in of_kind(links, "next")]


class TestAButtonThatLoadsMore:
    @pytest.mark.parametrize("name", ["data-url", "data-href", "data-next"])
    @pytest.mark.parametrize("marked", ["load-more", "btn btn-more", "xem-them"])
    def test_leads_to_the_second_page(self, name, marked):
        family = family_of("generic", listings=("/tin",))
        button = f"<button class='{marked}' {name}='/ajax/tin?cat=4&page=2'>Xem thêm</button>"
        assert following(family, button, "/tin") == ["/ajax/tin?cat=4&page=2"]

    def test_is_counted_on_where_what_it_loads_has_none(self):
        family = family_of("generic", listings=("/tin",))
        path = "/ajax/tin?cat=4&page=2"
        assert following(family, "", path, 2) == ["/ajax/tin?cat=4&page=3"]

    def test_an_ordinary_list_is_not_counted_on(self):
        family = family_of("generic", listings=("/tin",))
        assert following(family, "", "/tin?page=2", 2) == []

    def test_of_another_page_number_is_not_followed(self):
        family = family_of("generic", listings=("/tin",))
        button = "<a class='more' data-url='/ajax/tin?page=7'>Xem thêm</a>"
        assert following(family, button, "/tin") == []


class TestTokensOfAPortal:
    LIST = "/wps/portal/huyen/Home/page/tin"

    def test_the_number_says_which_one_is_the_next_page(self):
        family = family_of("websphere", listings=(self.LIST,))
        pager = "".join(
            f"<a href='{self.LIST}/!ut/p/z1/jZ{n}Bb4{n}/'>{n}</a>" for n in ("2", "3", "12")
        )
        pager += f"<a href='{self.LIST}/ba+con+don+ngo'>Bà con dọn ngõ</a>"
        assert following(family, pager, self.LIST) == [f"{self.LIST}/!ut/p/z1/jZ2Bb42/"]

    def test_a_token_behind_a_list_is_the_list(self):
        family = family_of("websphere", listings=(self.LIST,))
        own = family.address(f"{BASE}{self.LIST}/!ut/p/z1/hY8d/?sort=asc")
        assert (own.url.removeprefix(BASE), own.kind) == (self.LIST, "listing")

    def test_a_token_behind_any_other_page_may_be_an_article(self):
        family = family_of("websphere", listings=(self.LIST,))
        assert family.address(f"{BASE}/wps/portal/huyen/x/!ut/p/z0/hY8d/").kind == "unknown"


class TestAListThatLooksLikeAnArticle:
    @pytest.mark.parametrize(
        ("platform", "listing", "other"),
        [
            ("sharepoint", "/portal/Pages/TinMatTran.aspx", "?PageIndex=2"),
            ("sharepoint", "/Pages/chi-tiet-tin.aspx?l=Tin&lv=25", "&page=2"),
            ("generic", "/tin-tuc/cuoc-van-dong-phong-trao", "?page=2"),
            ("drupal", "/tin-tuc/cuoc-van-dong-phong-trao", "?order=title&sort=asc"),
            ("generic", "/tin-tuc/cuoc-van-dong-phong-trao", "?sort=title"),
        ],
    )
    def test_is_none_under_other_parameters(self, platform, listing, other):
        family = family_of(platform, listings=(listing,))
        own = family.address(BASE + listing + other)
        assert (own.kind, own.url) == (None, BASE + listing + other)

    def test_keeps_its_state_in_the_addresses_of_its_pages(self):
        listing = "/Pages/chi-tiet-tin.aspx?l=Tin&lv=25"
        family = family_of("sharepoint", listings=(listing,))
        items = "<a href='/Pages/chi-tiet-tin.aspx?ItemID=7&l=Tin'>Tin</a>"
        pager = f"{items}<a href='{listing}&page=2'>2</a>"
        assert following(family, pager, listing) == [f"{listing}&page=2"]

    def test_sorted_otherwise_is_the_list_where_its_parameters_mean_nothing(self):
        listing = "/portal/Pages/TinMatTran.aspx"
        family = family_of("sharepoint", listings=(listing,))
        own = family.address(f"{BASE}{listing}?SortField=Title")
        assert (own.url, own.kind) == (BASE + listing, "listing")
