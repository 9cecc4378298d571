"""The contract of every row of the registry: its addresses mean what they were seen to mean.

`known_addresses.toml` holds addresses seen in public, with what each is. The cases below it are the
twins and traps of those sites: one article, one key, whatever its address; two articles, two keys.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from html import escape
from itertools import combinations
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest

from crawler.choice import enabled_sites
from crawler.items import Claim, Fetch, Page
from crawler.registry import load_registry, shipped_registry
from crawler.site_units import units_of
from spiders.loader import load_family
from tests.spiders.answers import CAPTURED, PROSE

SITES = load_registry()
FAMILIES = {site.id: load_family(site) for site in SITES.values()}
KNOWN = tomllib.loads((Path(__file__).parent / "known_addresses.toml").read_text(encoding="utf-8"))
NOT_SEEN = {
    *("ngo-quyen-bac-giang-ward", "dong-nai-front-webforms"),
    *("hai-ba-trung-district", "ngo-quyen-district", "van-lang-district"),
}
"""Rows of texts whose address is not known, and of districts whose hosts are their wards' now."""

NEW_UNITS = {
    *("viet-tri-ward", "hai-ba-trung-ward", "ngo-quyen-ward-hai-phong", "cam-giang-commune"),
    *("van-lang-commune", "long-hung-commune", "tua-chua-commune"),
    *("dien-ban-dong-ward", "tam-ky-ward"),
}
"""Wards and communes that began on 1 July 2025."""

SAVED = {path.parent.name for path in (Path(__file__).parent / "pages").glob("*/expected.json")}
"""Rows of `mattran add-site --shipped`: the page it saved is an address seen."""

EVERY_SITE = pytest.mark.parametrize("site", SITES.values(), ids=SITES)


def seen(group: str) -> list[tuple[str, str, str]]:
    """Return site, address and what is said of it, for all known addresses of one group."""
    found = []
    for site, groups in KNOWN.items():
        told = groups.get(group, {})
        said = told if isinstance(told, dict) else dict.fromkeys(told, "")
        found += [(site, url, what) for url, what in said.items()]
    return found


def identity(site: str, url: str) -> str:
    """Return what an article's page is stored under: its key, else its path and query."""
    address = FAMILIES[site].address(url)
    parts = urlsplit(address.url)
    return address.key or f"{parts.path}?{parts.query}".rstrip("?")


class TestEveryRow:
    def test_every_site_has_addresses_that_were_seen(self):
        assert set(SITES) - set(KNOWN) - SAVED == NOT_SEEN
        assert set(KNOWN) <= set(SITES)

    def test_rows_are_short(self):
        rows = shipped_registry().read_text(encoding="utf-8").split("[[site]]")[1:]
        lengths = [1 + len([line for line in row.splitlines() if line.strip()]) for row in rows]
        assert len(lengths) == len(SITES)
        assert max(map(len, "".join(rows).splitlines())) <= 100
        # 8 is what a row on a known platform takes with one key of its own; some need more. What
        # `add-site` saves is as long as its site is odd.
        by_site = dict(zip(SITES, lengths, strict=True))
        assert median(by_site[site] for site in KNOWN) <= 8
        assert max(lengths) <= 12

    @EVERY_SITE
    def test_what_a_crawl_starts_from_can_be_fetched(self, site):
        family = FAMILIES[site.id]
        seeds = family.seeds()
        assert {"listing"} <= {link.kind for link in seeds}
        for link in seeds:
            assert family.denied(link.url) is None
            assert site.covers(link.url)

    @EVERY_SITE
    def test_its_listings_are_listings(self, site):
        family = FAMILIES[site.id]
        for path in site.listings:
            assert family.is_listing(site.absolute(path))
            assert family.address(site.absolute(path)).kind != "article"

    @EVERY_SITE
    def test_a_place_has_one_row_at_a_time(self, site):
        for other in SITES.values():
            if other.id <= site.id or not (site.hosts & other.hosts) or site.folder != other.folder:
                continue
            first, second = sorted((site, other), key=lambda row: row.valid_from or date.min)
            assert first.valid_to is not None
            assert second.valid_from is not None
            assert first.valid_to + timedelta(1) == second.valid_from
            assert first.successor == second.id

    @EVERY_SITE
    def test_the_unit_of_a_district_or_commune_is_known(self, site):
        if site.level in ("district", "ward") and site.id != "phuong-8-tuy-hoa":  # merged in 2024
            units = units_of(site)
            assert units.now
            assert (units.then is None) == (site.id in NEW_UNITS)

    @EVERY_SITE
    def test_a_district_ended_and_is_crawled_on(self, site):
        assert (site.unit_until == date(2025, 6, 30)) == (site.level == "district")
        if site.level == "district" and site.valid_to:
            assert site.successor

    @EVERY_SITE
    def test_a_province_is_one_of_before_and_one_of_now(self, site):
        assert bool(site.province) == (site.level not in ("central", "press"))
        assert site.province_now != site.province

    def test_most_rows_are_crawled_today(self):
        assert len(enabled_sites(SITES)) >= 100


