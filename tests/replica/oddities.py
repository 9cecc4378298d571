"""Answers that are no article: the traps of every site and every way a page can end."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.replica.wire import Request, Response, html, redirect

OVER_THE_LIMIT = 22_000_000  # bytes; the crawler takes 20 MB
BOMB = 64_000_000  # bytes after decompression
SILENCE = 3600.0  # seconds; longer than any client waits

LOREM = (
    "<p>Đây là một trang bình thường với vài câu chữ để không bị coi là trang trống, nhưng nó "
    "không phải là bài viết mà người đọc đang tìm kiếm.</p>"
)


@dataclass(frozen=True, slots=True)
class Oddity:
    """One odd answer: the kind of page it is, and how it is given."""

    title: str  # the text of the link that leads to it
    kind: str  # a PageKind
    answer: Callable[[str, Request], Response]  # of (base url, request)

    def respond(self, base_url: str, request: Request) -> Response:
        return self.answer(base_url, request)


def shell(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><div id="menu"><a href="/">Trang chủ</a></div>{body}</body></html>'
    )


def soft_404(base_url: str, request: Request) -> Response:
    text = (
        "<h1>Thông báo</h1><p>Không tìm thấy nội dung bạn yêu cầu. Bài viết không tồn tại hoặc đã "
        "bị xóa.</p>"
    )
    return html(shell("Thông báo lỗi", text))


def error_200(base_url: str, request: Request) -> Response:
    text = (
        "<span><h1>Server Error in '/' Application.<hr></h1><h2><i>Timeout expired. The timeout "
        "period elapsed prior to completion of the operation.</i></h2></span><b>Description:</b> "
        "An unhandled exception occurred during the execution of the current web request."
    )
    return html(shell("Runtime Error", text))


def challenge(base_url: str, request: Request) -> Response:
    """A stub that wants a cookie set by script before it shows anything."""
    return html(
        '<html><head><script>document.cookie="D1N=9c1185a5c5e9fc54612808977ee8f548;path=/";'
        "window.location.reload(true);</script></head><body></body></html>"
    )


def login(base_url: str, request: Request) -> Response:
    form = (
        '<form action="/dang-nhap" method="post"><h1>Đăng nhập hệ thống</h1><label>Tên đăng nhập'
        '</label><input name="user"><label>Mật khẩu</label><input type="password" name="pass">'
        '<button type="submit">Đăng nhập</button></form>'
    )
    return html(shell("Đăng nhập", form))


def parked(base_url: str, request: Request) -> Response:
    return html(
        "<html><head><title>Account Suspended</title></head><body><h1>This Account has been "
        "suspended.</h1><p>Contact your hosting provider for more information.</p></body></html>"
    )


def gone(base_url: str, request: Request) -> Response:
    return html(shell("Đã gỡ", "<p>Nội dung đã được gỡ bỏ.</p>"), 410)


def off_site(base_url: str, request: Request) -> Response:
    return redirect("http://noi-khac.example/tin-mat-tran.htm", 302)


def looped(base_url: str, request: Request) -> Response:
    return redirect(base_url + request.target, 302)


def pdf_as_html(base_url: str, request: Request) -> Response:
    return Response(b"%PDF-1.4\n% " + LOREM.encode() * 30)


TRAPS = (
    Oddity("Bài viết đã được chuyển sang chuyên mục khác", "soft-404", soft_404),
    Oddity("Danh sách các đơn vị trực thuộc năm cũ", "error", error_200),
    Oddity("Xác nhận truy cập trước khi xem nội dung", "challenge", challenge),
    Oddity("Thông tin nội bộ dành cho cán bộ Mặt trận", "login", login),
    Oddity("Kết quả cuộc thi tìm hiểu đã kết thúc", "not-found", gone),
    Oddity("Xem tin này trên trang của đơn vị bạn", "redirect", off_site),
    Oddity("Liên kết tự chuyển về chính nó", "redirect", looped),
    Oddity("Văn bản scan đính kèm dạng ảnh", "attachment", pdf_as_html),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """One way a page can end, and what must be left in the frontier once the run is over.

    `state` is the row's final state (waiting: it will be tried again), `kind` the kind of page
    recorded (None: left open, but never an article, or nothing was fetched), `failure` the reason
    recorded when no usable page came.
    """

    name: str
    path: str
    state: str
    kind: str | None
    failure: str | None
    answer: Callable[[str, Request], Response]


def status(code: int, **headers: str) -> Callable[[str, Request], Response]:
    def answer(base_url: str, request: Request) -> Response:
        pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
        page = html(shell(f"Lỗi {code}", LOREM), code)
        return replace(page, headers=pairs, body=b"" if code == 304 else page.body)

    return answer


def fault(kind: str) -> Callable[[str, Request], Response]:
    def answer(base_url: str, request: Request) -> Response:
        return replace(html(shell("Trang", LOREM * 40)), fault=kind)  # type: ignore[arg-type]

    return answer


def to(location: str) -> Callable[[str, Request], Response]:
    def answer(base_url: str, request: Request) -> Response:
        return redirect(base_url + location if location.startswith("/") else location, 302)

    return answer


def oversized(base_url: str, request: Request) -> Response:
    return Response(b"<html><body>" + b" " * OVER_THE_LIMIT, encoded=True)


def bomb(base_url: str, request: Request) -> Response:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    chunk = bytes(1_000_000)
    body = b"".join(packer.compress(chunk) for _ in range(BOMB // len(chunk))) + packer.flush()
    return Response(body, headers=[("Content-Encoding", "gzip")], encoded=True)


def broken_gzip(base_url: str, request: Request) -> Response:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = bytearray(packer.compress(LOREM.encode() * 50) + packer.flush())
    body[20:40] = bytes(20)
    return Response(bytes(body), headers=[("Content-Encoding", "gzip")], encoded=True)


def cut_gzip(base_url: str, request: Request) -> Response:
    """A gzip body whose end is missing: readable up to there."""
    body = gzip.compress(html(shell("Bị cắt", "<p>Không có gì.</p>")).body, mtime=0)[:-12]
    return Response(body, headers=[("Content-Encoding", "gzip")], encoded=True)


def pdf_as_text(base_url: str, request: Request) -> Response:
    return Response(LOREM.encode() * 30, content_type="application/pdf")


def empty(base_url: str, request: Request) -> Response:
    return Response(b"")


def binary(base_url: str, request: Request) -> Response:
    return Response(bytes(range(256)) * 40)


FORBIDDEN_PATH = "/cam-truy-cap.htm"
RAISING_PATH = "/lam-hong-bo-trich-xuat.htm"  # the test makes extraction raise on this path
RAISING_TITLE = "Bài viết làm hỏng bộ trích xuất"


def readable(base_url: str, request: Request) -> Response:
    paragraphs = "".join(f"<p>Đoạn thứ {i}. {LOREM[3:-4]}</p>" for i in range(1, 7))
    page = f'<h1>{RAISING_TITLE}</h1><div class="date">14/10/2023 - 03:46 PM</div>{paragraphs}'
    return html(shell(RAISING_TITLE, page))


ENDINGS = (
    Ending("404", "/khong-co.htm", "done", "not-found", None, status(404)),
    Ending("410", "/da-go.htm", "done", "not-found", None, status(410)),
    Ending("304", "/khong-doi.htm", "done", None, None, status(304)),
    Ending("500", "/loi-may-chu.htm", "waiting", "error", None, status(500)),
    Ending("503", "/tam-ngung.htm", "waiting", "error", None, status(503)),
    Ending("dropped", "/dut-ket-noi.htm", "waiting", "failed", "dropped", fault("drop")),
    Ending("short body", "/thieu-byte.htm", "waiting", "failed", "dropped", fault("truncate")),
    Ending("robots", FORBIDDEN_PATH, "blocked", None, "robots", readable),
    Ending("redirect", "/chuyen.htm", "done", "redirect", None, to("/dich-den.htm")),
    Ending("redirect target", "/dich-den.htm", "done", "soft-404", None, soft_404),
    Ending("redirect off site", "/ra-ngoai.htm", "done", "redirect", None, off_site),
    Ending(
        "redirect to forbidden", "/chuyen-cam.htm", "done", "redirect", None, to(FORBIDDEN_PATH)
    ),
    Ending("loop, one way", "/vong-a.htm", "done", "redirect", None, to("/vong-b.htm")),
    Ending("loop, and back", "/vong-b.htm", "done", "redirect", None, to("/vong-a.htm")),
    Ending("loop on itself", "/vong-minh.htm", "done", "redirect", None, looped),
    Ending("redirect to ftp", "/ftp.htm", "done", "redirect", None, to("ftp://127.0.0.1/tin")),
    Ending("redirect to file", "/tep.htm", "done", "redirect", None, to("file:///etc/hostname")),
    Ending("over max size", "/qua-lon.htm", "failed", "failed", "too-large", oversized),
    Ending("gzip bomb", "/bom.htm", "failed", "failed", "bad-encoding", bomb),
    Ending("broken gzip", "/gzip-hong.htm", "failed", "failed", "bad-encoding", broken_gzip),
    Ending("cut gzip", "/gzip-cut.htm", "done", None, None, cut_gzip),
    Ending("extraction raises", RAISING_PATH, "failed", "failed", "extraction", readable),
    Ending("pdf, text bytes", "/van-ban.htm", "done", "attachment", None, pdf_as_text),
    Ending("html, pdf bytes", "/van-ban-2.htm", "done", "attachment", None, pdf_as_html),
    Ending("empty body", "/trong.htm", "waiting", "error", None, empty),
    Ending("binary body", "/nhi-phan.htm", "done", "attachment", None, binary),
    Ending("soft 404", "/khong-thay.htm", "done", "soft-404", None, soft_404),
    Ending("error with 200", "/loi-200.htm", "waiting", "error", None, error_200),
    Ending("challenge", "/thach-do.htm", "waiting", "challenge", None, challenge),
    Ending("login", "/chi-danh-cho-can-bo.htm", "done", "login", None, login),
    Ending("parked", "/tam-khoa.htm", "done", "parked", None, parked),
    Ending("timeout", "/im-lang.htm", "waiting", "failed", "timeout", fault("silent")),
    # Last, because it slows down everything after it.
    Ending("429", "/qua-nhieu.htm", "waiting", "error", None, status(429, Retry_After="1")),
)
