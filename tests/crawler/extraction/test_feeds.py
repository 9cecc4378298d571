"""Feeds and sitemaps from untrusted bytes."""

from __future__ import annotations

import gzip
import zlib

import pytest

from crawler.extraction import feeds
from crawler.extraction.feeds import feed_time, iso_time, parse_listing, plain

ITEM = (
    "<item><title>Dọn ngõ &amp; trồng cau</title><link> https://songxanh.example.vn/1 </link>"
    "<guid>news_1</guid><pubDate>Tue, 05 Mar 2024 01:15:09 +0000</pubDate>"
    "<category>An sinh</category><description>&lt;p&gt;Con ngõ &lt;b&gt;sạch&lt;/b&gt;&lt;/p&gt;"
    "</description></item>"
)


def rss(items: str = ITEM) -> bytes:
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>".encode()


def test_an_rss_item_is_read_with_what_it_says():
    listing = parse_listing(rss())
    assert listing is not None
    (entry,) = listing.entries
    assert listing.kind == "feed"
    assert entry.url == "https://songxanh.example.vn/1"
    assert entry.title == "Dọn ngõ & trồng cau"
    assert entry.published_at == "2024-03-05T08:15:09+07:00"
    assert entry.excerpt == "Con ngõ sạch"
    assert entry.section == "An sinh"


def test_an_atom_entry_is_read():
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>Dọn ngõ</title>"
        "<link rel='edit' href='/edit'/><link href='https://songxanh.example.vn/1'/>"
        "<published>2024-03-05T01:15:09Z</published><updated>2024-03-06T01:00:00Z</updated>"
        "<summary>Con ngõ sạch</summary></entry></feed>"
    ).encode()
    listing = parse_listing(body)
    assert listing is not None
    (entry,) = listing.entries
    assert entry.url == "https://songxanh.example.vn/1"
    assert entry.published_at == "2024-03-05T08:15:09+07:00"
    assert entry.modified_at == "2024-03-06T08:00:00+07:00"


@pytest.mark.parametrize("packed", [False, True])
def test_sitemaps_and_their_indexes_are_told_apart(packed):
    urls = b"<urlset><url><loc>https://a.vn/1</loc><lastmod>2024-03-05</lastmod></url></urlset>"
    index = b"<sitemapindex><sitemap><loc>https://a.vn/s.xml</loc></sitemap></sitemapindex>"
    for body, kind, url in (
        (urls, "sitemap", "https://a.vn/1"),
        (index, "sitemap-index", "https://a.vn/s.xml"),
    ):
        listing = parse_listing(gzip.compress(body) if packed else body)
        assert listing is not None
        assert (listing.kind, listing.entries[0].url) == (kind, url)
        assert listing.entries[0].modified_at is None


def test_a_broken_feed_is_read_as_far_as_it_goes():
    listing = parse_listing(
        rss(ITEM + "<item><title>Bài & hai</title><link>https://a.vn/2</link>")[:-20]
    )
    assert listing is not None
    assert [entry.url for entry in listing.entries] == [
        "https://songxanh.example.vn/1",
        "https://a.vn/2",
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>rss</body></html>", b"\x1f\x8b\x08\x00broken", b"{}"]
)
def test_other_bytes_are_no_listing(body):
    assert parse_listing(body) is None


def test_entities_stay_closed_and_no_file_is_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do-not-read")
    body = (
        f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{secret.as_uri()}'><!ENTITY a 'aaaaaaaa'>]>"
        "<rss><channel><item><title>&x;&a;</title><link>https://a.vn/1</link></item></channel></rss>"
    )
    listing = parse_listing(body.encode())
    assert listing is not None
    assert "do-not-read" not in listing.entries[0].title
    assert "aaaaaaaa" not in listing.entries[0].title


def test_a_bomb_is_unpacked_to_the_limit_only(monkeypatch):
    monkeypatch.setattr(feeds, "UNPACKED_LIMIT", 4096)
    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(b"<urlset>" + b" " * 10_000_000) + packer.flush()
    assert len(feeds.unpack(bomb) or b"") == 4096


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Tue, 05 Mar 2024 18:15:09 GMT", "2024-03-06T01:15:09+07:00"),
        ("Tue, 5 Mar 2024 08:15:09 +0700", "2024-03-05T08:15:09+07:00"),
        ("05 Mar 2024 08:15:09 -0000", "2024-03-05T15:15:09+07:00"),
        ("2024-03-05T08:15:09+07:00", "2024-03-05T08:15:09+07:00"),
        ("hôm qua", None),
        ("", None),
        ("Tue, 99 Mar 2024 08:15:09 GMT", None),
    ],
)
def test_a_feeds_time_is_read_in_vietnams_zone_or_not_at_all(text, read):
    assert feed_time(text) == read


@pytest.mark.parametrize(
    "text", ["2024-03-05T08:15:09", "2024-03-05", "0001-01-01T00:00:00+14:00", "x"]
)
def test_an_iso_time_without_zone_or_sense_is_no_time(text):
    assert iso_time(text) is None


def test_an_excerpt_is_plain_text_of_limited_length():
    assert plain("<p>Con&nbsp;ngõ\n <script>x()</script>sạch") == "Con ngõ sạch"
    assert len(plain("ngõ " * 9999)) == 2000


def test_half_a_character_as_a_reference_does_not_stop_a_feed():
    body = b"<rss><channel><item><title>A&#xD800;&#56320;B</title><link>http://a/1</link></item>"
    listing = parse_listing(body + b"</channel></rss>")
    assert listing is not None
    assert [entry.title for entry in listing.entries] == ["AB"]


def test_damaged_titles_are_repaired_as_on_the_page():
    items = "".join(
        f"<item><title>{title}</title><link>http://a/{n}</link></item>"
        for n, title in enumerate(["Ðại hội đoàn kết ở xã", "Máº·t tráº­n Tá»• quá»‘c"])
    )
    listing = parse_listing(f"<rss><channel>{items}</channel></rss>".encode())
    assert listing is not None
    assert [entry.title for entry in listing.entries] == [
        "Đại hội đoàn kết ở xã",
        "Mặt trận Tổ quốc",
    ]