class TestAddressesSeen:
    @pytest.mark.parametrize(("site", "url", "key"), seen("articles"))
    def test_an_article_is_one_and_has_its_key(self, site, url, key):
        address = FAMILIES[site].address(url)
        assert address.reason is None
        assert address.kind in ("article", "unknown")
        assert (address.key or "") == key
        assert not FAMILIES[site].is_listing(url)

    @pytest.mark.parametrize(("site", "url", "_"), seen("listings"))
    def test_a_listing_is_one(self, site, url, _):
        address = FAMILIES[site].address(url)
        assert address.reason is None
        assert address.kind in (None, "listing")
        assert FAMILIES[site].is_listing(url)

    @pytest.mark.parametrize(("site", "url", "_"), seen("feeds"))
    def test_a_feed_is_one(self, site, url, _):
        assert url in [link.url for link in FAMILIES[site].seeds() if link.kind == "feed"]

    @pytest.mark.parametrize(("site", "url", "said"), seen("traps"))
    def test_a_trap_is_none(self, site, url, said):
        reason, _, key = said.partition(" -> ")
        address = FAMILIES[site].address(url)
        assert (address.kind, address.reason, address.key or "") == (None, reason, key)

    def test_different_articles_have_different_keys(self):
        articles = {}
        for site, url, _ in seen("articles"):
            articles.setdefault(site, {}).setdefault(FAMILIES[site].canonical(url), url)
        for site, urls in articles.items():
            keys = [identity(site, url) for url in urls.values()]
            assert len(set(keys)) == len(keys)

    @pytest.mark.parametrize(("site", "url", "key"), seen("articles"))
    def test_what_says_whence_or_when_is_no_part_of_it(self, site, url, key):
        mark = "&" if "?" in url else "?"
        for twin in (
            f"{url}{mark}utm_source=zalo&fbclid=x1",
            url.replace("http://", "https://") if "http://" in url else url.replace("s:", ":", 1),
            f"{url}#noi-dung",
        ):
            assert FAMILIES[site].canonical(twin) == FAMILIES[site].canonical(url)
            assert identity(site, twin) == identity(site, url)

    @pytest.mark.parametrize(("site", "url", "key"), seen("articles"))
    def test_its_www_twin_is_the_same(self, site, url, key):
        host = urlsplit(url).netloc
        if not host.replace(".", "").isdigit():
            twin = url.replace(host, host.removeprefix("www.") if "www." in host else f"www.{host}")
            assert FAMILIES[site].canonical(twin) == FAMILIES[site].canonical(url)


