"""A scout chooses its pages by what the ones before told; here it walks through invented sites."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from crawler.items import Claim, Fetch
from crawler.scouting import provisional_row
from spiders.scout import Scout
from tests.spiders.answers import BASE, CAPTURED, PARAGRAPHS

WHERE = ("thôn Đoài", "xã Núi Thấp", "phường Bến Đá", "xóm Chùa", "khu phố Chợ", "bản Mây")
NEWS, FRONT = "Khánh thành con đường mới", "Mặt trận vận động hiến đất"


def title(number: int, about: str) -> str:
    return f"{about} tại {WHERE[number % 6]} lần thứ {number}"


def article(name: str, date: str) -> str:
    text = "".join(f"<p>{name}: {paragraph}</p>" for paragraph in PARAGRAPHS)
    return page(name, f"<h1>{name}</h1><p>Đăng ngày: {date}</p><div>{text}</div>")


def page(name: str, middle: str, menu: str = "") -> str:
    return (
        f"<html><head><title>{name} - Cổng thông tin huyện Sông Xanh</title></head>"
        f"<body><ul><li><a href='/'>Trang chủ</a></li>{menu}</ul>{middle}</body></html>"
    )


def listing(numbers: range, about: str, path: str) -> str:
    return "".join(
        f"<li><a href='{path.format(number)}'>{title(number, about)}</a></li>" for number in numbers
    )


def visit(
    pages: Mapping[str, str],
    start: str = "/",
    owner: str = "front",
    most: int = 12,
    robots: tuple[str, ...] = (),
) -> Scout:
    """Let a scout walk through pages by path; what is not there answers 404."""
    scout = Scout(provisional_row(BASE + start, owner))
    assert scout.told_sitemaps(robots) == []
    queue = scout.seeds()
    for count in range(most):
        if not queue:
            break
        link = queue.pop(0)
        parts = urlsplit(link.url)
        body = pages.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        fetch = Fetch(
            url=link.url,
            started_at=CAPTURED + count,
            status=404 if body is None else 200,
            headers=[("Content-Type", "text/html; charset=utf-8")],
            body=(body or "").encode(),
        )
        claim = Claim(id=count, site="add-site", url=link.url, kind="unknown", text=link.text)
        queue += scout.page(fetch, claim).links
    return scout


def site(path: str, dates: str = "{:02}/11/2023 08:15") -> dict[str, str]:
    """Return a site of two sections whose articles stand at `path`, dated as `dates` says."""
    sections = {"/muc/tin.htm": "Tin tức", "/muc/mttq.htm": "MTTQ"}
    menu = "".join(f"<li><a href='{url}'>{text}</a></li>" for url, text in sections.items())
    news, front = range(101, 107), range(201, 207)
    pages = {
        "/": page("Trang chủ", listing(news[:3], NEWS, path), menu),
        "/muc/tin.htm": page("Tin tức", listing(news, NEWS, path), menu),
        "/muc/mttq.htm": page("MTTQ", listing(front, FRONT, path), menu),
    }
    for numbers, about in (
        (news, NEWS),
        (front, FRONT),
    ):
        for number in numbers:
            shown = dates.format(number % 100 + 10)
            pages[path.format(number)] = article(title(number, about), shown)
    return pages


def test_lists_articles_and_identity_of_an_unknown_site():
    values = visit(site("/bai/tin-so-{}.html")).proposal().values
    assert values["platform"] == "generic"
    assert set(values["listings"]) == {"/muc/tin.htm", "/muc/mttq.htm"}
    assert values["identity"] == r"-[a-z]?(\d+)\.(?:html?|aspx|php|vnp)(?:\?|$)"
    assert values["confirmed"] is False


def test_pages_of_the_menu_that_look_like_articles_by_their_address_are_denied():
    about = "<li><a href='/gioi-thieu.htm'>Giới thiệu</a></li></ul>"
    pages = {path: body.replace("</ul>", about, 1) for path, body in site("/bai{}a.htm").items()}
    values = visit(pages).proposal().values
    assert values["identity"] == r"^/([^/?]+)\.htm$"
    assert values["deny"] == [r"^/gioi-thieu\.htm$"]
    assert "deny" not in visit(site("/bai/tin-so-{}.html")).proposal().values


def test_who_it_is():
    values = visit(site("/bai/tin-so-{}.html")).proposal().values
    assert values["name"] == "Cổng thông tin huyện Sông Xanh"
    assert values["level"] == "district"
    assert values["id"] == "songxanh-example"


def test_a_platform_whose_addresses_do_not_fit_is_not_taken():
    pages = {
        path: body.replace("<body>", "<body><input name='__VIEWSTATE'><a href='/x.aspx'></a>"
                           "<a href=\"javascript:__doPostBack('a','b')\"></a>")
        for path, body in site("/bai/tin-so-{}.html").items()
    }  # fmt: skip
    scout = visit(pages)
    assert [verdict.platform for verdict in scout.survey.verdicts] == ["webforms"]
    assert scout.proposal().values["platform"] == "generic"


def test_weak_signs_are_marked_as_guessed():
    proposal = visit(site("/tin/bai-viet-{}000")).proposal()
    assert proposal.values["platform"] == "vnpt"
    assert proposal.values["confirmed"] is False


def test_of_a_portal_the_front_s_section_only():
    scout = visit(site("/bai/tin-so-{}.html"), "/muc/mttq.htm", owner="government-portal")
    values = scout.proposal().values
    assert values["listings"] == ["/muc/mttq.htm"]
    assert values["owner"] == "government-portal"


def test_month_first_is_found_by_a_day_beyond_the_twelfth():
    row = visit(site("/bai/tin-so-{}.html", "11/{:02}/2023 3:41:55 PM")).proposal()
    assert row.values["dates"] == {"order": "mdy"}
    assert row.articles[0].article.published_at.startswith("2023-11-")


def test_a_site_without_dates_is_said_to_have_none():
    proposal = visit(site("/bai/tin-so-{}.html", "mới đây")).proposal()
    assert any(line.startswith("when articles were published") for line in proposal.unknown)


def test_boilerplate_is_learned_of_four_articles():
    proposal = visit(site("/bai/tin-so-{}.html")).proposal()
    assert len(proposal.articles) >= 4
    assert proposal.template is not None


@pytest.mark.parametrize("most", range(1, 13))
def test_however_few_pages_came_there_is_a_row_or_none(most: int):
    scout = visit(site("/bai/tin-so-{}.html"), most=most)
    values = scout.proposal().values
    assert values["listings"]
    assert len(values) <= 12


def test_no_page_is_asked_for_twice():
    scout = visit(site("/bai/tin-so-{}.html"))
    asked = [url for url, _ in scout.answers]
    assert len(asked) == len(set(asked))


def test_what_is_no_page_ends_the_visit():
    scout = visit({})
    assert [status for _, status in scout.answers] == [404]
    with pytest.raises(ValueError, match="no web page"):
        scout.proposal()


def test_a_stub_that_leads_on_is_followed():
    pages = site("/bai/tin-so-{}.html")
    pages["/index.html"] = pages.pop("/")
    pages["/"] = '<meta http-equiv="refresh" content="0;url=/index.html">'
    scout = visit(pages)
    assert {"/muc/tin.htm", "/muc/mttq.htm"} <= set(scout.proposal().values["listings"])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<title>Account Suspended</title><h1>Account Suspended</h1>", "parked"),
        ("<title>Đăng nhập</title><form><input type='password'></form>", "login"),
    ],
)
def test_what_stands_in_the_place_of_a_site_is_no_site(body: str, kind: str):
    scout = visit({**site("/bai/tin-so-{}.html"), "/": body})
    assert scout.odd == kind
    assert len(scout.answers) == 1


def test_more_sections_than_a_row_takes_are_named():
    sections = {f"/muc/tin-{n}.htm": f"Tin tức {n}" for n in range(20)}
    pages = site("/bai/tin-so-{}.html")
    menu = "".join(f"<li><a href='{url}'>{text}</a></li>" for url, text in sections.items())
    pages["/"] = pages["/"].replace("</ul>", f"{menu}</ul>", 1)
    proposal = visit(pages).proposal()
    assert len(proposal.values["listings"]) == 12
    assert any(line.startswith("which sections matter most") for line in proposal.unknown)


def test_a_sitemap_that_robots_txt_names_is_looked_at_and_proposed():
    pages = site("/bai/tin-so-{}.html")
    articles = [path for path in pages if path.startswith("/bai/")]
    entries = "".join(f"<url><loc>{BASE}{path}</loc></url>" for path in articles)
    pages["/ban-do-trang.xml"] = f"<urlset>{entries}</urlset>"
    told = (f"{BASE}/ban-do-trang.xml", "https://another.example/sitemap.xml")
    scout = visit(pages, robots=told)
    assert scout.proposal().values["sitemaps"] == ["/ban-do-trang.xml"]
    assert not [url for url, _ in scout.answers if "another.example" in url]
