"""A Datasette plugin for reading: an article on a page of its own, to which its ref leads anywhere.

In tables long texts are folded up, addresses cut short, and columns of a width to read in.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from datasette import hookimpl
from datasette.utils.asgi import Response
from markupsafe import Markup

if TYPE_CHECKING:
    from datasette.app import Datasette

FOLDED = 200  # characters of a long text that show until it is opened
LONGEST = 20_000  # a page shows a hundred texts: what is longer is cut, CSV and JSON have it whole
ADDRESS = 44  # characters of an address that show

# What the canned query of datasette.yaml that shows an article is named by.
DATABASE, READ_COLUMN = "mattran", "noi_dung"
REF_COLUMNS = ("ref", "ma", READ_COLUMN)
REF = re.compile("[0-9A-HJKMNP-TV-Z]{11}")

STYLE_PATH = "/-/mattran.css"
STYLE = """
table.rows-and-columns td { max-width: 28em; overflow-wrap: break-word; }
td.col-title, td.col-tieu_de, td.col-trich, td.col-lead { min-width: 14em; }
td.col-body, td.col-text { min-width: 18em; }
td.col-url, td.col-dia_chi { min-width: 11em; overflow-wrap: anywhere; }
td.col-ref, td.col-ma, td.col-ngay_dang, td.col-muc { white-space: nowrap; }
td[class*="_day"], td[class*="_at "], td[class$="_at"] { white-space: nowrap; }
td[class$="_tu"], td[class$="lan_dau"], td[class$="lan_cuoi"] { white-space: nowrap; }
table.rows-and-columns td.col-noi_dung { max-width: 46em; white-space: pre-line; }
td details > summary { cursor: pointer; }
td details > div { white-space: pre-line; min-width: 26em; margin-top: .5em; }
td details[open] > summary { opacity: .5; }
dl.column-descriptions { columns: 3; }
"""


@hookimpl
def render_cell(value: object, column: str, database: str, datasette: Datasette) -> Markup | None:
    """Lead from a ref to its article; fold long texts up, but that of an article that is read.

    Of a long address the two ends show.
    """
    if not isinstance(value, str):
        return None
    if column in REF_COLUMNS and REF.fullmatch(value) and database == DATABASE:
        return Markup('<a href="{}?ma={}">{}</a>').format(
            datasette.urls.query(database, "doc_bai"), value, value
        )
    if value.startswith(("http://", "https://")) and len(value.split()) == 1:
        return Markup('<a href="{0}" title="{0}" rel="nofollow noreferrer">{1}</a>').format(
            value, shortened(value)
        )
    if len(value) <= FOLDED * 1.5:
        return None
    if column == READ_COLUMN:
        return Markup("{}").format(value)  # Datasette itself would cut it
    beginning = value[:FOLDED].rsplit(maxsplit=1)[0]
    rest = f"{value[:LONGEST]} …" if len(value) > LONGEST else value
    return Markup("<details><summary>{} …</summary><div>{}</div></details>").format(beginning, rest)


def shortened(address: str) -> str:
    """Return an address without its scheme, with … for its middle where it is long."""
    bare = address.split("://", 1)[1]
    if len(bare) <= ADDRESS:
        return bare
    host = bare.split("/", 1)[0][: ADDRESS // 2]
    return f"{host}/…{bare[len(host) - ADDRESS + 2 :]}"


@hookimpl
def extra_css_urls(datasette: Datasette) -> list[str]:
    """Give every page the style."""
    return [datasette.urls.path(STYLE_PATH)]


@hookimpl
def register_routes() -> list[tuple[str, Callable[[], Awaitable[Response]]]]:
    """Serve the style."""

    async def style() -> Response:
        return Response(STYLE, content_type="text/css; charset=utf-8")

    return [(f"^{STYLE_PATH}$", style)]