LONG_BIEN = (
    "http://longbien.hanoi.gov.vn/cong-tac-dang?p_p_id=101&_101_struts_action="
    "%2Fasset_publisher%2Fview_content&_101_urlTitle=hoi-nghi-giao-ban"
)
HUE = "https://mattran.thuathienhue.gov.vn/"
LAM_DONG = "http://w3.lamdong.gov.vn/vi-VN/a/mttq/tin/Pages/HộinghịMặttrận.aspx"
YEN_BAI = "https://ubmttq.yenbai.gov.vn/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?"
TAY_HOA = "https://tayhoa.phuyen.gov.vn/wps/portal/tayhoa/Home/page/tin/hoi+nghi+quy+hai"
DONG_GIANG = "http://donggiang.gov.vn/webcenter/portal/donggiang/pages_tin-tuc/chi-tiet?"
TAM_DAI = "http://tamdai.tavico.vn/index.php?option=com_content&view=article"
VIETTEL = "contentpublisher_WAR_viettelcmsportlet_INSTANCE_Ab3"

TWINS = [
    # parameters in any order, some missing, and the state of the window
    (
        "long-bien-district",
        LONG_BIEN,
        f"{LONG_BIEN}&_101_assetEntryId=7953497&_101_type=content&_101_viewMode=view",
        f"{LONG_BIEN}&p_p_lifecycle=0&p_p_state=normal&p_p_col_count=1&inheritRedirect=true",
        "http://longbien.hanoi.gov.vn/trang-khac?_101_urlTitle=hoi-nghi-giao-ban&p_p_id=101"
        "&_101_struts_action=%2Fasset_publisher%2Fview_content",
        "http://longbien.hanoi.gov.vn/x/-/asset_publisher/Ab12/content/hoi-nghi-giao-ban/maximized",
    ),
    (
        "ha-long-city-liferay",
        "http://halongcity.gov.vn/web/guest/tin/-/view_content/5537768-hoi-nghi.html",
        "http://halongcity.gov.vn/vi/web/guest/khac/-/view_content/5537768-ten-khac.html",
        "http://halongcity.gov.vn/khac/-/view_content/5537768-hoi-nghi.html?p_p_state=pop_up",
    ),
    (
        "tan-lap-ward",
        "http://tanlap.thainguyencity.gov.vn/a/-/asset_publisher/W0t8o8gQLcch/content/hoi-nghi",
        "http://tanlap.thainguyencity.gov.vn/b/-/asset_publisher/Zz9/content/hoi-nghi?redirect=%2F",
    ),
    # padding, the default port, the name of the list
    (
        "yen-bai-front",
        f"{YEN_BAI}ItemID=890&l=Tinhoatdong",
        f"{YEN_BAI}ItemID=890&l=Tinhoatdong++",
        f"{YEN_BAI}ItemID=890&l=Tinhoatdong{'+' * 52}&lv=11",
        f"{YEN_BAI.replace('.vn/', '.vn:443/')}ItemID=890&l=Tinhoatdong&lv=25&page=5",
        f"{YEN_BAI}lv=3&ItemID=890",
    ),
    # a mobile host, www, and old http
    (
        "central-front",
        "http://mattran.org.vn/hoat-dong/hoi-nghi-46909.html",
        "https://m.mattran.org.vn/hoat-dong/hoi-nghi-46909.html",
        "http://www.mattran.org.vn/tin-tuc/ten-khac-46909.html?gidzl=x&zarsrc=31",
    ),
    (
        "dai-doan-ket",
        "https://daidoanket.vn/hoi-nghi-10278499.html",
        "http://m.daidoanket.vn/hoi-nghi-10278499.html",
        "https://beta.daidoanket.vn/mat-tran/ten-khac-10278499.html",
        "https://daidoanket.vn/print/10278499.html",
    ),
    # print, save and mail views of NukeViet, rewritten or not; a foreign category; a theme switch
    (
        "dong-nai-front",
        "https://ubmttq.dongnai.gov.vn/vi/news/tin/hoi-nghi-445.html",
        "https://ubmttq.dongnai.gov.vn/vi/news/print/tin/hoi-nghi-445.html",
        "https://ubmttq.dongnai.gov.vn/vi/news/savefile/tin/hoi-nghi-445.html",
        "https://ubmttq.dongnai.gov.vn/vi/news/muc-khac/ten-khac-445.html?download=1&id=2",
        "https://ubmttq.dongnai.gov.vn/index.php?language=vi&nv=news&op=tin/hoi-nghi-445",
        "https://ubmttq.dongnai.gov.vn/index.php?language=vi&nv=news&op=savefile/tin/hoi-nghi-445",
        "https://ubmttq.dongnai.gov.vn/vi/news/tin/hoi-nghi-445.html"
        "?nv_redirect=aHR0cDov&nvvithemever=d",
    ),
    (
        "quang-tri-front",
        "https://ubmttqvn.quangtri.gov.vn/index.php/bau-cu/hoi-nghi-4766.html",
        "https://ubmttqvn.quangtri.gov.vn/index.php/savefile/bau-cu/hoi-nghi-4766.html",
        "https://ubmttqvn.quangtri.gov.vn/bau-cu/hoi-nghi-4766.html",
    ),
    # WordPress twins
    (
        "hai-phong-front",
        "http://mattranhaiphong.org.vn/hoi-nghi-ban-cong-tac/",
        "http://mattranhaiphong.org.vn/hoi-nghi-ban-cong-tac/amp/",
        "http://mattranhaiphong.org.vn/hoi-nghi-ban-cong-tac/?replytocom=12",
        "http://mattranhaiphong.org.vn/hoi-nghi-ban-cong-tac/feed/",
    ),
    # cookieless sessions of ASP.NET
    (
        "hung-yen-front-old",
        "http://mttqhungyen.org.vn/ViewDetail.aspx?nID=513",
        "http://mttqhungyen.org.vn/(X(1)S(bddbj1qzk2))/ViewDetail.aspx?nID=513"
        "&AspxAutoDetectCookieSupport=1",
        "http://mttqhungyen.org.vn/ViewDetail.aspx?nid=513",
    ),
    # state of a listing kept on an article
    (
        "gia-lai-front",
        "http://ubmttq.gialai.gov.vn/kkk/Tin-hoat-%C4%91ong/Hoi-nghi-(3).aspx",
        "http://ubmttq.gialai.gov.vn/kkk/Tin-hoat-đong/Hoi-nghi-(3).aspx?page=24",
    ),
    (
        "quan-12-district",
        "http://quan12.hochiminhcity.gov.vn/tintuc/default.aspx?ItemID=13504",
        "http://quan12.hochiminhcity.gov.vn/tintuc/default.aspx?ItemID=13504&Mode=1"
        "&Source=%2Ftintuc",
        "http://quan12.hochiminhcity.gov.vn/tintuc/Default.aspx?itemid=13504",
    ),
    # case and percent-encoding on SharePoint
    (
        "lam-dong-front",
        LAM_DONG,
        LAM_DONG.replace("/vi-VN/a/mttq/", "/VI-VN/A/MTTQ/"),
        LAM_DONG.replace("ộ", "%E1%BB%99").replace("ặ", "%E1%BA%B7"),
        LAM_DONG.replace("ộ", "%e1%bb%99"),
    ),
    (
        "dai-nai-ward",
        "https://dainai.hatinhcity.gov.vn/portal/Pages/2021-03-05/Hoi-nghi-quy4x1k.aspx",
        "https://dainai.hatinhcity.gov.vn/portal/pages/2021-3-5/hoi-nghi-quy4x1k.aspx",
    ),
    # two page prefixes of one module, raw and encoded
    (
        "binh-thuan-front",
        "https://ubmttqvn.binhthuan.dcs.vn/Tin-t%E1%BB%A9c/post/18168/hoi-nghi.aspx",
        "https://ubmttqvn.binhthuan.dcs.vn/Tin-tức/post/18168/hoi-nghi.aspx",
        "https://ubmttqvn.binhthuan.dcs.vn/Trang-chu/post/18168/hoi-nghi.aspx",
    ),
    # two hosts of one site
    (
        "quang-ngai-front",
        "http://ubmttq.quangngai.org.vn/print.aspx?postid=3574",
        "http://quangngai.org.vn/print.aspx?postid=3574",
    ),
    # tokens of WebSphere, parameters of WebCenter
    ("tay-hoa-district", TAY_HOA, f"{TAY_HOA}/!ut/p/z0/fYyxDoIwFAC/", f"{TAY_HOA}/"),
    (
        "dong-giang-district",
        f"{DONG_GIANG}dDocName=PORTAL279540",
        f"{DONG_GIANG}_afrLoop=3188&dDocName=PORTAL279540&_adf.ctrl-state=x1_4",
        f"{DONG_GIANG.replace('chi-tiet?', 'chi-tiet-tin?')}ddocname=PORTAL279540",
    ),
    # the same article of Joomla by menu and by component
    (
        "tam-dai-commune",
        f"{TAM_DAI}&id=1056:2020-11-19-01-51-02&catid=43:oan-th&Itemid=65",
        f"{TAM_DAI}&id=1056&tmpl=component&print=1",
        "http://tamdai.tavico.vn/index.php/doan-the/1056-2020-11-19-01-51-02",
    ),
    # an id whose slug, category or section is another
    (
        "thua-thien-hue-front",
        f"{HUE}?cn=93&gd=1&tc=72355",
        f"{HUE}?gd=2&tc=72355&cn=93",
        f"{HUE}?tc=72355",
    ),
    (
        "son-la-front",
        "https://mattran.sonla.gov.vn/index.php?act=view&id=1952&module=news",
        "https://mattran.sonla.gov.vn/index.php?module=news&act=view&id=1952",
    ),
    (
        "hanoi-portal",
        "https://hanoi.gov.vn/tin-dia-phuong/hoi-nghi-4250919162226386.htm",
        "https://hanoi.gov.vn/muc-khac/ten-khac-4250919162226386.htm",
    ),
    (
        "tuyen-quang-front",
        "http://mttq.tuyenquang.gov.vn/DetailView/127657/2/Hoi-nghi.html",
        "http://mttq.tuyenquang.gov.vn/detailview/127657/31/Ten-khac.html",
    ),
    (
        "da-nang-front-new",
        "http://mattran.danang.gov.vn/chi-tiet-tin/group/70/nid/12473/hoi-nghi",
        "https://mattran.danang.gov.vn/chi-tiet-tin/group/71/nid/12473/ten-khac?x=1",
    ),
    (
        "moc-chau-district",
        "https://mocchau.sonla.gov.vn/chinh-tri/hoi-nghi-772963",
        "https://mocchau.sonla.gov.vn/xa-hoi/ten-khac-772963/",
    ),
    (
        "viet-tri-ward",
        "https://viettri.phutho.gov.vn/tin-tuc/van-hoa/hoi-nghi-10056-37.html",
        "https://viettri.phutho.gov.vn/tin-tuc/xa-hoi/hoi-nghi-10056-41.html",
    ),
    (
        "my-long-ward",
        "https://mylong.longxuyen.angiang.gov.vn/index.php/node/203",
        "https://mylong.longxuyen.angiang.gov.vn/node/203",
    ),
    (
        "dien-bien-front",
        "http://mttqdienbien.org.vn/TinTuc/View/Hoi-nghi-cua-Uy-ban-",
        "http://mttqdienbien.org.vn/tintuc/view/hoi-nghi-cua-uy-ban-",
    ),
    # a portlet of another vendor
    (
        "bac-ninh-front",
        f"https://mttq.bacninh.gov.vn/63?p_p_id={VIETTEL}&_{VIETTEL}_urlTitle=hoi-nghi",
        f"https://mttq.bacninh.gov.vn/tin?_{VIETTEL}_urlTitle=hoi-nghi&p_p_lifecycle=0"
        f"&p_p_state=normal&_{VIETTEL}_assetEntryId=41&p_p_id={VIETTEL}",
    ),
    # slugs that lost letters, or hold references to them: the id counts
    (
        "tay-ninh-front",
        "https://mattrantoquoc.tayninh.gov.vn/vi/news/tin/ng-y-h-i--i--i-k-t-41.html",
        "https://mattrantoquoc.tayninh.gov.vn/vi/news/tin/ngay-hoi-dai-doan-ket-41.html",
    ),
    (
        "phu-ninh-district",
        "http://phuninh.gov.vn/index.php/m-t-tr-n-doan-th/4353-d-i-h-i-d-i-bi-u",
        "http://phuninh.gov.vn/index.php/m-t-tr-n-doan-th/4353-dai-hoi-dai-bieu",
    ),
    (
        "quan-3-district",
        "https://quan3.hochiminhcity.gov.vn/tin-tuc/phuong-1/uy-ban-nh-226-n-d-226-n-4107.html",
        "https://quan3.hochiminhcity.gov.vn/tin-tuc/phuong-1/uy-ban-nhan-dan-4107.html",
    ),
    (
        "tam-ky-ward",
        "http://tamky.danang.gov.vn/chi-tiet-tin/group/148/nid/4331/dai-hoi-2-25-2-3",
        "http://tamky.danang.gov.vn/chi-tiet-tin/group/148/nid/4331/dai-hoi-2025-2030",
    ),
]

