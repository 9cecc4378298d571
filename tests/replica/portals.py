"""The platforms whose replica is data: addresses as they are known, markup as it is documented.

Where nobody has described the markup of a platform, what stands here is plain and invented; the
date forms, labels and addresses are those that public pages show.
"""

from __future__ import annotations

from tests.replica.looks import LOOKS_TOLD
from tests.replica.portal import Portal, PortalSite, made

SORTED = ("{list}?sort=title&dir=asc", "{list}?sort=date&dir=desc&loc=thang")
TRACKED = "{article}?utm_source=zalo&utm_medium=tin"
PLAIN_ITEM = (
    '<div class="item"><h3><a href="{url}">{title}</a></h3><span>{date}</span><p>{teaser}</p></div>'
)

PORTALS_TOLD = (
    Portal(
        family="sharepoint",
        platform="sharepoint",
        article="/portal/Pages/{day.year}-{day.month}-{day.day}/{Slug:.40}{id:06}.aspx",
        key="page:{day.year}-{day.month}-{day.day}/{slug:.40}{id:06}",
        twins=(
            "/portal/pages/{day:%Y-%m-%d}/{Slug:.40}{id:06}.aspx",
            "{article}?IsDlg=1&utm_source=zalo",
        ),
        listing="/portal/Pages/{joined}.aspx",
        page="{list}?PageIndex={page}",
        loops=("{list}?SortField=Title&SortDir=Asc", "/portal/_layouts/15/start.aspx?id={id}"),
        head='<meta name="generator" content="Microsoft SharePoint" />',
        list='<a href="#skip">Skip Ribbon Commands</a><div class="channel">{items}</div>',
        item=(
            '<div class="channel-news"><div class="channel-news-title"><a href="{url}">{title}</a>'
            '</div><span class="channel-news-date">{date}</span><p>{teaser}</p></div>'
        ),
        story="""<a href="#skip">Skip Ribbon Commands</a>
<div class="tandan-article"><h1 class="tandan-p-article-news-title">{title}</h1>
<span class="tandan-span-date-publish">Đăng ngày {date}</span>
<div class="tandan-p-article-news-summary">{lead}</div>
<div class="tandan-p-article-main"><div class="ms-rtestate-field">{body}</div></div>
<div class="td-tags">{tags}</div></div>""",
        date="{day:%d/%m/%Y %H:%M}",
        precision="minute",
        lead_field=True,
    ),
    Portal(
        family="sharepoint-item",
        platform="sharepoint",
        article="/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?ItemID={id}&l=Tinhoatdong",
        key="item:{id}",
        twins=(
            "/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?l=Tinhoatdong&lv=25&ItemID={id}",
            "/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?ItemID={id}&l=Tinhoatdong&lv=9",
        ),
        listing="/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?l={section}&lv=25",
        page="{list}&page={page}",
        loops=("{list}&Mode=1&Source=%2Ftintuc", "{list}&lv=3"),
        head='<script>var _spPageContextInfo = {webServerRelativeUrl: "/noidung"};</script>',
        item=PLAIN_ITEM,
        story=(
            "<a href='#skip'>Skip Ribbon Commands</a><div>{section}</div>"
            '<div class="chitiet"><h2>{title}</h2><p class="ngay">{date}</p>'
            '<div class="ms-rtestate-field">{body}</div></div><p>Lượt xem: {views}</p>'
        ),
        date="{day:%d/%m/%Y %H:%M:%S}",
        precision="day",
        keys={"dates": {"clock": "unsure"}},
    ),
    Portal(
        family="drupal",
        platform="drupal",
        article="/node/{id}",
        key="node:{id}",
        twins=("/index.php/node/{id}", "{article}?page=0&utm_source=zalo"),
        listing="/tin-tuc/{section}",
        page="{list}?page={page}",
        first=0,
        pager="next",
        next_link=(
            '<ul class="pager"><li class="pager__item pager__item--next">'
            '<a href="{url}" rel="next">Trang sau</a></li></ul>'
        ),
        loops=("{list}?order=title&sort=asc", "{list}?order=created&sort=desc", "/node/add?d={id}"),
        head=(
            '<meta name="generator" content="Drupal 8 (https://www.drupal.org)" />'
            '<link rel="stylesheet" href="/sites/default/files/css/a.css" />'
        ),
        body_class="path-node",
        item=(
            '<article class="node node--view-mode-teaser"><h2><a href="{url}">{title}</a></h2>'
            '<div class="field--name-body"><p>{teaser}</p></div></article>'
        ),
        story="""<a href="#main">Skip to main content</a><nav class="breadcrumb">
<a href="{list}">{section}</a></nav><h1 class="page-title">{title}</h1>
<article class="node node--type-article node--view-mode-full"><div class="node__meta">
<div class="node__submitted"><time datetime="{date}">{date}</time></div></div>
<div class="node__content"><div class="field field--name-body">{body}</div></div></article>""",
        date="{day:%Y-%m-%dT%H:%M:%S}+07:00",
        precision="second",
        feed="/rss.xml",
        keys={"feeds": ["/rss.xml"]},
    ),
    Portal(
        family="joomla",
        platform="joomla",
        article="/tin-hoat-dong/{id}-{slug}",
        key="id:{id}",
        twins=(
            "/index.php?option=com_content&view=article&id={id}:{slug}&catid=8&Itemid=101",
            "/tin-hoat-dong/{id}-{slug}?tmpl=component&print=1&layout=default",
        ),
        listing="/tin-hoat-dong/{section}",
        page="{list}?start={offset}",
        loops=("{list}?filter_order=title&filter_order_Dir=asc", "{list}?limit=50&Itemid=7"),
        head=(
            '<meta name="generator" content="Joomla! - Open Source Content Management" />'
            '<script src="/media/jui/js/jquery.min.js"></script>'
        ),
        list='<div class="blog">{items}</div>',
        item=(
            '<div class="items-row"><h2><a href="{url}">{title}</a></h2><p>{teaser}</p>'
            '<p class="readmore"><a href="{url}">Đọc thêm</a></p></div>'
        ),
        story="""<div class="item-page"><div class="page-header"><h2 itemprop="headline">{title}
</h2></div><dl class="article-info"><dd class="category-name">Chuyên mục: <a href="{list}">{section}
</a></dd><dd class="published"><time datetime="{date}" itemprop="datePublished">{date}</time></dd>
<dd class="hits">Lượt xem: {views}</dd></dl><div class="icons"><a href="{print}">In</a></div>
<div itemprop="articleBody">{body}</div></div>""",
        date="{day:%Y-%m-%dT%H:%M:%S}+07:00",
        precision="second",
    ),
    Portal(
        family="webcenter",
        platform="webcenter",
        article="/webcenter/portal/huyen/pages_tin-tuc/chi-tiet?dDocName=PORTAL{id:06}",
        key="doc:portal{id:06}",
        twins=(
            "{article}&_afrLoop=31415926{id}&_afrWindowMode=0&_adf.ctrl-state=q{id}_4",
            "{article}&_afrWindowMode=0",
        ),
        listing="/webcenter/portal/huyen/pages_tin-tuc/{section}",
        page="{list}?page={page}",
        loops=("{list}?_afrLoop=98{id}&_adf.ctrl-state=w{id}_1",),
        story='<div class="detail"><h3 class="title">{title}</h3><div>{body}</div></div>',
    ),
    Portal(
        family="websphere",
        platform="websphere",
        article="/wps/portal/huyen/Home/page/tin-tuc/{plus}",
        key="title:{plus}",
        twins=("{article}/!ut/p/z0/04_Sj9CPykssy{id}/", "{article}/!ut/p/z1/jZHBTsMwDIaf{id}/"),
        listing="/wps/portal/huyen/Home/page/{section}",
        page="{list}/!ut/p/z1/jZ{page}TsMwDIb/",
        loops=("{list}/!ut/p/z1/hY{id}/?sort=asc",),
        item=PLAIN_ITEM,
        story=(
            '<div class="wpthemeControlBody"><h2>{title}</h2><p>{section} | Đăng ngày: {date}</p>'
            "<div>{body}</div></div>"
        ),
        date="{day:%d/%m/%Y}",
        precision="day",
    ),
    Portal(
        family="danang-portal",
        platform="danang-portal",
        article="/chi-tiet-tin/group/12/nid/{id}/{slug}",
        key="nid:{id}",
        twins=("/chi-tiet-tin/group/7/nid/{id}/{slug}", TRACKED),
        listing="/danh-sach-tin/{section}",
        page="{list}?page={page}",
        pager="next",
        loops=SORTED,
        item=PLAIN_ITEM,
        story=(
            "<h4>Chi tiết tin</h4><span>A+ | A | A-</span><h1>{title}</h1>"
            '<p>Ngày đăng: {date}</p><div class="noi-dung">{body}</div>'
        ),
        date="{day:%H:%M | %d/%m/%Y}",
        precision="minute",
    ),
    Portal(
        family="dienbien-portal",
        platform="dienbien-portal",
        article="/TinTuc/View/{slug}",
        key="slug:{slug}",
        twins=("/TinTuc/view/{slug}", "/dev~MTTQ~Sub/TinTuc/View/{slug}"),
        listing="/TinTuc/Blog/{section}",
        page="{list}?PageIndex={page}",
        loops=("/TINTUC/CM/?userkey={id}", *SORTED),
        item=PLAIN_ITEM,
        story=(
            '<div class="view"><h2>{title}</h2><i>Thời gian đăng: {date}</i>'
            "<div>{body}</div><p>Lượt xem: {views}</p></div>"
        ),
        date="{day.month}/{day.day}/{day.year} {hour}:{day:%M:%S %p}",
        precision="second",
        keys={"dates": {"order": "mdy"}},
    ),
    Portal(
        family="hanoi-timestamp",
        platform="hanoi-timestamp",
        article="/tin-tuc/{slug}-{stamp}.htm",
        key="id:{stamp}",
        twins=("/tin-noi-bat/{slug}-{stamp}.htm", TRACKED),
        page="{list}/trang-{page}.htm",
        loops=SORTED,
        story=(
            '<div class="detail"><h1 class="detail-title">{title}</h1>'
            '<span class="time">2 giờ trước</span><div class="detail-content">{body}</div></div>'
        ),
        # The address tells the second, but only on the city's own hosts.
        precision="none",
        sitemap="/sitemap.xml",
        keys={"sitemaps": ["/sitemap.xml"]},
    ),
    Portal(
        family="hungyen-dcs",
        platform="hungyen-dcs",
        article="/{slug}-c{id}.html",
        key="id:{id}",
        twins=(TRACKED, "/{slug:.12}-c{id}.html"),
        listing="/{section}",
        page="{list}?page={page}",
        loops=SORTED,
        item=PLAIN_ITEM,
        story=(
            "<h1>{title}</h1><p>Đăng ngày: {date} - Lượt xem: {views}</p>"
            '<div class="content">{body}</div>'
        ),
        date="{day:%d/%m/%Y}",
        precision="day",
    ),
    Portal(
        family="detailview",
        platform="detailview",
        article="/DetailView/{id}/29/{Slug}.html",
        key="detail:{id}",
        twins=("/detailview/{id}/29/{Slug}.html", "/DetailView/{id}/31/{Slug}.html"),
        listing="/ListView/{section}.html",
        page="{list}?page={page}",
        loops=("/XemTheoNgay?ngay=5&thang=10&nam=2024&s={id}", *SORTED),
        item=PLAIN_ITEM,
        story=(
            "<h2>{title}</h2><p>{date} Đã xem: {views}</p><p>Cỡ chữ: A+ A-</p>"
            '<div class="noidung">{body}</div><form action="/XemTheoNgay">Xem tin theo ngày: '
            '<input name="ngay"> Tháng: <input name="thang"> Năm: <input name="nam"></form>'
        ),
        date="{weekday}, {day.day}/{day.month}/{day.year} - {day:%H:%M}",
        precision="minute",
    ),
    Portal(
        family="p13n",
        platform="p13n",
        article="/{slug}-p13n{id}.html",
        key="id:{id}",
        twins=("/{slug:.20}-p13n{id}.html", TRACKED),
        listing="/{section}.html",
        page="{list}?page={page}",
        pager="more",
        loops=SORTED,
        story=(
            '<h1>{title}</h1><div class="content-detail">{body}</div>'
            "<h4>Thời tiết</h4><h4>Tỷ giá ngoại tệ</h4><p>Đang online {views}</p>"
        ),
    ),
    Portal(
        family="vnpt",
        platform="vnpt",
        article="/{section}/{slug}-{id:06}",
        key="id:{id}",
        twins=("/tin-noi-bat/{slug}-{id:06}", TRACKED),
        listing="/{section}",
        page="{list}?page={page}",
        loops=SORTED,
        head="<style>.slide{display:none}</style>",
        item='<div><img alt="anh tin bai"><a href="{url}">{title}</a><p>{teaser}</p></div>',
        story=(
            '<img alt="Top slide banner"><div class="bai-viet"><p>{date}</p><h1>{title}</h1>'
            '<div>{body}</div><img alt="image banner"></div>'
        ),
        date="{day:%d/%m/%Y}",
        precision="day",
        sitemap="/sitemap.xml",
        keys={"sitemaps": ["/sitemap.xml"], "dates": {"above": True}},
    ),
    Portal(
        family="mattran-central",
        platform="mattran-central",
        article="/{section}/{slug}-{id}.html",
        key="id:{id}",
        twins=("/tin-tuc/{slug}-{id}.html", TRACKED),
        listing="/{section}",
        page="{list}?page={page}",
        pager="next",
        loops=("/tags/dGluLXR1Yy0{id}/tin-mat-tran.html", *SORTED),
        list='<div class="list-news">{items}</div>',
        item=(
            '<article class="story"><h3 class="story__heading"><a href="{url}">{title}</a></h3>'
            '<time class="story__time">{date}</time><div class="story__summary">{teaser}</div>'
            "</article>"
        ),
        story="""<div class="breadcrumbs"><a href="{list}">{section}</a></div>
<div class="main-column"><h1>{title}</h1><div class="article__meta"><time>{date}</time>
<span class="article__author">{author}</span></div><div class="article__sapo">{lead}</div>
<div class="article__body">{body}<div class="article__inner-relate"><ul>{injected}</ul></div></div>
<div class="article__tag">{tags}</div></div>""",
        date="{day:%H:%M %d/%m/%Y}",
        precision="minute",
        lead_field=True,
        author_field=True,
    ),
)

PORTALS: dict[str, type[PortalSite]] = made(iter((*PORTALS_TOLD, *LOOKS_TOLD)))
