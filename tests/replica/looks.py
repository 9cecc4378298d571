"""Further looks of the platforms whose pages differ by version, theme or template.

Each is told like the portals of tests/replica/portals.py; the names of the list templates of
NukeViet, of block themes and of the eGov portlet are those of their sources.
"""

from __future__ import annotations

from tests.replica.portal import Portal

EGOV = "vcmsviewcontent_WAR_vcmsportlet_INSTANCE_aB3d"
NEXT_IN_HEAD = '<link rel="next" href="{url}">'

LOOKS_TOLD = (
    # NukeViet 3.x: addresses that end with a slash, lists as tables, `#news_detail`.
    Portal(
        family="nukeviet-3",
        platform="nukeviet",
        article="/vi/news/{section}/{slug}-{id}/",
        key="news:{id}",
        twins=(
            "/vi/news/print/{section}/{slug}-{id}/",
            "/vi/news/savefile/{section}/{slug}-{id}/",
            "/index.php?language=vi&nv=news&op={section}/{slug}-{id}",
        ),
        listing="/vi/news/{section}/",
        page="{list}page-{page}/",
        pager="next",
        next_link=NEXT_IN_HEAD,
        loops=("{list}?nv_redirect=a{id}&nvvithemever=d", "/vi/news/search/?q=tin&page={id}"),
        head='<meta name="generator" content="NukeViet v3.4" /><script src="/js/nukeviet.js">'
        "</script>",
        list='<div id="list">{items}</div>',
        item=(
            '<table><tr><td><img alt="" src="/uploads/news/2013_05/a.jpg"></td><td>'
            '<a href="{url}" title="{title}"><strong>{title}</strong></a><p>{teaser}</p></td></tr>'
            "</table>"
        ),
        story="""<div id="news_detail"><h1>{title}</h1>
<span class="time">{date}</span><div class="action"><a href="{print}">In ra</a></div>
<div id="hometext">{lead}</div><div class="bodytext">{body}</div></div>
<ul class="related">{injected}</ul>""",
        date="{weekday} - {day:%d/%m/%Y}  {day:%H:%M}",
        precision="minute",
        lead_field=True,
        feed="/vi/news/rss/",
    ),
    # The module's name and the language left out, index.php kept; `viewcat_list_new` has no dates.
    Portal(
        family="nukeviet-index",
        platform="nukeviet",
        article="/index.php/{section}/{slug}-{id}.html",
        key="news:{id}",
        twins=(
            "/index.php/savefile/{section}/{slug}-{id}.html",
            "/{section}/{slug}-{id}.html",
        ),
        listing="/index.php/{section}/",
        page="{list}page-{page}/",
        pager="next",
        next_link=NEXT_IN_HEAD,
        loops=("{list}?nv_redirect=b{id}&nvvithemever=m",),
        head='<meta name="generator" content="NukeViet v4.5" />',
        list='<div class="news_column"><div class="list-group">{items}</div></div>',
        item='<a class="show h4 list-group-item" href="{url}" title="{title}">{title}</a>',
        story="""<div class="news_column panel" itemtype="http://schema.org/NewsArticle" itemscope>
<h1 class="title" itemprop="headline">{title}</h1><span class="h5">{date}</span>
<div class="hometext" itemprop="description">{lead}</div>
<div id="news-bodyhtml" class="bodytext">{body}</div></div>""",
        date="{weekday} - {day:%d/%m/%Y %H:%M}",
        precision="minute",
        lead_field=True,
        feed="/index.php/rss/",
        keys={"modules": ["news", ""]},
    ),
    # A cloned module, the mobile theme, `viewcat_grid_new`.
    Portal(
        family="nukeviet-mobile",
        platform="nukeviet",
        article="/vi/tin-tuc/{section}/{slug}-{id}.html",
        key="tin-tuc:{id}",
        twins=("/vi/tin-tuc/print/{section}/{slug}-{id}.html", "{article}?download=1&id=0"),
        listing="/vi/tin-tuc/{section}/",
        page="{list}page-{page}/",
        pager="next",
        next_link=NEXT_IN_HEAD,
        loops=("/vi/tin-tuc/tag/mat-tran", "{list}?nv_redirect=c{id}&nvvithemever=d"),
        head='<meta name="generator" content="NukeViet v4.4" />',
        list='<div class="news_column">{items}</div>',
        item=(
            '<div class="col-sm-12"><div class="thumbnail"><a href="{url}"><img alt="{title}" '
            'src="/assets/tin-tuc/a.jpg"></a><div class="caption"><h4><a href="{url}">{title}</a>'
            "</h4></div></div></div>"
        ),
        story="""<div class="news_column"><h1>{title}</h1><em class="time">{date}</em>
<div class="hometext">{lead}</div><div id="news-bodyhtml" class="bodytext">{body}</div></div>""",
        date="{weekday} - {day:%d/%m/%Y %H:%M}",
        precision="minute",
        lead_field=True,
        feed="/vi/tin-tuc/rss/",
        keys={"modules": ["tin-tuc"]},
    ),
    # No language prefix, blocks in the manner of `viewcat_main_left`, version 5.
    Portal(
        family="nukeviet-5",
        platform="nukeviet",
        article="/news/{section}/{slug}-{id}.html",
        key="news:{id}",
        twins=("/news/savefile/{section}/{slug}-{id}.html", "/news/{section}/khac-{id}.html"),
        listing="/news/{section}/",
        page="{list}page-{page}/",
        pager="next",
        next_link=NEXT_IN_HEAD,
        loops=("/news/seek/q=mat-tran", "/news/author/quan-tri/"),
        head='<meta name="generator" content="NukeViet v5.0" />',
        list='<div class="news_column"><div class="panel clearfix">{items}</div></div>',
        item=(
            '<ul class="related"><li><h4><a class="show" href="{url}" data-content="{teaser}"'
            ' title="{title}">{title}</a></h4></li></ul>'
        ),
        story="""<div class="news_column panel" itemtype="http://schema.org/NewsArticle" itemscope>
<h1 class="title" itemprop="headline">{title}</h1><span class="h5">{date}</span>
<div class="hometext" itemprop="description">{lead}</div>
<div id="news-bodyhtml" class="bodytext">{body}</div></div>""",
        date="{weekday} - {day:%d/%m/%Y %H:%M}",
        precision="minute",
        lead_field=True,
        feed="/news/rss/",
    ),
    # A block theme under numbered permalinks; the interface is off.
    Portal(
        family="wordpress-block",
        platform="wordpress",
        article="/{section}/{slug}-{id}.html",
        key="post:{id}",
        twins=("{article}?utm_source=zalo", "/{section}/{slug}-{id}.html?replytocom=7"),
        listing="/category/{section}",
        page="{list}/page/{page}",
        pager="next",
        next_link='<a class="wp-block-query-pagination-next" href="{url}">Trang sau</a>',
        loops=("/author/quantri", "/2024/10/05/", "/?p=9{id}", "{list}?replytocom={id}"),
        head=(
            '<meta name="generator" content="WordPress 6.4" />'
            '<link rel="https://api.w.org/" href="/wp-json/" />'
            '<link rel="stylesheet" href="/wp-includes/css/dist/block-library/style.min.css" />'
        ),
        body_class="archive category",
        story_class="post-template-default single single-post postid-{id}",
        list='<ul class="wp-block-post-template">{items}</ul>',
        item=(
            '<li class="wp-block-post type-post"><h2 class="wp-block-post-title">'
            '<a href="{url}">{title}</a></h2><div class="wp-block-post-date">'
            '<time datetime="{date}">{date}</time></div>'
            '<div class="wp-block-post-excerpt"><p>{teaser}</p></div></li>'
        ),
        story="""<main class="wp-block-group"><h1 class="wp-block-post-title">{title}</h1>
<div class="wp-block-post-date"><time datetime="{date}">{date}</time></div>
<div class="entry-content wp-block-post-content">{body}</div></main>""",
        date="{day:%Y-%m-%dT%H:%M:%S}+07:00",
        precision="second",
        feed="/feed/",
    ),
    # Liferay's own routes for news, the counter glued to the date.
    Portal(
        family="liferay-news",
        platform="liferay",
        article="/chi-tiet-tin-tuc/-/news/44741/{slug}.html",
        key="{slug}",
        twins=("/trang-chu/-/news/44741/{slug}.html", "{article}?p_p_state=maximized"),
        page="{list}?p_p_id=news_WAR_portlet&_news_WAR_portlet_cur={page}",
        loops=("{list}?p_p_id=49&p_p_lifecycle=1&p_p_state=normal&_49_id={id}",),
        head="<script>var Liferay = {Language: {}};</script>",
        list='<div class="asset-publisher">{items}</div>',
        item=(
            '<div class="asset-abstract"><h3><a href="{url}">{title}</a></h3><p>{teaser}</p></div>'
        ),
        story=(
            '<div class="portlet-boundary"><h3 class="title-detail">{title}</h3>'
            "<p>{date} {views} lượt xem</p>"
            '<div class="journal-content-article">{body}</div></div>'
        ),
        date="{day:%d/%m/%Y %H:%M}",
        precision="minute",
    ),
    # Vietsoftware's eGov on Liferay 6: parameters alone, a date without marks and without a time.
    Portal(
        family="liferay-egov",
        platform="liferay",
        article=f"/tin-tuc?_{EGOV}_articleId={{id}}&_{EGOV}_jspPage=%2Fhtml%2Fview.jsp&p_p_id={EGOV}",
        key="entry:{id}",
        twins=(
            f"/tin-tuc?p_p_id={EGOV}&p_p_lifecycle=0&_{EGOV}_jspPage=%2Fhtml%2Fview.jsp"
            f"&_{EGOV}_categoryId=7&_{EGOV}_articleId={{id}}",
            "/html/vcmsviewcontent/print_article.jsp?printArticleId={id}",
        ),
        listing="/{section}",
        page="{list}?pagenum={page}",
        loops=("{list}?p_p_id=58&p_p_lifecycle=0&saveLastPath=0&_58_id={id}",),
        list='<ul class="wd-communication">{items}</ul>',
        item=(
            '<li><div class="wd-intro-content"><h3 class="wd-tlh3-2"><a class="text-link"'
            ' href="{url}">{title}</a></h3><p>{teaser}</p></div></li>'
        ),
        story="""<div class="wd-boxs" id="vcmsviewcontent"><h2 class="wd-tlh1-2">{section}</h2>
<div class="wd-introduction"><h3 class="wd-tlh3-4">{title}</h3>
<p class="wd-date">Ngay dang: {date}</p>{body}<p class="wd-actor">{author}</p>
<a class="wd-print" href="javascript:void(0)">In trang</a></div>
<h3>Các tin khác</h3><ul class="wd-other-news">{injected}</ul></div>
<p>Số lượng truy cập: {views}</p><p>Số người online: 7</p>""",
        date="{day.day}/{day:%m/%Y}",
        precision="day",
        author_field=True,
    ),
    # SharePoint without a skin: .NET ticks in addresses tell when.
    Portal(
        family="sharepoint-plain",
        platform="sharepoint",
        article="/Pages/{slug:.60}-{ticks}.aspx",
        key="ticks:{ticks}",
        twins=("/pages/{slug:.60}-{ticks}.aspx", "{article}?IsDlg=1"),
        listing="/chuyen-muc/{section}/default.aspx",
        page="{list}?PageIndex={page}",
        loops=("{list}?SortField=Title&SortDir=Asc",),
        head='<script>var _spPageContextInfo = {webServerRelativeUrl: "/"};</script>',
        story=(
            "<a href='#skip'>Skip Ribbon Commands</a><a href='#main'>Skip to main content</a>"
            '<div>Tin tức - Sự kiện Tin hoạt động</div><div id="chitiet"><h1>{title}</h1>'
            '<div class="ms-rtestate-field">{body}</div></div>'
        ),
        precision="second",
    ),
    # A library with a Vietnamese name, an id among the parameters.
    Portal(
        family="sharepoint-local",
        platform="sharepoint",
        article="/bannganh/mttq/Trang/ChiTietTinTuc.aspx?nid={id}",
        key="nid:{id}",
        twins=("/bannganh/mttq/Trang/ChiTietTinTuc.aspx?nid={id}&bID=4&PageIndex=0",),
        listing="/bannganh/mttq/Trang/{joined}.aspx",
        page="{list}?page={page}",
        loops=("{list}?sort=ten",),
        head='<script src="/_layouts/15/init.js"></script>',
        item='<li><a href="{url}">{title}</a> <i>({date})</i><p>{teaser}</p></li>',
        story=(
            '<div class="ms-webpart-zone"><h2>{title}</h2><span>Ngày đăng: {date}</span>'
            '<div class="ms-rtestate-field">{body}</div></div>'
        ),
        date="{day:%d/%m/%Y}",
        precision="day",
    ),
)