APART = [
    # two trees of one host, each with its ids
    (
        "thai-binh-front",
        "http://mttq.thaibinh.gov.vn/phong-trao/hoi-nghi-727.html",
        "http://mttq.thaibinh.gov.vn/Tin-Tuc/Van-Hoa/727_Hoi-nghi,-khoa-XVIII",
    ),
    # an article and the note on its video
    (
        "central-front",
        "http://m.mattran.org.vn/hoat-dong/dai-hoi-hoa-binh-56442.html",
        "http://m.mattran.org.vn/thu-vien-video/dai-hoi-hoa-binh-56447.html",
    ),
    # numbers of two lists, or of two kinds of pages
    (
        "tam-duong-district",
        "http://tamduong.vinhphuc.gov.vn/noidung/tintuc/Lists/TinA/View_Detail.aspx?ItemID=7",
        "http://tamduong.vinhphuc.gov.vn/noidung/tintuc/Lists/TinB/View_Detail.aspx?ItemID=7",
    ),
    (
        "quang-ninh-front",
        "https://www.quangninh.gov.vn/bannganh/uybanMTTQ/Trang/ChiTietTinTuc.aspx?nid=21",
        "https://www.quangninh.gov.vn/bannganh/uybanMTTQ/Trang/ChiTietBVGioiThieu.aspx?bvid=21",
    ),
    # copies of which nobody knows whether they are articles of their own
    (
        "gia-lai-front",
        "http://ubmttq.gialai.gov.vn/kkk/Tin/Hoi-nghi-(3).aspx",
        "http://ubmttq.gialai.gov.vn/kkk/Tin/Hoi-nghi-(2).aspx",
        "http://ubmttq.gialai.gov.vn/kkk/Tin/Hoi-nghi.aspx",
    ),
    # slugs with what looks like damage: a repeated one, a sign, letters lost
    (
        "o-lam-commune",
        "https://olam.angiang.gov.vn/ngay-hoi-dai-doan-ket-toan-dan",
        "https://olam.angiang.gov.vn/ngay-hoi-dai-doan-ket-toan-dan--0",
    ),
    (
        "ham-yen-district",
        "http://hamyen.org.vn/tin/hoi-nghi!-48149.html",
        "http://hamyen.org.vn/tin/hoi-nghi!-48150.html",
    ),
    (
        "dien-bien-front",
        "http://mttqdienbien.org.vn/TinTuc/View/Hoi-nghi-lan-thu-ha",
        "http://mttqdienbien.org.vn/TinTuc/View/Hoi-nghi-lan-thu-ha-",
    ),
    # the category's number before the article's
    (
        "hai-hau-district",
        "http://haihau.vn/tin-tuc-su-kien/hoi-nghi-1188-46765-article.html",
        "http://haihau.vn/tin-tuc-su-kien/hoi-nghi-1188-56386-article.html",
    ),
    (
        "phung-xa-commune",
        "https://phungxa.myduc.hanoi.gov.vn/tin-chi-tiet/-/chi-tiet/hoi-nghi-h%C4%91nd-9124-705.html",
        "https://phungxa.myduc.hanoi.gov.vn/tin-chi-tiet/-/chi-tiet/hoi-nghi-h%C4%91nd-9125-705.html",
    ),
]

