"""NukeViet: where the fields of an article stand, versions 3.x to 5, desktop and mobile theme.

`itemprop=datePublished` is never read: the template fills it with the time of the last edit.
`article:published_time` has the right second in a malformed form, which the date rules repair.
"""

from __future__ import annotations

from crawler.extraction.rules import Layout, Rules

_FIELDS = ("div.news_column p.text-right", "div#news_detail p")

RULES = Rules(
    platform="nukeviet",
    version=1,
    article=(
        "div[itemtype$='NewsArticle'] div#news-bodyhtml",
        "div[itemtype$='NewsArticle'] div.bodytext",
        "div#news_detail div.bodytext",
        "div#news_detail div#hometext",
        "div.news_column h1 ~ div.bodytext",
        "div.news_column div.bodytext",
        "div.detail div.bodytext",
    ),
    title=(
        "h1[itemprop=headline]",
        "div.news_column h1",
        "div#news_detail h1",
        "div.detail h1",
        "div#news_detail h2",
        "div.detail h2",
    ),
    lead=(
        "div[itemtype$='NewsArticle'] div[itemprop=description].hometext",
        "div[itemprop=description].hometext",
        "div.news_column div.hometext",
        "div#hometext",
        "div.hometext",
    ),
    body=(
        "div[itemtype$='NewsArticle'] div#news-bodyhtml",
        "div[itemtype$='NewsArticle'] div.bodytext",
        "div#news-bodyhtml",
        "div.bodytext",
    ),
    date=(
        "div[itemtype$='NewsArticle'] span.h5",
        "div.news_column span.h5",
        "div.news_column em.time",
        "div.detail em.time",
        "div#news_detail span.time",
        "span.time",
        "em.time",
    ),
    date_meta=("article:published_time",),
    date_edited=("div[itemtype$='NewsArticle'] span[itemprop=datePublished]",),
    author=_FIELDS,
    source=_FIELDS,
    section=("meta[property='article:section']@content",),
    tags=("meta[property='article:tag']@content", "div.news_column a[href*='/tag/']"),
    lead_image=(
        "div[itemtype$='NewsArticle'] figure.article.center",
        "div[itemtype$='NewsArticle'] div#imgpreview",
        "div[itemtype$='NewsArticle'] figure.article",
        "div#news_detail img.s-border",
        "div.news_column div.imghome",
    ),
    attachments=(
        "div[itemtype$='NewsArticle'] div.news-download-file a[download]",
        "div[itemtype$='NewsArticle'] div.news-download-file a.download",
    ),
    cut=("div.alert", "#newsVoicePlayer", "div.news-detail-player", "div.news-download-file"),
)

LAYOUTS = (Layout(rules=RULES),)