TRAPS = [
    ("central-front", "http://mattran.org.vn/tags/SOG6o2kg_Ux=/hoi-nghi-46909.html"),
    ("central-front", "http://mattran.org.vn/tags/SOG6o2kgUx/hoi-nghi-46909.html"),
    (
        "tua-chua-district-old",
        "https://huyentuachua.dienbien.gov.vn/dev~TUACHUA~Xa/TinTuc/View/A-b",
    ),
    ("dai-doan-ket", "https://daidoanket.vn/print/10278499.html"),
    ("quang-ninh-front", "https://www.quangninh.gov.vn/so/socongthuong/Trang/Chi.aspx?nid=3987"),
    ("dangcongsan-mattrantq", "https://dangcongsan.vn/thoi-su/tin-tuc/hoi-nghi.html"),
    ("ha-noi", "http://772234.fuegjy.example/Content/mat-tran-bu-dang-55977.html"),
    ("hanoi-front", "https://88tysobongda.example/ngay-hoi-dai-doan-ket.htm"),
    ("hai-phong-front", "http://mattranhaiphong.org.vn/?p=123"),
    ("hung-yen-front-old", "http://mttqhungyen.org.vn/print.aspx?nID=513"),
]


class TestTwinsAndTraps:
    @pytest.mark.parametrize("case", TWINS, ids=lambda case: case[0])
    def test_the_addresses_of_one_article_have_one_identity(self, case):
        site, *urls = case
        assert len({identity(site, url) for url in urls}) == 1
        assert all(FAMILIES[site].canonical(url).startswith("http") for url in urls)

    @pytest.mark.parametrize("case", APART, ids=lambda case: case[0])
    def test_articles_that_look_alike_stay_apart(self, case):
        site, *urls = case
        for one, other in combinations(urls, 2):
            assert identity(site, one) != identity(site, other)
            assert FAMILIES[site].canonical(one) != FAMILIES[site].canonical(other)

    @pytest.mark.parametrize(("site", "url"), TRAPS)
    def test_a_trap_is_never_fetched_as_a_page(self, site, url):
        family = FAMILIES.get(site, FAMILIES["hanoi-front"])
        assert family.denied(url)
        assert family.address(url).kind is None

    @pytest.mark.parametrize(
        ("site", "listing"),
        [
            ("dien-bien-front", "/TinTuc/Blog/Tin-hoat-dong?PageIndex=151"),
            ("ninh-binh-front", "/tin-hoat-dong/tin-hoat-dong-mttq-co-so?start=2500"),
            ("thai-binh-front", "/tin-tuc-su-kien/page-900.htm"),
            ("tay-ninh-front", "/vi/news/thong-tin-hoat-dong/page-400/"),
            ("central-front", "/?bydate=14-10-2023&page=3"),
            (
                "yen-bai-front",
                "/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?l=Tinhoatdong&lv=25&page=4963",
            ),
        ],
    )
    def test_a_page_far_down_a_list_is_a_list(self, site, listing):
        url = SITES[site].absolute(listing)
        assert FAMILIES[site].is_listing(url)
        assert FAMILIES[site].address(url).kind is None

    @pytest.mark.parametrize(
        ("site", "path"),
        [
            ("ham-yen-district", "/tin/hoi-nghi!-48149.html"),
            ("thai-binh-front", "/Tin-Tuc/Van-Hoa/727_Hoi-nghi,-khoa-XVIII"),
            ("kim-son-district", "/ub-mttq-huye-n-to-chu-c-ho-i-nghi-1483.html"),
            ("dien-bien-front", "/TinTuc/View/Hoi-nghi-cua-Uy-ban-"),
            ("o-lam-commune", "/ngay-hoi-dai-doan-ket--0"),
            ("phung-xa-commune", "/tin-chi-tiet/-/chi-tiet/h%C4%91nd-9124-705.html"),
            ("gia-lai-front", "/kkk/Tin/Hoi-nghi-(3).aspx"),
            ("lang-son-portal", "/uy-ban-mat-tran-quoc-chuc-hoi-nghi"),
        ],
    )
    def test_an_odd_slug_is_asked_for_as_it_stands(self, site, path):
        assert FAMILIES[site].canonical(SITES[site].absolute(path)) == SITES[site].absolute(path)

    def test_ids_are_not_shared_between_the_hosts_of_a_vendor(self):
        one, other = SITES["ca-mau-front"], SITES["ca-mau-party"]
        assert not one.hosts & other.hosts

    def test_a_host_in_two_periods_belongs_to_the_row_of_the_day(self):
        rows = [site for site in SITES.values() if "viettri.phutho.gov.vn" in site.hosts]
        on = {day: [row.level for row in rows if row.valid_on(day)] for day in (
            date(2018, 11, 19), date(2025, 11, 8)
        )}  # fmt: skip
        assert list(on.values()) == [["district"], ["ward"]]


TITLE = "Ban công tác Mặt trận cùng bà con dọn ngõ"
NUKEVIET_PAGE = (
    "<div class='news_column' itemtype='http://schema.org/NewsArticle'><h1>{title}</h1>"
    "<div class='bodytext' id='news-bodyhtml'>{text}</div></div>"
)
WORDPRESS_PAGE = (
    "<article id='post-41' class='type-post'><h1 class='entry-title'>{title}</h1>{text}</article>"
)
PAGES = {"nukeviet": NUKEVIET_PAGE, "wordpress": WORDPRESS_PAGE}
PLAIN_PAGE = "<h1>{title}</h1>{text}"


def visit(site: str, url: str, body: str, kind: str) -> Page:
    """Return the page that a site's family makes of an answer."""
    html = f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"
    fetch = Fetch(
        url=url,
        started_at=CAPTURED,
        status=200,
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=html.encode(),
    )
    return FAMILIES[site].page(fetch, Claim(id=1, site=site, url=url, kind=kind))


class TestPages:
    @pytest.mark.parametrize(("site", "url", "key"), seen("articles"))
    def test_an_article_at_a_known_address_is_archived_under_its_key(self, site, url, key):
        where = FAMILIES[site].canonical(url)
        shape = PAGES.get(SITES[site].platform, PLAIN_PAGE)
        page = visit(site, where, shape.format(title=TITLE, text=PROSE), "article")
        assert page.kind == "article"
        if key:
            assert page.key == key

    @EVERY_SITE
    def test_a_listing_leads_to_the_known_articles(self, site):
        family = FAMILIES[site.id]
        urls = {family.canonical(url): url for of, url, _ in seen("articles") if of == site.id}
        items = "".join(
            f"<li><h3><a href='{escape(url)}'>{TITLE} lần {number}</a></h3></li>"
            for number, url in enumerate(urls.values())
        )
        page = visit(site.id, site.absolute(site.listings[0]), f"<ul>{items}</ul>", "listing")
        assert page.kind == "listing"
        found = {link.url for link in page.links if link.kind in ("article", "unknown")}
        assert found == set(urls)
        assert not any("left_out" in link.hints for link in page.links)
